"""Law packs as people read them: by subject, in words, and what changed from one version to another."""

from datetime import datetime, time
from pathlib import Path

from puntual.compliance.queries import packs
from puntual.compliance.queries.rule_words import details_of
from puntual.compliance.rules import LawPack
from puntual.compliance.rules.proofs import pack_of
from puntual.compliance.types import packs as p
from puntual.compliance.types.reading import (
    ChangeKind,
    Facet,
    PackEdition,
    ReadRule,
    RuleChange,
    Subject,
    Week,
)
from puntual.db import named, rows

_SQL = named.load(Path(__file__).parent.parent / "sql" / "chain.sql")
_OF_KIND: dict[type, Subject] = {
    p.WindowRule: Subject.HOURS,
    p.CapRule: Subject.LIMITS,
    p.ReplyCapRule: Subject.LIMITS,
    p.GapRule: Subject.LIMITS,
    p.CooldownRule: Subject.LIMITS,
    p.LockRule: Subject.LIMITS,
    p.PartyRule: Subject.PEOPLE,
    p.ConsentRule: Subject.PEOPLE,
    p.VisitRule: Subject.PLACES,
    p.ContentRule: Subject.CONTENT,
    p.NoticeRule: Subject.MONEY,
    p.LateNoticeRule: Subject.MONEY,
    p.FeeDayRule: Subject.MONEY,
    p.FeeScaleRule: Subject.MONEY,
    p.FeeShareRule: Subject.MONEY,
}
# A rule whose kind does not tell is known by the word in its id that says what it is about.
_OF_WORD = {
    "WIN": Subject.HOURS,
    "HOURS": Subject.HOURS,
    "FREQ": Subject.LIMITS,
    **dict.fromkeys(
        ("PARTY", "REG", "CHAN", "OPT", "STOP", "MINOR", "DEAD", "INSOLV", "LAWYER", "HARD", "RPV"),
        Subject.PEOPLE,
    ),
    **dict.fromkeys(("PLACE", "WORK", "POINT", "SOURCE"), Subject.PLACES),
    **dict.fromkeys(("CONT", "FORM", "FORB", "DOC", "VOICE", "REASON", "CRIM"), Subject.CONTENT),
    **dict.fromkeys(("FEE", "PAY", "BUREAU"), Subject.MONEY),
    **dict.fromkeys(("RIGHT", "PRESC", "DATA", "DISP"), Subject.RIGHTS),
}


def read_pack(*, pack: LawPack) -> dict[Subject, list[ReadRule]]:
    """Return the rules of a pack and those of all countries by subject, in reading order; an empty one is absent."""
    found: dict[Subject, list[ReadRule]] = {subject: [] for subject in Subject}
    for rule in pack.all:
        read = read_rule(rule=rule)
        found[read.subject].append(read)
    return {subject: rules for subject, rules in found.items() if rules}


def read_rule(*, rule: p.Rule) -> ReadRule:
    """Put one rule into words."""
    hours = rule.hours if isinstance(rule, p.WindowRule) else None
    literal = rule.text_hours if isinstance(rule, p.WindowRule) else None
    return ReadRule(
        id=rule.id,
        subject=_subject(rule),
        text=rule.text,
        source=rule.source,
        status=rule.status,
        severity=rule.severity,
        question=rule.question,
        valid_from=rule.valid_from,
        valid_to=rule.valid_to,
        channels=getattr(rule, "channels", ()),
        roles=rule.allowed if isinstance(rule, p.PartyRule) else (),
        subdivisions=rule.subdivisions if isinstance(rule, p.WindowRule) else (),
        week=_week(hours) if hours is not None else None,
        literal_week=_week(literal) if literal is not None else None,
        details=details_of(rule=rule),
    )


def _subject(rule: p.Rule) -> Subject:
    known = _OF_KIND.get(type(rule))
    if known is not None:
        return known
    words = (word.rstrip("0123456789") for word in rule.id.split("-")[1:])
    return next((_OF_WORD[word] for word in words if word in _OF_WORD), Subject.REST)


