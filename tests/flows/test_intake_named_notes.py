"""Credit notes that name several invoices lower those and no other, once, whatever came first."""

import itertools
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from puntual.companies.models import Company
from puntual.flows import intake
from puntual.intake import queries as intake_rows
from puntual.intake.models import Movement
from puntual.intake.types import MovementState, RemarkCode
from puntual.payments import queries as payment_rows
from puntual.portfolio import queries as portfolio_rows
from puntual.portfolio.models import LedgerEntry, Receivable
from tests.conftest import NOW, TODAY
from tests.flows.test_cfdi import take as take_cfdi
from tests.flows.test_intake_records import ACTOR, NOTE_HEADERS, debts, noted, owed, take, waiting
from tests.unit.intake.files import csv_bytes, simple_row
from tests.vouchers import OWN, credit_note, sat_list, uuid_of, voucher, zipped

pytestmark = pytest.mark.usefixtures("company")
DUE = ["15/02/2026", "01/02/2026", "27/02/2026"]


def bill(number: int, *, amount: str = "1000.00", customer: str = "C0001") -> list[str]:
    return simple_row(number, Cliente=customer, Nombre="Cliente", Vencimiento=DUE[number - 1], Importe=amount)


@pytest.fixture(autouse=True)
def _books_balance(company: Any) -> Iterator[None]:
    yield
    assert portfolio_rows.ledger_mismatches() == []
    assert payment_rows.payment_mismatches() == []


@pytest.fixture
def issuer(company: Company) -> Company:
    company.tax_id = OWN
    company.save(update_fields=["tax_id"])
    return company


@pytest.mark.feature("INT-07")
def test_a_note_lowers_the_invoices_it_names_the_oldest_first_and_the_rest_waits() -> None:
    debts(bill(1), bill(2), bill(3))

    row = ["C0001", "NC-1", "F-1; F-3", "2026-03-01", "1400.00", "Devolución"]
    found = noted(row)

    assert (found.counts.rows_accepted, found.counts.movements[0].posted) == (1, 1)
    # F-2 is the oldest of all, and not named.
    assert owed() == {"F-1": Decimal("0.00"), "F-2": Decimal("1000.00"), "F-3": Decimal("600.00")}
    assert waiting() == []

    noted(["C0001", "NC-2", "F-3; F-1", "2026-03-02", "700.00", ""])

    assert owed() == {"F-1": Decimal("0.00"), "F-2": Decimal("1000.00"), "F-3": Decimal("0.00")}
    assert waiting() == [("CREDIT_NOTE", "named-settled", Decimal("100.00"))]
    entries = LedgerEntry.objects.count()
    # What waits of it finds no other debt by itself, and neither note comes twice, however it is written.
    debts(simple_row(4, Cliente="C0001", Nombre="Cliente"))
    again = noted(["C0001", "NC-1", "F-3;F-1 ; F-3", "2026-03-01", "1400.00", ""], row[:2] + row[2:])
    assert again.counts.rows_accepted == 0
    assert (owed()["F-4"], LedgerEntry.objects.count()) == (Decimal("1000.00"), entries + 1)


def test_what_is_left_of_it_is_for_a_person_to_apply() -> None:
    debts(bill(1, amount="100.00"), bill(2), bill(3, amount="50.00"))
    noted(["C0001", "NC-1", "F-1, F-3", "2026-03-01", "400.00", ""])
    (left,) = intake_rows.movement_list(limit=5)
    assert (left.document_number, left.remaining) == ("F-1; F-3", Decimal("250.00"))
    other = Receivable.objects.get(document_number="F-2")

    state = intake.assign_movement(
        movement_id=left.id,
        customer_id=other.customer_id,
        receivable_id=other.pk,
        actor=ACTOR,
        today=TODAY,
        at=NOW,
    )

    assert state is MovementState.POSTED
    assert owed() == {"F-1": Decimal("0.00"), "F-2": Decimal("750.00"), "F-3": Decimal("0.00")}


