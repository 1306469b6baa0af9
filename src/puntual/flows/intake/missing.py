"""
Close what a full file does not bring any more, after a person approved when it is much.

Nothing is deleted: a debt is closed by an entry of the ledger, and open again as soon as a file brings it.
"""

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from puntual.audit import operations as audit
from puntual.audit.types import Actor, ActorKind
from puntual.db.locks import Lock, lock_in_transaction
from puntual.flows import money_in, placing
from puntual.flows.intake.previewing import company_facts
from puntual.intake import operations as intake
from puntual.intake import queries as intake_rows
from puntual.intake.types import Missing
from puntual.lib.errors import DomainError
from puntual.portfolio import queries as portfolio_rows

# Above this share of the door's open debts, by number or by money, a person must approve.
SHARE_MAX = Decimal("0.10")
_SAMPLE_SHOWN = 20


class ApprovalNeeded(DomainError):
    """So much would be closed that a person must approve it first; nothing was written."""

    code = "approval-needed"


def missing_from(*, import_id: int, share_max: Decimal = SHARE_MAX) -> Missing:
    """
    Say which open debts came through the profile of a full file before and are not in it; none for other files.

    Raises: NotFound.
    """
    return intake_rows.missing(import_id=import_id, share_max=share_max, limit=_SAMPLE_SHOWN)


@placing.change()
def close_missing(
    *,
    import_id: int,
    actor: Actor,
    approved_by: Actor | None = None,
    at: datetime,
    share_max: Decimal = SHARE_MAX,
) -> int:
    """
    Close what a full file does not bring any more, with all that follows from it, and return how many debts.

    Raises: NotFound; ApprovalNeeded; intake.operations.UnableToCloseMissing.
    """
    lock_in_transaction(lock=Lock.IMPORT_FILE, key=intake.APPLY_KEY)
    scope = intake.lock_full_import(import_id=import_id)
    found = missing_from(import_id=import_id, share_max=share_max)
    is_approved = approved_by is not None and approved_by.kind is ActorKind.STAFF
    if found.needs_approval and not is_approved:
        raise ApprovalNeeded(
            _("Faltan %(count)s de %(before)s documentos abiertos: una persona debe aprobar que se cierren.")
            % {"count": found.receivables, "before": found.receivables_before}
        )
    today = at.astimezone(ZoneInfo(company_facts().time_zone)).date()
    before = portfolio_rows.last_entry()
    closed = intake.close_missing(import_id=import_id, scope=scope, today=today, at=at)
    money_in.follow_ledger(after=before, at=at, today=today)
    audit.record(
        actor=actor,
        action="close-missing",
        subject_type="import",
        subject_id=import_id,
        after={
            "receivables": closed,
            "share": str(round(found.share, 4)),
            "sums": {one.currency: str(one.open_amount) for one in found.sums},
            "approved_by": approved_by.label if approved_by else "",
        },
        at=at,
    )
    return closed
