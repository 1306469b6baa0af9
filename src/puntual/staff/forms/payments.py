"""What staff write down about money."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from puntual.payments.types import PaymentMethod
from puntual.portfolio.types import OpenItem
from puntual.staff.forms.case import choice_field, words
from puntual.staff.forms.texts import read_as_typed
from puntual.web.fields import ActForm, AmountField, BoundDayField

_DAYS_BACK_MAX = 3 * 365
FILE_BYTES_MAX = 10 * 1024 * 1024


class PaymentForm(ActForm):
    """Money received, and which documents it pays."""

    def __init__(
        self,
        data: Any = None,
        *,
        items: Sequence[OpenItem],
        currencies: Sequence[str],
        today: date,
    ) -> None:
        super().__init__(data)
        self.items = {item.id: item for item in items}
        self.fields["amount"] = AmountField(label=_("Importe"))
        self.fields["currency"] = choice_field(label=_("Moneda"), choices=[(one, one) for one in currencies])
        self.fields["value_date"] = BoundDayField(
            label=_("Fecha valor"), first=today - timedelta(days=_DAYS_BACK_MAX), last=today, initial=today
        )
        self.fields["method"] = choice_field(
            label=_("Medio"), choices=words("payment_method"), initial=PaymentMethod.TRANSFER.value
        )
        self.fields["reference"] = forms.CharField(
            label=_("Referencia"),
            required=False,
            max_length=120,
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
        )
        self.fields["note"] = forms.CharField(label=_("Nota"), required=False, max_length=300)
        self.fields["spread"] = choice_field(
            label=_("¿A qué se aplica?"),
            choices=[
                ("oldest", _("A lo más antiguo primero, salvo lo que esté en aclaración")),
                ("chosen", _("A los documentos que elija")),
            ],
            initial="oldest",
            widget=forms.RadioSelect,
        )
        for item in items:
            self.fields[f"item_{item.id}"] = AmountField(
                label=item.document_number, required=False, zero_is_none=True
            )

    def allocations(self) -> tuple[tuple[int, Decimal], ...]:
        """Return what each chosen document takes; empty means oldest due first."""
        data = self.cleaned_data
        if data.get("spread") != "chosen":
            return ()
        return tuple((key, data[f"item_{key}"]) for key in self.items if data.get(f"item_{key}"))

    def clean(self) -> dict[str, Any]:
        """Keep what is chosen within what is owed and what was paid."""
        data = super().clean()
        if data.get("spread") != "chosen":
            return data
        chosen = self.allocations()
        if not chosen and not any(name.startswith("item_") for name in self.errors):
            self.add_error("spread", gettext("Escriba cuánto se aplica a cada documento."))
        for key, amount in chosen:
            item = self.items[key]
            if item.currency != data.get("currency"):
                self.add_error(f"item_{key}", gettext("El documento está en otra moneda."))
            elif amount > item.open_amount:
                self.add_error(f"item_{key}", gettext("Es más de lo que debe el documento."))
        paid = data.get("amount")
        if paid and sum(amount for _key, amount in chosen) > paid:
            self.add_error("spread", gettext("Lo aplicado suma más que el pago."))
        return data


class RejectForm(ActForm):
    """Why a reported payment was not found."""

    answer = read_as_typed(
        forms.CharField(
            label=_("Respuesta para el cliente"),
            max_length=300,
            widget=forms.Textarea(attrs={"rows": 3}),
            error_messages={"required": _("Escriba la respuesta."), "max_length": _("Es demasiado largo.")},
        ),
        name="answer",
    )


class StatementForm(forms.Form):
    """A bank statement."""

    file = forms.FileField(
        label=_("Estado de cuenta (CSV)"),
        allow_empty_file=False,
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        error_messages={"required": _("Elija el archivo."), "empty": _("El archivo está vacío.")},
    )
    bank_account = forms.CharField(label=_("Cuenta"), required=False, max_length=40)

    def clean_file(self) -> Any:
        """Refuse a file that is larger than any statement."""
        given = self.cleaned_data["file"]
        if given.size > FILE_BYTES_MAX:
            raise forms.ValidationError(gettext("El archivo pesa más de 10 MB."))
        return given


class MatchForm(ActForm):
    """Whose money a bank line is."""

    customer = forms.CharField(
        label=_("Cliente: número, nombre o RFC"),
        max_length=80,
        error_messages={"required": _("Escriba de qué cliente es.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
