"""The pieces of work that are measured, each beside its floor."""

import asyncio
import os
import signal
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.db import connection

from puntual.audit.types import SYSTEM
from puntual.companies import operations as company_operations
from puntual.companies import queries as companies
from puntual.db import named, rows
from puntual.demo import mailserver
from puntual.flows import explain, intake, merging
from puntual.flows.daily_run import run_day
from puntual.flows.dispatch import LANES, dispatch_due
from puntual.flows.run_helpers import default_workers
from puntual.intake.types import Choices, DateOrder, FileKind
from puntual.outreach import operations as outreach
from puntual.outreach import queries as messages
from puntual.outreach.providers.smtp import SmtpTransport
from puntual.plans import queries as planned
from puntual.portfolio import operations as portfolio
from puntual.portfolio.types import CustomerKind, NewCustomer

_SQL = named.load(Path(__file__).parent / "floor.sql")
KEY = "medicion"
# A Monday; decided before office hours, sent within them in every zone of the country.
TODAY = date(2026, 11, 23)
DECIDED_AT = datetime(2026, 11, 23, 12, 30, tzinfo=UTC)
SENT_AT = datetime(2026, 11, 23, 19, 0, tzinfo=UTC)
_MESSAGES_MAX = 2_000
_EXPLAINED = 20
# What a company must have told before a message of it may leave.
COMPANY = {
    "email": "medicion@puntual.example",
    "complaint_contact": "quejas@puntual.example",
    "legal_name": "Medición, S.A. de C.V.",
    "address": "Calle de la Medida 1, Ciudad de México",
    "phone": "55 0000 0000",
    "bank_name": "Banco Ejemplo",
    "bank_account": "002010077777777771",
}


def import_file(path: Path) -> dict[str, Any]:
    """Take the same file in through the product's import."""
    settings.IMPORT_FILE_BYTES_MAX = 1 << 40
    with company_operations.in_company(schema_name=KEY), intake.kept_open():
        import_id = intake.load_file(
            name=path.name, content=path.read_bytes(), kind=FileKind.RECEIVABLES, actor=SYSTEM, at=DECIDED_AT
        )
        choices = Choices(date_order=DateOrder.DMY)
        done = intake.apply_import(
            import_id=import_id, choices=choices, actor=SYSTEM, today=TODAY, at=DECIDED_AT
        )
        return {"rows": done.counts.rows_accepted}


def analyze() -> dict[str, Any]:
    """Let the database look at its new rows, as it does by itself a minute later."""
    with company_operations.in_company(schema_name=KEY), connection.cursor() as cursor:
        cursor.execute("analyze")
    return {}


def decide_by_sql() -> dict[str, Any]:
    """Decide the day by the least SQL: the floor of a daily run."""
    with company_operations.in_company(schema_name=KEY):
        steps = planned.active_version()[1].steps
        rows.fetch_all("select 1")
        with connection.cursor() as cursor:
            cursor.execute(_SQL["make_decision_table"])
            cursor.execute(
                _SQL["decide"],
                {
                    "today": TODAY,
                    "numbers": [step.number for step in steps],
                    "offsets": [step.offset_days for step in steps],
                },
            )
            return {"rows": cursor.rowcount}


def decide_day() -> dict[str, Any]:
    """Run the day through the product."""
    with company_operations.in_company(schema_name=KEY):
        summary = run_day(today=TODAY, at=DECIDED_AT, workers=default_workers())
        return {
            "decisions": summary.decisions,
            "customers": summary.customers,
            "new_decisions": summary.new_decisions,
            "actions": summary.actions,
        }


def decide_day_again() -> dict[str, Any]:
    """Run the same day a second time and count the rows that it writes."""
    with company_operations.in_company(schema_name=KEY):
        before = _rows_written()
        run_day(today=TODAY, at=DECIDED_AT, workers=default_workers())
        return {"written": _rows_written() - before}


def explain_some() -> dict[str, Any]:
    """Explain customers here and there in the portfolio, and say how long each took."""
    with company_operations.in_company(schema_name=KEY):
        ids = [row[0] for row in rows.fetch_all(_SQL["some_customers"], {"count": _EXPLAINED})]
        explain.explain(customer_id=ids[0], as_of=TODAY)
        taken = []
        for customer_id in ids:
            started = time.perf_counter()
            explain.explain(customer_id=customer_id, as_of=TODAY)
            taken.append((time.perf_counter() - started) * 1000)
        return {"ms": taken}


