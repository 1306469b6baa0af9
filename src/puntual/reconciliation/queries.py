"""Reads of reconciliation."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from puntual.db import named, rows
from puntual.lib.errors import DomainError, NotFound
from puntual.portfolio import queries as portfolio
from puntual.reconciliation.rules import matching, statement
from puntual.reconciliation.types import (
    BankLine,
    LineList,
    LinePayment,
    LineState,
    Statement,
    StatementFault,
)

_SQL = named.load(Path(__file__).parent / "sql" / "reads.sql")
_LINES = named.load(Path(__file__).parent / "sql" / "lines.sql")
_LIST_MAX = 1000

_FAULTS = {
    StatementFault.EMPTY: gettext_lazy("El archivo está vacío."),
    StatementFault.NO_HEADER: gettext_lazy(
        "No se encontraron las columnas: hacen falta la fecha y el abono o importe."
    ),
    StatementFault.BAD_TEXT: gettext_lazy("El archivo no es texto: guárdelo como CSV."),
    StatementFault.BAD_DATE: gettext_lazy("Renglón %(row)s: la fecha no se entiende."),
    StatementFault.BAD_AMOUNT: gettext_lazy("Renglón %(row)s: el importe no se entiende."),
    StatementFault.BAD_CURRENCY: gettext_lazy("Renglón %(row)s: la moneda no se reconoce."),
    StatementFault.BALANCE_DISAGREES: gettext_lazy(
        "Los importes no cuadran con el saldo: no se sabe cuáles son abonos."
    ),
}


class UnableToReadStatement(DomainError):
    """The file is no statement that can be read; nothing was written."""

    code = "unable-to-read-statement"


def read_statement(*, content: bytes, currency: str, bank_account: str = "") -> Statement:
    """
    Read the credits of a statement; rows without a currency are in the one given.

    Raises: UnableToReadStatement, with the row at fault.
    """
    try:
        return statement.read_statement(content=content, currency=currency, bank_account=bank_account)
    except statement.UnreadableStatement as fault:
        raise UnableToReadStatement(str(_FAULTS[fault.fault]) % {"row": fault.row}) from fault


def owners_of(*, lines: Sequence[BankLine]) -> dict[int, int]:
    """Return {line id: customer id} of the lines that carry the payment reference of exactly one customer."""
    numbers = sorted({number for line in lines for number in matching.numbers_in(line=line)})
    return matching.customers_of_lines(
        lines=lines, references=portfolio.customer_ids_of_references(references=numbers)
    )


def known_payments(*, lines: Sequence[BankLine], owners: dict[int, int]) -> dict[int, int]:
    """Return {line id: payment id} of the lines whose money was noted before by another way."""
    if not owners:
        return {}
    margin = timedelta(days=matching.SAME_MONEY_DAYS_MAX)
    found = rows.fetch_all(
        _LINES["payments_without_line"],
        {
            "customer_ids": sorted(set(owners.values())),
            "since": min(line.booked_date for line in lines) - margin,
            "until": max(line.booked_date for line in lines) + margin,
        },
    )
    return matching.known_money(lines=lines, owners=owners, payments=[LinePayment(*row) for row in found])


def line_list(*, state: LineState | None, page: int, page_size: int) -> LineList:
    """Return one page of bank lines, newest first, of one state or of all; beyond the last page is the last."""
    params = {"state": None if state is None else state.value}
    total = int(rows.fetch_all(_SQL["count_lines"], params)[0][0])
    number = min(max(page, 1), max(1, -(-total // page_size)))
    found = rows.fetch_dicts(
        _SQL["line_list"], {**params, "limit": page_size, "offset": (number - 1) * page_size}
    )
    return LineList(rows=found, total=total, number=number)


def unmatched_lines(*, limit: int = _LIST_MAX) -> list[dict[str, Any]]:
    """List the credits that nobody has explained, newest first."""
    return rows.fetch_dicts(
        _SQL["line_list"], {"state": LineState.UNMATCHED.value, "limit": limit, "offset": 0}
    )


def line_counts() -> list[dict[str, Any]]:
    """Count lines and sum amounts by state and currency."""
    return rows.fetch_dicts(_SQL["counts"])


def line(*, line_id: int) -> dict[str, Any]:
    """
    Return one bank line.

    Raises: NotFound when there is no such line.
    """
    found = rows.fetch_dicts(_SQL["line"], {"line_id": line_id})
    if not found:
        raise NotFound(_("No existe ese movimiento del banco."))
    return found[0]
