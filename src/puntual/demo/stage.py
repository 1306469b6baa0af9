"""
The demo: a furniture maker with a year and a half behind it and its last days lived through the product.

Everything enters by the doors that a real company uses: the import, the operations of staff, the daily run, the
dispatcher and a real SMTP server. Only the clock is played: each step is told the moment at which it happens.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from puntual.agreements import operations as agreements
from puntual.audit.types import SYSTEM
from puntual.companies import operations as company_operations
from puntual.companies import queries as companies
from puntual.companies.types import CompanyFacts
from puntual.db import named, rows
from puntual.demo import generator
from puntual.demo.replay import Teller
from puntual.demo.timetable import Batch, batches
from puntual.flows import intake, quality
from puntual.flows.daily_run import run_day
from puntual.flows.dispatch import dispatch_due
from puntual.flows.opening import open_company
from puntual.identity import operations as identity
from puntual.identity import queries as staff
from puntual.identity.types import Role
from puntual.intake.types import Choices, DateOrder, FileKind
from puntual.outreach import operations as outreach
from puntual.outreach.providers.contract import Transport
from puntual.plans import queries as planned
from puntual.web.own_data_files import files_of

_SQL = named.load(Path(__file__).parent / "sql" / "demo.sql")
Tell = Callable[[str], None]

KEY = "demo"
HOSTS = ("localhost", "127.0.0.1", "demo.localhost")
NAME = "Muebles del Valle"
SETTINGS = {
    "legal_name": "Muebles del Valle, S.A. de C.V.",
    "phone": "55 0000 0000",
    "email": "cobranza@mueblesdelvalle.example",
    "office_hours": "lunes a viernes de 9 a 18 h",
    "address": "Av. Ejemplo 100, Ciudad de México",
    "complaint_contact": "quejas@mueblesdelvalle.example, 55 0000 0001",
    "privacy_url": "https://mueblesdelvalle.example/privacidad",
    "bank_name": "Banco Ejemplo",
    "bank_account": "002010077777777771",
}
# Everybody in the demo signs in with the same words; it listens on this machine only and holds no real data.
SIGN_IN_WORDS = "cobranza-en-orden"
_STAFF = {
    Role.OWNER: ("direccion", "Daniela Dirección"),
    Role.MANAGER: ("gerencia", "Germán Gerente"),
    Role.SUPERVISOR: ("supervision", "Sofía Supervisora"),
    Role.COLLECTOR: ("gestion", "Gabriela Gestora"),
    Role.AUDITOR: ("auditoria", "Aurelio Auditor"),
}
_MORNING, _FIRST_ROUND, _SECOND_ROUND = time(6, 30), time(10, 0), time(16, 30)
_NIGHT = time(20, 0)
# A message leaves after it was decided, never at the same moment: so a rehearsal of the day can tell them apart.
_BEFORE_SENDING = timedelta(minutes=1)
_MESSAGES_MAX = 10_000
# What a demo is made of where nothing else is asked for, and where that is written down.
_USUAL = {"seed": 1, "receivables": generator.DEFAULT_RECEIVABLES}
_MADE_OF = "hecha-de.json"


@dataclass(frozen=True, slots=True)
class SignIn:
    """How a member of the demo's staff comes in."""

    role: str
    email: str
    words: str


@dataclass(frozen=True, slots=True)
class Staged:
    """What the demo holds and how to look at it."""

    company: str
    today: date
    was_kept: bool
    counts: dict[str, int]
    sign_ins: tuple[SignIn, ...]
    portal_url: str
    portal_customer: str
    portal_tax_id: str


def choices_of(*, kind: FileKind) -> Choices:
    """
    Answer what the demo's files may be asked.

    A month with few rows may have only days that could be months as well; whoever wrote the files knows.
    """
    return Choices(kind=kind, date_order=DateOrder.DMY)


