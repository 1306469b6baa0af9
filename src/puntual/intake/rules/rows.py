"""One row of a file as a debt or a payment, or why it is none. Nothing is guessed and nothing is dropped."""

import json
import re
from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from hashlib import blake2b
from typing import NamedTuple

from puntual.intake.rules import cells, consents, movements, words
from puntual.intake.rules.cfdi.completing import Completer, LeftOut
from puntual.intake.rules.dbase import DeletedRow
from puntual.intake.rules.fields import FieldReader
from puntual.intake.rules.reading import Cell
from puntual.intake.rules.staged import (
    CustomerFacts,
    Parsed,
    RowRefused,
    StagedRow,
    kind_by_evidence,
    left_out,
    receivable_key,
)
from puntual.intake.types import (
    Field,
    FileFormat,
    FileKind,
    Layout,
    NegativeMeaning,
    Question,
    Reason,
    Record,
    Remark,
    RemarkCode,
    RowOutcome,
)
from puntual.lib.money import ZERO
from puntual.lib.zones import is_time_zone

_KEY_LENGTH_MAX = 160
_NAME_AS_ID_LENGTH_MAX = 80
_NOTE_LENGTH_MAX = 300
_TAG_LENGTH_MAX = 60
_SEEN_BYTES = 12
_TOTAL = re.compile(r"^(sub ?total|gran total|grand total|total|totales|suma|sumas|sum|saldo total)\b")
_SUM_FIELDS = (Field.AMOUNT, Field.OPEN_AMOUNT, Field.PAID_AMOUNT)
_WHO = (Field.CUSTOMER_ID, Field.TAX_ID, Field.NAME)
_CUSTOMER_FIELDS = (
    *_WHO,
    Field.SHORT_NAME,
    Field.CUSTOMER_KIND,
    Field.LANGUAGE,
    Field.EMAIL,
    Field.PHONE,
    Field.STATE,
    Field.CITY,
    Field.POSTAL_CODE,
    Field.TIME_ZONE,
    Field.SECTOR,
    Field.TAGS,
    Field.GUARANTOR_NAME,
    Field.GUARANTOR_PHONE,
    Field.CONTACT_NAME,
    Field.CONTACT_ROLE,
    Field.CONSENT,
    Field.CONSENT_EMAIL,
    Field.CONSENT_SMS,
    Field.CONSENT_WHATSAPP,
    Field.CONSENT_CALL,
    Field.OPT_OUT,
)
_DEBTS = (Record.RECEIVABLE, Record.INSTALMENT)


class _Money(NamedTuple):
    currency: str
    amount: Decimal | None
    open_amount: Decimal | None
    paid_date: date | None
    paid_amount: Decimal | None


