"""Inicio: figures that sum to what is stored, and nothing for those who may not see them."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine

from puntual.audit.types import SYSTEM
from puntual.companies.models import Company
from puntual.flows import daily_run, money_in
from puntual.identity.models import User
from puntual.payments.types import NewPayment, PaymentMethod
from puntual.plans.models import PlanVersion, Run
from tests.conftest import NOW, TODAY
from tests.factories import make_customer, make_receivable
from tests.outreach_factories import prepare
from tests.web.staff import sign_in, words_of

pytestmark = pytest.mark.usefixtures("monday")


@pytest.fixture
def monday(company: Company) -> object:
    """Make it ten o'clock of the tests' Monday."""
    with time_machine.travel(NOW, tick=False) as moment:
        yield moment


def test_an_empty_company_is_told_where_to_begin(cast: dict[str, User]) -> None:
    said = words_of(sign_in(cast["manager"]).get("/"))

    assert "Todavía no hay corrida." in said
    assert "Importar cartera" in said
    assert "Vencido" not in said


def test_a_morning_without_customers_changes_nothing_of_that(cast: dict[str, User]) -> None:
    prepare()
    daily_run.run_day(today=TODAY, at=NOW)
    client = sign_in(cast["manager"])

    assert "Importar cartera" in words_of(client.get("/"))
    assert "No había a quién decidir" in words_of(client.get("/hoy/"))


def test_figures_are_those_of_the_ledger(cast: dict[str, User]) -> None:
    prepare()
    customer = make_customer(name="Cliente con atraso")
    make_receivable(customer=customer, due=TODAY - timedelta(days=100), amount="750.00")
    make_receivable(customer=customer, due=TODAY - timedelta(days=3), amount="250.00")
    make_receivable(customer=make_customer(), due=TODAY + timedelta(days=7), amount="1000.00")
    make_receivable(customer=customer, due=TODAY - timedelta(days=5), amount="12.34", currency="USD")
    paid = NewPayment(
        key="p1",
        customer_id=customer.pk,
        amount=Decimal("100.00"),
        currency="MXN",
        value_date=TODAY,
        method=PaymentMethod.TRANSFER,
    )
    money_in.receive_payment(payment=paid, actor=SYSTEM, at=NOW, today=TODAY)
    daily_run.run_day(today=TODAY, at=NOW)

    page = sign_in(cast["auditor"]).get("/")

    said = words_of(page)
    assert "Corrida de hoy: 2 clientes decididos, 2 acciones." in said
    here = page.context["here"]
    assert (here.open_amount, here.overdue_amount, here.collected) == (1900, 900, 100)
    assert "47.4 % de la cartera · 1 cliente" in said
    assert "El 72 % de lo vencido tiene más de 90 días." in said
    # Currencies are told apart, never added.
    assert "USD $12.34 $12.34 100.0 % 1 $0.00" in said


def test_a_portfolio_in_another_currency_alone_is_told_in_that_currency(cast: dict[str, User]) -> None:
    customer = make_customer()
    make_receivable(customer=customer, due=TODAY - timedelta(days=5), amount="300.00", currency="USD")
    make_receivable(customer=customer, due=TODAY + timedelta(days=5), amount="900.00", currency="USD")

    page = sign_in(cast["auditor"]).get("/")

    said = words_of(page)
    assert "Cartera $1,200 USD Vencido $300 USD 25.0 % de la cartera · 1 cliente" in said
    assert "El 0 % de lo vencido tiene más de 90 días." in said
    assert "Nada está vencido" not in said
    assert "En otras monedas" not in said


def test_shares_and_customers_are_counted_within_one_currency(cast: dict[str, User]) -> None:
    for number in range(3):
        customer = make_customer()
        currency = "EUR" if number else "USD"
        make_receivable(customer=customer, due=TODAY - timedelta(days=5), amount="70.00", currency=currency)
    make_receivable(customer=make_customer(), due=TODAY + timedelta(days=5), amount="1000.00")

    page = sign_in(cast["auditor"]).get("/")

    said = words_of(page)
    assert "Cartera $1,000 Vencido $0 0.0 % de la cartera · 0 clientes" in said
    assert "Nada está vencido en MXN; sí en otra moneda." in said
    assert "EUR €140.00 €140.00 100.0 % 2" in said
    assert "USD $70.00 $70.00 100.0 % 1" in said
    # Every figure opens the rows that sum to it.
    assert "?filter=overdue&amp;currency=MXN" in page.content.decode()


def test_a_day_without_a_run_is_told_with_the_last_one(cast: dict[str, User]) -> None:
    prepare()
    make_receivable(customer=make_customer(), due=TODAY - timedelta(days=3))
    daily_run.run_day(today=TODAY - timedelta(days=3), at=NOW)
    # As an earlier version could leave it: a day to come.
    Run.objects.create(
        as_of=TODAY + timedelta(days=1),
        version=PlanVersion.objects.get(state="ACTIVE"),
        state="DONE",
        started_at=NOW,
    )

    said = words_of(sign_in(cast["manager"]).get("/"))

    assert "La corrida de hoy no se ha hecho; la última fue hace 3 días." in said

    Run.objects.create(
        as_of=TODAY, version=PlanVersion.objects.get(state="ACTIVE"), state="RUNNING", started_at=NOW
    )
    said = words_of(sign_in(cast["manager"]).get("/"))
    assert "La corrida de hoy no ha terminado: 0 clientes decididos." in said


def test_every_role_sees_the_board(cast: dict[str, User]) -> None:
    assert {name: sign_in(user).get("/").status_code for name, user in cast.items()} == dict.fromkeys(
        cast, 200
    )
