"""Cumplimiento: the law that judges, its questions and changes, and whom each rule concerned."""

from collections.abc import Iterator

import pytest
import time_machine
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from puntual.companies import operations as companies
from puntual.compliance import operations
from puntual.compliance import queries as compliance
from puntual.compliance.types import ContactFacts, Flag, JudgedContact, Moment
from puntual.contacts.types import Channel, OwnerRole, PointState, Purpose
from puntual.identity.models import User
from puntual.portfolio.models import Customer
from tests.conftest import NOW
from tests.factories import make_customer
from tests.outreach_factories import prepare
from tests.web.staff import sign_in, words_of
from tests.web.staffers import written


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(autouse=True)
def plan(company: object) -> None:
    """Put the shipped plan and templates in force."""
    prepare()


def judge_now(customer: Customer, *, flags: frozenset[Flag]) -> None:
    """Judge an e-mail to a customer at this moment, and keep the verdict."""
    facts = ContactFacts(
        customer_id=customer.pk,
        channel=Channel.EMAIL,
        purpose=Purpose.COLLECTION,
        country="MX",
        time_zones=("America/Mexico_City",),
        owner_role=OwnerRole.DEBTOR,
        point_state=PointState.VERIFIED,
        has_known_source=True,
        is_opted_out=False,
        has_debt=True,
        is_disputed=False,
        is_on_hold=False,
        has_active_promise=False,
        flags=flags,
    )
    (verdict,) = operations.judge_contacts(contacts=[facts], country="MX", at=NOW)
    judged = JudgedContact(facts=facts, verdict=verdict, step_key="", action_id=None)
    operations.record_verdicts(judged=[judged], country="MX", moment=Moment.PLANNING, at=NOW)


@pytest.mark.feature("N-03")
def test_the_law_is_shown_by_subject_with_its_questions(cast: dict[str, User]) -> None:
    page = words_of(sign_in(cast["auditor"]).get("/cumplimiento/reglas/"))

    assert "Reglas: México" in page
    assert "Autoridad: CONDUSEF" in page
    assert "Máximo 3 intentos al día." in page
    assert "8:00–21:00 no se contacta no se contacta no se contacta" in page
    assert "Pregunta abierta para el abogado local: ¿«Días hábiles, 8:00 a 21:00»" in page


def test_other_countries_are_readable_and_told_to_be_others(cast: dict[str, User]) -> None:
    client = sign_in(cast["auditor"])

    page = words_of(client.get("/cumplimiento/reglas/?pais=CL"))

    assert "Reglas: Chile" in page
    assert "Es la ley de otro país" in page
    assert client.get("/cumplimiento/reglas/?pais=ZZ").status_code == 404
    assert client.get("/cumplimiento/reglas/?version=MX-1999.01-1").status_code == 404
    assert client.get("/cumplimiento/reglas/cambios/?de=nada").status_code == 404


def test_every_country_can_be_shown(cast: dict[str, User]) -> None:
    client = sign_in(cast["auditor"])

    for country in compliance.countries():
        assert client.get(f"/cumplimiento/reglas/?pais={country}").status_code == 200


@pytest.mark.feature("N-03")
def test_open_questions_are_listed_with_the_own_country_first(cast: dict[str, User]) -> None:
    page = words_of(sign_in(cast["auditor"]).get("/cumplimiento/reglas/preguntas/"))

    assert "¿Se sancionó la reforma de agosto de 2019" in page
    assert page.index("MX-WIN-01") < page.index("CL-FREQ-01")


def test_a_version_that_judged_is_compared_with_the_one_in_force(cast: dict[str, User]) -> None:
    client = sign_in(cast["auditor"])
    assert "Solo hay una versión" in words_of(client.get("/cumplimiento/reglas/cambios/"))
    pack = compliance.law_pack(country="MX")
    older = pack.document.replace(pack.version, "MX-2025.01-1").replace("2026-01-01", "2025-01-01")
    older = older.replace('["08:00:00","21:00:00"]', '["07:00:00","22:00:00"]')
    with companies.in_company(schema_name="muebles"), connection.cursor() as cursor:
        cursor.execute(
            "insert into compliance_pack (digest, country, version, document)"
            " values (encode(sha256(convert_to(%s, 'UTF8')), 'hex'), 'MX', 'MX-2025.01-1', %s)",
            [older, older],
        )

    page = words_of(client.get("/cumplimiento/reglas/cambios/"))

    assert "MX-WIN-01 Cambió Horario" in page
    assert "lunes a viernes 7:00–22:00" in page
    assert "lunes a viernes 8:00–21:00" in page
    assert "Esta versión ya no es la que rige." in words_of(
        client.get("/cumplimiento/reglas/?version=MX-2025.01-1")
    )


