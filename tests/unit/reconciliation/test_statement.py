"""Statements as banks export them, and those that must be refused."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puntual.reconciliation.rules.statement import UnreadableStatement, read_statement
from puntual.reconciliation.types import Statement, StatementFault


def _read(text: str, encoding: str = "utf-8", account: str = "") -> Statement:
    return read_statement(content=text.encode(encoding), currency="MXN", bank_account=account)


def _credits(statement: Statement) -> list[tuple[date, Decimal, str, str]]:
    return [(one.booked_date, one.amount, one.reference, one.description) for one in statement.lines]


TWO_COLUMNS = """Fecha,Descripción,Cargo,Abono,Saldo,Referencia
15/01/2026,Compra papelería,250.00,,750.00,A1
16/01/2026,"SPEI recibido, Peña",,"1,500.50",2250.50,A2
17/01/2026,Comisión,-10.00,0,2240.50,A3
"""


@pytest.mark.feature("PAY-12")
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_statement_is_read_in_any_encoding_and_separator(encoding: str, separator: str) -> None:
    text = TWO_COLUMNS.replace(',"SPEI recibido, Peña",', ",SPEI recibido Peña,").replace(
        '"1,500.50"', "1500.50"
    )

    statement = _read(text.replace(",", separator), encoding)

    assert _credits(statement) == [(date(2026, 1, 16), Decimal("1500.50"), "A2", "SPEI recibido Peña")]
    assert statement.charges == 2


def test_quoted_cells_keep_their_commas() -> None:
    assert _credits(_read(TWO_COLUMNS)) == [
        (date(2026, 1, 16), Decimal("1500.50"), "A2", "SPEI recibido, Peña")
    ]


def test_header_is_found_below_the_name_of_the_account_and_sums_are_left_out() -> None:
    text = (
        "Cuenta:;012180000000000000\nTitular:;Muebles del Valle\n\n"
        "FECHA OPERACIÓN;CONCEPTO / REFERENCIA;RETIROS;DEPÓSITOS;SALDO\n"
        "05-MAR-2026;Pago 90000012314;;$ 300.00;300.00\n"
        "06-ene-26;Depósito;;200;500.00\n"
        ";SALDO AL CORTE;;;500.00\n"
        ";;;;\n"
        "Total;;0.00;500.00;\n"
        "Este documento es informativo.\n"
    )

    assert _credits(_read(text)) == [
        (date(2026, 3, 5), Decimal("300.00"), "", "Pago 90000012314"),
        (date(2026, 1, 6), Decimal("200.00"), "", "Depósito"),
    ]


ONE_COLUMN = "Fecha,Concepto,Importe,Saldo\n{}"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (
            ["01/10/2026,a,100.00,1100.00", "02/10/2026,b,-30.00,1070.00", "03/10/2026,c,5.00,1075.00"],
            ["100.00", "5.00"],
        ),
        (
            ["03/10/2026,c,5.00,1075.00", "02/10/2026,b,-30.00,1070.00", "01/10/2026,a,100.00,1100.00"],
            ["5.00", "100.00"],
        ),
        (
            ["01/10/2026,a,-100.00,1100.00", "02/10/2026,b,30.00,1070.00", "03/10/2026,c,-5.00,1075.00"],
            ["100.00", "5.00"],
        ),
        (["01/10/2026,a,100.00,", "02/10/2026,b,(30.00),", "03/10/2026,c,5.00-,"], ["100.00"]),
        (["01/10/2026,a,100.00,1100.00"], ["100.00"]),
    ],
    ids=["downwards", "upwards", "minus came in", "no balance", "one row"],
)
def test_balance_says_by_which_sign_money_came_in(rows: list[str], expected: list[str]) -> None:
    statement = _read(ONE_COLUMN.format("\n".join(rows)))

    assert [str(one.amount) for one in statement.lines] == expected


def test_minus_among_credits_took_money_back() -> None:
    statement = _read("Fecha,Cargo,Abono\n01/10/2026,,-50.00\n01/10/2026,,20.00\n")

    assert [str(one.amount) for one in statement.lines] == ["20.00"]
    assert statement.charges == 1


def test_currency_of_a_row_counts_before_that_of_the_company() -> None:
    statement = _read("Fecha,Abono,Moneda\n01/10/2026,5.00,USD\n01/10/2026,6.00,\n01/10/2026,7.00,M.N.\n")

    assert [one.currency for one in statement.lines] == ["USD", "MXN", "MXN"]


@pytest.mark.parametrize(
    ("text", "fault", "row"),
    [
        ("", StatementFault.EMPTY, 0),
        ("  \n ", StatementFault.EMPTY, 0),
        ("Nombre,Saldo\nAna,5\n", StatementFault.NO_HEADER, 0),
        ("Fecha,Saldo\n01/01/2026,5\n", StatementFault.NO_HEADER, 0),
        ("Fecha,Abono\n32/01/2026,5\n", StatementFault.BAD_DATE, 2),
        ("Fecha,Abono\n01/13/2026,5\n", StatementFault.BAD_DATE, 2),
        ("Fecha,Abono\n01/01/2026,5\n,6\n", StatementFault.BAD_DATE, 3),
        ("Fecha,Abono\n01/01/2026,5.005\n", StatementFault.BAD_AMOUNT, 2),
        ('Fecha,Abono\n01/01/2026,"1.234,50"\n', StatementFault.BAD_AMOUNT, 2),
        ('Fecha,Abono\n01/01/2026,"1,23"\n', StatementFault.BAD_AMOUNT, 2),
        ("Fecha,Abono\n01/01/2026,cinco\n", StatementFault.BAD_AMOUNT, 2),
        ("Fecha,Abono\n01/01/2026,.\n", StatementFault.BAD_AMOUNT, 2),
        ("Fecha,Abono\n01/01/2026,99999999999999999\n", StatementFault.BAD_AMOUNT, 2),
        ("Fecha,Cargo,Abono\n01/01/2026,5,6\n", StatementFault.BAD_AMOUNT, 2),
        ("Fecha,Abono,Moneda\n01/01/2026,5,perlas\n", StatementFault.BAD_CURRENCY, 2),
        (
            "Fecha,Importe,Saldo\n01/01/2026,5,5\n02/01/2026,5,90\n03/01/2026,5,1\n",
            StatementFault.BALANCE_DISAGREES,
            0,
        ),
    ],
)
def test_statement_that_cannot_be_read_to_the_last_row_is_refused(
    text: str, fault: StatementFault, row: int
) -> None:
    with pytest.raises(UnreadableStatement) as refused:
        _read(text)

    assert (refused.value.fault, refused.value.row) == (fault, row)


@pytest.mark.parametrize(
    "content",
    [b"\x89PNG\r\n\x1a\n\x00\x00", b"Fecha,Abono\n01/01/2026,5\x00\n", b"\xff\xfeF", b"PK\x03\x04\x00\x00"],
)
def test_what_is_no_text_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableStatement):
        read_statement(content=content, currency="MXN", bank_account="")


def test_equal_credits_of_a_day_are_two_and_stay_the_same_two() -> None:
    text = "Fecha,Concepto,Abono\n01/01/2026,Pago,5.00\n01/01/2026,Pago,5.00\n02/01/2026,Pago,5.00\n"
    longer = text + "03/01/2026,Pago,5.00\n"

    keys = [one.key for one in _read(text).lines]

    assert len(set(keys)) == 3
    assert [one.key for one in _read(longer).lines][:3] == keys
    assert [one.key for one in _read(text.replace("Pago", "PAGO")).lines] == keys
    assert not set(keys) & {one.key for one in _read(text, account="2").lines}


@given(st.binary(max_size=300))
def test_no_bytes_ever_do_more_than_be_refused(content: bytes) -> None:
    try:
        read_statement(content=content, currency="MXN", bank_account="")
    except UnreadableStatement:
        return


MOVEMENTS = st.lists(
    st.tuples(st.integers(-(10**9), 10**9).filter(bool), st.dates(date(2000, 1, 1), date(2099, 12, 31))),
    min_size=2,
    max_size=12,
    unique_by=lambda movement: movement[1],
)


@given(MOVEMENTS, st.sampled_from([1, -1]), st.booleans())
def test_what_came_in_is_read_back_whatever_the_sign_and_the_order_of_the_bank(
    movements: list[tuple[int, date]], sign: int, is_newest_first: bool
) -> None:
    balance = 0
    rows = []
    for cents, day in sorted(movements, key=lambda movement: movement[1]):
        balance += cents
        rows.append(f"{day:%d/%m/%Y},{Decimal(sign * cents) / 100:.2f},{Decimal(balance) / 100:.2f}")

    statement = _read("\n".join(["Fecha,Importe,Saldo", *(rows[::-1] if is_newest_first else rows)]))

    came_in = sorted(Decimal(cents) / 100 for cents, _day in movements if cents > 0)
    assert sorted(one.amount for one in statement.lines) == came_in