def stage(
    *,
    folder: Path,
    mailbox: Path,
    seed: int | None,
    receivables: int | None,
    base_url: str,
    is_fresh: bool,
    transport: Transport,
    at: datetime,
    tell: Tell,
) -> Staged:
    """
    Make the demo company, or bring the one that is there up to today.

    A company that was only half made, or of another size or seed than is asked for, is made anew.
    """
    asked = {"seed": seed, "receivables": receivables}
    made_of = _made_of(folder) if _is_complete() and not is_fresh else None
    wanted = (made_of or _USUAL) | {name: value for name, value in asked.items() if value is not None}
    was_kept = made_of == wanted
    if was_kept:
        size = f"{wanted['receivables']:,}"
        tell(
            f"Se conserva la demostración de {size} documentos; con --fresh (make demo DEMO=--fresh) se hace otra"
        )
    else:
        if KEY in companies.schema_names():
            tell("Borrando la demostración anterior")
            company_operations.erase_company(schema_name=KEY)
        for message in mailbox.glob("*.eml"):
            message.unlink()
        open_company(
            schema_name=KEY,
            name=NAME,
            hosts=HOSTS,
            settings={**SETTINGS, "base_url": base_url},
            is_demo=True,
            at=at,
        )
    company_operations.update_company(schema_name=KEY, settings={"base_url": base_url})
    with company_operations.in_company(schema_name=KEY):
        company = companies.current_company(base_url=base_url)
        play = _Play(company=company, transport=transport, now=at, tell=tell)
        if not was_kept:
            play.past_and_present(folder=folder, **wanted)
            (folder / _MADE_OF).write_text(json.dumps(wanted), encoding="utf-8")
            _hire(at=at)
        else:
            play.today_only()
        return _staged(play, was_kept=was_kept)


def _made_of(folder: Path) -> dict[str, int]:
    """Read what the demo that is there was made of; one that does not say is the usual one."""
    try:
        found = json.loads((folder / _MADE_OF).read_text(encoding="utf-8"))
        return {name: int(found[name]) for name in _USUAL}
    except (OSError, ValueError, TypeError, KeyError):
        return dict(_USUAL)


def _is_complete() -> bool:
    """Say whether the demo is there from end to end: its staff comes last."""
    if KEY not in companies.schema_names():
        return False
    with company_operations.in_company(schema_name=KEY):
        return bool(staff.staff_list())


def _hire(*, at: datetime) -> None:
    with transaction.atomic():
        for sign_in, (_mailbox, name) in zip(sign_ins(), _STAFF.values(), strict=True):
            identity.create_user(
                email=sign_in.email,
                name=name,
                role=Role(sign_in.role),
                password=sign_in.words,
                actor=SYSTEM,
                at=at,
            )


def sign_ins() -> tuple[SignIn, ...]:
    """List who may sign in to the demo."""
    return tuple(
        SignIn(role=role.value, email=f"{mailbox}@mueblesdelvalle.example", words=SIGN_IN_WORDS)
        for role, (mailbox, _name) in _STAFF.items()
    )


