"""What follows once a file was applied."""

from datetime import datetime
from decimal import Decimal

from puntual.audit.types import Actor
from puntual.flows.intake import missing
from puntual.flows.intake.previewing import company_facts
from puntual.intake import operations as intake


def company_share_max() -> Decimal:
    """Say which share of its open debts a full file may leave out before the company wants a person asked."""
    return Decimal(company_facts().missing_percent_max) / 100


def close_few_missing(*, import_id: int, actor: Actor, at: datetime, share_max: Decimal | None = None) -> int:
    """
    Close what a full file does not bring any more where that is little, and return how many debts.

    Without a share, that of the company counts. Where it is much nothing is closed: a person is asked on the
    import's page. Called again it closes nothing more.

    Raises: NotFound.
    """
    share = company_share_max() if share_max is None else share_max
    found = missing.missing_from(import_id=import_id, share_max=share)
    if not found.scope or not found.receivables or found.needs_approval or found.closed_at is not None:
        return 0
    try:
        return missing.close_missing(import_id=import_id, actor=actor, at=at, share_max=share)
    except (missing.ApprovalNeeded, intake.UnableToCloseMissing):
        # Another file of the same door was applied just now: what this one leaves out is for that one to say.
        return 0
