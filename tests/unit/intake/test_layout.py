"""A whole file understood: what is decided, what is assumed, and what must be asked."""

from datetime import date, timedelta

import pytest

from puntual.intake.queries import worded_questions
from puntual.intake.rules.layout import understand
from puntual.intake.rules.sniffing import Unreadable
from puntual.intake.types import (
    Choices,
    DateOrder,
    DecimalSign,
    Field,
    FileFormat,
    FileKind,
    Layout,
    QuestionCode,
    RemarkCode,
)
from tests.unit.intake.files import (
    DEMO_HEADERS,
    PAYMENT_HEADERS,
    SIMPLE_HEADERS,
    csv_bytes,
    demo_row,
    simple_row,
    xlsx_bytes,
)


def layout_of(content: bytes, **choices: object) -> Layout:
    return understand(content, choices=Choices(**choices), company_currency="MXN")  # type: ignore[arg-type]


def codes(layout: Layout) -> list[QuestionCode]:
    return [question.code for question in layout.questions]


def order_of(layout: Layout, field: Field) -> DateOrder | None:
    return next(column.date_order for column in layout.columns if column.field is field)


def rows_with(*dates: tuple[str, str]) -> list[list[str]]:
    return [simple_row(n, Fecha=issue, Vencimiento=due) for n, (issue, due) in enumerate(dates, 1)]


def test_the_demo_file_needs_no_answer_and_no_assumption() -> None:
    layout = layout_of(csv_bytes(DEMO_HEADERS, [demo_row(number) for number in range(5)]))

    assert layout.kind is FileKind.RECEIVABLES
    assert layout.questions == ()
    assert layout.assumptions == ()


def test_a_file_of_payments_is_told_from_one_of_debts() -> None:
    layout = layout_of(csv_bytes(PAYMENT_HEADERS, [["1", "A-1", "2026-01-31", "10.50", "SPEI", "r1"]]))

    assert layout.kind is FileKind.PAYMENTS
    assert {column.field for column in layout.columns} >= {Field.PAID_DATE, Field.PAID_AMOUNT}


def test_days_above_twelve_decide_the_order_of_the_whole_column() -> None:
    layout = layout_of(
        csv_bytes(SIMPLE_HEADERS, rows_with(("03/01/2026", "02/02/2026"), ("13/01/2026", "15/02/2026")))
    )

    assert codes(layout) == []
    assert order_of(layout, Field.DUE_DATE) is DateOrder.DMY


def test_a_sister_column_decides_for_one_that_says_nothing() -> None:
    layout = layout_of(
        csv_bytes(SIMPLE_HEADERS, rows_with(("01/13/2026", "03/04/2026"), ("01/14/2026", "03/05/2026")))
    )

    assert codes(layout) == []
    assert order_of(layout, Field.DUE_DATE) is DateOrder.MDY


def test_terms_decide_where_days_do_not() -> None:
    dates = [
        ("05/01/2026", "04/02/2026"),
        ("06/01/2026", "05/02/2026"),
        ("09/01/2026", "08/02/2026"),
        ("12/01/2026", "11/02/2026"),
    ]

    layout = layout_of(csv_bytes(SIMPLE_HEADERS, rows_with(*dates)))

    assert codes(layout) == []
    assert order_of(layout, Field.DUE_DATE) is DateOrder.DMY


def test_an_order_that_nothing_decides_is_asked_for() -> None:
    layout = layout_of(csv_bytes(SIMPLE_HEADERS, rows_with(("03/04/2026", "05/06/2026"))))

    assert codes(layout) == [QuestionCode.DATE_ORDER, QuestionCode.DATE_ORDER]
    assert [question.column for question in layout.questions] == ["Fecha", "Vencimiento"]
    assert layout.questions[0].options == ("DMY", "MDY")


