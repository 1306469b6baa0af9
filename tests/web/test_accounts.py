"""Staff come in by e-mail and password; nobody signs up alone; too many tries wait."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import allauth
import pytest
from babel.messages import pofile
from django.contrib import auth
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.utils import timezone

from puntual import web
from puntual.companies.models import Company
from puntual.db import rows
from puntual.identity.models import User
from tests.conftest import PASSWORD
from tests.web.debtors import Browser, browser
from tests.web.staff import words_of

HOST = "muebles.localhost"
_FILLED = re.compile(r"%\(\w+\)[sd]|%d")


def _catalog(place: Path) -> dict[Any, Any]:
    with place.open("rb") as file:
        return {message.id: message for message in pofile.read_po(file) if message.id}


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
    assert sign_in(client, email, password) == 422
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

    assert statuses == [422] * 5 + [429] * 7
    assert sign_in(client, "manager@muebles.example") == 429


def test_our_own_words_answer_sentences_of_the_libraries() -> None:
    own = _catalog(Path(web.__file__).parent / "locale" / "es_MX" / "LC_MESSAGES" / "django.po")
    theirs = {
        key: message
        for package in (allauth, auth)
        for key, message in _catalog(
            Path(package.__file__).parent / "locale/es/LC_MESSAGES/django.po"
        ).items()
    }

    assert own.keys() - theirs.keys() == set()
    for key, message in own.items():
        for said in message.string if isinstance(message.string, tuple) else (message.string,):
            assert set(_FILLED.findall(said)) <= set(_FILLED.findall(str(key))), key


@pytest.mark.parametrize(
    "path",
    ["login/", "password/reset/", "password/reset/done/", "password/change/", "2fa/", "2fa/totp/activate/"],
)
def test_account_pages_speak_as_the_product_does(
    client: Browser, company: Company, cast: dict[str, User], path: str
) -> None:
    if "password/reset" not in path and path != "login/":
        sign_in(client, "owner@muebles.example")

    said = words_of(client.get(f"/cuenta/{path}", HTTP_HOST=HOST, follow=True))

    for theirs in (
        "Introduzca",
        "y/o",
        "Restablecer",
        "Correo Electrónico",
        "olvidado",
        "es muy corta",
        "token",
    ):
        assert theirs not in said, theirs
    assert said.count("¿Olvidó su contraseña?") == (
        path in ("login/", "password/change/", "2fa/totp/activate/")
    )


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


def forget(client: Browser, email: str) -> tuple[int, str]:
    """Ask for a new password and return what is answered."""
    answer = client.post("/cuenta/password/reset/", {"email": email}, HTTP_HOST=HOST)
    return answer.status_code, answer.headers.get("Location", "")


def test_a_forgotten_password_is_answered_alike_for_known_and_unknown(
    client: Browser, company: Company, cast: dict[str, User], mailoutbox: list[EmailMessage]
) -> None:
    unknown = forget(client, "nadie@muebles.example")
    foreign = forget(client, "manager@ferreteria.example")
    assert mailoutbox == []
    known = forget(client, "Manager@muebles.example")

    assert unknown == foreign == known == (302, "/cuenta/password/reset/done/")
    (message,) = mailoutbox
    assert message.to == ["manager@muebles.example"]
    assert message.from_email == "Muebles del Valle <cobranza@mueblesdelvalle.example>"
    body = str(message.body).strip()
    # It speaks as the company: the name of a server says nothing to whoever reads it.
    assert (body.splitlines()[0], body.splitlines()[-1]) == ("Hola:", "Muebles del Valle")
    links = re.findall(r"https?://\S+", body)
    assert [urlsplit(link).netloc for link in links] == [HOST]
    new = "otra-clave-larga-77"
    link = urlsplit(links[0]).path
    assert link.count("-") >= 2
    asked = client.get(link, HTTP_HOST=HOST)
    form = asked.headers["Location"]
    assert "el enlace ya no sirve" not in words_of(client.get(form, HTTP_HOST=HOST)).lower()
    assert client.post(form, {"password1": new, "password2": "x"}, HTTP_HOST=HOST).status_code == 422
    assert client.post(form, {"password1": new, "password2": new}, HTTP_HOST=HOST).status_code == 302
    assert sign_in(browser(), "manager@muebles.example") == 422
    assert sign_in(browser(), "manager@muebles.example", new) == 302

    # Nobody who came by such a link is kept from the second factor.
    fresh = browser()
    sign_in(fresh, "manager@muebles.example", new)
    surely = fresh.get("/cuenta/2fa/totp/activate/", HTTP_HOST=HOST).headers["Location"]
    offered = fresh.post(surely, {"password": new}, HTTP_HOST=HOST, follow=True)
    assert "No puede activar" not in words_of(offered)
    assert 'name="code"' in offered.content.decode()

    again = browser().get(link, HTTP_HOST=HOST)
    assert again.status_code == 410
    assert "El enlace ya no sirve" in words_of(again)


@pytest.mark.parametrize("key", ["1-x", "zz-diujk5-0", "1-diujk5-43a5e1b2c3d4e5f60718293a4b5c6d7e"])
def test_a_forged_link_to_a_new_password_is_refused(client: Browser, company: Company, key: str) -> None:
    answer = client.get(f"/cuenta/password/reset/key/{key}/", HTTP_HOST=HOST)

    assert answer.status_code == 410
    assert "El enlace ya no sirve" in words_of(answer)


def test_a_mail_server_that_is_away_tells_nothing(
    client: Browser, company: Company, cast: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: EmailMessage, fail_silently: bool = False) -> int:
        raise ConnectionRefusedError

    monkeypatch.setattr(EmailMessage, "send", fail)

    assert forget(client, "manager@muebles.example") == forget(client, "nadie@muebles.example")


@pytest.mark.feature("N-20")
def test_a_member_of_staff_reads_the_pages_in_either_language(
    client: Browser, company: Company, cast: dict[str, User]
) -> None:
    sign_in(client, "owner@muebles.example")
    assert "Clientes" in client.get("/", HTTP_HOST=HOST).content.decode()

    answer = client.post("/idioma/", {"language": "en", "next": "/"}, HTTP_HOST=HOST)

    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert "Customers" in client.get("/", HTTP_HOST=HOST).content.decode()


def test_the_language_switch_never_leads_to_another_site(
    client: Browser, company: Company, cast: dict[str, User]
) -> None:
    sign_in(client, "owner@muebles.example")

    answer = client.post("/idioma/", {"language": "en", "next": "https://otro.example/"}, HTTP_HOST=HOST)

    assert answer.headers["Location"] == "/"


def test_the_menu_leads_to_the_second_factor_and_the_password(
    client: Browser, company: Company, cast: dict[str, User]
) -> None:
    sign_in(client, "collector@muebles.example")

    page = client.get("/", HTTP_HOST=HOST).content.decode()

    assert 'href="/cuenta/2fa/"' in page
    assert 'href="/cuenta/password/change/"' in page


def test_a_wrong_code_of_a_second_factor_is_refused(
    client: Browser, company: Company, cast: dict[str, User]
) -> None:
    sign_in(client, "owner@muebles.example")
    client.post("/cuenta/reauthenticate/", {"password": PASSWORD}, HTTP_HOST=HOST)
    assert client.get("/cuenta/2fa/totp/activate/", HTTP_HOST=HOST).status_code == 200

    answer = client.post("/cuenta/2fa/totp/activate/", {"code": "000000"}, HTTP_HOST=HOST)

    assert answer.status_code == 422
    assert rows.fetch_all("select count(*) from mfa_authenticator") == [(0,)]


def test_a_request_leaves_no_zone_behind_for_the_next_one(
    client: Browser, company: Company, cast: dict[str, User]
) -> None:
    Company.objects.filter(pk=company.pk).update(time_zone="America/Tijuana")
    sign_in(client, "owner@muebles.example")

    client.get("/", HTTP_HOST=HOST)

    assert timezone.get_current_timezone_name() == "America/Mexico_City"
