"""The evidence about a customer: whole, sealed, theirs alone, and noted in the audit log."""

import hashlib
import json
from datetime import time, timedelta
from typing import Any

import pytest
from django.db import connection

from puntual.audit.models import Event
from puntual.audit.types import Actor, ActorKind
from puntual.companies import queries as companies
from puntual.companies.models import Company
from puntual.compliance import operations as compliance
from puntual.compliance import queries as facts
from puntual.compliance.types import IntendedContact, JudgedContact, Moment
from puntual.contacts import operations as contacts
from puntual.contacts.types import (
    AgreedHours,
    Channel,
    CircumstanceKind,
    ConsentDecision,
    NewCircumstance,
    Purpose,
    Wish,
)
from puntual.flows import evidence
from puntual.lib.errors import NotFound
from puntual.portfolio.models import Customer
from tests.conftest import NOW, TODAY
from tests.factories import make_customer, make_receivable
from tests.flows.uniting import unite
from tests.outreach_factories import make_said

# What opens the portal of a customer: nobody else may read it.
_TOKEN = "TKRhcrvrTBKHDXaC5ZTZnQ.zCk9MiHlyndNa_pydhmSVC1nyUTiYuqalRZ1rvAels8"
_ACTOR = Actor(kind=ActorKind.STAFF, id=1, label="Auditora")


def gathered(customer: Customer, company: Company) -> dict[str, Any]:
    """Gather the evidence about a customer."""
    known = companies.facts_of(company=company, base_url="http://muebles.localhost")
    return evidence.evidence_of(customer_id=customer.pk, company=known, today=TODAY, at=NOW)


def judge(customer: Customer) -> None:
    """Judge a call to somebody without a telephone, which is refused, and tie the verdict into the chain."""
    intended = [IntendedContact(customer.pk, Channel.CALL, Purpose.COLLECTION, None)]
    known = facts.contact_facts(contacts_intended=intended, country="MX", today=TODAY, at=NOW)
    (verdict,) = compliance.judge_contacts(contacts=known, country="MX", at=NOW)
    judged = JudgedContact(facts=known[0], verdict=verdict, step_key="", action_id=None)
    compliance.record_verdicts(judged=[judged], country="MX", moment=Moment.PLANNING, at=NOW)
    compliance.link_blocks()


@pytest.mark.feature("SEC-07")
def test_the_evidence_holds_everything_and_its_hash_can_be_worked_out_again(company: Company) -> None:
    customer = make_customer(name="Ñandú & Cía. " + "de la Garza " * 7)
    make_receivable(customer=customer, due=TODAY - timedelta(days=3))
    make_said(
        customer=customer,
        subject="Su factura",
        text=f"Hola, #María: *pague* $1. http://muebles.localhost/p/{_TOKEN}/",
    )
    other = make_customer(name="Otra Persona")
    make_said(customer=other, subject="Ajeno", text="De otra persona")
    judge(customer)
    judge(other)
    contacts.set_consent(
        customer_id=customer.pk,
        channel=Channel.SMS,
        decision=ConsentDecision.OPTED_OUT,
        source="BAJA por SMS",
        note="",
        actor=_ACTOR,
        at=NOW,
    )

    new = NewCircumstance(customer.pk, CircumstanceKind.HARDSHIP, "Perdió su empleo.", "La persona")
    contacts.record_circumstance(new=new, actor=_ACTOR, today=TODAY, at=NOW)
    wish = Wish(channel=Channel.CALL, hours=AgreedHours((0,), time(18), time(20)))
    contacts.set_wish(customer_id=customer.pk, wish=wish, source="portal", note="", actor=_ACTOR, at=NOW)

    found = gathered(customer, company)

    content = found["content"]
    assert [(one["kind"], one["reason"]) for one in content["circumstances"]] == [
        ("HARDSHIP", "Perdió su empleo.")
    ]
    assert [(one["channel"], one["weekdays"], one["until"]) for one in content["wishes"]] == [
        ("CALL", [0], "20:00")
    ]
    assert len(content["debts"]) == 1
    assert len(content["ledger"]) == 1
    assert [one["text"] for one in content["messages"]] == [
        "Hola, #María: *pague* $1. http://muebles.localhost/p/enlace-del-cliente/"
    ]
    assert [one["source"] for one in content["consents"]] == ["BAJA por SMS"]
    (verdict,) = content["verdicts"]
    with connection.cursor() as cursor:
        cursor.execute("select encode(hash, 'hex') from compliance_link order by id limit 1")
        assert cursor.fetchone() == (verdict["link_hash"],)
    assert verdict["link_id"] > 0
    assert {one["id"] for one in content["rules"]} == set(verdict["rule_ids"])
    assert all(one["text"] and one["source"] for one in content["rules"])
    assert "Ajeno" not in json.dumps(found, ensure_ascii=False)
    assert _TOKEN not in json.dumps(found)
    again = json.loads(json.dumps(found))["content"]
    text = json.dumps(again, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert hashlib.sha256(text.encode()).hexdigest() == found["seal"]["hash"]


def test_another_word_has_another_hash(company: Company) -> None:
    customer = make_customer()
    before = gathered(customer, company)["seal"]["hash"]

    assert gathered(customer, company)["seal"]["hash"] == before
    make_said(customer=customer, subject="Más", text="Más")
    assert gathered(customer, company)["seal"]["hash"] != before


def test_whoever_is_not_there_has_no_evidence(company: Company) -> None:
    known = companies.facts_of(company=company, base_url="http://muebles.localhost")

    with pytest.raises(NotFound):
        evidence.make_evidence(
            customer_id=999_999_999, authority="", company=known, actor=_ACTOR, today=TODAY, at=NOW
        )
    assert not Event.objects.filter(action="evidence-made").exists()


@pytest.mark.feature("SEC-07")
def test_who_took_it_for_whom_is_noted_with_its_hash(company: Company) -> None:
    customer = make_customer()
    known = companies.facts_of(company=company, base_url="http://muebles.localhost")

    found = evidence.make_evidence(
        customer_id=customer.pk, authority="profeco", company=known, actor=_ACTOR, today=TODAY, at=NOW
    )

    event = Event.objects.get(action="evidence-made")
    assert event.customer_id == customer.pk
    assert event.after == {"authority": "profeco", "hash": found["seal"]["hash"]}


@pytest.mark.feature("SEC-07")
def test_who_was_united_with_somebody_is_part_of_their_evidence(company: Company) -> None:
    stays, goes = make_customer(name="Ana Ruiz"), make_customer(name="Ana Ruiz Soto")
    make_said(customer=goes, subject="A la otra", text="Antes de unirse")
    judge(goes)

    unite(goes, stays, TODAY, NOW)
    content = gathered(stays, company)["content"]

    assert [one["name"] for one in content["customer"]["united_with"]] == ["Ana Ruiz Soto"]
    assert [one["subject"] for one in content["messages"]] == ["A la otra"]
    assert len(content["verdicts"]) == 1
