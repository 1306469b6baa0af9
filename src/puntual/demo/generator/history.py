"""What happened with each customer: promises, disputes, holds, contacts and opt-outs."""

from puntual.demo.generator.days import Days
from puntual.demo.generator.draw import Draw
from puntual.demo.names import notes
from puntual.demo.types import (
    Archetype,
    Course,
    Customer,
    DataProblem,
    Dispute,
    Event,
    Receivable,
    Sector,
)

# Days from the due date, channel (None: the customer's own), share of cases in which it is done.
_LADDER = (
    (-7, "EMAIL", 0.2),
    (3, "EMAIL", 0.75),
    (8, "CALL", 0.8),
    (16, None, 0.7),
    (24, "CALL", 0.7),
    (35, "EMAIL", 0.7),
    (45, "CALL", 0.6),
    (62, "LETTER", 0.8),
    (80, "CALL", 0.6),
    (100, "VISIT", 0.5),
    (130, "LETTER", 0.8),
    (160, "CALL", 0.5),
    (185, "LEGAL", 0.9),
)
_CONTACT_GAP_DAYS = 2
_LETTER_GAP_DAYS = 30
_LEGAL_FROM_CENTS = 800_000  # A lawsuit over less costs more than it brings.
_ANSWER_SHARE = {Archetype.SILENT: 0.0, Archetype.CHRONIC: 0.4, Archetype.PROMISE_BREAKER: 0.5}
_ANSWER_SHARE_OF_OTHERS = 0.62
_WRONG_PARTY_SHARE = 0.15
_PROMISE_CHANNELS = ("CALL", "CALL", "CALL", "WHATSAPP", "EMAIL")
_KEPT_SHARE = {
    Archetype.SLOW: 0.3,
    Archetype.PARTIAL: 0.45,
    Archetype.STRATEGIC: 0.2,
    Archetype.SEASONAL: 0.25,
}
_LIVE_SHARE = {
    Archetype.SLOW: 0.45,
    Archetype.PARTIAL: 0.5,
    Archetype.PROMISE_BREAKER: 0.55,
    Archetype.CHRONIC: 0.3,
    Archetype.STRATEGIC: 0.6,
    Archetype.SEASONAL: 0.3,
}
_NEVER_PROMISING = frozenset((Archetype.PUNCTUAL, Archetype.EARLY, Archetype.NEW, Archetype.DISPUTING))
_INBOUND_SHARE = 0.3
_HOLD_SHARE = 0.14
_OPT_OUT_SHARE = 0.025


class HistoryMaker:
    """Writes a customer's history; what it tells agrees with the payments."""

    def __init__(self, *, draw: Draw, days: Days, worked_share: float) -> None:
        self._draw = draw
        self._days = days
        self._worked_share = worked_share

    def make(
        self,
        *,
        customer: Customer,
        receivables: list[Receivable],
        courses: list[Course],
        disputes: dict[str, Dispute],
    ) -> list[Event]:
        """Return the events until today in the order of their days."""
        history = _History(customer, self._draw, self._days)
        for folio, dispute in disputes.items():
            history.dispute(folio, dispute)
        cases = list(zip(receivables, courses, strict=True))
        history.hold(cases)
        history.opt_out(receivables)
        if self._draw.chance(self._worked_share):
            if customer.archetype not in _NEVER_PROMISING:
                for receivable, course in cases:
                    if receivable.due_day < self._days.today and receivable.folio not in disputes:
                        history.promises(receivable, course)
            history.contacts(cases, disputes)
        history.inbound(receivables)
        history.events.sort(key=_by_day)
        return history.events


