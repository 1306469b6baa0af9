"""The product's figures beside its targets, as a command."""

import os
import platform

import click
from django.conf import settings
from django.core.management import call_command

from puntual.cli.answers import answer, with_json
from puntual.demo.bench import Part, measure_all


@click.command()
@click.option(
    "--size",
    type=click.IntRange(1),
    default=100_000,
    show_default=True,
    help="Documentos de la cartera más grande.",
)
@click.option(
    "--only",
    type=click.Choice([part.value for part in Part]),
    multiple=True,
    help="Sólo esta parte; puede repetirse.",
)
@with_json
def bench(size: int, only: tuple[str, ...], as_json: bool) -> None:
    """Mide el producto contra sus metas, con una cartera inventada que se borra al terminar."""
    call_command("migrate_schemas", verbosity=0)
    figures = measure_all(
        receivables=size,
        folder=settings.HOME / "bench",
        tell=lambda sentence: click.echo(f"· {sentence}", err=True),
        only=[Part(name) for name in only] or tuple(Part),
    )
    widths = [max(len(getattr(one, name)) for one in figures) for name in ("work", "measured", "target")]
    machine = (
        f"{os.cpu_count()} CPU, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
    )
    lines = [machine, ""]
    for one in figures:
        cells = zip((one.work, one.measured, one.target), widths, strict=True)
        row = "  ".join(text.ljust(width) for text, width in cells)
        lines.append(f"{row}  {'met' if one.is_met else 'NOT MET'}")
    answer(document={"machine": machine, "figures": figures}, lines=lines, as_json=as_json)
