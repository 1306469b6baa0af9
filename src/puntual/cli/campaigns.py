"""The command that asks for campaigns, lets them begin, lists and stops them."""

import json
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import click
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from puntual.cli.acting import staff_actor, with_actor
from puntual.cli.answers import answer, in_company, now, with_company, with_json
from puntual.contacts.types import Channel
from puntual.flows import campaigns
from puntual.flows.explain import said_of
from puntual.identity.types import Permission
from puntual.plans import queries as plans
from puntual.plans.operations import UnableToCampaign
from puntual.plans.types import CampaignAsk, CampaignState
from puntual.web import states

_SHOWN = 100


def with_ask(command: Callable[..., Any]) -> Callable[..., Any]:
    """Take what a campaign is asked with."""
    channels = [one.value for one in campaigns.CHANNELS]
    for option in reversed(
        (
            click.option("--name", required=True, metavar="TEXTO", help="Cómo se llama la campaña."),
            click.option("--segment", "segment_key", default="", metavar="CLAVE", help="Para un segmento."),
            click.option(
                "--condition",
                default="",
                metavar="JSON",
                help='Para quien la cumpla: ["dias_de_atraso", ">=", 31]',
            ),
            click.option("--channel", type=click.Choice(channels), default="EMAIL", show_default=True),
            click.option("--template", default="", metavar="CLAVE", help="Plantilla del correo."),
            click.option("--team", default="", metavar="CLAVE", help="Equipo de la tarea."),
            click.option("--instructions", default="", metavar="TEXTO", help="Qué debe hacer quien la tome."),
            click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="Desde qué día; sin él, ahora."),
            click.option("--hour", type=click.DateTime(["%H:%M"]), help="Desde qué hora de la empresa."),
        )
    ):
        command = option(command)
    return command


@click.group()
def campaign() -> None:
    """Pide, lanza, lista y detiene campañas."""


@campaign.command("list")
@with_company
@with_json
def list_campaigns(company_key: str | None, as_json: bool) -> None:
    """Lista las campañas, la más nueva primero, y en qué va cada una."""
    with in_company(key=company_key):
        found = plans.campaigns(limit=_SHOWN)
    lines = [
        _("%(id)6d  %(name)s, %(state)s: %(planned)d planeadas, %(waiting)d en espera, %(done)d hechas")
        % {
            "id": one.id,
            "name": one.name,
            "state": states.state(name=one.state, kind="campaign").label,
            "planned": one.planned,
            "waiting": one.waiting,
            "done": one.done,
        }
        for one in found
    ]
    answer(document=found, lines=lines or [_("No hay ninguna campaña.")], as_json=as_json)


@campaign.command()
@with_ask
@with_actor
@with_company
@with_json
def preview(email: str, company_key: str | None, as_json: bool, **asked: Any) -> None:
    """Dice a cuántos llegaría una campaña ahora y por qué a los demás no. No guarda nada."""
    with in_company(key=company_key) as company:
        staff_actor(email=email, permission=Permission.START_RUN)
        at, zone = now(), ZoneInfo(company.time_zone)
        ask = _ask(asked, zone=zone, at=at)
        found = campaigns.preview(ask=ask, today=at.astimezone(zone).date(), at=at)
        others = [
            {"why": said_of(outcome=outcome, reasons=reasons, country=company.country), "customers": count}
            for (outcome, reasons), count in found.others
        ]
        document = {
            "customers": found.matches.customers,
            "of_customers": found.matches.of_customers,
            "left_out": found.left_out,
            "acting": found.acting,
            "deferred": found.deferred,
            "demanded": {part.currency: part.amount for part in found.matches.overdue},
            "others": others,
            "needs_approval": found.needs_approval,
        }
        lines = [
            _(
                "%(customers)d clientes de %(whole)d; se contacta a %(acting)d, de ellos %(deferred)d cuando la ley "
                "lo permite."
            )
            % {
                "customers": found.matches.customers,
                "whole": found.matches.of_customers,
                "acting": found.acting,
                "deferred": found.deferred,
            },
            *(f"{one['customers']:>8}  {one['why']}" for one in others),
        ]
        if found.needs_approval:
            lines.append(
                _("Por ser para tantos o por lo que dice, otra persona la aprueba antes de que salga.")
            )
    answer(document=document, lines=lines, as_json=as_json)


