"""The case of a customer: what it shows, what may be done on it, by whom, and that a bad form writes nothing."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client

from puntual.agreements import operations as agreements
from puntual.agreements.models import Hold
from puntual.agreements.types import DisputeReason, HoldReason
from puntual.assessment.models import CustomerState, Membership
from puntual.audit.types import SYSTEM
from puntual.companies import operations as companies
from puntual.companies.models import Company
from puntual.contacts.types import Channel, PointKind
from puntual.flows import case_acts, daily_run
from puntual.lib import formats
from puntual.outreach import operations as outreach
from puntual.plans import operations as plans
from puntual.plans import queries as planned
from puntual.plans.models import Action
from puntual.portfolio.models import Customer, Receivable
from tests.factories import make_customer, make_point, make_receivable
from tests.outreach_factories import make_action, prepare
from tests.web import staffers
from tests.web.staff import words_of
from tests.web.staffers import ROLES, browser, day, read, send, text_of, written

PAGES = ("", "documentos/", "estado-de-cuenta/", "por-que/")
# Who may open and send each act.
ACTS = {
    "contacto/": {"owner", "manager", "supervisor", "collector"},
    "promesa/": {"owner", "manager", "supervisor", "collector"},
    "aclaracion/": {"owner", "manager", "supervisor", "collector"},
    "pausa/": {"owner", "manager", "supervisor"},
    "medios/": {"owner", "manager", "supervisor", "collector"},
    "preferencia/": {"owner", "manager", "supervisor", "collector"},
    "pago/": {"owner", "manager", "supervisor"},
}


@pytest.fixture
def case(company: Company) -> Customer:
    """A customer with one late document and a telephone."""
    customer = make_customer(name="Ana Vencida", external_id="V-1")
    make_receivable(customer=customer, due=day(-40), amount="1500.00", document_number="F-100")
    make_point(customer=customer, value="+525555555555", kind=PointKind.PHONE)
    return customer


@pytest.fixture
def client(case: Customer) -> Client:
    """The owner's browser."""
    return browser()


def url(case: Customer, page: str = "") -> str:
    """Return the address of a page of a case."""
    return f"/clientes/{case.pk}/{page}"


def phone_of(case: Customer) -> int:
    """Return the id of the telephone."""
    found = read("select id from contacts_contactpoint where customer_id = %s and kind = 'PHONE'", case.pk)
    return int(found[0][0])


@pytest.mark.parametrize("page", [*PAGES, *ACTS])
def test_a_stranger_is_asked_to_sign_in(case: Customer, page: str) -> None:
    assert staffers.stranger().get(url(case, page)).status_code == 302


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("page", PAGES)
def test_every_role_reads_a_case(case: Customer, page: str, role: str) -> None:
    assert browser(role).get(url(case, page)).status_code == 200


@pytest.mark.parametrize("page", [*PAGES, *ACTS])
def test_a_case_of_another_company_is_not_found(case: Customer, page: str) -> None:
    assert browser(schema="ferreteria").get(url(case, page)).status_code == 404


@pytest.mark.parametrize("role", ROLES)
def test_acts_open_to_those_who_may_and_are_offered_to_no_other(case: Customer, role: str) -> None:
    client = browser(role)
    shown = client.get(url(case)).content.decode()

    for act, roles in ACTS.items():
        before = written()
        assert client.get(url(case, act)).status_code == (200 if role in roles else 403), act
        assert (f'"{url(case, act)}"' in shown) == (role in roles), act
        if role not in roles:
            assert send(client, url(case, act)).status_code == 403
        assert written() == before


@pytest.mark.parametrize("act", ACTS)
def test_an_empty_form_writes_nothing_and_is_shown_again(case: Customer, client: Client, act: str) -> None:
    before = written()

    response = client.post(url(case, act), {"note": "lo escrito se queda"})

    assert response.status_code == 422
    assert written() == before


