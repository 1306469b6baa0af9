"""
The demo's mail server: real SMTP, and a folder instead of the world.

Every message becomes one .eml file, whole or not at all. Addresses that begin with `rebota` or `bounce` are
refused as unknown, so that bounces can be seen.
"""

import asyncio
import os
import re
import signal
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.policy import default as modern
from email.utils import parsedate_to_datetime
from pathlib import Path
from uuid import uuid4

from aiosmtpd.smtp import SMTP, Envelope, Session

from puntual.lib.text import folded

MESSAGE_BYTES_MAX = 5 * 1024 * 1024
_REFUSED = re.compile(r"(?:rebota|bounce)", re.IGNORECASE)
_ID = re.compile(r"[0-9]{20}-[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class MailLine:
    """A received message in a list."""

    id: str
    recipient: str
    sender: str
    subject: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Mail:
    """A received message with its words."""

    id: str
    recipient: str
    sender: str
    subject: str
    message_id: str
    received_at: datetime
    sent_at: datetime | None
    text: str
    html: str


class PipeliningHandler:
    """Tells that commands may come in one breath, which the server's line-by-line reading always allowed."""

    async def handle_EHLO(  # The name is aiosmtpd's. # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Add the extension to those that the server offers."""
        session.host_name = hostname
        return [responses[0], "250-PIPELINING", *responses[1:]]


class FolderHandler(PipeliningHandler):
    """What the server does with a message: keep it in a folder."""

    def __init__(self, *, folder: Path, after_each: Callable[[int], None] | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._after_each = after_each
        self._count = 0

    async def handle_RCPT(  # The name is aiosmtpd's. # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Refuse addresses that are there to bounce."""
        if _REFUSED.match(address):
            return "550 5.1.1 No such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Keep the message, then say that it is kept."""
        content = envelope.content or b""
        if isinstance(content, str):
            content = content.encode()
        for recipient in envelope.rcpt_tos:
            keep(folder=self._folder, content=content, recipient=recipient)
        self._count += 1
        if self._after_each is not None:
            self._after_each(self._count)
        return "250 Message kept"


def keep(*, folder: Path, content: bytes, recipient: str) -> str:
    """Write one message as a file and return its id; readers never see half of it."""
    moment = datetime.now(tz=UTC)
    name = f"{moment:%Y%m%d%H%M%S%f}-{uuid4().hex}"
    head = f"X-Puntual-Recipient: {recipient}\r\n".encode()
    waiting = folder / f".{name}.part"
    with waiting.open("wb") as file:
        file.write(head + content)
    os.replace(waiting, folder / f"{name}.eml")
    return name


def run(*, host: str, port: int, folder: Path, on_ready: Callable[[int], None] | None = None) -> None:
    """Serve until the process is told to end; `on_ready` gets the port, for 0 means any free one."""
    asyncio.run(_serve(host=host, port=port, folder=folder, on_ready=on_ready))


async def _serve(*, host: str, port: int, folder: Path, on_ready: Callable[[int], None] | None) -> None:
    loop = asyncio.get_running_loop()
    handler = FolderHandler(folder=folder)
    server = await loop.create_server(lambda: session(handler=handler, loop=loop), host=host, port=port)
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    if on_ready is not None:
        on_ready(server.sockets[0].getsockname()[1])
    async with server:
        await ended.wait()


def session(*, handler: object, loop: asyncio.AbstractEventLoop) -> SMTP:
    """Make the server's side of one connection."""
    return SMTP(handler, data_size_limit=MESSAGE_BYTES_MAX, hostname="demo.puntual.example", loop=loop)


def _received_at(message_id: str) -> datetime:
    return datetime.strptime(message_id[:20], "%Y%m%d%H%M%S%f").replace(tzinfo=UTC)


def list_messages(*, folder: Path, search: str = "", limit: int = 200) -> list[MailLine]:
    """List what was received, newest first; with a search, only what has all of its words in address or subject."""
    if not folder.is_dir():
        return []
    names = sorted((path.stem for path in folder.glob("*.eml") if _ID.fullmatch(path.stem)), reverse=True)
    words = folded(search).split()
    lines: list[MailLine] = []
    for name in names:
        if len(lines) == limit:
            break
        with (folder / f"{name}.eml").open("rb") as file:
            head = BytesHeaderParser(policy=modern).parse(file)
        line = MailLine(
            id=name,
            recipient=str(head["X-Puntual-Recipient"] or ""),
            sender=str(head["From"] or ""),
            subject=str(head["Subject"] or ""),
            received_at=_received_at(name),
        )
        told = folded(f"{line.recipient} {line.subject}")
        if all(word in told for word in words):
            lines.append(line)
    return lines


def read_message(*, folder: Path, message_id: str) -> Mail | None:
    """Read one message; None when there is none, or the id is no id."""
    path = folder / f"{message_id}.eml"
    if not _ID.fullmatch(message_id) or not path.is_file():
        return None
    mail = message_from_bytes(path.read_bytes(), policy=modern)
    if not isinstance(mail, EmailMessage):
        return None
    return Mail(
        id=message_id,
        recipient=str(mail["X-Puntual-Recipient"] or ""),
        sender=str(mail["From"] or ""),
        subject=str(mail["Subject"] or ""),
        message_id=str(mail["Message-ID"] or ""),
        received_at=_received_at(message_id),
        sent_at=parsedate_to_datetime(str(mail["Date"])) if mail["Date"] else None,
        text=_body(mail, "plain"),
        html=_body(mail, "html"),
    )


def _body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part is not None else ""
