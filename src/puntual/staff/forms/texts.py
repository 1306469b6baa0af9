"""Fields whose words reach a debtor: they are read while one types."""

from django import forms
from django.urls import reverse_lazy
from django.utils.text import format_lazy


def read_as_typed(field: forms.CharField, *, name: str) -> forms.CharField:
    """Have the page say, below a field, what the law objects to in its words."""
    field.checks_text = True  # type: ignore[attr-defined]
    field.widget.attrs.update(
        {
            "hx-post": format_lazy("{}?campo={}", reverse_lazy("staff:check_text"), name),
            "hx-trigger": "input changed delay:500ms",
            "hx-target": "next .text-told",
            "hx-swap": "innerHTML",
            "hx-sync": "this:replace",
        }
    )
    return field


def about_customer(form: forms.Form, *, name: str, customer_id: int) -> None:
    """Have the amounts and days of a field compared with what a customer owes."""
    attrs = form.fields[name].widget.attrs
    attrs["hx-post"] = format_lazy("{}&cliente={}", attrs["hx-post"], customer_id)
