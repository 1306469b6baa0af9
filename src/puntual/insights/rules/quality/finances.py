"""Signs that the debtor's money has changed: slower than before, returned payments, paying in parts."""

from collections.abc import Sequence
from datetime import date, timedelta
from statistics import median

from puntual.insights.types import (
    DebtFacts,
    DebtorFacts,
    FindingCode,
    NewFinding,
    QualitySetting,
    Subject,
)

# The last days are compared with the rest of the year before them.
RECENT_DAYS = 90
PAST_DAYS = 365
# So many settled documents on each side, at least, tell of a change.
SETTLED_MIN = 3
SLOWER_BY_DAYS = 10
PARTS_MIN = 2


def finance_findings(*, debtor: DebtorFacts, setting: QualitySetting) -> list[NewFinding]:
    """Find signs that a debtor who owes can pay less than before."""
    if not any(debt.open_amount > 0 for debt in debtor.debts):
        return []
    found = [
        payment_returned(debtor=debtor, today=setting.today),
        pays_slower(debtor=debtor, today=setting.today),
        pays_in_parts(debtor=debtor, today=setting.today),
    ]
    return [one for one in found if one is not None]


def payment_returned(*, debtor: DebtorFacts, today: date) -> NewFinding | None:
    """Find a debtor whose payment came back in the last days: a debit without funds, a bad cheque."""
    recent = [one for one in debtor.returned if one.returned_on > today - timedelta(days=RECENT_DAYS)]
    if not recent:
        return None
    last = max(recent, key=lambda one: (one.returned_on, one.payment_id))
    return NewFinding(
        FindingCode.PAYMENT_RETURNED,
        Subject.CUSTOMER,
        debtor.id,
        debtor.id,
        {
            "count": len(recent),
            "payment_id": last.payment_id,
            "returned_on": last.returned_on.isoformat(),
            "amount": str(last.amount),
            "currency": last.currency,
            "reason": last.reason,
        },
    )


def _split(debts: Sequence[DebtFacts], today: date) -> tuple[list[DebtFacts], list[DebtFacts]]:
    """Part documents by when money last came for them: in the last days, and in the year before."""
    edge, start = today - timedelta(days=RECENT_DAYS), today - timedelta(days=PAST_DAYS)
    recent = [one for one in debts if one.last_paid_on is not None and edge < one.last_paid_on <= today]
    past = [one for one in debts if one.last_paid_on is not None and start < one.last_paid_on <= edge]
    return recent, past


def pays_slower(*, debtor: DebtorFacts, today: date) -> NewFinding | None:
    """Find a debtor who pays later than in the months before, by the median of settled documents."""
    settled = [debt for debt in debtor.debts if debt.open_amount == 0]
    recent, past = _split(settled, today)
    if len(recent) < SETTLED_MIN or len(past) < SETTLED_MIN:
        return None
    now, before = _delay(recent), _delay(past)
    if now - before < SLOWER_BY_DAYS or now <= 0:
        return None
    detail: dict[str, str | int | list[int] | list[str]] = {"now": now, "before": before}
    return NewFinding(FindingCode.PAYS_SLOWER, Subject.CUSTOMER, debtor.id, debtor.id, detail)


def _delay(debts: Sequence[DebtFacts]) -> int:
    return round(
        median((debt.last_paid_on - debt.original_due_date).days for debt in debts if debt.last_paid_on)
    )


def pays_in_parts(*, debtor: DebtorFacts, today: date) -> NewFinding | None:
    """Find a debtor who has begun to pay documents in parts."""
    recent, past = _split(debtor.debts, today)
    recent_parts, past_parts = sum(map(_is_in_parts, recent)), sum(map(_is_in_parts, past))
    if len(past) < SETTLED_MIN or recent_parts < PARTS_MIN:
        return None
    # From at most one in five to at least half.
    if past_parts * 5 > len(past) or recent_parts * 2 < len(recent):
        return None
    detail: dict[str, str | int | list[int] | list[str]] = {
        "parts": recent_parts,
        "documents": len(recent),
        "before": past_parts,
        "before_documents": len(past),
    }
    return NewFinding(FindingCode.PAYS_IN_PARTS, Subject.CUSTOMER, debtor.id, debtor.id, detail)


def _is_in_parts(debt: DebtFacts) -> bool:
    return debt.payments > 1 or (debt.payments == 1 and debt.open_amount > 0)
