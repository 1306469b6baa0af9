"""What staff do on a case: one transaction, everything that follows from it, and once."""

import importlib
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from puntual.agreements import queries as agreements
from puntual.agreements.operations import UnableToDispute, UnableToPromise
from puntual.agreements.types import DisputeReason, DisputeState, HoldReason
from puntual.audit import queries as audit
from puntual.audit.models import Event
from puntual.audit.types import Actor, ActorKind
from puntual.companies.models import Company
from puntual.contacts import queries as contacts
from puntual.contacts.models import Attempt, ContactPoint
from puntual.contacts.types import Channel, ConsentDecision, OwnerRole, PointKind, PointState, Purpose
from puntual.flows import approvals, case_acts, erasure, reach_acts
from puntual.flows.case_acts import ContactResult, GivenPromise, MadeContact
from puntual.flows.wording import UnlawfulText
from puntual.insights.queries import events as trail
from puntual.lib.errors import NotFound
from puntual.outreach import operations as outreach
from puntual.outreach.models import Message
from puntual.plans import operations as plans
from puntual.plans import queries as planned
from puntual.plans.models import Action, Run
from puntual.plans.types import ActionState
from puntual.portfolio.models import Customer
from tests.conftest import NOW, TODAY
from tests.factories import make_customer, make_point, make_receivable

GESTOR = Actor(kind=ActorKind.STAFF, id=1, label="Gestor")
CLOCK: dict[str, Any] = {"country": "MX", "today": TODAY, "at": NOW}


@pytest.fixture
def case(company: Company) -> Customer:
    """A customer who is late, with a telephone, an open task to call and an e-mail in the queue."""
    plans.adopt_plan(text=planned.shipped_text(key="facturas-mx"), at=NOW)
    outreach.load_templates(at=NOW)
    customer = make_customer()
    make_receivable(customer=customer, due=TODAY - timedelta(days=20), amount="1000.00")
    make_point(customer=customer, value="+525555555555", kind=PointKind.PHONE)
    version_id, _plan = planned.active_version()
    run = Run.objects.create(as_of=TODAY, version_id=version_id, state="DONE", started_at=NOW)
    for channel, state in (("CALL", "OPEN"), ("EMAIL", "QUEUED")):
        Action.objects.create(
            run=run,
            customer=customer,
            contact_point=point_of(customer, "PHONE" if channel == "CALL" else "EMAIL"),
            step_number=1,
            step_key=f"step-{channel.lower()}",
            anchor_date=TODAY,
            channel=channel,
            purpose="COLLECTION",
            template="notice-1" if channel == "EMAIL" else "",
            state=state,
            not_before=NOW,
        )
    queued = Action.objects.filter(channel="EMAIL").values_list("id", flat=True)
    outreach.queue_for_actions(action_ids=list(queued), at=NOW)
    return customer


def point_of(customer: Customer, kind: str) -> ContactPoint:
    """Return the customer's own point of a kind."""
    return ContactPoint.objects.get(customer=customer, kind=kind)


def contact(customer: Customer, **fields: Any) -> MadeContact:
    """Make a contact by telephone."""
    values: dict[str, Any] = {
        "key": "k-1",
        "customer_id": customer.pk,
        "contact_point_id": point_of(customer, "PHONE").pk,
        "channel": Channel.CALL,
        "purpose": Purpose.COLLECTION,
        "result": ContactResult.NO_ANSWER,
        "note": "nadie en casa",
    }
    return MadeContact(**{**values, **fields})


def states(customer: Customer) -> dict[str, str]:
    """Return the states of the planned actions by channel."""
    return dict(Action.objects.filter(customer=customer).values_list("channel", "state"))


def last_event(customer: Customer) -> dict[str, Any]:
    """Return the newest event of the trail."""
    return audit.customer_events(customer_id=customer.pk, limit=1)[0]


def test_a_call_does_the_task_that_asked_for_it_and_leaves_the_rest(case: Customer) -> None:
    assert case_acts.record_contact(contact=contact(case), actor=GESTOR, **CLOCK)

    assert states(case) == {"CALL": "EXECUTED", "EMAIL": "QUEUED"}
    kept = Attempt.objects.get()
    assert (kept.outcome, kept.direction, kept.actor_label) == ("NO_ANSWER", "OUTBOUND", "Gestor")
    assert last_event(case)["action"] == "contact-recorded"


