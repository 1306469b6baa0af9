"""Plan › Planes › Editar: what a page saves is an edit of the file, and the file is what the page shows."""

from datetime import UTC, datetime

import pytest

from puntual.companies import operations as companies
from puntual.companies.models import Company
from puntual.flows import daily_run
from puntual.plans import queries as plans
from tests.factories import make_customer, make_receivable
from tests.outreach_factories import prepare
from tests.web.staffers import browser, day, read, text_of

SHIPPED = plans.shipped_text(key="consumo-mx")


@pytest.fixture(autouse=True)
def in_force(company: Company) -> None:
    """Put the shipped plan and templates in force."""
    prepare()


class Desk:
    """A draft of the consumer plan, and a manager before its pages."""

    def __init__(self) -> None:
        self.client = browser("manager")
        self.client.post("/plan/nuevo/", {"source": "consumo-mx"})
        self.id = read("select id from plans_planversion where state = 'DRAFT'")[0][0]
        self.address = f"/plan/borradores/{self.id}/"

    @property
    def text(self) -> str:
        """Return the file."""
        return str(read("select text from plans_planversion where id = %s", self.id)[0][0])

    @property
    def digest(self) -> str:
        """Return the fingerprint that a page opened now would show."""
        return str(read("select document_hash from plans_planversion where id = %s", self.id)[0][0])

    def get(self, way: str = "") -> str:
        """Open a page of the editor."""
        return text_of(self.client.get(self.address + way))

    def post(self, way: str, digest: str = "", **fields: object) -> tuple[int, str]:
        """Send a form of the editor, and return the status and the page that then shows."""
        sent = {"digest": digest or self.digest, **fields}
        answer = self.client.post(self.address + way, sent, follow=True)
        return answer.status_code, text_of(answer)

    def changed(self) -> list[str]:
        """List the lines that are new against the example."""
        before = set(SHIPPED.splitlines())
        return [line.strip() for line in self.text.splitlines() if line not in before]


@pytest.fixture
def desk(in_force: None) -> Desk:
    """Begin a draft."""
    return Desk()


# A step as its form sends it when nothing was touched.
STEP = {
    "nombre": "Primer aviso",
    "ancla": "atraso",
    "dias": "1",
    "dias_habiles": "on",
    "canal": "whatsapp",
    "alternativas.0": "correo",
    "alternativas.1": "",
    "plantilla": "notice-1",
    "tono": "cordial",
    "fin": "cobranza",
    "equipo": "",
    "mueve_a": "",
    "si.kind": "todas",
    "oferta.descuento": "",
    "oferta.parcialidades": "",
    "oferta.vigencia_dias": "",
    "recuperar": "3",
    "perdidos": "el-ultimo",
    "primera_palabra": "5",
}


def test_the_editor_shows_the_matrix_and_every_step(desk: Desk) -> None:
    page = desk.get()

    assert "¿Qué estrategia es para quién?" in page
    assert "Aviso con opciones de pago" in page
    assert 'data-day="-5"' in page


@pytest.mark.feature("PLN-11")
def test_a_step_moved_by_days_changes_one_number_of_the_file(desk: Desk) -> None:
    desk.post("editar/", act="days", strategy="2", step="0", days="4")

    assert desk.text == SHIPPED.replace(
        'nombre: "Primer aviso", ancla: atraso, dias: 1', 'nombre: "Primer aviso", ancla: atraso, dias: 4'
    )
    assert read("select action from audit_event order by id desc limit 1") == [("edit-plan",)]


def test_a_form_that_was_not_touched_changes_nothing(desk: Desk) -> None:
    status, _page = desk.post("parte/paso/?en=2.0", **STEP)

    assert status == 200
    assert desk.text == SHIPPED


def test_a_step_is_written_in_the_file_as_its_form_says(desk: Desk) -> None:
    desk.post(
        "parte/paso/?en=2.0",
        **{
            **STEP,
            "tono": "firme",
            "oferta.parcialidades": "3",
            "si.0.fact": "saldo_vencido",
            "si.0.op": ">",
            "si.0.value": "1,500",
            "si.0.currency": "MXN",
        },
    )

    assert desk.changed() == [
        '- {clave: aviso-1, nombre: "Primer aviso", ancla: atraso, dias: 1, canal: whatsapp, alternativas: [correo],'
        ' plantilla: notice-1, tono: firme, oferta: {parcialidades: 3}, si: [saldo_vencido, ">", 1500, MXN],'
        " primera_palabra: 5}"
    ]
    assert "saldo vencido: más de $1,500.00" in desk.get()


