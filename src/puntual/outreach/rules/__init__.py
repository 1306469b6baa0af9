"""What a message says, when it still makes sense, and when a failed one is tried again. Pure."""

import hashlib
import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from puntual.companies.types import CompanyFacts, PortalIdentity
from puntual.compliance import texts
from puntual.compliance.texts.types import Finding, Mismatch, TextFacts
from puntual.contacts.types import Channel, Purpose
from puntual.lib import formats
from puntual.lib.taxpayers import GENERIC_TAX_IDS
from puntual.outreach.rules.sums import money, offer_words, split, totals
from puntual.outreach.types import (
    ANSWER_TEMPLATE,
    Document,
    IdentityFailures,
    MessageContext,
    MessageFacts,
    Need,
    PaymentWords,
    PromiseWords,
    Proof,
    ProofKind,
    Refusal,
    Rendered,
    TemplateSource,
    TemplateText,
    Wording,
)
from puntual.plans.types import PromptDiscount, StandingOffer

LANGUAGES = ("es", "en")
TRIES_MAX = 3
# A list longer than this says how many more there are: nobody reads a hundred rows in an e-mail.
ROWS_MAX = 10
DUE_SOON_DAYS = 7
WORDS_MAX = 120
LINK_LIFE = timedelta(days=60)
# A link is sent again while it lives at least this long: a message must not point to a door about to close.
LINK_LIFE_LEFT_MIN = timedelta(days=30)
IDENTITY_FAILURES_MAX = 5
# A link is closed for ever after this many wrong answers in all: four digits can be guessed by who has time.
IDENTITY_FAILURES_TOTAL_MAX = 20
LOCK_TIME = timedelta(minutes=15)
LOCK_TIME_MAX = timedelta(hours=24)
# A message may wait this long beyond its step's last day: holidays, closed hours, a server that was down.
LATE_GRACE = timedelta(days=7)

PROOF_DIGITS = 4
_SHARED_TAX_IDS = frozenset[str]().union(*GENERIC_TAX_IDS.values())
_NOT_A_SIGN = re.compile(r"[\s.\-_/]+")

_BACKOFF = (timedelta(minutes=5), timedelta(minutes=30))
_FILLED = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")
_MARKUP = re.compile(r"<[^>]*>")
_BLOCK = re.compile(r"\[\[([a-z_]+)\]\]")
_BLOCK_DEPTH_MAX = 3
_NEEDS = {
    "reminder-before-due": Need.DUE_SOON,
    "reminder-due-today": Need.DUE_TODAY,
    "promise-reminder": Need.PROMISE,
    "promise-broken": Need.BROKEN_PROMISE,
    "thanks": Need.PAYMENT,
}
_NEED_OF_PURPOSE = {
    Purpose.COLLECTION: Need.OVERDUE,
    Purpose.REMINDER: Need.DUE_SOON,
    Purpose.THANKS: Need.PAYMENT,
    Purpose.INFORMATION: Need.NOTHING,
}


class UnableToCompose(ValueError):
    """A template file names a block that does not exist, or lacks a part."""


def language_of(code: str) -> str:
    """Name the template language of a customer's language code: Spanish unless it is English."""
    return "en" if code.lower().startswith("en") else "es"


def _expanded(text: str, *, blocks: dict[str, str], depth: int = 0) -> str:
    if depth > _BLOCK_DEPTH_MAX:
        raise UnableToCompose("blocks name each other in a circle")

    def block(match: re.Match[str]) -> str:
        name = match[1]
        if name not in blocks:
            raise UnableToCompose(f"there is no block [[{name}]]")
        return _expanded(blocks[name], blocks=blocks, depth=depth + 1)

    return _BLOCK.sub(block, text)


