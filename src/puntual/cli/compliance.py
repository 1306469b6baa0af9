"""The commands about what the law allows: `puntual compliance text` reads texts of collection."""

import sys

import click
from django.utils.translation import gettext as _

from puntual.cli.answers import answer, plain, with_json
from puntual.compliance import texts
from puntual.compliance.texts.types import TextFacts


@click.group()
def compliance() -> None:
    """Revisa lo que la ley permite al cobrar."""


@compliance.command()
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
