"""The demo as a newcomer meets it: a command, addresses that answer, and Ctrl-C that leaves nothing behind."""

import html
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import httpx
import psutil
import pytest

from puntual.demo import generator
from puntual.demo.stage import HOSTS
from puntual.demo.timetable import batches, played_days
from puntual.lib import days
from tests.processes import environment, free_port, ground, run_to_the_end

__all__ = ["ground"]

SIZE = "300"
_LINK = re.compile(r'(?:href|hx-get)="(/[^"#]*)"')
# Downloads of the page's assets, and the way out.
_NOT_WALKED = ("/static/", "/cuenta/logout/", "/demo/buzon/")


@dataclass(frozen=True, slots=True)
class Served:
    """A demo that was served, looked at and interrupted."""

    home: Path
    lines: list[str]
    pages: Mapping[str, tuple[int, str]]
    # What every page that links lead to answered, as its owner.
    walked: Mapping[str, int]
    processes: list[str]
    survivors: list[str]
    return_code: int


def walk(base: str) -> dict[str, int]:
    """Sign in as the owner and open whatever a page leads to: one of each kind of address."""
    found: dict[str, int] = {}
    seen: set[str] = set()
    with httpx.Client(base_url=base, follow_redirects=True, timeout=60) as owner:
        sign_in = owner.get("/cuenta/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', sign_in.text)
        assert token is not None
        owner.post(
            "/cuenta/login/",
            data={
                "login": "direccion@mueblesdelvalle.example",
                "password": "cobranza-en-orden",
                "csrfmiddlewaretoken": token.group(1),
            },
        )
        waiting = ["/"]
        while waiting:
            address = waiting.pop()
            kind = re.sub(r"[0-9a-f-]{36}|\d+", "#", address)
            if address in found or kind in seen or address.startswith(_NOT_WALKED):
                continue
            seen.add(kind)
            answer = owner.get(address)
            found[address] = answer.status_code
            if "html" in answer.headers.get("content-type", ""):
                waiting += [html.unescape(link) for link in _LINK.findall(answer.text)]
    return found


@pytest.fixture(scope="module")
def served(ground: Path) -> Iterator[Served]:
    """Serve a small demo, look at its pages, press Ctrl-C."""
    home = ground / "served"
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [sys.executable, "-m", "puntual.cli.main", "demo", "--size", SIZE, "--port", str(port)],
        env=environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    try:
        assert process.stdout is not None
        lines = []
        for line in process.stdout:
            lines.append(line.rstrip())
            if line.startswith("Listo."):
                break
        portal = next((line.split()[-1] for line in lines if "/p/" in line), "").replace(
            "localhost", "127.0.0.1"
        )
        pages = {
            name: (answer.status_code, answer.text)
            for name, address in {
                "health": f"{base}/healthz",
                "ready": f"{base}/readyz",
                "home": f"{base}/",
                "sign-in": f"{base}/cuenta/login/",
                "portal": portal,
                "asset": f"{base}/static/vendor/htmx.min.js",
                "mailbox": f"{base}/demo/buzon/",
                "api": f"{base}/api/v1/docs",
            }.items()
            for answer in [httpx.get(address, follow_redirects=False, timeout=30)]
        }
        walked = walk(base)
        family = psutil.Process(process.pid).children(recursive=True)
        server = psutil.Process(int((home / "postgres" / "postmaster.pid").read_text().split()[0]))
        commands = [" ".join(one.cmdline()) for one in family]
        process.send_signal(signal.SIGINT)
        return_code = process.wait(timeout=60)
        _gone, alive = psutil.wait_procs([*family, server], timeout=10)
        yield Served(
            home=home,
            lines=lines,
            pages=pages,
            walked=walked,
            processes=commands,
            survivors=[str(one) for one in alive],
            return_code=return_code,
        )
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def test_the_demo_starts_web_worker_and_mail_and_ctrl_c_ends_them_all(served: Served) -> None:
    for name in (" serve ", " worker", " mailserver "):
        assert any(name in command + " " for command in served.processes), served.processes
    assert served.survivors == []
    assert served.return_code == 0


def test_the_demo_prints_how_to_come_in(served: Served) -> None:
    text = "\n".join(served.lines)

    for mailbox in ("direccion", "gerencia", "supervision", "gestion", "auditoria"):
        assert f"{mailbox}@mueblesdelvalle.example  cobranza-en-orden" in text
    assert "/p/" in text
    assert "RFC" in text


def test_every_printed_address_answers(served: Served) -> None:
    codes = {name: code for name, (code, _text) in served.pages.items()}

    assert codes == {
        "health": 200,
        "ready": 200,
        "home": 302,
        "sign-in": 200,
        "portal": 200,
        "asset": 200,
        "mailbox": 302,
        "api": 200,
    }
    for address in ("/demo/buzon/", "/api/v1/docs"):
        assert any(address in line for line in served.lines)


def test_every_page_that_links_lead_to_opens(served: Served) -> None:
    broken = {address: code for address, code in served.walked.items() if code >= 400}

    assert broken == {}
    # The tray, a case and a plan were among them.
    assert {"/bandeja/", "/clientes/", "/plan/"} <= set(served.walked)
    assert len(served.walked) > 60


def test_the_portal_shows_nothing_before_identity_is_proven(served: Served) -> None:
    code, text = served.pages["portal"]
    name = next(line for line in served.lines if "; para entrar, RFC" in line).split(";")[0].strip()

    assert code == 200
    assert name not in text
    assert "$" not in text


def test_a_second_start_keeps_what_is_there(served: Served) -> None:
    command = [sys.executable, "-m", "puntual.cli.main", "demo", "--size", SIZE, "--no-serve", "--json"]

    again = run_to_the_end(command, env=environment(served.home))

    assert again["was_kept"] is True
    assert again["counts"]["receivables"] == int(SIZE)
    assert again["counts"]["decisions"] > 0


@pytest.mark.feature("SEC-05")
def test_no_message_of_the_demo_left_outside_any_rule(served: Served) -> None:
    look = (
        "from puntual.companies.operations import in_company\n"
        "from tests.rereading import stored_messages, violations\n"
        "with in_company(schema_name='demo'):\n"
        "    print(__import__('json').dumps([len(stored_messages()), violations(country='MX')]))"
    )

    found = run_to_the_end(
        [sys.executable, "-m", "puntual.cli.main", "manage", "shell", "--no-imports", "-c", look],
        env=environment(served.home, PUNTUAL_MODE="demo", PYTHONPATH=str(Path(__file__).parents[2])),
    )

    sent, against = found
    assert sent > 0
    assert against == []


@pytest.mark.feature("N-19")
def test_the_bench_prints_every_row_of_its_targets(served: Served) -> None:
    command = [sys.executable, "-m", "puntual.cli.main", "bench", "--size", "1000", "--json"]

    answer = run_to_the_end(command, env=environment(served.home, PUNTUAL_MODE="demo"))

    figures = {figure["work"].split(",")[0].split(" of the ")[0]: figure for figure in answer["figures"]}
    assert list(figures) == [
        "import CSV",
        "the same file a second time",
        "growth",
        "daily run",
        "the same",
        "second run",
        "explain one customer",
        "search for duplicates",
        "render messages",
        "dispatch through a real socket",
        "import XLSX",
        "1",
        "import 1",
        "second import",
        "count a segment",
        "replay of 30 days over 1",
    ]
    assert figures["second run"]["measured"].startswith("writes 0 rows")
    again = run_to_the_end(
        [sys.executable, "-m", "puntual.cli.main", "company", "list", "--json"],
        env=environment(served.home, PUNTUAL_MODE="demo"),
    )
    assert again == [
        {"schema_name": "demo", "name": "Muebles del Valle", "hosts": sorted(HOSTS), "is_demo": True}
    ]


def test_a_taken_port_is_refused_before_anything_is_made(ground: Path) -> None:
    home = ground / "refused"
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "puntual.cli.main", "demo", "--port", str(port)],
            env=environment(home),
            capture_output=True,
            text=True,
            check=False,
        )

    assert done.returncode == 1
    assert f"El puerto {port} está ocupado" in done.stderr
    assert not (home / "demo").exists()


