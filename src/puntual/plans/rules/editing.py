"""
Edits of a plan's text: each writes over the letters of what it is about, and over no other.

The text is what is kept, so comments, quotes and the way in which a person laid it out stay. After an edit the text is
read again: where it is laid out in a way that these edits do not know, the whole is written anew with its comments.
Either way, what is read afterwards is exactly what was asked for.
"""

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any, NamedTuple

from puntual.plans.rules import layout
from puntual.plans.rules.reading import load, plain, yaml
from puntual.plans.types import DraftEdit, EditKind, MalformedPlan

Path = tuple[str | int, ...]


class Edit(NamedTuple):
    """One change of one part: `set`, `add` (a name), `insert` (a member of a list), `remove`, `move` (to a place)."""

    kind: str
    path: Path
    value: Any = None
    place: int = 0


def part_at(data: Any, path: Path) -> Any:
    """Return the part of a plan's data at a path; None where there is none."""
    for step in path:
        is_there = step in data if isinstance(data, Mapping) else _has_place(data, step)
        if is_there:
            data = data[step]
        else:
            return None
    return data


def _has_place(data: Any, step: str | int) -> bool:
    return isinstance(data, list) and isinstance(step, int) and 0 <= step < len(data)


def put(text: str, path: Path, value: Any) -> str:
    """
    Make the part at a path say `value`; None takes its name away. What it said alike stays as it is written.

    A part that is missing on the way is made. Raises: MalformedPlan; KeyError where the path leads through a list
    that is missing or not so long.
    """
    data = plain(load(text))
    value = layout.as_data(value)
    for depth in range(1, len(path)):
        if part_at(data, path[:depth]) is None:
            _refuse_places(path[depth - 1 :])
            # The rest of the way is new as well.
            if value is None:
                return text
            for step in reversed(path[depth:]):
                value = {step: value}
            path = path[:depth]
            break
    return _applied(text, data, list(_difference(path, part_at(data, path), value)))


def _refuse_places(path: Path) -> None:
    """Raises: KeyError where the way leads to a place in a list: only names can be made."""
    if any(isinstance(step, int) for step in path):
        raise KeyError(path)


def insert(text: str, path: Path, place: int, value: Any) -> str:
    """Put a new member into the list at a path, before the one at `place`; a list that is missing is made."""
    data = plain(load(text))
    if not part_at(data, path):
        return put(text, path, [value])
    return _applied(text, data, [Edit("insert", path, layout.as_data(value), place)])


def remove(text: str, path: Path) -> str:
    """Take a member of a list, or a name with what it says, away. Raises: MalformedPlan; KeyError."""
    data = plain(load(text))
    owner = part_at(data, path[:-1])
    if len(path) > 1 and part_at(data, path) is not None and len(owner) == 1:
        # What would be left is written as nothing: a block of no lines cannot be.
        return _applied(text, data, [Edit("set", path[:-1], type(owner)())])
    return _applied(text, data, [Edit("remove", path)])


def move(text: str, path: Path, place: int) -> str:
    """Move a member of a list to another place in it, with the comments above it. Raises: MalformedPlan; KeyError."""
    return _applied(text, plain(load(text)), [Edit("move", path, place=place)])


def edited(text: str, edits: Sequence[DraftEdit]) -> str:
    """Carry out edits, one after the other. Raises: MalformedPlan; KeyError where one is about nothing."""
    for edit in edits:
        if edit.kind is EditKind.PUT:
            text = put(text, edit.path, edit.value)
        elif edit.kind is EditKind.INSERT:
            text = insert(text, edit.path, edit.place, edit.value)
        elif edit.kind is EditKind.REMOVE:
            text = remove(text, edit.path)
        else:
            text = move(text, edit.path, edit.place)
    return text


def tried(data: Any, edits: Sequence[DraftEdit]) -> Any:
    """Say what a plan's data would be after edits. Raises: KeyError where one is about nothing."""
    data = deepcopy(data)
    for edit in edits:
        value = layout.as_data(edit.value)
        if edit.kind in (EditKind.PUT, EditKind.INSERT):
            path = edit.path
            if edit.kind is EditKind.INSERT and part_at(data, path):
                _change(data, Edit("insert", path, value, edit.place))
                continue
            value = value if edit.kind is EditKind.PUT else [value]
            for depth in range(1, len(path)):
                if part_at(data, path[:depth]) is None:
                    _refuse_places(path[depth - 1 :])
                    if value is not None:
                        _change(data, Edit("set", path[:depth], {}))
            if value is not None:
                _change(data, Edit("set", path, value))
            elif part_at(data, path) is not None:
                _change(data, Edit("remove", path))
        else:
            _change(data, Edit(edit.kind.lower(), edit.path, place=edit.place))
    return data


