"""Words of intake: what did the client send, what did we accept?"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum


class FileKind(StrEnum):
    """What a file holds."""

    RECEIVABLES = "RECEIVABLES"
    PAYMENTS = "PAYMENTS"
    CUSTOMERS = "CUSTOMERS"
    LOANS = "LOANS"
    CREDIT_NOTES = "CREDIT_NOTES"
    ADJUSTMENTS = "ADJUSTMENTS"
    DISPUTES = "DISPUTES"
    CANCELLATIONS = "CANCELLATIONS"
    # Every row tells what it is.
    MIXED = "MIXED"


class Record(StrEnum):
    """What one row holds."""

    RECEIVABLE = "RECEIVABLE"
    INSTALMENT = "INSTALMENT"
    CUSTOMER = "CUSTOMER"
    PAYMENT = "PAYMENT"
    CREDIT_NOTE = "CREDIT_NOTE"
    ADJUSTMENT = "ADJUSTMENT"
    DISPUTE = "DISPUTE"
    CANCELLATION = "CANCELLATION"


# What happens to a debt that is there already; each waits where its customer or document is not here yet.
MOVEMENTS = (Record.CANCELLATION, Record.CREDIT_NOTE, Record.ADJUSTMENT, Record.PAYMENT, Record.DISPUTE)


class MovementState(StrEnum):
    """Life of a movement that a file brought."""

    WAITING = "WAITING"
    POSTED = "POSTED"
    # A person said that it is none of ours, or was given back.
    DISMISSED = "DISMISSED"
    # A person parted it; its parts are movements of their own.
    SPLIT = "SPLIT"


class WaitReason(StrEnum):
    """Why a movement waits."""

    NEW = "new"
    CUSTOMER_UNKNOWN = "customer-unknown"
    DOCUMENT_UNKNOWN = "document-unknown"
    DOCUMENT_AMBIGUOUS = "document-ambiguous"
    CURRENCY_DIFFERS = "currency-differs"
    # What is left of a credit note of a customer who owes nothing now.
    NOTHING_OWED = "nothing-owed"
    ABOVE_OPEN = "above-open"


class Dismissal(StrEnum):
    """Why a person put a movement aside."""

    NOT_OURS = "NOT_OURS"
    RETURNED = "RETURNED"
    REPEATED = "REPEATED"
    CANCELLED = "CANCELLED"


class NegativeMeaning(StrEnum):
    """What negative amounts in a file of debts are."""

    CREDIT_NOTES = "CREDIT_NOTES"
    REFUSED = "REFUSED"


class ImportState(StrEnum):
    """Life of an import."""

    UPLOADED = "UPLOADED"
    PREVIEWED = "PREVIEWED"
    APPLYING = "APPLYING"
    APPLIED = "APPLIED"
    REFUSED = "REFUSED"


class ImportPhase(StrEnum):
    """What an import that is being applied is doing."""

    WAITING = "WAITING"
    READING = "READING"
    JUDGING = "JUDGING"
    WRITING = "WRITING"
    CLOSING = "CLOSING"


class RowOutcome(StrEnum):
    """What became of one row: rows in = accepted + unchanged + rejected + ignored."""

    ACCEPTED = "ACCEPTED"
    UNCHANGED = "UNCHANGED"
    REJECTED = "REJECTED"
    IGNORED = "IGNORED"


class FileFormat(StrEnum):
    """What a file is."""

    CSV = "CSV"
    # Columns that begin at the same place in every line.
    FIXED = "FIXED"
    XLSX = "XLSX"
    XLS = "XLS"
    ODS = "ODS"
    JSON = "JSON"
    # One CFDI, a list of the SAT, or an archive of them.
    CFDI = "CFDI"


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
    # What the row is: one of `Record`, in the words of `values.record`.
    RECORD = "RECORD"
    # The document that a payment, credit note, adjustment, dispute or cancellation is about.
    RELATED_DOCUMENT = "RELATED_DOCUMENT"
    # Rows with the same value are parts of one payment.
    PAYMENT_GROUP = "PAYMENT_GROUP"
    CANCELLED_DATE = "CANCELLED_DATE"
    INSTALMENT_NUMBER = "INSTALMENT_NUMBER"
    PRINCIPAL = "PRINCIPAL"
    INTEREST = "INTEREST"
    FEE = "FEE"
    # Why a debt was adjusted, or is disputed, in words.
    MOTIVE = "MOTIVE"
    DISPUTE_REASON = "DISPUTE_REASON"
    CONTACT_NAME = "CONTACT_NAME"
    CONTACT_ROLE = "CONTACT_ROLE"
    # May the customer be contacted, at all or by one channel.
    CONSENT = "CONSENT"
    CONSENT_EMAIL = "CONSENT_EMAIL"
    CONSENT_SMS = "CONSENT_SMS"
    CONSENT_WHATSAPP = "CONSENT_WHATSAPP"
    CONSENT_CALL = "CONSENT_CALL"
    OPT_OUT = "OPT_OUT"


DATE_FIELDS = frozenset({Field.ISSUE_DATE, Field.DUE_DATE, Field.PAID_DATE, Field.CANCELLED_DATE})
AMOUNT_FIELDS = frozenset(
    {
        Field.AMOUNT,
        Field.OPEN_AMOUNT,
        Field.PAID_AMOUNT,
        Field.PRINCIPAL,
        Field.INTEREST,
        Field.FEE,
    }
)
ID_FIELDS = frozenset(
    {
        Field.CUSTOMER_ID,
        Field.DOCUMENT_NUMBER,
        Field.ACCOUNT,
        Field.TAX_ID,
        Field.POSTAL_CODE,
        Field.RELATED_DOCUMENT,
        Field.PAYMENT_GROUP,
        Field.INSTALMENT_NUMBER,
    }
)
# A customer may have several addresses in one row.
REPEATABLE_FIELDS = frozenset({Field.EMAIL, Field.PHONE})


class DateOrder(StrEnum):
    """Which part of a date in digits comes first."""

    DMY = "DMY"
    MDY = "MDY"
    YMD = "YMD"


class OrderSource(StrEnum):
    """What decided the order of a column's dates."""

    # Days above 12 in the column itself.
    VALUES = "VALUES"
    # The other columns of dates.
    SISTERS = "SISTERS"
    # The days between issue and due day.
    TERMS = "TERMS"
    # A person.
    CHOICE = "CHOICE"


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
    INSTALMENT_MISSING = "instalment-missing"
    RECORD_UNKNOWN = "record-unknown"
    ISSUE_DATE_MISSING = "issue-date-missing"
    AMOUNT_ZERO = "amount-zero"
    REPEATED_ROW = "repeated-row"
    CONFLICTING_ROWS = "conflicting-rows"
    CUSTOMER_UNKNOWN = "customer-unknown"
    DOCUMENT_UNKNOWN = "document-unknown"
    DOCUMENT_AMBIGUOUS = "document-ambiguous"
    # What an archive of CFDI holds besides debts, and CFDI that cannot be taken.
    CFDI_BROKEN = "cfdi-broken"
    CFDI_UNSAFE = "cfdi-unsafe"
    CFDI_OTHER_XML = "cfdi-other-xml"
    CFDI_VERSION = "cfdi-version"
    CFDI_TYPE = "cfdi-type"
    CFDI_NO_PAYMENTS = "cfdi-no-payments"
    CFDI_PUBLIC = "cfdi-public"
    CFDI_RECEIVED = "cfdi-received"
    CFDI_NO_DEBT = "cfdi-no-debt"
    CFDI_REPEATED = "cfdi-repeated"
    CFDI_CANCELLED = "cfdi-cancelled"
    CFDI_IN_FORCE = "cfdi-in-force"
    OTHER_FILE = "other-file"
    MEMBER_TOO_LARGE = "member-too-large"
    MEMBER_BROKEN = "member-broken"
    MEMBER_NESTED = "member-nested"
    BLANK = "blank"
    TOTAL = "total"
    REPEATED_HEADER = "repeated-header"


