"""Complaints and requests through every door: staff, the portal, the API and the command."""

import io
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from python_calamine import CalamineWorkbook

from puntual.audit.models import Event
from puntual.audit.types import Actor, ActorKind
from puntual.companies.models import Company
from puntual.flows import petitions
from puntual.identity.models import User
from puntual.identity.types import Scope
from puntual.portfolio.models import Customer
from puntual.rights.models import Petition
from puntual.rights.types import IdentityCheck, Kind, NewPetition, Outcome, Way
from tests.conftest import NOW, TODAY
from tests.factories import make_customer, make_receivable
from tests.web.debtors import Debtor, make_debtor, text_of
from tests.web.programs import make_program
from tests.web.staff import sign_in, words_of
from tests.web.staffers import browser, send

STAFF = Actor(kind=ActorKind.STAFF, id=9001, label="Supervisora")
CLOCK: dict[str, Any] = {"country": "MX", "today": TODAY, "at": NOW}


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def opened(customer: Customer, **fields: Any) -> Any:
    given: dict[str, Any] = {"kind": Kind.COMPLAINT, "cause": "HOURS", "key": "k1", **fields}
    new = NewPetition(
        customer_id=customer.pk, way=Way.CALL, received_date=TODAY, words="Llamaron de noche.", **given
    )
    return petitions.open_petition(new=new, actor=STAFF, **CLOCK)


def answer(petition_id: int, outcome: Outcome) -> None:
    petitions.answer_petition(
        petition_id=petition_id,
        outcome=outcome,
        text="Lo revisamos.",
        identity_check=IdentityCheck.DOCUMENT,
        identity_note="",
        actor=STAFF,
        **CLOCK,
    )


@pytest.mark.feature("SEC-06")
def test_a_collector_takes_a_complaint_in_and_a_supervisor_answers_it(cast: dict[str, User]) -> None:
    customer = make_customer(name="Ximena Zavala", email="ximena@correo.example")
    make_receivable(customer=customer, due=TODAY - timedelta(days=3))
    collector, supervisor = sign_in(cast["collector"]), sign_in(cast["supervisor"])
    form = {"cause": "THREATS", "words": "Me amenazó.", "way": "CALL", "received_date": TODAY.isoformat()}

    wrong = send(collector, f"/clientes/{customer.pk}/queja/", {**form, "cause": "NADA"})
    kept = send(
        collector, f"/clientes/{customer.pk}/queja/", {**form, "collector": str(cast["supervisor"].pk)}
    )
    one = Petition.objects.get()
    own = send(supervisor, f"/cumplimiento/peticiones/{one.pk}/contestar/", {})
    closed = send(collector, f"/cumplimiento/peticiones/{one.pk}/contestar/", {})
    manager = sign_in(cast["manager"])
    answered = send(
        manager,
        f"/cumplimiento/peticiones/{one.pk}/contestar/",
        {"outcome": "FOUNDED", "text": "Tiene razón: le pedimos una disculpa."},
    )

    assert (wrong.status_code, kept.status_code) == (422, 302)
    assert (own.status_code, closed.status_code, answered.status_code) == (403, 403, 302)
    page = words_of(manager.get(f"/cumplimiento/peticiones/{one.pk}/"))
    assert one.folio in page
    assert "Tiene razón: le pedimos una disculpa." in page
    assert "Se contestó" in page
    assert one.folio in words_of(manager.get("/cumplimiento/quejas/?ver=todas"))
    assert "Ninguna queja por atender" in words_of(manager.get("/cumplimiento/quejas/"))


def test_what_is_overdue_is_told_on_the_first_page_and_on_the_case(cast: dict[str, User]) -> None:
    customer = make_customer()
    make_receivable(customer=customer, due=TODAY)
    one = opened(customer)
    Petition.objects.update(
        received_date=TODAY - timedelta(days=20), answer_due_date=TODAY - timedelta(days=1)
    )

    home = words_of(sign_in(cast["manager"]).get("/"))
    case = words_of(sign_in(cast["collector"]).get(f"/clientes/{customer.pk}/"))

    assert "1 queja con el plazo vencido" in home
    assert "queja con el plazo vencido" not in words_of(sign_in(cast["collector"]).get("/"))
    assert one.folio in case
    assert "hasta que se conteste" in case


