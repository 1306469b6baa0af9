"""Mensajes: what went out, what did not and why; the demo's mailbox; frames that can run nothing."""

import re
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from puntual.audit.models import Event
from puntual.companies import operations as companies
from puntual.companies.models import Company
from puntual.flows import daily_run, dispatch
from puntual.identity.models import User
from puntual.outreach.models import Message
from puntual.outreach.providers.fake import FakeTransport
from puntual.plans.models import Action
from tests.conftest import NOW, TODAY
from tests.factories import make_customer, make_receivable
from tests.outreach_factories import make_message, prepare
from tests.web.staff import sign_in, words_of


@pytest.fixture(autouse=True)
def plan(company: Company) -> None:
    """Put the shipped plan and templates in force."""
    prepare()


@pytest.mark.parametrize("language", ["es", "en"])
def test_a_template_is_shown_as_the_company_itself_would_send_it(
    cast: dict[str, User], language: str
) -> None:
    companies.update_company(
        schema_name="muebles",
        settings={
            "name": "Aceros del Norte",
            "legal_name": "Aceros del Norte, S.A. de C.V.",
            "currency": "USD",
            "phone": "81 2222 3333",
            "bank_name": "",
            "bank_account": "",
            "complaint_contact": "",
            "address": "Calle Hierro 5, Monterrey",
        },
    )
    client = sign_in(cast["auditor"])

    page = client.get(f"/plan/plantillas/notice-1/{language}/")

    listed = words_of(client.get("/plan/plantillas/"))
    for said in (words_of(page), words_of(client.get(f"/plan/plantillas/notice-1/{language}/cuerpo/"))):
        assert "Aceros del Norte" in said
        assert "81 2222 3333" in said
        assert "Calle Hierro 5, Monterrey" in said
        assert "$1,250.00 USD" in said
        # What the company never told is seen to be missing.
        assert "[falta la CLABE]" in said
        assert "[falta la unidad de quejas]" in said
        assert "Banco Ejemplo" not in said
        assert "002010077777777771" not in said
        assert "Muebles del Valle" not in said.replace("· Muebles del Valle", "")
    assert "Aceros del Norte" in listed


@pytest.fixture
def sent() -> Message:
    """Send one message, as the day's run and dispatch leave it."""
    customer = make_customer(name="María <b>Díaz</b>", email="maria@correo.example")
    make_receivable(customer=customer, due=TODAY - timedelta(days=3), amount="1250.00", document_number="F-9")
    daily_run.run_day(today=TODAY, at=NOW)
    dispatch.dispatch_due(at=NOW, limit=10, transport=FakeTransport(), worker="w")
    return Message.objects.get()


def test_the_list_names_person_subject_and_state(cast: dict[str, User], sent: Message) -> None:
    page = sign_in(cast["collector"]).get("/mensajes/")

    said = words_of(page)
    assert "Su cuenta con Muebles del Valle maria@correo.example Enviado" in said
    assert "María &lt;b&gt;Díaz&lt;/b&gt;" in page.content.decode()
    assert [(one["state"], one["count"]) for one in page.context["chips"]] == [("SENT", 1)]


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("?q=maria", 1),
        ("?q=nadie", 0),
        ("?state=FAILED", 0),
        ("?state=NADA", 1),
        ("?page=99", 1),
        ("?q=%25", 1),
    ],
)
def test_the_list_is_searched_and_filtered(
    cast: dict[str, User], sent: Message, query: str, rows: int
) -> None:
    assert len(sign_in(cast["auditor"]).get(f"/mensajes/{query}").context["rows"]) == rows


@pytest.mark.parametrize("search", ["maria.lopez", "LOPEZ@correo", "correo.example"])
def test_a_part_of_an_address_finds_its_messages(cast: dict[str, User], search: str) -> None:
    customer = make_customer(name="Alguien Más", email="maria.lopez@correo.example")
    make_message(customer=customer)
    make_message(customer=make_customer(name="Otra Persona", email="otra@empresa.example"))

    page = words_of(sign_in(cast["auditor"]).get("/mensajes/", {"q": search}))

    assert "Alguien Más" in page
    assert "Otra Persona" not in page