class QuestionCode(StrEnum):
    """What the file does not say for sure; apply refuses until a person answers."""

    DATE_ORDER = "date-order"
    DECIMAL_SIGN = "decimal-sign"
    KIND = "kind"
    MISSING_COLUMN = "missing-column"
    CFDI_TERMS = "cfdi-terms"
    CFDI_ISSUERS = "cfdi-issuers"
    DUE_BEFORE_ISSUE = "due-before-issue"
    MIXED_DATES = "mixed-dates"
    FLIPPED_DATES = "flipped-dates"
    SHEET = "sheet"
    SHAPE_CHANGED = "shape-changed"
    NEGATIVE_AMOUNTS = "negative-amounts"


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
    CFDI_ISSUER = "cfdi-issuer"
    CFDI_AT_ONCE = "cfdi-at-once"
    CFDI_DEFAULT_TERMS = "cfdi-default-terms"
    CFDI_UNSTAMPED = "cfdi-unstamped"
    CFDI_BY_NAME = "cfdi-by-name"
    CFDI_REPLACES = "cfdi-replaces"
    CFDI_NO_DEBTS = "cfdi-no-debts"
    CFDI_OTHER_FILES = "cfdi-other-files"
    CFDI_UNAPPLIED = "cfdi-unapplied"
    CFDI_OLDEST_FIRST = "cfdi-oldest-first"
    DAMAGED_TEXT = "damaged-text"
    NEGATIVE_AMOUNTS = "negative-amounts"


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
    `confirmed` names questions whose doubtful data is to be taken as it stands. `header_row` counts from 1.
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
    # Of a header in two rows, the one above counts too.
    header_rows: int = 1
    # Where the columns of fixed width begin, from 0.
    cuts: tuple[int, ...] = ()


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
class MovementCount:
    """What becomes of the movements of one record: posted, waiting for their document, or known already."""

    record: Record
    posted: int = 0
    waiting: int = 0
    unchanged: int = 0


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


@dataclass(frozen=True, slots=True)
class MissingSum:
    """Open debts of one currency that a full file does not bring any more."""

    currency: str
    receivables: int
    open_amount: Decimal


@dataclass(frozen=True, slots=True)
class MissingRow:
    """One debt that a full file does not bring any more."""

    receivable_id: int
    customer_id: int
    customer_name: str
    document_number: str
    currency: str
    open_amount: Decimal
    due_date: date


@dataclass(frozen=True, slots=True)
class Missing:
    """
    Open debts that came through the same door before and are not in a full file.

    `share` is the greater of two: how many of the door's open debts they are, and how much of their money.
    Unreadable rows may be debts that look missing.
    """

    import_id: int
    scope: str
    receivables: int
    receivables_before: int
    share: Decimal
    needs_approval: bool
    rows_unreadable: int
    sums: tuple[MissingSum, ...]
    sample: tuple[MissingRow, ...]
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MovementRow:
    """A movement as lists and pages see it. PII: reference, note."""

    id: int
    import_id: int
    file_name: str
    row_number: int
    record: Record
    state: MovementState
    reason: str
    customer_key: str
    customer_id: int | None
    customer_name: str
    document_number: str
    own_number: str
    amount: Decimal | None
    remaining: Decimal | None
    currency: str
    value_date: date | None
    method: str
    reference: str
    note: str
    payment_id: int | None
    settled_at: datetime | None
    settled_by: str
    answer: str
    created_at: datetime


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
