"""Cartera › Importar: what ERPs export in place of a workbook, and files whose columns a person names."""

from collections.abc import Iterator

import pytest
import time_machine

from puntual.companies.models import Company
from puntual.identity.models import User
from puntual.intake.models import Import
from puntual.portfolio.models import Receivable
from tests.conftest import NOW
from tests.unit.intake import writers
from tests.unit.intake.files import SIMPLE_HEADERS, simple_row
from tests.web.debtors import Browser
from tests.web.loads import bring
from tests.web.staff import sign_in, words_of

BARE = "00012;Ana;A-1;31/12/2026;1234.50;Norte\n00013;Eva;A-2;30/11/2026;500.00;Sur\n"
ANSWER = {
    "column-0": "CUSTOMER_ID",
    "column-1": "NAME",
    "column-2": "DOCUMENT_NUMBER",
    "column-3": "DUE_DATE",
    "column-4": "AMOUNT",
    "column-5": "-",
}


@pytest.fixture(autouse=True)
def monday(company: Company) -> Iterator[None]:
    """Make it ten o'clock of the tests' Monday."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def manager(cast: dict[str, User]) -> Browser:
    """Return the browser of somebody who may import."""
    return sign_in(cast["manager"])


def test_a_file_without_headers_is_answered_in_the_table_of_its_columns(manager: Browser) -> None:
    asked = bring(manager, BARE.encode(), name="cartera.txt")
    number = Import.objects.get().pk

    text = asked.content.decode()
    assert "El archivo no trae encabezados: la primera fila ya es de datos." in words_of(asked)
    assert "Está bien: cargar así" not in words_of(asked)
    assert text.count('name="column-0"') == 1
    assert (
        text.index("El archivo no trae encabezados")
        < text.index('name="column-0"')
        < text.index("Cómo se lee")
    )
    assert [one["samples"] for one in asked.context["columns"]][2] == ["A-1", "A-2"]

    half = manager.post(f"/cartera/importar/{number}/revisar/", {"column-0": "CUSTOMER_ID"}, follow=True)
    assert "hace falta: Folio, Fecha de vencimiento, Importe" in words_of(half)
    assert not Receivable.objects.exists()

    seen = manager.post(f"/cartera/importar/{number}/revisar/", ANSWER, follow=True)
    assert "Cargar 2 filas" in words_of(seen)
    manager.post(f"/cartera/importar/{number}/cargar/", ANSWER)
    kept = Receivable.objects.get(document_number="A-1")
    assert (kept.customer.external_id, str(kept.due_date), kept.attributes) == (
        "00012",
        "2026-12-31",
        {"Columna 6": "Norte"},
    )


def test_a_header_that_was_taken_for_one_can_be_denied(manager: Browser) -> None:
    row = "Cliente;Folio;Vencimiento;Importe\n"
    bring(manager, f"{row}00012;A-1;31/12/2026;5.00\n".encode(), name="cartera.csv")
    number = Import.objects.get().pk

    page = manager.post(f"/cartera/importar/{number}/revisar/", {"header_row": "0"}, follow=True)

    assert [one["header"] for one in page.context["columns"]] == [f"Columna {n}" for n in range(1, 5)]
    assert ("Encabezados", "no trae") in page.context["reading"]


def test_a_page_saved_as_xls_is_read_like_a_workbook(manager: Browser) -> None:
    content = writers.page([list(SIMPLE_HEADERS), simple_row(1)], encoding="cp1252")

    seen = bring(manager, content, name="cartera.xls")

    assert "Cargar 1 fila" in words_of(seen)
    assert ("Formato", "HTML") in seen.context["reading"]