def test_it_waits_until_all_that_it_names_is_here_so_no_order_matters() -> None:
    row = ["C0001", "NC-1", "F-1; F-2", "2026-03-01", "1200.00", ""]
    acts = [lambda: debts(bill(1)), lambda: debts(bill(2), bill(3)), lambda: noted(row)]
    for order in itertools.permutations(range(3)):
        mark = transaction.savepoint()
        for place in (*order, *order):
            acts[place]()
        assert owed() == {"F-1": Decimal("800.00"), "F-2": Decimal("0.00"), "F-3": Decimal("1000.00")}, order
        assert waiting() == []
        transaction.savepoint_rollback(mark)
    noted(row)
    debts(bill(1))
    assert (owed(), waiting()) == (
        {"F-1": Decimal("1000.00")},
        [("CREDIT_NOTE", "document-unknown", Decimal("1200.00"))],
    )


def test_names_that_two_customers_have_wait_for_a_person() -> None:
    debts(bill(1), bill(2, customer="C0002"))

    found = take(
        NOTE_HEADERS,
        ["", "NC-1", "F-1; F-2", "2026-03-01", "100.00", ""],
        ["C0001", "NC-2", "F-1; F-2", "2026-03-01", "100.00", ""],
    )

    assert (found.counts.movements[0].posted, found.counts.movements[0].waiting) == (0, 2)
    assert {one[1] for one in waiting()} == {"document-ambiguous", "document-unknown"}
    assert owed() == {"F-1": Decimal("1000.00"), "F-2": Decimal("1000.00")}


def test_a_note_on_invoices_that_were_all_cancelled_lowers_nothing() -> None:
    debts(bill(1), bill(2), bill(3))
    take(["Folio", "Fecha de cancelación"], ["F-1", "20/03/2026"])
    noted(["C0001", "NC-1", "F-1; F-2", "2026-03-21", "10.00", ""])
    assert owed()["F-2"] == Decimal("990.00")
    take(["Folio", "Fecha de cancelación"], ["F-2", "20/03/2026"])

    noted(["C0001", "NC-2", "F-1; F-2", "2026-03-21", "10.00", ""])

    assert Movement.objects.get(own_number="NC-2").dismissal == "CANCELLED"
    assert owed()["F-3"] == Decimal("1000.00")


VOID_HEADERS = ["Folio", "Fecha de cancelación"]


def test_what_a_note_laid_on_a_cancelled_invoice_goes_to_what_else_is_owed() -> None:
    debts(bill(1), bill(2))
    noted(["C0001", "NC-1", "", "2026-03-01", "300.00", ""])
    # F-2 is the oldest.
    assert owed() == {"F-1": Decimal("1000.00"), "F-2": Decimal("700.00")}

    take(VOID_HEADERS, ["F-2", "20/03/2026"])

    assert (owed(), waiting()) == ({"F-1": Decimal("700.00"), "F-2": Decimal("0.00")}, [])
    entries = LedgerEntry.objects.count()
    take(VOID_HEADERS, ["F-2", "20/03/2026"])
    debts(bill(1), bill(2))
    assert LedgerEntry.objects.count() == entries

    take(VOID_HEADERS, ["F-1", "20/03/2026"])

    assert waiting() == [("CREDIT_NOTE", "nothing-owed", Decimal("300.00"))]
    debts(bill(3, amount="200.00"))
    assert owed()["F-3"] == Decimal("0.00")
    assert waiting() == [("CREDIT_NOTE", "nothing-owed", Decimal("100.00"))]


def test_a_note_comes_back_to_an_invoice_that_owes_again() -> None:
    debts(bill(1))
    noted(["C0001", "NC-1", "", "2026-03-01", "300.00", ""])
    take(VOID_HEADERS, ["F-1", "20/03/2026"])
    assert waiting() == [("CREDIT_NOTE", "nothing-owed", Decimal("300.00"))]

    # The source gives it a greater amount after it was void: the difference is owed.
    debts(bill(1, amount="1500.00"))

    assert (owed(), waiting()) == ({"F-1": Decimal("200.00")}, [])


