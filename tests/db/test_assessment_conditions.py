"""What a condition says of everybody at once, by SQL, is what it says of each customer."""

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from puntual.assessment import operations, queries
from puntual.assessment.queries import conditions
from puntual.assessment.rules import catalogue
from puntual.assessment.rules.conditions import BLANKS, folded, holds, read
from puntual.assessment.types import (
    AllOf,
    Comparison,
    Condition,
    Facts,
    Operator,
    OverduePart,
    Placement,
    Stage,
)
from puntual.companies.models import Company
from puntual.db import rows
from puntual.portfolio import operations as portfolio
from puntual.portfolio.types import CustomerKind, NewCustomer, NewReceivable, ReceivableKind
from tests.conftest import NOW, TODAY
from tests.unit.assessment.asked import CONDITIONS, FACTS, comparisons_of

MATCHED = settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
_EMPTY = {"customer_id": 0, "as_of": TODAY}
_PLACE = Placement("preventiva", Stage.PREVENTIVE, "nuevo", TODAY, TODAY)


def some_facts(customer_id: int, chance: Random) -> Facts:
    """Draw the facts of a customer; much of it is empty or small, as in life."""

    def amounts() -> tuple[tuple[str, Decimal], ...]:
        drawn = chance.sample(["MXN", "USD"], chance.choice([0, 1, 1, 2]))
        return tuple(
            (currency, chance.choice([Decimal("10.50"), Decimal(9000), Decimal("31.00")]))
            for currency in sorted(drawn)
        )

    def day() -> date | None:
        return chance.choice([None, TODAY - timedelta(days=chance.randrange(0, 40))])

    owed = amounts()
    buckets = tuple(
        (currency, tuple(chance.choice([Decimal(0), Decimal("10.50")]) for _age in range(5)))
        for currency, _ in owed
    )
    drawn: dict[str, Any] = {
        "open_amounts": owed,
        "overdue_amounts": tuple(one for one in owed if chance.random() < 0.7),
        "buckets": buckets,
        "oldest_due_date": day(),
        "coming_due_dates": tuple(TODAY + timedelta(days=n) for n in chance.choice([(), (0,), (3, 9)])),
        "hold_reason": chance.choice([None, "HARDSHIP"]),
        "average_days_late_12m": chance.choice([None, Decimal(0), Decimal("-3.5"), Decimal("12.5")]),
        "average_days_to_pay_12m": chance.choice([None, Decimal("33.3")]),
        "late_months": chance.choice([(), (11,), (1, 12)]),
        "answering_channel": chance.choice(["", "EMAIL", "WHATSAPP"]),
        "answering_hour": chance.choice([None, 0, 9]),
    }
    for field in fields(Facts):
        if field.name in drawn or field.name in _EMPTY or field.name in ("profile", "contactable"):
            continue
        if field.type in ("int", int):
            drawn[field.name] = chance.choice([0, 0, 1, 2, 3, 8, 31, 40])
        elif field.type in ("bool", bool):
            drawn[field.name] = chance.random() < 0.5
        else:
            drawn[field.name] = day()
    return Facts(**{**_EMPTY, **drawn, "customer_id": customer_id})


@pytest.fixture
def everybody(company: Company) -> list[Facts]:
    """Some customers with all kinds of facts, recorded as a run records them."""
    chance = Random(11)
    people = [
        NewCustomer(
            external_id=f"K{number:03d}",
            name=f"Cliente {number}",
            kind=chance.choice(list(CustomerKind)),
            state=chance.choice(["", "Jalisco", "JALISCO ", "Michoacán", "\u00a0MICHOACÁN"]),
            city=chance.choice(["", "Zapopan", "Ángeles"]),
            sector=chance.choice(["", "obra", "Obra\tnegra"]),
            tags=chance.choice([(), ("VIP",), (" vip ", "obra"), ("otra",)]),
            attributes=chance.choice(
                [(), (("score", "612.5"),), (("score", "6e2"), ("zona", "Norte")), (("score", " +12 "),)]
            ),
        )
        for number in range(60)
    ]
    portfolio.upsert_customers(customers=people, at=NOW)
    debts = [
        NewReceivable(
            key=f"{customer_id}-{product}",
            customer_id=customer_id,
            kind=ReceivableKind.INVOICE,
            document_number=f"{customer_id}-{product}",
            currency="MXN",
            issue_date=TODAY,
            due_date=TODAY,
            amount=Decimal(1),
            account=f"{customer_id}-{product}",
            product=product,
        )
        for (customer_id,) in rows.fetch_all("select id from portfolio_customer order by id")
        for product in chance.choice([(), ("",), ("Tarjeta",), ("Nómina", "tarjeta ")])
    ]
    portfolio.upsert_receivables(receivables=debts, at=NOW)
    profiles = queries.facts_of_chunk(
        after=0,
        up_to=10**9,
        as_of=TODAY,
        known_at=NOW,
        time_zone="America/Mexico_City",
        is_live=True,
        wants_profile=True,
    )
    found = [replace(some_facts(one.customer_id, chance), profile=one.profile) for one in profiles]
    operations.record_facts(facts=found, placements=[_PLACE] * len(found), as_of=TODAY, known_at=NOW)
    return found


