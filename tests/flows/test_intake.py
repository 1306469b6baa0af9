"""A file comes in: kept, previewed, applied whole or not at all, and the rejects given back."""

import io
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from puntual.audit.models import Event
from puntual.audit.types import Actor, ActorKind
from puntual.companies.models import Company
from puntual.contacts.models import ContactPoint
from puntual.flows import intake
from puntual.intake import operations
from puntual.intake import queries as intake_rows
from puntual.intake.models import Import, ImportRow
from puntual.intake.types import (
    Choices,
    DateOrder,
    Field,
    FileKind,
    ImportCounts,
    ImportState,
    Preview,
    QuestionCode,
    Reason,
    RemarkCode,
    RowOutcome,
    Tally,
)
from puntual.lib.errors import NotFound
from puntual.payments.models import Allocation, Payment
from puntual.portfolio import queries as portfolio_rows
from puntual.portfolio.models import Account, Customer, LedgerEntry, Receivable
from tests.conftest import NOW, TODAY
from tests.factories import make_customer, make_receivable
from tests.unit.intake.files import (
    DEMO_HEADERS,
    PAYMENT_HEADERS,
    SIMPLE_HEADERS,
    csv_bytes,
    demo_row,
    simple_row,
    xlsx_bytes,
)

pytestmark = pytest.mark.usefixtures("company")
ACTOR = Actor(kind=ActorKind.STAFF, id=7, label="Marta")


def load(
    content: bytes, *, kind: FileKind | None = None, name: str = "cartera.csv", at: datetime = NOW
) -> int:
    return intake.load_file(name=name, content=content, kind=kind, actor=ACTOR, at=at)


def take(content: bytes, *, at: datetime = NOW, **choices: Any) -> ImportCounts:
    """Load and apply in one go."""
    return intake.apply_import(
        import_id=load(content, at=at), choices=Choices(**choices), actor=ACTOR, today=TODAY, at=at
    )


def simple(*rows: Sequence[Any]) -> bytes:
    return csv_bytes(SIMPLE_HEADERS, rows)


def paid(*rows: Sequence[Any]) -> bytes:
    return csv_bytes(PAYMENT_HEADERS, rows)


def written() -> tuple[int, ...]:
    """Count the rows of everything that an import may write."""
    tables = (Customer, Account, Receivable, LedgerEntry, ContactPoint, Payment, Allocation, ImportRow)
    return tuple(table.objects.count() for table in tables)


def open_amounts() -> dict[str, Decimal]:
    return dict(Receivable.objects.values_list("document_number", "open_amount"))


def test_a_demo_row_becomes_customer_contacts_account_and_debt() -> None:
    take(csv_bytes(DEMO_HEADERS, [demo_row(7)]))

    customer = Customer.objects.get()
    assert (customer.external_id, customer.kind, customer.tax_id) == ("00007", "COMPANY", "MNU010101AB1")
    assert (customer.state, customer.city, customer.postal_code) == (
        "Ciudad de México",
        "Álvaro Obregón",
        "01000",
    )
    assert (customer.language, customer.time_zone) == ("es-mx", "America/Mexico_City")
    assert customer.tags == ["estratégico", "norte"]
    assert set(
        ContactPoint.objects.values_list("kind", "normalized", "owner_role", "owner_name", "source")
    ) == {
        ("EMAIL", "pagos7@nunez.example", "DEBTOR", "", "cartera.csv"),
        ("PHONE", "+525551234567", "DEBTOR", "", "cartera.csv"),
        ("PHONE", "+528181234567", "GUARANTOR", "María Peña", "cartera.csv"),
    }
    receivable = Receivable.objects.select_related("account").get()
    assert receivable.account is not None
    assert (receivable.account.external_id, receivable.account.product) == (
        "LC-00007",
        "Crédito comercial 30 días",
    )
    assert (receivable.document_number, receivable.currency, receivable.kind) == ("A-7", "MXN", "INVOICE")
    assert (receivable.issue_date, receivable.due_date) == (date(2026, 9, 1), date(2026, 10, 1))
    assert receivable.open_amount == Decimal("1160.00")


def test_a_workbook_brings_the_same_as_a_text_file() -> None:
    rows = [
        simple_row(n, Fecha=date(2026, 1, 13), Vencimiento=date(2026, 2, 28), Importe=1000.5) for n in (1, 2)
    ]

    counts = take(xlsx_bytes(SIMPLE_HEADERS, rows, title=[["Cartera"], []])).counts

    assert (counts.rows_total, counts.rows_accepted, counts.receivables_new) == (2, 2, 2)
    assert open_amounts() == {"F-1": Decimal("1000.50"), "F-2": Decimal("1000.50")}


