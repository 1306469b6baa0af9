"""Where the parts of a plan stand in its text, and how new ones are written in the way of those around them."""

import json
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from io import StringIO
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from puntual.plans.types import PlanFile

if TYPE_CHECKING:
    from puntual.plans.rules.editing import Edit

_LINE_LENGTH = 110
# Words that need no quotes, whatever stands around them.
_BARE = re.compile(r"[^\W\d_][\w áéíóúüñÁÉÍÓÚÜÑ./%()+-]*", re.UNICODE)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_NOT_BARE = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})


def as_data(value: Any) -> Any:
    """Make a value such as the reader gives: numbers of YAML, days as text, only lists and dicts."""
    if isinstance(value, Mapping):
        return {str(name): as_data(part) for name, part in value.items() if part is not None}
    if isinstance(value, list | tuple):
        return [as_data(part) for part in value]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date):
        return value.isoformat()
    return value


def is_same(one: Any, other: Any) -> bool:
    """Say whether two values mean the same; «true» is not 1."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(is_same(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(is_same, one, other))
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return bool(one == other)


def dumped(writer: YAML, loaded: Any) -> str:
    """Write a loaded text out."""
    out = StringIO()
    writer.dump(loaded, out)
    return out.getvalue()


def _orders() -> list[list[str]]:
    """List the names of each part in the order in which its model has them."""
    schema: Any = PlanFile.model_json_schema(by_alias=True)
    return [list(one["properties"]) for one in (schema, *schema["$defs"].values()) if "properties" in one]


_ORDERS = _orders()


def _before(names: list[str], name: str) -> set[str]:
    """Say which of the names of a part stand before a new one: all, where the part is none that is known."""
    for order in _ORDERS:
        if {*names, name} <= set(order):
            return set(order[: order.index(name)])
    return set(names)


# Writing ----------------------------------------------------------------------------------------------------------


def written(value: Any) -> str:
    """Write a value on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{written(name)}: {written(part)}" for name, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    if isinstance(value, str):
        is_bare = _BARE.fullmatch(value) and value == value.strip() and value.lower() not in _NOT_BARE
        return value if is_bare or _DAY.fullmatch(value) else json.dumps(value, ensure_ascii=False)
    return json.dumps(value)


def _is_row(value: Any) -> bool:
    """Say whether a part is written on one line however long it is, as steps are."""
    return not isinstance(value, dict | list) or (
        isinstance(value, dict)
        and not any(isinstance(part, list) and _has_rows(part) for part in value.values())
    )


def _has_rows(value: list[Any]) -> bool:
    return any(isinstance(one, dict) for one in value)


def _lines(value: Any, indent: int) -> list[str]:
    """Write a value on lines of its own, `indent` blanks before each."""
    blanks = " " * indent
    if isinstance(value, dict):
        found = []
        for name, part in value.items():
            found += [blanks + written(name) + ":" + one for one in _after(part, indent)[:1]]
            found += _after(part, indent)[1:]
        return found
    found = []
    for part in value:
        if (isinstance(part, dict) and not _is_row(part)) or (
            not _fits(part, indent + 2) and not _is_row(part)
        ):
            inner = _lines(part, indent + 2)
            found += [blanks + "- " + inner[0].lstrip(), *inner[1:]]
        else:
            found.append(blanks + "- " + written(part))
    return found


def _fits(value: Any, indent: int) -> bool:
    return indent + len(written(value)) <= _LINE_LENGTH


def _after(value: Any, indent: int) -> list[str]:
    """Write what stands after a name: on its line where that is short, else on lines of its own."""
    is_list_of_rows = isinstance(value, list) and _has_rows(value) and bool(value)
    if not isinstance(value, dict | list) or not value or (_fits(value, indent) and not is_list_of_rows):
        return [" " + written(value)]
    return ["", *_lines(value, indent + 2)]


def _scalar(value: Any, node: ScalarNode) -> str:
    """Write a value in the quotes that stood there."""
    if isinstance(value, str) and "\n" not in value:
        if node.style == '"':
            return json.dumps(value, ensure_ascii=False)
        if node.style == "'":
            return "'" + value.replace("'", "''") + "'"
    return written(value)


