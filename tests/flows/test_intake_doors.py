"""What is asked, refused and given back: questions, bad files, rejected rows, every row afterwards."""

import io
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from puntual.companies.models import Company
from puntual.flows import intake
from puntual.intake import operations
from puntual.intake import queries as intake_rows
from puntual.intake.models import Import
from puntual.intake.types import (
    Choices,
    DateOrder,
    Field,
    FileKind,
    ImportState,
    Preview,
    QuestionCode,
    Reason,
    RemarkCode,
    RowOutcome,
)
from puntual.lib.errors import NotFound
from puntual.payments.models import Payment
from puntual.portfolio.models import Receivable
from tests.conftest import NOW, TODAY
from tests.flows.loading import ACTOR, load, paid, simple, take, written
from tests.unit.intake.files import (
    DEMO_HEADERS,
    SIMPLE_HEADERS,
    csv_bytes,
    demo_row,
    simple_row,
)

pytestmark = pytest.mark.usefixtures("company")


def test_an_open_question_stops_the_import_until_a_person_answers() -> None:
    import_id = load(simple(simple_row(1, Fecha="03/04/2026", Vencimiento="05/06/2026")))
    before = written()

    with pytest.raises(intake.QuestionsOpen) as stopped:
        intake.apply_import(import_id=import_id, actor=ACTOR, today=TODAY, at=NOW)

    assert "03/04/2026" in stopped.value.message
    assert [question.code for question in stopped.value.preview.questions] == [QuestionCode.DATE_ORDER] * 2
    assert written() == before
    assert intake_rows.import_card(import_id=import_id).state is ImportState.PREVIEWED

    intake.preview(import_id=import_id, choices=Choices(date_order=DateOrder.MDY))
    intake.apply_import(import_id=import_id, actor=ACTOR, today=TODAY, at=NOW)

    assert Receivable.objects.get().due_date == date(2026, 5, 6)


def test_dates_that_were_flipped_on_the_way_are_asked_for() -> None:
    flipped = [simple_row(n, Fecha="2026-09-13", Vencimiento=f"2026-0{n}-10") for n in range(1, 7)]
    import_id = load(
        simple(*flipped, *[simple_row(n, Fecha="2026-01-13", Vencimiento="2026-02-28") for n in (7, 8)])
    )

    (question,) = intake.preview(import_id=import_id).questions

    assert question.code is QuestionCode.DUE_BEFORE_ISSUE
    assert dict(question.values) == {"count": "6", "rows": "8"}
    confirmed = Choices(confirmed=frozenset({QuestionCode.DUE_BEFORE_ISSUE}))
    found = intake.preview(import_id=import_id, choices=confirmed)
    assert found.questions == ()
    assert [remark.code for remark in found.warnings] == [RemarkCode.DUE_BEFORE_ISSUE]


def test_debts_that_are_issued_later_are_told_and_loaded() -> None:
    today = simple_row(1, Fecha=TODAY.isoformat(), Vencimiento="2026-12-30")
    later = simple_row(2, Fecha=(TODAY + timedelta(days=1)).isoformat(), Vencimiento="2026-12-30")
    import_id = load(simple(today, later))

    found = intake.preview(import_id=import_id)

    assert [(remark.code, dict(remark.values)) for remark in found.warnings] == [
        (RemarkCode.ISSUED_AHEAD, {"count": "1"})
    ]
    assert "todavía no llega: 1" in found.warnings[0].text
    intake.apply_import(import_id=import_id, actor=ACTOR, today=TODAY, at=NOW)
    assert Receivable.objects.count() == 2


def test_a_column_pointed_out_by_a_person_is_used() -> None:
    headers = ["Cliente", "Nombre", "Folio", "Fecha", "Se paga el", "Importe"]
    import_id = load(csv_bytes(headers, [simple_row(1)]), kind=FileKind.RECEIVABLES)
    (question,) = intake.preview(import_id=import_id).questions
    assert question.text == "¿Qué columna es «Fecha de vencimiento»?"

    choices = Choices(kind=FileKind.RECEIVABLES, columns=((4, Field.DUE_DATE),))
    intake.preview(import_id=import_id, choices=choices)
    intake.apply_import(import_id=import_id, actor=ACTOR, today=TODAY, at=NOW)

    assert Receivable.objects.get().due_date == date(2026, 2, 28)
    assert intake_rows.stored_choices(import_id=import_id) == choices


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file-empty"),
        (b"%PDF-1.4", "file-pdf"),
        (b"PK\x03\x04broken", "file-broken"),
        (b"\x00\x01\x02\x03" * 100, "file-binary"),
        (b"a,b\n1,2\n", "wrong-columns"),
        (csv_bytes(SIMPLE_HEADERS, [["", "", "", "", "", ""]]), "file-no-rows"),
        (csv_bytes(["Producto", "Precio"], [["silla", "10"]]), "wrong-columns"),
    ],
)
def test_a_file_that_is_none_is_refused_in_words_and_leaves_nothing(content: bytes, code: str) -> None:
    with pytest.raises(operations.UnableToReadFile) as refused:
        load(content)

    assert refused.value.code == code
    assert refused.value.message.endswith((".", "a, b", "Precio"))
    assert Import.objects.count() == 0


def test_a_file_too_large_is_refused_before_it_is_read(settings: Any) -> None:
    settings.IMPORT_FILE_BYTES_MAX = 10

    with pytest.raises(operations.UnableToReadFile) as refused:
        load(simple(simple_row(1)))

    assert refused.value.code == "file-too-large"
    assert Import.objects.count() == 0


