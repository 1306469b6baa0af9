"""Which day's ageing is asked for."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from puntual.web.fields import BoundDayField

_FIRST = date(1990, 1, 1)


class AgeingForm(forms.Form):
    """A day that has come, and whether only what was known by its end counts."""

    def __init__(self, data: Any, *, today: date) -> None:
        super().__init__(data)
        self.fields["day"] = BoundDayField(
            label=_("Al cierre del día"),
            first=_FIRST,
            last=today,
            initial=today,
            error_messages={"late": _("Ese día todavía no llega.")},
        )
        self.fields["as_known_then"] = forms.BooleanField(
            label=_("Solo con lo que se sabía ese día"),
            required=False,
            help_text=_("Sin los pagos, notas y correcciones que se registraron después."),
        )
