"""Many records in one call: one import, all or nothing, once for each key."""

import json
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from puntual.companies.models import Company
from puntual.flows import intake
from puntual.identity.types import Scope
from puntual.intake.models import Import, Movement
from puntual.payments.models import Payment
from puntual.portfolio.models import Customer, LedgerEntry, Receivable
from puntual.sources.models import Sending
from tests.conftest import NOW
from tests.web.programs import Program, make_program

KEY = {"Idempotency-Key": "2026-11-23-a"}


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def program(company: Company) -> Program:
    return make_program()


def debt(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "record": "RECEIVABLE",
        "customer_id": f"000{number}",
        "name": f"Cliente {number}, S.A.",
        "document": f"F-{number}",
        "issue_date": "2026-10-01",
        "due_date": "2026-11-05",
        "currency": "MXN",
        "amount": "1250.50",
        **changes,
    }


def owed() -> dict[str, Decimal]:
    return dict(Receivable.objects.values_list("document_number", "open_amount"))


@pytest.mark.feature("INT-01")
def test_debts_customers_and_payments_come_in_one_import(program: Program) -> None:
    records = [
        debt(1),
        debt(2, amount="300.00"),
        {
            "record": "CUSTOMER",
            "customer_id": "0009",
            "name": "Sin adeudo, S.A.",
            "email": "pagos@nueve.example",
        },
        {
            "record": "PAYMENT",
            "customer_id": "0002",
            "related_document": "F-2",
            "paid_date": "2026-11-20",
            "paid_amount": "100.00",
            "currency": "MXN",
            "payment_reference": "SPEI-1",
        },
    ]

    response = program.post("imports", {"records": records}, headers=KEY)

    assert response.status_code == 200, response.json()
    load = Import.objects.get()
    assert response.json() == {
        "import_id": load.pk,
        "total": 4,
        "accepted": 4,
        "unchanged": 0,
        "rejected": 0,
        "ignored": 0,
        "rejected_records": [],
        "repeated": False,
    }
    assert owed() == {"F-1": Decimal("1250.50"), "F-2": Decimal("200.00")}
    assert set(Customer.objects.values_list("external_id", flat=True)) == {"0001", "0002", "0009"}
    assert Payment.objects.get().amount == Decimal("100.00")
    assert (load.state, load.actor_label, load.file_name) == ("APPLIED", "API ERP", "api-2026-11-23-a.json")
    assert json.loads(bytes(load.content)) == {"records": records}


@pytest.mark.feature("INT-01")
@pytest.mark.parametrize(
    "kinds",
    [[kind] for kind in ("CUSTOMER", "PAYMENT", "CREDIT_NOTE", "ADJUSTMENT", "DISPUTE", "CANCELLATION")]
    + [["CUSTOMER", "DISPUTE"], ["CUSTOMER", "DISPUTE", "CANCELLATION", "PAYMENT", "ADJUSTMENT"]],
    ids="+".join,
)
def test_a_call_may_hold_any_mix_of_records_or_one_kind_alone(program: Program, kinds: list[str]) -> None:
    program.post("imports", {"records": [debt(1), debt(2)]}, headers=KEY)
    about = {"customer_id": "0001", "related_document": "F-1"}
    records = {
        "CUSTOMER": {"customer_id": "0009", "name": "Total Nueve, S.A."},
        "PAYMENT": {**about, "paid_date": "2026-11-20", "paid_amount": "10.00"},
        "CREDIT_NOTE": {**about, "document": "NC-1", "issue_date": "2026-11-20", "amount": "10.00"},
        "ADJUSTMENT": {**about, "document": "AJ-1", "issue_date": "2026-11-20", "amount": "10.00"},
        "DISPUTE": {**about, "document": "AC-1", "issue_date": "2026-11-20"},
        "CANCELLATION": {"related_document": "F-2", "cancelled_date": "2026-11-20"},
    }

    response = program.post(
        "imports",
        {"records": [{"record": kind, **records[kind]} for kind in kinds]},
        headers={"Idempotency-Key": "b"},
    )

    assert response.status_code == 200, response.json()
    assert response.json()["accepted"] == len(kinds)
    assert Movement.objects.filter(state="POSTED").count() == len(set(kinds) - {"CUSTOMER"})


def test_an_adjustment_may_lower_a_debt_and_its_motive_says_what_it_is(program: Program) -> None:
    def adjusted(number: int, amount: str, motive: str) -> dict[str, Any]:
        return {
            "record": "ADJUSTMENT",
            "customer_id": "0001",
            "document": f"AJ-{number}",
            "related_document": "F-1",
            "issue_date": "2026-11-20",
            "amount": amount,
            "motive": motive,
        }

    records = [
        debt(1),
        adjusted(1, "-5.00", "Descuento"),
        adjusted(2, "-7.50", "Castigo"),
        adjusted(3, "1.00", ""),
    ]

    response = program.post("imports", {"records": records}, headers=KEY)

    assert response.status_code == 200, response.json()
    assert owed() == {"F-1": Decimal("1239.00")}
    kinds = LedgerEntry.objects.exclude(kind="ISSUE").order_by("id").values_list("kind", "amount")
    assert set(kinds) == {
        ("DISCOUNT", Decimal("-5.00")),
        ("WRITE_OFF", Decimal("-7.50")),
        ("ADJUSTMENT", Decimal("1.00")),
    }


