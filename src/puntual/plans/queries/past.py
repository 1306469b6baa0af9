"""Reads of what runs decided and planned, as it stood at any moment."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from puntual.db import named, rows
from puntual.plans.types import ActionInTime, ActionState, ChunkInTime

_SQL = named.load(Path(__file__).parents[1] / "sql" / "past.sql")


def actions_known(*, after: int, up_to: int, before: date) -> dict[int, list[ActionInTime]]:
    """
    Return what runs before a day, and campaigns, planned for the customers with after < id <= up_to, in order.

    A customer for whom nothing was planned is absent.
    """
    found: dict[int, list[ActionInTime]] = defaultdict(list)
    params = {"after": after, "up_to": up_to, "before": before}
    for (
        customer_id,
        action_id,
        as_of,
        version_id,
        planned_at,
        written_at,
        number,
        key,
        anchor,
        channel,
        purpose,
        moves_to,
        team,
        state,
        *moments,
    ) in rows.fetch_all(_SQL["actions_known"], params):
        found[customer_id].append(
            ActionInTime(
                action_id, as_of, version_id, planned_at, written_at, number, key, anchor, channel, purpose,
                moves_to, team, ActionState(state), *moments,
            )
        )  # fmt: skip
    return dict(found)


def chunks_known(*, after: int, up_to: int, first: date, last: date) -> dict[date, list[ChunkInTime]]:
    """
    Return by day how runs decided the customers with after < id <= up_to; a customer of several is of the last one.

    Those of runs whose decisions were dropped are absent.
    """
    found: dict[date, list[ChunkInTime]] = defaultdict(list)
    params = {"after": after, "up_to": up_to, "first": first, "last": last}
    for as_of, *chunk in rows.fetch_all(_SQL["chunks_known"], params):
        found[as_of].append(ChunkInTime(*chunk))
    return dict(found)


def patterns_known(*, after: int, up_to: int, first: date, last: date) -> dict[tuple[date, int], int]:
    """Return the id of the answers that each customer of a chunk was given, by day and customer."""
    params = {"after": after, "up_to": up_to, "first": first, "last": last}
    return {
        (as_of, customer_id): pattern_id
        for as_of, customer_id, pattern_id in rows.fetch_all(_SQL["patterns_known"], params)
    }


def runs_between(*, first: date, last: date) -> list[dict[str, Any]]:
    """List the runs of a period, the oldest first."""
    return rows.fetch_dicts(_SQL["runs_between"], {"first": first, "last": last})


def approvals_known(*, action_ids: Sequence[int], since: datetime) -> dict[int, datetime]:
    """Return when a person approved each of some actions that were planned from a moment on; the others are absent."""
    params = {"action_ids": list(action_ids), "since": since}
    return dict(rows.fetch_all(_SQL["approvals_known"], params))
