"""The words of messages: fresh facts, the templates in use, and the two put together."""

import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from puntual.companies.types import CompanyFacts
from puntual.compliance import queries as compliance
from puntual.compliance.types import Statement
from puntual.contacts.types import Channel, Purpose
from puntual.db import named, rows
from puntual.lib.given_names import greeting_of
from puntual.outreach import rules
from puntual.outreach.queries import engine
from puntual.outreach.queries.proofs import proofs_of
from puntual.outreach.queries.templates import data_block, offer_block
from puntual.outreach.rules.sums import accessories_of
from puntual.outreach.types import (
    Document,
    MessageContext,
    MessageFacts,
    Movement,
    PaymentWords,
    PortalAccess,
    PromiseWords,
    Refusal,
    Rendered,
    RenderedMessage,
    TemplateText,
)
from puntual.plans import queries as plans
from puntual.plans.rules import prompt_discount, standing_offer
from puntual.plans.types import Anchor, Step
from puntual.portfolio import queries as portfolio
from puntual.portfolio.types import BALANCE_KEY, EntryKind

_FOLDER = Path(__file__).parents[1] / "sql"
# A template that says until when an offer stands tells of it.
_OFFER_WORD = "offer_until"
_NO_DRAFT = {"customer_id": None, "template": None, "purpose": None, "action_id": None}
_WORDING = named.load(_FOLDER / "wording.sql")
_TEMPLATES = named.load(_FOLDER / "templates.sql")

# The token of a portal link in a message, and what stands for it.
_OWN_LINK = re.compile(r"(?<=/p/)[\w.-]{16,}(?=/)")
_NO_LINK = "enlace-del-cliente"


def active_templates() -> dict[tuple[str, str], TemplateText]:
    """Return the templates in use by key and language."""
    found = rows.fetch_all(_TEMPLATES["active"])
    return {(row[1], row[2]): TemplateText(*row) for row in found}


def template_names() -> dict[tuple[str, str], str]:
    """Return what people call the templates in use, by key and language."""
    return {(key, language): name for key, language, name in rows.fetch_all(_TEMPLATES["names"])}


def message_facts(*, message_ids: Sequence[int], time_zone: str, today: date) -> dict[int, MessageFacts]:
    """
    Read what messages are to tell, as it is now: two statements, one for each plan version behind them, and one more
    where something is still to fall due, for who pays it early may have a discount.
    """
    return _read({"message_ids": list(message_ids), **_NO_DRAFT}, time_zone=time_zone, today=today)


def words_for(
    *,
    customer_id: int,
    template: str,
    purpose: Purpose,
    action_id: int | None,
    company: CompanyFacts,
    today: date,
) -> tuple[Rendered | None, Refusal | None]:
    """
    Write what a customer would be sent as things stand, or say why there would be no words. Writes no row.

    Its link is a sample: a real one is made when the message leaves.
    """
    draft = {
        "message_ids": [],
        "customer_id": customer_id,
        "template": template,
        "purpose": purpose.value,
        "action_id": action_id,
    }
    found = _read(draft, time_zone=company.time_zone, today=today)
    facts = replace(found[0], action_state="QUEUED") if found else None
    templates = active_templates()
    refusal = objection(facts=facts, templates=templates, today=today)
    if facts is None or refusal is not None:
        return None, refusal
    links = {customer_id: PortalAccess(link_id=UUID(int=0), token="muestra")}  # noqa: S106
    proven = proofs_of(customer_ids=[customer_id], policy=company.portal_identity)
    written = rendered(
        facts=[facts], links=links, templates=templates, company=company, today=today, proven=proven
    )
    return (written[0].words, None) if written else (None, Refusal.TEMPLATE_BROKEN)