@pytest.mark.feature("N-03")
def test_each_rule_opens_whom_it_concerned(cast: dict[str, User]) -> None:
    nowhere = make_customer(name="Sin domicilio, S.A.")
    judge_now(nowhere, flags=frozenset({Flag.UNKNOWN}))
    judge_now(make_customer(name="Momento Difícil"), flags=frozenset({Flag.HARDSHIP}))
    client = sign_in(cast["manager"])

    listed = words_of(client.get("/cumplimiento/negativas/"))
    page = words_of(client.get("/cumplimiento/negativas/X-DATA-01/?periodo=hoy"))
    released = words_of(client.get("/cumplimiento/negativas/X-HARD-P1/?resultado=REVIEW"))

    assert "X-HARD-P1" in listed
    assert "Lo decide una persona" in listed
    assert "Falta un dato necesario" in page
    assert "Sin domicilio, S.A." in page
    assert "Momento Difícil" not in page
    assert "Momento Difícil" in released
    assert "Sin domicilio, S.A." not in words_of(
        client.get("/cumplimiento/negativas/X-DATA-01/?resultado=DEFER")
    )
    assert client.get("/cumplimiento/negativas/NADA-01/").status_code == 404
    assert client.get("/cumplimiento/negativas/X-DATA-01/?periodo=siempre").status_code == 404
    assert client.get("/cumplimiento/negativas/X-DATA-01/?resultado=TAL").status_code == 404
    assert sign_in(cast["supervisor"]).get("/cumplimiento/negativas/X-DATA-01/").status_code == 403


def ask(client: Client, *, part: bool = True, **changes: object) -> HttpResponse:
    """Ask the tester about a WhatsApp to a debtor in Mexico City on a Monday at noon, with changes."""
    data = {
        "country": "MX",
        "state": "Ciudad de México",
        "channel": "WHATSAPP",
        "owner": "DEBTOR",
        "purpose": "COLLECTION",
        "day": "2026-11-23",
        "hour": "12:00",
    }
    headers = {"HX-Request": "true"} if part else {}
    return client.post("/cumplimiento/probador/", data | changes, headers=headers)


@pytest.mark.feature("N-03")
def test_the_tester_answers_as_one_types_and_writes_nothing(cast: dict[str, User]) -> None:
    client = sign_in(cast["auditor"])
    before = written()

    assert "Se puede hacer." in words_of(ask(client))
    assert "Lo decide una persona" in words_of(ask(client, flags=["hardship"]))
    assert "Ahora no: desde el 23 nov 2026, 8:00" in words_of(ask(client, hour="07:59"))
    spent = "\n".join(f"2026-11-23 {hour}:00 llamada sin respuesta" for hour in (9, 10, 11))
    answer = words_of(ask(client, history=spent))
    assert "MX-FREQ-00" in answer
    assert "quedan 0 contactos" in answer
    assert "C-SEIZE" in words_of(ask(client, text="Mañana embargamos sus muebles"))
    assert "en qué estado o región vive" in words_of(ask(client, state=""))

    assert written() == before


def test_the_tester_says_what_it_does_not_understand(cast: dict[str, User]) -> None:
    client = sign_in(cast["auditor"])

    page = ask(client, part=False, history="ayer lo llamé")

    assert page.status_code == 422
    assert "No se entiende «ayer lo llamé»" in words_of(page)
    assert ask(client, part=False, country="ZZ").status_code == 422
    assert ask(client, part=False, history="2026-13-45 09:00 llamada sin respuesta").status_code == 422
    assert ask(client, part=False).status_code == 200
    assert sign_in(cast["collector"]).get("/cumplimiento/probador/").status_code == 403
    assert client.get("/cumplimiento/probador/").status_code == 200


def test_a_bureau_and_charges_are_asked_about(cast: dict[str, User]) -> None:
    client = sign_in(cast["auditor"])
    address = "/cumplimiento/probador/buro-y-gastos/"
    charge = {
        "act": "FEE",
        "country": "CL",
        "day": "2026-11-23",
        "overdue": "1,185,000",
        "unit_value": "39500",
    }

    page = client.get(address)
    told = client.post(address, charge | {"due_date": "2026-11-01", "fee": "90000", "had_free_notice": "on"})
    late = client.post(address, charge | {"due_date": "2026-11-24", "fee": "90000"})
    known = client.post(address, {"act": "BUREAU", "country": "MX", "day": "2026-11-23"})

    assert page.status_code == told.status_code == known.status_code == 200
    assert "No se puede cobrar eso." in words_of(told)
    assert "82,950.00" in words_of(told)
    assert "CL-FEE-02" in words_of(told)
    assert late.status_code == 422
    assert "Es posterior al día por el que se pregunta." in words_of(late)
    assert "no tiene una regla que lo impida" in words_of(known)
    assert "MX-BUREAU-01" in words_of(known)
    assert sign_in(cast["collector"]).get(address).status_code == 403
