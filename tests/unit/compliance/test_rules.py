"""May this contact happen? Tables of the Mexican pack and properties that must always hold."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puntual.companies.types import CompanyFacts, PortalIdentity
from puntual.compliance import queries, rules
from puntual.compliance.types import ContactFacts, Content, Flag, Result, Touched, VerdictOutcome
from puntual.contacts.types import Channel, OwnerRole, PointState, Purpose

PACK = queries.law_pack(country="MX")
CDMX = "America/Mexico_City"
CLEAN = ContactFacts(
    customer_id=1,
    channel=Channel.EMAIL,
    purpose=Purpose.COLLECTION,
    country="MX",
    time_zones=(CDMX,),
    owner_role=OwnerRole.DEBTOR,
    point_state=PointState.NEW,
    has_known_source=True,
    is_opted_out=False,
    has_debt=True,
    is_disputed=False,
    is_on_hold=False,
    has_active_promise=False,
)


def local(text: str, zone: str = CDMX) -> datetime:
    """Read a local moment of a zone as UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def sent(moments: Iterable[datetime]) -> tuple[Touched, ...]:
    return tuple(Touched(one, Channel.EMAIL, Result.SENT) for one in moments)


@pytest.mark.parametrize(
    ("_case", "at", "outcome"),
    [
        ("first minute", "2026-11-23T08:00", VerdictOutcome.ALLOW),
        ("last minute", "2026-11-23T20:59:59", VerdictOutcome.ALLOW),
        ("a second too early", "2026-11-23T07:59:59", VerdictOutcome.DEFER),
        ("the end is outside", "2026-11-23T21:00", VerdictOutcome.DEFER),
        ("saturday", "2026-11-21T11:00", VerdictOutcome.DEFER),
        ("sunday", "2026-11-22T11:00", VerdictOutcome.DEFER),
        ("revolution day, moved", "2026-11-16T11:00", VerdictOutcome.DEFER),
        ("bank holiday", "2026-11-02T11:00", VerdictOutcome.DEFER),
        ("maundy thursday", "2026-04-02T11:00", VerdictOutcome.DEFER),
        ("good friday", "2026-04-03T11:00", VerdictOutcome.DEFER),
        ("virgin of guadalupe on a saturday", "2026-12-12T11:00", VerdictOutcome.DEFER),
    ],
)
@pytest.mark.feature("X-44")
def test_window_of_mexico_city(_case: str, at: str, outcome: VerdictOutcome) -> None:
    verdict = rules.judge(facts=CLEAN, pack=PACK, at=local(at))

    assert verdict.outcome is outcome
    assert verdict.rule_ids == (() if outcome is VerdictOutcome.ALLOW else ("MX-WIN-01",))


def test_the_zone_of_the_debtor_decides() -> None:
    at = local("2026-11-23T08:30")

    in_tijuana = rules.judge(facts=replace(CLEAN, time_zones=("America/Tijuana",)), pack=PACK, at=at)

    assert in_tijuana.outcome is VerdictOutcome.DEFER
    assert in_tijuana.not_before == local("2026-11-23T08:00", "America/Tijuana")


def test_several_zones_are_read_strictly() -> None:
    facts = replace(CLEAN, time_zones=("America/Cancun", "America/Tijuana"))

    early = rules.judge(facts=facts, pack=PACK, at=local("2026-11-23T09:00", "America/Cancun"))
    late = rules.judge(facts=facts, pack=PACK, at=local("2026-11-23T19:00", "America/Tijuana"))

    assert early.not_before == local("2026-11-23T08:00", "America/Tijuana")
    assert late.not_before == local("2026-11-24T08:00", "America/Tijuana")


def test_sunday_waits_for_monday() -> None:
    verdict = rules.judge(facts=CLEAN, pack=PACK, at=local("2026-11-22T11:00"))

    assert verdict.not_before == local("2026-11-23T08:00")


