"""Which date order and decimal sign each column has, and what must be asked because nothing decides it."""

from collections.abc import Mapping, Sequence

from puntual.intake.rules import cells, evidence, terms
from puntual.intake.rules.evidence import Evidence
from puntual.intake.rules.reading import Cell
from puntual.intake.rules.tables import Table
from puntual.intake.types import Choices, DateOrder, DecimalSign, Field, Question, QuestionCode


def date_orders(
    table: Table, fields: Mapping[int, Field], found: Evidence, choices: Choices
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
    _by_terms(fields, possible, found)
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
    decided = {position: orders[0] for position, orders in possible.items()}
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
) -> None:
    """Rule out, for issue and due dates written alike, what makes debts fall due too early or on odd terms."""
    places = _issue_and_due(fields)
    if places is None or possible[places[0]] != possible[places[1]] or len(possible[places[0]]) < 2:
        return
    if any(found.orders[position].only for position in places):
        return
    left = tuple(terms.possible_orders(found.terms, possible[places[0]]))
    possible[places[0]] = possible[places[1]] = left or possible[places[0]]


def _flipped(
    table: Table,
    fields: Mapping[int, Field],
    found: Evidence,
    decided: Mapping[int, DateOrder],
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
        issue_order=decided[issue],
        due_order=decided[due],
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
