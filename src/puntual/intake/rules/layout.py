"""Everything that a file says about itself: how it is written, what its columns mean, what must be asked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from puntual.intake.rules import amounts, cells, dates, evidence, kinds, mapping, reading
from puntual.intake.rules.cfdi import layout as cfdi_layout
from puntual.intake.rules.evidence import Evidence
from puntual.intake.rules.mapping import Guess
from puntual.intake.rules.reading import Cell, Row
from puntual.intake.rules.sniffing import Unreadable
from puntual.intake.types import (
    AMOUNT_FIELDS,
    REPEATABLE_FIELDS,
    Choices,
    Column,
    DateOrder,
    DecimalSign,
    Dialect,
    Field,
    FileFormat,
    FileKind,
    Layout,
    Question,
    QuestionCode,
    Remark,
    RemarkCode,
)

_HEADER_ROWS_MAX = 60
_SAMPLE_ROWS = 200
_SAMPLES_SHOWN = 3
_SHEETS_MAX = 30


@dataclass(frozen=True, slots=True)
class _Table:
    dialect: Dialect
    headers: tuple[str, ...]
    samples: tuple[tuple[Cell, ...], ...]
    score: int
    has_rows: bool


def understand(
    content: bytes, *, choices: Choices, company_currency: str, company_tax_id: str = ""
) -> Layout:
    """
    Understand a file as far as it can be understood without asking; what must be asked is in `questions`.

    Raises: Unreadable when it is no table, or a table of something else.
    """
    if reading.find_dialects(content)[0].format is FileFormat.CFDI:
        return cfdi_layout.understand(content, choices=choices, company_tax_id=company_tax_id)
    table = _find_table(content, choices)
    guesses = _chosen(mapping.map_columns(table.headers, table.samples), choices)
    fields = {guess.position: guess.field for guess in guesses if guess.field is not None}
    kind, kind_questions = kinds.kind_of(
        fields, headers=table.headers, samples=table.samples, choices=choices
    )
    fields = kinds.as_kind(fields, kind)
    questions = [*kind_questions, *_missing(fields, kind, table)]
    found = evidence.weigh(body_of(content, table.dialect), fields)
    orders, order_questions = _date_orders(content, table, fields, found, choices)
    signs, sign_questions = _decimal_signs(table, fields, found, choices)
    currency, currency_remarks = _currency(table, fields, choices, company_currency)
    return Layout(
        dialect=table.dialect,
        kind=kind,
        columns=tuple(
            _column(guess, fields.get(guess.position), table, found, orders, signs) for guess in guesses
        ),
        currency=currency,
        questions=(*questions, *order_questions, *sign_questions),
        assumptions=(*currency_remarks, *_assumptions(table.dialect, _filled_fields(guesses, fields), kind)),
        float_ids=found.float_ids,
        negatives=choices.negatives,
    )


def body_of(content: bytes, dialect: Dialect) -> Iterator[Row]:
    """Yield the rows below the header."""
    return islice(reading.rows_of(content, dialect), dialect.header_row, None)


def _find_table(content: bytes, choices: Choices) -> _Table:
    """Find the table of a file: where a person says it is, else the sheet that says most."""
    dialects = reading.find_dialects(content)
    dialects = [one for one in dialects if one.sheet == choices.sheet] or dialects
    tables = [
        table
        for dialect in dialects[:_SHEETS_MAX]
        if (table := _table(content, dialect, header_row=choices.header_row))
    ]
    if tables and not any(table.has_rows for table in tables):
        raise Unreadable("file-no-rows")
    if not tables:
        raise Unreadable("wrong-columns", _first_words(content, dialects))
    return max(tables, key=lambda table: (table.has_rows, table.score))


def _first_words(content: bytes, dialects: Sequence[Dialect]) -> str:
    for dialect in dialects[:1]:
        for _, row in reading.rows_of(content, dialect):
            seen = [cells.text_of(cell) for cell in row if not cells.is_blank(cell)]
            if seen:
                return ", ".join(cells.raw_of(text[:40]) for text in seen[:8])
    return ""


def _table(content: bytes, dialect: Dialect, *, header_row: int | None = None) -> _Table | None:
    head = [row for _, row in islice(reading.rows_of(content, dialect), _HEADER_ROWS_MAX + _SAMPLE_ROWS)]
    index = mapping.find_header(head[:_HEADER_ROWS_MAX]) if header_row is None else header_row - 1
    if index is None or index >= len(head):
        return None
    rows = head[index + 1 :]
    if dialect.format is FileFormat.CSV and _swallowed_a_row(head[index], rows):
        raise Unreadable("file-broken-row", str(index + 1))
    # A text file has as many columns as its header: one more is a separator too many in some row.
    shown = (head[index],) if dialect.format is FileFormat.CSV else (head[index], *rows)
    width = max((position + 1 for row in shown for position in _filled(row)), default=0)
    if dialect.format is FileFormat.CSV:
        width = max(width, len(head[index]))
    headers = _unique([cells.text_of(cell) for cell in head[index][:width]], width)
    samples = tuple(
        tuple(row[position] if position < len(row) else "" for row in rows) for position in range(width)
    )
    score = sum(1 for header in headers if mapping.name_scores(header))
    has_rows = any(_filled(row) for row in rows)
    return _Table(replace(dialect, header_row=index + 1), headers, samples, score, has_rows)


def _swallowed_a_row(header: Sequence[Cell], rows: Sequence[Sequence[Cell]]) -> bool:
    """Say whether the header runs on into the first row: cells that no row has, and data in them."""
    width = max((len(row) for row in rows), default=len(header))
    return any(dates.looks_like_date(cell) or amounts.looks_like_amount(cell) for cell in header[width:])


def _filled(row: Sequence[Cell]) -> list[int]:
    return [position for position, cell in enumerate(row) if not cells.is_blank(cell)]


def _unique(names: list[str], width: int) -> tuple[str, ...]:
    """Give every column a name of its own: blank ones their place, repeated ones a number."""
    unique: list[str] = []
    for position in range(width):
        name = names[position] if position < len(names) else ""
        name = cells.raw_of(name)[:60] or f"Columna {position + 1}"
        number, base = 2, name
        while name in unique:
            name, number = f"{base} ({number})", number + 1
        unique.append(name)
    return tuple(unique)


def _chosen(guesses: Sequence[Guess], choices: Choices) -> list[Guess]:
    """Lay a person's choices over the guesses; a meaning given to one column leaves the other."""
    wanted = dict(choices.columns)
    claimed = {field for field in wanted.values() if field is not None} - REPEATABLE_FIELDS
    return [
        Guess(guess.position, wanted[guess.position], 1.0, "chosen")
        if guess.position in wanted
        else replace(guess, field=None, confidence=0.0, note="taken")
        if guess.field in claimed
        else guess
        for guess in guesses
    ]