def composed(source: TemplateSource) -> Wording:
    """
    Put the shared blocks into a template: what comes out stands alone and is what a version stores.

    Raises: UnableToCompose when a block is missing or a part is empty.
    """
    texts, htmls = dict(source.blocks["text"]), dict(source.blocks["html"])
    if "\n" in source.subject:
        raise UnableToCompose("a subject has one line")
    subject = _expanded(source.subject, blocks=texts)
    text = _expanded(source.text, blocks=texts)
    html = _expanded(htmls.pop("shell", ""), blocks={**htmls, "content": source.html})
    if not all(part.strip() for part in (source.name, subject, text, source.html, html)):
        raise UnableToCompose("a template has a name, a subject, a text and an html part")
    parts = (source.key, source.language, source.name, subject, text, html)
    return Wording(
        key=source.key,
        channel=Channel.EMAIL,
        language=source.language,
        name=source.name,
        subject=subject,
        text=text,
        html=html,
        content_hash=hashlib.sha256("\0".join(parts).encode()).hexdigest(),
    )


def need_of(*, template: str, purpose: Purpose) -> Need:
    """Say what a template needs to make sense; a template of a company's own needs what its purpose needs."""
    return _NEEDS.get(template, _NEED_OF_PURPOSE[purpose])


def overdue_of(*, documents: Iterable[Document], today: date) -> list[Document]:
    """Pick what is past due."""
    return [one for one in documents if one.due_date < today]


def soon_of(
    *, documents: Iterable[Document], today: date, need: Need, due_until: date | None = None
) -> list[Document]:
    """
    Pick what falls due in the coming days; today alone when the message is about today.

    `due_until`: the day to fall due that the message is about, where that is further ahead.
    """
    usual = today + timedelta(days=DUE_SOON_DAYS)
    last = today if need is Need.DUE_TODAY else max(due_until or usual, usual)
    return [one for one in documents if today <= one.due_date <= last]


def last_day_of(
    *, anchor: date, offset_days: int, catch_up_days: int, taken_until: date | None = None
) -> date:
    """
    Return the last day on which a message of a step may leave.

    `taken_until`: the last day on which the run still took the step, where it said one; a first word comes late.
    """
    own = anchor + timedelta(days=offset_days + catch_up_days)
    return max(own, taken_until or own) + LATE_GRACE


def objection(*, facts: MessageFacts, today: date) -> Refusal | None:
    """
    Say why a message no longer makes sense today, or None.

    The law allowed it; but a reminder of what was paid an hour ago, or of a day that has passed, is wrong.
    """
    if facts.last_day is not None and today > facts.last_day:
        return Refusal.TOO_LATE
    if facts.template == ANSWER_TEMPLATE and not facts.own_words:
        return Refusal.NO_FACTS
    need = need_of(template=facts.template, purpose=facts.purpose)
    soon = soon_of(documents=facts.documents, today=today, need=need, due_until=facts.due_until)
    lacking = {
        Need.DUE_SOON: (not soon, Refusal.NOTHING_DUE),
        Need.DUE_TODAY: (not soon, Refusal.NOTHING_DUE),
        Need.OVERDUE: (not overdue_of(documents=facts.documents, today=today), Refusal.NOTHING_OVERDUE),
        Need.PROMISE: (facts.active_promise is None, Refusal.NO_PROMISE),
        Need.BROKEN_PROMISE: (
            facts.broken_promise is None or not overdue_of(documents=facts.documents, today=today),
            Refusal.NO_BROKEN_PROMISE,
        ),
        Need.PAYMENT: (not facts.payments, Refusal.NO_PAYMENT),
        Need.NOTHING: (False, Refusal.NO_FACTS),
    }
    is_lacking, refusal = lacking[need]
    return refusal if is_lacking else None


@lru_cache(maxsize=4096)
def _day(value: date, locale: str) -> str:
    return formats.day(value=value, locale=locale)


@lru_cache(maxsize=16384)
def _one_line(text: str) -> str:
    # Data of a file must not be able to start a line of its own in a message.
    return " ".join(text.split())


