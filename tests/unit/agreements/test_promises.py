"""Was a promise kept? Tables by value date, and properties that must always hold."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puntual.agreements import rules
from puntual.agreements.types import (
    CountablePayment,
    Judgement,
    PromiseCounts,
    PromiseFacts,
    PromiseState,
)
from puntual.lib.days import add_business_days

ACTIVE, KEPT = PromiseState.ACTIVE, PromiseState.KEPT
PARTLY, BROKEN = PromiseState.PARTLY_KEPT, PromiseState.BROKEN
CANCELLED, SUPERSEDED = PromiseState.CANCELLED, PromiseState.SUPERSEDED
# Made on a Monday, due on Friday 27 November; with one business day of tolerance the last day is Monday the 30th.
MADE = date(2026, 11, 23)
DUE = date(2026, 11, 27)
LAST = date(2026, 11, 30)
AFTER = LAST + timedelta(days=1)
FIRST = PromiseFacts(
    id=1,
    customer_id=1,
    amount=Decimal("300.00"),
    currency="MXN",
    made_on=MADE,
    due_date=DUE,
    tolerance_days=1,
    paid_amount=Decimal("0.00"),
    state=ACTIVE,
)


def paid(amount: str, day: date, entry_id: int = 1) -> CountablePayment:
    """Make a payment of the ledger."""
    return CountablePayment(entry_id, day, Decimal(amount))


def november(day: int) -> date:
    """Return a day of November 2026."""
    return date(2026, 11, day)


def judge(
    promises: list[PromiseFacts], payments: list[CountablePayment], today: date
) -> dict[int, tuple[PromiseState, str, date | None]]:
    """Settle with every payment open to every promise."""
    judged = rules.settle_group(
        promises=promises, payments={one.id: payments for one in promises}, today=today, country="MX"
    )
    return {one.promise_id: (one.state, str(one.paid_amount), one.settled_on) for one in judged}


def after(promises: list[PromiseFacts], judged: list[Judgement]) -> list[PromiseFacts]:
    """Write judgements onto promises, as the database does."""
    by_id = {one.promise_id: one for one in judged}
    return [
        replace(
            one,
            state=by_id[one.id].state,
            paid_amount=by_id[one.id].paid_amount,
            settled_on=by_id[one.id].settled_on,
        )
        if one.id in by_id
        else one
        for one in promises
    ]


@pytest.mark.parametrize(
    ("_case", "paid_amount", "today", "expected"),
    [
        ("nothing yet", "0.00", MADE, ACTIVE),
        ("part of it, still time", "299.99", DUE, ACTIVE),
        ("all of it at once", "300.00", MADE, KEPT),
        ("more than it", "300.01", MADE, KEPT),
        ("the due day itself is in time", "0.00", DUE, ACTIVE),
        ("the weekend after the due day does not count", "0.00", november(29), ACTIVE),
        ("the last day of tolerance is in time", "0.00", LAST, ACTIVE),
        ("the day after the last", "0.00", LAST + timedelta(days=1), BROKEN),
        ("part of it, too late", "0.01", LAST + timedelta(days=1), PARTLY),
        ("one cent is missing, too late", "299.99", LAST + timedelta(days=1), PARTLY),
        ("all of it, seen late", "300.00", date(2027, 6, 1), KEPT),
    ],
)
@pytest.mark.feature("PRM-02")
def test_judge_promise(_case: str, paid_amount: str, today: date, expected: PromiseState) -> None:
    facts = replace(FIRST, paid_amount=Decimal(paid_amount))

    assert rules.judge_promise(facts=facts, today=today, country="MX") is expected


@pytest.mark.parametrize(
    ("_case", "due_date", "tolerance", "last"),
    [
        ("no tolerance", DUE, 0, DUE),
        ("over a weekend", DUE, 1, LAST),
        ("inside the week", november(24), 2, november(26)),
        ("due on a Saturday", november(28), 1, november(30)),
        ("over Revolution Day", november(13), 1, november(17)),
        ("over a bank holiday", date(2026, 12, 11), 1, date(2026, 12, 14)),
        ("over Maundy Thursday and Good Friday", date(2026, 4, 1), 1, date(2026, 4, 6)),
        ("over Christmas", date(2026, 12, 24), 1, date(2026, 12, 28)),
    ],
)
def test_tolerance_counts_business_days(_case: str, due_date: date, tolerance: int, last: date) -> None:
    facts = replace(FIRST, made_on=due_date, due_date=due_date, tolerance_days=tolerance)

    assert rules.last_day(facts=facts, country="MX") == last
    assert rules.judge_promise(facts=facts, today=last, country="MX") is ACTIVE
    assert rules.judge_promise(facts=facts, today=last + timedelta(days=1), country="MX") is BROKEN


@pytest.mark.parametrize(
    ("_case", "payments", "today", "expected"),
    [
        ("kept on its first day", [paid("300.00", MADE)], MADE, (KEPT, "300.00", MADE)),
        ("kept in two parts: settled by the second",
         [paid("100.00", november(24), 1), paid("200.00", november(25), 2)], DUE, (KEPT, "300.00", november(25))),
        ("kept on the last day of tolerance", [paid("300.00", LAST)], LAST, (KEPT, "300.00", LAST)),
        ("kept within the tolerance, recorded a month later", [paid("300.00", LAST)], date(2026, 12, 30),
         (KEPT, "300.00", LAST)),
        ("one day too late by value", [paid("300.00", date(2026, 12, 1))], date(2026, 12, 2),
         (BROKEN, "0.00", date(2026, 12, 1))),
        ("paid before it was made", [paid("300.00", november(22))], DUE, (ACTIVE, "0.00", None)),
        ("more than promised counts as promised", [paid("900.00", MADE)], MADE, (KEPT, "300.00", MADE)),
        ("part in time", [paid("120.00", DUE)], DUE, (ACTIVE, "120.00", None)),
        ("part in time, part too late", [paid("120.00", DUE, 1), paid("180.00", date(2026, 12, 1), 2)],
         date(2026, 12, 5), (PARTLY, "120.00", date(2026, 12, 1))),
        ("dated ahead counts from its day", [paid("300.00", DUE)], november(26), (ACTIVE, "0.00", None)),
        ("nobody looked for a week", [], date(2026, 12, 8), (BROKEN, "0.00", date(2026, 12, 1))),
    ],
)  # fmt: skip
@pytest.mark.feature("PRM-02")
def test_one_promise(
    _case: str,
    payments: list[CountablePayment],
    today: date,
    expected: tuple[PromiseState, str, date | None],
) -> None:
    assert judge([FIRST], payments, today) == {1: expected}


@pytest.mark.parametrize(
    ("_case", "before", "payments", "today", "expected"),
    [
        ("broken, then money of the window is recorded", replace(FIRST, state=BROKEN, settled_on=date(2026, 12, 1)),
         [paid("300.00", november(25))], date(2026, 12, 15), (KEPT, "300.00", november(25))),
        ("broken, then part of it is recorded: missed since the same day",
         replace(FIRST, state=BROKEN, settled_on=date(2026, 12, 1)),
         [paid("50.00", november(25))], date(2026, 12, 15), (PARTLY, "50.00", date(2026, 12, 1))),
        ("kept, reversed while there is time", replace(FIRST, state=KEPT, settled_on=november(25)),
         [], november(26), (ACTIVE, "0.00", None)),
        ("kept, reversed after its last day: missed from the day on which it is known",
         replace(FIRST, state=KEPT, settled_on=november(25)), [], date(2026, 12, 15),
         (BROKEN, "0.00", date(2026, 12, 15))),
        ("kept, one of two payments reversed", replace(FIRST, state=KEPT, settled_on=november(25)),
         [paid("100.00", november(24))], date(2026, 12, 15), (PARTLY, "100.00", date(2026, 12, 15))),
        ("kept by another payment when one is reversed", replace(FIRST, state=KEPT, settled_on=november(24)),
         [paid("300.00", november(26))], date(2026, 12, 15), (KEPT, "300.00", november(26))),
        ("cancelled gets nothing", replace(FIRST, state=CANCELLED), [paid("300.00", MADE)], DUE, None),
        ("superseded gets nothing", replace(FIRST, state=SUPERSEDED), [paid("300.00", MADE)], DUE, None),
    ],
)  # fmt: skip
@pytest.mark.feature("X-09")
def test_corrections(
    _case: str,
    before: PromiseFacts,
    payments: list[CountablePayment],
    today: date,
    expected: tuple[PromiseState, str, date | None] | None,
) -> None:
    assert judge([before], payments, today) == ({1: expected} if expected else {})


def second(**fields: object) -> PromiseFacts:
    """Make a later promise of 200, made on the 26th, due on 4 December."""
    base = replace(FIRST, id=2, amount=Decimal("200.00"), made_on=november(26), due_date=date(2026, 12, 4))
    return replace(base, **fields)  # type: ignore[arg-type]


@pytest.mark.feature("X-09")
def test_the_promise_due_first_takes_first_and_the_rest_goes_on() -> None:
    first = replace(FIRST, state=KEPT, settled_on=november(25), paid_amount=Decimal("300.00"))
    payments = [paid("300.00", november(25), 1), paid("150.00", november(27), 2)]

    found = judge([first, second()], payments, november(28))

    assert found == {1: (KEPT, "300.00", november(25)), 2: (ACTIVE, "150.00", None)}


@pytest.mark.feature("X-09")
def test_what_is_left_of_a_payment_counts_toward_the_next_promise() -> None:
    payments = [paid("450.00", november(27))]
    first = replace(FIRST, state=BROKEN, settled_on=november(26))

    found = judge([first, second()], payments, november(28))

    assert found == {1: (KEPT, "300.00", november(27)), 2: (ACTIVE, "150.00", None)}


@pytest.mark.feature("X-09")
def test_an_older_promise_reopened_by_a_reversal_gives_way_to_the_newer_one() -> None:
    first = replace(FIRST, state=KEPT, settled_on=november(25), paid_amount=Decimal("300.00"))
    payments = [paid("150.00", november(27), 2)]

    found = judge([first, second()], payments, november(28))

    assert found == {1: (SUPERSEDED, "0.00", november(28)), 2: (ACTIVE, "150.00", None)}


def test_an_older_promise_reopened_beside_a_kept_one_is_active_again() -> None:
    first = replace(FIRST, due_date=date(2026, 12, 20), state=KEPT, settled_on=november(25))
    newer = second(state=KEPT, settled_on=november(27), due_date=november(28))
    payments = [paid("200.00", november(27), 2)]

    found = judge([first, newer], payments, november(30))

    assert found == {1: (ACTIVE, "0.00", None), 2: (KEPT, "200.00", november(27))}


def test_a_day_before_what_is_known_judges_nothing() -> None:
    later = replace(FIRST, state=BROKEN, settled_on=date(2026, 12, 1))

    assert judge([later], [], november(25)) == {}
    assert judge([FIRST], [], MADE - timedelta(days=1)) == {}


def test_money_known_before_a_promise_counts_only_for_those_that_may_have_it() -> None:
    payments = {1: [paid("100.00", november(26), 1)], 2: []}
    first = replace(FIRST, amount=Decimal("50.00"), state=KEPT, settled_on=november(26))

    judged = rules.settle_group(
        promises=[first, second()], payments=payments, today=november(26), country="MX"
    )

    assert [(one.state, str(one.paid_amount)) for one in judged] == [(KEPT, "50.00"), (ACTIVE, "0.00")]


@pytest.mark.parametrize(
    ("_case", "fields", "today", "expected"),
    [
        ("nothing came, still time", {}, MADE, CANCELLED),
        ("nothing came, too late", {}, AFTER, CANCELLED),
        ("part of it came, too late", {"paid_amount": Decimal("299.99")}, AFTER, CANCELLED),
        ("all of it came", {"paid_amount": Decimal("300.00")}, AFTER, KEPT),
        ("it was broken before", {"state": BROKEN}, AFTER, BROKEN),
        ("it was kept until a reversal, still time", {"state": KEPT}, MADE, CANCELLED),
    ],
)
def test_an_active_promise_about_nothing_is_never_broken(
    _case: str, fields: dict[str, object], today: date, expected: PromiseState
) -> None:
    facts = replace(FIRST, is_owed=False, **fields)  # type: ignore[arg-type]

    assert rules.judge_promise(facts=facts, today=today, country="MX") is expected


def test_a_promise_about_nothing_leaves_its_money_to_others() -> None:
    kept = replace(FIRST, amount=Decimal("200.00"), state=KEPT, due_date=date(2026, 12, 20), is_owed=False)
    active = second(amount=Decimal("300.00"), is_owed=False)

    found = judge([kept, active], [paid("200.00", november(27))], november(28))

    assert found == {1: (KEPT, "200.00", november(27)), 2: (CANCELLED, "0.00", november(28))}


days = st.integers(0, 20).map(lambda offset: MADE + timedelta(days=offset))
cents = st.integers(1, 50_000).map(lambda whole: Decimal(whole) / 100)
payments_of_a_month = st.lists(
    st.builds(CountablePayment, entry_id=st.integers(1, 500), value_date=days, amount=cents),
    max_size=6,
    unique_by=lambda one: one.entry_id,
)


@st.composite
def promise_groups(draw: st.DrawFn) -> list[PromiseFacts]:
    """Draw promises of one customer as the database may hold them: one active at most, made in the order of ids."""
    count = draw(st.integers(1, 4))
    made = sorted(draw(st.lists(days, min_size=count, max_size=count)))
    group = []
    is_owed = draw(st.booleans())
    for number, made_on in enumerate(made, start=1):
        due_date = made_on + timedelta(days=draw(st.integers(0, 12)))
        states = [KEPT, PARTLY, BROKEN, CANCELLED, SUPERSEDED]
        state = draw(st.sampled_from([ACTIVE, *states] if number == count else states))
        is_settled = state in (KEPT, PARTLY, BROKEN)
        group.append(
            PromiseFacts(
                id=number,
                customer_id=1,
                amount=draw(cents),
                currency="MXN",
                made_on=made_on,
                due_date=due_date,
                tolerance_days=draw(st.integers(0, 2)),
                paid_amount=Decimal("0.00"),
                state=state,
                is_owed=is_owed,
                settled_on=made_on + timedelta(days=draw(st.integers(0, 8))) if is_settled else None,
            )
        )
    return group


todays = st.integers(0, 60).map(lambda offset: MADE + timedelta(days=offset))


def settle(promises: list[PromiseFacts], payments: list[CountablePayment], today: date) -> list[Judgement]:
    """Settle with every payment open to every promise."""
    return rules.settle_group(
        promises=promises, payments={one.id: payments for one in promises}, today=today, country="MX"
    )


@given(promises=promise_groups(), payments=payments_of_a_month, today=todays)
def test_never_kept_with_less_money_than_promised(promises, payments, today) -> None:  # type: ignore[no-untyped-def]
    by_id = {one.id: one for one in promises}

    for one in settle(promises, payments, today):
        promise = by_id[one.promise_id]
        last = add_business_days(day=promise.due_date, count=promise.tolerance_days, country="MX")
        in_time = sum(
            (x.amount for x in payments if promise.made_on <= x.value_date <= min(last, today)), Decimal(0)
        )
        assert one.paid_amount <= min(promise.amount, in_time)
        assert (one.state is KEPT) == (one.paid_amount == promise.amount)
        assert (one.state is KEPT) <= (in_time >= promise.amount)


@given(promises=promise_groups(), payments=payments_of_a_month, today=todays)
def test_no_money_counts_twice(promises, payments, today) -> None:  # type: ignore[no-untyped-def]
    counted = sum((one.paid_amount for one in settle(promises, payments, today)), Decimal(0))

    assert counted <= sum((one.amount for one in payments), Decimal(0))


@given(promises=promise_groups(), payments=payments_of_a_month, today=todays)
def test_settling_again_changes_nothing(promises, payments, today) -> None:  # type: ignore[no-untyped-def]
    written = after(promises, settle(promises, payments, today))

    assert rules.changed(promises=written, judged=settle(written, payments, today)) == []


@given(promises=promise_groups(), payments=payments_of_a_month, today=todays)
def test_one_active_promise_at_most(promises, payments, today) -> None:  # type: ignore[no-untyped-def]
    written = after(promises, settle(promises, payments, today))

    assert sum(one.state is ACTIVE for one in written) <= 1


@given(
    promises=promise_groups(),
    payments=payments_of_a_month,
    today=todays,
    seed=st.randoms(use_true_random=False),
)
def test_the_order_of_rows_is_irrelevant(promises, payments, today, seed) -> None:  # type: ignore[no-untyped-def]
    shuffled_promises, shuffled_payments = list(promises), list(payments)
    seed.shuffle(shuffled_promises)
    seed.shuffle(shuffled_payments)

    assert settle(shuffled_promises, shuffled_payments, today) == settle(promises, payments, today)


@given(payments=payments_of_a_month, today=todays, seed=st.randoms(use_true_random=False))
def test_the_order_of_payments_inside_a_day_is_irrelevant(payments, today, seed) -> None:  # type: ignore[no-untyped-def]
    numbers = [one.entry_id for one in payments]
    seed.shuffle(numbers)
    # The same money on the same days, posted in another order.
    renumbered = [replace(one, entry_id=number) for one, number in zip(payments, numbers, strict=True)]

    assert settle([FIRST], renumbered, today) == settle([FIRST], payments, today)


@given(payments=payments_of_a_month, today=todays, seen=todays)
def test_money_recorded_late_counts_as_if_recorded_in_time(payments, today, seen) -> None:  # type: ignore[no-untyped-def]
    earlier, later = sorted((today, seen))
    judged_in_time = settle(after([FIRST], settle([FIRST], payments, earlier)), payments, later)

    judged_late = settle(after([FIRST], settle([FIRST], [], earlier)), payments, later)

    assert judged_late == judged_in_time


@given(payments=payments_of_a_month, today=todays, seen=todays)
def test_a_reversal_leaves_what_would_be_there_without_the_payment(payments, today, seen) -> None:  # type: ignore[no-untyped-def]
    earlier, later = sorted((today, seen))
    written = after([FIRST], settle([FIRST], payments, earlier))

    reversed_now = settle(written, payments[1:], later)[0]
    never_paid = settle([FIRST], payments[1:], later)[0]

    assert (reversed_now.state, reversed_now.paid_amount) == (never_paid.state, never_paid.paid_amount)


@given(promises=promise_groups(), payments=payments_of_a_month, today=todays)
def test_what_is_cancelled_or_superseded_stays_so(promises, payments, today) -> None:  # type: ignore[no-untyped-def]
    ended = {one.id for one in promises if one.state in (CANCELLED, SUPERSEDED)}

    assert not ended & {one.promise_id for one in settle(promises, payments, today)}


@pytest.mark.parametrize(
    ("_case", "amount", "owed", "due_date", "expected"),
    [
        ("all that is owed, today", "500.00", "500.00", MADE, None),
        ("the farthest day", "1.00", "500.00", MADE + timedelta(days=60), None),
        ("one day farther", "1.00", "500.00", MADE + timedelta(days=61), "promise-too-late"),
        ("yesterday", "1.00", "500.00", MADE - timedelta(days=1), "promise-in-the-past"),
        ("one cent more than owed", "500.01", "500.00", DUE, "promise-more-than-owed"),
        ("nothing is owed", "1.00", "0.00", DUE, "promise-nothing-owed"),
        ("zero", "0.00", "500.00", DUE, "promise-not-positive"),
        ("negative", "-1.00", "500.00", DUE, "promise-not-positive"),
        ("half a cent", "1.005", "500.00", DUE, "promise-not-cents"),
    ],
)
def test_what_may_be_promised(
    _case: str, amount: str, owed: str, due_date: date, expected: str | None
) -> None:
    refusal = rules.promise_refusal(amount=Decimal(amount), owed=Decimal(owed), due_date=due_date, today=MADE)

    assert refusal == expected


def test_changes_are_named_and_counted() -> None:
    pairs = [
        (replace(FIRST, state=before), Judgement(1, state, Decimal(0), None))
        for before, state in [
            (ACTIVE, KEPT),
            (BROKEN, KEPT),
            (ACTIVE, PARTLY),
            (ACTIVE, BROKEN),
            (KEPT, BROKEN),
            (KEPT, ACTIVE),
            (KEPT, SUPERSEDED),
            (ACTIVE, ACTIVE),
            (ACTIVE, CANCELLED),
        ]
    ]

    counts = rules.count_changes(pairs)
    names = [rules.change_name(before=facts.state, after=judged.state) for facts, judged in pairs]

    assert counts == PromiseCounts(kept=2, partly_kept=1, broken=2, reopened=1, superseded=1, cancelled=1)
    assert counts.total == 8
    assert names == [
        "promise-kept",
        "promise-kept",
        "promise-partly-kept",
        "promise-broken",
        "promise-broken",
        "promise-reopened",
        "promise-superseded",
        "promise-progress",
        "promise-cancelled",
    ]
