"""Words of intake: what did the client send, what did we accept?"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class FileKind(StrEnum):
    """What a file holds."""

    RECEIVABLES = "RECEIVABLES"
    PAYMENTS = "PAYMENTS"


class ImportState(StrEnum):
    """Life of an import."""

    UPLOADED = "UPLOADED"
    PREVIEWED = "PREVIEWED"
    APPLYING = "APPLYING"
    APPLIED = "APPLIED"
    REFUSED = "REFUSED"


class RowOutcome(StrEnum):
    """What became of one row: rows in = accepted + unchanged + rejected + ignored."""

    ACCEPTED = "ACCEPTED"
    UNCHANGED = "UNCHANGED"
    REJECTED = "REJECTED"
    IGNORED = "IGNORED"


class FileFormat(StrEnum):
    """What a file is."""

    CSV = "CSV"
    XLSX = "XLSX"


class Field(StrEnum):
    """What a column may mean."""

    CUSTOMER_ID = "CUSTOMER_ID"
    NAME = "NAME"
    SHORT_NAME = "SHORT_NAME"
    CUSTOMER_KIND = "CUSTOMER_KIND"
    TAX_ID = "TAX_ID"
    LANGUAGE = "LANGUAGE"
    EMAIL = "EMAIL"
    PHONE = "PHONE"
    STATE = "STATE"
    CITY = "CITY"
    POSTAL_CODE = "POSTAL_CODE"
    TIME_ZONE = "TIME_ZONE"
    SECTOR = "SECTOR"
    TAGS = "TAGS"
    ACCOUNT = "ACCOUNT"
    PRODUCT = "PRODUCT"
    DOCUMENT_KIND = "DOCUMENT_KIND"
    DOCUMENT_NUMBER = "DOCUMENT_NUMBER"
    CURRENCY = "CURRENCY"
    ISSUE_DATE = "ISSUE_DATE"
    DUE_DATE = "DUE_DATE"
    AMOUNT = "AMOUNT"
    OPEN_AMOUNT = "OPEN_AMOUNT"
    PAID_DATE = "PAID_DATE"
    PAID_AMOUNT = "PAID_AMOUNT"
    PAYMENT_METHOD = "PAYMENT_METHOD"
    PAYMENT_REFERENCE = "PAYMENT_REFERENCE"
    GUARANTOR_NAME = "GUARANTOR_NAME"
    GUARANTOR_PHONE = "GUARANTOR_PHONE"
    DISPUTED = "DISPUTED"


DATE_FIELDS = frozenset({Field.ISSUE_DATE, Field.DUE_DATE, Field.PAID_DATE})
AMOUNT_FIELDS = frozenset({Field.AMOUNT, Field.OPEN_AMOUNT, Field.PAID_AMOUNT})
ID_FIELDS = frozenset(
    {Field.CUSTOMER_ID, Field.DOCUMENT_NUMBER, Field.ACCOUNT, Field.TAX_ID, Field.POSTAL_CODE}
)
# A customer may have several addresses in one row.
REPEATABLE_FIELDS = frozenset({Field.EMAIL, Field.PHONE})


class DateOrder(StrEnum):
    """Which part of a date in digits comes first."""

    DMY = "DMY"
    MDY = "MDY"
    YMD = "YMD"


class DecimalSign(StrEnum):
    """Which sign parts the cents."""

    POINT = "POINT"
    COMMA = "COMMA"


class Reason(StrEnum):
    """Why a row was rejected or ignored; stored, and told in words by `queries.reason_text`."""

    CUSTOMER_MISSING = "customer-missing"
    DOCUMENT_MISSING = "document-missing"
    DUE_DATE_MISSING = "due-date-missing"
    PAID_DATE_MISSING = "paid-date-missing"
    AMOUNT_MISSING = "amount-missing"
    DATE_INVALID = "date-invalid"
    DATE_OUT_OF_RANGE = "date-out-of-range"
    AMOUNT_INVALID = "amount-invalid"
    AMOUNT_NOT_POSITIVE = "amount-not-positive"
    AMOUNT_TOO_LARGE = "amount-too-large"
    BALANCE_NEGATIVE = "balance-negative"
    BALANCE_ABOVE_AMOUNT = "balance-above-amount"
    BALANCE_RISES = "balance-rises"
    AMOUNT_BELOW_PAID = "amount-below-paid"
    NOTHING_OWED = "nothing-owed"
    CURRENCY_UNKNOWN = "currency-unknown"
    CURRENCY_DIFFERS = "currency-differs"
    CREDIT_NOTE = "credit-note"
    ID_MANGLED = "id-mangled"
    TOO_LONG = "too-long"
    TOO_MANY_CELLS = "too-many-cells"
    BROKEN_QUOTES = "broken-quotes"
    UNREADABLE_CHARACTERS = "unreadable-characters"
    PAID_IN_FUTURE = "paid-in-future"
    REPEATED_ROW = "repeated-row"
    CONFLICTING_ROWS = "conflicting-rows"
    CUSTOMER_UNKNOWN = "customer-unknown"
    DOCUMENT_UNKNOWN = "document-unknown"
    DOCUMENT_AMBIGUOUS = "document-ambiguous"
    BLANK = "blank"
    TOTAL = "total"
    REPEATED_HEADER = "repeated-header"


class QuestionCode(StrEnum):
    """What the file does not say for sure; apply refuses until a person answers."""

    DATE_ORDER = "date-order"
    DECIMAL_SIGN = "decimal-sign"
    KIND = "kind"
    MISSING_COLUMN = "missing-column"
    DUE_BEFORE_ISSUE = "due-before-issue"
    MIXED_DATES = "mixed-dates"


class RemarkCode(StrEnum):
    """What was taken for granted, or looks odd, in a file that can be read."""

    CURRENCY_OF_COMPANY = "currency-of-company"
    CURRENCY_OF_HEADER = "currency-of-header"
    CUSTOMER_BY_TAX_ID = "customer-by-tax-id"
    CUSTOMER_BY_NAME = "customer-by-name"
    NAME_IS_NUMBER = "name-is-number"
    ISSUE_IS_DUE = "issue-is-due"
    AMOUNT_IS_BALANCE = "amount-is-balance"
    PAID_IN_FULL = "paid-in-full"
    KIND_OF_CUSTOMER = "kind-of-customer"
    OTHER_SHEETS = "other-sheets"
    APPLIED_BEFORE = "applied-before"
    DUE_BEFORE_ISSUE = "due-before-issue"
    ODD_CONTACTS = "odd-contacts"
    ODD_VALUES = "odd-values"
    DAMAGED_TEXT = "damaged-text"


@dataclass(frozen=True, slots=True)
class Question:
    """
    An open question: what is asked and the answers that `Choices` takes.

    `values` are what the wording needs; `text` is filled by `queries` in the reader's language.
    """

    code: QuestionCode
    column: str = ""
    options: tuple[str, ...] = ()
    values: tuple[tuple[str, str], ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Remark:
    """An assumption or a warning; `values` and `text` as in a question."""

    code: RemarkCode
    values: tuple[tuple[str, str], ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Choices:
    """
    What a person decided about a file; empty means "as you understood it".

    `columns` maps a column's position (from 0) to its meaning, None to no meaning (kept as attribute).
    `confirmed` names questions whose doubtful data is to be taken as it stands.
    """

    kind: FileKind | None = None
    date_order: DateOrder | None = None
    decimal_sign: DecimalSign | None = None
    currency: str | None = None
    columns: tuple[tuple[int, Field | None], ...] = ()
    confirmed: frozenset[QuestionCode] = frozenset()


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the file is written. Rows are counted from 1, as a spreadsheet does."""

    format: FileFormat
    header_row: int
    encoding: str = ""
    separator: str = ""
    sheet: str = ""
    other_sheets: tuple[str, ...] = ()
    is_1904: bool = False


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
    # A value of the column that allows no other date order or decimal sign.
    evidence: str = ""


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


@dataclass(frozen=True, slots=True)
class Staging:
    """A file laid out in the staging tables of this transaction, and what was seen on the way."""

    layout: Layout
    questions: tuple[Question, ...]
    warnings: tuple[Remark, ...]


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
