"""What every page of the plan editor needs of a draft: its text, what it says, what is wrong, and one way to save."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages as notices
from django.http import HttpRequest
from django.utils.translation import gettext as _

from puntual.flows import governing
from puntual.lib.errors import DomainError, NotFound
from puntual.plans import queries as plans
from puntual.plans.types import SHAPE_FAULTS, DraftEdit, Fault, MalformedPlan, VersionState
from puntual.staff.access import Visit


@dataclass(frozen=True, slots=True)
class Draft:
    """A version as the editor shows it; `data` is empty where its text is no plan, or is not laid out as one."""

    card: dict[str, Any]
    data: dict[str, Any]
    faults: tuple[Fault, ...]

    @property
    def id(self) -> int:
        """Return the version."""
        return int(self.card["id"])

    @property
    def text(self) -> str:
        """Return its file."""
        return str(self.card["text"])

    @property
    def digest(self) -> str:
        """Return the fingerprint of the text that is shown; a form that saves gives it back."""
        return str(self.card["document_hash"])

    @property
    def is_open(self) -> bool:
        """Say whether it may be edited."""
        return bool(self.card["state"] == VersionState.DRAFT)


def draft_of(version_id: int) -> Draft:
    """Read a draft. Raises: NotFound."""
    card = plans.version_card(version_id=version_id)
    try:
        data = plans.data_of(text=card["text"])
    except MalformedPlan as refused:
        return Draft(card, {}, refused.faults)
    _found, faults = governing.check_plan(text=card["text"])
    if any(fault.code in SHAPE_FAULTS for fault in faults):
        return Draft(card, {}, faults)
    return Draft(card, data, faults)


def frame(draft: Draft, tab: str) -> dict[str, Any]:
    """Give what every page of the editor shows around its own."""
    return {
        "card": draft.card,
        "title": _("%(name)s, versión %(number)d")
        % {"name": draft.card["name"], "number": draft.card["number"]},
        "digest": draft.digest,
        "tab": tab,
        "faults": plans.fault_lines(faults=draft.faults),
        "is_plan": bool(draft.data),
    }


def carry_out(request: HttpRequest, visit: Visit, *, version_id: int, edits: Sequence[DraftEdit]) -> bool:
    """Save edits of a page that knows the text; say so, or why not. Raises: NotFound."""
    digest = request.POST.get("digest", "")
    try:
        governing.edit_draft(
            version_id=version_id, edits=edits, digest=digest, actor=visit.actor, at=visit.at
        )
    except NotFound:
        raise
    except DomainError as refused:
        notices.error(request, refused.message)
        return False
    return True
