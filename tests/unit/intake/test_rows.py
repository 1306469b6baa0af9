"""Row by row: a debt, a payment, or a reason; nothing is dropped, nothing is guessed."""

import json
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from puntual.intake.rules import words
from puntual.intake.rules.layout import body_of, understand
from puntual.intake.rules.rows import RowParser
from puntual.intake.rules.sniffing import Unreadable
from puntual.intake.rules.staged import CustomerFacts, StagedRow, kind_by_evidence, receivable_key
from puntual.intake.types import Choices, FileKind, Reason, Record, RemarkCode
from tests.unit.intake.files import (
    DEMO_HEADERS,
    PAYMENT_HEADERS,
    SIMPLE_HEADERS,
    csv_bytes,
    demo_row,
    simple_row,
    xlsx_bytes,
)

TODAY = date(2026, 11, 23)


def read(content: bytes, **choices: Any) -> tuple[list[StagedRow], list[CustomerFacts], RowParser]:
    layout = understand(content, choices=Choices(**choices), company_currency="MXN")
    parser = RowParser(layout, last_day=TODAY)
    parsed = [parser.parse(number, row) for number, row in body_of(content, layout.dialect)]
    return [one.row for one in parsed], [one.customer for one in parsed if one.customer], parser


def read_simple(
    *rows: Sequence[Any], headers: Sequence[str] = SIMPLE_HEADERS, **choices: Any
) -> list[StagedRow]:
    """Read rows below one good row, which decides the order of the dates."""
    return read(csv_bytes(headers, [simple_row(0) + [""] * (len(headers) - 6), *rows]), **choices)[0][1:]


def test_a_demo_row_is_read_whole() -> None:
    rows, customers, parser = read(csv_bytes(DEMO_HEADERS, [demo_row(7)]))

    assert rows == [
        StagedRow(
            row_number=2,
            customer_key="00007",
            receivable_key="00007|A-7",
            document_number="A-7",
            document_kind="INVOICE",
            account="LC-00007",
            product="Crédito comercial 30 días",
            currency="MXN",
            issue_date=date(2026, 9, 1),
            due_date=date(2026, 10, 1),
            amount=Decimal("1160.00"),
            method="OTHER",
        )
    ]
    assert customers == [
        CustomerFacts(
            external_id="00007",
            name="Mueblería Núñez 7, S.A. de C.V.",
            short_name="Mueblería Núñez",
            kind="COMPANY",
            kind_guess="COMPANY",
            tax_id="MNU010101AB1",
            language="es-mx",
            time_zone="America/Mexico_City",
            state="Ciudad de México",
            city="Álvaro Obregón",
            postal_code="01000",
            sector="Mueblería",
            tags=("estratégico", "norte"),
            emails=(("Correo electrónico", "pagos7@nunez.example"),),
            phones=(("Teléfono", "55 5123 4567"),),
            guarantor_name="María Peña",
            guarantor_phone="81 8123 4567",
            attributes=(),
        )
    ]
    assert not parser.remarks


def test_a_payment_is_read_whole() -> None:
    content = csv_bytes(
        [*PAYMENT_HEADERS, "Banco"], [["00007", "A-7", "2026-10-05", "$580.00", "SPEI", "MX-1", "Norte"]]
    )

    assert read(content)[0] == [
        StagedRow(
            row_number=2,
            customer_key="00007",
            record=Record.PAYMENT,
            related_document="A-7",
            paid_date=date(2026, 10, 5),
            paid_amount=Decimal("580.00"),
            method="TRANSFER",
            reference="MX-1",
            note="Banco: Norte",
        )
    ]


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"Cliente": ""}, Reason.CUSTOMER_MISSING),
        ({"Folio": ""}, Reason.DOCUMENT_MISSING),
        ({"Vencimiento": ""}, Reason.DUE_DATE_MISSING),
        ({"Importe": ""}, Reason.AMOUNT_MISSING),
        ({"Vencimiento": "31/02/2026"}, Reason.DATE_INVALID),
        ({"Vencimiento": "31/12/9999"}, Reason.DATE_OUT_OF_RANGE),
        ({"Fecha": "ayer"}, Reason.DATE_INVALID),
        ({"Importe": "mucho"}, Reason.AMOUNT_INVALID),
        ({"Importe": "0.00"}, Reason.AMOUNT_NOT_POSITIVE),
        ({"Importe": "(500.00)"}, Reason.AMOUNT_NOT_POSITIVE),
        ({"Importe": "500-"}, Reason.AMOUNT_NOT_POSITIVE),
        ({"Importe": "99999999999999999"}, Reason.AMOUNT_TOO_LARGE),
        ({"Folio": "7.50123E+12"}, Reason.ID_MANGLED),
        ({"Folio": "F" * 81}, Reason.TOO_LONG),
        ({"Nombre": "N" * 251}, Reason.TOO_LONG),
        ({"Cliente": "C" * 80, "Folio": "F" * 80}, Reason.TOO_LONG),
    ],
)
def test_a_row_that_cannot_come_in_says_why_and_keeps_its_cells(
    cells: dict[str, str], reason: Reason
) -> None:
    bad = simple_row(1, **cells)

    (row,) = read_simple(bad)

    assert (row.row_number, row.outcome, row.reason) == (3, "REJECTED", reason)
    assert json.loads(row.raw or "") == bad


