"""Which folios a customer disputed, and until when."""

from puntual.demo.generator.days import Days
from puntual.demo.generator.draw import Draw
from puntual.demo.names import notes
from puntual.demo.types import Archetype, Customer, Dispute, Receivable

_SHARE = {Archetype.DISPUTING: 0.35, Archetype.STRATEGIC: 0.04}
_SHARE_OF_OTHERS = 0.004
_LAST_SHARE = 0.65
_NEVER = frozenset((Archetype.SILENT, Archetype.NEW, Archetype.EARLY))
_STUCK_SHARE = 0.1
_STUCK_DAYS = 120


def make_disputes(
    *, customer: Customer, receivables: list[Receivable], draw: Draw, days: Days
) -> dict[str, Dispute]:
    """Return the disputes by folio."""
    if customer.archetype in _NEVER:
        return {}
    share = _SHARE.get(customer.archetype, _SHARE_OF_OTHERS)
    last = _last_billed(receivables, days.today) if customer.archetype is Archetype.DISPUTING else None
    result: dict[str, Dispute] = {}
    told: list[str] = []
    for receivable in receivables:
        if not draw.chance(_LAST_SHARE if receivable is last else share):
            continue
        pool = notes.COMPANY_DISPUTES if customer.is_company else notes.CONSUMER_DISPUTES
        topic, note = draw.choice([pair for pair in pool if pair[1] not in told] or pool)
        span = _span(receivable, draw, days, still_open=receivable is last)
        if span is not None:
            told.append(note)
            result[receivable.folio] = Dispute(span[0], span[1], topic, note)
    return result


def _span(
    receivable: Receivable, draw: Draw, days: Days, *, still_open: bool
) -> tuple[int, int | None] | None:
    """Return when a dispute opens and closes: None for the end while it is open, None if not yet opened."""
    if receivable.document_type == "Factura":
        wanted = receivable.issue_day + draw.between(2, 22)
    else:
        wanted = max(receivable.issue_day + 3, receivable.due_day - draw.between(-6, 9))
    if wanted > days.today:
        return None
    opened = days.next_working[wanted]
    closed = days.next_working[opened + draw.between(5, 34)]
    if opened > days.today:
        return None
    is_recent = opened > days.today - _STUCK_DAYS
    if still_open or closed > days.today or (is_recent and draw.chance(_STUCK_SHARE)):
        return opened, None
    return opened, closed


def _last_billed(receivables: list[Receivable], today: int) -> Receivable | None:
    """Return the newest receivable that the customer has had for some days and not for ever."""
    known = [r for r in receivables if r.issue_day < today - 6 and today - 75 < r.due_day < today + 30]
    return known[-1] if known else None
