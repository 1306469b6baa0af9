"""`puntual import`: the same import for operators, with exit codes 0, 1 and 2."""

import csv
import io
import json
from collections.abc import Callable
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
import time_machine
from click.testing import CliRunner, Result
from django.db.models import Count, Sum

from puntual.cli.import_file import ANSWERS, CONFIRMED, import_command
from puntual.cli.main import main
from puntual.companies.models import Company
from puntual.intake.models import Import
from puntual.intake.types import QuestionCode
from puntual.payments.models import Payment
from puntual.portfolio.models import Customer, Receivable
from tests.unit.intake.books import book_of, days_of_a_year, flipped
from tests.unit.intake.files import (
    DEMO_HEADERS,
    PAYMENT_HEADERS,
    SIMPLE_HEADERS,
    csv_bytes,
    demo_row,
    simple_row,
)
from tests.vouchers import OWN, voucher, zipped

Load = Callable[..., Result]


@pytest.fixture
def load(company: Company, now: datetime, tmp_path: Path) -> Load:
    """Run `puntual import` on a file with this content."""

    def run(content: bytes, *arguments: str, name: str = "cartera.csv") -> Result:
        path = tmp_path / name
        path.write_bytes(content)
        with time_machine.travel(now, tick=False):
            return CliRunner().invoke(
                main, ["import", str(path), "--company", "muebles", *arguments], catch_exceptions=False
            )

    return run


def test_a_portfolio_and_its_payments_are_loaded(load: Load) -> None:
    first = load(csv_bytes(DEMO_HEADERS, [demo_row(7), demo_row(8, Importe="x")]))
    second = load(
        csv_bytes(PAYMENT_HEADERS, [["00007", "A-7", "2026-10-05", "160.00", "SPEI", "r1"]]), name="pagos.csv"
    )

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "Se cargó cartera.csv." in first.output
    assert "Filas: 2 = 1 aceptadas + 0 sin cambio + 1 rechazadas + 0 ignoradas" in first.output
    assert "1 × El importe no se entiende." in first.output
    assert "Pagos: 1 nuevos, 0 ya registrados" in second.output
    assert Receivable.objects.get().open_amount == Decimal("1000.00")


@pytest.mark.feature("INT-07")
def test_what_moves_debts_is_told_by_its_own_word_with_its_sums(load: Load) -> None:
    load(csv_bytes(DEMO_HEADERS, [demo_row(7)]))
    headers = ["Cliente", "Nota de crédito", "Factura", "Fecha", "Importe"]
    content = csv_bytes(
        headers,
        [["00007", "NC-1", "A-7", "2026-10-05", "60.00"], ["00007", "NC-2", "A-99", "2026-10-05", "40.00"]],
    )

    def output(content: bytes, *arguments: str) -> str:
        return str(load(content, *arguments).output).replace("\xa0", " ")

    seen, done, again = output(content, "--preview"), output(content), output(content)

    told = "Notas de crédito: se aplican 1, por identificar 1, sin cambio 0; suman $100.00 MXN"
    assert told in seen
    assert told in done
    assert "Notas de crédito: se aplican 0, por identificar 0, sin cambio 2" in again
    found = json.loads(output(content, "--preview", "--json"))["preview"]["counts"]
    assert found["movement_sums"] == [
        {"record": "CREDIT_NOTE", "currency": "MXN", "rows": 2, "amount": "100.00"}
    ]
    adjusted = output(
        csv_bytes(["Ajuste", "Factura", "Fecha", "Importe"], [["AJ-1", "A-7", "2026-10-06", "-5.00"]])
    )
    assert "Ajustes: se aplican 1, por identificar 0, sin cambio 0; suman -$5.00 MXN" in adjusted
    voided = output(csv_bytes(["Folio", "Fecha de cancelación"], [["A-7", "07/10/2026"]]), "--preview")
    assert "Cancelaciones: se aplican 1, por identificar 0, sin cambio 0; suman $1,095.00 MXN" in voided
    paid = output(csv_bytes(PAYMENT_HEADERS, [["00099", "A-98", "2026-10-05", "160.00", "SPEI", "r1"]]))
    assert "Pagos: se aplican 0, por identificar 1, sin cambio 0; suman $160.00 MXN" in paid


def test_vouchers_are_told_without_questions_that_nobody_asks(load: Load, company: Company) -> None:
    company.tax_id = OWN
    company.save(update_fields=["tax_id"])

    result = load(zipped({"a1.xml": voucher("A-1"), "leeme.txt": b"hola"}), "--preview", name="facturas.zip")

    assert result.exit_code in (0, 2)
    assert "año/mes/día, por «" in result.output
    assert "¿año/mes/día?" not in result.output
    assert "other-file" not in result.output
    assert "Puntual:" not in result.output


