"""What was planned on a state of affairs that is no longer so: it stops, with the messages that were queued for it."""

from datetime import datetime

from puntual.flows import placing
from puntual.outreach import operations as outreach
from puntual.plans import operations as plans


def stop_what_was_queued(*, customer_id: int, reason: str, at: datetime) -> None:
    """Close the actions of a customer that still wait and cancel their messages; the next run decides anew."""
    placing.touch(customer_ids=[customer_id])
    plans.close_actions(customer_ids=[customer_id], reason=reason, at=at)
    outreach.cancel_messages(customer_ids=[customer_id], reason=reason, at=at)
