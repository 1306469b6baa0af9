"""How a file is written and what its columns mean: decided, understood or remembered."""

from dataclasses import dataclass
from datetime import datetime

from puntual.intake.types.reasons import Question, QuestionCode, Remark
from puntual.intake.types.words import (
    DateOrder,
    DecimalSign,
    Field,
    FileFormat,
    FileKind,
    Frequency,
    LoanAmount,
    LoanBalance,
    NegativeMeaning,
    OrderSource,
)


@dataclass(frozen=True, slots=True)
class Choices:
    """
    What a person decided about a file; empty means "as you understood it".

    `columns` maps a column's position (from 0) to its meaning, None to no meaning (kept as attribute).
    `confirmed` names questions whose doubtful data is to be taken as it stands. `header_row` counts from 1; 0 says
    that the file has no header.
    `is_full`: the file lists every open debt, so what it does not list is settled.
    """

    kind: FileKind | None = None
    date_order: DateOrder | None = None
    decimal_sign: DecimalSign | None = None
    currency: str | None = None
    columns: tuple[tuple[int, Field | None], ...] = ()
    confirmed: frozenset[QuestionCode] = frozenset()
    sheet: str | None = None
    header_row: int | None = None
    is_full: bool = False
    negatives: NegativeMeaning | None = None
    # In how many days invoices fall due that do not say it.
    terms_days: int | None = None
    # Of loans that are one row each, where the file does not say it.
    frequency: Frequency | None = None
    loan_amount: LoanAmount | None = None
    loan_balance: LoanBalance | None = None


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the file is written. Rows are counted from 1, as a spreadsheet does; header row 0 is none at all."""

    format: FileFormat
    header_row: int
    encoding: str = ""
    separator: str = ""
    sheet: str = ""
    other_sheets: tuple[str, ...] = ()
    is_1904: bool = False
    # Of a header in two rows, the one above counts too.
    header_rows: int = 1
    # Where the columns of fixed width begin, from 0.
    cuts: tuple[int, ...] = ()
    # Columns that the file names and does not hold.
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its header, what it means and how sure that is, and some of its values."""

    position: int
    header: str
    field: Field | None
    confidence: float
    samples: tuple[str, ...]
    note: str = ""
    date_order: DateOrder | None = None
    decimal_sign: DecimalSign | None = None
    # A value of the column that allows no other date order, or the shape of one that allows no other sign.
    evidence: str = ""
    order_source: OrderSource | None = None


@dataclass(frozen=True, slots=True)
class Issuing:
    """Whose vouchers a file of CFDI may hold, and in how many days those fall due that do not say it."""

    tax_id: str = ""
    terms_days: int | None = None
    # A person said that documents of several issuers are all the company's own.
    is_confirmed: bool = False


@dataclass(frozen=True, slots=True)
class InstalmentColumns:
    """The columns of one instalment in a row that is a whole loan, from 0."""

    number: int
    due: int
    amount: int
    balance: int | None = None


@dataclass(frozen=True, slots=True)
class Loan:
    """
    How a row that is a whole loan becomes instalments: from `groups` of columns, or by number, day and frequency.

    What is None is told by no header and was not answered either.
    """

    groups: tuple[InstalmentColumns, ...] = ()
    frequency: Frequency | None = None
    amount: LoanAmount | None = None
    balance: LoanBalance | None = None
    # The header counts months, which are instalments only where one falls due every month.
    counts_months: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """Everything that was understood of a file before its rows are read as debts or payments."""

    dialect: Dialect
    kind: FileKind | None
    columns: tuple[Column, ...]
    currency: str
    questions: tuple[Question, ...]
    assumptions: tuple[Remark, ...]
    # Positions of columns whose ids were written as 2960623488.0.
    float_ids: frozenset[int] = frozenset()
    # Negative amounts are credit notes, because a person said so.
    negatives: NegativeMeaning | None = None
    # Only of CFDI.
    issuing: Issuing | None = None
    # Only where each row is a whole loan.
    loan: Loan | None = None


@dataclass(frozen=True, slots=True)
class Staging:
    """A file laid out in the staging tables of this transaction, and what was seen on the way."""

    layout: Layout
    questions: tuple[Question, ...]
    warnings: tuple[Remark, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """
    What a person decided about files of one shape, kept under a name. PII: none.

    `headers` are those of the file it was made from; `choices.columns` counts positions in them.
    """

    id: int
    name: str
    format: str
    headers: tuple[str, ...]
    choices: Choices
    actor_label: str
    updated_at: datetime
    used_at: datetime | None
    import_count: int


@dataclass(frozen=True, slots=True)
class ShapeChange:
    """How the columns of a file differ from those of its profile; headers as they are written."""

    added: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()

    @property
    def is_any(self) -> bool:
        """Say whether the shape changed at all."""
        return bool(self.added or self.missing or self.renamed)


@dataclass(frozen=True, slots=True)
class FittedProfile:
    """The profile that an import is read by, and how the file differs from it."""

    id: int
    name: str
    change: ShapeChange
