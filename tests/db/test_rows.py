"""Large statements: rows that are there already, and when foreign keys are checked."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from puntual.companies.models import Company
from puntual.db import rows
from puntual.portfolio import operations as portfolio
from puntual.portfolio.models import LedgerEntry, Receivable
from puntual.portfolio.types import EntryKind
from tests.factories import make_customer, make_receivable

NOBODY = 10**15
_GIVEN = """
    create temporary view portfolio_given_receivable as
    select n.number::integer as row_number, 'test:F-' || n.number as key, {customer_id}::bigint as customer_id,
           ''::text as account, ''::text as product, 'INVOICE'::text as kind, 'F-' || n.number as document_number,
           'MXN'::text as currency, date '2026-09-01' as issue_date, date '2026-10-01' as due_date,
           500.00::numeric(18, 2) as amount, '{{}}'::text as attributes
    from generate_series(1, 4) as n (number)
"""
_ENTRY = """
    insert into portfolio_ledgerentry (key, receivable_id, kind, amount, currency, effective_date, recorded_at)
    values ('lost', %(id)s, 'ISSUE', 1, 'MXN', '2026-09-01', now())
    on conflict (key) do nothing
    returning key
"""


def give(customer_id: int) -> None:
    rows.execute(_GIVEN.format(customer_id=customer_id))


def keys() -> list[str]:
    return list(Receivable.objects.order_by("key").values_list("key", flat=True))


def test_given_receivables_are_added_each_with_its_entry(company: Company, now: datetime) -> None:
    give(make_customer().pk)

    assert portfolio.add_given_receivables(at=now) == 4

    assert keys() == ["test:F-1", "test:F-2", "test:F-3", "test:F-4"]
    assert sorted(LedgerEntry.objects.values_list("key", "amount")) == [
        (f"issue:{key}", Decimal("500.00")) for key in keys()
    ]


def test_given_receivables_that_another_hand_added_stay_as_they_are(company: Company, now: datetime) -> None:
    customer = make_customer()
    known = make_receivable(customer=customer, due=date(2026, 10, 1), document_number="F-2", amount="70.00")
    give(customer.pk)

    assert portfolio.add_given_receivables(at=now) == 3

    assert keys() == ["test:F-1", "test:F-2", "test:F-3", "test:F-4"]
    assert Receivable.objects.get(pk=known.pk).original_amount == Decimal("70.00")
    entries = LedgerEntry.objects.filter(kind=EntryKind.ISSUE)
    assert sorted(entries.values_list("receivable__key", flat=True)) == keys()
    assert sorted(entries.values_list("amount", flat=True)) == [Decimal(70), *[Decimal(500)] * 3]


def test_what_fails_for_another_reason_is_not_tried_again(company: Company) -> None:
    with pytest.raises(IntegrityError, match="foreign key"), transaction.atomic(), rows.checked_at_once():
        rows.fetch_adding(_ENTRY, {"id": NOBODY})

    assert not LedgerEntry.objects.exists()


def test_foreign_keys_are_checked_at_once_within_the_block_only(company: Company) -> None:
    with rows.checked_at_once():
        pass
    with transaction.atomic():
        # Checked when the transaction ends, which this one never does.
        rows.fetch_adding(_ENTRY, {"id": NOBODY})
        transaction.set_rollback(True)
    with pytest.raises(IntegrityError), transaction.atomic(), rows.checked_at_once():
        rows.execute(_ENTRY, {"id": NOBODY})

    assert not LedgerEntry.objects.exists()
