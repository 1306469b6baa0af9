"""Click in Spanish: its sentences by its own gettext, the placeholders of its help where they are laid out."""

import gettext
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

_LOCALE = Path(__file__).parents[1] / "web" / "locale"
_PLACEHOLDERS = {
    "OPTIONS": "OPCIONES",
    "COMMAND": "COMANDO",
    "ARGS": "ARGUMENTOS",
    "TEXT": "TEXTO",
    "INTEGER": "NÚMERO",
    "FLOAT": "NÚMERO",
    "PATH": "RUTA",
    "FILE": "ARCHIVO",
    "FILENAME": "ARCHIVO",
    "DIRECTORY": "CARPETA",
}
_WORD = re.compile(r"\b(" + "|".join(_PLACEHOLDERS) + r")\b")


def _said(written: str) -> str:
    return _WORD.sub(lambda found: _PLACEHOLDERS[found.group()], written)


class SpanishHelp(click.HelpFormatter):
    """Help whose placeholders are Spanish words."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write how a command is called."""
        super().write_usage(prog, _said(args), prefix)

    def write_dl(self, rows: Iterable[tuple[str, str]], *args: Any, **options: Any) -> None:
        """Write options with what each is for."""
        super().write_dl([(_said(name), purpose) for name, purpose in rows], *args, **options)


def speak() -> None:
    """Say everything in Spanish, whatever the terminal's language is."""
    os.environ["LANGUAGE"] = "es_MX"
    gettext.bindtextdomain("messages", str(_LOCALE))
    click.Context.formatter_class = SpanishHelp
