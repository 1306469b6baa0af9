"""A company's own law: stricter at once, looser by two people, kept for ever, and proven with the verdicts."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any
from unittest.mock import patch

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from puntual.audit.models import Event
from puntual.audit.types import Actor, ActorKind
from puntual.companies.models import Company
from puntual.compliance import operations as compliance
from puntual.compliance import queries as law
from puntual.compliance.models import OwnLaw, Verdict
from puntual.compliance.operations import own_law as changing
from puntual.compliance.operations.own_law import UnableToChangeLaw, new_rule_id
from puntual.compliance.queries import own_law
from puntual.compliance.types import FindingCode, IntendedContact, JudgedContact, Moment, VerdictOutcome
from puntual.compliance.types.own import OwnProfile, OwnState, OwnVersion
from puntual.compliance.types.packs import WindowRule
from puntual.contacts.types import Channel, CircumstanceKind, Purpose
from puntual.flows import circumstances, own_rules
from puntual.portfolio.models import Customer
from tests.committed import Hand
from tests.factories import make_customer, make_reached
from tests.flows.lives import Life, day_of, moment, replayed, stored, write_a_life
from tests.unit.compliance.test_own_law import rule
from tests.unit.compliance.test_rules import CLEAN

pytestmark = [pytest.mark.feature("N-03")]
# A Monday, at noon in Mexico City.
NOON = datetime(2026, 11, 23, 18, tzinfo=UTC)
AUTHOR = Actor(kind=ActorKind.STAFF, id=1, label="Gerente")
OTHER = Actor(kind=ActorKind.STAFF, id=2, label="Dirección")
UNTIL = date(2027, 3, 31)
MORNINGS = rule(
    "window",
    hours={"mon_fri": ["08:00", "12:00"], "sat": None, "sun": None, "holiday": None},
)


def changed(profile: OwnProfile, *, at: datetime = NOON, **said: Any) -> OwnVersion:
    """Change the company's own law."""
    based_on, _before = own_rules.profile_now(country="MX", at=at)
    values: dict[str, Any] = {"reason": "Cuidar la relación", "actor": AUTHOR, "based_on": based_on} | said
    return own_rules.change(country="MX", profile=profile, at=at, **values)


def literal(until: date = UNTIL, **said: Any) -> OwnVersion:
    """Ask for the literal reading."""
    signed = {"counsel": "Lic. Ejemplo, cédula 0000000", "basis": "Dictamen 1/2026"}
    return changed(OwnProfile(literal_until=until), **(signed | said))


def another_reading() -> law.LawPack:
    """Return the pack of Mexico as a later one whose letter gives other hours."""
    pack = law.law_pack(country="MX")
    first = next(one for one in pack.file.rules if isinstance(one, WindowRule))
    other = first.model_copy(update={"text_hours": first.hours})
    rules = tuple(other if one is first else one for one in pack.file.rules)
    return replace(pack, file=pack.file.model_copy(update={"rules": rules}))


def outcome(at: datetime = NOON) -> VerdictOutcome:
    """Judge the same WhatsApp to a debtor, and keep the verdict."""
    customer = Customer.objects.first() or make_customer()
    facts = replace(CLEAN, customer_id=customer.pk)
    (verdict,) = compliance.judge_contacts(contacts=[facts], country="MX", at=at)
    judged = JudgedContact(facts=facts, verdict=verdict, step_key="", action_id=None)
    compliance.record_verdicts(judged=[judged], country="MX", moment=Moment.PLANNING, at=at)
    return verdict.outcome


@pytest.mark.usefixtures("company")
def test_a_stricter_rule_holds_at_once_and_names_the_company() -> None:
    assert outcome() is VerdictOutcome.ALLOW

    version = changed(OwnProfile(rules=(MORNINGS,)))

    assert (version.state, version.is_looser, version.number) == (OwnState.IN_FORCE, False, 1)
    assert outcome() is VerdictOutcome.DEFER
    said = law.rule_text(rule_id=MORNINGS.id, country="MX")
    assert said is not None
    assert said.text == MORNINGS.text
    assert law.rule_text(rule_id="E-NONE-01", country="MX") is None
    # Another country's law, and the moment before, know nothing of it.
    assert law.company_law(country="CO", at=NOON).own == ()
    assert law.company_law(country="MX", at=NOON - timedelta(seconds=1)).own == ()


