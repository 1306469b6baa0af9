"""What a mail provider tells is believed when it is signed, taken in once, and otherwise not at all."""

import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from puntual.companies.models import Company
from puntual.contacts.models import Consent, ContactPoint
from puntual.outreach import operations
from puntual.outreach.models import DeliveryEvent, Message
from puntual.webhooks import signature
from tests.factories import make_customer
from tests.outreach_factories import make_message, prepare

SECRET = "secreto-de-prueba"
HOST = "muebles.localhost"


@pytest.fixture
def sent(company: Company, settings: object, now: datetime) -> Message:
    """Have a message that was sent."""
    settings.WEBHOOK_SECRET = SECRET  # type: ignore[attr-defined]
    prepare()
    message = make_message(customer=make_customer())
    operations.claim(limit=1, worker="w", at=now)
    operations.mark_sending(message_id=message.pk, worker="w", at=now)
    operations.mark_sent(message_ids=[message.pk], worker="w", at=now)
    return message


def event(message: Message, kind: str = "bounced", **changes: object) -> dict[str, object]:
    return {
        "id": "evt-1",
        "type": kind,
        "message_id": f"<{message.key}@mueblesdelvalle.example>",
        "at": timezone.now().isoformat(),
        "detail": "550 5.1.1 no such user",
        **changes,
    }


def post(body: object, *, header: str | None = None, host: str = HOST) -> tuple[int, dict[str, object]]:
    """Send a body with a good signature, or with the header given, and stay in the company."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    company = Company.objects.get(schema_name="muebles")
    if header is None:
        header = signature.sign(body=raw, secret=SECRET, at=timezone.now())
    answer = Client(enforce_csrf_checks=True).post(
        "/webhooks/correo/",
        data=raw,
        content_type="application/json",
        headers={signature.HEADER: header, "Host": host},
    )
    connection.set_tenant(company)
    return answer.status_code, answer.json()


def written() -> tuple[int, set[str], set[str]]:
    states = set(Message.objects.values_list("state", flat=True))
    points = set(ContactPoint.objects.values_list("state", flat=True))
    return DeliveryEvent.objects.count(), states, points


def test_a_bounce_is_taken_in_once(sent: Message) -> None:
    body = {"events": [event(sent)]}

    assert post(body) == (200, {"new": 1, "known": 0, "unknown": 0})
    assert post(body) == (200, {"new": 0, "known": 1, "unknown": 0})

    assert written() == (1, {"BOUNCED"}, {"BOUNCED"})
    assert DeliveryEvent.objects.get().kind == "BOUNCED"


def test_events_of_one_request_stand_alone(sent: Message) -> None:
    events = [
        event(sent, "delivered", id="a"),
        event(sent, "complained", id="b"),
        event(sent, id="c", message_id=str(uuid4())),
    ]

    assert post({"events": events}) == (200, {"new": 2, "known": 0, "unknown": 1})

    assert written() == (2, {"SENT"}, {"NEW"})
    assert Consent.objects.get(customer_id=sent.customer_id).decision == "OPTED_OUT"


@pytest.mark.parametrize(
    "_case", ["missing", "other secret", "other body", "too old", "too new", "malformed"]
)
def test_a_wrong_signature_writes_nothing(sent: Message, _case: str) -> None:
    raw = json.dumps({"events": [event(sent)]}).encode()
    at = timezone.now()
    header = {
        "missing": "",
        "other secret": signature.sign(body=raw, secret="otro", at=at),
        "other body": signature.sign(body=raw + b" ", secret=SECRET, at=at),
        "too old": signature.sign(body=raw, secret=SECRET, at=at - timedelta(minutes=6)),
        "too new": signature.sign(body=raw, secret=SECRET, at=at + timedelta(minutes=6)),
        "malformed": "t=1,v1=zz",
    }[_case]

    assert post(raw, header=header) == (401, {"code": "bad-signature", "message": "La firma no es válida."})
    assert written() == (0, {"SENT"}, {"NEW"})


def test_without_a_secret_nothing_is_believed(sent: Message, settings: object) -> None:
    settings.WEBHOOK_SECRET = ""  # type: ignore[attr-defined]
    raw = json.dumps({"events": [event(sent)]}).encode()

    status, _answer = post(raw, header=signature.sign(body=raw, secret="", at=timezone.now()))

    assert status == 401
    assert written() == (0, {"SENT"}, {"NEW"})


@pytest.mark.parametrize(
    ("_case", "changes"),
    [
        ("unknown kind", {"type": "opened"}),
        ("no key", {"id": ""}),
        ("long key", {"id": "x" * 151}),
        ("key with a line break", {"id": "a\nb"}),
        ("no message", {"message_id": "abc"}),
        ("message is a number", {"message_id": 7}),
        ("no zone", {"at": "2026-11-23T10:00:00"}),
        ("no moment", {"at": "ayer"}),
        ("long ago", {"at": datetime(1, 1, 2, tzinfo=UTC).isoformat()}),
        ("detail is a list", {"detail": []}),
    ],
)
def test_one_malformed_event_refuses_the_whole(sent: Message, _case: str, changes: dict[str, object]) -> None:
    events = [event(sent, id="good"), event(sent, **changes)]

    assert post({"events": events})[0] == 400
    assert written() == (0, {"SENT"}, {"NEW"})


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b"{}", b"\xff", b'{"events": 1}', b'{"events": [1]}', b"[" * 9999]
)
def test_a_body_that_is_none_is_refused(sent: Message, raw: bytes) -> None:
    assert post(raw)[0] == 400
    assert written() == (0, {"SENT"}, {"NEW"})


def test_a_message_of_another_company_is_unknown_there(sent: Message) -> None:
    answer = post({"events": [event(sent)]}, host="ferreteria.localhost")

    assert answer == (200, {"new": 0, "known": 0, "unknown": 1})
    assert written() == (0, {"SENT"}, {"NEW"})


def test_only_post(company: Company) -> None:
    assert Client().get("/webhooks/correo/", headers={"Host": HOST}).status_code == 405
