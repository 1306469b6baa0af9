"""What an import would do, does and did."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from puntual.intake.types.layouts import Column, Dialect
from puntual.intake.types.movements import MovementCount, MovementSum
from puntual.intake.types.reasons import Question, Remark
from puntual.intake.types.words import FileKind, ImportPhase, ImportState, RowOutcome


@dataclass(frozen=True, slots=True)
class RowNote:
    """A row that did not come in, with its cells as they stood."""

    row_number: int
    outcome: RowOutcome
    reason: str
    detail: str
    raw: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CurrencySum:
    """Money of the rows of one currency that were understood."""

    currency: str
    rows: int
    amount: Decimal
    open_amount: Decimal
    paid_amount: Decimal


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of rows, and what they bring."""

    rows_total: int = 0
    rows_accepted: int = 0
    rows_unchanged: int = 0
    rows_rejected: int = 0
    rows_ignored: int = 0
    customers_new: int = 0
    customers_changed: int = 0
    customers_unchanged: int = 0
    receivables_new: int = 0
    receivables_changed: int = 0
    receivables_unchanged: int = 0
    payments_new: int = 0
    payments_unchanged: int = 0
    points_new: int = 0
    # Of the accepted rows, those that change what is stored; the others bring something new.
    rows_changed: int = 0
    # Every record of the file other than debts.
    movements: tuple[MovementCount, ...] = ()
    # What they come to, rejected rows left out.
    movement_sums: tuple[MovementSum, ...] = ()


@dataclass(frozen=True, slots=True)
class AgedChange:
    """Open debts of one currency and age: as stored today, and as they would be."""

    currency: str
    bucket: str
    before: Decimal
    after: Decimal


@dataclass(frozen=True, slots=True)
class DocumentChange:
    """One document whose open amount would change. PII: customer_name."""

    row_number: int
    customer_key: str
    customer_name: str
    document_number: str
    currency: str
    before: Decimal
    after: Decimal
    due_before: date | None
    due_after: date | None


@dataclass(frozen=True, slots=True)
class Preview:
    """What applying an import would do, told before anything is written."""

    import_id: int
    file_name: str
    kind: FileKind | None
    dialect: Dialect
    columns: tuple[Column, ...]
    counts: Tally
    sums: tuple[CurrencySum, ...]
    rejected: tuple[RowNote, ...]
    reasons: tuple[tuple[str, int], ...]
    questions: tuple[Question, ...]
    assumptions: tuple[Remark, ...]
    warnings: tuple[Remark, ...]
    # When the very same bytes were applied before.
    applied_before_at: datetime | None = None
    aged: tuple[AgedChange, ...] = ()
    largest: tuple[DocumentChange, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportCounts:
    """What an import did."""

    import_id: int
    counts: Tally
    sums: tuple[CurrencySum, ...]
    reasons: tuple[tuple[str, int], ...]
    warnings: tuple[Remark, ...]
    # True when this import had been applied already and this call wrote nothing.
    was_applied_before: bool = False


@dataclass(frozen=True, slots=True)
class ImportCard:
    """An import as lists and pages see it. PII: none."""

    id: int
    file_name: str
    file_hash: str
    file_bytes: int
    kind: FileKind | None
    state: ImportState
    rows_total: int
    rows_accepted: int
    rows_unchanged: int
    rows_rejected: int
    rows_ignored: int
    error: str
    actor_label: str
    uploaded_at: datetime
    applied_at: datetime | None


@dataclass(frozen=True, slots=True)
class Progress:
    """
    How far an import is. PII: none.

    `done` of `total` counts rows in READING and steps in WRITING; total is zero while it is not known.
    """

    import_id: int
    state: ImportState
    phase: ImportPhase | None
    done: int
    total: int
    is_cancel_requested: bool


@dataclass(frozen=True, slots=True)
class RowResult:
    """One row of an applied file: its cells as they stood, what became of it, and what it became."""

    row_number: int
    outcome: RowOutcome
    reason: str
    detail: str
    receivable_id: int | None
    payment_id: int | None
    cells: tuple[str, ...]
