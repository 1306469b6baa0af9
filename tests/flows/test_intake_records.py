"""Every kind of record: files in, the ledger exact; what finds nothing waits, and nothing is dropped or doubled."""

import itertools
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from puntual.agreements.models import Dispute
from puntual.audit.models import Event
from puntual.audit.types import Actor, ActorKind
from puntual.contacts.models import Consent, ContactPoint
from puntual.flows import daily_run, intake, money_in
from puntual.intake import operations
from puntual.intake import queries as intake_rows
from puntual.intake.models import Import, Movement, Profile
from puntual.intake.types import (
    Choices,
    Dismissal,
    FileKind,
    ImportCounts,
    NegativeMeaning,
    QuestionCode,
    Reason,
    Record,
    RemarkCode,
)
from puntual.payments import queries as payment_rows
from puntual.payments.models import Payment
from puntual.plans import operations as plans
from puntual.plans import queries as planned
from puntual.portfolio import queries as portfolio_rows
from puntual.portfolio.models import Account, Customer, LedgerEntry, Receivable
from tests import factories
from tests.conftest import NOW, TODAY
from tests.unit.intake.files import PAYMENT_HEADERS, SIMPLE_HEADERS, csv_bytes, simple_row

pytestmark = pytest.mark.usefixtures("company")
ACTOR = Actor(kind=ActorKind.STAFF, id=7, label="Marta")
NOTE_HEADERS = ["Cliente", "Nota de crédito", "Factura", "Fecha", "Importe", "Motivo"]
MIXED_HEADERS = ["Cliente", "Tipo", "Folio", "Documento relacionado", "Fecha", "Vencimiento", "Importe"]


def take(headers: Sequence[str], *rows: Sequence[Any], **choices: Any) -> ImportCounts:
    import_id = intake.load_file(
        name="archivo.csv", content=csv_bytes(headers, rows), kind=None, profile=None, actor=ACTOR, at=NOW
    )
    found = intake.apply_import(
        import_id=import_id, choices=Choices(**choices), actor=ACTOR, today=TODAY, at=NOW
    )
    counts = found.counts
    assert counts.rows_total == (
        counts.rows_accepted + counts.rows_unchanged + counts.rows_rejected + counts.rows_ignored
    )
    return found


def debts(*rows: Sequence[Any]) -> ImportCounts:
    return take(SIMPLE_HEADERS, *rows)


def paid(*rows: Sequence[Any]) -> ImportCounts:
    return take(PAYMENT_HEADERS, *rows)


def noted(*rows: Sequence[Any]) -> ImportCounts:
    return take(NOTE_HEADERS, *rows)


def owed() -> dict[str, Decimal]:
    return dict(Receivable.objects.values_list("document_number", "open_amount"))


def waiting() -> list[tuple[str, str, Decimal | None]]:
    return [(one.record.value, one.reason, one.remaining) for one in intake_rows.movement_list(limit=50)]


@pytest.fixture(autouse=True)
def _books_balance(company: Any) -> Any:
    yield
    assert portfolio_rows.ledger_mismatches() == []
    assert payment_rows.payment_mismatches() == []


@pytest.mark.feature("PAY-01")
def test_a_payment_of_an_unknown_document_waits_and_is_posted_when_it_comes() -> None:
    row = ["C0001", "F-1", "2026-03-02", "400.00", "SPEI", "a"]

    first = paid(row, ["C0009", "", "2026-03-03", "50.00", "", "b"])

    assert (first.counts.rows_accepted, first.counts.rows_rejected, first.counts.payments_new) == (2, 0, 0)
    assert sorted(waiting()) == [
        ("PAYMENT", "customer-unknown", Decimal("50.00")),
        ("PAYMENT", "customer-unknown", Decimal("400.00")),
    ]
    again = paid(row)
    assert (again.counts.rows_unchanged, len(waiting())) == (1, 2)

    debts(simple_row(1))

    assert owed() == {"F-1": Decimal("600.00")}
    assert waiting() == [("PAYMENT", "customer-unknown", Decimal("50.00"))]
    assert paid(row).counts.rows_unchanged == 1
    assert Payment.objects.count() == 1


