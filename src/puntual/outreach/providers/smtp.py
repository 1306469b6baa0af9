"""Hand messages to an SMTP server over one connection that stays open."""

import re
import smtplib
import socket
import ssl
from collections.abc import Sequence
from typing import NoReturn

from puntual.outreach.providers import mime
from puntual.outreach.providers.contract import (
    TIMEOUT_SECONDS,
    OutcomeUnknown,
    PermanentRefusal,
    TemporaryRefusal,
    TransportUnavailable,
)
from puntual.outreach.types import Envelope

_STAGES = ("MAIL", "RCPT", "DATA")
_CLOSING = 421
_TOO_LARGE = 552
# Enhanced status codes (RFC 3463): 1 is the address, 2 the mailbox; 7 is the server's policy about us.
_POLICY = re.compile(rb"5\.7\.")
_ADDRESS = re.compile(rb"5\.[12]\.")
_ADDRESS_IN_TEXT = re.compile(r"\S+@\S+")


def _reason(stage: str, code: int, text: bytes) -> str:
    said = _ADDRESS_IN_TEXT.sub("…", text.decode("utf-8", "replace"))
    return f"{stage} {code} {said}"[:200]


class SmtpTransport:
    """
    A line to one SMTP server.

    A connection that the server closed while it was idle is opened again before a message is announced; after
    the words have left nothing is ever repeated here.
    """

    def __init__(
        self,
        *,
        host: str,
        port: int,
        user: str = "",
        password: str = "",
        tls: str = "none",
        timeout_seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        self._host = host
        self._port = port
        self._user = user
        self._password = password
        self._tls = tls
        self._timeout_seconds = timeout_seconds
        self._line: smtplib.SMTP | None = None

    def send(self, *, envelope: Envelope) -> str:
        """Hand one message over and return the server's answer."""
        try:
            data = mime.message_bytes(envelope=envelope)
        except mime.UnusableSender as error:
            raise TransportUnavailable(f"the sender cannot be written: {error}") from error
        except mime.UnusableRecipient as error:
            raise PermanentRefusal("address is not ASCII", is_recipient=True) from error
        except mime.MalformedHeader as error:
            raise PermanentRefusal(f"control sign in {error}", is_recipient=False) from error
        line = self._announced(envelope=envelope, size=len(data))
        return self._handed_over(line=line, data=data)

    def close(self) -> None:
        """Close the connection; the next message opens another."""
        line, self._line = self._line, None
        if line is not None:
            line.close()

    def _opened(self, *, domain: str) -> smtplib.SMTP:
        # We greet with the sender's domain: the name of this machine would take a look-up and tell too much.
        context = ssl.create_default_context() if self._tls != "none" else None
        try:
            if self._tls == "tls":
                line: smtplib.SMTP = smtplib.SMTP_SSL(
                    self._host,
                    self._port,
                    local_hostname=domain,
                    timeout=self._timeout_seconds,
                    context=context,
                )
            else:
                line = smtplib.SMTP(
                    self._host, self._port, local_hostname=domain, timeout=self._timeout_seconds
                )
            line.ehlo_or_helo_if_needed()
            if self._tls == "starttls":
                line.starttls(context=context)
            if self._user:
                line.login(self._user, self._password)
            # The words are one write: the end of a large message must not wait for an acknowledgement.
            if line.sock is not None:
                line.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except (OSError, smtplib.SMTPException) as error:
            # The error's own text may hold what was sent to sign in.
            raise TransportUnavailable(f"cannot connect: {type(error).__name__}") from error
        return line

    def _announced(self, *, envelope: Envelope, size: int) -> smtplib.SMTP:
        """Get sender, recipient and permission to send past the server."""
        is_fresh = self._line is None
        line = self._line or self._opened(domain=envelope.sender_address.rpartition("@")[2])
        self._line = line
        try:
            replies = self._asked(line, envelope=envelope, size=size)
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            if is_fresh:
                raise TransportUnavailable(f"line lost: {type(error).__name__}") from error
            # The server hung up while the line was idle, or broke off before it had the words.
            return self._announced(envelope=envelope, size=size)
        if replies[0][0] == _CLOSING and not is_fresh:
            # The server says good-bye to a line that was idle: nothing is wrong with server or message.
            self.close()
            return self._announced(envelope=envelope, size=size)
        self._check(line, replies)
        return line

    @staticmethod
    def _asked(line: smtplib.SMTP, *, envelope: Envelope, size: int) -> list[tuple[int, bytes]]:
        """Ask by three commands, in one breath if the server allows it; replies end at the first refusal."""
        options = f" SIZE={size}" if line.has_extn("size") else ""
        replies: list[tuple[int, bytes]] = []
        commands = (
            f"MAIL FROM:{smtplib.quoteaddr(envelope.sender_address)}{options}",
            f"RCPT TO:{smtplib.quoteaddr(envelope.recipient)}",
            "DATA",
        )
        if line.has_extn("pipelining"):
            line.send("\r\n".join(commands) + "\r\n")
            while len(replies) < len(commands):
                replies.append(line.getreply())
                if replies[-1][0] == _CLOSING:
                    # The server hangs up: it answers nothing that was asked after this.
                    break
            return replies
        for command in commands:
            replies.append(line.docmd(command))
            if not 200 <= replies[-1][0] < 400:
                break
        return replies

    def _check(self, line: smtplib.SMTP, replies: Sequence[tuple[int, bytes]]) -> None:
        """Raise what the first refusal means."""
        for stage, (code, text) in zip(_STAGES, replies, strict=False):
            if 200 <= code < 400:
                continue
            if len(replies) == len(_STAGES) and 300 <= replies[-1][0] < 400:
                # Asked in one breath, the server waits for words that it must not get.
                self.close()
            if stage == "MAIL" and 500 <= code < 600 and code != _TOO_LARGE:
                # The server does not want us as a sender: every message would be refused, none is at fault.
                self.close()
                raise TransportUnavailable(_reason(stage, code, text))
            is_recipient = stage == "RCPT" and not _POLICY.match(text)
            self._refuse(line, stage=stage, code=code, text=text, is_recipient=is_recipient)

    def _refuse(
        self, line: smtplib.SMTP, *, stage: str, code: int, text: bytes, is_recipient: bool
    ) -> NoReturn:
        """Raise what a refusal means; the line is made ready for the next message."""
        reason = _reason(stage, code, text)
        if code == _CLOSING and stage != "MAIL":
            # It may be this message that the server hangs up on: were it the line's fault, the message would be
            # the first again each time and hold up all others. If the server is down, the next one finds out.
            self.close()
            raise TemporaryRefusal(reason)
        if code == _CLOSING or not 400 <= code < 600:
            self.close()
            raise TransportUnavailable(reason)
        if self._line is not None:
            try:
                line.rset()
            except (OSError, smtplib.SMTPException):
                self.close()
        if code >= 500:
            raise PermanentRefusal(reason, is_recipient=is_recipient)
        raise TemporaryRefusal(reason)

    def _handed_over(self, *, line: smtplib.SMTP, data: bytes) -> str:
        """Send the words; from here on a lost line means that nobody knows."""
        payload = data.replace(b"\r\n.", b"\r\n..") + b".\r\n"
        try:
            line.send(payload)
            code, text = line.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise OutcomeUnknown(f"no answer after the words: {type(error).__name__}") from error
        if 200 <= code < 300:
            return text.decode("utf-8", "replace")
        if not 400 <= code < 600:
            self.close()
            raise OutcomeUnknown(_reason("END", code, text))
        return self._refuse(line, stage="END", code=code, text=text, is_recipient=bool(_ADDRESS.match(text)))
