"""
A dispatcher that is killed anywhere sends nothing twice and loses nothing.

The dispatcher is a process of its own that sends to a real SMTP server; the server, or a look at the queue,
decides when it dies (SIGKILL), at points drawn from a seed.
"""

import os
import random
import signal
import subprocess
import sys
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import connection

from puntual.companies.models import Company
from puntual.contacts.models import Attempt
from puntual.demo import mailserver
from puntual.outreach.models import Message
from puntual.plans.models import Action
from tests.factories import make_customer, make_receivable
from tests.outreach_factories import make_message, prepare
from tests.smtp_server import serving

MESSAGES = 60
KILLS = 5
STAGES = ("claimed", "announced", "kept", "answered")
PROGRAM = """
import sys
import django
django.setup()
from datetime import datetime
from puntual.companies import operations as companies
from puntual.flows import dispatch
from puntual.outreach.providers.smtp import SmtpTransport
with companies.in_company(schema_name="muebles"):
    dispatch.dispatch_due(
        at=datetime.fromisoformat(sys.argv[1]),
        limit=1000,
        transport=SmtpTransport(host="127.0.0.1", port=int(sys.argv[2])),
        worker=sys.argv[3],
    )
"""


class DeadlyMailbox(mailserver.FolderHandler):
    """The demo's mail server, which kills the dispatcher when it has taken so many messages."""

    def __init__(self, *, folder: Path) -> None:
        super().__init__(folder=folder)
        self.victim: subprocess.Popen[bytes] | None = None
        self.stage = ""
        self.left = 0

    def _reached(self, stage: str) -> None:
        if self.victim is not None and stage == self.stage:
            self.left -= 1
            if self.left == 0:
                self.victim.send_signal(signal.SIGKILL)
                self.victim.wait()
                self.victim = None

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Kill after the announcement, before the words."""
        answer = await super().handle_RCPT(server, session, envelope, address, options)
        self._reached("announced")
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Kill when the message is kept and the dispatcher does not know it, or as it learns it."""
        answer = await super().handle_DATA(server, session, envelope)
        self._reached("kept")
        server.loop.call_soon(self._reached, "answered")
        return answer


def start(at: datetime, port: int, name: str) -> subprocess.Popen[bytes]:
    """Start a dispatcher on the database of this test."""
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    environment = {**os.environ, "DATABASE_URL": url, "PYTHONPATH": os.pathsep.join(sys.path)}
    arguments = [at.isoformat(), str(port), name]
    return subprocess.Popen([sys.executable, "-c", PROGRAM, *arguments], env=environment)


def kill_when_claimed(victim: subprocess.Popen[bytes]) -> None:
    """Kill as soon as the queue shows that the dispatcher took its messages."""
    while victim.poll() is None and not Message.objects.filter(state="CLAIMED").exists():
        pass
    victim.send_signal(signal.SIGKILL)
    victim.wait()


def keys_in(folder: Path) -> Counter[str]:
    lines = mailserver.list_messages(folder=folder, limit=10 * MESSAGES)
    mails = [mailserver.read_message(folder=folder, message_id=line.id) for line in lines]
    return Counter(mail.message_id.strip("<>").partition("@")[0] for mail in mails if mail is not None)


@pytest.mark.feature("N-05")
@pytest.mark.parametrize("seed", [1, 2])
def test_killed_anywhere_nothing_is_sent_twice_and_nothing_is_lost(
    committed_company: Company, now: datetime, tmp_path: Path, seed: int
) -> None:
    prepare()
    for _ in range(MESSAGES):
        customer = make_customer()
        make_receivable(customer=customer, due=now.date() - timedelta(days=3))
        make_message(customer=customer)
    chance = random.Random(seed)
    mailbox = DeadlyMailbox(folder=tmp_path)
    at = now
    with serving(mailbox) as port:
        for number in range(KILLS):
            stage = STAGES[number] if number < len(STAGES) else chance.choice(STAGES)
            mailbox.stage, mailbox.left = stage, chance.randint(1, 9)
            victim = mailbox.victim = start(at, port, f"w{number}")
            if stage == "claimed":
                kill_when_claimed(victim)
            assert victim.wait(180) == -signal.SIGKILL
            at += timedelta(hours=1)
        mailbox.victim = None
        assert start(at, port, "last").wait(180) == 0

    states = dict(Message.objects.values_list("key", "state"))
    kept = keys_in(tmp_path)
    sent = {str(key) for key, state in states.items() if state == "SENT"}
    unknown = {str(key) for key, state in states.items() if state == "UNKNOWN"}
    assert max(kept.values()) == 1
    assert sent | unknown == {str(key) for key in states}
    assert sent <= set(kept) <= sent | unknown
    assert 0 < len(unknown) < KILLS
    # What was sent is an executed action; what nobody knows about waits for a person; both count as contacts.
    assert Counter(Action.objects.values_list("state", flat=True)) == Counter(
        {"EXECUTED": len(sent), "QUEUED": len(unknown)}
    )
    assert Attempt.objects.count() == MESSAGES
    assert set(Message.objects.filter(reported_at=None)) == set()