def test_a_contact_sent_twice_is_kept_once(case: Customer) -> None:
    promise = GivenPromise(Decimal("400.00"), "MXN", TODAY + timedelta(days=3))
    spoke = contact(case, result=ContactResult.SPOKE, promise=promise)

    assert case_acts.record_contact(contact=spoke, actor=GESTOR, **CLOCK)
    assert not case_acts.record_contact(contact=spoke, actor=GESTOR, **CLOCK)

    assert Attempt.objects.count() == 1
    assert len(agreements.promises_of(customer_id=case.pk)) == 1


@pytest.mark.parametrize(
    ("result", "state"),
    [
        (ContactResult.SPOKE, "VERIFIED"),
        (ContactResult.WRONG_POINT, "WRONG"),
        (ContactResult.OTHER_PERSON, "NEW"),
        (ContactResult.NO_ANSWER, "NEW"),
    ],
)
def test_a_contact_tells_what_the_point_is_worth(case: Customer, result: ContactResult, state: str) -> None:
    case_acts.record_contact(contact=contact(case, result=result), actor=GESTOR, **CLOCK)

    assert point_of(case, "PHONE").state == state


def test_a_call_of_the_customer_is_inbound_and_does_no_task(case: Customer) -> None:
    case_acts.record_contact(contact=contact(case, result=ContactResult.THEY_CALLED), actor=GESTOR, **CLOCK)

    assert Attempt.objects.get().direction == "INBOUND"
    assert states(case) == {"CALL": "OPEN", "EMAIL": "QUEUED"}


def test_a_promise_made_in_a_call_stops_the_queue_and_the_task_counts_as_done(case: Customer) -> None:
    promise = GivenPromise(Decimal("1000.00"), "MXN", TODAY + timedelta(days=7))

    case_acts.record_contact(
        contact=contact(case, result=ContactResult.SPOKE, promise=promise), actor=GESTOR, **CLOCK
    )

    assert states(case) == {"CALL": "EXECUTED", "EMAIL": "CANCELLED"}
    assert Message.objects.get().state == "CANCELLED"
    assert agreements.promises_of(customer_id=case.pk)[0]["channel"] == "CALL"


def test_a_promise_that_cannot_be_takes_the_contact_with_it(case: Customer) -> None:
    promise = GivenPromise(Decimal("1000.01"), "MXN", TODAY + timedelta(days=7))

    with pytest.raises(UnableToPromise):
        case_acts.record_contact(
            contact=contact(case, result=ContactResult.SPOKE, promise=promise), actor=GESTOR, **CLOCK
        )

    assert Attempt.objects.count() == 0
    assert states(case) == {"CALL": "OPEN", "EMAIL": "QUEUED"}


def test_a_call_outside_the_hours_is_kept_and_the_trail_says_what_objected(case: Customer) -> None:
    sunday: datetime = NOW - timedelta(days=1)

    case_acts.record_contact(
        contact=contact(case), actor=GESTOR, country="MX", today=TODAY - timedelta(days=1), at=sunday
    )

    assert Attempt.objects.count() == 1
    assert "MX-WIN-01" in last_event(case)["after"]


def test_a_point_of_another_customer_is_not_taken(case: Customer) -> None:
    other = make_customer()

    with pytest.raises(NotFound):
        case_acts.record_contact(contact=contact(case, customer_id=other.pk), actor=GESTOR, **CLOCK)
    with pytest.raises(NotFound):
        reach_acts.mark_point(
            customer_id=other.pk,
            point_id=point_of(case, "PHONE").pk,
            state=PointState.WRONG,
            note="",
            actor=GESTOR,
            at=NOW,
        )

    assert Attempt.objects.count() == 0
    assert point_of(case, "PHONE").state == "NEW"


def test_a_promise_stops_what_was_queued_once(case: Customer) -> None:
    given = GivenPromise(Decimal("500.00"), "MXN", TODAY + timedelta(days=5))

    ids = {
        case_acts.take_promise(
            key="p-1",
            customer_id=case.pk,
            promise=given,
            channel=Channel.CALL,
            note="",
            actor=GESTOR,
            **CLOCK,
        )
        for _again in range(2)
    }

    assert len(ids) == 1
    assert states(case) == {"CALL": "CANCELLED", "EMAIL": "CANCELLED"}
    case_acts.cancel_promise(promise_id=ids.pop(), actor=GESTOR, at=NOW)
    assert agreements.active_promises(customer_ids=[case.pk]) == {}


