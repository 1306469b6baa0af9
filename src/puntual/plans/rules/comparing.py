"""What changed between two versions of a plan, part by part."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from puntual.plans.types import Change, ChangeKind, PlanFile, StepRule, Strategy

# Lists whose parts have a key of their own: one that is moved is the same one.
_KEYED = ("etapas", "segmentos")
_SINGLE = (
    "nombre", "descripcion", "responsable", "pais", "moneda", "vigente_desde", "vigente_hasta", "objetivos",
)  # fmt: skip


def changes(before: PlanFile, after: PlanFile) -> list[Change]:
    """
    List what differs, in the order of the file: each part that came, went, or says something else now.

    Equal plans give no change, whatever their comments and the order of their settings.
    """
    old, new = _dumped(before), _dumped(after)
    return [
        *_settings("plan", old, new, _SINGLE),
        *_settings("politica", old.get("politica", {}), new.get("politica", {}), None),
        *_settings("recursos", old.get("recursos", {}), new.get("recursos", {}), None),
        *(change for name in _KEYED for change in _keyed(name, old[name], new[name])),
        *_keyed("pasos", _steps(before), _steps(after)),
    ]


def _dumped(plan: PlanFile) -> dict[str, Any]:
    return plan.model_dump(mode="json", by_alias=True, exclude_defaults=True)


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
            yield Change(ChangeKind.CHANGED, part, "", name, old.get(name), new.get(name))


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
                yield Change(ChangeKind.CHANGED, part, one["nombre"], name, was.get(name), one.get(name))
    kept_before = [key for key in before if key in after]
    kept_after = [key for key in after if key in before]
    if kept_before != kept_after:
        yield Change(ChangeKind.MOVED, part, "", "", kept_before, kept_after)
