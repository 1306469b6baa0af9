"""What a company adds to the law only ever forbids more; what gives anything up is seen."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import ValidationError

from puntual.compliance import rules
from puntual.compliance.queries import flags_of, law_of, law_pack
from puntual.compliance.rules.own import LITERAL, loosened
from puntual.compliance.types import ContactFacts, VerdictOutcome
from puntual.compliance.types import packs as p
from puntual.compliance.types.own import OWN_RULE, OwnProfile
from puntual.contacts.types import CircumstanceKind, OwnerRole
from puntual.staff.forms.own_rules import OFFERED
from tests.unit.compliance.test_boundaries import contacts
from tests.unit.compliance.test_rules import CLEAN

NOW = datetime(2026, 11, 23, 18, tzinfo=UTC)
_SAID: dict[str, Any] = {
    "text": "Así lo decidió la empresa.",
    "source": "Decisión de la empresa",
    "status": "policy",
}
HOURS = {"mon_fri": ["09:00", "18:00"], "sat": None, "sun": None, "holiday": None}


def rule(kind: str, *, number: int = 1, **said: Any) -> p.Rule:
    """Build an own rule."""
    return OWN_RULE.validate_python({"id": f"E-RULE-{number:02}", "kind": kind, **_SAID, **said})


windows = st.one_of(
    st.none(),
    st.tuples(st.integers(6, 12), st.integers(13, 22)).map(
        lambda one: (f"{one[0]:02}:00", f"{one[1]:02}:00")
    ),
)
reaching = st.lists(st.sampled_from(p.REACHING), min_size=1, max_size=6, unique=True)
limits = st.lists(
    st.fixed_dictionaries(
        {
            "counts": st.sampled_from(list(p.Counted)),
            "max": st.integers(1, 3),
            "period": st.sampled_from(list(p.Period)),
        }
    ),
    min_size=1,
    max_size=3,
)
kinds = st.one_of(
    st.fixed_dictionaries(
        {
            "kind": st.just("window"),
            "hours": st.fixed_dictionaries(
                {"mon_fri": windows, "sat": windows, "sun": windows, "holiday": windows}
            ),
            "channels": reaching,
        }
    ),
    st.fixed_dictionaries({"kind": st.just("cap"), "limits": limits, "channels": reaching}),
    st.fixed_dictionaries({"kind": st.just("reply_cap"), "max": st.integers(0, 2), "channels": reaching}),
    st.fixed_dictionaries(
        {
            "kind": st.sampled_from(["gap", "cooldown"]),
            "days": st.integers(1, 60),
            "channels": reaching,
        }
    ),
    st.fixed_dictionaries({"kind": st.sampled_from(["lock", "consent"]), "channels": reaching}),
    st.fixed_dictionaries({"kind": st.just("visit")}),
    st.fixed_dictionaries(
        {
            "kind": st.just("party"),
            "allowed": st.lists(st.sampled_from(OwnerRole), min_size=1, max_size=3, unique=True),
        }
    ),
    st.fixed_dictionaries(
        {
            "kind": st.just("flag"),
            "flags": st.lists(st.sampled_from(p.Flag), min_size=1, max_size=2, unique=True),
            "unless": st.lists(st.sampled_from(p.Flag), max_size=1),
            "severity": st.sampled_from(["block", "review"]),
        }
    ),
    st.fixed_dictionaries(
        {
            "kind": st.just("content"),
            "first": st.lists(st.sampled_from(p.Statement), min_size=1, max_size=2, unique=True),
            "later": st.lists(st.sampled_from(p.Statement), min_size=1, max_size=2, unique=True),
        }
    ),
)


@st.composite
def profiles(draw: st.DrawFn) -> OwnProfile:
    """Draw any own law without the literal reading."""
    drawn = draw(st.lists(kinds, min_size=1, max_size=3))
    return OwnProfile(
        rules=tuple(rule(one.pop("kind"), number=number, **one) for number, one in enumerate(drawn))
    )


_STRICTNESS = {
    VerdictOutcome.ALLOW: 0,
    VerdictOutcome.REVIEW: 1,
    VerdictOutcome.DEFER: 2,
    VerdictOutcome.BLOCK: 3,
}


@pytest.mark.feature("N-03")
@given(asked=contacts(), profile=profiles())
def test_own_rules_never_allow_more(asked: tuple[ContactFacts, datetime], profile: OwnProfile) -> None:
    facts, at = asked

    plain = rules.judge(facts=facts, pack=law_pack(country=facts.country), at=at)
    own = rules.judge(facts=facts, pack=law_of(country=facts.country, profile=profile, at=at), at=at)

    assert set(plain.rule_ids) <= set(own.rule_ids)
    assert _STRICTNESS[own.outcome] >= _STRICTNESS[plain.outcome]
    if own.not_before is not None and plain.not_before is not None:
        assert own.not_before >= plain.not_before


@given(asked=contacts(), before=profiles(), after=profiles(), keeps=st.booleans())
def test_what_gives_nothing_up_allows_no_more(
    asked: tuple[ContactFacts, datetime], before: OwnProfile, after: OwnProfile, keeps: bool
) -> None:
    facts, at = asked
    if keeps:
        later = [
            one.model_copy(update={"id": f"E-RULE-{place + 50}"}) for place, one in enumerate(after.rules)
        ]
        after = OwnProfile(rules=(*before.rules, *later))
    assume(not loosened(before=before, after=after))

    first = rules.judge(facts=facts, pack=law_of(country=facts.country, profile=before, at=at), at=at)
    second = rules.judge(facts=facts, pack=law_of(country=facts.country, profile=after, at=at), at=at)

    assert _STRICTNESS[second.outcome] >= _STRICTNESS[first.outcome]


@pytest.mark.parametrize(
    ("old", "new", "is_looser"),
    [
        (rule("gap", days=3), rule("gap", days=4), False),
        (rule("gap", days=3), rule("gap", days=2), True),
        (rule("cooldown", days=3), rule("cooldown", days=3, text="Dicho con otras palabras."), False),
        (rule("flag", flags=["hardship"]), rule("flag", flags=["hardship"], severity="review"), True),
        (rule("gap", days=3), rule("gap", days=3, channels=["SMS"]), True),
        (rule("gap", days=3), rule("gap", days=3, valid_to="2026-12-31"), True),
        (rule("reply_cap", max=1), rule("reply_cap", max=0), False),
        (rule("reply_cap", max=1), rule("reply_cap", max=2), True),
        (rule("party", allowed=["DEBTOR", "GUARANTOR"]), rule("party", allowed=["DEBTOR"]), False),
        (rule("party", allowed=["DEBTOR"]), rule("party", allowed=["DEBTOR", "GUARANTOR"]), True),
        (
            rule("cap", limits=[{"counts": "attempt", "max": 2, "period": "day"}]),
            rule("cap", limits=[{"counts": "attempt", "max": 1, "period": "day"}]),
            False,
        ),
        (
            rule("cap", limits=[{"counts": "attempt", "max": 2, "period": "day"}]),
            rule("cap", limits=[{"counts": "attempt", "max": 3, "period": "day"}]),
            True,
        ),
        (
            rule("cap", limits=[{"counts": "attempt", "max": 2, "period": "day"}]),
            rule("cap", limits=[{"counts": "attempt", "max": 1, "period": "week"}]),
            True,
        ),
        (rule("window", hours=HOURS), rule("window", hours={**HOURS, "mon_fri": ["10:00", "18:00"]}), False),
        (rule("window", hours=HOURS), rule("window", hours={**HOURS, "mon_fri": ["08:59", "18:00"]}), True),
        (rule("window", hours=HOURS), rule("window", hours={**HOURS, "sat": ["10:00", "11:00"]}), True),
        (rule("window", hours=HOURS), rule("gap", days=60), True),
    ],
)
def test_what_a_change_of_a_rule_gives_up_is_seen(old: p.Rule, new: p.Rule, is_looser: bool) -> None:
    found = loosened(before=OwnProfile(rules=(old,)), after=OwnProfile(rules=(new,)))

    assert found == (("E-RULE-01",) if is_looser else ())


def test_a_rule_less_and_a_longer_literal_reading_give_something_up() -> None:
    day = date(2026, 12, 31)
    none, one = OwnProfile(), OwnProfile(rules=(rule("lock"),))

    assert loosened(before=none, after=one) == ()
    assert loosened(before=one, after=none) == ("E-RULE-01",)
    assert loosened(before=none, after=OwnProfile(literal_until=day)) == (LITERAL,)
    assert loosened(before=OwnProfile(literal_until=day), after=none) == ()
    later = OwnProfile(literal_until=day + timedelta(days=1))
    assert loosened(before=OwnProfile(literal_until=day), after=later) == (LITERAL,)
    assert loosened(before=later, after=OwnProfile(literal_until=day)) == ()


@pytest.mark.parametrize(
    "said",
    [
        {"kind": "gap", "days": 2, "id": "MX-FREQ-00"},
        {"kind": "gap", "days": 2, "replaces": ["MX-FREQ-00"]},
        {"kind": "gap", "days": 2, "status": "law"},
        {"kind": "gap", "days": 2, "severity": "warn"},
        {"kind": "gap", "days": 61},
        {"kind": "gap", "days": 2, "severity": "review"},
        {"kind": "cap", "limits": [{"counts": "attempt", "max": 0, "period": "day"}]},
        {"kind": "flag", "unless": ["inbound_reply"]},
        {"kind": "content"},
        {"kind": "gap", "days": 2, "channels": []},
        {"kind": "window", "hours": HOURS, "subdivisions": ["CMX"]},
        {"kind": "window", "hours": HOURS, "text_hours": HOURS},
        {
            "kind": "cap",
            "limits": [{"counts": "attempt", "max": 1, "period": "day"}],
            "per_channel_in_text": True,
        },
        {"kind": "content", "company": ["ADDRESS"]},
        {"kind": "info"},
        {"kind": "fee_share", "share": 0.5},
    ],
)
def test_what_might_loosen_the_law_cannot_be_written(said: dict[str, Any]) -> None:
    whole = {"id": "E-RULE-01", **_SAID, **said}
    OWN_RULE.validate_python(whole)

    with pytest.raises(ValidationError):
        OwnProfile.model_validate({"rules": [whole]})


def test_every_circumstance_that_a_form_offers_can_come_to_be_known() -> None:
    known = flags_of(
        circumstances=list(CircumstanceKind),
        is_authorized=True,
        owner_role=OwnerRole.DEBTOR,
        is_first=True,
        is_time_barred=True,
        is_on_ad_register=True,
        is_on_stop_list=True,
    )
    marks = rules.standing.marks_of(facts=replace(CLEAN, has_active_promise=True), law=law_pack(country="MX"))

    assert set(OFFERED) <= known | marks


def test_two_rules_of_one_name_are_refused() -> None:
    with pytest.raises(ValidationError):
        OwnProfile(rules=(rule("lock"), rule("consent")))


def test_the_literal_reading_ends_with_its_last_day() -> None:
    profile = OwnProfile(literal_until=date(2026, 11, 23))

    assert law_of(country="MX", profile=profile, at=NOW).is_literal
    assert law_of(country="MX", profile=profile, at=datetime(2026, 11, 23, 23, 59, tzinfo=UTC)).is_literal
    assert not law_of(country="MX", profile=profile, at=datetime(2026, 11, 24, tzinfo=UTC)).is_literal
    assert not law_of(country="MX", profile=OwnProfile(), at=NOW).is_literal


def test_hours_of_the_company_hold_beside_those_of_a_part_of_the_country() -> None:
    plain = law_pack(country="BR")
    part = plain.subdivisions[0]
    never = dict.fromkeys(HOURS)
    own = law_of(country="BR", profile=OwnProfile(rules=(rule("window", hours=never),)), at=NOW)

    for parts in ((part,), (), ("", part)):
        named = {
            one.id
            for one, _part in rules.hours.windows(
                law=own, facts=replace(CLEAN, country="BR", subdivisions=parts)
            )
        }
        assert "E-RULE-01" in named


def test_a_verdict_names_the_version_of_the_company_and_can_be_read_back() -> None:
    profile = OwnProfile(rules=(rule("lock"),), literal_until=date(2026, 12, 1))
    law = replace(law_of(country="MX", profile=profile, at=NOW), own_number=3, own_proof="ab")

    again = rules.proofs.pack_of(document=law.document)

    assert law.version == f"{law_pack(country='MX').version}+3L"
    assert (again.own, again.own_number, again.own_proof, again.is_literal) == (law.own, 3, "ab", True)
    assert again.digest == law.digest != law_pack(country="MX").digest
