"""Receivables and payments over the API."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from puntual.companies.models import Company
from puntual.payments.models import Allocation, Payment
from puntual.portfolio import queries as portfolio
from puntual.portfolio.models import Customer, LedgerEntry, Receivable
from tests import factories
from tests.conftest import NOW, TODAY
from tests.web.programs import Program, make_program

INVOICE: dict[str, Any] = {
    "key": "erp:F-1042",
    "customer": "C1",
    "document_number": "F-1042",
    "currency": "MXN",
    "issue_date": "2026-10-12",
    "due_date": "2026-11-11",
    "amount": "1250.50",
    "account": "CR-4455",
    "product": "Crédito",
    "attributes": {"sucursal": "Norte"},
}
PAYMENT: dict[str, Any] = {
    "key": "SPEI-1",
    "customer": "C1",
    "amount": "1000.00",
    "currency": "MXN",
    "value_date": "2026-11-20",
    "reference": "RASTREO 1",
}


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def program(company: Company) -> Program:
    return make_program()


@pytest.fixture
def customer(company: Company) -> Customer:
    return factories.make_customer(external_id="C1")


# Receivables


def test_receivables_are_added_with_their_ledger(program: Program, customer: Customer) -> None:
    response = program.post("receivables", {"receivables": [INVOICE]})

    assert (response.status_code, response.json()) == (200, {"new": 1, "changed": 0, "unchanged": 0})
    one = Receivable.objects.select_related("account").get()
    assert (one.key, one.customer_id, one.kind) == ("erp:F-1042", customer.pk, "INVOICE")
    assert (one.original_amount, one.open_amount) == (Decimal("1250.50"), Decimal("1250.50"))
    assert (one.issue_date, one.due_date) == (date(2026, 10, 12), date(2026, 11, 11))
    assert one.account is not None
    assert one.account.external_id == "CR-4455"
    assert list(LedgerEntry.objects.values_list("kind", "amount")) == [("ISSUE", Decimal("1250.50"))]


def test_a_changed_amount_is_an_adjustment_and_the_same_again_nothing(
    program: Program, customer: Customer
) -> None:
    program.post("receivables", {"receivables": [INVOICE]})

    changed = program.post("receivables", {"receivables": [{**INVOICE, "amount": "1300.50"}]})
    again = program.post("receivables", {"receivables": [{**INVOICE, "amount": "1300.50"}]})

    assert changed.json() == {"new": 0, "changed": 1, "unchanged": 0}
    assert again.json() == {"new": 0, "changed": 0, "unchanged": 1}
    entries = list(LedgerEntry.objects.order_by("id").values_list("kind", "amount"))
    assert entries == [("ISSUE", Decimal("1250.50")), ("ADJUSTMENT", Decimal("50.00"))]
    assert portfolio.ledger_mismatches() == []


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        (
            {"amount": 1250.5},
            "receivables.0.amount",
            'Escriba el importe como texto con hasta dos decimales, por ejemplo "1250.00".',
        ),
        (
            {"amount": "1,250.50"},
            "receivables.0.amount",
            'Escriba el importe como texto con hasta dos decimales, por ejemplo "1250.00".',
        ),
        (
            {"amount": "1e3"},
            "receivables.0.amount",
            'Escriba el importe como texto con hasta dos decimales, por ejemplo "1250.00".',
        ),
        (
            {"amount": "-5.00"},
            "receivables.0.amount",
            "El importe debe ser mayor que cero.",
        ),
        (
            {"amount": "1.005"},
            "receivables.0.amount",
            'Escriba el importe como texto con hasta dos decimales, por ejemplo "1250.00".',
        ),
        ({"amount": "0.00"}, "receivables.0.amount", "El importe debe ser mayor que cero."),
        (
            {"due_date": "11/11/2026"},
            "receivables.0.due_date",
            "Escriba la fecha como AAAA-MM-DD, por ejemplo 2026-11-02.",
        ),
        (
            {"due_date": "2026-02-30"},
            "receivables.0.due_date",
            "Escriba la fecha como AAAA-MM-DD, por ejemplo 2026-11-02.",
        ),
        (
            {"due_date": 1700000000},
            "receivables.0.due_date",
            "Escriba la fecha como AAAA-MM-DD, por ejemplo 2026-11-02.",
        ),
        ({"due_date": "2026-10-11"}, "receivables.0.due_date", "Vence antes de emitirse."),
        ({"due_date": "2100-01-01"}, "receivables.0.due_date", "La fecha está fuera de rango (1990 a 2099)."),
        (
            {"issue_date": "0001-01-01"},
            "receivables.0.issue_date",
            "La fecha está fuera de rango (1990 a 2099).",
        ),
        ({"amount": "10000000000000.00"}, "receivables.0.amount", "El importe es demasiado grande."),
        ({"key": "  "}, "receivables.0.key", "No puede quedar vacío."),
        ({"document_number": " "}, "receivables.0.document_number", "No puede quedar vacío."),
        ({"document_number": "x" * 81}, "receivables.0.document_number", "El texto es demasiado largo."),
        (
            {"currency": "PESOS"},
            "receivables.0.currency",
            "Escriba la moneda con su clave ISO 4217, por ejemplo MXN.",
        ),
        (
            {"currency": "mxn"},
            "receivables.0.currency",
            "Escriba la moneda con su clave ISO 4217, por ejemplo MXN.",
        ),
        (
            {"customer": "nadie"},
            "receivables.0.customer",
            "No existe ese cliente: mándelo primero a /customers.",
        ),
        (
            {"open_amount": "1.00"},
            "receivables.0.open_amount",
            "Este dato no existe aquí: revise cómo está escrito.",
        ),
    ],
)
def test_a_wrong_receivable_is_told_by_field_and_nothing_is_written(
    program: Program, customer: Customer, changes: dict[str, Any], field: str, said: str
) -> None:
    good = {**INVOICE, "key": "erp:good"}

    response = program.post("receivables", {"receivables": [{**INVOICE, **changes}, good]})

    assert response.status_code == 422
    assert response.json() == {
        "code": "invalid",
        "message": "Hay datos que corregir; no se guardó nada.",
        "errors": [{"field": field, "message": said}],
    }
    assert Receivable.objects.count() == 0
    assert LedgerEntry.objects.count() == 0


def test_what_the_ledger_refuses_is_told_by_item(program: Program, customer: Customer) -> None:
    program.post("receivables", {"receivables": [INVOICE]})
    factories.make_customer(external_id="C2")

    response = program.post(
        "receivables",
        {"receivables": [{**INVOICE, "key": "erp:new"}, {**INVOICE, "customer": "C2"}]},
    )

    assert response.status_code == 422
    assert response.json()["errors"] == [
        {"field": "receivables.1", "message": "El documento ya pertenece a otro cliente."}
    ]
    assert Receivable.objects.count() == 1


def test_receivables_are_listed_by_customer_and_by_what_is_open(program: Program, customer: Customer) -> None:
    other = factories.make_customer(external_id="C2")
    factories.make_receivable(customer=other, due=TODAY, document_number="Z-9", amount="9.00")
    program.post("receivables", {"receivables": [INVOICE]})
    program.post("payments", {**PAYMENT, "customer": "C2", "amount": "9.00"})

    of_one = program.get("receivables", customer="C1").json()
    open_ones = program.get("receivables", open="true").json()
    everything = program.get("receivables").json()

    assert of_one == {
        "items": [
            {
                "key": "erp:F-1042",
                "customer": "C1",
                "kind": "INVOICE",
                "document_number": "F-1042",
                "account": "CR-4455",
                "product": "Crédito",
                "currency": "MXN",
                "issue_date": "2026-10-12",
                "due_date": "2026-11-11",
                "original_due_date": "2026-11-11",
                "original_amount": "1250.50",
                "open_amount": "1250.50",
                "attributes": {"sucursal": "Norte"},
            }
        ],
        "next_cursor": "",
    }
    assert [one["document_number"] for one in open_ones["items"]] == ["F-1042"]
    assert [one["document_number"] for one in everything["items"]] == ["Z-9", "F-1042"]
    assert program.get("receivables", customer="nadie").status_code == 404


# Payments


def test_a_payment_is_recorded_and_lowers_what_is_owed(program: Program, customer: Customer) -> None:
    program.post("receivables", {"receivables": [INVOICE]})

    response = program.post("payments", PAYMENT)

    payment = Payment.objects.get()
    assert response.status_code == 201
    assert response.json() == {
        "id": payment.pk,
        "key": "SPEI-1",
        "customer": "C1",
        "amount": "1000.00",
        "unapplied_amount": "0.00",
        "currency": "MXN",
        "value_date": "2026-11-20",
        "recorded_at": "2026-11-23T16:00:00Z",
        "method": "TRANSFER",
        "reference": "RASTREO 1",
        "state": "POSTED",
    }
    assert Receivable.objects.get().open_amount == Decimal("250.50")
    assert portfolio.ledger_mismatches() == []


def test_a_payment_sent_twice_is_recorded_once(program: Program, customer: Customer) -> None:
    program.post("receivables", {"receivables": [INVOICE]})
    keyless = {name: value for name, value in PAYMENT.items() if name != "key"}

    first = program.post("payments", keyless, headers={"idempotency-key": "SPEI-1"})
    second = program.post("payments", PAYMENT)

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert Payment.objects.count() == 1
    assert Receivable.objects.get().open_amount == Decimal("250.50")


@pytest.mark.parametrize("changes", [{"amount": "999.00"}, {"value_date": "2026-11-19"}, {"currency": "USD"}])
def test_a_key_used_for_another_payment_is_told(
    program: Program, customer: Customer, changes: dict[str, str]
) -> None:
    program.post("payments", PAYMENT)

    response = program.post("payments", {**PAYMENT, **changes})

    assert response.status_code == 409
    assert response.json()["code"] == "key-already-used"
    assert Payment.objects.count() == 1


def test_a_payment_may_say_which_documents_it_is_for(program: Program, customer: Customer) -> None:
    program.post(
        "receivables", {"receivables": [INVOICE, {**INVOICE, "key": "erp:2", "due_date": "2026-11-30"}]}
    )

    response = program.post(
        "payments", {**PAYMENT, "allocations": [{"receivable": "erp:2", "amount": "600.00"}]}
    )

    assert response.status_code == 201
    found = Allocation.objects.select_related("receivable").order_by("id")
    assert ("erp:2", Decimal("600.00")) in [(one.receivable.key, one.amount) for one in found]
    assert portfolio.ledger_mismatches() == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"key": ""}, "key"),
        ({"key": "x" * 121}, "key"),
        ({"amount": "0"}, "amount"),
        ({"amount": 1000}, "amount"),
        ({"value_date": "2026-11-24"}, "value_date"),
        ({"currency": "XX"}, "currency"),
        ({"currency": "XXX"}, "currency"),
        ({"method": "BARTER"}, "method"),
        ({"allocations": [{"receivable": "nada", "amount": "1.00"}]}, "allocations.0.receivable"),
        ({"monto": "1"}, "monto"),
    ],
)
def test_a_wrong_payment_is_told_by_field_and_nothing_is_written(
    program: Program, customer: Customer, changes: dict[str, Any], field: str
) -> None:
    response = program.post("payments", {**PAYMENT, **changes})

    assert response.status_code == 422
    assert response.json()["code"] == "invalid"
    assert [one["field"] for one in response.json()["errors"]] == [field]
    assert Payment.objects.count() == 0


def test_more_than_a_document_owes_is_refused(program: Program, customer: Customer) -> None:
    program.post("receivables", {"receivables": [INVOICE]})

    response = program.post(
        "payments",
        {**PAYMENT, "amount": "5000.00", "allocations": [{"receivable": "erp:F-1042", "amount": "1250.51"}]},
    )

    assert response.status_code == 422
    assert response.json()["message"]
    assert Payment.objects.count() == 0
    assert Receivable.objects.get().open_amount == Decimal("1250.50")


def test_two_keys_that_differ_are_refused(program: Program, customer: Customer) -> None:
    response = program.post("payments", PAYMENT, headers={"idempotency-key": "otra"})

    assert response.status_code == 422
    assert Payment.objects.count() == 0


def test_a_payment_of_nobody_is_refused(program: Program) -> None:
    response = program.post("payments", PAYMENT)

    assert response.status_code == 404
    assert response.json() == {"code": "not-found", "message": "No existe el cliente «C1»."}
    assert Payment.objects.count() == 0


def test_payments_are_listed_by_customer_and_days(program: Program, customer: Customer) -> None:
    factories.make_customer(external_id="C2")
    program.post("payments", PAYMENT)
    program.post("payments", {**PAYMENT, "key": "SPEI-2", "value_date": "2026-11-22"})
    program.post("payments", {**PAYMENT, "key": "SPEI-3", "customer": "C2"})

    def keys(**asked: str) -> list[str]:
        return [one["key"] for one in program.get("payments", **asked).json()["items"]]

    assert keys() == ["SPEI-1", "SPEI-2", "SPEI-3"]
    assert keys(customer="C1") == ["SPEI-1", "SPEI-2"]
    assert keys(customer="C1", since="2026-11-21") == ["SPEI-2"]
    assert keys(until="2026-11-20") == ["SPEI-1", "SPEI-3"]
    page = program.get("payments", limit=2).json()
    assert [one["key"] for one in program.get("payments", cursor=page["next_cursor"]).json()["items"]] == [
        "SPEI-3"
    ]
