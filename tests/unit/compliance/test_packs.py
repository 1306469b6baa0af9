"""The law packs as they stand on disk: each can be read, and says what the research of the law found."""

import re
from collections.abc import Iterator
from datetime import date, time
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import pytest
import yaml

from puntual.compliance.queries import packs
from puntual.compliance.rules.laws import LawPack
from puntual.compliance.types import packs as p
from puntual.contacts.types import Channel, OwnerRole

_FOUND = yaml.safe_load((Path(__file__).parent / "research.yaml").read_text(encoding="utf-8"))
# Where it is at hand, what the research says itself.
_RESEARCH = Path(__file__).resolve().parents[4] / "shared" / "compliance"
COUNTRIES = packs.countries()
NAMED = {
    "AR", "BO", "BR", "CL", "CO", "CR", "EC", "GT", "HN", "MX", "NI", "PA", "PE", "PY", "SV", "US", "UY",
}  # fmt: skip
TODAY = date(2026, 11, 30)
# What only prudence adds, and no number of the research stands behind.
_OF_OURS = {"MX-FREQ-00"}
# Rules beside which a local lawyer still has something to decide.
OPEN = {
    "AR-FREQ-P1", "AR-PARTY-01", "AR-WIN-P1", "BO-DATA-01", "BO-FREQ-P1", "BO-OPEN", "BO-WIN-P1",
    "BR-AM-WIN-01", "BR-PRESC-01", "BR-PR-WIN-01", "BR-WIN-P1", "CL-CHAN-01", "CL-FEE-00", "CL-FREQ-01",
    "CL-FREQ-02", "CL-FREQ-03", "CL-RIGHT-02", "CO-CHAN-02", "CO-FREQ-01", "CO-REG-01", "CR-FREQ-P1",
    "CR-OPEN", "CR-WIN-P1", "EC-FEE-01", "EC-FREQ-01", "EC-RIGHT-01", "GT-DATA-01", "GT-FREQ-01",
    "GT-WIN-01", "HN-DATA-01", "HN-PRESC-P1", "HN-WIN-01", "MX-BUREAU-01", "MX-RIGHT-02", "MX-WIN-01",
    "NI-DATA-01", "NI-PRESC-P1", "PA-CHAN-D1", "PA-FREQ-D1", "PA-FREQ-D2", "PA-PRESC-01", "PA-SANC-D1",
    "PA-WIN-D1", "PE-CHAN-01", "PE-FEE-01", "PE-FREQ-00", "PE-PARTY-03", "PE-RIGHT-01", "PY-PRESC-01",
    "PY-RIGHT-02", "PY-WIN-01", "SV-DATA-01", "SV-PRESC-P1", "SV-WIN-01", "UY-FREQ-P1", "UY-PRESC-01",
    "UY-WIN-P1", "X-VOICE-P1", "X-WA-02",
}  # fmt: skip
_ROLES = {
    "debtor": OwnerRole.DEBTOR,
    "coobligor": OwnerRole.COOBLIGOR,
    "guarantor": OwnerRole.GUARANTOR,
    "authorized_rep": OwnerRole.REPRESENTATIVE,
    "spouse": OwnerRole.SPOUSE,
    "guardian": OwnerRole.GUARDIAN,
    "executor": OwnerRole.EXECUTOR,
    "attorney": OwnerRole.ATTORNEY,
}
# What a message must say where a located rule asks it, from the table of required content.
_REQUIRED = {
    "AR": {"agency", "agency_address", "creditor"},
    "BR": {"agency", "agency_address", "creditor"},
    "CL": {"agency", "creditor", "contract", "amount", "calculation_date", "split", "payee"},
    "MX": {
        "agency", "collector", "agency_address", "creditor", "contract", "amount", "calculation_date", "conditions",
        "complaints", "payee",
    },
    "PY": {"amount", "calculation_date", "split", "conditions", "payee"},
    # A way out is asked too, of messages only, by a rule of their channels.
    "US": {
        "agency", "agency_address", "creditor", "contract", "amount", "calculation_date", "split", "complaints",
        "debt_collector",
    },
}  # fmt: skip


