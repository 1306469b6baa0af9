"""Every page that is read: nothing grave for axe, and nothing that the content policy refuses."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from puntual.agreements import operations as agreements
from puntual.agreements.types import DisputeReason
from puntual.audit.types import SYSTEM, Actor, ActorKind
from puntual.compliance.models import Review
from puntual.compliance.types.own import OwnProfile
from puntual.contacts import operations as contacts
from puntual.contacts.types import (
    AgreedHours,
    Channel,
    CircumstanceKind,
    ListKind,
    NewCircumstance,
    Purpose,
    Wish,
)
from puntual.flows import (
    campaigns,
    daily_run,
    dispatch,
    exclusions,
    governing,
    intake,
    money_in,
    own_rules,
    petitions,
    quality,
    rehearsal,
    sources,
)
from puntual.insights.models import Finding
from puntual.insights.types import RehearsalKind
from puntual.intake import operations as intake_writes
from puntual.intake.models import Movement
from puntual.intake.types import FileKind
from puntual.outreach import operations as outreach
from puntual.outreach.models import Message
from puntual.outreach.providers.fake import FakeTransport
from puntual.payments import operations as payments
from puntual.payments.types import NewPayment, PaymentMethod
from puntual.plans import queries as planned
from puntual.plans.types import CampaignAsk
from puntual.portfolio.models import Customer
from puntual.rights.types import Kind, NewPetition, Way
from puntual.sources.types import NewSource
from tests.browser.conftest import Site, follow
from tests.browser.test_journey import RFC, portfolio_file
from tests.factories import make_customer, make_receivable
from tests.unit.compliance.test_own_law import rule
from tests.web.test_routes import GET, ROUTES, STAFF, address

# What answers with a part of a page, a frame or a file; the demo's mailbox is the demo's alone.
_NOT_PAGES = {
    "template_body", "message_body", "run_progress", "import_progress", "import_review", "import_apply",
    "import_rejected", "mailbox", "mail", "mail_body", "search", "user_change", "source_progress",
    "plan_file", "plan_preview_body", "rehearsal_progress", "rehearsal_workbook",
    "coming_steps", "plan_version_goals", "petition_data", "redeco_file",
}  # fmt: skip
# What needs an id that the company below does not have.
_NOT_HERE = {
    "cancel_promise", "answer_dispute", "mark_point", "put_aside", "move_customer", "confirm_report",
    "reject_report", "bank_match", "see_paper",
}  # fmt: skip
_PORTAL = (
    "", "pagar/", "elegir-fecha/", "ya-pague/", "hay-un-error/", "momento-dificil/", "preferencias/", "por-que/",
    "queja/", "mis-derechos/",
)  # fmt: skip
_IS_WIDER = "document.documentElement.scrollWidth > window.innerWidth"
# Columns that the others crush: a name of a few letters, or words that stand one below the other.
_CRUSHED = """
() => [...document.querySelectorAll('table.data tbody :is(td, th)')].flatMap(cell => {
  const box = cell.getBoundingClientRect();
  if (box.width < 2 || cell.closest('.is-drawn .chart-table')) return [];
  const range = document.createRange();
  range.selectNodeContents(cell);
  const lines = new Set(
    [...range.getClientRects()].filter(one => one.width > 1 && one.bottom <= box.bottom + 1)
      .map(one => Math.round(one.top / 9))
  );
  const isCrushed = cell.matches('.name') ? box.width < 120 : lines.size > 4 && box.width < 120;
  return isCrushed ? [`${Math.round(box.width)} px for ${cell.innerText.slice(0, 40)}`] : [];
})
"""
# Amounts that leave their box.
_SPILLED = """
() => [...document.querySelectorAll('.figure-value, .case-amount')].filter(one => one.scrollWidth > one.clientWidth)
  .map(one => `spilled: ${one.innerText}`)
