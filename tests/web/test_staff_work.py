"""Gestión: the tray with its next case, promises, disputes."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from puntual.audit.types import SYSTEM
from puntual.companies.models import Company
from puntual.contacts.types import PointKind
from puntual.flows import debtor_acts
from puntual.plans import operations as plans
from puntual.plans import queries as planned
from puntual.plans.models import Action, Run
from puntual.portfolio.models import Customer
from tests.factories import make_customer, make_point, make_receivable
from tests.web import staffers
from tests.web.staff import words_of
from tests.web.staffers import ROLES, browser, day, read, send, text_of

PAGES = ("/bandeja/", "/promesas/", "/aclaraciones/")


def make_task(run: Run, *, name: str, state: str = "OPEN") -> Customer:
    """Create a customer who is late, whom the plan asks to call."""
    customer = make_customer(name=name)
    make_receivable(customer=customer, due=day(-30), amount="900.00")
    point = make_point(customer=customer, value=f"+52555555{customer.pk:04d}", kind=PointKind.PHONE)
    Action.objects.create(
        run=run,
        customer=customer,
        contact_point=point,
        step_number=1,
        step_key="call",
        anchor_date=day(0),
        channel="CALL",
        purpose="COLLECTION",
        template="",
        state=state,
        not_before=timezone.now() - timedelta(hours=1),
    )
    return customer


@pytest.fixture
def tasks(company: Company) -> list[Customer]:
    """Three customers to call."""
    plans.adopt_plan(text=planned.shipped_text(key="facturas-mx"), at=timezone.now())
    version_id, _plan = planned.active_version()
    run = Run.objects.create(as_of=day(0), version_id=version_id, state="DONE", started_at=timezone.now())
    return [make_task(run, name=f"Caso {number}") for number in (1, 2, 3)]


@pytest.fixture
def client(tasks: list[Customer]) -> Client:
    """A collector's browser."""
    return browser("collector")


@pytest.mark.parametrize("path", PAGES)
def test_a_stranger_is_asked_to_sign_in(company: Company, path: str) -> None:
    assert staffers.stranger().get(path).status_code == 302


@pytest.mark.parametrize("role", ROLES)
def test_all_see_the_tray_and_agreements(company: Company, role: str) -> None:
    client = browser(role)

    assert client.get("/bandeja/").status_code == 200
    assert client.get("/promesas/").status_code == 200
    assert client.get("/aclaraciones/").status_code == 200


def test_an_empty_tray_says_what_belongs_there(company: Company) -> None:
    assert "Nada por hacer" in text_of(browser().get("/bandeja/"))


@pytest.mark.complaint(30)
def test_the_next_case_is_open_and_after_its_result_the_following_one(
    tasks: list[Customer], client: Client
) -> None:
    first = client.get("/bandeja/").context

    sent = send(
        client,
        f"/clientes/{first['card'].id}/contacto/?next=inbox",
        {"way": "CALL:", "result": "NO_ANSWER", "next": "inbox"},
    )
    second = client.get(sent.headers["Location"]).context

    assert sent.headers["Location"] == "/bandeja/"
    assert first["total"] == 3
    assert second["total"] == 2
    assert second["card"].id != first["card"].id
    assert second["card"].id == first["next_task"]["customer_id"]


def test_another_task_is_opened_and_nonsense_opens_the_first(tasks: list[Customer], client: Client) -> None:
    listed = client.get("/bandeja/").context["all_tasks"]

    assert client.get(f"/bandeja/?task={listed[2]['id']}").context["chosen"]["id"] == listed[2]["id"]
    assert client.get("/bandeja/?task=drop").context["chosen"]["id"] == listed[0]["id"]


def test_whoever_left_a_task_for_later_goes_on_from_there(tasks: list[Customer], client: Client) -> None:
    listed = client.get("/bandeja/").context["all_tasks"]
    second = client.get(f"/bandeja/?task={listed[1]['id']}").context
    address = f"/clientes/{second['card'].id}/contacto/?next=inbox&after={second['next_task']['id']}"

    sent = send(client, address, {"way": "CALL:", "result": "NO_ANSWER"})

    assert sent.headers["Location"] == f"/bandeja/?task={listed[2]['id']}"
    assert client.get(sent.headers["Location"]).context["chosen"]["id"] == listed[2]["id"]


