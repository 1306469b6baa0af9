"""Named SQL: statements kept in .sql files beside the stage that owns them."""

import re
from functools import cache
from pathlib import Path

_INCLUDE = re.compile(r"^-- include ([a-z_]+\.cte) --$", re.MULTILINE)
_RANGE = re.compile(r"([a-z_.]+) > %\(after\)s::bigint and \1 <= %\(up_to\)s::bigint")
_HEADER = re.compile(r"^-- ([a-z0-9_]+) --$", re.MULTILINE)


@cache
def load(path: Path) -> dict[str, str]:
    """
    Read `-- name --` blocks of one .sql file.

    A line `-- include rule.cte --` stands for a file beside it: tables of a `with` that several statements share.

    Raises: ValueError when a name stands twice; FileNotFoundError when what is included does not exist.
    """
    text = _INCLUDE.sub(
        lambda found: (path.parent / found[1]).read_text(encoding="utf-8").rstrip(),
        path.read_text(encoding="utf-8"),
    )
    parts = _HEADER.split(text)
    names, bodies = parts[1::2], parts[2::2]
    if len(set(names)) != len(names):
        raise ValueError(f"a name stands twice in {path.name}")
    return {name: body.strip().rstrip(";") for name, body in zip(names, bodies, strict=True)}


def of_some(statement: str) -> str:
    """
    Turn a statement about the customers with after < id <= up_to into one about those of a list, `customer_ids`.

    Raises: ValueError when the statement asks for no such range, or for a part of one elsewhere.
    """
    turned, count = _RANGE.subn(r"\1 = any(%(customer_ids)s::bigint[])", statement)
    if not count or "%(after)s" in turned or "%(up_to)s" in turned:
        raise ValueError("the statement does not ask for a range of customers alone")
    return turned
