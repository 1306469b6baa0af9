"""Nothing leaves while the company lacks what the law wants in a message, and pages say what is missing and where."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from puntual.companies import operations as companies
from puntual.companies.models import Company
from puntual.flows import daily_run, dispatch
from puntual.identity.models import User
from puntual.outreach.models import Message
from puntual.outreach.providers.fake import FakeTransport
from tests.conftest import NOW, TODAY
from tests.factories import make_customer, make_receivable
from tests.outreach_factories import prepare
from tests.web.staff import sign_in, words_of

BARE = {"bank_account": "", "complaint_contact": "", "phone": "", "address": ""}
SAID = "No sale ningún mensaje. Falta el domicilio, la CLABE a la que se paga, la unidad de quejas."


@pytest.fixture(autouse=True)
def waiting(company: Company, settings: Any) -> Message:
    """Plan one e-mail at a company that never told how to pay it."""
    settings.EMAIL_SERVER = {"host": "127.0.0.1", "port": 25, "user": "", "password": "", "tls": "none"}
    prepare()
    make_receivable(customer=make_customer(), due=TODAY - timedelta(days=3))
    daily_run.run_day(today=TODAY, at=NOW)
    companies.update_company(schema_name="muebles", settings=BARE)
    return Message.objects.get()


def send() -> FakeTransport:
    """Send what is due."""
    transport = FakeTransport()
    dispatch.dispatch_due(at=NOW, limit=10, transport=transport, worker="w")
    return transport


def test_nothing_leaves_and_the_message_keeps_the_reason(waiting: Message) -> None:
    with pytest.raises(dispatch.UnableToDispatch) as refused:
        send()

    assert refused.value.message == (
        "No sale ningún mensaje: falta el domicilio, la CLABE a la que se paga, la unidad de quejas. "
        "Complételo en Ajustes › Empresa."
    )
    waiting.refresh_from_db()
    assert (waiting.state, waiting.reason) == ("QUEUED", "company-incomplete:ADDRESS,PAYMENT,COMPLAINTS")


@pytest.mark.parametrize("lacking", ["address", "bank_account", "complaint_contact"])
def test_one_missing_item_is_enough(waiting: Message, lacking: str) -> None:
    told = {name: "002010077777777771" for name in BARE if name != lacking}
    companies.update_company(schema_name="muebles", settings=told)

    with pytest.raises(dispatch.UnableToDispatch):
        send()


def test_it_leaves_once_the_company_is_complete(waiting: Message, cast: dict[str, User]) -> None:
    with pytest.raises(dispatch.UnableToDispatch):
        send()
    companies.update_company(
        schema_name="muebles",
        settings={
            "address": "Av. Ejemplo 100",
            "bank_account": "002010077777777771",
            "complaint_contact": "quejas@mueblesdelvalle.example",
        },
    )

    said = words_of(sign_in(cast["manager"]).get("/mensajes/"))
    assert "En cola" in said
    assert "Falta" not in said

    assert len(send().taken) == 1
    waiting.refresh_from_db()
    assert (waiting.state, waiting.reason) == ("SENT", "")


@time_machine.travel(NOW, tick=False)
def test_pages_say_what_is_missing_and_where_to_fill_it(waiting: Message, cast: dict[str, User]) -> None:
    with pytest.raises(dispatch.UnableToDispatch):
        send()
    client = sign_in(cast["owner"])

    for path in ("/", "/mensajes/", "/hoy/acciones/"):
        page = client.get(path)
        assert f"{SAID} Se completa en Ajustes › Empresa. Completar datos" in words_of(page), path
        assert 'href="/ajustes/empresa/"' in page.content.decode()
    assert SAID in words_of(client.get("/ajustes/empresa/"))
    assert "0 detenidos" not in words_of(client.get("/"))
    assert "1 detenidos" in words_of(client.get("/"))


def test_nothing_that_cannot_leave_is_shown_as_in_line(waiting: Message, cast: dict[str, User]) -> None:
    with pytest.raises(dispatch.UnableToDispatch):
        send()
    client = sign_in(cast["auditor"])

    for path in (
        "/mensajes/",
        f"/mensajes/{waiting.pk}/",
        f"/clientes/{waiting.customer_id}/",
        "/hoy/acciones/",
    ):
        said = words_of(client.get(path))
        assert "En cola" not in said, path
        assert "Detenid" in said, path
        assert "la CLABE a la que se paga" in said, path
    # Who may not change the company is told where, and gets no button.
    assert "Completar datos" not in words_of(client.get("/mensajes/"))


def test_a_missing_mail_server_is_told_too(waiting: Message, cast: dict[str, User], settings: Any) -> None:
    settings.EMAIL_SERVER = None
    companies.update_company(schema_name="muebles", settings=dict.fromkeys(BARE, "002010077777777771"))

    said = words_of(sign_in(cast["owner"]).get("/mensajes/"))

    assert "No sale ningún mensaje. Falta el servidor de correo (EMAIL_URL)." in said
    assert "Completar datos" not in said
    assert "En cola" not in said
