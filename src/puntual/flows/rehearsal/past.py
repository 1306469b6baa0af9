"""
What a plan had done for the people of a block by any moment: really, and in a rehearsal.

A rehearsal goes on from what was really done up to its first morning. From there on either reality goes on as it
did, or what the rehearsed plan decides becomes its own past.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from puntual.contacts.types import Channel
from puntual.plans import queries as planned
from puntual.plans.types import NO_PAST, ActionInTime, ActionState, NewAction, PastActions

_PUT_ASIDE = "put-aside"
_DONE = (ActionState.PROPOSED, ActionState.QUEUED, ActionState.OPEN, ActionState.EXECUTED)


@dataclass(frozen=True, slots=True)
class Waiting:
    """An action that waits for its moment."""

    customer_id: int
    at: datetime
    step_key: str
    channel: str
    purpose: str
    team: str


class Past:
    """What was done for the customers of a block."""

    def __init__(self, *, after: int, up_to: int, before: date) -> None:
        """Read what runs before a day, and campaigns, planned for the customers with after < id <= up_to."""
        self._actions = planned.actions_known(after=after, up_to=up_to, before=before)
        self._to_approve: dict[int, frozenset[str]] = {}
        self._approved_at = self._approvals()
        self._now: dict[int, PastActions] = {}
        self._pending_until: dict[int, datetime] = {}

    def _approvals(self) -> dict[int, datetime]:
        asked = [
            one for actions in self._actions.values() for one in actions if self._is_task_to_approve(one)
        ]
        if not asked:
            return {}
        since = min(one.planned_at for one in asked)
        return planned.approvals_known(action_ids=[one.id for one in asked], since=since)

    def _is_task_to_approve(self, one: ActionInTime) -> bool:
        if one.version_id is None or not one.channel or one.channel == Channel.EMAIL:
            return False
        found = self._to_approve.get(one.version_id)
        if found is None:
            plan = planned.plan_of_version(version_id=one.version_id)
            found = frozenset(step.key for step in plan.steps if step.needs_approval)
            self._to_approve[one.version_id] = found
        return one.step_key in found

    def really(self, *, day: date, at: datetime, began_at: datetime | None = None) -> dict[int, PastActions]:
        """
        Say what had really been done by the morning of a day, as it stood at a moment.

        `began_at`: when whoever decided the day looked, by the clock of the database.
        """
        found = {}
        for customer_id, actions in self._actions.items():
            earlier = [one for one in actions if _is_before(one, day=day, at=at, began_at=began_at)]
            if earlier:
                past = self._as_it_stood(earlier, at)
                if past is not NO_PAST:
                    found[customer_id] = past
        return found

    def _as_it_stood(self, actions: Sequence[ActionInTime], at: datetime) -> PastActions:
        done, has_pending, moved_to = set(), False, ""
        for one in actions:
            is_open = one.closed_at is None or one.closed_at > at
            if not is_open and one.state not in _DONE and one.closed_reason != _PUT_ASIDE:
                continue
            done.add((one.step_key, one.anchor_date))
            has_pending = has_pending or (is_open and self._is_pending(one, at))
            # One that the run of this morning ends, because nothing is owed, was there when it began.
            is_over = one.move_ended_at is not None and one.move_ended_at < at
            if one.moves_to and not is_open and one.state is ActionState.EXECUTED and not is_over:
                moved_to = one.moves_to
        return PastActions(frozenset(done), has_pending, moved_to) if done else NO_PAST

    def _is_pending(self, one: ActionInTime, at: datetime) -> bool:
        """Say whether an open action keeps others waiting: a message, or a task that nobody had approved yet."""
        if not one.channel:
            return False
        if one.channel == Channel.EMAIL:
            return True
        if not self._is_task_to_approve(one):
            return False
        approved_at = self._approved_at.get(one.id)
        return approved_at is None or approved_at > at

    def real_actions(self, day: date) -> dict[int, tuple[tuple[str, str], ...]]:
        """Return the steps with their channels that the run of a day really planned for each customer."""
        found = {}
        for customer_id, actions in self._actions.items():
            theirs = tuple([(one.step_key, one.channel) for one in actions if one.as_of == day])
            if theirs:
                found[customer_id] = theirs
        return found

    def begin(self, *, day: date, at: datetime, known_at: datetime) -> list[Waiting]:
        """Start from what had really been done, and return what waits: it is carried out at its moment."""
        self._now = self.really(day=day, at=at)
        waiting = []
        for customer_id, actions in self._actions.items():
            for one in actions:
                is_open = one.closed_at is None or one.closed_at > at
                if not is_open or not _is_before(one, day=day, at=at, began_at=None):
                    continue
                moment = max(one.not_before, known_at)
                waiting.append(Waiting(customer_id, moment, one.step_key, one.channel, one.purpose, one.team))
                if customer_id in self._now:
                    self._wait(customer_id, moment)
                    if one.moves_to:
                        self._now[customer_id] = replace(self._now[customer_id], moved_to=one.moves_to)
        return waiting

    def _wait(self, customer_id: int, until: datetime) -> None:
        self._pending_until[customer_id] = max(until, self._pending_until.get(customer_id, until))

    def at(self, moment: datetime) -> dict[int, PastActions]:
        """Say what has been done in the rehearsal by a moment."""
        for customer_id in [one for one, until in self._pending_until.items() if until <= moment]:
            del self._pending_until[customer_id]
            self._now[customer_id] = replace(self._now[customer_id], has_pending=False)
        return self._now

    def release(self, customer_ids: Sequence[int]) -> None:
        """End what moves did to customers who owe nothing."""
        for customer_id in customer_ids:
            self._now[customer_id] = replace(self._now[customer_id], moved_to="")

    def take(self, actions: Sequence[NewAction]) -> None:
        """Count what was decided as done: it is carried out at its moment, whatever it is."""
        for action in actions:
            customer_id, step = action.intent.customer_id, action.intent.step
            before = self._now.get(customer_id, NO_PAST)
            is_message = action.channel is Channel.EMAIL
            self._now[customer_id] = PastActions(
                done=before.done | {(step.key, action.intent.anchor_date)},
                has_pending=before.has_pending or is_message,
                moved_to=step.moves_to or before.moved_to,
            )
            if is_message:
                self._wait(customer_id, action.not_before)


def _is_before(one: ActionInTime, *, day: date, at: datetime, began_at: datetime | None) -> bool:
    """Say whether an action was planned before a day was decided; a campaign may come between two chunks of a run."""
    if one.as_of is not None:
        return one.as_of < day and one.planned_at < at
    return one.planned_at <= at if began_at is None else one.written_at < began_at