def test_a_case_says_who_what_and_what_now(case: Customer, client: Client) -> None:
    page = text_of(client.get(url(case)))

    for words in (
        "Ana Vencida",
        "GODE561231GR8",
        "+525555555555",
        "$1,500.00",
        "40 días de atraso",
        "F-100",
        "Todavía no ha pasado nada",
        "Ninguna corrida lo ha visto; la siguiente decide.",
    ):
        assert words in page, words


def test_a_case_with_a_task_to_do_does_not_say_that_nothing_follows(case: Customer, client: Client) -> None:
    prepare()
    Action.objects.filter(pk=make_action(customer=case, channel="CALL").pk).update(state="OPEN")

    page = text_of(client.get(url(case)))

    assert "La tarea sigue por hacer." in page
    assert "El plan no tiene otro paso" not in page


def test_a_call_with_a_promise_is_one_form(case: Customer, client: Client) -> None:
    response = send(
        client,
        url(case, "contacto/"),
        {
            "way": f"CALL:{phone_of(case)}",
            "result": "SPOKE",
            "note": "paga el viernes",
            "promise_amount": "1,500",
            "promise_currency": "MXN",
            "promise_date": day(5).isoformat(),
        },
    )

    assert (response.status_code, response.headers["Location"]) == (302, url(case))
    assert read("select outcome, note from contacts_attempt") == [("EFFECTIVE", "paga el viernes")]
    assert read("select amount, state, channel from agreements_promise")[0][1:] == ("ACTIVE", "CALL")
    page = text_of(client.get(url(case)))
    assert "El contacto con Ana Vencida quedó registrado." in page
    assert "Prometió $1,500.00" in page


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"promise_amount": "1500.01"}, "no puede ser mayor que el adeudo"),
        ({"promise_amount": "abc"}, "con números y punto decimal"),
        ({"promise_date": ""}, "Elija el día de la promesa"),
        ({"promise_amount": ""}, "Escriba el importe de la promesa"),
        ({"result": "NO_ANSWER"}, "cambie el resultado"),
        ({"promise_date": "2020-01-01"}, "anterior a lo permitido"),
        ({"way": "CALL:999999"}, "Elija de la lista"),
    ],
)
def test_a_bad_contact_keeps_what_was_typed_and_writes_nothing(
    case: Customer, client: Client, changed: dict[str, str], words: str
) -> None:
    good = {
        "way": f"CALL:{phone_of(case)}",
        "result": "SPOKE",
        "note": "lo escrito se queda",
        "promise_amount": "100",
        "promise_currency": "MXN",
        "promise_date": day(5).isoformat(),
    }
    before = written()

    response = send(client, url(case, "contacto/"), {**good, **changed})

    assert response.status_code == 422
    assert words in text_of(response)
    assert "lo escrito se queda" in text_of(response)
    assert written() == before


def test_a_form_sent_twice_is_carried_out_once(case: Customer, client: Client) -> None:
    form = {
        "form_key": "0b7f5c1e-96a5-4c29-8f0b-0d6c1a8c2f11",
        "way": f"CALL:{phone_of(case)}",
        "result": "NO_ANSWER",
    }

    for _again in range(2):
        assert client.post(url(case, "contacto/"), form).status_code == 302

    assert len(read("select id from contacts_attempt")) == 1


def test_a_dialog_gets_the_form_alone_and_is_sent_on(case: Customer, client: Client) -> None:
    part = client.get(url(case, "promesa/"), headers={"HX-Request": "true"})
    done = client.post(
        url(case, "promesa/?next=inbox"),
        {
            "form_key": "0b7f5c1e-96a5-4c29-8f0b-0d6c1a8c2f12",
            "next": "inbox",
            "amount": "200",
            "currency": "MXN",
            "due_date": day(3).isoformat(),
            "channel": "CALL",
        },
        headers={"HX-Request": "true"},
    )

    assert "<html" not in part.content.decode()
    assert done.headers["HX-Redirect"] == "/bandeja/"


