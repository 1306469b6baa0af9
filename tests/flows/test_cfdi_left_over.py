"""What a payment complement (REP) receives above what it pays is the customer's credit, once, and goes with it."""

import itertools
from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.db import transaction

from puntual.companies.models import Company
from puntual.flows import intake, money_in
from puntual.intake import queries as intake_rows
from puntual.intake.types import MovementState, RemarkCode
from puntual.payments import queries as payment_rows
from puntual.payments.models import Payment
from puntual.portfolio import queries as portfolio_rows
from puntual.portfolio.models import Customer
from tests.conftest import NOW, TODAY
from tests.flows.test_cfdi import ACTOR, open_amounts, outcome, take, written
from tests.vouchers import OWN, complement, paid, payment, sat_list, uuid_of, voucher, zipped

pytestmark = pytest.mark.usefixtures("company")
REP = complement("P-1", payment(paid("A-1", "600.00"), paid("A-2", "100.00"), amount="1000.00"))


@pytest.fixture(autouse=True)
def issuer(company: Company) -> Iterator[None]:
    company.tax_id = OWN
    company.save(update_fields=["tax_id"])
    yield
    assert portfolio_rows.ledger_mismatches() == []
    assert payment_rows.payment_mismatches() == []


def invoices(**totals: str) -> bytes:
    return zipped({f"{name}.xml": voucher(name.replace("_", "-"), total=one) for name, one in totals.items()})


def received() -> list[tuple[Decimal, Decimal, str]]:
    found = Payment.objects.order_by("id").values_list("amount", "unapplied_amount", "state")
    return list(found)


@pytest.mark.feature("PAY-01")
def test_what_a_complement_leaves_over_is_credit_once() -> None:
    take(invoices(A_1="1160.00", A_2="100.00", A_3="50.00"))

    done = take(REP)

    assert outcome(done) == (3, 0, 0, 0)
    assert received() == [(Decimal("1000.00"), Decimal("300.00"), "POSTED")]
    # It pays nothing by itself, also where there is something to pay.
    assert open_amounts() == {"A-1": Decimal("560.00"), "A-2": Decimal("0.00"), "A-3": Decimal("50.00")}
    (told,) = [one for one in done.warnings if one.code is RemarkCode.CFDI_UNAPPLIED]
    assert "saldo a favor" in told.text
    assert "1" in told.text
    before = written()

    again = take(REP)

    assert (outcome(again), written()) == ((0, 3, 0, 0), before)


@pytest.mark.feature("PAY-01")
def test_the_credit_pays_as_that_of_any_other_overpayment() -> None:
    take(invoices(A_1="600.00", A_2="100.00"))
    take(REP)
    assert received() == [(Decimal("1000.00"), Decimal("300.00"), "POSTED")]

    take(invoices(A_4="220.00"))

    assert open_amounts()["A-4"] == Decimal("0.00")
    assert received() == [(Decimal("1000.00"), Decimal("80.00"), "POSTED")]


def test_a_cancelled_complement_takes_its_credit_back_too() -> None:
    take(invoices(A_1="600.00", A_2="100.00", A_3="50.00"))
    take(REP)
    money_in.use_credits(customer_ids=None, at=NOW, today=TODAY)
    assert open_amounts()["A-3"] == Decimal("0.00")

    take(sat_list(("P-1", "P", "2026-11-02")))

    assert open_amounts() == {"A-1": Decimal("600.00"), "A-2": Decimal("100.00"), "A-3": Decimal("50.00")}
    assert [state for _amount, _left, state in received()] == ["REVERSED"]
    assert [left for _amount, left, _state in received()] == [Decimal("0.00")]
    before = written()
    take(sat_list(("P-1", "P", "2026-11-02")))
    take(REP)
    assert written() == before


def test_no_order_of_the_files_makes_or_loses_money() -> None:
    acts = [
        lambda: take(invoices(A_1="700.00")),
        lambda: take(invoices(A_2="100.00", A_3="50.00")),
        lambda: take(REP),
    ]
    for order in itertools.permutations(range(3)):
        mark = transaction.savepoint()
        for place in (*order, *order):
            acts[place]()
        # What the nightly run does with credit.
        money_in.use_credits(customer_ids=None, at=NOW, today=TODAY)
        assert open_amounts() == {"A-1": Decimal("0.00"), "A-2": Decimal("0.00"), "A-3": Decimal("0.00")}, (
            order
        )
        assert sum(amount for amount, _left, _state in received()) == Decimal("1000.00")
        assert sum(left for _amount, left, _state in received()) == Decimal("150.00")
        transaction.savepoint_rollback(mark)