def test_the_daily_run_posts_what_waited_for_a_debt_that_came_by_another_door() -> None:
    paid(["C0001", "F-1", "2026-03-02", "400.00", "SPEI", "a"])
    customer = factories.make_customer(external_id="C0001")
    factories.make_receivable(customer=customer, document_number="F-1", due=TODAY)
    plans.adopt_plan(text=planned.shipped_text(key="facturas-mx"), at=NOW)

    daily_run.run_day(today=TODAY, at=NOW)
    daily_run.run_day(today=TODAY, at=NOW)

    assert (owed(), waiting(), Payment.objects.count()) == ({"F-1": Decimal("600.00")}, [], 1)


def test_a_document_that_two_customers_have_waits_for_a_person() -> None:
    debts(simple_row(1), simple_row(2, Folio="F-1"))

    found = take(["Folio", "Fecha de pago", "Importe"], ["F-1", "2026-03-02", "100.00"])

    assert found.counts.movements[0].waiting == 1
    assert waiting() == [("PAYMENT", "document-ambiguous", Decimal("100.00"))]


def test_equal_rows_are_two_payments_and_a_longer_file_adds_one() -> None:
    row = ["C0001", "F-1", "2026-03-02", "100.00", "", ""]
    paid(row, row)
    debts(simple_row(1))
    paid(row, row, row)

    assert owed() == {"F-1": Decimal("700.00")}


def test_rows_of_one_payment_are_one_payment_to_several_documents() -> None:
    debts(simple_row(1), simple_row(2, Cliente="C0001", Nombre="Cliente 1"))
    headers = [*PAYMENT_HEADERS, "Grupo de pago"]

    take(
        headers,
        ["C0001", "F-1", "2026-03-02", "300.00", "", "x", "P-1"],
        ["C0001", "F-2", "2026-03-02", "200.00", "", "x", "P-1"],
    )

    assert owed() == {"F-1": Decimal("700.00"), "F-2": Decimal("800.00")}
    assert Payment.objects.get().amount == Decimal("500.00")


def test_more_than_is_owed_becomes_credit() -> None:
    debts(simple_row(1))
    paid(["C0001", "F-1", "2026-03-02", "1200.00", "", ""])

    assert owed() == {"F-1": Decimal("0.00")}
    assert Payment.objects.get().unapplied_amount == Decimal("200.00")


@pytest.mark.feature("INT-07")
def test_a_credit_note_lowers_its_document_then_the_oldest_and_the_rest_waits() -> None:
    debts(
        simple_row(1, Vencimiento="15/02/2026"),
        simple_row(2, Cliente="C0001", Nombre="Cliente 1", Vencimiento="01/02/2026"),
    )

    row = ["C0001", "NC-1", "F-1", "2026-03-01", "2300.00", "Devolución"]
    found = noted(row)

    assert found.counts.movements[0].record is Record.CREDIT_NOTE
    assert owed() == {"F-1": Decimal("0.00"), "F-2": Decimal("0.00")}
    assert waiting() == [("CREDIT_NOTE", "nothing-owed", Decimal("300.00"))]
    kinds = LedgerEntry.objects.filter(amount__lt=0).values_list("kind", flat=True)
    assert set(kinds) == {"CREDIT_NOTE"}
    assert noted(row).counts.rows_unchanged == 1

    debts(simple_row(3, Cliente="C0001", Nombre="Cliente 1"))
    assert owed()["F-3"] == Decimal("700.00")
    assert waiting() == []