def test_a_note_on_several_invoices_moves_to_those_that_are_left_in_any_order() -> None:
    note = ["C0001", "NC-1", "F-1; F-2", "2026-03-01", "1400.00", ""]
    debts(bill(1), bill(2), bill(3))
    acts = [lambda: noted(note), lambda: take(VOID_HEADERS, ["F-2", "20/03/2026"])]
    for order in itertools.permutations(range(2)):
        mark = transaction.savepoint()
        for place in (*order, *order):
            acts[place]()
        assert owed() == {"F-1": Decimal("0.00"), "F-2": Decimal("0.00"), "F-3": Decimal("1000.00")}, order
        assert waiting() == [("CREDIT_NOTE", "named-settled", Decimal("400.00"))]
        take(VOID_HEADERS, ["F-1", "20/03/2026"])
        # All that it names is void, and so is the note.
        assert (owed()["F-3"], waiting()) == (Decimal("1000.00"), [])
        transaction.savepoint_rollback(mark)


def test_what_ran_over_to_another_invoice_comes_back_when_that_one_is_cancelled() -> None:
    debts(bill(1, amount="100.00"), bill(2), bill(3, amount="500.00"))
    noted(["C0001", "NC-1", "F-1", "2026-03-01", "400.00", ""])
    assert owed() == {"F-1": Decimal("0.00"), "F-2": Decimal("700.00"), "F-3": Decimal("500.00")}

    take(VOID_HEADERS, ["F-2", "20/03/2026"])

    assert owed() == {"F-1": Decimal("0.00"), "F-2": Decimal("0.00"), "F-3": Decimal("200.00")}
    assert waiting() == []


def test_the_note_of_a_cfdi_on_two_invoices_survives_the_cancelling_of_one(issuer: Company) -> None:
    take_cfdi(zipped({"a1.xml": voucher("A-1", total="100.00"), "a2.xml": voucher("A-2", total="100.00")}))
    take_cfdi(credit_note("NC-1", "A-1", "A-2", total="80.00"))
    (laid_on,) = [name for name, amount in owed().items() if amount == Decimal("20.00")]
    (other,) = {"A-1", "A-2"} - {laid_on}

    take_cfdi(sat_list((laid_on, "I", "2026-11-02")))

    assert owed() == {laid_on: Decimal("0.00"), other: Decimal("20.00")}
    # Its own cancelling takes it back where it is now.
    take_cfdi(sat_list(("NC-1", "E", "2026-11-03")))
    assert owed() == {laid_on: Decimal("0.00"), other: Decimal("100.00")}


def test_the_preview_lowers_what_the_note_names() -> None:
    debts(bill(1), bill(2), bill(3))
    content = csv_bytes(NOTE_HEADERS, [["C0001", "NC-1", "F-1; F-3", "2026-03-01", "1400.00", ""]])
    import_id = intake.load_file(name="n.csv", content=content, kind=None, profile=None, actor=ACTOR, at=NOW)

    found = intake.preview(import_id=import_id, today=TODAY)

    assert {one.document_number: one.after for one in found.largest} == {
        "F-1": Decimal("0.00"),
        "F-3": Decimal("600.00"),
    }
    assert owed() == {"F-1": Decimal("1000.00"), "F-2": Decimal("1000.00"), "F-3": Decimal("1000.00")}


