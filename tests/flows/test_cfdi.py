"""CFDI through the whole import: debts, what pays them, what lowers them, what cancels them; in any order, once."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import time_machine
from click.testing import CliRunner

from puntual.audit.types import Actor, ActorKind
from puntual.cli.main import main
from puntual.companies.models import Company
from puntual.flows import intake
from puntual.flows.intake import QuestionsOpen
from puntual.intake import queries as intake_rows
from puntual.intake.models import Import, ImportRow, Movement
from puntual.intake.operations import UnableToReadFile
from puntual.intake.types import Choices, FileFormat, FileKind, ImportCounts, QuestionCode, Reason, RemarkCode
from puntual.payments.models import Allocation, Payment
from puntual.portfolio.models import Customer, LedgerEntry, Receivable
from tests.conftest import NOW, TODAY
from tests.unit.intake.files import SIMPLE_HEADERS, csv_bytes
from tests.vouchers import (
    BUYER,
    OWN,
    complement,
    credit_note,
    paid,
    payment,
    related,
    sat_list,
    uuid_of,
    voucher,
    zipped,
)

pytestmark = pytest.mark.usefixtures("company")
ACTOR = Actor(kind=ActorKind.STAFF, id=7, label="Marta")


def take(content: bytes, **choices: object) -> ImportCounts:
    """Load and apply a file, and check that every row of it is accounted for."""
    import_id = intake.load_file(name="cfdi.zip", content=content, kind=None, actor=ACTOR, at=NOW)
    done = intake.apply_import(
        import_id=import_id,
        choices=Choices(**choices),  # type: ignore[arg-type]
        actor=ACTOR,
        today=TODAY,
        at=NOW,
    )
    counts = done.counts
    assert counts.rows_total == (
        counts.rows_accepted + counts.rows_unchanged + counts.rows_rejected + counts.rows_ignored
    )
    return done


def outcome(done: ImportCounts) -> tuple[int, int, int, int]:
    """Count the rows accepted, unchanged, rejected and ignored."""
    counts = done.counts
    return counts.rows_accepted, counts.rows_unchanged, counts.rows_rejected, counts.rows_ignored


def open_amounts() -> dict[str, Decimal]:
    """Return what every document still owes, by what people call it."""
    return dict(Receivable.objects.values_list("document_number", "open_amount"))


def written() -> tuple[int, ...]:
    """Count the rows of everything that an import of CFDI may write."""
    tables = (Customer, Receivable, LedgerEntry, Payment, Allocation, Movement)
    return tuple(table.objects.count() for table in tables)


@pytest.fixture
def issuer(company: Company) -> Company:
    """Let the company be the one that issues the documents of the tests."""
    company.tax_id = OWN
    company.save(update_fields=["tax_id"])
    return company


def everything() -> bytes:
    """Two months of a company: three invoices, what came of them, and what is none of it."""
    return zipped(
        {
            "10/a1.xml": voucher("A-1", total="1160.00"),
            "10/a2.xml": voucher("A-2", total="580.00", version="3.3"),
            "10/a3.xml": voucher("A-3", total="300.00"),
            "10/u1.xml": voucher(
                "U-1", total="200.00", more='Moneda="USD" TipoCambio="18.5" MetodoPago="PUE"'
            ),
            "10/nomina.xml": voucher("N-1", kind="N"),
            "11/p1.xml": complement(
                "P-1", payment(paid("A-1", "600.00"), paid("A-2", "580.00"), amount="1180.00")
            ),
            "11/p2.xml": complement("P-2", payment(paid("U-1", "50.00", currency="USD"), amount="925.00")),
            "11/nc1.xml": credit_note("NC-1", "A-1", total="160.00"),
            "11/factura.pdf": b"%PDF-1.4",
            "11/mala.xml": b"<cfdi:Comprobante",
            "lista.txt": sat_list(("A-3", "I", "2026-11-02 09:00:00"), ("A-1", "I", "")),
        }
    )


@pytest.mark.feature("INT-01")
def test_an_archive_brings_debts_and_what_became_of_them(issuer: Company) -> None:
    done = take(everything())

    assert outcome(done) == (9, 0, 1, 3)
    assert open_amounts() == {
        "A-1": Decimal("400.00"),
        "A-2": Decimal("0.00"),
        "A-3": Decimal("0.00"),
        "U-1": Decimal("150.00"),
    }
    assert set(Receivable.objects.values_list("document_number", "currency", "due_date")) == {
        ("A-1", "MXN", date(2026, 10, 31)),
        ("A-2", "MXN", date(2026, 10, 31)),
        ("A-3", "MXN", date(2026, 10, 31)),
        ("U-1", "USD", date(2026, 10, 1)),
    }
    customer = Customer.objects.get()
    assert (customer.external_id, customer.tax_id, customer.name, customer.kind) == (
        BUYER,
        BUYER,
        "COMERCIAL DEL NORTE",
        "COMPANY",
    )
    first = Receivable.objects.get(document_number="A-1")
    assert first.attributes["uuid"] == uuid_of("A-1")
    assert first.key == f"{BUYER}|{uuid_of('A-1')}"
    assert dict(done.reasons) == {Reason.CFDI_BROKEN.value: 1}


@pytest.mark.feature("INT-01")
def test_the_same_archive_again_writes_nothing(issuer: Company) -> None:
    take(everything())
    before, owed = written(), open_amounts()

    again = take(everything())

    assert outcome(again) == (0, 9, 1, 3)
    assert (written(), open_amounts()) == (before, owed)


@pytest.mark.feature("INT-01")
def test_the_documents_may_come_one_by_one_and_in_any_order(issuer: Company) -> None:
    """A payment complement that comes before its invoice waits, and pays when the invoice comes."""
    take(complement("P-1", payment(paid("A-1", "600.00"), paid("A-2", "80.00"), amount="680.00")))
    take(credit_note("NC-1", "A-1", total="160.00"))
    take(sat_list(("A-3", "I", "2026-11-02")))

    assert (Receivable.objects.count(), Payment.objects.count()) == (0, 0)
    assert set(Movement.objects.values_list("record", "state")) == {
        ("PAYMENT", "WAITING"),
        ("CREDIT_NOTE", "WAITING"),
        ("CANCELLATION", "WAITING"),
    }

    take(voucher("A-1", total="1160.00"))
    assert open_amounts() == {"A-1": Decimal("400.00")}
    take(zipped({"2.xml": voucher("A-2", total="100.00"), "3.xml": voucher("A-3", total="300.00")}))

    assert open_amounts() == {"A-1": Decimal("400.00"), "A-2": Decimal("20.00"), "A-3": Decimal("0.00")}
    before = written()
    take(complement("P-1", payment(paid("A-1", "600.00"), paid("A-2", "80.00"), amount="680.00")))
    take(credit_note("NC-1", "A-1", total="160.00"))
    assert written() == before


@pytest.mark.feature("INT-01")
def test_equal_payments_of_two_complements_both_count(issuer: Company) -> None:
    take(voucher("A-1", total="1160.00"))

    for name in ("P-1", "P-2", "P-1"):
        take(complement(name, payment(paid("A-1", "100.00"), amount="100.00", more='NumOperacion="1"')))

    assert open_amounts() == {"A-1": Decimal("960.00")}


@pytest.mark.feature("INT-01")
def test_an_invoice_that_an_export_brought_before_is_the_same_debt(issuer: Company) -> None:
    """Customers are known by their tax id; the folio and the amount tell the debt, whose terms stay."""
    headers = [*SIMPLE_HEADERS, "RFC"]
    exported = csv_bytes(
        headers, [["C-77", "Comercial", "A-1", "2026-10-01", "2026-12-24", "1160.00", BUYER]]
    )
    take(exported)
    assert list(Receivable.objects.values_list("document_number", "due_date")) == [
        ("A-1", date(2026, 12, 24))
    ]

    take(
        zipped(
            {
                "a1.xml": voucher("A-1", total="1160.00"),
                "p1.xml": complement("P-1", payment(paid("A-1", "1000.00"), amount="1000.00")),
            }
        )
    )

    customer = Customer.objects.get()
    debt = Receivable.objects.get()
    assert (customer.external_id, debt.document_number, debt.due_date) == ("C-77", "A-1", date(2026, 12, 24))
    assert (debt.attributes["uuid"], debt.open_amount) == (uuid_of("A-1"), Decimal("160.00"))
    before = written()
    again = take(voucher("A-1", total="1160.00"))
    assert outcome(again) == (0, 1, 0, 0)
    assert Receivable.objects.get().due_date == date(2026, 12, 24)
    take(exported)
    assert (written(), open_amounts()) == (before, {"A-1": Decimal("160.00")})


def test_a_folio_that_stands_for_two_debts_is_told_apart(issuer: Company) -> None:
    """Another issuer's system, or a folio begun anew: the UUID tells, and is shown."""
    second = voucher("A-1", total="90.00").replace(uuid_of("A-1").lower().encode(), uuid_of("X").encode())

    take(voucher("A-1", total="1160.00"))
    take(second)
    take(zipped({"a": b"", "1.xml": second, "2.xml": voucher("A-1", total="1160.00")}))

    shown = f"A-1 ({uuid_of('X')[:8]})"
    assert open_amounts() == {"A-1": Decimal("1160.00"), shown: Decimal("90.00")}


