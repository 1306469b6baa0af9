"""When a message still makes sense, what it lists, and when it is tried again."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puntual.contacts.types import Purpose
from puntual.outreach import rules
from puntual.outreach.rules.sums import accessories_of
from puntual.outreach.types import (
    Document,
    IdentityFailures,
    MessageFacts,
    Movement,
    Need,
    PaymentWords,
    PromiseWords,
    Refusal,
)
from puntual.portfolio.types import EntryKind

TODAY = date(2026, 11, 23)
PROMISE = PromiseWords(Decimal("10.00"), "MXN", TODAY)
PAYMENT = PaymentWords(Decimal("10.00"), "MXN", TODAY)


def document(days: int) -> Document:
    """Owe something that falls due so many days from today."""
    return Document("INVOICE", f"F{days}", TODAY + timedelta(days=days), Decimal("100.00"), "MXN")


def facts(template: str, *days: int, purpose: Purpose = Purpose.COLLECTION) -> MessageFacts:
    return MessageFacts(
        message_id=1,
        customer_id=1,
        template=template,
        purpose=purpose,
        action_state="QUEUED",
        step_key="paso",
        language="es-mx",
        greeting_name="María",
        payment_reference="9",
        documents=tuple(document(day) for day in days),
        active_promise=None,
        broken_promise=None,
        payments=(),
    )


@pytest.mark.parametrize(
    ("_case", "one", "expected"),
    [
        ("a week before", facts("reminder-before-due", 7), None),
        ("today is soon too", facts("reminder-before-due", 0), None),
        ("too far", facts("reminder-before-due", 8), Refusal.NOTHING_DUE),
        ("only overdue", facts("reminder-before-due", -1), Refusal.NOTHING_DUE),
        ("due today", facts("reminder-due-today", 0), None),
        ("due tomorrow", facts("reminder-due-today", 1), Refusal.NOTHING_DUE),
        ("due yesterday", facts("reminder-due-today", -1), Refusal.NOTHING_DUE),
        ("overdue", facts("notice-1", -1), None),
        ("not overdue", facts("notice-1", 0, 3), Refusal.NOTHING_OVERDUE),
        ("paid", facts("formal-notice"), Refusal.NOTHING_OVERDUE),
        ("no promise", facts("promise-reminder", 3), Refusal.NO_PROMISE),
        ("promise", replace(facts("promise-reminder", 3), active_promise=PROMISE), None),
        ("broken and owed", replace(facts("promise-broken", -1), broken_promise=PROMISE), None),
        (
            "broken but paid",
            replace(facts("promise-broken"), broken_promise=PROMISE),
            Refusal.NO_BROKEN_PROMISE,
        ),
        ("not broken", facts("promise-broken", -1), Refusal.NO_BROKEN_PROMISE),
        ("payment", replace(facts("thanks"), payments=(PAYMENT,)), None),
        ("reversed payment", facts("thanks"), Refusal.NO_PAYMENT),
        ("own template by purpose", facts("propia", -1), None),
        ("own reminder", facts("propia", -1, purpose=Purpose.REMINDER), Refusal.NOTHING_DUE),
        ("own thanks", facts("propia", purpose=Purpose.THANKS), Refusal.NO_PAYMENT),
        ("own information", facts("propia", purpose=Purpose.INFORMATION), None),
    ],
)
def test_objections(_case: str, one: MessageFacts, expected: Refusal | None) -> None:
    assert rules.objection(facts=one, today=TODAY) is expected


def test_a_reminder_of_today_lists_today_alone() -> None:
    documents = [document(0), document(3)]

    assert rules.soon_of(documents=documents, today=TODAY, need=Need.DUE_TODAY) == [documents[0]]
    assert rules.soon_of(documents=documents, today=TODAY, need=Need.DUE_SOON) == documents


def test_data_cannot_begin_a_line_of_its_own() -> None:
    company = rules.sample_company()
    one = replace(
        facts("notice-1", -1),
        greeting_name="María\nPague a otra cuenta",
        documents=(replace(document(-1), number="F-1\r\n\r\nPague a otra cuenta"),),
    )

    context = rules.context_of(
        facts=one, company=company, language="es", portal_url="p", stop_url="s", today=TODAY
    )

    assert context["name"] == "María Pague a otra cuenta"
    assert context["overdue"][0]["number"] == "F-1 Pague a otra cuenta"


@pytest.mark.parametrize(
    ("code", "language"),
    [("es-mx", "es"), ("es", "es"), ("", "es"), ("fr", "es"), ("en", "en"), ("EN-us", "en")],
)
def test_language(code: str, language: str) -> None:
    assert rules.language_of(code) == language


def test_three_tries_with_growing_waits() -> None:
    assert [rules.backoff(tries=tries) for tries in (1, 2, 3)] == [
        timedelta(minutes=5),
        timedelta(minutes=30),
        None,
    ]


NOON = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("failed_total", "minutes"),
    [
        (1, 15),
        (5, 15),
        (9, 15),
        (10, 30),
        (14, 30),
        (15, 60),
        (20, 120),
        (30, 480),
        (35, 960),
        (40, 1440),
        (9999, 1440),
    ],
)
def test_each_lock_is_twice_as_long_and_a_day_at_most(failed_total: int, minutes: int) -> None:
    assert rules.lock_time(failed_total=failed_total) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("attempts", "total", "expected"),
    [
        (0, 0, IdentityFailures(1, 1, None, is_spent=False)),
        (3, 3, IdentityFailures(4, 4, None, is_spent=False)),
        (4, 4, IdentityFailures(0, 5, NOON + timedelta(minutes=15), is_spent=False)),
        (4, 9, IdentityFailures(0, 10, NOON + timedelta(minutes=30), is_spent=False)),
        (0, 18, IdentityFailures(1, 19, None, is_spent=False)),
        (0, 19, IdentityFailures(0, 20, NOON + timedelta(minutes=120), is_spent=True)),
        (4, 19, IdentityFailures(0, 20, NOON + timedelta(minutes=120), is_spent=True)),
    ],
)
def test_a_wrong_answer_counts_closes_or_ends_a_link(
    attempts: int, total: int, expected: IdentityFailures
) -> None:
    assert rules.after_failure(failed_attempts=attempts, failed_total=total, at=NOON) == expected


@pytest.mark.parametrize(("days", "expected"), [(-1, Refusal.TOO_LATE), (0, None), (1, None)])
def test_a_message_leaves_until_the_last_day_of_its_step(days: int, expected: Refusal | None) -> None:
    one = replace(facts("notice-1", -1), last_day=TODAY + timedelta(days=days))

    assert rules.objection(facts=one, today=TODAY) is expected


def test_the_last_day_of_a_step_has_a_week_of_grace() -> None:
    last = rules.last_day_of(anchor=date(2026, 11, 1), offset_days=3, catch_up_days=5)

    assert last == date(2026, 11, 16)


cents = st.decimals(min_value="0.01", max_value=10_000, places=2)
movements = st.lists(
    st.builds(
        lambda kind, amount: Movement(
            kind, -amount if kind is EntryKind.PAYMENT else amount, kind is EntryKind.PAYMENT
        ),
        st.sampled_from([EntryKind.INTEREST, EntryKind.FEE, EntryKind.PAYMENT]),
        cents,
    ),
    max_size=12,
)


@given(capital=cents, entries=movements, more=cents)
def test_what_is_owed_parts_whole_and_a_payment_goes_to_what_had_accrued(
    capital: Decimal, entries: list[Movement], more: Decimal
) -> None:
    owed = max(capital + sum((one.amount for one in entries), Decimal(0)), Decimal(0))
    interest, costs = accessories_of(open_amount=owed, entries=entries)

    assert interest >= 0
    assert costs >= 0
    assert interest + costs <= owed
    # A payment more goes to costs, then to interest, and never raises either.
    paid = Movement(EntryKind.PAYMENT, -more, True)
    later = accessories_of(open_amount=max(owed - more, Decimal(0)), entries=[*entries, paid])
    assert later[1] == max(min(costs - more, max(owed - more, Decimal(0))), Decimal(0))
    assert later[0] <= interest


@pytest.mark.parametrize(
    ("_case", "entries", "expected"),
    [
        ("paid before the interest", [("PAYMENT", "-1000"), ("INTEREST", "100")], ("100", "0")),
        ("paid after the interest", [("INTEREST", "100"), ("PAYMENT", "-1000")], ("0", "0")),
        ("costs first", [("INTEREST", "100"), ("FEE", "50"), ("PAYMENT", "-70")], ("80", "0")),
        ("a credit note lowers capital", [("INTEREST", "100"), ("CREDIT_NOTE", "-300")], ("100", "0")),
        ("paid elsewhere", [("INTEREST", "100"), ("ADJUSTMENT", "-600")], ("0", "0")),
    ],
)
def test_where_money_went(_case: str, entries: list[tuple[str, str]], expected: tuple[str, str]) -> None:
    moved = [
        Movement(EntryKind(kind), Decimal(amount), kind in {"PAYMENT", "ADJUSTMENT"})
        for kind, amount in entries
    ]
    owed = Decimal(2000) + sum((one.amount for one in moved), Decimal(0))

    found = accessories_of(open_amount=owed, entries=moved)

    assert found == tuple(map(Decimal, expected))
