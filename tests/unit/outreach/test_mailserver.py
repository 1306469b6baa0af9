"""The demo's mail server: real SMTP in, whole files out, bounces to be seen."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from puntual.demo import mailserver
from puntual.outreach.providers import mime
from puntual.outreach.providers.contract import PermanentRefusal
from puntual.outreach.providers.smtp import SmtpTransport
from tests.smtp_server import serving
from tests.unit.outreach.test_mime import ENVELOPE


def test_a_message_is_kept_and_read_back(tmp_path: Path) -> None:
    folder = tmp_path / "buzon"
    with serving(mailserver.FolderHandler(folder=folder)) as port:
        transport = SmtpTransport(host="127.0.0.1", port=port, timeout_seconds=10)
        transport.send(envelope=ENVELOPE)
        transport.send(envelope=replace(ENVELOPE, key=uuid4(), recipient="otra@correo.example"))
        transport.close()

    lines = mailserver.list_messages(folder=folder)
    assert [line.recipient for line in lines] == ["otra@correo.example", "maria@correo.example"]
    assert lines[0].subject == ENVELOPE.subject
    assert mailserver.list_messages(folder=folder, search="MARIA@correo") == lines[1:]
    assert mailserver.list_messages(folder=folder, search="nadie") == []
    assert mailserver.list_messages(folder=folder, limit=1) == lines[:1]
    mail = mailserver.read_message(folder=folder, message_id=lines[1].id)
    assert mail is not None
    assert mail.message_id == mime.message_id(envelope=ENVELOPE)
    assert mail.sent_at == ENVELOPE.sent_at
    assert mail.text.replace("\r\n", "\n") == ENVELOPE.text
    assert mail.html.strip() == ENVELOPE.html
    assert mail.sender == '"Mueblería Ñandú, S.A." <cobranza@muebles.example>'


@pytest.mark.parametrize("local", ["rebota", "rebota.1", "Bounce-a"])
def test_some_addresses_bounce(tmp_path: Path, local: str) -> None:
    with serving(mailserver.FolderHandler(folder=tmp_path)) as port:
        transport = SmtpTransport(host="127.0.0.1", port=port, timeout_seconds=10)
        with pytest.raises(PermanentRefusal) as raised:
            transport.send(envelope=replace(ENVELOPE, recipient=f"{local}@correo.example"))

    assert raised.value.is_recipient
    assert mailserver.list_messages(folder=tmp_path) == []


@pytest.mark.parametrize("message_id", ["../../etc/passwd", "", "x" * 53, "0" * 20 + "-" + "0" * 32])
def test_what_is_not_there_is_nothing(tmp_path: Path, message_id: str) -> None:
    (tmp_path / "notas.eml").write_text("otra cosa")

    assert mailserver.read_message(folder=tmp_path, message_id=message_id) is None
    assert mailserver.list_messages(folder=tmp_path) == []
    assert mailserver.list_messages(folder=tmp_path / "no-hay") == []


def test_the_server_runs_as_its_own_process(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from puntual.demo import mailserver;"
        "mailserver.run(host='127.0.0.1', port=0, folder=Path(sys.argv[1]),"
        " on_ready=lambda port: print(port, flush=True))"
    )
    server = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    try:
        assert server.stdout is not None
        port = int(server.stdout.readline())
        transport = SmtpTransport(host="127.0.0.1", port=port, timeout_seconds=10)
        transport.send(envelope=ENVELOPE)
        transport.close()
    finally:
        server.send_signal(signal.SIGTERM)
        code = server.wait(30)

    assert code == 0
    assert len(mailserver.list_messages(folder=tmp_path)) == 1
