"""Pagos: recording, previewing, reversing, applying credit, reports of debtors, the bank's lines."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from puntual.agreements import operations as agreements
from puntual.agreements.types import DisputeReason
from puntual.audit.types import SYSTEM
from puntual.companies.models import Company
from puntual.contacts.types import Channel
from puntual.payments import operations as payments
from puntual.portfolio import queries as portfolio
from puntual.portfolio.models import Customer, Receivable
from tests.factories import make_customer, make_receivable
from tests.flows.test_prompt_pay import put_in_force
from tests.web import staffers
from tests.web.staff import words_of
from tests.web.staffers import ROLES, browser, day, read, send, text_of, written

SEEN = ("/pagos/", "/pagos/avisos/", "/pagos/conciliacion/")
RECORDERS = {"owner", "manager", "supervisor"}


@pytest.fixture
def debtor(company: Company) -> Customer:
    """A customer with an old document of 1,000 and a newer one of 500."""
    customer = make_customer(name="Ana Vencida", external_id="V-1")
    make_receivable(customer=customer, due=day(-40), amount="1000.00", document_number="F-1")
    make_receivable(customer=customer, due=day(-10), amount="500.00", document_number="F-2")
    return customer


@pytest.fixture
def client(debtor: Customer) -> Client:
    """The owner's browser."""
    return browser()


def paid(amount: str, **fields: str) -> dict[str, str]:
    """Fill in the form of a payment."""
    return {
        "amount": amount,
        "currency": "MXN",
        "value_date": day(-1).isoformat(),
        "method": "TRANSFER",
        "reference": "SPEI-77",
        "spread": "oldest",
        **fields,
    }


def open_amounts() -> list[tuple[str, Decimal]]:
    """Return what each document still owes."""
    return read("select document_number, open_amount from portfolio_receivable order by due_date")  # type: ignore[return-value]


def record(client: Client, debtor: Customer, amount: str) -> int:
    """Record a payment and return its id."""
    assert send(client, f"/clientes/{debtor.pk}/pago/", paid(amount)).status_code == 302
    return int(read("select max(id) from payments_payment")[0][0])


@pytest.mark.parametrize("path", [*SEEN, "/pagos/por-aplicar/", "/pagos/1/", "/pagos/conciliacion/subir/"])
def test_a_stranger_is_asked_to_sign_in(company: Company, path: str) -> None:
    assert staffers.stranger().get(path).status_code == 302


@pytest.mark.parametrize("role", ROLES)
def test_all_see_money_and_some_record_it(debtor: Customer, role: str) -> None:
    client = browser(role)

    for path in SEEN:
        assert client.get(path).status_code == 200
    assert client.get("/pagos/por-aplicar/").status_code == 200
    for path in ("/pagos/conciliacion/subir/", f"/clientes/{debtor.pk}/pago/"):
        assert client.get(path).status_code == (200 if role in RECORDERS else 403), path


def test_a_payment_pays_the_oldest_first_as_the_preview_said(client: Client, debtor: Customer) -> None:
    address = f"/clientes/{debtor.pk}/pago/"
    before = written()
    preview = client.post(
        address, {**paid("1200.50"), "form_key": "0b7f5c1e-96a5-4c29-8f0b-0d6c1a8c2f13"},
        headers={"HX-Request": "true"},
    )  # fmt: skip
    assert written() == before
    said = [(line["item"].document_number, line["taken"]) for line in preview.context["preview"]["lines"]]

    record(client, debtor, "1200.50")

    done = read(
        "select r.document_number, a.amount from payments_allocation a"
        " join portfolio_receivable r on r.id = a.receivable_id order by a.id"
    )
    assert said == done == [("F-1", Decimal("1000.00")), ("F-2", Decimal("200.50"))]
    assert open_amounts() == [("F-1", Decimal("0.00")), ("F-2", Decimal("299.50"))]