def test_a_file_without_money_tells_no_sums(load: Load) -> None:
    result = load(b"Cliente,Nombre\nA,Mueblera B\n")

    assert result.exit_code == 0
    assert "Clientes: 1 nuevos" in result.output
    assert "0.00" not in result.output


def test_what_a_file_of_loans_does_not_say_is_answered_by_options(load: Load) -> None:
    headers = ["Cliente", "Contrato", "Importe", "Saldo", "Núm. cuotas", "Primer vencimiento"]
    content = csv_bytes(headers, [["C1", "CR-7", "100.00", "150.00", "2", "29/01/2027"]])

    asked = load(content)
    told = load(
        content,
        *("--frequency", "semimonthly", "--loan-amount", "each", "--loan-balance", "oldest_paid"),
    )

    assert (asked.exit_code, told.exit_code) == (2, 0)
    assert "[loan-frequency: MONTHLY | SEMIMONTHLY | BIWEEKLY | WEEKLY]" in asked.output
    assert "Filas: 1 = 1 aceptadas + 0 sin cambio + 0 rechazadas + 0 ignoradas" in told.output
    assert "Documentos: 2 nuevos" in told.output
    assert list(Receivable.objects.order_by("due_date").values_list("document_number", "open_amount")) == [
        ("CR-7-1", Decimal("50.00")),
        ("CR-7-2", Decimal("100.00")),
    ]


def test_the_same_file_again_says_that_nothing_changed(load: Load) -> None:
    content = csv_bytes(DEMO_HEADERS, [demo_row(7)])
    load(content)

    again = load(content)

    assert again.exit_code == 0
    assert "no trae nada nuevo; no se cambió nada." in again.output
    assert Receivable.objects.count() == 1


def test_a_preview_tells_what_was_understood_and_writes_nothing(load: Load) -> None:
    result = load(
        csv_bytes(SIMPLE_HEADERS, [simple_row(1)], separator=";", encoding="cp1252"), "--preview", "--json"
    )

    found = json.loads(result.stdout)
    assert result.exit_code == 0
    assert found["result"] is None
    assert found["preview"]["dialect"]["separator"] == ";"
    assert found["preview"]["counts"]["rows_accepted"] == 1
    assert found["preview"]["sums"] == [
        {"currency": "MXN", "rows": 1, "amount": "1000.00", "open_amount": "1000.00", "paid_amount": "0"}
    ]
    assert {column["header"]: column["field"] for column in found["preview"]["columns"]}[
        "Vencimiento"
    ] == "DUE_DATE"
    assert Customer.objects.count() == 0


def test_an_open_question_ends_with_two_and_an_answer_loads(load: Load) -> None:
    content = csv_bytes(SIMPLE_HEADERS, [simple_row(1, Fecha="03/04/2026", Vencimiento="05/06/2026")])

    asked = load(content)
    assert asked.exit_code == 2
    assert "¿? ¿Cómo se escriben las fechas de «Vencimiento»?" in asked.output
    assert Receivable.objects.count() == 0

    assert load(content, "--date-order", "dmy").exit_code == 0
    assert str(Receivable.objects.get().due_date) == "2026-06-05"


@pytest.mark.parametrize(("answer", "rows"), [("credit-notes", "2 aceptadas"), ("refused", "1 rechazadas")])
def test_negative_amounts_are_asked_about_and_answered(load: Load, answer: str, rows: str) -> None:
    content = csv_bytes(SIMPLE_HEADERS, [simple_row(1), simple_row(2, Cliente="C0001", Importe="-50.00")])

    asked = load(content)
    answered = load(content, "--negatives", answer)

    assert (asked.exit_code, answered.exit_code) == (2, 0)
    assert "[negative-amounts: CREDIT_NOTES | REFUSED]" in asked.output
    assert "Se responde con: --negatives credit-notes | refused" in asked.output
    assert rows in answered.output


def test_every_question_has_its_answer_in_the_help() -> None:
    told = " ".join(CliRunner().invoke(main, ["import", "--help"]).output.split())

    for code in QuestionCode:
        option = ANSWERS[code]
        assert f"{code.value}: {option}" in told
        assert option.split()[0] in {name for one in import_command.params for name in one.opts}
        if option.startswith("--confirm"):
            assert option.split()[1] in CONFIRMED


