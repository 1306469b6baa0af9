"""Por aprobar, En espera, Pausas, Campañas: what a manager does by hand, and what pages say of it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine

from puntual.companies.models import Company
from puntual.flows import daily_run
from puntual.identity.models import User
from puntual.plans.models import Action, Campaign, StepStop
from tests.conftest import NOW, TODAY
from tests.factories import make_customer, make_receivable
from tests.outreach_factories import prepare
from tests.web.staff import sign_in, words_of

KEY = "6f1c5a52-5f0f-4a4e-8f0b-2f1c5a525f0f"


@pytest.fixture(autouse=True)
def monday(company: Company) -> Iterator[None]:
    """Make it ten o'clock of the tests' Monday, decided, with two customers who are written to today."""
    prepare()
    for name in ("Atrasada Uno", "Atrasada Dos"):
        make_receivable(customer=make_customer(name=name, state="Guerrero"), due=TODAY - timedelta(days=3))
    daily_run.run_day(today=TODAY, at=NOW)
    with time_machine.travel(NOW, tick=False):
        yield


def test_a_manager_sees_what_waits_by_step_with_its_amounts_and_stops_it(cast: dict[str, User]) -> None:
    client = sign_in(cast["manager"])

    said = words_of(client.get("/hoy/en-espera/"))
    assert "Primer aviso, cordial 2 gestiones · $2,000.00 vencidos" in said
    action = Action.objects.order_by("id")[0]
    text = words_of(client.get(f"/hoy/acciones/{action.pk}/texto/"))
    assert "$1,000.00" in text

    client.post(
        "/hoy/por-aprobar/decidir/", {"page": "waiting_actions", "action": action.pk, "decision": "stop"}
    )
    assert Action.objects.filter(state="CANCELLED").count() == 0
    answer = client.post(
        "/hoy/por-aprobar/decidir/",
        {"page": "waiting_actions", "action": action.pk, "decision": "stop", "note": "Ya hablé"},
        follow=True,
    )
    assert "Se detuvo 1 gestión." in words_of(answer)
    assert Action.objects.filter(state="CANCELLED").count() == 1


def test_a_whole_step_is_stopped_for_today_and_the_customer_page_says_so(cast: dict[str, User]) -> None:
    client = sign_in(cast["manager"])

    answer = client.post(
        "/hoy/por-aprobar/decidir/",
        {"page": "waiting_actions", "step": "aviso-1", "decision": "stop-step", "note": "Falla del banco"},
        follow=True,
    )

    assert "«Primer aviso, cordial» está detenido hoy. Falla del banco" in words_of(answer)
    customer_id = Action.objects.order_by("id")[0].customer_id
    why = words_of(client.get(f"/clientes/{customer_id}/por-que/"))
    assert "detuvo este paso ese día para todos: Falla del banco." in why


def test_a_change_that_the_law_refuses_is_told_and_changes_nothing(cast: dict[str, User]) -> None:
    client = sign_in(cast["manager"])
    action = Action.objects.order_by("id")[0]
    way = f"EMAIL:{action.contact_point_id}"
    given = {"form_key": KEY, "way": way, "day": TODAY.isoformat(), "hour": "22:30"}

    refused = client.post(f"/hoy/acciones/{action.pk}/cambiar/", given)
    assert refused.status_code == 422
    assert "a esa hora no se permite" in words_of(refused)
    assert Action.objects.get(pk=action.pk).not_before == action.not_before

    none = client.post(f"/hoy/acciones/{action.pk}/cambiar/", {**given, "hour": "13:30", "template": "x"})
    assert none.status_code == 422
    assert "Elija de la lista." in words_of(none)
    senseless = {**given, "hour": "13:30", "template": "thanks"}
    assert "Ese texto hoy no saldría" in words_of(
        client.post(f"/hoy/acciones/{action.pk}/cambiar/", senseless)
    )
    assert Action.objects.get(pk=action.pk).template == "notice-1"

    taken = client.post(
        f"/hoy/acciones/{action.pk}/cambiar/", {**given, "hour": "13:30", "template": "notice-2"}
    )
    assert taken.status_code == 302
    assert Action.objects.get(pk=action.pk).template == "notice-2"
    assert Action.objects.get(pk=action.pk).not_before == NOW + timedelta(hours=3, minutes=30)


def test_a_pause_of_a_state_stands_on_the_home_page_until_it_is_ended(cast: dict[str, User]) -> None:
    client = sign_in(cast["manager"])
    given = {
        "form_key": KEY, "place": "STATE:Guerrero", "reason": "DISASTER", "from_date": TODAY.isoformat(),
        "until_date": "2026-11-30", "note": "Huracán",
    }  # fmt: skip

    refused = client.post("/hoy/pausas/nueva/", {**given, "until_date": "2026-11-20"})
    assert refused.status_code == 422
    answer = client.post("/hoy/pausas/nueva/", given, follow=True)

    assert "se detuvieron 2 gestiones que esperaban" in words_of(answer)
    assert "Estado de Guerrero" in words_of(client.get("/"))
    customer_id = Action.objects.order_by("id")[0].customer_id
    assert "Cartera en pausa" in words_of(client.get(f"/clientes/{customer_id}/"))
    pause_id = answer.context["rows"][0]["pause"].id
    client.post(f"/hoy/pausas/{pause_id}/terminar/")
    assert "Estado de Guerrero" not in words_of(client.get("/"))


def test_what_a_campaign_planned_is_listed_among_the_actions_of_its_day(cast: dict[str, User]) -> None:
    # One day late, the plan has nothing for this one.
    make_receivable(customer=make_customer(), due=TODAY - timedelta(days=1))
    daily_run.run_day(today=TODAY, at=NOW)
    client = sign_in(cast["manager"])
    given = {"form_key": KEY, "name": "Buen Fin", "segment": "", "channel": "EMAIL", "template": "notice-2"}

    client.post(
        "/campanas/nueva/", {**given, **at_least("1"), "day": "2026-11-23", "hour": "18:00", "launch": "1"}
    )

    campaign = Campaign.objects.get()
    page = client.get("/hoy/acciones/")
    assert "Campaña: Buen Fin Correo 0 1 0 0 0 0 1" in words_of(page)
    assert f'href="/campanas/{campaign.pk}/"' in page.content.decode()
    assert "Buen Fin" not in words_of(client.get("/hoy/acciones/?dia=2026-11-22"))


def at_least(days: str) -> dict[str, str]:
    """Write a condition as its builder sends it."""
    return {
        "condition.kind": "todas", "condition.0.fact": "dias_de_atraso", "condition.0.op": ">=",
        "condition.0.value": days,
    }  # fmt: skip


def test_a_campaign_s_condition_is_built_as_in_the_plan_s_editor(cast: dict[str, User]) -> None:
    client = sign_in(cast["manager"])
    typed = {"name": "A medias", "day": "2026-11-24", "hour": "10:00", "channel": "CALL"}

    added = client.post("/campanas/nueva/", {**typed, "condition.kind": "todas", "armar": "condition:add:"})
    assert added.status_code == 200
    page = added.content.decode()
    assert 'name="condition.0.fact"' in page
    assert 'value="A medias"' in page
    assert "Póngale un nombre." not in page
    counted = words_of(client.post("/campanas/nueva/?revisar=1", {**typed, **at_least("1")}))
    assert "2 de 2 clientes" in counted
    assert "0 de 2 clientes" in words_of(
        client.post("/campanas/nueva/?revisar=1", {**typed, **at_least("900")})
    )
    dropped = client.post("/campanas/nueva/", {**typed, **at_least("1"), "armar": "condition:drop:0"})
    assert 'name="condition.0.fact"' not in dropped.content.decode()


def test_a_campaign_is_previewed_asked_for_approved_and_stopped(
    company: Company, cast: dict[str, User]
) -> None:
    Company.objects.filter(pk=company.pk).update(campaign_alone_max="1")
    manager, owner = sign_in(cast["manager"]), sign_in(cast["owner"])
    given = {
        "form_key": KEY, "name": "Buen Fin", "segment": "", **at_least("1"),
        "channel": "EMAIL", "template": "notice-2", "day": "2026-11-24", "hour": "10:00",
    }  # fmt: skip

    wrong = manager.post("/campanas/nueva/", {**given, **at_least("muchos"), "preview": "1"})
    assert wrong.status_code == 422
    both = manager.post("/campanas/nueva/", {**given, "segment": "nuevo", "preview": "1"})
    assert "Elija un segmento o ponga una condición, no los dos." in words_of(both)
    shown = words_of(manager.post("/campanas/nueva/", {**given, "preview": "1"}))
    assert "2 clientes de 2" in shown
    assert not Campaign.objects.exists()

    page = manager.post("/campanas/nueva/", {**given, "launch": "1"}, follow=True)
    campaign = Campaign.objects.get()
    assert "La pidió usted: la aprueba otra persona." in words_of(page)
    manager.post(f"/campanas/{campaign.pk}/aprobar/")
    assert Campaign.objects.get().state == "PROPOSED"
    assert "Campaña lanzada" in words_of(owner.post(f"/campanas/{campaign.pk}/aprobar/", follow=True))
    assert "Buen Fin" in words_of(manager.get("/campanas/"))
    ended = manager.post(f"/campanas/{campaign.pk}/detener/", {"note": "Error"}, follow=True)
    assert "La detuvo Manager" in words_of(ended)
    assert Campaign.objects.get().state == "STOPPED"


def test_a_collector_may_do_none_of_it(cast: dict[str, User]) -> None:
    client = sign_in(cast["collector"])

    for path in ("/hoy/en-espera/", "/hoy/pausas/nueva/", "/campanas/nueva/"):
        assert client.get(path).status_code == 403
    answer = client.post(
        "/hoy/por-aprobar/decidir/", {"step": "aviso-1", "decision": "stop-step", "note": "x"}
    )
    assert answer.status_code == 403
    assert Action.objects.filter(state="QUEUED").count() == 2


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/hoy/por-aprobar/decidir/", {"step": "aviso-1", "decision": "stop-step", "note": "x\0"}),
        ("/plan/nuevo/", {"source": "active", "reason": "a\0b"}),
    ],
)
def test_a_letter_that_nothing_can_keep_is_refused_in_words(
    cast: dict[str, User], path: str, fields: dict[str, str]
) -> None:
    answer = sign_in(cast["manager"]).post(path, fields, follow=True)

    assert "una letra que no se puede guardar" in words_of(answer)
    assert not StepStop.objects.exists()


def test_what_another_manager_approved_meanwhile_is_not_stopped_from_an_old_page(
    cast: dict[str, User],
) -> None:
    Action.objects.update(state="PROPOSED")
    first, second = Action.objects.order_by("id")[:2]
    decide = "/hoy/por-aprobar/decidir/"
    sign_in(cast["owner"]).post(decide, {"page": "approvals", "action": first.pk, "decision": "approve"})

    old_page = {"page": "approvals", "action": [first.pk, second.pk], "decision": "stop", "note": "Error"}
    said = words_of(sign_in(cast["manager"]).post(decide, old_page, follow=True))

    assert "Se detuvo 1 gestión." in said
    assert "1 gestión ya no esperaba aprobación: otra persona la aprobó o la detuvo. No se cambió." in said
    assert [one.state for one in Action.objects.order_by("id")] == ["QUEUED", "CANCELLED"]