def test_a_known_customer_keeps_the_name_by_which_people_know_it(issuer: Company) -> None:
    take(voucher("A-1"))
    Customer.objects.update(name="Comercial del Norte, S.A. de C.V.")

    done = take(voucher("A-2"))

    assert Customer.objects.get().name == "Comercial del Norte, S.A. de C.V."
    assert done.counts.customers_changed == 0


@pytest.mark.feature("INT-07")
def test_when_invoices_fall_due_is_asked_before_anything_is_written(issuer: Company) -> None:
    content = zipped(
        {
            "1.xml": voucher("A-1", more='Moneda="MXN" MetodoPago="PPD" CondicionesDePago="Crédito"'),
            "2.xml": voucher("A-2", more='Moneda="MXN" MetodoPago="PPD"'),
            "3.xml": voucher("A-3", more='Moneda="MXN" MetodoPago="PUE"'),
        }
    )

    with pytest.raises(QuestionsOpen) as asked:
        take(content)

    (question,) = asked.value.preview.questions
    assert question.code is QuestionCode.CFDI_TERMS
    assert question.text == "¿A cuántos días vencen las facturas que no lo dicen? Son 2 (Crédito)."
    assert Receivable.objects.count() == 0
    done = take(content, terms_days=45)
    assert dict(Receivable.objects.values_list("document_number", "due_date")) == {
        "A-1": date(2026, 11, 15),
        "A-2": date(2026, 11, 15),
        "A-3": date(2026, 10, 1),
    }
    told = {remark.code: dict(remark.values).get("count") for remark in done.warnings}
    assert (told[RemarkCode.CFDI_DEFAULT_TERMS], told[RemarkCode.CFDI_AT_ONCE]) == ("2", "1")