def test_a_petition_is_found_by_its_folio_or_its_beginning_by_who_may_see_it(
    cast: dict[str, User], company: Company
) -> None:
    customer = make_customer(name="Ximena Zavala")
    one, other = opened(customer), opened(customer, key="k2", kind=Kind.ACCESS, cause="")
    answer(one.id, Outcome.UNFOUNDED)
    manager, collector = sign_in(cast["manager"]), sign_in(cast["collector"])
    box = {"HX-Request": "true"}

    for asked in (one.folio, one.folio.lower(), f" {one.folio[:8]} ", "q-"):
        page = text_of(manager.get("/buscar/", {"q": asked}, headers=box))
        assert f"/cumplimiento/peticiones/{one.id}/" in page, asked
        assert f"/cumplimiento/peticiones/{other.id}/" not in page, asked
    assert "Ximena Zavala" in text_of(manager.get("/buscar/", {"q": other.folio}))
    assert text_of(collector.get("/buscar/", {"q": one.folio}, headers=box)) == ""
    for asked in (one.folio[2:], "Q-____-", "%-2026", "_-2026", "Q-1999"):
        assert "/peticiones/" not in text_of(manager.get("/buscar/", {"q": asked}, headers=box)), asked

    # Whoever looks for a folio wants it whatever became of it.
    assert one.folio not in words_of(manager.get("/cumplimiento/quejas/"))
    assert one.folio in words_of(manager.get("/cumplimiento/quejas/", {"q": one.folio[:7]}))
    assert "Ningún folio empieza así" in words_of(manager.get("/cumplimiento/quejas/", {"q": other.folio}))
    assert other.folio in words_of(manager.get("/cumplimiento/solicitudes/", {"q": "s-2026"}))
    assert "/peticiones/" not in text_of(
        browser(schema="ferreteria").get("/buscar/", {"q": one.folio}, headers=box)
    )


def test_access_that_was_granted_hands_the_data_over_and_nothing_before(cast: dict[str, User]) -> None:
    customer = make_customer(name="Ximena Zavala")
    one = opened(customer, kind=Kind.ACCESS, cause="")
    client, address = sign_in(cast["manager"]), f"/cumplimiento/peticiones/{one.id}/datos."

    before = client.get(f"{address}json")
    petitions.answer_petition(
        petition_id=one.id,
        outcome=Outcome.GRANTED,
        text="Aquí están sus datos.",
        identity_check=IdentityCheck.DOCUMENT,
        identity_note="",
        actor=STAFF,
        **CLOCK,
    )

    assert before.status_code == 404
    assert json.loads(client.get(f"{address}json").content)["content"]["customer"]["name"] == "Ximena Zavala"
    assert client.get(f"{address}pdf").content.startswith(b"%PDF-")
    assert client.get(f"{address}exe").status_code == 404
    assert Event.objects.filter(action="own-data-made").count() == 2


@pytest.mark.feature("SEC-07")
def test_the_months_report_is_a_page_and_a_file_also_without_complaints(cast: dict[str, User]) -> None:
    client = sign_in(cast["auditor"])
    customer = make_customer(external_id="C-7")
    one = opened(customer, agency="=HYPERLINK(1)")

    page = words_of(client.get("/cumplimiento/quejas/redeco/?mes=2026-11"))
    book = client.get("/cumplimiento/quejas/redeco/xlsx/?mes=2026-11").content
    row = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_name("Quejas").to_python()[1]
    text = client.get("/cumplimiento/quejas/redeco/csv/?mes=2026-11").content.decode("utf-8-sig")
    none = client.get("/cumplimiento/quejas/redeco/csv/?mes=2026-10").content.decode("utf-8-sig")

    assert one.folio in page
    assert (row[3], row[7]) == (one.folio, "C-7")
    assert "'=HYPERLINK(1)" in text
    assert "sin quejas" in none
    assert "Sin quejas" in words_of(client.get("/cumplimiento/quejas/redeco/?mes=2026-10"))
    assert client.get("/cumplimiento/quejas/redeco/?mes=nunca").status_code == 422
    assert client.get("/cumplimiento/quejas/redeco/csv/?mes=nunca").status_code == 404


