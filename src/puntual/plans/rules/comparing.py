"""What changed between two versions of a plan, part by part."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from pydantic import BaseModel

from puntual.plans.types import (
    Change,
    ChangeKind,
    PlanFile,
    SegmentRule,
    StageRule,
    StepRule,
    Strategy,
)

# Lists whose parts have a key of their own: one that is moved is the same one.
_KEYED = ("etapas", "segmentos")
_SINGLE = (
    "nombre", "descripcion", "responsable", "pais", "moneda", "vigente_desde", "vigente_hasta",
)  # fmt: skip
_MODELS: Mapping[str, type[BaseModel]] = {
    "plan": PlanFile,
    "etapas": StageRule,
    "segmentos": SegmentRule,
    "pasos": StepRule,
}
# Settings that hold the key of another part; people know it by its name.
_POINTERS = {
    "etapa": "etapas",
    "etapas": "etapas",
    "mueve_a": "etapas",
    "segmento": "segmentos",
    "segmentos": "segmentos",
    "equipo": "equipos",
}
# Lists whose members are told one by one, and what says which member one is.
_ONE_BY_ONE: Mapping[str, tuple[str, ...]] = {
    "objetivos": ("kpi", "segmento", "producto"),
    "quitas": ("etapa", "rol"),
    "prorrogas": ("etapa", "rol"),
    "equipos": ("clave",),
    "canales": ("canal",),
}
Names = Mapping[str, Mapping[str, str]]


def changes(before: PlanFile, after: PlanFile) -> list[Change]:
    """
    List what differs, in the order of the file: each part that came, went, or says something else now.

    Equal plans give no change, whatever their comments and the order of their settings. What a plan leaves out is
    told with the value that then holds, and a part that a setting points to by its name.
    """
    old, new = _dumped(before), _dumped(after)
    was, now = _names(before), _names(after)
    found = [
        *_settings("plan", old, new, _SINGLE),
        *_one_by_one("objetivos", old["objetivos"], new["objetivos"]),
        *_part("politica", old["politica"], new["politica"]),
        *_part("recursos", old["recursos"], new["recursos"]),
        *(change for name in _KEYED for change in _keyed(name, old[name], new[name])),
        *_keyed("pasos", _steps(before), _steps(after)),
    ]
    return [
        replace(
            one,
            before=_by_name(one.setting or one.part, one.before, was),
            after=_by_name(one.setting or one.part, one.after, now),
        )
        for one in found
    ]


def terms(plan: PlanFile) -> dict[str, dict[str, Any]]:
    """Return the settings of the policy and of the resources, a part that one points to by its name."""
    whole, names = _dumped(plan), _names(plan)
    return {part: _by_name(part, whole[part], names) for part in ("politica", "recursos")}


def _names(plan: PlanFile) -> Names:
    return {
        "etapas": {one.key: one.name for one in plan.stages},
        "segmentos": {one.key: one.name for one in plan.segments},
        "equipos": {one.key: one.name for one in plan.resources.teams},
        "pasos": {step.key: step.name for _strategy, step in plan.steps()},
    }


def _by_name(setting: str, value: Any, names: Names) -> Any:
    """Put names for the keys that a setting, or a part of it, points by."""
    if isinstance(value, dict):
        return {name: _by_name(name, one, names) for name, one in value.items()}
    if isinstance(value, list):
        return [_by_name(setting, one, names) for one in value]
    kind = _POINTERS.get(setting, setting)
    return names[kind].get(value, value) if kind in names and isinstance(value, str) else value


def _value(part: str, settings: Mapping[str, Any], name: str) -> Any:
    """Return a setting, or the value that holds where the plan leaves it out."""
    if name in settings or part not in _MODELS:
        return settings.get(name)
    for own, field in _MODELS[part].model_fields.items():
        if name == (field.alias or own) and not field.is_required():
            return field.get_default(call_default_factory=True)
    return None


def _dumped(plan: PlanFile) -> dict[str, Any]:
    whole = plan.model_dump(mode="json", by_alias=True)
    brief = plan.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    # Lists of limits, teams and goals are told whole, with what they leave unsaid.
    return brief | {name: whole[name] for name in ("politica", "recursos", "objetivos")}


def _steps(plan: PlanFile) -> list[dict[str, Any]]:
    return [_step(strategy, step) for strategy, step in plan.steps()]


def _step(strategy: Strategy, step: StepRule) -> dict[str, Any]:
    """Write a step with the cell of the matrix that it stands in."""
    own = step.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return own | {"etapas": list(strategy.stages), "segmentos": list(strategy.segments)}


def _settings(
    part: str, old: Mapping[str, Any], new: Mapping[str, Any], names: Iterable[str] | None
) -> Iterator[Change]:
    for name in names if names is not None else sorted({*old, *new}):
        if old.get(name) != new.get(name):
            yield Change(ChangeKind.CHANGED, part, "", name, _value(part, old, name), _value(part, new, name))


def _part(part: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
    """Tell the settings of a part, and each member of its lists apart."""
    lists = _ONE_BY_ONE.keys() & {*old, *new}
    yield from _settings(part, old, new, sorted({*old, *new} - lists))
    for name in sorted(lists):
        yield from _one_by_one(name, _listed(name, old.get(name)), _listed(name, new.get(name)))


def _listed(name: str, found: Any) -> list[dict[str, Any]]:
    """Write what stands by a key as a list of members that say it."""
    if isinstance(found, dict):
        return [{_ONE_BY_ONE[name][0]: key, **one} for key, one in found.items()]
    return list(found or ())


def _one_by_one(part: str, old: list[dict[str, Any]], new: list[dict[str, Any]]) -> Iterator[Change]:
    """Tell each member of a list apart; one that is about the same and says something else is the same."""

    def about(one: dict[str, Any]) -> tuple[Any, ...]:
        return tuple(one.get(name) for name in _ONE_BY_ONE[part])

    come = [one for one in new if one not in old]
    for was in (one for one in old if one not in new):
        now = next((one for one in come if about(one) == about(was)), None)
        if now is not None:
            come.remove(now)
        yield Change(ChangeKind.CHANGED if now else ChangeKind.REMOVED, part, "", "", was, now)
    for one in come:
        yield Change(ChangeKind.ADDED, part, "", "", None, one)


def _keyed(part: str, old: list[dict[str, Any]], new: list[dict[str, Any]]) -> Iterator[Change]:
    before = {one["clave"]: one for one in old}
    after = {one["clave"]: one for one in new}
    for key, one in before.items():
        if key not in after:
            yield Change(ChangeKind.REMOVED, part, one["nombre"], "", one, None)
    for key, one in after.items():
        if key not in before:
            yield Change(ChangeKind.ADDED, part, one["nombre"], "", None, one)
            continue
        was = before[key]
        for name in sorted({*was, *one} - {"clave"}):
            if was.get(name) != one.get(name):
                yield Change(
                    ChangeKind.CHANGED,
                    part,
                    one["nombre"],
                    name,
                    _value(part, was, name),
                    _value(part, one, name),
                )
    kept_before = [key for key in before if key in after]
    kept_after = [key for key in after if key in before]
    if kept_before != kept_after:
        yield Change(ChangeKind.MOVED, part, "", "", kept_before, kept_after)