# Finding ----------------------------------------------------------------------------------------------------------


def spliced(text: str, edit: "Edit") -> str | None:
    """Carry an edit out in a text; None where the text is laid out in a way that is not known here."""
    composer: Any = YAML(typ="safe", pure=True)
    root = composer.compose(text)
    ended = text if text.endswith("\n") else text + "\n"
    try:
        splices = _Page(ended, root).splices(edit)
    except (_NotKnown, ValueError, IndexError, KeyError):
        return None
    for start, end, new in sorted(splices, reverse=True):
        ended = ended[:start] + new + ended[end:]
    return ended if text.endswith("\n") else ended.removesuffix("\n")


class _NotKnown(Exception):
    """The text is laid out in a way that is not known here."""


class _Page:
    """A text with the places of its parts."""

    def __init__(self, text: str, root: Any) -> None:
        self.text, self.root = text, root

    def splices(self, edit: "Edit") -> list[tuple[int, int, str]]:
        """Say which letters an edit takes away, and which it puts there."""
        if edit.kind == "insert":
            return self._insert(self._at(edit.path), edit.place, edit.value)
        owner = self._at(edit.path[:-1])
        step = edit.path[-1]
        if edit.kind == "add":
            return self._add(owner, str(step), edit.value)
        if edit.kind == "set":
            return self._set(owner, step, edit.value)
        if edit.kind == "move":
            return self._move(owner, int(step), edit.place)
        return self._remove(owner, step)

    def _at(self, path: tuple[str | int, ...]) -> Any:
        node = self.root
        for step in path:
            node = node.value[step] if isinstance(node, SequenceNode) else self._pair(node, step)[1]
        return node

    def _pair(self, node: Any, name: str | int) -> tuple[Any, Any]:
        for key, value in node.value:
            if key.value == name:
                return key, value
        raise KeyError(name)

    def _end(self, node: Any) -> int:
        """Return where the last letter of a part stands; what a block leaves behind it is not its own."""
        if isinstance(node, ScalarNode):
            start, end = node.start_mark.index, node.end_mark.index
            return start + len(self.text[start:end].rstrip()) if node.style in ("|", ">") else end
        if node.flow_style:
            return int(node.end_mark.index)
        last = node.value[-1]
        return self._end(last[1] if isinstance(last, tuple) else last)

    def _line_start(self, at: int) -> int:
        return self.text.rfind("\n", 0, at) + 1

    def _line_end(self, at: int) -> int:
        """Return where the line after begins."""
        return self.text.index("\n", at) + 1

    def _colon(self, key: Any) -> int:
        return self.text.index(":", key.end_mark.index) + 1

    def _is_block(self, node: Any) -> bool:
        return not isinstance(node, ScalarNode) and not node.flow_style

    def _set(self, owner: Any, step: str | int, value: Any) -> list[tuple[int, int, str]]:
        if isinstance(owner, SequenceNode):
            node = owner.value[step]
            return [(node.start_mark.index, self._end(node), written(value))]
        key, node = self._pair(owner, step)
        start, end = node.start_mark.index, self._end(node)
        if isinstance(node, ScalarNode) and node.style not in ("|", ">") and start < end:
            return [(start, end, _scalar(value, node))]
        is_on_the_line = not self._is_block(node) and not isinstance(node, ScalarNode)
        is_short = _fits(value, key.start_mark.column) or _is_row(value)
        if owner.flow_style or (is_on_the_line and is_short):
            return [(start, end, written(value))]
        after = self._colon(key)
        return [(after, max(end, after), "\n".join(_after(value, key.start_mark.column)))]

    def _add(self, owner: Any, name: str, value: Any) -> list[tuple[int, int, str]]:
        if not isinstance(owner, MappingNode):
            raise _NotKnown
        first = _before([key.value for key, _value in owner.value], name)
        before = [pair for pair in owner.value if pair[0].value in first]
        if owner.flow_style:
            told = f"{written(name)}: {written(value)}"
            if not owner.value:
                return [(owner.start_mark.index, owner.end_mark.index, "{" + told + "}")]
            if before:
                at = self._end(before[-1][1])
                return [(at, at, ", " + told)]
            at = owner.value[0][0].start_mark.index
            return [(at, at, told + ", ")]
        indent = owner.value[0][0].start_mark.column
        at = self._line_end(self._end((before or owner.value[:1])[-1][1]))
        return [(at, at, "\n".join(_lines({name: value}, indent)) + "\n")]

    def _remove(self, owner: Any, step: str | int) -> list[tuple[int, int, str]]:
        if isinstance(owner, SequenceNode):
            at = int(step)
            if len(owner.value) == 1:
                if not owner.flow_style:
                    raise _NotKnown
                return [(owner.start_mark.index, owner.end_mark.index, "[]")]
            if owner.flow_style:
                return self._without([(one, one) for one in owner.value], at)
            chunks = self._chunks(owner)
            start, end = chunks[at]
            if not at:
                return [(start, chunks[1][0], "")]
            return [(start - self._gap(start), end, "")]
        names = [key.value for key, _value in owner.value]
        at = names.index(step)
        if owner.flow_style:
            if len(names) == 1:
                return [(owner.start_mark.index, owner.end_mark.index, "{}")]
            return self._without(owner.value, at)
        key, value = owner.value[at]
        start = self._line_start(key.start_mark.index)
        if self.text[start : key.start_mark.index].strip():
            # On the line of the dash: what follows takes its place.
            return [(key.start_mark.index, owner.value[at + 1][0].start_mark.index, "")]
        if len(names) == 1:
            raise _NotKnown
        return [(start, self._line_end(self._end(value)), "")]

    def _without(self, members: list[tuple[Any, Any]], at: int) -> list[tuple[int, int, str]]:
        """Take a member out of a row in brackets, with the comma on its other side."""
        if at:
            return [(self._end(members[at - 1][1]), self._end(members[at][1]), "")]
        return [(members[0][0].start_mark.index, members[1][0].start_mark.index, "")]

    def _insert(self, owner: Any, place: int, value: Any) -> list[tuple[int, int, str]]:
        members = owner.value
        if owner.flow_style:
            if place >= len(members):
                at = self._end(members[-1])
                return [(at, at, ", " + written(value))]
            at = members[place].start_mark.index
            return [(at, at, written(value) + ", ")]
        chunks = self._chunks(owner)
        lines = "\n".join(_lines([value], owner.start_mark.column)) + "\n"
        has_gaps = any(self._gap(start) for start, _end in chunks[1:])
        if place >= len(members):
            at = chunks[-1][1]
            return [(at, at, ("\n" if has_gaps else "") + lines)]
        at = chunks[place][0]
        return [(at, at, lines + ("\n" if has_gaps else ""))]

    def _move(self, owner: Any, at: int, place: int) -> list[tuple[int, int, str]]:
        if not isinstance(owner, SequenceNode):
            raise _NotKnown
        if owner.flow_style:
            spans = [(one.start_mark.index, self._end(one)) for one in owner.value]
        else:
            spans = self._chunks(owner)
        order = list(range(len(spans)))
        order.insert(place, order.pop(at))
        return [(*spans[to], self.text[slice(*spans[came])]) for to, came in enumerate(order) if to != came]

    def _chunks(self, owner: Any) -> list[tuple[int, int]]:
        """Return the lines of each member of a list, with the comments right above it."""
        found = []
        for node in owner.value:
            dash = self.text.rindex("-", 0, node.start_mark.index)
            start = self._line_start(dash)
            if self.text[start:dash].strip() or dash - start != owner.start_mark.column:
                raise _NotKnown
            while start:
                above = self._line_start(start - 1)
                if not self.text[above:start].lstrip(" ").startswith("#"):
                    break
                start = above
            found.append((start, self._line_end(self._end(node))))
        return found

    def _gap(self, start: int) -> int:
        """Count the letters of the blank lines above a place."""
        return len(self.text[:start]) - len(self.text[:start].rstrip()) - 1