def test_a_credit_note_in_a_statement_is_asked_about_when_it_is_only_a_minus() -> None:
    rows = [simple_row(1), simple_row(2, Cliente="C0001", Nombre="Cliente 1", Importe="-300.00")]

    with pytest.raises(intake.QuestionsOpen) as stopped:
        debts(*rows)
    (question,) = stopped.value.preview.questions
    assert (question.code, question.options) == (
        QuestionCode.NEGATIVE_AMOUNTS,
        ("CREDIT_NOTES", "REFUSED"),
    )
    assert question.text.startswith("Una fila trae un importe negativo.")

    refused = take(SIMPLE_HEADERS, *rows, negatives=NegativeMeaning.REFUSED)
    assert refused.reasons == ((Reason.AMOUNT_NOT_POSITIVE.value, 1),)
    taken = take(SIMPLE_HEADERS, *rows, negatives=NegativeMeaning.CREDIT_NOTES)
    assert (taken.counts.rows_accepted, taken.counts.rows_unchanged) == (1, 1)
    assert owed() == {"F-1": Decimal("700.00")}


def test_a_mixed_file_tells_each_row_and_needs_no_order() -> None:
    found = take(
        MIXED_HEADERS,
        ["C0001", "Pago", "", "F-1", "20/01/2026", "", "100.00"],
        ["C0001", "Factura", "F-1", "", "13/01/2026", "28/02/2026", "1000.00"],
        ["C0001", "Nota de crédito", "NC-1", "F-1", "21/01/2026", "", "-50.00"],
        ["C0001", "Ajuste", "AJ-1", "F-1", "22/01/2026", "", "25.00"],
        ["C0001", "Factura", "F-2", "", "14/01/2026", "28/02/2026", "500.00"],
        ["C0001", "Cancelación", "", "F-2", "23/01/2026", "", ""],
        ["C0001", "Quién sabe", "X", "", "23/01/2026", "", "1.00"],
    )

    assert found.reasons == ((Reason.RECORD_UNKNOWN.value, 1),)
    assert owed() == {"F-1": Decimal("875.00"), "F-2": Decimal("0.00")}
    assert waiting() == []
    assert found.counts.payments_new == 1


def test_adjustments_have_a_sign_and_a_reason() -> None:
    debts(simple_row(1))
    headers = ["Factura", "Fecha", "Importe del ajuste", "Motivo"]

    found = take(
        headers,
        ["F-1", "13/03/2026", "120.00", "Intereses moratorios"],
        ["F-1", "14/03/2026", "-20.00", "Pronto pago"],
        ["F-1", "15/03/2026", "-5000.00", "Castigo"],
        ["F-1", "15/03/2026", "0.00", "Nada"],
    )

    assert found.reasons == ((Reason.AMOUNT_ZERO.value, 1),)
    assert owed() == {"F-1": Decimal("1100.00")}
    assert set(LedgerEntry.objects.exclude(kind="ISSUE").values_list("kind", "amount")) == {
        ("INTEREST", Decimal("120.00")),
        ("DISCOUNT", Decimal("-20.00")),
    }
    assert waiting() == [("ADJUSTMENT", "above-open", Decimal("-5000.00"))]


def test_a_cancelled_document_is_closed_and_what_was_paid_on_it_is_credit() -> None:
    debts(simple_row(1), simple_row(2, Cliente="C0001", Nombre="Cliente 1", Importe="300.00"))
    paid(["C0001", "F-1", "2026-03-02", "400.00", "", ""])
    entries = LedgerEntry.objects.count()

    row = ["F-1", "20/03/2026"]
    take(["Folio", "Fecha de cancelación"], row)

    assert owed() == {"F-1": Decimal("0.00"), "F-2": Decimal("0.00")}
    assert Payment.objects.get().unapplied_amount == Decimal("100.00")
    assert LedgerEntry.objects.count() > entries
    assert take(["Folio", "Fecha de cancelación"], row).counts.rows_unchanged == 1
    # A credit note of a document that is void has nothing to lower.
    noted(["C0001", "NC-1", "F-1", "2026-03-21", "10.00", ""])
    assert Movement.objects.get(record="CREDIT_NOTE").dismissal == "CANCELLED"