@pytest.mark.parametrize(
    ("_case", "today", "expected"),
    [
        ("a Sunday", date(2026, 11, 22), [19, 20, 21, 22]),
        ("a Wednesday", date(2026, 11, 25), [23, 24, 25]),
        ("the Monday of a long weekend", date(2026, 11, 16), [12, 13, 14, 15, 16]),
    ],
)
def test_the_days_before_today_hold_two_working_days(_case: str, today: date, expected: list[int]) -> None:
    played = played_days(today=today, country="MX")

    assert [day.day for day in played] == expected
    assert sum(days.is_business_day(day=day, country="MX") for day in played[:-1]) == 2


def test_the_files_are_cut_into_months_and_days_without_losing_a_row(tmp_path: Path, today: date) -> None:
    files = generator.write_files(folder=tmp_path, seed=3, receivables=400, today=today)

    found = batches(files=files, today=today, country="MX")

    last_days = [batch.last_day for batch in found]
    assert last_days == sorted(set(last_days))
    assert [batch.name for batch in found if batch.is_played] == ["2026-11-19", "2026-11-20"] + [
        f"2026-11-{day}" for day in (21, 22, 23)
    ]
    assert _rows([batch.portfolio for batch in found]) == files.receivables
    assert _rows([batch.payments for batch in found]) == files.payment_rows
    assert sum(len(batch.events) for batch in found) == files.events
    assert all(event["date"] <= batch.last_day.isoformat() for batch in found for event in batch.events)


def _rows(parts: list[bytes]) -> int:
    return sum(part.count(b"\r\n") - 1 for part in parts if part)
