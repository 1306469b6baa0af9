"""The documentation page, laid out from the schema: it can never say something else than the API does."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from puntual.api.days import today_of

_REF = "#/components/schemas/"
_DEPTH_MAX = 3
# The days that the schema's examples name, and how far from today each stands on the page.
_DAYS = {"2026-11-02": 0, "2026-12-02": 30}


@dataclass(frozen=True, slots=True)
class Field:
    """One value of a call: its name, what it is, and whether it must be there."""

    name: str
    kind: str
    note: str
    is_required: bool
    depth: int


@dataclass(frozen=True, slots=True)
class Operation:
    """One call."""

    anchor: str
    method: str
    address: str
    summary: str
    description: tuple[tuple[str, bool], ...]
    parameters: tuple[Field, ...]
    body: tuple[Field, ...]
    answer: tuple[Field, ...]
    statuses: tuple[str, ...]
    command: str
    is_write: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Calls about one thing."""

    name: str
    operations: tuple[Operation, ...]


def page(request: HttpRequest, *, schema: Mapping[str, Any]) -> HttpResponse:
    """Render the page; the calls on it name the address under which it was asked for."""
    base = request.build_absolute_uri("/").rstrip("/")
    found = groups(schema=schema, base=base, today=today_of(request))
    return render(request, "api/docs.html", {"groups": found, "base": base})


def groups(*, schema: Mapping[str, Any], base: str, today: date) -> tuple[Group, ...]:
    """Lay out every call of the schema, in its order, by tag; the days of its examples are those around today."""
    found: dict[str, list[Operation]] = {}
    for address, methods in schema["paths"].items():
        for method, operation in methods.items():
            for tag in operation.get("tags", [""]):
                found.setdefault(tag, []).append(
                    _operation(
                        schema=schema,
                        base=base,
                        address=address,
                        method=method,
                        operation=operation,
                        today=today,
                    )
                )
    return tuple(Group(name=name, operations=tuple(operations)) for name, operations in found.items())


def _operation(
    *,
    schema: Mapping[str, Any],
    base: str,
    address: str,
    method: str,
    operation: Mapping[str, Any],
    today: date,
) -> Operation:
    body = _json_of(operation.get("requestBody", {}))
    answers = operation.get("responses", {})
    good: Mapping[str, Any] = next(
        (one for status, one in answers.items() if str(status).startswith("2")), {}
    )
    return Operation(
        anchor=f"{method}-{address.strip('/').replace('/', '-').replace('{', '').replace('}', '')}",
        method=method.upper(),
        address=address,
        summary=operation.get("summary", ""),
        description=_pieces(operation.get("description", "")),
        parameters=tuple(_parameters(schema, operation.get("parameters", []))),
        body=tuple(_fields(schema, body)) if body else (),
        answer=tuple(_fields(schema, _json_of(good))),
        statuses=tuple(str(status) for status in answers),
        command=_dated(
            _command(schema=schema, base=base, address=address, method=method, operation=operation),
            today=today,
        ),
        is_write=method != "get",
    )


