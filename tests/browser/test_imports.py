"""A messy spreadsheet, as a person brings it in: dropped, asked about, seen, loaded, and sent once more."""

import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
from django.db import connection
from playwright.sync_api import Page, expect

from puntual.intake.models import Import
from puntual.portfolio.models import Receivable
from puntual.staff.views import imports as pages
from tests.browser.conftest import Site, follow

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SHOTS = os.environ.get("PUNTUAL_SHOTS", "")
# Names as long as companies have them.
LONG = "Comercializadora y Distribuidora de Muebles Finos del Bajío y Occidente, S. de R.L. de C.V."


def shot(page: Page, name: str) -> None:
    """Keep what the page looks like, where somebody asked to see it."""
    if _SHOTS:
        page.screenshot(path=str(Path(_SHOTS) / f"{name}.png"), full_page=True)


def messy(rows: int = 9) -> bytes:
    """
    Write a spreadsheet as people keep it.

    Titles above the header, a merged cell, dates of which none has a day above 12, numbers as text, a row that
    cannot be read, a blank row and a total.
    """
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Cartera")
        sheet.write_string(0, 0, "MUEBLES DEL VALLE, S.A. DE C.V.")
        sheet.write_string(1, 0, "Reporte de antigüedad de saldos")
        sheet.merge_range(3, 0, 3, 1, "CLIENTE")
        for column, header in enumerate(("No. Cliente", "Razón social", "Factura", "Vencimiento", "Importe")):
            sheet.write_string(4, column, header)
        for place in range(1, rows + 1):
            cells = (f"{place:06d}", LONG if place == 1 else f"Cliente {place}", f"F-{1000 + place}")
            for column, cell in enumerate(cells):
                sheet.write_string(4 + place, column, cell)
            sheet.write_string(4 + place, 3, f"{place:02d}/{place % 3 + 1:02d}/2026")
            sheet.write_string(4 + place, 4, "mucho" if place == 2 else f"{place},250.50")
        sheet.write_string(rows + 6, 0, "Total")
        sheet.write_string(rows + 6, 4, "47,254.50")
    return buffer.getvalue()


def drop(page: Page, name: str, content: bytes) -> None:
    """Drop a file on the field, as from a window of files."""
    transfer = page.evaluate_handle(
        """([name, type, bytes]) => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([new Uint8Array(bytes)], name, { type }));
            return transfer;
        }""",
        [name, XLSX, list(content)],
    )
    field = page.get_by_label("Archivo", exact=True)
    field.dispatch_event("dragenter", {"dataTransfer": transfer})
    field.evaluate("(field, transfer) => { field.files = transfer.files }", transfer)
    field.dispatch_event("change")
    field.dispatch_event("drop", {"dataTransfer": transfer})


@pytest.mark.feature("INT-07")
@pytest.mark.parametrize(
    ("device", "width", "height", "scheme"), [("desktop", 1440, 900, "light"), ("phone", 390, 844, "dark")]
)
def test_a_messy_spreadsheet_comes_in(
    site: Site,
    violations: Callable[[Page], list[str]],
    device: str,
    width: int,
    height: int,
    scheme: str,
) -> None:
    content = messy()
    page = site.staff(role="manager", width=width, height=height, scheme=scheme)
    look = f"{device}-{scheme}"

    def seen(name: str) -> None:
        shot(page, f"{name}-{look}")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name

    page.goto(f"{site.url}/cartera/importar/")
    seen("1-empty")
    follow(page.get_by_role("link", name="Subir archivos").first)
    drop(page, "Antigüedad de saldos (copia) final.xlsx", content)
    seen("2-upload")
    follow(page.get_by_role("button", name="Subir y revisar"))
    expect(page.get_by_role("heading", name="Leyendo el archivo")).to_be_visible()
    site.work()

    expect(page.get_by_role("heading", name="Falta saber")).to_be_visible()
    expect(page.get_by_role("button", name="Cargar")).to_have_count(0)
    seen("3-asked")
    page.get_by_label("Día, mes, año").check()
    page.get_by_role("button", name="Responder y revisar de nuevo").click()

    load = page.get_by_role("button", name="Cargar 8 filas")
    expect(load).to_be_visible()
    expect(page.get_by_text("El importe no se entiende. Importe: mucho").first).to_be_visible()
    seen("4-preview")
    page.get_by_label("Nombre del perfil").fill("Antigüedad mensual")
    follow(page.get_by_role("button", name="Guardar perfil"))
    expect(page.get_by_text("tiene las mismas columnas").first).to_be_visible()
    load.click()

    expect(page.get_by_text("Se cargó el archivo.")).to_be_visible()
    seen("5-report")
    with page.expect_download() as download:
        page.get_by_role("link", name="Descargar en Excel").click()
    assert download.value.suggested_filename.endswith(".xlsx")
    assert Receivable.objects.count() == 8
    assert str(Receivable.objects.get(document_number="F-1003").due_date) == "2026-01-03"

    # The same file once more: the profile answers what was asked, and nothing changes.
    page.goto(f"{site.url}/cartera/importar/subir/")
    drop(page, "Antigüedad de saldos (copia) final.xlsx", content)
    follow(page.get_by_role("button", name="Subir y revisar"))
    expect(page.get_by_role("heading", name="Leyendo el archivo")).to_be_visible()
    site.work()
    expect(page.get_by_text("Este mismo archivo ya se cargó", exact=True)).to_be_visible()
    expect(page.get_by_text("Nada cambió").first).to_be_visible()
    seen("6-again")
    assert Receivable.objects.count() == 8
    page.goto(f"{site.url}/cartera/importar/")
    seen("7-list")
    follow(page.get_by_role("link", name="Perfiles"))
    seen("8-profiles")
    follow(page.get_by_role("link", name="Antigüedad mensual"))
    seen("9-profile")


