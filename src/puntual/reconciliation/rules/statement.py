"""
Read a bank statement as the portals of Mexican banks export it: CSV in whatever encoding, separator and headers.

Nothing is guessed about money: a row that cannot be read refuses the whole statement.
"""

import csv
import hashlib
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from puntual.lib.money import LARGEST, ZERO, to_cents
from puntual.lib.text import folded
from puntual.reconciliation.types import NewBankLine, Role, Statement, StatementFault

_SEPARATORS = (",", ";", "\t", "|")
# Banks put the account and its holder above the table.
_ROWS_ABOVE_MAX = 40
_WORDS = {
    Role.DATE: {
        "fecha",
        "fecha operacion",
        "fecha de operacion",
        "fecha movimiento",
        "fecha de movimiento",
        "dia",
        "date",
    },
    Role.DESCRIPTION: {
        "descripcion",
        "concepto",
        "concepto referencia",
        "detalle",
        "movimiento",
        "leyenda",
        "description",
    },
    Role.REFERENCE: {
        "referencia",
        "ref",
        "referencia numerica",
        "referencia ampliada",
        "numero de referencia",
        "clave de rastreo",
        "folio",
        "reference",
        "reference number",
    },
    Role.CREDIT: {"abono", "abonos", "deposito", "depositos", "haber", "credito", "ingreso", "credit"},
    Role.DEBIT: {"cargo", "cargos", "retiro", "retiros", "debe", "debito", "egreso", "debit"},
    Role.AMOUNT: {"importe", "monto", "cantidad", "amount"},
    Role.BALANCE: {"saldo", "balance"},
    Role.CURRENCY: {"moneda", "divisa", "currency"},
}
_ROLE_OF = {word: role for role, words in _WORDS.items() for word in words}
_FOOTER = re.compile(r"^(sub)?total|^saldo|^fin de")
_NUMERIC_DATE = re.compile(r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})$")
_ISO_DATE = re.compile(r"^(\d{4})[-/](\d{1,2})[-/](\d{1,2})$")
_NAMED_DATE = re.compile(r"^(\d{1,2})[-/. ]([a-z]{3})[a-z]*[-/. ](\d{4}|\d{2})$")
_MONTHS = ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic")
_ENGLISH_MONTHS = {"jan": 1, "apr": 4, "aug": 8, "dec": 12}
_MONTH_OF = {name: number for number, name in enumerate(_MONTHS, 1)} | _ENGLISH_MONTHS
_AMOUNT = re.compile(r"^(\d{1,3}(,\d{3})+|\d+)?(\.\d{1,2})?$")
_CURRENCY_OF = {"mxn": "MXN", "mxp": "MXN", "mn": "MXN", "pesos": "MXN", "usd": "USD", "dolares": "USD"}
_REFERENCE_MAX = 120
_DESCRIPTION_MAX = 300


class UnreadableStatement(ValueError):
    """The statement cannot be read; `row` is the row at fault, counted from 1, or 0 for the whole."""

    def __init__(self, fault: StatementFault, *, row: int = 0) -> None:
        super().__init__(fault.value)
        self.fault = fault
        self.row = row


@dataclass(frozen=True, slots=True)
class _Row:
    """One movement as written: plus came in, minus went out, by the columns alone."""

    number: int
    booked_date: date
    amount: Decimal
    is_signed: bool
    balance: Decimal | None
    reference: str
    description: str
    currency: str


def read_statement(*, content: bytes, currency: str, bank_account: str) -> Statement:
    """
    Read the credits of a statement; rows without a currency are in the one given.

    Raises: UnreadableStatement.
    """
    text = _decoded(content)
    if not text.strip():
        raise UnreadableStatement(StatementFault.EMPTY)
    movements = list(_movements(text, currency=currency))
    sign = _sign_of_credits(movements)
    signed = [(row, row.amount * sign if row.is_signed else row.amount) for row in movements]
    repeats: Counter[tuple[str, ...]] = Counter()
    lines = []
    for row, amount in signed:
        if amount <= ZERO:
            continue
        parts = (
            bank_account,
            row.booked_date.isoformat(),
            str(amount),
            row.currency,
            folded(row.reference),
            folded(row.description),
        )
        repeats[parts] += 1
        lines.append(
            NewBankLine(
                key=_key(parts=parts, repeat=repeats[parts]),
                booked_date=row.booked_date,
                amount=amount,
                currency=row.currency,
                reference=row.reference[:_REFERENCE_MAX],
                description=row.description[:_DESCRIPTION_MAX],
                bank_account=bank_account,
            )
        )
    return Statement(lines=tuple(lines), charges=sum(amount < ZERO for _row, amount in signed))


def _key(*, parts: Sequence[str], repeat: int) -> str:
    """
    Identify a credit by what it says; the n-th of equal credits of a day is another one.

    Statements that overlap repeat whole days, so the count within a day is the same in both.
    """
    text = "\x1f".join((*parts, str(repeat)))
    return "csv:" + hashlib.sha256(text.encode()).hexdigest()


def _decoded(content: bytes) -> str:
    is_wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    encodings = ["utf-16"] if is_wide else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise UnreadableStatement(StatementFault.BAD_TEXT)


def _movements(text: str, *, currency: str) -> Iterator[_Row]:
    table, above, roles = _table(text)
    for number, cells in enumerate(table[above + 1 :], above + 2):
        row = _row(number=number, cells=cells, roles=roles, currency=currency)
        if row is not None:
            yield row


