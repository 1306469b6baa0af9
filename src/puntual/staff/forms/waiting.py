"""What staff decide about movements that found no customer or document."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from puntual.intake.types import Dismissal
from puntual.staff.forms.case import choice_field
from puntual.web.fields import ActForm, AmountField

_DISMISSALS = (
    (Dismissal.NOT_OURS.value, _("No es nuestro")),
    (Dismissal.RETURNED.value, _("Se devolvió")),
    (Dismissal.REPEATED.value, _("Está repetido")),
)
_PARTS_MAX = 6


class AssignForm(forms.Form):
    """Whose a movement is, and which document it is about."""

    customer_id = forms.IntegerField(min_value=1)
    receivable_id = forms.IntegerField(min_value=1, required=False)


class DismissForm(ActForm):
    """Why a movement is put aside."""

    dismissal = choice_field(label=_("¿Por qué se descarta?"), choices=_DISMISSALS, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Motivo"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Escriba el motivo."), "max_length": _("Es demasiado largo.")},
    )


class SplitForm(ActForm):
    """Into which parts a payment is parted."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        for number in range(1, _PARTS_MAX + 1):
            self.fields[f"part_{number}"] = AmountField(
                label=_("Parte %(number)s") % {"number": number}, required=number <= 2
            )

    def amounts(self) -> list[Any]:
        """Return the parts that were filled in."""
        parts = (self.cleaned_data.get(f"part_{number}") for number in range(1, _PARTS_MAX + 1))
        return [part for part in parts if part]
