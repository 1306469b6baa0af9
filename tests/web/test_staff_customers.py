"""Cartera: the list of customers and the list of documents."""

from decimal import Decimal
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from puntual.audit.types import SYSTEM
from puntual.companies.models import Company
from puntual.insights.queries import CustomerPage
from puntual.payments import operations as payments
from puntual.payments.types import NewPayment, PaymentMethod
from puntual.portfolio.models import Customer
from tests.conftest import NOW
from tests.factories import make_customer, make_receivable
from tests.web import staffers
from tests.web.staff import words_of
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


def sums(found: CustomerPage) -> list[tuple[str, str, str]]:
    """Say the totals of a selection."""
    return [(one.currency, str(one.open_amount), str(one.overdue_amount)) for one in found.totals]


def test_totals_are_of_the_whole_selection_in_every_currency(debtors: dict[str, Customer]) -> None:
    page = browser().get("/clientes/").context

    assert [row["name"] for row in page["rows"]] == ["Ana Vencida", "Beto Corriente", "Caro Libre"]
    assert page["found"].total_rows == 3
    assert sums(page["found"]) == [("MXN", "2300.00", "1500.00"), ("USD", "80.00", "80.00")]
    assert [(one["currency"], one["open_amount"]) for one in page["rows"][0]["debts"]] == [
        ("MXN", 2000),
        ("USD", 80),
    ]


@pytest.fixture
def dollars(company: Company) -> None:
    """A portfolio in dollars alone, of a company that keeps its books in pesos."""
    for name, amount, late in (("Poco", "50.00", 3), ("Mucho", "900.00", 8), ("Nada tarde", "70.00", -9)):
        customer = make_customer(name=name)
        make_receivable(customer=customer, due=day(-late), amount=amount, currency="USD")


@pytest.mark.usefixtures("dollars")
def test_money_of_another_currency_alone_is_listed_sorted_and_totalled() -> None:
    response = browser().get("/clientes/")

    page = response.context
    assert [row["name"] for row in page["rows"]] == ["Mucho", "Poco", "Nada tarde"]
    assert sums(page["found"]) == [("USD", "1020.00", "950.00")]
    words = words_of(response)
    assert "Saldo (USD)" in words
    assert "8 d $900.00 $900.00" in words
    assert "$0.00" not in words


@pytest.mark.usefixtures("dollars")
@pytest.mark.parametrize("query", ["", "tag=todos"])
def test_who_owes_in_a_second_currency_comes_before_who_owes_nothing_late(query: str) -> None:
    both = make_customer(name="Pesos", tags=("todos",))
    make_receivable(customer=both, due=day(-1), amount="1.00")
    make_receivable(customer=make_customer(name="Pesos a tiempo"), due=day(1), amount="9999.00")
    Customer.objects.update(tags=["todos"])
    client = browser()

    def names(sort: str) -> list[str]:
        rows = client.get(f"/clientes/?sort={sort}&{query}").context["rows"]
        return [row["name"] for row in rows]

    assert names("-overdue") == ["Pesos", "Mucho", "Poco", "Nada tarde", "Pesos a tiempo"]
    assert names("overdue") == ["Nada tarde", "Pesos a tiempo", "Poco", "Mucho", "Pesos"]
    assert names("-open") == ["Pesos a tiempo", "Pesos", "Mucho", "Nada tarde", "Poco"]
    assert names("-days") == ["Mucho", "Poco", "Pesos", "Pesos a tiempo", "Nada tarde"]


def test_how_late_somebody_is_does_not_depend_on_the_currency(debtors: dict[str, Customer]) -> None:
    client = browser()

    for query in ("", "currency=USD", "currency=MXN"):
        rows = client.get(f"/clientes/?{query}").context["rows"]
        assert rows[0]["days_past_due"] == 40
    said = words_of(client.get("/clientes/?currency=USD"))
    assert "40 d $80.00 $80.00" in said
    assert "1 cliente $80.00 USD $80.00 USD" in said


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
@pytest.mark.parametrize("mixed", [False, True])
def test_the_short_way_to_a_page_shows_what_the_long_way_shows(
    company: Company, query: str, sort: str, mixed: bool
) -> None:
    for number in range(60):
        customer = make_customer(tags=("todos",))
        if number % 10:
            currency = ("MXN", "MXN", "USD", "EUR")[number % 4 if mixed else 0]
            make_receivable(
                customer=customer,
                due=day(number - 30),
                amount=f"{(number * 37) % 11 + 1}.00",
                currency=currency,
            )
    client = browser()

    for page in (1, 2):
        short = client.get(f"/clientes/?{query}&sort={sort}&page={page}").context
        long = client.get(f"/clientes/?{query}&sort={sort}&page={page}&tag=todos").context

        assert [row["id"] for row in short["rows"]] == [row["id"] for row in long["rows"]]
        assert short["rows"] == long["rows"]
        assert short["found"].total_rows == long["found"].total_rows
        assert short["found"].totals == long["found"].totals


