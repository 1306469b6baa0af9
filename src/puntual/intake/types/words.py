"""Kinds, states and fields: the words that the rows of files are told in."""

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


# The `code` of a payment that pays no document: what its receipt leaves over stays the customer's credit.
LEFT_OVER = "CREDIT"


class NegativeMeaning(StrEnum):
    """What negative amounts in a file of debts are."""

    CREDIT_NOTES = "CREDIT_NOTES"
    REFUSED = "REFUSED"


class Frequency(StrEnum):
    """How often the instalments of a loan fall due."""

    MONTHLY = "MONTHLY"
    # Twice a month: the 15th and the last day, or a day and 15 days later.
    SEMIMONTHLY = "SEMIMONTHLY"
    # Every fourteen days.
    BIWEEKLY = "BIWEEKLY"
    WEEKLY = "WEEKLY"


class LoanAmount(StrEnum):
    """What the amount of a loan that is one row is: all that is to be paid, or what each instalment comes to."""

    TOTAL = "TOTAL"
    EACH = "EACH"


class LoanBalance(StrEnum):
    """What the balance of a loan that is one row says: what its newest instalments still owe, or nothing of them."""

    OLDEST_PAID = "OLDEST_PAID"
    IGNORED = "IGNORED"


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
    # A web page with tables, whatever its name says.
    HTML = "HTML"
    # A workbook of Excel 2003 as XML.
    XML = "XML"
    # A table of dBase, FoxPro or Clipper.
    DBF = "DBF"
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
    # What that payment comes to in all: however its parts are told, they never bring more.
    PAYMENT_TOTAL = "PAYMENT_TOTAL"
    CANCELLED_DATE = "CANCELLED_DATE"
    INSTALMENT_NUMBER = "INSTALMENT_NUMBER"
    PRINCIPAL = "PRINCIPAL"
    INTEREST = "INTEREST"
    FEE = "FEE"
    # Of a loan that is one row: what each instalment comes to, how many there are, how many of them are paid, and when.
    INSTALMENT_AMOUNT = "INSTALMENT_AMOUNT"
    INSTALMENT_COUNT = "INSTALMENT_COUNT"
    INSTALMENTS_PAID = "INSTALMENTS_PAID"
    FIRST_DUE_DATE = "FIRST_DUE_DATE"
    FREQUENCY = "FREQUENCY"
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


DATE_FIELDS = frozenset(
    {Field.ISSUE_DATE, Field.DUE_DATE, Field.PAID_DATE, Field.CANCELLED_DATE, Field.FIRST_DUE_DATE}
)
AMOUNT_FIELDS = frozenset(
    {
        Field.AMOUNT,
        Field.OPEN_AMOUNT,
        Field.PAID_AMOUNT,
        Field.PRINCIPAL,
        Field.INTEREST,
        Field.FEE,
        Field.INSTALMENT_AMOUNT,
        Field.PAYMENT_TOTAL,
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