class _Play:
    """The days of the demo, in order."""

    def __init__(self, *, company: CompanyFacts, transport: Transport, now: datetime, tell: Tell) -> None:
        self.company = company
        self._zone = ZoneInfo(company.time_zone)
        self._transport = transport
        self.now = now
        self._tell = tell
        self._teller = Teller(time_zone=company.time_zone, country=company.country, now=now)
        self.today = now.astimezone(self._zone).date()

    def past_and_present(self, *, folder: Path, seed: int, receivables: int) -> None:
        """Load the months behind, then live the last days."""
        self._tell(f"Escribiendo la cartera: {receivables:,} documentos")
        files = generator.write_files(folder=folder, seed=seed, receivables=receivables, today=self.today)
        for batch in batches(files=files, today=self.today, country=self.company.country):
            if batch.is_played:
                self._day(batch)
            else:
                self._month(batch)

        told = self._teller.told
        self._tell(
            f"Historia contada: {told.promises} promesas, {told.disputes} aclaraciones, {told.refused} rechazadas"
        )

    def today_only(self) -> None:
        """Decide today, if nobody did yet, and send what is due."""
        self._tell(f"Decidiendo el {self.today}")
        run_day(today=self.today, at=self._decided_at())
        quality.check_portfolio(today=self.today, at=self.now)
        self._send(at=self.now)

    def _decided_at(self) -> datetime:
        """Return when today is decided: a little before now, and still today."""
        return max(self.now - _BEFORE_SENDING, self._moment(self.today, time.min))

    def _moment(self, day: date, clock: time) -> datetime:
        """Return a moment of a day, never later than now."""
        moment = datetime.combine(day, clock, tzinfo=self._zone).astimezone(UTC)
        return min(moment, self.now)

    def _month(self, batch: Batch) -> None:
        self._tell(f"Cargando {batch.name}")
        at = self._moment(batch.last_day, _NIGHT)
        self._load(
            f"cartera-{batch.name}.csv", batch.portfolio, kind=FileKind.RECEIVABLES, day=batch.last_day, at=at
        )
        self._teller.tell(events=batch.events, is_played=False)
        self._load(
            f"pagos-{batch.name}.csv", batch.payments, kind=FileKind.PAYMENTS, day=batch.last_day, at=at
        )
        agreements.settle_promises(today=batch.last_day, country=self.company.country, at=at)

    def _day(self, batch: Batch) -> None:
        self._tell(f"Viviendo el {batch.name}")
        day = batch.last_day
        morning = self._moment(day, _MORNING)
        self._load(
            f"cartera-{batch.name}.csv", batch.portfolio, kind=FileKind.RECEIVABLES, day=day, at=morning
        )
        self._load(f"pagos-{batch.name}.csv", batch.payments, kind=FileKind.PAYMENTS, day=day, at=morning)
        if day == self.today:
            self._teller.tell(events=batch.events, is_played=True)
            run_day(today=day, at=self._decided_at())
            quality.check_portfolio(today=day, at=self.now)
            self._send(at=self.now)
            return
        run_day(today=day, at=morning)
        self._send(at=self._moment(day, _FIRST_ROUND))
        self._teller.tell(events=batch.events, is_played=True)
        self._send(at=self._moment(day, _SECOND_ROUND))

    def _load(self, name: str, content: bytes, *, kind: FileKind, day: date, at: datetime) -> None:
        if not content:
            return
        import_id = intake.load_file(name=name, content=content, kind=kind, actor=SYSTEM, at=at)
        intake.apply_import(
            import_id=import_id, choices=choices_of(kind=kind), actor=SYSTEM, today=day, at=at
        )

    def _send(self, *, at: datetime) -> None:
        """Send until nothing more is due at that moment."""
        while True:
            summary = dispatch_due(
                at=at, limit=_MESSAGES_MAX, transport=self._transport, worker="demo", files_of=files_of
            )
            if not summary.claimed or not summary.is_available:
                return


def _staged(play: _Play, *, was_kept: bool) -> Staged:
    found = rows.fetch_dicts(_SQL["counts"])[0]
    run = planned.run_of(as_of=play.today)
    found["decisions"] = run.decisions if run else 0
    example: dict[str, Any] = next(
        iter(rows.fetch_dicts(_SQL["good_example"], {"today": play.today})),
        {"id": None, "name": "", "tax_id": ""},
    )
    portal_url = ""
    if example["id"] is not None:
        with transaction.atomic():
            token = outreach.make_portal_link(customer_id=example["id"], at=play.now)
        portal_url = f"{play.company.base_url}/p/{token}/"
    return Staged(
        company=NAME,
        today=play.today,
        was_kept=was_kept,
        counts=found,
        sign_ins=sign_ins(),
        portal_url=portal_url,
        portal_customer=example["name"],
        portal_tax_id=example["tax_id"],
    )
