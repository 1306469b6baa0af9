"""
An envelope as the bytes of an e-mail: text and HTML alternatives, and the files that go with them.

Written by hand because the standard library's EmailMessage takes longer than everything else about a message
together (see `make bench`). Bodies are quoted-printable: 7-bit for every server and readable in a raw view.
"""

import base64
import binascii
import re
from email.header import Header
from email.utils import format_datetime, formataddr
from functools import lru_cache

from puntual.outreach.types import Attachment, Envelope

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_HEADER_LENGTH_MAX = 76


class MalformedHeader(ValueError):
    """A header holds a control sign: somebody tries to write headers of their own."""


class UnusableSender(MalformedHeader):
    """What the company says of itself cannot be written into any message; no recipient is at fault."""


class UnusableRecipient(ValueError):
    """The recipient's address is not ASCII."""


def _header(name: str, value: str) -> bytes:
    if _CONTROL.search(value):
        raise MalformedHeader(name)
    if not value.isascii() or len(name) + len(value) > _HEADER_LENGTH_MAX:
        charset = "us-ascii" if value.isascii() else "utf-8"
        value = Header(value, charset, maxlinelen=_HEADER_LENGTH_MAX, header_name=name).encode(linesep="\r\n")
    return f"{name}: {value}\r\n".encode("ascii")


def _recipient(name: str, value: str) -> bytes:
    # An address is one word: folding or encoding it would break it.
    if _CONTROL.search(value):
        raise MalformedHeader(name)
    if not value.isascii():
        raise UnusableRecipient(name)
    return f"{name}: {value}\r\n".encode("ascii")


@lru_cache(maxsize=256)
def _sender(name: str, address: str) -> bytes:
    if _CONTROL.search(name) or _CONTROL.search(address) or not address.isascii():
        raise UnusableSender("From")
    return f"From: {formataddr((name, address))}\r\nReply-To: {address}\r\n".encode("ascii")


def _unsubscribe(url: str) -> bytes:
    """Write the two headers by which a mail program unsubscribes its reader at one click (RFC 8058)."""
    if _CONTROL.search(url) or not url.isascii():
        raise UnusableSender("List-Unsubscribe")
    return (f"List-Unsubscribe: <{url}>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n").encode(
        "ascii"
    )


def _part(kind: str, text: str) -> bytes:
    body = binascii.b2a_qp(text.replace("\r\n", "\n").encode(), istext=True).replace(b"\n", b"\r\n")
    return (
        f"Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    ).encode() + body


def _file(one: Attachment) -> bytes:
    name = one.name.replace('"', "")
    if _CONTROL.search(name + one.content_type) or not (name + one.content_type).isascii():
        raise MalformedHeader("Content-Disposition")
    head = (
        f"Content-Type: {one.content_type}\r\nContent-Transfer-Encoding: base64\r\n"
        f'Content-Disposition: attachment; filename="{name}"\r\n\r\n'
    )
    return head.encode("ascii") + base64.encodebytes(one.content).replace(b"\n", b"\r\n")


def _content(envelope: Envelope) -> bytes:
    """Write the body: its two alternatives, alone or before the files."""
    words, files = f"=_{envelope.key.hex}", f"=_files_{envelope.key.hex}"
    mark = f"--{words}\r\n".encode()
    alternatives = b"".join(
        (
            f'Content-Type: multipart/alternative;\r\n boundary="{words}"\r\n\r\n'.encode(),
            mark,
            _part("plain", envelope.text),
            b"\r\n",
            mark,
            _part("html", envelope.html),
            f"\r\n--{words}--\r\n".encode(),
        )
    )
    if not envelope.attachments:
        return alternatives
    between = f"--{files}\r\n".encode()
    return b"".join(
        (
            f'Content-Type: multipart/mixed;\r\n boundary="{files}"\r\n\r\n'.encode(),
            between,
            alternatives,
            *(between + _file(one) for one in envelope.attachments),
            f"--{files}--\r\n".encode(),
        )
    )


def message_id(*, envelope: Envelope) -> str:
    """Return the Message-ID: our key at the sender's domain."""
    return f"<{envelope.key}@{envelope.sender_address.rpartition('@')[2]}>"


def message_bytes(*, envelope: Envelope) -> bytes:
    """
    Write the whole e-mail with CRLF line ends.

    Raises: UnusableSender, before anything is asked of the recipient; UnusableRecipient; MalformedHeader.
    """
    # What we say of ourselves is written first: its fault must not look like the recipient's.
    sender = _sender(envelope.sender_name, envelope.sender_address)
    unsubscribe = _unsubscribe(envelope.one_click_url)
    return b"".join(
        (
            sender,
            _recipient("To", envelope.recipient),
            _header("Subject", envelope.subject),
            f"Date: {format_datetime(envelope.sent_at)}\r\n".encode("ascii"),
            f"Message-ID: {message_id(envelope=envelope)}\r\n".encode("ascii"),
            unsubscribe,
            b"Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n",
            _content(envelope),
        )
    )