def test_where_one_goes_after_an_act_is_never_another_site(case: Customer, client: Client) -> None:
    form = {"way": "CALL:", "result": "NO_ANSWER", "next": "https://evil.example/"}

    assert send(client, url(case, "contacto/"), form).headers["Location"] == url(case)


def test_disputes_pauses_and_preferences_show_and_end(case: Customer, client: Client) -> None:
    send(client, url(case, "aclaracion/"), {"receivable": "", "reason": "ALREADY_PAID", "note": "ya pagué"})
    send(client, url(case, "pausa/"), {"reason": "HARDSHIP", "until_date": day(9).isoformat()})
    send(client, url(case, "preferencia/"), {"channel": "CALL", "decision": "OPTED_OUT"})

    page = text_of(client.get(url(case)))
    for words in (
        "Aclaración abierta",
        "ya pagué",
        "Gestión en pausa",
        "Pidió que no usemos",
        "Momento difícil",
    ):
        assert words in page, words

    dispute_id = read("select id from agreements_dispute")[0][0]
    hold_id = read("select id from agreements_hold")[0][0]
    answer = {"state": "REJECTED", "resolution": "No hay pago"}
    assert send(client, url(case, f"aclaraciones/{dispute_id}/contestar/"), answer).status_code == 302
    assert client.post(url(case, f"pausas/{hold_id}/reanudar/")).status_code == 302
    assert read("select state, resolution from agreements_dispute") == [("REJECTED", "No hay pago")]
    assert read("select lifted_at is not null from agreements_hold") == [(True,)]


def test_contact_points_that_come_and_change_stand_in_the_history(case: Customer, client: Client) -> None:
    added = {"kind": "EMAIL", "value": "ana@nueva.example", "owner_role": "DEBTOR", "source": "Llamada"}
    send(client, url(case, "medios/"), added)
    send(client, url(case, f"medios/{phone_of(case)}/"), {"state": "WRONG"})

    marked, new = client.get(url(case), {"kind": "contacts"}).context["happenings"]

    assert (new.title, new.chip, new.who) == (
        "Se agregó un medio de contacto: ana@nueva.example", "", "Owner",
    )  # fmt: skip
    assert (marked.title, marked.chip) == (
        "Se marcó un medio de contacto: +525555555555", "Equivocado",
    )  # fmt: skip


def test_what_belongs_to_another_customer_is_not_found(case: Customer, client: Client) -> None:
    from_here = make_customer().pk
    send(client, url(case, "aclaracion/"), {"reason": "QUALITY", "note": "x"})
    send(client, url(case, "pausa/"), {"reason": "LEGAL", "until_date": day(9).isoformat()})
    send(
        client,
        url(case, "promesa/"),
        {"amount": "9", "currency": "MXN", "due_date": day(1).isoformat(), "channel": "CALL"},
    )
    client.post(url(case, "enlace/"))
    tables = ("agreements_dispute", "agreements_hold", "agreements_promise", "outreach_portallink")
    ids = [read(f"select id from {table}")[0][0] for table in tables]
    phone = phone_of(case)
    before = written()

    for page in (
        f"aclaraciones/{ids[0]}/contestar/",
        f"aclaraciones/{ids[0]}/tomar/",
        f"pausas/{ids[1]}/reanudar/",
        f"promesas/{ids[2]}/cancelar/",
        f"enlaces/{ids[3]}/revocar/",
        f"medios/{phone}/",
    ):
        assert send(client, f"/clientes/{from_here}/{page}").status_code == 404, page

    assert written() == before


def test_a_link_is_shown_and_revoked(case: Customer, client: Client) -> None:
    page = text_of(client.post(url(case, "enlace/")))
    link_id = read("select id from outreach_portallink")[0][0]

    assert "http://muebles.localhost/p/" in page
    assert client.post(url(case, f"enlaces/{link_id}/revocar/")).status_code == 302
    assert read("select revoked_at is not null from outreach_portallink") == [(True,)]