def test_a_reason_names_the_column_and_what_stood_there() -> None:
    (row,) = read_simple(simple_row(1, Importe="mucho"))

    assert row.detail == "Importe: mucho"


def test_a_cell_too_many_is_noticed_before_amounts_shift() -> None:
    content = csv_bytes(SIMPLE_HEADERS, [simple_row(0)]) + b"C1,Ana,F-9,13/01/2026,28/02/2026,1,234.56\r\n"

    assert [row.reason for row in read(content)[0]] == ["", Reason.TOO_MANY_CELLS]


def test_quotes_that_swallow_rows_are_noticed() -> None:
    lines = csv_bytes(SIMPLE_HEADERS, [simple_row(number) for number in range(4)]).decode().split("\r\n")
    lines[2] = lines[2].replace("Cliente 1", '"Cliente 1')
    content = "\r\n".join(lines).encode()

    rows = read(content)[0]

    assert [row.reason for row in rows] == ["", Reason.BROKEN_QUOTES]
    assert "F-3" in (rows[1].raw or "")


def test_damaged_bytes_reject_their_row_only() -> None:
    content = csv_bytes(SIMPLE_HEADERS, [simple_row(n, Nombre="Núñez Peña") for n in range(4)])
    damaged = content.replace("Núñez".encode(), b"N\xc3\x28ez", 2).replace(
        b"N\xc3\x28ez", "Núñez".encode(), 1
    )

    assert [row.reason for row in read(damaged)[0]] == ["", Reason.UNREADABLE_CHARACTERS, "", ""]


def test_sums_blanks_and_repeated_headers_are_ignored_and_nothing_else() -> None:
    rows = read_simple(
        ["", "", "", "", "", ""],
        ["Total general", "", "", "", "", "12,345.00"],
        ["", "", "", "", "", "99.00"],
        ["", "", "", "", "Total MXN", "99.00"],
        list(SIMPLE_HEADERS),
        simple_row(1, Nombre="Total Play, S.A. de C.V."),
        simple_row(2, Nombre="Total Play", Vencimiento=""),
    )

    assert [(row.outcome, row.reason) for row in rows] == [
        ("IGNORED", Reason.BLANK),
        ("IGNORED", Reason.TOTAL),
        ("IGNORED", Reason.TOTAL),
        ("IGNORED", Reason.TOTAL),
        ("IGNORED", Reason.REPEATED_HEADER),
        ("", ""),
        ("REJECTED", Reason.DUE_DATE_MISSING),
    ]


def test_ids_are_kept_exactly() -> None:
    ids = ["0140105686", "00012", "12345678901234567890", "A-0012", "'0099", '="0077"']
    rows = read_simple(*(simple_row(n, Folio=one) for n, one in enumerate(ids, 1)))

    assert [row.document_number for row in rows] == [
        "0140105686",
        "00012",
        "12345678901234567890",
        "A-0012",
        "0099",
        "0077",
    ]


def test_an_id_that_became_a_float_is_an_id_again() -> None:
    content = csv_bytes(SIMPLE_HEADERS, [simple_row(n, Folio=f"296062348{n}.0") for n in (1, 2)])

    assert [row.document_number for row in read(content)[0]] == ["2960623481", "2960623482"]


def test_numbers_of_a_workbook_are_ids_unless_digits_are_lost() -> None:
    rows = [
        simple_row(1, Folio=2960623488),
        simple_row(2, Folio=1234567890123456789),
        simple_row(3, Importe=1234.565),
    ]

    read_rows = read(xlsx_bytes(SIMPLE_HEADERS, rows))[0]

    assert read_rows[0].document_number == "2960623488"
    assert read_rows[1].reason == Reason.ID_MANGLED
    assert read_rows[2].amount == Decimal("1234.57")


