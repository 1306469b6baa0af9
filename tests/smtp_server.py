"""A real SMTP server in a thread of the test, on a port of its own."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from aiosmtpd.smtp import SMTP, Envelope, Session


class ScriptedHandler:
    """Answers by the local part of the recipient, and keeps what it took."""

    def __init__(self, *, is_pipelining: bool = False, hangs_up: bool = False) -> None:
        self.taken: list[bytes] = []
        self.sessions = 0
        # How many senders are still to be answered with a good-bye.
        self.good_byes = 0
        self._is_pipelining = is_pipelining
        self._hangs_up = hangs_up

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Count who says hello."""
        self.sessions += 1
        session.host_name = hostname
        return [responses[0], *(["250-PIPELINING"] if self._is_pipelining else []), *responses[1:]]

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Refuse a sender that is not allowed."""
        if self.good_byes:
            self.good_byes -= 1
            return "421 4.4.2 Timeout exceeded"
        if address.startswith("ajeno"):
            return "550 5.7.1 Sender not allowed"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take or refuse a recipient."""
        refusals = {
            "rebota": f"550 5.1.1 <{address}> no such user",
            "politica": "550 5.7.1 Relaying denied",
            "ocupado": "451 4.3.0 Try later",
            "cierra": "421 4.3.2 Shutting down",
        }
        if refusal := refusals.get(address.partition("@")[0]):
            if self._hangs_up:
                await server.push(refusal)
                server.transport.close()
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep the message; some are refused or left without an answer after the words."""
        local = envelope.rcpt_tos[0].partition("@")[0]
        if local == "contenido":
            return "554 5.6.0 Content refused"
        if local == "lleno":
            return "452 4.2.2 Mailbox full"
        content = envelope.content
        assert isinstance(content, bytes)
        self.taken.append(content)
        if local == "corta":
            # The line breaks after the message was kept and before anybody says so.
            server.transport.abort()
        return "250 Kept"


@contextmanager
def serving(handler: object) -> Iterator[int]:
    """Run the server and give its port; it is gone when the block ends."""
    ready = threading.Event()
    state: dict[str, object] = {}

    def run() -> None:
        asyncio.run(_serve(handler, ready, state))

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert ready.wait(30)
    loop, ended = state["loop"], state["ended"]
    assert isinstance(loop, asyncio.AbstractEventLoop)
    assert isinstance(ended, asyncio.Event)
    port = state["port"]
    assert isinstance(port, int)
    try:
        yield port
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join(30)


async def _serve(handler: object, ready: threading.Event, state: dict[str, object]) -> None:
    loop = asyncio.get_running_loop()
    lines: list[SMTP] = []

    def line() -> SMTP:
        made = SMTP(handler, hostname="prueba.example", loop=loop)
        lines.append(made)
        return made

    server = await loop.create_server(line, host="127.0.0.1", port=0)
    state.update(loop=loop, ended=asyncio.Event(), port=server.sockets[0].getsockname()[1])
    ready.set()
    ended = state["ended"]
    assert isinstance(ended, asyncio.Event)
    await ended.wait()
    server.close()
    for one in lines:
        if one.transport:
            one.transport.abort()
