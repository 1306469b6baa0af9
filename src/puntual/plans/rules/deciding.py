"""
What should happen next for one customer, and why?

Pure: facts of a day, a plan and what was already done go in; one answer for every step comes out, and the steps
that would be taken: at most one move of the case, which reaches nobody, and contacts of which at most one is made.
Nothing here knows the clock, the law or the database.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from puntual.agreements.types import PORTFOLIO_HOLD
from puntual.assessment.rules import contactable
from puntual.assessment.rules.conditions import asker
from puntual.assessment.types import ALWAYS, Facts, Placement
from puntual.lib.days import add_business_days, is_business_day
from puntual.plans.types import (
    Anchor,
    Answer,
    Intent,
    Missed,
    MoveTarget,
    Outcome,
    PastActions,
    PlanDocument,
    Reason,
    Step,
)

_DAY = timedelta(days=1)
# Which step is taken when several could be today: the more pressing anchor first.
_PRIORITY = {
    Anchor.PROMISE_BROKEN: 0,
    Anchor.OLDEST_DUE_DATE: 1,
    Anchor.STAGE_ENTRY: 2,
    Anchor.LAST_CONTACT: 3,
    Anchor.PROMISE_DUE_DATE: 4,
    Anchor.DUE_DATE: 5,
    Anchor.PAYMENT: 6,
}
# Whoever has the case speaks for it; the company's own steps rest.
_HANDED_OVER = {MoveTarget.AGENCY.value: Reason.WITH_AGENCY, MoveTarget.LEGAL.value: Reason.WITH_LEGAL}
Answers = tuple[Answer, ...]
# A step that may be taken today, its anchor, and the last day on which it may.
_Ready = tuple[Step, date, date]


@dataclass(frozen=True, slots=True)
class _Case:
    """What of a customer's facts a decision looks at: equal cases are decided alike, and once."""

    owes: bool
    is_below_minimum: bool
    stage_key: str
    segment_key: str
    hold_until: date | None
    is_portfolio_hold: bool
    is_disputed: bool
    oldest_due_date: date | None
    has_disputed: bool
    # The last day of the hold of a document that ends first; a hold of everything is `hold_until`.
    held_until: date | None
    is_overdue: bool
    is_current: bool
    coming: tuple[date, ...]
    promise_due_date: date | None
    broken_promise_on: date | None
    last_payment_on: date | None
    last_contact_on: date | None
    stage_entered_on: date | None
    # The day on which the others go on after a first word that came late; None: they need not wait.
    answered_by: date | None
    conditions: tuple[bool, ...]
    past: PastActions


