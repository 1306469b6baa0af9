"""What may be taken of a folder, what may be asked of a database, what may be named."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from fnmatch import fnmatch

from puntual.sources.types import Picked, Seen

# Written names of secrets have no double underscore: company and name can then never be mistaken for each other.
_SECRET_NAME = re.compile(r"[A-Z0-9]+(_[A-Z0-9]+)*")
_SECRET_NAME_LENGTH_MAX = 40
# Names under which programs write what is not yet whole.
_UNFINISHED = (".part", ".partial", ".filepart", ".crdownload", ".download", ".tmp", ".temp", ".swp", ".lock")
_FUTURE_SECONDS_MAX = 24 * 60 * 60
_BUNDLE_FILES_MAX = 20_000
_SMALL = ".xml"
# A marker, a comment, a string in quotes of any kind, or a word.
_SQL_TOKEN = re.compile(
    r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`[^`]*`|\[[^\]]*\]|\$(\w*)\$.*?\$\1\$|[A-Za-z_]\w*|[;]",
    re.DOTALL,
)
_SQL_WRITES = re.compile(
    r"insert|update|delete|merge|drop|alter|create|grant|revoke|truncate|call|exec|execute|into|copy|attach|detach|"
    r"pragma|vacuum"
)


def is_secret_name(name: str) -> bool:
    """Say whether a secret may be called so."""
    return len(name) <= _SECRET_NAME_LENGTH_MAX and _SECRET_NAME.fullmatch(name) is not None


def secret_variable(*, company: str, name: str) -> str:
    """Name the variable of the environment that holds a secret of a company, and of no other."""
    return f"PUNTUAL_SOURCE__{company.upper()}__{name}"


def is_plain_name(name: str) -> bool:
    """Say whether a name of a file is only that: it leads nowhere else and shows as it is written."""
    return bool(name) and name not in (".", "..") and not re.search(r"[/\\\x00-\x1f\x7f]", name)


def pick(
    listed: Sequence[Seen],
    *,
    patterns: str,
    known: Mapping[str, Sequence[float]],
    at: datetime,
    quiet_seconds: int,
    bytes_max: int,
) -> Picked:
    """
    Say which files of a folder to take now, oldest first.

    A file is taken when nobody wrote to it for some seconds. Files that were taken before, and did not change, are
    leftovers. Small documents (XML) are taken together. `still` is what the folder shows of what is known.
    """
    wanted = [one for one in listed if _is_wanted(one.name, patterns)]
    still = {one.name: (one.size, one.changed_at) for one in wanted if _is_known(one, known)}
    refused = [
        (one, reason) for one in wanted if one.name not in still and (reason := _objection(one, bytes_max))
    ]
    barred = {one.name for one, _reason in refused} | still.keys()
    ready = sorted(
        (one for one in wanted if one.name not in barred and _is_quiet(one, at, quiet_seconds)),
        key=lambda one: (one.changed_at, one.name),
    )
    return Picked(
        groups=tuple(_grouped(ready, bytes_max)),
        leftovers=tuple(one for one in wanted if one.name in still and not _objection(one, bytes_max)),
        refused=tuple(refused),
        still=still,
    )


def _is_wanted(name: str, patterns: str) -> bool:
    if name.startswith((".", "~$")) or name.lower().endswith(_UNFINISHED):
        return False
    asked = [pattern.strip().lower() for pattern in patterns.split(",") if pattern.strip()]
    return not asked or any(fnmatch(name.lower(), pattern) for pattern in asked)


def _is_known(seen: Seen, known: Mapping[str, Sequence[float]]) -> bool:
    return seen.name in known and list(known[seen.name]) == [seen.size, seen.changed_at]


def _objection(seen: Seen, bytes_max: int) -> str:
    if not is_plain_name(seen.name):
        return "name"
    if not seen.is_plain:
        return "link"
    return "too-large" if seen.size > bytes_max else ""


def _is_quiet(seen: Seen, at: datetime, quiet_seconds: int) -> bool:
    """A clock that is a whole day ahead is wrong, and no reason to wait for it."""
    age = at.timestamp() - seen.changed_at
    return age >= quiet_seconds or age < -_FUTURE_SECONDS_MAX


def _grouped(ready: Sequence[Seen], bytes_max: int) -> list[tuple[Seen, ...]]:
    groups: list[list[Seen]] = []
    open_group: list[Seen] = []
    weight = 0
    for one in ready:
        if not one.name.lower().endswith(_SMALL):
            groups.append([one])
            continue
        if not open_group or weight + one.size > bytes_max or len(open_group) >= _BUNDLE_FILES_MAX:
            open_group, weight = [], 0
            groups.append(open_group)
        open_group.append(one)
        weight += one.size
    return [tuple(group) for group in groups]


def query_fault(query: str) -> str:
    """Say why a query is not one that only reads, or nothing. The reading transaction is what holds; this tells."""
    words = [
        token[0].lower()
        for token in _SQL_TOKEN.finditer(query)
        if token[0][0] == ";" or token[0][0].isalpha() or token[0][0] == "_"
    ]
    while words and words[-1] == ";":
        words.pop()
    if not words:
        return "empty"
    if ";" in words:
        return "several"
    if words[0] not in ("select", "with"):
        return "not-select"
    return next((f"writes:{word}" for word in words if _SQL_WRITES.fullmatch(word)), "")


def has_since(query: str) -> bool:
    """Say whether a query asks from where on."""
    return re.search(r"(?<![:\w\\]):since\b(?!:)", query) is not None


def free_name(name: str, taken: Collection[str]) -> str:
    """Return a name that nobody has yet, as near to this one as can be."""
    stem, dot, ending = name.rpartition(".")
    free, number = name, 1
    while free in taken:
        number += 1
        free = f"{stem} ({number}){dot}{ending}" if stem else f"{name} ({number})"
    return free