def test_no_days_at_all_is_an_answer_too(issuer: Company) -> None:
    content = voucher("A-1", more='Moneda="MXN" MetodoPago="PPD"')
    import_id = intake.load_file(name="a.xml", content=content, kind=None, actor=ACTOR, at=NOW)

    intake.preview(import_id=import_id, choices=Choices(terms_days=0))
    intake.apply_import(import_id=import_id, actor=ACTOR, today=TODAY, at=NOW)

    assert Receivable.objects.get().due_date == date(2026, 10, 1)


@pytest.mark.feature("INT-07")
def test_what_the_company_received_is_no_debt_of_others(issuer: Company) -> None:
    content = zipped(
        {
            "propia.xml": voucher("A-1"),
            "recibida.xml": voucher("R-1", issuer="XIQB891116QE4", receiver=OWN),
            "pago.xml": complement(
                "P-1", payment(paid("R-1", "5.00"), amount="5.00"), issuer="XIQB891116QE4", receiver=OWN
            ),
        }
    )

    done = take(content)

    assert outcome(done) == (1, 0, 2, 0)
    assert open_amounts() == {"A-1": Decimal("1160.00")}
    row = ImportRow.objects.filter(reason=Reason.CFDI_RECEIVED).order_by("row_number")[0]
    told = intake_rows.reason_text(reason=row.reason, detail=row.detail)
    assert told.startswith(
        "Es una factura recibida, no emitida: es por pagar, no por cobrar. Emisor: XIQB891116QE4"
    )


@pytest.mark.feature("INT-07")
def test_without_the_tax_id_of_the_company_it_says_whose_invoices_it_takes() -> None:
    done = take(voucher("A-1"))

    (remark,) = (one for one in done.warnings if one.code is RemarkCode.CFDI_ISSUER)
    assert dict(remark.values) == {"issuer": OWN, "count": "1"}
    assert OWN in remark.text


