"""What should happen next, and why? Pure: the plan out of its file, and decisions out of facts."""

from puntual.plans.rules.comparing import changes, terms
from puntual.plans.rules.compiling import compiled
from puntual.plans.rules.deciding import Decider, acting
from puntual.plans.rules.editing import edited, part_at, tried
from puntual.plans.rules.granting import extension_terms
from puntual.plans.rules.offering import standing_offer
from puntual.plans.rules.prompting import prompt_discount
from puntual.plans.rules.reading import load, plain, read_raw, read_text, unstorable

__all__ = [
    "Decider",
    "acting",
    "changes",
    "compiled",
    "edited",
    "extension_terms",
    "load",
    "part_at",
    "plain",
    "prompt_discount",
    "read_raw",
    "read_text",
    "standing_offer",
    "terms",
    "tried",
    "unstorable",
]
