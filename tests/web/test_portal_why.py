"""«¿Por qué me contactaron?»: every contact with its reason, and one's own data, never another's."""

import hashlib
import json
from collections.abc import Iterator

import pytest
import time_machine
from django.db import connection

from puntual.companies.models import Company
from puntual.contacts.types import OwnerRole
from puntual.flows import daily_run, dispatch
from puntual.outreach.models import Message
from puntual.outreach.providers.fake import FakeTransport
from tests import factories
from tests.conftest import NOW, TODAY
from tests.outreach_factories import make_said, prepare
from tests.web.debtors import Debtor, browser, make_debtor, text_of


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def debtor(company: Company) -> Debtor:
    return make_debtor(name="María Hernández López").enter()


@pytest.mark.feature("N-18")
def test_each_contact_tells_its_step_its_documents_and_its_law(debtor: Debtor, company: Company) -> None:
    prepare()
    daily_run.run_day(today=TODAY, at=NOW)
    dispatch.dispatch_due(at=NOW, limit=10, transport=FakeTransport(), worker="w1")
    (message,) = Message.objects.filter(customer=debtor.customer, state="SENT")

    page = text_of(debtor.get("por-que/"))

    assert "Para ayudarle a ponerse al corriente." in page
    assert "Fue el paso «" in page
    assert "Sobre: F-1042." in page
    assert "Antes de enviarlo se revisó la ley: permitido el 23 nov 2026" in page
    assert message.subject in page
    assert debtor.token not in page.replace(debtor.url(), "")
    assert "Solo se contacta de lunes a viernes" in page
    assert "CONDUSEF, disposiciones" in page


@pytest.mark.feature("N-18")
def test_ones_data_tell_where_each_came_from_and_hold_nobody_elses(debtor: Debtor) -> None:
    factories.make_point(
        customer=debtor.customer, value="aval@correo.example", owner_role=OwnerRole.GUARANTOR
    )
    other = make_debtor(name="Otra Persona", documents=("Z-1", "Z-2"))
    make_said(customer=other.customer, subject="Ajeno", text="De otra persona")
    make_said(customer=debtor.customer, subject="Suyo", text="Para usted")
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into contacts_attempt (key, customer_id, channel, direction, purpose, outcome, at, note)"
            " values ('a', %s, 'CALL', 'OUTBOUND', 'COLLECTION', 'NO_ANSWER', %s, 'Nota interna del gestor')",
            [debtor.customer.pk, NOW],
        )

    page = text_of(debtor.get("por-que/"))
    answer = debtor.get("mis-datos.json")
    paper = debtor.get("mis-datos.pdf")

    kept = json.loads(answer.content)
    said = answer.content.decode()
    for text in (page, said):
        assert "aval@correo.example" not in text
        assert "Otra Persona" not in text
        assert "Z-1" not in text
        assert "Nota interna" not in text
    assert [one["subject"] for one in kept["content"]["messages"]] == ["Suyo"]
    assert {one["document_number"] for one in kept["content"]["debts"]} == {"F-1042", "F-1043"}
    assert len(kept["content"]["contact_points"]) == 1
    assert answer["Cache-Control"] == "no-store"
    assert paper.content.startswith(b"%PDF-")
    text = json.dumps(kept["content"], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert hashlib.sha256(text.encode()).hexdigest() == kept["seal"]["hash"]


@pytest.mark.feature("N-18")
@pytest.mark.parametrize("page", ["por-que/", "mis-datos.json", "mis-datos.pdf"])
def test_nothing_is_told_before_identity_is_proven(company: Company, page: str) -> None:
    debtor = make_debtor(name="María Hernández López")

    answer = debtor.get(page)

    assert answer.status_code == 302
    assert browser().get(f"/p/nada/{page}").status_code == 404


def test_how_to_object_stands_on_the_page(debtor: Debtor) -> None:
    page = text_of(debtor.get("por-que/"))

    assert debtor.url("preferencias/") in page
    assert debtor.url("hay-un-error/") in page
    assert debtor.url("momento-dificil/") in page
    assert "unidad de quejas" in page


def test_who_was_never_contacted_reads_no_contacts(debtor: Debtor) -> None:
    page = text_of(debtor.get("por-que/"))

    assert "Nuestros contactos más recientes" not in page
