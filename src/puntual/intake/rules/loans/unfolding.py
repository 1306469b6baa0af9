"""A row that is a whole loan, read as the rows of its instalments: all of them come in, or none."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from puntual.intake.rules import cells, words
from puntual.intake.rules.fields import OWN_HEADER
from puntual.intake.rules.loans import layout as loans
from puntual.intake.rules.loans import schedules
from puntual.intake.rules.reading import Cell
from puntual.intake.rules.rows import RowParser
from puntual.intake.rules.staged import Parsed, RowRefused, left_out
from puntual.intake.types import (
    Column,
    DateOrder,
    DecimalSign,
    Field,
    Frequency,
    InstalmentColumns,
    Layout,
    Loan,
    LoanAmount,
    LoanBalance,
    Question,
    Reason,
    Remark,
    RemarkCode,
    RowOutcome,
)
from puntual.lib.money import ZERO, total

# Rows of a file are fewer than that, so the number of a further part of a row is none of theirs.
PARTS_FROM = 2**30
_COUNT = re.compile(r"(\d{1,4})(?: 0+)?(?: ([a-z]+))?")
_UNITS = {
    "meses": Frequency.MONTHLY,
    "mes": Frequency.MONTHLY,
    "quincenas": Frequency.SEMIMONTHLY,
    "catorcenas": Frequency.BIWEEKLY,
    "semanas": Frequency.WEEKLY,
}
_PLAIN_UNITS = frozenset(
    {"", "cuotas", "pagos", "mensualidades", "parcialidades", "amortizaciones", "abonos", "letras"}
)
# Columns that we add to a row: which instalment, due when, how much, and what of it is open.
_ADDED = (
    ("Cuota", Field.INSTALMENT_NUMBER),
    ("Vencimiento de la cuota", Field.DUE_DATE),
    ("Importe de la cuota", Field.AMOUNT),
    ("Saldo de la cuota", Field.OPEN_AMOUNT),
)
# What changes from one file to the next says nothing of a single instalment.
_PASSING = frozenset({Field.OPEN_AMOUNT, Field.PAID_AMOUNT, Field.INSTALMENTS_PAID})
# What else a loan says of itself stays with each of its instalments, as an attribute.
_OF_LOAN = frozenset(
    {
        Field.AMOUNT,
        Field.OPEN_AMOUNT,
        Field.PAID_AMOUNT,
        Field.INSTALMENT_AMOUNT,
        Field.INSTALMENT_COUNT,
        Field.INSTALMENTS_PAID,
        Field.FIRST_DUE_DATE,
        Field.FREQUENCY,
    }
)


class _Instalment(NamedTuple):
    number: int
    due: date
    amount: Decimal
    open_amount: Decimal | None


class LoanParser(RowParser):
    """Reads the rows of one file of which each is a whole loan."""

    def __init__(self, found: Layout, *, last_day: date) -> None:
        super().__init__(_long(found), last_day=last_day)
        self._wide = RowParser(found, last_day=last_day)
        self._cells = self._wide.fields
        # One count for all that reads the file.
        self._cells.remarks = self.fields.remarks
        self._loan = found.loan or Loan()
        self._columns = len(found.columns)
        self._parts = PARTS_FROM
        self._loans = 0
        self._without_frequency = 0
        self._unlike: list[str] = []

    def questions(self) -> tuple[Question, ...]:
        """List what must be asked about the rows read so far."""
        asked: list[Question] = []
        if self._without_frequency and self._loan.frequency is None:
            asked.append(loans.frequency_question(count=self._without_frequency))
        if self._unlike and self._loan.amount is None:
            place = self._cells.position(Field.AMOUNT)
            header = self._cells.headers[place] if place is not None else ""
            asked.append(
                loans.amount_question(column=header, count=len(self._unlike), example=self._unlike[0])
            )
        return tuple(asked)

    def notes(self) -> tuple[Remark, ...]:
        """Say how many loans became instalments."""
        return (Remark(RemarkCode.LOAN_ROWS, (("count", str(self._loans)),)),) if self._loans else ()

    def parse_all(self, number: int, row: Sequence[Cell]) -> list[Parsed]:
        """Read one row as its instalments, the first of which has the number of the row."""
        ignored = self._wide.ignored(row)
        if ignored is not None:
            return [Parsed(left_out(number, RowOutcome.IGNORED, ignored, "", row), None)]
        try:
            self._wide.check_shape(row)
            given = self._instalments(row)
            wide = [*row[: self._columns], *[""] * (self._columns - len(row))]
            mark = self._mark(row)
            found = [self.read_debt(number, [*wide, *_added(one, len(given), mark)]) for one in given]
        except RowRefused as refused:
            return [Parsed(left_out(number, RowOutcome.REJECTED, refused.reason, refused.detail, row), None)]
        self._loans += 1
        return [
            Parsed(one.row._replace(row_number=self._number(number, place), file_row=number), one.customer)
            for place, one in enumerate(found)
        ]

    def _mark(self, row: Sequence[Cell]) -> str:
        """Find the currency that the amounts of a row name."""
        fields = (Field.AMOUNT, Field.INSTALMENT_AMOUNT, Field.OPEN_AMOUNT, Field.PAID_AMOUNT)
        places = [place for field in fields if (place := self._cells.position(field)) is not None]
        places += [one.amount for one in self._loan.groups]
        marks = {mark for place in places if (mark := self._cells.amount_at(row, place)[1])}
        if len(marks) > 1:
            raise RowRefused(Reason.CURRENCY_DIFFERS, ", ".join(sorted(marks)))
        return marks.pop() if marks else ""

    def _number(self, number: int, place: int) -> int:
        if not place:
            return number
        self._parts += 1
        return self._parts

    def _instalments(self, row: Sequence[Cell]) -> list[_Instalment]:
        if self._loan.groups:
            return self._grouped(row)
        due = self._cells.day(row, Field.FIRST_DUE_DATE)
        if due is None:
            raise RowRefused(Reason.DUE_DATE_MISSING)
        frequency = self._frequency(row)
        count = self._count(row, frequency)
        amounts = self._amounts(row, count)
        try:
            days = schedules.due_dates(first=due, count=count, frequency=frequency)
        except (OverflowError, ValueError) as error:
            raise RowRefused(Reason.DATE_OUT_OF_RANGE, self._cells.told(row, Field.FIRST_DUE_DATE)) from error
        return self._with_open(row, list(range(1, count + 1)), days, amounts)

    def _grouped(self, row: Sequence[Cell]) -> list[_Instalment]:
        given = [(one, due, amount) for one in self._loan.groups for due, amount in self._group(row, one)]
        if not given:
            raise RowRefused(Reason.AMOUNT_MISSING)
        amounts = [amount for _one, _due, amount in given]
        whole, _mark = self._cells.amount(row, Field.AMOUNT)
        if whole is not None and whole != total(amounts):
            self._unlike_whole(f"{whole} / {total(amounts)}")
        if not all(one.balance is not None for one in self._loan.groups):
            numbers = [one.number for one, _due, _amount in given]
            return self._with_open(row, numbers, [due for _one, due, _amount in given], amounts)
        balances = [self._cells.amount_at(row, one.balance or 0)[0] for one, _due, _amount in given]
        return [
            _Instalment(one.number, due, amount, balance)
            for (one, due, amount), balance in zip(given, balances, strict=True)
        ]

    def _group(self, row: Sequence[Cell], one: InstalmentColumns) -> list[tuple[date, Decimal]]:
        """Read a group; a blank one, or a nought without a day, is none."""
        due = self._cells.day_at(row, one.due)
        amount, _mark = self._cells.amount_at(row, one.amount)
        if due is None and not amount:
            return []
        if due is None or amount is None:
            place = one.due if due is None else one.amount
            raise RowRefused(Reason.INSTALMENT_INCOMPLETE, self._cells.headers[place])
        return [(due, amount)]

    def _unlike_whole(self, told: str) -> None:
        """Note that a loan is not what its instalments come to, or refuse it where a person said that it must be."""
        if self._loan.amount is LoanAmount.TOTAL:
            raise RowRefused(Reason.INSTALMENTS_DIFFER, told)
        if self._loan.amount is None:
            self._unlike.append(told)

    def _frequency(self, row: Sequence[Cell]) -> Frequency:
        text = self._cells.text(row, Field.FREQUENCY)
        if not text:
            self._without_frequency += self._loan.frequency is None
            # While nobody has answered, the preview shows months; applying waits for the answer.
            return self._loan.frequency or Frequency.MONTHLY
        code = words.value_code("frequency", text)
        if code is None:
            raise RowRefused(Reason.FREQUENCY_UNKNOWN, self._cells.told(row, Field.FREQUENCY))
        return Frequency(code)

    def _count(self, row: Sequence[Cell], frequency: Frequency) -> int:
        told = self._cells.told(row, Field.INSTALMENT_COUNT)
        text = cells.text_of(self._cells.cell(row, Field.INSTALMENT_COUNT))
        found = _COUNT.fullmatch(words.fold(text))
        unit = (found[2] or "") if found else ""
        if not found or not (unit in _PLAIN_UNITS or unit in _UNITS):
            raise RowRefused(Reason.INSTALMENT_COUNT_INVALID, told)
        count = int(found[1])
        if not 1 <= count <= schedules.COUNT_MAX:
            raise RowRefused(Reason.INSTALMENT_COUNT_INVALID, told)
        counted = _UNITS.get(unit) or (Frequency.MONTHLY if self._loan.counts_months and not unit else None)
        if counted is not None and counted is not frequency:
            raise RowRefused(Reason.TERM_IN_MONTHS, told)
        return count

    def _amounts(self, row: Sequence[Cell], count: int) -> list[Decimal]:
        each, _mark = self._cells.amount(row, Field.INSTALMENT_AMOUNT)
        whole, _mark = self._cells.amount(row, Field.AMOUNT)
        if each is None and self._loan.amount is LoanAmount.EACH:
            each, whole = whole, None
        field = Field.INSTALMENT_AMOUNT if each is not None else Field.AMOUNT
        if each is None and whole is None:
            raise RowRefused(Reason.AMOUNT_MISSING)
        if min(amount for amount in (each, whole) if amount is not None) <= ZERO:
            raise RowRefused(Reason.AMOUNT_NOT_POSITIVE, self._cells.told(row, field))
        if each is None and whole is not None:
            try:
                return schedules.split(amount=whole, count=count)
            except ValueError as error:
                raise RowRefused(Reason.AMOUNT_NOT_POSITIVE, self._cells.told(row, field)) from error
        each = each or ZERO
        if whole is not None and schedules.fits(each=each, count=count, amount=whole):
            return [each] * (count - 1) + [whole - each * (count - 1)]
        if whole is not None:
            self._unlike_whole(f"{whole} / {count} × {each}")
        return [each] * count

    def _with_open(
        self, row: Sequence[Cell], numbers: list[int], days: list[date], amounts: list[Decimal]
    ) -> list[_Instalment]:
        """Say what of each instalment is open: by the balance of the loan, or by how many were paid."""
        balance = self._balance(row, total(amounts))
        opened: Sequence[Decimal | None] = [None] * len(amounts)
        if balance is not None:
            opened = schedules.still_open(amounts=amounts, balance=balance)
        elif paid := self._paid_count(row, len(amounts)):
            opened = [ZERO] * paid + list(amounts[paid:])
        return [
            _Instalment(number, due, amount, left)
            for number, due, amount, left in zip(numbers, days, amounts, opened, strict=True)
        ]

    def _balance(self, row: Sequence[Cell], whole: Decimal) -> Decimal | None:
        if self._loan.balance is not LoanBalance.OLDEST_PAID:
            return None
        balance, _mark = self._cells.amount(row, Field.OPEN_AMOUNT)
        field = Field.OPEN_AMOUNT
        if balance is None:
            paid, _mark = self._cells.amount(row, Field.PAID_AMOUNT)
            if paid is None:
                return None
            if paid < ZERO:
                raise RowRefused(Reason.AMOUNT_NOT_POSITIVE, self._cells.told(row, Field.PAID_AMOUNT))
            balance = max(whole - paid, ZERO)
        if balance < ZERO:
            raise RowRefused(Reason.BALANCE_NEGATIVE, self._cells.told(row, field))
        if balance > whole:
            raise RowRefused(Reason.BALANCE_ABOVE_AMOUNT, f"{balance} > {whole}")
        return balance

    def _paid_count(self, row: Sequence[Cell], count: int) -> int:
        value = self._cells.cell(row, Field.INSTALMENTS_PAID)
        if cells.is_blank(value):
            return 0
        found = _COUNT.fullmatch(words.fold(cells.text_of(value)))
        if not found or int(found[1]) > count:
            raise RowRefused(Reason.INSTALMENT_COUNT_INVALID, self._cells.told(row, Field.INSTALMENTS_PAID))
        return int(found[1])


def _added(one: _Instalment, count: int, mark: str) -> list[Cell]:
    opened = "" if one.open_amount is None else str(one.open_amount)
    return [f"{one.number}/{count}", one.due, f"{one.amount} {mark}".strip(), opened]


def _long(found: Layout) -> Layout:
    """
    Lay out what each row becomes: the columns of the file, then those of one instalment.

    The loan is the account, also where the file calls it a document; columns of groups are not kept with each.
    """
    loan = found.loan or Loan()
    hidden = {
        place for one in loan.groups for place in (one.due, one.amount, one.balance) if place is not None
    } | {column.position for column in found.columns if column.field in _PASSING}
    has_account = any(column.field is Field.ACCOUNT for column in found.columns)
    columns = [
        replace(
            column,
            field=_long_field(column.field, has_account=has_account),
            header=f"{OWN_HEADER}{column.header}" if column.position in hidden else column.header,
        )
        for column in found.columns
    ]
    added = [
        Column(
            position=len(columns) + place,
            header=header,
            field=field,
            confidence=1.0,
            samples=(),
            date_order=DateOrder.YMD,
            decimal_sign=DecimalSign.POINT,
        )
        for place, (header, field) in enumerate(_ADDED)
    ]
    return replace(found, columns=(*columns, *added), loan=None)


def _long_field(field: Field | None, *, has_account: bool) -> Field | None:
    if field in _OF_LOAN:
        return None
    if field is Field.DOCUMENT_NUMBER:
        return None if has_account else Field.ACCOUNT
    return field
