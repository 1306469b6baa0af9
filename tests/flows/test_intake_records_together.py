"""Payments and debts that come at once, on real commits: one outcome, no money lost or doubled."""

from decimal import Decimal

import pytest
from django.db import transaction

from puntual.audit.types import SYSTEM
from puntual.companies.models import Company
from puntual.db.locks import Lock, lock_in_transaction
from puntual.flows import intake
from puntual.intake import operations
from puntual.intake import queries as intake_rows
from puntual.intake.models import Movement
from puntual.intake.types import Dismissal, ImportCounts
from puntual.payments.models import Payment
from puntual.portfolio import queries as portfolio_rows
from puntual.portfolio.models import Receivable
from tests.committed import together
from tests.conftest import NOW, TODAY
from tests.unit.intake.files import PAYMENT_HEADERS, SIMPLE_HEADERS, csv_bytes, simple_row

ROWS = 12
DEBTS = csv_bytes(SIMPLE_HEADERS, [simple_row(number) for number in range(ROWS)])
PAID = csv_bytes(
    PAYMENT_HEADERS,
    [["", f"F-{number}", "2026-03-02", "100.00", "SPEI", f"r{number}"] for number in range(ROWS)],
)


def load(data: bytes) -> int:
    return intake.load_file(name="archivo.csv", content=data, kind=None, actor=SYSTEM, at=NOW)


def apply(import_id: int) -> ImportCounts:
    return intake.apply_import(import_id=import_id, actor=SYSTEM, today=TODAY, at=NOW)


def outcome() -> tuple[int, int, Decimal]:
    """Count payments and what still waits, and add what is owed."""
    owed = sum(Receivable.objects.values_list("open_amount", flat=True), Decimal(0))
    return Payment.objects.count(), len(intake_rows.movement_list(limit=99)), owed


def test_debts_and_their_payments_at_once_end_as_if_one_after_the_other(committed_company: Company) -> None:
    debts, paid = load(DEBTS), load(PAID)

    hands = together(company=committed_company, works=[lambda: apply(paid), lambda: apply(debts)])

    for hand in hands:
        hand.finish()
    assert outcome() == (ROWS, 0, Decimal(ROWS * 900))
    assert portfolio_rows.ledger_mismatches() == []


def test_the_same_payments_twice_at_once_are_kept_once(committed_company: Company) -> None:
    first, second = load(PAID), load(PAID)

    hands = together(company=committed_company, works=[lambda: apply(first), lambda: apply(second)])

    counts = [hand.finish().counts for hand in hands]
    assert sorted(one.rows_unchanged for one in counts) == [0, ROWS]
    assert outcome() == (0, ROWS, Decimal(0))
    apply(load(DEBTS))
    assert outcome() == (ROWS, 0, Decimal(ROWS * 900))


def test_nobody_decides_while_an_import_is_under_way(committed_company: Company) -> None:
    apply(load(PAID))
    movement_id = Movement.objects.earliest("id").pk

    def decide() -> None:
        intake.dismiss_movement(
            movement_id=movement_id, dismissal=Dismissal.NOT_OURS, answer="No", actor=SYSTEM, at=NOW
        )

    with transaction.atomic():
        lock_in_transaction(lock=Lock.IMPORT_FILE, key=operations.APPLY_KEY)
        with pytest.raises(operations.UnableToSettle):
            together(company=committed_company, works=[decide])[0].finish()

    decide()
    assert Movement.objects.get(pk=movement_id).state == "DISMISSED"
