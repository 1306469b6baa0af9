"""
Compliance gate: may this contact happen now?

Reads: plans.Action, portfolio.Receivable, agreements, contacts, the law packs
Writes: compliance.Verdict
Guarantees: every contact is judged by the same pure rules at planning and again at sending; what is unknown,
also a country without a pack, is refused; every refusal is kept with its rules and inputs.
"""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from operator import attrgetter
from pathlib import Path

from puntual.compliance import queries, rules
from puntual.compliance.types import ContactFacts, JudgedContact, Moment, Verdict, VerdictOutcome
from puntual.db import named, rows

_SQL = named.load(Path(__file__).parent / "sql" / "verdicts.sql")
_all_but_who = attrgetter(*(one.name for one in fields(ContactFacts) if one.name != "customer_id"))
_REFUSED = Verdict(VerdictOutcome.BLOCK, ("X-DATA-01",), None)


def judge_contacts(*, contacts: Sequence[ContactFacts], country: str, at: datetime) -> list[Verdict]:
    """Judge contacts at one moment, in the order given; without a law pack all are refused."""
    try:
        pack = queries.law_pack(country=country)
    except queries.UnknownCountry:
        return [_REFUSED for _ in contacts]
    # Whoever is alike in everything that the law looks at is judged alike, and once.
    known: dict[object, Verdict] = {}
    verdicts = []
    for facts in contacts:
        likeness = _all_but_who(facts)
        verdict = known.get(likeness)
        if verdict is None:
            verdict = known[likeness] = rules.judge(facts=facts, pack=pack, at=at)
        verdicts.append(verdict)
    return verdicts


def record_verdicts(*, judged: Sequence[JudgedContact], country: str, moment: Moment, at: datetime) -> int:
    """Keep verdicts with what they were based on; return how many."""
    if not judged:
        return 0
    try:
        version = queries.law_pack(country=country).version
    except queries.UnknownCountry:
        version = f"{country}: none"
    return rows.execute(
        _SQL["record_verdicts"],
        {
            "moment": moment.value,
            "at": at,
            "pack_version": version,
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
                        _inputs(one.facts),
                    )
                    for one in judged
                ]
            ),
        },
    )


def _inputs(facts: ContactFacts) -> dict[str, object]:
    """Put the facts into plain JSON; they hold no address and no name."""
    return {
        "purpose": facts.purpose.value,
        "country": facts.country,
        "time_zones": list(facts.time_zones),
        "owner_role": facts.owner_role.value if facts.owner_role else None,
        "point_state": facts.point_state.value if facts.point_state else None,
        "has_known_source": facts.has_known_source,
        "is_opted_out": facts.is_opted_out,
        "has_debt": facts.has_debt,
        "is_disputed": facts.is_disputed,
        "is_on_hold": facts.is_on_hold,
        "has_active_promise": facts.has_active_promise,
        "attempts_at": [moment.isoformat() for moment in facts.attempts_at],
        "conversations_at": [moment.isoformat() for moment in facts.conversations_at],
    }
