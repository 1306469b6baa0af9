"""The bank's word: statements in, credits matched, by reference or by hand."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from puntual.audit.models import Event
from puntual.audit.types import SYSTEM
from puntual.companies.models import Company
from puntual.flows import bank, money_in
from puntual.flows.bank import BankImport
from puntual.lib.errors import NotFound
from puntual.payments import operations as payments
from puntual.payments import queries as payment_rows
from puntual.payments.models import Payment
from puntual.payments.types import NewPayment, PaymentMethod, PaymentState
from puntual.portfolio import operations as portfolio
from puntual.portfolio import queries as portfolio_rows
from puntual.portfolio.models import Customer, Receivable
from puntual.portfolio.types import NewCustomer
from puntual.reconciliation import operations as reconciliation
from puntual.reconciliation import queries
from puntual.reconciliation.models import BankLine
from puntual.reconciliation.types import LineState
from tests.committed import together
from tests.factories import make_customer, make_receivable


def _reference(customer: Customer) -> str:
    return portfolio_rows.payment_reference(customer_id=customer.pk)


def _statement(*rows: str) -> bytes:
    return "\n".join(["Fecha,Descripción,Cargo,Abono,Referencia", *rows, ""]).encode()


def _load(content: bytes, today: date, at: datetime) -> BankImport:
    return bank.import_bank_csv(name="estado.csv", content=content, actor=SYSTEM, today=today, at=at)


def _by_hand(customer: Customer, amount: str, day: date, at: datetime, key: str = "hand") -> int:
    payment = NewPayment(key, customer.pk, Decimal(amount), "MXN", day, PaymentMethod.TRANSFER)
    return payments.record_payment(payment=payment, actor=SYSTEM, at=at)


@pytest.fixture
def debtor(company: Company) -> Customer:
    """Return a customer who owes 1,000."""
    customer = make_customer(name="Luz Peña", email=None)
    make_receivable(customer=customer, due=date(2026, 10, 1))
    return customer


@pytest.mark.feature("PAY-12")
@pytest.mark.feature("PAY-01")
def test_credit_with_a_reference_becomes_a_payment(debtor: Customer, today: date, now: datetime) -> None:
    content = _statement(
        f"20/11/2026,SPEI RECIBIDO,,400.00,{_reference(debtor)}",
        f"21/11/2026,Pago ref {_reference(debtor)} gracias,,100.00,",
        "21/11/2026,Depósito en efectivo,,55.00,0000001",
        "22/11/2026,Comisión,10.00,,",
    )

    summary = _load(content, today, now)

    assert summary == BankImport(new=3, unchanged=0, charges=1, linked=0, paid=2, unmatched=1)
    assert Receivable.objects.get().open_amount == Decimal("500.00")
    paid = payment_rows.payments_of(customer_id=debtor.pk)
    assert [(one["amount"], one["value_date"], one["reference"]) for one in paid] == [
        (Decimal("100.00"), date(2026, 11, 21), f"Pago ref {_reference(debtor)} gracias"),
        (Decimal("400.00"), date(2026, 11, 20), _reference(debtor)),
    ]
    assert [(one["amount"], one["description"]) for one in queries.unmatched_lines()] == [
        (Decimal("55.00"), "Depósito en efectivo")
    ]
    assert {one["state"]: one["lines"] for one in queries.line_counts()} == {"MATCHED": 2, "UNMATCHED": 1}
    assert Event.objects.filter(action="import-bank-statement").values_list("after__name").get() == (
        "estado.csv",
    )


@pytest.mark.feature("PAY-12")
def test_same_statement_again_changes_nothing(debtor: Customer, today: date, now: datetime) -> None:
    first = _statement(f"20/11/2026,SPEI,,400.00,{_reference(debtor)}", "20/11/2026,Depósito,,5.00,")
    longer = first + f"21/11/2026,SPEI,,400.00,{_reference(debtor)}\n".encode()

    _load(first, today, now)
    again = _load(first, today, now + timedelta(hours=1))
    overlapping = _load(longer, today, now + timedelta(hours=2))

    assert again == BankImport(new=0, unchanged=2, charges=0, linked=0, paid=0, unmatched=0)
    assert overlapping == BankImport(new=1, unchanged=2, charges=0, linked=0, paid=1, unmatched=0)
    assert Receivable.objects.get().open_amount == Decimal("200.00")
    assert Event.objects.filter(action="import-bank-statement").count() == 2


def test_money_noted_before_by_hand_is_not_counted_twice(
    debtor: Customer, today: date, now: datetime
) -> None:
    noted = _by_hand(debtor, "400.00", date(2026, 11, 18), now)
    row = f"20/11/2026,SPEI,,400.00,{_reference(debtor)}"

    summary = _load(_statement(row, row), today, now)

    # The second equal credit of the day is other money.
    assert (summary.linked, summary.paid) == (1, 1)
    assert Receivable.objects.get().open_amount == Decimal("200.00")
    assert set(BankLine.objects.values_list("state", flat=True)) == {LineState.MATCHED}
    assert BankLine.objects.filter(payment_id=noted).count() == 1


def test_credit_with_two_references_waits_for_a_person(debtor: Customer, today: date, now: datetime) -> None:
    other = make_customer(email=None)

    summary = _load(
        _statement(f"20/11/2026,Pago {_reference(other)},,400.00,{_reference(debtor)}"), today, now
    )

    assert (summary.paid, summary.unmatched) == (0, 1)
    assert Payment.objects.count() == 0


def test_reference_of_another_company_is_nobody_s(
    debtor: Customer, outsider: Company, today: date, now: datetime
) -> None:
    content = _statement(f"20/11/2026,SPEI,,400.00,{_reference(debtor)}")

    connection.set_tenant(outsider)
    summary = _load(content, today, now)

    assert (summary.paid, summary.unmatched) == (0, 1)
    assert Payment.objects.count() == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "vac"),
        (b"\x89PNG\x00\x00", "no es texto"),
        (b"Nombre,Saldo\nAna,5\n", "columnas"),
        (_statement("20/11/2026,SPEI,,400.00,1", "20/11/2026,SPEI,,cien,1"), "Renglón 3"),
        (_statement("20/11/2026,SPEI,,400.00,1", "31/02/2026,SPEI,,5.00,1"), "Renglón 3"),
    ],
)
def test_broken_statement_is_refused_whole_with_its_reason(
    company: Company, today: date, now: datetime, content: bytes, said: str
) -> None:
    with pytest.raises(queries.UnableToReadStatement) as refused:
        _load(content, today, now)

    assert said in refused.value.message
    assert BankLine.objects.count() == 0
    assert not Event.objects.filter(action="import-bank-statement").exists()


def _waiting_line(today: date, now: datetime, amount: str = "300.00") -> int:
    _load(_statement(f"20/11/2026,Depósito,,{amount},"), today, now)
    return BankLine.objects.get(state=LineState.UNMATCHED).pk


@pytest.mark.feature("PAY-12")
def test_line_is_matched_by_hand_once(debtor: Customer, today: date, now: datetime) -> None:
    line_id = _waiting_line(today, now)

    payment_id = bank.match_line(line_id=line_id, customer_id=debtor.pk, actor=SYSTEM, at=now, today=today)

    assert Receivable.objects.get().open_amount == Decimal("700.00")
    assert queries.line(line_id=line_id)["customer_name"] == "Luz Peña"
    assert payment_rows.payment(payment_id=payment_id)["reference"] == "Depósito"
    with pytest.raises(reconciliation.UnableToMatch):
        bank.match_line(line_id=line_id, customer_id=debtor.pk, actor=SYSTEM, at=now, today=today)
    with pytest.raises(reconciliation.UnableToMatch):
        bank.ignore_line(line_id=line_id, actor=SYSTEM, at=now)
    assert Payment.objects.count() == 1


def test_line_matched_by_hand_takes_the_payment_that_was_noted_before(
    debtor: Customer, today: date, now: datetime
) -> None:
    noted = _by_hand(debtor, "300.00", date(2026, 11, 19), now)
    line_id = _waiting_line(today, now)

    matched = bank.match_line(line_id=line_id, customer_id=debtor.pk, actor=SYSTEM, at=now, today=today)

    assert matched == noted
    assert Payment.objects.count() == 1


def test_unknown_line_or_customer_is_not_found(debtor: Customer, today: date, now: datetime) -> None:
    line_id = _waiting_line(today, now)

    with pytest.raises(NotFound):
        bank.match_line(line_id=404, customer_id=debtor.pk, actor=SYSTEM, at=now, today=today)
    with pytest.raises(NotFound):
        bank.match_line(line_id=line_id, customer_id=404, actor=SYSTEM, at=now, today=today)
    with pytest.raises(NotFound):
        bank.ignore_line(line_id=404, actor=SYSTEM, at=now)
    with pytest.raises(NotFound):
        queries.line(line_id=404)
    assert Payment.objects.count() == 0


def test_line_put_aside_waits_for_nobody_until_it_is_taken_back(
    debtor: Customer, today: date, now: datetime
) -> None:
    line_id = _waiting_line(today, now)

    bank.ignore_line(line_id=line_id, actor=SYSTEM, at=now)

    assert queries.unmatched_lines() == []
    assert queries.line_list(state=LineState.IGNORED, page=9, page_size=10).rows[0]["id"] == line_id
    with pytest.raises(reconciliation.UnableToMatch):
        bank.match_line(line_id=line_id, customer_id=debtor.pk, actor=SYSTEM, at=now, today=today)
    bank.restore_line(line_id=line_id, actor=SYSTEM, at=now)
    assert [one["id"] for one in queries.unmatched_lines()] == [line_id]
    with pytest.raises(reconciliation.UnableToMatch):
        bank.restore_line(line_id=line_id, actor=SYSTEM, at=now)
    actions = (
        Event.objects.filter(subject_type="bank_line").order_by("id").values_list("after__state", flat=True)
    )
    assert list(actions) == ["IGNORED", "UNMATCHED"]


def test_payment_taken_back_frees_its_line_for_the_right_customer(
    debtor: Customer, today: date, now: datetime
) -> None:
    wrong = make_customer(email=None)
    line_id = _waiting_line(today, now)
    payment_id = bank.match_line(line_id=line_id, customer_id=wrong.pk, actor=SYSTEM, at=now, today=today)

    money_in.reverse(payment_id=payment_id, reason="Era de otra persona", actor=SYSTEM, at=now, today=today)
    right = bank.match_line(
        line_id=line_id,
        customer_id=debtor.pk,
        actor=SYSTEM,
        at=now + timedelta(minutes=1),
        today=today,
    )

    assert Payment.objects.get(pk=payment_id).state == PaymentState.REVERSED
    assert queries.line(line_id=line_id)["payment_id"] == right
    assert Receivable.objects.get().open_amount == Decimal("700.00")


def test_number_of_statements_does_not_grow_with_the_lines(
    company: Company, today: date, now: datetime
) -> None:
    customers = [NewCustomer(external_id=f"N{number}", name="Cliente") for number in range(301)]
    portfolio.upsert_customers(customers=customers, at=now)
    one, *others = Customer.objects.order_by("id")
    make_receivable(customer=one, due=date(2026, 10, 1))
    make_receivable(customer=others[0], due=date(2026, 10, 1))
    counts = []

    for debtors in ([one], others):
        rows = [f"20/11/2026,SPEI,,7.00,{_reference(debtor)}" for debtor in debtors]
        with CaptureQueriesContext(connection) as captured:
            summary = _load(_statement(*rows), today, now)
        assert summary.paid == len(debtors)
        counts.append(len(captured))

    assert counts[0] == counts[1]


def test_two_hands_match_one_line_once(committed_company: Company, today: date, now: datetime) -> None:
    customers = [make_customer(email=None) for _ in range(4)]
    for customer in customers:
        make_receivable(customer=customer, due=date(2026, 10, 1))
    line_id = _waiting_line(today, now)

    hands = together(
        company=committed_company,
        works=[
            lambda one=one: bank.match_line(
                line_id=line_id, customer_id=one.pk, actor=SYSTEM, at=now, today=today
            )
            for one in customers
        ],
    )

    refused = [hand.error for hand in hands if hand.error is not None]
    assert len(refused) == 3
    assert all(isinstance(error, reconciliation.UnableToMatch) for error in refused)
    assert Payment.objects.count() == 1
    assert Receivable.objects.filter(open_amount=Decimal("700.00")).count() == 1


def test_statement_refused_half_way_leaves_nothing(
    committed_company: Company, today: date, now: datetime
) -> None:
    customer = make_customer(email=None)
    content = _statement("20/11/2026,a,,5.00,", f"24/11/2026,SPEI,,400.00,{_reference(customer)}")

    with pytest.raises(money_in.UnableToReceive):
        _load(content, today, now)

    assert (BankLine.objects.count(), Payment.objects.count()) == (0, 0)


def test_one_statement_loaded_by_two_hands_is_taken_once(
    committed_company: Company, today: date, now: datetime
) -> None:
    customers = [make_customer(email=None) for _ in range(5)]
    for customer in customers:
        make_receivable(customer=customer, due=date(2026, 10, 1))
    content = _statement(*(f"20/11/2026,SPEI,,400.00,{_reference(one)}" for one in customers))

    hands = together(
        company=committed_company,
        works=[lambda n=n: _load(content, today, now + timedelta(seconds=n)) for n in range(3)],
    )

    assert [hand.error for hand in hands] == [None] * 3
    assert sorted(hand.result.paid for hand in hands) == [0, 0, 5]
    assert set(Receivable.objects.values_list("open_amount", flat=True)) == {Decimal("600.00")}
    assert portfolio_rows.ledger_mismatches() == []
    assert payment_rows.payment_mismatches() == []
