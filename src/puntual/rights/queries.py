"""Reads of rights: terms by country, causes, petitions, what is due."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from django.utils.translation import gettext as _

from puntual.compliance import queries as law
from puntual.compliance.types.packs import InfoRule
from puntual.db import named, rows
from puntual.lib.errors import NotFound
from puntual.rights import rules
from puntual.rights.types import (
    Cause,
    DueCounts,
    EventKind,
    GrantedByMail,
    Happened,
    Kind,
    KnownComplaint,
    Outcome,
    Petition,
    State,
    Term,
    Way,
)

_FOLDER = Path(__file__).parent
_READS = named.load(_FOLDER / "sql" / "reads.sql")
_WRITES = named.load(_FOLDER / "sql" / "petitions.sql")
_DATA = _FOLDER / "data"
# No list of one customer is longer.
_OF_CUSTOMER_MAX = 1000
_ENUMS: Mapping[str, Any] = {"kind": Kind, "state": State, "way": Way}


@cache
def _read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((_DATA / name).read_text(encoding="utf-8"))
    return found


def causes(*, country: str) -> tuple[Cause, ...]:
    """List the causes of complaints of a country: its authority's where it has a list, else the general ones."""
    found = _read("causes.yaml")
    return tuple(Cause(**one) for one in found.get(country, found["general"])["causes"])


def cause_text(*, code: str, country: str) -> str:
    """Say a cause in words; one that is no longer listed is said by its code."""
    return next((one.text for one in causes(country=country) if one.code == code), code)


def answer_term(*, kind: Kind, country: str, on: date) -> Term:
    """Return in how many days a petition of a kind is answered: by the law of its country, else by policy."""
    said = _term_of_law(request=kind.value.lower(), country=country, on=on)
    if said is not None:
        return said
    word = "complaint" if kind is Kind.COMPLAINT else "request"
    mine = _read("terms.yaml").get(country, {})
    return _term(mine.get(kind.value.lower()) or mine.get(word) or _read("terms.yaml")["general"][word])


def carry_out_term(*, country: str) -> Term:
    """Return in how many days after its answer a request is carried out."""
    found = _read("terms.yaml")
    return _term(found.get(country, {}).get("carry_out") or found["general"]["carry_out"])


def disagree_term(*, country: str) -> Term:
    """Return how long after an answer its reader may say that they do not agree with it."""
    found = _read("terms.yaml")
    return _term(found.get(country, {}).get("disagree") or found["general"]["disagree"])


def disagree_until(*, petition: Petition, country: str, time_zone: str) -> date | None:
    """Return the last day on which a person may disagree with the answer; None where there is none to disagree with."""
    if petition.answered_at is None:
        return None
    answered_on = petition.answered_at.astimezone(ZoneInfo(time_zone)).date()
    return rules.due_date(term=disagree_term(country=country), from_date=answered_on, country=country)


def may_disagree(*, petition: Petition, country: str, time_zone: str, today: date) -> bool:
    """Say whether a person may still say that they do not agree with the answer."""
    until = disagree_until(petition=petition, country=country, time_zone=time_zone)
    return not rules.reopening_refusal(petition=petition, words="…", today=today, until=until)


def may_reopen(*, petition: Petition) -> bool:
    """Say whether a petition can be opened again by whom no term runs for."""
    return not rules.reopening_refusal(petition=petition, words="…", today=petition.received_date, until=None)


def authorities_for(*, kind: Kind, country: str, at: datetime) -> tuple[str, ...]:
    """Name the authorities to which a person may go, those for a petition of this kind first; none without a law."""
    of_data = _read("terms.yaml").get(country, {}).get("data_authority", "")
    pack = law.known_law(country=country, at=at)
    of_law = pack.file.authority if pack else ""
    return tuple(one for one in ("" if kind is Kind.COMPLAINT else of_data, of_law) if one)


def _term_of_law(*, request: str, country: str, on: date) -> Term | None:
    try:
        pack = law.law_pack(country=country, on=on)
    except law.UnknownCountry:
        return None
    for rule in pack.all:
        if isinstance(rule, InfoRule) and rule.holds_on(on):
            for one in rule.deadlines:
                if one.request == request:
                    return Term(one.days, one.calendar, rule.source, rule.status, rule.id, rule.question)
    return None


def _term(said: Mapping[str, Any]) -> Term:
    return Term(
        said["days"],
        bool(said.get("calendar")),
        said["source"],
        said["status"],
        question=said.get("question", ""),
    )


def _petitions(**asked: Any) -> list[Petition]:
    params = {
        "petition_id": None,
        "folio": "",
        "folio_like": "",
        "customer_id": None,
        "is_complaint": None,
        "is_waiting": False,
        "limit": _OF_CUSTOMER_MAX,
        "offset": 0,
        **asked,
    }
    return [
        Petition(**{name: _ENUMS[name](value) if name in _ENUMS else value for name, value in row.items()})
        for row in rows.fetch_dicts(_READS["petitions"], params)
    ]


def petition(*, petition_id: int) -> Petition:
    """
    Return one petition.

    Raises: NotFound.
    """
    found = _petitions(petition_id=petition_id, limit=1)
    if not found:
        raise NotFound(_("No existe esa queja o solicitud."))
    return found[0]


