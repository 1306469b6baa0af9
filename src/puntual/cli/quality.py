"""The command that tells how good the data is."""

import click
from django.utils.translation import gettext as _

from puntual.cli.answers import answer, in_company, local_day, now, with_company, with_json
from puntual.flows import quality as flow
from puntual.insights.queries import quality as quality_rows
from puntual.web import states


@click.command()
@click.option("--check", "is_check", is_flag=True, help="Revisar antes toda la cartera.")
@with_company
@with_json
def quality(is_check: bool, company_key: str | None, as_json: bool) -> None:
    """Dice qué datos de la cartera están mal, cuántos hay y qué impide cada uno."""
    at = now()
    with in_company(key=company_key) as company:
        today = local_day(company=company, at=at)
        done = flow.check_portfolio(today=today, at=at) if is_check else None
        counts = [one for one in quality_rows.code_counts(today=today) if one.findings]
        blocked = quality_rows.blocked_amounts()
        last = quality_rows.last_check()
    lines = []
    if last is None:
        lines.append(_("La cartera todavía no se ha revisado: use --check."))
    else:
        lines.append(
            _("Revisada el %(day)s: %(customers)s clientes.")
            % {"day": last["as_of"], "customers": last["customers"]}
        )
    for one in counts:
        word = states.state(name=one.severity.value, kind="severity").label
        lines.append(f"{one.findings:>9,}  {word}: {one.title}")
    for currency, amount, customers in blocked:
        lines.append(
            _("Saldo que no se puede cobrar hasta corregir: %(amount)s %(currency)s, %(customers)s clientes.")
            % {"amount": f"{amount:,}", "currency": currency, "customers": customers}
        )
    if last is not None and not counts:
        lines.append(_("Nada por corregir."))
    document = {
        "check": done,
        "last": last,
        "findings": counts,
        "blocked": [
            {"currency": currency, "amount": amount, "customers": customers}
            for currency, amount, customers in blocked
        ],
    }
    answer(document=document, lines=lines, as_json=as_json)