def _list(*, name: str, documents: Sequence[Document], locale: str, wants_split: bool) -> MessageContext:
    return {
        name: [
            {
                "kind": one.kind,
                "number": _one_line(one.number),
                "due": _day(one.due_date, locale),
                "amount": money(amount=one.amount, currency=one.currency, locale=locale),
                "early_amount": money(
                    amount=one.amount - one.discount.amount, currency=one.currency, locale=locale
                )
                if one.discount
                else "",
                "early_until": _day(one.discount.last_day, locale) if one.discount else "",
            }
            for one in documents[:ROWS_MAX]
        ],
        f"{name}_count": len(documents),
        f"{name}_early": any(one.discount for one in documents[:ROWS_MAX]),
        f"{name}_more": max(0, len(documents) - ROWS_MAX),
        f"{name}_total": totals(pairs=((one.amount, one.currency) for one in documents), locale=locale),
        f"{name}_split": split(documents=documents, locale=locale)
        if wants_split or any(one.interest or one.costs for one in documents)
        else [],
    }


def with_offer(*, words: Rendered, offer: Rendered) -> Rendered:
    """Put the words of an offer at the end of the parts of a message that do not tell it; empty ones add nothing."""
    head, end, tail = words.html.rpartition("</body>")
    return replace(
        words,
        text=f"{words.text}\n{offer.text}" if offer.text else words.text,
        html=f"{head}{offer.html}{end}{tail}" if end else f"{words.html}{offer.html}",
    )


def context_of(
    *,
    facts: MessageFacts,
    company: CompanyFacts,
    language: str,
    portal_url: str,
    stop_url: str,
    today: date,
    wants_split: bool = False,
) -> MessageContext:
    """
    Write everything that a template may show, as plain text, in the template's language.

    `wants_split`: the law asks how the balance parts into capital, interest and costs; it is told anyway where there is
    interest or a cost.
    """
    locale = formats.locale_of(language=language)
    need = need_of(template=facts.template, purpose=facts.purpose)
    promise = facts.broken_promise if need is Need.BROKEN_PROMISE else facts.active_promise
    payments = facts.payments
    return {
        **offer_words(offer=facts.offer, locale=locale),
        "name": _one_line(facts.greeting_name),
        "creditor": _one_line(company.name),
        "creditor_legal": _one_line(company.legal_name),
        "phone": _one_line(company.phone),
        "email": _one_line(company.email),
        "office_hours": _one_line(company.office_hours),
        "address": _one_line(company.address),
        "complaint_contact": _one_line(company.complaint_contact),
        "bank_name": _one_line(company.bank_name),
        "bank_account": _one_line(company.bank_account),
        "reference": facts.payment_reference,
        "portal_url": portal_url,
        "stop_url": stop_url,
        "as_of": _day(today, locale),
        "answer_title": _one_line(facts.own_title),
        "answer": facts.own_words,
        "promise_amount": money(amount=promise.amount, currency=promise.currency, locale=locale)
        if promise
        else "",
        "promise_due": _day(promise.due_date, locale) if promise else "",
        "payment_amount": totals(pairs=((one.amount, one.currency) for one in payments), locale=locale),
        "payment_date": _day(max(one.paid_on for one in payments), locale) if payments else "",
        **_list(
            name="overdue",
            documents=overdue_of(documents=facts.documents, today=today),
            locale=locale,
            wants_split=wants_split,
        ),
        **_list(
            name="soon",
            documents=soon_of(documents=facts.documents, today=today, need=need, due_until=facts.due_until),
            locale=locale,
            wants_split=wants_split,
        ),
    }


def folded_tax_id(text: str) -> str:
    """Write a tax id as machines compare it: capitals, no spaces, hyphens or dots."""
    return _NOT_A_SIGN.sub("", text).upper()


