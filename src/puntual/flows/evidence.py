"""
Everything about a customer that an authority may ask for, in one document whose hash is beside it.

Reads what is stored and decides nothing. Amounts and moments are text, moments in UTC, so that the hash of the same
content is the same wherever it is worked out.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from django.db import transaction

from puntual.agreements import queries as agreements
from puntual.audit import operations as audit
from puntual.audit.types import Actor
from puntual.companies.types import CompanyFacts
from puntual.compliance.queries import proven
from puntual.contacts import queries as contacts
from puntual.contacts.types import WishInTime
from puntual.duplicates import queries as duplicates
from puntual.outreach import queries as outreach
from puntual.plans import queries as plans
from puntual.portfolio import queries as portfolio
from puntual.rights import queries as rights
from puntual.rights.types import Kind

FORMAT = "puntual-evidence-1"
# Whoever has more of a kind than this has a case that no paper shows; nothing is left out silently.
_ROWS_MAX = 100_000
_DEBT = [
    "document_number",
    "kind",
    "account",
    "product",
    "currency",
    "issue_date",
    "due_date",
    "original_due_date",
    "original_amount",
    "open_amount",
]
_ENTRY = ["document_number", "kind", "amount", "currency", "effective_date", "recorded_at", "note"]
_CONTACT = [
    "at",
    "channel",
    "direction",
    "purpose",
    "outcome",
    "point_value",
    "owner_role",
    "note",
    "actor_label",
]
_MESSAGE = [
    "key",
    "created_at",
    "sent_at",
    "channel",
    "purpose",
    "recipient",
    "subject",
    "state",
    "reason",
    "events",
]
_VERDICT = [
    "id",
    "at",
    "moment",
    "channel",
    "outcome",
    "rule_ids",
    "not_before",
    "pack_version",
    "inputs",
    "verdict_hash",
    "block_id",
    "link_id",
    "link_hash",
]
_PROMISE = [
    "amount",
    "currency",
    "made_on",
    "due_date",
    "tolerance_days",
    "channel",
    "state",
    "paid_amount",
    "settled_on",
    "note",
]
_DISPUTE = [
    "document_number",
    "currency",
    "reason",
    "note",
    "amount",
    "state",
    "channel",
    "opened_at",
    "answer_due_date",
    "closed_at",
    "resolution",
]
_PETITION = [
    "folio",
    "kind",
    "state",
    "cause",
    "words",
    "way",
    "authority_folio",
    "happened_date",
    "agency",
    "collector_name",
    "received_date",
    "received_by",
    "answer_due_date",
    "term_source",
    "identity_check",
    "outcome",
    "answered_at",
    "carry_out_due_date",
    "carried_out_at",
    "blocked_at",
    "reopened_count",
]
_ANSWER = [
    "number",
    "at",
    "outcome",
    "text",
    "message_state",
    "reopened_at",
    "reopened_by",
    "reopened_words",
    "is_by_person",
]
_CIRCUMSTANCE = [
    "kind",
    "at",
    "reason",
    "source",
    "until_date",
    "lawyer_name",
    "lawyer_contact",
    "ended_at",
    "end_reason",
]
_PAUSE = ["document_number", "reason", "note", "from_date", "until_date", "lifted_at", "created_at"]
_HOW = (
    'SHA-256 of "content" as JSON in UTF-8 with keys in order and no spaces: '
    'json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))'
)


def evidence_of(*, customer_id: int, company: CompanyFacts, today: date, at: datetime) -> dict[str, Any]:
    """
    Gather the evidence about a customer as plain JSON: `content`, and a `seal` with its hash.

    Customers who were united with this one are part of it.

    Raises: NotFound.
    """
    card = portfolio.customer_card(customer_id=customer_id)
    unions = unions_of(customer_id=customer_id)
    verdicts = proven.proven_verdicts(customer_ids=[customer_id, *(one["source_id"] for one in unions)])
    names = plans.names_of_keys()
    content = {
        "format": FORMAT,
        "made_at": at,
        "creditor": _creditor(company),
        "customer": {
            "number": card.external_id,
            "name": card.name,
            "tax_id": card.tax_id,
            "kind": card.kind,
            "state": card.state,
            "city": card.city,
            "known_since": card.created_at,
            "united_with": [
                {"number": one["source_external_id"], "name": one["source_name"], "at": one["merged_at"]}
                for one in unions
            ],
        },
        **_debts(customer_id),
        **_reach(customer_id, names=names),
        "verdicts": [_verdict(one, names=names) for one in verdicts],
        "rules": proven.cited_rules(verdicts=verdicts, country=company.country),
        **_agreed(customer_id, today=today),
        **_demanded(customer_id, country=company.country),
    }
    return sealed(content=content)


def unions_of(*, customer_id: int) -> list[dict[str, Any]]:
    """Return the unions by which others became this customer; verdicts keep the customer of their day."""
    return [
        one
        for one in duplicates.merges_of(customer_id=customer_id)
        if one["target_id"] == customer_id and one["undone_at"] is None
    ]


def sealed(*, content: Mapping[str, Any]) -> dict[str, Any]:
    """Return content as plain JSON beside its hash and how to check it."""
    plain = _plain(content)
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(text.encode()).hexdigest()
    return {"content": plain, "seal": {"algorithm": "SHA-256", "hash": digest, "how": _HOW}}


@transaction.atomic
def make_evidence(
    *,
    customer_id: int,
    authority: str,
    company: CompanyFacts,
    actor: Actor,
    today: date,
    at: datetime,
) -> dict[str, Any]:
    """
    Gather the evidence about a customer, and note who asked for it, for whom, and its hash.

    Raises: NotFound.
    """
    found = evidence_of(customer_id=customer_id, company=company, today=today, at=at)
    audit.record(
        actor=actor,
        action="evidence-made",
        subject_type="customer",
        subject_id=customer_id,
        customer_id=customer_id,
        after={"authority": authority, "hash": found["seal"]["hash"]},
        at=at,
    )
    return found


def _creditor(company: CompanyFacts) -> dict[str, Any]:
    return {
        "name": company.name,
        "legal_name": company.legal_name,
        "tax_id": company.tax_id,
        "country": company.country,
        "address": company.address,
        "phone": company.phone,
        "email": company.email,
        "complaints": company.complaint_contact,
    }


def _of(rows: Iterable[Mapping[str, Any]], names: Sequence[str]) -> list[dict[str, Any]]:
    return [{name: one[name] for name in names} for one in rows]


def _debts(customer_id: int) -> dict[str, Any]:
    return {
        "debts": _of(portfolio.receivables_of(customer_id=customer_id), _DEBT),
        "ledger": _of(portfolio.ledger_of(customer_id=customer_id, limit=_ROWS_MAX), _ENTRY),
    }


def _reach(customer_id: int, *, names: Mapping[str, str]) -> dict[str, Any]:
    points = contacts.points_of(customer_id=customer_id)
    attempts = contacts.attempts_of(customer_id=customer_id, limit=_ROWS_MAX)
    responses = contacts.responses_of(customer_id=customer_id, limit=_ROWS_MAX)
    messages = [
        {
            **one,
            "step": names.get(one["step_key"] or "", ""),
            "text": outreach.without_links(text=one["text"]),
        }
        for one in outreach.messages_in_full(customer_id=customer_id)
    ]
    return {
        "contact_points": _of(
            map(asdict, points), ("kind", "value", "owner_role", "owner_name", "source", "state")
        ),
        "contacts": _of(attempts, _CONTACT),
        "messages": _of(messages, ("step", "text", *_MESSAGE)),
        "responses": _of(responses, ("at", "channel", "kind", "note")),
        "consents": _of(
            contacts.consents_of(customer_id=customer_id),
            ("at", "channel", "decision", "source", "note", "is_current"),
        ),
        "circumstances": _of(map(asdict, contacts.circumstances_of(customer_id=customer_id)), _CIRCUMSTANCE),
        "wishes": [_wish(one) for one in contacts.wishes_of(customer_id=customer_id)],
    }


def _wish(one: WishInTime) -> dict[str, Any]:
    hours = one.wish.hours
    return {
        "at": one.at,
        "channel": one.wish.channel,
        "weekdays": list(hours.weekdays) if hours else [],
        "from": f"{hours.start:%H:%M}" if hours else "",
        "until": f"{hours.end:%H:%M}" if hours else "",
        "source": one.source,
        "note": one.note,
        "is_current": one.is_current,
    }


def _verdict(one: Mapping[str, Any], *, names: Mapping[str, str]) -> dict[str, Any]:
    return {"step": names.get(one["step_key"], ""), **{name: one[name] for name in _VERDICT}}


def _agreed(customer_id: int, *, today: date) -> dict[str, Any]:
    return {
        "promises": _of(agreements.promises_of(customer_id=customer_id), _PROMISE),
        "disputes": _of(agreements.disputes_of(customer_id=customer_id), _DISPUTE),
        "pauses": _of(agreements.holds_of(customer_id=customer_id, today=today), _PAUSE),
    }


def _demanded(customer_id: int, *, country: str) -> dict[str, Any]:
    """Tell complaints and requests about data, oldest first, each with its answers, contacts and history."""
    found = sorted(rights.petitions_of(customer_id=customer_id), key=lambda one: one.id)
    ids = [one.id for one in found]
    answers = rights.answers_of(petition_ids=ids)
    events = rights.events_of(petition_ids=ids)
    about = rights.contacts_of(petition_ids=ids)
    told = [
        {
            **_of([asdict(one)], _PETITION)[0],
            "cause_text": rights.cause_text(code=one.cause, country=country) if one.cause else "",
            "contacts": _of(about.get(one.id, ()), ("at", "channel", "outcome", "actor_label")),
            "answers": _of(answers.get(one.id, ()), _ANSWER),
            "history": [
                {"at": each.at, "kind": each.kind, "actor_label": each.actor_label, "data": each.data}
                for each in events.get(one.id, ())
            ],
        }
        for one in found
    ]
    return {
        "complaints": [one for one in told if one["kind"] is Kind.COMPLAINT],
        "requests": [one for one in told if one["kind"] is not Kind.COMPLAINT],
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value