def test_a_dispute_is_opened_once() -> None:
    debts(simple_row(1))
    headers = ["Factura", "Motivo de la aclaración", "Importe"]
    row = ["F-1", "Mercancía faltante", "200.00"]

    take(headers, row, ["F-9", "Ya pagado", ""])
    take(headers, row)

    dispute = Dispute.objects.get()
    assert (dispute.reason, dispute.amount, dispute.state) == (
        "NOT_DELIVERED",
        Decimal("200.00"),
        "OPENED",
    )
    assert [one[:2] for one in waiting()] == [("DISPUTE", "document-unknown")]


def test_customers_come_with_contacts_roles_and_what_they_said() -> None:
    headers = [
        "No. Cliente",
        "Razón social",
        "RFC",
        "Contacto",
        "Puesto",
        "Correo",
        "Teléfono",
        "Acepta correo",
        "No contactar",
    ]
    rows = [
        [
            "C1",
            "Acme SA de CV",
            "AAA010101AAA",
            "Ana",
            "Tesorería",
            "ana@acme.example",
            "55 5123 4567",
            "Sí",
            "",
        ],
        ["C1", "Acme SA de CV", "AAA010101AAA", "Beto", "Aval", "beto@acme.example", "", "", ""],
        ["C2", "Total Play SA", "", "", "Jardinero", "", "81 8123 4567", "No", ""],
        ["C3", "Ceres", "", "", "", "c3@ceres.example", "", "", "X"],
        ["", "Sin número", "", "", "", "", "", "", ""],
    ]

    found = take(headers, *rows)

    assert found.counts.rows_accepted == 4
    assert found.reasons == ((Reason.CUSTOMER_MISSING.value, 1),)
    points = set(
        ContactPoint.objects.values_list("customer__external_id", "owner_role", "owner_name", "kind")
    )
    assert ("C1", "DEBTOR", "Ana", "PHONE") in points
    assert ("C1", "GUARANTOR", "Beto", "EMAIL") in points
    assert ("C2", "UNKNOWN", "", "PHONE") in points
    said = set(
        Consent.objects.filter(is_current=True).values_list("customer__external_id", "channel", "decision")
    )
    assert ("C1", "EMAIL", "GRANTED") in said
    assert ("C2", "EMAIL", "OPTED_OUT") in said
    assert {channel for who, channel, _ in said if who == "C3"} == {"EMAIL", "SMS", "WHATSAPP", "CALL"}
    before = Consent.objects.count()
    again = take(headers, *rows)
    assert (again.counts.rows_accepted, again.counts.rows_unchanged) == (0, 4)
    assert Consent.objects.count() == before


def test_a_number_under_which_a_file_names_two_people_is_nobodys() -> None:
    """Whose telephone is whose nobody knows: neither is called, and neither is lost without a word."""
    headers = ["Cliente", "Nombre", "Teléfono", "Acepta llamadas"]
    rows = [
        ["A1", "Mueblera Uno", "55 5123 4567", "Sí"],
        ["A1", "Ferretería Dos", "81 8123 4567", "Sí"],
        ["B2", "Otro", "33 3123 4567", ""],
        ["A1", "Mueblera Uno", "55 5123 4567", "Sí"],
    ]
    debts(["A1", "Mueblera Uno", "F-1", "2026-10-01", "2026-10-31", "100.00"])

    found = take(headers, *rows)

    assert (found.counts.rows_accepted, found.counts.rows_rejected) == (1, 3)
    assert found.reasons == ((Reason.CONFLICTING_ROWS.value, 3),)
    notes = intake_rows.rejected_rows(import_id=found.import_id)
    assert {note.detail for note in notes} == {"A1 (2)"}
    assert set(ContactPoint.objects.values_list("customer__external_id", flat=True)) == {"B2"}
    assert not Consent.objects.exists()


