"""What debtors were offered in messages and letters."""

from pathlib import Path

from puntual.contacts.types import Channel
from puntual.db import named, rows
from puntual.outreach.types import OfferTold
from puntual.portfolio.types import PROMPT_KEY

_SQL = named.load(Path(__file__).parents[1] / "sql" / "offers.sql")
_READ_MAX = 200


def offers_told(*, customer_id: int, time_zone: str) -> list[OfferTold]:
    """
    List the steps that told a customer of something in writing of which they still owe a part, the newest first.

    Days are those of the time zone.
    """
    params = {
        "customer_id": customer_id,
        "time_zone": time_zone,
        "limit": _READ_MAX,
        "prompt_keys": f"{PROMPT_KEY}%",
    }
    return [
        OfferTold(**{**row, "channel": Channel(row["channel"])})
        for row in rows.fetch_dicts(_SQL["offers_told"], params)
    ]
