"""
Telling a credit bureau, or charging for collection: asked before it is done.

Reads: the law packs
Writes: nothing
Guarantees: what is not known objects, as in `puntual compliance check`.
"""

from datetime import date
from decimal import ROUND_DOWN, Decimal

from puntual.compliance import queries, rules
from puntual.compliance.rules.processes import fee_cap
from puntual.compliance.types import Process
from puntual.compliance.types.packs import (
    FeeDayRule,
    FeeScaleRule,
    FeeShareRule,
    InfoRule,
    LateNoticeRule,
    NoticeRule,
    Rule,
)
from puntual.compliance.types.trying import ActTrial, ActTried

_CENT = Decimal("0.01")
_BUREAU: tuple[type[Rule], ...] = (NoticeRule, LateNoticeRule)
_FEE: tuple[type[Rule], ...] = (FeeDayRule, FeeScaleRule, FeeShareRule)


def try_act(*, trial: ActTrial) -> ActTried:
    """
    Say whether a bureau may be told, or so much charged for collection, and which rules object.

    Raises: UnknownCountry.
    """
    pack = queries.law_pack(country=trial.country)
    process = _process(trial)
    kinds, topic = (_BUREAU, "BUREAU") if trial.is_bureau else (_FEE, "FEE")
    own = [one for one in pack.all if one.holds_on(trial.day) and isinstance(one, kinds)]
    known = [one.id for one in pack.of(InfoRule) if one.holds_on(trial.day) and f"-{topic}-" in one.id]
    objecting = rules.judge_process(process=process, pack=pack)
    return ActTried(
        objections=tuple((one, pack.rules[one]) for one in objecting),
        known=tuple((one, pack.rules[one]) for one in known),
        has_rules=bool(own),
        fee_cap=None if trial.is_bureau else _cap(own, trial, process),
        pack_version=pack.version,
    )


def _process(trial: ActTrial) -> Process:
    return Process(
        country=trial.country,
        day=trial.day,
        is_bureau=trial.is_bureau,
        notice_days=_days(trial.last_notice_on, trial.day),
        notices=trial.notices,
        wage_share=_share(trial.overdue, trial.monthly_wage),
        months_in_default=_months(trial.default_since, trial.day),
        days_late=_days(trial.due_date, trial.day),
        overdue=_share(trial.overdue, trial.unit_value),
        fee=_share(trial.fee, trial.unit_value),
        fee_share=_share(trial.fee, trial.overdue),
        had_free_notice=trial.had_free_notice,
    )


def _days(since: date | None, until: date) -> int | None:
    return (until - since).days if since is not None else None


def _months(since: date | None, until: date) -> int | None:
    """Count begun months: a month and a day are two, as a limit in months is over then."""
    if since is None:
        return None
    whole = (until.year - since.year) * 12 + until.month - since.month
    return whole + (until.day > since.day)


def _share(part: Decimal | None, whole: Decimal | None) -> float | None:
    return float(part / whole) if part is not None and whole else None


def _cap(own: list[Rule], trial: ActTrial, process: Process) -> Decimal | None:
    """Return the lowest of the limits, cut to the cent."""
    found: list[Decimal] = []
    for rule in own:
        if isinstance(rule, FeeScaleRule) and process.overdue is not None and trial.unit_value:
            units = fee_cap(rule=rule, overdue=process.overdue, had_free_notice=trial.had_free_notice)
            found.append(Decimal(str(units)) * trial.unit_value)
        elif isinstance(rule, FeeShareRule) and trial.overdue is not None:
            found.append(Decimal(str(rule.share)) * trial.overdue)
        elif isinstance(rule, FeeDayRule) and process.days_late is not None and process.days_late < rule.day:
            found.append(Decimal(0))
    return min(found).quantize(_CENT, rounding=ROUND_DOWN) if found else None
