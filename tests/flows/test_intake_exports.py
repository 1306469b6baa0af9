"""What ERPs of Latin America export in place of a workbook, through `puntual import`."""

import json
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import time_machine
from click.testing import CliRunner, Result

from puntual.audit.types import SYSTEM
from puntual.cli.main import main
from puntual.companies.models import Company
from puntual.flows import intake
from puntual.intake import operations as intake_writes
from puntual.intake.models import Import
from puntual.portfolio.models import Customer, Receivable
from tests.unit.intake import writers
from tests.unit.intake.files import SIMPLE_HEADERS, simple_row
from tests.unit.intake.writers import DbfField

Load = Callable[..., Result]


@pytest.fixture
def load(company: Company, now: datetime, tmp_path: Path) -> Load:
    """Run `puntual import` on a file with this content."""

    def run(content: bytes, *arguments: str, name: str) -> Result:
        path = tmp_path / name
        path.write_bytes(content)
        with time_machine.travel(now, tick=False):
            return CliRunner().invoke(
                main, ["import", str(path), "--company", "muebles", *arguments], catch_exceptions=False
            )

    return run


@pytest.mark.feature("INT-01")
def test_a_page_saved_as_xls_comes_in_with_its_zeros_and_accents(load: Load) -> None:
    table = [
        list(SIMPLE_HEADERS),
        simple_row(1, Cliente="00012", Nombre="Peña & Cía", Importe="$1,000.50"),
        simple_row(2, Importe="x"),
        ["", "", "", "", "Total", "1,000.50"],
    ]

    result = load(writers.page(table, encoding="iso-8859-1"), name="cartera.xls")

    assert result.exit_code == 0
    assert "Filas: 3 = 1 aceptadas + 0 sin cambio + 1 rechazadas + 1 ignoradas" in result.output
    customer = Customer.objects.get()
    assert (customer.external_id, customer.name) == ("00012", "Peña & Cía")
    assert Receivable.objects.get().open_amount == Decimal("1000.50")


def test_a_page_tells_its_format_and_its_tables_are_chosen_as_sheets_are(load: Load) -> None:
    one, two = ([list(SIMPLE_HEADERS), simple_row(number)] for number in (1, 2))
    content = writers.page(one, encoding="utf-8") + writers.page(two, encoding="utf-8", shape="piece")

    asked = load(content, "--preview", name="cartera.html")
    chosen = load(content, "--sheet", "Tabla 2", name="cartera.html")

    assert (asked.exit_code, chosen.exit_code) == (2, 0)
    assert "Formato: página web con tablas (HTML)" in asked.output
    assert "¿Cuál se carga? [sheet: Tabla 1 | Tabla 2]" in asked.output
    assert Receivable.objects.get().document_number == "F-2"


def test_a_page_without_a_table_says_what_it_may_be(load: Load) -> None:
    result = load(b"<html><form action='/login'>Usuario</form></html>", name="cartera.xls")

    assert result.exit_code == 1
    assert "Es una página web sin ninguna tabla, quizá la de inicio de sesión" in result.output
    assert not Import.objects.exists()


def test_a_workbook_of_2003_as_xml_comes_in(load: Load) -> None:
    table = [
        list(SIMPLE_HEADERS),
        ["00012", "Peña", "A-1", date(2026, 1, 13), date(2026, 2, 28), 1000.5],
        ["00013", "Núñez", "0007", date(2026, 1, 14), date(2026, 3, 1), 20],
    ]

    result = load(writers.spreadsheet_xml({"Cartera": table}), "--json", name="cartera.xls")

    found = json.loads(result.stdout)
    assert result.exit_code == 0
    assert (found["preview"]["dialect"]["format"], found["preview"]["dialect"]["sheet"]) == ("XML", "Cartera")
    assert {
        one.document_number: (str(one.due_date), one.open_amount) for one in Receivable.objects.all()
    } == {
        "A-1": ("2026-02-28", Decimal("1000.50")),
        "0007": ("2026-03-01", Decimal("20.00")),
    }


def test_a_table_of_dbase_comes_in_without_what_was_deleted_or_kept_elsewhere(load: Load) -> None:
    fields = (
        DbfField("CLIENTE", "C", 10),
        DbfField("NOMBRE", "C", 30),
        DbfField("FOLIO", "C", 12),
        DbfField("FEC_VENC", "D", 8),
        DbfField("IMPORTE", "N", 14, 2),
        DbfField("NOTAS", "M", 10),
    )
    records = [
        ["00012", "PEÑA", "A-1", date(2026, 2, 28), 1000.5, "1"],
        ["00013", "NÚÑEZ", "A-2", date(2026, 2, 28), 20, "2"],
    ]
    content = writers.dbf(fields, records, version=0x83, deleted=frozenset({1}))

    shown = load(content, "--preview", name="CARTERA.DBF")
    result = load(content, name="CARTERA.DBF")

    assert (shown.exit_code, result.exit_code) == (0, 0)
    assert "Formato: dBase (DBF)" in shown.output
    assert "Codificación: cp850" in shown.output
    assert "Filas: 2 = 1 aceptadas + 0 sin cambio + 0 rechazadas + 1 ignoradas" in result.output
    assert (
        "Columnas que la tabla guarda en otro archivo (memo, imagen) y que no se leen: NOTAS."
        in result.output
    )
    assert Receivable.objects.get().customer.name == "PEÑA"