def _difference(path: Path, old: Any, new: Any) -> Iterator[Edit]:
    """List the smallest edits that make a part say something else."""
    if layout.is_same(old, new):
        return
    if new is None:
        yield Edit("remove", path)
    elif isinstance(old, dict) and isinstance(new, dict) and old.keys() & new.keys():
        for name in [name for name in old if name not in new]:
            yield Edit("remove", (*path, name))
        for name, part in new.items():
            if name in old:
                yield from _difference((*path, name), old[name], part)
            elif part is not None:
                yield Edit("add", (*path, name), part)
    elif isinstance(old, list) and isinstance(new, list) and old and new:
        yield from _of_lists(path, old, new)
    elif old is None and isinstance(path[-1], str):
        yield Edit("add", path, new)
    else:
        yield Edit("set", path, new)


def _of_lists(path: Path, old: list[Any], new: list[Any]) -> Iterator[Edit]:
    """Leave what two lists begin and end with alike; change what lies between, then add or take the rest."""
    head = 0
    while head < min(len(old), len(new)) and layout.is_same(old[head], new[head]):
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and layout.is_same(old[-1 - tail], new[-1 - tail]):
        tail += 1
    both = min(len(old), len(new)) - head - tail
    for at in range(head, head + both):
        yield from _difference((*path, at), old[at], new[at])
    for at in reversed(range(head + both, len(old) - tail)):
        yield Edit("remove", (*path, at))
    for at in range(head + both, len(new) - tail):
        yield Edit("insert", path, new[at], at)


def _applied(text: str, data: Any, edits: Sequence[Edit]) -> str:
    """Carry edits out one after the other. Raises: KeyError where one is about nothing."""
    wanted = deepcopy(data)
    for edit in edits:
        _change(wanted, edit)
    if layout.is_same(wanted, data):
        return text
    found: str | None = text
    for edit in edits:
        found = layout.spliced(found, edit) if found is not None else None
    if found is not None and _says(found, wanted):
        return found
    return _rewritten(text, wanted)


def _says(text: str, wanted: Any) -> bool:
    """Say whether a text is read as what was asked for; what was spliced where it does not fit is no plan at all."""
    try:
        return layout.is_same(plain(load(text)), wanted)
    except MalformedPlan:
        return False


def _change(data: Any, edit: Edit) -> None:
    """Carry an edit out on plain data. Raises: KeyError."""
    owner = part_at(data, edit.path[:-1])
    step: Any = edit.path[-1]
    if edit.kind == "insert":
        members = part_at(data, edit.path)
        if not isinstance(members, list):
            raise KeyError(edit.path)
        members.insert(edit.place, edit.value)
    elif edit.kind in ("set", "add"):
        if not isinstance(owner, dict) and part_at(data, edit.path) is None:
            raise KeyError(edit.path)
        owner[step] = edit.value
    elif part_at(data, edit.path) is None:
        raise KeyError(edit.path)
    elif edit.kind == "remove":
        del owner[step]
    elif edit.kind == "move":
        if not isinstance(owner, list) or not 0 <= edit.place < len(owner):
            raise KeyError(edit.path)
        owner.insert(edit.place, owner.pop(step))


def _rewritten(text: str, wanted: Any) -> str:
    """Write the whole text anew with its comments, as far as they can be kept."""
    loaded = load(text)
    _merge(loaded, wanted)
    written = layout.dumped(yaml(), loaded)
    if not layout.is_same(plain(load(written)), wanted):
        raise AssertionError("what was written does not say what was asked for")
    return written


def _merge(loaded: Any, wanted: Any) -> None:
    if isinstance(loaded, dict):
        for name in [name for name in loaded if name not in wanted]:
            del loaded[name]
        for name, part in wanted.items():
            if name in loaded and _is_mergeable(loaded[name], part):
                _merge(loaded[name], part)
            elif name not in loaded or not layout.is_same(plain(loaded[name]), part):
                loaded[name] = part
        return
    for at in range(min(len(loaded), len(wanted))):
        if _is_mergeable(loaded[at], wanted[at]):
            _merge(loaded[at], wanted[at])
        elif not layout.is_same(plain(loaded[at]), wanted[at]):
            loaded[at] = wanted[at]
    del loaded[len(wanted) :]
    loaded.extend(wanted[len(loaded) :])


def _is_mergeable(loaded: Any, wanted: Any) -> bool:
    return (isinstance(loaded, dict) and isinstance(wanted, dict)) or (
        isinstance(loaded, list) and isinstance(wanted, list)
    )
