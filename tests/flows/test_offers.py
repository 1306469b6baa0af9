"""What a step of the plan offers stands in its message, on the case, in the portal, and ends when it ends."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine

from puntual.agreements import operations as agreements
from puntual.agreements.models import Promise
from puntual.audit.types import SYSTEM
from puntual.companies import queries as companies
from puntual.companies.models import Company
from puntual.companies.types import CompanyFacts
from puntual.contacts.types import Channel
from puntual.flows import dispatch
from puntual.flows.offers import offers_now
from puntual.outreach import operations as outreach
from puntual.outreach import queries as messages
from puntual.outreach.models import Message
from puntual.outreach.providers.fake import FakeTransport
from puntual.plans import operations as plans
from puntual.plans import queries as planned
from puntual.plans.models import Action
from puntual.plans.types import ActionState
from puntual.portfolio.models import Customer, LedgerEntry, Receivable
from tests.conftest import NOW
from tests.factories import make_customer, make_receivable
from tests.outreach_factories import make_action
from tests.web.debtors import Debtor, make_debtor
from tests.web.staff import words_of
from tests.web.staffers import browser

DAY = timedelta(days=1)
ZONE = "America/Mexico_City"
# The shipped plan offers 10 % for ten days here, and three instalments for ten days there.
DISCOUNT, INSTALMENTS = "aviso-formal", "aviso-10"


@pytest.fixture(autouse=True)
def plan(company: Company, now: datetime) -> None:
    """Put the shipped plan with offers in force."""
    plans.adopt_plan(text=planned.shipped_text(key="consumo-mx"), at=now)
    outreach.load_templates(at=now)


def owing(*, today: date) -> Customer:
    customer = make_customer()
    make_receivable(customer=customer, due=today - 40 * DAY, amount="1250.00")
    return customer


def planned_of(customer: Customer, key: str, **fields: object) -> Action:
    """Plan a step of the plan for a customer."""
    step = next(one for one in planned.active_version()[1].steps if one.key == key)
    action = make_action(customer=customer, template=step.template, **fields)  # type: ignore[arg-type]
    Action.objects.filter(pk=action.pk).update(step_number=step.number, step_key=key)
    return action


def sent(customer: Customer, key: str, *, now: datetime) -> str:
    """Send the message of a step, and return its text."""
    action = planned_of(customer, key)
    outreach.queue_for_actions(action_ids=[action.pk], at=now)
    dispatch.dispatch_due(at=now, limit=10, transport=FakeTransport(), worker="w1")
    message = Message.objects.get(action=action)
    assert message.state == "SENT"
    return message.text


def standing(customer: Customer, today: date) -> list[tuple[str, str, date]]:
    found = offers_now(customer_id=customer.pk, time_zone=ZONE, today=today)
    return [(one.step_name, one.words(), one.offer.last_day) for one in found]


def lower(customer: Customer, amount: str, *, today: date, at: datetime, key: str = "quita-1") -> None:
    """Let go of a part of the debt."""
    receivable = Receivable.objects.get(customer=customer)
    LedgerEntry.objects.create(
        key=key,
        receivable=receivable,
        kind="DISCOUNT",
        amount=-Decimal(amount),
        currency="MXN",
        effective_date=today,
        recorded_at=at,
    )
    Receivable.objects.filter(pk=receivable.pk).update(open_amount=receivable.open_amount - Decimal(amount))


@pytest.mark.feature("PLN-06")
def test_a_message_tells_what_its_step_offers_and_until_when(now: datetime, today: date) -> None:
    text = sent(owing(today=today), DISCOUNT, now=now)

    assert (
        "Le ofrecemos, hasta el 3 dic 2026 inclusive: 10\u00a0% de descuento si liquida lo que debe en un solo pago. "
        "Antes de pagar, acuérdelo con nosotros al 55 0000 0000 o por correo a cobranza@mueblesdelvalle.example."
    ) in text
    html = Message.objects.get().html
    assert "Le ofrecemos, hasta el 3 dic 2026 inclusive: 10\u00a0% de descuento" in html


def test_instalments_are_offered_without_a_discount_that_is_not_there(now: datetime, today: date) -> None:
    text = sent(owing(today=today), INSTALMENTS, now=now)

    assert "hasta el 3 dic 2026 inclusive: pagar lo que debe hasta en 3 parcialidades." in text
    assert "descuento" not in text


def test_an_english_reader_is_offered_it_in_english(now: datetime, today: date) -> None:
    customer = owing(today=today)
    Customer.objects.update(language="en")

    assert "We offer you, until Dec 3, 2026 inclusive: 10\u00a0% off" in sent(customer, DISCOUNT, now=now)


def test_a_step_without_an_offer_tells_of_none(now: datetime, today: date) -> None:
    assert "ofrecemos" not in sent(owing(today=today), "aviso-35", now=now)


def test_a_template_that_does_not_place_the_offer_gets_it_at_its_end(now: datetime, today: date) -> None:
    customer = owing(today=today)
    action = planned_of(customer, DISCOUNT)
    outreach.queue_for_actions(action_ids=[action.pk], at=now)
    message_id = Message.objects.get().pk
    facts = messages.message_facts(message_ids=[message_id], time_zone=ZONE, today=today)[message_id]
    templates = {
        key: replace(one, text="Hola.", html="<html><body><p>Hola.</p></body></html>")
        for key, one in messages.active_templates().items()
    }
    links = outreach.make_portal_links(customer_ids=[customer.pk], at=now)

    written = messages.rendered(
        facts=[facts], links=links, templates=templates, company=_company(), today=today
    )[0].words

    assert written.text.startswith("Hola.\n\nLe ofrecemos, hasta el 3 dic 2026 inclusive: 10")
    assert "<p>Hola.</p><p>Le ofrecemos, hasta el 3 dic 2026 inclusive" in written.html
    assert written.html.endswith("</p>\n</body></html>")
    none = messages.rendered(
        facts=[replace(facts, offer=None)], links=links, templates=templates, company=_company(), today=today
    )[0].words
    assert none.text == "Hola.\n"


def _company() -> CompanyFacts:
    return companies.current_company(base_url="https://cobranza.example")


@pytest.mark.feature("PLN-06")
def test_an_offer_stands_from_its_message_until_its_last_day(now: datetime, today: date) -> None:
    customer = owing(today=today)
    assert standing(customer, today) == []

    sent(customer, DISCOUNT, now=now)

    told = [("Aviso formal con descuento", "10\u00a0% de descuento", today + 10 * DAY)]
    assert standing(customer, today) == told
    assert standing(customer, today + 10 * DAY) == told
    assert standing(customer, today + 11 * DAY) == []


@pytest.mark.parametrize("state", ["QUEUED", "CANCELLED", "FAILED", "BOUNCED"])
def test_what_did_not_reach_the_debtor_offered_nothing(now: datetime, today: date, state: str) -> None:
    customer = owing(today=today)
    sent(customer, DISCOUNT, now=now)
    Message.objects.update(state=state)

    assert standing(customer, today) == []


def test_a_letter_offers_from_the_day_on_which_it_was_done(now: datetime, today: date) -> None:
    customer = owing(today=today)
    action = planned_of(customer, DISCOUNT, channel="LETTER")
    Action.objects.filter(pk=action.pk).update(state="OPEN")
    assert standing(customer, today) == []

    plans.complete_actions(action_ids=[action.pk], state=ActionState.EXECUTED, reason="", at=now + 2 * DAY)

    assert [last for _name, _words, last in standing(customer, today + 2 * DAY)] == [today + 12 * DAY]


def paid(customer: Customer, today: date, now: datetime) -> None:
    Receivable.objects.filter(customer=customer).update(open_amount=0)


def settled(customer: Customer, today: date, now: datetime) -> None:
    lower(customer, "125.00", today=today, at=now + timedelta(hours=1))


@pytest.mark.parametrize("use", [paid, settled])
def test_an_offer_that_was_used_or_has_no_debt_stands_no_more(
    now: datetime, today: date, use: Callable[[Customer, date, datetime], None]
) -> None:
    customer = owing(today=today)
    sent(customer, DISCOUNT, now=now)

    use(customer, today, now)

    assert standing(customer, today) == []


def test_what_was_let_go_before_or_for_paying_early_uses_no_offer(now: datetime, today: date) -> None:
    customer = owing(today=today)
    lower(customer, "100.00", today=today, at=now - DAY)
    sent(customer, DISCOUNT, now=now)
    lower(customer, "10.00", today=today, at=now + timedelta(hours=1), key="prompt:1")

    assert len(standing(customer, today)) == 1


def test_what_is_owed_only_since_was_not_offered_anything(now: datetime, today: date) -> None:
    customer = owing(today=today)
    sent(customer, DISCOUNT, now=now)
    Receivable.objects.filter(customer=customer).update(open_amount=0)
    make_receivable(customer=customer, due=today + 30 * DAY, amount="500.00", issue=today + DAY)

    assert standing(customer, today + DAY) == []


def test_a_promise_uses_the_instalments_and_leaves_a_discount(now: datetime, today: date) -> None:
    customer, other = owing(today=today), owing(today=today)
    sent(customer, INSTALMENTS, now=now)
    sent(other, DISCOUNT, now=now)

    for one in (customer, other):
        agreements.make_promise(
            key=f"promesa-{one.pk}",
            note="",
            customer_id=one.pk,
            amount=Decimal(500),
            currency="MXN",
            due_date=today + 5 * DAY,
            channel=Channel.CALL,
            actor=SYSTEM,
            at=now,
            today=today,
        )

    assert Promise.objects.count() == 2
    assert standing(customer, today) == []
    assert len(standing(other, today)) == 1


@pytest.fixture
def at_now() -> Iterator[None]:
    """Stand still at the moment of the tests: pages read the clock."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def told(now: datetime, today: date) -> Debtor:
    """A debtor who was offered a discount in a message."""
    debtor = make_debtor()
    sent(debtor.customer, DISCOUNT, now=now)
    return debtor


@pytest.mark.feature("PLN-06")
def test_the_portal_tells_who_proved_identity_what_was_offered(
    told: Debtor, today: date, at_now: None
) -> None:
    wanted = "Le ofrecemos, hasta el 3 dic 2026 inclusive: 10\u00a0% de descuento si liquida lo que debe"
    assert "ofrecemos" not in told.get().content.decode()
    told.enter()

    for page in ("", "por-que/"):
        assert wanted in told.get(page).content.decode(), page

    Receivable.objects.filter(customer=told.customer).update(open_amount=0)
    assert "ofrecemos" not in told.get().content.decode()


@pytest.mark.feature("PLN-06")
def test_who_collects_reads_what_was_offered_and_its_message_says_so(told: Debtor, at_now: None) -> None:
    client, message_id = browser("owner"), Message.objects.get().pk

    case = " ".join(words_of(client.get(f"/clientes/{told.customer.pk}/")).split())
    message = " ".join(words_of(client.get(f"/mensajes/{message_id}/")).split())

    assert (
        "Se le ofreció 10 % de descuento hasta el 3 dic 2026 Aviso formal con descuento · Correo del 23 nov 2026"
        in case
    )
    assert "Ofrece 10 % de descuento, hasta el 3 dic 2026" in message
