"""Cartera › Calidad: seen by everybody, mended by who may, exported as it stands."""

import io

import pytest
from django.utils import translation
from python_calamine import CalamineWorkbook

from puntual.assessment.models import CustomerState
from puntual.audit.models import Event
from puntual.audit.types import SYSTEM
from puntual.companies.models import Company
from puntual.contacts.types import PointKind
from puntual.flows import intake, quality
from puntual.identity.models import User
from puntual.insights.models import Finding, QualityCheck, RequiredPaper
from puntual.insights.types import FindingCode
from puntual.portfolio.models import Customer
from puntual.web import navigation
from tests.conftest import NOW, TODAY
from tests.factories import make_customer, make_point, make_receivable
from tests.unit.intake.files import csv_bytes
from tests.web.staff import sign_in, words_of
from tests.web.staffers import ROLES

pytestmark = pytest.mark.usefixtures("company")
OVERVIEW = "/cartera/calidad/"
LIST = "/cartera/calidad/hallazgos/"
KEY = "0b5a3c1e-6f1d-4f0e-9a55-2f8f9a0f5a11"


@pytest.fixture
def faulty(company: Company) -> Customer:
    """Return a customer whose hour nobody knows and whose tax id has a slip, already looked at."""
    customer = make_customer(
        name='=Muebles "Ñandú" <b>y</b> Compañía', tax_id="GODE561231GR9", time_zone="", state=""
    )
    make_receivable(customer=customer, due=TODAY)
    quality.check_portfolio(today=TODAY, at=NOW)
    return customer


@pytest.mark.parametrize("role", ROLES)
def test_everybody_sees_what_is_wrong(cast: dict[str, User], faulty: Customer, role: str) -> None:
    client = sign_in(cast[role])

    overview, listed = client.get(OVERVIEW), client.get(LIST)

    assert overview.status_code == listed.status_code == 200
    assert "No se sabe la hora del deudor" in words_of(overview)
    assert "no cumple el dígito verificador del RFC" in words_of(listed)
    assert "&lt;b&gt;y&lt;/b&gt;" in listed.content.decode()
    mend = f"/clientes/{faulty.pk}/datos/?next=quality"
    assert (mend in listed.content.decode()) is (role not in ("collector", "auditor"))


def test_who_could_not_enter_the_portal_is_listed_until_it_is_mended(cast: dict[str, User]) -> None:
    stuck = make_customer(name="Público en general", tax_id="XAXX010101000")
    make_receivable(customer=stuck, due=TODAY)
    by_phone = make_customer(name="Con teléfono", tax_id="XEXX010101000")
    make_receivable(customer=by_phone, due=TODAY)
    make_point(customer=by_phone, value="+525512345678", kind=PointKind.PHONE)
    quality.check_portfolio(today=TODAY, at=NOW)
    client = sign_in(cast["manager"])

    listed = words_of(client.get(LIST, {"code": "portal-proof-missing"}))

    assert "Sin dato con que entrar al portal" in words_of(client.get(OVERVIEW))
    assert "Público en general" in listed
    assert "Con teléfono" not in listed
    refused = client.post(f"/clientes/{stuck.pk}/enlace/")
    assert refused.status_code == 422
    assert "Este cliente no podría entrar al portal" in words_of(refused)
    assert "/p/" not in refused.content.decode()


def test_an_empty_company_is_told_where_data_comes_from(cast: dict[str, User]) -> None:
    text = words_of(sign_in(cast["owner"]).get(OVERVIEW))

    assert "Todavía no hay datos que revisar" in text


def test_a_portfolio_that_was_never_looked_at_says_so(cast: dict[str, User]) -> None:
    make_customer()

    assert "La cartera todavía no se ha revisado" in words_of(sign_in(cast["owner"]).get(OVERVIEW))


def test_a_portfolio_in_order_is_told_so(cast: dict[str, User]) -> None:
    make_receivable(customer=make_customer(), due=TODAY)
    client = sign_in(cast["manager"])

    client.post(OVERVIEW + "revisar/")

    assert QualityCheck.objects.count() == 1
    assert "Nada por corregir" in words_of(client.get(OVERVIEW))


