"""
Customers that a file calls by more than one name.

Reads: temporary staging tables of the current transaction
Writes: temporary staging tables of the current transaction
Guarantees: a debt is never rejected for how its customer is written; a name that is not taken is told.
"""

from pathlib import Path
from typing import NamedTuple

from puntual.db import named, rows
from puntual.duplicates import queries as duplicates
from puntual.intake.types import FileKind, Remark, RemarkCode

_SQL = named.load(Path(__file__).parent.parent / "sql" / "judging.sql")
# Up to here each of two names says what the other one does not, and up to there they have next to nothing in common.
_OTHER_MAX, _OTHER_PERSON_MAX = 60, 30


class _TwoNames(NamedTuple):
    """A customer of the file, the name that came first and the one least like it."""

    customer: str
    first: str
    other: str
    row_number: int
    likeness: int


def reject_other_people(*, kind: FileKind | None) -> None:
    """
    Reject the rows of a file of customers that name different people under one number.

    Whose address is whose nobody knows then, and who calls it would tell of a debt to somebody else. Where a file
    tells of debts, their rows come in all the same.
    """
    if kind is not FileKind.CUSTOMERS:
        return
    found = [one for one in _several_names() if one.likeness <= _OTHER_PERSON_MAX]
    if found:
        # No name: who asks to be forgotten is looked for in the cells of their own rows.
        details = [f"{one.customer} ({one.row_number})" for one in found]
        rows.execute(
            _SQL["reject_other_people"],
            {"external_id": [one.customer for one in found], "detail": details},
        )


def other_names(*, kind: FileKind | None) -> list[Remark]:
    """Tell of how many customers a name is not taken, with an example; those that were rejected are told already."""
    least = _OTHER_PERSON_MAX if kind is FileKind.CUSTOMERS else -1
    found = [one for one in _several_names() if least < one.likeness <= _OTHER_MAX]
    if not found:
        return []
    first = found[0]
    values = (
        ("count", str(len(found))),
        ("customer", first.customer),
        ("first", first.first),
        ("other", first.other),
    )
    return [Remark(RemarkCode.OTHER_NAMES, values)]


def _several_names() -> list[_TwoNames]:
    found = []
    for customer, (first, *others), row_number in rows.fetch_all(_SQL["several_names"]):
        likeness, other = min(
            (duplicates.likeness_of_names(first=first, second=other), other)
            for other in dict.fromkeys(others)
        )
        found.append(_TwoNames(customer, first, other, row_number, likeness))
    return found
