"""
A debtor's month through public doors: a file comes in, days pass, people answer, money arrives.

Only doors that people have are used: the import, the run, the dispatcher, the portal's pages and the API.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
import time_machine

from puntual.agreements import operations as agreements
from puntual.agreements import queries as agreement_rows
from puntual.agreements.types import DisputeState
from puntual.audit.types import SYSTEM
from puntual.companies.models import Company
from puntual.flows import daily_run, dispatch, explain, intake
from puntual.outreach.providers.fake import FakeTransport
from puntual.outreach.types import Envelope
from puntual.portfolio import queries as portfolio
from tests.outreach_factories import prepare
from tests.web.debtors import Browser, browser
from tests.web.programs import make_program

ZONE = ZoneInfo("America/Mexico_City")
RFC = "GODE561231GR8"
HEAD = (
    "No. Cliente,Nombre o razón social,Nombre corto,Tipo de persona,RFC,Correo electrónico,Estado,"
    "Tipo de documento,Folio,Moneda,Fecha de emisión,Fecha de vencimiento,Importe\r\n"
)
ROW = (
    "000421,María Godínez Díaz,María,Física,{rfc},maria@correo.example,Ciudad de México,"
    "Factura,{folio},MXN,{issue},{due},{amount}\r\n"
)


class World:
    """A company that works day by day, and the mail that it sends."""

    def __init__(self) -> None:
        self.transport = FakeTransport()
        self.read = 0

    def import_file(self, *lines: str, on: date) -> None:
        """Take in a file."""
        at = self.moment(on, time(7))
        content = (HEAD + "".join(lines)).encode("utf-8-sig")
        number = intake.load_file(name="cartera.csv", content=content, kind=None, actor=SYSTEM, at=at)
        preview = intake.preview(import_id=number)
        assert not preview.questions, preview.questions
        intake.apply_import(import_id=number, actor=SYSTEM, today=on, at=at)

    def moment(self, day: date, hour: time) -> datetime:
        """Say when it is that hour at the company."""
        return datetime.combine(day, hour, tzinfo=ZONE).astimezone(UTC)

    def day(self, day: date) -> list[Envelope]:
        """Run a day in the morning, dispatch at ten, and return the new mail."""
        daily_run.run_day(today=day, at=self.moment(day, time(7, 30)))
        with time_machine.travel(self.moment(day, time(10)), tick=False):
            dispatch.dispatch_due(
                at=self.moment(day, time(10)), limit=100, transport=self.transport, worker="story"
            )
        new = self.transport.taken[self.read :]
        self.read = len(self.transport.taken)
        return new

    def days(self, first: date, last: date) -> dict[date, list[str]]:
        """Work through days and return the subjects by day, days without mail left out."""
        found = {}
        while first <= last:
            subjects = [one.subject for one in self.day(first)]
            if subjects:
                found[first] = subjects
            first += timedelta(days=1)
        return found

    def open_portal(self, envelope: Envelope, *, at: datetime) -> tuple[Browser, str]:
        """Follow the link of a message and prove identity."""
        found = re.search(r"http://muebles\.localhost(/p/[^\s/]+/)", envelope.text)
        assert found, envelope.text
        debtor, address = browser(), found.group(1)
        with time_machine.travel(at, tick=False):
            before = debtor.get(address)
            assert "María" not in before.content.decode()
            assert "1,250" not in before.content.decode()
            assert debtor.post(address, {"proof": RFC}).status_code == 302
        return debtor, address


@pytest.fixture
def world(company: Company) -> World:
    """Prepare plan and templates."""
    prepare()
    return World()


def outcome(key: str, day: date) -> str:
    """Say what was decided for a step."""
    explained = explain.explain_customer(external_id="000421", as_of=day)
    return next(step.outcome for step in explained.steps if step.key == key)


def last(world: World) -> Envelope:
    """Return the newest message."""
    return world.transport.taken[-1]


@pytest.mark.feature("PRE-05")
@pytest.mark.feature("PRM-02")
@pytest.mark.feature("REL-03")
@pytest.mark.complaint(9, 22)
def test_from_the_file_to_silence(world: World) -> None:
    world.import_file(
        ROW.format(rfc=RFC, folio="A-1", issue="25/08/2026", due="09/10/2026", amount='"1,250.00"'),
        on=date(2026, 9, 28),
    )

    # A week before: one friendly reminder. On the day: another. Nobody is pressed before they owe.
    assert list(world.days(date(2026, 9, 28), date(2026, 10, 9))) == [date(2026, 10, 2), date(2026, 10, 9)]
    # Three days late is a Monday: the first notice.
    assert list(world.days(date(2026, 10, 10), date(2026, 10, 12))) == [date(2026, 10, 12)]
    notice = last(world)
    assert "$1,250.00" in notice.text

    # The debtor opens the portal on the phone and promises for Friday.
    at = world.moment(date(2026, 10, 13), time(20))
    debtor, address = world.open_portal(notice, at=at)
    with time_machine.travel(at, tick=False):
        answer = debtor.post(
            f"{address}elegir-fecha/",
            {
                "form_key": "6f1c5a52-5f0f-4a4e-8f0b-2f1c5a525f0f",
                "amount": "1250.00",
                "currency": "MXN",
                "due_date": "2026-10-16",
            },
        )
        assert answer.status_code == 302, answer.content.decode()

    # The promise is respected: only the reminder on its eve.
    mail = world.days(date(2026, 10, 14), date(2026, 10, 16))
    assert list(mail) == [date(2026, 10, 15)]
    assert outcome("aviso-2", date(2026, 10, 16)) == "HOLD"

    # Nothing was paid: on the day after the tolerance, a firmer word about the promise, and only that.
    mail = world.days(date(2026, 10, 17), date(2026, 10, 20))
    assert list(mail) == [date(2026, 10, 20)]
    assert outcome("promesa-incumplida", date(2026, 10, 20)) == "ACT"

    # The bank tells of the whole amount over the API; the next morning is a thank-you.
    program = make_program()
    with time_machine.travel(world.moment(date(2026, 10, 21), time(12)), tick=False):
        paid = program.post(
            "payments",
            {
                "key": "SPEI-9",
                "customer": "000421",
                "amount": "1250.00",
                "currency": "MXN",
                "value_date": "2026-10-21",
                "reference": "SPEI-9",
            },
        )
    assert paid.status_code in {200, 201}, paid.content
    customer_id = portfolio.customer_id_of(external_id="000421")
    assert customer_id is not None
    assert portfolio.open_items(customer_id=customer_id) == []
    mail = world.days(date(2026, 10, 22), date(2026, 10, 22))
    assert len(mail[date(2026, 10, 22)]) == 1
    assert "racias" in last(world).subject + last(world).text

    # And then silence.
    assert world.days(date(2026, 10, 23), date(2026, 11, 20)) == {}
    assert outcome("aviso-1", date(2026, 11, 20)) == "SKIPPED"


@pytest.mark.feature("POR-04")
@pytest.mark.feature("X-05")
@pytest.mark.complaint(2)
def test_a_disputed_debt_is_left_alone_until_it_is_answered(world: World) -> None:
    world.import_file(
        ROW.format(rfc=RFC, folio="A-1", issue="25/08/2026", due="09/10/2026", amount='"1,250.00"'),
        on=date(2026, 10, 10),
    )
    world.days(date(2026, 10, 11), date(2026, 10, 12))
    at = world.moment(date(2026, 10, 13), time(9))
    debtor, address = world.open_portal(last(world), at=at)
    with time_machine.travel(at, tick=False):
        form = debtor.get(f"{address}hay-un-error/").content.decode()
        document = re.search(r'name="documents" value="(\d+)"', form)
        assert document, form
        answer = debtor.post(
            f"{address}hay-un-error/",
            {
                "form_key": "7f1c5a52-5f0f-4a4e-8f0b-2f1c5a525f0f",
                "documents": document.group(1),
                "reason": "NOT_DELIVERED",
                "note": "No llegó el comedor.",
            },
        )
        assert answer.status_code == 302, answer.content.decode()

    # Six weeks pass, with every step of the plan, and nobody writes.
    assert world.days(date(2026, 10, 13), date(2026, 11, 27)) == {}
    assert outcome("aviso-formal", date(2026, 11, 27)) == "HOLD"

    # The company answers no: the debt is collectable again, from where it stands today.
    customer_id = portfolio.customer_id_of(external_id="000421")
    assert customer_id is not None
    dispute = agreement_rows.disputes_of(customer_id=customer_id)[0]
    agreements.close_dispute(
        dispute_id=dispute["id"],
        state=DisputeState.REJECTED,
        resolution="Se entregó el 3 de septiembre; se envía la guía firmada.",
        actor=SYSTEM,
        at=world.moment(date(2026, 11, 27), time(12)),
    )
    mail = world.days(date(2026, 11, 28), date(2026, 11, 30))
    assert list(mail) == [date(2026, 11, 30)]
    assert outcome("aviso-formal", date(2026, 11, 28)) == "ACT"
    assert Decimal("1250.00") == portfolio.open_items(customer_id=customer_id)[0].open_amount