def test_a_search_without_a_match_says_so(cast: dict[str, User], sent: Message) -> None:
    said = words_of(sign_in(cast["auditor"]).get("/mensajes/?q=nadie"))

    assert "Ningún mensaje coincide" in said
    assert "Todavía no hay mensajes" not in said


def test_a_search_is_cut_and_what_no_table_can_hold_is_refused(cast: dict[str, User], sent: Message) -> None:
    client = sign_in(cast["auditor"])

    assert client.get("/mensajes/?q=%20maria%20").context["q"] == "maria"
    assert client.get("/mensajes/?q=mar%00ia").status_code == 400


def test_a_cancelled_message_says_why_in_words(cast: dict[str, User]) -> None:
    make_message(customer=make_customer())
    Message.objects.update(state="CANCELLED", reason="law:MX-WIN-01")
    Action.objects.update(state="CANCELLED")

    said = words_of(sign_in(cast["manager"]).get("/mensajes/"))

    assert "La ley no lo permite: Solo se contacta de lunes a viernes" in said
    assert "MX-WIN-01" not in said
    assert "Primer aviso" in said


@pytest.mark.complaint(23)
def test_the_timeline_says_what_became_of_a_cancelled_message_and_when(cast: dict[str, User]) -> None:
    message = make_message(customer=make_customer(), not_before=NOW + timedelta(days=1))
    Message.objects.update(
        state="CANCELLED", reason="payment", template="notice-1", reported_at=NOW - timedelta(hours=2)
    )

    page = sign_in(cast["manager"]).get(f"/clientes/{message.customer_id}/")

    [told] = page.context["happenings"]
    assert (told.title, told.chip, told.meta) == ("Primer aviso", "Cancelado", "Pagó")
    assert told.at == NOW - timedelta(hours=2)


@pytest.mark.feature("SEC-07")
def test_a_message_shows_what_was_written_and_what_the_law_said(cast: dict[str, User], sent: Message) -> None:
    page = sign_in(cast["auditor"]).get(f"/mensajes/{sent.pk}/")

    said = words_of(page)
    assert "Su cuenta con Muebles del Valle" in said
    assert "$1,250.00" in said
    assert "Permitido" in said
    assert "Corrida 23 nov 2026" in said
    assert 'sandbox="allow-same-origin"' in page.content.decode()


def test_the_frame_of_a_message_can_run_and_fetch_nothing(cast: dict[str, User], sent: Message) -> None:
    frame = sign_in(cast["collector"]).get(f"/mensajes/{sent.pk}/cuerpo/")

    policy = frame.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "sandbox allow-same-origin;" in policy
    assert "script-src" not in policy
    assert frame.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "1,250.00" in frame.content.decode()


def test_nobody_of_the_company_reads_the_debtors_own_way_into_the_portal(
    cast: dict[str, User], sent: Message
) -> None:
    link = re.search(r"/p/[^/]+/", Message.objects.get(pk=sent.pk).text)
    assert link is not None
    client = sign_in(cast["owner"])

    for page in (client.get(f"/mensajes/{sent.pk}/"), client.get(f"/mensajes/{sent.pk}/cuerpo/")):
        body = page.content.decode()
        assert link[0] not in body
    assert "/p/enlace-del-cliente/" in body


@pytest.mark.parametrize(("answer", "state"), [("1", "SENT"), ("0", "QUEUED")])
def test_a_person_settles_what_nobody_knows(cast: dict[str, User], answer: str, state: str) -> None:
    message = make_message(customer=make_customer())
    Message.objects.update(state="UNKNOWN")
    client = sign_in(cast["supervisor"])
    assert "¿Salió este mensaje?" in words_of(client.get(f"/mensajes/{message.pk}/"))

    client.post(f"/mensajes/{message.pk}/resolver/", {"was_sent": answer})

    message.refresh_from_db()
    assert message.state == state
    assert Event.objects.filter(action="message-resolved", actor_label="Supervisor").count() == 1


