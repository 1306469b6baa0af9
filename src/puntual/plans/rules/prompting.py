"""The discount for who pays early, by the policy of plans."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from puntual.lib.money import ZERO, to_cents
from puntual.plans.types import PromptDiscount, PromptTerms


def prompt_discount(
    *,
    terms: Iterable[PromptTerms],
    issue_date: date,
    due_date: date,
    whole_amount: Decimal,
    open_amount: Decimal,
    on: date,
) -> PromptDiscount | None:
    """
    Say what is let go of a document when all else that it owes is paid on a day, or None.

    It is a share of the whole document, so that who pays in parts lets go of nothing that was told before the first.
    A version counts that was in force between the issue and that day: what a debtor was told is kept although the plan
    has changed since. Of several the one that gives the most counts, then the one that gives it longest.
    """
    found = [
        PromptDiscount(amount, last_day)
        for one in terms
        if on <= (last_day := due_date - timedelta(days=one.days_before_due))
        and one.since <= on
        and (one.until is None or one.until >= issue_date)
        and ZERO < (amount := to_cents(whole_amount * one.percent / 100)) < open_amount
    ]
    return max(found, key=lambda one: (one.amount, one.last_day), default=None)