@pytest.mark.parametrize(
    ("second", "is_told"),
    [
        ("MUEBLERA UNO, S.A. de C.V.", False),
        ("Muebleria Uno", False),
        ("Mueblera Uno Sucursal Norte", False),
        ("Mueblera Uno y Ferretería Dos", False),
        ("Ferretería Dos", True),
        ("Pérez López María", True),
    ],
)
def test_how_a_customer_is_written_keeps_no_debt_out(second: str, is_told: bool) -> None:
    """Portfolios write a name anew on every row; that it may be another person's is told."""
    first = "Juan Pérez López" if "Pérez" in second else "Mueblera Uno"

    found = debts(
        ["A1", first, "F-1", "2026-10-01", "2026-10-31", "100.00"],
        ["A1", second, "F-2", "2026-10-01", "2026-10-31", "100.00"],
    )

    assert (found.counts.rows_accepted, len(owed())) == (2, 2)
    told = [remark.text for remark in found.warnings if remark.code is RemarkCode.OTHER_NAMES]
    text = (
        f"Clientes con más de un nombre en el archivo: 1, por ejemplo A1, «{first}» y «{second}». Se toma el nombre "
        "que viene primero; revise que no sean dos clientes con el mismo número."
    )
    assert told == ([text] if is_told else [])


def test_relatives_under_one_number_of_a_file_of_customers_are_told() -> None:
    headers = ["Cliente", "Nombre", "Teléfono"]

    found = take(
        headers,
        ["A1", "Juan Pérez López", "55 5123 4567"],
        ["A1", "María Pérez López", "81 8123 4567"],
    )

    assert (found.counts.rows_accepted, found.counts.rows_rejected) == (2, 0)
    assert [remark.code for remark in found.warnings] == [RemarkCode.OTHER_NAMES]


def test_a_loan_brings_its_instalments() -> None:
    headers = ["Cliente", "Nombre", "Contrato", "Núm. cuota", "Vencimiento", "Capital", "Interés", "Comisión"]

    found = take(
        headers,
        ["C1", "Ana Pérez", "CR-7", "1/3", "31/01/2026", "900.00", "90.00", "10.00"],
        ["C1", "Ana Pérez", "CR-7", "2/3", "28/02/2026", "900.00", "60.00", ""],
        ["C1", "Ana Pérez", "CR-7", "", "31/03/2026", "900.00", "30.00", ""],
    )

    assert found.reasons == ((Reason.INSTALMENT_MISSING.value, 1),)
    assert owed() == {"CR-7-1": Decimal("1000.00"), "CR-7-2": Decimal("960.00")}
    first = Receivable.objects.get(document_number="CR-7-1")
    assert first.kind == "INSTALMENT"
    assert first.account is not None
    assert first.account.external_id == "CR-7"
    assert first.due_date == date(2026, 1, 31)
    assert first.attributes["Capital"] == "900.00"
    assert Account.objects.count() == 1
    paid(["C1", "CR-7-2", "2026-03-02", "960.00", "", ""])
    assert owed()["CR-7-2"] == Decimal("0.00")


@pytest.mark.parametrize("first", range(4))
def test_any_order_of_the_files_ends_in_the_same_balances(first: int) -> None:
    acts = [
        lambda: debts(
            simple_row(1, Vencimiento="01/02/2026"),
            simple_row(2, Cliente="C0001", Nombre="Cliente 1", Vencimiento="15/02/2026", Importe="500.00"),
            simple_row(3, Cliente="C0001", Nombre="Cliente 1", Vencimiento="27/02/2026", Importe="700.00"),
        ),
        lambda: paid(
            ["C0001", "F-2", "2026-03-02", "600.00", "", ""],
            ["C0001", "", "2026-03-03", "250.00", "", ""],
        ),
        lambda: noted(["C0001", "NC-1", "F-1", "2026-03-04", "100.00", ""]),
        lambda: take(["Folio", "Fecha de cancelación"], ["F-3", "20/03/2026"]),
    ]
    orders = [order for order in itertools.permutations(range(4)) if order[0] == first]
    for order in orders:
        mark = transaction.savepoint()
        for place in order:
            acts[place]()
        # What the nightly run does with money that no debt took.
        money_in.use_credits(customer_ids=None, at=NOW, today=TODAY)
        assert owed() == {"F-1": Decimal("550.00"), "F-2": Decimal("0.00"), "F-3": Decimal("0.00")}, order
        assert set(Payment.objects.values_list("unapplied_amount", flat=True)) == {Decimal("0.00")}
        assert waiting() == []
        transaction.savepoint_rollback(mark)