@pytest.mark.feature("INC-01")
def test_an_early_payment_is_previewed_and_recorded_with_its_discount(
    client: Client, debtor: Customer
) -> None:
    put_in_force(at=timezone.now() - timedelta(days=9))
    make_receivable(customer=debtor, due=day(10), amount="1000.00", document_number="F-3")
    told = words_of(client.get(f"/clientes/{debtor.pk}/"))
    shown = client.post(
        f"/clientes/{debtor.pk}/pago/",
        {**paid("2480"), "form_key": "0b7f5c1e-96a5-4c29-8f0b-0d6c1a8c2f14"},
        headers={"HX-Request": "true"},
    )

    payment_id = record(client, debtor, "2480")

    assert "pronto pago: $980.00 hasta el" in " ".join(told.split())
    lines = shown.context["preview"]["lines"]
    assert [(one["taken"], one["discount"], one["left"]) for one in lines] == [
        (Decimal("1000.00"), Decimal(0), Decimal(0)),
        (Decimal("500.00"), Decimal(0), Decimal(0)),
        (Decimal("980.00"), Decimal("20.00"), Decimal(0)),
    ]
    assert "Pronto pago" in words_of(shown)
    assert open_amounts() == [("F-1", Decimal(0)), ("F-2", Decimal(0)), ("F-3", Decimal(0))]
    assert "y $20.00 de descuento por pronto pago" in " ".join(
        words_of(client.get(f"/pagos/{payment_id}/")).split()
    )
    assert "Por pronto pago" in words_of(client.get(f"/clientes/{debtor.pk}/documentos/"))


def test_a_payment_pays_the_documents_chosen_and_no_other(client: Client, debtor: Customer) -> None:
    chosen = read("select id from portfolio_receivable where document_number = 'F-2'")[0][0]

    send(
        client,
        f"/clientes/{debtor.pk}/pago/",
        paid("400", spread="chosen", **{f"item_{chosen}": "150.25"}),
    )

    assert open_amounts() == [("F-1", Decimal("1000.00")), ("F-2", Decimal("349.75"))]
    assert read("select unapplied_amount from payments_payment") == [(Decimal("249.75"),)]


def test_a_zero_beside_a_document_applies_nothing_to_it(client: Client, debtor: Customer) -> None:
    first, second = [row[0] for row in read("select id from portfolio_receivable order by document_number")]

    send(
        client,
        f"/clientes/{debtor.pk}/pago/",
        paid("400", spread="chosen", **{f"item_{first}": "0", f"item_{second}": "150.25"}),
    )

    assert open_amounts() == [("F-1", Decimal("1000.00")), ("F-2", Decimal("349.75"))]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"amount": "0"}, "mayor que cero"),
        ({"amount": "10.005"}, "punto decimal"),
        ({"value_date": day(1).isoformat()}, "posterior a lo permitido"),
        ({"spread": "chosen"}, "Escriba cuánto se aplica"),
        ({"spread": "chosen", "item": "1000.01"}, "más de lo que debe"),
        ({"spread": "chosen", "item": "900", "amount": "100"}, "suma más que el pago"),
        ({"currency": "USD"}, "Elija de la lista"),
    ],
)
def test_a_bad_payment_writes_nothing(
    client: Client, debtor: Customer, fields: dict[str, str], words: str
) -> None:
    first = read("select id from portfolio_receivable where document_number = 'F-1'")[0][0]
    given = {f"item_{first}" if name == "item" else name: value for name, value in fields.items()}
    before = written()

    response = send(client, f"/clientes/{debtor.pk}/pago/", {**paid("1500"), **given})

    assert response.status_code == 422
    assert words in text_of(response)
    assert written() == before


def test_a_payment_sent_twice_is_recorded_once(client: Client, debtor: Customer) -> None:
    form = {**paid("100"), "form_key": "0b7f5c1e-96a5-4c29-8f0b-0d6c1a8c2f14"}

    places = {client.post(f"/clientes/{debtor.pk}/pago/", form).headers["Location"] for _again in range(2)}

    assert len(places) == 1
    assert open_amounts()[0] == ("F-1", Decimal("900.00"))

    # The same form with another amount is no repetition, and must not read as recorded.
    other = client.post(f"/clientes/{debtor.pk}/pago/", {**form, "amount": "250"})
    assert other.status_code == 422
    assert "ya registró un pago con otros datos" in text_of(other)
    assert open_amounts()[0] == ("F-1", Decimal("900.00"))