def test_an_answer_that_is_none_sends_nothing_again(cast: dict[str, User]) -> None:
    message = make_message(customer=make_customer())
    Message.objects.update(state="UNKNOWN")

    page = sign_in(cast["manager"]).post(f"/mensajes/{message.pk}/resolver/", {}, follow=True)

    message.refresh_from_db()
    assert message.state == "UNKNOWN"
    assert "Diga si el mensaje se envió o no." in words_of(page)


@pytest.mark.parametrize("role", ["collector", "auditor"])
def test_who_may_not_settle_is_refused(cast: dict[str, User], role: str) -> None:
    message = make_message(customer=make_customer())
    Message.objects.update(state="UNKNOWN")

    assert sign_in(cast[role]).post(f"/mensajes/{message.pk}/resolver/", {"was_sent": "0"}).status_code == 403

    message.refresh_from_db()
    assert message.state == "UNKNOWN"


def test_a_settled_message_is_not_settled_again(cast: dict[str, User], sent: Message) -> None:
    answer = sign_in(cast["manager"]).post(f"/mensajes/{sent.pk}/resolver/", {"was_sent": "0"})

    assert answer.status_code == 404
    sent.refresh_from_db()
    assert sent.state == "SENT"


def test_templates_are_shown_with_sample_data(cast: dict[str, User]) -> None:
    client = sign_in(cast["collector"])

    assert "Primer aviso" in words_of(client.get("/plan/plantillas/"))
    page = words_of(client.get("/plan/plantillas/notice-1/es/"))
    assert "Los datos de la empresa son los suyos; los del deudor son inventados." in page
    assert "{{" not in page
    assert client.get("/plan/plantillas/notice-1/fr/").status_code == 404


def test_the_plan_and_the_rules_are_shown_in_words(cast: dict[str, User]) -> None:
    client = sign_in(cast["auditor"])

    plan = words_of(client.get("/plan/"))
    assert "Primer aviso, cordial primera palabra 3 días después de vencer Correo" in plan
    assert "En vigor: Facturas y créditos México v1." in plan
    assert "Solo se contacta de lunes a viernes" in words_of(client.get("/cumplimiento/reglas/"))


def test_refusals_are_counted_by_rule(cast: dict[str, User]) -> None:
    customer = make_customer(email=None)
    make_receivable(customer=customer, due=TODAY - timedelta(days=3))
    daily_run.run_day(today=TODAY, at=NOW)

    page = sign_in(cast["manager"]).get("/cumplimiento/negativas/")

    assert page.status_code == 200
    assert sign_in(cast["supervisor"]).get("/cumplimiento/negativas/").status_code == 403


def test_the_mailbox_exists_in_the_demo_alone(
    cast: dict[str, User], company: Company, settings: Any, tmp_path: Path
) -> None:
    settings.DEMO_MAILBOX = str(tmp_path)
    client = sign_in(cast["owner"])
    assert client.get("/demo/buzon/").status_code == 404

    Company.objects.filter(pk=company.pk).update(is_demo=True)
    assert "El buzón está vacío" in words_of(client.get("/demo/buzon/"))
    said = words_of(client.get("/demo/buzon/?q=nadie"))
    assert "Ningún mensaje coincide" in said
    assert "El buzón está vacío" not in said
    settings.DEMO_MAILBOX = ""
    assert client.get("/demo/buzon/").status_code == 404


@pytest.mark.parametrize("mail_id", ["nada", "..", "..%2F..%2Fetc%2Fpasswd", "a" * 300])
def test_the_mailbox_reads_nothing_outside_of_it(
    cast: dict[str, User], company: Company, settings: Any, tmp_path: Path, mail_id: str
) -> None:
    settings.DEMO_MAILBOX = str(tmp_path / "mailbox")
    Company.objects.filter(pk=company.pk).update(is_demo=True)
    outside = EmailMessage()
    outside["Subject"] = "Fuera"
    (tmp_path / "nada").write_bytes(outside.as_bytes())

    assert sign_in(cast["owner"]).get(f"/demo/buzon/{mail_id}/").status_code == 404