def _week(hours: p.Hours) -> Week:
    return Week(*(_window(one) for one in (hours.mon_fri, hours.sat, hours.sun, hours.holiday)))


def _window(window: tuple[time, time] | None) -> str:
    return "" if window is None else f"{window[0]:%-H:%M}–{window[1]:%-H:%M}"


def open_questions() -> list[tuple[LawPack | None, list[ReadRule]]]:
    """Return what local lawyers must still decide, by pack; the rules of all countries stand first, without one."""
    found: list[tuple[LawPack | None, list[ReadRule]]] = []
    for country in packs.countries():
        pack = packs.law_pack(country=country)
        if not found:
            found.append((None, [read_rule(rule=one) for one in pack.common.rules if one.question]))
        asked = [read_rule(rule=one) for one in pack.file.rules if one.question]
        if asked:
            found.append((pack, asked))
    return found


def editions(*, country: str) -> list[PackEdition]:
    """List the versions of a country's pack, the newest first: those of the product and those that judged here."""
    judged = {version: (document, at) for version, document, at in _kept(country)}
    shipped = {one.version: one.valid_from for one in packs.versions(country=country)}
    kept = {
        version: pack_of(document=document).file.valid_from
        for version, (document, _at) in judged.items()
        if version not in shipped
    }
    found = [
        PackEdition(version, valid_from, judged[version][1] if version in judged else None)
        for version, valid_from in (shipped | kept).items()
    ]
    return sorted(found, key=lambda one: (one.valid_from, one.version), reverse=True)


def pack_edition(*, country: str, version: str) -> LawPack | None:
    """Return one version of a country's pack; None when there is no such version."""
    current = packs.law_pack(country=country)
    if current.version == version:
        return current
    for file in packs.versions(country=country):
        if file.version == version:
            return LawPack(file=file, common=current.common)
    return next(
        (pack_of(document=document) for kept, document, _at in _kept(country) if kept == version), None
    )


def _kept(country: str) -> list[tuple[str, str, datetime]]:
    return rows.fetch_all(_SQL["kept_packs"], {"country": country})


def changes(*, before: LawPack, after: LawPack) -> list[RuleChange]:
    """Say what changed from one pack to another: new rules, those gone, and each difference of those that stayed."""
    found = []
    for rule_id in dict.fromkeys((*before.by_id, *after.by_id)):
        old, new = before.by_id.get(rule_id), after.by_id.get(rule_id)
        if old is None and new is not None:
            found.append(RuleChange(ChangeKind.ADDED, read_rule(rule=new)))
        elif new is None and old is not None:
            found.append(RuleChange(ChangeKind.REMOVED, read_rule(rule=old)))
        elif old is not None and new is not None and old != new:
            read = read_rule(rule=new)
            found.append(RuleChange(ChangeKind.CHANGED, read, _differences(read_rule(rule=old), read)))
    return found


def _differences(old: ReadRule, new: ReadRule) -> tuple[tuple[Facet, object, object], ...]:
    sides = (
        (Facet.TEXT, old.text, new.text),
        (Facet.SOURCE, old.source, new.source),
        (Facet.STATUS, old.status, new.status),
        (Facet.SEVERITY, old.severity, new.severity),
        (Facet.QUESTION, old.question, new.question),
        (Facet.VALIDITY, (old.valid_from, old.valid_to), (new.valid_from, new.valid_to)),
        (Facet.CHANNELS, old.channels, new.channels),
        (Facet.ROLES, old.roles, new.roles),
        (Facet.PLACES, old.subdivisions, new.subdivisions),
        (Facet.WEEK, old.week, new.week),
        (Facet.LITERAL_WEEK, old.literal_week, new.literal_week),
        (Facet.DETAILS, old.details, new.details),
    )
    # A rule that differs and reads alike is told too: nothing changes unseen.
    return tuple(one for one in sides if one[1] != one[2]) or ((Facet.OTHER, "", ""),)
