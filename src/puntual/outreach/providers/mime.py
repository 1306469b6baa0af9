"""
An envelope as the bytes of an e-mail: text and HTML alternatives.

Written by hand because the standard library's EmailMessage takes longer than everything else about a message
together (see `make bench`). Bodies are quoted-printable: 7-bit for every server and readable in a raw view.
"""

import binascii
import re
from email.header import Header
from email.utils import format_datetime, formataddr
from functools import lru_cache

from puntual.outreach.types import Envelope

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_HEADER_LENGTH_MAX = 76


class MalformedHeader(ValueError):
    """A header holds a control sign: somebody tries to write headers of their own."""


def _header(name: str, value: str) -> bytes:
    if _CONTROL.search(value):
        raise MalformedHeader(name)
    if not value.isascii() or len(name) + len(value) > _HEADER_LENGTH_MAX:
        charset = "us-ascii" if value.isascii() else "utf-8"
        value = Header(value, charset, maxlinelen=_HEADER_LENGTH_MAX, header_name=name).encode(linesep="\r\n")
    return f"{name}: {value}\r\n".encode("ascii")


def _plain_header(name: str, value: str) -> bytes:
    # Addresses and links are one word each: folding or encoding them would break them.
    if _CONTROL.search(value):
        raise MalformedHeader(name)
    return f"{name}: {value}\r\n".encode("ascii")


@lru_cache(maxsize=256)
def _sender(name: str, address: str) -> bytes:
    if _CONTROL.search(name) or _CONTROL.search(address):
        raise MalformedHeader("From")
    return f"From: {formataddr((name, address))}\r\nReply-To: {address}\r\n".encode("ascii")


def _part(kind: str, text: str) -> bytes:
    body = binascii.b2a_qp(text.replace("\r\n", "\n").encode(), istext=True).replace(b"\n", b"\r\n")
    return (
        f"Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    ).encode() + body


def message_id(*, envelope: Envelope) -> str:
    """Return the Message-ID: our key at the sender's domain."""
    return f"<{envelope.key}@{envelope.sender_address.rpartition('@')[2]}>"


def message_bytes(*, envelope: Envelope) -> bytes:
    """
    Write the whole e-mail with CRLF line ends.

    Raises: MalformedHeader; UnicodeEncodeError for an address that is not ASCII.
    """
    boundary = f"=_{envelope.key.hex}"
    address = envelope.sender_address
    mark = f"--{boundary}\r\n".encode()
    return b"".join(
        (
            _sender(envelope.sender_name, address),
            _plain_header("To", envelope.recipient),
            _header("Subject", envelope.subject),
            f"Date: {format_datetime(envelope.sent_at)}\r\n".encode("ascii"),
            f"Message-ID: {message_id(envelope=envelope)}\r\n".encode("ascii"),
            _plain_header("List-Unsubscribe", f"<{envelope.stop_url}>, <mailto:{address}?subject=BAJA>"),
            b"Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n",
            f'Content-Type: multipart/alternative;\r\n boundary="{boundary}"\r\n\r\n'.encode(),
            mark,
            _part("plain", envelope.text),
            b"\r\n",
            mark,
            _part("html", envelope.html),
            f"\r\n--{boundary}--\r\n".encode(),
        )
    )