def _missing(fields: Mapping[int, Field], kind: FileKind | None, table: _Table) -> list[Question]:
    if kind is None:
        return []
    named = set(fields.values())
    missing = [need for need in kinds.NEEDS[kind] if not named & set(need)]
    if len(kinds.NEEDS[kind]) - len(missing) < kinds.NEEDS_MET_MIN[kind]:
        raise Unreadable("wrong-columns", ", ".join(table.headers[:12]))
    return [
        Question(QuestionCode.MISSING_COLUMN, options=tuple(field.value for field in need))
        for need in missing
    ]


def _date_orders(
    content: bytes, table: _Table, fields: Mapping[int, Field], found: Evidence, choices: Choices
) -> tuple[dict[int, DateOrder], list[Question]]:
    """Decide every date column by its own values, then by its sisters, then by terms; else ask."""
    possible: dict[int, tuple[DateOrder, ...]] = {}
    for position, own in found.orders.items():
        orders = own.orders
        if len(orders) > 1 and choices.date_order is not None:
            orders = (choices.date_order,)
        sister = evidence.sister_order(found.orders, position)
        if len(orders) > 1 and not own.only and sister in orders:
            orders = (sister,)
        possible[position] = orders
    _by_terms(content, table, fields, possible, found)
    questions = [
        Question(
            QuestionCode.DATE_ORDER,
            column=table.headers[position],
            options=tuple(order.value for order in orders),
            values=_order_values(found, position),
        )
        for position, orders in possible.items()
        if len(orders) > 1
    ]
    if QuestionCode.MIXED_DATES not in choices.confirmed:
        questions += [
            Question(QuestionCode.MIXED_DATES, column=table.headers[position])
            for position, own in found.orders.items()
            if own.looks_flipped
        ]
    return {position: orders[0] for position, orders in possible.items()}, questions


def _order_values(found: Evidence, position: int) -> tuple[tuple[str, str], ...]:
    own = found.orders[position]
    if own.only:
        return tuple((order.value, example) for order, example in own.examples.items())
    return (("example", own.ambiguous_example),)


def _by_terms(
    content: bytes,
    table: _Table,
    fields: Mapping[int, Field],
    possible: dict[int, tuple[DateOrder, ...]],
    found: Evidence,
) -> None:
    """Rule out, for issue and due dates written alike, the order that makes debts fall due too early."""
    by_field = {field: position for position, field in fields.items()}
    issue, due = by_field.get(Field.ISSUE_DATE), by_field.get(Field.DUE_DATE)
    if issue is None or due is None or possible[issue] != possible[due] or len(possible[due]) < 2:
        return
    if found.orders[issue].only or found.orders[due].only:
        return
    left = evidence.possible_by_terms(
        body_of(content, table.dialect), issue=issue, due=due, orders=possible[due]
    )
    possible[issue] = possible[due] = tuple(left)