def test_a_file_that_was_erased_can_no_longer_be_applied() -> None:
    import_id = load(simple(simple_row(1)))
    assert operations.erase_customer(external_id="C0001", words=[]) == 1

    for act in (intake.preview, intake.apply_import):
        given = {} if act is intake.preview else {"actor": ACTOR, "today": TODAY, "at": NOW}
        with pytest.raises(operations.UnableToReadFile) as refused:
            act(import_id=import_id, **given)  # type: ignore[operator]
        assert refused.value.code == "file-erased"

    assert intake_rows.import_card(import_id=import_id).state is ImportState.REFUSED
    assert Receivable.objects.count() == 0


def test_an_import_of_another_company_is_not_found(outsider: Company) -> None:
    import_id = load(simple(simple_row(1)))
    with outsider:
        for act in (intake.preview, intake.rejected_xlsx):
            with pytest.raises(NotFound):
                act(import_id=import_id)  # type: ignore[operator]
        with pytest.raises(NotFound):
            intake.apply_import(import_id=import_id, actor=ACTOR, today=TODAY, at=NOW)
        assert Receivable.objects.count() == 0


def test_rejected_rows_go_out_as_a_spreadsheet_and_come_back_mended() -> None:
    hostile = '=HYPERLINK("http://mal.example","premio")'
    found = take(
        simple(simple_row(1), simple_row(2, Nombre=hostile, Importe="mucho"), simple_row(3, Folio=""))
    )

    content = intake.rejected_xlsx(import_id=found.import_id)

    rows = CalamineWorkbook.from_object(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert rows[0] == [*SIMPLE_HEADERS, "Puntual: fila", "Puntual: motivo"]
    assert rows[1] == [
        *simple_row(2, Nombre=hostile, Importe="mucho"),
        3.0,
        "El importe no se entiende. Importe: mucho",
    ]
    assert rows[2][6:] == [4.0, "Falta el folio del documento."]
    assert b"<f>" not in content
    mended = [[*row[:5], "10.00", *row[6:]] for row in rows[1:2]]
    take(csv_bytes(rows[0], mended))
    stored = Receivable.objects.get(document_number="F-2")
    assert (stored.open_amount, stored.attributes) == (Decimal("10.00"), {})


def test_every_row_of_a_file_can_be_asked_for_afterwards() -> None:
    take(simple(simple_row(7)))
    rows = [
        simple_row(0),
        simple_row(1, Importe="no sé"),
        [""] * 6,
        *(simple_row(n) for n in range(2, 2_020)),
        simple_row(7),
    ]
    import_id = load(simple(*rows))
    intake.apply_import(import_id=import_id, actor=ACTOR, today=TODAY, at=NOW)

    found = intake_rows.row_outcomes(import_id=import_id, first=1, limit=5_000)

    assert [one.row_number for one in found] == list(range(2, len(rows) + 2))
    tally = intake_rows.import_card(import_id=import_id)
    letters = [one.outcome for one in found]
    assert letters.count(RowOutcome.ACCEPTED) == tally.rows_accepted
    assert letters.count(RowOutcome.UNCHANGED) == tally.rows_unchanged
    assert letters.count(RowOutcome.REJECTED) == tally.rows_rejected == 2
    assert letters.count(RowOutcome.IGNORED) == tally.rows_ignored == 1
    debts = dict(Receivable.objects.values_list("id", "document_number"))
    for one, row in zip(found, rows, strict=True):
        assert one.cells == tuple(map(str, row))
        if one.outcome in {RowOutcome.ACCEPTED, RowOutcome.UNCHANGED}:
            assert debts[one.receivable_id or 0] == row[2]
    assert found[1].reason == Reason.AMOUNT_INVALID
    assert intake_rows.row_outcome(import_id=import_id, row_number=1_500) == found[1_498]
    with pytest.raises(NotFound):
        intake_rows.row_outcome(import_id=import_id, row_number=1)
    with pytest.raises(NotFound):
        intake_rows.row_outcome(import_id=import_id, row_number=len(rows) + 2)


def test_a_row_tells_the_payment_that_it_became() -> None:
    take(simple(simple_row(1)))
    content = paid(["C0001", "F-1", "20/11/2026", "100.00", "Transferencia", "R1"])
    import_id = load(content)
    intake.apply_import(import_id=import_id, actor=ACTOR, today=TODAY, at=NOW)

    row = intake_rows.row_outcome(import_id=import_id, row_number=2)

    assert (row.payment_id, row.receivable_id) == (Payment.objects.get().pk, Receivable.objects.get().pk)


def test_the_number_of_statements_does_not_grow_with_the_rows(
    django_assert_max_num_queries: Any,
) -> None:
    for count in (3, 300):
        rows = [demo_row(n, Folio=f"{count}-{n}", **{"No. Cliente": f"{count}-{n}"}) for n in range(count)]
        import_id = load(csv_bytes(DEMO_HEADERS, rows))
        with django_assert_max_num_queries(81):
            intake.apply_import(import_id=import_id, actor=ACTOR, today=TODAY, at=NOW)


def test_preview_and_import_of_a_preview_are_plain_json() -> None:
    import_id = load(simple(simple_row(1), simple_row(2, Importe="x")))
    found: Preview = intake.preview(import_id=import_id)

    stored = intake_rows.stored_preview(import_id=import_id)

    assert stored["counts"]["rows_accepted"] == found.counts.rows_accepted == 1
    assert stored["rejected"][0]["raw"] == list(found.rejected[0].raw)
    assert [column["field"] for column in stored["columns"]] == [column.field for column in found.columns]
