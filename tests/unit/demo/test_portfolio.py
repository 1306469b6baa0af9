"""The demo portfolio is believable: sizes, people, documents, ageing and payments."""

import tracemalloc
import zoneinfo
from collections import Counter, defaultdict
from datetime import date
from itertools import islice, pairwise

import phonenumbers
import pytest
from stdnum.mx import rfc

from puntual.demo import generator
from puntual.demo.generator.days import HISTORY_DAYS
from puntual.demo.generator.sizes import Sizes
from puntual.demo.names.places import PLACES
from puntual.demo.types import Archetype, DataProblem


def open_items(portfolio, today):
    """Return (customer, receivable, open cents, days past due) of everything that is still owed."""
    items = []
    for customer, receivables, payments, _ in portfolio:
        paid = Counter()
        for payment in payments:
            paid[payment.folio] += payment.cents
        for receivable in receivables:
            left = receivable.cents - paid[receivable.folio]
            if left > 0:
                items.append((customer, receivable, left, today.toordinal() - receivable.due_day))
    return items


def bucket(days_past_due):
    limits = ((0, "current"), (30, "1-30"), (60, "31-60"), (90, "61-90"), (180, "91-180"))
    return next((name for limit, name in limits if days_past_due <= limit), "181+")


def test_default_size(portfolio):
    assert len(portfolio) == 430
    assert sum(len(h.receivables) for h in portfolio) == 3_200
    assert {h.customer.is_company for h in portfolio} == {True, False}


@pytest.mark.parametrize("receivables", [1, 2, 7, 50, 299, 300, 1_000, 20_000])
def test_any_size_holds_exactly_as_many_receivables_as_asked(receivables, today):
    histories = list(generator.generate(seed=5, receivables=receivables, today=today))

    assert sum(len(h.receivables) for h in histories) == receivables
    assert all(h.receivables for h in histories)
    assert [h.customer.number for h in histories] == [f"{i:06d}" for i in range(1, len(histories) + 1)]


def test_a_large_portfolio_has_three_receivables_per_customer(today):
    first = next(generator.generate(seed=1, receivables=1_000_000, today=today))

    assert first.customer.number == "000001"
    assert Sizes(receivables=1_000_000).customers == 300_000


def test_a_portfolio_without_receivables_is_refused(today):
    with pytest.raises(ValueError, match="at least one receivable"):
        generator.generate(seed=1, receivables=0, today=today)


def test_every_kind_of_customer_is_there(portfolio):
    kinds = Counter(h.customer.archetype for h in portfolio)

    assert set(kinds) == set(Archetype)
    assert kinds[Archetype.STRATEGIC] == 1


def test_strategic_account_is_big_and_has_a_long_name(portfolio):
    strategic = next(h for h in portfolio if h.customer.archetype is Archetype.STRATEGIC)

    assert len(strategic.customer.name) == 90
    assert "estratégico" in strategic.customer.tags
    assert len(strategic.receivables) == max(len(h.receivables) for h in portfolio)


@pytest.mark.parametrize("seed", [1, 2, 3, 2026])
def test_all_ageing_buckets_are_filled_and_a_plausible_share_is_overdue(seed, today):
    portfolio = list(generator.generate(seed=seed, receivables=3_200, today=today))

    items = open_items(portfolio, today)

    counts = Counter(bucket(days) for *_, days in items)
    assert set(counts) == {"current", "1-30", "31-60", "61-90", "91-180", "181+"}
    assert min(counts.values()) >= 5
    due_in = Counter(-days for *_, days in items)
    assert due_in[0] >= 3  # Due today.
    assert due_in[7] >= 3  # Due in exactly a week.
    assert due_in[-1] + due_in[-2] + due_in[-3] >= 1
    pesos = [left * (18 if c.currency == "USD" else 1) for c, _, left, _ in items]
    overdue = sum(p for p, (*_, days) in zip(pesos, items, strict=True) if days > 0)
    assert 0.24 <= overdue / sum(pesos) <= 0.36


@pytest.mark.parametrize("month", range(1, 13))
def test_every_season_has_all_situations(month):
    day = date(2027, month, 12)

    items = open_items(list(generator.generate(seed=7, receivables=3_200, today=day)), day)

    assert {bucket(days) for *_, days in items} == {"current", "1-30", "31-60", "61-90", "91-180", "181+"}
    assert {0, -7} <= {days for *_, days in items}


def test_tax_ids_pass_their_check_digit_except_those_broken_on_purpose(portfolio):
    for customer, *_ in portfolio:
        valid = rfc.is_valid(customer.tax_id, validate_check_digits=True)
        assert valid is (customer.problem is not DataProblem.INVALID_TAX_ID), customer
        assert len(customer.tax_id) == (12 if customer.is_company else 13)


def test_phones_are_valid_and_of_the_customers_area_but_belong_to_nobody(portfolio):
    area_codes = {(p.state, p.municipality): p.area_code for p in PLACES}
    for customer, receivables, *_ in portfolio:
        area = area_codes[customer.state, customer.municipality]
        valid = phonenumbers.is_valid_number(phonenumbers.parse(customer.phone, "MX"))
        assert valid is (customer.problem is not DataProblem.WRONG_PHONE), customer
        assert customer.phone.startswith(f"{area} 0")
        for receivable in receivables:
            if receivable.guarantor_name:
                phone = phonenumbers.parse(receivable.guarantor_phone, "MX")
                assert phonenumbers.is_valid_number(phone)