def test_an_answer_settles_the_order() -> None:
    content = csv_bytes(SIMPLE_HEADERS, rows_with(("03/04/2026", "05/06/2026")))

    layout = layout_of(content, date_order=DateOrder.MDY)

    assert codes(layout) == []
    assert order_of(layout, Field.DUE_DATE) is DateOrder.MDY


def test_an_answer_does_not_overrule_what_the_column_says() -> None:
    content = csv_bytes(SIMPLE_HEADERS, rows_with(("13/01/2026", "15/02/2026")))

    assert order_of(layout_of(content, date_order=DateOrder.MDY), Field.DUE_DATE) is DateOrder.DMY


def test_dates_that_contradict_each_other_are_asked_for_with_examples() -> None:
    layout = layout_of(
        csv_bytes(SIMPLE_HEADERS, rows_with(("13/01/2026", "15/02/2026"), ("01/14/2026", "20/02/2026")))
    )

    question = layout.questions[0]
    assert (question.code, question.column) == (QuestionCode.DATE_ORDER, "Fecha")
    assert dict(question.values) == {"DMY": "13/01/2026", "MDY": "01/14/2026"}


def test_iso_dates_need_no_order() -> None:
    layout = layout_of(csv_bytes(SIMPLE_HEADERS, rows_with(("2026-03-04", "2026-05-06"))))

    assert codes(layout) == []
    assert order_of(layout, Field.DUE_DATE) is None


def test_a_workbook_that_flipped_its_dates_is_noticed() -> None:
    flipped = [date(2026, month, 3) for month in (1, 2, 3, 4)]
    kept = ["13/05/2026", "14/05/2026", "15/05/2026"]
    rows = [simple_row(n, Fecha="2025-12-31", Vencimiento=day) for n, day in enumerate([*flipped, *kept])]
    content = xlsx_bytes(SIMPLE_HEADERS, rows)

    assert codes(layout_of(content)) == [QuestionCode.MIXED_DATES]
    assert codes(layout_of(content, confirmed=frozenset({QuestionCode.MIXED_DATES}))) == []


@pytest.mark.parametrize(
    ("amounts", "sign"),
    [
        (["1.234,56", "5"], DecimalSign.COMMA),
        (["1,234.56", "1,500"], DecimalSign.POINT),
        (["12", "13"], DecimalSign.POINT),
    ],
)
def test_the_decimal_sign_is_decided_by_the_column(amounts: list[str], sign: DecimalSign) -> None:
    layout = layout_of(
        csv_bytes(SIMPLE_HEADERS, [simple_row(n, Importe=one) for n, one in enumerate(amounts)])
    )

    assert codes(layout) == []
    assert [column.decimal_sign for column in layout.columns if column.field is Field.AMOUNT] == [sign]


def test_a_decimal_sign_that_nothing_decides_is_asked_for() -> None:
    content = csv_bytes(SIMPLE_HEADERS, [simple_row(1, Importe="1.500"), simple_row(2, Importe="2.750")])

    assert codes(layout_of(content)) == [QuestionCode.DECIMAL_SIGN]
    assert layout_of(content).questions[0].values == (("example", "1.500"),)
    assert codes(layout_of(content, decimal_sign=DecimalSign.COMMA)) == []


def test_amounts_that_contradict_each_other_are_both_shown() -> None:
    amounts = ["12,5", "1.234,56", "1,234.56"]
    content = csv_bytes(SIMPLE_HEADERS, [simple_row(n, Importe=one) for n, one in enumerate(amounts)])

    (question,) = layout_of(content).questions

    assert question.values == (("example", "12,5"), ("other", "1,234.56"))
    (told,) = worded_questions(questions=[question])
    assert "«12,5» y «1,234.56» se contradicen" in told.text


def test_a_sister_column_decides_the_decimal_sign() -> None:
    headers = (*SIMPLE_HEADERS, "Saldo")

    layout = layout_of(csv_bytes(headers, [[*simple_row(1, Importe="1.500"), "1.234,50"]]))

    assert codes(layout) == []


