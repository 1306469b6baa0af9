"""Messages for people to look at."""

import unicodedata
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from puntual.db import named, rows
from puntual.lib.errors import NotFound
from puntual.portfolio import queries as portfolio

_SQL = named.load(Path(__file__).parents[1] / "sql" / "pages.sql")

# Nobody pages or reads farther; counting millions of rows for every page would cost more than the page.
COUNT_MAX = 10_000
_CUSTOMERS_MAX = 500


def _folded(text: str) -> str:
    """Write a search as the stored search text is: small letters, no accents, no signs of patterns."""
    decomposed = unicodedata.normalize("NFKD", text)
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(plain.lower().replace("\\", "").replace("%", "").split()).replace("_", r"\_")


def message_list(*, state: str, search: str, page: int, page_size: int) -> tuple[list[dict[str, Any]], int]:
    """
    Return one page of messages, newest first, and how many there are, at most COUNT_MAX.

    Empty `state` means all. A search finds customers by name, number or tax id, or by a part of their address.
    """
    found = rows.fetch_dicts(
        _SQL["message_list"],
        {
            "state": state,
            "customer_ids": _customers_found(search),
            "count_max": COUNT_MAX,
            "limit": page_size,
            "offset": (max(page, 1) - 1) * page_size,
        },
    )
    total = found[0]["total"] if found else 0
    return [{key: value for key, value in row.items() if key != "total"} for row in found], total


def _customers_found(search: str) -> list[int] | None:
    folded = _folded(search)
    if not folded:
        return None
    params = {
        "pattern": f"%{folded}%",
        "address": portfolio.search_pattern(text=search.lower()),
        "limit": _CUSTOMERS_MAX,
    }
    return [row[0] for row in rows.fetch_all(_SQL["customers_found"], params)]


def message(*, message_id: int) -> dict[str, Any]:
    """
    Return one message with its words and what the provider told of it.

    Raises: NotFound.
    """
    found = rows.fetch_dicts(_SQL["message"], {"message_id": message_id})
    if not found:
        raise NotFound(_("No existe ese mensaje."))
    return {**found[0], "events": rows.fetch_dicts(_SQL["events_of"], {"message_id": message_id})}


def messages_of(*, customer_id: int, limit: int) -> list[dict[str, Any]]:
    """Return the newest messages to one customer."""
    return rows.fetch_dicts(_SQL["messages_of"], {"customer_id": customer_id, "limit": limit})


def state_counts() -> dict[str, int]:
    """Count the messages in each state that has any, at most COUNT_MAX."""
    return {
        row[0]: row[1] for row in rows.fetch_all(_SQL["state_counts"], {"count_max": COUNT_MAX}) if row[1]
    }


def messages_in_full(*, customer_id: int) -> list[dict[str, Any]]:
    """Return every message to one customer with its words, its step and what the provider told, newest first."""
    found = rows.fetch_dicts(_SQL["messages_in_full"], {"customer_id": customer_id})
    return [{**one, "events": rows.as_json(one["events"])} for one in found]
