"""Whether each row of a file is a whole loan, told by its columns, and what must be asked before it is."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from puntual.intake.rules import amounts, cells, dates, words
from puntual.intake.rules.reading import Cell
from puntual.intake.types import (
    Choices,
    Field,
    FileKind,
    Frequency,
    InstalmentColumns,
    Loan,
    LoanAmount,
    LoanBalance,
    Question,
    QuestionCode,
)

WHO = (Field.CUSTOMER_ID, Field.TAX_ID, Field.NAME)
_WHAT = (Field.ACCOUNT, Field.DOCUMENT_NUMBER)
_TERMS = frozenset({Field.INSTALMENT_COUNT, Field.FIRST_DUE_DATE, Field.FREQUENCY, Field.INSTALMENT_AMOUNT})
_PLAN_NEEDS = (
    WHO,
    _WHAT,
    (Field.INSTALMENT_COUNT,),
    (Field.FIRST_DUE_DATE,),
    (Field.INSTALMENT_AMOUNT, Field.AMOUNT),
)
_GROUP_NEEDS = (WHO, _WHAT)
_PLAN_NEEDS_MET_MIN = 3
# Meanings that a row of a whole loan has no use for; such columns are kept as attributes.
_OF_ONE_DEBT = frozenset({Field.DUE_DATE, Field.PAID_DATE, Field.PRINCIPAL, Field.INTEREST, Field.FEE})
_PIECES = re.compile(r"[a-z]+|\d+")
_NUMBER_MAX = 600
_SHARE_MIN = 0.8
_OF_INSTALMENT = frozenset(
    {"cuota", "mensualidad", "parcialidad", "amortizacion", "instalment", "installment", "parcela", "letra"}
)
_DAY_WORDS = frozenset({"fecha", "vencimiento", "limite"})
_AMOUNT_WORDS = frozenset({"importe", "total"})
_BALANCE_WORDS = frozenset({"saldo", "pendiente"})
_PAID = "pago"
_TOTAL_WORDS = frozenset({"cuenta", "total", "original", "nominal"})
_RATE_WORDS = frozenset({"tasa", "rate", "interes", "intereses", "interest", "cat"})
_MONTH_WORDS = frozenset({"plazo", "meses", "term", "months"})
_COUNT_WORDS = frozenset({"cuotas", "mensualidades", "parcialidades", "amortizaciones", "pago"})


class Groups(NamedTuple):
    """Groups of columns that look like the instalments of a loan; doubtful where they may be payments."""

    columns: tuple[InstalmentColumns, ...] = ()
    is_doubtful: bool = False

    @property
    def places(self) -> frozenset[int]:
        """List the columns of the groups."""
        found = {place for one in self.columns for place in (one.due, one.amount, one.balance)}
        return frozenset(place for place in found if place is not None)


class _Role(NamedTuple):
    number: int
    role: str
    is_paid: bool


def groups_of(headers: Sequence[str], samples: Sequence[Sequence[Cell]]) -> Groups:
    """
    Find columns that are numbered from 1 on and hold a day and an amount each: Fecha 1, Monto 1, Fecha 2 …

    A number that has but one of the two, or has one twice, makes all of them something else.
    """
    found: dict[int, dict[str, int]] = {}
    is_paid = False
    for place, header in enumerate(headers):
        role = _role(header, samples[place])
        if role is None:
            continue
        if found.setdefault(role.number, {}).setdefault(role.role, place) != place:
            return Groups()
        is_paid |= role.is_paid
    with_money = {number: places for number, places in found.items() if places.keys() & {"due", "amount"}}
    numbers = sorted(with_money)
    if len(numbers) < 2 or numbers != list(range(1, len(numbers) + 1)):
        return Groups()
    if any(not {"due", "amount"} <= places.keys() for places in with_money.values()):
        return Groups()
    columns = tuple(
        InstalmentColumns(number, places["due"], places["amount"], places.get("balance"))
        for number, places in sorted(with_money.items())
    )
    return Groups(columns, is_paid)


def _role(header: str, values: Sequence[Cell]) -> _Role | None:
    """Read which instalment a column is about, and what it says of it."""
    pieces = _PIECES.findall(words.fold(header))
    numbers = [int(piece) for piece in pieces if piece.isdigit()]
    if len(numbers) != 1 or not 1 <= numbers[0] <= _NUMBER_MAX:
        return None
    tokens = words.header_tokens(" ".join(piece for piece in pieces if not piece.isdigit()))
    is_paid = _PAID in tokens
    own = tokens - _OF_INSTALMENT - {_PAID}
    is_day, is_amount = (
        _is_mostly(values, dates.looks_like_date),
        _is_mostly(values, amounts.looks_like_amount),
    )
    if own:
        is_day, is_amount = is_day and own <= _DAY_WORDS, is_amount and own <= _AMOUNT_WORDS | _BALANCE_WORDS
    elif not tokens:
        return None
    if is_day:
        return _Role(numbers[0], "due", is_paid)
    if is_amount:
        return _Role(numbers[0], "balance" if own and own <= _BALANCE_WORDS else "amount", is_paid)
    return None


def _is_mostly(values: Sequence[Cell], looks: object) -> bool:
    given = [value for value in values if not cells.is_blank(value)]
    # Instalments that no loan of the sample has are told by their name.
    return not given or sum(map(looks, given)) >= _SHARE_MIN * len(given)  # type: ignore[call-overload]


def has_terms(fields: Mapping[int, Field], kind: FileKind | None) -> bool:
    """Say whether the columns are the terms of loans rather than their instalments."""
    named = set(fields.values())
    if Field.INSTALMENT_NUMBER in named:
        return False
    if kind is FileKind.LOANS:
        return bool(named & _TERMS - {Field.INSTALMENT_AMOUNT})
    if Field.PAID_DATE in named and Field.FIRST_DUE_DATE not in named:
        return False
    return len(named & _TERMS) > 1 and bool(named & {Field.INSTALMENT_COUNT, Field.FIRST_DUE_DATE})


def doubt_of(fields: Mapping[int, Field], groups: Groups) -> list[Question]:
    """Ask whether the rows are loans at all, where they may as well be single debts, or payments."""
    other = FileKind.PAYMENTS if groups.is_doubtful else FileKind.RECEIVABLES
    if not groups.is_doubtful and Field.DUE_DATE not in fields.values():
        return []
    return [Question(QuestionCode.KIND, options=(FileKind.LOANS.value, other.value))]


def needs_of(loan: Loan) -> tuple[tuple[tuple[Field, ...], ...], int]:
    """Say what the file must tell besides its groups, and how much of it is enough to ask for the rest."""
    return (_GROUP_NEEDS, 1) if loan.groups else (_PLAN_NEEDS, _PLAN_NEEDS_MET_MIN)


def wide_fields(fields: Mapping[int, Field]) -> dict[int, Field]:
    """Leave out meanings that only a row of one debt has."""
    return {place: field for place, field in fields.items() if field not in _OF_ONE_DEBT}


def loan_of(
    fields: Mapping[int, Field], groups: Groups, *, headers: Sequence[str], choices: Choices
) -> tuple[Loan, list[Question]]:
    """Say how rows become instalments, and ask for what neither a header nor a person has said."""
    places = {field: place for place, field in fields.items()}
    questions: list[Question] = []
    frequency = choices.frequency
    amount = choices.loan_amount
    if not groups.columns:
        frequency = frequency or _frequency_of(places, headers)
        if frequency is None and Field.FREQUENCY not in places:
            questions.append(frequency_question())
        if amount is None and Field.INSTALMENT_AMOUNT not in places and Field.AMOUNT in places:
            header = headers[places[Field.AMOUNT]]
            amount = _amount_of(header, headers)
            if amount is None:
                questions.append(amount_question(column=header))
    told = places.get(Field.OPEN_AMOUNT, places.get(Field.PAID_AMOUNT))
    is_told_each = all(one.balance is not None for one in groups.columns) if groups.columns else False
    if told is not None and not is_told_each and choices.loan_balance is None:
        options = tuple(meaning.value for meaning in LoanBalance)
        questions.append(Question(QuestionCode.LOAN_BALANCE, column=headers[told], options=options))
    loan = Loan(
        groups=groups.columns,
        frequency=frequency,
        amount=amount,
        balance=choices.loan_balance,
        counts_months=_counts_months(places, headers),
    )
    return loan, questions


def frequency_question(*, count: int = 0) -> Question:
    """Ask how often instalments fall due: of all loans, or of some that do not say it."""
    options = tuple(frequency.value for frequency in Frequency)
    return Question(QuestionCode.LOAN_FREQUENCY, options=options, values=(("count", str(count or "")),))


def amount_question(*, column: str, count: int = 0, example: str = "") -> Question:
    """Ask what the amount of a loan is: of all loans, or where it is not what its instalments come to."""
    options = tuple(meaning.value for meaning in LoanAmount)
    values = (("count", str(count or "")), ("example", example))
    return Question(QuestionCode.LOAN_AMOUNT, column=column, options=options, values=values)


def _frequency_of(places: Mapping[Field, int], headers: Sequence[str]) -> Frequency | None:
    """Read the frequency that a header names: "Pago quincenal"."""
    if Field.FREQUENCY in places or Field.INSTALMENT_AMOUNT not in places:
        return None
    tokens = words.fold(headers[places[Field.INSTALMENT_AMOUNT]]).split()
    found = {code for token in tokens if len(token) > 1 and (code := words.value_code("frequency", token))}
    return Frequency(found.pop()) if len(found) == 1 else None


def _amount_of(header: str, headers: Sequence[str]) -> LoanAmount | None:
    """Say whether a header names all of a loan; beside a rate of interest it may be what was lent."""
    if any(words.header_tokens(one) & _RATE_WORDS for one in headers):
        return None
    return LoanAmount.TOTAL if words.header_tokens(header) & _TOTAL_WORDS else None


def _counts_months(places: Mapping[Field, int], headers: Sequence[str]) -> bool:
    place = places.get(Field.INSTALMENT_COUNT)
    if place is None:
        return False
    tokens = words.header_tokens(headers[place])
    return bool(tokens & _MONTH_WORDS) and not tokens & _COUNT_WORDS