def _json_of(part: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = part.get("content", {}).get("application/json", {}).get("schema", {})
    return found


def _resolved(schema: Mapping[str, Any], part: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow a reference, and see through "this or nothing"."""
    for one in part.get("anyOf", part.get("allOf", ())):
        if one.get("type") != "null":
            return {
                **_resolved(schema, one),
                **{name: part[name] for name in ("description",) if name in part},
            }
    name = str(part.get("$ref", "")).removeprefix(_REF)
    return {**schema["components"]["schemas"][name], **part} if name else part


def _pieces(text: str) -> tuple[tuple[str, bool], ...]:
    """Part a text at its backticks: (piece, whether it is code)."""
    return tuple((piece, place % 2 == 1) for place, piece in enumerate(text.split("`")) if piece)


def _kind(schema: Mapping[str, Any], part: Mapping[str, Any]) -> str:
    part = _resolved(schema, part)
    if "enum" in part:
        return _("uno de: %s") % ", ".join(str(one) for one in part["enum"] if one != "")
    if "const" in part:
        return str(part["const"])
    kind = part.get("type", "")
    if kind == "array":
        return _("lista")
    if kind == "object":
        return _("objeto")
    if part.get("format") == "date":
        return _("fecha")
    if part.get("format") == "date-time":
        return _("momento")
    words = {"string": _("texto"), "integer": _("entero"), "boolean": _("sí o no"), "number": _("número")}
    return words.get(kind, str(kind))


def _note(schema: Mapping[str, Any], part: Mapping[str, Any]) -> str:
    part = _resolved(schema, part)
    said = [part["description"]] if part.get("description") and "properties" not in part else []
    if "minimum" in part and "maximum" in part:
        said.append(_("De %(least)d a %(most)d.") % {"least": part["minimum"], "most": part["maximum"]})
    if part.get("default") not in (None, "", False, [], {}):
        said.append(_("Si no se dice: %s.") % part["default"])
    if "maxItems" in part:
        said.append(_("Hasta %d.") % part["maxItems"])
    if part.get("maxLength"):
        said.append(_("Hasta %d signos.") % part["maxLength"])
    if part.get("examples"):
        said.append(_("Ejemplo: %s") % part["examples"][0])
    return " ".join(said)


def _parameters(schema: Mapping[str, Any], parameters: list[Mapping[str, Any]]) -> Iterator[Field]:
    for one in parameters:
        yield Field(
            name=one["name"],
            kind=_kind(schema, one["schema"]),
            note=_note(schema, one["schema"]),
            is_required=bool(one.get("required")),
            depth=0,
        )


def _fields(schema: Mapping[str, Any], part: Mapping[str, Any], depth: int = 0) -> Iterator[Field]:
    """List the values of an object, each followed by the values inside it."""
    part = _resolved(schema, part)
    for name, value in part.get("properties", {}).items():
        yield Field(
            name=name,
            kind=_kind(schema, value),
            note=_note(schema, value),
            is_required=name in part.get("required", ()),
            depth=depth,
        )
        inside = _resolved(schema, value)
        inside = _resolved(schema, inside.get("items", inside))
        if depth < _DEPTH_MAX and "properties" in inside:
            yield from _fields(schema, inside, depth + 1)


def _example(schema: Mapping[str, Any], part: Mapping[str, Any]) -> Any:
    """Make the smallest body that could be sent: what is required, and what has an example."""
    part = _resolved(schema, part)
    if part.get("examples"):
        return part["examples"][0]
    if "enum" in part:
        return part["enum"][0]
    if part.get("type") == "array":
        return [_example(schema, part["items"])]
    if "properties" in part:
        return {
            name: _example(schema, value)
            for name, value in part["properties"].items()
            if name in part.get("required", ()) or _resolved(schema, value).get("examples")
        }
    return ""


def _dated(command: str, *, today: date) -> str:
    """Move the days of an example to today and after, so that none is refused as a future payment."""
    for day, ahead in _DAYS.items():
        command = command.replace(f'"{day}"', f'"{today + timedelta(days=ahead)}"')
    return command


def _command(
    *, schema: Mapping[str, Any], base: str, address: str, method: str, operation: Mapping[str, Any]
) -> str:
    """Write a call for a shell that works when pasted, once PUNTUAL_KEY holds a key."""
    query: list[str] = []
    headers: list[str] = []
    for one in operation.get("parameters", []):
        example = _example(schema, one["schema"])
        if one["in"] == "path":
            address = address.replace("{" + one["name"] + "}", str(example))
        elif one["in"] == "header":
            headers += [f'  -H "{one["name"]}: {example}"'] if example else []
        elif one.get("required"):
            query.append(f"{one['name']}={example}")
    url = base + address + ("?" + "&".join(query) if query else "")
    lines = [f'curl -s "{url}"', '  -H "Authorization: Bearer $PUNTUAL_KEY"', *headers]
    body = _json_of(operation.get("requestBody", {}))
    if body:
        text = json.dumps(_example(schema, body), ensure_ascii=False, indent=2)
        lines += ['  -H "Content-Type: application/json"', f"  -d '{text}'"]
    return " \\\n".join(lines)