def test_a_currency_nobody_names_is_the_company_s_and_said_so() -> None:
    layout = layout_of(csv_bytes(SIMPLE_HEADERS, [simple_row(1)]))

    assert layout.currency == "MXN"
    assert RemarkCode.CURRENCY_OF_COMPANY in {remark.code for remark in layout.assumptions}


def test_a_missing_column_is_asked_for_and_can_be_pointed_out() -> None:
    headers = ["Cliente", "Nombre", "Folio", "Fecha", "Se paga el", "Importe"]
    content = csv_bytes(headers, [simple_row(1)])

    assert codes(layout_of(content, kind=FileKind.RECEIVABLES)) == [QuestionCode.MISSING_COLUMN]
    assert codes(layout_of(content, columns=((4, Field.DUE_DATE),))) == []


def test_a_date_of_payment_without_a_due_date_may_be_either() -> None:
    headers = ["Cliente", "Folio", "Fecha de emisión", "Fecha de pago", "Importe"]
    content = csv_bytes(headers, [["C1", "A-1", "2026-01-31", "2026-02-28", "10.00"]])

    assert codes(layout_of(content)) == [QuestionCode.KIND]
    assert codes(layout_of(content, kind=FileKind.PAYMENTS)) == []


@pytest.mark.parametrize(
    "content",
    [
        b"a,b\n1,2\n",
        b"Folio,Importe\nA-1,10\n",
        csv_bytes(["Fecha", "Concepto", "Cargo", "Abono", "Saldo"], [["01/02/2026", "x", "1", "", "1"]]),
        csv_bytes(["Producto", "Precio"], [["silla", "10"]]),
    ],
)
def test_a_table_of_something_else_is_refused(content: bytes) -> None:
    with pytest.raises(Unreadable) as refused:
        layout_of(content)

    assert refused.value.code == "wrong-columns"
    assert refused.value.detail


def test_a_header_that_swallowed_the_first_row_is_refused() -> None:
    content = csv_bytes(SIMPLE_HEADERS, [simple_row(1), simple_row(2)]).replace(b"Importe\r\n", b"Importe  ")

    with pytest.raises(Unreadable) as refused:
        layout_of(content)

    assert (refused.value.code, refused.value.detail) == ("file-broken-row", "1")


def test_the_sheet_with_the_portfolio_is_chosen_and_the_others_named() -> None:
    content = xlsx_bytes(SIMPLE_HEADERS, [simple_row(1)], sheets_before=["Portada"], title=[["Cartera"], []])

    layout = layout_of(content)

    assert (layout.dialect.format, layout.dialect.sheet, layout.dialect.header_row) == (
        FileFormat.XLSX,
        "Cartera",
        3,
    )
    assert dict(layout.assumptions[-1].values)["others"] == "Portada"


def test_headers_that_repeat_or_are_blank_get_names_of_their_own() -> None:
    headers = [*SIMPLE_HEADERS, "Nota", "Nota", ""]

    layout = layout_of(csv_bytes(headers, [[*simple_row(1), "a", "b", "c"]]))

    assert [column.header for column in layout.columns][-3:] == ["Nota", "Nota (2)", "Columna 9"]


def test_ids_written_as_floats_are_noticed_for_whole_columns_only() -> None:
    whole = csv_bytes(SIMPLE_HEADERS, [simple_row(n, Folio=f"{n}.0") for n in (1, 2)])
    mixed = csv_bytes(SIMPLE_HEADERS, [simple_row(1, Folio="1.0"), simple_row(2, Folio="A-2")])

    assert layout_of(whole).float_ids == frozenset({2})
    assert layout_of(mixed).float_ids == frozenset()


def test_spreadsheet_days_are_days() -> None:
    day = date(2026, 2, 1)
    rows = [simple_row(n, Fecha=day, Vencimiento=day + timedelta(days=n)) for n in range(20)]

    assert codes(layout_of(xlsx_bytes(SIMPLE_HEADERS, rows))) == []
