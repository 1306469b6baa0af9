"""Why a row stays out, what must be asked, and what was taken for granted."""

from dataclasses import dataclass
from enum import StrEnum


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
    INSTALMENT_COUNT_INVALID = "instalment-count-invalid"
    INSTALMENTS_DIFFER = "instalments-differ"
    INSTALMENT_INCOMPLETE = "instalment-incomplete"
    FREQUENCY_UNKNOWN = "frequency-unknown"
    TERM_IN_MONTHS = "term-in-months"
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
    DELETED = "deleted"


class QuestionCode(StrEnum):
    """What the file does not say for sure; apply refuses until a person answers."""

    DATE_ORDER = "date-order"
    DECIMAL_SIGN = "decimal-sign"
    KIND = "kind"
    MISSING_COLUMN = "missing-column"
    # No header names the columns, or none that is known.
    NAME_COLUMNS = "name-columns"
    CFDI_TERMS = "cfdi-terms"
    CFDI_ISSUERS = "cfdi-issuers"
    DUE_BEFORE_ISSUE = "due-before-issue"
    MIXED_DATES = "mixed-dates"
    FLIPPED_DATES = "flipped-dates"
    SHEET = "sheet"
    SHAPE_CHANGED = "shape-changed"
    NEGATIVE_AMOUNTS = "negative-amounts"
    LOAN_FREQUENCY = "loan-frequency"
    LOAN_AMOUNT = "loan-amount"
    LOAN_BALANCE = "loan-balance"


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
    LOAN_ROWS = "loan-rows"
    KIND_OF_CUSTOMER = "kind-of-customer"
    OTHER_SHEETS = "other-sheets"
    UNREAD_COLUMNS = "unread-columns"
    APPLIED_BEFORE = "applied-before"
    DUE_BEFORE_ISSUE = "due-before-issue"
    ISSUED_AHEAD = "issued-ahead"
    OTHER_NAMES = "other-names"
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
    CFDI_REPEATED = "cfdi-repeated"
    CFDI_UNAPPLIED = "cfdi-unapplied"
    CFDI_OVERAPPLIED = "cfdi-overapplied"
    CFDI_OLDEST_FIRST = "cfdi-oldest-first"
    DAMAGED_TEXT = "damaged-text"
    NEGATIVE_AMOUNTS = "negative-amounts"
    BEFORE_PROMPT_PAY = "before-prompt-pay"
    FULL_WITHOUT_PROFILE = "full-without-profile"


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