def test_a_dispute_stops_what_was_queued_and_is_answered_once(case: Customer) -> None:
    asked: dict[str, Any] = {
        "key": "d-1",
        "customer_id": case.pk,
        "receivable_id": None,
        "reason": DisputeReason.ALREADY_PAID,
        "amount": None,
        "note": "ya pagué",
        "channel": Channel.CALL,
        "actor": GESTOR,
        **CLOCK,
    }

    assert case_acts.open_dispute(**asked)
    assert not case_acts.open_dispute(**asked)

    assert states(case) == {"CALL": "CANCELLED", "EMAIL": "CANCELLED"}
    dispute = agreements.disputes_of(customer_id=case.pk)
    assert len(dispute) == 1
    closed = {
        "dispute_id": dispute[0]["id"], "resolution": "Sí estaba pagado", "actor": GESTOR, "today": TODAY, "at": NOW,
    }  # fmt: skip
    case_acts.close_dispute(state=DisputeState.ACCEPTED, **closed)
    # Who was right is not asked for it again before it is corrected.
    (kept,) = agreements.holds_of(customer_id=case.pk, today=TODAY)
    assert (kept["is_active"], kept["reason"], kept["receivable_id"]) == (
        True,
        "CORRECTION",
        dispute[0]["receivable_id"],
    )
    with pytest.raises(UnableToDispute):
        case_acts.close_dispute(state=DisputeState.REJECTED, **closed)


def test_a_pause_stops_what_was_queued_and_the_same_again_is_one(case: Customer) -> None:
    asked: dict[str, Any] = {
        "customer_id": case.pk,
        "receivable_id": None,
        "reason": HoldReason.HARDSHIP,
        "note": "",
        "until_date": TODAY + timedelta(days=10),
        "actor": GESTOR,
        "today": TODAY,
        "at": NOW,
    }

    hold_id = case_acts.pause(**asked)

    assert case_acts.pause(**asked) == hold_id
    assert states(case) == {"CALL": "CANCELLED", "EMAIL": "CANCELLED"}
    case_acts.resume(hold_id=hold_id, actor=GESTOR, at=NOW)
    assert agreements.active_holds(customer_ids=[case.pk], today=TODAY) == {}


def test_leaving_a_channel_holds_at_once_and_coming_back_too(case: Customer) -> None:
    said: dict[str, Any] = {"customer_id": case.pk, "channel": Channel.CALL, "actor": GESTOR, "at": NOW}

    assert reach_acts.set_channel(key="c-1", decision=ConsentDecision.OPTED_OUT, note="por teléfono", **said)
    assert not reach_acts.set_channel(
        key="c-2", decision=ConsentDecision.OPTED_OUT, note="por teléfono", **said
    )

    assert contacts.opted_out(customer_ids=[case.pk]) == {case.pk: {Channel.CALL}}
    assert states(case) == {"CALL": "CANCELLED", "EMAIL": "CANCELLED"}
    assert reach_acts.set_channel(key="c-3", decision=ConsentDecision.GRANTED, note="", **said)
    assert contacts.opted_out(customer_ids=[case.pk]) == {}


def test_a_point_is_added_once_and_never_when_nobody_could_use_it(case: Customer) -> None:
    given: dict[str, Any] = {
        "customer_id": case.pk,
        "kind": PointKind.PHONE,
        "owner_role": OwnerRole.GUARANTOR,
        "owner_name": "Luisa",
        "source": "contrato",
        "actor": GESTOR,
        "at": NOW,
    }

    assert reach_acts.add_point(value="55 4444 4444", **given)
    assert not reach_acts.add_point(value="+52 55 4444 4444", **given)
    with pytest.raises(reach_acts.UnableToAddPoint):
        reach_acts.add_point(value="mañana", **given)

    assert ContactPoint.objects.filter(owner_name="Luisa").count() == 1


def test_a_task_is_put_aside_with_its_reason_and_only_by_its_customer(case: Customer) -> None:
    task = Action.objects.get(channel="CALL")

    with pytest.raises(NotFound):
        case_acts.close_task(action_id=task.pk, customer_id=make_customer().pk, note="", actor=GESTOR, at=NOW)
    assert case_acts.close_task(action_id=task.pk, customer_id=case.pk, note="viaje", actor=GESTOR, at=NOW)
    assert not case_acts.close_task(action_id=task.pk, customer_id=case.pk, note="", actor=GESTOR, at=NOW)

    task.refresh_from_db()
    assert (task.state, task.note) == ("CANCELLED", "viaje")


