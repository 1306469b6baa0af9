"""Cartera: the list of customers and the list of documents."""

from decimal import Decimal
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from puntual.audit.types import SYSTEM
from puntual.companies.models import Company
from puntual.payments import operations as payments
from puntual.payments.types import NewPayment, PaymentMethod
from puntual.portfolio.models import Customer
from tests.conftest import NOW
from tests.factories import make_customer, make_receivable
from tests.web import staffers
from tests.web.staffers import browser, day, text_of

PAGES = ("/clientes/", "/documentos/")


@pytest.fixture
def debtors(company: Company) -> dict[str, Customer]:
    """Three customers: one late, one that owes and is not late, one that owes nothing."""
    late = make_customer(name="Ana Vencida", external_id="V-1", tags=("ruta norte",))
    make_receivable(customer=late, due=day(-40), amount="1500.00", document_number="F-100")
    make_receivable(customer=late, due=day(10), amount="500.00", document_number="F-101")
    make_receivable(customer=late, due=day(-2), amount="80.00", currency="USD", document_number="F-102")
    owing = make_customer(name="Beto Corriente", external_id="C-1")
    make_receivable(customer=owing, due=day(5), amount="300.00", document_number="F-200")
    return {"late": late, "owing": owing, "free": make_customer(name="Caro Libre", external_id="L-1")}


@pytest.mark.parametrize("path", PAGES)
def test_a_stranger_is_asked_to_sign_in(company: Company, path: str) -> None:
    response = staffers.stranger().get(path)

    assert response.status_code == 302
    assert response.headers["Location"].startswith("/cuenta/login/")


@pytest.mark.parametrize("role", staffers.ROLES)
@pytest.mark.parametrize("path", PAGES)
def test_every_role_sees_the_portfolio(company: Company, path: str, role: str) -> None:
    assert browser(role).get(path).status_code == 200


def test_customers_of_another_company_are_not_listed(debtors: dict[str, Customer]) -> None:
    page = text_of(browser(schema="ferreteria").get("/clientes/"))

    assert "Ana Vencida" not in page
    assert "Todavía no hay clientes" in page


def test_totals_are_of_the_whole_selection_in_one_currency(debtors: dict[str, Customer]) -> None:
    page = browser().get("/clientes/").context

    assert [row["name"] for row in page["rows"]] == ["Ana Vencida", "Beto Corriente", "Caro Libre"]
    assert page["found"].total_rows == 3
    assert str(page["found"].total_open) == "2300.00"
    assert str(page["found"].total_overdue) == "1500.00"
    assert page["rows"][0]["others"][0]["open_amount"] == 80


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("filter=overdue", ["Ana Vencida"]),
        ("filter=owing", ["Ana Vencida", "Beto Corriente"]),
        ("q=beto", ["Beto Corriente"]),
        ("q=L-1", ["Caro Libre"]),
        ("q=vencida+ana", ["Ana Vencida"]),
        ("tag=ruta+norte", ["Ana Vencida"]),
        ("sort=name", ["Ana Vencida", "Beto Corriente", "Caro Libre"]),
        ("sort=-name", ["Caro Libre", "Beto Corriente", "Ana Vencida"]),
        ("sort=-open", ["Ana Vencida", "Beto Corriente", "Caro Libre"]),
        ("sort=-days", ["Ana Vencida", "Beto Corriente", "Caro Libre"]),
        ("currency=USD&filter=owing", ["Ana Vencida"]),
        ("filter=nonsense&stage=NOWHERE&sort=drop&page=zzz", ["Ana Vencida", "Beto Corriente", "Caro Libre"]),
        ("page=99", ["Ana Vencida", "Beto Corriente", "Caro Libre"]),
        ("q=%25", []),
    ],
)
def test_what_is_asked_for_is_what_is_shown(
    debtors: dict[str, Customer], query: str, names: list[str]
) -> None:
    rows = browser().get(f"/clientes/?{query}").context["rows"]

    assert [row["name"] for row in rows] == names


