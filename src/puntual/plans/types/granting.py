"""Words of what people may grant by the policy of a plan."""

from dataclasses import dataclass

from puntual.plans.types.document import Role


@dataclass(frozen=True, slots=True)
class ExtensionTerms:
    """How far somebody may move a day to pay."""

    # From today; None: the policy says nothing of the stage.
    days_max: int | None
    # Whether all that the role may grant was granted before.
    is_used_up: bool = False
    # Who may grant more, and how many days, the lowest role first.
    higher: tuple[tuple[Role, int], ...] = ()
