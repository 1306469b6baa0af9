"""Forms that mend what a look at the data found."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from puntual.portfolio.types import ReceivableKind
from puntual.staff.forms.case import choice_field, words
from puntual.staff.forms.zones import ZoneField
from puntual.web.fields import ActForm

_PAPER_LENGTH_MAX = 80
_PAPERS_MAX = 20


class CustomerForm(ActForm):
    """What staff may correct of a customer; an empty field leaves what is stored."""

    name = forms.CharField(label=_("Nombre o razón social"), max_length=250)
    kind = choice_field(label=_("Tipo de persona"), choices=words("customer_kind"))
    tax_id = forms.CharField(label=_("RFC o registro fiscal"), max_length=30, required=False)
    state = forms.CharField(
        label=_("Estado"),
        max_length=60,
        required=False,
        help_text=_("Con él se sabe a qué horas se permite buscar al cliente. Ejemplo: Jalisco."),
    )
    city = forms.CharField(label=_("Municipio o alcaldía"), max_length=120, required=False)
    postal_code = forms.CharField(label=_("Código postal"), max_length=12, required=False)
    time_zone = ZoneField(label=_("Zona horaria"), required=False, help_text=_("Solo si el estado no basta."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone: Any = self.fields["time_zone"]
        zone.keep(str((self.initial or {}).get("time_zone") or ""))

    def clean(self) -> dict[str, Any]:
        """Trim every text."""
        return {
            key: value.strip() if isinstance(value, str) else value for key, value in super().clean().items()
        }


class AcceptForm(ActForm):
    """Why what was found is right as it is."""

    note = forms.CharField(
        label=_("¿Por qué está bien así?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Escriba unas palabras."), "max_length": _("Es demasiado largo.")},
    )


class PaperForm(ActForm):
    """Where a paper lies that somebody has seen."""

    place = forms.CharField(
        label=_("¿Dónde está?"),
        max_length=200,
        help_text=_("Carpeta, sistema o dirección donde cualquiera lo encuentre."),
        error_messages={"required": _("Escriba dónde está."), "max_length": _("Es demasiado largo.")},
    )


class PapersForm(forms.Form):
    """Which papers each kind of debt must have, one a line."""

    def __init__(self, data: Any = None, *, names: Mapping[ReceivableKind, Sequence[str]]) -> None:
        super().__init__(data)
        labels = dict(words("receivable_kind"))
        for kind in ReceivableKind:
            self.fields[kind.value] = forms.CharField(
                label=labels[kind.value],
                required=False,
                max_length=_PAPERS_MAX * (_PAPER_LENGTH_MAX + 2),
                initial="\n".join(names.get(kind, ())),
                widget=forms.Textarea(attrs={"rows": 4}),
                help_text=_("Un documento por línea; vacío, no se pide ninguno."),
            )

    def papers(self) -> dict[ReceivableKind, list[str]]:
        """Return the names that were written, by kind."""
        return {
            kind: [line.strip() for line in self.cleaned_data[kind.value].splitlines() if line.strip()]
            for kind in ReceivableKind
        }

    def clean(self) -> dict[str, Any]:
        """Refuse names that are too long to be names."""
        data = super().clean() or self.cleaned_data
        for kind in ReceivableKind:
            lines = str(data.get(kind.value, "")).splitlines()
            if len(lines) > _PAPERS_MAX or any(len(line.strip()) > _PAPER_LENGTH_MAX for line in lines):
                self.add_error(
                    kind.value, _("A lo más 20 documentos, con nombres de hasta 80 letras cada uno.")
                )
        return data
