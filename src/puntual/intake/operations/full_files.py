"""
Files that tell all there is of their door (a profile): what they do not bring any more.

Reads: intake.Import, intake.Origin, portfolio.Receivable, portfolio.LedgerEntry, the staging tables
Writes: intake.Import, intake.Origin, portfolio.Receivable and portfolio.LedgerEntry (through portfolio)
Guarantees: only debts that came through the same door before are missing from a file; closing adds entries and
deletes none; what a later file brings again is open again by the reversal of the very entry that closed it.
"""

from datetime import date, datetime
from pathlib import Path

from django.utils.translation import gettext as _

from puntual.db import named, rows
from puntual.intake.types import ImportState
from puntual.lib.errors import DomainError, NotFound
from puntual.portfolio import operations as portfolio
from puntual.portfolio.types import BALANCE_KEY, EntryKind, NewEntry

_SQL = named.load(Path(__file__).parent.parent / "sql" / "full_files.sql")
_CHUNK = 10_000


class UnableToCloseMissing(DomainError):
    """What a full file leaves out cannot be closed as asked; nothing was written."""

    code = "unable-to-close-missing"


def keep_origins(*, import_id: int, is_full: bool) -> str:
    """
    Note that the debts of the staged file came through the door of its profile, and return that door.

    `is_full`: the file tells all there is of its door. Empty, and nothing noted, for a file without a profile: nobody
    can say whose debts it would leave out.
    """
    scope = _scope_of(import_id)
    if scope:
        rows.execute(_SQL["keep_origins"], {"import_id": import_id, "scope": scope, "is_full": is_full})
    if scope and is_full:
        rows.execute(_SQL["mark_full"], {"import_id": import_id, "scope": scope})
    return scope


def keep_origins_later(*, import_id: int) -> None:
    """Note through which door an applied file came, when its profile was kept only after it was applied."""
    scope = _scope_of(import_id)
    if scope:
        rows.execute(_SQL["keep_origins_of_import"], {"import_id": import_id, "scope": scope})


def _scope_of(import_id: int) -> str:
    return str(rows.fetch_all(_SQL["scope_of"], {"import_id": import_id})[0][0])


def lock_full_import(*, import_id: int) -> str:
    """
    Hold a full file and return its door.

    Raises: NotFound; UnableToCloseMissing when it is no full file, was closed already, or a newer one came.
    """
    found = rows.fetch_all(_SQL["full_import"], {"import_id": import_id})
    if not found:
        raise NotFound(_("No existe esa carga."))
    scope, state, closed_at, is_old = found[0][:4]
    if not scope or state != ImportState.APPLIED:
        raise UnableToCloseMissing(_("Esa carga no es un archivo completo con perfil."))
    if closed_at is not None:
        raise UnableToCloseMissing(_("Lo que falta en ese archivo ya se cerró."))
    if is_old:
        raise UnableToCloseMissing(_("Hay un archivo completo más reciente del mismo perfil."))
    return str(scope)


def close_missing(*, import_id: int, scope: str, today: date, at: datetime) -> int:
    """Close every open debt of the door that the file does not bring, and return how many."""
    closed = after = 0
    params = {"import_id": import_id, "scope": scope, "today": today, "limit": _CHUNK}
    while found := rows.fetch_all(_SQL["missing_to_close"], {**params, "after": after}):
        keys = {row[0]: f"{BALANCE_KEY}missing:{import_id}:{row[0]}" for row in found}
        portfolio.post_entries(
            entries=[
                NewEntry(
                    key=keys[receivable_id],
                    receivable_id=receivable_id,
                    kind=EntryKind.ADJUSTMENT,
                    amount=-open_amount,
                    currency=currency,
                    effective_date=effective_date,
                    note=_("No viene en el archivo completo de cartera"),
                )
                for receivable_id, currency, open_amount, effective_date in found
            ],
            at=at,
        )
        rows.execute(_SQL["mark_closed"], {"receivable_id": list(keys), "closing_key": list(keys.values())})
        closed += len(found)
        after = found[-1][0]
    rows.execute(_SQL["mark_missing_closed"], {"import_id": import_id, "at": at})
    return closed


def reopen_returned(*, at: datetime) -> int:
    """
    Open again what the staged file brings and an earlier full file left out, and return how many.

    The staged file must then be judged again: it was compared with debts that were closed.
    """
    if not rows.fetch_all(_SQL["anything_closed"])[0][0]:
        return 0
    found = rows.fetch_all(_SQL["returned"])
    if not found:
        return 0
    portfolio.post_entries(
        entries=[
            NewEntry(
                key=f"returned:{entry_id}",
                receivable_id=receivable_id,
                kind=EntryKind.REVERSAL,
                amount=-amount,
                currency=currency,
                effective_date=effective_date,
                reverses_id=entry_id,
            )
            for entry_id, receivable_id, amount, currency, effective_date, _key in found
        ],
        at=at,
    )
    rows.execute(
        _SQL["mark_closed"],
        {"receivable_id": [row[1] for row in found], "closing_key": [""] * len(found)},
    )
    return len(found)