@pytest.mark.feature("INT-07")
def test_without_the_tax_id_of_the_company_several_issuers_are_asked_about() -> None:
    content = zipped({"1.xml": voucher("A-1"), "2.xml": voucher("B-1", issuer="XIQB891116QE4")})

    with pytest.raises(QuestionsOpen) as asked:
        take(content)

    (question,) = asked.value.preview.questions
    assert question.code is QuestionCode.CFDI_ISSUERS
    assert f"{OWN} (1), XIQB891116QE4 (1)" in question.text
    assert Receivable.objects.count() == 0
    take(content, confirmed=frozenset({QuestionCode.CFDI_ISSUERS}))
    assert Receivable.objects.count() == 2


@pytest.mark.feature("INT-07")
def test_generic_tax_ids_are_not_one_customer(issuer: Company) -> None:
    content = zipped(
        {
            "1.xml": voucher("A-1", receiver="XAXX010101000", receiver_name="PUBLICO EN GENERAL"),
            "2.xml": voucher("A-2", receiver="XAXX010101000", receiver_name="JUAN PEREZ"),
            "3.xml": voucher("A-3", receiver="XEXX010101000", receiver_name="ACME LLC"),
            "4.xml": voucher(
                "A-4", receiver="XEXX010101000", receiver_name="ACME INC", receiver_more='NumRegIdTrib="98-7"'
            ),
        }
    )

    done = take(content)

    assert outcome(done) == (3, 0, 1, 0)
    assert set(Customer.objects.values_list("external_id", "name", "tax_id")) == {
        ("JUAN PEREZ", "JUAN PEREZ", ""),
        ("ACME LLC", "ACME LLC", ""),
        ("98-7", "ACME INC", "98-7"),
    }
    told = {remark.code: dict(remark.values).get("count") for remark in done.warnings}
    assert told[RemarkCode.CFDI_BY_NAME] == "2"


def test_a_replaced_invoice_stays_until_the_sat_says_that_it_was_cancelled(issuer: Company) -> None:
    take(voucher("A-1"))
    done = take(voucher("A-2", related=related("04", "A-1")))
    assert {one.code for one in done.warnings} == {RemarkCode.CFDI_REPLACES}
    assert open_amounts() == {"A-1": Decimal("1160.00"), "A-2": Decimal("1160.00")}

    take(sat_list(("A-1", "I", "2026-11-02")))

    assert open_amounts() == {"A-1": Decimal("0.00"), "A-2": Decimal("1160.00")}


def test_a_preview_tells_what_it_is_and_keeps_the_rejected_members(issuer: Company) -> None:
    import_id = intake.load_file(name="cfdi.zip", content=everything(), kind=None, actor=ACTOR, at=NOW)

    found = intake.preview(import_id=import_id)

    assert (found.kind, found.dialect.format) == (FileKind.MIXED, FileFormat.CFDI)
    assert [(note.reason, note.detail.partition(" ")[0]) for note in found.rejected] == [
        (Reason.CFDI_BROKEN.value, "11/mala.xml")
    ]
    assert (found.counts.receivables_new, found.counts.rows_total) == (4, 13)
    sums = {one.currency: one.amount for one in found.sums}
    assert sums == {"MXN": Decimal("2040.00"), "USD": Decimal("200.00")}


@pytest.mark.feature("INT-01")
def test_a_folder_of_invoices_is_loaded_by_one_command(issuer: Company, tmp_path: Path) -> None:
    for name in ("A-1", "A-2"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "factura.xml").write_bytes(voucher(name))
    (tmp_path / "suelto.xml").symlink_to(tmp_path / "A-1" / "factura.xml")
    call = ["import", str(tmp_path), "--company", issuer.schema_name]

    with time_machine.travel(NOW, tick=False):
        first = CliRunner().invoke(main, call, catch_exceptions=False)
        again = CliRunner().invoke(main, call, catch_exceptions=False)

    assert (first.exit_code, again.exit_code) == (0, 0)
    assert open_amounts() == {"A-1": Decimal("1160.00"), "A-2": Decimal("1160.00")}
    assert "no trae nada nuevo" in again.output
    assert len(set(Import.objects.values_list("file_hash", flat=True))) == 1