"""
# Tables that a wide screen cuts off; what a file brought is as wide as the file.
_CUT = """
() => [...document.querySelectorAll('table.data')].filter(table =>
  table.offsetWidth > table.parentElement.clientWidth && !table.closest('.is-drawn .chart-table') &&
  !table.querySelector('td.samples')
).map(table => `cut off: ${table.innerText.slice(0, 40)}`)
"""
# The last amount of a row, out of sight to the right.
_LOST = """
() => [
  ...document.querySelectorAll('table.data tbody td.right:last-child, .sheet td.right:last-child')
].filter(cell => {
  const box = cell.getBoundingClientRect();
  const frame = cell.closest('table').parentElement.getBoundingClientRect();
  const isOurs = !cell.closest('.is-drawn .chart-table') && !cell.closest('table').querySelector('td.samples');
  return box.width > 1 && isOurs && box.right > frame.right + 2;
}).map(cell => `out of sight: ${cell.innerText}`)
"""
Look = Callable[[Page], list[str]]


@pytest.fixture
def ids(site: Site) -> dict[str, str]:
    """Give the company a bit of everything, and return what the addresses of its pages need."""
    today, at = site.today, site.now
    customer = make_customer(name="Ñáñez " + "y Asociados " * 6, tax_id=RFC, at=at)
    make_receivable(
        customer=customer, due=today - timedelta(days=40), amount="123456789012.34", at=at,
        # As long as the number of a fiscal document of Chile, or of a UUID with its series.
        document_number="3a3a4f0e-0f1c-4d57-9b3e-6a1f8f8d2c11-SERIE-A1",
    )  # fmt: skip
    # Past the day on which the plan proposes to move the case: a task without a channel.
    make_receivable(customer=customer, due=today - timedelta(days=125), amount="87654321098.76", at=at)
    make_receivable(customer=customer, due=today - timedelta(days=3), currency="USD", at=at)
    other = make_customer(at=at)
    make_receivable(customer=other, due=today - timedelta(days=3), at=at)
    import_id = intake.load_file(
        name="cartera.csv", content=portfolio_file(site), kind=None, actor=SYSTEM, at=at
    )
    intake.preview(import_id=import_id)
    profile_id = intake_writes.save_profile(import_id=import_id, name="Cartera " * 9, actor=SYSTEM, at=at)
    stray_id = intake.load_file(
        name="pagos.csv",
        content=b"Cliente,Fecha de pago,Importe pagado\nNadie,2026-03-02,5.00\n",
        kind=FileKind.PAYMENTS,
        actor=SYSTEM,
        at=at,
    )
    intake.apply_import(import_id=stray_id, actor=SYSTEM, today=today, at=at)
    source_id = sources.save_source(
        source_id=None,
        draft=NewSource(
            name="Contabilidad " * 4,
            connector="SQL",
            settings={"url": "postgresql://lector@contabilidad.example/erp", "query": "select 1 as folio"},
        ),
        actor=SYSTEM,
        at=at,
    )
    payment = NewPayment(
        key="web:1",
        customer_id=customer.pk,
        amount=Decimal("10.00"),
        currency="USD",
        value_date=today,
        method=PaymentMethod.TRANSFER,
    )
    payment_id = money_in.receive_payment(payment=payment, actor=SYSTEM, today=today, at=at)
    # Whom the law leaves to a person: the message waits for a release.
    hard_pressed = make_customer(at=at)
    make_receivable(customer=hard_pressed, due=today - timedelta(days=3), at=at)
    hardship = NewCircumstance(hard_pressed.pk, CircumstanceKind.HARDSHIP, "Perdió su empleo", "Ella misma")
    contacts.record_circumstance(new=hardship, actor=SYSTEM, today=today, at=at)
    daily_run.run_day(today=today, at=at)
    for ahead in range(12):
        moment = (at + timedelta(days=ahead)).replace(hour=16)
        dispatch.dispatch_due(at=moment, limit=9, transport=FakeTransport(), worker="browser")
    agreements.make_promise(
        key="web:1",
        customer_id=customer.pk,
        amount=Decimal("10.00"),
        currency="MXN",
        due_date=today + timedelta(days=5),
        channel=Channel.CALL,
        note="",
        actor=SYSTEM,
        today=today,
        at=at,
    )
    agreements.open_dispute(
        customer_id=other.pk,
        receivable_id=None,
        reason=DisputeReason.QUALITY,
        note="Llegó roto",
        amount=None,
        channel=Channel.CALL,
        actor=SYSTEM,
        today=today,
        at=at,
        country="MX",
    )
    payments.report_payment(
        key="web:2",
        customer_id=other.pk,
        amount=Decimal("10.00"),
        currency="MXN",
        paid_on=today,
        reference="",
        note="",
        at=at,
    )
    quality.check_portfolio(today=today, at=at)
    message = Message.objects.order_by("pk")[0]
    rehearsal_id = rehearsal.ask(
        kind=RehearsalKind.PREVIEW,
        version_id=planned.active_version()[0],
        first=today,
        last=today,
        today=today,
        actor=SYSTEM,
        at=at,
    )
    rehearsal.carry_out(rehearsal_id=rehearsal_id, today=today, at=at, processes=1)
    # For whoever the plan has nothing today.
    late = make_customer(at=at)
    make_receivable(customer=late, due=today - timedelta(days=1), at=at)
    daily_run.run_day(today=today, at=at)
    campaign_id = campaigns.ask_for(
        key="browser",
        ask=CampaignAsk(
            name="Buen Fin " * 9,
            condition=["dias_de_atraso", ">=", 1],
            segment_key="",
            channel=Channel.CALL,
            purpose=Purpose.COLLECTION,
            template="",
            team="",
            instructions="Ofrezca parcialidades",
            not_before=at,
        ),
        actor=Actor(kind=ActorKind.STAFF, id=1, label="Ana"),
        today=today,
        at=at,
    )
    return {
        "campaign_id": str(campaign_id),
        "customer_id": str(customer.pk),
        "other_id": str(other.pk),
        "finding_id": str(Finding.objects.order_by("pk").first().pk),  # type: ignore[union-attr]
        "import_id": str(import_id),
        "profile_id": str(profile_id),
        "source_id": str(source_id),
        "circumstance_id": str(_told_of(customer, today=today, at=at)),
        "list_id": str(_listed(today=today, at=at)),
        "review_id": str(Review.objects.earliest("pk").pk),
        "petition_id": str(_complained(other, today=today, at=at)),
        "movement_id": str(Movement.objects.get().pk),
        "payment_id": str(payment_id),
        "message_id": str(message.pk),
        "action_id": str(message.action_id),
        "rehearsal_id": str(rehearsal_id),
        "day": today.isoformat(),
        "version_id": str(
            governing.begin_draft(
                text=planned.shipped_text(key="consumo-mx"), reason="Trato más cercano", actor=SYSTEM, at=at
            )
        ),
        "own_id": str(_own_rules(at=at)),
        "own_kind": "window",
        "own_rule_id": "E-FREQ-01",
        "name": "politica",
        "token": outreach.make_portal_link(customer_id=customer.pk, at=at),
    }


def _told_of(customer: Customer, *, today: date, at: datetime) -> int:
    """Keep what changes nothing of the plan, in as many words as fit."""
    new = NewCircumstance(
        customer.pk, CircumstanceKind.OLDER_ADULT, "Lo contó su hija con muchas palabras. " * 7, "Su hija"
    )
    wish = Wish(channel=Channel.CALL, hours=AgreedHours((0, 2, 4), time(9), time(18)))
    contacts.set_wish(customer_id=customer.pk, wish=wish, source="staff", note="", actor=SYSTEM, at=at)
    return contacts.record_circumstance(new=new, actor=SYSTEM, today=today, at=at)


def _complained(customer: Customer, *, today: date, at: datetime) -> int:
    new = NewPetition(
        key="browser",
        customer_id=customer.pk,
        kind=Kind.COMPLAINT,
        way=Way.CALL,
        received_date=today,
        words="Me llamaron a las once de la noche. " * 5,
        cause="HOURS",
    )
    return petitions.open_petition(new=new, country="MX", actor=SYSTEM, today=today, at=at).id


def _own_rules(*, at: datetime) -> int:
    """Sign the literal reading off, add a rule to it, and propose to take that away; return what waits."""
    manager, owner = (Actor(kind=ActorKind.STAFF, id=number, label="Gerente " * 5) for number in (1, 2))
    literal = OwnProfile(literal_until=at.date() + timedelta(days=90))
    limit = rule("cap", limits=[{"counts": "attempt", "max": 2, "period": "day"}]).model_copy(
        update={"id": "E-FREQ-01"}
    )
    why = {"reason": "Así se cuida a los clientes de años. " * 5, "actor": manager, "country": "MX"}
    signed = own_rules.change(
        based_on=0, profile=literal, counsel="Lic. Ejemplo", basis="Dictamen 1. " * 40, at=at, **why
    )
    own_rules.decide(version_id=signed.id, is_accepted=True, reason="", actor=owner, at=at)
    added = literal.model_copy(update={"rules": (limit,)})
    own_rules.change(based_on=1, profile=added, at=at, **why)
    return own_rules.change(based_on=2, profile=literal, at=at, **why).id


def _listed(*, today: date, at: datetime) -> int:
    """Put a register against advertising in force, about the customer."""
    list_id = exclusions.take_values(
        values=[RFC, "nada"], name="REPEP de noviembre", kind=ListKind.AD_REGISTER, from_date=today,
        until_date=None, actor=SYSTEM, country="MX", at=at,
    ).list_id  # fmt: skip
    exclusions.apply(list_id=list_id, replaces=False, actor=SYSTEM, today=today, at=at)
    return list_id


def pages(ids: dict[str, str]) -> list[str]:
    """List the addresses of all pages that staff read."""
    return [
        address(f"staff:{name}", ids)
        for name, (method, _permission) in STAFF.items()
        if method == GET and name not in _NOT_PAGES | _NOT_HERE
    ]


def test_what_is_left_out_exists() -> None:
    assert {f"staff:{name}" for name in _NOT_PAGES | _NOT_HERE} <= set(ROUTES)


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 390)])
def test_staff_pages_are_open_to_everybody(
    site: Site, ids: dict[str, str], violations: Look, scheme: str, width: int
) -> None:
    page = site.staff(scheme=scheme, width=width)
    found = []
    for url in pages(ids):
        answer = page.goto(site.url + url)
        assert answer is not None
        assert answer.status == 200, url
        found += violations(page)
        looks = (_CRUSHED, _SPILLED, _LOST)
        found += [f"{url}: {one}" for look in looks for one in page.evaluate(look)]
        if width > 1000:
            found += [f"{url}: {one}" for one in page.evaluate(_CUT)]
        if page.evaluate(_IS_WIDER):
            found.append(f"{url}: wider than the screen")

    assert not found, "\n".join(found)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_portal_pages_are_open_to_everybody(
    site: Site, ids: dict[str, str], violations: Look, scheme: str
) -> None:
    page = site.visitor(width=390, height=844, scheme=scheme)
    home = f"{site.url}/p/{ids['token']}/"
    page.goto(home)
    found = violations(page)
    page.get_by_label("Su RFC completo, con homoclave").fill(RFC)
    follow(page.get_by_role("button", name="Continuar"))
    expect(page.get_by_role("link", name="Pagar ahora")).to_be_visible()
    for name in _PORTAL:
        page.goto(home + name)
        found += violations(page)
        if page.evaluate(_IS_WIDER):
            found.append(f"{name}: wider than the screen")

    assert found == []


def test_the_door_is_open_to_everybody(site: Site, violations: Look) -> None:
    page = site.visitor(width=390)
    found = []
    for url in ("/cuenta/login/", "/cuenta/password/reset/", "/no-existe/"):
        page.goto(site.url + url)
        found += violations(page)
    page.goto(f"{site.url}/cuenta/login/")
    page.get_by_label("Correo").fill("nadie@muebles.example")
    page.get_by_label("Contraseña").fill("equivocada")
    follow(page.get_by_role("button", name="Entrar"))
    expect(page.locator("form")).to_be_visible()
    found += violations(page)
    site.complaints[:] = [one for one in site.complaints if "404" not in one]

    assert found == []
