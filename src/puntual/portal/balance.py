"""What is owed, laid out as a person would say it. Pure: items and today come in."""

from calendar import monthrange
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from puntual.lib.money import ZERO, total
from puntual.plans.types import PromptDiscount
from puntual.portfolio.types import OpenItem, ReceivableKind

_PAYDAY = 15
_LONG_AMOUNT = Decimal(10_000_000)


@dataclass(frozen=True, slots=True)
class Document:
    """One open document as its line on the page."""

    id: int
    kind: ReceivableKind
    number: str
    currency: str
    due_date: date
    open_amount: Decimal
    original_amount: Decimal
    days_late: int
    # Under review: it is not asked for until the debtor is answered.
    is_disputed: bool = False
    # What is let go of it when the rest is paid early, and the last day for that.
    discount: PromptDiscount | None = None

    @property
    def is_overdue(self) -> bool:
        """Say whether its day has passed."""
        return self.days_late > 0

    @property
    def early_amount(self) -> Decimal:
        """Return what settles it when it is paid now."""
        return self.open_amount - (self.discount.amount if self.discount is not None else ZERO)

    @property
    def is_partly_paid(self) -> bool:
        """Say whether something of it was paid."""
        return self.open_amount < self.original_amount


@dataclass(frozen=True, slots=True)
class Balance:
    """
    What is owed in one currency: how much, how much of it late, what comes next, what is under review.

    What is under review is part of the amount and of nothing else.
    """

    currency: str
    amount: Decimal
    overdue_amount: Decimal
    overdue_count: int
    oldest_due_date: date | None
    oldest_days_late: int
    upcoming_amount: Decimal
    upcoming_count: int
    next_due_date: date | None
    documents: tuple[Document, ...]
    disputed_amount: Decimal = ZERO
    disputed_count: int = 0

    @property
    def asked_amount(self) -> Decimal:
        """Return what is asked for: all but what is under review."""
        return self.amount - self.disputed_amount

    @property
    def early_amount(self) -> Decimal:
        """Return what settles all that is asked for until the `early_day`."""
        return total(one.early_amount for one in self.documents if not one.is_disputed)

    @property
    def early_day(self) -> date | None:
        """Return the first day on which a discount ends; None without one."""
        days = [one.discount.last_day for one in self.documents if one.discount is not None]
        return min(days, default=None)

    @property
    def is_long(self) -> bool:
        """Say whether the amount needs smaller figures to stand on one line."""
        return self.amount >= _LONG_AMOUNT


def balances(
    *,
    items: Iterable[OpenItem],
    today: date,
    home_currency: str,
    disputed: Collection[int | None] = (),
    discounts: Mapping[int, PromptDiscount] | None = None,
) -> tuple[Balance, ...]:
    """
    Lay out open items by currency, the company's own first; documents oldest due first.

    `disputed` names the items under review; None among them means all. What is under review has no discount.
    """
    early = discounts or {}
    by_currency: dict[str, list[Document]] = {}
    for item in sorted(items, key=lambda one: (one.due_date, one.document_number, one.id)):
        is_disputed = item.id in disputed or None in disputed
        by_currency.setdefault(item.currency, []).append(
            Document(
                id=item.id,
                kind=item.kind,
                number=item.document_number,
                currency=item.currency,
                due_date=item.due_date,
                open_amount=item.open_amount,
                original_amount=item.original_amount,
                days_late=(today - item.due_date).days,
                is_disputed=is_disputed,
                discount=None if is_disputed else early.get(item.id),
            )
        )
    order = sorted(by_currency, key=lambda code: (code != home_currency, code))
    return tuple(_balance(currency=code, documents=by_currency[code]) for code in order)


def _balance(*, currency: str, documents: Sequence[Document]) -> Balance:
    asked = [one for one in documents if not one.is_disputed]
    late = [one for one in asked if one.is_overdue]
    coming = [one for one in asked if not one.is_overdue]
    disputed = [one for one in documents if one.is_disputed]
    return Balance(
        currency=currency,
        amount=total(one.open_amount for one in documents),
        overdue_amount=total(one.open_amount for one in late),
        overdue_count=len(late),
        oldest_due_date=min((one.due_date for one in late), default=None),
        oldest_days_late=max((one.days_late for one in late), default=0),
        upcoming_amount=total(one.open_amount for one in coming),
        upcoming_count=len(coming),
        next_due_date=min((one.due_date for one in coming), default=None),
        documents=tuple(documents),
        disputed_amount=total(one.open_amount for one in disputed),
        disputed_count=len(disputed),
    )


def owed_by_currency(balances: Iterable[Balance]) -> Mapping[str, Decimal]:
    """Return what is owed in each currency, in the order of the page."""
    return {one.currency: one.amount for one in balances}


def suggested_amount(balance: Balance) -> Decimal:
    """Offer what is late, or everything when nothing is; what is under review only when there is nothing else."""
    if balance.overdue_amount > ZERO:
        return balance.overdue_amount
    return balance.asked_amount if balance.asked_amount > ZERO else balance.amount


def next_payday(*, today: date) -> date:
    """Return the next quincena after today: the 15th or the last day of the month."""
    last = monthrange(today.year, today.month)[1]
    if today.day < _PAYDAY:
        return today.replace(day=_PAYDAY)
    if today.day < last:
        return today.replace(day=last)
    return today + timedelta(days=_PAYDAY)


def grouped_digits(text: str, *, size: int = 4) -> str:
    """Write a long number in groups, as people read it aloud; anything but digits stays as it is."""
    if not text.isdigit():
        return text
    return " ".join(text[start : start + size] for start in range(0, len(text), size))


def grouped_clabe(text: str) -> str:
    """Write a CLABE as banks print it: bank, place, account, check digit."""
    if len(text) != 18 or not text.isdigit():
        return grouped_digits(text)
    return f"{text[:3]} {text[3:6]} {text[6:17]} {text[17]}"