def test_a_preview_says_what_will_wait_and_writes_nothing() -> None:
    import_id = intake.load_file(
        name="pagos.csv",
        content=csv_bytes(PAYMENT_HEADERS, [["C0001", "F-1", "2026-03-02", "400.00", "", "a"]]),
        kind=None,
        profile=None,
        actor=ACTOR,
        at=NOW,
    )

    found = intake.preview(import_id=import_id)

    assert found.kind is FileKind.PAYMENTS
    (count,) = found.counts.movements
    assert (count.record, count.posted, count.waiting, count.unchanged) == (Record.PAYMENT, 0, 1, 0)
    assert Movement.objects.count() == 0


def test_a_person_assigns_parts_and_puts_aside_what_waits() -> None:
    debts(simple_row(1), simple_row(2))
    paid(["", "X-1", "2026-03-02", "500.00", "", "abc"], ["", "X-2", "2026-03-03", "70.00", "", ""])
    first, second = intake_rows.movement_list(limit=5)
    customer = Customer.objects.get(external_id="C0001")
    receivable = Receivable.objects.get(document_number="F-1")

    with pytest.raises(operations.UnableToSettle):
        intake.split_movement(movement_id=first.id, amounts=[Decimal("1"), Decimal("2")], actor=ACTOR, at=NOW)
    part, rest = intake.split_movement(
        movement_id=first.id, amounts=[Decimal("200.00"), Decimal("300.00")], actor=ACTOR, at=NOW
    )
    state = intake.assign_movement(
        movement_id=part,
        customer_id=customer.pk,
        receivable_id=receivable.pk,
        actor=ACTOR,
        today=TODAY,
        at=NOW,
    )
    assert (state, owed()["F-1"]) == ("POSTED", Decimal("800.00"))
    other = Customer.objects.get(external_id="C0002")
    intake.assign_movement(
        movement_id=rest, customer_id=other.pk, receivable_id=None, actor=ACTOR, today=TODAY, at=NOW
    )
    assert owed() == {"F-1": Decimal("800.00"), "F-2": Decimal("700.00")}
    with pytest.raises(operations.UnableToSettle):
        intake.dismiss_movement(
            movement_id=second.id, dismissal=Dismissal.NOT_OURS, answer=" ", actor=ACTOR, at=NOW
        )
    intake.dismiss_movement(
        movement_id=second.id, dismissal=Dismissal.RETURNED, answer="Se devolvió", actor=ACTOR, at=NOW
    )
    assert waiting() == []
    # The same file again brings none of it back, whatever a person decided.
    again = paid(["", "X-1", "2026-03-02", "500.00", "", "abc"], ["", "X-2", "2026-03-03", "70.00", "", ""])
    assert (again.counts.rows_unchanged, Payment.objects.count()) == (2, 2)
    intake.reopen_movement(movement_id=second.id, actor=ACTOR, at=NOW)
    assert len(waiting()) == 1
    with pytest.raises(operations.UnableToSettle):
        intake.assign_movement(
            movement_id=part,
            customer_id=customer.pk,
            receivable_id=None,
            actor=ACTOR,
            today=TODAY,
            at=NOW,
        )
    acts = set(Event.objects.filter(subject_type="movement").values_list("action", flat=True))
    assert acts == {"split-movement", "assign-movement", "dismiss-movement", "reopen-movement"}


