"""What is let go of documents that are paid early, told before anybody pays; `money_in` posts it when they do."""

from collections.abc import Iterable
from datetime import date

from puntual.payments import queries as payments
from puntual.plans import queries as planned
from puntual.plans.rules import prompt_discount
from puntual.plans.types import PromptDiscount
from puntual.portfolio.types import OpenItem


def discounts_of(*, items: Iterable[OpenItem], time_zone: str, today: date) -> dict[int, PromptDiscount]:
    """
    Return the discount of each open document that has one when it is paid today, and until when it holds.

    `time_zone`: that of the company, whose days count.
    """
    terms = planned.prompt_terms(time_zone=time_zone)
    by_id = {item.id: item for item in items}
    prompt = payments.prompt_pay(terms=terms, open_items={0: list(by_id.values())})
    found = {
        item.id: prompt_discount(
            terms=prompt.terms,
            issue_date=item.issue_date,
            due_date=item.due_date,
            whole_amount=item.original_amount,
            open_amount=item.open_amount,
            on=max(today, item.issue_date),
        )
        for item in by_id.values()
        if prompt.terms and item.id not in prompt.excluded
    }
    return {receivable_id: one for receivable_id, one in found.items() if one is not None}
