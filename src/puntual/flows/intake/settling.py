"""
Post what moves debts: cancellations → credit notes and adjustments → payments → disputes; what finds nothing waits.

One path for all: a row is kept as waiting, and whatever waits is posted as soon as its customer and document are here,
be it by this file or by a later one. So files may come in any order.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal

from puntual.agreements import operations as agreements
from puntual.agreements import queries as agreement_rows
from puntual.agreements.types import OPEN_DISPUTES, DisputeReason
from puntual.audit.types import SYSTEM
from puntual.contacts.types import Channel
from puntual.flows import money_in
from puntual.flows.intake.previewing import company_facts
from puntual.flows.intake.voiding import void_movements
from puntual.flows.stopping import stop_what_was_queued
from puntual.intake import operations as intake
from puntual.intake import queries as intake_rows
from puntual.intake.operations import Settled
from puntual.intake.queries import Ready
from puntual.intake.types import LEFT_OVER, Record, WaitReason
from puntual.lib.money import ZERO
from puntual.payments import operations as payments
from puntual.payments import queries as payment_rows
from puntual.payments.types import NewPayment, PaymentMethod
from puntual.portfolio import operations as portfolio
from puntual.portfolio import queries as portfolio_rows
from puntual.portfolio.types import EntryKind, NewEntry, OpenItem

_REASON = "import"
# How money that a file brought is told apart from what the file says twice.
_GROUP_KEY = "group:"


def settle_movements(*, import_id: int, is_new: bool, today: date, at: datetime) -> bool:
    """
    Keep what the staged file says of movements, post what can be, and say whether anything waited.

    Belongs into the transaction of an import, after its debts were written; disputes follow when all money is posted.
    """
    if is_new:
        intake.keep_movements(import_id=import_id, today=today, at=at)
    if not intake_rows.anything_waits():
        return False
    currency = company_facts().currency
    settle_debts(currency=currency, today=today, at=at)
    settle_payments(currency=currency, today=today, at=at)
    return True


def settle_debts(*, currency: str, today: date, at: datetime) -> None:
    """
    Post cancellations, credit notes and adjustments that wait for nothing any more.

    Belongs into the transaction of an import, after its debts were written and before its payments.
    """
    void_movements(at=at)
    intake.resolve_movements()
    touched: set[int] = set()
    for piece in intake_rows.ready_movements(record=Record.CANCELLATION, currency=currency):
        touched |= _cancel(piece, at=at)
    for piece in intake_rows.ready_movements(record=Record.CREDIT_NOTE, currency=currency):
        touched |= post_credit_notes(piece=piece, at=at)
    for piece in intake_rows.ready_movements(record=Record.ADJUSTMENT, currency=currency):
        touched |= post_adjustments(piece=piece, at=at)
    if touched:
        money_in.follow(customer_ids=sorted(touched), reason=_REASON, at=at, today=today)


def settle_payments(*, currency: str, today: date, at: datetime) -> None:
    """
    Post payments that wait for nothing any more; those that name a document go first.

    What a receipt leaves over goes with its documents: it takes nothing of a debt.
    """
    for is_named in (True, False):
        for piece in intake_rows.ready_movements(record=Record.PAYMENT, currency=currency):
            wanted = [one for one in piece if (bool(one.receivable_id) or one.code == LEFT_OVER) == is_named]
            post_payments(piece=wanted, today=today, at=at)


def settle_credit_notes_of(*, customer_id: int, at: datetime) -> None:
    """Lay the credit notes of one customer that wait for nothing any more on its debts."""
    for piece in intake_rows.ready_movements(record=Record.CREDIT_NOTE, currency=company_facts().currency):
        post_credit_notes(piece=[one for one in piece if one.customer_id == customer_id], at=at)


def settle_disputes(*, today: date, at: datetime) -> None:
    """Open disputes that wait for nothing any more."""
    company = company_facts()
    for piece in intake_rows.ready_movements(record=Record.DISPUTE, currency=company.currency):
        post_disputes(piece=piece, country=company.country, today=today, at=at)


def _cancel(piece: Sequence[Ready], *, at: datetime) -> set[int]:
    """
    Close void documents by taking back all that stands on them.

    What was paid on them becomes credit; what a credit note laid on them waits for what else it may lower.
    """
    days = {one.receivable_id: one.value_date for one in piece if one.receivable_id is not None}
    payments.release_allocations(receivable_ids=list(days), at=at)
    intake.free_credit_notes(receivable_ids=list(days))
    customer_ids = portfolio.void_receivables(days=days, at=at)
    intake.mark_settled(settled=[Settled(one.id, None) for one in piece], at=at)
    return set(customer_ids)


class _Debts:
    """What customers owe while money is spread over it, oldest due first."""

    def __init__(self, customer_ids: Iterable[int]) -> None:
        self._items = portfolio.lock_open_items(customer_ids=sorted(set(customer_ids)))
        self._open = {item.id: item.open_amount for items in self._items.values() for item in items}

    def items(self, one: Ready) -> Iterator[OpenItem]:
        """
        List the debts that a movement may lower: its document first, then the oldest of its currency.

        One that names several documents lowers those, the oldest first, and no other.
        """
        mine = [item for item in self._items.get(one.customer_id, ()) if item.currency == one.currency]
        if one.receivable_ids:
            yield from (item for item in mine if item.id in one.receivable_ids)
            return
        yield from sorted(mine, key=lambda item: item.id != one.receivable_id)

    def open_amount(self, receivable_id: int | None) -> Decimal:
        """Return what is open on a document now."""
        return self._open.get(receivable_id, ZERO) if receivable_id is not None else ZERO

    def take(self, receivable_id: int, amount: Decimal) -> Decimal:
        """Take up to so much of what is open on a document, and return how much."""
        share = min(amount, self.open_amount(receivable_id))
        if share > ZERO:
            self._open[receivable_id] -= share
        return max(share, ZERO)

    def add(self, receivable_id: int, amount: Decimal) -> None:
        """Raise what is open on a document."""
        self._open[receivable_id] = self.open_amount(receivable_id) + amount


def post_credit_notes(*, piece: Sequence[Ready], at: datetime) -> set[int]:
    """
    Lower the document that each credit note is about, then the customer's oldest debts; what is left waits.

    One that names several documents lowers those only, the oldest first. It takes the place of a discount for paying
    early that was given on them: it may be the same one, as the company's books know it.

    Return the customers who owe less.
    """
    intake.mark_cancelled(ids=[one.id for one in piece if one.is_void], at=at)
    live = [one for one in piece if not one.is_void]
    portfolio.withdraw_prompt_discounts(receivable_ids=_documents_of(live), at=at)
    debts = _Debts(one.customer_id for one in live)
    # A note may come back to a document: its place in the ledger makes it another entry than any earlier one.
    place = portfolio_rows.last_entry()
    entries: list[NewEntry] = []
    settled: list[Settled] = []
    touched: set[int] = set()
    for one in live:
        left = one.remaining or ZERO
        for item in debts.items(one):
            share = debts.take(item.id, left)
            if share > ZERO:
                entries.append(
                    NewEntry(
                        key=f"movement:{one.id}:{item.id}:{place}",
                        receivable_id=item.id,
                        kind=EntryKind.CREDIT_NOTE,
                        amount=-share,
                        currency=one.currency,
                        effective_date=max(one.value_date, item.issue_date),
                    )
                )
                left -= share
                touched.add(one.customer_id)
        why = WaitReason.NAMED_SETTLED if one.receivable_ids else WaitReason.NOTHING_OWED
        settled.append(Settled(one.id, left, reason=why if left > ZERO else ""))
    portfolio.post_entries(entries=entries, at=at)
    intake.mark_settled(settled=settled, at=at)
    return touched


def post_adjustments(*, piece: Sequence[Ready], at: datetime) -> set[int]:
    """
    Raise or lower the documents that adjustments are about; one that would leave less than nothing waits.

    A discount that is posted takes the place of one for paying early that was given on its document.

    Return the customers who owe less.
    """
    intake.mark_cancelled(ids=[one.id for one in piece if one.is_void], at=at)
    live = [one for one in piece if not one.is_void and one.receivable_id is not None]
    debts = _Debts(one.customer_id for one in live)
    discounts = [one for one in live if _entry_kind(one) is EntryKind.DISCOUNT]
    for_early = portfolio_rows.prompt_discounts(receivable_ids=_documents_of(discounts))
    replaced: set[int] = set()
    entries: list[NewEntry] = []
    settled: list[Settled] = []
    touched: set[int] = set()
    # What raises a debt goes first: together with it more can be lowered.
    for one in sorted(live, key=lambda one: (one.amount or ZERO) < ZERO):
        amount, receivable_id = one.amount or ZERO, one.receivable_id or 0
        replaces = for_early.get(receivable_id, ZERO) if _entry_kind(one) is EntryKind.DISCOUNT else ZERO
        if amount < ZERO and -amount > debts.open_amount(receivable_id) + replaces:
            settled.append(Settled(one.id, one.remaining, reason=WaitReason.ABOVE_OPEN))
            continue
        if replaces > ZERO:
            debts.add(receivable_id, for_early.pop(receivable_id))
            replaced.add(receivable_id)
        if amount < ZERO:
            debts.take(receivable_id, -amount)
            touched.add(one.customer_id)
        else:
            debts.add(receivable_id, amount)
        entries.append(
            NewEntry(
                key=f"movement:{one.id}",
                receivable_id=receivable_id,
                kind=_entry_kind(one),
                amount=amount,
                currency=one.currency,
                effective_date=one.value_date,
            )
        )
        settled.append(Settled(one.id, ZERO))
    portfolio.withdraw_prompt_discounts(receivable_ids=replaced, at=at)
    portfolio.post_entries(entries=entries, at=at)
    intake.mark_settled(settled=settled, at=at)
    return touched


def _documents_of(piece: Sequence[Ready]) -> set[int]:
    """Name the documents that movements are about."""
    named = {one.receivable_id for one in piece if one.receivable_id is not None}
    return named.union(*(one.receivable_ids or () for one in piece))


def _entry_kind(one: Ready) -> EntryKind:
    """Tell the kind of an adjustment: interest and fees raise a debt, discounts and write-offs lower it."""
    kind = EntryKind(one.code) if one.code in set(EntryKind) else EntryKind.ADJUSTMENT
    raises = kind in (EntryKind.INTEREST, EntryKind.FEE)
    lowers = kind in (EntryKind.DISCOUNT, EntryKind.WRITE_OFF)
    is_raised = (one.amount or ZERO) > ZERO
    return EntryKind.ADJUSTMENT if (raises and not is_raised) or (lowers and is_raised) else kind


def post_payments(
    *, piece: Sequence[Ready], settled_by: str = "", today: date, at: datetime
) -> dict[int, int]:
    """
    Record payments, each on the document it names and the rest oldest first; return {movement: payment}.

    Rows of one payment are recorded as one. A payment that came in beside its debt before is the same payment.
    """
    if not piece:
        return {}
    keys = _keys(piece)
    known = payment_rows.payment_ids_of(keys=sorted(set(keys.values())))
    sources = intake_rows.sources_of_payments(payment_ids=list(known.values()))
    for one in piece:
        payment_id = known.get(keys[one.id])
        if payment_id is None:
            continue
        # Another row of the same file is other money; so is what comes late of a payment of several rows.
        is_other = one.source_id in sources.get(payment_id, ()) or keys[one.id].startswith(_GROUP_KEY)
        if is_other:
            keys[one.id] = f"movement:{one.id}"
    fresh = [one for one in piece if keys[one.id] not in known]
    debts = _Debts(one.customer_id for one in fresh)
    parts: dict[str, list[Ready]] = {}
    for one in sorted(fresh, key=lambda one: (one.value_date, one.id)):
        parts.setdefault(keys[one.id], []).append(one)
    given = [_payment(key, ones, debts) for key, ones in parts.items()]
    for is_named in (True, False):
        wanted = [payment for payment in given if bool(payment.allocations) == is_named]
        money_in.receive_within(given=wanted, at=at, today=today)
    ids = payment_rows.payment_ids_of(keys=sorted(set(keys.values())))
    found = {one.id: ids[keys[one.id]] for one in piece}
    intake.mark_settled(
        settled=[Settled(one.id, ZERO, found[one.id]) for one in piece], settled_by=settled_by, at=at
    )
    return found


def _keys(piece: Sequence[Ready]) -> dict[int, str]:
    """Give every movement the key of its payment; equal rows of one file that were told in two ways are two."""
    keys: dict[int, str] = {}
    taken: set[tuple[int, str]] = set()
    for one in piece:
        if one.payment_group:
            keys[one.id] = (
                f"{_GROUP_KEY}{one.payment_group}:{one.customer_id}:{one.currency}:{one.value_date.isoformat()}"
            )
            continue
        is_taken = (one.source_id, one.key) in taken
        taken.add((one.source_id, one.key))
        keys[one.id] = f"movement:{one.id}" if is_taken else one.key
    return keys


def _payment(key: str, ones: Sequence[Ready], debts: _Debts) -> NewPayment:
    head = ones[0]
    shares: dict[int, Decimal] = {}
    for one in ones:
        if one.receivable_id is not None:
            share = debts.take(one.receivable_id, one.amount or ZERO)
            if share > ZERO:
                shares[one.receivable_id] = shares.get(one.receivable_id, ZERO) + share
    return NewPayment(
        key=key,
        customer_id=head.customer_id,
        amount=sum((one.amount or ZERO for one in ones), ZERO),
        currency=head.currency,
        value_date=head.value_date,
        method=PaymentMethod(head.method or PaymentMethod.OTHER),
        reference=head.reference,
        note=head.note,
        allocations=tuple(shares.items()),
        is_credit=all(one.code == LEFT_OVER for one in ones),
    )


def _is_disputed(one: Ready) -> bool:
    found = agreement_rows.disputes_of(customer_id=one.customer_id)
    return any(
        dispute["receivable_id"] == one.receivable_id and dispute["state"] in OPEN_DISPUTES
        for dispute in found
    )


def post_disputes(*, piece: Sequence[Ready], country: str, today: date, at: datetime) -> None:
    """Open disputes, each once; a document that is disputed already is not disputed twice."""
    void = [one.id for one in piece if one.is_void]
    intake.mark_cancelled(ids=void, at=at)
    live = [one for one in piece if not one.is_void]
    debts = _Debts(one.customer_id for one in live)
    settled: list[Settled] = []
    for one in live:
        owed = debts.open_amount(one.receivable_id)
        if one.receivable_id is not None and owed <= ZERO:
            settled.append(Settled(one.id, one.remaining, reason=WaitReason.NOTHING_OWED))
            continue
        # The part that is disputed can be told of one document only, and is never more than it owes.
        amount = min(one.amount, owed) if one.amount and one.receivable_id is not None else None
        if not _is_disputed(one):
            agreements.open_dispute(
                customer_id=one.customer_id,
                receivable_id=one.receivable_id,
                reason=DisputeReason(one.code) if one.code in set(DisputeReason) else DisputeReason.OTHER,
                note=one.note,
                amount=amount,
                channel=Channel.EMAIL,
                actor=SYSTEM,
                today=today,
                at=at,
                country=country,
            )
            stop_what_was_queued(customer_id=one.customer_id, reason="dispute", at=at)
        settled.append(Settled(one.id, ZERO))
    intake.mark_settled(settled=settled, at=at)
