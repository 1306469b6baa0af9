"""
What a rule says may tell what a person's circumstances are: who may not know them reads only that one of them objects.
"""

from dataclasses import replace

from django.utils.translation import gettext as _

from puntual.compliance import queries as compliance
from puntual.compliance.types import RuleText
from puntual.flows.contact_now import Permission
from puntual.flows.explain import ExplainedStep, Explanation
from puntual.staff.access import Visit

_KEPT = "reserved-rules"


def _reserved(visit: Visit) -> dict[str, RuleText]:
    if visit.sees_reserved:
        return {}
    if _KEPT not in visit.kept:
        visit.kept[_KEPT] = _read(visit)
    found: dict[str, RuleText] = visit.kept[_KEPT]
    return found


def _read(visit: Visit) -> dict[str, RuleText]:
    try:
        names = compliance.reserved_rules(country=visit.country, at=visit.at)
    except compliance.UnknownCountry:
        return {}
    found = {one: compliance.rule_text(rule_id=one, country=visit.country) for one in names}
    return {name: rule for name, rule in found.items() if rule is not None}


def _veil() -> str:
    return _("Una circunstancia reservada de la persona lo impide")


def veiled(text: str, *, visit: Visit) -> str:
    """Return words without what a reserved rule says in them."""
    for rule in _reserved(visit).values():
        text = text.replace(rule.text.rstrip("."), _veil())
    return text


def veiled_rule(rule_id: str, rule: RuleText | None, *, visit: Visit) -> tuple[str, RuleText | None]:
    """Return a rule as this person may read it."""
    if rule_id not in _reserved(visit):
        return rule_id, rule
    return "", RuleText(text=f"{_veil()}.", source="", status="policy")


def veiled_permission(permission: Permission, *, visit: Visit) -> Permission:
    """Return whether a contact is allowed, with reasons as this person may read them."""
    hidden = {rule.text for rule in _reserved(visit).values()}
    if not any(rule.text in hidden for rule in permission.rules):
        return permission
    return replace(
        permission,
        rules=tuple(
            replace(rule, text=f"{_veil()}.", source="") if rule.text in hidden else rule
            for rule in permission.rules
        ),
    )


def veiled_explanation(explanation: Explanation, *, visit: Visit) -> Explanation:
    """Return the decisions of a day as this person may read them."""
    hidden = _reserved(visit)
    if not hidden:
        return explanation
    steps = tuple(_veiled_step(one, hidden, visit) for one in explanation.steps)
    following = explanation.next_step
    return replace(
        explanation,
        steps=steps,
        next_step=_veiled_step(following, hidden, visit) if following else None,
        campaigns=tuple(veiled(one, visit=visit) for one in explanation.campaigns),
    )


def _veiled_step(step: ExplainedStep, hidden: dict[str, RuleText], visit: Visit) -> ExplainedStep:
    return replace(
        step,
        sentence=veiled(step.sentence, visit=visit),
        rules=tuple(
            replace(rule, id="", text=f"{_veil()}.", source="") if rule.id in hidden else rule
            for rule in step.rules
        ),
    )
