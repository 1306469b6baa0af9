"""What a message does not say of what the law asks is known at the gate, in the first contact and later."""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from puntual.companies import queries as companies
from puntual.companies.models import Company
from puntual.compliance import queries as law
from puntual.compliance.models import Verdict
from puntual.compliance.types import Flag, IntendedContact
from puntual.contacts.models import Attempt
from puntual.contacts.types import Channel, Purpose
from puntual.flows import daily_run, dispatch, wording
from puntual.identity.models import User
from puntual.outreach import queries as messages
from puntual.outreach.models import Message, TemplateVersion
from puntual.outreach.providers.fake import FakeTransport
from puntual.portfolio import operations as portfolio
from puntual.portfolio.models import Customer, Receivable
from puntual.portfolio.types import EntryKind, NewEntry
from tests.factories import make_customer, make_receivable
from tests.flows.changes import pay
from tests.outreach_factories import make_message, prepare
from tests.web.staffers import text_of

pytestmark = pytest.mark.feature("N-12")


@pytest.fixture(autouse=True)
def plan(company: Company) -> None:
    """Put the shipped plan and templates in force; the first notice names nobody who collects."""
    prepare()
    for one in TemplateVersion.objects.filter(key="notice-1"):
        one.text = one.text.replace("Le escribe Cobranza de", "Un mensaje de").replace("collections", "team")
        one.save()


@pytest.fixture
def customer(now: datetime) -> Customer:
    """Make a customer whom nobody contacted yet."""
    found = make_customer()
    make_receivable(customer=found, due=now.date() - timedelta(days=3))
    return found


def contacted(
    customer: Customer, at: datetime, *, outcome: str = "SENT", purpose: str = "COLLECTION"
) -> None:
    Attempt.objects.create(
        key=f"a{at}",
        customer=customer,
        channel="EMAIL",
        direction="OUTBOUND",
        purpose=purpose,
        outcome=outcome,
        at=at,
    )


def left(message: Message, now: datetime) -> tuple[str, str]:
    dispatch.dispatch_due(at=now, limit=9, transport=FakeTransport(), worker="w1")
    message.refresh_from_db()
    return message.state, message.reason


def test_a_first_contact_without_what_the_law_asks_does_not_leave(customer: Customer, now: datetime) -> None:
    message = make_message(customer=customer)

    assert left(message, now) == ("CANCELLED", "law:MX-CONT-01")
    inputs = Verdict.objects.get().inputs
    assert (inputs["missing"], inputs["flags"]) == (["collector"], ["first_contact"])


def test_the_page_of_the_message_names_what_it_lacks(
    customer: Customer, cast: dict[str, User], now: datetime
) -> None:
    message = make_message(customer=customer)
    left(message, now)
    client = Client(headers={"host": "muebles.localhost"})
    client.force_login(cast["manager"])

    shown = text_of(client.get(reverse("staff:message", args=[message.pk])))

    assert "MX-CONT-01" in shown
    assert "El mensaje no dice:" in shown


def test_a_later_one_leaves(customer: Customer, now: datetime) -> None:
    contacted(customer, now - timedelta(days=40))

    assert left(make_message(customer=customer), now) == ("SENT", "")


def test_the_run_does_not_plan_what_could_not_leave(customer: Customer, today: date, now: datetime) -> None:
    daily_run.run_day(today=today, at=now)

    assert not Message.objects.exists()
    assert "MX-CONT-01" in Verdict.objects.latest("id").rule_ids


@pytest.mark.parametrize(
    ("days", "outcome", "purpose", "first"),
    [
        (366, "SENT", "COLLECTION", False),
        (367, "SENT", "COLLECTION", True),
        (1, "FAILED", "COLLECTION", True),
        (1, "NO_ANSWER", "COLLECTION", True),
        (1, "EFFECTIVE", "REMINDER", False),
        (1, "SENT", "THANKS", True),
    ],
)
def test_what_is_a_first_contact(
    customer: Customer, today: date, now: datetime, days: int, outcome: str, purpose: str, first: bool
) -> None:
    contacted(customer, now - timedelta(days=days), outcome=outcome, purpose=purpose)
    intended = IntendedContact(customer.pk, Channel.CALL, Purpose.COLLECTION, None)

    (facts,) = law.contact_facts(contacts_intended=[intended], country="MX", today=today, at=now)

    assert (Flag.FIRST_CONTACT in facts.flags) is first


