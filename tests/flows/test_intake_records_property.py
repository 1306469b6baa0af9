"""Whatever a file of payments and credit notes says, its money is posted, waits, or is credit: none is lost or made."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from puntual.audit.types import SYSTEM
from puntual.flows import intake
from puntual.intake.models import Movement
from puntual.payments import queries as payment_rows
from puntual.payments.models import Payment
from puntual.portfolio import queries as portfolio_rows
from puntual.portfolio.models import LedgerEntry
from tests.conftest import NOW, TODAY
from tests.unit.intake.files import PAYMENT_HEADERS, SIMPLE_HEADERS, csv_bytes, simple_row

pytestmark = pytest.mark.usefixtures("company")
NOTE_HEADERS = ["Cliente", "Nota de crédito", "Factura", "Fecha", "Importe"]
_DAYS = [TODAY - timedelta(days=one) for one in (9, 5, 1)]
_CENTS = st.integers(min_value=1, max_value=250_000).map(lambda cents: Decimal(cents) / 100)
_PAID = st.tuples(
    st.sampled_from(["C0001", "C0002", "C0009", ""]),
    st.sampled_from(["F-1", "F-2", "F-3", "F-99", ""]),
    st.sampled_from(_DAYS),
    _CENTS,
    st.sampled_from(["a", "b", ""]),
).filter(lambda row: bool(row[0] or row[1]))
_NOTED = st.tuples(st.sampled_from(["C0001", "C0009"]), st.sampled_from(["F-1", "F-99", ""]), _CENTS)


def apply(headers: list[str], rows: list[list[str]]) -> Any:
    if not rows:
        return None
    import_id = intake.load_file(
        name="archivo.csv", content=csv_bytes(headers, rows), kind=None, actor=SYSTEM, at=NOW
    )
    return intake.apply_import(import_id=import_id, actor=SYSTEM, today=TODAY, at=NOW).counts


def debts() -> Any:
    return apply(
        list(SIMPLE_HEADERS),
        [simple_row(1), simple_row(2), simple_row(3, Cliente="C0001", Nombre="Cliente 1", Importe="10.00")],
    )


def waiting(record: str) -> Decimal:
    return sum(
        Movement.objects.filter(state="WAITING", record=record).values_list("remaining", flat=True),
        Decimal(0),
    )


def posted(kind: str) -> Decimal:
    return -sum(LedgerEntry.objects.filter(kind=kind).values_list("amount", flat=True), Decimal(0))


@pytest.mark.feature("PAY-01")
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    paid=st.lists(_PAID, max_size=6),
    noted=st.lists(_NOTED, max_size=3),
    order=st.permutations(["d", "p", "n"]),
)
def test_money_of_files_is_conserved_and_comes_once(paid: Any, noted: Any, order: list[str]) -> None:
    payments = [
        [who, what, f"{day:%Y-%m-%d}", f"{amount:.2f}", "", ref] for who, what, day, amount, ref in paid
    ]
    notes = [
        [who, f"NC-{place}", what, f"{TODAY:%Y-%m-%d}", f"{amount:.2f}"]
        for place, (who, what, amount) in enumerate(noted)
    ]
    acts = {
        "d": debts,
        "p": lambda: apply(list(PAYMENT_HEADERS), payments),
        "n": lambda: apply(NOTE_HEADERS, notes),
    }
    mark = transaction.savepoint()
    try:
        for name in order:
            acts[name]()
        state = balances(paid, noted)
        for name in order:
            counts = acts[name]()
            assert counts is None or counts.rows_accepted == 0
        assert balances(paid, noted) == state
    finally:
        # The next example begins with nothing.
        transaction.savepoint_rollback(mark)


def balances(paid: Any, noted: Any) -> Any:
    """Check that all money is accounted for, and return what stands where."""
    credit = sum(Payment.objects.values_list("unapplied_amount", flat=True), Decimal(0))
    received = sum((row[3] for row in paid), Decimal(0))
    assert received == posted("PAYMENT") + credit + waiting("PAYMENT")
    assert sum((row[2] for row in noted), Decimal(0)) == posted("CREDIT_NOTE") + waiting("CREDIT_NOTE")
    assert portfolio_rows.ledger_mismatches() == []
    assert payment_rows.payment_mismatches() == []
    return (
        credit,
        posted("PAYMENT"),
        posted("CREDIT_NOTE"),
        sorted(Movement.objects.values_list("key", "state", "remaining")),
    )
