"""What one version of a company's own law takes from the one before it."""

from datetime import time

from puntual.compliance.types import packs as p
from puntual.compliance.types.own import OwnProfile

LITERAL = "literal"
_Window = tuple[time, time] | None


def loosened(*, before: OwnProfile, after: OwnProfile) -> tuple[str, ...]:
    """
    Name what is given up: own rules that are gone, or that may forbid less, and the literal reading (`literal`).

    Empty: the second forbids all that the first forbids. Whatever is not seen to be as strict counts as looser.
    """
    kept = {one.id: one for one in after.rules}
    found = [one.id for one in before.rules if one.id not in kept or not _is_as_strict(one, kept[one.id])]
    if after.literal_until is not None and (
        before.literal_until is None or before.literal_until < after.literal_until
    ):
        found.append(LITERAL)
    return tuple(found)


def _is_as_strict(old: p.Rule, new: p.Rule) -> bool:
    """Say whether a rule forbids all that it forbade, as far as its numbers tell; else it must be the same."""
    words = {"text", "source"}
    if old.model_dump(exclude=words) == new.model_dump(exclude=words):
        return True
    numbers = words | {"hours", "limits", "days", "max", "allowed"}
    if type(old) is not type(new) or old.model_dump(exclude=numbers) != new.model_dump(exclude=numbers):
        return False
    if isinstance(old, p.WindowRule) and isinstance(new, p.WindowRule):
        return _is_within(new.hours, old.hours)
    if isinstance(old, p.CapRule) and isinstance(new, p.CapRule):
        admitted = {(one.counts, one.period): one.max for one in new.limits}
        return all(
            (one.counts, one.period) in admitted and admitted[one.counts, one.period] <= one.max
            for one in old.limits
        )
    if isinstance(old, p.PartyRule) and isinstance(new, p.PartyRule):
        return set(new.allowed) <= set(old.allowed)
    if isinstance(old, p.ReplyCapRule) and isinstance(new, p.ReplyCapRule):
        return new.max <= old.max
    if isinstance(old, p.GapRule | p.CooldownRule) and isinstance(new, p.GapRule | p.CooldownRule):
        return new.days >= old.days
    return False


def _is_within(inner: p.Hours, outer: p.Hours) -> bool:
    return all(
        _holds(getattr(outer, day), getattr(inner, day)) for day in ("mon_fri", "sat", "sun", "holiday")
    )


def _holds(outer: _Window, inner: _Window) -> bool:
    if inner is None:
        return True
    return outer is not None and outer[0] <= inner[0] and inner[1] <= outer[1]
