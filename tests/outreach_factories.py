"""Messages as a day's run leaves them, without the run."""

from datetime import date, datetime
from itertools import count

from puntual.contacts.models import ContactPoint
from puntual.outreach import operations as outreach
from puntual.outreach.models import Message
from puntual.plans import operations as plans
from puntual.plans import queries as planned
from puntual.plans.models import Action, PlanVersion, Run
from puntual.portfolio.models import Customer
from tests.conftest import NOW, TODAY

_number = count(1)


def prepare(*, at: datetime = NOW) -> None:
    """Put the shipped plan and templates in force."""
    plans.adopt_plan(text=planned.shipped_text(key="facturas-mx"), at=at)
    outreach.load_templates(at=at)


def make_action(
    *,
    customer: Customer,
    template: str = "notice-1",
    purpose: str = "COLLECTION",
    not_before: datetime = NOW,
    anchor: date = TODAY,
    channel: str = "EMAIL",
) -> Action:
    """Plan one action for the customer's e-mail address."""
    run, _new = Run.objects.get_or_create(
        as_of=TODAY,
        defaults={"version": PlanVersion.objects.get(state="ACTIVE"), "state": "DONE", "started_at": NOW},
    )
    return Action.objects.create(
        run=run,
        customer=customer,
        contact_point=ContactPoint.objects.filter(customer=customer, kind="EMAIL").first(),
        step_number=1,
        step_key=f"paso-{next(_number)}",
        anchor_date=anchor,
        channel=channel,
        purpose=purpose,
        template=template,
        state="QUEUED",
        not_before=not_before,
    )


def make_message(*, customer: Customer, **fields: object) -> Message:
    """Queue one message for the customer."""
    action = make_action(customer=customer, **fields)  # type: ignore[arg-type]
    assert outreach.queue_for_actions(action_ids=[action.pk], at=NOW) == 1
    return Message.objects.get(action=action)


def make_said(*, customer: Customer, subject: str = "Aviso", text: str = "Hola", count: int = 1) -> None:
    """Keep messages that were sent to the customer, with their words."""
    point = ContactPoint.objects.filter(customer=customer).first()
    assert point is not None
    Message.objects.bulk_create(
        Message(
            customer=customer,
            contact_point=point,
            channel="EMAIL",
            purpose="COLLECTION",
            template="notice-1",
            recipient=point.value,
            subject=subject,
            text=text,
            state="SENT",
            not_before=NOW,
            sent_at=NOW,
        )
        for _number in range(count)
    )
