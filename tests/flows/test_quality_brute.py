"""A look at any small portfolio finds exactly what a plain reading of its tables finds, in any order of work."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stdnum.mx import rfc

from puntual.companies.models import Company
from puntual.contacts.models import Consent, ContactPoint
from puntual.contacts.rules import fold
from puntual.flows import quality
from puntual.insights.models import Finding
from puntual.insights.types import FindingCode
from puntual.portfolio import operations as portfolio
from puntual.portfolio.models import Customer, Receivable
from puntual.portfolio.types import NewReceivable, ReceivableKind
from tests.conftest import NOW, TODAY
from tests.factories import make_customer, make_point, make_receivable

pytestmark = pytest.mark.usefixtures("company")
C = FindingCode
# The kinds that are read again below, each in the plainest way.
READ_AGAIN = frozenset(
    {
        C.TIME_ZONE_UNKNOWN, C.UNREACHABLE, C.TAX_ID_MISSING, C.TAX_ID_GENERIC, C.TAX_ID_SHARED, C.TAX_ID_CHECK_DIGIT,
        C.DUE_BEFORE_ISSUE, C.DOCUMENT_REPEATED, C.BALANCE_TINY, C.POSTAL_CODE_INVALID,
    }
)  # fmt: skip
TAX_IDS = ("", "GODE561231GR8", "gode-561231-gr8", "GODE561231GR9", "XAXX010101000", "HELM850101AB1")
STATES = ("", "CDMX", "Jalisco", "Tierra Adentro")


@dataclass(frozen=True)
class Debt:
    number: str
    due_in: int
    amount: str


DEBTS = st.builds(
    Debt,
    number=st.sampled_from(["A-1", "a 01", "A1", "B-7", "7", "007"]),
    due_in=st.sampled_from([-400, -30, 0, 30]),
    amount=st.sampled_from(["0.50", "100.00", "2500.00"]),
)
PEOPLE = st.fixed_dictionaries(
    {
        "tax_id": st.sampled_from(TAX_IDS),
        "state": st.sampled_from(STATES),
        "postal_code": st.sampled_from(["", "06700", "6700"]),
        "point": st.sampled_from(["", "EMAIL", "REFERENCE", "WRONG", "LEFT"]),
        "debts": st.lists(DEBTS, max_size=3, unique_by=lambda one: one.number),
    }
)
PORTFOLIOS = st.lists(PEOPLE, min_size=1, max_size=5)


def make(people: list[dict[str, Any]]) -> None:
    """Write a portfolio."""
    for index, person in enumerate(people):
        customer = make_customer(
            email=None,
            time_zone="",
            state=person["state"],
            tax_id=person["tax_id"],
            postal_code=person["postal_code"],
        )
        if person["point"]:
            role = "REFERENCE" if person["point"] == "REFERENCE" else "DEBTOR"
            point = make_point(customer=customer, value=f"p{index}@correo.example", owner_role=role)
            if person["point"] == "WRONG":
                ContactPoint.objects.filter(pk=point.pk).update(state="WRONG")
            if person["point"] == "LEFT":
                Consent.objects.create(
                    customer=customer, channel="EMAIL", decision="OPTED_OUT", source="prueba", at=NOW
                )
        for debt in person["debts"]:
            owe(customer=customer, debt=debt)


def owe(*, customer: Customer, debt: Debt) -> None:
    """Write a debt under a number that other customers may have too."""
    receivable = NewReceivable(
        key=f"{customer.pk}:{debt.number}",
        customer_id=customer.pk,
        kind=ReceivableKind.INVOICE,
        document_number=debt.number,
        currency="MXN",
        issue_date=TODAY - timedelta(days=60),
        due_date=TODAY + timedelta(days=debt.due_in),
        amount=Decimal(debt.amount),
    )
    portfolio.upsert_receivables(receivables=[receivable], at=NOW)


def plainly() -> Iterator[tuple[str, int]]:
    """Read the tables one customer at a time, without the product's own rules."""
    customers = list(Customer.objects.all())
    for customer in customers:
        debts = list(Receivable.objects.filter(customer=customer).order_by("id"))
        yield from _of_customer(customer, customers, owes=any(debt.open_amount > 0 for debt in debts))
        seen: dict[str, int] = {}
        for debt in debts:
            if debt.due_date < debt.issue_date and debt.open_amount > 0:
                yield C.DUE_BEFORE_ISSUE, debt.pk
            if 0 < debt.open_amount < Decimal(1):
                yield C.BALANCE_TINY, debt.pk
            plain = debt.document_number.lower().replace("-", "").replace(" ", "")
            letters = plain.rstrip("0123456789")
            key = f"{letters}{int(plain[len(letters) :])}"
            if key in seen and debt.open_amount > 0:
                yield C.DOCUMENT_REPEATED, debt.pk
            seen.setdefault(key, debt.pk)


