"""What the law leaves to a person waits for one, and leaves only as it was released."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from puntual.audit.models import Event
from puntual.audit.types import Actor, ActorKind
from puntual.companies.models import Company
from puntual.compliance import operations as compliance
from puntual.compliance import queries as law
from puntual.compliance.models import Review, Verdict
from puntual.compliance.operations import reviewing as holding
from puntual.compliance.queries import reviewing
from puntual.compliance.types import ContactFacts, FindingCode, Flag, JudgedContact
from puntual.flows import contact_now, dispatch, releasing
from puntual.outreach.models import Message, TemplateVersion
from puntual.outreach.providers.fake import FakeTransport
from puntual.plans.models import Action, Campaign
from puntual.portfolio.models import Customer
from tests.db.test_verdict_chain import tamper
from tests.factories import make_customer, make_point, make_receivable
from tests.outreach_factories import make_action, make_message, prepare

MANAGER = Actor(kind=ActorKind.STAFF, id=2, label="Marta Gerente")
WHY = "Habló hoy y pidió el detalle de lo que debe."
Mark = Callable[..., None]

pytestmark = pytest.mark.feature("N-13")


@pytest.fixture
def marks(company: Company, monkeypatch: pytest.MonkeyPatch) -> Mark:
    """Put the shipped plan in force, and let a test say what is known of everybody."""
    prepare()
    known: dict[str, Any] = {"flags": frozenset({Flag.HARDSHIP})}
    read = law._facts

    def with_marks(row: dict[str, Any], **rest: Any) -> ContactFacts:
        return replace(read(row, **rest), **known)

    monkeypatch.setattr(law, "_facts", with_marks)
    return known.update


def waiting(now: datetime, *, days_late: int = 3) -> tuple[Customer, Message]:
    """Make a message that needs a person, and dispatch once."""
    customer = make_customer()
    make_receivable(customer=customer, due=now.date() - timedelta(days=days_late))
    message = make_message(customer=customer)
    assert sent(now) == 0
    return customer, message


def sent(at: datetime) -> int:
    summary = dispatch.dispatch_due(at=at, limit=100, transport=FakeTransport(), worker="w1")
    return summary.sent


def answer(
    now: datetime, *, released: bool = True, actor: Actor = MANAGER, **more: Any
) -> releasing.Answered:
    ids = more.pop("ids", None)
    today = now.date()
    return releasing.answer(
        review_ids=[one.id for one in reviewing.waiting(today=today, limit=9)] if ids is None else ids,
        is_released=released,
        reason=more.pop("reason", WHY),
        actor=actor,
        country="MX",
        today=today,
        at=now,
    )


def holds() -> list[FindingCode]:
    return [one.code for one in compliance.verify(sample=1000, seed="x").findings]


def test_it_waits_with_its_words_until_a_person_releases_it(marks: Mark, now: datetime) -> None:
    customer, message = waiting(now)

    (group,) = reviewing.groups(today=now.date())
    (one,) = reviewing.waiting(today=now.date(), limit=9, group=group)
    message.refresh_from_db()
    assert (group.rule_ids, group.total, one.customer_id) == (("X-HARD-P1",), 1, customer.pk)
    assert (message.state, message.reason, bool(message.text)) == ("QUEUED", "review:X-HARD-P1", True)
    assert sent(now + timedelta(minutes=5)) == 0
    assert answer(now).done == 1
    assert sent(now) == 1

    last, released = Verdict.objects.order_by("-id")[:2]
    assert (last.moment, last.outcome, last.inputs["released"]) == ("SENDING", "ALLOW", ["X-HARD-P1"])
    assert (released.moment, released.inputs["review"]["id"]) == ("RELEASE", one.id)
    assert released.inputs["review"] == last.inputs["review"]
    assert Event.objects.get(action="contact-released").customer_id == customer.pk
    assert (answer(now, ids=[one.id]), holds()) == (releasing.Answered(0, 1, 0, 0), [])


@pytest.mark.parametrize(
    "change",
    [
        lambda mark, _: mark(is_opted_out=True),
        lambda mark, _: mark(flags=frozenset({Flag.HARDSHIP, Flag.TIME_BARRED})),
        lambda _, customer: make_receivable(customer=customer, due=date(2026, 11, 2)),
        lambda _, __: TemplateVersion.objects.filter(key="notice-1").update(subject="Otro asunto"),
    ],
    ids=["forbidden", "one more objection", "another amount", "other words"],
)
def test_what_changed_since_does_not_leave(
    marks: Mark, now: datetime, change: Callable[[Mark, Customer], object]
) -> None:
    customer, _message = waiting(now)
    assert answer(now).done == 1

    change(marks, customer)

    assert (sent(now + timedelta(minutes=1)), holds()) == (0, [])


def test_other_words_are_asked_for_anew_and_the_old_ones_no_more(marks: Mark, now: datetime) -> None:
    customer, _message = waiting(now)
    make_receivable(customer=customer, due=date(2026, 11, 2))
    Message.objects.update(not_before=now)

    assert sent(now) == 0

    assert list(Review.objects.order_by("id").values_list("state", flat=True)) == ["SUPERSEDED", "PENDING"]
    assert len(reviewing.waiting(today=now.date(), limit=9)) == 1


def test_one_objection_more_is_asked_for_with_the_first(marks: Mark, now: datetime) -> None:
    waiting(now)
    answer(now)
    marks(flags=frozenset({Flag.HARDSHIP, Flag.TIME_BARRED}))

    assert sent(now) == 0
    (group,) = reviewing.groups(today=now.date())
    assert set(group.rule_ids) == {"X-HARD-P1", "MX-PRESC-03"}
    assert (answer(now).done, sent(now)) == (1, 1)


def test_a_release_ends_with_its_day(marks: Mark, now: datetime) -> None:
    waiting(now)
    answer(now)
    tomorrow = now + timedelta(days=1)

    assert (sent(tomorrow), len(reviewing.waiting(today=tomorrow.date(), limit=9))) == (0, 1)


def test_more_objections_than_were_shown_are_not_released(marks: Mark, now: datetime) -> None:
    waiting(now)
    marks(flags=frozenset({Flag.HARDSHIP, Flag.TIME_BARRED}))

    assert answer(now) == releasing.Answered(0, 0, 0, 1)
    assert Review.objects.get().state == "PENDING"


def test_refusing_ends_the_action_with_the_reason(marks: Mark, now: datetime) -> None:
    _customer, message = waiting(now)

    assert answer(now, released=False).done == 1

    message.refresh_from_db()
    assert (message.state, message.reason) == ("CANCELLED", "review-refused")
    assert Action.objects.get().note == WHY
    assert (sent(now + timedelta(days=1)), holds()) == (0, [])


def test_whoever_asked_for_a_campaign_releases_none_of_it(marks: Mark, now: datetime) -> None:
    waiting(now)
    campaign = Campaign.objects.create(
        key="c1",
        name="Una",
        channel="EMAIL",
        purpose="COLLECTION",
        not_before=now,
        state="LAUNCHED",
        customers=1,
        author_id=MANAGER.id,
        author_label=MANAGER.label,
        needs_approval=False,
        launched_at=now,
    )
    Action.objects.update(campaign=campaign, run=None)

    assert answer(now) == releasing.Answered(0, 0, 1, 0)
    assert answer(now, actor=replace(MANAGER, id=3)).done == 1


def test_a_reason_that_says_nothing_releases_nothing(marks: Mark, now: datetime) -> None:
    waiting(now)

    with pytest.raises(releasing.UnableToRelease):
        answer(now, reason="   ok   ")

    assert Review.objects.get().state == "PENDING"


def test_a_task_may_be_done_once_it_is_released(marks: Mark, now: datetime) -> None:
    customer = make_customer()
    make_receivable(customer=customer, due=now.date() - timedelta(days=3))
    point = make_point(customer=customer, value="55 1234 5678", kind="PHONE")
    action = make_action(customer=customer, channel="CALL")
    Action.objects.update(contact_point=point, state="OPEN")
    (facts,) = law.send_facts(action_ids=[action.pk], country="MX", today=now.date(), at=now).values()
    (verdict,) = compliance.judge_contacts(contacts=[facts], country="MX", at=now)
    judged = JudgedContact(facts=facts, verdict=verdict, step_key="", action_id=None)
    holding.ask_for_tasks(action_ids=[action.pk], judged=[judged], today=now.date(), at=now)

    def allowed() -> bool:
        found = contact_now.tasks_now(action_ids=[action.pk], country="MX", today=now.date(), at=now)
        return found[action.pk].is_allowed

    assert (allowed(), answer(now).done, allowed()) == (False, 1, True)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("update compliance_review set reason_digest = 'x'", FindingCode.REVIEW_CHANGED),
        ("update compliance_review set text_digest = 'x'", FindingCode.REVIEW_CHANGED),
        ("delete from compliance_review", FindingCode.REVIEW_GONE),
    ],
)
def test_a_tampered_release_is_found(marks: Mark, now: datetime, change: str, code: FindingCode) -> None:
    waiting(now)
    answer(now)

    tamper(change)

    assert holds()[0] is code


def test_an_answer_is_never_changed_but_its_words_may_be_erased(marks: Mark, now: datetime) -> None:
    customer, _message = waiting(now)
    answer(now)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("update compliance_review set state = 'REFUSED'")
    holding.erase_customer(customer_id=customer.pk)

    assert (Review.objects.get().reason, holds()) == ("", [])
