"""Named SQL: statements kept in .sql files beside the stage that owns them."""

import re
from functools import cache
from pathlib import Path

_HEADER = re.compile(r"^-- ([a-z0-9_]+) --$", re.MULTILINE)


@cache
def load(path: Path) -> dict[str, str]:
    """
    Read `-- name --` blocks of one .sql file.

    Raises: ValueError when a name stands twice.
    """
    parts = _HEADER.split(path.read_text(encoding="utf-8"))
    names, bodies = parts[1::2], parts[2::2]
    if len(set(names)) != len(names):
        raise ValueError(f"a name stands twice in {path.name}")
    return {name: body.strip().rstrip(";") for name, body in zip(names, bodies, strict=True)}