@pytest.mark.parametrize(
    ("_case", "change", "rule"),
    [
        ("reference", {"owner_role": OwnerRole.REFERENCE}, "MX-PARTY-01"),
        ("third party", {"owner_role": OwnerRole.THIRD_PARTY}, "MX-PARTY-01"),
        ("nobody knows whose it is", {"owner_role": OwnerRole.UNKNOWN}, "MX-PARTY-01"),
        ("no source", {"has_known_source": False}, "MX-PARTY-03"),
        ("opted out", {"is_opted_out": True}, "X-OPT-01"),
        ("dispute", {"is_disputed": True}, "X-DISP-01"),
        ("hold", {"is_on_hold": True}, "X-HOLD-01"),
        ("promise", {"has_active_promise": True}, "X-PROM-01"),
        ("paid", {"has_debt": False}, "X-PAID-01"),
        ("wrong number", {"point_state": PointState.WRONG}, "X-POINT-01"),
        ("bounced", {"point_state": PointState.BOUNCED}, "X-POINT-01"),
        ("unknown debt", {"has_debt": None}, "X-DATA-01"),
        ("no contact point", {"point_state": None}, "X-DATA-01"),
        ("unknown role", {"owner_role": None}, "X-DATA-01"),
        ("unknown zone", {"time_zones": ()}, "X-DATA-01"),
        ("a zone that does not exist", {"time_zones": ("America/Macondo",)}, "X-DATA-01"),
        ("other country", {"country": "CO"}, "X-DATA-01"),
    ],
)
@pytest.mark.feature("SEC-06")
def test_standing_objections_block(_case: str, change: dict[str, object], rule: str) -> None:
    verdict = rules.judge(facts=replace(CLEAN, **change), pack=PACK, at=local("2026-11-23T10:00"))  # type: ignore[arg-type]

    assert verdict.outcome is VerdictOutcome.BLOCK
    assert verdict.rule_ids == (rule,)
    assert verdict.not_before is None


def test_every_objection_is_named() -> None:
    facts = replace(CLEAN, is_opted_out=True, has_debt=False, is_disputed=True)

    verdict = rules.judge(facts=facts, pack=PACK, at=local("2026-11-22T11:00"))

    assert verdict.rule_ids == ("X-PAID-01", "X-OPT-01", "X-DISP-01", "MX-WIN-01")


def test_a_hold_silences_thanks_too_and_not_what_somebody_asked_for() -> None:
    at = local("2026-11-23 10:00")
    held = replace(CLEAN, is_on_hold=True, has_debt=False)

    thanks = rules.judge(facts=replace(held, purpose=Purpose.THANKS), pack=PACK, at=at)
    answer = rules.judge(facts=replace(held, purpose=Purpose.INFORMATION), pack=PACK, at=at)

    assert (thanks.outcome, thanks.rule_ids) == (VerdictOutcome.BLOCK, ("X-HOLD-01",))
    assert answer.outcome is VerdictOutcome.ALLOW


def test_thanks_need_no_debt_and_a_reminder_respects_no_promise_rule() -> None:
    at = local("2026-11-23T10:00")

    thanks = rules.judge(facts=replace(CLEAN, purpose=Purpose.THANKS, has_debt=False), pack=PACK, at=at)
    reminder = rules.judge(
        facts=replace(CLEAN, purpose=Purpose.REMINDER, has_active_promise=True), pack=PACK, at=at
    )

    assert thanks.outcome is VerdictOutcome.ALLOW
    assert reminder.outcome is VerdictOutcome.ALLOW


@pytest.mark.parametrize(
    ("_case", "hours_ago", "free"),
    [
        ("two today leave one", (1, 1), None),
        ("three today", (0.5, 1, 1.5), "2026-11-24T08:00"),
    ],
)
@pytest.mark.feature("X-45")
def test_attempts_per_day(_case: str, hours_ago: tuple[float, ...], free: str | None) -> None:
    at = local("2026-11-23T12:00")
    attempts = tuple(at - timedelta(hours=hours) for hours in hours_ago)

    verdict = rules.judge(facts=replace(CLEAN, touches=sent(attempts)), pack=PACK, at=at)

    if free is None:
        assert verdict.outcome is VerdictOutcome.ALLOW
    else:
        assert verdict.rule_ids == ("MX-FREQ-00",)
        assert verdict.not_before == local(free)


def test_seven_attempts_in_seven_days_wait_until_the_oldest_leaves() -> None:
    at = local("2026-11-27T12:00")
    attempts = tuple(local(f"2026-11-{day}T10:00") for day in ("24", "24", "25", "25", "26", "26", "23"))

    verdict = rules.judge(facts=replace(CLEAN, touches=sent(attempts)), pack=PACK, at=at)

    assert verdict.not_before == local("2026-11-30T08:00")


moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1)).map(lambda one: one.replace(tzinfo=UTC))  # noqa: DTZ001
zones = st.lists(
    st.sampled_from(
        [CDMX, "America/Tijuana", "America/Cancun", "America/Hermosillo", "America/Ciudad_Juarez"]
    ),
    min_size=1,
    max_size=3,
    unique=True,
).map(tuple)


