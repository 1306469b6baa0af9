"""Commands that try the law: cases against the packs."""

import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

import click
import yaml
from django.conf import settings
from django.utils.translation import gettext as _

from puntual.cli.answers import answer, in_company, now, plain, with_company, with_json
from puntual.companies import queries as companies
from puntual.compliance import operations as compliance
from puntual.compliance import queries as law
from puntual.compliance import texts
from puntual.compliance.queries.wording import in_words
from puntual.compliance.texts.types import TextFacts
from puntual.flows import redeco as flow
from puntual.lib.errors import DomainError
from puntual.web import redeco_sheet


class UnreadableCases(DomainError):
    """A file of cases cannot be read."""

    code = "unreadable-cases"


@click.group()
def compliance_group() -> None:
    """Prueba las reglas de contacto: casos, textos y la cadena de pruebas."""


@compliance_group.command("check")
@click.option("--cases", "file", type=click.File("rb"), required=True, help="Archivo de casos (YAML o JSON).")
@with_json
def check(file: BinaryIO, as_json: bool) -> None:
    """Juzga casos por los paquetes legales y dice qué reglas objetan; termina con 1 si alguno no cuadra."""
    found = [_answered(case) for case in _read(file)]
    wrong = [one for one in found if not one["passes"]]
    lines = [
        _("%(id)s: se esperaba %(expected)s y se obtuvo %(got)s. %(error)s")
        % {
            "id": one["id"],
            "expected": _in_words(one["expected"]),
            "got": _in_words(one),
            "error": one.get("error", ""),
        }
        for one in wrong
    ]
    lines.append(
        _("%(passed)s de %(all)s casos cuadran.") % {"passed": len(found) - len(wrong), "all": len(found)}
    )
    answer(document=found, lines=lines, as_json=as_json)
    if wrong:
        sys.exit(1)


@compliance_group.command("verify")
@click.option(
    "--sample", type=click.IntRange(0), default=500, show_default=True, help="Dictámenes que se repiten."
)
@click.option("--head", default="", help="Huella que se anotó antes: la cadena debe tenerla todavía.")
@with_company
@with_json
def verify(sample: int, head: str, company_key: str | None, as_json: bool) -> None:
    """Revisa la cadena de dictámenes, los paquetes legales y una muestra; termina con 1 si algo no cuadra."""
    with in_company(key=company_key):
        found = compliance.verify(sample=sample, seed=now().isoformat(), head=head)
    lines = [
        _(
            "%(verdicts)s dictámenes en %(links)s bloques encadenados (%(unlinked)s por encadenar, "
            "%(earlier)s anteriores a la cadena); %(again)s se repitieron."
        )
        % {
            "verdicts": f"{found.verdicts:,}",
            "links": f"{found.links:,}",
            "unlinked": f"{found.unlinked:,}",
            "earlier": f"{found.earlier:,}",
            "again": f"{found.decided_again:,}",
        },
        *(in_words(finding=one) for one in found.findings),
    ]
    if not found.findings:
        lines.append(_("Todo cuadra."))
    if found.head:
        lines.append(_("Huella: %(head)s") % {"head": found.head})
    answer(document={**plain(found), "holds": not found.findings}, lines=lines, as_json=as_json)
    if found.findings:
        sys.exit(1)


@compliance_group.command("text")
@click.option(
    "--country",
    type=click.Choice(sorted(texts.COUNTRIES), case_sensitive=False),
    required=True,
    metavar="PAÍS",
    help="País del deudor, en dos letras: MX, CO, BR…",
)
@click.option(
    "--language",
    type=click.Choice(sorted(texts.LANGUAGES)),
    metavar="IDIOMA",
    help="Idioma de los textos: es, pt o en; el del país si no se indica.",
)
@with_json
def text(country: str, language: str | None, as_json: bool) -> None:
    """Revisa textos, uno por línea de la entrada, y dice qué falta cada uno a la ley y qué se puede hacer con él."""
    facts = TextFacts(country=country.upper(), language=language)
    read = sys.stdin.buffer.read().decode("utf-8-sig", errors="replace")
    lines = [line.strip("\r") for line in read.split("\n")]
    judged = [(line, texts.check(text=line, facts=facts)) for line in lines if line.strip()]
    said = {"allow": _("se puede"), "review": _("requiere revisión"), "block": _("no se puede")}
    answer(
        document=[
            {
                "text": line,
                "categories": list(verdict.categories),
                "decision": verdict.decision.value,
                "findings": plain(verdict.findings),
            }
            for line, verdict in judged
        ],
        lines=[
            f"{said[verdict.decision.value]}  {', '.join(verdict.categories) or '—'}  {line}"
            for line, verdict in judged
        ],
        as_json=as_json,
    )


