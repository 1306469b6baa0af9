"""The portal's pages: what they say, how much they weigh, what they let a browser do."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.contrib.staticfiles import finders
from django.db import connection

from puntual.agreements import operations as agreements
from puntual.agreements.types import DisputeReason
from puntual.audit.types import SYSTEM
from puntual.companies.models import Company
from puntual.contacts.types import Channel
from puntual.flows import money_in
from puntual.outreach import operations as outreach
from puntual.payments import operations as payments
from puntual.payments.types import NewPayment, PaymentMethod
from puntual.portfolio import queries as portfolio
from puntual.portfolio.models import Customer, Receivable
from tests import factories
from tests.conftest import NOW, TODAY
from tests.flows.test_prompt_pay import put_in_force
from tests.web.debtors import Debtor, browser, make_debtor, text_of

PAGES = (
    "",
    "pagar/",
    "elegir-fecha/",
    "ya-pague/",
    "hay-un-error/",
    "momento-dificil/",
    "preferencias/",
    "por-que/",
    "recibo/preferencias/hoy/",
)
FIRST_LOAD_BYTES_MAX = 150 * 1024
LONG_NAME = "Comercializadora y Distribuidora de Materiales para la Construcción del Bajío y Occidente SA"


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def debtor(company: Company) -> Debtor:
    return make_debtor(name="María Hernández López").enter()


def without_debts(**fields: object) -> Debtor:
    customer = factories.make_customer(**fields)  # type: ignore[arg-type]
    token = outreach.make_portal_link(customer_id=customer.pk, at=NOW)
    return Debtor(customer=customer, token=token, client=browser())


def assets_of(html: str) -> set[str]:
    found = re.findall(r'(?:href|src)="(/static/[^"#]+)', html)
    return {one.removeprefix("/static/") for one in found}


def test_home_greets_a_person_by_the_first_name(debtor: Debtor) -> None:
    Customer.objects.update(kind="PERSON", name="Juan de Dios Ramírez Soto", short_name="")

    assert "Hola, Juan de Dios." in text_of(debtor.get())


def test_home_says_how_much_as_of_when_and_how_late(debtor: Debtor) -> None:
    text = text_of(debtor.get())

    assert "Hola, María." in text
    assert "$1,550.00" in text
    assert "Calculado el 23 nov 2026, 10:00." in text
    assert "De ese saldo, $1,250.00 ya venció; lo más antiguo, el 11 nov 2026: 12 días de atraso." in text
    assert "$300.00 vence el 27 nov 2026." in text
    for choice in ("Pagar ahora", "Elegir fecha", "Ya pagué", "Hay un error"):
        assert f'<span class="choice-name">{choice}</span>' in text
    assert "Estoy pasando por un momento difícil" in text


def dispute(debtor: Debtor, number: str | None) -> None:
    """Open a dispute about a document, or about everything."""
    agreements.open_dispute(
        customer_id=debtor.customer.pk,
        receivable_id=Receivable.objects.get(document_number=number).pk if number else None,
        reason=DisputeReason.WRONG_AMOUNT,
        note="",
        amount=None,
        channel=Channel.PORTAL,
        actor=SYSTEM,
        today=NOW.date(),
        at=NOW,
        country="MX",
    )


def test_what_is_under_review_is_no_part_of_what_is_late(debtor: Debtor) -> None:
    factories.make_receivable(
        customer=debtor.customer, due=date(2026, 11, 16), amount="400.00", document_number="F-1044"
    )
    dispute(debtor, "F-1042")

    text = text_of(debtor.get())

    assert "$1,950.00" in text
    assert "De ese saldo, $400.00 ya venció; lo más antiguo, el 16 nov 2026: 7 días de atraso." in text
    assert "$1,250.00 está en revisión: mientras le respondemos, no se lo cobramos." in text
    assert 'F-1042</span> <span class="document-note">En revisión: no se lo cobramos mientras' in text
    assert "Venció el 11 nov 2026" not in text
    pay = text_of(debtor.get("pagar/"))
    assert "Importe vencido" in pay
    assert "$400.00" in pay
    assert "Importe sin lo que está en revisión" in pay
    assert "$700.00" in pay
    assert "$1,950.00" not in pay
    why = text_of(debtor.get("por-que/"))
    assert "En revisión" in why
    assert "$1,250.00" in why


def test_with_everything_under_review_nothing_is_late(debtor: Debtor) -> None:
    dispute(debtor, None)

    text = text_of(debtor.get())

    assert "Fuera de lo que está en revisión, nada ha vencido." in text
    assert "$1,550.00 está en revisión" in text
    assert "ya venció" not in text


@pytest.mark.parametrize("amount", ["1600.00", "1550.01"])
def test_money_in_favour_is_told_to_who_paid_too_much(debtor: Debtor, amount: str) -> None:
    payments.record_payment(
        payment=NewPayment(
            key="p-1",
            customer_id=debtor.customer.pk,
            amount=Decimal(amount),
            currency="MXN",
            value_date=NOW.date(),
            method=PaymentMethod.TRANSFER,
        ),
        actor=SYSTEM,
        at=NOW,
    )

    text = text_of(debtor.get())

    left = Decimal(amount) - 1550
    assert "No tiene pagos pendientes" in text
    assert f"Tiene ${left:.2f} a su favor" in text


@pytest.mark.parametrize("page", PAGES)
def test_rights_and_people_are_always_at_hand(debtor: Debtor, page: str) -> None:
    text = text_of(debtor.get(page))

    for part in (
        "Muebles del Valle",
        "55 0000 0000",
        "lunes a viernes de 9 a 18 h",
        "Unidad de quejas",
        "quejas@mueblesdelvalle.example",
        "Aviso de privacidad",
        "Mis preferencias de contacto",
        "¿Por qué me contactaron?",
    ):
        assert part in text


@pytest.mark.parametrize("page", PAGES)
def test_pages_answer_a_head(debtor: Debtor, page: str) -> None:
    response = debtor.client.head(debtor.url(page))

    assert (response.status_code, response.content) == (200, b"")


@pytest.mark.parametrize("page", PAGES)
def test_pages_keep_to_the_content_security_policy(debtor: Debtor, page: str) -> None:
    response = debtor.get(page)

    html = response.content.decode()
    assert "style=" not in html
    assert "<style" not in html
    assert re.findall(r"<script(?![^>]*\ssrc=)", html) == []
    assert re.findall(r"\son[a-z]+=", html) == []
    assert re.findall(r'(?:src|href)="https?://(?!mueblesdelvalle)', html) == []
    assert "unsafe" not in response.headers["Content-Security-Policy"]
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("page", PAGES)
def test_first_load_is_light_enough_for_a_slow_telephone(debtor: Debtor, page: str) -> None:
    html = debtor.get(page).content
    assets = assets_of(html.decode())

    sizes = {}
    for asset in assets:
        found = finders.find(asset)
        assert isinstance(found, str), f"{asset} is not there"
        with open(found, "rb") as file:
            sizes[asset] = len(file.read())
    total = len(html) + sum(sizes.values())

    assert {"css/tokens.css", "css/portal/frame.css", "css/portal/events.css", "js/portal.js"} <= set(sizes)
    assert total <= FIRST_LOAD_BYTES_MAX, sizes


def test_a_page_with_thousands_of_documents_stays_light(company: Company) -> None:
    debtor = without_debts()
    for number in range(120):
        factories.make_receivable(customer=debtor.customer, due=TODAY, document_number=f"N-{number:04d}")
    debtor.enter()

    home, everything, dispute = debtor.get(), debtor.get("?todos=1"), debtor.get("hay-un-error/")

    assert home.content.decode().count('<li>\n  <span class="document-text">') == 30
    assert "Ver 90 documentos más" in text_of(home)
    assert text_of(everything).count("Factura N-") == 120
    assert text_of(dispute).count('name="documents"') == 101
    assert "Si su documento no está en la lista" in text_of(dispute)


def statements_of(debtor: Debtor, page: str) -> int:
    seen: list[str] = []

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        seen.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        debtor.get(page)
    return len(seen)


@pytest.mark.parametrize("page", ["", "pagar/", "hay-un-error/", "por-que/"])
def test_pages_ask_the_database_the_same_whatever_is_owed(debtor: Debtor, page: str) -> None:
    debtor.get(page)
    with_two = statements_of(debtor, page)
    for number in range(20):
        factories.make_receivable(customer=debtor.customer, due=TODAY, document_number=f"N-{number}")

    assert 5 <= with_two <= 13
    assert statements_of(debtor, page) == with_two


def test_how_to_pay_names_bank_account_reference_and_amounts(debtor: Debtor) -> None:
    response = debtor.get("pagar/")

    text = text_of(response)
    reference = portfolio.payment_reference(customer_id=debtor.customer.pk)
    for part in (
        "Banco Ejemplo",
        "Muebles del Valle, S.A. de C.V.",
        "002 010 07777777777 1",
        'data-copies="002010077777777771"',
        f'data-copies="{reference}"',
        'data-copies="1250.00"',
        'data-copies="1550.00"',
        "Solo Muebles del Valle, S.A. de C.V. recibe su pago",
    ):
        assert part in text
    assert 'src="data:image/svg+xml' in text


@pytest.mark.feature("INC-01")
def test_who_pays_early_is_told_the_amount_and_until_when(debtor: Debtor) -> None:
    put_in_force(at=NOW - timedelta(days=9))
    factories.make_receivable(
        customer=debtor.customer, due=date(2026, 12, 3), amount="1000.00", document_number="F-1044"
    )

    home, pay = text_of(debtor.get()), text_of(debtor.get("pagar/"))

    assert "Con pronto pago, $980.00 hasta el 28 nov 2026" in home
    assert "Si paga todo a más tardar el 28 nov 2026, son $2,530.00 por pronto pago." in home
    # The one of the 27th is due too soon.
    assert home.count("Con pronto pago") == 1
    assert "Todo con pronto pago, hasta el 28 nov 2026" in pay
    assert 'data-copies="2530.00"' in pay
    assert 'data-copies="2550.00"' in pay


def test_what_is_under_review_has_no_discount(debtor: Debtor) -> None:
    put_in_force(at=NOW - timedelta(days=9))
    receivable = factories.make_receivable(
        customer=debtor.customer, due=date(2026, 12, 3), amount="1000.00", document_number="F-1044"
    )
    agreements.open_dispute(
        customer_id=debtor.customer.pk,
        receivable_id=receivable.pk,
        reason=DisputeReason.WRONG_AMOUNT,
        note="",
        amount=None,
        channel=Channel.PORTAL,
        actor=SYSTEM,
        today=TODAY,
        at=NOW,
        country="MX",
    )

    assert "pronto pago" not in text_of(debtor.get())
    assert "pronto pago" not in text_of(debtor.get("pagar/"))


def test_another_currency_is_never_sent_to_the_account_of_this_one(debtor: Debtor) -> None:
    factories.make_receivable(customer=debtor.customer, due=TODAY, amount="80.00", currency="USD")

    text = text_of(debtor.get("pagar/"))

    assert "Para pagar en USD, hable con nosotros" in text
    assert 'data-copies="1550.00"' in text
    assert 'data-copies="80.00"' not in text


def test_without_an_account_the_page_says_whom_to_ask(debtor: Debtor) -> None:
    Company.objects.filter(schema_name="muebles").update(bank_account="")

    text = text_of(debtor.get("pagar/"))

    assert "Para pagar en MXN, hable con nosotros" in text
    assert "CLABE" not in text


def test_two_currencies_are_two_balances(debtor: Debtor) -> None:
    factories.make_receivable(
        customer=debtor.customer, due=date(2026, 11, 30), amount="80.00", currency="USD"
    )

    text = text_of(debtor.get())

    assert "$1,550.00" in text
    assert "$80.00 USD" in text
    assert "Y además" in text


def test_whoever_owes_nothing_is_thanked(company: Company) -> None:
    debtor = without_debts()
    factories.make_receivable(customer=debtor.customer, due=TODAY, amount="500.00")
    money_in.receive_payment(
        payment=NewPayment(
            key="t",
            customer_id=debtor.customer.pk,
            amount=Decimal("500.00"),
            currency="MXN",
            value_date=TODAY,
            method=PaymentMethod.TRANSFER,
        ),
        actor=SYSTEM,
        at=NOW,
        today=TODAY,
    )
    debtor.enter()

    text = text_of(debtor.get())

    assert "No tiene pagos pendientes" in text
    assert "$500.00" in text
    assert "Pagar ahora" not in text
    assert "Hoy no tiene nada pendiente con nosotros" in text_of(debtor.get("por-que/"))
    assert debtor.get("ya-pague/").status_code == 200


def test_names_and_documents_are_shown_as_text_never_as_markup(company: Company) -> None:
    debtor = without_debts(name="<script>alert(1)</script>", short_name="<b>X</b>")
    factories.make_receivable(customer=debtor.customer, due=TODAY, document_number='"><img src=x>')
    debtor.enter()

    for page in ("", "hay-un-error/"):
        html = debtor.get(page).content.decode()
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert "<b>X</b>" not in html


def test_a_firm_is_greeted_by_its_name(company: Company) -> None:
    debtor = without_debts(name=LONG_NAME, short_name="").enter()

    assert f"Hola, {LONG_NAME}." in text_of(debtor.get())


def test_amounts_of_twelve_digits_are_exact(company: Company) -> None:
    debtor = without_debts()
    factories.make_receivable(customer=debtor.customer, due=TODAY, amount="123456789012.34")
    debtor.enter()

    assert "$123,456,789,012.34" in text_of(debtor.get())
    assert 'data-copies="123456789012.34"' in text_of(debtor.get("pagar/"))


def test_the_why_page_lists_the_contacts_that_were_made(debtor: Debtor) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into contacts_attempt (key, customer_id, channel, direction, purpose, outcome, at)"
            " values ('a', %s, 'EMAIL', 'OUTBOUND', 'COLLECTION', 'SENT', %s),"
            " ('b', %s, 'CALL', 'INBOUND', 'COLLECTION', 'INBOUND', %s),"
            " ('c', %s, 'LETTER', 'OUTBOUND', 'COLLECTION', 'SENT', %s)",
            [debtor.customer.pk, NOW] * 3,
        )

    text = text_of(debtor.get("por-que/"))

    assert "Correo electrónico</span>" in text
    assert "Llamada telefónica</span>" not in text
    assert "Carta</span>" in text
    assert "LETTER" not in text
    assert "23 nov 2026, 10:00" in text


def test_the_language_of_a_phone_is_no_dead_end(debtor: Debtor) -> None:
    english = {"accept-language": "en-US"}
    page = debtor.client.get(debtor.url(), headers=english)
    assert "Español" in text_of(page)
    assert "Your balance" in text_of(page)

    answer = debtor.client.post("/idioma/", {"language": "es-mx", "next": debtor.url()}, headers=english)

    assert answer.headers["Location"] == debtor.url()
    page = debtor.client.get(debtor.url(), headers=english)
    assert "Su saldo" in text_of(page)
    assert "English" in text_of(page)