@given(at=moments, time_zones=zones, ago=st.lists(st.integers(0, 12 * 24), max_size=12))
def test_the_promised_moment_is_lawful(at: datetime, time_zones: tuple[str, ...], ago: list[int]) -> None:
    attempts = tuple(sorted((at - timedelta(hours=hours) for hours in ago), reverse=True))
    facts = replace(CLEAN, time_zones=time_zones, touches=sent(attempts))

    verdict = rules.judge(facts=facts, pack=PACK, at=at)

    assert verdict.outcome is not VerdictOutcome.BLOCK
    assert verdict.not_before is not None
    assert verdict.not_before >= at
    assert rules.judge(facts=facts, pack=PACK, at=verdict.not_before).outcome is VerdictOutcome.ALLOW


@given(
    at=moments,
    time_zones=zones,
    ago=st.lists(st.integers(0, 12 * 24), max_size=12),
    extra=st.integers(0, 300),
)
def test_more_history_never_allows_more(
    at: datetime, time_zones: tuple[str, ...], ago: list[int], extra: int
) -> None:
    attempts = tuple(at - timedelta(hours=hours) for hours in ago)
    facts = replace(CLEAN, time_zones=time_zones, touches=sent(attempts))
    busier = replace(facts, touches=sent((*attempts, at - timedelta(hours=extra))))

    before = rules.judge(facts=facts, pack=PACK, at=at)
    after = rules.judge(facts=busier, pack=PACK, at=at)

    assert set(before.rule_ids) <= set(after.rule_ids)


def test_unknown_country_has_no_pack() -> None:
    with pytest.raises(queries.UnknownCountry):
        queries.law_pack(country="ZZ")
    with pytest.raises(queries.UnknownCountry):
        queries.law_pack(country="../MX")


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({}, ()),
        ({"phone": ""}, ()),
        ({"email": ""}, ()),
        ({"phone": "", "email": " "}, (Content.CONTACT,)),
        ({"legal_name": ""}, (Content.CREDITOR,)),
        ({"address": ""}, (Content.ADDRESS,)),
        ({"bank_account": ""}, (Content.PAYMENT,)),
        ({"complaint_contact": " "}, (Content.COMPLAINTS,)),
        ({"bank_account": "", "address": ""}, (Content.ADDRESS, Content.PAYMENT)),
    ],
)
def test_what_messages_must_say_of_the_creditor(change: dict[str, str], missing: tuple[Content, ...]) -> None:
    company = CompanyFacts(
        schema_name="x",
        name="X",
        legal_name="X, S.A.",
        tax_id="",
        country="MX",
        currency="MXN",
        time_zone=CDMX,
        phone="55 0000 0000",
        email="x@x.example",
        office_hours="",
        address="Av. Ejemplo 100",
        complaint_contact="quejas@x.example",
        privacy_url="",
        bank_name="",
        bank_account="002010077777777771",
        portal_identity=PortalIdentity.TAX_ID,
        base_url="",
        is_demo=False,
    )

    assert rules.missing_contents(company=replace(company, **change), pack=PACK) == missing


@pytest.mark.feature("N-13")
@given(
    flags=st.frozensets(st.sampled_from(list(Flag)), max_size=4),
    opted_out=st.booleans(),
    hour=st.integers(0, 23),
    findings=st.frozensets(st.sampled_from(["C-JAIL", "C-LEGAL"])),
)
def test_a_release_lifts_only_what_the_law_leaves_to_a_person(
    flags: frozenset[Flag], opted_out: bool, hour: int, findings: frozenset[str]
) -> None:
    at = datetime(2026, 11, 23, hour, 30, tzinfo=UTC)
    facts = replace(
        CLEAN,
        flags=flags,
        is_opted_out=opted_out,
        findings=findings & {"C-JAIL"},
        review_findings=findings & {"C-LEGAL"},
    )
    asked = rules.judge(facts=facts, pack=PACK, at=at)

    everything = frozenset({*PACK.by_id, "C-JAIL", "C-LEGAL"})
    freed = rules.judge(facts=replace(facts, released=everything), pack=PACK, at=at)

    kept = set(asked.rule_ids) - set(asked.reviewed)
    assert kept <= set(freed.rule_ids)
    assert not freed.reviewed
    assert (freed.outcome is VerdictOutcome.ALLOW) is (
        asked.outcome in (VerdictOutcome.ALLOW, VerdictOutcome.REVIEW)
    )
    # What names nothing of it lifts nothing.
    assert rules.judge(facts=replace(facts, released=frozenset({"X-NADA"})), pack=PACK, at=at) == asked