def last_digits(text: str) -> str:
    """Return the last four digits of a number however it is written; empty when it has fewer."""
    digits = "".join(sign for sign in text if sign.isascii() and sign.isdigit())
    return digits[-PROOF_DIGITS:] if len(digits) >= PROOF_DIGITS else ""


def _own_tax_id(text: str) -> str:
    """Return a tax id that its owner knows and not everybody does; empty for one of anybody, or a word for none."""
    folded = folded_tax_id(text)
    is_number = any(sign.isdigit() for sign in folded) and len(set(folded)) > 1
    return folded if is_number and folded not in _SHARED_TAX_IDS else ""


def proof_of(
    *, policy: PortalIdentity, tax_id: str, phones: Iterable[str], contracts: Iterable[str]
) -> Proof | None:
    """
    Say what a debtor is asked for under a company's policy, or None when we know nothing that could prove who they are.

    The number of a document proves nothing: the message that brings the link tells it.
    """
    own = _own_tax_id(tax_id)
    by_tax_id = Proof(ProofKind.TAX_ID, frozenset({own} if own else ()))
    digits = frozenset(filter(None, (last_digits(one) for one in (*phones, *contracts))))
    by_digits = Proof(ProofKind.LAST_DIGITS, digits)
    order = {
        PortalIdentity.TAX_ID: (by_tax_id, by_digits),
        PortalIdentity.LAST_DIGITS: (by_digits, by_tax_id),
        PortalIdentity.TAX_ID_ONLY: (by_tax_id,),
    }
    return next((one for one in order[policy] if one.answers), None)


def backoff(*, tries: int) -> timedelta | None:
    """Return how long to wait after this many failed tries, or None when it is given up."""
    return _BACKOFF[tries - 1] if tries < TRIES_MAX else None


