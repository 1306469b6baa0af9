"""The answer that grants somebody their data carries them to an address that is known to be theirs, and to no other."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
import structlog
from django.db import connection

from puntual.audit.models import Event
from puntual.audit.types import Actor, ActorKind
from puntual.companies.models import Company
from puntual.contacts.models import ContactPoint
from puntual.flows import data_by_mail, dispatch, petitions
from puntual.flows.dispatch import DispatchSummary
from puntual.outreach.models import Message
from puntual.outreach.providers.contract import OutcomeUnknown, TemporaryRefusal
from puntual.outreach.providers.fake import FakeTransport
from puntual.outreach.types import Attachment, Envelope
from puntual.portfolio.models import Customer
from puntual.rights import queries as rights
from puntual.rights.types import EventKind, IdentityCheck, Kind, NewPetition, Outcome, Way
from puntual.web.own_data_files import files_of
from tests.conftest import NOW, TODAY
from tests.factories import make_customer, make_receivable
from tests.outreach_factories import prepare

STAFF = Actor(kind=ActorKind.STAFF, id=9001, label="Supervisora")
CLOCK: dict[str, Any] = {"country": "MX", "today": TODAY, "at": NOW}
ADDRESS = "ximena.zavala@correo.example"


@pytest.fixture
def debtor(company: Company) -> Customer:
    """A customer whose e-mail is known to be theirs."""
    prepare()
    customer = make_customer(name="Ximena Zavala Quiroga", email=ADDRESS)
    make_receivable(customer=customer, due=TODAY + timedelta(days=30), document_number="FX-900")
    ContactPoint.objects.update(state="VERIFIED")
    return customer


def granted(customer: Customer, *, kind: Kind = Kind.ACCESS, outcome: Outcome = Outcome.GRANTED) -> str:
    """Answer a petition, and return its folio."""
    new = NewPetition(
        key=f"{customer.pk}:{kind}",
        customer_id=customer.pk,
        kind=kind,
        way=Way.EMAIL,
        received_date=TODAY,
        words="Quiero mis datos.",
        cause="HOURS" if kind is Kind.COMPLAINT else "",
    )
    one = petitions.open_petition(new=new, actor=STAFF, **CLOCK)
    petitions.answer_petition(
        petition_id=one.id,
        outcome=outcome,
        text="Esta es nuestra respuesta.",
        identity_check=None if kind is Kind.COMPLAINT else IdentityCheck.DOCUMENT,
        identity_note="",
        actor=STAFF,
        **CLOCK,
    )
    return one.folio


def sent(transport: FakeTransport, *, at: datetime = NOW, **options: Any) -> DispatchSummary:
    return dispatch.dispatch_due(
        at=at, limit=100, transport=transport, worker="w1", **{"files_of": files_of, **options}
    )


def only(transport: FakeTransport) -> Envelope:
    (envelope,) = transport.taken
    return envelope


@pytest.mark.feature("SEC-05")
@pytest.mark.parametrize("kind", [Kind.ACCESS, Kind.PORTABILITY])
def test_data_that_were_granted_go_with_the_answer_to_a_verified_address(
    debtor: Customer, kind: Kind
) -> None:
    folio = granted(debtor, kind=kind)
    transport = FakeTransport()

    sent(transport)

    envelope = only(transport)
    paper, data = envelope.attachments
    assert (envelope.recipient, paper.name, data.name) == (ADDRESS, f"{folio}.pdf", f"{folio}.json")
    assert paper.content.startswith(b"%PDF-")
    kept = json.loads(data.content)
    assert kept["content"]["customer"]["name"] == "Ximena Zavala Quiroga"
    assert "Con este correo van sus datos" in envelope.text
    assert "Con este correo van sus datos" in envelope.html
    told = rights.events_of(petition_ids=[rights.petition_of_folio(folio=folio).id])
    last = next(iter(told.values()))[-1]
    assert (last.kind, last.data) == (EventKind.DATA_MAILED, {"data_hash": kept["seal"]["hash"]})
    assert Event.objects.filter(action="petition-data-mailed").count() == 1


def test_the_data_are_stored_nowhere(debtor: Customer) -> None:
    granted(debtor)

    sent(FakeTransport())

    message = Message.objects.get()
    assert message.state == "SENT"
    assert "FX-900" not in message.text + message.html + message.own_words
    with connection.cursor() as cursor:
        cursor.execute("select data::text from rights_event union all select after::text from audit_event")
        assert not [row for row in cursor.fetchall() if "FX-900" in (row[0] or "")]


@pytest.mark.parametrize(
    "fields", [{"state": "NEW"}, {"owner_role": "REPRESENTATIVE"}, {"normalized": "otra@correo.example"}]
)
def test_to_an_address_that_is_not_known_to_be_theirs_the_mail_says_where_the_data_are(
    debtor: Customer, fields: dict[str, str]
) -> None:
    granted(debtor)
    # What was safe when the answer was written is not when it leaves.
    ContactPoint.objects.update(**fields)
    transport = FakeTransport()

    sent(transport)

    envelope = only(transport)
    assert envelope.attachments == ()
    assert "Sus datos no van en este correo" in envelope.text
    assert "/mis-derechos/" in envelope.text
    assert not Event.objects.filter(action="petition-data-mailed").exists()


def test_who_cannot_enter_the_portal_is_told_to_ask(debtor: Customer) -> None:
    Customer.objects.update(tax_id="")
    ContactPoint.objects.update(state="NEW")
    granted(debtor)
    transport = FakeTransport()

    sent(transport)

    assert "Pídanos cómo recibirlos al 55 0000 0000" in only(transport).text
    assert "mis-derechos" not in only(transport).text


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        (Kind.ACCESS, Outcome.DENIED),
        (Kind.RECTIFICATION, Outcome.GRANTED),
        (Kind.COMPLAINT, Outcome.FOUNDED),
    ],
)
def test_other_answers_carry_nothing(debtor: Customer, kind: Kind, outcome: Outcome) -> None:
    granted(debtor, kind=kind, outcome=outcome)
    transport = FakeTransport()

    sent(transport)

    assert only(transport).attachments == ()
    assert "Sus datos" not in only(transport).text


def test_what_is_tried_again_carries_the_data_again_and_once(debtor: Customer) -> None:
    granted(debtor)
    refusing = FakeTransport(script=lambda _envelope: TemporaryRefusal("451"))
    sent(refusing)
    assert Message.objects.get().state == "QUEUED"
    transport = FakeTransport()

    later = NOW + timedelta(hours=2)
    sent(transport, at=later)
    sent(transport, at=later + timedelta(hours=1))

    assert [len(one.attachments) for one in transport.taken] == [2]
    assert Message.objects.get().state == "SENT"


def test_what_nobody_knows_about_is_not_sent_again(debtor: Customer) -> None:
    granted(debtor)
    broken = FakeTransport(script=lambda _envelope: OutcomeUnknown("cut"))
    sent(broken)
    transport = FakeTransport()

    sent(transport, at=NOW + timedelta(hours=1))

    assert len(broken.taken) == 1
    assert transport.taken == []
    assert Message.objects.get().state == "UNKNOWN"


def test_files_that_cannot_be_made_hold_nothing_up_and_are_not_told_in_logs(debtor: Customer) -> None:
    granted(debtor)
    transport = FakeTransport()

    def fail(*, kept: Mapping[str, Any], **_options: Any) -> tuple[Attachment, ...]:
        raise ValueError(kept["content"]["customer"]["name"])

    with structlog.testing.capture_logs() as logs:
        sent(transport, files_of=fail)

    assert only(transport).attachments == ()
    assert "/mis-derechos/" in only(transport).text
    assert [one["error"] for one in logs if one["event"] == "own-data-not-made"] == ["ValueError"]
    assert "Ximena" not in str(logs)
    assert "Ximena" not in repr(Attachment("a", "b", b"Ximena"))


def test_files_that_no_server_takes_stay_in_the_portal(
    debtor: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data_by_mail, "FILES_BYTES_MAX", 100)
    granted(debtor)
    transport = FakeTransport()

    sent(transport)

    assert only(transport).attachments == ()
    assert "/mis-derechos/" in only(transport).text


def test_many_answers_leave_in_one_call_some_files_at_a_time(
    debtor: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data_by_mail, "MADE_MAX", 2)
    others = [make_customer(email=f"otra{number}@correo.example") for number in range(4)]
    ContactPoint.objects.update(state="VERIFIED")
    for one in (debtor, *others):
        granted(one)
    happened = []
    transport = FakeTransport(script=lambda _envelope: happened.append("sent"))

    def make(*, name: str, **_options: Any) -> tuple[Attachment, ...]:
        happened.append("made")
        return (Attachment(f"{name}.json", "application/json", b"{}"),)

    sent(transport, files_of=make)

    assert sorted(one.recipient for one in transport.taken) == sorted(
        [ADDRESS, *(f"otra{number}@correo.example" for number in range(4))]
    )
    assert [len(one.attachments) for one in transport.taken] == [1] * 5
    assert "".join(one[0] for one in happened) == "mmssmmssms"


def test_who_reads_english_gets_an_english_paper(debtor: Customer) -> None:
    Customer.objects.update(language="en")
    granted(debtor)
    transport = FakeTransport()
    titles = []

    def make(*, language: str, **options: Any) -> tuple[Attachment, ...]:
        titles.append(language)
        return files_of(language=language, **options)

    sent(transport, files_of=make)

    assert titles == ["en"]
    assert "Your data come with this e-mail" in only(transport).text