def portfolio(count: int) -> bytes:
    """Write a file of so many documents, of names as long as companies have them."""
    rows = "".join(
        f'C{n},"{LONG} {n}",F-{n},2026-11-0{n % 9 + 1},123456789.50\n' for n in range(1, count + 1)
    )
    return f"Num Cliente,Cliente,Factura,Vencimiento,Importe\n{rows}".encode()


def upload(page: Page, site: Site, name: str, content: bytes) -> None:
    """Choose a file and send it."""
    page.goto(f"{site.url}/cartera/importar/subir/")
    page.get_by_label("Archivo", exact=True).set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": content}
    )
    page.get_by_role("button", name="Subir y revisar").click()


@pytest.mark.parametrize(
    ("look", "width", "scheme"), [("desktop-light", 1440, "light"), ("phone-dark", 390, "dark")]
)
def test_a_large_full_file_is_followed_and_what_it_leaves_out_approved(
    site: Site,
    violations: Callable[[Page], list[str]],
    monkeypatch: pytest.MonkeyPatch,
    look: str,
    width: int,
    scheme: str,
) -> None:
    monkeypatch.setattr(pages, "_BYTES_AT_ONCE", 1000)
    monkeypatch.setattr(pages, "_ROWS_AT_ONCE", 3)
    page = site.staff(role="manager", width=width, height=844, scheme=scheme)

    def seen(name: str) -> None:
        shot(page, f"{name}-{look}")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name

    upload(page, site, "foto.csv", b"\x89PNG\r\n\x1a\n" + b"0" * 50)
    expect(page.get_by_text("Es una imagen")).to_be_visible()
    seen("a-refused")
    upload(page, site, "completa.csv", portfolio(40))
    expect(page.get_by_role("heading", name="Leyendo el archivo")).to_be_visible()
    seen("b-reading")
    site.work()
    page.get_by_label("Archivo completo").check()
    follow(page.get_by_role("button", name="Revisar de nuevo"))
    site.work()
    page.get_by_label("Nombre del perfil").fill("ERP " + "diario " * 10)
    follow(page.get_by_role("button", name="Guardar perfil"))
    page.get_by_role("button", name="Cargar 40 filas").click()
    expect(page.get_by_role("heading", name="Cargando el archivo")).to_be_visible()
    seen("c-loading")
    site.work()
    expect(page.get_by_text("no falta ningún documento abierto")).to_be_visible()
    follow(page.get_by_role("link", name="Ver las filas"))
    expect(page.get_by_role("heading", name="Filas del archivo")).to_be_visible()
    seen("d-rows")

    upload(page, site, "cortada.csv", portfolio(20))
    expect(page.get_by_role("heading", name="Leyendo el archivo")).to_be_visible()
    site.work()
    expect(page.get_by_text("Nada cambió en sus filas")).to_be_visible()
    page.get_by_role("button", name="Cargar el archivo completo").click()
    expect(page.get_by_role("heading", name="Cargando el archivo")).to_be_visible()
    site.work()
    expect(page.get_by_role("heading", name="Documentos que ya no vienen")).to_be_visible()
    seen("e-missing")
    page.get_by_role("button", name="Darlos por saldados…").click()
    page.get_by_role("button", name="Cerrar 20 documentos").click()
    expect(page.get_by_text("Se cerraron 20 documentos.")).to_be_visible()
    assert Receivable.objects.filter(open_amount__gt=0).count() == 20
    import_url = page.url
    Import.objects.filter(pk=int(import_url.rstrip("/").rsplit("/", 1)[1])).update(
        file_name="cortada-" + "x" * 90
    )
    page.goto(import_url)
    seen("f-long-name")


@pytest.mark.parametrize(
    ("look", "width", "scheme"), [("desktop-light", 1440, "light"), ("phone-dark", 390, "dark")]
)
def test_a_reading_that_broke_off_is_told_and_a_refusal_shown_where_it_was_awaited(
    site: Site, violations: Callable[[Page], list[str]], look: str, width: int, scheme: str
) -> None:
    page = site.staff(role="manager", width=width, height=844, scheme=scheme)

    def seen(name: str) -> None:
        shot(page, f"{name}-{look}")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name

    upload(page, site, "carta.csv", b"Estimados:\nles escribo por\n")
    expect(page.get_by_role("heading", name="Leyendo el archivo")).to_be_visible()
    with connection.cursor() as cursor:
        # As a worker that died leaves it.
        cursor.execute("update procrastinate_jobs set status = 'doing'")
    expect(page.get_by_role("heading", name="La lectura se interrumpió")).to_be_visible()
    seen("g-interrupted")
    with connection.cursor() as cursor:
        cursor.execute("update procrastinate_jobs set status = 'todo'")
    site.work()

    expect(page.get_by_text("No se reconocen las columnas.")).to_be_visible()
    expect(page.get_by_text("No se guardó nada de este archivo.")).to_be_visible()
    seen("h-refused")
    follow(page.get_by_role("link", name="Subir otro archivo"))
    page.wait_for_url(f"{site.url}/cartera/importar/subir/")


def test_without_scripts_the_page_looks_again_by_itself(site: Site) -> None:
    page = site.staff(role="manager", has_scripts=False)
    upload(page, site, "cartera.csv", portfolio(4))
    expect(page.get_by_role("heading", name="Leyendo el archivo")).to_be_visible()

    site.work()

    expect(page.get_by_role("button", name="Cargar 4 filas")).to_be_visible()