def found(country: str) -> dict[str, Any]:
    """Return the numbers that the research found of a country."""
    numbers: dict[str, Any] = _FOUND["countries"][country]
    return numbers


def law(country: str) -> LawPack:
    """Read the newest pack of a country."""
    return packs.law_pack(country=country)


def hours_of(raw: dict[str, Any]) -> p.Hours:
    """Read the hours of the research."""
    return p.Hours.model_validate(
        {"holiday" if key == "hol" else key: value for key, value in raw.items() if key != "status"}
    )


def channels_of(raw: list[str]) -> set[Channel]:
    """Read the channels of the research."""
    return set(p.REACHING) if raw == ["*"] else {Channel[one.upper()] for one in raw}


def lengths(hours: p.Hours) -> Iterator[tuple[time, time] | None]:
    """List the windows of hours by type of day."""
    yield from (hours.mon_fri, hours.sat, hours.sun, hours.holiday)


def test_the_packs_are_those_of_seventeen_countries() -> None:
    assert set(COUNTRIES) == NAMED


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.feature("SEC-04")
def test_a_pack_can_be_read_and_holds_today(country: str) -> None:
    pack = packs.law_pack(country=country, on=TODAY)

    assert pack.country == country
    assert pack.file.valid_from <= TODAY
    assert set(pack.file.time_zones) <= available_timezones()
    assert {one.partition("-")[2] for one in pack.file.languages} == {country}
    assert pack.file.authority.strip()


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_rule_says_what_it_asks_and_where_it_stands(country: str) -> None:
    mark = re.compile(r"https?:|www\.|\bS\d{2,3}\b|\[[MPS]\b|⚠|\.(com|org|gov|net)\b")

    for rule in law(country).all:
        words = (rule.text, rule.source, rule.question)
        assert rule.text.strip().endswith((".", "?")), rule.id
        assert rule.source.strip(), rule.id
        assert rule.status in p.Status, rule.id
        assert not [one for one in words if mark.search(one)], rule.id
        assert not rule.question or rule.question.count("¿") == rule.question.count("?") > 0, rule.id


@pytest.mark.parametrize("country", COUNTRIES)
def test_a_rule_is_named_after_its_country_and_leaves_out_only_general_ones(country: str) -> None:
    pack = law(country)
    general = {one.id for one in pack.common.rules}

    assert {one.id for one in pack.file.rules if not one.id.startswith((f"{country}-", "C-"))} == set()
    assert {name for one in pack.file.rules for name in one.replaces} <= general


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.feature("SEC-04")
def test_the_literal_reading_is_never_stricter(country: str) -> None:
    for rule in law(country).of(p.WindowRule):
        if rule.text_hours is None:
            continue
        for strict, literal in zip(lengths(rule.hours), lengths(rule.text_hours), strict=True):
            if strict is not None:
                assert literal is not None, rule.id
                assert literal[0] <= strict[0] < strict[1] <= literal[1], rule.id


@pytest.mark.parametrize("country", COUNTRIES)
def test_the_company_tells_who_it_is_how_to_reach_and_to_pay_it(country: str) -> None:
    asked = {one for rule in law(country).of(p.ContentRule) for one in rule.company}

    assert asked >= {p.Content.CREDITOR, p.Content.CONTACT, p.Content.PAYMENT}


@pytest.mark.feature("SEC-04")
def test_what_a_lawyer_must_still_decide_stands_beside_its_rule() -> None:
    asked = {one.id for country in COUNTRIES for one in law(country).all if one.question}

    assert sorted(OPEN - asked) == []


@pytest.mark.parametrize(
    ("rule_id", "numbers"),
    [
        ("CO-BUREAU-01", {"days": 20, "notices": 1, "wage_share_max": None}),
        ("CO-BUREAU-02", {"days": 20, "notices": 2, "wage_share_max": 0.15}),
        ("CO-BUREAU-03", {"months": 18}),
        ("BR-BUREAU-01", {"days": 0, "notices": 1, "wage_share_max": None}),
        ("US-BUREAU-01", {"days": 14, "notices": 1, "wage_share_max": None}),
        ("CL-FEE-01", {"day": 20}),
        ("CL-FEE-02", {"brackets": ((10, 0.09), (50, 0.06), (None, 0.03)), "without_notice": 0.2}),
        ("BR-FEE-01", {"share": 0.02}),
    ],
)
def test_bureaus_and_fees_have_the_numbers_of_the_law(rule_id: str, numbers: dict[str, object]) -> None:
    rule = law(rule_id[:2]).by_id[rule_id]

    assert {name: getattr(rule, name) for name in numbers} == numbers


