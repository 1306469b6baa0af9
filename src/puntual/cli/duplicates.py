"""The command that looks for customers that may be one person."""

import click
from django.utils.translation import gettext as _

from puntual.cli.answers import answer, in_company, now, with_company, with_json
from puntual.duplicates import queries as duplicate_rows
from puntual.flows import merging
from puntual.web import states

_LISTED = 1_000


@click.command()
@click.option("--search", "is_search", is_flag=True, help="Buscar antes entre todos los clientes.")
@with_company
@with_json
def duplicates(is_search: bool, company_key: str | None, as_json: bool) -> None:
    """Dice qué clientes pueden ser la misma persona o empresa, y por qué; una persona decide en las páginas."""
    with in_company(key=company_key):
        found = merging.find_duplicates(at=now(), is_forced=True) if is_search else None
        counts = duplicate_rows.pending_counts()
        pairs = duplicate_rows.pending(strength=None, limit=_LISTED, skip=0)
        last = duplicate_rows.last_search()
    lines = []
    if last is None:
        lines.append(_("Todavía no se ha buscado: use --search."))
    for pair in pairs:
        strength = states.state(name=pair["strength"], kind="duplicate_strength").label
        why = ", ".join(
            str(states.state(name=code, kind="duplicate_evidence").label)
            for code in (*pair["speaks_for"], *pair["speaks_against"])
        )
        low, high = pair["low"], pair["high"]
        lines.append(
            f"{strength}: {low['external_id']} {low['name']} = {high['external_id']} {high['name']} ({why})"
        )
    if last is not None and not pairs:
        lines.append(_("Nada por revisar."))
    document = {
        "search": found,
        "last": last,
        "waiting": counts,
        "proposals": [
            {
                "id": pair["id"],
                "strength": pair["strength"],
                "name_score": pair["name_score"],
                "customers": [pair["low"]["external_id"], pair["high"]["external_id"]],
                "names": [pair["low"]["name"], pair["high"]["name"]],
                "for": pair["speaks_for"],
                "against": pair["speaks_against"],
            }
            for pair in pairs
        ],
    }
    answer(document=document, lines=lines, as_json=as_json)
