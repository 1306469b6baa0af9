"""What staff write down about a case."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from puntual.agreements.types import DisputeReason, DisputeState, HoldReason
from puntual.contacts.types import Channel, ConsentDecision, OwnerRole, PointKind, PointState
from puntual.flows.case_acts import ContactResult
from puntual.flows.promise_terms import PromiseTerms
from puntual.staff.forms.texts import read_as_typed
from puntual.web import states
from puntual.web.fields import ActForm, AmountField, BoundDayField

PROMISE_DAYS_MAX = 60
PAUSE_DAYS_MAX = 365

RESULTS: Mapping[ContactResult, str | Promise] = {
    ContactResult.SPOKE: _("Hablé con la persona"),
    ContactResult.NO_ANSWER: _("No contestó"),
    ContactResult.OTHER_PERSON: _("Contestó otra persona"),
    ContactResult.WRONG_POINT: _("Número o dato equivocado"),
    ContactResult.DELIVERED: _("Entregado o enviado"),
    ContactResult.THEY_CALLED: _("La persona nos buscó"),
}
_ANSWERS = {
    DisputeState.ACCEPTED: _("Procede: tenía razón"),
    DisputeState.REJECTED: _("No procede"),
    DisputeState.WITHDRAWN: _("La retiró"),
}
# What reports and disputes bring about by themselves.
_HOLDS_OF_THEIR_OWN = (HoldReason.PAYMENT_REPORTED, HoldReason.CORRECTION, HoldReason.PETITION)
_POINT_STATES = {
    PointState.VERIFIED: _("Verificado"),
    PointState.WRONG: _("Equivocado"),
    PointState.NEW: _("Sin verificar"),
}
_CHANNELS = (Channel.EMAIL, Channel.WHATSAPP, Channel.SMS, Channel.CALL)


def words(kind: str) -> list[tuple[str, Any]]:
    """List the codes of a vocabulary with their words, for a list to choose from."""
    return [(code, one.label) for code, one in states.VOCABULARIES[kind][1].items()]


def note_field(
    *, label: Any = "", required: bool = False, rows: int = 3, help_text: Any = ""
) -> forms.CharField:
    """Make a field for a few lines of text."""
    return forms.CharField(
        label=label or _("Nota"),
        required=required,
        help_text=help_text,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={
            "required": _("Escriba unas palabras."),
            "max_length": _("El texto es demasiado largo."),
        },
    )


def choice_field(*, label: Any, choices: Sequence[tuple[Any, Any]], **options: Any) -> forms.ChoiceField:
    """Make a field to choose one of a list."""
    return forms.ChoiceField(
        label=label,
        choices=choices,
        error_messages={"required": _("Elija una opción."), "invalid_choice": _("Elija de la lista.")},
        **options,
    )


class PromiseForm(ActForm):
    """How much, and when."""

    def __init__(
        self,
        data: Any = None,
        *,
        owed: Mapping[str, Decimal],
        suggested: Mapping[str, Any],
        terms: PromiseTerms,
        today: date,
    ) -> None:
        super().__init__(data)
        last = today + timedelta(days=PROMISE_DAYS_MAX)
        currency = suggested.get("currency", "")
        self.fields["amount"] = AmountField(
            label=_("¿Cuánto va a pagar?"), initial=suggested.get("amount"), help_text=terms.amount_words()
        )
        self.fields["currency"] = choice_field(
            label=_("Moneda"), choices=[(code, code) for code in owed], initial=currency
        )
        self.fields["due_date"] = BoundDayField(
            label=_("¿Qué día?"),
            first=today,
            last=last,
            initial=suggested.get("due_date"),
            help_text=terms.day_words(),
        )
        self.fields["channel"] = choice_field(
            label=_("¿Cómo lo dijo?"),
            choices=[(one.value, states.state(name=one.value, kind="channel").label) for one in Channel],
            initial=Channel.CALL.value,
        )
        self.fields["note"] = note_field()


class GoForm(ActForm):
    """By what means somebody is about to reach a customer."""

    def __init__(self, data: Any = None, *, ways: Sequence[tuple[str, str]], way: str) -> None:
        super().__init__(data)
        self.fields["way"] = choice_field(
            label=_("Medio"), choices=ways or [("", gettext("Sin medios de contacto"))], initial=way
        )


class ContactForm(ActForm):
    """A contact, its result, and the promise it may have ended in."""

    def __init__(
        self,
        data: Any = None,
        *,
        ways: Sequence[tuple[str, str]],
        way: str,
        owed: Mapping[str, Decimal],
        suggested: Mapping[str, Any],
        terms: PromiseTerms,
        today: date,
    ) -> None:
        super().__init__(data)
        last = today + timedelta(days=PROMISE_DAYS_MAX)
        self.fields["way"] = choice_field(label=_("Medio"), choices=ways, initial=way)
        self.fields["result"] = choice_field(
            label=_("Resultado"),
            choices=[(one.value, label) for one, label in RESULTS.items()],
            widget=forms.RadioSelect,
        )
        self.fields["note"] = note_field(rows=2)
        self.fields["promise_amount"] = AmountField(
            label=_("Prometió pagar"), required=False, help_text=terms.amount_words()
        )
        self.fields["promise_currency"] = choice_field(
            label=_("Moneda"),
            choices=[(code, code) for code in owed] or [("", "")],
            initial=suggested.get("currency", ""),
            required=False,
        )
        self.fields["promise_date"] = BoundDayField(
            label=_("El día"), first=today, last=last, required=False, help_text=terms.day_words()
        )

    def clean(self) -> dict[str, Any]:
        """Ask for both halves of a promise, and for a conversation that it was made in."""
        data = super().clean()
        amount, day = data.get("promise_amount"), data.get("promise_date")
        if "promise_amount" in self.errors or "promise_date" in self.errors:
            return data
        if amount and not day:
            self.add_error("promise_date", gettext("Elija el día de la promesa."))
        if day and not amount:
            self.add_error("promise_amount", gettext("Escriba el importe de la promesa."))
        if amount and data.get("result") not in (ContactResult.SPOKE, ContactResult.THEY_CALLED, None):
            self.add_error(
                "result", gettext("Solo quien habló con usted pudo prometer: cambie el resultado.")
            )
        return data


class DisputeForm(ActForm):
    """What the customer objects to."""

    def __init__(
        self, data: Any = None, *, documents: Sequence[tuple[str, str]], receivable: str = ""
    ) -> None:
        super().__init__(data)
        self.fields["receivable"] = choice_field(
            label=_("¿Sobre qué?"),
            choices=[("", _("Todo el adeudo")), *documents],
            initial=receivable,
            required=False,
        )
        self.fields["reason"] = choice_field(label=_("Motivo"), choices=words("dispute_reason"))
        self.fields["amount"] = AmountField(
            label=_("Importe que no reconoce"),
            required=False,
            help_text=_("En blanco: todo el documento."),
        )
        self.fields["note"] = note_field(label=_("¿Qué dice el cliente?"))

    def clean(self) -> dict[str, Any]:
        """Ask for words where the reason says nothing."""
        data = super().clean()
        if data.get("reason") == DisputeReason.OTHER and not data.get("note"):
            self.add_error("note", gettext("Escriba qué dice el cliente."))
        return data


class AnswerForm(ActForm):
    """The answer to a dispute."""

    # What was withdrawn needs no words, and a browser would not let the form go without.
    use_required_attribute = False

    state = choice_field(
        label=_("Respuesta"),
        choices=[(one.value, label) for one, label in _ANSWERS.items()],
        widget=forms.RadioSelect,
    )
    resolution = note_field(
        label=_("Explicación para el cliente"), required=True, help_text=_("La lee en su portal.")
    )
    read_as_typed(resolution, name="resolution")
    resolution.error_messages["required"] = _("Escriba la respuesta de la aclaración.")

    def clean(self) -> dict[str, Any]:
        """Ask for no explanation of what the customer withdrew."""
        data = super().clean()
        if data.get("state") == DisputeState.WITHDRAWN and "resolution" in self.errors:
            del self.errors["resolution"]
            data["resolution"] = ""
        return data


class PauseForm(ActForm):
    """Why contact is paused, and until when."""

    def __init__(self, data: Any = None, *, documents: Sequence[tuple[str, str]], today: date) -> None:
        super().__init__(data)
        last = today + timedelta(days=PAUSE_DAYS_MAX)
        self.fields["receivable"] = choice_field(
            label=_("¿Sobre qué?"), choices=[("", _("Todo el adeudo")), *documents], required=False
        )
        self.fields["reason"] = choice_field(
            label=_("Motivo"),
            choices=[one for one in words("hold") if one[0] not in _HOLDS_OF_THEIR_OWN],
        )
        self.fields["until_date"] = BoundDayField(
            label=_("Hasta el día"), first=today, last=last, initial=today + timedelta(days=7)
        )
        self.fields["note"] = note_field()


class PointForm(ActForm):
    """A new contact point, whose it is and who gave it."""

    kind = choice_field(label=_("Tipo"), choices=words("point_kind"), initial=PointKind.PHONE.value)
    value = forms.CharField(
        label=_("Teléfono, correo o domicilio"),
        max_length=300,
        error_messages={"required": _("Escriba el dato."), "max_length": _("Es demasiado largo.")},
    )
    owner_role = choice_field(
        label=_("¿De quién es?"), choices=words("owner"), initial=OwnerRole.DEBTOR.value
    )
    owner_name = forms.CharField(label=_("Nombre"), max_length=200, required=False)
    source = forms.CharField(
        label=_("¿Quién lo dio?"),
        max_length=80,
        help_text=_("Sin origen conocido la ley no permite usarlo."),
        error_messages={"required": _("Escriba de dónde viene el dato.")},
    )


class PointStateForm(ActForm):
    """What became known of a contact point."""

    state = choice_field(
        label=_("Estado"),
        choices=[(one.value, label) for one, label in _POINT_STATES.items()],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label=_("Nota"), max_length=200, required=False)


class ChannelForm(ActForm):
    """What a customer said about a channel."""

    channel = choice_field(
        label=_("Medio"),
        choices=[(one.value, states.state(name=one.value, kind="channel").label) for one in _CHANNELS],
    )
    decision = choice_field(
        label=_("¿Qué pidió?"),
        choices=[
            (ConsentDecision.OPTED_OUT.value, _("Que no lo usemos")),
            (ConsentDecision.GRANTED.value, _("Que sí lo usemos")),
        ],
        initial=ConsentDecision.OPTED_OUT.value,
        widget=forms.RadioSelect,
    )
    note = note_field(label=_("¿Cómo lo dijo?"))


class ReasonForm(ActForm):
    """Why something is undone or put aside."""

    reason = forms.CharField(
        label=_("Motivo"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Escriba el motivo."), "max_length": _("Es demasiado largo.")},
    )


class SureForm(ActForm):
    """Nothing to write: only to be sure."""