@pytest.mark.parametrize(
    "kind", [p.NoticeRule, p.LateNoticeRule, p.FeeDayRule, p.FeeScaleRule, p.FeeShareRule]
)
def test_no_other_country_has_numbers_of_bureaus_or_fees(kind: type[p.Rule]) -> None:
    expected = {
        p.NoticeRule: {"CO-BUREAU-01", "CO-BUREAU-02", "BR-BUREAU-01", "US-BUREAU-01"},
        p.LateNoticeRule: {"CO-BUREAU-03"},
        p.FeeDayRule: {"CL-FEE-01"},
        p.FeeScaleRule: {"CL-FEE-02"},
        p.FeeShareRule: {"BR-FEE-01"},
    }

    assert {one.id for country in COUNTRIES for one in law(country).of(kind)} == expected[kind]


@pytest.mark.parametrize(
    ("rule_id", "days"),
    [
        ("AR-RIGHT-01", {"access": (10, True), "rectification": (5, False), "cancellation": (5, False)}),
        ("BO-RIGHT-01", {"complaint": (5, False)}),
        ("BR-RIGHT-01", {"access": (15, True)}),
        ("CL-RIGHT-02", dict.fromkeys(("access", "rectification", "cancellation", "opposition"), (30, True))),
        (
            "CO-RIGHT-01",
            {"access": (10, False)}
            | dict.fromkeys(("rectification", "cancellation", "opposition", "complaint"), (15, False)),
        ),
        ("CR-RIGHT-01", dict.fromkeys(("access", "rectification", "cancellation"), (5, False))),
        ("EC-RIGHT-01", dict.fromkeys(("access", "rectification", "cancellation", "opposition"), (15, True))),
        (
            "MX-RIGHT-02",
            dict.fromkeys(("access", "rectification", "cancellation", "opposition"), (20, False)),
        ),
        (
            "PA-RIGHT-02",
            dict.fromkeys(("access", "rectification", "cancellation", "opposition"), (10, False)),
        ),
        (
            "PE-RIGHT-01",
            {"access": (20, True)}
            | dict.fromkeys(("rectification", "cancellation", "opposition"), (10, True)),
        ),
        ("UY-RIGHT-01", dict.fromkeys(("access", "rectification", "cancellation"), (5, False))),
    ],
)
def test_requests_are_answered_within_the_days_of_the_law(
    rule_id: str, days: dict[str, tuple[int, bool]]
) -> None:
    rule = law(rule_id[:2]).by_id[rule_id]

    assert isinstance(rule, p.InfoRule)
    assert {one.request: (one.days, one.calendar) for one in rule.deadlines} == days