def test_columns_without_a_meaning_are_kept_under_their_headers() -> None:
    headers = (*SIMPLE_HEADERS, "Vendedor", "Zona", "Puntual: fila")

    (row,) = read_simple([*simple_row(1), "Luz", "", "12"], headers=headers)

    assert json.loads(row.attributes) == {"Vendedor": "Luz"}


def test_a_word_nobody_knows_is_kept_and_counted() -> None:
    headers = (*SIMPLE_HEADERS, "Tipo de documento", "En disputa")
    rows, _, parser = read(csv_bytes(headers, [[*simple_row(1, Fecha="13/01/2026"), "Vale azul", "Sí"]]))

    assert json.loads(rows[0].attributes) == {"Tipo de documento": "Vale azul", "disputed": "yes"}
    assert parser.remarks[RemarkCode.ODD_VALUES] == 1


def test_a_credit_note_among_debts_is_read_as_one() -> None:
    headers = (*SIMPLE_HEADERS, "Tipo de documento")

    (row,) = read_simple([*simple_row(1), "Nota de crédito"], headers=headers)

    assert (row.record, row.outcome) == (Record.CREDIT_NOTE, "")
    assert (row.document_number, row.related_document) == ("F-1", "")


@pytest.mark.parametrize(
    ("cells", "currency", "reason"),
    [
        (("100.00", "MXN"), "MXN", ""),
        (("100.00", "Dólares"), "USD", ""),
        (("USD 100.00", ""), "USD", ""),
        (("100.00", ""), "MXN", ""),
        (("USD 100.00", "MXN"), "", Reason.CURRENCY_DIFFERS),
        (("100.00", "XXY"), "", Reason.CURRENCY_UNKNOWN),
    ],
)
def test_the_currency_is_read_and_never_assumed_against_the_row(
    cells: tuple[str, str], currency: str, reason: str
) -> None:
    headers = (*SIMPLE_HEADERS, "Moneda")
    good = [[*simple_row(number), "MXN"] for number in range(2, 8)]

    rows = read(csv_bytes(headers, [*good, [*simple_row(1, Importe=cells[0]), cells[1]]]))[0]

    assert (rows[-1].currency, rows[-1].reason) == (currency, reason)


BALANCES = (
    "Cliente",
    "Nombre",
    "Folio",
    "Fecha",
    "Vencimiento",
    "Importe",
    "Saldo",
    "Fecha de pago",
    "Importe pagado",
)


@pytest.mark.parametrize(
    ("amount", "balance", "paid_date", "paid", "expected"),
    [
        ("100", "40", "", "", ("100", "40", None, None)),
        ("", "40", "", "", (None, "40", None, None)),
        ("100", "", "20/02/2026", "", ("100", None, date(2026, 2, 20), "100")),
        ("100", "", "20/02/2026", "30", ("100", None, date(2026, 2, 20), "30")),
        ("100", "", "", "30", ("100", "70", None, None)),
        ("100", "0", "", "", ("100", "0", None, None)),
        ("100", "101", "", "", Reason.BALANCE_ABOVE_AMOUNT),
        ("100", "-1", "", "", Reason.BALANCE_NEGATIVE),
        ("100", "", "20/02/2026", "0", Reason.AMOUNT_MISSING),
        ("100", "", "20/02/2026", "-5", Reason.AMOUNT_NOT_POSITIVE),
        ("100", "", "20/02/2027", "", Reason.PAID_IN_FUTURE),
    ],
)
def test_amount_balance_and_payment_are_read_together(
    amount: str, balance: str, paid_date: str, paid: str, expected: Any
) -> None:
    good = [[*simple_row(0), "1", "13/02/2026", "1"]] * 9
    bad = [*simple_row(1, Importe=amount), balance, paid_date, paid]

    row = read(csv_bytes(BALANCES, [*good, bad]))[0][-1]

    if isinstance(expected, Reason):
        assert row.reason == expected
    else:
        found = (row.amount, row.open_amount, row.paid_date, row.paid_amount)
        assert found == tuple(Decimal(one) if isinstance(one, str) else one for one in expected)


def test_a_customer_is_told_once_for_many_rows() -> None:
    rows = [demo_row(7, Folio=f"A-{number}") for number in range(50)]

    assert len(read(csv_bytes(DEMO_HEADERS, rows))[1]) == 1


@pytest.mark.parametrize(
    ("name", "tax_id", "kind"),
    [
        ("Ana Ruiz", "RUPA800101AB1", "PERSON"),
        ("Lo que sea", "MNU010101AB1", "COMPANY"),
        ("Fierros del Norte, S. de R.L. de C.V.", "", "COMPANY"),
        ("SYSC llc", "", "COMPANY"),
        ("Ana Ruiz", "", ""),
    ],
)
def test_the_kind_of_a_customer_is_told_by_evidence_only(name: str, tax_id: str, kind: str) -> None:
    assert kind_by_evidence(name=name, tax_id=tax_id) == kind