def lock_time(*, failed_total: int) -> timedelta:
    """Return how long a link stays closed: twice as long each time, a day at most."""
    doublings = max(failed_total // IDENTITY_FAILURES_MAX - 1, 0)
    # More doublings than these only make numbers too large to write.
    return min(LOCK_TIME * 2 ** min(doublings, 10), LOCK_TIME_MAX)


def after_failure(*, failed_attempts: int, failed_total: int, at: datetime) -> IdentityFailures:
    """Say what one more wrong answer does to a link: counted, closed for a while, or closed for ever."""
    total = failed_total + 1
    is_spent = total >= IDENTITY_FAILURES_TOTAL_MAX
    is_closed = is_spent or failed_attempts + 1 >= IDENTITY_FAILURES_MAX
    return IdentityFailures(
        failed_attempts=0 if is_closed else failed_attempts + 1,
        failed_total=total,
        locked_until=at + lock_time(failed_total=total) if is_closed else None,
        is_spent=is_spent,
    )


def sample_company() -> CompanyFacts:
    """Write a company as a real one is."""
    return CompanyFacts(
        schema_name="muestra",
        name="Muebles del Valle",
        legal_name="Muebles del Valle, S.A. de C.V.",
        tax_id="",
        country="MX",
        currency="MXN",
        time_zone="America/Mexico_City",
        phone="55 0000 0000",
        email="cobranza@mueblesdelvalle.example",
        office_hours="lunes a viernes de 9 a 18 h",
        address="Av. Ejemplo 100, Ciudad de México",
        complaint_contact="quejas@mueblesdelvalle.example, 55 0000 0001",
        privacy_url="",
        bank_name="Banco Ejemplo",
        bank_account="002010077777777771",
        portal_identity=PortalIdentity.TAX_ID,
        base_url="https://cobranza.example",
        is_demo=False,
    )


def _sample(
    *,
    key: str,
    language: str,
    documents: tuple[Document, ...],
    company: CompanyFacts,
    today: date,
    offer: StandingOffer | None = None,
) -> MessageContext:
    money = company.currency
    portal_url = f"{company.base_url.rstrip('/')}/p/muestra/"
    return context_of(
        facts=MessageFacts(
            message_id=0,
            customer_id=0,
            template=key,
            purpose=Purpose.COLLECTION,
            action_state="",
            step_key="",
            language=language,
            greeting_name="María",
            payment_reference="90000104271",
            documents=documents,
            active_promise=PromiseWords(Decimal("1250.00"), money, today),
            broken_promise=PromiseWords(Decimal("1250.00"), money, today - timedelta(days=5)),
            payments=(PaymentWords(Decimal("1250.00"), money, today),),
            own_title="Q-2026-000012",
            own_words="Revisamos lo que nos contó y tiene razón. Le pedimos una disculpa.",
            offer=offer,
        ),
        company=company,
        language=language,
        portal_url=portal_url,
        stop_url=f"{portal_url}preferencias/",
        today=today,
        # Many documents stand for a country whose law asks for it.
        wants_split=len(documents) > 1,
    )


def _sample_document(*, key: str, money: str, today: date) -> Document:
    if need_of(template=key, purpose=Purpose.COLLECTION) in {Need.DUE_SOON, Need.DUE_TODAY}:
        return Document("INSTALMENT", "P-7", today, Decimal("980.50"), money)
    return Document("INVOICE", "F-1042", today - timedelta(days=3), Decimal("1250.00"), money)


def sample_context(*, key: str, language: str, company: CompanyFacts, today: date) -> MessageContext:
    """Write a context of one document of an invented debtor, as a company would write to them."""
    document = _sample_document(key=key, money=company.currency, today=today)
    return _sample(key=key, language=language, documents=(document,), company=company, today=today)


def said(written: Rendered) -> str:
    """Return all that a reader sees of a message, each part on its own."""
    seen = html.unescape(_MARKUP.sub(" ", written.html))
    return "\n\n".join((written.subject, written.text, seen))


@lru_cache(maxsize=256)
def bare(template: TemplateText) -> str:
    """Return the words of a template itself, without what is filled in."""
    seen = html.unescape(_MARKUP.sub(" ", template.html))
    return _FILLED.sub(" ", "\n\n".join((template.subject, template.text, seen)))


@lru_cache(maxsize=256)
def objections(*, said: str, language: str) -> tuple[Finding, ...]:
    """Name what the law of any country objects to in the words of a template."""
    return texts.check(text=said, facts=TextFacts(country="", language=language)).findings


@lru_cache(maxsize=256)
def literals(*, said: str) -> tuple[Mismatch, ...]:
    """
    Name the amounts and days that a template says itself: what it tells must come from the ledger.

    So no message needs to be compared with it: all that is filled in is read from there.
    """
    return texts.literals(text=said, country="MX")


def sample_contexts(*, key: str, language: str) -> list[MessageContext]:
    """Write contexts as real ones are: one document, many in two currencies with an offer, and a bare company."""
    today = date(2026, 11, 23)
    many = tuple(
        Document(
            kind,
            f"F-{number}",
            date(2026, 10, 1) + timedelta(days=number * 4),
            Decimal(number),
            money,
            PromptDiscount(Decimal("0.20"), today) if kind == "INVOICE" else None,
        )
        for number, kind, money in zip(
            range(1, 17), ("INVOICE", "NOTE", "INSTALMENT", "INVOICE") * 4, ("MXN", "USD") * 8, strict=True
        )
    )
    full = sample_company()
    bare = replace(
        full, phone="", office_hours="", address="", complaint_contact="", bank_name="", bank_account=""
    )
    offer = StandingOffer(Decimal(10), 3, today + timedelta(days=10))
    cases: list[tuple[tuple[Document, ...], CompanyFacts, StandingOffer | None]] = [
        ((_sample_document(key=key, money=full.currency, today=today),), full, None),
        (many, full, offer),
        (many, bare, offer),
    ]
    return [
        _sample(key=key, language=language, documents=documents, company=company, today=today, offer=offered)
        for documents, company, offered in cases
    ]