def test_a_filter_is_turned_off_by_a_second_click(debtors: dict[str, Customer]) -> None:
    chips = browser().get("/clientes/?filter=overdue&q=ana&page=2").context["chips"]

    assert chips[0].active
    assert chips[0].href == "?q=ana"
    assert chips[1].href == "?q=ana&filter=owing"


def test_the_export_has_the_rows_shown_and_no_formula(debtors: dict[str, Customer]) -> None:
    make_customer(name='=HYPERLINK("http://evil.example","Ana")', external_id="+1")

    response = browser().get("/clientes/?format=xlsx&sort=name")

    book = CalamineWorkbook.from_filelike(BytesIO(response.content))
    rows = book.get_sheet_by_index(0).to_python()
    assert book.sheet_names == ["Clientes"]
    assert response.headers["Content-Disposition"].endswith('.xlsx"')
    assert rows[1][:2] == ["+1", '=HYPERLINK("http://evil.example","Ana")']
    assert [row[1] for row in rows[2:]] == ["Ana Vencida", "Ana Vencida", "Beto Corriente", "Caro Libre"]
    assert rows[2][6:9] == ["MXN", 2000.0, 1500.0]
    assert rows[3][6:9] == ["USD", 80.0, 80.0]


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


@pytest.mark.parametrize("narrowed", ["", "&filter=owing"])
def test_names_are_sorted_without_their_accents_and_enye_after_n(company: Company, narrowed: str) -> None:
    for name in ("Zúñiga", "Óscar", "Peña", "Álvarez", "Nuño", "Nava", "alba", "Ñáñez", "Penzo"):
        make_receivable(customer=make_customer(name=name), due=day(-1))

    def names(query: str) -> list[str]:
        return [row["name"] for row in browser().get(f"/clientes/?{query}{narrowed}").context["rows"]]

    assert names("sort=name") == [
        "alba",
        "Álvarez",
        "Nava",
        "Nuño",
        "Ñáñez",
        "Óscar",
        "Penzo",
        "Peña",
        "Zúñiga",
    ]
    assert names("sort=-name") == names("sort=name")[::-1]


def test_tags_that_differ_in_capitals_alone_are_one(company: Company) -> None:
    for number, tags in enumerate([("VIP", "vip"), ("vip",), ("vip",), ("otra",)]):
        make_customer(name=f"Cliente {number}", tags=tags)
    client = browser()

    chips = [chip.label for chip in client.get("/clientes/").context["chips"]]
    found = client.get("/clientes/?tag=VIP").context["rows"]

    assert [one for one in chips if one.lower() == "vip"] == ["vip"]
    assert [row["name"] for row in found] == ["Cliente 0", "Cliente 1", "Cliente 2"]
    assert [row["tags"] for row in found] == [["VIP"], ["vip"], ["vip"]]


@pytest.mark.parametrize(
    ("band", "documents"),
    [
        ("CURRENT", ["HOY", "F-101", "F-200"][::1]),
        ("D1_30", ["T-30", "T-1"]),
        ("D31_60", ["T-60", "F-100", "T-31"]),
        ("D61_90", ["T-61"]),
        ("D91_PLUS", ["T-91"]),
        ("D9", None),
    ],
)
def test_each_band_of_inicio_opens_the_documents_that_sum_to_it(
    debtors: dict[str, Customer], band: str, documents: list[str] | None
) -> None:
    for days in (0, 1, 30, 31, 60, 61, 91):
        number = f"T-{days}" if days else "HOY"
        make_receivable(customer=debtors["owing"], due=day(-days), amount="10.00", document_number=number)
    client = browser()

    answer = client.get(f"/documentos/?filter=open&currency=MXN&band={band}")
    home = client.get("/")

    shown = [row["document_number"] for row in answer.context["rows"]]
    if documents is None:
        assert len(shown) == 10
        return
    assert shown == sorted(documents, key=shown.index)
    assert set(shown) == set(documents)
    [total] = answer.context["totals"]
    assert total["open_amount"] == home.context["ageing"][band]
    assert f'href="/documentos/?filter=open&amp;currency=MXN&amp;band={band}"' in text_of(home)
