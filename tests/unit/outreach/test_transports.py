"""Every transport keeps the contract: the SMTP one against a real server, the fake one by the same script."""

import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from email import message_from_bytes
from uuid import uuid4

import pytest

from puntual.outreach.providers.contract import (
    OutcomeUnknown,
    PermanentRefusal,
    TemporaryRefusal,
    Transport,
    TransportError,
    TransportUnavailable,
)
from puntual.outreach.providers.fake import FakeTransport
from puntual.outreach.providers.smtp import SmtpTransport
from puntual.outreach.types import Attachment, Envelope
from tests.smtp_server import ScriptedHandler, serving
from tests.unit.outreach.test_mime import ENVELOPE


@dataclass(frozen=True)
class Case:
    """A transport under test and the keys of the messages that its other end has."""

    transport: Transport
    taken: Callable[[], list[str]]
    contents: Callable[[], list[bytes]] = list


def to(local: str) -> Envelope:
    return replace(ENVELOPE, key=uuid4(), recipient=f"{local}@correo.example")


def script(envelope: Envelope) -> TransportError | None:
    """Answer as the server of the tests does."""
    return {
        "rebota": PermanentRefusal("RCPT 550", is_recipient=True),
        "politica": PermanentRefusal("RCPT 550", is_recipient=False),
        "contenido": PermanentRefusal("END 554", is_recipient=False),
        "ocupado": TemporaryRefusal("RCPT 451"),
        "lleno": TemporaryRefusal("END 452"),
        "cierra": TemporaryRefusal("RCPT 421"),
        "corta": OutcomeUnknown("no answer"),
    }.get(envelope.recipient.partition("@")[0])


def key_of(content: bytes) -> str:
    return str(message_from_bytes(content)["Message-ID"]).strip("<>").partition("@")[0]


@pytest.fixture(params=["smtp", "smtp-pipelining", "fake"])
def case(request: pytest.FixtureRequest) -> Iterator[Case]:
    if request.param == "fake":
        fake = FakeTransport(script=script)
        yield Case(fake, lambda: [str(one.key) for one in fake.taken])
        return
    handler = ScriptedHandler(is_pipelining=request.param == "smtp-pipelining")
    with serving(handler) as port:
        transport = SmtpTransport(host="127.0.0.1", port=port, timeout_seconds=10)
        yield Case(transport, lambda: [key_of(one) for one in handler.taken], lambda: list(handler.taken))
        transport.close()


def test_files_arrive_whole(case: Case) -> None:
    file = Attachment("S-1.pdf", "application/pdf", b"\r\n.\r\n" * 60_000)

    case.transport.send(envelope=replace(to("a"), attachments=(file,)))

    if isinstance(case.transport, FakeTransport):
        assert case.transport.taken[0].attachments == (file,)
    else:
        assert [
            part.get_payload(decode=True)
            for one in case.contents()
            for part in message_from_bytes(one).walk()
            if part.get_filename() == "S-1.pdf"
        ] == [file.content]


def test_messages_arrive_in_order_with_their_keys(case: Case) -> None:
    envelopes = [to("a"), to("b"), to("c")]

    for envelope in envelopes:
        case.transport.send(envelope=envelope)

    assert case.taken() == [str(one.key) for one in envelopes]


@pytest.mark.parametrize(
    ("local", "error", "is_recipient"),
    [
        ("rebota", PermanentRefusal, True),
        ("politica", PermanentRefusal, False),
        ("contenido", PermanentRefusal, False),
        ("ocupado", TemporaryRefusal, None),
        ("lleno", TemporaryRefusal, None),
        ("cierra", TemporaryRefusal, None),
    ],
)
def test_a_refused_message_is_not_taken_and_the_next_one_is(
    case: Case, local: str, error: type[TransportError], is_recipient: bool | None
) -> None:
    with pytest.raises(error) as raised:
        case.transport.send(envelope=to(local))

    assert getattr(raised.value, "is_recipient", None) is is_recipient
    assert case.taken() == []
    following = to("a")
    case.transport.send(envelope=following)
    assert case.taken() == [str(following.key)]


def test_a_line_that_breaks_after_the_words_is_unknown_and_never_repeated(case: Case) -> None:
    lost = to("corta")

    with pytest.raises(OutcomeUnknown):
        case.transport.send(envelope=lost)

    assert case.taken() == [str(lost.key)]


def test_close_is_not_the_end(case: Case) -> None:
    case.transport.send(envelope=to("a"))
    case.transport.close()
    case.transport.close()
    case.transport.send(envelope=to("b"))

    assert len(case.taken()) == 2


