"""
A plan out of its file: the YAML, its parts, and what the parts say of each other.

Everything that is wrong is told at once, each with its place in the file. The text itself is what is kept, with its
comments; nothing is ever written back from what was read of it.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent, ScalarEvent

from puntual.lib.text import is_storable
from puntual.plans.rules import coherence
from puntual.plans.types import Fault, MalformedPlan, PlanFault, PlanFile

_TEXT_LENGTH_MAX = 500_000
_DEPTH_MAX = 40
_WHOLE_NUMBER_MAX = 10**18
Path = tuple[str | int, ...]
_OF_SHAPE = {
    "tuple_type": PlanFault.NOT_A_LIST,
    "list_type": PlanFault.NOT_A_LIST,
    "dict_type": PlanFault.NOT_NAMED,
    "model_type": PlanFault.NOT_NAMED,
}
_OF_MODEL = {
    "missing": PlanFault.MISSING,
    "extra_forbidden": PlanFault.UNKNOWN_NAME,
    "enum": PlanFault.NOT_ONE_OF,
    "literal_error": PlanFault.NOT_ONE_OF,
    "string_pattern_mismatch": PlanFault.WRONG_FORM,
    "greater_than_equal": PlanFault.TOO_SMALL,
    "less_than_equal": PlanFault.TOO_BIG,
    "decimal_max_digits": PlanFault.TOO_BIG,
    "decimal_whole_digits": PlanFault.TOO_BIG,
    "decimal_max_places": PlanFault.WRONG_FORM,
    "string_too_long": PlanFault.TOO_LONG,
    "too_long": PlanFault.TOO_LONG,
    "string_too_short": PlanFault.TOO_SHORT,
    "too_short": PlanFault.TOO_SHORT,
}


def read_text(text: str, *, templates: frozenset[str] | None = None) -> PlanFile:
    """
    Read a plan out of the text of its file.

    Steps may name only the given `templates`; None takes any, and whatever else plans in force were allowed.

    Raises: MalformedPlan with everything that is wrong.
    """
    raw = load(text)
    try:
        return read_raw(plain(raw), templates=templates)
    except MalformedPlan as refused:
        faults = tuple(_with_line(fault, raw) for fault in refused.faults)
        raise MalformedPlan(faults) from refused


def load(text: str) -> Any:
    """
    Load the YAML of a plan with its comments and the places of its parts.

    Raises: MalformedPlan where it is no YAML, repeats a name, points from one part to another, or says what no
    stored plan can hold.
    """
    if len(text) > _TEXT_LENGTH_MAX:
        raise _malformed(PlanFault.TOO_LARGE, limit=_TEXT_LENGTH_MAX // 1000)
    try:
        depth = 0
        for event in yaml().parse(text):
            if isinstance(event, AliasEvent):
                # A few of them in each other are a file without end.
                raise _malformed(PlanFault.ALIAS, line=event.start_mark.line + 1)
            if isinstance(event, ScalarEvent | CollectionStartEvent) and event.ctag:
                raise _malformed(PlanFault.TAGGED, line=event.start_mark.line + 1, tag=event.ctag)
            depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
            if depth > _DEPTH_MAX:
                raise _malformed(PlanFault.TOO_DEEP, line=event.start_mark.line + 1, limit=_DEPTH_MAX)
        loaded = yaml().load(text)
    except DuplicateKeyError as error:
        mark = error.problem_mark
        raise _malformed(PlanFault.REPEATED_NAME, line=mark.line + 1 if mark else 0) from error
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _malformed(PlanFault.NOT_YAML, line=mark.line + 1 if mark else 0) from error
    except (YAMLError, ValueError, RecursionError) as error:
        raise _malformed(PlanFault.NOT_YAML) from error
    if not isinstance(loaded, CommentedMap):
        raise _malformed(PlanFault.NOT_A_PLAN)
    faults = tuple(_with_line(fault, loaded) for fault in unstorable(loaded))
    if faults:
        raise MalformedPlan(faults)
    return loaded


def unstorable(part: Any, path: Path = ()) -> Iterator[Fault]:
    """List what JSON and the database cannot hold: names that are no text, endless numbers, broken letters."""
    if isinstance(part, dict):
        for name in part:
            if not isinstance(name, str) or name == "<<":
                yield Fault(path, PlanFault.UNKNOWN_NAME, values=(("name", str(name)[:80]),))
        for name, inner in part.items():
            if isinstance(name, str):
                yield from unstorable(inner, (*path, name))
                if not _is_storable(name):
                    yield Fault(path, PlanFault.NOT_STORABLE, values=(("name", ascii(name)[:80]),))
    elif isinstance(part, list):
        for place, inner in enumerate(part):
            yield from unstorable(inner, (*path, place))
    elif not _is_storable(part):
        named = next((step for step in reversed(path) if isinstance(step, str)), "")
        yield Fault(path, PlanFault.NOT_STORABLE, values=(("name", named),))


def _is_storable(value: Any) -> bool:
    if isinstance(value, str):
        return is_storable(value)
    if isinstance(value, float):
        return math.isfinite(value)
    return not isinstance(value, int) or abs(value) < _WHOLE_NUMBER_MAX


def yaml() -> YAML:
    """Make a reader and writer of YAML that keeps comments, order and quotes."""
    found = YAML(typ="rt")
    found.preserve_quotes = True
    found.width = 110
    found.indent(mapping=2, sequence=4, offset=2)
    return found


def plain(loaded: Any) -> Any:
    """Take the comments off what was loaded: only dicts, lists and plain values."""
    if isinstance(loaded, Mapping):
        return {str(name): plain(part) for name, part in loaded.items()}
    if isinstance(loaded, Sequence) and not isinstance(loaded, str):
        return [plain(part) for part in loaded]
    if isinstance(loaded, bool) or loaded is None:
        return loaded
    if isinstance(loaded, date):
        # A stored document is JSON, which has no days.
        return loaded.isoformat()
    for kind in (int, float, str):
        if isinstance(loaded, kind):
            return kind(loaded)
    return loaded


def read_raw(raw: Mapping[str, Any], *, templates: frozenset[str] | None = None) -> PlanFile:
    """
    Read a plan out of its parts, as a page or a stored version has them.

    Raises: MalformedPlan with everything that is wrong; `line` is not known.
    """
    if "formato" not in raw and {"clave", "pasos"} <= set(raw):
        raise _malformed(PlanFault.OLD_FORMAT)
    try:
        plan = PlanFile.model_validate(raw)
    except ValidationError as error:
        raise MalformedPlan(_of_models(error.errors())) from error
    faults = coherence.faults_of(plan, templates=templates)
    if faults:
        raise MalformedPlan(tuple(faults))
    return plan


def _malformed(code: PlanFault, *, line: int = 0, **values: object) -> MalformedPlan:
    told = tuple((name, str(value)) for name, value in values.items())
    return MalformedPlan((Fault((), code, line, told),))


def _of_models(errors: Sequence[Any]) -> tuple[Fault, ...]:
    """Say what the models object to; a list that is too short for the faults of its parts is not told apart."""
    faults = [_of_model(error) for error in errors]
    return tuple(
        fault
        for fault in faults
        if fault.code is not PlanFault.TOO_SHORT
        or not any(other.path[: len(fault.path)] == fault.path and other is not fault for other in faults)
    )


def _of_model(error: Any) -> Fault:
    """Say in our words what the models object to."""
    given = error["input"]
    code = _code_of(error["type"], given)
    path = tuple(part for part in error["loc"] if not (isinstance(part, str) and part.startswith("[")))
    context = error.get("ctx") or {}
    limits = ("ge", "le", "max_length", "min_length", "max_digits", "decimal_places", "whole_digits")
    limit = next((str(context[name]) for name in limits if name in context), "")
    allowed = str(context.get("expected", "")).replace(" or ", ", ").replace("'", "")
    value = "" if isinstance(given, dict | list) or code is PlanFault.MISSING else str(given)
    values = {
        "name": str(path[-1]) if path else "",
        "value": value[:80],
        "limit": limit,
        "allowed": allowed,
        # The models name their objections "int_parsing", "date_type": what they want stands first.
        "wanted": error["type"].partition("_")[0] if code is PlanFault.WRONG_TYPE else "",
    }
    return Fault(path, code, values=tuple((name, told) for name, told in values.items() if told))


def _code_of(kind: str, given: Any) -> PlanFault:
    found = _OF_MODEL.get(kind, PlanFault.WRONG_TYPE)
    if kind in _OF_SHAPE and given is not None:
        return _OF_SHAPE[kind]
    if isinstance(given, dict | list) and found in (PlanFault.WRONG_TYPE, PlanFault.NOT_ONE_OF):
        return PlanFault.NOT_ONE_VALUE
    return found


def _with_line(fault: Fault, loaded: Any) -> Fault:
    """Find the line of the part that a fault is about, or of the nearest one around it."""
    line, place = 1, loaded
    for step in fault.path:
        try:
            if isinstance(place, CommentedMap):
                line = place.lc.key(step)[0] + 1
            elif isinstance(place, CommentedSeq):
                line = place.lc.item(step)[0] + 1
            place = place[step]
        except (KeyError, IndexError, TypeError, AttributeError):
            break
    return Fault(fault.path, fault.code, fault.line or line, fault.values, fault.condition_code)
