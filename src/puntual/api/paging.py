"""Pages by cursor: stable while rows are added, at the same cost however deep."""

import base64
import binascii
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from puntual.api.errors import Refused

_ID_MAX = 2**63 - 1


def cursor_after(row_id: int) -> str:
    """Write the place after a row."""
    return base64.urlsafe_b64encode(f"after:{row_id}".encode()).decode().rstrip("=")


def id_of_cursor(cursor: str) -> int:
    """
    Read the place after which a page begins; the first page has none.

    Raises: Refused when it is not a cursor of ours.
    """
    if not cursor:
        return 0
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode(
            "ascii"
        )
        word, _sep, number = text.partition(":")
        row_id = int(number) if number.isdigit() else -1
    except (binascii.Error, ValueError):
        word, row_id = "", -1
    if word != "after" or not 0 <= row_id <= _ID_MAX:
        raise Refused(
            status=422,
            code="invalid",
            message=_("El cursor no es válido: use el «next_cursor» de la página anterior."),
            fields={"cursor": _("No es un cursor de esta API.")},
        )
    return row_id


def page(rows: Sequence[dict[str, Any]], *, limit: int) -> dict[str, object]:
    """Cut a page from its rows and one more, which says that there is a next page."""
    return {
        "items": list(rows[:limit]),
        "next_cursor": cursor_after(rows[limit - 1]["id"]) if len(rows) > limit else "",
    }
