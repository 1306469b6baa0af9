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
    assert page.context["open_amount"] == Decimal("1900.00")
    assert page.context["overdue_amount"] == Decimal("900.00")
    assert page.context["collected"]["now"] == Decimal("100.00")
    assert "47.4 % de la cartera · 1 cliente" in said
    assert "El 72 % de lo vencido tiene más de 90 días." in said
    # Currencies are told apart, never added.
    assert "USD $12.34 $12.34" in said


def test_every_role_sees_the_board(cast: dict[str, User]) -> None:
    assert {name: sign_in(user).get("/").status_code for name, user in cast.items()} == dict.fromkeys(
        cast, 200
    )
