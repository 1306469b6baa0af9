"""The form of a campaign that is sent twice, as by a second click or after going back."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine

from puntual.companies.models import Company
from puntual.flows import daily_run
from puntual.identity.models import User
from puntual.plans.models import Action, Campaign
from tests.conftest import NOW, TODAY
from tests.factories import make_customer, make_point, make_receivable
from tests.outreach_factories import prepare
from tests.web.staff import sign_in, words_of

GIVEN = {
    "form_key": "6f1c5a52-5f0f-4a4e-8f0b-2f1c5a525f0f", "name": "Buen Fin", "condition": "", "segment": "nuevo",
    "channel": "CALL", "template": "", "team": "", "instructions": "Ofrezca parcialidades",
    "day": TODAY.isoformat(), "hour": "13:00", "launch": "1",
}  # fmt: skip


@pytest.fixture(autouse=True)
def monday(company: Company) -> Iterator[None]:
    """Make it ten o'clock of the tests' Monday, decided, with a customer for whom the plan has nothing today."""
    prepare()
    customer = make_customer()
    make_receivable(customer=customer, due=TODAY - timedelta(days=1))
    make_point(customer=customer, kind="PHONE", value="5511112222")
    daily_run.run_day(today=TODAY, at=NOW)
    with time_machine.travel(NOW, tick=False):
        yield


def test_it_begins_one_campaign_and_shows_it_again(cast: dict[str, User]) -> None:
    client = sign_in(cast["manager"])

    answers = [client.post("/campanas/nueva/", GIVEN) for _ in range(2)]

    campaign = Campaign.objects.get()
    assert [one.headers["Location"] for one in answers] == [f"/campanas/{campaign.pk}/"] * 2
    assert Action.objects.filter(campaign=campaign, state="OPEN").count() == 1


def test_with_other_contents_it_is_refused(cast: dict[str, User]) -> None:
    client = sign_in(cast["manager"])
    client.post("/campanas/nueva/", GIVEN)

    answer = client.post("/campanas/nueva/", {**GIVEN, "name": "Otra"})

    assert answer.status_code == 422
    assert "Este formulario ya se usó para la campaña «Buen Fin»" in words_of(answer)
    assert Campaign.objects.count() == 1