def test_the_preview_leaves_out_what_is_disputed_as_the_payment_does(
    client: Client, debtor: Customer
) -> None:
    first = read("select id from portfolio_receivable where document_number = 'F-1'")[0][0]
    agreements.open_dispute(
        customer_id=debtor.pk, receivable_id=first, reason=DisputeReason.QUALITY, note="Roto", amount=None,
        channel=Channel.EMAIL, actor=SYSTEM, today=day(0), at=timezone.now(), country="MX",
    )  # fmt: skip
    address = f"/clientes/{debtor.pk}/pago/"

    shown = client.post(
        address, {**paid("700"), "form_key": "0b7f5c1e-96a5-4c29-8f0b-0d6c1a8c2f15", "preview": "1"}
    ).context["preview"]

    assert [(line["item"].document_number, line["taken"]) for line in shown["lines"]] == [
        ("F-2", Decimal("500.00"))
    ]
    assert shown["credit"] == Decimal("200.00")
    record(client, debtor, "700")
    assert open_amounts() == [("F-1", Decimal("1000.00")), ("F-2", Decimal("0.00"))]


def test_a_payment_is_reversed_with_a_reason_by_those_who_may(client: Client, debtor: Customer) -> None:
    payment_id = record(client, debtor, "1500")
    address = f"/pagos/{payment_id}/revertir/"
    assert browser("supervisor").get(address).status_code == 403
    assert "Revertir" not in text_of(browser("collector").get(f"/pagos/{payment_id}/"))

    assert send(client, address, {"reason": ""}).status_code == 422
    assert send(client, address, {"reason": "cheque devuelto"}).status_code == 302
    again = send(client, address, {"reason": "otra vez"})

    assert again.status_code == 422
    assert "ya fue revertido" in text_of(again)
    assert open_amounts() == [("F-1", Decimal("1000.00")), ("F-2", Decimal("500.00"))]
    shown = words_of(client.get(f"/pagos/{payment_id}/"))
    assert "cheque devuelto" in shown
    # It is applied to nothing any more.
    assert "Aplicado $" not in shown
    assert "Cuenta como pago No: se revirtió y los documentos se deben otra vez." in shown
    assert "¿A qué se había aplicado?" in shown


def test_a_credit_is_applied_when_there_is_something_to_pay(client: Client, debtor: Customer) -> None:
    payment_id = record(client, debtor, "1600")
    assert "Aplicar saldo a favor" not in text_of(client.get(f"/pagos/{payment_id}/"))
    client.post(f"/pagos/{payment_id}/aplicar/")
    assert read("select unapplied_amount from payments_payment") == [(Decimal("100.00"),)]

    _new_debt(debtor)
    assert "Aplicar" in text_of(client.get("/pagos/por-aplicar/"))
    assert (
        client.post(f"/pagos/{payment_id}/aplicar/", {"next": "unapplied"})
        .headers["Location"]
        .endswith("/pagos/por-aplicar/")
    )

    assert read("select unapplied_amount from payments_payment") == [(Decimal("0.00"),)]
    assert "Nada por aplicar" in text_of(client.get("/pagos/por-aplicar/"))


def _new_debt(debtor: Customer) -> Receivable:
    with staffers.companies.in_company(schema_name="muebles"):
        return make_receivable(customer=debtor, due=day(3), amount="300.00")


def test_payments_are_listed_found_and_totalled(client: Client, debtor: Customer) -> None:
    record(client, debtor, "100")
    record(client, debtor, "50.50")

    found = client.get("/pagos/?q=spei-77").context
    none = client.get("/pagos/?q=nadie").context

    assert [row["amount"] for row in found["rows"]] == [Decimal("50.50"), Decimal("100.00")]
    assert found["totals"][0]["amount"] == Decimal("150.50")
    assert (none["rows"], none["totals"]) == ([], [])
    assert "Ana Vencida" not in text_of(browser(schema="ferreteria").get("/pagos/"))


def test_a_payment_of_another_company_is_not_found(client: Client, debtor: Customer) -> None:
    payment_id = record(client, debtor, "100")

    assert browser(schema="ferreteria").get(f"/pagos/{payment_id}/").status_code == 404


@pytest.fixture
def report_id(debtor: Customer) -> int:
    """A payment that the debtor says was made."""
    return payments.report_payment(
        key="r-1",
        customer_id=debtor.pk,
        amount=Decimal("700.00"),
        currency="MXN",
        paid_on=day(-1),
        reference="CIE 9",
        note="",
        at=timezone.now(),
    )