@pytest.mark.feature("N-18")
def test_a_debtor_complains_and_reads_the_answer(company: Company) -> None:
    debtor: Debtor = make_debtor(name="María Hernández").enter()
    other = make_debtor(name="Otra Persona", documents=("Z-1", "Z-2"))
    theirs = opened(other.customer)

    empty = debtor.post("queja/", {"cause": "", "words": ""})
    sent = debtor.post("queja/", {"cause": "THREATS", "words": "Me gritaron."})
    one = Petition.objects.get(customer=debtor.customer)
    petitions.answer_petition(
        petition_id=one.pk,
        outcome=Outcome.FOUNDED,
        text="Le pedimos una disculpa.",
        identity_check=None,
        identity_note="",
        actor=STAFF,
        **CLOCK,
    )

    assert empty.status_code == 422
    assert sent.headers["Location"] == debtor.url(f"mis-derechos/{one.folio}/")
    page = text_of(debtor.get(f"mis-derechos/{one.folio}/"))
    assert one.folio in page
    assert "Le pedimos una disculpa." in page
    assert f"Ya contestamos {one.folio}." in text_of(debtor.get())
    assert debtor.get(f"mis-derechos/{theirs.folio}/").status_code == 404
    assert debtor.get("mis-derechos/Q-0/").status_code == 404


def test_a_debtor_who_does_not_agree_is_heard_again_and_told_where_else_to_go(
    company: Company, cast: dict[str, User]
) -> None:
    debtor: Debtor = make_debtor(name="María Hernández").enter()
    other = make_debtor(name="Otra Persona", documents=("Z-1", "Z-2"))
    one, theirs = opened(debtor.customer), opened(other.customer, key="k2")
    page = f"mis-derechos/{one.folio}/"
    assert "PROFECO" in text_of(debtor.get(page))
    assert "No estoy de acuerdo" not in text_of(debtor.get(page))
    assert debtor.get(f"{page}no-estoy-de-acuerdo/").status_code == 302
    for each in (one, theirs):
        answer(each.id, Outcome.UNFOUNDED)
    assert "hasta el miércoles, 23 de diciembre de 2026" in text_of(debtor.get(page))

    empty = debtor.post(f"{page}no-estoy-de-acuerdo/", {"words": " "})
    key = "11111111-1111-4111-8111-111111111111"
    sent = [
        debtor.post(f"{page}no-estoy-de-acuerdo/", {"words": "Tengo el registro.", "form_key": key})
        for _time in range(2)
    ]
    late = debtor.post(f"{page}no-estoy-de-acuerdo/", {"words": "Otra vez."})
    foreign = debtor.post(f"mis-derechos/{theirs.folio}/no-estoy-de-acuerdo/", {"words": "Mía."})

    assert (empty.status_code, late.status_code, foreign.status_code) == (422, 422, 404)
    assert [each.headers["Location"] for each in sent] == [debtor.url(page)] * 2
    assert list(Petition.objects.order_by("pk").values_list("state", "reopened_count")) == [
        ("OPEN", 1),
        ("ANSWERED", 0),
    ]
    told = text_of(debtor.get(page))
    assert "La abrimos de nuevo." in told
    assert "Tengo el registro." in told
    assert "Respuesta anterior" in told
    assert "PROFECO" in told
    assert f"Revisamos de nuevo {one.folio}." in text_of(debtor.get())
    manager = sign_in(cast["manager"])
    assert "Abierta de nuevo" in words_of(manager.get("/cumplimiento/quejas/"))
    shown = words_of(manager.get(f"/cumplimiento/peticiones/{one.id}/"))
    assert "Tengo el registro." in shown
    assert "lo pidió la persona" in shown
    data = json.loads(debtor.get("mis-datos.json").content)["content"]
    assert data["complaints"][0]["answers"][0]["reopened_words"] == "Tengo el registro."


def test_after_its_days_a_debtor_is_told_how_else_to_go_on(company: Company) -> None:
    debtor: Debtor = make_debtor(name="María Hernández")
    one = opened(debtor.customer, kind=Kind.ACCESS, cause="")
    answer(one.id, Outcome.DENIED)
    Petition.objects.update(answered_at=NOW - timedelta(days=31))
    debtor.enter()

    page = text_of(debtor.get(f"mis-derechos/{one.folio}/"))
    sent = debtor.post(f"mis-derechos/{one.folio}/no-estoy-de-acuerdo/", {"words": "No."})

    assert "No estoy de acuerdo" not in page
    assert "Secretaría Anticorrupción y Buen Gobierno" in page
    assert sent.status_code == 422
    assert "El plazo para decirlo por aquí ya pasó" in text_of(sent)
    assert Petition.objects.get().state == "ANSWERED"