@pytest.mark.feature("INT-07")
def test_a_voucher_on_several_invoices_lowers_those(issuer: Company) -> None:
    invoices = {
        f"{name}.xml": voucher(name, day=day, total="100.00")
        for name, day in (("A-1", "2026-09-03"), ("A-2", "2026-09-02"), ("A-3", "2026-09-01"))
    }
    note = credit_note("NC-1", "A-1", "A-2", total="150.00")

    done = take_cfdi(zipped({**invoices, "nc.xml": note}))

    assert owed() == {"A-1": Decimal("50.00"), "A-2": Decimal("0.00"), "A-3": Decimal("100.00")}
    assert RemarkCode.CFDI_OLDEST_FIRST not in {one.code for one in done.warnings}
    before = LedgerEntry.objects.count()
    assert take_cfdi(note).counts.rows_unchanged == 1
    assert take_cfdi(credit_note("NC-1", "A-2", "A-1", total="150.00")).counts.rows_unchanged == 1
    assert LedgerEntry.objects.count() == before

    take_cfdi(sat_list(("NC-1", "E", "2026-11-02")))

    assert owed() == {"A-1": Decimal("100.00"), "A-2": Decimal("100.00"), "A-3": Decimal("100.00")}


def test_a_note_that_came_when_only_one_could_be_named_is_known(issuer: Company) -> None:
    """Before, a voucher on several invoices was kept as naming none."""
    take_cfdi(zipped({"1.xml": voucher("A-1", total="100.00"), "nc.xml": credit_note("NC-1", total="30.00")}))

    again = take_cfdi(credit_note("NC-1", "A-1", "A-2", total="30.00"))

    assert (again.counts.rows_unchanged, owed()) == (1, {"A-1": Decimal("70.00")})


def test_a_note_may_name_more_invoices_than_a_column_once_held(issuer: Company) -> None:
    names = [f"B-{number}" for number in range(40)]

    take_cfdi(credit_note("NC-1", *names, total="30.00"))

    (one,) = intake_rows.movement_list(limit=5)
    assert one.document_number == "; ".join(sorted(map(uuid_of, names)))


_CENTS = st.integers(min_value=1, max_value=150_000).map(lambda cents: Decimal(cents) / 100)
_NAMED = st.sets(st.sampled_from([1, 2, 3]), min_size=2)


@pytest.mark.feature("PAY-01")
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    amounts=st.tuples(_CENTS, _CENTS, _CENTS),
    notes=st.lists(st.tuples(_NAMED, _CENTS), min_size=1, max_size=3),
    is_note_first=st.booleans(),
)
def test_notes_take_from_what_they_name_and_nothing_is_lost(
    amounts: tuple[Decimal, ...], notes: list[tuple[set[int], Decimal]], is_note_first: bool
) -> None:
    bills = [bill(number, amount=str(amounts[number - 1])) for number in (1, 2, 3)]
    given_notes = [
        ["C0001", f"NC-{place}", "; ".join(f"F-{number}" for number in named), "2026-03-01", str(amount), ""]
        for place, (named, amount) in enumerate(notes)
    ]
    acts = [lambda: noted(*given_notes), lambda: debts(*bills)]
    expected, left = after(amounts, notes)
    mark = transaction.savepoint()
    try:
        for act in acts if is_note_first else acts[::-1]:
            act()
        for act in acts:
            assert act().counts.rows_accepted == 0
        assert owed() == {f"F-{number}": amount for number, amount in expected.items()}
        assert sum((one[2] or Decimal(0) for one in waiting()), Decimal(0)) == left
    finally:
        transaction.savepoint_rollback(mark)


def after(
    amounts: tuple[Decimal, ...], notes: list[tuple[set[int], Decimal]]
) -> tuple[dict[int, Decimal], Decimal]:
    """Say by hand what stays open, and what of the notes: F-2 falls due first, then F-1, then F-3."""
    stays = {number: amounts[number - 1] for number in (1, 2, 3)}
    left = Decimal(0)
    for named, amount in notes:
        rest = amount
        for number in (2, 1, 3):
            if number in named:
                share = min(rest, stays[number])
                stays[number] -= share
                rest -= share
        left += rest
    return stays, left