def test_the_preview_says_what_the_import_then_does_and_writes_nothing() -> None:
    content = simple(
        simple_row(1), simple_row(2, Importe="x"), simple_row(3), ["Total", "", "", "", "", "2000"]
    )
    import_id = load(content)
    before = written()

    found = intake.preview(import_id=import_id)

    assert written() == before
    assert found.counts == Tally(
        rows_total=4,
        rows_accepted=2,
        rows_rejected=1,
        rows_ignored=1,
        customers_new=2,
        receivables_new=2,
    )
    assert [(one.currency, one.rows, one.amount, one.open_amount) for one in found.sums] == [
        ("MXN", 2, Decimal("2000.00"), Decimal("2000.00"))
    ]
    assert [(note.row_number, note.reason, note.raw[5]) for note in found.rejected] == [
        (3, "amount-invalid", "x")
    ]
    assert found.reasons == (("amount-invalid", 1),)
    done = intake.apply_import(import_id=import_id, actor=ACTOR, today=TODAY, at=NOW)
    assert (done.counts, done.sums) == (found.counts, found.sums)


def test_the_state_of_an_import_is_kept_with_its_file_and_its_hand() -> None:
    content = simple(simple_row(1))
    import_id = load(content, name="C:\\Users\\marta\\cartera.csv")
    uploaded = intake_rows.import_card(import_id=import_id)
    intake.preview(import_id=import_id)
    previewed = intake_rows.import_card(import_id=import_id)
    intake.apply_import(import_id=import_id, actor=ACTOR, today=TODAY, at=NOW)
    applied = intake_rows.import_card(import_id=import_id)

    assert [card.state for card in (uploaded, previewed, applied)] == ["UPLOADED", "PREVIEWED", "APPLIED"]
    assert (uploaded.file_name, uploaded.actor_label, uploaded.kind) == (
        "cartera.csv",
        "Marta",
        "RECEIVABLES",
    )
    assert bytes(Import.objects.get().content) == content
    assert applied.applied_at == NOW
    event = Event.objects.get(action="apply-import")
    assert (event.subject_id, event.actor_id, event.after["rows_accepted"]) == (import_id, 7, 1)


def test_the_same_file_again_changes_nothing_and_says_so() -> None:
    content = csv_bytes(DEMO_HEADERS, [demo_row(number % 7, Folio=f"A-{number}") for number in range(30)])
    take(content)
    before = written()
    updated = list(Receivable.objects.values_list("id", "updated_at"))

    import_id = load(content)
    found = intake.preview(import_id=import_id)
    again = intake.apply_import(import_id=import_id, actor=ACTOR, today=TODAY, at=NOW + timedelta(days=1))

    assert found.applied_before_at == NOW
    assert RemarkCode.APPLIED_BEFORE in {remark.code for remark in found.warnings}
    assert again.counts == Tally(
        rows_total=30, rows_unchanged=30, customers_unchanged=7, receivables_unchanged=30
    )
    assert written() == before
    assert list(Receivable.objects.values_list("id", "updated_at")) == updated


def test_an_import_applied_twice_is_applied_once() -> None:
    import_id = load(simple(simple_row(1)))
    intake.apply_import(import_id=import_id, actor=ACTOR, today=TODAY, at=NOW)
    before = written()

    again = intake.apply_import(import_id=import_id, actor=ACTOR, today=TODAY, at=NOW + timedelta(hours=1))

    assert again.was_applied_before
    assert again.counts.rows_accepted == 1
    assert written() == before
    assert intake_rows.import_card(import_id=import_id).applied_at == NOW


def test_a_changed_row_changes_its_document_and_only_it() -> None:
    take(simple(simple_row(1), simple_row(2)))

    counts = take(simple(simple_row(1, Importe="900.00"), simple_row(2, Vencimiento="15/03/2026"))).counts

    assert (counts.receivables_new, counts.receivables_changed, counts.rows_accepted) == (0, 2, 2)
    assert open_amounts() == {"F-1": Decimal("900.00"), "F-2": Decimal("1000.00")}
    moved = Receivable.objects.get(document_number="F-2")
    assert (moved.due_date, moved.original_due_date) == (date(2026, 3, 15), date(2026, 2, 28))
    assert portfolio_rows.ledger_mismatches() == []


