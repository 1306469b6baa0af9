"""Circumstances of people on pages and over the API: who may write, who may read what, and what a bad form does."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from puntual.audit.types import SYSTEM
from puntual.companies import operations as companies
from puntual.companies.models import Company
from puntual.contacts import operations as contacts
from puntual.contacts.models import Circumstance
from puntual.contacts.types import CircumstanceKind, NewCircumstance, PointKind
from puntual.db import rows
from puntual.flows import daily_run
from puntual.identity.types import Scope
from puntual.portfolio.models import Customer
from tests.conftest import NOW
from tests.factories import make_customer, make_point, make_receivable
from tests.outreach_factories import prepare
from tests.web.programs import make_program
from tests.web.staff import words_of
from tests.web.staffers import ROLES, browser, company_today, day, read, send, written

WRITES = {"owner", "manager", "supervisor", "collector"}
ENDS = SEES = {"owner", "manager", "supervisor"}
DEAD = "Falleció"


@pytest.fixture
def case(company: Company) -> Customer:
    """Somebody late, of whose death and hard time the company knows."""
    customer = make_customer(name="Ana Vencida", external_id="V-1")
    make_receivable(customer=customer, due=day(-40), amount="1500.00", document_number="F-100")
    make_point(customer=customer, value="+525555555555", kind=PointKind.PHONE)
    return customer


def know(customer: Customer, kind: CircumstanceKind, **fields: Any) -> int:
    new = NewCircumstance(customer.pk, kind, "Lo contó su hija.", "Su hija", **fields)
    return contacts.record_circumstance(new=new, actor=SYSTEM, today=company_today(), at=NOW)


def sent(**fields: str) -> dict[str, str]:
    return {"kind": "CEASE", "reason": "Lo pidió.", "source": "La persona", **fields}


@pytest.mark.parametrize("role", ROLES)
def test_who_speaks_with_people_writes_it_down(case: Customer, role: str) -> None:
    answer = send(browser(role), f"/clientes/{case.pk}/circunstancia/", sent())

    assert answer.status_code == (302 if role in WRITES else 403)
    assert read("select kind from contacts_circumstance") == ([("CEASE",)] if role in WRITES else [])


@pytest.mark.parametrize("role", ROLES)
def test_who_supervises_ends_it(case: Customer, role: str) -> None:
    kept = know(case, CircumstanceKind.CEASE)
    url = f"/clientes/{case.pk}/circunstancias/{kept}/terminar/"

    answer = send(browser(role), url, {"reason": "Escribió que ya se puede."})

    assert answer.status_code == (302 if role in ENDS else 403)
    assert read("select ended_at is null from contacts_circumstance") == [(role not in ENDS,)]


@pytest.mark.parametrize("role", ROLES)
def test_a_reserved_one_is_named_to_few_and_its_effect_to_all(case: Customer, role: str) -> None:
    prepare()
    know(case, CircumstanceKind.DECEASED)
    daily_run.run_day(today=company_today(), at=datetime.now(tz=UTC))

    client = browser(role)
    page = words_of(client.get(f"/clientes/{case.pk}/"))
    why = words_of(client.get(f"/clientes/{case.pk}/por-que/"))

    assert "No se le contacta por ningún medio." in page
    sees = role in SEES | {"auditor"}
    assert (DEAD in page, "Lo contó su hija." in page) == (sees, sees)
    assert ("Circunstancia reservada" in page) is not sees
    assert ("falleció" in page + why, "X-DEAD-P1" in why) == (sees, sees)
    assert ("Una circunstancia reservada de la persona lo impide." in why) is not sees


@pytest.mark.parametrize("role", ROLES)
def test_what_somebody_told_of_a_hard_time_is_for_who_supervises(case: Customer, role: str) -> None:
    know(case, CircumstanceKind.HARDSHIP)

    page = words_of(browser(role).get(f"/clientes/{case.pk}/"))

    assert "Pasa por un momento difícil" in page
    assert ("Lo contó su hija." in page) is (role in SEES | {"auditor"})
    assert ("Acordar pagos" in page) is (role in WRITES)
    assert ("Darle una pausa" in page) is (role in ENDS)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"kind": "OTRA"}, "Elija de la lista."),
        ({"kind": ""}, "Elija una opción."),
        ({"reason": ""}, "Escriba unas palabras."),
        ({"source": " "}, "Escriba quién lo dijo o de dónde se sabe."),
        ({"until_date": "2020-01-01"}, ""),
        ({"kind": "REPRESENTED"}, "Escriba con quién se trata desde ahora."),
        ({"lawyer_name": "Lic. Paz"}, "Bórrelo, o elija"),
    ],
)
def test_a_bad_form_is_shown_again_and_changes_nothing(
    case: Customer, fields: dict[str, str], said: str
) -> None:
    before = written()

    answer = send(browser("collector"), f"/clientes/{case.pk}/circunstancia/", sent(**fields))

    assert answer.status_code == 422
    assert said in words_of(answer)
    assert written() == before


def test_one_of_somebody_else_is_not_there(case: Customer) -> None:
    kept = know(make_customer(), CircumstanceKind.CEASE)
    before = written()

    answer = send(browser(), f"/clientes/{case.pk}/circunstancias/{kept}/terminar/", {"reason": "No."})

    assert answer.status_code == 404
    assert written() == before


def test_the_list_is_filtered_by_kind_and_by_whether_it_counts(case: Customer) -> None:
    other = make_customer(name="Luis Otro")
    know(case, CircumstanceKind.CEASE)
    over = know(other, CircumstanceKind.REPRESENTED, lawyer_name="Lic. Paz")
    contacts.end_circumstance(
        circumstance_id=over, customer_id=other.pk, reason="Cambió de abogado.", actor=SYSTEM, at=NOW
    )
    client = browser("supervisor")
    url = "/cumplimiento/circunstancias/"

    found = {
        query: {name for name in ("Ana Vencida", "Luis Otro") if name in words_of(client.get(url + query))}
        for query in ("", "?estado=", "?estado=terminadas", "?tipo=CEASE&estado=", "?tipo=MINOR&estado=")
    }

    assert found == {
        "": {"Ana Vencida"},
        "?estado=": {"Ana Vencida", "Luis Otro"},
        "?estado=terminadas": {"Luis Otro"},
        "?tipo=CEASE&estado=": {"Ana Vencida"},
        "?tipo=MINOR&estado=": set(),
    }
    assert client.get(url + "?tipo=OTRA").status_code == 404


def test_a_program_records_reads_and_ends(case: Customer) -> None:
    program = make_program()
    body = {
        "customer": "V-1",
        "kind": "REPRESENTED",
        "reason": "Mandó un poder.",
        "source": "Carta",
        "lawyer_name": "Lic. Rosa Paz",
    }

    kept = program.post("circumstances", body)
    again = program.post("circumstances", body)

    assert (kept.status_code, again.status_code) == (200, 422)
    assert again.json()["code"] == "unable-to-record-circumstance"
    (shown,) = program.get("circumstances", customer="V-1").json()["circumstances"]
    assert (shown["kind"], shown["lawyer_name"], shown["is_open"]) == ("REPRESENTED", "Lic. Rosa Paz", True)
    ending = {"customer": "V-1", "reason": "Revocó el poder."}
    url = f"circumstances/{kept.json()['id']}/end"
    assert [program.post(url, ending).json() for _ in range(2)] == [{"ended": True}, {"ended": False}]
    assert program.post("circumstances/999999999/end", ending).status_code == 404


def test_a_key_that_only_reads_learns_no_reserved_word(case: Customer) -> None:
    know(case, CircumstanceKind.DECEASED)
    program = make_program(scope=Scope.READ)

    (shown,) = program.get("circumstances", customer="V-1").json()["circumstances"]

    assert (shown["kind"], shown["is_reserved"], shown["is_open"]) == (None, True, True)
    assert (shown["reason"], shown["source"]) == ("", "")
    assert program.post("circumstances", {"customer": "V-1", **sent()}).status_code == 403
    assert Circumstance.objects.count() == 1


@pytest.mark.parametrize("role", ROLES)
def test_who_speaks_with_people_agrees_on_hours(case: Customer, role: str) -> None:
    hours = {"channel": "CALL", "weekdays": ["0", "1"], "from_hour": "18:00", "to_hour": "20:00"}
    client = browser(role)

    answer = send(client, f"/clientes/{case.pk}/horario/", hours)

    assert answer.status_code == (302 if role in WRITES else 403)
    told = "lunes y martes, de 18:00 a 20:00" in words_of(client.get(f"/clientes/{case.pk}/"))
    assert told is (role in WRITES)


def test_hours_without_a_lawful_moment_are_refused_with_why(case: Customer) -> None:
    before = written()

    answer = send(browser(), f"/clientes/{case.pk}/horario/", {"weekdays": ["6"]})

    assert answer.status_code == 422
    assert "En esos días y horas la ley no permite ningún contacto." in words_of(answer)
    assert written() == before


def test_a_program_agrees_on_hours_and_reads_them(case: Customer) -> None:
    program = make_program()
    hours = {"weekdays": [2], "start": "18:00", "end": "20:30"}
    body = {"customer": "V-1", "channel": "CALL", "hours": hours}

    said = [program.post("contact-wishes", body).json() for _ in range(2)]
    bad = [
        program.post("contact-wishes", {"customer": "V-1", "hours": {**hours, **wrong}})
        for wrong in ({"start": "25:00"}, {"weekdays": [7]}, {"weekdays": [6]}, {"end": "18:00"})
    ]

    assert said == [{"changed": True}, {"changed": False}]
    assert [one.status_code for one in bad] == [422] * 4
    (kept,) = program.get("contact-wishes", customer="V-1").json()["wishes"]
    assert (kept["channel"], kept["hours"], kept["is_current"]) == ("CALL", body["hours"], True)


def test_the_tester_asks_for_own_hours(case: Customer) -> None:
    asked = {"country": "MX", "state": "CDMX", "channel": "CALL", "owner_role": "DEBTOR"}
    body = {
        **asked,
        "at": "2026-11-23T12:00",
        "own_hours": [{"weekdays": [0], "start": "18:00", "end": "20:00"}],
    }

    told = make_program(scope=Scope.READ).post("contacts/try", body).json()

    assert (told["outcome"], [one["id"] for one in told["objections"]]) == ("DEFER", ["X-HOURS-P1"])


LISTS = "/cumplimiento/listas/"


def take_list(client: Any, text: str = "correo\nana@vencida.example\nnada\n", **fields: str) -> Any:
    """Send the form with a file."""
    given = {"name": "REPEP", "kind": "OWN", "from_date": company_today().isoformat(), **fields}
    return client.post(LISTS + "nueva/", {**given, "file": SimpleUploadedFile("l.csv", text.encode())})


@pytest.mark.parametrize("role", ROLES)
def test_who_manages_loads_a_list_sees_whom_it_is_about_and_puts_it_in_force(
    case: Customer, role: str
) -> None:
    make_point(customer=case, value="ana@vencida.example")
    client = browser(role)

    taken = take_list(client)

    if role not in {"owner", "manager"}:
        assert taken.status_code == 403
        assert client.get(LISTS).status_code == (200 if role != "collector" else 403)
        assert read("select count(*) from contacts_exclusionlist") == [(0,)]
        return
    shown = words_of(client.get(taken.headers["Location"]))
    assert "Clientes a los que toca 1" in shown
    assert "No se entendieron 1 · filas: 3" in shown
    assert "Ana Vencida" in shown
    applied = client.post(taken.headers["Location"] + "aplicar/")
    assert applied.status_code == 302
    assert "Está en: «REPEP»." in words_of(client.get(f"/clientes/{case.pk}/"))
    again = take_list(client)
    assert again.headers["Location"] == taken.headers["Location"]
    done = send(client, taken.headers["Location"] + "retirar/", {"reason": "Se levantó."})
    assert done.status_code == 302
    assert "«REPEP»" not in words_of(client.get(f"/clientes/{case.pk}/"))


def test_whom_a_list_is_about_is_shown_by_pages_and_counted_when_asked(case: Customer) -> None:
    client, auditor = browser("manager"), browser("auditor")
    addresses = [f"p{number}@correo.example" for number in range(53)]
    with companies.in_company(schema_name="muebles"):
        for number, address in enumerate(addresses[:52]):
            make_point(customer=make_customer(name=f"Persona {number:02}"), value=address)
    page = take_list(client, "correo\n" + "\n".join(addresses) + "\n").headers["Location"]
    with companies.in_company(schema_name="muebles"):
        make_point(customer=make_customer(name="Persona 99"), value=addresses[52])

    first = words_of(client.get(page))
    second = words_of(client.get(f"{page}?page=2"))

    assert "Clientes a los que toca 52 contados el" in first
    assert "Persona 00" in first
    assert "Persona 51" not in first
    assert "Persona 51" in second
    assert "Persona 99" not in second
    assert auditor.post(f"{page}contar/").status_code == 403
    assert client.post(f"{page}contar/").status_code == 302
    assert "La lista toca hoy a 53 clientes." in words_of(client.get(page))
    assert "Persona 99" in words_of(client.get(f"{page}?page=2"))
    # One that was there before anybody counted.
    with companies.in_company(schema_name="muebles"):
        rows.execute("delete from contacts_exclusionmatch", {})
        rows.execute("update contacts_exclusionlist set matched_at = null, matched_customers = null", {})
    assert "Todavía no se cuentan" in words_of(client.get(page))


@pytest.mark.parametrize(
    ("text", "fields", "said"),
    [
        ("nada\n", {}, "No se entendió ningún teléfono"),
        ("", {}, "El archivo está vacío."),
        ("a@b.mx\n", {"kind": "OTRO"}, "Elija de la lista."),
        ("a@b.mx\n", {"name": " "}, "Escriba el nombre de la lista."),
        ("PK\x03\x04roto", {}, ""),
    ],
)
def test_a_file_that_is_no_list_is_refused(
    case: Customer, text: str, fields: dict[str, str], said: str
) -> None:
    answer = take_list(browser(), text, **fields)

    assert answer.status_code == 422
    assert said in words_of(answer)
    assert read("select count(*) from contacts_exclusionlist") == [(0,)]


def test_a_program_takes_a_list_in_and_puts_it_in_force(case: Customer) -> None:
    make_point(customer=case, value="+525511112222", kind=PointKind.PHONE)
    program = make_program()
    body = {"name": "Juzgado 3", "kind": "COURT_ORDER", "entries": ["55 1111 2222", "nada"]}

    taken, again = (program.post("exclusion-lists", body).json() for _ in range(2))

    assert (taken["is_new"], taken["customers"], taken["not_understood_rows"]) == (True, 1, [2])
    assert (again["id"], again["is_new"]) == (taken["id"], False)
    url = f"exclusion-lists/{taken['id']}"
    assert program.post(f"{url}/apply", {}).json() == {"changed": True, "customers": 1}
    assert program.post(f"{url}/apply", {}).json() == {"changed": False, "customers": 0}
    (shown,) = program.get("exclusion-lists").json()["lists"]
    assert (shown["name"], shown["in_force"], shown["counts_today"]) == ("Juzgado 3", True, True)
    assert program.post(f"{url}/withdraw", {"reason": "Se levantó."}).json() == {"changed": True}
    assert program.post("exclusion-lists/999999/apply", {}).status_code == 404
    bad = program.post("exclusion-lists", {**body, "name": "Vacía", "entries": ["nada"]})
    assert (bad.status_code, bad.json()["code"]) == (422, "unable-to-list")
    assert make_program(scope=Scope.READ).post("exclusion-lists", body).status_code == 403
