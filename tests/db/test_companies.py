"""Companies: one schema each, found by host, created and erased without a trace in another."""

import pytest
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection

from puntual.companies import operations, queries
from puntual.companies.models import Company, Domain
from puntual.companies.operations import UnableToCreateCompany
from puntual.db import rows
from puntual.lib.errors import NotFound
from puntual.portfolio.models import Customer
from tests import factories


def schemas() -> set[str]:
    return {name for (name,) in rows.fetch_all("select nspname from pg_namespace")}


def create_bakery() -> str:
    """Create a third company, with tables."""
    operations.create_company(
        schema_name="panaderia",
        name="Panadería La Espiga",
        hosts=("Panaderia.localhost", "panaderia.localhost", "pan.localhost"),
        settings={"country": "MX", "time_zone": "America/Tijuana"},
    )
    return "panaderia"


@pytest.mark.feature("X-46")
@pytest.mark.django_db
def test_a_company_lives_in_a_schema_of_its_own_and_is_erased_without_a_trace() -> None:
    others = schemas()
    bakery = create_bakery()

    with operations.in_company(schema_name=bakery):
        factories.make_customer(external_id="C-PAN")
        facts = queries.current_company(base_url="http://otro.example:8000")
        customers = Customer.objects.count()
    found = queries.company_of_host(host="PANADERIA.localhost")
    hosts = Domain.objects.filter(tenant=found).order_by("domain").values_list("domain", "is_primary")
    assert schemas() == others | {bakery}
    assert customers == 1
    assert (facts.name, facts.legal_name) == ("Panadería La Espiga", "Panadería La Espiga")
    assert (facts.time_zone, facts.base_url) == ("America/Tijuana", "http://panaderia.localhost:8000")
    assert found is not None
    assert found.schema_name == bakery
    assert list(hosts) == [("pan.localhost", False), ("panaderia.localhost", True)]
    assert [row.schema_name for row in queries.all_companies()][-1] == bakery

    # In production the customer was committed long ago; here its keys are still waiting to be checked.
    rows.execute("set constraints all immediate")
    rows.execute(
        "insert into procrastinate_jobs (queue_name, task_name, args) "
        "values ('default', 'x', '{\"company\": \"panaderia\"}'), ('default', 'x', '{\"company\": \"muebles\"}')"
    )
    operations.erase_company(schema_name=bakery)

    assert schemas() == others
    assert rows.fetch_all("select args ->> 'company' from procrastinate_jobs") == [("muebles",)]
    assert queries.company_of_host(host="panaderia.localhost") is None
    with pytest.raises(NotFound):
        operations.erase_company(schema_name=bakery)


@pytest.mark.django_db
def test_an_unknown_host_is_nobodys_while_there_are_several_companies() -> None:
    assert queries.company_of_host(host="desconocido.localhost") is None


@pytest.mark.django_db
def test_one_company_alone_answers_on_any_host() -> None:
    operations.erase_company(schema_name="ferreteria")

    found = queries.company_of_host(host="desconocido.localhost")

    assert found is not None
    assert found.schema_name == "muebles"


@pytest.mark.parametrize(
    ("_case", "key", "hosts", "settings"),
    [
        ("capitals", "Tienda", (), {}),
        ("a leading digit", "1tienda", (), {}),
        ("SQL", 'x"; drop schema muebles; --', (), {}),
        ("empty", "", (), {}),
        ("too long", "a" * 49, (), {}),
        ("the shared schema", "public", (), {}),
        ("a schema of PostgreSQL", "pg_catalog", (), {}),
        ("a key that is taken", "muebles", (), {}),
        ("a host of another company", "tienda", ("MUEBLES.localhost",), {}),
        ("an unknown setting", "tienda", (), {"schema_name": "otra"}),
        ("a key with a line end", "tienda\n", (), {}),
        ("a host with its scheme", "tienda", ("https://tienda.localhost",), {}),
        ("a host with its port", "tienda", ("tienda.localhost:80",), {}),
        ("a host with a space", "tienda", ("no host!",), {}),
        ("a host with an accent", "tienda", ("cobránza.mx",), {}),
        ("a host without name", "tienda", ("",), {}),
        ("a host too long", "tienda", (".".join(["a" * 50] * 5),), {}),
        ("a part of a host too long", "tienda", ("a" * 64 + ".mx",), {}),
    ],
)
@pytest.mark.django_db
def test_a_company_that_cannot_be_is_refused_and_nothing_is_written(
    _case: str, key: str, hosts: tuple[str, ...], settings: dict[str, str]
) -> None:
    before = schemas(), Company.objects.count(), Domain.objects.count()

    with pytest.raises(UnableToCreateCompany):
        operations.create_company(schema_name=key, name="Tienda", hosts=hosts, settings=settings)

    assert (schemas(), Company.objects.count(), Domain.objects.count()) == before