def test_the_documents_page_has_paid_ones_and_the_ledger(case: Customer, client: Client) -> None:
    paid = {"amount": "1500", "currency": "MXN", "value_date": day(0).isoformat(), "method": "CASH"}
    send(client, url(case, "pago/"), {**paid, "spread": "oldest"})

    page = text_of(client.get(url(case, "documentos/")))

    assert "Pagado" in page
    assert "Emisión" in page
    assert "-$1,500.00" in page


def test_a_statement_is_paper_with_the_sums(case: Customer, client: Client) -> None:
    page = text_of(client.get(url(case, "estado-de-cuenta/")))

    for words in ("Muebles del Valle, S.A. de C.V.", "F-100", "$1,500.00 MXN", "CLABE 002010077777777771"):
        assert words in page, words


def test_a_long_note_of_a_dispute_is_told_once_and_clamped(case: Customer, client: Client) -> None:
    note = "Llegó golpeado. " * 60
    send(client, url(case, "aclaracion/"), {"receivable": "", "reason": "QUALITY", "note": note})

    page = text_of(client.get(url(case)))

    # Its beginning in the summary, and the whole behind it.
    assert page.count("Llegó golpeado.") == 60 + 15
    assert page.count('<details class="clamp">') == 1
    assert "ver más" in page


def test_a_hostile_name_stays_text(company: Company) -> None:
    customer = make_customer(name="<script>alert(1)</script>")

    page = browser().get(f"/clientes/{customer.pk}/").content.decode()

    assert "<script>alert(1)</script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_the_day_of_a_reason_is_read_and_nonsense_is_today(case: Customer, client: Client) -> None:
    for asked in ("2026-01-05", "mañana", ""):
        response = client.get(url(case, f"por-que/?day={asked}"), headers={"HX-Request": "true"})

        assert response.status_code == 200
        assert "ninguna corrida había visto" in text_of(response)


def dispute(case: Customer, number: str | None) -> None:
    """Open a dispute about a document, or about the whole debt."""
    with companies.in_company(schema_name="muebles"):
        receivable = Receivable.objects.get(document_number=number).pk if number else None
        agreements.open_dispute(
            customer_id=case.pk,
            receivable_id=receivable,
            reason=DisputeReason.WRONG_AMOUNT,
            amount=None,
            note="",
            channel=Channel.CALL,
            country="MX",
            today=day(0),
            actor=SYSTEM,
            at=datetime.now(tz=UTC),
        )


@pytest.mark.parametrize("first", ["F-100", "F-101"])
def test_what_is_next_agrees_with_why_when_one_of_several_documents_is_disputed(
    client: Client, case: Customer, first: str
) -> None:
    make_receivable(customer=case, due=day(-12), amount="700.00", document_number="F-101")
    prepare(at=datetime.now(tz=UTC))
    dispute(case, first)
    with companies.in_company(schema_name="muebles"):
        daily_run.run_day(today=day(0), at=datetime.now(tz=UTC))
    connection.set_tenant(Company.objects.get(schema_name="muebles"))

    case_page, why = words_of(client.get(url(case))), words_of(client.get(url(case, "por-que/")))

    assert "1 documento está en aclaración y no se cobra." in why
    assert f"No se cobra mientras se aclara o está en pausa: {first}. Lo demás sigue el plan." in case_page
    assert "Se espera a contestar la aclaración" not in case_page
    assert "hay una aclaración abierta" not in why

    dispute(case, "F-101" if first == "F-100" else "F-100")
    both = words_of(client.get(url(case)))
    assert "Se espera a contestar la aclaración. La siguiente corrida decide de nuevo." in both
    assert "Lo demás sigue el plan" not in both


def hold(case: Customer, at: datetime) -> None:
    """Pause the whole case for some days."""
    case_acts.pause(
        customer_id=case.pk,
        receivable_id=None,
        reason=HoldReason.REQUESTED,
        note="",
        until_date=day(9),
        actor=SYSTEM,
        today=day(0),
        at=at,
    )