def _decimal_signs(
    table: _Table, fields: Mapping[int, Field], found: Evidence, choices: Choices
) -> tuple[dict[int, DecimalSign], list[Question]]:
    signs: dict[int, DecimalSign] = {}
    questions: list[Question] = []
    for position, own in found.signs.items():
        possible = evidence.sure_sign(found.signs, position)
        if len(possible) > 1 and choices.decimal_sign is not None:
            possible = (choices.decimal_sign,)
        signs[position] = possible[0]
        if len(possible) > 1:
            example = own.ambiguous_example or " / ".join(own.examples.values())
            questions.append(
                Question(
                    QuestionCode.DECIMAL_SIGN,
                    column=table.headers[position],
                    options=tuple(sign.value for sign in DecimalSign),
                    values=(("example", _example(table.samples[position], example)),),
                )
            )
    return signs, questions


def _example(samples: Sequence[Cell], shape: str) -> str:
    """Show a value of the file rather than its shape, where the sample has one."""
    texts = [cells.text_of(value) for value in samples]
    return next((text for text in texts if "," in text or "." in text), shape)


def _currency(
    table: _Table, fields: Mapping[int, Field], choices: Choices, company_currency: str
) -> tuple[str, list[Remark]]:
    """Choose the currency of rows that name none: the person's, the header's, the company's."""
    if choices.currency:
        return choices.currency, []
    named = {
        code
        for position, field in fields.items()
        if field in AMOUNT_FIELDS and (code := mapping.currency_in(table.headers[position]))
    }
    if len(named) == 1:
        currency = next(iter(named))
        return currency, [Remark(RemarkCode.CURRENCY_OF_HEADER, (("currency", currency),))]
    if Field.CURRENCY in fields.values():
        return company_currency, []
    return company_currency, [Remark(RemarkCode.CURRENCY_OF_COMPANY, (("currency", company_currency),))]


def _filled_fields(guesses: Sequence[Guess], fields: Mapping[int, Field]) -> set[Field]:
    return {fields[guess.position] for guess in guesses if guess.position in fields and guess.note != "empty"}


def _assumptions(dialect: Dialect, named: set[Field], kind: FileKind | None) -> list[Remark]:
    remarks = []
    if Field.CUSTOMER_ID not in named:
        if Field.TAX_ID in named:
            remarks.append(Remark(RemarkCode.CUSTOMER_BY_TAX_ID))
        elif Field.NAME in named:
            remarks.append(Remark(RemarkCode.CUSTOMER_BY_NAME))
    if kind is FileKind.RECEIVABLES:
        if Field.NAME not in named:
            remarks.append(Remark(RemarkCode.NAME_IS_NUMBER))
        if Field.CUSTOMER_KIND not in named:
            remarks.append(Remark(RemarkCode.KIND_OF_CUSTOMER))
        if Field.ISSUE_DATE not in named:
            remarks.append(Remark(RemarkCode.ISSUE_IS_DUE))
        if Field.AMOUNT not in named:
            remarks.append(Remark(RemarkCode.AMOUNT_IS_BALANCE))
        if Field.PAID_DATE in named and Field.PAID_AMOUNT not in named:
            remarks.append(Remark(RemarkCode.PAID_IN_FULL))
    if dialect.other_sheets:
        values = (("sheet", dialect.sheet), ("others", ", ".join(dialect.other_sheets)))
        remarks.append(Remark(RemarkCode.OTHER_SHEETS, values))
    return remarks


def _column(
    guess: Guess,
    field: Field | None,
    table: _Table,
    found: Evidence,
    orders: Mapping[int, DateOrder],
    signs: Mapping[int, DecimalSign],
) -> Column:
    position = guess.position
    shown = dict.fromkeys(
        cells.raw_of(value)[:60] for value in table.samples[position] if not cells.is_blank(value)
    )
    example = ""
    order = orders.get(position)
    if order is not None:
        own = found.orders[position]
        example = own.examples.get(order, "")
        order = order if own.only or own.ambiguous else None
    return Column(
        position=position,
        header=table.headers[position],
        field=field,
        confidence=round(guess.confidence, 2),
        samples=tuple(islice(shown, _SAMPLES_SHOWN)),
        note=guess.note,
        date_order=order,
        decimal_sign=signs.get(position),
        evidence=example,
    )