@pytest.mark.usefixtures("company")
def test_what_gives_a_rule_up_waits_for_a_second_person() -> None:
    changed(OwnProfile(rules=(MORNINGS,)))

    version = changed(OwnProfile(), at=NOON + timedelta(minutes=1))

    assert (version.state, version.is_looser) == (OwnState.PROPOSED, True)
    later = NOON + timedelta(minutes=2)
    assert outcome(later) is VerdictOutcome.DEFER
    with pytest.raises(UnableToChangeLaw, match="otra persona"):
        own_rules.decide(version_id=version.id, is_accepted=True, reason="", actor=AUTHOR, at=later)
    with pytest.raises(UnableToChangeLaw, match="espera"):
        changed(OwnProfile(rules=(MORNINGS, rule("lock", number=2))), at=later)
    own_rules.decide(version_id=version.id, is_accepted=True, reason="De acuerdo", actor=OTHER, at=later)
    assert outcome(later) is VerdictOutcome.ALLOW
    with pytest.raises(UnableToChangeLaw, match="ya se decidió"):
        own_rules.decide(version_id=version.id, is_accepted=False, reason="", actor=OTHER, at=later)
    # The words of a rule that was given up are still known, and its id is never given again.
    assert law.rule_text(rule_id=MORNINGS.id, country="MX") is not None
    assert new_rule_id(country="MX", kind="gap") == "E-FREQ-02"
    told = list(
        Event.objects.filter(subject_type="own_law").order_by("id").values_list("action", "actor_label")
    )
    assert told == [
        ("own-law-in-force", "Gerente"),
        ("own-law-proposed", "Gerente"),
        ("own-law-in-force", "Dirección"),
    ]


@pytest.mark.usefixtures("company")
def test_the_literal_reading_needs_a_sign_off_and_ends_with_its_day() -> None:
    evening = datetime(2026, 11, 24, 3, 30, tzinfo=UTC)  # 21:30 in Mexico City
    assert outcome(evening) is VerdictOutcome.DEFER
    for wrong in (
        {"counsel": ""},
        {"basis": " "},
        {"until": date(2026, 11, 22)},
        {"until": date(2028, 3, 31)},
        {"reason": "no"},
        {"actor": Actor(kind=ActorKind.API_KEY, id=1, label="ERP")},
    ):
        with pytest.raises(UnableToChangeLaw):
            literal(**wrong)
    version = literal()
    assert version.state is OwnState.PROPOSED
    assert outcome(evening) is VerdictOutcome.DEFER

    own_rules.decide(version_id=version.id, is_accepted=True, reason="", actor=OTHER, at=NOON)

    assert outcome(evening) is VerdictOutcome.ALLOW
    assert outcome(datetime(2027, 4, 2, 3, 30, tzinfo=UTC)) is VerdictOutcome.DEFER
    # A stricter rule keeps the sign-off of the version before it.
    after = changed(
        OwnProfile(rules=(MORNINGS,), literal_until=version.profile.literal_until),
        at=NOON + timedelta(minutes=1),
    )
    assert (after.state, after.counsel) == (OwnState.IN_FORCE, version.counsel)
    # To read it strictly again needs nobody else.
    strict = changed(OwnProfile(rules=(MORNINGS,)), at=NOON + timedelta(minutes=2))
    assert (strict.state, strict.counsel) == (OwnState.IN_FORCE, "")


@pytest.mark.usefixtures("company")
def test_a_change_is_refused_where_nothing_changes_or_something_else_did() -> None:
    with pytest.raises(UnableToChangeLaw, match="ningún cambio"):
        changed(OwnProfile())
    changed(OwnProfile(rules=(MORNINGS,)))

    with pytest.raises(UnableToChangeLaw, match="mientras tanto"):
        changed(OwnProfile(rules=(MORNINGS, rule("lock", number=2))), based_on=0)

    assert [one.number for one in law.own_versions(country="MX")] == [1]


