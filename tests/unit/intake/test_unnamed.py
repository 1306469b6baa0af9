"""Files in which no header names the columns: a person names them, nothing is guessed."""

from datetime import date, datetime

import pytest

from puntual.intake.rules import layout, profiles
from puntual.intake.rules.refusals import Unreadable
from puntual.intake.rules.rows import RowParser
from puntual.intake.types import (
    Choices,
    Field,
    FileFormat,
    FileKind,
    Layout,
    Profile,
    QuestionCode,
)
from tests.unit.intake import writers
from tests.unit.intake.files import csv_bytes

ROWS = [
    ["00012", "Mueblería Núñez", "A-1", "31/01/2026", "1234.50"],
    ["00013", "Peña Hermanos", "A-2", "28/02/2026", "500.00"],
    ["00014", "Óptica del Norte", "A-3", "15/03/2026", "70.25"],
]
NAMED = (
    (0, Field.CUSTOMER_ID),
    (1, Field.NAME),
    (2, Field.DOCUMENT_NUMBER),
    (3, Field.DUE_DATE),
    (4, Field.AMOUNT),
)
TYPED = [[*row[:3], date(2026, 1, 31), float(row[4])] for row in ROWS]


def text(rows: list[list[str]], *, separator: str = ";") -> bytes:
    return "\r\n".join(separator.join(row) for row in rows).encode()


def understood(content: bytes, **choices: object) -> Layout:
    return layout.understand(content, choices=Choices(**choices), company_currency="MXN")  # type: ignore[arg-type]


def asked(found: Layout) -> list[tuple[QuestionCode, tuple[str, ...]]]:
    return [(one.code, one.options) for one in found.questions]


@pytest.mark.parametrize(
    ("content", "file_format"),
    [
        (text(ROWS), FileFormat.CSV),
        (text([["", "", "", "", ""], *ROWS], separator=","), FileFormat.CSV),
        (text([*ROWS, ["", "", "", "Total", "1804.75"]]), FileFormat.CSV),
        (text(ROWS[:1]), FileFormat.CSV),
        (writers.fixed(ROWS, encoding="cp850", right=frozenset({4}), line_end="\n"), FileFormat.FIXED),
        (writers.xlsx(TYPED), FileFormat.XLSX),
        (writers.page(ROWS, encoding="utf-8"), FileFormat.HTML),
        (writers.spreadsheet_xml({"Hoja1": TYPED}), FileFormat.XML),
    ],
)
def test_a_file_without_headers_is_asked_about_with_samples_and_nothing_is_guessed(
    content: bytes, file_format: FileFormat
) -> None:
    found = understood(content)

    assert found.dialect.format is file_format
    assert (found.dialect.header_row, found.dialect.header_rows, found.kind) == (0, 0, None)
    assert asked(found) == [
        (QuestionCode.NAME_COLUMNS, ("CUSTOMER_ID", "DOCUMENT_NUMBER", "DUE_DATE", "AMOUNT"))
    ]
    assert [column.header for column in found.columns] == [f"Columna {number}" for number in range(1, 6)]
    assert [column.field for column in found.columns] == [None] * 5
    assert found.columns[0].samples[0] == "00012"


@pytest.mark.parametrize("content", [text(ROWS), writers.xlsx(TYPED), writers.page(ROWS, encoding="utf-8")])
def test_the_answer_reads_every_row_the_first_one_too(content: bytes) -> None:
    found = understood(content, columns=NAMED)
    parser = RowParser(found, last_day=date(2026, 12, 31))
    rows = [parser.parse(number, row).row for number, row in layout.body_of(content, found.dialect)]

    assert (found.kind, found.questions) == (FileKind.RECEIVABLES, ())
    assert [(row.row_number, row.customer_key, row.document_number, row.outcome) for row in rows] == [
        (1, "00012", "A-1", ""),
        (2, "00013", "A-2", ""),
        (3, "00014", "A-3", ""),
    ]


@pytest.mark.parametrize(
    ("columns", "kind", "missing"),
    [
        (NAMED[:2], FileKind.RECEIVABLES, ("DOCUMENT_NUMBER", "DUE_DATE", "AMOUNT")),
        (NAMED[:4], FileKind.RECEIVABLES, ("AMOUNT",)),
        (((2, Field.DOCUMENT_NUMBER), (3, Field.PAID_DATE)), FileKind.PAYMENTS, ("PAID_AMOUNT",)),
        (((0, None),), None, ("CUSTOMER_ID", "DOCUMENT_NUMBER", "DUE_DATE", "AMOUNT")),
    ],
)
def test_half_an_answer_is_asked_about_again(
    columns: tuple[tuple[int, Field | None], ...], kind: FileKind | None, missing: tuple[str, ...]
) -> None:
    found = understood(text(ROWS), columns=columns)

    assert found.kind is kind
    assert asked(found) == [(QuestionCode.NAME_COLUMNS, missing)]


def test_what_the_file_holds_can_be_said_with_it() -> None:
    content = text([["00012", "Ana", "a@x.example"], ["00013", "Eva", "e@x.example"]])

    said = understood(content, kind=FileKind.CUSTOMERS, columns=((0, Field.CUSTOMER_ID), (1, Field.NAME)))

    assert asked(understood(content))[0][0] is QuestionCode.NAME_COLUMNS
    assert (said.kind, said.questions) == (FileKind.CUSTOMERS, ())