class Decider:
    """Decides for one plan on one day."""

    def __init__(
        self, *, plan: PlanDocument, today: date, country: str, stopped: frozenset[str] = frozenset()
    ) -> None:
        self.plan = plan
        # Keys of the steps that a person stopped for this day.
        self._stopped = stopped
        self._today = today
        self._country = country
        self._ranks = {stage.key: rank for rank, stage in enumerate(plan.stages)}
        self._minimum = dict(plan.balance_min)
        asked = {step.condition for step in plan.steps if step.condition is not ALWAYS}
        self._conditions = {condition: asker(condition) for condition in asked}
        self._places = {condition: place for place, condition in enumerate(self._conditions)}
        self._first_words = [step for step in plan.steps if step.first_word_days is not None]
        before = [step for step in plan.steps if step.anchor is Anchor.DUE_DATE]
        # Coming due dates further away than any step looks make no difference, but for the first of them.
        self._ahead = today + timedelta(days=max((-step.offset_days for step in before), default=0) + 7)
        self._known: dict[_Case, tuple[Answers, tuple[_Ready, ...]]] = {}
        self._days: dict[tuple[int, date], date] = {}

    def decide(
        self, *, facts: Facts, placement: Placement, past: PastActions
    ) -> tuple[Answers, tuple[Intent, ...]]:
        """
        Answer every step of the plan for one customer, in the plan's order; return what may be taken with it.

        First a move of the case, where there is one; then the contacts in the order in which they are tried, until
        the law lets one be made. The move and the first contact are ACT, the other contacts wait. A step never acts
        twice for one anchor.
        """
        case = self._case(facts, placement, past)
        found = self._known.get(case)
        if found is None:
            found = self._known[case] = self._decide(case)
        answers, ready = found
        return answers, tuple(
            [Intent(facts.customer_id, step, anchor, last_day) for step, anchor, last_day in ready]
        )

    def _case(self, facts: Facts, placement: Placement, past: PastActions) -> _Case:
        # What is in dispute or on hold is owed, but nobody is asked for it.
        free = contactable(facts)
        coming = free.coming_due_dates
        if len(coming) > 1 and coming[-1] > self._ahead:
            near = [day for day in coming if day <= self._ahead]
            coming = (*near, coming[len(near)])
        return _Case(
            owes=facts.open_count > 0,
            is_below_minimum=self._is_below_minimum(free),
            stage_key=placement.stage_key,
            segment_key=placement.segment_key,
            hold_until=facts.hold_until,
            is_portfolio_hold=(facts.hold_reason or "").startswith(PORTFOLIO_HOLD),
            is_disputed=facts.has_customer_dispute,
            oldest_due_date=free.oldest_due_date,
            has_disputed=facts.disputed_count > 0,
            held_until=facts.contactable.held_until if facts.contactable else None,
            is_overdue=free.overdue_count > 0,
            is_current=not facts.overdue_amounts,
            coming=coming,
            promise_due_date=facts.promise_due_date,
            broken_promise_on=facts.broken_promise_on,
            last_payment_on=facts.last_payment_on,
            last_contact_on=facts.last_contact_on,
            stage_entered_on=placement.entered_on,
            answered_by=self._answered_by(facts, free.oldest_due_date, past),
            conditions=tuple([ask(free) for ask in self._conditions.values()]),
            past=past,
        )

    def _answered_by(self, facts: Facts, anchor: date | None, past: PastActions) -> date | None:
        """Return until when whoever had a first word later than its days is left to answer it, while it is the only."""
        said_on = facts.last_contact_on
        if facts.contact_count_30d != 1 or said_on is None or anchor is None:
            return None
        for step in self._first_words:
            if (step.key, anchor) in past.done and said_on > _last_day(step, self._day(step, anchor)):
                return said_on + timedelta(days=step.first_word_days or 0)
        return None

    def _is_first_word(self, step: Step, case: _Case) -> bool:
        """Say whether a step is the first word to somebody whom nobody contacted: in its stages or later ones."""
        return (
            step.first_word_days is not None
            and case.last_contact_on is None
            and case.is_overdue
            and (
                not step.stages
                or self._ranks.get(case.stage_key, -1) >= min(self._ranks[one] for one in step.stages)
            )
        )

    def _is_below_minimum(self, facts: Facts) -> bool:
        """Say whether all that may be asked for is too little to reach somebody for: a minimum counts by currency."""
        if not self._minimum or not facts.open_amounts:
            return False
        return all(amount < self._minimum.get(currency, 0) for currency, amount in facts.open_amounts)

    def _decide(self, case: _Case) -> tuple[Answers, tuple[_Ready, ...]]:
        answers: dict[int, Answer] = {}
        ready: list[_Ready] = []
        theirs = [step for step in self.plan.steps if self._is_theirs(step, case)]
        for step in self.plan.steps:
            answer = self._gate(step, case)
            if answer is None:
                answer, anchor, day = self._timing(step, case, theirs)
                if anchor is not None and step.key in self._stopped:
                    answer = Answer(step.number, Outcome.HOLD, (Reason.STEP_STOPPED,), self._today + _DAY)
                elif anchor is not None and self._leaves_time(step, case):
                    answer = Answer(step.number, Outcome.WAIT, (Reason.TIME_TO_ANSWER,), case.answered_by)
                elif anchor is not None:
                    ready.append((step, anchor, day))
            if answer is not None:
                answers[step.number] = answer
        chosen = self._choose(ready, case, answers)
        return tuple([answers[step.number] for step in self.plan.steps]), chosen

    def _choose(self, ready: list[_Ready], case: _Case, answers: dict[int, Answer]) -> tuple[_Ready, ...]:
        """Take the most pressing move and contact; the others wait for tomorrow, or for the law to refuse this one."""
        moves: list[_Ready] = []
        contacts: list[_Ready] = []
        tomorrow = self._today + _DAY
        for step, anchor, day in sorted(ready, key=lambda one: self._urgency(one, case)):
            # A move reaches nobody: it takes no place, and no message that waits stands in its way.
            is_move = step.channel is None
            if not is_move and (silent := self._silence(case)):
                answers[step.number] = Answer(step.number, Outcome.WAIT, (silent,), tomorrow)
                continue
            before = moves if is_move else contacts
            if before:
                is_after_first = not is_move and self._is_first_word(before[0][0], case)
                why = Reason.FIRST_WORD_FIRST if is_after_first else Reason.OTHER_STEP_TODAY
                answers[step.number] = Answer(step.number, Outcome.WAIT, (why,), tomorrow)
            else:
                answers[step.number] = self._acting(step, anchor, day)
            if not (is_move and moves):
                before.append((step, anchor, _last_day(step, day)))
        return (*moves, *contacts)

    def _acting(self, step: Step, anchor: date, day: date) -> Answer:
        """Take a step; a first word that came late says that it is one."""
        answer = acting(step=step, today=self._today)
        if step.first_word_days is None or day == self._day(step, anchor):
            return answer
        return replace(answer, reasons=(*answer.reasons, Reason.FIRST_WORD))

    def _urgency(self, ready: _Ready, case: _Case) -> tuple[int, int, int, int]:
        """Order steps: of those that make up for missed days the oldest first, else the firmest; a first word leads."""
        step, _anchor, day = ready
        place = day.toordinal() if step.missed is Missed.ALL else 0
        if self._is_first_word(step, case):
            place = -1
        return (_PRIORITY[step.anchor], place, -step.offset_days, step.number)

    def _leaves_time(self, step: Step, case: _Case) -> bool:
        """Say whether a contact that goes on by itself waits, because a first word has just been said."""
        goes_on = step.anchor in (Anchor.OLDEST_DUE_DATE, Anchor.STAGE_ENTRY)
        is_contact = step.channel is not None
        return goes_on and is_contact and case.answered_by is not None and case.answered_by > self._today

    def _silence(self, case: _Case) -> Reason | None:
        """Say why nobody reaches a customer today any more: a message waits, or a campaign or a person was first."""
        if case.past.has_pending:
            return Reason.ALREADY_QUEUED
        return Reason.CONTACTED_TODAY if case.last_contact_on == self._today else None

    def _is_theirs(self, step: Step, case: _Case) -> bool:
        """Say whether a step is for the customer's stage and segment, and its condition holds."""
        return (
            # Who paid everything is in no stage, and is thanked all the same.
            (step.anchor is Anchor.PAYMENT or self._is_in_stage(step, case))
            and (not step.segments or case.segment_key in step.segments)
            and self._fulfils(step, case)
        )

    def _is_in_stage(self, step: Step, case: _Case) -> bool:
        return not step.stages or case.stage_key in step.stages or self._is_first_word(step, case)

    def _fulfils(self, step: Step, case: _Case) -> bool:
        return step.condition is ALWAYS or case.conditions[self._places[step.condition]]

    def _gate(self, step: Step, case: _Case) -> Answer | None:
        """Answer a step that the customer's situation rules out before any date is looked at."""
        number = step.number
        if step.segments and case.segment_key not in step.segments:
            return Answer(number, Outcome.SKIPPED, (Reason.OTHER_SEGMENT,))
        if step.anchor is Anchor.PAYMENT:
            return self._gate_thanks(step, case)
        if not case.owes:
            return Answer(number, Outcome.SKIPPED, (Reason.NOTHING_OWED,))
        held = self._held(step, case)
        if held is not None:
            return held
        handed_over = self._handed_over(step, case)
        if handed_over is not None:
            return handed_over
        if case.is_disputed:
            return Answer(number, Outcome.HOLD, (Reason.IN_DISPUTE,))
        if case.oldest_due_date is None:
            return self._left_out(step, case)
        if case.is_below_minimum:
            return Answer(number, Outcome.SKIPPED, (Reason.BELOW_MINIMUM,))
        if step.anchor is Anchor.PROMISE_DUE_DATE:
            if case.promise_due_date is None:
                return Answer(number, Outcome.SKIPPED, (Reason.NO_PROMISE,))
            return self._gate_place(step, case)
        if case.promise_due_date is not None:
            last_day = add_business_days(
                day=case.promise_due_date, count=self.plan.promise_tolerance_days, country=self._country
            )
            return Answer(number, Outcome.HOLD, (Reason.PROMISE_ACTIVE,), max(last_day, self._today) + _DAY)
        return self._gate_place(step, case) or self._gate_anchor(step, case)

    def _held(self, step: Step, case: _Case) -> Answer | None:
        """Hold every step of who is on hold."""
        if case.hold_until is None:
            return None
        reason = Reason.PORTFOLIO_ON_HOLD if case.is_portfolio_hold else Reason.ON_HOLD
        return Answer(step.number, Outcome.HOLD, (reason,), case.hold_until + _DAY)

    def _left_out(self, step: Step, case: _Case) -> Answer:
        """Hold a step because every document is in dispute or on hold, until the first hold ends."""
        reasons = (Reason.IN_DISPUTE,) if case.has_disputed else ()
        if case.held_until is None:
            return Answer(step.number, Outcome.HOLD, reasons or (Reason.ON_HOLD,))
        return Answer(step.number, Outcome.HOLD, (*reasons, Reason.ON_HOLD), case.held_until + _DAY)

    def _handed_over(self, step: Step, case: _Case) -> Answer | None:
        """Hold the contacts of a case that an agency or legal has; moving it on is no contact."""
        moved_to = case.past.moved_to
        if step.channel is None or moved_to in self._ranks or moved_to not in _HANDED_OVER:
            return None
        return Answer(step.number, Outcome.HOLD, (_HANDED_OVER[moved_to],))

    def _gate_place(self, step: Step, case: _Case) -> Answer | None:
        if step.anchor is Anchor.DUE_DATE and case.is_overdue:
            return Answer(step.number, Outcome.SKIPPED, (Reason.OTHER_STAGE,))
        if not self._is_in_stage(step, case):
            day = self._day_ahead(step, case)
            if day is not None:
                return Answer(step.number, Outcome.WAIT, (Reason.NOT_YET,), day)
            return Answer(step.number, Outcome.SKIPPED, (Reason.STEP_OF_OTHER_STAGE,))
        if not self._fulfils(step, case):
            return Answer(step.number, Outcome.SKIPPED, (Reason.CONDITION_NOT_MET,))
        return None

    def _day_ahead(self, step: Step, case: _Case) -> date | None:
        """Return the day of a step of a later stage where time alone leads there, so that it is known in advance."""
        is_later = self._ranks.get(case.stage_key, 0) < max(self._ranks[key] for key in step.stages)
        if not is_later or step.anchor is not Anchor.OLDEST_DUE_DATE or case.oldest_due_date is None:
            return None
        day = self._day(step, case.oldest_due_date)
        return day if day > self._today else None

    def _gate_anchor(self, step: Step, case: _Case) -> Answer | None:
        """Answer a step whose anchor this customer does not have."""
        number = step.number
        if step.anchor is Anchor.PROMISE_BROKEN and case.broken_promise_on is None:
            return Answer(number, Outcome.SKIPPED, (Reason.NO_BROKEN_PROMISE,))
        if step.anchor is Anchor.PROMISE_BROKEN and not case.is_overdue:
            return Answer(number, Outcome.SKIPPED, (Reason.NOTHING_OVERDUE,))
        if step.anchor is Anchor.LAST_CONTACT and case.last_contact_on is None:
            return Answer(number, Outcome.SKIPPED, (Reason.NO_CONTACT_YET,))
        if step.anchor is Anchor.STAGE_ENTRY and case.stage_entered_on is None:
            return Answer(number, Outcome.SKIPPED, (Reason.STEP_OF_OTHER_STAGE,))
        return None

    def _gate_thanks(self, step: Step, case: _Case) -> Answer | None:
        paid_on = case.last_payment_on
        late = timedelta(days=step.offset_days + step.catch_up_days)
        if paid_on is None or self._day(step, paid_on) + late < self._today:
            return Answer(step.number, Outcome.SKIPPED, (Reason.NO_NEW_PAYMENT,))
        if not case.is_current:
            return Answer(step.number, Outcome.SKIPPED, (Reason.STILL_OWES,))
        if not self._fulfils(step, case):
            return Answer(step.number, Outcome.SKIPPED, (Reason.CONDITION_NOT_MET,))
        # A hold always wins: to thank is not to collect, but who asked for silence gets it.
        return self._held(step, case) or (self._handed_over(step, case) if case.owes else None)

    def _day(self, step: Step, anchor: date) -> date:
        """Return the day of a step: where it must be a working day, the next one, or before a due date the last one."""
        key = (step.number, anchor)
        day = self._days.get(key)
        if day is None:
            day = anchor + timedelta(days=step.offset_days + self._grace(step))
            while step.working_days and not is_business_day(day=day, country=self._country):
                day += -_DAY if step.anchor is Anchor.DUE_DATE else _DAY
            self._days[key] = day
        return day

    def _grace(self, step: Step) -> int:
        """Days of grace move what follows from being late."""
        return self.plan.grace_days if step.anchor is Anchor.OLDEST_DUE_DATE else 0

    def _timing(self, step: Step, case: _Case, theirs: list[Step]) -> tuple[Answer | None, date | None, date]:
        """Answer by dates; a step that is ready has no answer yet but its anchor and its day."""
        today, number = self._today, step.number
        if step.anchor is Anchor.DUE_DATE:
            return self._timing_before_due(step, case, theirs)
        anchor = _anchor_date(step.anchor, case)
        if anchor is None:
            raise AssertionError(f"the gate let {step.key} pass without an anchor")
        day = self._day(step, anchor)
        if (step.key, anchor) in case.past.done:
            return Answer(number, Outcome.DONE, (Reason.ALREADY_DONE,)), None, day
        if day > today:
            return self._not_yet(step, anchor, day), None, day
        if self._is_first_word(step, case):
            is_late = _last_day(step, day) < today or self._is_overtaken(step, anchor, theirs)
            return None, anchor, today if is_late else day
        if step.missed is Missed.DROP and day < today:
            return Answer(number, Outcome.MISSED, (Reason.MISSED_IS_DROPPED,)), None, day
        if step.missed is Missed.LATEST and self._is_overtaken(step, anchor, theirs):
            return Answer(number, Outcome.MISSED, (Reason.LATER_STEP_APPLIES,)), None, day
        if day + timedelta(days=step.catch_up_days) < today:
            return Answer(number, Outcome.MISSED, (Reason.TOO_LATE,)), None, day
        return None, anchor, day

    def _not_yet(self, step: Step, anchor: date, day: date) -> Answer:
        is_put_off = anchor + timedelta(days=step.offset_days + self._grace(step)) <= self._today
        reason = Reason.NOT_A_WORKING_DAY if is_put_off else Reason.NOT_YET
        return Answer(step.number, Outcome.WAIT, (reason,), day)

    def _is_overtaken(self, step: Step, anchor: date, theirs: list[Step]) -> bool:
        """Say whether a later step of the same timeline has come: of those that were missed the last one counts."""
        place = (self._day(step, anchor), step.offset_days)
        return any(
            place < (self._day(other, anchor), other.offset_days) and self._day(other, anchor) <= self._today
            for other in theirs
            if other.anchor is step.anchor
        )

    def _timing_before_due(
        self, step: Step, case: _Case, theirs: list[Step]
    ) -> tuple[Answer | None, date | None, date]:
        """Answer a reminder before the due date: it looks at every coming due date, never at overdue ones."""
        number, today = step.number, self._today
        days = [(due, self._day(step, due)) for due in case.coming]
        reached = [(due, day) for due, day in days if day <= today]
        in_time = [(due, day) for due, day in reached if _last_day(step, day) >= today]
        undone = [(due, day) for due, day in in_time if (step.key, due) not in case.past.done]
        open_days = [
            (due, day)
            for due, day in undone
            if step.missed is not Missed.LATEST or not self._is_overtaken(step, due, theirs)
        ]
        if open_days:
            return None, open_days[0][0], open_days[0][1]
        later = _first(day for _due, day in days if day > today)
        if undone:
            return Answer(number, Outcome.MISSED, (Reason.LATER_STEP_APPLIES,), later), None, today
        if in_time:
            return Answer(number, Outcome.DONE, (Reason.ALREADY_DONE,), later), None, today
        if later is not None:
            return Answer(number, Outcome.WAIT, (Reason.NOT_YET,), later), None, today
        if reached:
            done = any((step.key, due) in case.past.done for due, _day in reached)
            outcome, reason = (
                (Outcome.DONE, Reason.ALREADY_DONE) if done else (Outcome.MISSED, Reason.TOO_LATE)
            )
            return Answer(number, outcome, (reason,)), None, today
        return Answer(number, Outcome.SKIPPED, (Reason.NO_SUCH_DUE_DATE,)), None, today