def test_a_kind_a_severity_and_a_search_narrow_the_list(cast: dict[str, User], faulty: Customer) -> None:
    client = sign_in(cast["auditor"])

    one = words_of(client.get(LIST, {"code": "time-zone-unknown"}))
    severe = words_of(client.get(LIST, {"severity": "NOTES"}))
    other = words_of(client.get(LIST, {"q": "nadie así"}))
    odd = client.get(LIST, {"code": "' or 1=1", "severity": "x", "load": "x", "page": "-3", "q": "%_\\"})

    assert "1 hallazgo" in one
    assert "Nada así por corregir" in severe
    assert "Nada así por corregir" in other
    assert odd.status_code == 200


def test_correcting_the_data_leads_back_to_a_list_without_it(cast: dict[str, User], faulty: Customer) -> None:
    client = sign_in(cast["supervisor"])
    address = f"/clientes/{faulty.pk}/datos/?next=quality&code=time-zone-unknown"
    shown = client.get(address)

    answer = client.post(
        address,
        {
            "form_key": KEY, "name": faulty.name, "kind": "PERSON", "tax_id": "GODE561231GR8", "state": "Jalisco",
            "city": "", "postal_code": "", "time_zone": "", "next": "quality",
        },
    )  # fmt: skip

    assert "GODE561231GR9" in shown.content.decode()
    assert answer.headers["Location"] == LIST + "?code=time-zone-unknown"
    assert not Finding.objects.filter(resolved_at__isnull=True).exists()
    assert Customer.objects.get(pk=faulty.pk).state == "Jalisco"


LABELS = {"Ruta": "Norte", "Hora: desde": "9", "Nota": "dos\nlíneas"}


def label(customer: Customer) -> dict[str, str]:
    """Give a customer tags and other data, and return what the form to correct them is sent with."""
    Customer.objects.filter(pk=customer.pk).update(tags=["rural", "mayorista"], attributes=LABELS)
    return {
        "form_key": KEY, "name": customer.name, "kind": "PERSON", "tax_id": customer.tax_id, "state": "",
        "city": "", "postal_code": "", "time_zone": "", "tags": "rural\nmayorista",
        "attributes": "Hora: desde: 9\nNota: dos líneas\nRuta: Norte",
    }  # fmt: skip


def test_tags_and_other_data_are_corrected_and_taken_away(cast: dict[str, User], faulty: Customer) -> None:
    typed = label(faulty)
    client = sign_in(cast["supervisor"])
    page = client.get(f"/clientes/{faulty.pk}/").content.decode()
    assert "<dt>Hora: desde</dt><dd>9</dd>" in page

    given = {
        "tags": "  clave \n\nclave\nrural",
        "attributes": "Hora: desde: 10\n\nNota: dos líneas\nZona:  B ",
    }
    client.post(f"/clientes/{faulty.pk}/datos/", {**typed, **given})

    changed = Customer.objects.get(pk=faulty.pk)
    assert changed.tags == ["clave", "rural"]
    assert changed.attributes == {"Hora: desde": "10", "Nota": "dos\nlíneas", "Zona": "B"}
    event = Event.objects.get(action="customer-changed")
    assert event.after == {"fields": "tags, attributes"}
    seen = words_of(sign_in(cast["auditor"]).get("/cumplimiento/bitacora/"))
    assert "etiquetas, otros datos" in seen


def test_what_came_while_the_form_was_open_stays(cast: dict[str, User], faulty: Customer) -> None:
    label(faulty)
    client = sign_in(cast["supervisor"])
    page = client.get(f"/clientes/{faulty.pk}/datos/")
    shown = {f"initial-{name}": value for name, value in page.context["form"].initial.items()}
    typed = {name.removeprefix("initial-"): value for name, value in shown.items()}
    assert all(f'name="{name}"' in page.content.decode() for name in shown)
    Customer.objects.filter(pk=faulty.pk).update(
        tags=["mayorista", "vip"], attributes={**LABELS, "Zona": "5", "Ruta": "Sur"}, city="Tala"
    )

    given = {"form_key": KEY, "name": "Otro Nombre", "tags": "rural\nmayorista\nnuevo"}
    client.post(f"/clientes/{faulty.pk}/datos/", {**shown, **typed, **given})

    kept = Customer.objects.get(pk=faulty.pk)
    assert (kept.name, kept.city) == ("Otro Nombre", "Tala")
    assert kept.tags == ["mayorista", "nuevo", "vip"]
    assert kept.attributes == {**LABELS, "Zona": "5", "Ruta": "Sur"}