def test_a_register_against_advertising_stops_what_offers_a_product() -> None:
    asked = {
        one.id: one.with_text
        for country in COUNTRIES
        for one in law(country).of(p.FlagRule)
        if p.Flag.ON_AD_REGISTER in one.flags
    }
    advertising = dict.fromkeys(
        ("AR-REG-01", "BR-REG-01", "MX-REG-01", "PE-CHAN-01", "PY-REG-01", "UY-REG-01"), ("C-XSELL",)
    )

    # In Colombia the preference is honoured for collection too, until somebody who knows says otherwise.
    assert asked == advertising | {"CO-REG-01": ()}


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.feature("SEC-04")
def test_hours_are_those_of_the_research(country: str) -> None:
    raw = found(country)
    windows = {one.id: one for one in law(country).of(p.WindowRule)}
    expected = {(): raw, **{(part,): said for part, said in raw.get("sub", {}).items()}}

    assert set(windows) == {one["win_id"] for one in expected.values()}
    for parts, said in expected.items():
        rule = windows[said["win_id"]]
        assert rule.subdivisions == parts
        assert rule.hours == hours_of(said["strict"])
        assert rule.status == said["strict"]["status"]
        assert rule.text_hours == (hours_of(said["text"]) if "text" in said else None)
        assert set(rule.channels) == set(p.REACHING)


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.feature("SEC-04")
def test_limits_are_those_of_the_research(country: str) -> None:
    pack = law(country)
    limits = {
        one.id: one
        for one in pack.all
        if isinstance(one, p.CapRule | p.ReplyCapRule | p.GapRule | p.CooldownRule)
    }

    assert set(limits) - _OF_OURS == {one["id"] for one in found(country)["freq"]}
    for raw in found(country)["freq"]:
        rule = limits[raw["id"]]
        assert set(rule.channels) == channels_of(raw["channels"])
        assert "status" not in raw or rule.status == raw["status"]
        if "min_gap_days" in raw:
            assert isinstance(rule, p.GapRule)
            assert rule.days == raw["min_gap_days"]
        elif "after_reply_same_day_max" in raw:
            assert isinstance(rule, p.ReplyCapRule)
            assert rule.max == raw["after_reply_same_day_max"]
        elif "cooldown_days_after_conversation" in raw:
            assert isinstance(rule, p.CooldownRule)
            assert rule.days == raw["cooldown_days_after_conversation"]
        else:
            assert isinstance(rule, p.CapRule)
            counts = p.Counted({"contact": "delivery"}.get(raw["count"], raw["count"]))
            assert rule.limits == (p.Limit(counts=counts, max=raw["max"], period=p.Period(raw["period"])),)
            assert rule.unless_answered_today is ("unless_answered_today" in raw)
            assert rule.per_channel_in_text is (raw.get("text_variant") == "one_per_day_per_mechanism")


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.feature("SEC-04")
def test_people_places_and_channels_are_those_of_the_research(country: str) -> None:
    raw = found(country)
    pack = law(country)

    (party,) = pack.of(p.PartyRule)
    assert set(party.allowed) == {_ROLES[one] for one in raw["parties_ok"]}
    assert [one.id for one in pack.of(p.ConsentRule) if one.severity is p.Severity.BLOCK] == [
        raw[key] for key in ("authorized_channels_only",) if key in raw
    ]
    assert [one.id for one in pack.of(p.LockRule)] == [
        raw[key] for key in ("single_channel_per_week_after_contact",) if key in raw
    ]
    visits = {one.id: set(one.except_products) for one in pack.of(p.VisitRule)}
    assert set(visits) == ({raw["visits"]["rule"]} if "visits" in raw else set())
    assert all(excepted >= set(raw["visits"]["exceptions"]) for excepted in visits.values())
    flags = {one.id: one for one in pack.file.rules if isinstance(one, p.FlagRule)}
    places = {one.id for one in flags.values() if p.Flag.WORKPLACE in one.flags}
    assert places == ({raw["workplace"]["rule"]} if "workplace" in raw else set())
    barred = {
        one.id
        for one in flags.values()
        if p.Flag.TIME_BARRED in one.flags and one.severity is p.Severity.BLOCK
    }
    assert barred == {raw[key] for key in ("time_barred", "time_barred_suit_threat") if key in raw}


@pytest.mark.parametrize("country", sorted(NAMED - {"MX"}))
def test_every_row_of_the_research_is_a_rule(country: str) -> None:
    assert sorted(set(_FOUND["rows"][country]) - set(law(country).by_id)) == []


@pytest.mark.parametrize("country", COUNTRIES)
def test_messages_say_what_the_research_found_that_they_must(country: str) -> None:
    said = {one.value for rule in law(country).of(p.ContentRule) for one in rule.first}

    assert said == _REQUIRED.get(country, set())


def test_the_numbers_are_those_of_the_research_itself() -> None:
    for path in _RESEARCH.glob("rules.yaml"):
        assert yaml.safe_load(path.read_text(encoding="utf-8"))["countries"] == _FOUND["countries"]