@pytest.mark.parametrize("is_pipelining", [False, True])
def test_one_connection_serves_many_messages(is_pipelining: bool) -> None:
    handler = ScriptedHandler(is_pipelining=is_pipelining)
    with serving(handler) as port:
        transport = SmtpTransport(host="127.0.0.1", port=port, timeout_seconds=10)
        for local in ("a", "rebota", "b", "ocupado", "contenido", "c"):
            try:
                transport.send(envelope=to(local))
            except TransportError:
                continue
        transport.close()

    assert (handler.sessions, len(handler.taken)) == (1, 3)


def test_a_server_that_is_not_there_is_unavailable() -> None:
    with serving(ScriptedHandler()) as port:
        pass

    with pytest.raises(TransportUnavailable):
        SmtpTransport(host="127.0.0.1", port=port, timeout_seconds=10).send(envelope=to("a"))


def test_a_line_lost_while_idle_is_opened_again() -> None:
    handler = ScriptedHandler()
    with serving(handler) as port:
        transport = SmtpTransport(host="127.0.0.1", port=port, timeout_seconds=10)
        transport.send(envelope=to("a"))
        assert transport._line is not None
        assert transport._line.sock is not None
        transport._line.sock.shutdown(socket.SHUT_RDWR)
        transport.send(envelope=to("b"))
        transport.close()

    assert (handler.sessions, len(handler.taken)) == (2, 2)


@pytest.mark.parametrize("is_pipelining", [False, True])
def test_a_sender_that_is_not_allowed_fails_no_message(is_pipelining: bool) -> None:
    with serving(ScriptedHandler(is_pipelining=is_pipelining)) as port:
        transport = SmtpTransport(host="127.0.0.1", port=port, timeout_seconds=10)

        with pytest.raises(TransportUnavailable):
            transport.send(envelope=replace(to("a"), sender_address="ajeno@muebles.example"))


@pytest.mark.parametrize(
    ("_case", "recipient", "is_recipient"),
    [("accent in address", "josé@correo.example", True), ("line break", "a@b.example\nX: y", False)],
)
def test_a_malformed_envelope_never_reaches_the_server(
    _case: str, recipient: str, is_recipient: bool
) -> None:
    handler = ScriptedHandler()
    with serving(handler) as port:
        transport = SmtpTransport(host="127.0.0.1", port=port, timeout_seconds=10)

        with pytest.raises(PermanentRefusal) as raised:
            transport.send(envelope=replace(to("a"), recipient=recipient))

    assert raised.value.is_recipient is is_recipient
    assert (handler.sessions, handler.taken) == (0, [])


def test_a_sender_that_cannot_be_written_is_no_recipients_fault() -> None:
    handler = ScriptedHandler()
    with serving(handler) as port:
        transport = SmtpTransport(host="127.0.0.1", port=port, timeout_seconds=10)

        with pytest.raises(TransportUnavailable):
            transport.send(envelope=replace(to("a"), sender_address="cobranza@ñandú.example"))

    assert handler.taken == []


@pytest.mark.parametrize("is_pipelining", [False, True])
def test_a_server_that_hangs_up_on_one_message_takes_the_next(is_pipelining: bool) -> None:
    handler = ScriptedHandler(is_pipelining=is_pipelining, hangs_up=True)
    with serving(handler) as port:
        transport = SmtpTransport(host="127.0.0.1", port=port, timeout_seconds=10)
        with pytest.raises(TemporaryRefusal):
            transport.send(envelope=to("cierra"))
        transport.send(envelope=to("a"))
        transport.close()

    assert (handler.sessions, len(handler.taken)) == (2, 1)


@pytest.mark.parametrize("is_pipelining", [False, True])
def test_a_good_bye_to_an_idle_line_costs_nothing(is_pipelining: bool) -> None:
    handler = ScriptedHandler(is_pipelining=is_pipelining)
    with serving(handler) as port:
        transport = SmtpTransport(host="127.0.0.1", port=port, timeout_seconds=10)
        transport.send(envelope=to("a"))
        handler.good_byes = 1
        transport.send(envelope=to("b"))
        transport.close()

    assert (handler.sessions, len(handler.taken)) == (2, 2)


def test_reasons_hold_no_address() -> None:
    with serving(ScriptedHandler()) as port:
        transport = SmtpTransport(host="127.0.0.1", port=port, timeout_seconds=10)

        with pytest.raises(PermanentRefusal) as raised:
            transport.send(envelope=to("rebota"))

    assert str(raised.value) == "RCPT 550 5.1.1 … no such user"
