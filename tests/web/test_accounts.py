"""Staff come in by e-mail and password; nobody signs up alone; too many tries wait."""

import pytest
from django.core.cache import cache

from puntual.companies.models import Company
from puntual.identity.models import User
from tests.conftest import PASSWORD
from tests.web.debtors import Browser, browser

HOST = "muebles.localhost"


@pytest.fixture
def client(company: Company) -> Browser:
    """Return a browser at the company's host."""
    return browser()


@pytest.fixture(autouse=True)
def _fresh_limits(company: Company) -> None:
    cache.clear()


def sign_in(client: Browser, email: str, password: str = PASSWORD, host: str = HOST) -> int:
    """Post the sign-in form and return the status."""
    answer = client.post("/cuenta/login/", {"login": email, "password": password}, HTTP_HOST=host)
    return int(answer.status_code)


@pytest.mark.feature("SEC-03")
def test_sign_in_and_out(client: Browser, company: Company, cast: dict[str, User]) -> None:
    assert client.get("/", HTTP_HOST=HOST).status_code == 302

    assert sign_in(client, "Manager@muebles.example") == 302
    assert client.get("/", HTTP_HOST=HOST).status_code == 200

    client.post("/cuenta/logout/", HTTP_HOST=HOST)
    assert client.get("/", HTTP_HOST=HOST).status_code == 302


@pytest.mark.parametrize(
    ("_case", "email", "password"),
    [
        ("wrong password", "manager@muebles.example", "otra-clave-larga"),
        ("unknown", "nadie@muebles.example", PASSWORD),
        ("staff of another company", "manager@ferreteria.example", PASSWORD),
    ],
)
def test_strangers_stay_out(
    client: Browser, company: Company, cast: dict[str, User], _case: str, email: str, password: str
) -> None:
    assert sign_in(client, email, password) == 200
    assert client.get("/", HTTP_HOST=HOST).status_code == 302


def test_a_session_of_one_company_means_nothing_at_another(
    client: Browser, company: Company, cast: dict[str, User]
) -> None:
    assert sign_in(client, "owner@muebles.example") == 302

    assert client.get("/", HTTP_HOST="ferreteria.localhost").status_code == 302


def test_there_is_no_sign_up(client: Browser, company: Company) -> None:
    assert client.get("/cuenta/signup/", HTTP_HOST=HOST).status_code == 404


def test_an_inactive_person_stays_out(client: Browser, company: Company, cast: dict[str, User]) -> None:
    User.objects.filter(email="manager@muebles.example").update(is_active=False)

    sign_in(client, "manager@muebles.example")

    assert client.get("/", HTTP_HOST=HOST).status_code == 302


def test_too_many_tries_wait(client: Browser, company: Company, cast: dict[str, User]) -> None:
    statuses = [sign_in(client, "manager@muebles.example", "mala") for _ in range(12)]

    assert statuses[-1] == 429 or sign_in(client, "manager@muebles.example") != 302


@pytest.mark.parametrize(
    "path", ["password/reset/", "password/change/", "2fa/", "2fa/totp/activate/", "logout/"]
)
def test_account_pages_wear_the_products_clothes(
    client: Browser, company: Company, cast: dict[str, User], path: str
) -> None:
    sign_in(client, "owner@muebles.example")

    answer = client.get(f"/cuenta/{path}", HTTP_HOST=HOST, follow=True)

    assert answer.status_code == 200
    assert b"auth-card" in answer.content