def test_the_command_takes_the_answer_to_when_invoices_fall_due(issuer: Company, tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_bytes(voucher("A-1", more='Moneda="MXN" MetodoPago="PPD"'))
    call = ["import", str(path), "--company", issuer.schema_name]

    with time_machine.travel(NOW, tick=False):
        asked = CliRunner().invoke(main, call, catch_exceptions=False)
        told = CliRunner().invoke(main, [*call, "--terms-days", "0"], catch_exceptions=False)

    assert (asked.exit_code, told.exit_code) == (2, 0)
    assert "¿A cuántos días vencen las facturas que no lo dicen? Son 1." in asked.output
    assert Receivable.objects.get().due_date == date(2026, 10, 1)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (voucher().replace(b"<cfdi:C", b"<!DOCTYPE x><cfdi:C", 1), "entidades"),
        (voucher()[:-9], "El XML está dañado"),
        (b"<?xml version='1.0'?><nota/>", "no es un CFDI"),
    ],
)
def test_a_file_that_is_refused_leaves_no_trace(content: bytes, told: str) -> None:
    with pytest.raises(UnableToReadFile) as refused:
        intake.load_file(name="a.xml", content=content, kind=None, actor=ACTOR, at=NOW)

    assert told in refused.value.message
    assert Import.objects.count() == 0


@pytest.mark.feature("INT-01")
def test_a_complement_that_was_cancelled_and_stamped_anew_pays_once(issuer: Company) -> None:
    part = payment(paid("A-1", "600.00"), amount="600.00")
    take(zipped({"a1.xml": voucher("A-1"), "p1.xml": complement("P-1", part)}))
    assert open_amounts() == {"A-1": Decimal("560.00")}

    take(complement("P-2", part, related=related("04", "P-1")))
    assert open_amounts() == {"A-1": Decimal("0.00")}
    done = take(sat_list(("P-1", "P", "2026-11-02")))

    assert outcome(done) == (1, 0, 0, 0)
    assert open_amounts() == {"A-1": Decimal("560.00")}
    assert sorted(Payment.objects.values_list("reference", "state")) == sorted(
        [(uuid_of("P-1"), "REVERSED"), (uuid_of("P-2"), "POSTED")]
    )
    before = written()
    take(sat_list(("P-1", "P", "2026-11-02")))
    assert written() == before


def test_a_cancelled_credit_note_lowers_nothing_any_more(issuer: Company) -> None:
    take(zipped({"a1.xml": voucher("A-1"), "nc.xml": credit_note("NC-1", "A-1", total="160.00")}))
    assert open_amounts() == {"A-1": Decimal("1000.00")}

    take(sat_list(("NC-1", "E", "2026-11-02")))

    assert open_amounts() == {"A-1": Decimal("1160.00")}


def test_what_was_cancelled_before_it_came_does_nothing(issuer: Company) -> None:
    take(sat_list(("P-1", "P", "2026-11-02"), ("NC-1", "E", "2026-11-02")))

    take(
        zipped(
            {
                "a1.xml": voucher("A-1"),
                "p1.xml": complement("P-1", payment(paid("A-1", "600.00"), amount="600.00")),
                "nc.xml": credit_note("NC-1", "A-1", total="160.00"),
            }
        )
    )

    assert open_amounts() == {"A-1": Decimal("1160.00")}
    assert Payment.objects.count() == 0
    assert set(Movement.objects.values_list("record", "state", "dismissal")) == {
        ("CANCELLATION", "POSTED", ""),
        ("PAYMENT", "DISMISSED", "CANCELLED"),
        ("CREDIT_NOTE", "DISMISSED", "CANCELLED"),
    }


def test_a_credit_note_on_no_invoice_lowers_the_oldest_debt(issuer: Company) -> None:
    take(zipped({"1.xml": voucher("A-1", day="2026-09-01"), "2.xml": voucher("A-2")}))

    take(credit_note("NC-1", total="160.00"))

    assert open_amounts() == {"A-1": Decimal("1000.00"), "A-2": Decimal("1160.00")}


def test_rejected_rows_can_be_mended_and_sent_again(issuer: Company) -> None:
    """The rejected rows come back as a spreadsheet, whose columns say what they are."""
    import_id = intake.load_file(
        name="a.zip",
        content=zipped({"1.xml": voucher("A-1", total="0.00"), "2.xml": voucher("A-2")}),
        kind=None,
        actor=ACTOR,
        at=NOW,
    )
    intake.apply_import(import_id=import_id, actor=ACTOR, today=TODAY, at=NOW)
    sheet = intake.rejected_xlsx(import_id=import_id)

    mended = intake.preview(
        import_id=intake.load_file(name="rechazadas.xlsx", content=sheet, kind=None, actor=ACTOR, at=NOW)
    )

    meanings = {column.header: column.field for column in mended.columns if column.field}
    assert mended.kind is FileKind.MIXED
    assert {str(field) for field in meanings.values()} >= {
        "RECORD",
        "TAX_ID",
        "DOCUMENT_NUMBER",
        "AMOUNT",
        "DUE_DATE",
    }
    assert mended.questions == ()


