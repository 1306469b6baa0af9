"""Rows other than debts: payments, credit notes, adjustments, disputes, cancellations. Pure."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

from puntual.intake.rules import cells, words
from puntual.intake.rules.cfdi.columns import HEADERS
from puntual.intake.rules.fields import FieldReader
from puntual.intake.rules.reading import Cell
from puntual.intake.rules.staged import RowRefused, StagedRow
from puntual.intake.types import LEFT_OVER, Field, FileKind, Reason, Record
from puntual.lib.money import ZERO

_NOTE_LENGTH_MAX = 300
# A credit note may name several documents; nothing else that moves a debt does.
BETWEEN_NAMES = "; "
_NAMES_MAX = 500
_RECORDS = {
    FileKind.PAYMENTS: Record.PAYMENT,
    FileKind.CUSTOMERS: Record.CUSTOMER,
    FileKind.LOANS: Record.INSTALMENT,
    FileKind.CREDIT_NOTES: Record.CREDIT_NOTE,
    FileKind.ADJUSTMENTS: Record.ADJUSTMENT,
    FileKind.DISPUTES: Record.DISPUTE,
    FileKind.CANCELLATIONS: Record.CANCELLATION,
}
# What a row may be that tells neither a day nor an amount.
RECORDS_WITHOUT_MONEY = frozenset({Record.CUSTOMER, Record.DISPUTE, Record.CANCELLATION})
# The day without which a row of the kind tells nothing; the first that the file has.
_DAYS = {
    FileKind.PAYMENTS: (Field.PAID_DATE,),
    FileKind.CUSTOMERS: (Field.CUSTOMER_ID, Field.TAX_ID, Field.NAME),
    FileKind.CREDIT_NOTES: (Field.ISSUE_DATE,),
    FileKind.ADJUSTMENTS: (Field.ISSUE_DATE,),
    FileKind.DISPUTES: (Field.RELATED_DOCUMENT, Field.DOCUMENT_NUMBER, Field.CUSTOMER_ID),
    FileKind.CANCELLATIONS: (Field.CANCELLED_DATE, Field.RELATED_DOCUMENT, Field.DOCUMENT_NUMBER),
    FileKind.MIXED: (Field.ISSUE_DATE, Field.DUE_DATE, Field.PAID_DATE, Field.RECORD),
    FileKind.LOANS: (Field.DUE_DATE, Field.FIRST_DUE_DATE),
}


def record_of_kind(kind: FileKind | None) -> Record:
    """Say what the rows of a file of this kind hold, where they do not tell it themselves."""
    return _RECORDS.get(kind, Record.RECEIVABLE) if kind is not None else Record.RECEIVABLE


def day_place(fields: FieldReader, kind: FileKind | None) -> int | None:
    """Find the column without which a row tells nothing: its day, or who or what it is about."""
    wanted = _DAYS.get(kind, (Field.DUE_DATE,)) if kind is not None else (Field.DUE_DATE,)
    places = (fields.position(field) for field in wanted)
    return next((place for place in places if place is not None), None)


def record_code(text: str) -> str | None:
    """Name the record that a word stands for, None where nobody knows it."""
    return text if text in set(Record) else words.value_code("record", text) if text else None


def record_of_row(fields: FieldReader, row: Sequence[Cell]) -> Record:
    """
    Read what a row says it is.

    Raises: RowRefused when it says nothing that is known.
    """
    code = record_code(fields.text(row, Field.RECORD))
    if code is None:
        raise RowRefused(Reason.RECORD_UNKNOWN, fields.told(row, Field.RECORD))
    return Record(code)


def is_without_day(fields: FieldReader, row: Sequence[Cell]) -> bool:
    """Say whether a row says that it is something which needs no day: a customer may be called «Total»."""
    return record_code(fields.text(row, Field.RECORD)) in RECORDS_WITHOUT_MONEY


class MovementReader:
    """Reads rows that tell what happened to debts that are there already, or come in the same file."""

    def __init__(
        self,
        fields: FieldReader,
        *,
        last_day: date,
        key_of_customer: Callable[[Sequence[Cell]], str],
    ) -> None:
        self._fields = fields
        self._last_day = last_day
        self._key_of_customer = key_of_customer
        self._has_related = Field.RELATED_DOCUMENT in fields.places
        headers = fields.headers
        self._left_over = headers.index(HEADERS.unapplied) if HEADERS.unapplied in headers else len(headers)

    def read(self, record: Record, number: int, row: Sequence[Cell]) -> StagedRow:
        """
        Read one row of this record.

        Raises: RowRefused.
        """
        if record is Record.PAYMENT:
            return self._payment(number, row)
        if record is Record.CREDIT_NOTE:
            return self._credit_note(number, row)
        if record is Record.ADJUSTMENT:
            return self._adjustment(number, row)
        if record is Record.DISPUTE:
            return self._dispute(number, row)
        return self._cancellation(number, row)

    def _about(self, row: Sequence[Cell]) -> str:
        """Read which document a row is about: its related one, else the only one that it names."""
        field = Field.RELATED_DOCUMENT if self._has_related else Field.DOCUMENT_NUMBER
        return self._fields.id(row, field)

    def _own(self, row: Sequence[Cell]) -> str:
        return self._fields.id(row, Field.DOCUMENT_NUMBER) if self._has_related else ""

    def _day(self, row: Sequence[Cell], *wanted: Field) -> date | None:
        for field in wanted:
            day = self._fields.day(row, field)
            if day is not None:
                if day > self._last_day:
                    raise RowRefused(Reason.PAID_IN_FUTURE, self._fields.told(row, field))
                return day
        return None

    def _amount(self, row: Sequence[Cell], *wanted: Field) -> tuple[Decimal | None, set[str], Field]:
        for field in wanted:
            amount, mark = self._fields.amount(row, field)
            if amount is not None:
                return amount, {mark} if mark else set(), field
        return None, set(), wanted[0]

    def _note(self, row: Sequence[Cell], free: dict[str, str], *, text: str = "") -> str:
        told = [text] if text else []
        return "; ".join(told + [f"{header}: {value}" for header, value in free.items()])[:_NOTE_LENGTH_MAX]

    def _payment(self, number: int, row: Sequence[Cell]) -> StagedRow:
        fields = self._fields
        customer_key, document = self._key_of_customer(row), self._about(row)
        if not customer_key and not document:
            raise RowRefused(Reason.CUSTOMER_MISSING)
        paid_date = self._day(row, Field.PAID_DATE, Field.ISSUE_DATE)
        if paid_date is None:
            raise RowRefused(Reason.PAID_DATE_MISSING)
        amount, marks, field = self._amount(row, Field.PAID_AMOUNT, Field.AMOUNT)
        if amount is None:
            raise RowRefused(Reason.AMOUNT_MISSING)
        if amount <= ZERO:
            raise RowRefused(Reason.AMOUNT_NOT_POSITIVE, fields.told(row, field))
        free = fields.free(row)
        method = fields.coded(row, Field.PAYMENT_METHOD, "payment_method", free) or "OTHER"
        return StagedRow(
            row_number=number,
            record=Record.PAYMENT,
            customer_key=customer_key,
            related_document=document,
            # Empty: that of the document which is paid.
            currency=fields.currency(row, marks),
            paid_date=paid_date,
            paid_amount=amount,
            method=method,
            reference=fields.text(row, Field.PAYMENT_REFERENCE) or self._own(row),
            note=self._note(row, free),
            payment_group=fields.id(row, Field.PAYMENT_GROUP),
            payment_total=fields.amount(row, Field.PAYMENT_TOTAL)[0],
            code=LEFT_OVER if not document and self._is_left_over(row) else "",
        )

    def _is_left_over(self, row: Sequence[Cell]) -> bool:
        """Say whether a row is what a receipt leaves over when its documents are paid."""
        return self._left_over < len(row) and not cells.is_blank(row[self._left_over])

    def _credit_note(self, number: int, row: Sequence[Cell]) -> StagedRow:
        """Read a credit note; of one that was used in part, what is left of it is the credit."""
        fields = self._fields
        customer_key = self._key_of_customer(row)
        names = fields.ids(row, Field.RELATED_DOCUMENT)
        related = BETWEEN_NAMES.join(names)
        if not customer_key and not related:
            raise RowRefused(Reason.CUSTOMER_MISSING)
        if len(names) > _NAMES_MAX:
            raise RowRefused(Reason.TOO_LONG, f"{len(names)} > {_NAMES_MAX}")
        issued = self._day(row, Field.ISSUE_DATE, Field.PAID_DATE, Field.DUE_DATE)
        if issued is None:
            raise RowRefused(Reason.ISSUE_DATE_MISSING)
        amount, marks, _field = self._amount(row, Field.OPEN_AMOUNT, Field.AMOUNT, Field.PAID_AMOUNT)
        if amount is None:
            raise RowRefused(Reason.AMOUNT_MISSING)
        free = fields.free(row)
        return StagedRow(
            row_number=number,
            record=Record.CREDIT_NOTE,
            customer_key=customer_key,
            related_document=related,
            document_number=fields.id(row, Field.DOCUMENT_NUMBER),
            currency=fields.currency(row, marks),
            issue_date=issued,
            # A file writes a credit as minus or as plus; it is a credit all the same.
            amount=abs(amount),
            note=self._note(row, free, text=fields.text(row, Field.MOTIVE)),
        )

    def _adjustment(self, number: int, row: Sequence[Cell]) -> StagedRow:
        fields = self._fields
        related = self._about(row)
        if not related:
            raise RowRefused(Reason.DOCUMENT_MISSING)
        day = self._day(row, Field.ISSUE_DATE, Field.PAID_DATE)
        if day is None:
            raise RowRefused(Reason.ISSUE_DATE_MISSING)
        amount, marks, field = self._amount(row, Field.AMOUNT, Field.PAID_AMOUNT)
        if amount is None:
            raise RowRefused(Reason.AMOUNT_MISSING)
        if amount == ZERO:
            raise RowRefused(Reason.AMOUNT_ZERO, fields.told(row, field))
        motive = fields.text(row, Field.MOTIVE)
        texts = (motive, fields.text(row, Field.DOCUMENT_KIND), fields.text(row, Field.RECORD))
        codes = (words.value_code("adjustment_kind", text) for text in texts if text)
        return StagedRow(
            row_number=number,
            record=Record.ADJUSTMENT,
            customer_key=self._key_of_customer(row),
            related_document=related,
            document_number=self._own(row),
            currency=fields.currency(row, marks),
            issue_date=day,
            amount=amount,
            code=next((code for code in codes if code), "ADJUSTMENT"),
            note=self._note(row, fields.free(row), text=motive),
        )

    def _dispute(self, number: int, row: Sequence[Cell]) -> StagedRow:
        fields = self._fields
        customer_key, related = self._key_of_customer(row), self._about(row)
        if not customer_key and not related:
            raise RowRefused(Reason.DOCUMENT_MISSING)
        amount, marks, field = self._amount(row, Field.AMOUNT, Field.OPEN_AMOUNT)
        if amount is not None and amount < ZERO:
            raise RowRefused(Reason.AMOUNT_NOT_POSITIVE, fields.told(row, field))
        free = fields.free(row)
        code, motive = (
            fields.coded(row, Field.DISPUTE_REASON, "dispute_reason", free),
            fields.text(row, Field.MOTIVE),
        )
        return StagedRow(
            row_number=number,
            record=Record.DISPUTE,
            customer_key=customer_key,
            related_document=related,
            document_number=self._own(row),
            currency=fields.currency(row, marks),
            issue_date=self._day(row, Field.ISSUE_DATE),
            amount=amount or None,
            code=code or words.value_code("dispute_reason", motive) or "OTHER",
            note=self._note(row, free, text=motive),
        )

    def _cancellation(self, number: int, row: Sequence[Cell]) -> StagedRow:
        fields = self._fields
        related = fields.id(row, Field.RELATED_DOCUMENT) or fields.id(row, Field.DOCUMENT_NUMBER)
        if not related:
            raise RowRefused(Reason.DOCUMENT_MISSING)
        return StagedRow(
            row_number=number,
            record=Record.CANCELLATION,
            customer_key=self._key_of_customer(row),
            related_document=related,
            issue_date=self._day(row, Field.CANCELLED_DATE),
            note=self._note(row, fields.free(row), text=fields.text(row, Field.MOTIVE)),
        )


def instalment_document(fields: FieldReader, row: Sequence[Cell]) -> str:
    """
    Name one instalment: the loan's number and that of the instalment, where it has no document of its own.

    Raises: RowRefused.
    """
    account, document = fields.id(row, Field.ACCOUNT), fields.id(row, Field.DOCUMENT_NUMBER)
    if account and document and account != document:
        return document
    place = cells.text_of(fields.id(row, Field.INSTALMENT_NUMBER))
    loan = account or document
    if not loan:
        raise RowRefused(Reason.DOCUMENT_MISSING)
    if not place:
        raise RowRefused(Reason.INSTALMENT_MISSING)
    return f"{loan}-{place.partition('/')[0].strip()}"


def instalment_amount(fields: FieldReader, row: Sequence[Cell]) -> tuple[Decimal | None, str | None]:
    """Read what one instalment comes to: its total, else capital, interest and fee together."""
    total, mark = fields.amount(row, Field.AMOUNT)
    if total is not None:
        return total, mark
    parts = [fields.amount(row, field) for field in (Field.PRINCIPAL, Field.INTEREST, Field.FEE)]
    given = [amount for amount, _mark in parts if amount is not None]
    marks = [mark for _amount, mark in parts if mark]
    return (sum(given, ZERO) if given else None), (marks[0] if marks else None)


def instalment_parts(fields: FieldReader, row: Sequence[Cell]) -> dict[str, str]:
    """Keep of what one instalment is made, under the headers of the file."""
    wanted = (Field.INSTALMENT_NUMBER, Field.PRINCIPAL, Field.INTEREST, Field.FEE)
    places = [place for field in wanted if (place := fields.position(field)) is not None]
    return {
        fields.headers[place]: cells.raw_of(cells.text_of(row[place]))
        for place in places
        if place < len(row) and not cells.is_blank(row[place])
    }
