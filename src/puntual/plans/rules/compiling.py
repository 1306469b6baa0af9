"""A plan as it is written, made into one that can be decided by."""

from puntual.assessment.rules import conditions
from puntual.assessment.types import ALWAYS, Condition, SegmentSpec, Stage, StageSpec
from puntual.contacts.types import Channel, Purpose
from puntual.plans.types import Anchor, PlanDocument, PlanFile, Step, StepRule, Strategy


def compiled(plan: PlanFile) -> PlanDocument:
    """Make a plan ready for a run. It must be whole: `reading` says what is not."""

    def condition(raw: object) -> Condition:
        return conditions.read(raw, currency=plan.currency)

    def optional(raw: object) -> Condition | None:
        return None if raw is None else condition(raw)

    steps = tuple(
        _step(number, strategy, step, condition(step.condition))
        for number, (strategy, step) in enumerate(plan.steps(), 1)
    )
    stages = tuple(
        StageSpec(
            key=stage.key,
            name=stage.name,
            kind=Stage[stage.kind.name],
            enters=condition(stage.enters),
            leaves=optional(stage.leaves),
            skipped=optional(stage.skipped),
            returns=stage.returns,
        )
        for stage in plan.stages
    )
    segments = tuple(SegmentSpec(one.key, one.name, condition(one.condition)) for one in plan.segments)
    asked = [
        *(step.condition for step in steps),
        *(segment.condition for segment in segments),
        *(one or ALWAYS for stage in stages for one in (stage.enters, stage.leaves, stage.skipped)),
    ]
    return PlanDocument(
        key=plan.key,
        name=plan.name,
        country=plan.country,
        currency=plan.currency,
        grace_days=plan.policy.grace_days,
        promise_tolerance_days=plan.policy.promise_tolerance_days,
        balance_min=tuple(sorted(plan.policy.balance_min.items())),
        payment_min=tuple(sorted(plan.policy.payment_min.items())),
        extensions=plan.policy.extensions,
        stages=stages,
        segments=segments,
        steps=steps,
        valid_from=plan.valid_from,
        valid_until=plan.valid_until,
        wants_profile=any(conditions.reads_profile(one) for one in asked),
    )


def _step(number: int, strategy: Strategy, step: StepRule, condition: Condition) -> Step:
    return Step(
        number=number,
        key=step.key,
        name=step.name,
        anchor=Anchor[step.anchor.name],
        offset_days=step.offset_days,
        channel=Channel[step.channel.name] if step.channel is not None else None,
        purpose=Purpose[step.purpose.name],
        template=step.template,
        stages=strategy.stages,
        segments=strategy.segments,
        fallbacks=tuple(Channel[one.name] for one in step.fallbacks),
        catch_up_days=step.catch_up_days,
        missed=step.missed,
        working_days=step.working_days,
        condition=condition,
        moves_to=step.moves_to or "",
        needs_approval=step.needs_approval,
        team=step.team or "",
        tone=step.tone,
        offer=step.offer,
        first_word_days=step.first_word_days,
    )