@pytest.mark.parametrize("is_before", [True, False])
def test_what_is_next_and_the_next_days_agree_after_a_pause_that_is_over(
    client: Client, case: Customer, is_before: bool
) -> None:
    """Whether the pause came before the run of the day, or called off what that run had planned."""
    at = datetime.now(tz=UTC)
    prepare(at=at)
    with companies.in_company(schema_name="muebles"):
        if is_before:
            hold(case, at)
        daily_run.run_day(today=day(0), at=at)
        if not is_before:
            hold(case, at)
        assert not Action.objects.filter(customer=case, state__in=("QUEUED", "OPEN")).exists()
        assert Action.objects.filter(customer=case).exists() != is_before
        case_acts.resume(hold_id=Hold.objects.get(customer=case).pk, actor=SYSTEM, at=at)
    connection.set_tenant(Company.objects.get(schema_name="muebles"))

    page, days = words_of(client.get(url(case))), words_of(client.get(url(case, "proximos-pasos/")))

    assert "La siguiente corrida decide de nuevo." in page
    assert "El plan no tiene otro paso" not in page
    assert "si no paga ni promete" in days
    assert "Qué sigue Primer aviso, cordial mañana" in page
    assert "mañana Primer aviso, cordial" in days


def test_a_case_in_other_hands_says_so_and_is_taken_back(case: Customer, client: Client) -> None:
    prepare()
    task = make_action(customer=case)
    Action.objects.filter(pk=task.pk).update(
        state="EXECUTED",
        channel="",
        moves_to="despacho",
        template="",
        closed_at=task.not_before,
        note="convenio",
    )
    shown = text_of(client.get(url(case)))
    assert "Caso en otras manos" in shown
    assert "convenio" in shown
    assert "Retomar" not in text_of(browser("collector").get(url(case)))
    assert browser("collector").post(url(case, "retomar/"), {"reason": "no"}).status_code == 403

    answer = send(client, url(case, "retomar/"), {"reason": "El despacho no avanzó"})

    assert answer.status_code == 302
    assert read("select move_ended_at is not null from plans_action where id = %s", task.pk) == [(True,)]
    history = words_of(client.get(url(case)))
    assert "Pasó a despacho" in history
    assert "Se retomó de despacho" in history
    assert "El despacho no avanzó" in history
    assert "Caso en otras manos" not in text_of(client.get(url(case)))


def test_what_is_next_is_said_after_a_case_was_taken_back(case: Customer, client: Client) -> None:
    at = datetime.now(tz=UTC)
    prepare(at=at)
    task = make_action(customer=case)
    Action.objects.filter(pk=task.pk).update(
        state="EXECUTED", channel="", moves_to="despacho", template="", closed_at=task.not_before
    )
    with companies.in_company(schema_name="muebles"):
        daily_run.run_day(today=day(0), at=at)
    connection.set_tenant(Company.objects.get(schema_name="muebles"))
    before = client.get(url(case))
    assert before.context["coming"] is None
    assert "el caso está con un despacho" in words_of(client.get(url(case, "por-que/")))

    send(client, url(case, "retomar/"), {"reason": "El despacho no avanzó"})

    page = words_of(client.get(url(case)))
    assert "El plan no tiene otro paso" not in page
    assert "Qué sigue Primer aviso, cordial" in page
    assert "La siguiente corrida decide de nuevo." in page


def test_what_is_next_goes_on_from_what_was_done_today(case: Customer, client: Client) -> None:
    at = datetime.now(tz=UTC)
    prepare(at=at)
    with companies.in_company(schema_name="muebles"):
        daily_run.run_day(today=day(0), at=at)
    connection.set_tenant(Company.objects.get(schema_name="muebles"))
    assert "Qué sigue Correo" in words_of(client.get(url(case)))
    connection.set_tenant(Company.objects.get(schema_name="muebles"))
    done = Action.objects.filter(customer_id=case.pk, state="QUEUED")
    assert done.update(state="EXECUTED", closed_at=at) == 1

    page = words_of(client.get(url(case)))
    days = words_of(client.get(url(case, "proximos-pasos/")))

    assert "Qué sigue Llamada para acordar un pago mañana La siguiente corrida decide de nuevo." in page
    assert "mañana Llamada para acordar un pago" in days


