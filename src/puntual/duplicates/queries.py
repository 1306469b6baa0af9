"""Reads of duplicates: who is compared, what waits for a person, what was united."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from puntual.db import named, rows
from puntual.duplicates.rules import names, pairs
from puntual.duplicates.types import AGAINST, Candidate, EvidenceCode, NewProposal, Strength

_FOLDER = Path(__file__).parent / "sql"
_FINDING = named.load(_FOLDER / "finding.sql")
_DECIDING = named.load(_FOLDER / "deciding.sql")
_PAGES = named.load(_FOLDER / "pages.sql")


def newest_change() -> tuple[datetime | None, datetime | None]:
    """Say when a customer last changed, and up to which change the last search saw."""
    row = rows.fetch_all(_FINDING["newest_change"])[0]
    return row[0], row[1]


def found_proposals() -> tuple[list[NewProposal], int, int]:
    """Look through the whole portfolio: return what to propose, how many customers and how many pairs were seen."""
    rejected = frozenset((row[0], row[1]) for row in rows.fetch_all(_FINDING["rejected_pairs"]))
    return pairs.proposals(candidates=_candidates(customer_ids=None), rejected=rejected)


def _candidates(*, customer_ids: Sequence[int] | None) -> Iterator[Candidate]:
    """Give customers one by one: of each only what is compared stays in memory."""
    asked = {"customer_ids": None if customer_ids is None else list(customer_ids)}
    for row in rows.fetch_each(_FINDING["candidates"], asked):
        yield Candidate(
            id=row[0],
            is_person=row[1] == "PERSON",
            name=row[2],
            external_id=row[3],
            tax_id=row[4],
            state=row[5],
            postal_code=row[6],
            emails=frozenset(row[7] or ()),
            phones=frozenset(row[8] or ()),
        )


def likeness_of_names(*, first: str, second: str) -> int:
    """Say how alike two names are that should be one's, 0 to 100; up to 60 each says what the other one does not."""
    firm, person = (
        names.name_score(
            first=names.parts_of(name=first, is_person=is_person),
            second=names.parts_of(name=second, is_person=is_person),
            is_person=is_person,
        )
        for is_person in (False, True)
    )
    return max(firm, person)


def compared(*, first_id: int, second_id: int) -> NewProposal | None:
    """
    Say what speaks for and against two customers that a person takes for one, proposed or not.

    None where one of them stands alone no more, was forgotten, or is the other.
    """
    found = list(_candidates(customer_ids=[first_id, second_id]))
    if len(found) != 2:
        return None
    low, high = found
    return NewProposal(low.id, high.id, low.id, *pairs.compared(low, high))


def pair(*, found: NewProposal) -> dict[str, Any]:
    """Show two customers side by side, and what was said of them before if that was that they are two."""
    ids = {"low_id": found.low_id, "high_id": found.high_id}
    rejected = rows.fetch_dicts(_DECIDING["rejection"], ids)
    row = {**ids, "strength": found.strength, "evidence": list(found.evidence)}
    return _with_sides([row])[0] | {"rejected": rejected[0] if rejected else None}


def shown(*, customer_ids: Sequence[int]) -> list[dict[str, Any]]:
    """List customers as they are compared, in the order of the ids."""
    found = {
        row["id"]: row for row in rows.fetch_dicts(_PAGES["sides"], {"customer_ids": list(customer_ids)})
    }
    return [found[one] | {"owed": rows.as_json(found[one]["owed"])} for one in customer_ids if one in found]


def pending_counts() -> dict[str, int]:
    """Count the proposals that wait for a person, by strength."""
    return dict(rows.fetch_all(_PAGES["pending_counts"]))


def pending(*, strength: Strength | None, limit: int, skip: int) -> list[dict[str, Any]]:
    """List proposals that wait, the strongest first, each with its two customers and its evidence."""
    found = rows.fetch_dicts(
        _PAGES["pending"], {"strength": strength, "proposal_id": None, "limit": limit, "skip": skip}
    )
    return _with_sides(found)


def pending_one(*, proposal_id: int) -> dict[str, Any] | None:
    """Return one proposal that waits, or nothing."""
    found = rows.fetch_dicts(
        _PAGES["pending"], {"strength": None, "proposal_id": proposal_id, "limit": 1, "skip": 0}
    )
    return _with_sides(found)[0] if found else None


def _with_sides(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    ids = sorted({row[name] for row in found for name in ("low_id", "high_id")})
    sides = {row["id"]: row for row in rows.fetch_dicts(_PAGES["sides"], {"customer_ids": ids})}
    listed = []
    for row in found:
        codes = [EvidenceCode(code) for code in rows.as_json(row["evidence"])]
        low, high = sides[row["low_id"]], sides[row["high_id"]]
        listed.append(
            row
            | {
                "low": _side(low, other=high),
                "high": _side(high, other=low),
                "speaks_for": [code.value for code in codes if code not in AGAINST],
                "speaks_against": [code.value for code in codes if code in AGAINST],
            }
        )
    return listed


def _side(side: dict[str, Any], *, other: dict[str, Any]) -> dict[str, Any]:
    """Show a customer beside the other: what is the same is marked."""
    shared = set(side["normalized"]) & set(other["normalized"])
    points = [
        {"value": value, "is_same": plain in shared}
        for value, plain in zip(side["points"], side["normalized"], strict=True)
    ]
    same = {
        name: bool(side[name]) and side[name] == other[name] for name in ("tax_id", "state", "postal_code")
    }
    return side | {"points": points, "owed": rows.as_json(side["owed"]), "same": same}


def same_documents(*, first_id: int, second_id: int) -> int:
    """Count the document numbers that two customers both have."""
    count: int = rows.fetch_all(_PAGES["same_documents"], {"first_id": first_id, "second_id": second_id})[0][
        0
    ]
    return count


def decided(*, limit: int) -> list[dict[str, Any]]:
    """List what people decided, newest first."""
    return rows.fetch_dicts(_PAGES["decided"], {"limit": limit})


def merges_of(*, customer_id: int) -> list[dict[str, Any]]:
    """List the unions of a customer, undone ones too, newest first."""
    return rows.fetch_dicts(_PAGES["merges_of"], {"customer_id": customer_id})


def recent_merges(*, since: datetime) -> Sequence[tuple[int, int, int]]:
    """List (id, source, target) of the unions since a moment that were not undone."""
    return [(row[0], row[1], row[2]) for row in rows.fetch_all(_DECIDING["recent_merges"], {"since": since})]


def last_search() -> dict[str, Any] | None:
    """Return when duplicates were last searched and what was found, or nothing."""
    found = rows.fetch_dicts(_PAGES["last_search"])
    return found[0] if found else None