def test_only_an_adjustment_may_be_below_zero(program: Program) -> None:
    response = program.post("imports", {"records": [debt(1, amount="-5.00")]}, headers=KEY)

    assert response.status_code == 422
    assert response.json()["errors"] == [
        {
            "field": "records.0.amount",
            "message": "El importe debe ser mayor que cero; solo un ajuste puede ser negativo.",
        }
    ]
    assert owed() == {}


def test_the_same_call_again_writes_nothing_and_is_answered_alike(program: Program) -> None:
    first = program.post("imports", {"records": [debt(1)]}, headers=KEY).json()

    again = program.post("imports", {"records": [debt(1)]}, headers=KEY)

    assert again.status_code == 200
    assert again.json() == {**first, "repeated": True}
    assert (Import.objects.count(), Sending.objects.count()) == (1, 1)


def test_a_key_that_was_used_for_something_else_is_refused(program: Program) -> None:
    program.post("imports", {"records": [debt(1)]}, headers=KEY)

    response = program.post("imports", {"records": [debt(2)]}, headers=KEY)

    assert (response.status_code, response.json()["code"]) == (409, "key-already-used")
    assert set(owed()) == {"F-1"}
    assert Import.objects.count() == 1


def test_one_bad_record_stops_all_and_the_key_may_be_used_again(program: Program) -> None:
    bad = debt(2, open_amount="9999.00")

    refused = program.post("imports", {"records": [debt(1), bad]}, headers=KEY)

    assert refused.status_code == 422
    body = refused.json()
    assert body["code"] == "records-rejected"
    assert [one["field"] for one in body["errors"]] == ["records.1"]
    assert owed() == {}

    mended = program.post("imports", {"records": [debt(1), debt(2)]}, headers=KEY)
    assert (mended.status_code, mended.json()["accepted"]) == (200, 2)
    assert set(owed()) == {"F-1", "F-2"}


def test_the_good_ones_are_taken_when_so_asked(program: Program) -> None:
    records = [debt(1), debt(2, open_amount="9999.00"), debt(3)]

    response = program.post("imports?partial=true", {"records": records}, headers=KEY)
    again = program.post("imports?partial=true", {"records": records}, headers=KEY)

    body = response.json()
    assert (response.status_code, body["total"], body["accepted"], body["rejected"]) == (200, 3, 2, 1)
    assert [(one["index"], one["code"]) for one in body["rejected_records"]] == [(1, "balance-above-amount")]
    assert again.json() == {**body, "repeated": True}
    assert set(owed()) == {"F-1", "F-3"}


@pytest.mark.parametrize(
    ("_case", "records", "field"),
    [
        ("nothing", [], "records"),
        ("no record", [{"customer_id": "1"}], "records.0.record"),
        ("an unknown kind", [debt(1, record="SURPRISE")], "records.0.record"),
        ("an unknown name", [debt(1, importe="1")], "records.0.importe"),
        ("a float", [debt(1, amount=1250.5)], "records.0.amount"),
        ("three decimals", [debt(1, amount="1250.505")], "records.0.amount"),
        ("another order of dates", [debt(1), debt(2, due_date="05/11/2026")], "records.1.due_date"),
        ("no currency", [debt(1, currency="XXZ")], "records.0.currency"),
        ("the code for none", [debt(1, currency="XXX")], "records.0.currency"),
        ("a sign that no text has", [debt(1, name="a\x00b")], "records.0.name"),
    ],
)
def test_what_is_malformed_is_named_and_nothing_is_kept(
    program: Program, _case: str, records: list[dict[str, Any]], field: str
) -> None:
    response = program.post("imports", {"records": records}, headers=KEY)

    assert response.status_code == 422
    assert field in [one["field"] for one in response.json()["errors"]]
    assert (Import.objects.count(), Sending.objects.count(), owed()) == (0, 0, {})


def test_a_call_without_a_key_is_refused(program: Program) -> None:
    response = program.post("imports", {"records": [debt(1)]})

    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] == "Idempotency-Key"
    assert Import.objects.count() == 0


def test_a_key_that_only_reads_sends_nothing(company: Company) -> None:
    response = make_program(scope=Scope.READ).post("imports", {"records": [debt(1)]}, headers=KEY)

    assert (response.status_code, response.json()["code"]) == (403, "read-only-key")
    assert Import.objects.count() == 0


def test_a_body_that_is_too_big_is_refused(program: Program) -> None:
    response = program.post("imports", {"records": [debt(1, name="x" * 250)] * 15_000}, headers=KEY)

    assert (response.status_code, response.json()["code"]) == (413, "too-big")
    assert Import.objects.count() == 0


def test_a_call_that_broke_off_before_applying_is_finished_by_the_next(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(**_given: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(intake, "apply_import", dies)
        with pytest.raises(RuntimeError):
            program.post("imports", {"records": [debt(1)]}, headers=KEY)
    assert (Import.objects.get().state, owed()) == ("PREVIEWED", {})

    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        response = program.post("imports", {"records": [debt(1)]}, headers=KEY)

    assert (response.status_code, response.json()["accepted"]) == (200, 1)
    assert Import.objects.count() == 1