def make_review(run: Run) -> Customer:
    """Create a customer whom the plan proposes to move to legal: a task inside the company, without a channel."""
    customer = make_customer(name="Por demandar")
    make_receivable(customer=customer, due=day(-200), amount="900.00")
    Action.objects.create(
        run=run, customer=customer, contact_point=None, step_number=12, step_key="revision-judicial",
        anchor_date=day(-79), channel="", purpose="COLLECTION", template="", moves_to="juridico", team="legal",
        state="OPEN", not_before=timezone.now() - timedelta(hours=1),
    )  # fmt: skip
    return customer


def test_a_review_inside_the_company_stands_in_a_managers_tray_and_asks_no_law(tasks: list[Customer]) -> None:
    review = make_review(Run.objects.get())
    client = browser("manager")
    listed = client.get("/bandeja/").context["all_tasks"]
    mine = next(one for one in listed if one["customer_id"] == review.pk)

    shown = text_of(client.get(f"/bandeja/?task={mine['id']}"))
    case = text_of(client.get(f"/clientes/{review.pk}/"))

    assert mine["may_now"]
    assert "Tarea interna: el plan propone pasar a jurídico. No se contacta a nadie." in shown
    assert "Registrar resultado" not in shown
    assert mine["step_name"] in case
    assert "Pasar a jurídico" in case


def test_what_only_a_manager_decides_is_no_task_of_a_collector(tasks: list[Customer]) -> None:
    review = make_review(Run.objects.get())
    collector, manager = browser("collector"), browser("manager")

    page = collector.get("/bandeja/")

    assert review.pk not in {one["customer_id"] for one in page.context["all_tasks"]}
    assert page.context["total"] == len(tasks)
    assert manager.get("/bandeja/").context["total"] == len(tasks) + 1
    assert collector.get("/").context["tasks"] == len(tasks)
    assert "Pasar a jurídico" not in text_of(collector.get(f"/clientes/{review.pk}/"))


def test_a_review_moves_the_customer_for_who_decides_and_no_other(tasks: list[Customer]) -> None:
    review = make_review(Run.objects.get())
    action_id = Action.objects.get(customer=review).pk
    address = f"/clientes/{review.pk}/tareas/{action_id}/mover/"
    manager = browser("manager")
    call = Action.objects.filter(channel="CALL")[0]

    assert send(browser("collector"), address, {"reason": "sin respuesta"}).status_code == 403
    assert send(manager, address, {"reason": ""}).status_code == 422
    assert manager.get(f"/clientes/{tasks[0].pk}/tareas/{action_id}/mover/").status_code == 404
    assert manager.get(f"/clientes/{call.customer_id}/tareas/{call.pk}/mover/").status_code == 404
    assert read("select state from plans_action where id = %s", action_id) == [("OPEN",)]

    moved = send(manager, f"{address}?next=inbox", {"reason": "sin respuesta", "next": "inbox"})

    assert moved.headers["Location"] == "/bandeja/"
    assert read("select state, closed_reason, note from plans_action where id = %s", action_id) == [
        ("EXECUTED", "moved", "sin respuesta")
    ]
    assert read("select action from audit_event where action = 'customer-moved'") == [("customer-moved",)]
    again = send(manager, address, {"reason": "otra vez"})
    assert "ya no estaba en espera" in text_of(manager.get(again.headers["Location"]))


@pytest.mark.feature("PLN-06")
def test_who_calls_reads_what_may_be_offered(company: Company) -> None:
    plans.adopt_plan(text=planned.shipped_text(key="dieciseis-estrategias"), at=timezone.now())
    version_id, plan = planned.active_version()
    number = next(step.number for step in plan.steps if step.key == "negociacion")
    run = Run.objects.create(as_of=day(0), version_id=version_id, state="DONE", started_at=timezone.now())
    customer = make_task(run, name="Caso 1")
    Action.objects.update(step_number=number)
    client = browser("collector")

    for path in ("/bandeja/", f"/clientes/{customer.pk}/"):
        told = " ".join(words_of(client.get(path)).split())
        assert "Puede ofrecer hasta 10 % de descuento; vale 10 días." in told, path