def test_a_template_that_came_to_say_an_amount_itself_does_not_leave(
    customer: Customer, now: datetime
) -> None:
    contacted(customer, now - timedelta(days=40))
    for one in TemplateVersion.objects.filter(key="notice-1"):
        one.text += "\nUsted debe $1,500.00 al 3 de marzo."
        one.save()

    assert left(make_message(customer=customer), now) == ("CANCELLED", "template-amounts")


def test_amounts_and_days_that_the_ledger_does_not_know_are_named(customer: Customer, today: date) -> None:
    make_receivable(customer=customer, due=date(2026, 12, 15), amount="1250.00")
    text = "Debe $1,250.00 al 15 de diciembre; pague $99.00 antes del 2 de enero, por favor."

    found = wording.differing(text=text, customer_id=customer.pk, today=today)

    assert [one.excerpt for one in found] == ["$99.00", "2 de enero"]


def test_a_template_tells_what_it_lacks(company: Company) -> None:
    read = {
        key: wording.template_report(key=key, language="es", sample="Hola, Ana. Pague hoy.", country=country)
        for key, country in (("notice-1", "MX"), ("notice-2", "MX"), ("notice-3", "US"))
    }

    told = {
        key: (one.is_stopped_first, one.is_stopped_later, one.is_lacking) for key, one in read.items() if one
    }
    assert told == {
        "notice-1": (True, False, False),
        "notice-2": (False, False, False),
        "notice-3": (False, False, True),
    }


def test_where_the_law_asks_for_it_a_message_parts_what_is_owed(company: Company) -> None:
    for country in ("CL", "PY"):
        found = wording.template_report(key="notice-3", language="es", sample="Pague hoy.", country=country)
        assert found is not None
        assert not found.is_stopped_later
    for one in TemplateVersion.objects.filter(key="notice-3"):
        for block in re.findall(r"{% for part in \w+ %}.*?{% endfor %}", one.text, re.DOTALL):
            one.text = one.text.replace(block, "")
        one.save()

    told = {
        country: wording.template_report(key="notice-3", language="es", sample="Pague hoy.", country=country)
        for country in ("CL", "PY", "MX")
    }

    assert {country: one.is_stopped_later for country, one in told.items() if one} == {
        "CL": True,
        "PY": True,
        "MX": False,
    }


def test_interest_and_costs_are_told_apart_in_every_country(
    company: Company, customer: Customer, today: date, now: datetime
) -> None:
    receivable = Receivable.objects.get()
    facts = companies.facts_of(company=company, base_url="http://muebles.localhost")

    def said() -> str:
        words, refusal = messages.words_for(
            customer_id=customer.pk,
            template="notice-2",
            purpose=Purpose.COLLECTION,
            action_id=None,
            company=facts,
            today=today,
        )
        assert refusal is None
        assert words is not None
        return words.text

    assert "De ello" not in said()
    raised = [
        NewEntry(kind, receivable.pk, kind, Decimal(amount), receivable.currency, today)
        for kind, amount in ((EntryKind.INTEREST, "80.00"), (EntryKind.FEE, "20.00"))
    ]
    portfolio.post_entries(entries=raised, at=now)
    whole = receivable.original_amount
    assert f"De ello: capital ${whole:,.2f}, intereses $80.00, gastos $20.00" in said()
    pay(customer, "50.00", today, now)
    # What was paid went to the costs, then to interest.
    assert f"De ello: capital ${whole:,.2f}, intereses $50.00, gastos $0.00" in said()