def full(name: str, *rows: Sequence[Any], headers: Sequence[str] = SIMPLE_HEADERS) -> int:
    """Apply a file that tells all there is of a profile."""
    import_id = intake.load_file(
        name="cartera.csv", content=csv_bytes(headers, rows), kind=None, profile=None, actor=ACTOR, at=NOW
    )
    profile, _created = Profile.objects.get_or_create(
        name=name, defaults={"format": "CSV", "headers": list(headers), "choices": {}, "updated_at": NOW}
    )
    Import.objects.filter(pk=import_id).update(profile=profile)
    moment = NOW + timedelta(minutes=import_id)
    intake.apply_import(
        import_id=import_id, choices=Choices(is_full=True), actor=ACTOR, today=TODAY, at=moment
    )
    return import_id


@pytest.mark.feature("INT-07")
def test_what_a_full_file_leaves_out_is_closed_once_a_person_approves() -> None:
    full("norte", *(simple_row(n) for n in range(1, 5)))
    full("sur", simple_row(8), simple_row(9))
    debts(simple_row(7))
    second = full("norte", *(simple_row(n) for n in range(1, 4)))

    found = intake.missing_from(import_id=second)
    assert (found.receivables, found.receivables_before, found.needs_approval) == (1, 4, True)
    assert [row.document_number for row in found.sample] == ["F-4"]
    assert [(one.currency, one.open_amount) for one in found.sums] == [("MXN", Decimal("1000.00"))]
    with pytest.raises(intake.ApprovalNeeded):
        intake.close_missing(import_id=second, actor=ACTOR, at=NOW)
    assert owed()["F-4"] == Decimal("1000.00")

    assert intake.close_missing(import_id=second, actor=ACTOR, approved_by=ACTOR, at=NOW) == 1

    assert {number for number, amount in owed().items() if not amount} == {"F-4"}
    with pytest.raises(operations.UnableToCloseMissing):
        intake.close_missing(import_id=second, actor=ACTOR, approved_by=ACTOR, at=NOW)
    # The next file brings it back: open again by the reversal of what closed it.
    third = intake.load_file(
        name="c.csv",
        content=csv_bytes(SIMPLE_HEADERS, [simple_row(4)]),
        kind=None,
        profile=None,
        actor=ACTOR,
        at=NOW,
    )
    assert intake.preview(import_id=third).counts.rows_rejected == 0
    assert owed()["F-4"] == Decimal("0.00")
    debts(simple_row(4))
    assert owed()["F-4"] == Decimal("1000.00")


def test_a_small_share_needs_no_approval_and_an_older_file_closes_nothing() -> None:
    first = full("norte", *(simple_row(n) for n in range(1, 12)))
    second = full("norte", *(simple_row(n) for n in range(1, 11)))

    with pytest.raises(operations.UnableToCloseMissing):
        intake.close_missing(import_id=first, actor=ACTOR, approved_by=ACTOR, at=NOW)
    assert not intake.missing_from(import_id=second).needs_approval
    assert intake.close_missing(import_id=second, actor=ACTOR, at=NOW) == 1


def test_a_file_that_is_not_full_misses_nothing() -> None:
    found = debts(simple_row(1))

    assert intake.missing_from(import_id=found.import_id).receivables == 0
    with pytest.raises(operations.UnableToCloseMissing):
        intake.close_missing(import_id=found.import_id, actor=ACTOR, approved_by=ACTOR, at=NOW)


def test_a_forgotten_person_leaves_no_name_in_what_waits() -> None:
    debts(simple_row(1))
    paid(["C0001", "F-77", "2026-03-02", "40.00", "", "Cliente Uno Pérez"])

    operations.erase_customer(external_id="C0001", words=["Cliente Uno Pérez"])

    one = Movement.objects.get()
    assert (one.customer_key, one.reference, one.note) == ("—", "", "")
    assert one.remaining == Decimal("40.00")
    # Nobody else's document of that number takes the money.
    debts(simple_row(2, Folio="F-77"))
    assert owed()["F-77"] == Decimal("1000.00")
