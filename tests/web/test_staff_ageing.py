"""Cartera › Antigüedad: what was owed, and how old, at the end of any day."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from puntual.audit.types import SYSTEM
from puntual.companies import operations as companies
from puntual.companies.models import Company
from puntual.flows import money_in
from puntual.payments.types import NewPayment, PaymentMethod
from tests.factories import make_customer, make_receivable
from tests.web.staffers import browser, day, text_of

PATH = "/cartera/antiguedad/"


@pytest.fixture
def client(company: Company) -> Client:
    """A browser of who only reads. 1,000 fell due 40 days ago; 300 of them were paid 5 days ago, and told today."""
    customer = make_customer(name="Ana", at=timezone.now() - timedelta(days=90))
    make_receivable(
        customer=customer,
        due=day(-40),
        issue=day(-70),
        amount="1000.00",
        at=timezone.now() - timedelta(days=70),
    )
    make_receivable(customer=customer, due=day(10), issue=day(-1), amount="50.00", currency="USD")
    money_in.receive_payment(
        payment=NewPayment(
            key="late", customer_id=customer.pk, amount=Decimal("300.00"), currency="MXN",
            value_date=day(-5), method=PaymentMethod.TRANSFER,
        ),
        actor=SYSTEM, at=timezone.now(), today=day(0),
    )  # fmt: skip
    return browser("auditor")


def lines(answer: Any) -> dict[str, list[tuple[str, Decimal]]]:
    return {
        table["currency"]: [(str(one["label"]), one["row"].amount) for one in table["lines"]]
        for table in answer.context["tables"]
    }


def test_today_shows_each_currency_by_itself(client: Client) -> None:
    assert lines(client.get(PATH)) == {
        "MXN": [("31–60 días", Decimal("700.00"))],
        "USD": [("Por vencer", Decimal("50.00"))],
    }


@pytest.mark.parametrize(
    ("back", "then", "expected"),
    [
        (6, "", [("31–60 días", Decimal("1000.00"))]),
        (5, "", [("31–60 días", Decimal("700.00"))]),
        # The payment was told of only today: on that day nobody knew.
        (5, "on", [("31–60 días", Decimal("1000.00"))]),
        (20, "", [("1–30 días", Decimal("1000.00"))]),
    ],
)
def test_a_past_day_shows_what_was_owed_or_what_was_known(
    client: Client, back: int, then: str, expected: list[tuple[str, Decimal]]
) -> None:
    asked = {"day": day(-back).isoformat(), **({"as_known_then": then} if then else {})}

    assert lines(client.get(PATH, asked))["MXN"] == expected


def test_what_is_issued_later_is_told_with_its_sum(client: Client) -> None:
    assert "no llega" not in text_of(client.get(PATH))
    with companies.in_company(schema_name="muebles"):
        customer = make_customer()
        for number in ("A-1", "A-2"):
            make_receivable(
                customer=customer, document_number=number, issue=day(3), due=day(33), amount="100.10"
            )

    answer = client.get(PATH)

    assert lines(answer)["MXN"] == [("31–60 días", Decimal("700.00"))]
    page = text_of(answer).replace("\xa0", " ")
    assert "No se cuentan 2 documentos, con $200.20, cuya fecha de emisión todavía no llega" in page


def test_before_everything_there_is_nothing(client: Client) -> None:
    assert "Nada por cobrar ese día" in text_of(client.get(PATH, {"day": "2001-01-01"}))


@pytest.mark.parametrize(
    ("asked", "said"),
    [("nada", "Escriba la fecha así"), ("2999-01-01", "Ese día todavía no llega"), ("", "Elija")],
)
def test_a_day_that_cannot_be_is_refused_in_words(client: Client, asked: str, said: str) -> None:
    answer = client.get(PATH, {"day": asked})

    assert answer.status_code == 422
    assert said in text_of(answer)
