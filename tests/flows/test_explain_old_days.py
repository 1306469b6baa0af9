"""An explanation of a day that is over tells of that day, not of what came after it."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from unittest.mock import patch

import pytest

from puntual.agreements import operations as agreements
from puntual.agreements.types import HoldReason
from puntual.audit.types import SYSTEM
from puntual.companies.models import Company
from puntual.compliance import queries as law
from puntual.compliance.queries import own_law
from puntual.flows import daily_run, dispatch, explain
from puntual.outreach.providers.fake import FakeTransport
from puntual.plans import operations as plans
from puntual.plans.models import Action, RunChunk
from puntual.portfolio.models import Customer
from tests.factories import make_customer, make_receivable
from tests.outreach_factories import prepare

DAY = timedelta(days=1)
PLAN = """
formato: puntual-plan-1
clave: p
nombre: P
etapas:
  - {clave: preventiva, nombre: Preventiva, tipo: preventiva}
  - {clave: temprana, nombre: Temprana, tipo: administrativa, entra: [dias_de_atraso, ">=", 1]}
segmentos:
  - {clave: todos, nombre: Todos}
estrategias:
  - pasos:
      - {clave: previo, nombre: Previo, ancla: vencimiento, dias: -3, canal: correo, fin: recordatorio,
         plantilla: reminder-before-due, dias_habiles: false}
      - {clave: aviso, nombre: Aviso, ancla: atraso, dias: 2, canal: correo, plantilla: notice-1, dias_habiles: false}
"""


@pytest.fixture(autouse=True)
def plan(company: Company, now: datetime) -> None:
    """Put a plan with a reminder and a notice in force."""
    prepare()
    plans.adopt_plan(text=PLAN, at=now)


def work(day: date, at: datetime, *, sends: bool = True) -> None:
    """Decide a day, and send."""
    daily_run.run_day(today=day, at=at)
    if sends:
        dispatch.dispatch_due(at=at, limit=10, transport=FakeTransport(), worker="w")


def said(customer: Customer, day: date, key: str) -> str:
    """Return the sentence of a step on a day."""
    steps = explain.explain(customer_id=customer.pk, as_of=day).steps
    return next(one.sentence for one in steps if one.key == key)


def test_it_does_not_tell_of_what_a_later_day_planned(today: date, now: datetime) -> None:
    customer = make_customer()
    for ahead in (3, 4):
        make_receivable(customer=customer, due=today + ahead * DAY)
    work(today, now)
    before = said(customer, today, "previo")

    work(today + DAY, now + DAY, sends=False)

    assert Action.objects.filter(state="QUEUED").count() == 1
    assert before == "Previo: se hace hoy, toca según el plan."
    assert said(customer, today, "previo") == before
    assert said(customer, today + DAY, "previo").endswith("El mensaje espera su hora de salir.")


def test_what_was_done_for_one_due_date_is_not_told_as_waiting_for_another(
    today: date, now: datetime
) -> None:
    customer = make_customer()
    older = make_receivable(customer=customer, due=today - 3 * DAY)
    make_receivable(customer=customer, due=today - DAY)
    work(today, now)
    agreements.place_hold(
        customer_id=customer.pk, receivable_id=older.pk, reason=HoldReason.REQUESTED, note="",
        from_date=today + DAY, until_date=today + DAY, actor=SYSTEM, at=now,
    )  # fmt: skip
    work(today + DAY, now + DAY, sends=False)
    work(today + 2 * DAY, now + 2 * DAY, sends=False)

    assert Action.objects.get(state="QUEUED").anchor_date == today - DAY
    assert (
        said(customer, today + 2 * DAY, "aviso") == "Aviso: ya se hizo, este vencimiento ya tuvo este paso."
    )


def test_it_names_the_rules_of_the_law_that_were_in_force_then(today: date, now: datetime) -> None:
    customer = make_customer()
    make_receivable(customer=customer, due=today - 2 * DAY)
    pack = law.law_pack(country="MX")
    older = replace(pack, file=pack.file.model_copy(update={"version": "MX-older"}))
    with patch.object(own_law, "law_pack", return_value=older):
        work(today, now)
    # One who came later is decided by the rules that are in force when the run is started again.
    late = make_customer(at=now + timedelta(hours=1))
    make_receivable(customer=late, due=today - 2 * DAY)
    work(today, now + timedelta(hours=2))
    work(today + DAY, now + DAY)

    def told(whom: Customer, day: date) -> str:
        return explain.explain(customer_id=whom.pk, as_of=day).law

    assert told(customer, today) == "MX-older"
    assert told(late, today) == pack.version
    assert told(customer, today + DAY) == pack.version


def test_where_the_rules_were_not_kept_none_are_named(today: date, now: datetime) -> None:
    customer = make_customer()
    make_receivable(customer=customer, due=today - 2 * DAY)
    work(today, now)
    RunChunk.objects.all().delete()

    assert explain.explain(customer_id=customer.pk, as_of=today).law == ""
