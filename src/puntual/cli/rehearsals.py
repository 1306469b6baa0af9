"""Commands that try a plan version: today, in the days to come, in days that are over. They write nothing."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import click
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from puntual.cli.answers import answer, in_company, local_day, now, with_company, with_json
from puntual.flows import rehearsal
from puntual.flows.run_helpers import default_workers
from puntual.web import states

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.argument("version_id", type=int, required=False, metavar="[VERSIÓN]")
@click.option("--date", "day", type=_DAY, help="Día por ensayar; hoy si no se indica.")
@with_company
@with_json
def preview(version_id: int | None, day: datetime | None, company_key: str | None, as_json: bool) -> None:
    """Ensaya un día con una versión (sin ella, la que está en vigor) y la compara con la que está en vigor."""
    at = now()
    with in_company(key=company_key) as company:
        today = local_day(company=company, at=at)
        found = rehearsal.preview(
            version_id=version_id,
            day=day.date() if day else today,
            today=today,
            at=at,
            processes=default_workers(),
        )
        document = rehearsal.named(document=rehearsal.plain(report=found))
    lines = [
        _("%(version)s, %(day)s: %(acts)d gestiones de %(customers)d clientes; costo %(cost)s %(currency)s.")
        % {
            "version": found.version,
            "day": found.day,
            "acts": found.acts,
            "customers": found.customers,
            "cost": found.cost,
            "currency": found.currency,
        },
        *_workload(document),
        *_refused(document),
        *(
            _("  %(before)s → %(after)s: %(customers)d clientes") % {**one, "customers": one["customers"]}
            for one in document["moves"]
        ),
    ]
    if not found.is_active and not found.other_actions:
        lines.append(_("A nadie le tocaría hoy otra cosa que con %(active)s.") % {"active": found.active})
    elif not found.is_active:
        lines.append(
            ngettext(
                "A %(count)d cliente le tocaría hoy otra cosa que con %(active)s:",
                "A %(count)d clientes les tocaría hoy otra cosa que con %(active)s:",
                found.other_actions,
            )
            % {"count": found.other_actions, "active": found.active}
        )
        lines += _people(document)
    answer(document=document, lines=[*lines, "", *_limits(document)], as_json=as_json)


@click.command("calendar")
@click.option("--customer", metavar="CLIENTE", help="De un solo cliente, por su número.")
@click.option("--version", "version_id", type=int, metavar="VERSIÓN", help="Sin ella, la que está en vigor.")
@with_company
@with_json
def calendar(customer: str | None, version_id: int | None, company_key: str | None, as_json: bool) -> None:
    """Dice qué traen los próximos 30 días, si nadie paga, para toda la cartera o para un cliente."""
    at = now()
    with in_company(key=company_key) as company:
        today = local_day(company=company, at=at)
        if customer is None:
            found = rehearsal.calendar(version_id=version_id, today=today, at=at, processes=default_workers())
        else:
            found = rehearsal.calendar_of_customer(
                external_id=customer, version_id=version_id, today=today, at=at
            )
        document = rehearsal.named(document=rehearsal.plain(report=found))
    lines = [
        _("%(version)s, del %(first)s al %(last)s: %(acts)d gestiones.")
        % {"version": found.version, "first": found.first, "last": found.last, "acts": found.acts}
    ]
    for day in found.days:
        if day.carried:
            told = ", ".join(f"{one.name} ({one.count})" for one in day.steps)
            lines.append(f"  {day.day}  {told}" + (_("  ⚠ pasa de la capacidad") if day.is_over else ""))
    answer(document=document, lines=[*lines, "", *_limits(document)], as_json=as_json)


@click.command()
@click.argument("version_id", type=int, metavar="VERSIÓN")
@click.option("--from", "first", type=_DAY, required=True, help="Primer día.")
@click.option("--until", "last", type=_DAY, required=True, help="Último día.")
@with_company
@with_json
def replay(version_id: int, first: datetime, last: datetime, company_key: str | None, as_json: bool) -> None:
    """Repite con una versión, día por día, un periodo que ya pasó, y lo compara con lo que de verdad se hizo."""
    at = now()
    with in_company(key=company_key) as company:
        found = rehearsal.replay(
            version_id=version_id,
            first=first.date(),
            last=last.date(),
            today=local_day(company=company, at=at),
            processes=default_workers(),
        )
        document = rehearsal.named(document=rehearsal.plain(report=found))
    lines = [
        _("%(version)s, del %(first)s al %(last)s: %(customers)d clientes, %(runs)d días con corrida.")
        % {
            "version": found.version,
            "first": found.first,
            "last": found.last,
            "customers": found.customers,
            "runs": found.runs,
        },
        *_workload(document),
        *_refused(document),
    ]
    if found.follows_reality:
        lines.append(
            _("Decisiones iguales a las que se tomaron: %(equal)d; distintas: %(different)d.")
            % {"equal": found.equal, "different": found.different}
        )
    if found.runs:
        lines.append(
            _("Veces en que a un cliente le tocó lo mismo: %(same)d; otra cosa: %(other)d.")
            % {"same": found.same_actions, "other": found.other_actions}
        )
        lines += _people(document)
    answer(document=document, lines=[*lines, "", *_limits(document)], as_json=as_json)


def _channel(code: str) -> str:
    return str(states.state(name=code, kind="channel").label) if code else _("Traslado")


def _workload(document: dict[str, Any]) -> Iterator[str]:
    for one in document["channels"]:
        line = f"  {_channel(one['channel'])}: {one['count']}"
        if one["capacity"] is not None:
            line += _(" (por día se puede con %d)") % one["capacity"]
        if one["days_over"]:
            line += (
                ngettext(
                    "; pasa de la capacidad en %d día", "; pasa de la capacidad en %d días", one["days_over"]
                )
                % (one["days_over"])
            )
        yield line
    for one in document["steps"]:
        if one["count"]:
            yield f"    {one['name']}: {one['count']}"


def _refused(document: dict[str, Any]) -> Iterator[str]:
    for one in document["refusals"]:
        yield _("  Impedido a %(customers)d: %(text)s") % one


def _people(document: dict[str, Any]) -> Iterator[str]:
    for one in document["people"]:
        yield (
            f"    {one['day']}  {one['external_id']}  {one['name']}: "
            + _("%(planned)s, en vez de %(other)s")
            % {"planned": _done(one["planned"]), "other": _done(one["other"])}
        )


def _done(done: dict[str, str] | None) -> str:
    if done is None:
        return _("nada")
    return f"{done['step']} ({_channel(done['channel'])})" if done["channel"] else done["step"]


def _limits(document: dict[str, Any]) -> Iterable[str]:
    return [f"· {one}" for one in rehearsal.limit_sentences(limits=document["limits"])]