def petition_of_folio(*, folio: str) -> Petition:
    """
    Return the petition of a folio.

    Raises: NotFound.
    """
    found = _petitions(folio=folio, limit=1) if folio else []
    if not found:
        raise NotFound(_("No existe esa queja o solicitud."))
    return found[0]


def petition_of_key(*, key: str, customer_id: int, kind: Kind) -> Petition | None:
    """Return what came in from a customer under a key, of that kind, or None."""
    found = rows.fetch_all(_WRITES["petition_by_key"], {"key": key})
    if not found or tuple(found[0][1:]) != (customer_id, kind):
        return None
    return petition(petition_id=found[0][0])


def reopened_under(*, key: str) -> int | None:
    """Return the petition that was opened again under a key, or None."""
    found = rows.fetch_all(_WRITES["reopening_by_key"], {"key": key})
    return int(found[0][0]) if found else None


def petitions_of(*, customer_id: int) -> list[Petition]:
    """Return all petitions of a customer: what is due first on top, then the newest."""
    return _petitions(customer_id=customer_id)


def petition_list(
    *, is_complaint: bool, is_waiting: bool, limit: int, offset: int = 0, folio: str = ""
) -> list[Petition]:
    """
    Return complaints, or requests: those that wait for the company or all, what is due first on top.

    `folio`: those whose folio begins so.
    """
    return _petitions(
        is_complaint=is_complaint,
        is_waiting=is_waiting,
        folio_like=rules.folio_pattern(text=folio) if folio.strip() else "",
        limit=limit,
        offset=offset,
    )


def petitions_with_folio(*, folio: str, limit: int) -> list[Petition]:
    """Return the petitions whose folio begins so, what is due first on top; none for nothing."""
    if not folio.strip():
        return []
    return _petitions(folio_like=rules.folio_pattern(text=folio), limit=limit)


def petition_page(
    *, customer_id: int | None, kind: Kind | None, state: State | None, after: int, limit: int
) -> list[dict[str, Any]]:
    """List petitions whose row id is past `after`, oldest first: of one customer or all, one kind or any."""
    return rows.fetch_dicts(
        _READS["page"],
        {"customer_id": customer_id, "kind": kind, "state": state, "after": after, "limit": limit},
    )


def answers_of(*, petition_ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """Return what was answered to petitions, the newest first, each with why it was opened again after it."""
    return _grouped(rows.fetch_dicts(_READS["answers"], {"petition_ids": list(petition_ids)}))


def granted_by_mail(*, message_ids: Sequence[int]) -> dict[int, GrantedByMail]:
    """Return which of these messages grant their reader, whose identity was made sure of, their own data."""
    found = rows.fetch_dicts(_READS["granted_by_mail"], {"message_ids": list(message_ids)})
    return {row.pop("message_id"): GrantedByMail(**row) for row in found}


def contacts_of(*, petition_ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """Return the stored contacts that petitions are about, the oldest first."""
    return _grouped(rows.fetch_dicts(_READS["contacts"], {"petition_ids": list(petition_ids)}))


def events_of(*, petition_ids: Sequence[int]) -> dict[int, list[Happened]]:
    """Return the history of petitions, the oldest first."""
    found: dict[int, list[Happened]] = defaultdict(list)
    for row in rows.fetch_all(_READS["events"], {"petition_ids": list(petition_ids)}):
        found[row[0]].append(Happened(row[0], EventKind(row[1]), row[2], row[3], rows.as_json(row[4])))
    return dict(found)


def _grouped(found: Sequence[dict[str, Any]]) -> dict[int, list[dict[str, Any]]]:
    groups: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in found:
        groups[row["petition_id"]].append(row)
    return dict(groups)


def due_counts(*, today: date) -> DueCounts:
    """Count what waits for the company: what is overdue, due within three days, and in all."""
    params = {"today": today, "soon": today + timedelta(days=rules.SOON_DAYS)}
    return DueCounts(*rows.fetch_all(_READS["due_counts"], params)[0])


def outcomes_of(*, kind: Kind) -> tuple[Outcome, ...]:
    """List how a petition of a kind may be answered."""
    return rules.outcomes_of(kind=kind)


def holds_of_petitions(*, hold_ids: Sequence[int]) -> frozenset[int]:
    """Return which of these pauses belong to a petition."""
    found = rows.fetch_all(_READS["holds_of_petitions"], {"hold_ids": list(hold_ids)})
    return frozenset(row[0] for row in found)


def keeps_hold(*, kind: Kind, outcome: Outcome) -> bool:
    """Say whether contact rests also after an answer."""
    return rules.keeps_hold(kind=kind, outcome=outcome)


def complaints_of_month(*, month: str, known_at: datetime, time_zone: str) -> list[KnownComplaint]:
    """
    Return the complaints received in a month (2026-11), each as it was known at a moment.

    Raises: ValueError when it is no month.
    """
    first, after = rules.month_bounds(month=month)
    filed = [
        rules.Filed(row[0], row[1], row[2], row[3], row[4] or "", tuple(row[5]))
        for row in rows.fetch_all(_READS["complaints_between"], {"first": first, "after": after})
    ]
    events = events_of(petition_ids=[one.petition_id for one in filed])
    known = (
        rules.as_known(
            filed=one, events=events.get(one.petition_id, ()), known_at=known_at, time_zone=time_zone
        )
        for one in filed
    )
    return [one for one in known if one is not None]
