"""A contact that is only asked about gets the verdict that the gate would give."""

from datetime import UTC, datetime

import pytest

from puntual.compliance import operations, queries
from puntual.compliance.operations.trying import try_contact
from puntual.compliance.types import ContactFacts, Flag, Result, Statement, VerdictOutcome
from puntual.compliance.types.trying import Gap, Trial, Tried
from puntual.contacts.types import Channel, OwnerRole, PointState, Purpose

# A Monday without a holiday.
_MONDAY = datetime.fromisoformat("2026-11-23 12:00")


def tried(*, at: datetime = _MONDAY, **changes: object) -> Tried:
    """Ask about a WhatsApp to a debtor in Mexico City, with changes."""
    values: dict[str, object] = {
        "country": "MX",
        "state": "Ciudad de México",
        "channel": Channel.WHATSAPP,
        "purpose": Purpose.COLLECTION,
        "owner_role": OwnerRole.DEBTOR,
    }
    trial = Trial(at=at, **(values | changes))  # type: ignore[arg-type]
    return try_contact(trial=trial, law=queries.law_pack(country=trial.country))


@pytest.mark.feature("N-03")
@pytest.mark.parametrize(
    ("hour", "minute", "outcome"),
    [
        (7, 59, VerdictOutcome.DEFER),
        (8, 0, VerdictOutcome.ALLOW),
        (20, 59, VerdictOutcome.ALLOW),
        (21, 0, VerdictOutcome.DEFER),
    ],
)
def test_the_hours_of_the_law_hold_to_the_minute(hour: int, minute: int, outcome: VerdictOutcome) -> None:
    assert tried(at=_MONDAY.replace(hour=hour, minute=minute)).outcome is outcome


def test_the_next_moment_is_told_in_the_persons_hour() -> None:
    answer = tried(at=datetime.fromisoformat("2026-11-27 22:00"), state="Baja California")

    assert answer.next_at is not None
    assert answer.next_at.isoformat() == "2026-11-30T08:00:00-08:00"
    assert answer.zones == ("America/Tijuana",)


def test_what_is_left_of_a_limit_falls_with_each_contact_and_ends_in_none() -> None:
    touches = tuple((_MONDAY.replace(hour=hour), Channel.CALL, Result.NO_ANSWER) for hour in (9, 10, 11))

    left = [[one[2] for one in tried(touches=touches[:count]).remaining] for count in range(4)]
    answer = tried(touches=touches)

    # A day, seven days, and talks of a day.
    assert left == [[3, 7, 1], [2, 6, 1], [1, 5, 1], [0, 4, 1]]
    assert [rule_id for rule_id, _rule in answer.objections] == ["MX-FREQ-00"]
    assert answer.outcome is VerdictOutcome.DEFER


def test_what_is_not_known_is_named_and_forbids() -> None:
    answer = tried(state="", owner_role=None)

    assert answer.outcome is VerdictOutcome.BLOCK
    assert answer.gaps == (Gap.PLACE, Gap.OWNER)
    assert "X-DATA-01" in [rule_id for rule_id, _rule in answer.objections]


def test_what_a_text_check_says_goes_into_the_verdict() -> None:
    flags = frozenset({Flag.FIRST_CONTACT})

    lacking = tried(flags=flags, missing=frozenset({Statement.COMPLAINTS}))
    forbidden = tried(text="Si no paga irá a la cárcel")
    doubtful = tried(text="El acreedor podría iniciar acciones legales conforme al contrato")

    assert [one for one, _rule in lacking.objections] == ["MX-CONT-01"]
    assert (forbidden.outcome, [one for one, _rule in forbidden.objections]) == (
        VerdictOutcome.BLOCK,
        ["C-JAIL"],
    )
    rule = forbidden.objections[0][1]
    assert rule is not None
    assert "cárcel»: " in rule.text
    assert doubtful.outcome is VerdictOutcome.REVIEW


@pytest.mark.parametrize("flag", list(Flag))
def test_the_gate_itself_answers(flag: Flag) -> None:
    """The same facts, once asked about and once judged as a contact."""
    facts = ContactFacts(
        customer_id=7,
        channel=Channel.WHATSAPP,
        purpose=Purpose.COLLECTION,
        country="MX",
        time_zones=("America/Mexico_City",),
        owner_role=OwnerRole.DEBTOR,
        point_state=PointState.VERIFIED,
        has_known_source=True,
        is_opted_out=False,
        has_debt=True,
        is_disputed=False,
        is_on_hold=False,
        has_active_promise=False,
        flags=frozenset({flag}),
    )
    at = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
    (verdict,) = operations.judge_by(contacts=[facts], law=queries.law_pack(country="MX"), at=at)

    answer = tried(flags=frozenset({flag}))

    assert answer.outcome is verdict.outcome
    assert tuple(one for one, _rule in answer.objections) == verdict.rule_ids
    assert answer.next_at == verdict.not_before
