"""An envelope as an e-mail that any program reads back unchanged."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as modern
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from puntual.outreach.providers import mime
from puntual.outreach.types import Attachment, Envelope

ENVELOPE = Envelope(
    key=UUID("3f2504e0-4f89-41d3-9a0c-0305e82c3301"),
    sender_name="Mueblería Ñandú, S.A.",
    sender_address="cobranza@muebles.example",
    recipient="maria@correo.example",
    subject="Recordatorio de pago de la Mueblería Ñandú: vence el próximo viernes 27 de noviembre de 2026",
    text="Hola, María:\n\n.punto al inicio\nÚltima línea con espacio final \n",
    html="<p>Hola, <b>María</b> &amp; Cía.</p>" + "á" * 2000,
    one_click_url="https://cobranza.example/p/" + "x" * 70 + "/baja/",
    sent_at=datetime(2026, 11, 23, 16, 0, tzinfo=UTC),
)


def parsed(envelope: Envelope) -> EmailMessage:
    message = message_from_bytes(mime.message_bytes(envelope=envelope), policy=modern)
    assert isinstance(message, EmailMessage)
    return message


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_headers_and_both_parts_read_back() -> None:
    message = parsed(ENVELOPE)

    assert message["From"].addresses[0].display_name == "Mueblería Ñandú, S.A."
    assert message["From"].addresses[0].addr_spec == message["Reply-To"] == "cobranza@muebles.example"
    assert message["To"] == "maria@correo.example"
    assert message["Subject"] == ENVELOPE.subject
    assert message["Date"].datetime == ENVELOPE.sent_at
    assert message["Message-ID"] == "<3f2504e0-4f89-41d3-9a0c-0305e82c3301@muebles.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe"] == f"<{ENVELOPE.one_click_url}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message.get_content_type() == "multipart/alternative"
    assert body(message, "plain") == ENVELOPE.text
    assert body(message, "html").rstrip("\n") == ENVELOPE.html


def test_files_go_with_the_words_and_read_back() -> None:
    paper = Attachment("S-2026-000012.pdf", "application/pdf", bytes(range(256)) * 50)
    data = Attachment("S-2026-000012.json", "application/json", '{"ñ": 1}\n.\n'.encode())

    raw = mime.message_bytes(envelope=replace(ENVELOPE, attachments=(paper, data)))
    message = parsed(replace(ENVELOPE, attachments=(paper, data)))

    assert message.get_content_type() == "multipart/mixed"
    assert body(message, "plain") == ENVELOPE.text
    assert body(message, "html").rstrip("\n") == ENVELOPE.html
    files = list(message.iter_attachments())
    assert [(one.get_filename(), one.get_content_type()) for one in files] == [
        (paper.name, paper.content_type),
        (data.name, data.content_type),
    ]
    assert [one.get_payload(decode=True) for one in files] == [paper.content, data.content]
    assert all(len(line) <= 78 and line.isascii() for line in raw.split(b"\r\n") if b"List-" not in line)
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_a_file_cannot_write_headers() -> None:
    odd = Attachment("a.pdf\r\nBcc: otro@correo.example", "application/pdf", b"")

    with pytest.raises(mime.MalformedHeader):
        mime.message_bytes(envelope=replace(ENVELOPE, attachments=(odd,)))


def test_lines_are_7_bit_short_and_end_in_crlf() -> None:
    data = mime.message_bytes(envelope=ENVELOPE)

    assert data.isascii()
    assert b"\n" not in data.replace(b"\r\n", b"")
    lines = data.split(b"\r\n")
    assert max(len(line) for line in lines if not line.startswith((b"List-Unsubscribe", b"From"))) <= 78


@settings(deadline=None)
@given(
    text=st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=300),
    subject=st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1, max_size=120),
)
def test_any_words_read_back(text: str, subject: str) -> None:
    message = parsed(replace(ENVELOPE, text=f"{text}\n", subject=subject))

    assert body(message, "plain").rstrip("\n") == text.rstrip("\n")
    assert message["Subject"] == subject


@pytest.mark.parametrize(
    "change",
    [
        {"sender_address": "cobranza@ñandú.example"},
        {"sender_name": "a\nBcc: x@y.example"},
        {"one_click_url": "https://ñandú.example/p/x/baja/"},
    ],
)
def test_our_own_fault_is_no_recipients(change: dict[str, str]) -> None:
    with pytest.raises(mime.UnusableSender):
        mime.message_bytes(envelope=replace(ENVELOPE, recipient="josé@correo.example", **change))


@pytest.mark.parametrize(
    ("_case", "change"),
    [
        ("subject", {"subject": "a\r\nBcc: x@y.example"}),
        ("recipient", {"recipient": "a@b.example\r\nBcc: x@y.example"}),
        ("sender", {"sender_name": "a\nBcc: x@y.example"}),
        ("link", {"one_click_url": "https://a.example/\nX: y"}),
    ],
)
def test_nobody_writes_headers_of_their_own(_case: str, change: dict[str, str]) -> None:
    with pytest.raises(mime.MalformedHeader):
        mime.message_bytes(envelope=replace(ENVELOPE, **change))