def test_an_empty_cell_erases_nothing_of_a_customer() -> None:
    take(csv_bytes(DEMO_HEADERS, [demo_row(7)]))
    bare = demo_row(
        7, **{"RFC": "", "Nombre corto": "", "Etiquetas": "", "Tipo de persona": "", "Idioma": ""}
    )

    counts = take(csv_bytes(DEMO_HEADERS, [bare])).counts

    assert counts.rows_unchanged == 1
    customer = Customer.objects.get()
    assert (customer.tax_id, customer.short_name, customer.kind) == (
        "MNU010101AB1",
        "Mueblería Núñez",
        "COMPANY",
    )


def test_news_of_a_customer_alone_is_news() -> None:
    take(csv_bytes(DEMO_HEADERS, [demo_row(7), demo_row(7, Folio="A-8")]))
    news = {"Teléfono": "33 3123 4567", "Giro": "Hotelería"}

    counts = take(csv_bytes(DEMO_HEADERS, [demo_row(7, **news), demo_row(7, Folio="A-8", **news)])).counts

    assert (counts.customers_changed, counts.points_new) == (1, 1)
    assert (counts.rows_accepted, counts.rows_unchanged) == (1, 1)
    assert Customer.objects.get().sector == "Hotelería"
    assert ContactPoint.objects.filter(normalized="+523331234567").exists()


def test_a_contact_nobody_can_use_is_kept_as_an_attribute() -> None:
    row = demo_row(7, **{"Teléfono": "sin teléfono", "Correo electrónico": "a@b.example; luz@b.example"})

    found = take(csv_bytes(DEMO_HEADERS, [row, demo_row(8)]))

    odd = Customer.objects.get(external_id="00007")
    assert odd.attributes == {"Teléfono": "sin teléfono"}
    assert set(
        ContactPoint.objects.filter(kind="EMAIL", customer=odd).values_list("normalized", flat=True)
    ) == {
        "a@b.example",
        "luz@b.example",
    }
    assert [(one.code, dict(one.values)) for one in found.warnings] == [
        (RemarkCode.ODD_CONTACTS, {"count": "1"})
    ]


def test_a_customer_without_a_name_gets_its_number_and_never_loses_a_name() -> None:
    headers = ["No. Cliente", "Folio", "Fecha de vencimiento", "Importe"]
    make_customer(external_id="C0001", name="Ana Ruiz", email=None)

    take(csv_bytes(headers, [["C0001", "A-1", "2026-02-28", "10"], ["C0002", "A-2", "2026-02-28", "10"]]))

    assert dict(Customer.objects.values_list("external_id", "name")) == {
        "C0001": "Ana Ruiz",
        "C0002": "C0002",
    }
    assert Receivable.objects.get(document_number="A-1").issue_date == date(2026, 2, 28)


def test_a_customer_known_by_another_number_is_found_by_tax_id() -> None:
    make_customer(external_id="C0001", tax_id="RUPA800101AB1", email=None)
    headers = ["RFC", "Nombre", "Folio", "Fecha de vencimiento", "Importe"]

    take(csv_bytes(headers, [["RUPA800101AB1", "Cliente 1", "A-1", "2026-02-28", "10"]]))

    assert [one.external_id for one in Customer.objects.all()] == ["C0001"]
    assert Receivable.objects.get().customer.external_id == "C0001"


def test_a_document_that_came_through_another_door_is_not_doubled() -> None:
    customer = make_customer(external_id="C0001", name="Cliente 1", email=None)
    make_receivable(
        customer=customer,
        due=date(2026, 2, 28),
        issue=date(2026, 1, 13),
        document_number="F-1",
        amount="1000.00",
    )

    counts = take(simple(simple_row(1))).counts

    assert (counts.receivables_unchanged, counts.rows_unchanged) == (1, 1)
    assert Receivable.objects.count() == 1


@pytest.mark.parametrize(
    ("second", "outcomes"),
    [
        (simple_row(1), ["", Reason.REPEATED_ROW]),
        (simple_row(1, Importe="1.00"), [Reason.CONFLICTING_ROWS, Reason.CONFLICTING_ROWS]),
    ],
)
def test_one_document_on_two_rows(second: list[Any], outcomes: list[str]) -> None:
    take(simple(simple_row(1), second, simple_row(9)))

    rejected = {
        note.row_number: note.reason for note in intake_rows.rejected_rows(import_id=Import.objects.get().pk)
    }
    assert [rejected.get(2, ""), rejected.get(3, "")] == outcomes
    assert set(open_amounts()) == ({"F-9", "F-1"} if "" in outcomes else {"F-9"})