BARE = (
    "00012;Mueblería Núñez;A-1;31/01/2026;1234.50\r\n00013;Peña Hermanos;A-2;28/02/2026;500.00\r\n"
    "00014;Óptica;A-3;15/03/2026;x\r\n"
)
ANSWER = (
    *("--map", "1=CUSTOMER_ID", "--map", "2=NAME", "--map", "Columna 3=DOCUMENT_NUMBER"),
    *("--map", "4=DUE_DATE", "--map", "5=AMOUNT"),
)


@pytest.mark.feature("INT-07")
def test_a_file_without_headers_asks_for_its_columns_and_takes_the_answer(load: Load) -> None:
    asked = load(BARE.encode(), name="cartera.txt")
    half = load(BARE.encode(), *ANSWER[:4], name="cartera.txt")

    assert (asked.exit_code, half.exit_code) == (2, 2)
    assert not Receivable.objects.exists()
    assert "Encabezados: no trae" in asked.output
    assert "Filas: 0 = 0 aceptadas + 0 sin cambio + 0 rechazadas + 0 ignoradas" in asked.output
    assert "  Columna 1 → atributo: 00012, 00013, 00014" in asked.output
    assert (
        "hace falta: Número de cliente, Folio, Fecha de vencimiento, Importe. [name-columns" in asked.output
    )
    assert "Se responde con: --map COLUMNA=CAMPO (--map 1=CUSTOMER_ID --map 4=DUE_DATE)" in asked.output
    assert "hace falta: Folio, Fecha de vencimiento, Importe." in half.output

    done = load(BARE.encode(), *ANSWER, name="cartera.txt")

    assert done.exit_code == 0
    assert "Filas: 3 = 2 aceptadas + 0 sin cambio + 1 rechazadas + 0 ignoradas" in done.output
    assert sorted(Receivable.objects.values_list("customer__external_id", "document_number")) == [
        ("00012", "A-1"),
        ("00013", "A-2"),
    ]


def test_a_saved_profile_reads_the_next_file_without_headers_of_the_same_shape(
    load: Load, now: datetime
) -> None:
    load(BARE.encode(), *ANSWER, name="cartera.txt")
    import_id = Import.objects.get().id
    intake_writes.save_profile(import_id=import_id, name="Sin encabezados", actor=SYSTEM, at=now)

    same = load(b"00077;Rosa;B-1;30/04/2026;10.00\r\n", name="mañana.txt")
    moved = load(b"00078;Rosa;30/04/2026;B-2;10.00\r\n", name="otra.txt")
    wider = load(
        b"00079;Rosa;B-3;30/04/2026;10.00;Norte\r\n", "--profile", "Sin encabezados", name="ancha.txt"
    )

    assert (same.exit_code, moved.exit_code, wider.exit_code) == (0, 2, 2)
    assert Receivable.objects.filter(document_number="B-1").exists()
    assert "[name-columns" in moved.output
    assert "son nuevas: «Columna 6»" in wider.output
    assert not Receivable.objects.filter(document_number__in=["B-2", "B-3"]).exists()


def test_what_was_rejected_of_a_file_without_headers_comes_back_with_names(load: Load) -> None:
    load(BARE.encode(), *ANSWER, name="cartera.txt")
    sheet = intake.rejected_xlsx(import_id=Import.objects.get().id)

    result = load(sheet, "--preview", name="rechazadas.xlsx")

    assert "name-columns" not in result.output
    assert "Número de cliente → Número de cliente" in result.output
    assert "Fecha de vencimiento → Fecha de vencimiento" in result.output


def test_headers_that_nobody_knows_are_named_with_their_own_words(load: Load) -> None:
    content = "KUNNR;NAME1;BELNR;ZFBDT;DMBTR\r\n" + BARE
    answer = [
        f"--map={name}={field}"
        for name, field in (
            ("KUNNR", "CUSTOMER_ID"),
            ("NAME1", "NAME"),
            ("BELNR", "DOCUMENT_NUMBER"),
            ("ZFBDT", "DUE_DATE"),
            ("DMBTR", "AMOUNT"),
        )
    ]

    asked, done = load(content.encode(), name="sap.txt"), load(content.encode(), *answer, name="sap.txt")

    assert (asked.exit_code, done.exit_code) == (2, 0)
    assert "No se conocen los encabezados del archivo: KUNNR, NAME1, BELNR, ZFBDT, DMBTR." in asked.output
    assert "Filas: 3 = 2 aceptadas" in done.output


def test_the_header_row_that_a_person_points_out_counts_from_the_first_reading_on(load: Load) -> None:
    content = b"Pagos del d\xeda\r\nZZ1;ZZ2;ZZ3\r\nA-1;31/01/2026;5.00\r\n"
    answer = (
        "--kind",
        "payments",
        "--map",
        "ZZ1=DOCUMENT_NUMBER",
        "--map",
        "3=PAID_AMOUNT",
        "--map",
        "2=PAID_DATE",
    )

    refused = load(content, "--preview", *answer[:2], name="pagos.csv")
    pointed_out = load(content, "--preview", "--header-row", "2", *answer, name="pagos.csv")

    assert (refused.exit_code, pointed_out.exit_code) == (1, 0)
    assert "No se reconocen las columnas." in refused.output
    assert "Encabezados: fila 2" in pointed_out.output
    assert "  ZZ3 → Importe pagado 100%" in pointed_out.output