def test_a_task_is_put_aside_with_a_reason(tasks: list[Customer], client: Client) -> None:
    chosen = client.get("/bandeja/").context["chosen"]
    address = f"/clientes/{chosen['customer_id']}/tareas/{chosen['id']}/"

    assert send(client, address, {"reason": ""}).status_code == 422
    assert send(client, address, {"reason": "de viaje", "next": "inbox"}).headers["Location"] == "/bandeja/"

    assert read("select state, note from plans_action where id = %s", chosen["id"]) == [
        ("CANCELLED", "de viaje")
    ]


def test_the_tray_asks_as_often_for_many_tasks_as_for_few(
    tasks: list[Customer], client: Client, django_assert_max_num_queries: object
) -> None:
    client.get("/bandeja/")
    with django_assert_max_num_queries(50):  # type: ignore[operator]
        client.get("/bandeja/")


def test_promises_are_listed_by_what_they_need(tasks: list[Customer], client: Client) -> None:
    for customer, offset in zip(tasks, (2, 20), strict=False):
        send(
            client,
            f"/clientes/{customer.pk}/promesa/",
            {"amount": "300", "currency": "MXN", "due_date": day(offset).isoformat(), "channel": "CALL"},
        )

    everything = client.get("/promesas/").context
    week = client.get("/promesas/?filter=week").context
    missed = client.get("/promesas/?filter=missed").context

    assert [row["name"] for row in everything["rows"]] == ["Caso 1", "Caso 2"]
    assert everything["totals"][0]["amount"] == 600
    assert everything["totals"][0]["week_amount"] == 300
    assert [row["name"] for row in week["rows"]] == ["Caso 1"]
    assert missed["rows"] == []
    assert "Caso 1" not in text_of(browser(schema="ferreteria").get("/promesas/"))


def test_a_dispute_is_taken_answered_and_gone(tasks: list[Customer], client: Client) -> None:
    customer = tasks[0]
    send(client, f"/clientes/{customer.pk}/aclaracion/", {"reason": "WRONG_AMOUNT", "note": "sobran 100"})
    row = client.get("/aclaraciones/").context["rows"][0]
    address = f"/clientes/{customer.pk}/aclaraciones/{row['id']}"

    assert client.post(f"{address}/tomar/", {"next": "disputes"}).headers["Location"] == "/aclaraciones/"
    assert client.get("/aclaraciones/").context["rows"][0]["owner_name"] == "Collector"
    assert browser("auditor").post(f"{address}/tomar/").status_code == 403
    refused = send(client, f"{address}/contestar/", {"state": "REJECTED", "resolution": ""})
    assert refused.status_code == 422
    assert "Escriba la respuesta" in text_of(refused)
    send(
        client, f"{address}/contestar/", {"state": "REJECTED", "resolution": "Está bien", "next": "disputes"}
    )

    assert client.get("/aclaraciones/").context["rows"] == []
    told = words_of(client.get(f"/clientes/{customer.pk}/"))
    assert "Respuesta a la aclaración" in told
    assert "Está bien" in told
    assert "responder antes del" not in told


def test_what_a_customer_withdrew_needs_no_answer(tasks: list[Customer], client: Client) -> None:
    customer = tasks[0]
    send(client, f"/clientes/{customer.pk}/aclaracion/", {"reason": "WRONG_AMOUNT", "note": "sobran 100"})
    address = f"/clientes/{customer.pk}/aclaraciones/{client.get('/aclaraciones/').context['rows'][0]['id']}"

    assert "required" not in re.findall(r"<textarea[^>]*>", text_of(client.get(f"{address}/contestar/")))[0]
    answered = send(client, f"{address}/contestar/", {"state": "WITHDRAWN", "resolution": ""})

    assert answered.status_code == 302
    assert client.get("/aclaraciones/").context["rows"] == []


def test_who_told_of_a_difficult_moment_waits_for_a_person_in_sight(
    tasks: list[Customer], client: Client
) -> None:
    assert "Momentos difíciles" not in text_of(client.get("/aclaraciones/"))
    with staffers.companies.in_company(schema_name="muebles"):
        debtor_acts.hardship(
            key="h-1", customer_id=tasks[0].pk, note="Perdí el empleo", actor=SYSTEM, today=day(0),
            at=timezone.now(),
        )  # fmt: skip

    said = words_of(client.get("/aclaraciones/"))

    assert "Momentos difíciles" in said
    assert "Perdí el empleo" in said
    assert "Momentos difíciles" not in words_of(browser(schema="ferreteria").get("/aclaraciones/"))