@given(first=st.tuples(st.text(), st.text()), second=st.tuples(st.text(), st.text()))
def test_keys_of_different_documents_differ(first: tuple[str, str], second: tuple[str, str]) -> None:
    keys = [receivable_key(customer=customer, document=document) for customer, document in (first, second)]

    assert (keys[0] == keys[1]) == (first == second)


NAMES = st.text(
    # Random letters of an old encoding read like another alphabet, which is refused: these are at home in it.
    st.sampled_from("abcdefghijklmnñopqrstuvwxyzáéíóúüçãõ 0123456789.,;:'\"&-()/|"),
    min_size=1,
    max_size=30,
).filter(
    lambda text: text.strip() and not text.lower().strip().startswith(("total", "sub", "suma", "sum", "gran"))
)
DEBTS = st.tuples(
    st.integers(1, 99_999).map(lambda number: f"{number:05d}"),
    NAMES,
    st.dates(date(2020, 1, 1), date(2026, 1, 31)),
    st.integers(1, 120),
    st.integers(1, 10**12),
)


@settings(deadline=None, max_examples=60)
@given(
    debts=st.lists(DEBTS, min_size=1, max_size=25),
    separator=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    form=st.sampled_from(["%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y"]),
    is_european=st.booleans(),
    is_titled=st.booleans(),
)
def test_any_table_in_any_dialect_comes_back_equal(
    debts: list[Any], separator: str, encoding: str, form: str, is_european: bool, is_titled: bool
) -> None:
    rows = []
    for number, (customer, name, issue, term, cents) in enumerate(debts):
        amount = f"{Decimal(cents) / 100:,.2f}"
        written = amount.translate(str.maketrans(",.", ".,")) if is_european else amount
        due = issue + timedelta(days=term)
        rows.append([customer, name, f"F-{number}", issue.strftime(form), due.strftime(form), written])
    # A last row that says beyond doubt how this file writes days.
    rows.append(
        [
            "00001",
            "Fin",
            "F-fin",
            date(2026, 1, 13).strftime(form),
            date(2026, 2, 28).strftime(form),
            rows[0][5],
        ]
    )
    content = csv_bytes(
        SIMPLE_HEADERS,
        rows,
        separator=separator,
        encoding=encoding,
        title=[["Cartera"], []] if is_titled else (),
    )

    read_rows = read(content)[0]

    assert [
        (row.customer_key, row.document_number, row.issue_date, row.due_date, row.amount)
        for row in read_rows[:-1]
    ] == [
        (customer, f"F-{number}", issue, issue + timedelta(days=term), Decimal(cents) / 100)
        for number, (customer, _name, issue, term, cents) in enumerate(debts)
    ]


@settings(deadline=None, max_examples=150)
@given(data=st.data())
def test_corrupted_bytes_never_break_the_reader_nor_lose_a_row(data: st.DataObject) -> None:
    content = bytearray(
        csv_bytes(SIMPLE_HEADERS, [simple_row(number, Nombre="Núñez") for number in range(12)])
    )
    start = len(",".join(SIMPLE_HEADERS))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(start, len(content) - 1))] = data.draw(st.integers(0, 255))

    try:
        rows = read(bytes(content), kind=FileKind.RECEIVABLES)[0]
    except Unreadable:
        return

    assert [row.row_number for row in rows] == list(range(2, len(rows) + 2))
    text = bytes(content).decode("latin-1")
    told = "".join(row.raw or "" for row in rows)
    for number in range(12):
        if f",F-{number},13/01/2026,28/02/2026,1000.00" in text:
            assert any(row.document_number == f"F-{number}" for row in rows) or f"F-{number}" in told


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Efectivo en sucursal", "CASH"),
        ("Pago en efectivo (caja 3)", "CASH"),
        ("OXXO Pay", "CASH"),
        ("Transferencia interbancaria BBVA", "TRANSFER"),
        ("Tarjeta terminal punto de venta", "CARD"),
        ("Cheque certificado", "CHEQUE"),
        ("Domiciliación mensual", "DIRECT_DEBIT"),
        ("efectivo", "CASH"),
        ("Otro", "OTHER"),
        # Two ways at once, or none that is known: nothing is guessed.
        ("Efectivo o tarjeta", None),
        ("Trueque", None),
    ],
)
def test_a_way_to_pay_is_found_within_what_a_file_says(text: str, code: str | None) -> None:
    assert words.value_code("payment_method", text) == code