def test_who_owes_nothing_is_not_told_what_the_plan_had_for_the_debt(case: Customer, client: Client) -> None:
    at = datetime.now(tz=UTC)
    prepare(at=at)
    with companies.in_company(schema_name="muebles"):
        daily_run.run_day(today=day(0), at=at)
    connection.set_tenant(Company.objects.get(schema_name="muebles"))
    Action.objects.filter(customer_id=case.pk).update(state="CANCELLED", closed_at=at, closed_reason="paid")
    Receivable.objects.filter(customer_id=case.pk).update(open_amount=0)

    page = words_of(client.get(url(case)))

    assert "Qué sigue No debe nada." in page


@pytest.mark.parametrize(("email", "is_warned"), [(None, True), ("beto@correo.example", False)])
def test_what_is_next_says_when_no_contact_point_serves_it(
    company: Company, email: str | None, is_warned: bool
) -> None:
    customer = make_customer(name="Beto Puntual", external_id="V-2", email=email)
    make_receivable(customer=customer, due=day(20), amount="800.00", document_number="F-200")
    make_point(customer=customer, value="+525555555555", kind=PointKind.PHONE)
    prepare(at=datetime.now(tz=UTC))
    with companies.in_company(schema_name="muebles"):
        daily_run.run_day(today=day(0), at=datetime.now(tz=UTC))
    connection.set_tenant(Company.objects.get(schema_name="muebles"))

    page = words_of(browser().get(url(customer)))

    assert "Recordatorio" in page
    assert ("No hay un contacto en uso para hacerlo por correo." in page) == is_warned


def test_what_was_carried_out_today_does_not_follow(case: Customer, client: Client) -> None:
    """What comes next is never what has already left."""
    prepare(at=datetime.now(tz=UTC))
    make_receivable(customer=case, due=day(-45), amount="10.00", document_number="F-VIEJA")
    with companies.in_company(schema_name="muebles"):
        daily_run.run_day(today=day(0), at=datetime.now(tz=UTC))
    connection.set_tenant(Company.objects.get(schema_name="muebles"))
    taken = Action.objects.get(customer=case)
    Action.objects.filter(pk=taken.pk).update(state="EXECUTED", closed_at=datetime.now(tz=UTC))

    following = client.get(url(case)).context["explanation"].next_step

    assert following is None or following.key != taken.step_key


def test_a_promise_beyond_the_policy_is_told_in_words_and_writes_nothing(
    case: Customer, client: Client
) -> None:
    at = datetime.now(tz=UTC)
    with companies.in_company(schema_name="muebles"):
        plans.adopt_plan(
            text=planned.shipped_text(key="consumo-mx").replace(
                "{etapa: administrativa, rol: gestor, dias: 7}",
                "{etapa: administrativa, rol: gestor, dias: 7, veces: 1}",
            ),
            at=at,
        )
        outreach.load_templates(at=at)
        daily_run.run_day(today=day(0), at=at)
    collector = browser("collector")
    asked = {"amount": "500", "currency": "MXN", "due_date": day(8).isoformat(), "channel": "CALL"}
    before = written()

    page = words_of(collector.get(url(case, "promesa/")))
    late = send(collector, url(case, "promesa/"), asked)
    little = send(
        collector, url(case, "promesa/"), {**asked, "amount": "100", "due_date": day(1).isoformat()}
    )
    called = send(
        collector,
        url(case, "contacto/"),
        {
            "way": f"CALL:{phone_of(case)}",
            "result": "SPOKE",
            "promise_amount": "500",
            "promise_currency": "MXN",
            "promise_date": day(8).isoformat(),
        },
    )

    assert "El pago mínimo de la política es de $200.00." in page
    assert "En esta etapa la política permite hasta el" in page
    for refused, said in (
        (late, "Un supervisor puede dar hasta el"),
        (little, "El pago mínimo de la política es de $200.00."),
        (called, "Un supervisor puede dar hasta el"),
    ):
        assert refused.status_code == 422
        assert said in words_of(refused)
    assert written() == before
    assert send(browser("supervisor"), url(case, "promesa/"), asked).status_code == 302