@pytest.mark.parametrize("query", ["", "filter=owing", "filter=overdue"])
@pytest.mark.parametrize("sort", ["-overdue", "-open", "-days"])
def test_the_short_way_to_a_page_shows_what_the_long_way_shows(
    company: Company, query: str, sort: str
) -> None:
    for number in range(60):
        customer = make_customer(tags=("todos",))
        if number % 10:
            make_receivable(customer=customer, due=day(number - 30), amount=f"{(number * 37) % 11 + 1}.00")
    client = browser()

    for page in (1, 2):
        short = client.get(f"/clientes/?{query}&sort={sort}&page={page}").context
        long = client.get(f"/clientes/?{query}&sort={sort}&page={page}&tag=todos").context

        assert [row["id"] for row in short["rows"]] == [row["id"] for row in long["rows"]]
        assert short["rows"] == long["rows"]
        for total in ("total_rows", "total_open", "total_overdue"):
            assert getattr(short["found"], total) == getattr(long["found"], total)


def test_a_filter_is_turned_off_by_a_second_click(debtors: dict[str, Customer]) -> None:
    chips = browser().get("/clientes/?filter=overdue&q=ana&page=2").context["chips"]

    assert chips[0].active
    assert chips[0].href == "?q=ana"
    assert chips[1].href == "?q=ana&filter=owing"


def test_the_export_has_the_rows_shown_and_no_formula(debtors: dict[str, Customer]) -> None:
    make_customer(name='=HYPERLINK("http://evil.example","Ana")', external_id="+1")

    response = browser().get("/clientes/?format=xlsx&sort=name")

    rows = CalamineWorkbook.from_filelike(BytesIO(response.content)).get_sheet_by_index(0).to_python()
    assert response.headers["Content-Disposition"].endswith('.xlsx"')
    assert rows[1][:2] == ["+1", '=HYPERLINK("http://evil.example","Ana")']
    assert [row[1] for row in rows[2:]] == ["Ana Vencida", "Beto Corriente", "Caro Libre"]
    assert rows[2][6:9] == ["MXN", 2000.0, 1500.0]


@pytest.mark.parametrize(
    ("query", "documents"),
    [
        ("", ["F-100", "F-102", "F-200", "F-101"]),
        ("filter=overdue", ["F-100", "F-102"]),
        ("filter=open&sort=-due", ["F-101", "F-200", "F-102", "F-100"]),
        ("filter=paid", []),
        ("filter=all&page=9", ["F-100", "F-102", "F-200", "F-101"]),
        ("q=f-10", ["F-100", "F-102", "F-101"]),
        ("q=beto", ["F-200"]),
        ("q=_", []),
    ],
)
def test_documents_are_found_by_number_or_customer(
    debtors: dict[str, Customer], query: str, documents: list[str]
) -> None:
    page = browser().get(f"/documentos/?{query}").context

    assert [row["document_number"] for row in page["rows"]] == documents


def test_paid_documents_are_shown_when_asked_for_or_searched(debtors: dict[str, Customer]) -> None:
    payments.record_payment(
        payment=NewPayment(
            key="p-1",
            customer_id=debtors["owing"].pk,
            amount=Decimal("300.00"),
            currency="MXN",
            value_date=day(-1),
            method=PaymentMethod.CASH,
        ),
        actor=SYSTEM,
        at=NOW,
    )
    client = browser()

    def shown(query: str) -> list[str]:
        rows = client.get(f"/documentos/?{query}").context["rows"]
        return sorted(row["document_number"] for row in rows)

    assert shown("") == ["F-100", "F-101", "F-102"]
    assert shown("filter=paid") == ["F-200"]
    assert shown("q=f-200") == ["F-200"]
    assert shown("filter=all") == ["F-100", "F-101", "F-102", "F-200"]


def test_documents_are_totalled_by_currency(debtors: dict[str, Customer]) -> None:
    totals = browser().get("/documentos/").context["totals"]

    found = [(one["currency"], str(one["open_amount"]), str(one["overdue_amount"])) for one in totals]
    assert found == [("MXN", "2300.00", "1500.00"), ("USD", "80.00", "80.00")]