@pytest.mark.parametrize("place", PLACES, ids=lambda p: p.municipality)
def test_place_has_a_real_time_zone_and_area_code(place):
    assert zoneinfo.ZoneInfo(place.time_zone)
    number = phonenumbers.parse(f"{place.area_code}{'0' * (10 - len(place.area_code))}", "MX")
    assert phonenumbers.is_valid_number(number)


def test_places_cover_every_state():
    assert len({p.state for p in PLACES}) == 32


def test_mail_goes_to_reserved_domains_and_no_two_customers_share_an_address_or_name(portfolio):
    mails = [h.customer.email for h in portfolio if h.customer.email]
    names = [h.customer.name.split(",")[0] for h in portfolio if h.customer.is_company]

    assert all(m.endswith(".example") and m.isascii() and m.count("@") == 1 for m in mails)
    assert len(set(mails)) == len(mails)
    assert len(set(names)) == len(names)
    assert len({h.customer.tax_id for h in portfolio}) == len(portfolio)


def test_names_stay_distinct_in_a_large_portfolio(today):
    customers = [h.customer for h in generator.generate(seed=3, receivables=40_000, today=today)]

    names = [c.name.split(",")[0] for c in customers if c.is_company]
    assert len(names) > 3_000
    assert len(set(names)) == len(names)
    mails = [c.email for c in customers if c.email]
    assert len(set(mails)) == len(mails)


def test_data_problems_never_pass_their_share(today):
    def problems(share, receivables=3_200):
        stream = generator.generate(seed=4, receivables=receivables, today=today, problem_share=share)
        found = [h.customer.problem for h in stream]
        return sum(p is not None for p in found), len(found), set(found)

    for share in (0.0, 0.01, 0.03, generator.DATA_PROBLEM_SHARE, 0.5, 1.0):
        for size in (10, 500, 3_200):
            count, customers, _ = problems(share, size)
            assert count <= share * customers
    count, customers, kinds = problems(generator.DATA_PROBLEM_SHARE)
    assert count == customers // 25
    assert kinds == {None, *DataProblem}


def test_documents_have_their_own_folio_and_fit_into_the_history(portfolio, today):
    receivables = [r for h in portfolio for r in h.receivables]

    assert len({r.folio for r in receivables}) == len(receivables)
    assert {r.document_type for r in receivables} == {"Factura", "Mensualidad", "Pagaré"}
    for r in receivables:
        assert today.toordinal() - HISTORY_DAYS <= r.issue_day <= today.toordinal()
        assert r.issue_day < r.due_day
        assert r.cents > 0
    assert min(r.issue_day for r in receivables) < today.toordinal() - 500


def test_invoice_numbers_grow_with_their_dates(portfolio):
    invoices = [r for h in portfolio for r in h.receivables if r.folio.startswith("A-")]

    by_day = defaultdict(list)
    for r in invoices:
        by_day[r.issue_day].append(int(r.folio[2:]))
    days = sorted(by_day)
    assert all(max(by_day[a]) < min(by_day[b]) for a, b in pairwise(days))


def test_payments_never_exceed_the_amount_except_the_marked_ones(portfolio, today):
    marked = 0
    for _, receivables, payments, _ in portfolio:
        documents = {r.folio: r for r in receivables}
        paid = Counter()
        overpaid = set()
        for payment in payments:
            assert payment.cents > 0
            assert documents[payment.folio].issue_day < payment.day <= today.toordinal()
            paid[payment.folio] += payment.cents
            if payment.is_overpayment:
                assert payment.reference.endswith("-SF")
                overpaid.add(payment.folio)
        assert overpaid == {folio for folio, cents in paid.items() if cents > documents[folio].cents}
        marked += len(overpaid)
    assert 1 <= marked <= 0.01 * sum(len(h.payments) for h in portfolio)


def test_payments_come_full_partial_early_late_and_for_several_documents(portfolio):
    late, early, parts, together = 0, 0, 0, 0
    references = set()
    for customer, receivables, payments, _ in portfolio:
        documents = {r.folio: r for r in receivables}
        late += sum(p.day > documents[p.folio].due_day + 30 for p in payments)
        early += sum(p.day < documents[p.folio].due_day - 3 for p in payments)
        parts += sum(n > 1 for n in Counter(p.folio for p in payments).values())
        for reference, n in Counter(p.reference for p in payments).items():
            days = {(p.day, p.method) for p in payments if p.reference == reference}
            assert len(days) == 1
            assert reference not in references
            references.add(reference)
            together += n > 1
            assert n == 1 or customer.is_company
    assert min(late, early, parts, together) >= 20


def test_stream_keeps_nothing_of_the_customers_that_it_gave_out(today):
    stream = generator.generate(seed=1, receivables=1_000_000, today=today)
    for _ in islice(stream, 600):
        pass
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        kept = list(islice(stream, 600))
        held, _ = tracemalloc.get_traced_memory()
        del kept
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert after - before < (held - before) / 10
