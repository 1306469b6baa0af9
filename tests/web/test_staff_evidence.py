"""The evidence about a customer as a paper and as data, for whom it is addressed to."""

import io
import json
import zipfile
from datetime import timedelta

import pytest

from puntual.audit.models import Event
from puntual.identity.models import User
from tests.conftest import TODAY
from tests.factories import make_customer, make_receivable
from tests.outreach_factories import make_said
from tests.web.staff import sign_in, words_of


@pytest.mark.feature("SEC-07")
def test_paper_and_data_come_together(cast: dict[str, User]) -> None:
    customer = make_customer(name="José Ñuño #1 *Ávila*")
    make_receivable(customer=customer, due=TODAY - timedelta(days=3))
    make_said(customer=customer, subject="Su factura", text="Hola $x #let y = 1\nAdiós")
    client = sign_in(cast["auditor"])
    address = f"/clientes/{customer.pk}/evidencia/"

    assert "Expediente de evidencia" in words_of(client.get(address))
    response = client.post(address, {"authority": "condusef", "file": "zip"})

    assert response.status_code == 200
    assert response["Content-Type"] == "application/zip"
    archive = zipfile.ZipFile(io.BytesIO(response.content))
    data, paper = sorted(archive.namelist())
    assert archive.read(paper).startswith(b"%PDF-")
    told = json.loads(archive.read(data))
    assert told["content"]["customer"]["name"] == "José Ñuño #1 *Ávila*"
    assert Event.objects.get(action="evidence-made").after["hash"] == told["seal"]["hash"]


def test_nobody_without_the_right_takes_it_and_nothing_is_noted(cast: dict[str, User]) -> None:
    customer = make_customer()
    address = f"/clientes/{customer.pk}/evidencia/"

    refused = sign_in(cast["collector"]).post(address, {"authority": "", "file": "pdf"})
    wrong = sign_in(cast["auditor"]).post(address, {"authority": "FBI", "file": "exe"})

    assert refused.status_code == 403
    assert wrong.status_code == 422
    assert sign_in(cast["auditor"]).get("/clientes/999999/evidencia/").status_code == 404
    assert not Event.objects.filter(action="evidence-made").exists()
    assert "Evidencia" not in words_of(sign_in(cast["collector"]).get(f"/clientes/{customer.pk}/"))


def test_two_thousand_messages_are_no_trouble(cast: dict[str, User]) -> None:
    customer = make_customer()
    make_said(customer=customer, text="Le escribimos por su factura. " * 8, count=2000)

    response = sign_in(cast["auditor"]).post(
        f"/clientes/{customer.pk}/evidencia/", {"authority": "", "file": "zip"}
    )

    archive = zipfile.ZipFile(io.BytesIO(response.content))
    data, paper = sorted(archive.namelist())
    assert len(json.loads(archive.read(data))["content"]["messages"]) == 2000
    assert archive.read(paper).startswith(b"%PDF-")