def test_of_a_customer_who_is_not_here_it_waits_and_a_person_may_say_what_it_pays() -> None:
    take(REP)
    left = next(one for one in intake_rows.movement_list(limit=9) if not one.document_number)
    assert (left.state, left.amount, left.reference) == (
        MovementState.WAITING,
        Decimal("300.00"),
        uuid_of("P-1"),
    )
    take(invoices(A_9="80.00"))
    # The invoices that it names are still unknown: only the credit is posted, and pays what is new.
    assert received() == [(Decimal("300.00"), Decimal("220.00"), "POSTED")]
    assert open_amounts() == {"A-9": Decimal("0.00")}


def test_a_person_who_assigns_it_decides_what_it_pays() -> None:
    take(invoices(A_1="700.00"))
    other = complement(
        "P-2", payment(paid("B-1", "10.00"), amount="60.00"), receiver="AAA010101AAA", receiver_name="OTRO"
    )
    take(other)
    left = next(one for one in intake_rows.movement_list(limit=9) if not one.document_number)

    intake.assign_movement(
        movement_id=left.id,
        customer_id=Customer.objects.get().pk,
        receivable_id=None,
        actor=ACTOR,
        today=TODAY,
        at=NOW,
    )

    assert open_amounts() == {"A-1": Decimal("650.00")}


def test_a_complement_that_came_when_the_rest_was_only_told_brings_the_rest() -> None:
    """Before, what was left over was a remark: the documents are known, the money is not."""
    take(invoices(A_1="600.00", A_2="100.00", A_3="50.00"))
    take(complement("P-1", payment(paid("A-1", "600.00"), paid("A-2", "100.00"), amount="700.00")))

    done = take(REP)

    assert outcome(done) == (1, 2, 0, 0)
    assert open_amounts()["A-3"] == Decimal("50.00")
    assert [(amount, left) for amount, left, _state in received()] == [
        (Decimal("700.00"), Decimal("0.00")),
        (Decimal("300.00"), Decimal("300.00")),
    ]


def test_dollars_above_a_dollar_invoice_stay_dollars() -> None:
    take(voucher("U-1", total="50.00", more='Moneda="USD" TipoCambio="18.5" MetodoPago="PUE"'))

    take(complement("P-1", payment(paid("U-1", "50.00", currency="USD"), amount="62.50", currency="USD")))

    (one,) = Payment.objects.all()
    assert (one.currency, one.amount, one.unapplied_amount) == ("USD", Decimal("62.50"), Decimal("12.50"))


def test_the_preview_leaves_the_credit_alone() -> None:
    take(invoices(A_1="600.00", A_2="100.00", A_3="50.00"))
    import_id = intake.load_file(name="rep.xml", content=REP, kind=None, actor=ACTOR, at=NOW)

    found = intake.preview(import_id=import_id, today=TODAY)

    assert {one.document_number: one.after for one in found.largest} == {
        "A-1": Decimal("0.00"),
        "A-2": Decimal("0.00"),
    }


def test_a_complement_that_pays_more_than_it_brought_is_told() -> None:
    take(invoices(A_1="600.00", A_2="100.00"))

    done = take(complement("P-1", payment(paid("A-1", "600.00"), paid("A-2", "100.00"), amount="650.00")))

    assert (outcome(done), set(open_amounts().values())) == ((2, 0, 0, 0), {Decimal("0.00")})
    assert [remark.text for remark in done.warnings if remark.code is RemarkCode.CFDI_OVERAPPLIED] == [
        "Pagos que aplican a sus documentos más dinero del que traen: 1. Se carga lo que dicen de cada documento; "
        "revise el recibo, su importe y su tipo de cambio."
    ]
    assert RemarkCode.CFDI_UNAPPLIED not in {remark.code for remark in done.warnings}
