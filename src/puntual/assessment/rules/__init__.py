"""What kind of case is this? Pure: facts in, stage and segment out; and conditions over facts."""

from puntual.assessment.rules.contactable import contactable
from puntual.assessment.rules.places import Placer

__all__ = ["Placer", "contactable"]