@compliance_group.command("redeco")
@click.option("--month", required=True, metavar="AAAA-MM", help="El mes: 2026-11.")
@click.option(
    "--known",
    type=click.DateTime(formats=["%Y-%m-%d"]),
    metavar="AAAA-MM-DD",
    help="Como se sabía al final de ese día; ahora si no se indica.",
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Archivo por escribir: .xlsx o .csv.",
)
@with_company
@with_json
def redeco(
    month: str, known: datetime | None, out: Path | None, company_key: str | None, as_json: bool
) -> None:
    """Da las quejas de un mes para REDECO, con totales por causa y por despacho, también si no hubo ninguna."""
    if out is not None and out.suffix not in (".xlsx", ".csv"):
        raise click.BadParameter(_("El archivo debe terminar en .xlsx o .csv."), param_hint="--out")
    with in_company(key=company_key):
        company = companies.current_company(base_url=settings.BASE_URL)
        known_at = now()
        if known is not None:
            known_at = flow.end_of_day(day=known.date(), time_zone=company.time_zone)
        report = flow.month_report(month=month, known_at=known_at, company=company)
    if out is not None and out.suffix == ".xlsx":
        out.write_bytes(redeco_sheet.workbook_of(report=report))
    elif out is not None:
        out.write_text("\ufeff" + redeco_sheet.text_of(report=report), encoding="utf-8", newline="")
    lines = [
        _("%(month)s: %(count)s quejas, %(open)s pendientes, %(late)s contestadas fuera de plazo.")
        % {
            "month": report.month,
            "count": len(report.lines),
            "open": report.open_count,
            "late": report.late_count,
        }
        if report.lines
        else _("%(month)s: sin quejas.") % {"month": report.month},
        *(f"{count:>6}  {name}" for name, count in report.by_cause),
        *(f"{count:>6}  {name or _('Cobranza propia')}" for name, count in report.by_agency),
    ]
    answer(document=plain(report), lines=lines, as_json=as_json)


def _in_words(one: dict[str, Any]) -> str:
    return f"{one['decision']} {', '.join(one['rules']) or '—'}"


def _read(file: BinaryIO) -> Sequence[dict[str, Any]]:
    """
    Read cases; JSON is YAML too.

    Raises: UnreadableCases.
    """
    try:
        cases = yaml.safe_load(file.read())
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise UnreadableCases(_("El archivo de casos no se puede leer: %(why)s") % {"why": error}) from error
    if not isinstance(cases, list) or not all(isinstance(one, dict) for one in cases):
        raise UnreadableCases(_("El archivo de casos debe ser una lista de casos."))
    return cases


def _answered(case: dict[str, Any]) -> dict[str, Any]:
    """Judge a case; one that cannot be read does not pass, and says why."""
    wanted = compliance.expected_of(case=case)
    told: dict[str, Any] = {
        "id": str(case.get("id", "")),
        "expected": {"rules": list(wanted.rule_ids), "decision": wanted.decision},
    }
    try:
        got = compliance.answer_case(case=case)
    except (KeyError, ValueError, TypeError, law.UnknownCountry) as error:
        return told | {"rules": ["X-DATA-01"], "decision": "block", "passes": False, "error": str(error)}
    return told | {"rules": list(got.rule_ids), "decision": got.decision, "passes": got == wanted}
