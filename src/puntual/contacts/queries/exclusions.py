"""Reads of lists of people not to contact, and of whom they are about."""

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from puntual.contacts import rules
from puntual.contacts.types import ListedBy, Listing, ListKind, ReadEntries
from puntual.db import named, rows
from puntual.lib.errors import NotFound

_SQL = named.load(Path(__file__).parent.parent / "sql" / "exclusions.sql")
_LISTS_MAX = 500


def read_entries(*, rows_of_file: Iterable[tuple[int, Sequence[str]]], country: str) -> ReadEntries:
    """Understand the rows of a list of people, each with its number."""
    return rules.read_entries(rows=rows_of_file, region=country)


def exclusion_lists(*, today: date) -> list[dict[str, Any]]:
    """Return every list, the newest first: whether it is in force, and whether it counts today."""
    return rows.fetch_dicts(_SQL["lists"], {"list_id": None, "today": today, "limit": _LISTS_MAX})


def exclusion_list(*, list_id: int, today: date) -> dict[str, Any]:
    """
    Return one list.

    Raises: NotFound.
    """
    found = rows.fetch_dicts(_SQL["lists"], {"list_id": list_id, "today": today, "limit": 1})
    if not found:
        raise NotFound(_("No existe esa lista."))
    return found[0]


def entry_counts(*, list_id: int) -> dict[ListedBy, int]:
    """Count who stands on a list, by what they are known."""
    return {
        ListedBy(kind): count for kind, count in rows.fetch_all(_SQL["entry_counts"], {"list_id": list_id})
    }


def list_matches(*, list_id: int, limit: int, offset: int = 0) -> list[dict[str, Any]]:
    """
    Return whom a list was about when that was counted, by name: by how many of their addresses, and whether by tax id.
    """
    return rows.fetch_dicts(_SQL["matches"], {"list_id": list_id, "limit": limit, "offset": offset})


def lists_to_count(*, today: date) -> list[int]:
    """Return the lists that count or may yet."""
    return [row[0] for row in rows.fetch_all(_SQL["lists_to_count"], {"today": today})]


def listed_points(*, list_id: int) -> list[int]:
    """Return the addresses of customers that stand on a list, in force or not."""
    return [row[0] for row in rows.fetch_all(_SQL["listed_points"], {"list_id": list_id})]


def listings_for(*, customer_ids: Sequence[int], today: date) -> list[Listing]:
    """Return on which lists that count today customers stand."""
    found = rows.fetch_dicts(_SQL["listings_for"], {"customer_ids": list(customer_ids), "today": today})
    return [Listing(**{**row, "kind": ListKind(row["kind"])}) for row in found]