def overdue_of(facts: list[Facts]) -> Mapping[str, Decimal]:
    """Add up what customers are overdue."""
    found: dict[str, Decimal] = {}
    for one in facts:
        for currency, amount in one.overdue_amounts:
            found[currency] = found.get(currency, Decimal(0)) + amount
    return found


def matching_ids(condition: Condition) -> list[int]:
    """List whom the database finds by all that is owed."""
    return [one for one, holds_of_all, _some in queries.with_partial(condition=condition) if holds_of_all]


@pytest.mark.feature("SEG-04")
@MATCHED
@given(condition=CONDITIONS)
def test_the_database_says_of_everybody_what_the_rule_says_of_each(
    everybody: list[Facts], condition: Condition
) -> None:
    expected = [one for one in everybody if holds(condition, one)]

    assert matching_ids(condition) == [one.customer_id for one in expected]
    found = queries.matches(condition=condition, limit=5)
    whole, part = overdue_of(everybody), overdue_of(expected)
    assert (found.customers, found.of_customers) == (len(expected), len(everybody))
    assert found.overdue == tuple(
        OverduePart(currency, part.get(currency, Decimal(0)), whole[currency]) for currency in sorted(whole)
    )
    first = sorted(expected, key=lambda one: (-one.days_past_due, one.customer_id))[:5]
    assert [(one.id, one.days_past_due, one.overdue_amounts) for one in found.first_customers] == [
        (one.customer_id, one.days_past_due, one.overdue_amounts) for one in first
    ]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tests=st.tuples(*(comparisons_of(name) for name in FACTS)))
def test_every_fact_is_read_alike(everybody: list[Facts], tests: tuple[Comparison, ...]) -> None:
    for test in tests:
        expected = [one.customer_id for one in everybody if holds(test, one)]

        assert matching_ids(test) == expected, test


def test_the_share_of_the_overdue_by_currency(everybody: list[Facts]) -> None:
    found = queries.matches(condition=read(["saldo_vencido", ">", 0, "USD"]))

    by_currency = {one.currency: one for one in found.overdue}
    assert by_currency["USD"].ratio == 1
    assert 0 < by_currency["MXN"].ratio < 1


def test_it_is_one_statement_and_values_are_no_text_of_it(everybody: list[Facts]) -> None:
    wicked = "x'); drop table assessment_customerstate; --%(limit)s"

    with CaptureQueriesContext(connection) as context:
        found = queries.matches(
            condition=AllOf(
                (
                    Comparison("estado", Operator.IS, (wicked,)),
                    Comparison(f"atributo.{wicked}", Operator.HOLDS, (wicked,)),
                    Comparison("saldo_total", Operator.ABOVE, (Decimal(1),), wicked),
                )
            )
        )

    assert found.customers == 0
    assert len(context) == 1
    assert rows.fetch_all("select count(*) from assessment_customerstate") == [(len(everybody),)]


def test_every_declared_fact_can_be_asked_of_the_database() -> None:
    declared = set(catalogue.ENTRIES)
    known = {*conditions._STATE, *conditions._MONEY, *conditions._PROFILE, *conditions._WORDS}

    assert known == declared


def test_small_letters_are_the_same_here_and_there(company: Company) -> None:
    """Every letter there is, one by one, between blanks."""
    every = [chr(n) for n in range(1, 0x110000) if not 0xD800 <= n < 0xE000]

    found = rows.fetch_all(
        "select lower(btrim(b || t.letter || b, b)) from unnest(%(letters)s::text[]) with ordinality t (letter, n),"
        " (select %(blanks)s::text as b) z order by t.n",
        {"letters": every, "blanks": BLANKS},
    )

    assert [folded(f"{BLANKS}{letter}{BLANKS}") for letter in every if letter not in "İ"] == [
        row[0] for letter, row in zip(every, found, strict=True) if letter not in "İ"
    ]