def test_a_report_is_confirmed_once_and_becomes_a_payment(report_id: int, client: Client) -> None:
    assert "CIE 9" in text_of(client.get("/pagos/"))
    assert send(browser("collector"), f"/pagos/avisos/{report_id}/confirmar/").status_code == 403

    assert send(client, f"/pagos/avisos/{report_id}/confirmar/").status_code == 302
    assert send(client, f"/pagos/avisos/{report_id}/confirmar/").status_code == 404

    assert read("select state from payments_reportedpayment") == [("CONFIRMED",)]
    assert read("select amount from payments_payment") == [(Decimal("700.00"),)]
    assert open_amounts()[0] == ("F-1", Decimal("300.00"))


def test_a_report_is_rejected_with_an_answer(report_id: int, client: Client) -> None:
    assert send(client, f"/pagos/avisos/{report_id}/rechazar/").status_code == 422
    assert send(client, f"/pagos/avisos/{report_id}/rechazar/", {"answer": "No aparece"}).status_code == 302

    assert read("select state, answer from payments_reportedpayment") == [("REJECTED", "No aparece")]
    assert read("select id from payments_payment") == []


def _statement(rows: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("banco.csv", f"Fecha,Concepto,Referencia,Abono\n{rows}".encode(), "text/csv")


def test_a_statement_pays_what_it_knows_and_the_rest_waits(client: Client, debtor: Customer) -> None:
    with staffers.companies.in_company(schema_name="muebles"):
        reference = portfolio.payment_reference(customer_id=debtor.pk)
    when = f"{day(-2):%d/%m/%Y}"
    rows = f"{when},PAGO {reference},{reference},250.00\n{when},DEPOSITO,,80.00\n"

    client.post("/pagos/conciliacion/subir/", {"file": _statement(rows)})
    client.post("/pagos/conciliacion/subir/", {"file": _statement(rows)})

    assert open_amounts()[0] == ("F-1", Decimal("750.00"))
    shown = client.get("/pagos/conciliacion/").context["rows"]
    assert [(row["description"], row["amount"]) for row in shown] == [("DEPOSITO", Decimal("80.00"))]

    line_id = shown[0]["id"]
    assert send(client, f"/pagos/conciliacion/{line_id}/asignar/", {"customer": "X-9"}).status_code == 422
    assert client.post(f"/pagos/conciliacion/{line_id}/descartar/").status_code == 302
    assert client.post(f"/pagos/conciliacion/{line_id}/descartar/", {"restore": "1"}).status_code == 302
    assert send(client, f"/pagos/conciliacion/{line_id}/asignar/", {"customer": "V-1"}).status_code == 302
    assert open_amounts()[0] == ("F-1", Decimal("670.00"))
    assert len(client.get("/pagos/conciliacion/?filter=MATCHED").context["rows"]) == 2


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "El archivo está vacío"), (b"hola\nmundo\n", "No se encontraron las columnas")],
)
def test_a_statement_that_is_none_says_so_and_writes_nothing(
    client: Client, content: bytes, words: str
) -> None:
    before = written()

    response = client.post(
        "/pagos/conciliacion/subir/", {"file": SimpleUploadedFile("x.csv", content, "text/csv")}
    )

    assert response.status_code == 422
    assert words in text_of(response)
    assert written() == before


def test_an_answer_that_the_law_forbids_is_told_and_not_given(report_id: int, client: Client) -> None:
    answer = send(client, f"/pagos/avisos/{report_id}/rechazar/", {"answer": "No mientas, ratero"})

    assert answer.status_code == 422
    assert "El trato es respetuoso" in text_of(answer)
    assert read("select state, answer from payments_reportedpayment") == [("REPORTED", "")]


def test_what_is_typed_is_read_before_it_is_sent(report_id: int, client: Client) -> None:
    def told(field: str, words: str) -> str:
        return text_of(client.post(f"/textos/revisar/?campo={field}", {field.partition("&")[0]: words}))

    shown = told("answer", "<b>Pague</b> o irá a la cárcel")
    assert "Así no se puede enviar." in shown
    assert "<mark>cárcel</mark>" in shown
    assert "&lt;b&gt;Pague" in shown
    assert "Mejor:" in shown
    assert "otra persona lo apruebe" in told("answer", "Habrá una demanda")
    assert "Otra persona debe aprobarlo" in told("instructions", "Habrá una demanda")
    assert told("answer", "No aparece en el banco") == ""
    assert told("password", "cárcel") == ""
    (customer_id,) = read("select customer_id from payments_reportedpayment")[0]
    assert "<mark>$77.00</mark>" in told(f"resolution&cliente={customer_id}", "Le cobramos $77.00 de más")