@pytest.mark.usefixtures("company")
def test_the_database_itself_refuses_what_nobody_signed() -> None:
    version = literal()
    with pytest.raises(IntegrityError), transaction.atomic():
        OwnLaw.objects.filter(pk=version.id).update(state="IN_FORCE", effective_at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        OwnLaw.objects.filter(pk=version.id).update(
            state="IN_FORCE", effective_at=NOON, decided_by_id=AUTHOR.id
        )
    for column, value in (("reason", "Otra"), ("counsel", "Otro"), ("is_looser", False), ("number", 9)):
        with pytest.raises(DatabaseError), transaction.atomic():
            OwnLaw.objects.filter(pk=version.id).update(
                state="IN_FORCE", effective_at=NOON, decided_by_id=OTHER.id, **{column: value}
            )
    with pytest.raises(DatabaseError), transaction.atomic():
        OwnLaw.objects.filter(pk=version.id).delete()

    own_rules.decide(version_id=version.id, is_accepted=False, reason="Sin fundamento", actor=OTHER, at=NOON)

    with pytest.raises(DatabaseError), transaction.atomic():
        OwnLaw.objects.filter(pk=version.id).update(decision_reason="Otra")


@pytest.mark.usefixtures("company")
def test_verdicts_prove_by_which_own_law_they_were_given() -> None:
    outcome()
    changed(OwnProfile(rules=(MORNINGS,)))
    outcome()
    signed = changed(OwnProfile(), at=NOON + timedelta(minutes=1))
    own_rules.decide(
        version_id=signed.id, is_accepted=True, reason="", actor=OTHER, at=NOON + timedelta(minutes=2)
    )
    outcome(NOON + timedelta(minutes=3))
    compliance.link_blocks()

    whole = compliance.verify(sample=100, seed="x")

    assert (whole.findings, whole.decided_again) == ((), 3)
    versions = Verdict.objects.order_by("id").values_list("pack_version", flat=True)
    shipped = law.law_pack(country="MX").version
    assert list(versions) == [shipped, f"{shipped}+1", f"{shipped}+2"]
    with connection.cursor() as cursor:
        cursor.execute("set local session_replication_role = replica")
        cursor.execute("update compliance_ownlaw set decided_by = 'Nadie' where id = %s", [signed.id])
        cursor.execute("set local session_replication_role = origin")
    (broken,) = compliance.verify(sample=100, seed="x").findings
    assert (broken.code, broken.detail) == (FindingCode.OWN_LAW_CHANGED, f"{shipped}+2")


@pytest.mark.usefixtures("company")
def test_what_a_change_would_have_done_is_told_and_nothing_is_written() -> None:
    for hour in (15, 16, 18, 20):
        outcome(NOON.replace(hour=hour))
    before = Verdict.objects.count()

    effect = own_rules.effect(
        country="MX", profile=OwnProfile(rules=(MORNINGS,)), at=NOON + timedelta(hours=6)
    )

    # 15 and 16 h of UTC are 9 and 10 in Mexico City.
    assert (effect.judged, effect.stopped, effect.let_through) == (4, 2, 0)
    assert effect.by_rule == ((MORNINGS.id, 2),)
    assert Verdict.objects.count() == before
    assert law.own_versions(country="MX") == []


@pytest.mark.usefixtures("company")
def test_a_longer_pause_of_the_company_looks_further_back() -> None:
    customer = make_customer()
    plain = law.company_law(country="MX", at=NOON).look_back

    changed(OwnProfile(rules=(rule("gap", days=45),)))

    own = law.company_law(country="MX", at=NOON).look_back
    assert own >= timedelta(days=45) > plain
    make_reached(customer=customer, at=NOON - timedelta(days=40))
    intended = IntendedContact(customer.pk, Channel.EMAIL, Purpose.COLLECTION, None)
    (facts,) = law.contact_facts(contacts_intended=[intended], country="MX", today=NOON.date(), at=NOON)
    (verdict,) = compliance.judge_contacts(contacts=[facts], country="MX", at=NOON)
    assert "E-RULE-01" in verdict.rule_ids


def test_two_changes_at_once_are_one(committed_company: Company) -> None:
    def change(number: int) -> str:
        try:
            changed(
                OwnProfile(rules=(rule("gap", days=number + 2),)),
                based_on=0,
                actor=replace(AUTHOR, id=number),
            )
        except UnableToChangeLaw as refused:
            return refused.code
        return "done"

    hands = [Hand(company=committed_company, work=partial(change, number)) for number in range(6)]
    for hand in hands:
        hand.start()

    found = [hand.finish() for hand in hands]

    assert sorted(found) == ["done"] + ["unable-to-change-law"] * 5
    assert [one.number for one in law.own_versions(country="MX")] == [1]


def test_a_replay_decides_each_day_by_the_own_law_of_that_day(version_id: int) -> None:
    life = Life()
    write_a_life(life)

    def adds(day: date) -> None:
        changed(OwnProfile(rules=(rule("gap", days=30),)), at=moment(day, 12))

    def gives_up(day: date) -> None:
        version = changed(OwnProfile(), at=moment(day, 12))
        own_rules.decide(version_id=version.id, is_accepted=True, reason="", actor=OTHER, at=moment(day, 12))

    life.on(2, adds)
    life.on(6, gives_up)
    life.live(10)

    real, again = stored(), replayed(version_id)
    differing = {key: (real[key], again.get(key)) for key in real if real[key] != again.get(key)}
    assert not differing, next(iter(differing.items()))
    refused = {day for (day, _customer), answers in real.items() if "E-RULE-01" in str(answers)}
    assert refused
    assert refused <= {day_of(number) for number in range(3, 7)}


@pytest.mark.usefixtures("company")
def test_what_can_no_longer_be_read_contacts_nobody_and_is_mended_by_two() -> None:
    version = changed(OwnProfile(rules=(MORNINGS,)))
    with connection.cursor() as cursor:
        cursor.execute("set local session_replication_role = replica")
        cursor.execute(
            "update compliance_ownlaw set profile = jsonb_set(profile, '{rules,0,kind}', '\"of-later\"') where id = %s",
            [version.id],
        )
        cursor.execute("set local session_replication_role = origin")

    assert outcome() is VerdictOutcome.BLOCK
    # To ask not to be contacted is kept all the same, and the history can be read.
    assert circumstances.touches_contact(kind=CircumstanceKind.CEASE, country="MX", at=NOON)
    assert [one.is_broken for one in law.own_versions(country="MX")] == [True]
    mended = changed(OwnProfile(), at=NOON + timedelta(minutes=1))
    assert mended.state is OwnState.PROPOSED
    own_rules.decide(
        version_id=mended.id, is_accepted=True, reason="", actor=OTHER, at=NOON + timedelta(minutes=2)
    )
    assert outcome(NOON + timedelta(minutes=3)) is VerdictOutcome.ALLOW


@pytest.mark.usefixtures("company")
def test_the_literal_reading_ends_where_the_law_reads_otherwise_than_what_was_signed() -> None:
    signed = literal()
    own_rules.decide(version_id=signed.id, is_accepted=True, reason="", actor=OTHER, at=NOON)
    newer = another_reading()

    assert law.company_law(country="MX", at=NOON).is_literal
    with patch.object(own_law, "law_pack", return_value=newer):
        assert not law.company_law(country="MX", at=NOON).is_literal


@pytest.mark.usefixtures("company")
def test_a_literal_reading_that_is_over_stands_in_no_way() -> None:
    added = changed(OwnProfile(rules=(MORNINGS,)))
    signed = changed(
        OwnProfile(rules=(MORNINGS,), literal_until=date(2026, 11, 30)), counsel="Lic.", basis="Dictamen"
    )
    own_rules.decide(version_id=signed.id, is_accepted=True, reason="", actor=OTHER, at=NOON)
    later = NOON + timedelta(days=20)

    number, profile = own_rules.profile_now(country="MX", at=later)
    assert (number, profile.literal_until) == (added.number + 1, None)
    without = own_rules.without_rule(country="MX", rule_id=MORNINGS.id, at=later)
    waits = changed(without, at=later)
    own_rules.decide(version_id=waits.id, is_accepted=True, reason="", actor=OTHER, at=later)
    assert law.company_law(country="MX", at=later).own == ()


@pytest.mark.usefixtures("company")
def test_verdicts_by_rules_that_nobody_signed_are_found() -> None:
    changed(OwnProfile(rules=(MORNINGS,)))
    held = law.company_law(country="MX", at=NOON)
    for forged in (
        replace(held, own=()),
        replace(held, is_literal=True),
        replace(held, own_number=7),
        replace(held, own_number=0, own_proof=""),
        replace(law.law_pack(country="MX"), is_literal=True),
    ):
        facts = replace(CLEAN, customer_id=make_customer().pk)
        (verdict,) = compliance.judge_by(contacts=[facts], law=forged, at=NOON)
        judged = JudgedContact(facts=facts, verdict=verdict, step_key="", action_id=None)
        compliance.record_verdicts(judged=[judged], country="MX", moment=Moment.PLANNING, at=NOON)
        compliance.link_blocks()

    found = compliance.verify(sample=0, seed="x").findings

    assert [one.code for one in found] == [FindingCode.OWN_LAW_CHANGED] * 5


@pytest.mark.usefixtures("company")
def test_a_version_of_a_clock_that_lags_follows_what_is_in_force() -> None:
    changed(OwnProfile(rules=(MORNINGS,)), at=NOON + timedelta(seconds=5))

    second = changed(OwnProfile(rules=(MORNINGS, rule("lock", number=2))), at=NOON, based_on=1)

    assert second.effective_at == NOON + timedelta(seconds=5)
    assert [one.id for one in law.company_law(country="MX", at=NOON + timedelta(seconds=9)).own] == [
        MORNINGS.id,
        "E-RULE-02",
    ]


@pytest.mark.usefixtures("company")
def test_a_rule_more_does_not_sign_what_a_later_pack_reads() -> None:
    signed = literal()
    own_rules.decide(version_id=signed.id, is_accepted=True, reason="", actor=OTHER, at=NOON)
    newer = another_reading()

    with (
        patch.object(own_law, "law_pack", return_value=newer),
        patch.object(changing, "law_pack", return_value=newer),
    ):
        added = changed(OwnProfile(rules=(MORNINGS,), literal_until=UNTIL), at=NOON + timedelta(minutes=1))

        assert added.state is OwnState.IN_FORCE
        assert not law.company_law(country="MX", at=NOON + timedelta(minutes=2)).is_literal
