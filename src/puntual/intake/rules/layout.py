"""Everything that a file says about itself: how it is written, what its columns mean, what must be asked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from puntual.intake.rules import cells, deciding, evidence, identities, kinds, mapping, reading, tables
from puntual.intake.rules.cfdi import layout as cfdi_layout
from puntual.intake.rules.deciding import Decided
from puntual.intake.rules.evidence import Evidence
from puntual.intake.rules.loans import layout as loans
from puntual.intake.rules.loans.layout import Groups
from puntual.intake.rules.mapping import Guess
from puntual.intake.rules.reading import OpenedFile, Row
from puntual.intake.rules.refusals import Unreadable
from puntual.intake.rules.tables import Table
from puntual.intake.types import (
    AMOUNT_FIELDS,
    REPEATABLE_FIELDS,
    Choices,
    Column,
    DecimalSign,
    Dialect,
    Field,
    FileFormat,
    FileKind,
    Layout,
    Loan,
    Question,
    QuestionCode,
    Remark,
    RemarkCode,
)

_SAMPLES_SHOWN = 3
_BY_KIND = 0.8


def understand(
    content: bytes | OpenedFile, *, choices: Choices, company_currency: str, company_tax_id: str = ""
) -> Layout:
    """
    Understand a file as far as it can be understood without asking; what must be asked is in `questions`.

    Raises: Unreadable when it is no table, or a table of something else.
    """
    file = reading.opened(content)
    if file.dialects()[0].format is FileFormat.CFDI:
        return cfdi_layout.understand(file.content, choices=choices, company_tax_id=company_tax_id)
    table, alike = tables.find_table(file, choices=choices)
    guesses = _chosen(mapping.map_columns(table.headers, table.samples), choices)
    groups = _groups(table, choices)
    told = _without_groups(guesses, groups) if groups.columns else guesses
    kind, kind_questions = kinds.kind_of(
        _fields(told), headers=table.headers, samples=table.samples, choices=choices, groups=groups
    )
    if table.is_unnamed:
        kind = kinds.kind_by_person(kind, choices=choices)
    guesses = told if kind is FileKind.LOANS else guesses
    fields = kinds.as_kind(_fields(guesses), kind, headers=table.headers)
    guesses, fields = identities.with_identity(guesses, fields, kind, samples=table.samples)
    loan, loan_questions = _loan(fields, kind, groups, table, choices)
    if loan is not None:
        fields = loans.wide_fields(fields)
    questions = [
        *_sheets(alike, choices),
        *(kind_questions if kind else ()),
        *_missing(fields, kind, loan, table, is_pointed_out=choices.header_row is not None),
    ]
    questions += [] if any(one.code is QuestionCode.MISSING_COLUMN for one in questions) else loan_questions
    weighed = fields | _columns_of_groups(loan)
    key = ("evidence", table.dialect, tuple(sorted(weighed.items())))
    found = file.once(key, lambda: evidence.weigh(tables.body_of(file, table.dialect), weighed))
    orders, order_questions = deciding.date_orders(table, weighed, found, choices)
    signs, sign_questions = deciding.decimal_signs(table, found, choices)
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
        loan=loan,
    )


def _fields(guesses: Sequence[Guess]) -> dict[int, Field]:
    return {guess.position: guess.field for guess in guesses if guess.field is not None}


def _groups(table: Table, choices: Choices) -> Groups:
    """Find columns of instalments, unless a person said that the rows are something else."""
    if choices.kind not in (None, FileKind.LOANS):
        return Groups()
    return loans.groups_of(table.headers, table.samples)


def _without_groups(guesses: Sequence[Guess], groups: Groups) -> list[Guess]:
    return [
        replace(guess, field=None, confidence=1.0, note="instalment")
        if guess.position in groups.places
        else guess
        for guess in guesses
    ]


def _loan(
    fields: Mapping[int, Field], kind: FileKind | None, groups: Groups, table: Table, choices: Choices
) -> tuple[Loan | None, list[Question]]:
    """Say how each row becomes the instalments of a loan, where it is one."""
    if kind is not FileKind.LOANS or not (groups.columns or loans.has_terms(fields, kind)):
        return None, []
    return loans.loan_of(fields, groups, headers=table.headers, choices=choices)


def _columns_of_groups(loan: Loan | None) -> dict[int, Field]:
    """Name what stands in columns of instalments, so that their dates and amounts are weighed as others are."""
    found: dict[int, Field] = {}
    for one in loan.groups if loan else ():
        found |= {one.due: Field.FIRST_DUE_DATE, one.amount: Field.INSTALMENT_AMOUNT}
        if one.balance is not None:
            found[one.balance] = Field.INSTALMENT_AMOUNT
    return found


def body_of(content: bytes | OpenedFile, dialect: Dialect) -> Iterator[Row]:
    """Yield the rows below the header."""
    return tables.body_of(reading.opened(content), dialect)


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


def _sheets(alike: Sequence[str], choices: Choices) -> list[Question]:
    """Ask which sheet is meant where several hold rows of the same kind; each can be loaded on its own."""
    if choices.sheet or not alike:
        return []
    return [Question(QuestionCode.SHEET, options=tuple(alike))]


def _missing(
    fields: Mapping[int, Field],
    kind: FileKind | None,
    loan: Loan | None,
    table: Table,
    *,
    is_pointed_out: bool,
) -> list[Question]:
    """Ask for what is not there; a table with little of it is something else, unless a person said where it is."""
    if table.is_unnamed:
        headers = tables.shown(table.headers) if table.dialect.header_row else ""
        return kinds.to_be_named(fields, kind, headers=headers)
    if kind is None:
        return []
    own = kinds.needs_of(kind, fields=fields, samples=table.samples)
    needs, met_min = loans.needs_of(loan) if loan else (own, kinds.NEEDS_MET_MIN[kind])
    named = set(fields.values())
    missing = [need for need in needs if not named & set(need)]
    if not is_pointed_out and len(needs) - len(missing) < met_min:
        raise Unreadable("wrong-columns", tables.shown(table.headers))
    return [
        Question(QuestionCode.MISSING_COLUMN, options=tuple(field.value for field in need))
        for need in missing
    ]


def _currency(
    table: Table, fields: Mapping[int, Field], choices: Choices, company_currency: str
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
    if dialect.unread:
        remarks.append(Remark(RemarkCode.UNREAD_COLUMNS, (("columns", ", ".join(dialect.unread)),)))
    if dialect.other_sheets:
        values = (("sheet", dialect.sheet), ("others", ", ".join(dialect.other_sheets)))
        remarks.append(Remark(RemarkCode.OTHER_SHEETS, values))
    return remarks


def _column(
    guess: Guess,
    field: Field | None,
    table: Table,
    found: Evidence,
    orders: Mapping[int, Decided],
    signs: Mapping[int, DecimalSign],
) -> Column:
    position = guess.position
    shown = dict.fromkeys(
        cells.raw_of(value)[:60] for value in table.samples[position] if not cells.is_blank(value)
    )
    example, order, sign = "", orders.get(position), signs.get(position)
    if sign is not None:
        example = found.signs[position].examples.get(sign, "")
    if order is not None:
        own = found.orders[position]
        example = own.examples.get(order.order, "")
        order = order if own.only or own.ambiguous else None
    return Column(
        position=position,
        header=table.headers[position],
        field=field,
        # A name that says something only in a file of this kind has no weight of its own.
        confidence=round(guess.confidence, 2) if guess.field or not field else _BY_KIND,
        samples=tuple(islice(shown, _SAMPLES_SHOWN)),
        note=guess.note,
        date_order=order.order if order else None,
        decimal_sign=sign,
        evidence=example,
        order_source=order.source if order else None,
    )