def test_more_than_may_be_typed_stands_in_no_ones_way(cast: dict[str, User], faulty: Customer) -> None:
    typed = label(faulty)
    tags, data = [f"t{n:02d}" for n in range(51)], {f"d{n:03d}": "x" * 501 for n in range(101)}
    Customer.objects.filter(pk=faulty.pk).update(tags=tags, attributes=data)
    lines = [f"{name}: {value}" for name, value in data.items()]
    given = {"name": "Otro Nombre", "tags": "\n".join(tags), "attributes": "\n".join(lines[1:])}

    sign_in(cast["supervisor"]).post(f"/clientes/{faulty.pk}/datos/", {**typed, **given})

    kept = Customer.objects.get(pk=faulty.pk)
    assert (kept.name, kept.tags, len(kept.attributes)) == ("Otro Nombre", tags, 100)


@pytest.mark.parametrize("absent", [(), ("tags", "attributes")])
def test_the_form_sent_as_it_was_shown_changes_nothing(
    cast: dict[str, User], faulty: Customer, absent: tuple[str, ...]
) -> None:
    typed = label(faulty)
    client = sign_in(cast["supervisor"])
    shown = client.get(f"/clientes/{faulty.pk}/datos/").context["form"]
    assert (shown["tags"].value(), shown["attributes"].value()) == (typed["tags"], typed["attributes"])

    client.post(
        f"/clientes/{faulty.pk}/datos/", {name: value for name, value in typed.items() if name not in absent}
    )

    kept = Customer.objects.get(pk=faulty.pk)
    assert (kept.tags, kept.attributes) == (["rural", "mayorista"], LABELS)
    assert not Event.objects.filter(action="customer-changed").exists()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"tags": "x" * 61}, "A lo más 50 etiquetas"),
        ({"tags": "\n".join(map(str, range(51)))}, "A lo más 50 etiquetas"),
        ({"attributes": "Ruta Norte"}, "no se entiende «Ruta Norte»"),
        ({"attributes": ": Norte"}, "no se entiende «: Norte»"),
        ({"attributes": f"{'x' * 81}: 1"}, "Es demasiado largo"),
        ({"attributes": f"Zona: {'x' * 501}"}, "Es demasiado largo"),
        ({"attributes": "\n".join(f"{n}: 1" for n in range(101))}, "A lo más 100 datos."),
    ],
)
def test_tags_and_data_that_cannot_be_are_refused(
    cast: dict[str, User], faulty: Customer, given: dict[str, str], words: str
) -> None:
    typed = label(faulty)

    answer = sign_in(cast["supervisor"]).post(f"/clientes/{faulty.pk}/datos/", {**typed, **given})

    assert answer.status_code == 422
    assert words in words_of(answer)
    kept = Customer.objects.get(pk=faulty.pk)
    assert (kept.tags, kept.attributes) == (["rural", "mayorista"], LABELS)


def test_a_state_that_nobody_knows_is_refused_in_words(cast: dict[str, User], faulty: Customer) -> None:
    client = sign_in(cast["owner"])

    answer = client.post(
        f"/clientes/{faulty.pk}/datos/",
        {"form_key": KEY, "name": faulty.name, "kind": "PERSON", "state": "Tierra Adentro"},
    )

    assert answer.status_code == 422
    assert "No se reconoce ese estado" in words_of(answer)
    assert Customer.objects.get(pk=faulty.pk).state == ""


def test_taking_a_finding_as_right_asks_why_and_can_be_undone(
    cast: dict[str, User], faulty: Customer
) -> None:
    client = sign_in(cast["manager"])
    finding = Finding.objects.get(code=FindingCode.TAX_ID_CHECK_DIGIT)
    address = f"{LIST}{finding.pk}/aceptar/"

    empty = client.post(address, {"form_key": KEY, "note": ""})
    done = client.post(address, {"form_key": KEY, "note": "El SAT lo dio así"})

    assert empty.status_code == 422
    assert done.status_code == 302
    accepted = words_of(client.get(LIST, {"accepted": "1"}))
    assert "El SAT lo dio así" in accepted
    client.post(f"{LIST}{finding.pk}/reabrir/")
    finding.refresh_from_db()
    assert finding.accepted_at is None


def test_what_must_be_mended_is_not_taken_as_right(cast: dict[str, User], faulty: Customer) -> None:
    client = sign_in(cast["owner"])
    finding = Finding.objects.get(code=FindingCode.TIME_ZONE_UNKNOWN)

    answer = client.post(f"{LIST}{finding.pk}/aceptar/", {"form_key": KEY, "note": "Da igual"})

    assert answer.status_code == 422
    finding.refresh_from_db()
    assert finding.accepted_at is None


