"""Both sides of every number of every law pack, and what must hold whatever the numbers are."""

import itertools
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from puntual.compliance import operations as compliance
from puntual.compliance import rules
from puntual.compliance.queries import packs
from puntual.compliance.types import ContactFacts, Flag, Result, Statement, Touched, VerdictOutcome
from puntual.compliance.types.packs import InfoRule, ReplyCapRule, WindowRule
from puntual.contacts.types import Channel, OwnerRole, PointState, Purpose
from tests.unit.compliance.test_rules import CLEAN

_FOLDER = Path(__file__).parent
CASES = yaml.safe_load((_FOLDER / "boundaries.yaml").read_text(encoding="utf-8"))
DEADLINES = yaml.safe_load((_FOLDER / "deadlines.yaml").read_text(encoding="utf-8"))
COUNTRIES = packs.countries()
CHANNELS = [one for one in Channel if one is not Channel.PORTAL]

pytestmark = [pytest.mark.feature("N-03"), pytest.mark.feature("SEC-04")]


@pytest.mark.parametrize("case", CASES, ids=lambda one: str(one["id"]))
def test_the_last_that_is_lawful_and_the_first_that_is_not(case: Mapping[str, Any]) -> None:
    assert compliance.answer_case(case=case) == compliance.expected_of(case=case)


def test_requests_of_people_are_answered_in_the_days_of_their_law() -> None:
    found = {
        rule.id: {one.request: f"{one.days}c" if one.calendar else one.days for one in rule.deadlines}
        for country in COUNTRIES
        for rule in packs.law_pack(country=country).file.rules
        if isinstance(rule, InfoRule) and rule.deadlines
    }

    assert found == DEADLINES


def _changes(zone: ZoneInfo) -> list[datetime]:
    """Find the moments of two years at which the clocks of a zone change."""
    hours = (datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=n) for n in range(2 * 366 * 24))
    return [
        later
        for earlier, later in itertools.pairwise(hours)
        if earlier.astimezone(zone).utcoffset() != later.astimezone(zone).utcoffset()
    ]


ZONES = sorted(
    {(country, zone) for country in COUNTRIES for zone in packs.law_pack(country=country).file.time_zones}
)


@pytest.mark.parametrize(("country", "zone_name"), ZONES)
@pytest.mark.feature("X-44")
def test_hours_are_those_of_the_person_on_both_sides_of_a_change_of_clocks(
    country: str, zone_name: str
) -> None:
    law, zone = packs.law_pack(country=country), ZoneInfo(zone_name)
    facts = replace(
        CLEAN, country=country, time_zones=(zone_name,), flags=frozenset({Flag.CHANNEL_AUTHORIZED})
    )
    rule = next(one for one in law.of(WindowRule) if not one.subdivisions)

    for change in _changes(zone):
        for days in (-1, 0, 1):
            day = change.astimezone(zone).date() + timedelta(days=days)
            for minute in range(0, 24 * 60, 30):
                local = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=zone)
                at = local.astimezone(UTC)
                if at.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
                    # The clocks skip it: nobody lives in this minute.
                    continue
                window = rules.hours.window_on(hours=rule.hours, day=day, country=country)
                is_open = window is not None and window[0] <= local.time() < window[1]
                verdict = rules.judge(facts=facts, pack=law, at=at)
                assert (rule.id not in verdict.rule_ids) is is_open, local


countries = st.sampled_from(COUNTRIES)
channels = st.sampled_from(CHANNELS)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1)).map(lambda one: one.replace(tzinfo=UTC))  # noqa: DTZ001
touches = st.builds(
    lambda ago, channel, result: (timedelta(minutes=ago), channel, result),
    st.integers(1, 40 * 24 * 60),
    channels,
    st.sampled_from(Result),
)
flags = st.frozensets(st.sampled_from(Flag), max_size=3)


@st.composite
def contacts(draw: st.DrawFn) -> tuple[ContactFacts, datetime]:
    """Draw any contact at any moment, in any country, with any history."""
    country, at = draw(countries), draw(moments)
    law = packs.law_pack(country=country)
    zones = draw(st.lists(st.sampled_from(law.file.time_zones), min_size=1, max_size=2, unique=True))
    past = draw(st.lists(touches, max_size=10))
    facts = ContactFacts(
        customer_id=1,
        channel=draw(channels),
        purpose=draw(st.sampled_from(Purpose)),
        country=country,
        time_zones=tuple(zones),
        owner_role=draw(st.sampled_from([OwnerRole.DEBTOR, OwnerRole.DEBTOR, *OwnerRole, None])),
        point_state=draw(st.sampled_from([PointState.NEW, PointState.VERIFIED, *PointState, None])),
        has_known_source=draw(st.sampled_from([True, True, False])),
        is_opted_out=draw(st.sampled_from([False, False, True])),
        has_debt=draw(st.sampled_from([True, True, False, None])),
        is_disputed=draw(st.sampled_from([False, False, True])),
        is_on_hold=draw(st.sampled_from([False, False, True])),
        has_active_promise=draw(st.sampled_from([False, False, True])),
        touches=tuple(
            sorted((Touched(at - ago, by, how) for ago, by, how in past), key=lambda one: one.at)[::-1]
        ),
        flags=draw(flags),
        subdivisions=draw(st.sampled_from([(), *((one,) for one in law.subdivisions), law.subdivisions])),
        missing=draw(st.frozensets(st.sampled_from(Statement), max_size=2)),
        findings=draw(st.sampled_from([frozenset(), frozenset(), frozenset({"C-JAIL"})])),
        review_findings=draw(st.sampled_from([frozenset(), frozenset(), frozenset({"C-XSELL"})])),
    )
    return facts, at


