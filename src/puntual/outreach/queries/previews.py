"""A template as one customer would receive it today, with what they really owe. Sends and keeps nothing."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from puntual.companies.types import CompanyFacts
from puntual.compliance import queries as compliance
from puntual.compliance.types import Statement
from puntual.contacts.types import Purpose
from puntual.db import named, rows
from puntual.lib.errors import NotFound
from puntual.lib.given_names import greeting_of
from puntual.outreach import rules
from puntual.outreach.queries import engine
from puntual.outreach.queries.wording import active_templates, documents_of, portal_urls
from puntual.outreach.types import MessageFacts, PaymentWords, PromiseWords, Refusal, Rendered
from puntual.portfolio import queries as portfolio

_FOLDER = Path(__file__).parents[1] / "sql"
_PREVIEWS = named.load(_FOLDER / "previews.sql")
# Leads nowhere: a link of a real customer is made only for a message that leaves.
_NO_TOKEN = "ejemplo"  # noqa: S105


@dataclass(frozen=True, slots=True)
class Preview:
    """What a message would say, and why it would not be sent today; None where it would."""

    words: Rendered
    refusal: Refusal | None


def customer_preview(*, key: str, customer_id: int, company: CompanyFacts, today: date) -> Preview:
    """
    Write an active template out for a customer, in their language where there is one.

    Raises: NotFound where there is no such template or customer.
    """
    found = rows.fetch_dicts(_PREVIEWS["customer_words"], {"customer_id": customer_id})
    if not found:
        raise NotFound(_("No existe ese cliente."))
    facts = _facts(found[0], key=key, time_zone=company.time_zone, today=today)
    language = rules.language_of(facts.language)
    templates = active_templates()
    template = templates.get((key, language)) or templates.get((key, "es"))
    if template is None:
        raise NotFound(_("No existe esa plantilla."))
    portal_url, stop_url = portal_urls(base_url=company.base_url, token=_NO_TOKEN)
    context = rules.context_of(
        facts=facts,
        company=company,
        language=template.language,
        portal_url=portal_url,
        stop_url=stop_url,
        today=today,
        wants_split=compliance.asks_for(statement=Statement.SPLIT, country=company.country),
    )
    words = engine.render(subject=template.subject, text=template.text, html=template.html, context=context)
    return Preview(words, rules.objection(facts=facts, today=today))


def _facts(row: dict[str, Any], *, key: str, time_zone: str, today: date) -> MessageFacts:
    owed = documents_of(customer_ids=[row["id"]], time_zone=time_zone, today=today).get(row["id"], [])
    paid = row["payment_amount"] is not None
    return MessageFacts(
        message_id=0,
        customer_id=row["id"],
        template=key,
        purpose=Purpose.COLLECTION,
        action_state="QUEUED",
        step_key="",
        language=row["language"],
        greeting_name=greeting_of(name=row["name"], short_name=row["short_name"], is_person=row["is_person"]),
        payment_reference=portfolio.payment_reference(customer_id=row["id"]),
        documents=tuple(owed),
        active_promise=_promise(row["promise_amount"], row["promise_currency"], row["promise_due"]),
        broken_promise=_promise(row["broken_amount"], row["broken_currency"], row["broken_due"]),
        payments=(PaymentWords(row["payment_amount"], row["payment_currency"], row["payment_date"]),)
        if paid
        else (),
    )


def _promise(amount: Decimal | None, currency: str, due_date: date) -> PromiseWords | None:
    return None if amount is None else PromiseWords(amount, currency, due_date)
