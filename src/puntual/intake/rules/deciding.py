"""Which date order and decimal sign each column has, and what must be asked because nothing decides it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from puntual.intake.rules import amounts, cells, evidence, terms
from puntual.intake.rules.amounts import SignEvidence
from puntual.intake.rules.evidence import Evidence
from puntual.intake.rules.reading import Cell
from puntual.intake.rules.tables import Table
from puntual.intake.types import (
    Choices,
    DateOrder,
    DecimalSign,
    Field,
    OrderSource,
    Question,
    QuestionCode,
)


@dataclass(frozen=True, slots=True)
class Decided:
    """The order of a column's dates and what decided it; nothing did where the digits leave nothing open."""

    order: DateOrder
    source: OrderSource | None


def date_orders(
    table: Table, fields: Mapping[int, Field], found: Evidence, choices: Choices
) -> tuple[dict[int, Decided], list[Question]]:
    """Decide every date column by its own values, then by its sisters, then by terms; else ask."""
    possible: dict[int, tuple[DateOrder, ...]] = {}
    sources: dict[int, OrderSource | None] = {}
    for position, own in found.orders.items():
        orders = own.orders
        sources[position] = OrderSource.VALUES if own.only else None
        if len(orders) > 1 and choices.date_order is not None:
            orders, sources[position] = (choices.date_order,), OrderSource.CHOICE
        sister = evidence.sister_order(found.orders, position)
        if len(orders) > 1 and not own.only and sister in orders:
            orders, sources[position] = (sister,), OrderSource.SISTERS
        possible[position] = orders
    for position in _by_terms(fields, possible, found):
        sources[position] = OrderSource.TERMS
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
    decided = {position: Decided(orders[0], sources[position]) for position, orders in possible.items()}
    return decided, [*questions, *_flipped(table, fields, found, decided, choices)]


def _order_values(found: Evidence, position: int) -> tuple[tuple[str, str], ...]:
    own = found.orders[position]
    if own.only:
        return tuple((order.value, example) for order, example in own.examples.items())
    return (("example", own.ambiguous_example),)


def _issue_and_due(fields: Mapping[int, Field]) -> tuple[int, int] | None:
    by_field = {field: position for position, field in fields.items()}
    issue, due = by_field.get(Field.ISSUE_DATE), by_field.get(Field.DUE_DATE)
    return None if issue is None or due is None else (issue, due)


def _by_terms(
    fields: Mapping[int, Field], possible: dict[int, tuple[DateOrder, ...]], found: Evidence
) -> Sequence[int]:
    """
    Rule out, for issue and due dates written alike, what makes debts fall due too early or on odd terms.

    Returns the columns that this decided.
    """
    places = _issue_and_due(fields)
    if places is None or possible[places[0]] != possible[places[1]] or len(possible[places[0]]) < 2:
        return ()
    if any(found.orders[position].only for position in places):
        return ()
    left = tuple(terms.possible_orders(found.terms, possible[places[0]]))
    possible[places[0]] = possible[places[1]] = left or possible[places[0]]
    return places if len(left) == 1 else ()


def _flipped(
    table: Table,
    fields: Mapping[int, Field],
    found: Evidence,
    decided: Mapping[int, Decided],
    choices: Choices,
) -> list[Question]:
    """Ask where a program before us seems to have changed day and month: cells of two sorts, or odd terms."""
    questions: list[Question] = []
    if QuestionCode.MIXED_DATES not in choices.confirmed:
        questions = [
            Question(QuestionCode.MIXED_DATES, column=table.headers[position], options=("confirm",))
            for position, own in found.orders.items()
            if own.looks_flipped
        ]
    places = _issue_and_due(fields)
    if places is None or QuestionCode.FLIPPED_DATES in choices.confirmed:
        return questions
    issue, due = places
    flipped = terms.find_flipped(
        found.terms,
        issue_order=decided[issue].order,
        due_order=decided[due].order,
        is_1904=table.dialect.is_1904,
    )
    if flipped is None:
        return questions
    values = (
        ("count", str(flipped.rows)),
        ("rows", str(flipped.of)),
        ("issue", flipped.issue),
        ("due", flipped.due),
    )
    column = f"{table.headers[issue]}, {table.headers[due]}"
    asked = Question(QuestionCode.FLIPPED_DATES, column=column, options=("confirm",), values=values)
    return [*questions, asked]


def decimal_signs(
    table: Table, found: Evidence, choices: Choices
) -> tuple[dict[int, DecimalSign], list[Question]]:
    """Decide the decimal sign of every column of amounts by its own values, then by its sisters; else ask."""
    signs: dict[int, DecimalSign] = {}
    questions: list[Question] = []
    for position, own in found.signs.items():
        possible = evidence.sure_sign(found.signs, position)
        if len(possible) > 1 and choices.decimal_sign is not None:
            possible = (choices.decimal_sign,)
        signs[position] = possible[0]
        if len(possible) > 1:
            questions.append(
                Question(
                    QuestionCode.DECIMAL_SIGN,
                    column=table.headers[position],
                    options=tuple(sign.value for sign in DecimalSign),
                    values=_sign_values(table.samples[position], own),
                )
            )
    return signs, questions


def _sign_values(samples: Sequence[Cell], own: SignEvidence) -> tuple[tuple[str, str], ...]:
    """Show a value that may be read in two ways, or two that contradict each other."""
    if len(own.only) > 1:
        first, second = (_example(samples, shape) for shape in own.examples.values())
        return (("example", first), ("other", second))
    return (("example", _example(samples, own.ambiguous_example)),)


def _example(samples: Sequence[Cell], shape: str) -> str:
    """Show a value of the file rather than its shape, where the sample has one."""
    texts = [cells.text_of(value) for value in samples]
    return next((text for text in texts if amounts.shapes([text]) == [shape]), shape)
