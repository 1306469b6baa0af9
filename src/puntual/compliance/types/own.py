"""
What a company adds to the law that holds for it, and the one thing that it may take from it.

Its own rules have the kinds of a law pack. What might loosen one cannot be written: nothing that takes the place of
another rule, or counts in a part of the country alone. Only the literal reading is looser, with a recorded sign-off.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field, TypeAdapter, model_validator

from puntual.compliance.types import packs as p

PREFIX = "E-"
# Kinds that say when, how often, to whom and about what: what a company may decide for itself.
OWN_KINDS = (
    p.WindowRule,
    p.CapRule,
    p.ReplyCapRule,
    p.GapRule,
    p.CooldownRule,
    p.LockRule,
    p.PartyRule,
    p.FlagRule,
    p.ConsentRule,
    p.VisitRule,
    p.ContentRule,
)
# Earlier contacts are looked for no further back than this; a longer pause would never be kept.
DAYS_MAX = 60
RULES_MAX = 100


class OwnState(StrEnum):
    """What became of a version of a company's own law."""

    # Waits for a second person.
    PROPOSED = "PROPOSED"
    # Put in force; the newest of these holds.
    IN_FORCE = "IN_FORCE"
    REFUSED = "REFUSED"


class OwnProfile(p.Part):
    """A company's own rules, and whether the law is read by its letter until a day."""

    rules: Annotated[tuple[p.Rule, ...], Field(max_length=RULES_MAX)] = ()
    # The last day of the literal reading; None: strict, as it comes.
    literal_until: date | None = None

    @model_validator(mode="after")
    def _adds_only(self) -> "OwnProfile":
        names = [one.id for one in self.rules]
        if twice := {name for name in names if names.count(name) > 1}:
            raise ValueError(f"rules named twice: {', '.join(sorted(twice))}")
        for rule in self.rules:
            if not isinstance(rule, OWN_KINDS):
                raise ValueError(f"{rule.id}: a company makes no rule of this kind")
            if fault := _fault(rule):
                raise ValueError(f"{rule.id}: {fault}")
        return self


def _fault(rule: p.Rule) -> str:
    """Say what of a rule might loosen another, or would never be kept; empty: nothing."""
    if not rule.id.startswith(PREFIX):
        return f"the ids of own rules begin with {PREFIX}"
    if rule.replaces:
        return "an own rule takes the place of none"
    if rule.status is not p.Status.POLICY:
        return "an own rule is policy"
    if rule.severity is p.Severity.WARN:
        return "an own rule forbids, or asks for a person"
    if isinstance(rule, p.ContentRule) and rule.company:
        return "an own rule asks something of messages, not of the company that makes it"
    if isinstance(rule, p.WindowRule) and (rule.subdivisions or rule.text_hours is not None):
        return "own hours hold in the whole country and by any reading"
    if isinstance(rule, p.CapRule) and any(one.max < 1 for one in rule.limits):
        return "a limit admits at least one; who is never contacted has a rule of another kind"
    if isinstance(rule, _TIMED) and rule.severity is not p.Severity.BLOCK:
        return "hours and limits put off, they ask nobody"
    if isinstance(rule, p.FlagRule) and not (rule.flags or rule.flags_of_others):
        return "it never objects"
    if isinstance(rule, p.ContentRule) and not (rule.first or rule.later):
        return "it never objects"
    if getattr(rule, "per_channel_in_text", False):
        return "an own limit is the same by any reading"
    if getattr(rule, "days", 0) > DAYS_MAX:
        return f"at most {DAYS_MAX} days"
    if not getattr(rule, "channels", (True,)):
        return "no channel"
    return ""


_TIMED = (p.WindowRule, p.CapRule, p.ReplyCapRule, p.GapRule, p.CooldownRule, p.LockRule)
OWN_RULE: TypeAdapter[p.Rule] = TypeAdapter(p.Rule)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnVersion:
    """One version of a company's own law: what it says, who wrote it and who let it pass."""

    id: int
    country: str
    number: int
    profile: OwnProfile
    state: OwnState
    # It takes something from the version before it: a second person let it pass.
    is_looser: bool
    reason: str
    # Who answers for the literal reading: a lawyer, and on what ground.
    counsel: str
    basis: str
    author_id: int
    author: str
    proposed_at: datetime
    decided_by_id: int | None
    decided_by: str
    decided_at: datetime | None
    decision_reason: str
    effective_at: datetime | None
    # Of the readings that were signed: the literal one ends where a new pack reads otherwise.
    literal_digest: str
    # SHA-256 of all that is kept of it, as the database says it, in hexadecimal.
    proof: str
    # What it says can no longer be read: nobody is contacted by it.
    is_broken: bool


@dataclass(frozen=True, slots=True)
class Effect:
    """
    What a change would have done to the contacts that were judged lately.

    `judged`: how many were looked at; `since`: from when on. `stopped` would have been refused or put off by the
    change, `let_through` were and would not have been; `by_rule` counts what objects now, the most frequent first.
    """

    since: datetime
    judged: int
    stopped: int
    let_through: int
    by_rule: tuple[tuple[str, int], ...]
