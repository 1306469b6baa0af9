"""How each kind of customer pays: when, in how many parts, and which folios together."""

from collections.abc import Callable

from puntual.demo.generator.days import Days
from puntual.demo.generator.draw import Draw
from puntual.demo.types import Archetype, Course, Customer, Dispute, Payment, Receivable, Sector

_Part = tuple[int, int]  # Day and cents.

_CASH_MONTHS = {
    Sector.FURNITURE_STORE: (1, 5, 12),
    Sector.HOTEL: (1, 4, 8, 12),
    Sector.SCHOOL: (1, 2, 8, 9),
    Sector.CONTRACTOR: (3, 6, 10, 12),
    Sector.CONSUMER: (5, 8, 12),
}
_OFF_SEASON_SHARE = 0.45
_COMPANY_METHODS = ("Transferencia SPEI",) * 8 + ("Cheque", "Depósito en ventanilla")
_CONSUMER_METHODS = (
    ("Transferencia SPEI",) * 3
    + ("Depósito en ventanilla",) * 3
    + ("Pago en tienda de conveniencia",) * 3
    + ("Tarjeta de débito", "Efectivo en sucursal")
)
_REFERENCE_PREFIXES = {
    "Transferencia SPEI": "SPEI",
    "Cheque": "CHQ",
    "Depósito en ventanilla": "DEP",
    "Pago en tienda de conveniencia": "TDA",
    "Tarjeta de débito": "TPV",
    "Efectivo en sucursal": "CAJ",
}
_TOGETHER_SHARE = {
    Archetype.SLOW: 0.8,
    Archetype.SEASONAL: 0.8,
    Archetype.STRATEGIC: 0.9,
    Archetype.CHRONIC: 0.5,
    Archetype.PROMISE_BREAKER: 0.5,
    Archetype.PUNCTUAL: 0.4,
}
_TOGETHER_DAYS = 6
_OVERPAID_SHARE = 0.003
OVERPAYMENT_MARK = "-SF"  # Saldo a favor.
_REFERENCES = 10_000_000
_REFERENCE_STEP = 3_810_073  # Shares no divisor with the count, so no reference repeats before it.