def documents_of(
    *, customer_ids: Sequence[int], time_zone: str, today: date, due_until: date | None = None
) -> dict[int, list[Document]]:
    """
    List what customers may be asked for in a message, oldest first, with what is let go of it when paid early.

    `due_until`: the last day to fall due, where it is further ahead than messages look by themselves.
    """
    usual = today + timedelta(days=rules.DUE_SOON_DAYS)
    lines = rows.fetch_all(
        _WORDING["documents"],
        {
            "customer_ids": list(customer_ids),
            "due_until": max(due_until or usual, usual),
            "today": today,
            "balance_keys": f"{BALANCE_KEY}%",
        },
    )
    terms = plans.prompt_terms(time_zone=time_zone) if any(line[8] for line in lines) else ()
    owed: dict[int, list[Document]] = {}
    for line in lines:
        customer_id, kind, number, due_date, amount, currency, issue_date, whole, may_have_discount = line[:9]
        entries = zip(line[9] or (), line[10] or (), line[11] or (), strict=True)
        interest, costs = accessories_of(
            open_amount=amount, entries=[Movement(EntryKind(kind), *rest) for kind, *rest in entries]
        )
        discount = prompt_discount(
            terms=terms if may_have_discount else (),
            issue_date=issue_date,
            due_date=due_date,
            whole_amount=whole,
            open_amount=amount,
            on=max(today, issue_date),
        )
        owed.setdefault(customer_id, []).append(
            Document(kind, number, due_date, amount, currency, discount, interest, costs)
        )
    return owed


def _read(params: Mapping[str, Any], *, time_zone: str, today: date) -> dict[int, MessageFacts]:
    found = rows.fetch_dicts(_WORDING["message_facts"], params)
    versions = {row["version_id"] for row in found if row["version_id"] is not None}
    steps = {
        (version_id, step.number): step
        for version_id in sorted(versions)
        for step in plans.plan_of_version(version_id=version_id).steps
    }
    step_of = {row["message_id"]: steps.get((row["version_id"], row["step_number"])) for row in found}
    due = [row["anchor_date"] for row in found if _is_before_due(step_of[row["message_id"]])]
    owed = documents_of(
        customer_ids=list({row["customer_id"] for row in found}),
        time_zone=time_zone,
        today=today,
        due_until=max(due, default=None),
    )
    return {
        row["message_id"]: _facts(
            row, documents=owed.get(row["customer_id"], []), step=step_of[row["message_id"]], today=today
        )
        for row in found
    }


def _is_before_due(step: Step | None) -> bool:
    return step is not None and step.anchor is Anchor.DUE_DATE


def _facts(
    row: Mapping[str, Any], *, documents: list[Document], step: Step | None, today: date
) -> MessageFacts:
    payments = zip(row["payment_amounts"] or (), row["payment_currencies"] or (), strict=True)
    return MessageFacts(
        message_id=row["message_id"],
        customer_id=row["customer_id"],
        template=row["template"],
        purpose=Purpose(row["purpose"]),
        action_state=row["action_state"],
        step_key=row["step_key"],
        language=row["language"],
        greeting_name=greeting_of(
            name=row["customer_name"], short_name=row["customer_short_name"], is_person=row["is_person"]
        ),
        payment_reference=portfolio.payment_reference(customer_id=row["customer_id"]),
        documents=tuple(documents),
        active_promise=_promise(row["promise_amount"], row["promise_currency"], row["promise_due"]),
        broken_promise=_promise(row["broken_amount"], row["broken_currency"], row["broken_due"]),
        payments=tuple(PaymentWords(amount, currency, row["payment_date"]) for amount, currency in payments),
        own_title=row["own_title"],
        own_words=row["own_words"],
        last_day=rules.last_day_of(
            anchor=row["anchor_date"],
            offset_days=step.offset_days,
            catch_up_days=step.catch_up_days,
            taken_until=row["last_day"],
        )
        if step is not None
        else None,
        due_until=row["anchor_date"] if _is_before_due(step) else None,
        offer=standing_offer(offer=step.offer, told_on=today, today=today) if step and documents else None,
    )


def _promise(amount: Decimal | None, currency: str, due_date: date) -> PromiseWords | None:
    return None if amount is None else PromiseWords(amount, currency, due_date)


def objection(
    *, facts: MessageFacts | None, templates: Mapping[tuple[str, str], TemplateText], today: date
) -> Refusal | None:
    """Say why a message cannot be written or no longer makes sense today, or None."""
    if facts is None:
        return Refusal.NO_FACTS
    if facts.action_state != "QUEUED" and not facts.own_words:
        return Refusal.ACTION_CLOSED
    template = template_of(facts=facts, templates=templates)
    if template is None:
        return Refusal.NO_TEMPLATE
    if rules.objections(said=rules.bare(template), language=template.language):
        return Refusal.TEMPLATE_UNLAWFUL
    if rules.literals(said=rules.bare(template)):
        return Refusal.TEMPLATE_AMOUNTS
    return rules.objection(facts=facts, today=today)


def template_of(
    *, facts: MessageFacts, templates: Mapping[tuple[str, str], TemplateText]
) -> TemplateText | None:
    """Return the template that a message is written by; None where it is gone."""
    language = rules.language_of(facts.language)
    return templates.get((facts.template, language)) or templates.get((facts.template, "es"))