@pytest.mark.complaint(20)
def test_what_one_company_writes_another_never_sees(company: Company, outsider: Company) -> None:
    factories.make_customer(external_id="C-SECRETO")

    with operations.in_company(schema_name=outsider.schema_name):
        seen = Customer.objects.filter(external_id="C-SECRETO").exists()

    assert not seen
    assert Customer.objects.filter(external_id="C-SECRETO").exists()


def test_work_in_a_company_ends_where_it_began_even_after_an_error(company: Company) -> None:
    with pytest.raises(ValidationError), operations.in_company(schema_name="ferreteria"):
        validate_email(f"{connection.schema_name}@")

    assert connection.schema_name == "muebles"


def test_there_is_no_way_into_a_company_that_does_not_exist(company: Company) -> None:
    with pytest.raises(NotFound), operations.in_company(schema_name="inexistente"):
        raise AssertionError("unreachable")

    assert connection.schema_name == "muebles"


def test_settings_of_a_company_change_and_unknown_ones_are_refused(company: Company) -> None:
    operations.update_company(schema_name="muebles", settings={"phone": "55 9999 0000"})
    with pytest.raises(UnableToCreateCompany):
        operations.update_company(schema_name="muebles", settings={"schema_name": "otra"})
    with pytest.raises(NotFound):
        operations.update_company(schema_name="inexistente", settings={"phone": "1"})

    assert queries.current_company(base_url="").phone == "55 9999 0000"


@pytest.mark.parametrize("own", ["http://muebles.localhost:8000", "http://segundo.localhost:8000"])
def test_a_company_among_several_keeps_an_address_that_is_its_own(company: Company, own: str) -> None:
    Domain.objects.create(domain="segundo.localhost", tenant=company, is_primary=False)
    operations.update_company(schema_name="muebles", settings={"base_url": ""})

    assert queries.current_company(base_url=own).base_url == own


def test_a_company_alone_goes_by_the_installations_address(company: Company) -> None:
    operations.update_company(schema_name="muebles", settings={"base_url": ""})
    elsewhere = queries.current_company(base_url="https://cobranza.example:8443").base_url
    operations.erase_company(schema_name="ferreteria")

    assert elsewhere == "https://muebles.localhost:8443"
    assert queries.current_company(base_url="https://cobranza.example").base_url == "https://cobranza.example"


BAD_SETTINGS = [
    ("time_zone", "America/Xalapa"),
    ("time_zone", ""),
    ("country", "Mexico"),
    ("country", "mx"),
    ("currency", "pesos"),
    ("currency", "$"),
    ("currency", "XXX"),
    ("email", "cobranza"),
    ("email", "cobranza@"),
    ("email", "ñandú@muebles.example"),
    ("email", "a@b.example\nBcc: c@d.example"),
    ("base_url", "muebles.example"),
    ("base_url", "ftp://muebles.example"),
    ("base_url", "https://"),
    ("base_url", "https://muebles.example:puerto"),
    ("portal_identity", "NOMBRE"),
    ("missing_percent_max", "101"),
    ("missing_percent_max", "-1"),
    ("missing_percent_max", "diez"),
    ("run_starts_at", "6:00"),
    ("run_starts_at", "24:00"),
    ("run_starts_at", "06:00:00"),
    ("decisions_kept_months", "0"),
    ("decisions_kept_months", "121"),
    ("decisions_kept_months", "dos"),
    ("phone", "5" * 41),
    ("name", " "),
    ("name", "N" * 121),
    ("phone", "55\0"),
]


@pytest.mark.parametrize(("field", "value"), BAD_SETTINGS)
def test_settings_with_which_no_company_could_work_are_refused(
    company: Company, field: str, value: str
) -> None:
    before = Company.objects.values().get(pk=company.pk), schemas()

    with pytest.raises(UnableToCreateCompany):
        operations.update_company(schema_name="muebles", settings={"phone": "55 1", field: value})
    with pytest.raises(UnableToCreateCompany):
        operations.create_company(schema_name="tienda", name="Tienda", hosts=(), settings={field: value})

    assert (Company.objects.values().get(pk=company.pk), schemas()) == before
