"""Time zones to choose from by place, so that nobody types the name of one."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from puntual.lib.zones import is_time_zone

_MEXICO = (
    ("America/Mexico_City", _("Centro: Ciudad de México, Guadalajara, Puebla")),
    ("America/Monterrey", _("Noreste: Monterrey, Saltillo, Durango")),
    ("America/Merida", _("Yucatán y Campeche: Mérida")),
    ("America/Cancun", _("Quintana Roo: Cancún")),
    ("America/Chihuahua", _("Chihuahua")),
    ("America/Ciudad_Juarez", _("Ciudad Juárez")),
    ("America/Ojinaga", _("Ojinaga")),
    ("America/Matamoros", _("Frontera noreste: Matamoros, Reynosa, Nuevo Laredo")),
    ("America/Bahia_Banderas", _("Bahía de Banderas")),
    ("America/Mazatlan", _("Pacífico: Mazatlán, Culiacán, La Paz")),
    ("America/Hermosillo", _("Sonora: Hermosillo")),
    ("America/Tijuana", _("Baja California: Tijuana, Mexicali")),
)
_ELSEWHERE = (
    ("America/Bogota", _("Colombia: Bogotá")),
    ("America/Lima", _("Perú: Lima")),
    ("America/Santiago", _("Chile: Santiago")),
    ("America/Argentina/Buenos_Aires", _("Argentina: Buenos Aires")),
    ("America/Montevideo", _("Uruguay: Montevideo")),
    ("America/Guatemala", _("Guatemala")),
    ("America/Costa_Rica", _("Costa Rica")),
    ("America/Panama", _("Panamá")),
    ("America/Santo_Domingo", _("República Dominicana")),
    ("America/Sao_Paulo", _("Brasil: São Paulo")),
    ("America/New_York", _("Estados Unidos: Nueva York")),
    ("America/Chicago", _("Estados Unidos: Chicago, Houston")),
    ("America/Denver", _("Estados Unidos: Denver")),
    ("America/Los_Angeles", _("Estados Unidos: Los Ángeles")),
    ("Europe/Madrid", _("España: Madrid")),
)
_LISTED = frozenset(name for name, _label in (*_MEXICO, *_ELSEWHERE))


def _choices(*, first: Iterable[tuple[str, Any]]) -> list[tuple[Any, Any]]:
    return [*first, (_("México"), _MEXICO), (_("Otros países"), _ELSEWHERE)]


class ZoneField(forms.ChoiceField):
    """A zone of the list; one that is stored already, and that no list has, stays."""

    def __init__(self, **options: Any) -> None:
        self._first: tuple[tuple[str, Any], ...] = () if options.get("required", True) else (("", "—"),)
        super().__init__(choices=_choices(first=self._first), **options)

    def keep(self, name: str) -> None:
        """Offer what is stored beside the list."""
        if name and name not in _LISTED and is_time_zone(name=name):
            self.choices = _choices(first=(*self._first, (name, name.replace("_", " "))))
