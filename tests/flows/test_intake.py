"""A file comes in: kept, previewed, applied whole or not at all."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from puntual.audit.models import Event
from puntual.contacts.models import ContactPoint
from puntual.flows import intake
from puntual.intake import queries as intake_rows
from puntual.intake.models import Import
from puntual.intake.types import (
    Reason,
    RemarkCode,
    Tally,
)
from puntual.portfolio import queries as portfolio_rows
from puntual.portfolio.models import Customer, LedgerEntry, Receivable
from tests.conftest import NOW, TODAY
from tests.factories import make_customer, make_receivable
from tests.flows.loading import ACTOR, balance, load, open_amounts, paid, simple, take, written
from tests.unit.intake.files import (
    DEMO_HEADERS,
    SIMPLE_HEADERS,
    csv_bytes,
    demo_row,
    simple_row,
    xlsx_bytes,
)

pytestmark = pytest.mark.usefixtures("company")


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


def test_the_bytes_of_a_file_stand_in_memory_once_while_it_is_open() -> None:
    content = csv_bytes(SIMPLE_HEADERS, [simple_row(1)])

    with intake.kept_open():
        import_id = load(content)
        is_same = intake_rows.content_of(import_id=import_id) is content
        Import.objects.filter(pk=import_id).update(content=b"")
        erased = intake_rows.content_of(import_id=import_id)

    assert is_same
    assert erased == b""
