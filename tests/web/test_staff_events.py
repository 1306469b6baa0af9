"""Cumplimiento › Bitácora: the audit trail as people read it, and that every act has its words."""

import ast
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from puntual.agreements.rules import change_name
from puntual.agreements.types import PromiseState
from puntual.audit import operations as audit
from puntual.audit.types import Actor, ActorKind
from puntual.companies.models import Company
from puntual.contacts.types import PointKind
from puntual.flows import approvals
from puntual.plans import queries as planned
from puntual.staff import event_words
from tests.factories import make_customer, make_point
from tests.outreach_factories import make_action, prepare
from tests.web.staff import words_of
from tests.web.staffers import browser, company_today, text_of

ROOT = Path(__file__).resolve().parents[2] / "src" / "puntual"
TELLERS = {"_note", "_tell", "_promise_event", "NewEvent"}


@pytest.fixture(autouse=True)
def here(company: Company) -> None:
    """Every test is at a company."""


def written_actions() -> set[str]:
    """Collect the acts that the code writes into the audit trail."""
    found: set[str] = set()
    for path in [
        *ROOT.glob("*/operations*/**/*.py"),
        *ROOT.glob("*/operations.py"),
        *ROOT.glob("flows/**/*.py"),
    ]:
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call):
                continue
            given = [word.value for word in node.keywords if word.arg == "action"]
            name = node.func.id if isinstance(node.func, ast.Name) else ""
            given += node.args[:1] if name in TELLERS else []
            found |= {
                one.value for one in given if isinstance(one, ast.Constant) and isinstance(one.value, str)
            }
    states = {change_name(before=one, after=other) for one in PromiseState for other in PromiseState}
    return (
        found | {"source-paused", "source-resumed"} | (states - {"promise-superseded", "promise-cancelled"})
    )


def test_every_act_has_its_sentence() -> None:
    actions = written_actions()

    assert len(actions) > 60
    assert actions - set(event_words.SENTENCES) == set()


@pytest.mark.feature("SEC-01")
def test_a_stopped_action_names_its_step_and_its_customer() -> None:
    prepare()
    customer, other = make_customer(name="Peña y Ñúñez, S.A."), make_customer(name="Otro")
    for one in (customer, other):
        make_point(customer=one, value=f"{one.pk}@correo.example", kind=PointKind.EMAIL)
    action = make_action(customer=customer)
    approvals.stop(
        action_ids=[action.pk, make_action(customer=other).pk],
        note="Falla del banco",
        actor=Actor(kind=ActorKind.STAFF, id=1, label="Ana"),
        at=timezone.now(),
    )
    first = planned.active_version()[1].steps[0].name

    page = " ".join(words_of(browser("auditor").get("/cumplimiento/bitacora/")).split())
    found = " ".join(words_of(browser("auditor").get("/cumplimiento/bitacora/?q=Peña")).split())

    assert f"Detuvo una gestión «{first}» Peña y Ñúñez, S.A." in page
    assert f"Detuvo una gestión «{first}» Otro" in page
    assert f"Detuvo una gestión «{first}» Peña y Ñúñez, S.A." in found
    assert "Otro" not in found.partition("Antes y después")[2]


@pytest.mark.feature("SEC-01")
def test_the_auditor_reads_who_changed_what() -> None:
    customer = make_customer(name="Peña y Ñúñez, S.A.")
    browser("owner").post(
        "/ajustes/usuarios/alta/", {"email": "ana@muebles.example", "name": "Ana Ruiz", "role": "MANAGER"}
    )
    point = {"kind": "EMAIL", "value": "otro@correo.example", "owner_role": "DEBTOR", "source": "llamada"}
    key = "6f1d3f0e-9d0a-4b44-8f0e-0a3b1c2d3e4f"
    sent = browser("collector").post(f"/clientes/{customer.pk}/medios/", {**point, "form_key": key})
    assert sent.status_code == 302, text_of(sent)

    page = text_of(browser("auditor").get("/cumplimiento/bitacora/"))

    assert "Dio de alta a una persona" in page
    assert "«Ana Ruiz»" in page
    assert "Gerente" in page
    assert "Agregó un medio de contacto" in page
    assert "Peña y Ñúñez, S.A." in page
    assert "MANAGER" not in page


@pytest.mark.parametrize(
    ("_case", "query", "is_found"),
    [
        ("its kind", "what=people", True),
        ("another kind", "what=money", False),
        ("its day", "day={today}", True),
        ("another day", "day={before}", False),
        ("its person", "q=owner", True),
        ("nobody", "q=nadie", False),
        ("another hand", "who=DEBTOR", False),
        ("a percent sign stands for itself", "q=%25", False),
    ],
)
def test_events_are_found_by_person_kind_day_and_words(_case: str, query: str, is_found: bool) -> None:
    form = {"email": "ana@muebles.example", "name": "Ana Ruiz", "role": "MANAGER"}
    browser("owner").post("/ajustes/usuarios/alta/", form)
    today = company_today()

    page = browser("auditor").get(
        "/cumplimiento/bitacora/?" + query.format(today=today, before=today - timedelta(days=1))
    )

    assert page.status_code == 200
    assert ("Dio de alta" in text_of(page)) is is_found


def test_words_are_looked_for_in_the_last_days_or_in_the_day_that_is_chosen() -> None:
    at = timezone.now() - timedelta(days=91)
    audit.record(
        actor=Actor(kind=ActorKind.STAFF, label="Ana Ruiz"),
        action="user-changed", subject_type="user", subject_id=None, at=at,
    )  # fmt: skip
    day = at.astimezone(ZoneInfo("America/Mexico_City")).date()

    searched, chosen, whole = (
        text_of(browser("auditor").get(f"/cumplimiento/bitacora/{asked}"))
        for asked in ("?q=Ruiz", f"?q=Ruiz&day={day}", "")
    )

    assert "Se busca en los últimos 90 días" in searched
    assert ["Cambió el puesto" in page for page in (searched, chosen, whole)] == [False, True, True]
    assert "Se busca en" not in chosen + whole


@pytest.mark.parametrize("query", ["day=ayer", "who=STAFF:999999999999999999999", "what=todo"])
def test_a_filter_that_makes_no_sense_is_refused_in_words(query: str) -> None:
    answer = browser("auditor").get(f"/cumplimiento/bitacora/?{query}")

    assert answer.status_code == 422


def test_the_auditor_reads_work_and_users_and_is_offered_no_act() -> None:
    for url in (
        "/bandeja/",
        "/hoy/por-aprobar/",
        "/hoy/en-espera/",
        "/pagos/por-aplicar/",
        "/ajustes/usuarios/",
    ):
        page = text_of(browser("auditor").get(url)).partition("<main")[2].partition("</main>")[0]

        assert page
        assert 'method="post"' not in page, url
    assert browser("auditor").post("/ajustes/usuarios/alta/", {}).status_code == 403
