"""
Duplicates: are two customers one person, who said so, and what moved?

Reads: portfolio.Customer
Writes: duplicates.Proposal, duplicates.Merge, duplicates.Search
Guarantees: nothing is united but by a person; a pair that was rejected is never proposed again; a decision is made
once; of every union it is known which rows moved.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from puntual.db import named, rows
from puntual.duplicates.models import Search
from puntual.duplicates.types import (
    FindCounts,
    MergeHead,
    NewProposal,
    ProposalHead,
    ProposalState,
)
from puntual.lib.errors import DomainError, NotFound

_FOLDER = Path(__file__).parent / "sql"
_FINDING = named.load(_FOLDER / "finding.sql")
_DECIDING = named.load(_FOLDER / "deciding.sql")
_LABEL_MAX, _NOTE_MAX = 120, 300


class AlreadyDecided(DomainError):
    """Somebody else decided about the pair meanwhile; nothing was written."""

    code = "already-decided"


def keep_proposals(
    *,
    found: Sequence[NewProposal],
    customers: int,
    pairs_compared: int,
    seen_up_to: datetime | None,
    started_at: datetime,
    at: datetime,
) -> FindCounts:
    """Keep what a search found, refresh what waits and withdraw what is not found any more. Two statements."""
    given = rows.as_document(
        [
            (one.low_id, one.high_id, one.group_id, one.strength, one.name_score, list(one.evidence))
            for one in found
        ]
    )
    kept = rows.fetch_all(_FINDING["keep_proposals"], {"rows": given, "at": at})
    withdrawn = rows.execute(_FINDING["withdraw_proposals"], {"rows": given, "at": at})
    Search.objects.create(
        seen_up_to=seen_up_to,
        customers=customers,
        pairs_compared=pairs_compared,
        proposals=len(found),
        started_at=started_at,
        finished_at=at,
    )
    return FindCounts(
        customers=customers,
        pairs_compared=pairs_compared,
        proposals=len(found),
        new=sum(1 for (is_new,) in kept if is_new),
        withdrawn=withdrawn,
    )


def lock_proposal(*, proposal_id: int) -> ProposalHead:
    """
    Hold a proposal until the transaction ends and return where it stands.

    Raises: NotFound; AlreadyDecided when it waits no more.
    """
    found = rows.fetch_all(_DECIDING["lock_proposal"], {"proposal_id": proposal_id})
    if not found:
        raise NotFound(_("Esa propuesta ya no existe: los datos de los clientes cambiaron."))
    head = ProposalHead(found[0][0], ProposalState(found[0][1]), *found[0][2:])
    if head.state is not ProposalState.PENDING:
        raise AlreadyDecided(
            _("%(who)s ya decidió sobre estos clientes.") % {"who": head.decided_by or _("Otra persona")}
        )
    return head


def take_up(*, found: NewProposal, at: datetime) -> int:
    """Put a pair that a person found among the proposals, as one that waits, and return its id."""
    kept = rows.fetch_all(
        _DECIDING["take_up"],
        {
            "low_id": found.low_id,
            "high_id": found.high_id,
            "strength": found.strength,
            "name_score": found.name_score,
            "evidence": json.dumps(found.evidence),
            "at": at,
        },
    )
    return int(kept[0][0])


def decide_proposal(
    *, proposal_id: int, state: ProposalState, actor_label: str, note: str, at: datetime
) -> None:
    """Keep what a person decided about a pair."""
    rows.execute(
        _DECIDING["decide_proposal"],
        {
            "proposal_id": proposal_id,
            "state": state,
            "actor_label": actor_label[:_LABEL_MAX],
            "note": note[:_NOTE_MAX],
            "at": at,
        },
    )


def record_merge(
    *,
    source_id: int,
    target_id: int,
    proposal_id: int | None,
    moved: Mapping[str, Sequence[Any]],
    actor_label: str,
    today: date,
    at: datetime,
) -> int:
    """Keep a union with exactly which rows it moved, and return its id."""
    found = rows.fetch_all(
        _DECIDING["record_merge"],
        {
            "source_id": source_id,
            "target_id": target_id,
            "proposal_id": proposal_id,
            "moved": json.dumps(moved),
            "actor_label": actor_label[:_LABEL_MAX],
            "today": today,
            "at": at,
        },
    )
    return int(found[0][0])


def widen_merge(*, merge_id: int, moved: Mapping[str, Sequence[Any]]) -> None:
    """Keep all that moved by now: another hand was still writing when the two were united."""
    rows.execute(_DECIDING["widen_merge"], {"merge_id": merge_id, "moved": json.dumps(moved)})


def lock_merge(*, merge_id: int) -> MergeHead:
    """
    Hold a union until the transaction ends.

    Raises: NotFound; AlreadyDecided when it was undone.
    """
    found = rows.fetch_all(_DECIDING["lock_merge"], {"merge_id": merge_id})
    if not found:
        raise NotFound(_("No existe esa unión de clientes."))
    row = list(found[0])
    row[4] = rows.as_json(row[4])
    head = MergeHead(*row)
    if head.undone_at is not None:
        raise AlreadyDecided(_("Esta unión ya se deshizo."))
    return head


def undo_merge(*, merge_id: int, actor_label: str, at: datetime) -> None:
    """Keep who undid a union and when."""
    rows.execute(
        _DECIDING["undo_merge"], {"merge_id": merge_id, "actor_label": actor_label[:_LABEL_MAX], "at": at}
    )


def erase_customer(*, customer_id: int) -> None:
    """Take away what waits about a customer, and what people noted when they decided."""
    rows.execute(_FINDING["erase_customer"], {"customer_id": customer_id})
