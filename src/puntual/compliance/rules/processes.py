"""
May a credit bureau be told, may collection be charged for?

Pure and total: what is unknown objects.
"""

from puntual.compliance.rules.laws import LawPack
from puntual.compliance.types import Process
from puntual.compliance.types.packs import (
    FeeDayRule,
    FeeScaleRule,
    FeeShareRule,
    LateNoticeRule,
    NoticeRule,
)

# Money in units of account is compared to a hundredth of a cent.
_EXACT = 4


def fee_cap(*, rule: FeeScaleRule, overdue: float, had_free_notice: bool) -> float:
    """
    Return the most that collection may cost, in the country's unit of account.

    Chile, art. 37 of Ley 19.496: 9 % up to 10 UF, 6 % of what lies between 10 and 50 UF, 3 % of the rest; 0.2 UF less
    where the free notice was not given in time.
    """
    cap, below = 0.0, 0.0
    for up_to, share in rule.brackets:
        top = overdue if up_to is None else min(overdue, up_to)
        cap += share * max(0.0, top - below)
        below = up_to if up_to is not None else overdue
    return round(max(0.0, cap - (0.0 if had_free_notice else rule.without_notice)), _EXACT)


def judge_process(*, process: Process, pack: LawPack) -> tuple[str, ...]:
    """Name the rules that object to telling a bureau, or to a fee."""
    rules = [one for one in pack.all if one.holds_on(process.day)]
    if process.is_bureau:
        return tuple(one.id for one in rules if _keeps_from_bureau(one, process))
    return tuple(one.id for one in rules if _keeps_from_fee(one, process))


def _keeps_from_bureau(rule: object, process: Process) -> bool:
    if isinstance(rule, NoticeRule):
        if rule.wage_share_max is not None and process.wage_share is not None:
            if process.wage_share > rule.wage_share_max:
                return False
        elif rule.wage_share_max is not None and process.notices is None:
            # How large the debt is, and how many notices there were, was not said: the general rule speaks.
            return False
        has_waited = process.notice_days is not None and process.notice_days >= rule.days
        given = process.notices if process.notices is not None else int(process.notice_days is not None)
        return not has_waited or given < rule.notices
    if isinstance(rule, LateNoticeRule):
        return process.months_in_default is not None and process.months_in_default > rule.months
    return False


def _keeps_from_fee(rule: object, process: Process) -> bool:
    if isinstance(rule, FeeDayRule):
        return process.days_late is None or process.days_late < rule.day
    if isinstance(rule, FeeScaleRule):
        if process.overdue is None or process.fee is None:
            return True
        cap = fee_cap(rule=rule, overdue=process.overdue, had_free_notice=process.had_free_notice)
        return round(process.fee, _EXACT) > cap
    if isinstance(rule, FeeShareRule):
        return process.fee_share is None or process.fee_share > rule.share
    return False
