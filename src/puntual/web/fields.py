"""Form fields that every page shares: amounts and days as people write them, and forms that act once."""

import re
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from puntual.lib.money import LARGEST, ZERO

_AMOUNT = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d{1,16})(?:\.\d{1,2})?")
_DATE_FORMATS = ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y"]


class AmountField(forms.CharField):
    """An amount as people write it: 1250, 1,250.50 or $1,250.50; never guessed when it is ambiguous."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    default_error_messages = {
        "required": _("Escriba el importe."),
        "amount": _("Escriba el importe con números y punto decimal, por ejemplo 1250.50."),
        "positive": _("El importe debe ser mayor que cero."),
        "largest": _("El importe es demasiado grande."),
    }

    def __init__(self, *, zero_is_none: bool = False, **options: Any) -> None:
        super().__init__(max_length=40, **options)
        self.zero_is_none = zero_is_none

    def clean(self, value: Any) -> Decimal | None:
        """Return the amount that was written; None when nothing was and nothing is required, or zero means so."""
        text = super().clean(value).replace("$", "").replace("\u00a0", "").replace(" ", "")
        if not text:
            return None
        if not _AMOUNT.fullmatch(text) or not text.isascii():
            raise forms.ValidationError(self.error_messages["amount"], code="amount")
        amount = Decimal(text.replace(",", ""))
        if amount == ZERO and self.zero_is_none:
            return None
        if amount <= ZERO:
            raise forms.ValidationError(self.error_messages["positive"], code="positive")
        if amount > LARGEST:
            raise forms.ValidationError(self.error_messages["largest"], code="largest")
        return amount


class DayField(forms.DateField):
    """A day, by the browser's own picker or typed as 27/11/2026."""

    default_error_messages = {
        "required": _("Elija la fecha."),
        "invalid": _("Escriba la fecha así: 27/11/2026."),
        "early": _("La fecha es anterior a lo permitido."),
        "late": _("La fecha es posterior a lo permitido."),
    }

    def __init__(self, *, first: date, last: date, **options: Any) -> None:
        self.first, self.last = first, last
        limits = {"type": "date", "min": first.isoformat(), "max": last.isoformat()}
        super().__init__(
            input_formats=_DATE_FORMATS,
            widget=forms.DateInput(format="%Y-%m-%d", attrs=limits),
            **options,
        )


class BoundDayField(DayField):
    """A day that must lie within its limits."""

    def validate(self, value: date | None) -> None:
        """Refuse a day outside the limits."""
        super().validate(value)
        if value is not None and value < self.first:
            raise forms.ValidationError(self.error_messages["early"], code="early")
        if value is not None and value > self.last:
            raise forms.ValidationError(self.error_messages["late"], code="late")


class ActForm(forms.Form):
    """A form that acts once: sent twice with the same key, it is carried out once."""

    form_key = forms.UUIDField(widget=forms.HiddenInput, error_messages={"required": "", "invalid": ""})

    @property
    def key(self) -> UUID:
        """Return the key that this form is sent with: the one that came or was given, else a new one."""
        if self.is_bound and isinstance(self.cleaned_data.get("form_key"), UUID):
            return self.cleaned_data["form_key"]
        given = self.initial.get("form_key")
        return given if isinstance(given, UUID) else uuid4()

    def clean(self) -> dict[str, Any]:
        """Ask to send again when the key did not come; tell what is wrong with what is not shown."""
        data = super().clean() or self.cleaned_data
        for field in self.hidden_fields():
            if field.name != "form_key" and self.has_error(field.name):
                raise forms.ValidationError([str(one) for one in field.errors])
        if "form_key" not in data:
            raise forms.ValidationError(
                _("No recibimos el formulario completo. Envíelo otra vez, por favor.")
            )
        return data
