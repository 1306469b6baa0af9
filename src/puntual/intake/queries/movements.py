"""Reads of movements: what waits for its customer or document, what became of the rest, what is staged."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from puntual.db import named, rows
from puntual.intake.types import MovementCount, MovementRow, MovementState, MovementSum, Record
from puntual.lib.errors import NotFound

_FOLDER = Path(__file__).resolve().parents[1] / "sql"
_SQL = named.load(_FOLDER / "movements.sql")
_JUDGING = named.load(_FOLDER / "judging_movements.sql")
_MERGING = named.load(_FOLDER / "merging.sql")
_CHUNK = 5_000


class Ready(NamedTuple):
    """A movement whose customer and document are known, as the flow that posts it sees it."""

    id: int
    source_id: int
    place: int
    customer_id: int
    receivable_id: int | None
    amount: Decimal | None
    remaining: Decimal | None
    currency: str
    value_date: Any
    method: str
    reference: str
    note: str
    payment_group: str
    code: str
    document_number: str
    customer: str
    key: str
    # Its document was cancelled, or all that it names.
    is_void: bool
    # Of what names several documents; then `receivable_id` is none.
    receivable_ids: Sequence[int] = ()


def ready_movements(*, record: Record, currency: str) -> Iterator[list[Ready]]:
    """Read the movements of one record that wait for nothing any more, in pieces, each held."""
    after = 0
    while found := rows.fetch_all(
        _SQL["ready"], {"record": record.value, "currency": currency, "after": after, "limit": _CHUNK}
    ):
        yield [Ready(*row) for row in found]
        after = found[-1][0]


def anything_waits() -> bool:
    """Say whether any movement waits."""
    return bool(rows.fetch_all(_SQL["anything_waits"])[0][0])


def one_ready(*, movement_id: int, currency: str) -> Ready:
    """Return one movement that a person assigned."""
    return Ready(*rows.fetch_all(_SQL["one_ready"], {"movement_id": movement_id, "currency": currency})[0])


def sources_of_payments(*, payment_ids: Sequence[int]) -> dict[int, set[int]]:
    """Return {payment id: ids of the imports whose movements it was posted for}."""
    found: dict[int, set[int]] = {}
    for payment_id, source_id in rows.fetch_all(
        _SQL["sources_of_payments"], {"payment_ids": list(payment_ids)}
    ):
        found.setdefault(payment_id, set()).add(source_id)
    return found


def payments_brought(*, source_id: int, target_id: int) -> list[int]:
    """List the payments of `target_id` that files brought for `source_id`, whose documents are its own again."""
    found = rows.fetch_all(_MERGING["payments_brought"], {"source_id": source_id, "target_id": target_id})
    return [row[0] for row in found]


def payments_spread(*, customer_id: int, other_id: int) -> list[int]:
    """List the payments that files brought for `customer_id`, for no document, and that paid debts of `other_id`."""
    found = rows.fetch_all(_MERGING["payments_spread"], {"customer_id": customer_id, "other_id": other_id})
    return [row[0] for row in found]


def staged_movement_counts() -> tuple[MovementCount, ...]:
    """Count what becomes of the rows of the staged file that move debts, by record."""
    return tuple(
        MovementCount(Record(record), posted, waiting, unchanged)
        for record, posted, waiting, unchanged in rows.fetch_all(_JUDGING["tally_movements"])
    )


def staged_movement_sums() -> tuple[MovementSum, ...]:
    """Add the money of the rows of the staged file that move debts, by record and currency."""
    return tuple(
        MovementSum(Record(record), currency, count, amount)
        for record, currency, count, amount in rows.fetch_all(_JUDGING["sum_movements"])
    )


def staged_consents() -> list[tuple[int, str, bool]]:
    """List (customer id, channel, opted out) that the staged file says and that is not stored."""
    return [(row[0], row[1], row[2]) for row in rows.fetch_all(_JUDGING["consents_to_write"])]


def waiting_of_import(*, import_id: int) -> dict[Record, int]:
    """Count what waits of one import, by record."""
    found = rows.fetch_all(_SQL["waiting_of"], {"import_id": import_id})
    return {Record(record): count for record, count in found}


def movement_list(
    *,
    states: Sequence[MovementState] = (MovementState.WAITING,),
    record: Record | None = None,
    import_id: int | None = None,
    words: str = "",
    limit: int,
    offset: int = 0,
) -> list[MovementRow]:
    """List movements, oldest first."""
    found = rows.fetch_dicts(
        _SQL["listed"],
        {
            "states": [state.value for state in states],
            "record": record.value if record else "",
            "import_id": import_id,
            "movement_id": None,
            "words": words.strip(),
            "limit": limit,
            "offset": offset,
        },
    )
    return [_row(one) for one in found]


def movement(*, movement_id: int) -> MovementRow:
    """
    Return one movement.

    Raises: NotFound.
    """
    found = rows.fetch_dicts(
        _SQL["listed"],
        {
            "states": [state.value for state in MovementState],
            "record": "",
            "import_id": None,
            "movement_id": movement_id,
            "words": "",
            "limit": 1,
            "offset": 0,
        },
    )
    if not found:
        raise NotFound(_("No existe ese movimiento."))
    return _row(found[0])


def movement_totals(
    *,
    states: Sequence[MovementState] = (MovementState.WAITING,),
    record: Record | None = None,
    import_id: int | None = None,
    words: str = "",
) -> list[tuple[str, int, Decimal]]:
    """Count movements and add what waits of their money, or was posted, by currency (empty: that of their document)."""
    found = rows.fetch_all(
        _SQL["counted"],
        {
            "states": [state.value for state in states],
            "record": record.value if record else "",
            "import_id": import_id,
            "words": words.strip(),
        },
    )
    return [(row[0], row[1], row[2]) for row in found]


def _row(found: dict[str, Any]) -> MovementRow:
    return MovementRow(
        **{
            **{name: value for name, value in found.items() if name != "source_id"},
            "import_id": found["source_id"],
            "record": Record(found["record"]),
            "state": MovementState(found["state"]),
        }
    )
