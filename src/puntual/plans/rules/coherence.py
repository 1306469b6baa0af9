"""What the parts of a plan must say of each other."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from puntual.assessment.rules import conditions
from puntual.plans.types import (
    AnchorWord,
    ChannelWord,
    Fault,
    FeeKind,
    MoveTarget,
    PlanFault,
    PlanFile,
    StageKind,
    StepRule,
)

Path = tuple[str | int, ...]
_TASKS = frozenset({ChannelWord.CALL, ChannelWord.VISIT})
_KINDS = list(StageKind)


def faults_of(plan: PlanFile, *, templates: frozenset[str] | None) -> list[Fault]:
    """List everything in a plan that contradicts itself or names what is not there."""
    return [
        *_repeated(plan),
        *_stages(plan),
        *_segments(plan),
        *_strategies(plan, templates),
        *_policy(plan),
        *_goals(plan),
    ]


def _fault(path: Path, code: PlanFault, **values: object) -> Fault:
    return Fault(path, code, values=tuple((name, str(value)) for name, value in values.items()))


def _repeated(plan: PlanFile) -> Iterator[Fault]:
    steps = [
        (("estrategias", at, "pasos", place, "clave"), step.key)
        for at, strategy in enumerate(plan.strategies)
        for place, step in enumerate(strategy.steps)
    ]
    groups: list[list[tuple[Path, str]]] = [
        [(("etapas", at, "clave"), stage.key) for at, stage in enumerate(plan.stages)],
        [(("segmentos", at, "clave"), segment.key) for at, segment in enumerate(plan.segments)],
        [(("recursos", "equipos", at, "clave"), team.key) for at, team in enumerate(plan.resources.teams)],
        steps,  # type: ignore[list-item]
    ]
    for group in groups:
        seen: set[str] = set()
        for path, key in group:
            if key in seen:
                yield _fault(path, PlanFault.REPEATED_KEY, key=key)
            seen.add(key)


def _stages(plan: PlanFile) -> Iterator[Fault]:
    ranks = [_KINDS.index(stage.kind) for stage in plan.stages]
    for at, stage in enumerate(plan.stages):
        path: Path = ("etapas", at)
        if at and ranks[at] < ranks[at - 1]:
            yield _fault((*path, "tipo"), PlanFault.STAGES_OUT_OF_ORDER, stage=stage.name)
        if at == 0 and stage.enters is not None:
            yield _fault((*path, "entra"), PlanFault.FIRST_STAGE_ENTERS, stage=stage.name)
        if at and stage.enters is None:
            yield _fault(path, PlanFault.STAGE_WITHOUT_ENTRY, stage=stage.name)
        for name, raw in (("entra", stage.enters), ("sale", stage.leaves), ("se_salta", stage.skipped)):
            yield from _condition(raw, (*path, name), plan)


def _segments(plan: PlanFile) -> Iterator[Fault]:
    last = len(plan.segments) - 1
    for at, segment in enumerate(plan.segments):
        path: Path = ("segmentos", at)
        yield from _condition(segment.condition, (*path, "si"), plan)
        if at == last and segment.condition is not None:
            yield _fault((*path, "si"), PlanFault.NO_LAST_SEGMENT, segment=segment.name)
        if at < last and segment.condition is None:
            # Whoever comes to it stays there: those behind it are empty.
            yield _fault(path, PlanFault.SEGMENT_NEVER, segment=segment.name)


def _condition(raw: object, path: Path, plan: PlanFile) -> Iterator[Fault]:
    try:
        conditions.read(raw, currency=plan.currency)
    except conditions.MalformedCondition as refused:
        for one in refused.faults:
            yield Fault(
                (*path, *one.path), PlanFault.CONDITION, values=one.values, condition_code=one.fault.value
            )


def _strategies(plan: PlanFile, templates: frozenset[str] | None) -> Iterator[Fault]:
    stages = {stage.key for stage in plan.stages}
    segments = {segment.key for segment in plan.segments}
    for at, strategy in enumerate(plan.strategies):
        path: Path = ("estrategias", at)
        yield from _unknown(strategy.stages, stages, (*path, "etapas"), PlanFault.NO_SUCH_STAGE)
        yield from _unknown(strategy.segments, segments, (*path, "segmentos"), PlanFault.NO_SUCH_SEGMENT)
        for place, step in enumerate(strategy.steps):
            yield from _step(plan, step, (*path, "pasos", place), templates)
            if templates is not None:
                # Told to whoever writes a plan; one that is in force stays readable.
                yield from _offer(plan, step, strategy.stages, (*path, "pasos", place, "oferta", "descuento"))


def _unknown(named: Iterable[str], known: set[str], path: Path, code: PlanFault) -> Iterator[Fault]:
    for at, name in enumerate(named):
        if name not in known:
            yield _fault((*path, at), code, name=name, allowed=", ".join(sorted(known)))


def _step(plan: PlanFile, step: StepRule, path: Path, templates: frozenset[str] | None) -> Iterator[Fault]:
    yield from _condition(step.condition, (*path, "si"), plan)
    targets = {stage.key for stage in plan.stages} | {target.value for target in MoveTarget}
    if step.moves_to is not None and step.moves_to not in targets:
        yield _fault(
            (*path, "mueve_a"),
            PlanFault.NO_SUCH_TARGET,
            name=step.moves_to,
            allowed=", ".join(sorted(targets)),
        )
    if step.channel is None and step.moves_to is None:
        yield _fault(path, PlanFault.NOTHING_TO_DO, step=step.name)
    if step.channel is not None and step.moves_to is not None:
        yield _fault(path, PlanFault.TWO_THINGS_TO_DO, step=step.name)
    if step.channel is not None:
        yield from _channels(step, path, templates)
    if step.team is not None and step.team not in {team.key for team in plan.resources.teams}:
        yield _fault((*path, "equipo"), PlanFault.NO_SUCH_TEAM, name=step.team)
    if step.anchor is AnchorWord.DUE_DATE and step.offset_days > 0:
        # A document that is late is the business of «atraso», one voice for all of them.
        yield _fault((*path, "dias"), PlanFault.DUE_AFTER, step=step.name)
    # Told to whoever writes a plan; one that is in force stays readable.
    if templates is not None and step.anchor is AnchorWord.LAST_CONTACT and step.offset_days < 1:
        # What it does is itself the next day's last contact.
        yield _fault((*path, "dias"), PlanFault.EVERY_DAY, step=step.name)
    is_late_contact = step.anchor is AnchorWord.OLDEST_DUE_DATE and step.channel is not None
    if step.first_word_days is not None and not is_late_contact:
        yield _fault((*path, "primera_palabra"), PlanFault.FIRST_WORD_OF_WHAT, step=step.name)
    limit = max((one.percent_max for one in plan.policy.settlements), default=None)
    offered = step.offer.discount_percent if step.offer is not None else None
    if offered is not None and (limit is None or offered > limit):
        yield _fault((*path, "oferta", "descuento"), PlanFault.OFFER_ABOVE_LIMIT, limit=limit or 0)


def _offer(plan: PlanFile, step: StepRule, stages: Iterable[str], path: Path) -> Iterator[Fault]:
    """Tell of a discount that is within the limits of some stage, but not of one in which the step is taken."""
    offered = step.offer.discount_percent if step.offer is not None else None
    limits: dict[str, Decimal] = {}
    for one in plan.policy.settlements:
        limits[one.stage] = max(one.percent_max, limits.get(one.stage, Decimal(0)))
    if offered is None or offered > max(limits.values(), default=Decimal(0)):
        return
    own = frozenset(stages)
    for stage in plan.stages:
        limit = limits.get(stage.key, Decimal(0))
        if (not own or stage.key in own) and offered > limit:
            yield _fault(
                path,
                PlanFault.OFFER_ABOVE_STAGE,
                step=step.name,
                offered=f"{offered.normalize():f}",
                limit=f"{limit.normalize():f}",
                stage=stage.name,
            )
            return


def _channels(step: StepRule, path: Path, templates: frozenset[str] | None) -> Iterator[Fault]:
    channels = [channel for channel in (step.channel, *step.fallbacks) if channel is not None]
    if len(set(channels)) < len(channels):
        yield _fault((*path, "alternativas"), PlanFault.REPEATED_CHANNEL, step=step.name)
    needs_template = any(channel not in _TASKS for channel in channels)
    if needs_template and not step.template:
        yield _fault(path, PlanFault.NO_TEMPLATE, step=step.name)
    if not needs_template and step.template:
        yield _fault((*path, "plantilla"), PlanFault.TEMPLATE_OF_TASK, step=step.name)
    if step.template and templates is not None and step.template not in templates:
        allowed = ", ".join(sorted(templates))
        yield _fault((*path, "plantilla"), PlanFault.NO_SUCH_TEMPLATE, name=step.template, allowed=allowed)


def _policy(plan: PlanFile) -> Iterator[Fault]:
    stages = {stage.key for stage in plan.stages}
    limits = (
        ("quitas", [limit.stage for limit in plan.policy.settlements]),
        ("prorrogas", [limit.stage for limit in plan.policy.extensions]),
    )
    for name, named in limits:
        for at, stage in enumerate(named):
            if stage not in stages:
                path: Path = ("politica", name, at, "etapa")
                yield _fault(path, PlanFault.NO_SUCH_STAGE, name=stage, allowed=", ".join(sorted(stages)))
    charge = plan.policy.late_charge
    if charge is not None:
        is_told = bool(charge.amounts) if charge.kind is FeeKind.FIXED else charge.percent is not None
        if not is_told:
            yield _fault(("politica", "cargo_por_mora"), PlanFault.CHARGE_WITHOUT_VALUE)


def _goals(plan: PlanFile) -> Iterator[Fault]:
    segments = {segment.key for segment in plan.segments}
    for at, goal in enumerate(plan.goals):
        path: Path = ("objetivos", at)
        if (goal.target is None) == (goal.change_percent is None):
            yield _fault(path, PlanFault.GOAL_WITHOUT_TARGET, kpi=goal.kpi.value)
        if goal.until_date < goal.from_date:
            yield _fault((*path, "hasta"), PlanFault.PERIOD_BACKWARDS)
        if goal.segment is not None and goal.segment not in segments:
            allowed = ", ".join(sorted(segments))
            yield _fault((*path, "segmento"), PlanFault.NO_SUCH_SEGMENT, name=goal.segment, allowed=allowed)
    if plan.valid_from and plan.valid_until and plan.valid_until < plan.valid_from:
        yield _fault(("vigente_hasta",), PlanFault.PERIOD_BACKWARDS)
