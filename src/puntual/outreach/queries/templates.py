"""The shipped templates, read from their files."""

import tomllib
from functools import lru_cache
from pathlib import Path

from puntual.outreach import rules
from puntual.outreach.types import OwnDataAt, Rendered, TemplateSource, Wording

FOLDER = Path(__file__).parents[1] / "data" / "templates"


def read_template_files(*, folder: Path = FOLDER) -> list[Wording]:
    """
    Read every template of a folder, complete with the shared blocks of its language.

    Raises: UnableToCompose, or TOMLDecodeError for a malformed file.
    """
    wordings = []
    for language in rules.LANGUAGES:
        blocks = tomllib.loads((folder / f"_layout.{language}.toml").read_text(encoding="utf-8"))
        for path in sorted(folder.glob(f"[!_]*.{language}.toml")):
            raw = tomllib.loads(path.read_text(encoding="utf-8"))
            source = TemplateSource(
                key=path.name.removesuffix(f".{language}.toml"),
                language=language,
                name=raw.get("name", ""),
                subject=raw.get("subject", ""),
                text=raw.get("text", "").lstrip("\n"),
                html=raw.get("html", "").strip("\n"),
                blocks=blocks,
            )
            wordings.append(rules.composed(source))
    return wordings


@lru_cache(maxsize=8)
def offer_block(*, language: str) -> Rendered:
    """Return the shipped words of an offer in a language, not filled in yet; they have no subject."""
    blocks = tomllib.loads((FOLDER / f"_layout.{language}.toml").read_text(encoding="utf-8"))
    return Rendered(subject="", text=blocks["text"]["offer"], html=blocks["html"]["offer"])


@lru_cache(maxsize=8)
def data_block(*, where: OwnDataAt, language: str) -> str:
    """Return the shipped words about data that an answer grants, not filled in yet."""
    blocks = tomllib.loads((FOLDER / f"_layout.{language}.toml").read_text(encoding="utf-8"))
    words: str = blocks["text"][where]
    return words
