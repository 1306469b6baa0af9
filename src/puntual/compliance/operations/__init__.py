"""
Compliance gate: may this contact happen now?

Reads: plans.Action, portfolio.Receivable, agreements, contacts, the law packs
Writes: compliance.Verdict, compliance.Block, compliance.Pack
Guarantees: every contact is judged by the same pure rules at planning and again at sending; what is unknown,
also a country without a pack, is refused; every refusal is kept with its rules and inputs.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime
from operator import attrgetter
from pathlib import Path
from typing import Any

import structlog

from puntual.compliance import queries, rules, texts
from puntual.compliance.operations.proving import link_blocks, verify
from puntual.compliance.rules import cases, proofs
from puntual.compliance.texts.types import Severity as TextSeverity
from puntual.compliance.texts.types import TextFacts
from puntual.compliance.types import CaseAnswer, ContactFacts, JudgedContact, Moment, Verdict, VerdictOutcome
from puntual.db import named, rows

_SQL = named.load(Path(__file__).parent.parent / "sql" / "verdicts.sql")
__all__ = [
    "answer_by",
    "answer_case",
    "expected_of",
    "judge_by",
    "judge_contacts",
    "link_blocks",
    "record_verdicts",
    "verify",
    "with_text",
]
_all_but_who = attrgetter(*(one.name for one in fields(ContactFacts) if one.name != "customer_id"))
_DECISIONS = {
    VerdictOutcome.ALLOW: "allow",
    VerdictOutcome.REVIEW: "review",
    VerdictOutcome.DEFER: "block",
    VerdictOutcome.BLOCK: "block",
}
log = structlog.get_logger("puntual.compliance")
_REFUSED = Verdict(VerdictOutcome.BLOCK, ("X-DATA-01",), None)


def judge_contacts(*, contacts: Sequence[ContactFacts], country: str, at: datetime) -> list[Verdict]:
    """
    Judge contacts at one moment by the law that holds for this company then, in the order given. One statement.

    Without a law pack all are refused.
    """
    law = queries.known_law(country=country, at=at) if contacts else None
    return judge_by(contacts=contacts, law=law, at=at)


def judge_by(*, contacts: Sequence[ContactFacts], law: rules.LawPack | None, at: datetime) -> list[Verdict]:
    """Judge contacts at one moment by a law, in the order given; without one all are refused."""
    if law is None:
        return [_REFUSED for _ in contacts]
    # Whoever is alike in everything that the law looks at is judged alike, and once.
    known: dict[object, Verdict] = {}
    verdicts = []
    for facts in contacts:
        likeness = _all_but_who(facts)
        verdict = known.get(likeness)
        if verdict is None:
            verdict = known[likeness] = _judged(facts, law, at)
        verdicts.append(verdict)
    return verdicts


def _judged(facts: ContactFacts, pack: rules.LawPack, at: datetime) -> Verdict:
    """Judge; a fault of the judging itself refuses, and is told to whoever runs the product."""
    try:
        return rules.judge(facts=facts, pack=pack, at=at)
    except Exception:
        log.exception("judging-failed", pack=pack.version)
        return _REFUSED


def record_verdicts(*, judged: Sequence[JudgedContact], country: str, moment: Moment, at: datetime) -> int:
    """
    Keep verdicts with what they were based on, and a block that proves them; return how many.

    They are kept by the law that gave them, which is not looked for again: a company may change its own meanwhile.
    """
    by_law: dict[rules.LawPack | None, list[JudgedContact]] = {}
    for one in judged:
        by_law.setdefault(one.verdict.law, []).append(one)
    for law, group in by_law.items():
        _record(group, law, country=country, moment=moment, at=at)
    return len(judged)


def _record(
    judged: Sequence[JudgedContact], law: rules.LawPack | None, *, country: str, moment: Moment, at: datetime
) -> None:
    rows.execute(
        _SQL["record_verdicts"],
        {
            "moment": moment.value,
            "at": at,
            "pack_version": law.version if law else f"{country}: none",
            "digest": law.digest if law else hashlib.sha256(b"").hexdigest(),
            "country": country[:2],
            "document": law.document if law else "",
            "rows": rows.as_document(
                [
                    (
                        one.facts.customer_id,
                        one.action_id,
                        one.step_key,
                        one.facts.channel.value,
                        one.verdict.outcome.value,
                        ",".join(one.verdict.rule_ids),
                        one.verdict.not_before.isoformat() if one.verdict.not_before else None,
                        proofs.inputs_of(facts=_asked_for(one.facts, law))
                        | ({"review": {"id": one.review.id, "hash": one.review.hash}} if one.review else {}),
                        one.about.isoformat() if one.about else None,
                    )
                    for one in judged
                ]
            ),
        },
    )


def _asked_for(facts: ContactFacts, law: rules.LawPack | None) -> ContactFacts:
    """Keep of what a message does not say what the law in hand ever asks; the rest made no difference."""
    if law is None or facts.missing <= law.asked_statements:
        return facts
    return replace(facts, missing=facts.missing & law.asked_statements)


def answer_case(*, case: Mapping[str, Any]) -> CaseAnswer:
    """
    Judge a case of contact law by the pack of its country, as the product would judge the contact.

    Raises: UnknownCountry; KeyError, ValueError where the case cannot be read.
    """
    pack = queries.law_pack(country=str(case["c"]), is_literal=case.get("profile") == "text")
    return answer_by(pack=pack, case=case)


def answer_by(*, pack: rules.LawPack, case: Mapping[str, Any]) -> CaseAnswer:
    """
    Judge a case of contact law by a pack.

    Raises: KeyError, ValueError where the case cannot be read.
    """
    process = cases.process_of(case=case, pack=pack)
    if process is not None:
        named = rules.judge_process(process=process, pack=pack)
        return CaseAnswer(tuple(sorted(named)), "block" if named else "allow")
    facts, at = cases.contact_of(case=case, pack=pack)
    if case.get("text"):
        facts = with_text(facts=facts, text=str(case["text"]))
    verdict = rules.judge(facts=facts, pack=pack, at=at)
    return CaseAnswer(tuple(sorted(verdict.rule_ids)), _DECISIONS[verdict.outcome])


def with_text(*, facts: ContactFacts, text: str) -> ContactFacts:
    """Add to what is known of a contact what its text says that it may not."""
    found = texts.check(text=text, facts=TextFacts(country=facts.country, channel=facts.channel))
    blocking = {one.category for one in found.findings if one.severity is TextSeverity.BLOCK}
    return replace(
        facts,
        findings=facts.findings | blocking,
        review_findings=facts.review_findings | (set(found.categories) - blocking),
    )


def expected_of(*, case: Mapping[str, Any]) -> CaseAnswer:
    """Read what a case says must be decided."""
    return cases.expected(case=case)
