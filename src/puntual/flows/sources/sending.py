"""
Take what a program sends in one call: keep it → preview it → apply all of it, or nothing.

The key makes a call safe to repeat: killed in the middle, or asked again, it ends as if it had been made once.
"""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from puntual.audit.types import Actor
from puntual.db.locks import Lock, lock_in_transaction
from puntual.flows import intake
from puntual.intake import queries as intake_rows
from puntual.intake.types import Choices, FileKind, ImportState, RowNote
from puntual.lib.errors import DomainError
from puntual.sources import operations as sources
from puntual.sources import queries as source_rows

_REJECTED_SHOWN = 1000
# In a list of records the first one stands in the second row: the first are the names.
_FIRST_ROW = 2


class KeyAlreadyUsed(DomainError):
    """The key names something else that was applied; nothing was written."""

    code = "key-already-used"

    def __init__(self) -> None:
        super().__init__(_("Esa clave ya identifica otro envío, con otros datos. No se registró nada nuevo."))


@dataclass(frozen=True, slots=True)
class RejectedRecord:
    """A record that did not come in: its place in the list, from 0, and why."""

    place: int
    code: str
    message: str


class RecordsRejected(DomainError):
    """Some records cannot be taken, so none was."""

    code = "records-rejected"

    def __init__(self, *, import_id: int, rejected: tuple[RejectedRecord, ...], count: int) -> None:
        super().__init__(
            _("Se rechazaron %(count)s registros y no se guardó ninguno: corríjalos y mande todo otra vez.")
            % {"count": count}
        )
        self.import_id = import_id
        self.rejected = rejected


@dataclass(frozen=True, slots=True)
class SentResult:
    """What became of what a program sent."""

    import_id: int
    rows_total: int
    rows_accepted: int
    rows_unchanged: int
    rows_rejected: int
    rows_ignored: int
    rejected: tuple[RejectedRecord, ...]
    # True when this very call had been taken before, and nothing was written now.
    was_sent_before: bool


@intake.kept_open()
def take_records(
    *, content: bytes, key: str, is_partial: bool, actor: Actor, today: date, at: datetime
) -> SentResult:
    """
    Take a list of records as JSON, known by a key.

    `is_partial` takes the good ones and tells of the others; else one that is rejected stops all.

    Raises: KeyAlreadyUsed; RecordsRejected; intake.QuestionsOpen; what load, preview and apply refuse.
    """
    import_id, was_applied = _keep(content=content, key=key, actor=actor, at=at)
    if not was_applied:
        found = intake.preview(import_id=import_id, choices=Choices(kind=FileKind.MIXED))
        if found.questions:
            raise intake.QuestionsOpen(found)
        if found.counts.rows_rejected and not is_partial:
            raise RecordsRejected(
                import_id=import_id,
                rejected=tuple(_told(note) for note in found.rejected),
                count=found.counts.rows_rejected,
            )
        intake.apply_import(import_id=import_id, actor=actor, today=today, at=at)
    card = intake_rows.import_card(import_id=import_id)
    notes = intake_rows.rejected_rows(import_id=import_id, limit=_REJECTED_SHOWN)
    return SentResult(
        import_id=import_id,
        rows_total=card.rows_total,
        rows_accepted=card.rows_accepted,
        rows_unchanged=card.rows_unchanged,
        rows_rejected=card.rows_rejected,
        rows_ignored=card.rows_ignored,
        rejected=tuple(_told(note) for note in notes),
        was_sent_before=was_applied,
    )


@transaction.atomic(durable=True)
def _keep(*, content: bytes, key: str, actor: Actor, at: datetime) -> tuple[int, bool]:
    """Keep what was sent, once for each key, and say whether it is applied already."""
    lock_in_transaction(lock=Lock.SOURCE, key=f"sending:{key}")
    digest = hashlib.sha256(content).hexdigest()
    known = source_rows.sending_of(key=key)
    if known is not None:
        is_applied = intake_rows.import_card(import_id=known.import_id).state is ImportState.APPLIED
        if known.content_hash == digest:
            return known.import_id, is_applied
        if is_applied:
            raise KeyAlreadyUsed
    import_id = intake.keep_file(
        name=f"{key}.json", content=content, kind=FileKind.MIXED, profile=None, actor=actor, at=at
    )
    sources.keep_sending(key=key, content_hash=digest, import_id=import_id, at=at)
    return import_id, False


def _told(note: RowNote) -> RejectedRecord:
    return RejectedRecord(
        place=note.row_number - _FIRST_ROW,
        code=note.reason,
        message=intake_rows.reason_text(reason=note.reason, detail=note.detail),
    )
