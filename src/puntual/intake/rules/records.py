"""
JSON as rows of cells: a list of objects, objects line by line, or an object with lists inside.

Numbers stay as they are written; an object within an object is flattened one level, `cliente.nombre`.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from puntual.intake.rules.refusals import Unreadable

_SPACE = re.compile(r"[\s,]*")
_BLANKS = re.compile(r"\s*")
# A list of its own within an object: {"facturas": [...]}, or one level deeper.
_DEPTH_MAX = 2
_KEYS_MAX = 2_000
_DECODER = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str)


def _value(text: str, start: int) -> tuple[Any, int]:
    try:
        return _DECODER.raw_decode(text, start)
    except (ValueError, RecursionError) as error:
        raise Unreadable("file-json-broken", str(text.count("\n", 0, start) + 1)) from error


def _after(pattern: re.Pattern[str], text: str, start: int) -> int:
    found = pattern.match(text, start)
    return found.end() if found else start


def find_lists(text: str) -> list[str]:
    """
    Name the lists of objects in a text; the only one of a plain list, or of lines, has no name.

    Raises: Unreadable when it is no JSON, or JSON without any object.
    """
    start = _after(_BLANKS, text, 0)
    if text.startswith("[", start):
        return [""]
    first, end = _value(text, start)
    if _after(_BLANKS, text, end) < len(text) and isinstance(first, dict):
        return [""]
    if not isinstance(first, dict):
        raise Unreadable("file-json-no-list")
    # An object without lists is one row.
    return list(_lists(first, "", _DEPTH_MAX)) or [""]


def _lists(value: Mapping[str, Any], path: str, depth: int) -> Iterator[str]:
    for key, inner in value.items():
        name = f"{path}.{key}" if path else key
        if isinstance(inner, list) and any(isinstance(one, dict) for one in inner):
            yield name
        elif isinstance(inner, dict) and depth > 1:
            yield from _lists(inner, name, depth - 1)


def objects_of(text: str, *, name: str) -> Iterator[Any]:
    """
    Yield what a list holds, one by one.

    Raises: Unreadable where the text breaks off or is no JSON.
    """
    start = _after(_BLANKS, text, 0)
    if name:
        yield from _inside(_value(text, start)[0], name)
        return
    is_list = text.startswith("[", start)
    position = _after(_SPACE if is_list else _BLANKS, text, start + 1 if is_list else start)
    while position < len(text) and not (is_list and text[position] == "]"):
        found, position = _value(text, position)
        yield found
        position = _after(_SPACE, text, position)
    if is_list and position >= len(text):
        raise Unreadable("file-json-broken", str(text.count("\n") + 1))
    if is_list and _after(_BLANKS, text, position + 1) < len(text):
        raise Unreadable("file-json-broken", str(text.count("\n", 0, position) + 1))


def _inside(value: Any, name: str) -> list[Any]:
    """Follow the name of a list, whose parts may hold points themselves."""
    if not name:
        return value if isinstance(value, list) else []
    for key, inner in value.items() if isinstance(value, dict) else ():
        if name == key:
            return _inside(inner, "")
        if name.startswith(f"{key}.") and (found := _inside(inner, name[len(key) + 1 :])):
            return found
    return []


def flat(one: Any) -> dict[str, str]:
    """Write an object as cells by name; what is no object is one cell without a name."""
    if not isinstance(one, dict):
        return {"": cell(one)}
    cells: dict[str, str] = {}
    for key, value in one.items():
        if isinstance(value, dict):
            cells |= {f"{key}.{inner}": cell(deep) for inner, deep in value.items()}
        else:
            cells[key] = cell(value)
    return cells


def cell(value: Any) -> str:
    """Write one value as text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if isinstance(value, list) and not any(isinstance(one, list | dict) for one in value):
        return "; ".join(cell(one) for one in value)
    return json.dumps(value, ensure_ascii=False)


def header_of(text: str, *, name: str) -> list[str]:
    """
    List the names that any object of a list has, in the order of their first appearance.

    Raises: Unreadable.
    """
    names: dict[str, None] = {}
    for one in objects_of(text, name=name):
        for key in flat(one):
            names.setdefault(key)
        if len(names) > _KEYS_MAX:
            raise Unreadable("file-too-many-cells")
    if not any(names):
        raise Unreadable("file-json-no-list")
    return list(names)