def _of_customer(customer: Customer, everybody: list[Customer], *, owes: bool) -> Iterator[tuple[str, int]]:
    key = "".join(letter for letter in customer.tax_id.upper() if letter.isalnum())
    if not key and owes:
        yield C.TAX_ID_MISSING, customer.pk
    if key == "XAXX010101000":
        yield C.TAX_ID_GENERIC, customer.pk
    elif key:
        others = [
            "".join(x for x in one.tax_id.upper() if x.isalnum()) for one in everybody if one != customer
        ]
        if key in others:
            yield C.TAX_ID_SHARED, customer.pk
        if rfc.calc_check_digit(key[:-1]) != key[-1]:
            yield C.TAX_ID_CHECK_DIGIT, customer.pk
    if len(customer.postal_code) == 4:
        yield C.POSTAL_CODE_INVALID, customer.pk
    if owes:
        if fold(customer.state) not in ("cdmx", "jalisco"):
            yield C.TIME_ZONE_UNKNOWN, customer.pk
        left = Consent.objects.filter(customer=customer, decision="OPTED_OUT").exists()
        usable = ContactPoint.objects.filter(customer=customer, owner_role="DEBTOR", state="NEW")
        if left or not usable.exists():
            yield C.UNREACHABLE, customer.pk


def stored() -> set[tuple[str, int]]:
    return set(
        Finding.objects.filter(resolved_at__isnull=True, code__in=READ_AGAIN).values_list(
            "code", "subject_id"
        )
    )


@pytest.mark.feature("IRR-01")
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(first=PORTFOLIOS, then=PORTFOLIOS, chunk=st.integers(min_value=1, max_value=7))
def test_a_look_finds_what_a_plain_reading_finds(
    company: Company, first: list[dict[str, Any]], then: list[dict[str, Any]], chunk: int
) -> None:
    # Not an atomic block: the look itself commits chunk by chunk.
    before = transaction.savepoint()
    try:
        make(first)
        quality.check_portfolio(today=TODAY, at=NOW, chunk_size=chunk)
        assert stored() == set(plainly())

        # Everything changes under the findings: what is gone ends, what is new comes, and no more is written.
        make(then)
        for customer, person in zip(Customer.objects.order_by("id"), then, strict=False):
            Customer.objects.filter(pk=customer.pk).update(tax_id=person["tax_id"], state=person["state"])
        quality.check_portfolio(today=TODAY, at=NOW, chunk_size=chunk)
        assert stored() == set(plainly())
        again = quality.check_portfolio(today=TODAY, at=NOW, chunk_size=chunk + 1)
        assert (again.new, again.changed, again.resolved) == (0, 0, 0)

        _touched_only(then)
    finally:
        transaction.savepoint_rollback(before)


def _touched_only(then: list[dict[str, Any]]) -> None:
    """Change one customer and look at that one alone: the whole portfolio stands as after a look at all of it."""
    customer = Customer.objects.order_by("id")[0]
    Customer.objects.filter(pk=customer.pk).update(tax_id=then[-1]["tax_id"], state=then[-1]["state"])

    quality.check_within(customer_ids=[customer.pk], at=NOW)

    assert stored() == set(plainly())


def test_days_do_not_move_what_does_not_depend_on_them() -> None:
    make_receivable(customer=make_customer(state="", time_zone=""), due=date(2026, 1, 1))
    quality.check_portfolio(today=TODAY, at=NOW)

    later = quality.check_portfolio(today=TODAY + timedelta(days=400), at=NOW)

    assert (later.new, later.changed, later.resolved) == (0, 0, 0)