def test_the_export_is_what_is_shown_and_runs_no_formula(cast: dict[str, User], faulty: Customer) -> None:
    answer = sign_in(cast["auditor"]).get(LIST, {"format": "xlsx"})

    content = answer.content
    table = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert len(table) == 3
    assert {row[5] for row in table[1:]} == {faulty.name}
    assert b"<f>" not in content


def test_the_customer_page_tells_what_is_wrong(cast: dict[str, User], faulty: Customer) -> None:
    text = words_of(sign_in(cast["collector"]).get(f"/clientes/{faulty.pk}/"))

    assert "Datos por corregir" in text
    assert "No se sabe la hora del deudor" in text


@pytest.mark.feature("IRR-02")
def test_the_papers_of_each_kind_of_debt_are_set_and_marked(cast: dict[str, User]) -> None:
    customer = make_customer()
    make_receivable(customer=customer, due=TODAY)
    client = sign_in(cast["owner"])
    client.post("/cartera/calidad/expediente/", {"INVOICE": "Acuse de entrega\n\nOrden de compra"})
    quality.check_portfolio(today=TODAY, at=NOW)
    missing = Finding.objects.filter(code=FindingCode.PAPER_MISSING, resolved_at__isnull=True)
    assert (RequiredPaper.objects.count(), missing.count()) == (2, 2)

    answer = client.post(f"{LIST}{missing[0].pk}/documento/", {"form_key": KEY, "place": "Carpeta 7"})

    assert answer.status_code == 302
    assert missing.count() == 1
    too_long = client.post("/cartera/calidad/expediente/", {"INVOICE": "x" * 81})
    assert too_long.status_code == 422
    assert RequiredPaper.objects.count() == 2


@pytest.mark.feature("IRR-07")
def test_documents_of_risky_customers_are_reviewed_before_they_fall_due(
    cast: dict[str, User], faulty: Customer
) -> None:
    CustomerState.objects.create(
        customer=faulty, stage="PREVENTIVE", stage_since=TODAY, segment="RISKY", segment_since=TODAY,
        as_of=TODAY, days_past_due=0, overdue_amounts={}, open_amounts={},
    )  # fmt: skip

    answer = sign_in(cast["collector"]).get("/cartera/calidad/antes-de-vencer/")

    assert answer.status_code == 200


@pytest.mark.feature("INT-07")
def test_a_load_has_a_report_that_leads_to_its_rows(cast: dict[str, User]) -> None:
    headers = ("cliente", "nombre", "rfc", "folio", "emision", "vencimiento", "importe")
    rows = (
        ("C1", "Ana", "GODE561231GR9", "F1", "2026-11-01", "2026-12-01", "100.00"),
        ("C2", "Luis", "GODE561231GR8", "F2", "2026-11-01", "2026-12-01", "0.00"),
    )
    import_id = intake.load_file(
        name="cartera.csv", content=csv_bytes(headers, rows), kind=None, actor=SYSTEM, at=NOW
    )
    client = sign_in(cast["manager"])
    before = words_of(client.get(f"/cartera/importar/{import_id}/calidad/"))
    intake.preview(import_id=import_id)
    intake.apply_import(import_id=import_id, actor=SYSTEM, today=TODAY, at=NOW)

    client.post(f"/cartera/importar/{import_id}/calidad/revisar/")

    assert "Se revisa al cargar el archivo" in before
    asked_for = f'hx-get="/cartera/importar/{import_id}/calidad/" hx-trigger="load"'
    assert asked_for in client.get(f"/cartera/importar/{import_id}/").content.decode()
    after = words_of(client.get(f"/cartera/importar/{import_id}/calidad/"))
    assert "dígito verificador" in after
    assert "El importe debe ser mayor que cero." in after
    listed = words_of(client.get(LIST, {"load": str(import_id)}))
    assert "fila 2 del archivo" in listed
    rows = f"/cartera/importar/{import_id}/filas/?row=2"
    assert rows in client.get(LIST, {"load": str(import_id)}).content.decode()
    assert '<tr class="is-current">' in client.get(rows).content.decode()


def test_the_page_stands_in_the_navigation_of_everybody(cast: dict[str, User]) -> None:
    for user in cast.values():
        with translation.override("es-mx"):
            urls = [
                entry.url
                for section in navigation.shown_sections(visitor=user, path=OVERVIEW)
                for entry in section.items
            ]
        assert OVERVIEW in urls