class RowParser:
    """Reads the rows of one file, one after the other."""

    def __init__(self, layout: Layout, *, last_day: date) -> None:
        self._layout = layout
        self._last_day = last_day
        self._fields = FieldReader(layout)
        self._record = movements.record_of_kind(layout.kind)
        self._is_mixed = layout.kind is FileKind.MIXED
        self._is_loans = layout.kind is FileKind.LOANS
        self._takes_negatives = layout.negatives is NegativeMeaning.CREDIT_NOTES
        self._is_text = layout.dialect.format is FileFormat.CSV
        self._width = len(layout.columns)
        places = self._fields.places
        self._tells_contacts = layout.kind is FileKind.CUSTOMERS
        self._customer_places = (
            list(range(self._width))
            if self._tells_contacts
            else sorted(p for field in _CUSTOMER_FIELDS for p in places.get(field, ()))
        )
        self._sum_places = {p for field in _SUM_FIELDS for p in places.get(field, ())}
        self._who = next((field for field in _WHO if field in places), Field.CUSTOMER_ID)
        self._day_place = movements.day_place(self._fields, layout.kind)
        self._movements = movements.MovementReader(
            self._fields, last_day=last_day, key_of_customer=self._key_of_customer
        )
        self._seen: set[bytes] = set()
        issuing = layout.issuing
        self._completer = Completer(issuing, remarks=self._fields.remarks) if issuing else None

    @property
    def remarks(self) -> Counter[RemarkCode]:
        """Count what looked odd in the rows read so far."""
        return self._fields.remarks

    @property
    def fields(self) -> FieldReader:
        """Return what reads the cells of this file."""
        return self._fields

    @property
    def who(self) -> Field:
        """Name the field by which this file knows a customer."""
        return self._who

    @property
    def customer_places(self) -> list[int]:
        """List the columns that tell of a customer, from 0."""
        return self._customer_places

    def customer(self, row: Sequence[Cell], customer_key: str) -> CustomerFacts | None:
        """
        Read what a row says of its customer, unless a row before said the very same.

        Raises: RowRefused.
        """
        return self._customer(row, customer_key)

    def questions(self) -> tuple[Question, ...]:
        """List what must be asked about the rows read so far."""
        return self._completer.questions() if self._completer else ()

    def notes(self) -> tuple[Remark, ...]:
        """List what is to be told of the rows read so far, besides what is counted in `remarks`."""
        return self._completer.issuer_remark() if self._completer else ()

    def parse_all(self, number: int, row: Sequence[Cell]) -> list[Parsed]:
        """Read one row as all that it holds."""
        return [self.parse(number, row)]

    def parse(self, number: int, row: Sequence[Cell]) -> Parsed:
        """Read one row."""
        try:
            ignored = self.ignored(row) if self._completer is None else None
            row = row if self._completer is None else self._completer.complete(row)
        except LeftOut as left:
            return Parsed(left_out(number, left.outcome, left.reason, left.detail, row), None)
        if ignored is not None:
            return Parsed(left_out(number, RowOutcome.IGNORED, ignored, "", row), None)
        try:
            self.check_shape(row)
            record = movements.record_of_row(self._fields, row) if self._is_mixed else self._record
            return self._read(record, number, row)
        except RowRefused as refused:
            return Parsed(left_out(number, RowOutcome.REJECTED, refused.reason, refused.detail, row), None)

    def ignored(self, row: Sequence[Cell]) -> Reason | None:
        """Find rows that tell of no debt: blank ones, sums, the header again. Never one that has its day."""
        day = self._day_place
        if day is not None and day < len(row) and not cells.is_blank(row[day]):
            if row[day] == self._fields.headers[day]:
                return Reason.REPEATED_HEADER
            # The word stands beside the sum, where days stand in other rows.
            text = row[day]
            is_total = isinstance(text, str) and text[:1].isalpha() and _TOTAL.match(words.fold(text))
            has_document = not cells.is_blank(self._fields.cell(row, Field.DOCUMENT_NUMBER))
            return Reason.TOTAL if is_total and not has_document else None
        filled = [position for position, cell in enumerate(row) if not cells.is_blank(cell)]
        if not filled:
            return Reason.DELETED if isinstance(row, DeletedRow) else Reason.BLANK
        if self._sum_places.issuperset(filled):
            return Reason.TOTAL
        document = words.fold(cells.text_of(self._fields.cell(row, Field.DOCUMENT_NUMBER)))
        if document and not _TOTAL.match(document):
            return None
        if movements.is_without_day(self._fields, row):
            return None
        texts = (words.fold(cell) for position in filled if isinstance(cell := row[position], str))
        return Reason.TOTAL if any(_TOTAL.match(text) for text in texts) else None

    def check_shape(self, row: Sequence[Cell]) -> None:
        """Refuse rows that the writer of the file broke."""
        if len(row) > self._width and any(not cells.is_blank(cell) for cell in row[self._width :]):
            raise RowRefused(Reason.TOO_MANY_CELLS, f"{len(row)} / {self._width}")
        # Most rows show at a glance that nothing is wrong with any cell.
        if self._is_text and (text := "".join(row)).isprintable() and "\ufffd" not in text:  # type: ignore[arg-type]
            return
        for position, cell in enumerate(row):
            if not isinstance(cell, str) or (cell.isascii() and cell.isprintable()):
                continue
            header = self._fields.headers[position] if position < self._width else ""
            if cells.is_damaged(cell):
                raise RowRefused(Reason.UNREADABLE_CHARACTERS, f"{header}: {cells.raw_of(cell)}")
            if (
                self._is_text
                and "\n" in cell
                and cell.count(self._layout.dialect.separator) >= self._width - 1
            ):
                raise RowRefused(Reason.BROKEN_QUOTES, header)
            if "\ufffd" in cell:
                self.remarks[RemarkCode.DAMAGED_TEXT] += 1

    def _read(self, record: Record, number: int, row: Sequence[Cell]) -> Parsed:
        if record in _DEBTS:
            return self.read_debt(number, row)
        if record is Record.CUSTOMER:
            customer_key = self._key_of_customer(row)
            if not customer_key:
                raise RowRefused(Reason.CUSTOMER_MISSING)
            staged = StagedRow(row_number=number, record=record, customer_key=customer_key)
            return Parsed(staged, self._customer(row, customer_key))
        return Parsed(self._movements.read(record, number, row), None)

    def read_debt(self, number: int, row: Sequence[Cell]) -> Parsed:
        """
        Read one debt, or the credit note that stands among debts.

        Raises: RowRefused.
        """
        fields = self._fields
        free = fields.free(row)
        kind = fields.coded(row, Field.DOCUMENT_KIND, "document_kind", free)
        if kind == "CREDIT_NOTE" or (self._takes_negatives and self._is_negative(row)):
            return Parsed(self._movements.read(Record.CREDIT_NOTE, number, row), None)
        customer_key, document = self._who_and_what(row)
        if self._is_loans:
            kind = kind or "INSTALMENT"
            free |= movements.instalment_parts(fields, row)
        elif self._is_mixed:
            kind = kind or words.value_code("document_kind", fields.text(row, Field.RECORD)) or ""
        due = fields.day(row, Field.DUE_DATE)
        if due is None:
            raise RowRefused(Reason.DUE_DATE_MISSING)
        money = self._debt(row)
        disputed = fields.coded(row, Field.DISPUTED, "yes", free)
        if disputed:
            free["disputed"] = disputed
        staged = StagedRow(
            row_number=number,
            customer_key=customer_key,
            receivable_key=receivable_key(customer=customer_key, document=document),
            document_number=document,
            document_kind=kind,
            account=fields.id(row, Field.ACCOUNT),
            product=fields.text(row, Field.PRODUCT),
            currency=money.currency,
            issue_date=fields.day(row, Field.ISSUE_DATE),
            due_date=due,
            amount=money.amount,
            open_amount=money.open_amount,
            paid_date=money.paid_date,
            paid_amount=money.paid_amount,
            method=fields.coded(row, Field.PAYMENT_METHOD, "payment_method", free) or "OTHER",
            reference=fields.text(row, Field.PAYMENT_REFERENCE),
            attributes=json.dumps(free, ensure_ascii=False) if free else "{}",
            record=Record.INSTALMENT if self._is_loans else Record.RECEIVABLE,
        )
        return Parsed(staged, self._customer(row, customer_key))

    def _is_negative(self, row: Sequence[Cell]) -> bool:
        """Say whether a row of debts has an amount below nothing."""
        found = (self._fields.amount(row, field)[0] for field in (Field.AMOUNT, Field.OPEN_AMOUNT))
        return any(amount < ZERO for amount in found if amount is not None)

    def _who_and_what(self, row: Sequence[Cell]) -> tuple[str, str]:
        """Read whose debt it is and on which document."""
        customer_key = self._key_of_customer(row)
        if not customer_key:
            raise RowRefused(Reason.CUSTOMER_MISSING)
        document = (
            movements.instalment_document(self._fields, row)
            if self._is_loans
            else self._fields.id(row, Field.DOCUMENT_NUMBER)
        )
        if not document:
            raise RowRefused(Reason.DOCUMENT_MISSING)
        if len(receivable_key(customer=customer_key, document=document)) > _KEY_LENGTH_MAX:
            raise RowRefused(Reason.TOO_LONG, f"{customer_key} {document}")
        return customer_key, document

    def _key_of_customer(self, row: Sequence[Cell]) -> str:
        if self._who is not Field.NAME:
            key = self._fields.id(row, self._who)
            # Who has no tax id of their own on a CFDI is known by name.
            if key or self._completer is None:
                return key
        name = self._fields.text(row, Field.NAME)
        if len(name) > _NAME_AS_ID_LENGTH_MAX:
            raise RowRefused(Reason.TOO_LONG, self._fields.told(row, Field.NAME))
        return name

    def _debt(self, row: Sequence[Cell]) -> _Money:
        """Read the amounts of a debt: original, still open, and what a settled file says was paid."""
        fields = self._fields
        amount, amount_mark = (
            movements.instalment_amount(fields, row) if self._is_loans else fields.amount(row, Field.AMOUNT)
        )
        balance, balance_mark = fields.amount(row, Field.OPEN_AMOUNT)
        paid, paid_mark = fields.amount(row, Field.PAID_AMOUNT)
        if amount is None and balance is None:
            raise RowRefused(Reason.AMOUNT_MISSING)
        if amount is not None and amount <= ZERO:
            if amount < ZERO:
                self.remarks[RemarkCode.NEGATIVE_AMOUNTS] += 1
            raise RowRefused(Reason.AMOUNT_NOT_POSITIVE, fields.told(row, Field.AMOUNT))
        if balance is not None and balance < ZERO:
            self.remarks[RemarkCode.NEGATIVE_AMOUNTS] += 1
            raise RowRefused(Reason.BALANCE_NEGATIVE, fields.told(row, Field.OPEN_AMOUNT))
        if paid is not None and paid < ZERO:
            raise RowRefused(Reason.AMOUNT_NOT_POSITIVE, fields.told(row, Field.PAID_AMOUNT))
        if amount is not None and balance is not None and balance > amount:
            raise RowRefused(Reason.BALANCE_ABOVE_AMOUNT, f"{balance} > {amount}")
        marks = {mark for mark in (amount_mark, balance_mark, paid_mark) if mark}
        currency = fields.currency(row, marks) or self._layout.currency
        paid_date = self._paid_date(row)
        if paid_date is None:
            if paid and amount is not None and balance is None:
                # Money without a day is no payment that could be posted; the balance tells of it.
                balance = max(amount - paid, ZERO)
            return _Money(currency, amount, balance, None, None)
        if not (paid := amount if paid is None else paid):
            raise RowRefused(Reason.AMOUNT_MISSING, fields.told(row, Field.PAID_DATE))
        return _Money(currency, amount, balance, paid_date, paid)

    def _paid_date(self, row: Sequence[Cell]) -> date | None:
        paid_date = self._fields.day(row, Field.PAID_DATE)
        if paid_date is not None and paid_date > self._last_day:
            raise RowRefused(Reason.PAID_IN_FUTURE, self._fields.told(row, Field.PAID_DATE))
        return paid_date

    def _customer(self, row: Sequence[Cell], customer_key: str) -> CustomerFacts | None:
        """Read what the row says of its customer, unless a row before said the very same."""
        fields, width = self._fields, len(row)
        said = "\x1f".join([str(row[p]) for p in self._customer_places if p < width])
        digest = blake2b(said.encode(errors="replace"), digest_size=_SEEN_BYTES).digest()
        if digest in self._seen:
            return None
        name, tax_id = fields.text(row, Field.NAME), fields.id(row, Field.TAX_ID)
        free: dict[str, str] = {}
        zone = fields.text(row, Field.TIME_ZONE)
        if zone and not is_time_zone(name=zone):
            fields.keep(Field.TIME_ZONE, zone, free)
            zone = ""
        tags = cells.list_of(fields.text(row, Field.TAGS))
        facts = CustomerFacts(
            external_id=customer_key,
            name=name,
            short_name=fields.text(row, Field.SHORT_NAME),
            kind=fields.coded(row, Field.CUSTOMER_KIND, "customer_kind", free),
            kind_guess=kind_by_evidence(name=name, tax_id=tax_id),
            tax_id=tax_id,
            language=fields.coded(row, Field.LANGUAGE, "language", free),
            time_zone=zone,
            state=fields.text(row, Field.STATE),
            city=fields.text(row, Field.CITY),
            postal_code=fields.id(row, Field.POSTAL_CODE),
            sector=fields.text(row, Field.SECTOR),
            tags=tuple(tag[:_TAG_LENGTH_MAX] for tag in tags),
            emails=fields.several(row, Field.EMAIL),
            phones=fields.several(row, Field.PHONE),
            guarantor_name=fields.text(row, Field.GUARANTOR_NAME),
            guarantor_phone=fields.text(row, Field.GUARANTOR_PHONE),
            attributes=(),
        )
        if self._tells_contacts:
            facts = self._with_contact(row, facts, free)
        self._seen.add(digest)
        return facts._replace(attributes=tuple(free.items())) if free else facts

    def _with_contact(self, row: Sequence[Cell], facts: CustomerFacts, free: dict[str, str]) -> CustomerFacts:
        """Add whose addresses these are and what was said of each channel; keep the rest as attributes."""
        fields = self._fields
        free |= fields.free(row)
        role = fields.coded(row, Field.CONTACT_ROLE, "contact_role", free)
        is_unknown = not role and bool(fields.text(row, Field.CONTACT_ROLE))
        return facts._replace(
            contact_role="UNKNOWN" if is_unknown else role,
            contact_name=fields.text(row, Field.CONTACT_NAME),
            consents=consents.consents_of(fields, row, free),
        )
