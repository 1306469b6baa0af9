"""
Cases of contact law in the words of a lawyer: what was done before, what is intended, which rules must object.

A case is a line of plain data, so that whoever knows the law can write one without knowing the product. What a case
says and nobody understands is unknown, and the unknown objects.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from puntual.compliance.rules.laws import LawPack
from puntual.compliance.types import CaseAnswer, ContactFacts, Flag, Process, Result, Statement, Touched
from puntual.contacts.types import Channel, OwnerRole, PointState, Purpose

_PARTIES = {
    "debtor": OwnerRole.DEBTOR,
    "coobligor": OwnerRole.COOBLIGOR,
    "guarantor": OwnerRole.GUARANTOR,
    "authorized_rep": OwnerRole.REPRESENTATIVE,
    "representative": OwnerRole.REPRESENTATIVE,
    "spouse": OwnerRole.SPOUSE,
    "guardian": OwnerRole.GUARDIAN,
    "executor": OwnerRole.EXECUTOR,
    "attorney": OwnerRole.ATTORNEY,
    "reference": OwnerRole.REFERENCE,
}
# Other words for what a flag says.
_FLAGS = {
    "elderly": Flag.OLDER_ADULT,
    "disabled": Flag.DISABILITY,
    "paid": Flag.NO_DEBT,
    "settled": Flag.NO_DEBT,
    "debt_paid": Flag.NO_DEBT,
    "opt_out": Flag.OPTED_OUT,
    "channel_opt_out": Flag.OPTED_OUT,
    "open_claim": Flag.DISPUTED,
    "open_complaint": Flag.DISPUTED,
    "identity_theft_claim": Flag.DISPUTED,
    "insolvency": Flag.INSOLVENT,
    "lawyer": Flag.REPRESENTED,
    "work_email": Flag.WORKPLACE,
    "work_phone": Flag.WORKPLACE,
}
_STATEMENTS = {
    "une_contact": Statement.COMPLAINTS,
    "complaint_unit": Statement.COMPLAINTS,
    "agency_name": Statement.AGENCY,
    "collector_name": Statement.COLLECTOR,
    "agency_phone": Statement.AGENCY_ADDRESS,
    "creditor_name": Statement.CREDITOR,
    "operation": Statement.CONTRACT,
    "calc_date": Statement.CALCULATION_DATE,
    "amount_date": Statement.CALCULATION_DATE,
    "settlement_conditions": Statement.CONDITIONS,
    "how_to_pay": Statement.CONDITIONS,
    "payment_conditions": Statement.CONDITIONS,
    "pay_only_creditor": Statement.PAYEE,
    "creditor_account": Statement.PAYEE,
    "opt_out_notice": Statement.OPT_OUT,
    "from_a_debt_collector": Statement.DEBT_COLLECTOR,
}
_RESULTS = {"delivered": Result.SENT, "answered": Result.EFFECTIVE, "conversation": Result.EFFECTIVE}
_KNOWN_KEYS = frozenset(
    {"id", "c", "sub", "at", "ch", "party", "flags", "missing", "hist", "text", "product", "purpose", "due"}
    | {"expect", "decision", "note", "action", "profile"}
)
_PROCESS_KEYS = frozenset(
    {"notice_days", "notices", "wage_share", "months_in_default", "days_late", "overdue_uf", "fee_uf"}
    | {"fee_share", "gestion_util", "profile", "id", "c", "sub", "at", "action", "expect", "decision", "note"}
)
_BUREAU, _FEE = "bureau_report", "charge_fee"


def contact_of(*, case: Mapping[str, Any], pack: LawPack) -> tuple[ContactFacts, datetime]:
    """
    Read what a case says of a contact; its times are those of the person.

    Raises: KeyError, ValueError where it lacks a time or a channel.
    """
    zone = ZoneInfo(pack.file.time_zones[0])
    flags, statements = set[Flag](), set[Statement]()
    for name in case.get("flags", ()):
        flags.add(_flag(str(name)))
    for name in case.get("missing", ()):
        found = _statement(str(name))
        if found is None:
            flags.add(Flag.UNKNOWN)
        else:
            statements.add(found)
    if set(case) - _KNOWN_KEYS:
        flags.add(Flag.UNKNOWN)
    at = _moment(case["at"], zone)
    due = date.fromisoformat(str(case["due"])) if "due" in case else None
    barred = pack.barred_before(day=at.astimezone(zone).date())
    if due is not None and barred is not None and due < barred:
        flags.add(Flag.TIME_BARRED)
    facts = ContactFacts(
        customer_id=0,
        channel=Channel(str(case["ch"]).upper()),
        purpose=Purpose(str(case.get("purpose", "collection")).upper()),
        country=pack.country,
        time_zones=(zone.key,),
        owner_role=_PARTIES.get(str(case.get("party", "debtor")), OwnerRole.THIRD_PARTY),
        point_state=PointState.VERIFIED,
        has_known_source=True,
        is_opted_out=False,
        has_debt=True,
        is_disputed=False,
        is_on_hold=False,
        has_active_promise=False,
        touches=tuple(_touched(one, zone) for one in case.get("hist", ())),
        flags=frozenset(flags),
        subdivisions=(str(case["sub"]),) if case.get("sub") else (),
        product=str(case.get("product", "")),
        missing=frozenset(statements),
    )
    return facts, at


def process_of(*, case: Mapping[str, Any], pack: LawPack) -> Process | None:
    """
    Read a case that is no contact; None when it is one.

    Raises: ValueError where nobody knows the act, or a word of it.
    """
    action = case.get("action")
    if action is None:
        return None
    if action not in {_BUREAU, _FEE}:
        raise ValueError(f"unknown action: {action}")
    if unknown := set(case) - _PROCESS_KEYS:
        raise ValueError(f"unknown: {', '.join(sorted(unknown))}")
    return Process(
        country=pack.country,
        day=_moment(case["at"], ZoneInfo(pack.file.time_zones[0])).date(),
        is_bureau=action == _BUREAU,
        notice_days=case.get("notice_days"),
        notices=case.get("notices"),
        wage_share=case.get("wage_share"),
        months_in_default=case.get("months_in_default"),
        days_late=case.get("days_late"),
        overdue=case.get("overdue_uf"),
        fee=case.get("fee_uf"),
        fee_share=case.get("fee_share"),
        had_free_notice=bool(case.get("gestion_util", False)),
    )


def expected(*, case: Mapping[str, Any]) -> CaseAnswer:
    """Read which rules must object, and so what is decided: an objection blocks, unless the case says review."""
    rules = tuple(sorted(str(one) for one in case.get("expect", ())))
    return CaseAnswer(rules, str(case.get("decision", "block" if rules else "allow")))


def _flag(name: str) -> Flag:
    try:
        return _FLAGS.get(name) or Flag(name)
    except ValueError:
        return Flag.UNKNOWN


def _statement(name: str) -> Statement | None:
    try:
        return _STATEMENTS.get(name) or Statement(name)
    except ValueError:
        return None


def _touched(item: Sequence[Any], zone: ZoneInfo) -> Touched:
    at, channel, result = item
    how = _RESULTS.get(str(result)) or Result(str(result).upper())
    return Touched(_moment(at, zone), Channel(str(channel).upper()), how)


def _moment(text: object, zone: ZoneInfo) -> datetime:
    return datetime.fromisoformat(str(text)).replace(tzinfo=zone).astimezone(UTC)
