"""The door of the portal: who gets in, who does not, and what a stranger learns (nothing)."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection

from puntual.audit.types import SYSTEM
from puntual.companies.models import Company
from puntual.companies.types import PortalIdentity
from puntual.contacts.models import Response
from puntual.contacts.types import OwnerRole, PointKind
from puntual.identity.models import User
from puntual.outreach import operations as outreach
from puntual.outreach.models import PortalLink
from tests import factories
from tests.conftest import NOW, PASSWORD
from tests.web.debtors import OTHER_HOST, TAX_ID, Debtor, browser, make_debtor, rows_written, text_of

# Whatever of these shows up before identity is a leak.
SECRETS = (
    "María",
    "Hernández",
    "1,250",
    "300.00",
    "F-1042",
    "GODE",
    "adeudo",
    "saldo",
    "deuda",
    "vencid",
    "Portal de pagos",
)
PAGES = (
    "pagar/",
    "elegir-fecha/",
    "ya-pague/",
    "hay-un-error/",
    "momento-dificil/",
    "por-que/",
    "mis-datos.json",
    "mis-datos.pdf",
    "recibo/promesa/1/",
    "recibo/preferencias/hoy/",
)


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def debtor(company: Company) -> Debtor:
    return make_debtor(name="María Hernández López", external_id="CLI-77")


def assert_tells_nothing(text: str) -> None:
    assert [secret for secret in SECRETS if secret in text] == []


@pytest.mark.feature("POR-01")
def test_stranger_sees_who_the_creditor_is_and_nothing_else(debtor: Debtor) -> None:
    before = rows_written()

    response = debtor.get()

    assert response.status_code == 200
    text = text_of(response)
    assert_tells_nothing(text)
    assert "Confirme que es usted" in text
    for public in (
        "Muebles del Valle",
        "55 0000 0000",
        "quejas@mueblesdelvalle.example",
        "Aviso de privacidad",
    ):
        assert public in text
    assert rows_written() == before


@pytest.mark.parametrize("page", PAGES)
def test_every_page_asks_a_stranger_for_identity_first(debtor: Debtor, page: str) -> None:
    response = debtor.get(page)

    assert response.status_code == 302
    assert response.headers["Location"].split("?")[0] == debtor.url()
    assert response.content == b""


@pytest.mark.parametrize("page", ["elegir-fecha/", "ya-pague/", "hay-un-error/", "momento-dificil/"])
def test_a_stranger_cannot_act(debtor: Debtor, page: str) -> None:
    before = rows_written()

    response = debtor.post(
        page,
        {
            "amount": "100",
            "currency": "MXN",
            "due_date": "2026-11-30",
            "paid_on": "2026-11-20",
            "documents": "all",
            "reason": "QUALITY",
        },
    )

    assert response.status_code == 302
    assert response.headers["Location"].split("?")[0] == debtor.url()
    assert rows_written() == before


def test_after_identity_the_visitor_comes_to_the_page_that_was_asked_for(debtor: Debtor) -> None:
    asked = debtor.get("pagar/").headers["Location"]

    response = debtor.client.post(asked, {"proof": TAX_ID})

    assert response.headers["Location"] == debtor.url("pagar/")


@pytest.mark.parametrize("wanted", ["https://evil.example", "//evil.example", "leave", "receipt", "x"])
def test_identity_never_leads_elsewhere(debtor: Debtor, wanted: str) -> None:
    response = debtor.client.post(f"{debtor.url()}?ir={wanted}", {"proof": TAX_ID})

    assert response.headers["Location"] == debtor.url()


@pytest.mark.parametrize("proof", [TAX_ID, "gode561231gr8", "GODE 561231 GR8", " gode-561231-gr8 "])
def test_the_tax_id_opens_the_door(debtor: Debtor, proof: str) -> None:
    response = debtor.client.post(debtor.url(), {"proof": proof})

    assert response.status_code == 302
    home = debtor.get()
    assert home.status_code == 200
    assert "Hola, María." in text_of(home)
    assert "$1,550.00" in text_of(home)
    visit = Response.objects.get(customer=debtor.customer)
    assert (visit.kind, visit.channel, visit.at) == ("PORTAL_VISIT", "PORTAL", NOW)


def test_the_session_cookie_is_for_this_link_only_and_closed_to_scripts(debtor: Debtor) -> None:
    response = debtor.client.post(debtor.url(), {"proof": TAX_ID})

    cookie = response.cookies["puntual_portal"]
    assert cookie["path"] == debtor.url()
    assert cookie["httponly"] is True
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == 1800
    assert list(response.cookies) == ["puntual_portal"]


def test_wrong_answers_of_two_customers_look_the_same(company: Company) -> None:
    answers = []
    for debtor in (
        make_debtor(name="Uno"),
        make_debtor(name="Dos", tax_id="AAA010101AAA", documents=("A", "B")),
    ):
        response = debtor.client.post(debtor.url(), {"proof": "AAAA010101AAA"})
        assert response.status_code == 422
        assert "puntual_portal" not in response.cookies
        text = text_of(response).replace(debtor.token, "TOKEN")
        answers.append(re.sub(r'(name="csrfmiddlewaretoken" value=")[^"]+', r"\1", text))

    assert answers[0] == answers[1]
    assert "No pudimos confirmar el dato" in answers[0]
    assert_tells_nothing(answers[0])


@pytest.mark.parametrize("tax_id", ["", "XAXX010101000", "XEXX010101000"])
def test_who_has_no_tax_id_of_their_own_proves_it_by_their_last_digits(company: Company, tax_id: str) -> None:
    debtor = make_debtor(tax_id=tax_id)
    factories.make_point(customer=debtor.customer, value="+525512345678", kind=PointKind.PHONE)

    page = text_of(debtor.get())
    generic = debtor.client.post(debtor.url(), {"proof": tax_id or "XAXX010101000"})
    own = debtor.client.post(debtor.url(), {"proof": "5678"})

    assert "últimos 4 dígitos" in page
    assert "RFC" not in page
    assert (generic.status_code, own.status_code) == (422, 302)


@pytest.mark.parametrize("tax_id", ["", "XAXX010101000"])
def test_a_door_that_no_answer_opens_says_how_to_reach_the_company(company: Company, tax_id: str) -> None:
    debtor = make_debtor(tax_id=tax_id)

    for response in (debtor.get(), debtor.client.post(debtor.url(), {"proof": tax_id or "x"})):
        page = text_of(response)
        assert "RFC" not in page
        assert 'name="proof"' not in page
        assert "Hable con nosotros" in page
        assert "55 0000 0000" in page
        assert_tells_nothing(page)
    assert PortalLink.objects.get().failed_total == 0


def test_what_was_typed_is_kept_after_a_wrong_answer(debtor: Debtor) -> None:
    response = debtor.client.post(debtor.url(), {"proof": "AAAA010101AAA"})

    assert 'value="AAAA010101AAA"' in response.content.decode()


@pytest.mark.parametrize("proof", ["", "   ", "x" * 41, "\x00"])
def test_an_empty_or_endless_answer_costs_no_try(debtor: Debtor, proof: str) -> None:
    response = debtor.client.post(debtor.url(), {"proof": proof})

    assert response.status_code == 422
    assert PortalLink.objects.get().failed_attempts == 0


def test_five_wrong_answers_close_the_link_for_a_quarter_of_an_hour(debtor: Debtor) -> None:
    statuses = [debtor.client.post(debtor.url(), {"proof": f"AAAA01010{n}AAA"}).status_code for n in range(5)]

    assert statuses == [422, 422, 422, 422, 429]
    right = debtor.client.post(debtor.url(), {"proof": TAX_ID})
    assert right.status_code == 429
    assert "cerramos el acceso" in text_of(right)
    assert_tells_nothing(text_of(right))
    assert debtor.get().status_code == 429
    with time_machine.travel(NOW + timedelta(minutes=15, seconds=1), tick=False):
        assert debtor.client.post(debtor.url(), {"proof": TAX_ID}).status_code == 302


def test_another_browser_is_closed_out_too(debtor: Debtor) -> None:
    for number in range(5):
        debtor.client.post(debtor.url(), {"proof": f"AAAA01010{number}AAA"})

    response = browser().post(debtor.url(), {"proof": TAX_ID})

    assert response.status_code == 429


def test_the_right_answer_forgets_the_wrong_ones(debtor: Debtor) -> None:
    for number in range(4):
        debtor.client.post(debtor.url(), {"proof": f"AAAA01010{number}AAA"})

    debtor.enter()

    assert PortalLink.objects.get().failed_attempts == 0


def test_last_digits_open_the_door_of_a_company_that_agreed_on_them(debtor: Debtor) -> None:
    Company.objects.filter(schema_name="muebles").update(portal_identity=PortalIdentity.LAST_DIGITS)
    factories.make_point(customer=debtor.customer, value="+525512345678", kind=PointKind.PHONE)
    factories.make_point(
        customer=debtor.customer, value="+525599991111", kind=PointKind.PHONE, owner_role=OwnerRole.REFERENCE
    )

    page = text_of(debtor.get())
    of_reference = debtor.client.post(debtor.url(), {"proof": "1111"})
    tax_id = debtor.client.post(debtor.url(), {"proof": TAX_ID})
    own = debtor.client.post(debtor.url(), {"proof": "5678"})

    assert "últimos 4 dígitos" in page
    assert "RFC" not in page
    assert (of_reference.status_code, tax_id.status_code, own.status_code) == (422, 422, 302)


def test_a_link_shows_nothing_at_the_address_of_another_company(debtor: Debtor) -> None:
    before = rows_written()
    stranger = browser(host=OTHER_HOST)

    for response in (stranger.get(debtor.url()), stranger.post(debtor.url(), {"proof": TAX_ID})):
        assert response.status_code == 404
        text = text_of(response)
        assert "Este enlace ya no funciona" in text
        assert "Muebles" not in text
        assert_tells_nothing(text)
    assert rows_written() == before


def test_a_session_of_one_company_opens_nothing_in_another(debtor: Debtor, outsider: Company) -> None:
    debtor.enter()
    home = connection.tenant
    connection.set_tenant(outsider)
    theirs = factories.make_customer(tax_id="AAA010101AAA", name="Otra Persona")
    token = outreach.make_portal_link(customer_id=theirs.pk, at=NOW)
    connection.set_tenant(home)
    thief = browser(host=OTHER_HOST)
    thief.cookies["puntual_portal"] = debtor.client.cookies["puntual_portal"].value

    response = thief.get(f"/p/{token}/")

    assert response.status_code == 200
    assert "Confirme que es usted" in text_of(response)


def test_a_session_of_one_link_opens_no_other(debtor: Debtor) -> None:
    debtor.enter()
    other = factories.make_customer(name="Pedro Otro", tax_id="AAAA010101AAA")
    token = outreach.make_portal_link(customer_id=other.pk, at=NOW)
    thief = browser()
    thief.cookies["puntual_portal"] = debtor.client.cookies["puntual_portal"].value

    response = thief.get(f"/p/{token}/")

    assert "Confirme que es usted" in text_of(response)
    assert "Pedro" not in text_of(response)


@pytest.mark.parametrize(
    "token", ["x", "x.y", "a" * 300, "%00", "..", "AAAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAA", "ñ.ñ"]
)
def test_a_forged_link_gets_a_kind_page(company: Company, token: str) -> None:
    response = browser().get(f"/p/{token}/")

    assert response.status_code == 404
    assert "55 0000 0000" in text_of(response)


def test_a_changed_token_gets_a_kind_page(debtor: Debtor) -> None:
    changed = debtor.token[:-1] + ("A" if debtor.token[-1] != "A" else "B")

    response = browser().get(f"/p/{changed}/")

    assert response.status_code == 404
    assert "Este enlace ya no funciona" in text_of(response)


def test_an_expired_link_gets_a_kind_page_also_for_whoever_was_inside(debtor: Debtor) -> None:
    debtor.enter()
    PortalLink.objects.update(expires_at=NOW)

    for page in ("", "pagar/", "preferencias/"):
        response = debtor.get(page)
        assert response.status_code == 410
        assert "Este enlace ya no funciona" in text_of(response)
        assert_tells_nothing(text_of(response))


def test_a_revoked_link_ends_the_session_at_once(debtor: Debtor) -> None:
    debtor.enter()
    outreach.revoke_link(link_id=PortalLink.objects.get().pk, actor=SYSTEM, at=NOW)
    before = rows_written()

    page = debtor.get()
    act = debtor.post("elegir-fecha/", {"amount": "100", "currency": "MXN", "due_date": "2026-11-30"})

    assert (page.status_code, act.status_code) == (410, 410)
    assert_tells_nothing(text_of(page))
    assert rows_written() == before


def test_the_session_ends_after_half_an_hour_and_lives_while_it_is_used(debtor: Debtor) -> None:
    debtor.enter()
    for minutes in (29, 58):
        with time_machine.travel(NOW + timedelta(minutes=minutes), tick=False):
            assert "Hola, María." in text_of(debtor.get())

    with time_machine.travel(NOW + timedelta(minutes=58 + 31), tick=False):
        assert "Confirme que es usted" in text_of(debtor.get())


def test_leaving_ends_the_session(debtor: Debtor) -> None:
    debtor.enter()

    debtor.post("salir/")

    assert "Confirme que es usted" in text_of(debtor.get())


def test_forms_need_the_csrf_token(debtor: Debtor) -> None:
    strict = browser(is_strict=True)
    before = rows_written()

    response = strict.post(debtor.url(), {"proof": TAX_ID})

    assert response.status_code == 403
    assert rows_written() == before


def test_a_form_is_taken_with_the_token_of_its_page(debtor: Debtor) -> None:
    strict = browser(is_strict=True)
    page = strict.get(debtor.url()).content.decode()
    token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]

    response = strict.post(debtor.url(), {"proof": TAX_ID, "csrfmiddlewaretoken": token})

    assert response.status_code == 302


def test_only_known_methods_are_answered(debtor: Debtor) -> None:
    refused = debtor.client.put(debtor.url())
    assert refused.status_code == 405
    assert "Esta dirección no se usa así" in refused.content.decode()
    assert debtor.client.get(debtor.url("salir/")).status_code == 405
    assert debtor.client.post(debtor.url("pagar/")).status_code == 405


def test_link_previews_and_search_engines_learn_nothing(debtor: Debtor) -> None:
    page = browser().head(debtor.url())
    text = browser().get(debtor.url()).content.decode()

    assert page.content == b""
    assert '<meta name="robots" content="noindex, nofollow">' in text
    assert "<title>Confirme que es usted · Muebles del Valle</title>" in text
    assert "og:" not in text
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.feature("POR-09")
def test_the_manifest_names_the_creditor_only(debtor: Debtor) -> None:
    response = debtor.get("manifest.webmanifest")

    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/manifest+json"
    assert response.json()["start_url"] == debtor.url()
    assert response.json()["name"] == "Muebles del Valle"
    assert_tells_nothing(response.content.decode())


@pytest.mark.feature("X-43")
def test_a_stranger_may_stop_the_emails_of_the_link(debtor: Debtor) -> None:
    page = text_of(debtor.get("preferencias/"))
    assert "¿Dejar de recibir correos de Muebles del Valle?" in page
    assert_tells_nothing(page)

    response = debtor.client.post(debtor.url("preferencias/"))

    assert response.status_code == 302
    assert "no le enviaremos más correos" in text_of(debtor.client.get(response.headers["Location"]))
    with connection.cursor() as cursor:
        cursor.execute("select customer_id, channel, decision, source, is_current from contacts_consent")
        assert cursor.fetchall() == [(debtor.customer.pk, "EMAIL", "OPTED_OUT", "portal", True)]


ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.mark.feature("X-43")
def test_one_click_in_a_mail_program_stops_the_emails(debtor: Debtor) -> None:
    before = rows_written()
    strict = browser(is_strict=True)

    first = strict.post(debtor.url("baja/"), ONE_CLICK)
    second = strict.post(debtor.url("baja/"), ONE_CLICK)

    assert [(one.status_code, one.content) for one in (first, second)] == [(204, b"")] * 2
    written = {table: rows_written()[table] - before[table] for table in before}
    assert written["contacts_consent"] == written["contacts_response"] == 1
    with connection.cursor() as cursor:
        cursor.execute("select customer_id, channel, decision, is_current from contacts_consent")
        assert cursor.fetchall() == [(debtor.customer.pk, "EMAIL", "OPTED_OUT", True)]


@pytest.mark.parametrize("change", [{"revoked_at": NOW}, {"expires_at": NOW}])
def test_an_old_link_still_stops_the_emails_and_nothing_else(
    debtor: Debtor, change: dict[str, datetime]
) -> None:
    PortalLink.objects.update(**change)

    answer = browser(is_strict=True).post(debtor.url("baja/"), ONE_CLICK)

    assert (answer.status_code, debtor.get().status_code, debtor.get("preferencias/").status_code) == (
        204,
        410,
        410,
    )
    with connection.cursor() as cursor:
        cursor.execute("select customer_id, channel, decision, is_current from contacts_consent")
        assert cursor.fetchall() == [(debtor.customer.pk, "EMAIL", "OPTED_OUT", True)]


def test_only_one_click_stops_without_a_page(debtor: Debtor) -> None:
    before = rows_written()

    opened = debtor.get("baja/")
    other = debtor.client.post(debtor.url("baja/"), {"List-Unsubscribe": "otra cosa"})
    forged = debtor.client.post("/p/inventado.x/baja/", ONE_CLICK)

    assert (opened.status_code, opened.headers["Location"]) == (302, debtor.url("preferencias/"))
    assert (other.status_code, forged.status_code) == (400, 404)
    assert rows_written() == before


def test_twenty_wrong_answers_close_the_link_for_ever(debtor: Debtor) -> None:
    PortalLink.objects.update(failed_total=19)

    last = debtor.post("", {"proof": "XXXX000000XXX"})

    assert (last.status_code, debtor.get().status_code) == (410, 410)
    assert_tells_nothing(last.content.decode())


def test_a_second_stop_says_nothing_new(debtor: Debtor) -> None:
    debtor.client.post(debtor.url("preferencias/"))
    before = rows_written()

    debtor.client.post(debtor.url("preferencias/"))

    assert rows_written() == before
    assert before["contacts_consent"] == before["contacts_response"] == 1


def test_staff_do_not_act_as_the_debtor(debtor: Debtor, cast: dict[str, User]) -> None:
    """Whoever has the link and the tax id from the case would write in the debtor's name."""
    staff = browser()
    staff.post("/cuenta/login/", {"login": "auditor@muebles.example", "password": PASSWORD})
    before = rows_written()

    proof = staff.post(debtor.url(), {"proof": TAX_ID})
    stop = staff.post(debtor.url("preferencias/"))

    assert (proof.status_code, stop.status_code) == (403, 403)
    assert "Aquí actúa solo el cliente" in text_of(proof)
    assert rows_written() == before