def whys() -> dict[str, str]:
    """Tell why each act was done, as the trail is read."""
    found = trail.event_page(asked=trail.AskedEvents(), limit=20, skip=0)
    return {one["action"]: one["after"]["note"] for one in found if "note" in one["after"]}


def test_why_somebody_acted_is_read_in_the_trail_until_the_person_is_forgotten(case: Customer) -> None:
    given: dict[str, Any] = {"note": "Está en el hospital", "actor": GESTOR, "at": NOW}
    task, message = Action.objects.get(channel="CALL"), Action.objects.get(channel="EMAIL")
    approvals.stop(action_ids=[message.pk], **given)
    case_acts.close_task(action_id=task.pk, customer_id=case.pk, **given)
    task.pk, task.state, task.channel, task.moves_to, task.step_key = None, "OPEN", "", "despacho", "pase"
    task.contact_point = None
    task.save()
    case_acts.move_customer(action_id=task.pk, customer_id=case.pk, **given)
    case_acts.take_back(customer_id=case.pk, **given)
    acts = ("action-stopped", "task-put-aside", "customer-moved", "customer-taken-back")
    assert whys() == dict.fromkeys(acts, given["note"])

    erasure.erase_customer(customer_id=case.pk, actor=GESTOR, at=NOW, despite_debt=True)

    assert whys() == {}
    assert not Event.objects.filter(after__icontains="hospital").exists()


def test_what_the_trail_held_before_stands_with_its_action_and_leaves_it(case: Customer) -> None:
    task = Action.objects.get(channel="CALL")
    after = {"moved_to": "despacho", "note": "viaje"}
    told = Event.objects.create(
        at=NOW, actor_kind="STAFF", action="customer-taken-back", subject_id=task.pk, after=after
    )
    plan_step = importlib.import_module("puntual.plans.migrations.0014_why_a_move_ended")
    trail_step = importlib.import_module("puntual.audit.migrations.0003_notes_leave_the_trail")

    with connection.cursor() as cursor:
        cursor.execute(plan_step.COPY)
        cursor.execute(trail_step.STRIP)

    task.refresh_from_db()
    told.refresh_from_db()
    assert (task.move_end_note, told.after) == ("viaje", {"moved_to": "despacho"})
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Event.objects.update(action="")


@pytest.mark.parametrize("state", [ActionState.PROPOSED, ActionState.QUEUED])
def test_what_waits_for_a_manager_or_for_its_hour_is_no_task_to_put_aside(
    case: Customer, state: ActionState
) -> None:
    task = Action.objects.get(channel="CALL")
    Action.objects.filter(pk=task.pk).update(state=state)

    with pytest.raises(NotFound):
        case_acts.close_task(action_id=task.pk, customer_id=case.pk, note="no", actor=GESTOR, at=NOW)

    task.refresh_from_db()
    assert task.state == state


def test_a_portal_link_is_shown_with_a_trace_and_closed_for_ever(case: Customer) -> None:
    token = reach_acts.make_portal_link(customer_id=case.pk, actor=GESTOR, at=NOW)
    link_id = outreach.check_link(token=token, at=NOW).link_id

    assert last_event(case)["action"] == "portal-link-shown"
    assert reach_acts.revoke_portal_link(link_id=link_id, actor=GESTOR, at=NOW)
    with pytest.raises(outreach.LinkRefused):
        outreach.check_link(token=token, at=NOW)


@pytest.mark.parametrize(
    ("_case", "words", "said"),
    [
        ("a threat", "Pague o irá a la cárcel", "Así no se puede enviar. «cárcel»"),
        ("a legal step, which nobody may say alone", "Lo siguiente es la demanda", "otra persona lo apruebe"),
    ],
)
def test_an_answer_that_the_law_objects_to_is_not_given(
    case: Customer, _case: str, words: str, said: str
) -> None:
    case_acts.open_dispute(
        key="a-1", customer_id=case.pk, receivable_id=None, reason=DisputeReason.OTHER, amount=None, note="No es mía",
        channel=Channel.CALL, actor=GESTOR, **CLOCK,
    )  # fmt: skip
    (dispute,) = agreements.disputes_of(customer_id=case.pk)

    with pytest.raises(UnlawfulText, match=said):
        case_acts.close_dispute(
            dispute_id=dispute["id"],
            state=DisputeState.REJECTED,
            resolution=words,
            actor=GESTOR,
            today=TODAY,
            at=NOW,
        )

    assert agreements.disputes_of(customer_id=case.pk)[0]["state"] == dispute["state"]
