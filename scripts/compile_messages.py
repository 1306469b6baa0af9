"""
Compile the message catalogues: locale/<language>/LC_MESSAGES/*.po -> *.mo.

Uses babel, so no gettext program is needed. A catalogue whose .mo is newer is left alone.
"""

import sys
from pathlib import Path

from babel.messages import mofile, pofile

LOCALE = Path(__file__).resolve().parents[1] / "src" / "puntual" / "web" / "locale"


def compile_all(*, folder: Path) -> int:
    """Compile what is out of date below a folder and return how many catalogues that were."""
    count = 0
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns > source.stat().st_mtime_ns:
            continue
        with source.open("rb") as file:
            catalog = pofile.read_po(file, locale=source.parts[-3])
        partial = target.with_suffix(".partial")
        with partial.open("wb") as file:
            mofile.write_mo(file, catalog)
        partial.replace(target)
        count += 1
    return count


if __name__ == "__main__":
    print(f"messages: {compile_all(folder=LOCALE)} compiled")
    sys.exit(0)