def test_an_amount_below_what_was_paid_is_rejected() -> None:
    take(simple(simple_row(1), simple_row(2)))
    take(paid(["C0001", "F-1", "2026-03-02", "600.00", "SPEI", "r1"]))

    found = take(simple(simple_row(1, Importe="500.00"), simple_row(2, Importe="500.00")))

    assert found.reasons == (("amount-below-paid", 1),)
    assert open_amounts() == {"F-1": Decimal("400.00"), "F-2": Decimal("500.00")}


def test_another_currency_for_a_known_document_is_rejected() -> None:
    take(simple(simple_row(1)))

    assert take(simple(simple_row(1)), currency="USD").reasons == (("currency-differs", 1),)


BALANCES = ("Cliente", "Nombre", "Folio", "Fecha", "Vencimiento", "Importe", "Saldo")


def balance(number: int, amount: str, open_amount: str) -> list[Any]:
    return [*simple_row(number, Importe=amount), open_amount]


def test_the_balance_of_a_file_is_what_is_open() -> None:
    take(csv_bytes(BALANCES, [balance(1, "1000.00", "400.00"), balance(2, "1000.00", "1000.00")]))

    assert open_amounts() == {"F-1": Decimal("400.00"), "F-2": Decimal("1000.00")}
    assert Receivable.objects.get(document_number="F-1").original_amount == Decimal("1000.00")
    entry = LedgerEntry.objects.get(kind="ADJUSTMENT")
    assert (entry.amount, entry.effective_date) == (Decimal("-600.00"), TODAY)
    assert portfolio_rows.ledger_mismatches() == []


def test_a_lower_balance_is_posted_and_a_higher_one_never_brings_back_a_debt() -> None:
    take(csv_bytes(BALANCES, [balance(1, "1000.00", "1000.00"), balance(2, "1000.00", "1000.00")]))
    take(paid(["C0001", "F-1", "2026-03-02", "600.00", "SPEI", "r1"]))

    found = take(csv_bytes(BALANCES, [balance(1, "1000.00", "900.00"), balance(2, "1000.00", "900.00")]))

    assert found.reasons == (("balance-rises", 1),)
    assert found.counts.receivables_changed == 1
    assert open_amounts() == {"F-1": Decimal("400.00"), "F-2": Decimal("900.00")}


def test_a_file_of_balances_only_follows_what_is_left() -> None:
    headers = ("Cliente", "Nombre", "Folio", "Fecha", "Vencimiento", "Saldo")
    take(csv_bytes(headers, [simple_row(1), simple_row(2)]))

    found = take(
        csv_bytes(
            headers, [simple_row(1, Importe="0"), simple_row(2, Importe="250.00"), simple_row(3, Importe="0")]
        )
    )

    assert open_amounts() == {"F-1": Decimal("0.00"), "F-2": Decimal("250.00")}
    assert found.reasons == (("nothing-owed", 1),)
    assert set(Receivable.objects.values_list("original_amount", flat=True)) == {Decimal("1000.00")}


SETTLED = ("Cliente", "Nombre", "Folio", "Fecha", "Vencimiento", "Importe", "Fecha de pago")


def test_a_settled_file_brings_its_payments_along() -> None:
    rows = [[*simple_row(1), "20/02/2026"], [*simple_row(2), ""]]

    counts = take(csv_bytes(SETTLED, rows)).counts

    assert (counts.receivables_new, counts.payments_new, counts.rows_accepted) == (2, 1, 2)
    assert open_amounts() == {"F-1": Decimal("0.00"), "F-2": Decimal("1000.00")}
    assert list(Payment.objects.values_list("amount", "unapplied_amount", "value_date")) == [
        (Decimal("1000.00"), Decimal("0.00"), date(2026, 2, 20))
    ]


def test_a_document_known_as_paid_is_not_paid_again_by_a_settled_file() -> None:
    take(simple(simple_row(1), simple_row(2)))
    take(
        paid(
            ["C0001", "F-1", "2026-02-19", "1000.00", "SPEI", "r1"],
            ["C0002", "F-2", "2026-02-19", "300", "", ""],
        )
    )

    counts = take(csv_bytes(SETTLED, [[*simple_row(1), "20/02/2026"], [*simple_row(2), "20/02/2026"]])).counts

    assert (counts.payments_new, counts.payments_unchanged) == (1, 1)
    assert open_amounts() == {"F-1": Decimal("0.00"), "F-2": Decimal("0.00")}
    assert set(Payment.objects.values_list("amount", flat=True)) == {
        Decimal("1000.00"),
        Decimal("300.00"),
        Decimal("700.00"),
    }


