"""Customers over the API."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import time_machine

from puntual.audit.types import SYSTEM
from puntual.companies.models import Company
from puntual.contacts.models import ContactPoint
from puntual.flows import intake
from puntual.identity.types import Scope
from puntual.portfolio import queries as portfolio
from puntual.portfolio.models import Customer
from tests import factories
from tests.conftest import NOW
from tests.unit.intake.files import csv_bytes
from tests.web.programs import Program, make_program

MARIA: dict[str, Any] = {
    "external_id": "0001",
    "name": "María Hernández López",
    "kind": "PERSON",
    "short_name": "María",
    "tax_id": "HELM850101AB1",
    "time_zone": "America/Tijuana",
    "tags": ["vip"],
    "attributes": {"zona": "norte"},
    "contacts": [
        {"kind": "EMAIL", "value": "Maria@Correo.example"},
        {"kind": "PHONE", "value": "55 1234 5678", "owner_role": "GUARANTOR", "owner_name": "Luis"},
    ],
}


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def program(company: Company) -> Program:
    return make_program()


@pytest.mark.parametrize(
    ("name", "tax_id", "kind"),
    [
        ("María Hernández López", "HELM850101AB1", "PERSON"),
        ("Lo que sea", "MNU010101AB1", "COMPANY"),
        ("Aceros del Norte Sociedad Anónima de Capital Variable", "XAXX010101000", "COMPANY"),
        ("Ana Ruiz", "XAXX010101000", "PERSON"),
        ("Ana Ruiz", "", "PERSON"),
    ],
)
def test_person_or_firm_is_told_alike_by_the_api_and_a_file(
    program: Program, name: str, tax_id: str, kind: str
) -> None:
    sent = program.post(
        "customers", {"customers": [{"external_id": "API-1", "name": name, "tax_id": tax_id}]}
    )
    assert sent.status_code == 200
    headers = ["Cliente", "Nombre", "RFC", "Folio", "Fecha", "Vencimiento", "Importe"]
    content = csv_bytes(headers, [["FILE-1", name, tax_id, "F-1", "13/01/2026", "28/02/2026", "10.00"]])
    import_id = intake.load_file(name="c.csv", content=content, kind=None, actor=SYSTEM, at=NOW)
    intake.apply_import(import_id=import_id, actor=SYSTEM, today=NOW.date(), at=NOW)

    stored = Customer.objects.filter(external_id__in=["API-1", "FILE-1"])
    assert set(stored.values_list("external_id", "kind")) == {("API-1", kind), ("FILE-1", kind)}


def test_customers_are_added_with_their_contact_points(program: Program) -> None:
    response = program.post("customers", {"customers": [MARIA, {"external_id": "0002", "name": "Firma SA"}]})

    assert (response.status_code, response.json()) == (200, {"new": 2, "changed": 0, "unchanged": 0})
    maria = Customer.objects.get(external_id="0001")
    assert (maria.name, maria.kind, maria.time_zone, maria.tags) == (
        "María Hernández López",
        "PERSON",
        "America/Tijuana",
        ["vip"],
    )
    assert Customer.objects.get(external_id="0002").kind == "COMPANY"
    points = ContactPoint.objects.filter(customer=maria).order_by("kind")
    assert [(one.kind, one.normalized, one.owner_role, one.owner_name, one.source) for one in points] == [
        ("EMAIL", "maria@correo.example", "DEBTOR", "", "API ERP"),
        ("PHONE", "+525512345678", "GUARANTOR", "Luis", "API ERP"),
    ]


def test_the_same_call_again_changes_nothing(program: Program) -> None:
    program.post("customers", {"customers": [MARIA]})

    response = program.post("customers", {"customers": [MARIA]})

    assert response.json() == {"new": 0, "changed": 0, "unchanged": 1}
    assert ContactPoint.objects.count() == 2


def test_what_comes_empty_stays_as_it_was(program: Program) -> None:
    program.post("customers", {"customers": [MARIA]})

    response = program.post("customers", {"customers": [{"external_id": "0001", "name": "María H."}]})

    assert response.json() == {"new": 0, "changed": 1, "unchanged": 0}
    maria = Customer.objects.get()
    assert (maria.name, maria.tax_id, maria.kind, maria.attributes) == (
        "María H.",
        "HELM850101AB1",
        "PERSON",
        {"zona": "norte"},
    )


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"name": ""}, "customers.0.name", "No puede quedar vacío."),
        ({"name": 7}, "customers.0.name", "Debe ser texto, entre comillas."),
        ({"name": "a\u0000b"}, "customers.0.name", "El texto lleva signos que no se pueden guardar."),
        ({"name": "x" * 251}, "customers.0.name", "El texto es demasiado largo."),
        ({"name": "  "}, "customers.0.name", "No puede quedar vacío."),
        ({"external_id": "  "}, "customers.0.external_id", "No puede quedar vacío."),
        ({"external_id": "x" * 81}, "customers.0.external_id", "El texto es demasiado largo."),
        ({"external_id": None}, "customers.0.external_id", "Debe ser texto, entre comillas."),
        ({"kind": "DOG"}, "customers.0.kind", "No es uno de los valores permitidos."),
        (
            {"time_zone": "Marte/Base"},
            "customers.0.time_zone",
            "Escriba la zona horaria como America/Mexico_City.",
        ),
        ({"nombre": "x"}, "customers.0.nombre", "Este dato no existe aquí: revise cómo está escrito."),
        ({"tags": "vip"}, "customers.0.tags", "Debe ser una lista."),
        ({"attributes": {"a": 1}}, "customers.0.attributes.a", "Debe ser texto, entre comillas."),
        (
            {"contacts": [{"kind": "EMAIL", "value": "sin arroba"}]},
            "customers.0.contacts.0.value",
            "No es un correo, teléfono o domicilio que se pueda usar.",
        ),
        (
            {"contacts": [{"kind": "FAX", "value": "1"}]},
            "customers.0.contacts.0.kind",
            "No es uno de los valores permitidos.",
        ),
    ],
)
def test_a_wrong_customer_is_told_by_field_and_nothing_is_written(
    program: Program, changes: dict[str, Any], field: str, said: str
) -> None:
    good = {"external_id": "0002", "name": "Buena SA"}

    response = program.post("customers", {"customers": [{**MARIA, **changes}, good]})

    assert response.status_code == 422
    assert response.json() == {
        "code": "invalid",
        "message": "Hay datos que corregir; no se guardó nada.",
        "errors": [{"field": field, "message": said}],
    }
    assert Customer.objects.count() == 0
    assert ContactPoint.objects.count() == 0


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("{", 400, "malformed"),
        ("", 422, "invalid"),
        ("[" * 100_000, 400, "malformed"),
        ("[]", 422, "invalid"),
        ("null", 422, "invalid"),
        ("{}", 422, "invalid"),
        ('{"customers": []}', 422, "invalid"),
        ('{"customers": {}}', 422, "invalid"),
        ('{"customers": [1]}', 422, "invalid"),
        ('{"customers": [{"external_id": "\\ud800", "name": "x"}]}', 422, "invalid"),
    ],
)
def test_a_body_that_is_none_is_refused(program: Program, body: str, status: int, code: str) -> None:
    response = program.post("customers", body)

    assert (response.status_code, response.json()["code"]) == (status, code)
    assert response.json()["message"]
    assert Customer.objects.count() == 0


def test_a_thousand_and_one_customers_are_too_many(program: Program) -> None:
    rows = [{"external_id": f"C{number}", "name": "Uno"} for number in range(1001)]

    too_many = program.post("customers", {"customers": rows})
    all_at_once = program.post("customers", {"customers": rows[:1000]})

    assert too_many.status_code == 422
    assert too_many.json()["errors"] == [
        {"field": "customers", "message": "Son demasiados elementos: mande menos en cada llamada."}
    ]
    assert all_at_once.json() == {"new": 1000, "changed": 0, "unchanged": 0}
    assert Customer.objects.count() == 1000


def test_a_body_of_more_than_five_megabytes_is_refused(program: Program) -> None:
    response = program.post("customers", '{"customers": [' + " " * (5 * 1024 * 1024) + "]}")

    assert (response.status_code, response.json()["code"]) == (413, "too-big")


def test_one_customer_twice_in_a_call_is_refused(program: Program) -> None:
    response = program.post("customers", {"customers": [MARIA, {**MARIA, "name": "Otra"}]})

    assert response.status_code == 422
    assert response.json()["errors"] == [
        {"field": "customers.1.external_id", "message": "Está dos veces en la misma llamada."}
    ]
    assert Customer.objects.count() == 0


def test_a_customer_is_read_with_balances(company: Company) -> None:
    program = make_program(scope=Scope.READ)
    customer = factories.make_customer(external_id="CL/Ñ 1", name="María Hernández", tax_id="HELM850101AB1")
    factories.make_receivable(customer=customer, due=date(2026, 11, 11), amount="1250.50")
    factories.make_receivable(customer=customer, due=date(2026, 11, 23), amount="100.00")
    factories.make_receivable(customer=customer, due=date(2026, 12, 1), amount="80.00", currency="USD")

    response = program.get("customers/CL%2F%C3%91%201")

    assert response.status_code == 200
    assert response.json() == {
        "external_id": "CL/Ñ 1",
        "name": "María Hernández",
        "short_name": "María",
        "kind": "PERSON",
        "tax_id": "HELM850101AB1",
        "language": "es-mx",
        "time_zone": "America/Mexico_City",
        "state": "CDMX",
        "city": "",
        "sector": "",
        "tags": [],
        "attributes": {},
        "created_at": "2026-11-23T16:00:00Z",
        "payment_reference": portfolio.payment_reference(customer_id=customer.pk),
        "united_external_ids": [],
        "balances": [
            {"currency": "MXN", "open_amount": "1350.50", "overdue_amount": "1250.50", "receivables": 2},
            {"currency": "USD", "open_amount": "80.00", "overdue_amount": "0.00", "receivables": 1},
        ],
    }


@pytest.mark.parametrize("external_id", ["nadie", "%00", "x" * 81])
def test_a_customer_that_is_not_there_is_told(program: Program, external_id: str) -> None:
    response = program.get(f"customers/{external_id}")

    assert response.status_code in (404, 422)
    assert response.json()["code"] in ("not-found", "invalid")


def test_the_list_goes_on_by_cursor_and_ends(program: Program) -> None:
    made = [factories.make_customer().external_id for _ in range(5)]

    seen: list[str] = []
    cursor = ""
    for _ in range(3):
        page = program.get("customers", limit=2, cursor=cursor).json()
        seen += [one["external_id"] for one in page["items"]]
        cursor = page["next_cursor"]

    assert seen == made
    assert cursor == ""


def test_a_full_last_page_has_no_next_one(program: Program) -> None:
    factories.make_customer()
    factories.make_customer()

    assert program.get("customers", limit=2).json()["next_cursor"] == ""


@pytest.mark.parametrize("search", ["hernández", "HERNANDEZ maria", "CL-7", "helm85"])
def test_search_reads_name_number_and_tax_id(program: Program, search: str) -> None:
    factories.make_customer(name="María Hernández", external_id="CL-7", tax_id="HELM850101AB1")
    factories.make_customer(name="Pedro", external_id="ZZ", tax_id="PEDR850101AB1")

    found = program.get("customers", search=search).json()["items"]

    assert [one["external_id"] for one in found] == ["CL-7"]


@pytest.mark.parametrize("search", ["%", "_", "\\", "100%"])
def test_signs_of_patterns_are_plain_signs(program: Program, search: str) -> None:
    factories.make_customer(name="Pedro", external_id="ZZ")

    assert program.get("customers", search=search).json()["items"] == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"limit": "0"}, "limit"),
        ({"limit": "1001"}, "limit"),
        ({"limit": "x"}, "limit"),
        ({"cursor": "x"}, "cursor"),
        ({"cursor": "YWZ0ZXI6LTE"}, "cursor"),
        ({"cursor": "YWZ0ZXI6OTk5OTk5OTk5OTk5OTk5OTk5OTk5"}, "cursor"),
        ({"search": "a\x00"}, "search"),
        ({"search": "x" * 101}, "search"),
    ],
)
def test_a_wrong_question_is_told_by_field(program: Program, query: dict[str, str], field: str) -> None:
    response = program.get("customers", **query)

    assert response.status_code == 422
    assert [one["field"] for one in response.json()["errors"]] == [field]
