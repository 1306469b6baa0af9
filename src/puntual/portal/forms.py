"""What a debtor may write, checked in plain words; what was typed is kept."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from puntual.agreements.types import DisputeReason
from puntual.contacts.types import AgreedHours, Channel
from puntual.flows.promise_terms import PromiseTerms
from puntual.lib import formats
from puntual.lib.money import ZERO
from puntual.web.fields import ActForm, AmountField, DayField
from puntual.web.hours import add_hours

PROMISE_DAYS_MAX = 60
REPORT_DAYS_BACK_MAX = 365
ALL_DOCUMENTS = "all"
NOTE_LENGTH_MAX = 2000

REASONS: Mapping[DisputeReason, str | Promise] = {
    DisputeReason.ALREADY_PAID: _("Ya lo pagué"),
    DisputeReason.WRONG_AMOUNT: _("El importe no es correcto"),
    DisputeReason.NOT_DELIVERED: _("No recibí el producto o servicio"),
    DisputeReason.QUALITY: _("El producto o servicio tuvo un problema"),
    DisputeReason.NOT_MINE: _("No reconozco esta deuda"),
    DisputeReason.OTHER: _("Otro motivo"),
}
CHANNELS: Mapping[Channel, str | Promise] = {
    Channel.EMAIL: _("Correo electrónico"),
    Channel.WHATSAPP: _("WhatsApp"),
    Channel.SMS: _("Mensaje de texto (SMS)"),
    Channel.CALL: _("Llamada telefónica"),
}


def _written(amount: Decimal, currency: str) -> str:
    locale = formats.locale_of(language=get_language() or "es-mx")
    return formats.money(amount=amount, currency=currency, locale=locale)


def _written_day(day: date) -> str:
    locale = formats.locale_of(language=get_language() or "es-mx")
    return formats.day(value=day, locale=locale)


def _note(*, label: Any, help_text: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=NOTE_LENGTH_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "max_length": _("El texto es demasiado largo: deje lo más importante."),
        },
    )


def _currency_field(*, currencies: Sequence[str], initial: str) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("Moneda"),
        choices=[(code, code) for code in currencies],
        initial=initial,
        widget=forms.HiddenInput if len(currencies) == 1 else forms.Select,
        error_messages={"required": _("Elija la moneda."), "invalid_choice": _("Elija una de las monedas.")},
    )


class IdentityForm(forms.Form):
    """What the visitor knows; judged by portal.identity, never here."""

    proof = forms.CharField(
        max_length=40,
        strip=True,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
        error_messages={
            "required": _("Escriba el dato para continuar."),
            "max_length": _("El dato es demasiado largo."),
        },
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
        self.owed, self.terms = owed, terms
        self.first, self.last = today, today + timedelta(days=PROMISE_DAYS_MAX)
        is_short = terms.last_day is not None and terms.last_day < self.last
        self.last = min(self.last, terms.last_day or self.last)
        self.fields["amount"] = AmountField(
            label=_("¿Cuánto va a pagar?"), initial=suggested["amount"], help_text=self._least(tuple(owed))
        )
        self.fields["currency"] = _currency_field(currencies=tuple(owed), initial=suggested["currency"])
        self.fields["due_date"] = DayField(
            label=_("¿Qué día?"),
            first=self.first,
            last=self.last,
            initial=suggested["due_date"],
            help_text=_("Aquí puede elegir hasta el %(last)s. Si necesita más tiempo, hable con nosotros.")
            % {"last": _written_day(self.last)}
            if is_short
            else "",
        )

    def _least(self, currencies: Sequence[str]) -> str:
        """Say the least that may be promised in some currencies; empty where nothing is asked for."""
        least = [
            _written(self.terms.amount_min[one], one) for one in currencies if one in self.terms.amount_min
        ]
        return gettext("Lo menos que puede prometer: %s.") % ", ".join(least) if least else ""

    def clean_due_date(self) -> date:
        """Keep the day within what is allowed."""
        day = self.cleaned_data["due_date"]
        if self.first == self.last != day:
            raise forms.ValidationError(
                gettext("Aquí solo puede elegir hoy. Si necesita más tiempo, hable con nosotros.")
            )
        if not self.first <= day <= self.last:
            raise forms.ValidationError(
                gettext("Elija un día entre hoy y el %(last)s.") % {"last": _written_day(self.last)}
            )
        return day

    def clean(self) -> dict[str, Any]:
        """Keep the amount within what is owed in its currency."""
        data = super().clean()
        amount, currency = data.get("amount"), data.get("currency")
        if amount and currency and amount > self.owed[currency]:
            self.add_error(
                "amount",
                gettext("Su saldo es %(owed)s: escriba ese importe o uno menor.")
                % {"owed": _written(self.owed[currency], currency)},
            )
        elif amount and currency and amount < self.terms.amount_min.get(currency, ZERO):
            self.add_error("amount", self._least([currency]))
        return data


class ReportForm(ActForm):
    """A payment that the debtor already made."""

    def __init__(
        self, data: Any = None, *, currencies: Sequence[str], suggested: Mapping[str, Any], today: date
    ) -> None:
        super().__init__(data)
        self.first, self.last = today - timedelta(days=REPORT_DAYS_BACK_MAX), today
        self.fields["amount"] = AmountField(label=_("¿Cuánto pagó?"), initial=suggested["amount"])
        self.fields["currency"] = _currency_field(currencies=currencies, initial=suggested["currency"])
        self.fields["paid_on"] = DayField(
            label=_("¿Qué día pagó?"), first=self.first, last=self.last, initial=today
        )
        self.fields["reference"] = forms.CharField(
            label=_("Referencia o clave de rastreo"),
            help_text=_("Está en su comprobante. Con ella encontramos su pago más rápido."),
            required=False,
            max_length=120,
            error_messages={"max_length": _("La referencia es demasiado larga.")},
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
        )
        self.fields["note"] = forms.CharField(
            label=_("¿Algo más que debamos saber?"),
            required=False,
            max_length=300,
            widget=forms.Textarea(attrs={"rows": 3}),
            error_messages={"max_length": _("El texto es demasiado largo: deje lo más importante.")},
        )

    def clean_paid_on(self) -> date:
        """Refuse a day to come, and one too long ago."""
        day = self.cleaned_data["paid_on"]
        if day > self.last:
            raise forms.ValidationError(
                gettext("Ese día todavía no llega. Si va a pagar después, use «Elegir fecha».")
            )
        if day < self.first:
            raise forms.ValidationError(gettext("Ese día es de hace más de un año: llámenos, por favor."))
        return day


class DisputeForm(ActForm):
    """What is wrong, with which documents."""

    def __init__(
        self,
        data: Any = None,
        *,
        documents: Sequence[tuple[str, str]],
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        self.fields["documents"] = forms.MultipleChoiceField(
            label=_("¿En qué hay un error?"),
            choices=[(ALL_DOCUMENTS, _("En todo mi saldo")), *documents],
            widget=forms.CheckboxSelectMultiple,
            error_messages={
                "required": _("Marque al menos un documento, o todo su saldo."),
                "invalid_choice": _("Uno de los documentos ya no está en su saldo. Vuelva a elegir."),
            },
        )
        self.fields["reason"] = forms.ChoiceField(
            label=_("¿Qué pasa?"),
            choices=[(reason.value, label) for reason, label in REASONS.items()],
            widget=forms.RadioSelect,
            error_messages={"required": _("Elija un motivo."), "invalid_choice": _("Elija un motivo.")},
        )
        self.fields["note"] = _note(
            label=_("Cuéntenos qué pasó"), help_text=_("Fechas, importes o lo que nos ayude a revisar.")
        )

    def clean(self) -> dict[str, Any]:
        """Ask for words where the reason says nothing."""
        data = super().clean()
        if data.get("reason") == DisputeReason.OTHER and not data.get("note"):
            self.add_error("note", _("Cuéntenos con sus palabras qué pasa."))
        return data

    def receivable_ids(self) -> tuple[int, ...]:
        """Return the documents in question; empty means the whole balance."""
        chosen = self.cleaned_data["documents"]
        return () if ALL_DOCUMENTS in chosen else tuple(sorted(int(one) for one in chosen))


class _AnyOf(forms.MultipleChoiceField):
    """Boxes of which all may be empty: an empty answer is an answer."""

    def validate(self, value: Any) -> None:
        """Refuse only what is not in the list."""
        for one in value:
            if not self.valid_value(one):
                raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")


class PreferencesForm(ActForm):
    """By which channels we may write or call, which one is liked best, and when; or not at all."""

    def __init__(
        self, data: Any = None, *, hours: AgreedHours | None, initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=initial)
        choices = [(channel.value, label) for channel, label in CHANNELS.items()]
        self.fields["channels"] = _AnyOf(
            label=_("Pueden contactarme por"),
            choices=choices,
            widget=forms.CheckboxSelectMultiple,
            error_messages={"invalid_choice": _("Elija de la lista.")},
        )
        self.fields["preferred"] = forms.ChoiceField(
            label=_("Prefiero"),
            choices=[("", _("Me da igual")), *choices],
            required=False,
            error_messages={"invalid_choice": _("Elija de la lista.")},
        )
        add_hours(
            self,
            hours=hours,
            label=_("Solo en estos días"),
            help_text=_("Si no marca ninguno, en los días y horas que permite la ley."),
        )
        self.fields["none"] = forms.BooleanField(
            label=_("No quiero que me contacten por ningún medio"),
            required=False,
            help_text=_("Dejamos de escribirle y llamarle desde ahora. Lo que debe no cambia."),
        )

    def clean(self) -> dict[str, Any]:
        """Refuse to prefer a channel that is turned off."""
        data = super().clean()
        if data.get("preferred") and data["preferred"] not in data.get("channels", []):
            self.add_error("preferred", _("Prefiere un medio que quitó de la lista: márquelo o elija otro."))
        return data


class HardshipForm(ActForm):
    """A difficult moment, in the debtor's own words or in none."""

    note = _note(
        label=_("Si quiere, cuéntenos qué le ayudaría"),
        help_text=_("No hace falta que explique sus motivos."),
    )
