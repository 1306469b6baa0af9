"""A debt that seems time-barred is left to a person, or to nobody, wherever the law says so."""

from datetime import date, datetime, timedelta

import pytest
import time_machine

from puntual.companies.models import Company
from puntual.compliance.models import Verdict
from puntual.flows import daily_run, dispatch
from puntual.outreach.models import Message
from puntual.outreach.providers.fake import FakeTransport
from tests.factories import make_customer, make_reached, make_receivable
from tests.outreach_factories import make_message, prepare


@pytest.mark.feature("SEC-05")
@pytest.mark.parametrize(
    ("country", "due", "objects"),
    [
        ("MX", date(2016, 11, 23), False),
        ("MX", date(2016, 11, 22), True),
        ("BR", date(2021, 11, 23), False),
        ("BR", date(2021, 11, 22), True),
    ],
)
def test_the_oldest_debt_counts_from_its_due_date(
    company: Company, today: date, now: datetime, country: str, due: date, objects: bool
) -> None:
    Company.objects.filter(pk=company.pk).update(country=country)
    prepare()
    customer = make_customer(time_zone="America/Mexico_City" if country == "MX" else "America/Sao_Paulo")
    make_reached(customer=customer)
    make_receivable(customer=customer, due=due, issue=due - timedelta(days=30))
    make_receivable(customer=customer, due=today - timedelta(days=3))
    message = make_message(customer=customer)

    with time_machine.travel(now, tick=False):
        dispatch.dispatch_due(at=now, limit=10, transport=FakeTransport(), worker="w")

    verdict = Verdict.objects.get(action_id=message.action_id)
    rule = {"MX": "MX-PRESC-03", "BR": "BR-PRESC-01"}[country]
    assert verdict.rule_ids == ([rule] if objects else [])
    assert (Message.objects.get(pk=message.pk).state == "SENT") is not objects


def test_a_run_minds_it_too(company: Company, today: date, now: datetime) -> None:
    prepare()
    customer = make_customer()
    make_receivable(customer=customer, due=date(2016, 11, 1), issue=date(2016, 10, 1))

    daily_run.run_day(today=today, at=now)

    assert {tuple(one.rule_ids) for one in Verdict.objects.filter(customer=customer)} == {("MX-PRESC-03",)}
