"""
The overdue share of the portfolio while it is being made.

A few big debtors decide how much of a small portfolio is overdue, so chance alone would make some of
them implausible. The balance steers the amounts of the customers that pay worst.
"""

from puntual.demo.types import Archetype, Course, Receivable

PESOS_PER_DOLLAR = 18
_WORST = frozenset((Archetype.SILENT, Archetype.CHRONIC, Archetype.PROMISE_BREAKER))
_TARGET = 0.33  # New customers come last and owe nothing overdue: about 0.30 remain.
_SETTLED_IN_AFTER = 40  # Customers; before that the share says little.
_SCALE_MIN = 0.4
_SCALE_MAX = 1.8


class Balance:
    """Open and overdue amounts so far."""

    def __init__(self, *, today: int) -> None:
        self._today = today
        self._open = 0
        self._overdue = 0
        self._customers = 0

    def scale(self, *, archetype: Archetype) -> float:
        """Return by how much the amounts of a customer of this kind are scaled."""
        if archetype not in _WORST or self._customers < _SETTLED_IN_AFTER or not self._overdue:
            return 1.0
        return min(_SCALE_MAX, max(_SCALE_MIN, (_TARGET * self._open / self._overdue) ** 2))

    def add(self, *, receivables: list[Receivable], courses: list[Course], currency: str) -> None:
        """Count what a customer owes today."""
        rate = PESOS_PER_DOLLAR if currency == "USD" else 1
        for receivable, course in zip(receivables, courses, strict=True):
            if course.settled_day is None:
                left = (receivable.cents - sum([cents for _, cents in course.parts])) * rate
                self._open += left
                if receivable.due_day < self._today:
                    self._overdue += left
        self._customers += 1