@given(contacts())
def test_a_verdict_is_whole(asked: tuple[ContactFacts, datetime]) -> None:
    facts, at = asked
    law = packs.law_pack(country=facts.country)

    verdict = rules.judge(facts=facts, pack=law, at=at)

    assert (verdict.outcome is VerdictOutcome.ALLOW) == (verdict.rule_ids == ())
    assert len(set(verdict.rule_ids)) == len(verdict.rule_ids)
    assert {one for one in verdict.rule_ids if not one.startswith("C-")} <= set(law.rules)
    # Every refusal has a next moment, or says never by having none.
    if verdict.outcome is VerdictOutcome.BLOCK:
        assert verdict.not_before is None
    else:
        assert verdict.not_before is not None
        assert verdict.not_before >= at


@given(contacts())
def test_the_next_moment_is_lawful_and_no_earlier_opening_is(asked: tuple[ContactFacts, datetime]) -> None:
    facts, at = asked
    law = packs.law_pack(country=facts.country)

    verdict = rules.judge(facts=facts, pack=law, at=at)

    if verdict.outcome is VerdictOutcome.DEFER and verdict.not_before is not None:
        then = rules.judge(facts=facts, pack=law, at=verdict.not_before)
        assert then.outcome in {VerdictOutcome.ALLOW, VerdictOutcome.REVIEW}
        just_before = rules.judge(facts=facts, pack=law, at=verdict.not_before - timedelta(microseconds=1))
        assert just_before.outcome is VerdictOutcome.DEFER


@given(contacts(), touches)
def test_more_history_never_allows_more(
    asked: tuple[ContactFacts, datetime], more: tuple[timedelta, Channel, Result]
) -> None:
    facts, at = asked
    law = packs.law_pack(country=facts.country)
    ago, channel, result = more
    busier = replace(facts, touches=(*facts.touches, Touched(at - ago, channel, result)))

    before = rules.judge(facts=facts, pack=law, at=at)
    after = rules.judge(facts=busier, pack=law, at=at)

    # An answer lifts one limit where the law itself says so: who answered may be contacted once more that day.
    lifted = {one.id for one in law.by_channel[facts.channel] if getattr(one, "unless_answered_today", False)}
    allowed_by_answer = lifted if result is Result.EFFECTIVE and law.of(ReplyCapRule) else set()
    assert set(before.rule_ids) - allowed_by_answer <= set(after.rule_ids)


@given(contacts())
def test_the_literal_reading_never_forbids_more_than_the_strict_one(
    asked: tuple[ContactFacts, datetime],
) -> None:
    facts, at = asked
    strict = rules.judge(facts=facts, pack=packs.law_pack(country=facts.country), at=at)
    literal = rules.judge(facts=facts, pack=packs.law_pack(country=facts.country, is_literal=True), at=at)

    assert set(literal.rule_ids) <= set(strict.rule_ids)


@given(st.lists(contacts(), min_size=1, max_size=12))
def test_many_at_once_are_judged_as_each_alone(asked: list[tuple[ContactFacts, datetime]]) -> None:
    country, at = asked[0][0].country, asked[0][1]
    together = [facts for facts, _at in asked] * 2

    law = packs.law_pack(country=country)

    found = compliance.judge_by(contacts=together, law=law, at=at)

    assert found == [rules.judge(facts=facts, pack=law, at=at) for facts in together]


@given(contacts())
def test_what_a_verdict_was_based_on_can_be_read_back(asked: tuple[ContactFacts, datetime]) -> None:
    facts, _at = asked
    inputs = rules.proofs.inputs_of(facts=facts)

    assert rules.proofs.facts_of(customer_id=1, channel=facts.channel.value, inputs=inputs) == facts
    law = packs.law_pack(country=facts.country)
    again = rules.proofs.pack_of(document=law.document)
    assert (again.file, again.common, again.document) == (law.file, law.common, law.document)
