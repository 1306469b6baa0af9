"""An act beside contacts that somebody wants judged before it is done."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from puntual.compliance.types.trying import ActTrial
from puntual.lib.days import YEAR_MAX, YEAR_MIN
from puntual.staff.forms.case import choice_field
from puntual.web.fields import AmountField, BoundDayField

BUREAU, FEE = "BUREAU", "FEE"
_FIRST, _LAST = date(YEAR_MIN, 1, 1), date(YEAR_MAX, 12, 31)


class ActForm(forms.Form):
    """What the law looks at before a bureau is told, and before collection is charged for."""

    def __init__(self, data: Any = None, *, countries: list[tuple[str, str]], initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        acts = [(BUREAU, _("Informar a un buró de crédito")), (FEE, _("Cobrar gastos de cobranza"))]
        self.fields["act"] = choice_field(label=_("Qué se quiere hacer"), choices=acts)
        self.fields["country"] = choice_field(label=_("País"), choices=countries)
        self.fields["day"] = BoundDayField(label=_("Qué día"), first=_FIRST, last=_LAST)
        self.fields["overdue"] = AmountField(label=_("Deuda vencida"), required=False)
        self.fields["notices"] = forms.IntegerField(
            label=_("Avisos dados, en días distintos"),
            required=False,
            min_value=0,
            max_value=100,
            error_messages={"invalid": _("Escriba cuántos, con números.")},
        )
        self.fields["last_notice_on"] = _day(_("Día del último aviso"))
        self.fields["default_since"] = _day(_("En mora desde"))
        self.fields["monthly_wage"] = AmountField(
            label=_("Salario mínimo mensual"),
            required=False,
            help_text=_("Donde la regla depende de él, como en Colombia."),
        )
        self.fields["due_date"] = _day(_("Vencimiento"))
        self.fields["fee"] = AmountField(label=_("Gastos que se cobrarían"), required=False)
        self.fields["unit_value"] = AmountField(
            label=_("Valor de la unidad de cuenta ese día"),
            required=False,
            help_text=_("La UF en Chile, en pesos."),
        )
        self.fields["had_free_notice"] = forms.BooleanField(
            label=_("Se avisó sin costo, a tiempo"), required=False
        )

    def clean(self) -> dict[str, Any]:
        """Refuse days that lie behind the day that is asked about."""
        data: dict[str, Any] = super().clean() or {}
        for name in ("last_notice_on", "default_since", "due_date"):
            if data.get(name) and data.get("day") and data[name] > data["day"]:
                self.add_error(name, _("Es posterior al día por el que se pregunta."))
        return data

    def trial(self) -> ActTrial:
        """Return the act that a good form asks about; of the other act nothing is taken."""
        data = self.cleaned_data
        is_bureau = data["act"] == BUREAU
        mine = (
            ("notices", "last_notice_on", "default_since", "monthly_wage")
            if is_bureau
            else ("due_date", "fee", "unit_value", "had_free_notice")
        )
        return ActTrial(
            country=data["country"],
            is_bureau=is_bureau,
            day=data["day"],
            overdue=data["overdue"],
            **{name: data[name] for name in mine},
        )


def _day(label: str) -> BoundDayField:
    return BoundDayField(label=label, required=False, first=_FIRST, last=_LAST)