class PaymentMaker:
    """Makes a customer's payments from receivables, behavior and disputes."""

    def __init__(self, *, draw: Draw, days: Days) -> None:
        self._draw = draw
        self._days = days
        self._count = draw.between(0, _REFERENCES - 1)
        self._plans: dict[Archetype, Callable[[Customer, Receivable], list[_Part]]] = {
            Archetype.PUNCTUAL: self._punctual,
            Archetype.NEW: self._punctual,
            Archetype.EARLY: self._early,
            Archetype.SLOW: self._slow,
            Archetype.SEASONAL: self._seasonal,
            Archetype.PROMISE_BREAKER: self._broken_promises,
            Archetype.CHRONIC: self._chronic,
            Archetype.DISPUTING: self._grudging,
            Archetype.STRATEGIC: self._bureaucratic,
            Archetype.PARTIAL: self._in_parts,
            Archetype.SILENT: self._before_silence,
        }

    def make(
        self, *, customer: Customer, receivables: list[Receivable], disputes: dict[str, Dispute]
    ) -> tuple[list[Payment], list[Course]]:
        """Return the payments until today and what became of each receivable, in its order."""
        draw = self._draw
        method = draw.choice(_COMPANY_METHODS if customer.is_company else _CONSUMER_METHODS)
        together = _TOGETHER_SHARE.get(customer.archetype, 0.0) if customer.is_company else 0.0
        plan = self._plans[customer.archetype]
        today, next_working, is_company = self._days.today, self._days.next_working, customer.is_company
        stop = self._silent_from(customer, receivables)
        payments: list[Payment] = []
        courses: list[Course] = []
        last_day, reference = 0, ""
        for position, receivable in enumerate(receivables):
            dispute = disputes.get(receivable.folio)
            if dispute is not None:
                planned = self._after_dispute(receivable, dispute)
            else:
                planned = plan(customer, receivable) if position < stop else []
            parts: list[_Part] = []
            owed = receivable.cents
            for wanted, cents in planned:
                day = max(wanted, receivable.issue_day + 1)
                if is_company and day <= today:
                    day = next_working[day]
                if day > today:
                    break
                surplus = 0
                if (
                    together
                    and not parts
                    and dispute is None
                    and receivable.issue_day < last_day <= day <= last_day + _TOGETHER_DAYS
                    and draw.chance(together)
                ):
                    day = last_day
                else:
                    last_day, reference = day, self._reference(method)
                    if cents == receivable.cents and draw.chance(_OVERPAID_SHARE):
                        surplus = _surplus(cents)
                        reference += OVERPAYMENT_MARK
                parts.append((day, cents))
                owed -= cents
                payments.append(
                    Payment(receivable.folio, day, cents + surplus, method, reference, surplus > 0)
                )
            courses.append(Course(parts, None if owed else day))
        payments.sort(key=_by_day)
        return payments, courses

    # When a customer means to pay what; days after today have not come yet.

    def _punctual(self, customer: Customer, receivable: Receivable) -> list[_Part]:
        return [(receivable.due_day + self._draw.between(-2, 3), receivable.cents)]

    def _early(self, customer: Customer, receivable: Receivable) -> list[_Part]:
        term = receivable.due_day - receivable.issue_day
        ahead = min(24, max(4, term * self._draw.between(25, 80) // 100))
        return [(receivable.due_day - ahead, receivable.cents)]

    def _slow(self, customer: Customer, receivable: Receivable) -> list[_Part]:
        return [(receivable.due_day + self._draw.between(10, 25), receivable.cents)]

    def _seasonal(self, customer: Customer, receivable: Receivable) -> list[_Part]:
        return [(self._in_season(customer.sector, receivable.due_day), receivable.cents)]

    def _broken_promises(self, customer: Customer, receivable: Receivable) -> list[_Part]:
        draw = self._draw
        first = receivable.due_day + draw.between(33, 80)
        if draw.chance(0.4):
            return _split(receivable.cents, first, first + draw.between(18, 40), draw.between(4, 7))
        return [(first, receivable.cents)]

    def _chronic(self, customer: Customer, receivable: Receivable) -> list[_Part]:
        draw = self._draw
        first = receivable.due_day + draw.between(95, 150)
        return _split(receivable.cents, first, first + draw.between(20, 45), draw.between(3, 7))

    def _grudging(self, customer: Customer, receivable: Receivable) -> list[_Part]:
        return [(receivable.due_day + self._draw.between(0, 8), receivable.cents)]

    def _bureaucratic(self, customer: Customer, receivable: Receivable) -> list[_Part]:
        return [(receivable.due_day + self._draw.between(3, 14), receivable.cents)]

    def _in_parts(self, customer: Customer, receivable: Receivable) -> list[_Part]:
        draw, cents = self._draw, receivable.cents
        first = receivable.due_day + draw.between(-1, 6)
        second = first + draw.between(14, 30)
        if draw.chance(0.5):
            return _split(cents, first, second, draw.between(4, 6))
        part = _rounded(cents * 4 // 10)
        return [(first, part), (second, part), (second + draw.between(12, 30), cents - 2 * part)]

    def _before_silence(self, customer: Customer, receivable: Receivable) -> list[_Part]:
        return [(receivable.due_day + self._draw.between(0, 20), receivable.cents)]

    def _after_dispute(self, receivable: Receivable, dispute: Dispute) -> list[_Part]:
        if dispute.closed is None:
            return []
        draw = self._draw
        day = max(receivable.due_day + draw.between(0, 4), dispute.closed + draw.between(4, 12))
        return [(day, receivable.cents)]

    def _in_season(self, sector: Sector, due: int) -> int:
        """Return a day in the next month with cash, or soon when that month is now."""
        months = _CASH_MONTHS[sector]
        draw = self._draw
        month = self._days.month_of(due)
        if month % 12 + 1 in months or not draw.chance(_OFF_SEASON_SHARE):
            return due + draw.between(0, 7)
        while month % 12 + 1 not in months:
            month += 1
        if month > self._days.this_month + 1:
            return self._days.today + 1
        return self._days.in_month(month, 1) + draw.between(4, 18)

    def _silent_from(self, customer: Customer, receivables: list[Receivable]) -> int:
        """Return from which receivable on a silent customer pays nothing."""
        if customer.archetype is not Archetype.SILENT:
            return len(receivables)
        return len(receivables) * self._draw.between(45, 85) // 100

    def _reference(self, method: str) -> str:
        self._count += 1
        return f"{_REFERENCE_PREFIXES[method]}{self._count * _REFERENCE_STEP % _REFERENCES:07d}"


def _surplus(cents: int) -> int:
    """Return what is over when somebody rounds a payment up to the next thousand."""
    return 100_000 - cents % 100_000


def _split(cents: int, first: int, second: int, tenths: int) -> list[_Part]:
    part = _rounded(cents * tenths // 10)
    return [(first, part), (second, cents - part)]


def _rounded(cents: int) -> int:
    """Return the amount as people hand it over: whole hundreds of pesos, else whole pesos."""
    return cents // 10_000 * 10_000 or cents // 100 * 100


def _by_day(payment: Payment) -> int:
    return payment.day
