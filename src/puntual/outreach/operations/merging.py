"""
Merging: two customers are found to be one person, and what was written to them?

Reads: nothing else
Writes: outreach.Message, outreach.PortalLink
Guarantees: what waits for the customer that goes is called off, so one person gets one message; what was sent
keeps its words; what was called off waits again when the union is undone on its day.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from puntual.db import named, rows
from puntual.lib.errors import DomainError

_SQL = named.load(Path(__file__).parents[1] / "sql" / "merging.sql")
_MERGED = "customer-merged"


class MessageLeaving(DomainError):
    """A message to the customer is being handed over right now: a minute later it can be told whose it is."""

    code = "message-leaving"


def move_customer(*, source_id: int, target_id: int) -> dict[str, list[Any]]:
    """
    Give messages and portal links of one customer to another, and return which rows moved, by table.

    Raises: MessageLeaving, with nothing written.
    """
    params = {"source_id": source_id, "target_id": target_id, "reason": _MERGED}
    if ("SENDING",) in rows.fetch_all(_SQL["lock_waiting"], {"source_id": source_id}):
        raise MessageLeaving(
            _("Un mensaje para este cliente está saliendo en este momento. Intente de nuevo en un minuto.")
        )
    return dict(rows.fetch_all(_SQL["move_customer"], params))


def return_customer(
    *, source_id: int, target_id: int, moved: Mapping[str, Sequence[Any]], is_same_day: bool
) -> None:
    """Give back what moved; what was called off waits again when it is still the same day."""
    rows.execute(
        _SQL["return_customer"],
        {
            "source_id": source_id,
            "target_id": target_id,
            "reason": _MERGED,
            "is_same_day": is_same_day,
            "messages": [int(one) for one in moved.get("outreach_message", ())],
            "queued": list(moved.get("outreach_message_queued", ())),
            "links": list(moved.get("outreach_portallink", ())),
        },
    )
