"""Commands of the working day: decide, send, explain."""

import os
import socket
from datetime import datetime

import click
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from puntual.cli.answers import answer, in_company, local_day, now, with_company, with_json
from puntual.flows.daily_run import RunSummary
from puntual.flows.daily_run import run_day as decide_day
from puntual.flows.dispatch import dispatch_due
from puntual.flows.explain import explain_customer
from puntual.flows.run_helpers import default_workers
from puntual.lib import formats
from puntual.lib.errors import DomainError
from puntual.outreach.providers.smtp import SmtpTransport
from puntual.plans.types import Pace
from puntual.web.own_data_files import files_of

_DISPATCH_MAX = 10_000


class NoMailServer(DomainError):
    """Messages cannot be sent: no mail server was named."""

    code = "no-mail-server"


@click.command("run-day")
@click.option(
    "--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="Día por decidir; hoy si no se indica."
)
@click.option(
    "--workers",
    default=default_workers,
    type=click.IntRange(1, 64),
    show_default="uno por núcleo, a lo más 4",
    help="Procesos que deciden a la vez.",
)
@with_company
@with_json
def run_day(day: datetime | None, workers: int, company_key: str | None, as_json: bool) -> None:
    """Decide el día para cada cliente y cada paso del plan; repetirla no escribe nada nuevo."""
    at = now()
    with in_company(key=company_key) as company:
        today = day.date() if day else local_day(company=company, at=at)
        summary = decide_day(today=today, at=at, workers=workers, on_progress=_tell)
    answer(
        document=summary,
        lines=[
            *_how_it_went(summary),
            _("%(day)s: %(customers)s clientes, %(decisions)s decisiones, %(actions)s gestiones.")
            % {
                "day": summary.as_of,
                "customers": summary.customers,
                "decisions": summary.decisions,
                "actions": summary.actions,
            },
            _("Nuevas en esta corrida: %(decisions)s decisiones, %(actions)s gestiones.")
            % {"decisions": summary.new_decisions, "actions": summary.new_actions},
        ],
        as_json=as_json,
    )


def _tell(pace: Pace) -> None:
    """Show how far the run is, on the error output: the answer is for whoever asked."""
    click.echo(
        _("%(done)s de %(everybody)s clientes, %(rate)s por segundo, faltan %(left)s")
        % {
            "done": pace.done,
            "everybody": pace.everybody,
            "rate": round(pace.per_second or 0),
            "left": formats.duration(seconds=pace.seconds_left, locale="es_MX"),
        },
        err=True,
    )


def _how_it_went(summary: RunSummary) -> list[str]:
    """Say what is out of the ordinary about a run."""
    lines = []
    if not summary.is_own:
        lines.append(_("Otro proceso empezó esta corrida y la termina: este le ayudó."))
    if summary.days_off:
        lines.append(
            ngettext(
                "Antes hubo %(days)s día sin corrida: sus pasos se tratan como el plan dice de los perdidos.",
                "Antes hubo %(days)s días sin corrida: sus pasos se tratan como el plan dice de los perdidos.",
                summary.days_off,
            )
            % {"days": summary.days_off}
        )
    return lines


@click.command()
@click.option("--limit", default=_DISPATCH_MAX, show_default=True, help="A lo más tantos mensajes.")
@with_company
@with_json
def dispatch(limit: int, company_key: str | None, as_json: bool) -> None:
    """Envía los mensajes que ya tocan y vuelve a preguntar a la ley por cada uno."""
    if settings.EMAIL_SERVER is None:
        raise NoMailServer(_("Falta EMAIL_URL: no hay servidor de correo."))
    transport = SmtpTransport(**settings.EMAIL_SERVER)
    worker = f"{socket.gethostname()}:{os.getpid()}"
    try:
        with in_company(key=company_key):
            summary = dispatch_due(
                at=now(), limit=limit, transport=transport, worker=worker, files_of=files_of
            )
    finally:
        transport.close()
    answer(
        document=summary,
        lines=[
            _("Enviados: %(sent)s. Pospuestos: %(deferred)s. Cancelados: %(cancelled)s.")
            % {"sent": summary.sent, "deferred": summary.deferred, "cancelled": summary.cancelled},
            _("Fallidos: %(failed)s. Rebotados: %(bounced)s. Sin saber: %(unknown)s.")
            % {"failed": summary.failed, "bounced": summary.bounced, "unknown": summary.unknown},
        ],
        as_json=as_json,
    )


@click.command()
@click.argument("customer", metavar="CLIENTE")
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="A esa fecha; hoy si no se indica.")
@with_company
@with_json
def explain(customer: str, day: datetime | None, company_key: str | None, as_json: bool) -> None:
    """Explica por qué se contactó, o no, a un cliente (su número en el sistema de la empresa)."""
    at = now()
    with in_company(key=company_key) as company:
        today = local_day(company=company, at=at)
        as_of = day.date() if day else today
        found = explain_customer(external_id=customer, as_of=as_of, today=today)
    lines = [
        f"{found.name} ({found.external_id}), {found.as_of}",
        " · ".join(filter(None, (found.plan, found.law))),
        *filter(None, (found.note,)),
        "",
    ]
    lines += [*found.situation, ""]
    for step in found.steps:
        lines.append(f"  {step.sentence}")
        lines += [f"      {rule.text} [{rule.source}]" for rule in step.rules]
    answer(document=found, lines=lines, as_json=as_json)
