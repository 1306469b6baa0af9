"""Pure decisions of reconciliation: whose money is a bank line, and is it money that we know already?"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from puntual.reconciliation.types import BankLine, LinePayment

_DIGITS = re.compile(r"(?<!\d)\d{6,29}(?!\d)")
# A payment noted by hand and its line at the bank may be this many days apart.
SAME_MONEY_DAYS_MAX = 5


def numbers_in(*, line: BankLine) -> set[str]:
    """List the long numbers of a line, any of which may be a payment reference."""
    return set(_DIGITS.findall(line.reference)) | set(_DIGITS.findall(line.description))


def customers_of_lines(*, lines: Iterable[BankLine], references: Mapping[str, int]) -> dict[int, int]:
    """
    Name the customer of each line whose numbers point to exactly one.

    `references` holds the numbers that are valid references, with their customers.
    """
    owners: dict[int, int] = {}
    for line in lines:
        named = {references[number] for number in numbers_in(line=line) if number in references}
        if len(named) == 1:
            owners[line.id] = named.pop()
    return owners


def _is_same_money(*, line: BankLine, customer_id: int, payment: LinePayment) -> bool:
    return (
        payment.customer_id == customer_id
        and payment.amount == line.amount
        and payment.currency == line.currency
        and abs(payment.value_date - line.booked_date) <= timedelta(days=SAME_MONEY_DAYS_MAX)
    )


def known_money(
    *, lines: Iterable[BankLine], owners: Mapping[int, int], payments: Sequence[LinePayment]
) -> dict[int, int]:
    """
    Pair lines with payments that were noted before by another way, so that no money counts twice.

    Same customer, amount and currency, a few days apart; the nearest day wins, and a payment serves one line.
    """
    pairs: dict[int, int] = {}
    used: set[int] = set()
    for line in sorted(lines, key=lambda one: (one.booked_date, one.id)):
        if line.id not in owners:
            continue
        fitting = [
            payment
            for payment in payments
            if payment.id not in used
            and _is_same_money(line=line, customer_id=owners[line.id], payment=payment)
        ]
        if fitting:
            best = min(fitting, key=lambda one: (abs(one.value_date - line.booked_date), one.id))
            pairs[line.id] = best.id
            used.add(best.id)
    return pairs
