"""
Bring the English catalogue up to date with the Spanish source strings of code and templates.

`--check` changes nothing: it lists what is missing, unused or wrongly translated and ends with exit
code 1 when there is anything. Uses babel and Django's template lexer, so no gettext program is needed.
"""

import argparse
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages import pofile
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "puntual"
CATALOG = SOURCE / "web" / "locale" / "en" / "LC_MESSAGES" / "django.po"
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    # How modules that use both kinds name the lazy one.
    "lazy": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%[sd]|\{(\w+)\}")


def python_of(template: str) -> str:
    """Turn a Django template into lines that a tokenizer of Python can read."""
    return "\n".join(line.lstrip() for line in templatize(template).splitlines()) + "\n"


def source_files() -> Iterator[Path]:
    """List code and templates in a stable order."""
    for pattern in ("*.py", "*.html", "*.txt"):
        for path in sorted(SOURCE.rglob(pattern)):
            if pattern == "*.py" or "templates" in path.parts:
                yield path


def found_messages() -> Catalog:
    """Collect every marked string of the product."""
    catalog = Catalog(locale="en", project="Puntual", charset="utf-8", fuzzy=False)
    for path in source_files():
        text = path.read_text(encoding="utf-8")
        code = text if path.suffix == ".py" else python_of(text)
        place = path.relative_to(ROOT).as_posix()
        for _line, wording, comments, context in extract(
            "python", io.BytesIO(code.encode()), keywords=KEYWORDS, comment_tags=("Translators:",)
        ):
            if wording:
                catalog.add(wording, None, [(place, None)], auto_comments=comments, context=context)
    return catalog


def kept_catalog() -> Catalog:
    """Read the catalogue as it is; an empty one when there is none yet."""
    if not CATALOG.exists():
        return Catalog(locale="en", project="Puntual", fuzzy=False)
    with CATALOG.open("rb") as file:
        return pofile.read_po(file, locale="en")


def placeholders(wording: str) -> list[str]:
    """List what a wording fills in, in a stable order."""
    return sorted(match.group(0) for match in PLACEHOLDER.finditer(wording))


def fault_of(message: Message) -> str | None:
    """Say what is wrong with one translation, or None."""
    sources = message.id if isinstance(message.id, tuple) else (message.id,)
    targets = message.string if isinstance(message.string, tuple) else (message.string,)
    if message.fuzzy or not all(targets) or len(targets) < len(sources):
        return "not translated"
    for source, target in zip(sources, targets, strict=False):
        if placeholders(source) != placeholders(target):
            return f"other placeholders ({target})"
    return None


def faults(*, found: Catalog, kept: Catalog) -> list[str]:
    """List every difference between the source strings and the catalogue."""
    wanted = {(message.id, message.context) for message in found if message.id}
    present = {(message.id, message.context): message for message in kept if message.id}
    lines = [f"missing: {wording}" for wording, context in wanted - present.keys()]
    lines += [f"unused: {wording}" for wording, context in present.keys() - wanted]
    for key in wanted & present.keys():
        fault = fault_of(present[key])
        if fault:
            lines.append(f"{fault}: {key[0]}")
    return sorted(lines)


def update() -> int:
    """Write the catalogue anew, keeping every translation, and return how many lack one."""
    found, kept = found_messages(), kept_catalog()
    kept.update(found, no_fuzzy_matching=True)
    kept.obsolete.clear()
    kept.fuzzy = False
    kept.header_comment = "# English wording of Puntual's pages. Kept by `make messages`."
    CATALOG.parent.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    pofile.write_po(buffer, kept, width=110, sort_output=True, include_lineno=False, ignore_obsolete=True)
    # Dates and tools in the header would change with every run and tell nothing.
    noise = (
        b'"POT-Creation-Date',
        b'"PO-Revision-Date',
        b'"Generated-By',
        b'"Last-Translator',
        b'"Report-Msgid',
    )
    lines = [line for line in buffer.getvalue().splitlines(keepends=True) if not line.startswith(noise)]
    CATALOG.write_bytes(b"".join(lines))
    return sum(1 for message in kept if message.id and fault_of(message))


def main() -> int:
    """Update the catalogue, or with --check only judge it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 when out of date")
    if not parser.parse_args().check:
        print(f"messages: {update()} to translate in {CATALOG.relative_to(ROOT)}")
        return 0
    wrong = faults(found=found_messages(), kept=kept_catalog())
    print("\n".join(wrong) if wrong else "messages: up to date")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