def acting(*, step: Step, today: date, is_liked: bool = False) -> Answer:
    """Return the answer of a step that is taken today; `is_liked`: by the channel that its customer prefers."""
    reasons = (
        Reason.STEP_DUE,
        *([Reason.PREFERRED_CHANNEL] if is_liked else []),
        *([Reason.NEEDS_APPROVAL] if step.needs_approval else []),
    )
    return Answer(step.number, Outcome.ACT, reasons, today)


def _last_day(step: Step, day: date) -> date:
    """Return the last day on which a step of a day may be taken."""
    return day if step.missed is Missed.DROP else day + timedelta(days=step.catch_up_days)


_ANCHORS: dict[Anchor, Callable[[_Case], date | None]] = {
    Anchor.OLDEST_DUE_DATE: lambda case: case.oldest_due_date,
    Anchor.STAGE_ENTRY: lambda case: case.stage_entered_on,
    Anchor.PROMISE_DUE_DATE: lambda case: case.promise_due_date,
    Anchor.PROMISE_BROKEN: lambda case: case.broken_promise_on,
    Anchor.LAST_CONTACT: lambda case: case.last_contact_on,
    Anchor.PAYMENT: lambda case: case.last_payment_on,
}


def _anchor_date(anchor: Anchor, case: _Case) -> date | None:
    return _ANCHORS[anchor](case)


def _first(days: Iterable[date]) -> date | None:
    return min(days, default=None)