def _table(text: str) -> tuple[list[list[str]], int, dict[int, Role]]:
    """Split the text by the separator under which a header shows; return its place and what columns mean."""
    for separator in _SEPARATORS:
        try:
            table = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
        except csv.Error:
            continue
        for number, cells in enumerate(table[:_ROWS_ABOVE_MAX]):
            roles = _roles(cells)
            if roles:
                return table, number, roles
    raise UnreadableStatement(StatementFault.NO_HEADER)


def _roles(cells: Sequence[str]) -> dict[int, Role]:
    """Say what each column means; empty unless there is a day and money. Text columns may be several."""
    roles: dict[int, Role] = {}
    for place, cell in enumerate(cells):
        words = " ".join(re.sub(r"\(.*?\)|[^\w ]", " ", folded(cell)).split())
        role = _ROLE_OF.get(words)
        is_text = role in (Role.DESCRIPTION, Role.REFERENCE)
        if role is not None and (is_text or role not in roles.values()):
            roles[place] = role
    found = set(roles.values())
    return roles if Role.DATE in found and found & {Role.CREDIT, Role.AMOUNT} else {}


def _row(*, number: int, cells: Sequence[str], roles: dict[int, Role], currency: str) -> _Row | None:
    """Read one row; None for one without an amount (notes, opening balance) and for the sums below the table."""
    values: dict[Role, str] = {}
    for place, role in roles.items():
        cell = cells[place].strip() if place < len(cells) else ""
        values[role] = f"{values[role]} {cell}".strip() if role in values else cell
    first = next((folded(cell) for cell in cells if cell.strip()), "")
    if _FOOTER.match(folded(values[Role.DATE]) or first):
        return None
    credit = _amount(values.get(Role.CREDIT, ""), row=number)
    debit = _amount(values.get(Role.DEBIT, ""), row=number)
    single = _amount(values.get(Role.AMOUNT, ""), row=number)
    if credit is None and debit is None and single is None:
        return None
    is_signed = Role.CREDIT not in values
    if is_signed:
        amount = single if single is not None else ZERO
    else:
        # A debit may be written with or without its minus; a minus in the credits took money back.
        amount = credit or -abs(debit or ZERO)
        if credit and debit:
            raise UnreadableStatement(StatementFault.BAD_AMOUNT, row=number)
    return _Row(
        number=number,
        booked_date=_date(values[Role.DATE], row=number),
        amount=amount,
        is_signed=is_signed,
        balance=_amount(values.get(Role.BALANCE, ""), row=number),
        reference=values.get(Role.REFERENCE, ""),
        description=values.get(Role.DESCRIPTION, ""),
        currency=_currency(values.get(Role.CURRENCY, ""), default=currency, row=number),
    )


def _sign_of_credits(movements: Sequence[_Row]) -> int:
    """
    Say by which sign a single column of amounts marks what came in: most banks by plus, some by minus.

    The balance decides, read in the order of the days; without one, plus came in.

    Raises: UnreadableStatement when there is a balance and it fits neither.
    """
    signed = [row for row in movements if row.is_signed]
    if len(signed) < 2 or any(row.balance is None for row in signed):
        return 1
    days = [row.booked_date for row in signed]
    may_be_downwards = all(earlier <= later for earlier, later in pairwise(days))
    may_be_upwards = all(earlier >= later for earlier, later in pairwise(days))
    steps = [
        (earlier, later, (later.balance or ZERO) - (earlier.balance or ZERO))
        for earlier, later in pairwise(signed)
    ]
    for sign in (1, -1):
        fits_downwards = all(step == sign * later.amount for _earlier, later, step in steps)
        fits_upwards = all(-step == sign * earlier.amount for earlier, _later, step in steps)
        if (may_be_downwards and fits_downwards) or (may_be_upwards and fits_upwards):
            return sign
    raise UnreadableStatement(StatementFault.BALANCE_DISAGREES)


def _date(text: str, *, row: int) -> date:
    """Read a day; in digits the day comes first, as everywhere in Mexico."""
    plain = folded(text).split(" 00:")[0]
    try:
        if found := _ISO_DATE.match(plain):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := _NUMERIC_DATE.match(plain):
            return date(_year(found[3]), int(found[2]), int(found[1]))
        if (found := _NAMED_DATE.match(plain)) and found[2] in _MONTH_OF:
            return date(_year(found[3]), _MONTH_OF[found[2]], int(found[1]))
    except ValueError:
        pass
    raise UnreadableStatement(StatementFault.BAD_DATE, row=row)


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _amount(text: str, *, row: int) -> Decimal | None:
    """Read an amount with a decimal point; None when the cell is empty."""
    plain = re.sub(r"[\s$]|mxn|m\.n\.", "", text.lower())
    if plain in ("", "-"):
        return None
    is_negative = (
        plain.startswith("-") or plain.endswith("-") or (plain.startswith("(") and plain.endswith(")"))
    )
    digits = plain.strip("-+()")
    if not digits.strip(".,") or not _AMOUNT.match(digits):
        raise UnreadableStatement(StatementFault.BAD_AMOUNT, row=row)
    value = to_cents(Decimal(digits.replace(",", "")))
    if value > LARGEST:
        raise UnreadableStatement(StatementFault.BAD_AMOUNT, row=row)
    return -value if is_negative else value


def _currency(text: str, *, default: str, row: int) -> str:
    plain = re.sub(r"[^a-z]", "", folded(text))
    if not plain:
        return default
    found = _CURRENCY_OF.get(plain)
    if found is None:
        raise UnreadableStatement(StatementFault.BAD_CURRENCY, row=row)
    return found
