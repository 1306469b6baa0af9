"""What is owed, and on which papers: dates, amounts far from the usual, the same document twice."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from statistics import median

from puntual.insights.types import (
    DebtFacts,
    DebtorFacts,
    Detail,
    FindingCode,
    NewFinding,
    Paper,
    QualitySetting,
    Subject,
)
from puntual.lib import clabe
from puntual.lib.money import CENT, to_cents
from puntual.lib.text import folded
from puntual.portfolio.types import ReceivableKind

# Fewer documents than this tell nothing of what is usual.
HISTORY_MIN = 8
# The newest documents of a customer that count for what is usual.
HISTORY_MAX = 200
# Robust standard deviations from the median, and times the median, beyond which an amount is unusual: both.
DEVIATIONS_MAX = Decimal(6)
TIMES_MAX = Decimal(4)
# The median absolute deviation of a normal distribution is this part of its standard deviation.
_MAD_TO_DEVIATION = Decimal("1.4826")
# Amounts that are all equal still vary a little: no deviation is taken as smaller than this share.
_LEAST_SHARE = Decimal("0.05")
_TINY = Decimal(1)
_RUNS = re.compile(r"[^\W\d_]+|\d+")
_NO_WORDS = frozenset({"", "no", "n", "0", "falta", "pendiente", "false", "falso", "no hay", "sin"})
_CLABE_LENGTH = 18
_PART_LENGTH_MAX = 120


def document_findings(*, debtor: DebtorFacts, setting: QualitySetting) -> list[NewFinding]:
    """Find what is wrong with the documents of one customer."""
    owing = [debt for debt in debtor.debts if debt.open_amount > 0]
    return [
        *clabe_invalid(debtor=debtor),
        *due_before_issue(debtor=debtor, owing=owing),
        *issued_ahead(debtor=debtor, owing=owing, today=setting.today),
        *document_repeated(debtor=debtor),
        *document_alike(debtor=debtor, owing=owing),
        *amount_unusual(debtor=debtor),
        *balance_tiny(debtor=debtor, owing=owing),
        *paper_missing(debtor=debtor, owing=owing, papers=setting.papers),
        *payment_before_issue(debtor=debtor),
    ]


def _finding(
    code: FindingCode, debtor: DebtorFacts, debt: DebtFacts, detail: Detail, part: str = ""
) -> NewFinding:
    return NewFinding(code, Subject.RECEIVABLE, debt.id, debtor.id, detail, debt.id, part)


def clabe_invalid(*, debtor: DebtorFacts) -> list[NewFinding]:
    """Find a CLABE kept of a customer whose check digit is wrong."""
    return [
        NewFinding(
            FindingCode.CLABE_INVALID,
            Subject.CUSTOMER,
            debtor.id,
            debtor.id,
            {"heading": name, "value": value, "digits": len(re.sub(r"\D", "", value))},
            part=name[:_PART_LENGTH_MAX],
        )
        for name, value in sorted(debtor.attributes.items())
        if "clabe" in folded(name) and value.strip() and not clabe.is_valid(clabe=re.sub(r"[\s-]", "", value))
    ]


def due_before_issue(*, debtor: DebtorFacts, owing: Iterable[DebtFacts]) -> list[NewFinding]:
    """Find open documents that fall due before they were issued."""
    return [
        _finding(
            FindingCode.DUE_BEFORE_ISSUE,
            debtor,
            debt,
            {"issue_date": debt.issue_date.isoformat(), "due_date": debt.due_date.isoformat()},
        )
        for debt in owing
        if debt.due_date < debt.issue_date
    ]


def issued_ahead(*, debtor: DebtorFacts, owing: Iterable[DebtFacts], today: date) -> list[NewFinding]:
    """
    Find open documents whose day of issue has not come.

    One that falls due on that very day came without a day of issue: the due date was taken for it.
    """
    return [
        _finding(FindingCode.ISSUED_AHEAD, debtor, debt, {"issue_date": debt.issue_date.isoformat()})
        for debt in owing
        if debt.issue_date > today and debt.issue_date != debt.due_date
    ]


def number_key(number: str) -> str:
    """Write a document number as people compare it: without separators, capitals and leading zeros."""
    runs = _RUNS.findall(folded(number))
    return "-".join(run.lstrip("0") or "0" if run.isdigit() else run for run in runs)


def document_repeated(*, debtor: DebtorFacts) -> list[NewFinding]:
    """Find open documents whose number another document of the customer has, written in another way."""
    groups: dict[str, list[DebtFacts]] = defaultdict(list)
    for debt in debtor.debts:
        groups[number_key(debt.document_number)].append(debt)
    found = []
    for key, group in groups.items():
        if len(group) < 2 or not key:
            continue
        group.sort(key=lambda debt: debt.id)
        # The first one is taken as right; those that came after it repeat it.
        for debt in group[1:]:
            if debt.open_amount > 0:
                first = group[0]
                is_same = int(
                    first.currency == debt.currency and first.original_amount == debt.original_amount
                )
                detail: Detail = {
                    "other": first.document_number,
                    "other_id": first.id,
                    "same_amount": is_same,
                }
                found.append(_finding(FindingCode.DOCUMENT_REPEATED, debtor, debt, detail))
    return found


def document_alike(*, debtor: DebtorFacts, owing: Iterable[DebtFacts]) -> list[NewFinding]:
    """Find open invoices of the same day, term and amount under other numbers: one may be the other again."""
    groups: dict[tuple[object, ...], list[DebtFacts]] = defaultdict(list)
    for debt in owing:
        if debt.kind is ReceivableKind.INVOICE:
            key = (debt.currency, debt.original_amount, debt.issue_date, debt.due_date)
            groups[key].append(debt)
    found = []
    for group in groups.values():
        group.sort(key=lambda debt: debt.id)
        first = group[0]
        for debt in group[1:]:
            if number_key(debt.document_number) == number_key(first.document_number):
                continue
            detail: Detail = {"other": first.document_number, "other_id": first.id, "count": len(group)}
            found.append(_finding(FindingCode.DOCUMENT_ALIKE, debtor, debt, detail))
    return found


def amount_unusual(*, debtor: DebtorFacts) -> list[NewFinding]:
    """Find open documents whose amount is far from what the customer's documents of that kind are for."""
    groups: dict[tuple[str, ReceivableKind], list[DebtFacts]] = defaultdict(list)
    for debt in debtor.debts:
        groups[debt.currency, debt.kind].append(debt)
    found = []
    for group in groups.values():
        if len(group) > HISTORY_MIN and any(debt.open_amount > 0 for debt in group):
            found += _unusual_in(debtor, group)
    return found


