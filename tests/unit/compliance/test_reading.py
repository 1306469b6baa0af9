"""Law packs in words: every rule of every country has its place, its numbers and its questions."""

import pytest
from django.utils import translation

from puntual.compliance import queries
from puntual.compliance.queries import rule_words
from puntual.compliance.queries.reading import read_rule
from puntual.compliance.rules import LawPack
from puntual.compliance.types import packs as p
from puntual.compliance.types.reading import ChangeKind, Facet, Subject


def _changed(pack: LawPack, rule_id: str, **update: object) -> LawPack:
    rules = tuple(one.model_copy(update=update) if one.id == rule_id else one for one in pack.file.rules)
    return LawPack(file=pack.file.model_copy(update={"rules": rules}), common=pack.common)


@pytest.mark.feature("N-03")
@pytest.mark.parametrize("country", queries.countries())
def test_every_rule_of_a_country_is_read_once(country: str) -> None:
    pack = queries.law_pack(country=country)

    read = [one for rules in queries.read_pack(pack=pack).values() for one in rules]

    assert sorted(one.id for one in read) == sorted(one.id for one in pack.all)
    assert all(one.week is not None for one in read if isinstance(pack.by_id[one.id], p.WindowRule))
    assert all(one.details for one in read if isinstance(pack.by_id[one.id], p.CapRule | p.GapRule))


def test_what_a_rule_is_about_is_told_by_its_kind_or_its_name() -> None:
    pack = queries.law_pack(country="MX")

    where = {one.id: subject for subject, rules in queries.read_pack(pack=pack).items() for one in rules}

    assert where["MX-WIN-01"] is Subject.HOURS
    assert where["MX-FREQ-00"] is Subject.LIMITS
    assert where["MX-PARTY-01"] is Subject.PEOPLE
    assert where["MX-PLACE-01"] is Subject.PLACES
    assert where["MX-CONT-01"] is Subject.CONTENT
    assert where["MX-BUREAU-01"] is Subject.MONEY
    assert where["MX-RIGHT-02"] is Subject.RIGHTS
    assert where["X-PAID-01"] is Subject.REST


def test_hours_and_numbers_are_said_in_words() -> None:
    with translation.override("es-mx"):
        rules = queries.law_pack(country="MX").by_id
        window = read_rule(rule=rules["MX-WIN-01"])
        cap = read_rule(rule=rules["MX-FREQ-00"])
        rights = read_rule(rule=rules["MX-RIGHT-02"])

    assert window.week is not None
    assert (window.week.mon_fri, window.week.sat, window.week.sun, window.week.holiday) == (
        "8:00–21:00",
        "",
        "",
        "",
    )
    assert window.literal_week is not None
    assert window.literal_week.sun == "7:00–22:00"
    assert cap.details == (
        "Máximo 3 intentos al día.",
        "Máximo 7 intentos en siete días seguidos.",
        "Máximo 1 conversación al día.",
    )
    assert rights.details[0] == "Acceso a los datos: 20 días hábiles."


def test_every_mark_and_statement_has_words() -> None:
    assert set(rule_words.FLAGS) == set(p.Flag)
    assert set(rule_words.STATEMENTS) == set(p.Statement)


@pytest.mark.feature("N-03")
def test_every_open_question_is_listed_beside_its_rule() -> None:
    listed = {one.id for _pack, rules in queries.open_questions() for one in rules}

    every = {
        one.id
        for country in queries.countries()
        for one in queries.law_pack(country=country).all
        if one.question
    }
    assert listed == every
    assert {"MX-WIN-01", "CO-FREQ-01", "X-VOICE-P1"} <= listed


def test_a_version_that_says_the_same_changes_nothing() -> None:
    pack = queries.law_pack(country="CL")

    assert queries.changes(before=pack, after=LawPack(file=pack.file, common=pack.common)) == []


@pytest.mark.feature("N-03")
def test_what_changed_between_versions_is_told_side_by_side() -> None:
    pack = queries.law_pack(country="MX")
    hours = p.Hours.model_validate({"mon_fri": ["09:00", "20:00"], "sat": None, "sun": None, "holiday": None})
    after = _changed(pack, "MX-WIN-01", hours=hours, question="")
    shorter = LawPack(file=after.file.model_copy(update={"rules": after.file.rules[:-1]}), common=pack.common)

    changed, removed = queries.changes(before=pack, after=shorter)
    (added,) = queries.changes(before=shorter, after=after)

    assert (changed.kind, changed.rule.id) == (ChangeKind.CHANGED, "MX-WIN-01")
    assert [facet for facet, _was, _now in changed.differences] == [Facet.QUESTION, Facet.WEEK]
    assert (removed.kind, removed.rule.id) == (ChangeKind.REMOVED, pack.file.rules[-1].id)
    assert (added.kind, added.rule.id) == (ChangeKind.ADDED, pack.file.rules[-1].id)


def test_a_change_that_no_words_show_is_told_all_the_same() -> None:
    pack = queries.law_pack(country="MX")

    (changed,) = queries.changes(before=pack, after=_changed(pack, "MX-PARTY-03", replaces=()))

    assert changed.differences == ((Facet.OTHER, "", ""),)