@pytest.mark.parametrize(
    ("change", "arguments", "code"),
    [
        ({}, ("--preview",), 0),
        ({"Fecha": "03/04/2026", "Vencimiento": "05/06/2026"}, (), 2),
        ({"Fecha": "03/04/2026", "Vencimiento": "05/06/2026"}, ("--preview",), 2),
        ({}, ("--map", "No existe=DUE_DATE"), 1),
        ({}, ("--profile", "No existe"), 1),
    ],
)
def test_what_is_not_loaded_leaves_nothing_behind(
    load: Load, change: dict[str, str], arguments: tuple[str, ...], code: int
) -> None:
    result = load(csv_bytes(SIMPLE_HEADERS, [simple_row(1, **change)]), *arguments)

    assert result.exit_code == code
    assert Import.objects.count() == 0
    assert load(csv_bytes(SIMPLE_HEADERS, [simple_row(1)])).exit_code == 0
    assert [one.state for one in Import.objects.all()] == ["APPLIED"]


def test_a_column_can_be_pointed_out(load: Load) -> None:
    headers = ["Cliente", "Nombre", "Folio", "Fecha", "Se paga el", "Importe"]
    content = csv_bytes(headers, [simple_row(1)])

    assert load(content, "--kind", "receivables").exit_code == 2
    assert (
        load(content, "--kind", "receivables", "--map", "Se paga el=DUE_DATE", "--currency", "USD").exit_code
        == 0
    )
    assert Receivable.objects.get().currency == "USD"


@pytest.mark.parametrize("title", [(), (["Reporte de cartera"], [])])
def test_headers_that_are_all_said_are_taken_before_the_file_is_refused(
    load: Load, title: tuple[list[str], ...]
) -> None:
    """The kind alone asks for columns that nobody knows; with what they are there is nothing left to ask."""
    content = csv_bytes(["Apodo", "Casa  matriz", "1", "Nombre"], [["A1", "X", "Y", "Ana"]], title=title)

    refused = load(content, "--kind", "customers", "--map", "3=CITY")
    loaded = load(content, "--kind", "customers", "--map", "Apodo=CUSTOMER_ID", "--map", "Casa matriz=CITY")

    assert (refused.exit_code, loaded.exit_code) == (1, 0)
    assert "indique con --header-row la fila de los encabezados" in refused.stderr
    assert Customer.objects.values_list("external_id", "name", "city").get() == ("A1", "Ana", "X")


def test_a_debt_whose_columns_are_all_said_needs_no_known_header(load: Load) -> None:
    headers = ["Supplier", "Transaction No.", "Payment Date", "Amount"]
    content = csv_bytes(headers, [["ACME", "T-1", "16/07/2026", "43.50"]])
    fields = ("CUSTOMER_ID", "DOCUMENT_NUMBER", "DUE_DATE", "AMOUNT")
    said = [
        part for header, field in zip(headers, fields, strict=True) for part in ("--map", f"{header}={field}")
    ]

    assert load(content, "--kind", "receivables", *said).exit_code == 0
    assert Receivable.objects.values_list("document_number", "original_amount").get() == (
        "T-1",
        Decimal("43.50"),
    )


def test_a_folder_of_other_files_is_not_called_an_archive(company: Company, tmp_path: Path) -> None:
    (tmp_path / "enero").mkdir()
    (tmp_path / "enero" / "cartera.csv").write_bytes(csv_bytes(SIMPLE_HEADERS, [simple_row(1)]))
    (tmp_path / "leame.txt").write_text("hola", encoding="utf-8")

    result = CliRunner().invoke(main, ["import", str(tmp_path), "--company", "muebles"])

    assert result.exit_code == 1
    assert "Una carpeta se lee sólo si trae CFDI" in result.stderr


@pytest.mark.parametrize(
    ("content", "arguments", "told"),
    [
        (csv_bytes(SIMPLE_HEADERS, [simple_row(1)]), ("--currency", "XXX"), "XXX"),
        (b"", (), "El archivo está vacío."),
        (b"a,b\n1,2\n", (), "No se reconocen las columnas."),
        (csv_bytes(SIMPLE_HEADERS, [simple_row(1)]), ("--currency", "PESO"), "La moneda «PESO» no se conoce"),
        (
            csv_bytes(SIMPLE_HEADERS, [simple_row(1)]),
            ("--map", "Otra=DUE_DATE"),
            "no tiene la columna «Otra»",
        ),
        (csv_bytes(SIMPLE_HEADERS, [simple_row(1)]), ("--map", "Folio=NADA"), "No existe el campo «NADA»"),
    ],
)
def test_a_refusal_ends_with_one_and_says_why(
    load: Load, content: bytes, arguments: tuple[str, ...], told: str
) -> None:
    result = load(content, *arguments)

    assert result.exit_code == 1
    assert told in result.stderr
    assert Receivable.objects.count() == 0
    assert not Import.objects.filter(state="APPLIED").exists()


SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "ar"

HIGHRADIUS_HEADERS = [
    "",
    "business_code",
    "cust_number",
    "name_customer",
    "clear_date",
    "buisness_year",
    "doc_id",
    "posting_date",
    "due_in_date",
    "baseline_create_date",
    "cust_payment_terms",
    "converted_usd",
]
IBM_HEADERS = [
    "countrycode",
    "customerID",
    "PaperlessDate",
    "invoiceNumber",
    "InvoiceDate",
    "DueDate",
    "InvoiceAmount",
    "Disputed",
    "SettledDate",
    "PaperlessBill",
    "DaysToSettle",
    "DaysLate",
]


def highradius() -> bytes:
    """Give the real file of open invoices where it is at hand, else one of its shape."""
    path = SHARED / "highradius_open" / "open_invoices_iso.csv"
    return path.read_bytes() if path.exists() else highradius_shape()


def highradius_shape() -> bytes:
    rows = [
        [
            f"{number * 3}", "U001", f"02{number % 17:08d}", f"TIENDA {number % 3} llc", "", "2020.0",
            f"19{number:08d}.0", f"2020-03-{number % 28 + 1:02d}", f"2020-04-{number % 28 + 1:02d}",
            "2020-03-31", "NAA8", f"{number * 7 + 0.1 + 0.2}",
        ]
        for number in range(1, 200)
    ]  # fmt: skip
    return csv_bytes(HIGHRADIUS_HEADERS, rows, line_end="\n")


def ibm() -> bytes:
    """Give the real file of paid invoices where it is at hand, else one of its shape."""
    path = SHARED / "ibm_ar" / "ibm_ar_dmy.csv"
    return path.read_bytes() if path.exists() else ibm_shape()


def ibm_shape() -> bytes:
    rows = [
        [
            "770", f"{number % 11:04d}-QUNVJ", "31/12/2012", f"{280670965 + number}",
            f"{number % 28 + 1:02d}/01/2012", f"{number % 28 + 1:02d}/02/2012", f"{number + 0.39:.2f}",
            "Yes" if number % 4 == 0 else "No", f"{number % 28 + 1:02d}/03/2012", "Paper", "20", "0",
        ]
        for number in range(1, 200)
    ]  # fmt: skip
    return csv_bytes(IBM_HEADERS, rows)


def by_hand(content: bytes, amount: str) -> tuple[int, Decimal]:
    """Count and add a file without the importer."""
    rows = list(csv.DictReader(io.StringIO(content.decode())))
    return len(rows), sum(
        (Decimal(row[amount]).quantize(Decimal("0.01"), ROUND_HALF_UP) for row in rows), Decimal(0)
    )


@pytest.mark.parametrize("make", [highradius, highradius_shape])
def test_open_invoices_of_a_real_erp_come_in_to_the_cent(load: Load, make: Callable[[], bytes]) -> None:
    content = make()
    rows, amount = by_hand(content, "converted_usd")

    result = load(content, "--json")

    found = json.loads(result.stdout)["result"]
    assert result.exit_code == 0
    assert (found["counts"]["rows_total"], found["counts"]["rows_accepted"]) == (rows, rows)
    assert found["sums"][0]["currency"] == "USD"
    assert Decimal(found["sums"][0]["amount"]) == amount
    stored = Receivable.objects.aggregate(Count("id"), Sum("original_amount"), Sum("open_amount"))
    assert tuple(stored.values()) == (rows, amount, amount)
    first = next(csv.DictReader(io.StringIO(content.decode())))
    kept = Receivable.objects.get(document_number=first["doc_id"].removesuffix(".0"))
    assert kept.customer.external_id == first["cust_number"]
    assert str(kept.due_date) == first["due_in_date"]
    assert json.loads(load(content, "--json").stdout)["result"]["counts"]["rows_unchanged"] == rows


