"""What users of other systems complain of (docs/complaints.md), where no other test says it: right person, once."""

from datetime import date, datetime, timedelta

import pytest

from puntual.agreements import operations as agreements
from puntual.agreements.types import HoldReason
from puntual.assessment import queries as assessed
from puntual.audit.types import SYSTEM
from puntual.companies import operations as companies
from puntual.companies.models import Company
from puntual.contacts.models import ContactPoint
from puntual.contacts.types import OwnerRole, PointKind
from puntual.flows import daily_run, dispatch
from puntual.outreach.providers.fake import FakeTransport
from puntual.plans import operations as plans
from puntual.plans.models import Action
from tests.factories import make_customer, make_point, make_receivable
from tests.outreach_factories import prepare

DAY = timedelta(days=1)
FALLBACK = """
formato: puntual-plan-1
clave: corto
nombre: Plan corto
etapas:
  - {clave: temprana, nombre: Temprana, tipo: administrativa}
segmentos:
  - {clave: todos, nombre: Todos}
estrategias:
  - pasos:
      - {clave: aviso, nombre: Aviso, ancla: atraso, dias: 3, canal: whatsapp, alternativas: [correo, llamada],
         plantilla: notice-1}
"""


@pytest.fixture(autouse=True)
def plan(company: Company) -> None:
    """Put the shipped plan and templates in force."""
    prepare()


def sent(at: datetime) -> list[str]:
    """Send what may go, and return to whom it went."""
    transport = FakeTransport()
    dispatch.dispatch_due(at=at, limit=10, transport=transport, worker="w")
    return sorted(envelope.recipient for envelope in transport.taken)


@pytest.mark.complaint(2)
def test_one_invoice_is_left_alone_with_a_reason_until_a_day_and_the_others_are_not(
    today: date, now: datetime
) -> None:
    customer = make_customer()
    held = make_receivable(customer=customer, due=today - 7 * DAY, document_number="F-EN-PAUSA")
    make_receivable(customer=customer, due=today - 3 * DAY, document_number="F-OTRA")
    agreements.place_hold(
        customer_id=customer.pk, receivable_id=held.pk, reason=HoldReason.REQUESTED, note="Espera su nota",
        from_date=today, until_date=today + 2 * DAY, actor=SYSTEM, at=now - timedelta(hours=1),
    )  # fmt: skip

    transport = FakeTransport()
    for after in (0, 3):
        daily_run.run_day(today=today + after * DAY, at=now + after * DAY)
        at = now + after * DAY + timedelta(minutes=1)
        dispatch.dispatch_due(at=at, limit=10, transport=transport, worker="w")

    first, later = (envelope.text for envelope in transport.taken)
    assert "F-OTRA" in first
    assert "F-EN-PAUSA" not in first
    assert "F-EN-PAUSA" in later


@pytest.mark.complaint(7)
def test_a_message_goes_to_its_own_customer_at_an_address_that_still_holds(
    today: date, now: datetime, outsider: Company
) -> None:
    for name in ("ana", "beto"):
        customer = make_customer(email=f"{name}@correo.example")
        make_point(customer=customer, value=f"{name}.nuevo@correo.example")
        make_receivable(customer=customer, due=today - 3 * DAY)
    with companies.in_company(schema_name=outsider.schema_name):
        prepare()
        make_receivable(customer=make_customer(email="ajeno@correo.example"), due=today - 3 * DAY)
        daily_run.run_day(today=today, at=now)
    daily_run.run_day(today=today, at=now)
    # Between the decision and the sending an address turns out to be somebody else's.
    ContactPoint.objects.filter(value="ana@correo.example").update(state="WRONG")

    assert sent(now) == ["beto@correo.example"]

    daily_run.run_day(today=today + DAY, at=now + DAY)
    assert sent(now + DAY) == ["ana.nuevo@correo.example"]


@pytest.mark.complaint(8)
def test_who_was_named_for_it_is_written_to_and_no_guarantor_or_reference(today: date, now: datetime) -> None:
    customer = make_customer(email=None)
    roles = (OwnerRole.REFERENCE, OwnerRole.GUARANTOR, OwnerRole.THIRD_PARTY, OwnerRole.REPRESENTATIVE)
    for role in roles:
        make_point(customer=customer, value=f"{role.lower()}@correo.example", owner_role=role)
    make_receivable(customer=customer, due=today - 3 * DAY)

    daily_run.run_day(today=today, at=now)

    assert sent(now) == ["representative@correo.example"]


@pytest.mark.complaint(10)
@pytest.mark.parametrize(
    ("email", "phone", "channel"),
    [("ana@correo.example", True, "EMAIL"), (None, True, "CALL"), (None, False, None)],
)
def test_one_step_goes_by_the_first_of_its_channels_that_reaches(
    today: date, now: datetime, email: str | None, phone: bool, channel: str | None
) -> None:
    plans.adopt_plan(text=FALLBACK, at=now)
    customer = make_customer(email=email)
    if phone:
        make_point(customer=customer, value="+525555555555", kind=PointKind.PHONE)
    make_receivable(customer=customer, due=today - 3 * DAY)

    daily_run.run_day(today=today, at=now)

    assert list(Action.objects.values_list("channel", flat=True)) == ([channel] if channel else [])


@pytest.mark.complaint(25)
def test_the_stages_and_segments_that_a_customer_was_in_are_kept_with_their_days(
    today: date, now: datetime
) -> None:
    customer = make_customer()
    make_receivable(customer=customer, due=today + DAY)
    for after in (0, 2, 33):
        daily_run.run_day(today=today + after * DAY, at=now + after * DAY)

    stages = [one for one in assessed.memberships_of(customer_id=customer.pk) if one["kind"] == "STAGE"]

    told = sorted((one["since"], one["key"], one["until"]) for one in stages)
    assert told == [
        (today, "preventiva", today + 2 * DAY),
        (today + 2 * DAY, "administrativa", today + 33 * DAY),
        (today + 33 * DAY, "extrajudicial", None),
    ]
