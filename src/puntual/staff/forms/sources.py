"""The form of Ajustes › Fuentes, made of what a connector says that it must be told."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from puntual.flows.sources import ConnectorCard
from puntual.intake.types import FileKind
from puntual.sources.queries import MINUTES_MAX, MINUTES_MIN
from puntual.sources.types import NewSource, SecretUse, SettingKind, SourceCard
from puntual.web.states import state

_HEAD = "set_"
_SCHEDULES = (
    (5, lazy("Cada 5 minutos")),
    (15, lazy("Cada 15 minutos")),
    (30, lazy("Cada media hora")),
    (60, lazy("Cada hora")),
    (240, lazy("Cada 4 horas")),
    (720, lazy("Cada 12 horas")),
    (1440, lazy("Cada día")),
    (10_080, lazy("Cada semana")),
)


class SourceForm(forms.Form):
    """A source of one connector."""

    name = forms.CharField(
        label=lazy("Nombre"), max_length=80, help_text=lazy("Por ejemplo: ERP, cartera diaria.")
    )
    secret_name = forms.CharField(label=lazy("Nombre del secreto"), max_length=40, required=False)
    kind = forms.ChoiceField(label=lazy("Qué traen sus archivos"), required=False)
    profile = forms.ChoiceField(
        label=lazy("Perfil"),
        required=False,
        help_text=lazy("Cómo se entienden sus columnas; se guarda al revisar un archivo en Importar."),
    )
    schedule_minutes = forms.TypedChoiceField(label=lazy("Cada cuánto se trae"), coerce=int, initial=60)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        connector: ConnectorCard,
        profiles: Sequence[str],
        stored: SourceCard | None = None,
    ) -> None:
        super().__init__(data, initial=_initial(stored) if stored else None)
        self.connector = connector
        if connector.secret is SecretUse.NONE:
            del self.fields["secret_name"]
        else:
            secret = self.fields["secret_name"]
            secret.required = connector.secret is SecretUse.REQUIRED
            secret.help_text = _(
                "La contraseña o llave no se guarda aquí: se lee en el servidor de %(variable)s seguido de este "
                "nombre, por ejemplo ERP_CLAVE."
            ) % {"variable": connector.secret_variable}
        kinds = [(kind.value, state(kind="file_kind", name=kind.value).label) for kind in FileKind]
        self.fields["kind"].choices = [("", _("Lo que se reconozca")), *kinds]  # type: ignore[attr-defined]
        known = [("", _("El que mejor quede")), *((name, name) for name in profiles)]
        self.fields["profile"].choices = known  # type: ignore[attr-defined]
        self.fields["schedule_minutes"].choices = _schedules(stored)  # type: ignore[attr-defined]
        for setting in connector.settings:
            self.fields[_HEAD + setting.name] = _field(setting, stored)

    @property
    def setting_fields(self) -> list[forms.BoundField]:
        """List the fields of the connector, in its order."""
        return [self[_HEAD + setting.name] for setting in self.connector.settings]

    def draft(self) -> NewSource:
        """Return the source as the person describes it."""
        given = self.cleaned_data
        return NewSource(
            name=given["name"],
            connector=self.connector.code,
            settings={one.name: str(given[_HEAD + one.name] or "") for one in self.connector.settings},
            secret_name=given.get("secret_name", ""),
            kind=given["kind"],
            profile=given["profile"],
            schedule_minutes=given["schedule_minutes"],
        )


def _initial(stored: SourceCard) -> dict[str, Any]:
    return {
        "name": stored.name,
        "secret_name": stored.secret_name,
        "kind": stored.kind,
        "profile": stored.profile,
        "schedule_minutes": stored.schedule_minutes,
    }


def _schedules(stored: SourceCard | None) -> list[tuple[int, Any]]:
    """Offer the usual schedules, and the one that was set by command."""
    found: list[tuple[int, Any]] = [
        (minutes, label) for minutes, label in _SCHEDULES if MINUTES_MIN <= minutes <= MINUTES_MAX
    ]
    if stored is not None and stored.schedule_minutes not in dict(found):
        own = _("Cada %(minutes)s minutos") % {"minutes": stored.schedule_minutes}
        found = sorted([*found, (stored.schedule_minutes, own)], key=lambda pair: pair[0])
    return found


def _field(setting: Any, stored: SourceCard | None) -> forms.Field:
    options: dict[str, Any] = {
        "label": setting.label,
        "help_text": setting.help,
        "required": setting.is_required,
        "initial": stored.settings.get(setting.name, setting.default) if stored else setting.default,
    }
    if setting.kind is SettingKind.CHOICE:
        return forms.ChoiceField(choices=setting.choices, **options)
    if setting.kind is SettingKind.LONG_TEXT:
        area = forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "class": "mono"})
        return forms.CharField(max_length=setting.length_max, widget=area, **options)
    attrs = {"autocomplete": "off", "spellcheck": "false"}
    if setting.kind is SettingKind.NUMBER:
        attrs["inputmode"] = "numeric"
    return forms.CharField(max_length=setting.length_max, widget=forms.TextInput(attrs=attrs), **options)