@pytest.mark.feature("SEG-01")
def test_the_stages_and_segments_that_a_customer_was_in_stand_on_their_page(case: Customer) -> None:
    prepare()
    CustomerState.objects.create(
        customer=case, stage="EXTRAJUDICIAL", stage_key="extrajudicial", stage_since=day(-9), segment="nuevo",
        segment_since=day(-9), as_of=day(0), days_past_due=40, overdue_amounts={}, open_amounts={},
    )  # fmt: skip
    Membership.objects.create(
        customer_id=case.pk,
        kind="STAGE",
        key="administrativa",
        stage="ADMINISTRATIVE",
        since=day(-39),
        until=day(-9),
    )
    Membership.objects.create(
        customer_id=case.pk, kind="SEGMENT", key="de-antes", since=day(-39), until=day(-9)
    )

    said = " ".join(words_of(browser("auditor").get(url(case))).split())

    shown = [formats.day(value=day(days), locale="es_MX") for days in (-9, -39, -10)]
    assert f"Segmento Nuevo desde el {shown[0]} Etapa Extrajudicial desde el {shown[0]}" in said
    assert f"Segmento De antes {shown[1]} – {shown[2]} Etapa Administrativa {shown[1]} – {shown[2]}" in said


@pytest.mark.feature("PLN-06")
def test_a_case_goes_to_an_agency_stands_in_its_list_and_comes_back(case: Customer) -> None:
    prepare()
    other = make_customer(name="Beto Aparte", external_id="V-2")
    make_receivable(customer=other, due=day(-50), amount="70.00", document_number="F-200")
    task = make_action(customer=case)
    Action.objects.filter(pk=task.pk).update(state="OPEN", channel="", moves_to="despacho", template="")
    client = browser("manager")

    def listed() -> list[str]:
        return [row["name"] for row in client.get("/clientes/?moved_to=despacho").context["rows"]]

    assert "En despacho" not in words_of(client.get("/clientes/"))
    moved = send(client, url(case, f"tareas/{task.pk}/mover/"), {"reason": "Sin respuesta"})
    assert moved.status_code == 302

    assert "En despacho" in words_of(client.get("/clientes/"))
    assert listed() == ["Ana Vencida"]
    [total] = client.get("/clientes/?moved_to=despacho").context["found"].totals
    assert total.overdue_amount == 1500
    sheet = client.get("/clientes/?moved_to=despacho&format=xlsx")
    assert sheet.headers["Content-Type"].startswith("application/vnd.openxmlformats")
    assert len(client.get("/clientes/?moved_to=nadie").context["rows"]) == 2

    assert send(client, url(case, "retomar/"), {"reason": "No avanzó"}).status_code == 302
    assert listed() == []
    assert "En despacho" not in words_of(client.get("/clientes/"))


def test_a_pause_of_one_document_names_it_and_leaves_the_others(case: Customer) -> None:
    make_receivable(customer=case, due=day(-50), amount="70.00", document_number="F-101")
    held = Receivable.objects.get(document_number="F-100")
    client = browser("supervisor")
    until = day(9)

    answer = send(
        client,
        url(case, "pausa/"),
        {"receivable": held.pk, "reason": "NEGOTIATION", "until_date": until.isoformat(), "note": ""},
    )

    assert answer.status_code == 302, text_of(answer)
    said = " ".join(words_of(client.get(url(case))).split())
    shown = formats.day(value=until, locale="es_MX")
    assert f"Documento F-100 en pausa hasta el {shown}" in said
    assert f"En negociación · F-100 hasta {shown}" in said
    assert read("select receivable_id, until_date from agreements_hold") == [(held.pk, until)]
