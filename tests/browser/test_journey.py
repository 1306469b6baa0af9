"""From a file to a promise, by the doors that people have: pages, a message, a telephone."""

import re
from datetime import timedelta

from playwright.sync_api import Page, expect

from puntual.flows import dispatch
from puntual.outreach.providers.fake import FakeTransport
from tests.browser.conftest import Site

RFC = "GODE561231GR8"
HEAD = (
    "No. Cliente,Nombre o razón social,Nombre corto,RFC,Correo electrónico,Estado,Folio,Moneda,"
    "Fecha de emisión,Fecha de vencimiento,Importe"
)
_DAYS_UNTIL_WORKDAY_MAX = 12


def portfolio_file(site: Site) -> bytes:
    """Write a file with one debt that is three days late, and one row that cannot be read."""
    issue, due = site.today - timedelta(days=40), site.today - timedelta(days=3)
    rows = [
        f"000421,María Godínez Díaz,María,{RFC},maria@correo.example,Ciudad de México,F-1042,MXN,{issue},{due},1250.00",
        f"000421,María Godínez Díaz,María,{RFC},maria@correo.example,Ciudad de México,F-1043,MXN,{issue},{due},",
    ]
    return "\r\n".join([HEAD, *rows]).encode()


def import_file(page: Page, site: Site) -> None:
    """Upload, review and load the file by its pages."""
    page.get_by_role("link", name="Importar cartera").click()
    page.get_by_role("link", name="Subir archivos").first.click()
    page.get_by_label("Archivo").set_input_files(
        {"name": "cartera.csv", "mimeType": "text/csv", "buffer": portfolio_file(site)}
    )
    page.get_by_role("button", name="Subir y revisar").click()
    expect(page.get_by_role("heading", name="cartera.csv")).to_be_visible()
    site.work()
    expect(page.get_by_text("Falta el importe.").first).to_be_visible()
    # Enter in a field reviews; only the button with the number loads.
    page.get_by_label("Moneda de las filas que no la dicen").press("Enter")
    expect(page.get_by_role("button", name="Cargar 1 fila")).to_be_visible()
    page.get_by_role("button", name="Cargar 1 fila").click()
    expect(page.get_by_text("Se cargó el archivo.")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Descargar en Excel").click()
    assert download.value.suggested_filename.endswith(".xlsx")


def run_today(page: Page, site: Site) -> None:
    """Ask for today's run and see it end without touching the page again."""
    page.goto(f"{site.url}/hoy/")
    page.get_by_role("button", name="Correr hoy").click()
    expect(page.get_by_text("La corrida está por empezar")).to_be_visible()
    expect(page.get_by_role("button", name="Correr hoy")).to_have_count(0)
    site.work()
    expect(page.get_by_text("Terminada")).to_be_visible()
    expect(page.get_by_text("Primer aviso, cordial")).to_be_visible()


def send(site: Site) -> str:
    """Dispatch at ten of the next day on which the law allows it, and return the link of the message."""
    transport = FakeTransport()
    for ahead in range(_DAYS_UNTIL_WORKDAY_MAX):
        at = (site.now + timedelta(days=ahead)).replace(hour=16, minute=0)
        dispatch.dispatch_due(at=at, limit=10, transport=transport, worker="browser")
        if transport.taken:
            break
    found = re.search(r"https?://\S+/p/\S+", transport.taken[0].text)
    assert found, transport.taken[0].text
    return site.here(found.group())


def promise(phone: Page, address: str) -> None:
    """Open the link on a telephone, prove identity and promise to pay it all."""
    phone.goto(address)
    expect(phone.get_by_role("heading", name="Confirme que es usted")).to_be_visible()
    expect(phone.get_by_text("1,250")).to_have_count(0)
    phone.get_by_label("Su RFC completo, con homoclave").fill("GODE561231XX0")
    phone.get_by_role("button", name="Continuar").click()
    expect(phone.get_by_text("No pudimos confirmar el dato")).to_be_visible()
    phone.get_by_label("Su RFC completo, con homoclave").fill(RFC)
    phone.get_by_role("button", name="Continuar").click()
    expect(phone.get_by_text("$1,250.00").first).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    phone.get_by_role("link", name="Elegir fecha").click()
    phone.get_by_role("button", name="Confirmar mi promesa").click()
    expect(phone).to_have_url(re.compile("/recibo/promesa/"))
    expect(phone.get_by_text("$1,250.00").first).to_be_visible()


def test_from_a_file_to_a_promise(site: Site) -> None:
    staff = site.staff(role="manager")
    import_file(staff, site)
    run_today(staff, site)

    address = send(site)
    staff.goto(f"{site.url}/mensajes/")
    staff.locator("tbody tr").first.locator("[data-row-link]").click()
    expect(staff.get_by_role("heading", name="Como lo ve la persona")).to_be_visible()
    body = staff.frame_locator("iframe.mail-frame")
    expect(body.get_by_text("María").first).to_be_visible()

    promise(site.visitor(width=390, height=844), address)

    staff.get_by_role("link", name="María Godínez Díaz").click()
    expect(staff.get_by_role("heading", name="María Godínez Díaz")).to_be_visible()
    expect(staff.get_by_role("heading", name="Promesa vigente")).to_be_visible()
