"""By when, by whom, and what was known: the rules of complaints and requests."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from puntual.rights import queries, rules
from puntual.rights.types import (
    REQUESTS,
    EventKind,
    Happened,
    IdentityCheck,
    Kind,
    KnownComplaint,
    Outcome,
    Petition,
    State,
    Term,
    Way,
)

# Monday 16 November 2026 is a holiday in Mexico.
FRIDAY = date(2026, 11, 13)
ON = date(2026, 12, 2)
NOON = datetime(2026, 11, 23, 18, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "is_calendar", "due"),
    [
        (1, False, date(2026, 11, 17)),
        (10, False, date(2026, 11, 30)),
        (20, False, date(2026, 12, 14)),
        (1, True, date(2026, 11, 14)),
        (30, True, date(2026, 12, 13)),
    ],
)
def test_working_days_leave_out_weekends_and_holidays_and_calendar_days_do_not(
    days: int, is_calendar: bool, due: date
) -> None:
    term = Term(days, is_calendar, "ley", "law")

    assert rules.due_date(term=term, from_date=FRIDAY, country="MX") == due


@pytest.mark.parametrize(
    ("country", "kind", "days", "is_calendar", "status"),
    [
        ("MX", Kind.ACCESS, 20, False, "law"),
        ("MX", Kind.PORTABILITY, 20, False, "policy"),
        ("MX", Kind.COMPLAINT, 10, False, "policy"),
        ("CO", Kind.ACCESS, 10, False, "law"),
        ("CO", Kind.COMPLAINT, 15, False, "law"),
        ("BO", Kind.COMPLAINT, 5, False, "law"),
        ("CL", Kind.OPPOSITION, 30, True, "law"),
        ("PE", Kind.CANCELLATION, 10, True, "law"),
        ("AR", Kind.ACCESS, 10, True, "law"),
        ("AR", Kind.RECTIFICATION, 5, False, "law"),
        ("BR", Kind.ACCESS, 15, True, "law"),
        ("EC", Kind.ACCESS, 15, True, "law"),
        ("UY", Kind.ACCESS, 5, False, "law"),
        ("PA", Kind.PORTABILITY, 10, False, "law"),
        ("CR", Kind.CANCELLATION, 5, False, "law"),
        # Without a known law, or a known country, the shortest term counts.
        ("GT", Kind.ACCESS, 5, False, "policy"),
        ("UY", Kind.OPPOSITION, 5, False, "policy"),
        ("ZZ", Kind.CANCELLATION, 5, False, "policy"),
    ],
)
def test_each_country_has_its_term_and_its_source(
    country: str, kind: Kind, days: int, is_calendar: bool, status: str
) -> None:
    term = queries.answer_term(kind=kind, country=country, on=ON)

    assert (term.days, term.is_calendar, term.status) == (days, is_calendar, status)
    assert term.source
    assert bool(term.rule_id) == (status == "law" and kind is not Kind.PORTABILITY)


def test_a_law_that_is_not_in_force_yet_gives_no_term() -> None:
    before = queries.answer_term(kind=Kind.ACCESS, country="CL", on=date(2026, 11, 30))

    assert (before.days, before.status) == (5, "policy")
    assert queries.carry_out_term(country="MX").days == 15
    assert queries.carry_out_term(country="GT").days == 5


def test_mexico_has_the_causes_of_its_authority_and_others_the_general_ones() -> None:
    mexico, peru = queries.causes(country="MX"), queries.causes(country="PE")

    assert {"NOT_DEBTOR", "THREATS", "PUBLIC_INSTITUTION", "OTHER"} <= {one.code for one in mexico}
    assert len({one.code for one in mexico}) == len(mexico) == 17
    assert {one.code for one in peru} == {one.code for one in queries.causes(country="ZZ")}
    assert max(len(one.code) for one in (*mexico, *peru)) <= 30
    assert queries.cause_text(code="GONE", country="MX") == "GONE"


def petition(**fields: Any) -> Petition:
    given: dict[str, Any] = dict.fromkeys(Petition.__dataclass_fields__)
    return Petition(
        **{
            **given,
            "id": 1,
            "kind": Kind.COMPLAINT,
            "state": State.OPEN,
            "identity_check": "",
            "outcome": "",
            **fields,
        }
    )


def test_nobody_judges_a_complaint_about_themself() -> None:
    assert rules.hand_refusal(petition=petition(collector_id=7), user_id=7) == "petition-about-yourself"
    assert rules.hand_refusal(petition=petition(collector_id=7), user_id=8) == ""
    assert rules.hand_refusal(petition=petition(collector_id=None), user_id=None) == ""


@pytest.mark.parametrize(
    ("fields", "outcome", "text", "check", "refusal"),
    [
        ({}, Outcome.FOUNDED, "Tiene razón.", None, ""),
        ({}, Outcome.GRANTED, "Tiene razón.", None, "petition-other-outcome"),
        ({}, Outcome.FOUNDED, "  ", None, "petition-no-answer"),
        ({"state": State.ANSWERED}, Outcome.FOUNDED, "Ya.", None, "petition-not-open"),
        ({"state": State.WITHDRAWN}, Outcome.FOUNDED, "Ya.", None, "petition-not-open"),
        ({"kind": Kind.ACCESS}, Outcome.GRANTED, "Aquí están.", None, "petition-no-identity"),
        ({"kind": Kind.ACCESS}, Outcome.GRANTED, "Aquí están.", IdentityCheck.DOCUMENT, ""),
        ({"kind": Kind.ACCESS}, Outcome.DENIED, "No es usted.", None, ""),
        ({"kind": Kind.ACCESS}, Outcome.FOUNDED, "Sí.", IdentityCheck.DOCUMENT, "petition-other-outcome"),
    ],
)
def test_what_may_be_answered(
    fields: dict[str, Any], outcome: Outcome, text: str, check: IdentityCheck | None, refusal: str
) -> None:
    asked = petition(**fields)

    assert rules.answer_refusal(petition=asked, outcome=outcome, text=text, identity_check=check) == refusal


def test_only_an_objection_that_was_granted_keeps_contact_resting() -> None:
    keeping = {
        (kind, outcome)
        for kind in Kind
        for outcome in rules.outcomes_of(kind=kind)
        if rules.keeps_hold(kind=kind, outcome=outcome)
    }

    assert keeping == {(Kind.OPPOSITION, Outcome.GRANTED), (Kind.OPPOSITION, Outcome.PARTLY)}
    assert all(rules.is_carried_out(kind=kind, outcome=Outcome.GRANTED) for kind in REQUESTS)
    assert not rules.is_carried_out(kind=Kind.COMPLAINT, outcome=Outcome.PARTLY)


def happened(kind: EventKind, *, hours: int, **data: Any) -> Happened:
    return Happened(1, kind, NOON + timedelta(hours=hours), "Gestora", data)


HISTORY = [
    happened(
        EventKind.OPENED,
        hours=0,
        received_date="2026-11-23",
        way="CALL",
        authority_folio="",
        cause="HOURS",
        agency="",
        collector_id=None,
        answer_due_date="2026-12-07",
    ),
    happened(EventKind.CHANGED, hours=1, cause="THREATS", agency="Despacho Uno", collector_id=4),
    happened(EventKind.ANSWERED, hours=24, outcome="FOUNDED"),
    happened(EventKind.REOPENED, hours=48, answer_due_date="2026-12-09"),
    happened(EventKind.ANSWERED, hours=24 * 30, outcome="PARTLY"),
]
FILED = rules.Filed(1, "Q-2026-000001", "C-1", True, "Jalisco", ("Crédito",))


def known(hours: int) -> KnownComplaint | None:
    return rules.as_known(
        filed=FILED,
        events=list(reversed(HISTORY)),
        known_at=NOON + timedelta(hours=hours),
        time_zone="America/Mexico_City",
    )


def test_a_complaint_is_told_as_it_was_known_then() -> None:
    assert known(-1) is None
    first, corrected, answered, again, last = (known(hours) for hours in (0, 1, 24, 48, 24 * 30))
    assert first
    assert corrected
    assert answered
    assert again
    assert last
    assert (first.cause, first.agency, first.state) == ("HOURS", "", State.OPEN)
    assert (corrected.cause, corrected.agency, corrected.collector_id) == ("THREATS", "Despacho Uno", 4)
    assert (answered.state, answered.outcome, answered.answered_date) == (
        State.ANSWERED,
        "FOUNDED",
        date(2026, 11, 24),
    )
    assert (again.state, again.outcome, again.answered_date, again.reopened_count) == (
        State.OPEN,
        "",
        None,
        1,
    )
    assert again.answer_due_date == date(2026, 12, 9)
    assert last.is_late
    assert not answered.is_late
    assert replace(last, answered_date=last.answer_due_date).is_late is False
    assert first.way == Way.CALL


@pytest.mark.parametrize("month", ["2026-13", "2026-00", "2026-1", "11-2026", "", "2026-11-01", "²026-11"])
def test_what_is_no_month_is_refused(month: str) -> None:
    with pytest.raises(ValueError):
        rules.month_bounds(month=month)


def test_a_month_ends_where_the_next_begins() -> None:
    assert rules.month_bounds(month="2026-12") == (date(2026, 12, 1), date(2027, 1, 1))
    assert rules.month_bounds(month="2024-02") == (date(2024, 2, 1), date(2024, 3, 1))