@pytest.mark.parametrize("make", [ibm, ibm_shape])
def test_paid_invoices_of_a_real_company_come_in_with_their_payments(
    load: Load, make: Callable[[], bytes]
) -> None:
    content = make()
    rows, amount = by_hand(content, "InvoiceAmount")

    result = load(content, "--json")

    found = json.loads(result.stdout)["result"]
    assert result.exit_code == 0
    assert (found["counts"]["rows_accepted"], found["counts"]["payments_new"]) == (rows, rows)
    assert Receivable.objects.aggregate(Sum("original_amount"), Sum("open_amount")) == {
        "original_amount__sum": amount,
        "open_amount__sum": Decimal(0),
    }
    assert Payment.objects.aggregate(Count("id"), Sum("amount"), Sum("unapplied_amount")) == {
        "id__count": rows,
        "amount__sum": amount,
        "unapplied_amount__sum": Decimal(0),
    }
    said = csv.DictReader(io.StringIO(content.decode()))
    disputed = sum(row["Disputed"] == "Yes" for row in said)
    assert Receivable.objects.filter(attributes__disputed="yes").count() == disputed
    assert json.loads(load(content, "--json").stdout)["result"]["counts"]["rows_unchanged"] == rows


def test_a_preview_tells_how_the_file_was_read_and_by_what_evidence(load: Load) -> None:
    rows = [
        ["Cartera", "", "", "", "", ""],
        ["Cliente", "", "Factura", "", "Vencimiento", ""],
        ["Clave", "Nombre", "Número", "Fecha", "Fecha", "Importe"],
        ["007", "Peña", "A-1", "13/01/2026", "12/02/2026", "1.160,50"],
    ]
    content = "\r\n".join(";".join(row) for row in rows).encode("cp850")

    result = load(content, "--preview")

    assert result.exit_code == 0
    assert result.output.splitlines()[:6] == [
        "Archivo: cartera.csv",
        "Formato: texto separado",
        "Codificación: cp850",
        "Separador: «;»",
        "Encabezados: fila 2-3",
        "Contenido: adeudos",
    ]
    assert "Fecha de emisión 100%; día/mes/año, por «13/01/2026»: 13/01/2026" in result.output
    assert "Fecha de vencimiento 100%; día/mes/año, por las otras fechas: 12/02/2026" in result.output
    assert "coma decimal, por «9.999,99»: 1.160,50" in result.output


def test_a_workbook_with_two_sheets_of_debts_asks_which_and_takes_the_answer(load: Load) -> None:
    content = book_of(
        Enero=[list(SIMPLE_HEADERS), simple_row(1)], Febrero=[list(SIMPLE_HEADERS), simple_row(2)]
    )

    asked = load(content, name="cartera.ods")
    answered = load(content, "--sheet", "Febrero", name="cartera.ods")

    assert (asked.exit_code, answered.exit_code) == (2, 0)
    assert "Varias hojas traen filas del mismo tipo: «Enero», «Febrero». ¿Cuál se carga?" in asked.output
    assert Receivable.objects.get().document_number == "F-2"


def test_flipped_days_are_asked_about_and_can_be_confirmed(load: Load) -> None:
    rows = [
        simple_row(number, Fecha=flipped(issue).isoformat(), Vencimiento=flipped(due).isoformat())
        for number, (issue, due) in enumerate(days_of_a_year())
    ]
    content = csv_bytes(SIMPLE_HEADERS, rows)

    asked = load(content, "--preview")
    confirmed = load(content, "--preview", "--confirm", "flipped-dates", "--confirm", "due-before-issue")

    assert (asked.exit_code, confirmed.exit_code) == (2, 0)
    assert "parece que otro programa los invirtió" in asked.output


def test_a_file_of_which_every_row_is_rejected_ends_with_one(load: Load) -> None:
    result = load(csv_bytes(SIMPLE_HEADERS, [simple_row(1, Importe="x"), simple_row(2, Folio="")]))

    assert result.exit_code == 1
    assert "De cartera.csv se rechazaron todas las filas; no se cambió nada." in result.output
    assert "Filas: 2 = 0 aceptadas + 0 sin cambio + 2 rechazadas + 0 ignoradas" in result.output
    assert "Fila 2: El importe no se entiende." in result.output
    # Nothing of it is told as loaded, now or when it comes again.
    assert not Import.objects.exists()
    assert Receivable.objects.count() == 0


def test_a_file_that_is_no_table_is_refused_by_its_name(load: Load) -> None:
    result = load(b"%PDF-1.7 ...", name="cartera.pdf")

    assert result.exit_code == 1
    assert "Es un PDF, no una hoja de cálculo." in result.output
    assert Import.objects.count() == 0