def _unusual_in(debtor: DebtorFacts, group: list[DebtFacts]) -> list[NewFinding]:
    newest = sorted(group, key=lambda debt: (debt.issue_date, debt.id))[-HISTORY_MAX:]
    amounts = [debt.original_amount for debt in newest]
    middle, deviation = usual(amounts=amounts)
    found = []
    for debt in newest:
        if debt.open_amount <= 0:
            continue
        times = debt.original_amount / middle
        is_far = abs(debt.original_amount - middle) > DEVIATIONS_MAX * deviation
        if not is_far or Decimal(1) / TIMES_MAX < times < TIMES_MAX:
            continue
        low = max(middle - 2 * deviation, min(amounts), CENT)
        high = min(middle + 2 * deviation, max(one for one in amounts if one != debt.original_amount))
        detail: Detail = {
            "amount": str(debt.original_amount),
            "currency": debt.currency,
            "median": str(to_cents(middle)),
            "low": str(to_cents(min(low, middle))),
            "high": str(to_cents(max(high, middle))),
            "documents": len(newest) - 1,
            "slip": _slip(times),
        }
        found.append(_finding(FindingCode.AMOUNT_UNUSUAL, debtor, debt, detail))
    return found


def usual(*, amounts: Sequence[Decimal]) -> tuple[Decimal, Decimal]:
    """Return the median of amounts and their robust deviation; a few wild ones move neither."""
    middle = Decimal(median(amounts))
    spread = Decimal(median(abs(one - middle) for one in amounts)) * _MAD_TO_DEVIATION
    return middle, max(spread, middle * _LEAST_SHARE)


def _slip(times: Decimal) -> int:
    """Say by how many places the decimal point would have moved, when the amount looks like that; else 0."""
    for places in (2, 3):
        factor = Decimal(10) ** places
        if factor * Decimal("0.5") <= times <= factor * 2:
            return places
        if factor * Decimal("0.5") <= 1 / times <= factor * 2:
            return -places
    return 0


def balance_tiny(*, debtor: DebtorFacts, owing: Iterable[DebtFacts]) -> list[NewFinding]:
    """Find balances of cents: nobody should be asked for them."""
    return [
        _finding(
            FindingCode.BALANCE_TINY,
            debtor,
            debt,
            {"amount": str(debt.open_amount), "currency": debt.currency},
        )
        for debt in owing
        if debt.open_amount < _TINY
    ]


def paper_code(*, name: str) -> str:
    """Write the name of a paper as it is compared: without accents, capitals and signs."""
    return " ".join(re.findall(r"[a-z0-9]+", folded(name)))[:80]


def paper_missing(
    *, debtor: DebtorFacts, owing: Iterable[DebtFacts], papers: Sequence[Paper]
) -> list[NewFinding]:
    """Find papers that a kind of debt must have and that nobody has seen or marked."""
    if not papers:
        return []
    found = []
    for debt in owing:
        marked = {
            paper_code(name=name) for name, value in debt.attributes.items() if folded(value) not in _NO_WORDS
        }
        for paper in papers:
            is_there = paper.code in marked or (debt.id, paper.code) in debtor.seen_papers
            if paper.kind is debt.kind and not is_there:
                found.append(
                    _finding(FindingCode.PAPER_MISSING, debtor, debt, {"paper": paper.name}, paper.code)
                )
    return found


def payment_before_issue(*, debtor: DebtorFacts) -> list[NewFinding]:
    """Find payments that are dated before a document that they pay was issued, one finding each."""
    found: dict[int, NewFinding] = {}
    for early in sorted(debtor.early, key=lambda one: (one.payment_id, one.receivable_id)):
        if early.payment_id in found:
            continue
        detail: Detail = {
            "document": early.document_number,
            "value_date": early.value_date.isoformat(),
            "issue_date": early.issue_date.isoformat(),
        }
        found[early.payment_id] = NewFinding(
            FindingCode.PAYMENT_BEFORE_ISSUE,
            Subject.PAYMENT,
            early.payment_id,
            debtor.id,
            detail,
            early.receivable_id,
        )
    return list(found.values())
