"""How far somebody may move a day to pay, by the policy of a plan."""

from collections.abc import Sequence

from puntual.plans.types import ExtensionLimit, ExtensionTerms, Role

_RANKS = {role: rank for rank, role in enumerate(Role)}


def extension_terms(*, limits: Sequence[ExtensionLimit], stage: str, role: Role, made: int) -> ExtensionTerms:
    """
    Say how many days somebody may still grant in a stage, and who may grant more.

    `made`: how often it was granted already for what is owed. A role may what those below it may. A stage of which
    the policy says nothing has no limit; who is not named in one that it speaks of may grant no day.
    """
    of_stage = [one for one in limits if one.stage == stage]
    if not of_stage:
        return ExtensionTerms(days_max=None)
    left = [one for one in of_stage if one.times_max > made]
    own = [one.days_max for one in left if _RANKS[one.role] <= _RANKS[role]]
    days_max = max(own, default=0)
    higher = sorted(
        (_RANKS[one.role], one.days_max)
        for one in left
        if _RANKS[one.role] > _RANKS[role] and one.days_max > days_max
    )
    return ExtensionTerms(
        days_max=days_max,
        is_used_up=not own and any(_RANKS[one.role] <= _RANKS[role] for one in of_stage),
        higher=tuple((list(Role)[rank], days) for rank, days in higher),
    )