def portal_urls(*, base_url: str, token: str) -> tuple[str, str]:
    """Return the address of a link and of its page to stop messages."""
    start = f"{base_url.rstrip('/')}/p/{token}/"
    return start, f"{start}preferencias/"


def unproven_urls(*, base_url: str, token: str) -> tuple[str, str]:
    """Return the addresses for whom nothing can prove who they are: none of the portal, and one to stop messages."""
    return "", one_click_url(base_url=base_url, token=token)


def one_click_url(*, base_url: str, token: str) -> str:
    """Return the address to which a mail program posts when its reader wants no more messages (RFC 8058)."""
    return f"{base_url.rstrip('/')}/p/{token}/baja/"


def _words(template: TemplateText, *, context: MessageContext, has_offer: bool) -> Rendered:
    """Write a message; an offer that its template does not tell is told at its end, in the shipped words."""
    words = engine.render(subject=template.subject, text=template.text, html=template.html, context=context)
    if not has_offer:
        return words
    block = offer_block(language=template.language)
    text = "" if _OFFER_WORD in template.text else block.text
    html = "" if _OFFER_WORD in template.html else block.html
    offer = engine.render(subject="", text=text, html=html, context=context)
    return rules.with_offer(words=words, offer=replace(offer, text=offer.text.lstrip("\n")))


def rendered(
    *,
    facts: Sequence[MessageFacts],
    links: Mapping[int, PortalAccess],
    templates: Mapping[tuple[str, str], TemplateText],
    company: CompanyFacts,
    today: date,
    proven: Collection[int] | None = None,
) -> list[RenderedMessage]:
    """
    Write messages in the order given; `objection` was None for each of them.

    Whose customer is not `proven` (all are, without it) could not enter the portal: the message carries no link to it.

    One whose template turns out to lack a word is left out: it must not hold up the others.
    """
    written = []
    wants_split = compliance.asks_for(statement=Statement.SPLIT, country=company.country)
    for one in facts:
        template = template_of(facts=one, templates=templates)
        if template is None:
            raise LookupError(one.template)
        link = links[one.customer_id]
        urls = portal_urls if proven is None or one.customer_id in proven else unproven_urls
        portal_url, stop_url = urls(base_url=company.base_url, token=link.token)
        context = rules.context_of(
            facts=one,
            company=company,
            language=template.language,
            portal_url=portal_url,
            stop_url=stop_url,
            today=today,
            wants_split=wants_split,
        )
        if one.own_data is not None:
            # Within the answer: a company's own template tells it too.
            block = data_block(where=one.own_data, language=template.language)
            told = engine.render(subject="", text=block, html="", context=context).text.strip()
            context["answer"] = f"{context['answer']}\n\n{told}"
        try:
            words = _words(template, context=context, has_offer=one.offer is not None)
        except (engine.MissingWord, engine.TemplateSyntaxError):
            continue
        written.append(
            RenderedMessage(
                message_id=one.message_id,
                template_version_id=template.id,
                portal_link_id=link.link_id,
                one_click_url=one_click_url(base_url=company.base_url, token=link.token),
                words=words,
            )
        )
    return written


def without_links(*, text: str) -> str:
    """Leave out of a message what opens the portal of its reader: whoever may hand that out has it elsewhere."""
    return _OWN_LINK.sub(_NO_LINK, text)


def unsaid(*, template: TemplateText) -> frozenset[Statement]:
    """Name what a template does not say of all that a law may ask a message for; read once for all."""
    text = f"{template.subject}\n{template.text}"
    return compliance.unsaid(text=text, channel=Channel.EMAIL)


def unsaid_by_template() -> dict[str, frozenset[Statement]]:
    """Name by key what the templates in use do not say, in any of their languages."""
    found: dict[str, frozenset[Statement]] = {}
    for (key, _language), template in active_templates().items():
        found[key] = found.get(key, frozenset()) | unsaid(template=template)
    return found


def words_digest(*, message: RenderedMessage) -> str:
    """
    Return the SHA-256 of what a message says, in hexadecimal: the same words to the same person have the same one.

    The link of its reader is left out, for each writing makes a new one; the HTML says what the text says.
    """
    words = (
        f"{message.template_version_id}\n{message.words.subject}\n{without_links(text=message.words.text)}"
    )
    return hashlib.sha256(words.encode()).hexdigest()
