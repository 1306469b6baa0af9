"""What a person writes to complain, or to ask about their data."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from puntual.rights.types import Cause, Kind
from puntual.web.fields import ActForm, BoundDayField

_DAYS_BACK_MAX = 365
KINDS = {
    Kind.ACCESS: _("Quiero saber qué datos tienen de mí"),
    Kind.RECTIFICATION: _("Un dato está mal: quiero que lo corrijan"),
    Kind.CANCELLATION: _("Quiero que borren mis datos"),
    Kind.OPPOSITION: _("No quiero que me contacten"),
    Kind.PORTABILITY: _("Quiero llevarme mis datos a otra parte"),
}


def _words(*, label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={
            "required": _("Cuéntenos con sus palabras."),
            "max_length": _("El texto es demasiado largo: deje lo más importante."),
        },
    )


class ComplaintForm(ActForm):
    """A complaint about contact or treatment."""

    def __init__(
        self, data: Any = None, *, causes: Sequence[Cause], contacts: Sequence[tuple[str, str]], today: date
    ) -> None:
        super().__init__(data)
        self.fields["cause"] = forms.ChoiceField(
            label=_("¿Qué pasó?"),
            choices=[("", _("Elija lo que más se parezca")), *((one.code, one.text) for one in causes)],
            error_messages={"required": _("Elija un motivo."), "invalid_choice": _("Elija un motivo.")},
        )
        self.fields["words"] = _words(
            label=_("Cuéntenos cómo fue"), help_text=_("Quién le contactó, qué le dijo y desde qué número.")
        )
        if contacts:
            self.fields["attempts"] = forms.MultipleChoiceField(
                label=_("¿Fue uno de estos contactos?"),
                required=False,
                choices=contacts,
                widget=forms.CheckboxSelectMultiple,
                error_messages={"invalid_choice": _("Elija de la lista.")},
            )
        self.fields["happened_date"] = BoundDayField(
            label=_("¿Qué día fue?"),
            first=today - timedelta(days=_DAYS_BACK_MAX),
            last=today,
            required=False,
            help_text=_("Si no está en la lista."),
        )


class DisagreeForm(ActForm):
    """Why an answer is not accepted."""

    words = _words(label=_("¿Con qué no está de acuerdo?"), help_text=_("Qué faltó, o qué no es cierto."))


class RequestForm(ActForm):
    """A right over one's own data."""

    kind = forms.ChoiceField(
        label=_("¿Qué pide?"),
        choices=[(one.value, label) for one, label in KINDS.items()],
        widget=forms.RadioSelect,
        error_messages={"required": _("Elija qué pide."), "invalid_choice": _("Elija qué pide.")},
    )
    words = _words(label=_("Díganos cuál dato, o qué necesita"))