@pytest.mark.feature("INT-01")
@pytest.mark.parametrize("name", ["P-1", "-"])
@pytest.mark.parametrize("is_stamped", [True, False])
def test_a_copy_of_a_receipt_in_the_same_archive_pays_once_and_is_told(
    issuer: Company, name: str, is_stamped: bool
) -> None:
    """Without a stamp it is its series and folio that tell, and without those what it says."""
    receipt = complement(
        name, payment(paid("A-1", "100.00"), paid("A-1", "50.00"), amount="170.00"), is_stamped=is_stamped
    )

    done = take(zipped({"a1.xml": voucher("A-1"), "p1.xml": receipt, "copia/p1.xml": receipt}))

    assert outcome(done) == (4, 0, 0, 1)
    assert (open_amounts(), done.sums[0].paid_amount) == ({"A-1": Decimal("990.00")}, Decimal("170.00"))
    assert [remark.text for remark in done.warnings if remark.code is RemarkCode.CFDI_REPEATED] == [
        "Copias de CFDI que ya vienen en el archivo: 1. No se cargan otra vez."
    ]


@pytest.mark.feature("INT-01")
def test_vouchers_that_say_other_things_under_one_uuid_are_all_rejected(issuer: Company) -> None:
    """Nobody knows which one is right: that they contradict each other is told of every one."""
    other = "OTRO010101AB1"
    members = {
        "1.xml": voucher("A-1", total="1160.00"),
        "2.xml": voucher("A-1", total="999.00"),
        "3.xml": voucher("A-1", total="1160.00"),
        "4.xml": voucher("B-1", total="10.00"),
        "5.xml": voucher("B-1", total="10.00", receiver=other, receiver_name="OTRO"),
        "6.xml": complement("P-1", payment(paid("A-9", "5.00"), paid("A-8", "5.00"), amount="10.00")),
        "7.xml": complement("P-1", payment(paid("A-9", "4.00"), paid("A-8", "5.00"), amount="9.00")),
        "8.xml": credit_note("NC-1", "A-9", total="1.00"),
        "9.xml": credit_note("NC-1", "A-9", total="2.00"),
        "10.xml": voucher("C-1", total="70.00"),
    }

    done = take(zipped(members))

    assert outcome(done) == (1, 0, 10, 1)
    assert dict(done.reasons) == {Reason.CONFLICTING_ROWS.value: 10}
    assert open_amounts() == {"C-1": Decimal("70.00")}
    assert list(Customer.objects.values_list("external_id", flat=True)) == [BUYER]
    assert not Movement.objects.exists()
    details = ImportRow.objects.filter(row_number__in=(2, 3)).values_list("detail", flat=True)
    assert set(details) == {f"{uuid_of('A-1')} (2)"}


def test_what_is_told_counts_vouchers_and_not_their_rows() -> None:
    """A receipt has a row for each document that it pays, and one for what is left over."""
    given = {"receiver": "XAXX010101000", "receiver_name": "Doña Lupe", "is_stamped": False}
    parts = (paid("A-1", "5.00"), paid("A-2", "5.00"))
    content = zipped(
        {
            "1.xml": voucher("A-1", **given),  # type: ignore[arg-type]
            "2.xml": complement(
                "-", payment(*parts, amount="11.00"), payment(*parts, amount="10.00"), **given
            ),  # type: ignore[arg-type]
            "3.xml": complement("-", payment(*parts, amount="12.00"), **given),  # type: ignore[arg-type]
        }
    )

    done = take(content)

    assert done.counts.rows_accepted == 9
    told = {remark.code: dict(remark.values)["count"] for remark in done.warnings}
    assert told == {
        RemarkCode.CFDI_ISSUER: "3",
        RemarkCode.CFDI_UNSTAMPED: "3",
        RemarkCode.CFDI_BY_NAME: "3",
        RemarkCode.CFDI_UNAPPLIED: "2",
    }