@campaign.command()
@with_ask
@click.option(
    "--key", default="", metavar="CLAVE", help="La identifica: repetida con la misma clave no se lanza otra."
)
@with_actor
@with_company
@with_json
def launch(key: str, email: str, company_key: str | None, as_json: bool, **asked: Any) -> None:
    """Lanza una campaña; si es para muchos, queda en espera de que otra persona la apruebe."""
    with in_company(key=company_key) as company:
        actor = staff_actor(email=email, permission=Permission.START_RUN)
        at, zone = now(), ZoneInfo(company.time_zone)
        campaign_id = campaigns.ask_for(
            key=f"command:{key or uuid4()}",
            ask=_ask(asked, zone=zone, at=at),
            actor=actor,
            today=at.astimezone(zone).date(),
            at=at,
        )
        found = plans.campaign(campaign_id=campaign_id)
        waits = found.state is CampaignState.PROPOSED
    told = (
        _("Campaña %(id)d: espera que otra persona la apruebe.") % {"id": campaign_id}
        if waits
        else _("Campaña %(id)d lanzada: %(planned)d gestiones.")
        % {"id": campaign_id, "planned": found.planned}
    )
    answer(
        document={"campaign": campaign_id, "state": found.state.value, "planned": found.planned},
        lines=[told],
        as_json=as_json,
    )


@campaign.command()
@click.argument("campaign_id", type=int, metavar="CAMPAÑA")
@with_actor
@with_company
@with_json
def approve(campaign_id: int, email: str, company_key: str | None, as_json: bool) -> None:
    """Aprueba y lanza, como segunda persona, una campaña que espera."""
    with in_company(key=company_key) as company:
        actor = staff_actor(email=email, permission=Permission.START_RUN)
        at = now()
        today = at.astimezone(ZoneInfo(company.time_zone)).date()
        planned = campaigns.approve(campaign_id=campaign_id, actor=actor, today=today, at=at)
    told = ngettext("Campaña lanzada: %d gestión.", "Campaña lanzada: %d gestiones.", planned) % planned
    answer(document={"campaign": campaign_id, "planned": planned}, lines=[told], as_json=as_json)


@campaign.command()
@click.argument("campaign_id", type=int, metavar="CAMPAÑA")
@click.option("--note", required=True, metavar="TEXTO", help="Por qué se detiene.")
@with_actor
@with_company
@with_json
def stop(campaign_id: int, note: str, email: str, company_key: str | None, as_json: bool) -> None:
    """Detiene una campaña con todo lo que espera de ella."""
    with in_company(key=company_key):
        actor = staff_actor(email=email, permission=Permission.START_RUN)
        if not note.strip():
            raise UnableToCampaign(_("Escriba el motivo para detener la campaña."))
        done = campaigns.stop(campaign_id=campaign_id, note=note.strip(), actor=actor, at=now())
    lines = [ngettext("Se detuvo %d gestión.", "Se detuvieron %d gestiones.", done.stopped) % done.stopped]
    if done.too_late:
        lines.append(_("%d ya estaban saliendo o habían salido.") % done.too_late)
    answer(document=done, lines=lines, as_json=as_json)


def _ask(asked: dict[str, Any], *, zone: ZoneInfo, at: datetime) -> CampaignAsk:
    local = at.astimezone(zone)
    day: date = asked["day"].date() if asked["day"] else local.date()
    if day < local.date():
        raise UnableToCampaign(_("Ese día ya pasó: una campaña empieza hoy o después."))
    hour: time = (
        asked["hour"].time() if asked["hour"] else (local.time() if day == local.date() else time.min)
    )
    channel = Channel(asked["channel"])
    is_mail = channel is Channel.EMAIL
    template = asked["template"] if is_mail else ""
    return CampaignAsk(
        name=asked["name"].strip(),
        condition=_condition(asked["condition"]),
        segment_key=asked["segment_key"],
        channel=channel,
        purpose=campaigns.purpose_of(template=template),
        template=template,
        team="" if is_mail else asked["team"],
        instructions="" if is_mail else asked["instructions"],
        not_before=max(datetime.combine(day, hour, tzinfo=zone), at),
    )


def _condition(text: str) -> Any:
    if not text.strip():
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as refused:
        raise UnableToCampaign(
            _('Escriba la condición así: ["dias_de_atraso", ">=", 31] o {"todas": [[…], […]]}.')
        ) from refused