def test_payments_are_applied_by_document_and_once() -> None:
    take(simple(simple_row(1), simple_row(2)))
    content = paid(
        ["C0001", "F-1", "2026-03-02", "600.00", "SPEI", "r1"],
        ["C0002", "F-2", "2026-03-02", "1,200.00", "Efectivo", ""],
    )

    counts = take(content).counts
    again = take(content).counts

    assert (counts.payments_new, counts.rows_accepted) == (2, 2)
    assert (again.payments_new, again.payments_unchanged, again.rows_unchanged) == (0, 2, 2)
    assert open_amounts() == {"F-1": Decimal("400.00"), "F-2": Decimal("0.00")}
    assert list(Payment.objects.order_by("amount").values_list("method", "unapplied_amount")) == [
        ("TRANSFER", Decimal("0.00")),
        ("CASH", Decimal("200.00")),
    ]


def test_two_equal_payments_in_one_file_are_two_payments() -> None:
    take(simple(simple_row(1)))
    row = ["C0001", "F-1", "2026-03-02", "300.00", "Efectivo", ""]

    counts = take(paid(row, row)).counts
    more = take(paid(row, row, row)).counts

    assert counts.payments_new == 2
    assert (more.payments_new, more.payments_unchanged) == (1, 2)
    assert open_amounts() == {"F-1": Decimal("100.00")}


def test_payments_of_one_document_share_what_it_owes() -> None:
    take(simple(simple_row(1), simple_row(2, Cliente="C0001", Nombre="Cliente 1")))

    take(
        paid(
            ["C0001", "", "2026-03-01", "500.00", "", "a"],
            ["C0001", "F-1", "2026-03-02", "700.00", "", "b"],
            ["C0001", "F-1", "2026-03-03", "700.00", "", "c"],
        )
    )

    assert open_amounts() == {"F-1": Decimal("0.00"), "F-2": Decimal("500.00")}
    assert Payment.objects.get(reference="c").unapplied_amount == Decimal("400.00")
    assert portfolio_rows.ledger_mismatches() == []


def test_a_payment_without_a_customer_is_found_by_its_document() -> None:
    take(simple(simple_row(1)))
    headers = ["Folio", "Fecha de pago", "Importe"]

    counts = take(csv_bytes(headers, [["F-1", "2026-03-02", "100.00"]])).counts

    assert counts.payments_new == 1
    assert Payment.objects.get().customer.external_id == "C0001"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (["", "", "2026-03-02", "10", "", ""], Reason.CUSTOMER_MISSING),
        (["C0001", "F-1", "", "10", "", ""], Reason.PAID_DATE_MISSING),
        (["C0001", "F-1", "2026-03-02", "-10", "", ""], Reason.AMOUNT_NOT_POSITIVE),
        (["C0001", "F-1", "2026-11-24", "10", "", ""], Reason.PAID_IN_FUTURE),
        (["C0001", "F-1", "2026-03-02", "USD 10", "", ""], Reason.CURRENCY_DIFFERS),
    ],
)
def test_a_payment_that_cannot_be_read_is_rejected(row: list[str], reason: Reason) -> None:
    take(simple(simple_row(1), simple_row(2)))
    good = ["C0002", "F-2", "2026-03-02", "10", "", ""]

    found = take(paid(good, row))

    assert found.reasons == ((reason.value, 1),)
    (note,) = intake_rows.rejected_rows(import_id=found.import_id)
    assert (note.row_number, list(note.raw)) == (3, row)
    assert Payment.objects.count() == 1


def test_two_documents_with_one_number_need_a_customer() -> None:
    take(simple(simple_row(1), simple_row(2, Folio="F-1")))

    found = take(csv_bytes(["Folio", "Fecha de pago", "Importe"], [["F-1", "2026-03-02", "100.00"]]))

    assert found.reasons == ()
    (waiting,) = intake_rows.movement_list(limit=10)
    assert (waiting.reason, waiting.remaining) == ("document-ambiguous", Decimal("100.00"))
    assert Payment.objects.count() == 0


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
        with django_assert_max_num_queries(80):
            intake.apply_import(import_id=import_id, actor=ACTOR, today=TODAY, at=NOW)


def test_preview_and_import_of_a_preview_are_plain_json() -> None:
    import_id = load(simple(simple_row(1), simple_row(2, Importe="x")))
    found: Preview = intake.preview(import_id=import_id)

    stored = intake_rows.stored_preview(import_id=import_id)

    assert stored["counts"]["rows_accepted"] == found.counts.rows_accepted == 1
    assert stored["rejected"][0]["raw"] == list(found.rejected[0].raw)
    assert [column["field"] for column in stored["columns"]] == [column.field for column in found.columns]