def _rows_written() -> int:
    rows.fetch_all(_SQL["flush_statistics"])
    return int(rows.fetch_all(_SQL["rows_written"])[0][0])


def sow_spellings() -> dict[str, Any]:
    """Write some customers a second time with other words: an invented portfolio has no duplicates."""
    with company_operations.in_company(schema_name=KEY), connection.cursor() as cursor:
        cursor.execute(_SQL["spellings"], {})
        spelled = [
            NewCustomer(
                external_id=external_id,
                name=name,
                kind=CustomerKind(kind),
                tax_id=tax_id,
                state=state,
                city=city,
                postal_code=postal_code,
            )
            for external_id, name, kind, tax_id, state, city, postal_code in cursor.fetchall()
        ]
        portfolio.upsert_customers(customers=spelled, at=DECIDED_AT)
        cursor.execute("analyze portfolio_customer")
        return {"sown": len(spelled)}


def match_by_sql() -> dict[str, Any]:
    """Find the customers that share something exactly, by one statement: the floor of a search for duplicates."""
    with company_operations.in_company(schema_name=KEY), connection.cursor() as cursor:
        cursor.execute(_SQL["make_pair_table"])
        cursor.execute(_SQL["match_customers"])
        return {"pairs": cursor.rowcount}


def find_duplicates() -> dict[str, Any]:
    """Look through the portfolio for duplicates, and keep the proposals."""
    with company_operations.in_company(schema_name=KEY):
        found = merging.find_duplicates(at=DECIDED_AT, is_forced=True)
        if found is None:
            return {"customers": 0, "compared": 0, "proposals": 0}
        return {
            "customers": found.customers,
            "compared": found.pairs_compared,
            "proposals": found.proposals,
        }


def render_messages() -> dict[str, Any]:
    """Write the words of the day's messages, without storing them, and say how long one core took."""
    with company_operations.in_company(schema_name=KEY):
        company = companies.current_company(base_url="https://cobranza.example")
        ids = [row[0] for row in rows.fetch_all("select id from outreach_message order by id limit 2000")]
        facts = list(
            messages.message_facts(message_ids=ids, time_zone=company.time_zone, today=TODAY).values()
        )
        templates = messages.active_templates()
        links = outreach.make_portal_links(customer_ids=[one.customer_id for one in facts], at=DECIDED_AT)
        started = time.process_time()
        written = messages.rendered(
            facts=facts, links=links, templates=templates, company=company, today=TODAY
        )
        return {"messages": len(written), "seconds": time.process_time() - started}


class _Discard(mailserver.PipeliningHandler):
    """A mail server's side that takes every message and keeps none."""

    async def handle_DATA(  # noqa: N802 - the name is aiosmtpd's.
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Accept a message."""
        return "250 Message taken"


@contextmanager
def mail_sink() -> Iterator[int]:
    """Run a mail server in a process of its own and give its port."""
    # Named as TCP, so that asyncio sends each answer at once; else it waits 40 ms for an acknowledgement, which
    # no mail server does, and the figure would be that of this socket.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(64)
        child = os.fork()
        if child == 0:
            try:
                asyncio.run(_sink(listening))
            finally:
                os._exit(0)
        port = listening.getsockname()[1]
    try:
        yield port
    finally:
        os.kill(child, signal.SIGTERM)
        os.waitpid(child, 0)


async def _sink(listening: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, lambda: os._exit(0))
    handler = _Discard()
    server = await loop.create_server(lambda: mailserver.session(handler=handler, loop=loop), sock=listening)
    await server.serve_forever()


def dispatch(port: int) -> dict[str, Any]:
    """Send the day's messages through real sockets, as one worker does: over its lanes, side by side."""
    started = time.perf_counter()
    with ThreadPoolExecutor(LANES) as lanes:
        sent = sum(lanes.map(partial(_lane, port), range(LANES)))
    return {"sent": sent, "seconds": time.perf_counter() - started}


def _lane(port: int, number: int) -> int:
    """Send over one line, with a database connection of its own."""
    transport = SmtpTransport(host="127.0.0.1", port=port)
    try:
        with company_operations.in_company(schema_name=KEY):
            return dispatch_due(
                at=SENT_AT,
                limit=_MESSAGES_MAX // LANES,
                transport=transport,
                worker=f"medicion-{number}",
                seconds_max=600,
            ).sent
    finally:
        transport.close()
        connection.close()
