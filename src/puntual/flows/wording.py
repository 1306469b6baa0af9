"""
May these words reach a debtor?

What people write themselves (answers in the portal, what a campaign asks to be said) is read by the text check before
it is kept. What may not be said is kept nowhere; what needs another person waits for one where that can be.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.utils.translation import gettext as _

from puntual.agreements import queries as agreements
from puntual.companies import queries as companies
from puntual.compliance import texts
from puntual.compliance.queries.contents import JUDGED
from puntual.compliance.texts.types import (
    Ease,
    FieldBasis,
    Finding,
    LedgerFacts,
    Mismatch,
    MissingField,
    TextDecision,
    TextFacts,
    TextMoment,
    TextVerdict,
)
from puntual.compliance.types import ContactFacts, Statement
from puntual.contacts.types import COUNTED_PURPOSES, Channel
from puntual.lib.errors import DomainError
from puntual.outreach import queries as messages
from puntual.outreach.types import MessageFacts, TemplateText
from puntual.portfolio import queries as portfolio

_ENTRIES_MAX = 500


class UnlawfulText(DomainError):
    """A text says what the law does not allow; nothing was kept."""

    code = "unlawful-text"


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text as a page shows it, with what objects to it."""

    words: str
    finding: Finding | None


def judge(*, text: str) -> TextVerdict:
    """Read a text as one to a debtor of this company."""
    company = companies.current_company(base_url=settings.BASE_URL)
    return texts.check(text=text, facts=TextFacts(country=company.country))


def pieces(*, text: str, verdict: TextVerdict) -> list[Piece]:
    """Cut a text at its findings, so that a page can mark them; of two on the same words the first one counts."""
    done: list[Piece] = []
    at = 0
    for one in sorted(verdict.findings, key=lambda each: each.start):
        if one.start < at:
            continue
        if one.start > at:
            done.append(Piece(words=text[at : one.start], finding=None))
        done.append(Piece(words=one.excerpt, finding=one))
        at = one.end
    if at < len(text):
        done.append(Piece(words=text[at:], finding=None))
    return done


def refuse_unlawful(*, text: str, has_second_person: bool = False) -> bool:
    """
    Refuse a text that may not reach a debtor, and say whether a second person must release it.

    `has_second_person`: the text waits for one before it leaves; without one, what needs review is refused too.

    Raises: UnlawfulText naming what objects and what to say instead.
    """
    verdict = judge(text=text)
    if verdict.decision is TextDecision.ALLOW:
        return False
    if verdict.decision is TextDecision.REVIEW and has_second_person:
        return True
    told = " ".join(
        dict.fromkeys(
            _("«%(words)s»: %(rule)s") % {"words": one.excerpt, "rule": one.rule} for one in verdict.findings
        )
    )
    if verdict.decision is TextDecision.REVIEW:
        raise UnlawfulText(_("Así no se puede enviar sin que otra persona lo apruebe. %s") % told)
    raise UnlawfulText(_("Así no se puede enviar. %s") % told)


@dataclass(frozen=True, slots=True)
class TemplateReport:
    """What a template does not tell, of what a first and a later message must or should, and how it reads."""

    first: tuple[MissingField, ...]
    later: tuple[MissingField, ...]
    ease: Ease

    @property
    def is_stopped_first(self) -> bool:
        """Say whether the gate lets it not be the first contact."""
        return any(one.basis is FieldBasis.LAW and one.field in JUDGED for one in self.first)

    @property
    def is_stopped_later(self) -> bool:
        """Say whether the gate lets it not be sent at all."""
        return any(one.basis is FieldBasis.LAW and one.field in JUDGED for one in self.later)

    @property
    def is_lacking(self) -> bool:
        """Say whether the law asks for more than it tells, which the gate cannot judge yet."""
        return any(one.basis is FieldBasis.LAW and one.field not in JUDGED for one in self.first)


def template_report(*, key: str, language: str, sample: str, country: str) -> TemplateReport | None:
    """Read a template in use for a country; `sample` is its text as a person would get it. None: there is none."""
    template = messages.active_templates().get((key, language))
    if template is None:
        return None
    text = f"{template.subject}\n{template.text}"
    first, later = (
        texts.missing(text=text, country=country, moment=moment, channel=Channel.EMAIL)
        for moment in (TextMoment.FIRST, TextMoment.LATER)
    )
    return TemplateReport(first, later, texts.ease(text=sample, channel=Channel.EMAIL, language=language))


def differing(*, text: str, customer_id: int, today: date) -> tuple[Mismatch, ...]:
    """Name the amounts and days of a text about a customer that neither their ledger nor their promises know."""
    company = companies.current_company(base_url=settings.BASE_URL)
    debts = portfolio.receivables_of(customer_id=customer_id)
    entries = portfolio.ledger_of(customer_id=customer_id, limit=_ENTRIES_MAX)
    promises = agreements.promises_of(customer_id=customer_id)
    open_debts = [one for one in debts if one["open_amount"]]
    totals = [
        sum((one["open_amount"] for one in found), Decimal(0))
        for found in (open_debts, [one for one in open_debts if one["due_date"] < today])
    ]
    ledger = LedgerFacts(
        amounts=frozenset(
            [
                *totals,
                *(one[name] for one in debts for name in ("open_amount", "original_amount")),
                *(abs(one["amount"]) for one in entries),
                *(one["amount"] for one in promises),
            ]
        ),
        dates=frozenset(
            [
                today,
                *(one[name] for one in debts for name in ("issue_date", "due_date", "original_due_date")),
                *(one["effective_date"] for one in entries),
                *(one["due_date"] for one in promises),
            ]
        ),
    )
    return texts.mismatches(text=text, country=company.country, ledger=ledger)


def with_words(
    *, facts: ContactFacts, message: MessageFacts, templates: Mapping[tuple[str, str], TemplateText]
) -> ContactFacts:
    """Add to what is known of a contact what the template of its message does not say; it is read once for all."""
    template = messages.template_of(facts=message, templates=templates)
    if template is None:
        return facts
    return with_unsaid(facts=facts, missing=messages.unsaid(template=template))


def with_unsaid(*, facts: ContactFacts, missing: frozenset[Statement]) -> ContactFacts:
    """Add what a message about a debt does not say; what a person says has no template."""
    is_about_debt = facts.channel is Channel.EMAIL and facts.purpose in COUNTED_PURPOSES
    return replace(facts, missing=missing) if missing and is_about_debt else facts


def with_unsaid_of(*, facts: ContactFacts, template: str) -> ContactFacts:
    """Add what a template in use does not say, by its key and in any of its languages; none has none."""
    if not template or facts.channel is not Channel.EMAIL:
        return facts
    found = messages.unsaid_by_template()
    return with_unsaid(facts=facts, missing=found.get(template, frozenset()))