class _History:
    """The events of one customer while they are being written."""

    def __init__(self, customer: Customer, draw: Draw, days: Days) -> None:
        self.events: list[Event] = []
        self._customer = customer
        self._is_consumer = customer.sector is Sector.CONSUMER
        self._draw = draw
        self._days = days
        self._contacted: set[int] = set()  # Days too near to another contact.
        self._quiet: list[tuple[int, int]] = []  # No contact of ours in these spans.
        self._promised: list[tuple[int, int]] = []
        self._opted_out: dict[str, int] = {}
        self._letters = 0
        self._letter_day = 0
        self._is_legal = False
        self._last_note = ""

    # What stops contacts comes first.

    def dispute(self, folio: str, dispute: Dispute) -> None:
        """Write when a dispute was opened and how it was closed."""
        note = {"folio": folio, "reason": notes.DISPUTE_REASONS[dispute.topic], "note": dispute.note}
        self._add(dispute.opened, "dispute_opened", note)
        if dispute.closed is not None:
            resolution, note_closed = self._draw.choice(notes.RESOLUTIONS[dispute.topic])
            details = {"folio": folio, "resolution": resolution, "note": note_closed}
            self._add(dispute.closed, "dispute_closed", details)
        self._quiet.append((dispute.opened, dispute.closed or self._days.today))

    def hold(self, cases: list[tuple[Receivable, Course]]) -> None:
        """Stop some customers with overdue debt for a while; most of these holds are running."""
        draw, days = self._draw, self._days
        if self._quiet or not draw.chance(_HOLD_SHARE):
            return
        overdue = [r for r, course in cases if course.settled_day is None and r.due_day < days.today - 10]
        if not overdue:
            return
        start = days.next_working[max(overdue[0].due_day + 5, days.today - draw.between(3, 70))]
        if start > days.today:
            return
        until = days.next_working[start + draw.between(15, 75)]
        reason, note = draw.choice(notes.HOLDS)
        self._add(start, "hold", {"reason": reason, "until": days.iso[until], "note": note})
        self._quiet.append((start, until))

    def opt_out(self, receivables: list[Receivable]) -> None:
        """Let some customers close one channel."""
        draw, days = self._draw, self._days
        if not draw.chance(_OPT_OUT_SHARE):
            return
        first = receivables[0].issue_day
        day = days.next_working[first + draw.between(1, max(1, days.today - first))]
        if day <= days.today:
            channel = draw.choice(("WHATSAPP", "WHATSAPP", "SMS", "EMAIL"))
            self._add(day, "opt_out", {"channel": channel, "note": notes.OPT_OUT_NOTES[channel]})
            self._opted_out[channel] = day

    # Promises.

    def promises(self, receivable: Receivable, course: Course) -> None:
        """Write what was promised for one overdue receivable."""
        draw = self._draw
        archetype = self._customer.archetype
        due = receivable.due_day
        owed = receivable.cents
        if archetype is Archetype.PROMISE_BREAKER:
            self._promise(due + draw.between(5, 8), due + draw.between(12, 15), owed, course)
            self._promise(due + draw.between(17, 20), due + draw.between(24, 28), owed, course, again=True)
        elif archetype is Archetype.CHRONIC:
            self._promise(due + draw.between(15, 22), due + draw.between(28, 34), owed, course)
            if draw.chance(0.6):
                later = due + draw.between(55, 65)
                self._promise(later, later + draw.between(8, 15), owed, course, again=True)
        elif archetype is Archetype.SILENT and draw.chance(0.15):
            self._promise(due + draw.between(12, 20), due + draw.between(25, 32), owed, course)
        for day, cents in course.parts:
            share = 0.5 if archetype is Archetype.PROMISE_BREAKER else _KEPT_SHARE.get(archetype, 0.0)
            if day > due + 7 and draw.chance(share):
                self._promise(day - draw.between(3, 6), day + draw.between(0, 2), cents, None)
        if course.settled_day is None and draw.chance(_LIVE_SHARE.get(archetype, 0.0)):
            left = owed - sum(cents for _, cents in course.parts)
            today = self._days.today
            made = max(due + 3, today - draw.between(1, 6))
            self._promise(made, max(made + 1, today + draw.between(0, 9)), left, course)

    def _promise(
        self, made: int, due: int, cents: int, course: Course | None, *, again: bool = False
    ) -> None:
        """
        Write one promise with the talk that led to it, unless it cannot have happened.

        With a course given, nothing is promised on or after the day of settlement.
        """
        draw, days = self._draw, self._days
        if made > days.today:
            return
        made = days.next_working[made]
        if made > days.today:
            return
        due = max(due, made + 1)
        if course is not None:
            due = days.next_working[due]
            if course.settled_day is not None and made >= course.settled_day:
                return
        if not self._is_free(made) or any(start <= due and made <= end for start, end in self._promised):
            return
        channel = draw.choice(_PROMISE_CHANNELS)
        if not self._can_use(channel, made):
            channel = "CALL" if self._can_use("CALL", made) else "WHATSAPP"
        pool: tuple[str, ...]
        if again and self._promised:
            pool = notes.REPEATED_PROMISE_NOTES
        elif self._customer.is_company:
            pool = notes.COMPANY_PROMISE_NOTES
        else:
            pool = notes.PROMISE_NOTES
        details = {
            "amount": f"{cents // 100}.{cents % 100:02d}",
            "currency": self._customer.currency,
            "due_date": days.iso[due],
            "channel": channel,
            "note": self._say(self._pick(pool), due),
        }
        self._promised.append((made, due))
        self._add(made, "promise", details)
        self._mark(made)

    # Contacts.

    def contacts(self, cases: list[tuple[Receivable, Course]], disputes: dict[str, Dispute]) -> None:
        """Write the reminders, calls and notices as a collector does: by customer, day after day."""
        days = self._days
        steps: list[tuple[int, int, str | None, Receivable]] = []
        for receivable, course in cases:
            if receivable.folio not in disputes:
                self._add_steps(steps, receivable, course)
        if not steps:
            return
        steps.sort(key=_by_step)
        for day, offset, channel, receivable in steps:
            if not self._is_free(day) or any(start <= day <= end for start, end in self._promised):
                continue
            if offset < 0 and _has_overdue(cases, day):
                continue
            if channel in ("LETTER", "LEGAL"):
                self._letter(day, offset, sum(r.cents for r, c in cases if _is_overdue(r, c, days.today)))
            elif channel == "VISIT":
                self._visit(day)
            elif channel == "CALL":
                self._call(day, offset)
            else:
                self._message(channel, day, offset, receivable.due_day)
            if self._is_legal:
                return

    def _add_steps(
        self,
        steps: list[tuple[int, int, str | None, Receivable]],
        receivable: Receivable,
        course: Course,
    ) -> None:
        """Add what is due for one receivable until it was settled."""
        random, next_working = self._draw.random, self._days.next_working
        due = receivable.due_day
        end = min(self._days.today, (course.settled_day or self._days.today + 1) - 1)
        for offset, channel, share in _LADDER:
            day = due + offset
            if day > end:
                return
            if day > receivable.issue_day and random() < share:
                day = next_working[day]
                if day <= end and (offset > 0 or day < due):
                    steps.append((day, offset, channel, receivable))

    def _message(self, channel: str | None, day: int, offset: int, due: int) -> None:
        if channel is None:
            channel = "WHATSAPP" if self._draw.chance(0.75) else "SMS"
        if not self._can_use(channel, day):
            channel = "EMAIL" if channel != "EMAIL" else "WHATSAPP"
        if self._can_use(channel, day):
            note = notes.PREVENTIVE_NOTE if offset < 0 else notes.OVERDUE_NOTES[channel]
            self._outbound(day, channel, "SENT", self._say(note, due))

    def _letter(self, day: int, offset: int, overdue_cents: int) -> None:
        """Send a formal notice, then the last one, then hand the case over; never backwards."""
        if day < self._letter_day + _LETTER_GAP_DAYS:
            return
        worth = overdue_cents >= _LEGAL_FROM_CENTS
        if self._letters == 0:
            note = notes.FORMAL_NOTE
        elif self._letters == 1 and offset > 100 and worth:
            note = notes.LAST_NOTE
        elif self._letters >= 2 and offset > 180 and worth and self._customer.archetype is Archetype.SILENT:
            note = notes.LEGAL_NOTE
            self._is_legal = True
        else:
            return
        self._letters += 1
        self._letter_day = day
        self._outbound(day, "LETTER", "SENT", note)

    def _visit(self, day: int) -> None:
        if self._customer.archetype is Archetype.SILENT:
            self._outbound(day, "VISIT", "NO_ANSWER", self._pick(notes.SILENT_VISIT_NOTES))
        elif not self._is_consumer:
            met = self._draw.chance(0.5)
            self._outbound(
                day, "VISIT", "EFFECTIVE" if met else "NO_ANSWER", self._say(notes.VISIT_NOTES[met], day)
            )

    def _call(self, day: int, offset: int) -> None:
        archetype = self._customer.archetype
        if self._customer.problem is DataProblem.WRONG_PHONE:
            self._outbound(day, "CALL", "FAILED", notes.WRONG_PHONE_NOTE)
        elif self._draw.chance(_ANSWER_SHARE.get(archetype, _ANSWER_SHARE_OF_OTHERS)):
            pools = notes.CONSUMER_ANSWERED_NOTES if self._is_consumer else notes.ANSWERED_NOTES
            pool = pools.get(archetype.value, pools["PUNCTUAL"])
            self._outbound(day, "CALL", "EFFECTIVE", self._say(self._pick(pool), day))
        elif archetype is not Archetype.SILENT and self._draw.chance(_WRONG_PARTY_SHARE):
            self._outbound(day, "CALL", "WRONG_PARTY", self._say(notes.WRONG_PARTY_NOTE, day))
        else:
            long_silent = archetype is Archetype.SILENT and offset > 20
            pool = notes.SILENT_NOTES if long_silent else notes.NO_ANSWER_NOTES
            self._outbound(day, "CALL", "NO_ANSWER", self._pick(pool))

    def inbound(self, receivables: list[Receivable]) -> None:
        """Let some customers call or write by themselves."""
        draw, days = self._draw, self._days
        if self._customer.archetype is Archetype.SILENT or not draw.chance(_INBOUND_SHARE):
            return
        first = receivables[0].issue_day
        day = days.next_working[first + draw.between(0, max(0, days.today - first))]
        if day > days.today:
            return
        pool = notes.CONSUMER_INBOUND_NOTES if self._is_consumer else notes.COMPANY_INBOUND_NOTES
        details = {
            "channel": draw.choice(("CALL", "WHATSAPP", "EMAIL") if self._customer.email else ("CALL",)),
            "direction": "INBOUND",
            "result": "INBOUND",
            "note": self._say(draw.choice(pool), day),
        }
        self._add(day, "contact", details)

    # Details.

    def _outbound(self, day: int, channel: str, result: str, note: str) -> None:
        details = {"channel": channel, "direction": "OUTBOUND", "result": result, "note": note}
        self._add(day, "contact", details)
        self._mark(day)

    def _add(self, day: int, kind: str, details: dict[str, str]) -> None:
        self.events.append(Event(day, kind, details))

    def _mark(self, day: int) -> None:
        self._contacted.update(range(day - _CONTACT_GAP_DAYS, day + _CONTACT_GAP_DAYS + 1))

    def _is_free(self, day: int) -> bool:
        return day not in self._contacted and not any(start <= day <= end for start, end in self._quiet)

    def _can_use(self, channel: str, day: int) -> bool:
        problem = self._customer.problem
        if channel == "EMAIL" and problem is DataProblem.NO_EMAIL:
            return False
        if channel != "EMAIL" and problem is DataProblem.WRONG_PHONE:
            return False
        return day < self._opted_out.get(channel, day + 1)

    def _pick(self, pool: tuple[str, ...]) -> str:
        """Return a note that is not the same as the last one, where there is another."""
        note = self._draw.choice(pool)
        if note == self._last_note:
            note = self._draw.choice(pool)
        self._last_note = note
        return note

    def _say(self, note: str, day: int) -> str:
        return note.format(short=self._customer.short_name, due=self._days.words[day])


def _is_overdue(receivable: Receivable, course: Course, day: int) -> bool:
    return receivable.due_day < day and (course.settled_day is None or course.settled_day > day)


def _has_overdue(cases: list[tuple[Receivable, Course]], day: int) -> bool:
    return any(_is_overdue(receivable, course, day) for receivable, course in cases)


def _by_step(step: tuple[int, int, str | None, Receivable]) -> tuple[int, int]:
    return step[0], -step[1]  # On one day the firmest step wins.


def _by_day(event: Event) -> int:
    return event.day