def test_headers_that_nobody_knows_are_asked_about_by_their_names() -> None:
    content = text([["Reporte", "", "", "", ""], ["KUNNR", "NAME1", "BELNR", "ZFBDT", "DMBTR"], *ROWS])

    found = understood(content)
    said = understood(content, columns=NAMED)

    assert (found.dialect.header_row, found.columns[3].header) == (2, "ZFBDT")
    assert asked(found)[0][0] is QuestionCode.NAME_COLUMNS
    assert said.questions == ()
    assert len(list(layout.body_of(content, said.dialect))) == 3


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (text([["1", "null", "0", "0"], ["2", "0", "0", "null"]]), "wrong-columns"),
        (text([["kitten", "win"]]), "wrong-columns"),
        (text([["date", "temperature", "place"], ["2011-01-01", "1", "Galway"]]), "wrong-columns"),
        (text([["45012", "x", "7.00"], ["45013", "y", "8.00"]]), "wrong-columns"),
        (text([["2026-01-31", "x", "y"], ["2026-01-31", "x", "y"]]), "wrong-columns"),
        (b"foo\nfoo\nfoo", "one-column"),
        (writers.xlsx([["foo"], ["foo"]]), "wrong-columns"),
        (writers.xlsx([["", ""]]), "file-no-cells"),
    ],
)
def test_a_table_without_days_and_amounts_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        understood(content)

    assert refused.value.code == code


def test_a_person_may_say_that_there_is_no_header_and_where_it_is() -> None:
    words = [["Cliente", "Folio", "x", "31/01/2026", "5.00"], *ROWS]

    without = understood(text(words), header_row=0, columns=NAMED)
    pointed_out = understood(text([["a", "b", "c"], ["1", "2", "3"]]), header_row=1)

    assert len(list(layout.body_of(text(words), without.dialect))) == 4
    assert [column.header for column in pointed_out.columns] == ["a", "b", "c"]
    assert {question.code for question in pointed_out.questions} == {QuestionCode.NAME_COLUMNS}


def test_a_header_that_nobody_knows_is_asked_about_also_where_it_is_pointed_out() -> None:
    """One word that is known makes no file of customers of a portfolio."""
    content = text([["Compania", "Socio", "Papel", "Alta", "Limite", "Debe"], *[["X", *row] for row in ROWS]])

    found = understood(content, header_row=1)

    assert (found.kind, asked(found)) == (None, asked(understood(content)))
    said = understood(content, header_row=1, kind=FileKind.CUSTOMERS, columns=((1, Field.CUSTOMER_ID),))
    assert (said.kind, said.dialect.header_row) == (FileKind.CUSTOMERS, 1)


def test_a_header_that_is_pointed_out_makes_no_fixed_columns_of_a_separated_text() -> None:
    """Where long cells repeat, their blanks stand one below the other as those between columns do."""
    row = [
        "DEPARTMENT OF HEALTH", "AIREDALE NHS FOUNDATION TRUST", "16/07/2010", "COMPUTER SOFTWARE / LICENSE  FEES",
        "INFORMATION MANAGEMENT & TECHNOLOGY", "ACCENTURE PACS", "3003126885", "43,774.58",
    ]  # fmt: skip
    headers = ["Department Family", "Entity", "Payment Date", "Expense Type", "Expense Area", "Supplier"]
    content = csv_bytes([*headers, "Transaction No.", "Amount"], [row] * 30)

    found = understood(content, header_row=1)

    assert (found.dialect.format, len(found.columns)) == (FileFormat.CSV, 8)
    assert found.dialect == understood(content).dialect


def test_the_words_of_a_refusal_stand_on_one_line_and_say_where_they_were_cut() -> None:
    rows = [["a\nb", "palabra " * 10, *"cdefghij"], list("0123456789")]
    content = writers.xlsx(rows)

    with pytest.raises(Unreadable) as refused:
        understood(content)

    assert refused.value.detail == "a b, palabra palabra palabra palabra palabra…, c, d, e, f, g, h, …"


def profile_of(found: Layout, columns: tuple[tuple[int, Field | None], ...]) -> Profile:
    return Profile(
        id=1,
        name="Diario",
        format=found.dialect.format,
        headers=tuple(column.header for column in found.columns),
        choices=Choices(columns=columns),
        actor_label="",
        updated_at=datetime.fromisoformat("2026-01-01T00:00+00:00"),
        used_at=None,
        import_count=0,
    )


MORE = [[*row, "Norte"] for row in ROWS]
MOVED = [[row[0], row[1], row[3], row[2], row[4]] for row in ROWS]
NEW = [[f"{number:05d}", "Otro", f"B-{number}", "", f"{number}.00"] for number in range(1, 4)]
NEW[1][3] = "31/12/2026"


@pytest.mark.parametrize(("rows", "fits"), [(ROWS, True), (NEW, True), (MORE, False), (MOVED, False)])
def test_a_profile_fits_the_same_number_of_columns_of_the_same_kinds(
    rows: list[list[str]], fits: bool
) -> None:
    profile = profile_of(understood(text(ROWS)), NAMED)
    columns = understood(text(rows), header_row=0).columns

    assert (profiles.best([profile], columns) is profile) is fits
    if fits:
        assert profiles.fit(profile, columns).columns == NAMED


def test_a_profile_asked_for_by_name_leaves_open_what_the_values_contradict() -> None:
    profile = profile_of(understood(text(ROWS)), NAMED)

    fitted = profiles.fit(profile, understood(text(MOVED)).columns)

    assert dict(fitted.columns) == {0: Field.CUSTOMER_ID, 1: Field.NAME, 4: Field.AMOUNT}


def test_columns_with_names_fit_whatever_their_values() -> None:
    named = [["Cliente", "Nombre", "Folio", "Vence", "Importe"], *ROWS]
    odd = [named[0], *(["", "x", "A-1", "pronto", ""] for _ in range(3)), *ROWS]
    profile = profile_of(understood(text(named)), NAMED)

    assert profiles.best([profile], understood(text(odd)).columns) is profile
