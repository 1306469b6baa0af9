"""What a debtor may write: amounts and days as people write them, never guessed."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django import forms

from puntual.flows.promise_terms import PromiseTerms
from puntual.portal.forms import AmountField, DisputeForm, PreferencesForm, PromiseForm, ReportForm

TODAY = date(2026, 11, 23)
OWED = {"MXN": Decimal("1250.00"), "USD": Decimal("80.50")}


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("1250", "1250"),
        ("1250.5", "1250.5"),
        ("1,250.50", "1250.50"),
        ("$1,250.50", "1250.50"),
        (" $ 1 250.50 ", "1250.50"),
        ("999,999,999,999.99", "999999999999.99"),
        ("0.01", "0.01"),
    ],
)
def test_amounts_are_read_as_people_write_them(written: str, amount: str) -> None:
    assert AmountField().clean(written) == Decimal(amount)


@pytest.mark.parametrize(
    "written",
    [
        "1250,50",
        "1.250,50",
        "12,50",
        "1250.505",
        "-5",
        "abc",
        "1e5",
        "٥",
        "1,2,3",
        ".5",
        "5.",
        "1" * 17,
        "0",
        "0.00",
        "",
    ],
)
def test_amounts_that_could_mean_two_things_are_asked_again(written: str) -> None:
    with pytest.raises(forms.ValidationError):
        AmountField().clean(written)


def promise(**changes: Any) -> PromiseForm:
    data = {"form_key": str(uuid4()), "amount": "500", "currency": "MXN", "due_date": "2026-11-30", **changes}
    suggested = {"amount": Decimal("1250.00"), "currency": "MXN", "due_date": TODAY}
    return PromiseForm(data, owed=OWED, suggested=suggested, terms=PromiseTerms(), today=TODAY)


def test_promise_takes_days_of_the_picker_and_typed_ones() -> None:
    for written in ("2026-11-30", "30/11/2026", "30-11-2026"):
        form = promise(due_date=written)

        assert form.is_valid(), form.errors
        assert form.cleaned_data["due_date"] == date(2026, 11, 30)


@pytest.mark.parametrize("day", ["2026-11-22", "2027-01-23", "31/02/2027", "mañana", ""])
def test_promise_refuses_days_outside_what_is_allowed(day: str) -> None:
    form = promise(due_date=day)

    assert not form.is_valid()
    assert list(form.errors) == ["due_date"]


@pytest.mark.parametrize("day", ["2026-11-23", "2027-01-22"])
def test_promise_takes_the_first_and_the_last_allowed_day(day: str) -> None:
    assert promise(due_date=day).is_valid()


@pytest.mark.parametrize(
    ("amount", "currency", "is_good"),
    [("1250", "MXN", True), ("1250.01", "MXN", False), ("80.50", "USD", True), ("80.51", "USD", False)],
)
def test_promise_is_at_most_what_is_owed_in_its_currency(amount: str, currency: str, is_good: bool) -> None:
    form = promise(amount=amount, currency=currency)

    assert form.is_valid() is is_good
    assert list(form.errors) == ([] if is_good else ["amount"])


def test_promise_in_a_currency_that_is_not_owed_is_refused() -> None:
    form = promise(currency="EUR")

    assert not form.is_valid()
    assert list(form.errors) == ["currency"]


@pytest.mark.parametrize("key", ["", "x", "' or 1=1"])
def test_a_form_without_its_key_is_asked_to_be_sent_again_with_a_good_one(key: str) -> None:
    form = promise(form_key=key)

    assert not form.is_valid()
    assert form.non_field_errors() == ["No recibimos el formulario completo. Envíelo otra vez, por favor."]
    assert str(form.key) != key


def test_the_key_survives_an_error() -> None:
    key = uuid4()
    form = promise(form_key=str(key), amount="mucho")

    assert not form.is_valid()
    assert form.key == key


@pytest.mark.parametrize("day", ["2026-11-24", "2025-11-22"])
def test_report_refuses_days_to_come_and_days_long_past(day: str) -> None:
    suggested = {"amount": Decimal("1250.00"), "currency": "MXN"}
    data = {"form_key": str(uuid4()), "amount": "500", "currency": "MXN", "paid_on": day}
    form = ReportForm(data, currencies=["MXN"], suggested=suggested, today=TODAY)

    assert not form.is_valid()
    assert list(form.errors) == ["paid_on"]


def dispute(**changes: Any) -> DisputeForm:
    data = {"form_key": str(uuid4()), "documents": ["7"], "reason": "QUALITY", "note": "", **changes}
    return DisputeForm(data, documents=[("7", "F-7"), ("8", "F-8")])


def test_dispute_names_documents_or_everything() -> None:
    some_form, all_form = dispute(documents=["8", "7"]), dispute(documents=["7", "all"])

    assert some_form.is_valid()
    assert some_form.receivable_ids() == (7, 8)
    assert all_form.is_valid()
    assert all_form.receivable_ids() == ()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"documents": []}, "documents"),
        ({"documents": ["99"]}, "documents"),
        ({"reason": ""}, "reason"),
        ({"reason": "BORED"}, "reason"),
        ({"reason": "OTHER", "note": "  "}, "note"),
        ({"note": "x" * 2001}, "note"),
    ],
)
def test_dispute_asks_for_what_is_missing(changes: dict[str, Any], field: str) -> None:
    form = dispute(**changes)

    assert not form.is_valid()
    assert list(form.errors) == [field]


def test_preferring_a_channel_that_is_off_is_refused() -> None:
    form = PreferencesForm({"form_key": str(uuid4()), "channels": ["EMAIL"], "preferred": "CALL"}, hours=None)

    assert not form.is_valid()
    assert list(form.errors) == ["preferred"]


def test_turning_every_channel_off_is_allowed() -> None:
    assert PreferencesForm({"form_key": str(uuid4()), "preferred": ""}, hours=None).is_valid()


def test_what_is_wrong_with_a_hidden_value_is_told() -> None:
    suggested = {"amount": Decimal("1"), "currency": "MXN", "due_date": TODAY}
    data = {"form_key": str(uuid4()), "amount": "1", "currency": "USD", "due_date": "2026-11-30"}
    form = PromiseForm(
        data, owed={"MXN": Decimal("1")}, suggested=suggested, terms=PromiseTerms(), today=TODAY
    )

    assert not form.is_valid()
    assert form.non_field_errors() == ["Elija una de las monedas."]
