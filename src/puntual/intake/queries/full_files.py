"""What a full file does not bring any more."""

from decimal import Decimal
from pathlib import Path

from django.utils.translation import gettext as _

from puntual.db import named, rows
from puntual.intake.types import Missing, MissingRow, MissingSum, Reason
from puntual.lib.errors import NotFound
from puntual.lib.money import ZERO

_SQL = named.load(Path(__file__).resolve().parents[1] / "sql" / "full_files.sql")
# Rows rejected for these reasons were read, and their documents are known to be in the file.
_READ_REASONS = (
    Reason.BALANCE_RISES,
    Reason.AMOUNT_BELOW_PAID,
    Reason.CONFLICTING_ROWS,
    Reason.REPEATED_ROW,
    Reason.NOTHING_OWED,
    Reason.CURRENCY_DIFFERS,
)


def missing(*, import_id: int, share_max: Decimal, limit: int) -> Missing:
    """
    Say which open debts came through the door of a full file before and are not in it.

    Raises: NotFound.
    """
    found = rows.fetch_all(
        _SQL["rows_unreadable"],
        {"import_id": import_id, "judged": [reason.value for reason in _READ_REASONS]},
    )
    if not found:
        raise NotFound(_("No existe esa carga."))
    scope, closed_at, unreadable = found[0]
    params = {"import_id": import_id, "scope": scope}
    counts = rows.fetch_all(_SQL["missing_counts"], params) if scope else []
    sample = rows.fetch_all(_SQL["missing_sample"], {**params, "limit": limit}) if scope else []
    receivables, before = sum(row[3] for row in counts), sum(row[1] for row in counts)
    shares = [Decimal(receivables) / before if before else ZERO]
    shares += [row[4] / row[2] for row in counts if row[2]]
    share = max(shares)
    return Missing(
        import_id=import_id,
        scope=scope,
        receivables=receivables,
        receivables_before=before,
        share=share,
        needs_approval=bool(receivables) and (share > share_max or unreadable > 0),
        rows_unreadable=unreadable,
        sums=tuple(MissingSum(row[0], row[3], row[4], row[2]) for row in counts if row[3]),
        sample=tuple(MissingRow(*row) for row in sample),
        closed_at=closed_at,
    )
