"""Plan › Planes: versions from draft to force, by the pages, with every refusal in words."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from puntual.companies.models import Company
from puntual.plans import operations
from puntual.plans import queries as plans
from tests.conftest import NOW
from tests.outreach_factories import prepare
from tests.web.staff import words_of
from tests.web.staffers import browser, read, stranger, text_of

SHIPPED = plans.shipped_text(key="facturas-mx")


@pytest.fixture(autouse=True)
def in_force(company: Company) -> None:
    """Put the shipped plan and templates in force."""
    prepare()


def newest() -> tuple[int, str]:
    """Return the newest version and its state."""
    return read("select id, state from plans_planversion order by id desc limit 1")[0]  # type: ignore[return-value]


def draft(role: str = "manager", **fields: str) -> int:
    """Begin a draft by the page and return it."""
    answer = browser(role).post("/plan/nuevo/", {"source": "active", "reason": "menos insistencia", **fields})
    assert answer.status_code == 302, text_of(answer)
    return newest()[0]


def act(role: str, version_id: int, wanted: str) -> str:
    """Do something with a version and return what the page then says."""
    way = "aprobar" if wanted in ("approve", "activate") else "mover"
    answer = browser(role).post(
        f"/plan/versiones/{version_id}/{way}/", {"act": wanted, "reason": "menos insistencia"}, follow=True
    )
    return text_of(answer)


@pytest.mark.feature("PLN-01", "PLN-04")
def test_a_version_goes_from_draft_to_force_by_two_people() -> None:
    version_id = draft()

    assert "Se mandó a revisión" in act("manager", version_id, "submit")
    own = text_of(browser("manager").get(f"/plan/versiones/{version_id}/"))
    assert "Usted escribió en esta versión: la aprueba otra persona." in own
    assert 'id="approve"' not in own
    assert "Debe aprobarla otra persona" in act("manager", version_id, "approve")
    assert newest() == (version_id, "REVIEW")
    assert "Se aprobó" in act("owner", version_id, "approve")
    assert "Está en vigor" in act("owner", version_id, "activate")
    assert read("select state, approver_label from plans_planversion where id = %s", version_id) == [
        ("ACTIVE", "Owner")
    ]
    assert read("select count(*) from plans_planversion where state = 'ACTIVE'") == [(1,)]
    noted = [
        row[0]
        for row in read("select action from audit_event where subject_type = 'plan-version' order by id")
    ]
    assert noted[-5:] == ["draft-plan", "explain-plan", "submit-plan", "approve-plan", "activate-plan"]


@pytest.mark.parametrize("key", plans.shipped_keys())
def test_a_draft_begins_from_any_example(key: str) -> None:
    version_id = draft(source=key)

    page = text_of(browser("manager").get(f"/plan/versiones/{version_id}/"))

    assert "Mandar a revisión" in page
    assert "Falta arreglar" not in page


def test_a_second_draft_of_a_plan_is_refused_and_leaves_the_first() -> None:
    version_id = draft()

    answer = browser("owner").post("/plan/nuevo/", {"source": "active"})

    assert answer.status_code == 422
    assert "Este plan ya tiene una versión abierta, la 2" in text_of(answer)
    assert newest() == (version_id, "DRAFT")


def test_a_draft_is_given_back_and_thrown_away() -> None:
    version_id = draft()
    act("manager", version_id, "submit")

    assert "Otra vez es borrador" in act("owner", version_id, "return")
    assert "Se descartó el borrador" in act("owner", version_id, "discard")
    assert read("select count(*) from plans_planversion where id = %s", version_id) == [(0,)]


@pytest.mark.parametrize("wanted", ["approve", "activate", "return", ""])
def test_what_a_draft_does_not_allow_is_said_and_changes_nothing(wanted: str) -> None:
    version_id = draft()

    said = act("owner", version_id, wanted)

    assert "no está en un estado que lo permita" in said or "Diga qué hacer" in said
    assert newest() == (version_id, "DRAFT")


@pytest.mark.feature("N-15")
def test_the_file_comes_down_as_it_went_up_and_its_faults_are_told_by_line() -> None:
    text = SHIPPED.replace("clave: facturas-mx", "clave: de-archivo").replace(
        "ancla: atraso", "ancla: ayer", 1
    )
    sent = SimpleUploadedFile("plan.yaml", text.encode())
    answer = browser("manager").post("/plan/nuevo/", {"source": "file", "file": sent})
    version_id = newest()[0]

    assert answer.status_code == 302
    assert browser("manager").get(f"/plan/versiones/{version_id}/archivo/").content.decode() == text
    page = text_of(browser("manager").get(f"/plan/versiones/{version_id}/"))
    assert "Falta arreglar una cosa" in page
    assert "«ayer» no es un valor de «ancla»" in page
    assert "ayer" in act("manager", version_id, "submit")
    assert newest() == (version_id, "DRAFT")


@pytest.mark.parametrize(
    ("_case", "content", "expected"),
    [
        ("no text", b"\xff\xfe\x00", "no está en UTF-8"),
        ("no yaml", b"clave: [", "no se puede leer como YAML"),
        ("no plan", b"- uno\n", "El archivo no es un plan"),
    ],
)
def test_a_file_that_is_no_plan_is_refused_in_words(_case: str, content: bytes, expected: str) -> None:
    before = newest()

    answer = browser("manager").post(
        "/plan/nuevo/", {"source": "file", "file": SimpleUploadedFile("plan.yaml", content)}
    )

    assert answer.status_code == 422
    assert expected in text_of(answer)
    assert newest() == before


def test_what_changes_is_said_in_words_between_any_two_versions() -> None:
    before = newest()[0]
    version_id = draft(source="consumo-mx")

    page = text_of(browser("auditor").get(f"/plan/versiones/{version_id}/cambios/?contra={before}"))

    assert "Plan: nombre pasa de" in page
    assert "cambios" in page


@pytest.mark.feature("PLN-02")
def test_each_goal_that_changes_is_said_in_its_own_line() -> None:
    period = "desde: 2027-01-01, hasta: 2027-12-31"
    share, kept = (f"  - {{kpi: {kpi}, {period}, " for kpi in ("indice-de-morosidad", "promesas-cumplidas"))
    before, after = (
        SHIPPED.replace("politica:\n", f"objetivos:\n{goals}\npolitica:\n", 1)
        for goals in (
            f"{share}meta: 25}}\n{share}segmento: nuevo, meta: 50}}\n  - {{kpi: DSO, meta: 45, {period}}}\n",
            f"{share}cambio_porcentual: -15}}\n{share}segmento: nuevo, meta: 50}}\n{kept}meta: 75}}\n",
        )
    )
    adopted = operations.adopt_plan(text=before, at=NOW) or 0
    drafted = draft(source="file", file=SimpleUploadedFile("plan.yaml", after.encode()))  # type: ignore[arg-type]

    page = browser("auditor").get(f"/plan/versiones/{drafted}/cambios/?contra={adopted}")

    assert page.context["changes"] == [
        "Objetivo (indicador: Índice de morosidad, desde: 1 ene 2027, hasta: 31 dic 2027): "
        "meta: 25 pasa a cambio: -15\u00a0%.",
        "Objetivo quitado: indicador: DSO, meta: 45, desde: 1 ene 2027, hasta: 31 dic 2027.",
        "Objetivo nuevo: indicador: Promesas cumplidas, meta: 75, desde: 1 ene 2027, hasta: 31 dic 2027.",
    ]


def test_each_limit_team_and_channel_that_changes_is_said_in_its_own_line() -> None:
    before = plans.shipped_text(key="consumo-mx")
    after = before
    for old, new in (
        ("rol: gerente, hasta_porcentaje: 25}", "rol: gerente, hasta_porcentaje: 30}"),
        ("    - {etapa: administrativa, rol: gestor, dias: 7}\n", ""),
        ("  canales:\n", "  canales:\n    visita: {costo: 80}\n"),
    ):
        assert old in after, old
        after = after.replace(old, new, 1)
    adopted = operations.adopt_plan(text=before, at=NOW) or 0
    drafted = draft(source="file", file=SimpleUploadedFile("plan.yaml", after.encode()))  # type: ignore[arg-type]

    page = browser("auditor").get(f"/plan/versiones/{drafted}/cambios/?contra={adopted}")

    assert page.context["changes"] == [
        "Límite de prórroga quitado: etapa: Administrativa, quién: Gestor, días: 7, veces: 1.",
        "Límite de quita (etapa: Extrajudicial, quién: Gerente): hasta: 25\u00a0% pasa a hasta: 30\u00a0%.",
        "Canal nuevo en los recursos: canal: Visita, costo de cada uso: $80.00.",
    ]


def test_a_team_that_changes_its_name_and_people_is_the_same_team() -> None:
    after = SHIPPED.replace("nombre: Gestores, personas: 2", "nombre: Gestoría, personas: 4")
    after = after.replace("correo: {por_dia: 5000, costo: 0.10}", "correo: {costo: 0.20}")
    before = newest()[0]
    drafted = draft(source="file", file=SimpleUploadedFile("plan.yaml", after.encode()))  # type: ignore[arg-type]

    page = browser("auditor").get(f"/plan/versiones/{drafted}/cambios/?contra={before}")

    assert page.context["changes"] == [
        "Canal Correo: lo más al día: 5,000, costo de cada uso: $0.10 pasa a costo de cada uso: $0.20.",
        "Equipo «Gestores»: «Gestores», personas: 2 pasa a «Gestoría», personas: 4.",
    ]


@pytest.mark.feature("PLN-04")
def test_what_a_second_person_approves_is_said_in_the_words_of_people() -> None:
    before = newest()[0]
    text = SHIPPED
    for old, new in (
        ("tono: formal}", 'tono: firme, si: [saldo_vencido, ">=", 1000, MXN]}'),
        ("nombre: Gestores, personas: 2", "nombre: Gestores, personas: 4"),
        ("recuperar: 3, canal: correo, plantilla: notice-2", "canal: whatsapp, plantilla: notice-1"),
    ):
        assert old in text
        text = text.replace(old, new, 1)
    file = SimpleUploadedFile("plan.yaml", text.encode())
    assert browser("manager").post("/plan/nuevo/", {"source": "file", "file": file}).status_code == 302
    version_id = newest()[0]

    page = text_of(browser("auditor").get(f"/plan/versiones/{version_id}/cambios/?contra={before}"))

    assert (
        "Paso «Aviso formal por escrito»: condición pasa de sin condición a saldo vencido: $1,000.00 o más."
        in page
    )
    assert "Paso «Aviso formal por escrito»: tono pasa de Formal a Firme." in page
    assert "Paso «Segundo aviso»: canal pasa de Correo a WhatsApp." in page
    assert "Equipo «Gestores»: personas: 2 pasa a personas: 4." in page
    assert "plantilla pasa de «Segundo aviso» a «Primer aviso»." in page
    assert "saldo_vencido" not in page
    assert "{" not in page.partition("<main")[2].partition("</main>")[0]


def test_the_schema_is_published_to_anybody() -> None:
    answer = stranger().get("/api/v1/schemas/plan")

    assert answer.status_code == 200
    assert "estrategias" in json.loads(answer.content)["properties"]


def test_what_a_step_may_offer_stands_beside_it() -> None:
    version_id = draft(source="servicios-publicos-mx")

    page = " ".join(words_of(browser("auditor").get(f"/plan/versiones/{version_id}/")).split())

    assert "Correo, Carta el mensaje ofrece hasta 6 parcialidades; vale 30 días" in page


@pytest.mark.feature("PLN-02")
def test_goals_stand_beside_what_is_measured_today() -> None:
    text = plans.shipped_text(key="dieciseis-estrategias").replace("2027-01-01", "2026-01-01")
    file = SimpleUploadedFile("plan.yaml", text.encode())
    version_id = draft(source="file", file=file)  # type: ignore[arg-type]

    page = " ".join(words_of(browser("auditor").get(f"/plan/versiones/{version_id}/")).split())
    goals = " ".join(words_of(browser("auditor").get(f"/plan/versiones/{version_id}/objetivos/")).split())

    assert f'hx-get="/plan/versiones/{version_id}/objetivos/"' in text_of(
        browser().get(f"/plan/versiones/{version_id}/")
    )
    assert "DSO 45 días sin medir: no se debe nada 1 ene 2026 – 31 dic 2027" in goals
    assert "Índice de morosidad bajar 15 % sin medir: no se debe nada" in goals
    assert "Promesas cumplidas 75 % sin medir: en el periodo no ha vencido ninguna promesa" in goals
    # The policy and the resources in the words of the editor and of what changes.
    assert "Política Días de gracia 1 Tolerancia de promesas (días hábiles) 1 Cargo por mora tipo: " in page
    assert "Descuento por pronto pago porcentaje: 2 %, días antes: 5 Pago mínimo $500.00 Saldo mínimo" in page
    assert "Límites de prórroga etapa: Administrativa, quién: Gestor, días: 10, veces: 1 Recursos" in page
    assert "«Gestores» (personas: 4, gestiones al día: 60) «Ejecutivos de cuenta»" in page
    assert "Canales Correo: lo más al día: 10,000, costo de cada uso: $0.10 WhatsApp: " in page
    assert "Recursos Equipos «Gestores» (personas: 2, gestiones al día: 60)" in words_of(
        browser().get("/plan/")
    )
    # The plan in force has no goals.
    assert "objetivos/" not in text_of(browser().get("/plan/"))
    assert "objetivos/" not in text_of(browser().get("/"))
