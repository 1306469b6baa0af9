"""
Reconciliation: does the bank agree?

Reads: reconciliation.BankLine
Writes: reconciliation.BankLine, audit.Event
Guarantees: a credit loaded twice is one line; a line is matched with one payment at most, and a payment with one
line at most; the number of statements does not grow with the lines.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from puntual.audit import operations as audit
from puntual.audit.types import Actor
from puntual.db import named, rows
from puntual.lib.errors import DomainError, NotFound
from puntual.reconciliation.types import BankLine, LineState, LoadedLines, NewBankLine

_SQL = named.load(Path(__file__).parent / "sql" / "lines.sql")


class UnableToMatch(DomainError):
    """The line is not waiting to be matched."""

    code = "unable-to-match"


def load_bank_lines(*, lines: Sequence[NewBankLine], at: datetime) -> LoadedLines:
    """Keep the credits of a statement; those known by their key stay as they are."""
    distinct = list({line.key: line for line in reversed(lines)}.values())[::-1]
    if not distinct:
        return LoadedLines(new_ids=(), unchanged=0)
    names = ("key", "bank_account", "booked_date", "amount", "currency", "reference", "description")
    arrays: dict[str, Any] = {name: [getattr(line, name) for line in distinct] for name in names}
    found = rows.fetch_all(_SQL["add_lines"], {**arrays, "at": at})
    return LoadedLines(new_ids=tuple(row[0] for row in found), unchanged=len(distinct) - len(found))


def lock_lines(*, line_ids: Sequence[int]) -> list[BankLine]:
    """Hold lines until the transaction ends, in the order of their ids."""
    found = rows.fetch_all(_SQL["lines_locked"], {"line_ids": sorted(set(line_ids))})
    return [BankLine(*(*row[:-1], LineState(row[-1]))) for row in found]


def lock_unmatched_line(*, line_id: int) -> BankLine:
    """
    Hold one line that waits to be matched.

    Raises: NotFound; UnableToMatch when it is matched already or was put aside.
    """
    found = lock_lines(line_ids=[line_id])
    if not found:
        raise NotFound(_("No existe ese movimiento del banco."))
    if found[0].state is LineState.MATCHED:
        raise UnableToMatch(_("Ese movimiento ya está conciliado."))
    if found[0].state is LineState.IGNORED:
        raise UnableToMatch(_("Ese movimiento se descartó: recupérelo primero."))
    return found[0]


def mark_matched(*, pairs: Mapping[int, int]) -> int:
    """Note which payment each line is, as {line id: payment id}, and return how many changed."""
    if not pairs:
        return 0
    return rows.execute(_SQL["mark_matched"], {"line_ids": list(pairs), "payment_ids": list(pairs.values())})


def ignore_line(*, line_id: int, actor: Actor, at: datetime) -> None:
    """
    Put a line aside: it is no customer's money.

    Raises: NotFound; UnableToMatch when it is matched, or put aside already.
    """
    with transaction.atomic():
        lock_unmatched_line(line_id=line_id)
        _set_state(line_id=line_id, before=LineState.UNMATCHED, after=LineState.IGNORED, actor=actor, at=at)


def restore_line(*, line_id: int, actor: Actor, at: datetime) -> None:
    """
    Take back a line that was put aside.

    Raises: NotFound; UnableToMatch when it is not put aside.
    """
    with transaction.atomic():
        found = lock_lines(line_ids=[line_id])
        if not found:
            raise NotFound(_("No existe ese movimiento del banco."))
        if found[0].state is not LineState.IGNORED:
            raise UnableToMatch(_("Ese movimiento no está descartado."))
        _set_state(line_id=line_id, before=LineState.IGNORED, after=LineState.UNMATCHED, actor=actor, at=at)


def _set_state(*, line_id: int, before: LineState, after: LineState, actor: Actor, at: datetime) -> None:
    rows.execute(_SQL["set_state"], {"line_id": line_id, "state": after.value})
    audit.record(
        actor=actor,
        action="set-bank-line-state",
        subject_type="bank_line",
        subject_id=line_id,
        before={"state": before.value},
        after={"state": after.value},
        at=at,
    )


def release_line(*, payment_id: int) -> int | None:
    """Free the line of a payment that was taken back, to be matched anew, and return its id."""
    found = rows.fetch_all(_SQL["release_line"], {"payment_id": payment_id})
    return found[0][0] if found else None


def erase_customer(*, customer_id: int, words: Sequence[str]) -> None:
    """Take away what the bank wrote of a customer: on the lines of their payments, and where a word names them."""
    rows.execute(_SQL["erase_customer"], {"customer_id": customer_id, "words": list(words)})