def test_staff_open_again_with_a_reason_that_the_debtor_does_not_read(cast: dict[str, User]) -> None:
    debtor: Debtor = make_debtor(name="María Hernández")
    one = opened(debtor.customer)
    answer(one.id, Outcome.UNFOUNDED)
    address = f"/cumplimiento/peticiones/{one.id}/abrir/"
    supervisor, collector = sign_in(cast["supervisor"]), sign_in(cast["collector"])

    refused = send(supervisor, address, {"reason": ""})
    closed = send(collector, address, {"reason": "Apareció la grabación."})
    done = send(supervisor, address, {"reason": "Apareció la grabación."})

    assert (refused.status_code, closed.status_code, done.status_code) == (422, 403, 302)
    assert "Apareció la grabación." in words_of(supervisor.get(f"/cumplimiento/peticiones/{one.id}/"))
    debtor.enter()
    page = text_of(debtor.get(f"mis-derechos/{one.folio}/"))
    assert "La abrimos de nuevo." in page
    assert "Apareció" not in page
    assert "Apareció" not in debtor.get("mis-datos.json").content.decode()


def test_a_debtor_asks_for_deletion_and_is_known_by_the_portal(company: Company) -> None:
    debtor = make_debtor(name="María Hernández").enter()

    debtor.post("mis-derechos/", {"kind": "CANCELLATION", "words": "Borren mis datos."})

    one = Petition.objects.get()
    assert (one.kind, one.identity_check, one.folio[0]) == ("CANCELLATION", "PORTAL", "S")
    assert one.folio in text_of(debtor.get("mis-derechos/"))


def test_a_program_sends_a_complaint_once(company: Company) -> None:
    make_customer(external_id="C-1")
    program, reader = make_program(scope=Scope.WRITE), make_program(scope=Scope.READ)
    body = {
        "key": "crm-1",
        "customer": "C-1",
        "kind": "COMPLAINT",
        "cause": "HOURS",
        "received_date": TODAY.isoformat(),
        "words": "Llamaron de noche.",
    }

    first, again = program.post("petitions", body), program.post("petitions", body)
    refused = [
        program.post("petitions", {**body, "key": "x", **wrong}).status_code
        for wrong in (
            {"cause": "NADA"},
            {"way": "PORTAL"},
            {"received_date": "2027-01-01"},
            {"customer": "NADIE"},
            {"kind": "ACCESS"},
            {"palabra": "x"},
        )
    ]
    taken = program.post("petitions", {**body, "kind": "ACCESS", "cause": ""})

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert first.json()["answer_due_date"] == "2026-12-07"
    assert refused == [422, 422, 422, 404, 422, 422]
    assert taken.status_code == 409
    assert reader.post("petitions", body).status_code == 403
    assert [one["folio"] for one in reader.get("petitions", kind="COMPLAINT").json()["items"]] == [
        first.json()["folio"]
    ]
    assert "NOT_DEBTOR" in {one["code"] for one in reader.get("petitions/causes").json()}
    assert Petition.objects.count() == 1


def test_a_program_opens_a_petition_again_once(company: Company) -> None:
    one = opened(make_customer(external_id="C-1"))
    program, reader = make_program(scope=Scope.WRITE), make_program(scope=Scope.READ)
    address, body = f"petitions/{one.folio}/reopen", {"key": "crm-2", "reason": "Pide la grabación."}

    early = program.post(address, body)
    answer(one.id, Outcome.UNFOUNDED)
    first, again = program.post(address, body), program.post(address, body)
    other = program.post(address, {**body, "key": "crm-3"})

    assert (early.status_code, first.status_code, again.status_code, other.status_code) == (
        409,
        200,
        200,
        409,
    )
    assert first.json() == again.json()
    assert (first.json()["state"], first.json()["reopened_count"]) == ("OPEN", 1)
    assert program.post("petitions/Q-2026-999999/reopen", body).status_code == 404
    assert program.post(address, {"key": "crm-4", "reason": ""}).status_code == 422
    assert reader.post(address, body).status_code == 403
