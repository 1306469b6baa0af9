"""
What a debtor may know of themselves: why they were contacted, and the data kept of them with where each came from.

Nothing of another person is in it, and nothing that staff wrote for each other.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from puntual.companies.types import CompanyFacts
from puntual.compliance import queries as compliance
from puntual.compliance.queries import proven
from puntual.compliance.types import RuleText, VerdictOutcome
from puntual.compliance.types.reading import Subject
from puntual.contacts import queries as contacts
from puntual.contacts.types import Channel, Direction, Point, Purpose
from puntual.flows import evidence
from puntual.outreach import queries as outreach
from puntual.plans import queries as plans
from puntual.portfolio import queries as portfolio

FORMAT = "puntual-own-data-1"
_ROWS_MAX = 100_000
_MESSAGE_KEY = "message:"
# What makes a contact lawful, as far as it can be read in a pack: when, how often, to whom.
_BASIS = (Subject.HOURS, Subject.LIMITS, Subject.PEOPLE)


@dataclass(frozen=True, slots=True)
class ContactMade:
    """
    A contact that the company made or tried, and why.

    `step` is what its plan calls it, empty where a person made it; `documents` were owed then and it was about them;
    `allowed_at` is when the law was asked, `pack_version` by which rules; words only where they went to the debtor.
    """

    at: datetime
    channel: Channel
    purpose: Purpose
    outcome: str
    step: str
    documents: tuple[str, ...]
    documents_left: int
    subject: str
    text: str
    allowed_at: datetime | None
    pack_version: str


@dataclass(frozen=True, slots=True)
class _Debt:
    number: str
    due_date: date
    # When it changed and by how much.
    entries: tuple[tuple[datetime, Decimal], ...]


def contacts_made(*, customer_id: int, time_zone: str, limit: int, shown: int = 3) -> list[ContactMade]:
    """Return the newest contacts with a customer, each with its reason; of its documents the first `shown`."""
    attempts = contacts.attempts_of(customer_id=customer_id, limit=limit)
    made = [one for one in attempts if one["direction"] == Direction.OUTBOUND]
    if not made:
        return []
    messages = {str(one["key"]): one for one in outreach.messages_in_full(customer_id=customer_id)}
    allowed = _allowed(customer_id)
    names = plans.names_of_keys()
    debts = _debts(customer_id)
    own = {one.value for one in own_points(customer_id=customer_id)}
    zone = ZoneInfo(time_zone)
    found = []
    for one in made:
        message = messages.get(one["key"].removeprefix(_MESSAGE_KEY), {})
        purpose = Purpose(one["purpose"])
        documents = _documents(debts, at=one["at"], day=one["at"].astimezone(zone).date(), purpose=purpose)
        verdict = allowed.get(message.get("action_id"))
        is_own = bool(message) and message["recipient"] in own
        found.append(
            ContactMade(
                at=one["at"],
                channel=Channel(one["channel"]),
                purpose=purpose,
                outcome=one["outcome"],
                step=names.get(message.get("step_key") or "", ""),
                documents=documents[:shown],
                documents_left=max(len(documents) - shown, 0),
                subject=message["subject"] if is_own else "",
                text=outreach.without_links(text=message["text"]) if is_own else "",
                allowed_at=verdict["at"] if verdict else None,
                pack_version=verdict["pack_version"] if verdict else "",
            )
        )
    return found


def own_points(*, customer_id: int) -> list[Point]:
    """Return the addresses that are the customer's own; those of other people are those people's data."""
    return [
        one for one in contacts.points_of(customer_id=customer_id) if one.owner_role in contacts.OWN_ROLES
    ]


def legal_basis(*, country: str, at: datetime) -> list[tuple[str, RuleText]]:
    """Return the rules of country and company that say when, how often and whom one may contact; none without a law."""
    pack = compliance.known_law(country=country, at=at)
    if pack is None:
        return []
    subjects = compliance.read_pack(pack=pack)
    own = {one.id for one in (*pack.file.rules, *pack.own)}
    return [
        (one.id, pack.rules[one.id])
        for subject in _BASIS
        for one in subjects.get(subject, ())
        if one.id in own and pack.by_id[one.id].holds_on(at.date()) and (one.week or one.details or one.roles)
    ]


def own_data(*, customer_id: int, company: CompanyFacts, today: date, at: datetime) -> dict[str, Any]:
    """
    Gather all that is kept of a customer, for themselves, as plain JSON with its hash.

    Raises: NotFound.
    """
    content = evidence.evidence_of(customer_id=customer_id, company=company, today=today, at=at)["content"]
    own = [
        {"kind": one.kind, "value": one.value, "source": one.source, "state": one.state}
        for one in own_points(customer_id=customer_id)
    ]
    values = {one["value"] for one in own}
    made = contacts_made(
        customer_id=customer_id, time_zone=company.time_zone, limit=_ROWS_MAX, shown=_ROWS_MAX
    )
    kept = {
        "format": FORMAT,
        **{name: content[name] for name in ("made_at", "creditor", "customer", "debts")},
        "ledger": _without(content["ledger"], "note"),
        "contact_points": own,
        "contacts": [
            {
                "at": one.at,
                "channel": one.channel,
                "purpose": one.purpose,
                "outcome": one.outcome,
                "step": one.step,
                "documents": one.documents,
                "subject": one.subject,
                "text": one.text,
                "law_asked_at": one.allowed_at,
                "pack_version": one.pack_version,
            }
            for one in made
        ],
        "messages": [
            {
                name: one[name]
                for name in ("created_at", "sent_at", "channel", "recipient", "subject", "text", "state")
            }
            for one in content["messages"]
            if one["recipient"] in values
        ],
        "responses": _without(content["responses"], "note"),
        "consents": _without(content["consents"], "note"),
        "circumstances": [
            {name: one[name] for name in ("kind", "at", "until_date", "ended_at")}
            for one in content["circumstances"]
        ],
        "wishes": _without(content["wishes"], "note"),
        "promises": _without(content["promises"], "note"),
        "disputes": _without(content["disputes"], "note"),
        "pauses": _without(content["pauses"], "note"),
        **{name: [_own_petition(one) for one in content[name]] for name in ("complaints", "requests")},
        "rules": [
            {"id": rule_id, "text": rule.text, "source": rule.source, "status": rule.status}
            for rule_id, rule in legal_basis(country=company.country, at=at)
        ],
    }
    return evidence.sealed(content=kept)


def _own_petition(one: Mapping[str, Any]) -> dict[str, Any]:
    """Tell a petition to whose it is: what they said and were told, not who among the staff did what."""
    kept = (
        "folio",
        "kind",
        "state",
        "cause_text",
        "words",
        "way",
        "received_date",
        "answer_due_date",
        "outcome",
        "answered_at",
        "carry_out_due_date",
        "carried_out_at",
    )
    answers = [
        {
            **{name: each[name] for name in ("at", "outcome", "text", "reopened_at")},
            # Why staff opened it again is for staff.
            "reopened_words": each["reopened_words"] if each["is_by_person"] else "",
        }
        for each in one["answers"]
    ]
    return {**{name: one[name] for name in kept}, "answers": answers}


def _without(rows: Sequence[Mapping[str, Any]], name: str) -> list[dict[str, Any]]:
    """Leave out what staff may have written for each other."""
    return [{key: value for key, value in one.items() if key != name} for one in rows]


def _allowed(customer_id: int) -> dict[Any, dict[str, Any]]:
    """Return the newest verdict that let each action happen; a message that left had one right before."""
    found: dict[Any, dict[str, Any]] = {}
    others = [one["source_id"] for one in evidence.unions_of(customer_id=customer_id)]
    for one in proven.proven_verdicts(customer_ids=[customer_id, *others]):
        if one["action_id"] is not None and one["outcome"] == VerdictOutcome.ALLOW:
            found.setdefault(one["action_id"], one)
    return found


def _debts(customer_id: int) -> list[_Debt]:
    entries: dict[int, list[tuple[datetime, Decimal]]] = defaultdict(list)
    for one in portfolio.ledger_of(customer_id=customer_id, limit=_ROWS_MAX):
        entries[one["receivable_id"]].append((one["recorded_at"], one["amount"]))
    return sorted(
        (
            _Debt(one["document_number"], one["due_date"], tuple(entries[one["id"]]))
            for one in portfolio.receivables_of(customer_id=customer_id)
        ),
        key=lambda one: one.due_date,
    )


def _documents(debts: Sequence[_Debt], *, at: datetime, day: date, purpose: Purpose) -> tuple[str, ...]:
    """Name the documents that were owed at a moment; what collects is about those that were late."""
    if purpose not in (Purpose.COLLECTION, Purpose.REMINDER):
        return ()
    return tuple(
        one.number
        for one in debts
        if sum(amount for moment, amount in one.entries if moment <= at) > 0
        and (purpose is Purpose.REMINDER or one.due_date < day)
    )