def test_a_new_step_gets_a_key_of_its_own(desk: Desk) -> None:
    desk.post("parte/paso/?en=2.nuevo", **{**STEP, "dias": "50"})

    assert [line.split(",")[0] for line in desk.changed()] == ["- {clave: primer-aviso"]


@pytest.mark.parametrize(
    ("_case", "fields", "expected"),
    [
        (
            "days that are none",
            {"dias": "pronto"},
            "«pronto» no sirve en «días»: escriba un número entero, por ejemplo 5.",
        ),
        ("nothing to do", {"canal": "", "plantilla": ""}, "no dice qué hacer"),
        ("a limit", {"oferta.descuento": "60"}, "El descuento pasa del límite de quitas"),
        (
            "a condition",
            {"si.0.fact": "dias_de_atraso", "si.0.op": ">", "si.0.value": "mucho"},
            "«mucho» no es un número: para comparar «días de atraso» escriba un número de días, por ejemplo 30.",
        ),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_not_saved(
    desk: Desk, _case: str, fields: dict[str, str], expected: str
) -> None:
    checked = text_of(
        desk.client.post(
            f"{desk.address}parte/paso/?en=2.0&revisar=1", {"digest": desk.digest, **STEP, **fields}
        )
    )
    status, page = desk.post("parte/paso/?en=2.0", **{**STEP, **fields})

    assert expected in checked
    assert status == 422
    assert expected in page
    assert desk.text == SHIPPED


@pytest.mark.feature("SEG-02")
def test_a_condition_counts_as_it_is_built_and_saves_nothing(desk: Desk) -> None:
    with companies.in_company(schema_name="muebles"):
        late, soon = make_customer(name="Tarde"), make_customer(name="Pronto")
        make_receivable(customer=late, due=day(-40), amount="900.00")
        make_receivable(customer=soon, due=day(-2), amount="100.00")
        daily_run.run_day(today=day(0), at=datetime.now(tz=UTC))
    fields = {**STEP, "si.0.fact": "dias_de_atraso", "si.0.op": ">=", "si.0.value": "30"}

    checked = text_of(
        desk.client.post(f"{desk.address}parte/paso/?en=2.0&revisar=1", {"digest": desk.digest, **fields})
    )

    assert "1 de 2 clientes" in checked
    assert "90.0 % de lo vencido en MXN" in checked
    assert "Tarde" in checked
    assert desk.text == SHIPPED


def test_rows_of_a_condition_come_and_go_without_scripts(desk: Desk) -> None:
    fields = {**STEP, "si.0.fact": "etiquetas", "si.0.op": "contiene", "si.0.value": "vip"}

    _status, added = desk.post("parte/paso/?en=2.0", **fields, armar="si:group:")
    _status, dropped = desk.post("parte/paso/?en=2.0", **fields, armar="si:drop:0")

    assert 'name="si.1.0.fact"' in added
    assert 'value="vip"' in added
    assert 'name="si.0.fact"' not in dropped
    assert desk.text == SHIPPED


@pytest.mark.parametrize(
    ("_case", "way", "fields", "expected"),
    [
        ("grace", "parte/general/", {"nombre": "Otro", "descripcion": "", "moneda": "MXN"}, "nombre: Otro"),
        (
            "goal",
            "parte/objetivos/",
            {"objetivos.0.kpi": "DSO", "objetivos.0.meta": "35", "objetivos.0.desde": "2027-01-01",
             "objetivos.0.hasta": "2027-06-30"},
            "- {kpi: DSO, meta: 35, desde: 2027-01-01, hasta: 2027-06-30}",
        ),
        (
            "segment",
            "parte/segmento/?en=nuevo",
            {"nombre": "Año grande", "si.kind": "todas", "si.0.fact": "saldo_total", "si.0.op": ">",
             "si.0.value": "50000"},
            '- {clave: ano-grande, nombre: Año grande, si: [saldo_total, ">", 50000]}',
        ),
        (
            "stage",
            "parte/etapa/?en=1",
            {"nombre": "Temprana", "tipo": "administrativa", "regresa": "on", "entra.kind": "todas",
             "entra.0.fact": "dias_de_atraso", "entra.0.op": ">=", "entra.0.value": "1"},
            '- {clave: administrativa, nombre: Temprana, tipo: administrativa, entra: [dias_de_atraso, ">=", 1]}',
        ),
    ],
)  # fmt: skip
def test_other_parts_are_written_as_their_forms_say(
    desk: Desk, _case: str, way: str, fields: dict[str, str], expected: str
) -> None:
    status, page = desk.post(way, **fields)

    assert status == 200, page
    assert expected in desk.changed()


def test_segments_change_their_order_and_are_taken_away(desk: Desk) -> None:
    desk.post("lugares/mover/", part="segmento", at="0", to="1")
    assert desk.text.index("alto-riesgo") > desk.text.index("clave: sin-historial")
    desk.post("lugares/mover/", part="segmento", at="1", act="remove")
    assert "nombre: Alto riesgo" not in desk.text


@pytest.mark.parametrize("way", ["editar/", "parte/paso/?en=2.0", "texto/"])
def test_saving_over_a_newer_draft_is_refused_and_says_whose_it_is(desk: Desk, way: str) -> None:
    old = desk.digest
    browser("owner").post(
        desk.address + "editar/", {"act": "days", "strategy": "2", "step": "0", "days": "4", "digest": old}
    )
    theirs = desk.text

    fields = {
        **STEP,
        "dias": "9",
        "act": "days",
        "strategy": "2",
        "step": "0",
        "days": "9",
        "text": SHIPPED + "# mío\n",
    }
    _status, page = desk.post(way, digest=old, **fields)

    assert "Owner guardó este borrador después de que usted lo abrió" in page
    # What was refused does not become acceptable by being sent once more.
    assert way == "editar/" or f'name="digest" value="{old}"' in page
    assert desk.text == theirs


def test_the_text_is_saved_as_it_is_written_even_with_faults(desk: Desk) -> None:
    wrong = SHIPPED.replace("dias: 12", "dias: doce")

    checked = text_of(desk.client.post(desk.address + "texto/revisar/", {"text": wrong}))
    _status, page = desk.post("texto/", text=wrong.replace("\n", "\r\n"))

    assert "línea" in checked
    assert "«doce» no sirve en «días»: escriba un número entero, por ejemplo 5." in checked
    assert desk.text == wrong
    assert "«doce»" in page


def test_the_text_of_another_plan_is_refused(desk: Desk) -> None:
    status, page = desk.post("texto/", text=SHIPPED.replace("clave: consumo-mx", "clave: otro"))

    assert status == 422
    assert "La clave del plan es «consumo-mx» y no cambia" in page
    assert desk.text == SHIPPED


def test_a_message_is_seen_with_a_real_customer(desk: Desk) -> None:
    with companies.in_company(schema_name="muebles"):
        customer = make_customer(name="María Robles")
        make_receivable(customer=customer, due=day(-10), amount="1250.00")

    page = desk.get(f"mensaje/notice-1/?cliente={customer.pk}")

    assert "Como María Robles la recibiría hoy." in page
    assert "$1,250.00" in page
    assert "no es su caso" in desk.get(f"mensaje/thanks/?cliente={customer.pk}")
    assert "María Robles" in desk.get("mensaje/notice-1/?q=robles")


@pytest.mark.parametrize(
    "way", ["parte/paso/?en=99.0", "parte/paso/?en=1.99", "parte/nada/", "parte/segmento/?en=x", "?paso=9.9"]
)
def test_parts_that_are_not_there_are_not_found(desk: Desk, way: str) -> None:
    assert desk.client.get(desk.address + way).status_code == 404


def test_a_version_that_left_the_draft_is_not_edited(desk: Desk) -> None:
    desk.client.post(f"/plan/versiones/{desk.id}/mover/", {"act": "submit", "reason": "listo"})

    assert "se puede leer, no cambiar" in text_of(desk.client.get(desk.address, follow=True))
    _status, page = desk.post("editar/", act="days", strategy="2", step="0", days="4")
    assert "no está en un estado que lo permita" in page
    assert desk.text == SHIPPED


HEAD = "formato: puntual-plan-1\nclave: consumo-mx\nnombre: Otro\n"


@pytest.mark.parametrize(
    "said",
    [
        "descripcion: .nan",
        'descripcion: "a\\0b"',
        'descripcion: "\\ud800"',
        "descripcion: !foo bar",
        "descripcion: !!set {a, b}",
        "politica: {dias_de_gracia: 0x" + "f" * 5000 + "}",
    ],
)
def test_a_text_that_cannot_be_kept_is_refused_in_words(desk: Desk, said: str) -> None:
    sent = HEAD + said + "\n"

    status, page = desk.post("texto/", text=sent)
    checked = text_of(desk.client.post(desk.address + "texto/revisar/", {"text": sent}))

    assert status == 422
    assert "No se guardó" in page
    assert "línea 4" in checked
    assert desk.text == SHIPPED


PAGES = (
    *("", "lugares/", "texto/", "?paso=0.0", "?paso=0.nuevo", "parte/politica/", "parte/recursos/"),
    *("parte/objetivos/", "parte/general/", "parte/paso/?en=0.0", "parte/paso/?en=0.nuevo"),
    *("parte/etapa/?en=0", "parte/segmento/?en=0", "parte/etapa/?en=nuevo", "parte/segmento/?en=nuevo"),
)
BUTTONS = (
    {"act": "new_strategy"},
    {"act": "cells", "strategy": "0", "etapas": "a"},
    {"act": "days", "strategy": "0", "step": "0", "days": "3"},
    {"act": "remove", "strategy": "0", "step": "0"},
    {"act": "move", "strategy": "0", "step": "0", "to": "0"},
    {"act": "move_strategy", "strategy": "0", "to": "1"},
    {"act": "remove_strategy", "strategy": "0"},
)
PARTS: tuple[tuple[str, dict[str, str]], ...] = (
    ("politica/", {"dias_de_gracia": "3", "saldo_minimo.MXN": "5"}),
    ("recursos/", {"equipos.0.clave": "x", "equipos.0.nombre": "x"}),
    ("objetivos/", {"objetivos.0.kpi": "DSO"}),
    ("etapa/?en=nuevo", {"nombre": "z", "tipo": "judicial"}),
    ("segmento/?en=nuevo", {"nombre": "z"}),
    ("paso/?en=0.nuevo", {"nombre": "z", "ancla": "atraso", "dias": "1", "canal": "llamada"}),
)


@pytest.mark.parametrize(
    "said",
    [
        "estrategias:\n  - etapas: 5\n    pasos: [{clave: a, alternativas: 5, canal: correo}]",
        "etapas: [{clave: [1], nombre: {a: 1}, tipo: [x]}]\nsegmentos: [{clave: s, si: 5}]\n"
        "estrategias:\n  - etapas: [[1]]\n"
        "    pasos: [{clave: [a], alternativas: [[1]], canal: [correo], ancla: [x], dias: 1}]",
        "etapas: hola\nsegmentos: hola\nestrategias: hola\npolitica: hola\nrecursos: hola\nobjetivos: hola",
        "etapas: [{clave: a, nombre: b, tipo: preventiva}]\nsegmentos: [{clave: s, nombre: s}]\n"
        "estrategias: [{etapas: a, segmentos: {x: 1}, pasos: hola}]\nrecursos: {equipos: 5, canales: 5}\n"
        "politica: {quitas: 5, saldo_minimo: 5, cargo_por_mora: 5}\nobjetivos: 5\nmoneda: [1]",
        "descripcion: sin nada",
        "etapas: null\nestrategias: [{pasos: null}]\npolitica: null",
    ],
)
def test_a_draft_of_any_shape_is_shown_or_leads_to_its_text(desk: Desk, said: str) -> None:
    text = HEAD + said + "\n"
    desk.post("texto/", text=text)
    assert desk.text == text

    for way in PAGES:
        assert desk.client.get(desk.address + way).status_code in (200, 302, 404), way
    for way, fields in [("editar/", one) for one in BUTTONS] + [(f"parte/{way}", one) for way, one in PARTS]:
        asked = {"digest": desk.digest, **fields}
        answer = desk.client.post(desk.address + way, asked)
        assert answer.status_code in (302, 404, 422), (way, fields)
        desk.post("texto/", text=text)


def test_a_draft_that_no_form_fits_says_so_beside_its_text(desk: Desk) -> None:
    desk.post("texto/", text=HEAD + "estrategias: hola\n")

    page = text_of(desk.client.get(desk.address, follow=True))

    assert "«estrategias» debe ser una lista." in page
    assert "Texto del plan, en YAML" in page


@pytest.mark.parametrize(
    "fields",
    [
        {"nombre": "z\0"},
        {"nombre": "z", "si.kind": "todas", "si.0.fact": "giro", "si.0.op": "=", "si.0.value": "a\0b"},
        {"nombre": "z", "si.kind": "todas", "si.0.fact": "atributo.a\0", "si.0.op": "=", "si.0.value": "b"},
    ],
)
def test_a_letter_that_nothing_can_keep_is_told_beside_its_field(desk: Desk, fields: dict[str, str]) -> None:
    for check in ("", "&revisar=1"):
        answer = desk.client.post(
            f"{desk.address}parte/segmento/?en=nuevo{check}", {"digest": desk.digest, **fields}
        )

        assert answer.status_code == (200 if check else 422)
        assert "un número o una letra que no se puede guardar" in text_of(answer)
    assert desk.text == SHIPPED
