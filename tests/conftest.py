"""The cast of the tests: two companies in one database, each with its staff."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import translation
from pytest_django.plugin import DjangoDbBlocker

from puntual.audit.types import SYSTEM
from puntual.companies import operations as companies
from puntual.companies.models import Company
from puntual.identity import operations as identity
from puntual.identity.models import User
from puntual.identity.types import Role

# Monday, a working day in Mexico; 10:00 in Mexico City.
TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
PASSWORD = "correcto-caballo-bateria"

_CAST = {
    "owner": Role.OWNER,
    "manager": Role.MANAGER,
    "supervisor": Role.SUPERVISOR,
    "collector": Role.COLLECTOR,
    "auditor": Role.AUDITOR,
}
_HOME = {
    "name": "Muebles del Valle",
    "legal_name": "Muebles del Valle, S.A. de C.V.",
    "phone": "55 0000 0000",
    "email": "cobranza@mueblesdelvalle.example",
    "office_hours": "lunes a viernes de 9 a 18 h",
    "address": "Av. Ejemplo 100, Ciudad de México",
    "complaint_contact": "quejas@mueblesdelvalle.example, 55 0000 0001",
    "privacy_url": "https://mueblesdelvalle.example/privacidad",
    "bank_name": "Banco Ejemplo",
    "bank_account": "002010077777777771",
    "base_url": "http://muebles.localhost",
}


def _create_companies() -> None:
    settings = {key: value for key, value in _HOME.items() if key != "name"}
    companies.create_company(
        schema_name="muebles", name=_HOME["name"], hosts=("muebles.localhost",), settings=settings
    )
    companies.create_company(
        schema_name="ferreteria",
        name="Ferretería Otra",
        hosts=("ferreteria.localhost",),
        settings={"base_url": "http://ferreteria.localhost"},
    )
    for schema in ("muebles", "ferreteria"):
        with companies.in_company(schema_name=schema):
            for name, role in _CAST.items():
                identity.create_user(
                    email=f"{name}@{schema}.example",
                    name=name.title(),
                    role=role,
                    password=PASSWORD,
                    actor=SYSTEM,
                    at=NOW,
                )


@pytest.fixture(autouse=True)
def language_of_the_process() -> Iterator[None]:
    """Leave no test the language in which the one before it asked for a page."""
    yield
    translation.deactivate()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Put two companies into the fresh (or kept) test database, migrated."""
    with django_db_blocker.unblock():
        # pytest-django makes the test database only when a chosen test asks for `db`. Tests that work in a copy
        # of it do not, and alone they would migrate and fill the real one.
        if connection.settings_dict["NAME"] != connection.creation._get_test_db_name():
            connection.creation.create_test_db(verbosity=0, autoclobber=True, keepdb=True, serialize=False)
        connection.set_schema_to_public()
        call_command("migrate_schemas", verbosity=0)
        if not Company.objects.filter(schema_name="muebles").exists():
            _create_companies()


@pytest.fixture
def company(db: None) -> Iterator[Company]:
    """Work inside the company 'muebles'."""
    found = Company.objects.get(schema_name="muebles")
    connection.set_tenant(found)
    yield found
    connection.set_schema_to_public()


@pytest.fixture
def outsider(db: None) -> Company:
    """Return the other company, of which nothing may be seen."""
    return Company.objects.get(schema_name="ferreteria")


@pytest.fixture
def cast(company: Company) -> dict[str, User]:
    """Return the staff of 'muebles' by role name."""
    return {user.role.lower(): user for user in User.objects.all()}


@pytest.fixture
def today() -> date:
    """Return the day of the tests."""
    return TODAY


@pytest.fixture
def now() -> datetime:
    """Return the moment of the tests."""
    return NOW
