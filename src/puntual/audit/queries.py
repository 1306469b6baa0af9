"""Reads of the audit trail."""

from typing import Any

from puntual.db import rows


def customer_events(*, customer_id: int, limit: int) -> list[dict[str, Any]]:
    """Return the newest events about one customer."""
    return rows.fetch_dicts(
        """
        select id, at, actor_kind, actor_label, action, subject_type, subject_id, before, after
        from audit_event where customer_id = %(customer_id)s
        order by at desc, id desc limit %(limit)s
        """,
        {"customer_id": customer_id, "limit": limit},
    )
