"""The days of the demo: texts, working days and months, looked up by ordinal."""

from datetime import date, timedelta

HISTORY_DAYS = 548  # 18 months.
_BEFORE = HISTORY_DAYS + 30
_AFTER = 640  # The last note of a series signed today, and its notices.

_WEEKDAYS = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")
_MONTHS = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio",
    "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
)  # fmt: skip


class Days:
    """Every day that the demo can name; ordinals in, texts and ordinals out."""

    def __init__(self, *, today: date) -> None:
        self.today = today.toordinal()
        self.first = self.today - HISTORY_DAYS
        span = range(self.today - _BEFORE, self.today + _AFTER)
        dates = {o: date.fromordinal(o) for o in span}
        self.numeric = {o: d.strftime("%d/%m/%Y") for o, d in dates.items()}
        self.iso = {o: d.isoformat() for o, d in dates.items()}
        self.words = {
            o: f"{_WEEKDAYS[d.weekday()]} {d.day} de {_MONTHS[d.month - 1]}" for o, d in dates.items()
        }
        self.month = {o: d.month for o, d in dates.items()}
        self._month_starts: dict[int, tuple[int, int]] = {}
        for o, d in dates.items():
            if d.day == 1:
                following = (d + timedelta(days=31)).replace(day=1)
                self._month_starts[d.year * 12 + d.month - 1] = (o, following.toordinal() - o)
        working = [o for o, d in dates.items() if d.weekday() < 5 and not _is_holiday(d)]
        selling = [o for o, d in dates.items() if d.weekday() < 6 and not _is_holiday(d)]
        self.next_working = _following(span, working)
        self.next_selling = _following(span, selling)
        self.last_selling = _preceding(span, selling)
        self.this_month = today.year * 12 + today.month - 1

    def in_month(self, month: int, day: int) -> int:
        """Return the ordinal of a day in a month counted from year 0; late days stop at its end."""
        start, length = self._month_starts[month]
        return start + min(day, length) - 1

    def month_of(self, ordinal: int) -> int:
        """Return the month of a day, counted from year 0."""
        d = date.fromordinal(ordinal)
        return d.year * 12 + d.month - 1


def _is_holiday(d: date) -> bool:
    """Return whether the Mexican labor law makes it a day of rest."""
    if (d.month, d.day) in ((1, 1), (5, 1), (9, 16), (12, 25)):
        return True
    nth_monday = (d.day - 1) // 7 + 1 if d.weekday() == 0 else 0
    return (d.month, nth_monday) in ((2, 1), (3, 3), (11, 3))


def _following(span: range, allowed: list[int]) -> dict[int, int]:
    table: dict[int, int] = {}
    best = max(allowed)
    chosen = set(allowed)
    for o in reversed(span):
        best = o if o in chosen else best
        table[o] = best
    return table


def _preceding(span: range, allowed: list[int]) -> dict[int, int]:
    table: dict[int, int] = {}
    best = min(allowed)
    chosen = set(allowed)
    for o in span:
        best = o if o in chosen else best
        table[o] = best
    return table
