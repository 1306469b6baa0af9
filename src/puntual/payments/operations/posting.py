"""
Posting: what was paid, and which debts did it settle?

Reads: payments.Payment, payments.Allocation, portfolio.Customer, portfolio.Receivable, portfolio.LedgerEntry
Writes: payments.Payment, payments.Allocation, portfolio.Receivable, portfolio.LedgerEntry (through portfolio),
audit.Event
Guarantees: a payment is its allocations plus its credit; every allocation has its entry of the ledger; a key
recorded twice changes nothing; a discount for paying early stands while the money does that brought it; payments
of one customer are applied one after the other; a reversal adds entries and deletes none; the number of statements
does not grow with the payments.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from puntual.audit import operations as audit
from puntual.audit.operations import NewEvent
from puntual.audit.types import SYSTEM, Actor
from puntual.db import named, rows
from puntual.lib.errors import DomainError, NotFound
from puntual.lib.money import ZERO, total
from puntual.payments import queries, rules
from puntual.payments.types import (
    Applied,
    AppliedCredit,
    LockedPayment,
    NewPayment,
    PaymentCounts,
    PaymentState,
    Refusal,
)
from puntual.plans.types import PromptTerms
from puntual.portfolio import operations as portfolio
from puntual.portfolio.types import PROMPT_KEY, RELEASE_KEY, EntryKind, NewEntry, OpenItem

_SQL = named.load(Path(__file__).parents[1] / "sql" / "payments.sql")
_MERGING = named.load(Path(__file__).parents[1] / "sql" / "merging.sql")
# Whose credits are applied in one transaction.
_CUSTOMERS_AT_ONCE = 5_000

REFUSALS = {
    Refusal.NOT_POSITIVE: gettext_lazy("El importe debe ser mayor que cero."),
    Refusal.NOT_CENTS: gettext_lazy("El importe tiene más de dos decimales."),
    Refusal.NO_CURRENCY: gettext_lazy("La moneda debe ser una clave de tres letras, como MXN."),
    Refusal.UNKNOWN_CUSTOMER: gettext_lazy("El cliente no existe."),
    Refusal.NOT_OWED: gettext_lazy("El documento no tiene saldo de este cliente en esta moneda."),
    Refusal.MORE_THAN_OWED: gettext_lazy("Se aplica a un documento más de lo que debe."),
    Refusal.MORE_THAN_PAID: gettext_lazy("Lo aplicado suma más que el pago."),
}


class UnableToRecordPayment(DomainError):
    """
    A payment cannot be taken as it is given; nothing was written.

    `refused` says why for each key at fault, so that a caller may leave those out and try again.
    """

    code = "unable-to-record-payment"

    def __init__(self, refused: Mapping[str, Refusal]) -> None:
        self.refused = dict(refused)
        self.messages = {key: str(REFUSALS[refusal]) for key, refusal in refused.items()}
        super().__init__(next(iter(self.messages.values())))


class UnableToReversePayment(DomainError):
    """The payment was taken back already."""

    code = "unable-to-reverse-payment"


class UnableToApplyCredit(DomainError):
    """The payment has no credit to apply."""

    code = "unable-to-apply-credit"


def record_payment(
    *,
    payment: NewPayment,
    in_dispute: Collection[int] = (),
    terms: Sequence[PromptTerms] = (),
    actor: Actor,
    at: datetime,
) -> int:
    """
    Record one payment, apply it, and return its id; a key that is known returns the payment it has.

    What no receivable takes stays as the customer's credit; those `in_dispute` take only what names them. Of what is
    wholly paid early the discount of the `terms` is let go.

    Raises: UnableToRecordPayment.
    """
    with transaction.atomic():
        applied = _record(payments=[payment], in_dispute=in_dispute, terms=terms, at=at)
        payment_id = queries.payment_ids_of(keys=[payment.key])[payment.key]
        for one in applied:
            audit.record(
                actor=actor,
                action="record-payment",
                subject_type="payment",
                subject_id=payment_id,
                customer_id=payment.customer_id,
                after={
                    "amount": str(payment.amount),
                    "currency": payment.currency,
                    "value_date": payment.value_date.isoformat(),
                    "method": payment.method.value,
                    "unapplied_amount": str(one.unapplied_amount),
                },
                at=at,
            )
    return payment_id


def record_payments(
    *,
    payments: Sequence[NewPayment],
    in_dispute: Collection[int] = (),
    terms: Sequence[PromptTerms] = (),
    at: datetime,
) -> PaymentCounts:
    """
    Record many payments by the same few statements, each applied as if it came alone, in order of value date.

    Receivables `in_dispute` take only what names them. Counts are of distinct keys; the first of a key counts.

    Raises: UnableToRecordPayment, with the keys at fault and nothing written.
    """
    with transaction.atomic():
        applied = _record(payments=payments, in_dispute=in_dispute, terms=terms, at=at)
    return PaymentCounts(
        new=len(applied), unchanged=len({payment.key for payment in payments}) - len(applied)
    )


def _record(
    *,
    payments: Sequence[NewPayment],
    in_dispute: Collection[int],
    terms: Sequence[PromptTerms],
    at: datetime,
) -> list[Applied]:
    given = {payment.key: payment for payment in reversed(payments)}
    new = _unknown(payments=given)
    if not new:
        return []
    open_items = portfolio.lock_open_items(customer_ids=[payment.customer_id for payment in new.values()])
    # Asked again under the lock: another hand may have recorded the same payment meanwhile.
    new = _unknown(payments=new)
    applied, refused = rules.apply_payments(
        payments=reversed(new.values()),
        open_items=open_items,
        in_dispute=in_dispute,
        prompt=queries.prompt_pay(terms=terms, open_items=open_items),
    )
    if refused:
        raise UnableToRecordPayment(refused)
    if applied:
        _write(applied=applied, at=at)
    return applied


def _unknown(*, payments: Mapping[str, NewPayment]) -> dict[str, NewPayment]:
    known = queries.payment_ids_of(keys=list(payments)) if payments else {}
    return {key: payment for key, payment in payments.items() if key not in known}


def _write(*, applied: Sequence[Applied], at: datetime) -> None:
    payments = [one.payment for one in applied]
    names = ("key", "customer_id", "amount", "currency", "value_date", "reference", "note")
    arrays: dict[str, Any] = {name: [getattr(payment, name) for payment in payments] for name in names}
    arrays["method"] = [payment.method.value for payment in payments]
    arrays["unapplied_amount"] = [one.unapplied_amount for one in applied]
    rows.execute(_SQL["add_payments"], {**arrays, "at": at})
    entries = {
        f"payment:{one.payment.key}:{share.receivable_id}": (one.payment, share)
        for one in applied
        for share in one.shares
    }
    _allocate(
        entries=[
            NewEntry(
                key=key,
                receivable_id=share.receivable_id,
                kind=EntryKind.PAYMENT,
                amount=-share.amount,
                currency=payment.currency,
                effective_date=share.effective_date,
            )
            for key, (payment, share) in entries.items()
        ],
        payment_keys=[payment.key for payment, _share in entries.values()],
        discounts=[share.discount for _payment, share in entries.values()],
        at=at,
    )


def _allocate(
    *, entries: Sequence[NewEntry], payment_keys: Sequence[str], discounts: Sequence[Decimal], at: datetime
) -> None:
    """Post entries, each with the discount that it brought, and note of which payment each is a part."""
    if not entries:
        return
    let_go = [
        replace(entry, key=f"{PROMPT_KEY}{entry.key}", kind=EntryKind.DISCOUNT, amount=-discount)
        for entry, discount in zip(entries, discounts, strict=True)
        if discount > ZERO
    ]
    portfolio.post_entries(entries=[*entries, *let_go], at=at)
    rows.execute(
        _SQL["add_allocations"],
        {"payment_key": list(payment_keys), "entry_key": [entry.key for entry in entries], "at": at},
    )


def _customer_of(*, payment_id: int) -> int:
    found = rows.fetch_all(_SQL["customer_of_payment"], {"payment_id": payment_id})
    if not found:
        raise NotFound(_("No existe ese pago."))
    return int(found[0][0])


def _lock(*, payment_id: int) -> tuple[LockedPayment, list[OpenItem]]:
    """Hold the customer, what the customer owes, and the payment, always in this order."""
    customer_id = _customer_of(payment_id=payment_id)
    items = portfolio.lock_open_items(customer_ids=[customer_id])[customer_id]
    row = rows.fetch_all(_SQL["payment_locked"], {"payment_id": payment_id})[0]
    return _locked(row), items


def _locked(row: Sequence[Any]) -> LockedPayment:
    """Read a payment from the columns that payment_locked and credits_locked share."""
    return LockedPayment(*(*row[:7], PaymentState(row[7]), row[8]))


def apply_credit(
    *,
    payment_id: int,
    in_dispute: Collection[int] = (),
    terms: Sequence[PromptTerms] = (),
    actor: Actor,
    at: datetime,
) -> Decimal:
    """
    Apply what is left of a payment to the customer's debts, oldest due first, and return how much was applied.

    Receivables `in_dispute` take nothing. Of what is wholly paid early the discount of the `terms` is let go.

    Raises: NotFound; UnableToApplyCredit when nothing is left of it or it was reversed.
    """
    with transaction.atomic():
        payment, items = _lock(payment_id=payment_id)
        if payment.state is PaymentState.REVERSED or payment.unapplied_amount == ZERO:
            raise UnableToApplyCredit(_("Ese pago no tiene saldo a favor."))
        open_items = {payment.customer_id: items}
        applied = rules.apply_credits(
            payments=[payment],
            open_items=open_items,
            in_dispute=in_dispute,
            prompt=queries.prompt_pay(terms=terms, open_items=open_items),
        )
        _write_credits(applied=applied, actor=actor, at=at)
    return total(share.amount for one in applied for share in one.shares)


def apply_credits(
    *,
    customer_ids: Sequence[int] | None,
    in_dispute: Collection[int] = (),
    terms: Sequence[PromptTerms] = (),
    at: datetime,
) -> list[int]:
    """
    Apply every credit to its customer's debts of the same currency, oldest due first; of these customers or of all.

    Receivables `in_dispute` take nothing. Of what is wholly paid early the discount of the `terms` is let go. Return
    the ids of the customers whose debts it lowered, in their order; a second time there are none. Customers are taken
    in chunks, each whole or not at all.
    """
    given = None if customer_ids is None else sorted(set(customer_ids))
    waiting = [row[0] for row in rows.fetch_all(_SQL["customers_with_credit"], {"customer_ids": given})]
    lowered: set[int] = set()
    for start in range(0, len(waiting), _CUSTOMERS_AT_ONCE):
        chunk = waiting[start : start + _CUSTOMERS_AT_ONCE]
        with transaction.atomic():
            open_items = portfolio.lock_open_items(customer_ids=chunk)
            # Read under the lock: another hand may have used the same credit meanwhile.
            found = rows.fetch_all(_SQL["credits_locked"], {"customer_ids": chunk})
            applied = rules.apply_credits(
                payments=[_locked(row) for row in found],
                open_items=open_items,
                in_dispute=in_dispute,
                prompt=queries.prompt_pay(terms=terms, open_items=open_items),
            )
            _write_credits(applied=applied, actor=SYSTEM, at=at)
        lowered.update(one.payment.customer_id for one in applied)
    return sorted(lowered)


def _write_credits(*, applied: Sequence[AppliedCredit], actor: Actor, at: datetime) -> None:
    if not applied:
        return
    parts = [(one.payment, share) for one in applied for share in one.shares]
    _allocate(
        entries=[
            NewEntry(
                # The number of parts before makes it another entry than any earlier one of the same pair.
                key=f"credit:{payment.key}:{share.receivable_id}:{payment.parts}",
                receivable_id=share.receivable_id,
                kind=EntryKind.PAYMENT,
                amount=-share.amount,
                currency=payment.currency,
                effective_date=share.effective_date,
            )
            for payment, share in parts
        ],
        payment_keys=[payment.key for payment, _share in parts],
        discounts=[share.discount for _payment, share in parts],
        at=at,
    )
    rows.execute(
        _SQL["use_credits"],
        {
            "payment_id": [one.payment.id for one in applied],
            "amount": [one.payment.unapplied_amount - one.unapplied_amount for one in applied],
        },
    )
    audit.record_many(
        events=[
            NewEvent(
                "apply-credit",
                "payment",
                one.payment.id,
                one.payment.customer_id,
                before={"unapplied_amount": str(one.payment.unapplied_amount)},
                after={"unapplied_amount": str(one.unapplied_amount)},
            )
            for one in applied
        ],
        actor=actor,
        at=at,
    )


def _entries_of(*, payment_id: int) -> list[tuple[Any, ...]]:
    return rows.fetch_all(_SQL["allocated_entries"], {"payment_id": payment_id})


def reverse_payment(*, payment_id: int, reason: str, actor: Actor, at: datetime) -> None:
    """
    Take a payment back: every entry it made gets its REVERSAL, true on the same day and known now.

    So does every discount for paying early that counted its money.

    Raises: NotFound; UnableToReversePayment when it was taken back already.
    """
    with transaction.atomic():
        payment, _items = _lock(payment_id=payment_id)
        if payment.state is PaymentState.REVERSED:
            raise UnableToReversePayment(_("Ese pago ya fue revertido."))
        portfolio.post_entries(
            entries=[
                NewEntry(
                    key=f"reversal:{key}",
                    receivable_id=receivable_id,
                    kind=EntryKind.REVERSAL,
                    amount=-amount,
                    currency=currency,
                    effective_date=effective_date,
                    reverses_id=entry_id,
                )
                for entry_id, key, receivable_id, amount, currency, effective_date in _entries_of(
                    payment_id=payment_id
                )
            ],
            at=at,
        )
        rows.execute(_SQL["mark_reversed"], {"payment_id": payment_id, "reason": reason[:200], "at": at})
        audit.record(
            actor=actor,
            action="reverse-payment",
            subject_type="payment",
            subject_id=payment_id,
            customer_id=payment.customer_id,
            before={"state": payment.state.value, "unapplied_amount": str(payment.unapplied_amount)},
            after={"state": PaymentState.REVERSED.value},
            at=at,
        )


def release_allocations(*, receivable_ids: Sequence[int], at: datetime) -> list[int]:
    """
    Give back what these receivables took of payments, as the customers' credit, and return whose it is.

    Every entry that a payment made on them gets its REVERSAL; the payments stay. For documents that are void.
    """
    ids = sorted(set(receivable_ids))
    with transaction.atomic():
        found = rows.fetch_all(_SQL["entries_to_release"], {"receivable_ids": ids})
        if not found:
            return []
        customer_ids = sorted({row[7] for row in found})
        portfolio.lock_open_items(customer_ids=customer_ids)
        # Read again under the lock: another hand may have taken a payment back meanwhile.
        found = rows.fetch_all(_SQL["entries_to_release"], {"receivable_ids": ids})
        _release(found=[row[:7] for row in found], customers={row[6]: row[7] for row in found}, at=at)
    return customer_ids


def give_payments(*, payment_ids: Sequence[int], customer_id: int, at: datetime) -> int:
    """
    Make payments another customer's, and return how many.

    What they have paid of documents that are not that customer's is given back: the payments stay, with credit.
    """
    ids = sorted(set(payment_ids))
    if not ids:
        return 0
    with transaction.atomic():
        given = rows.execute(_MERGING["give_payments"], {"payment_ids": ids, "customer_id": customer_id})
        found = rows.fetch_all(
            _MERGING["entries_elsewhere"], {"payment_ids": ids, "customer_id": customer_id}
        )
        _release(found=found, customers=dict.fromkeys(ids, customer_id), at=at)
    return given


def _release(*, found: Sequence[Sequence[Any]], customers: Mapping[int, int], at: datetime) -> None:
    """
    Take back what payments have posted: they stay, and get it back as credit.

    Rows are those of `entries_elsewhere`; one of no payment is a discount.
    """
    portfolio.post_entries(
        entries=[
            NewEntry(
                key=f"{RELEASE_KEY}{key}",
                receivable_id=receivable_id,
                kind=EntryKind.REVERSAL,
                amount=-amount,
                currency=currency,
                effective_date=effective_date,
                reverses_id=entry_id,
            )
            for entry_id, key, receivable_id, amount, currency, effective_date, _payment_id in found
        ],
        at=at,
    )
    # Of each payment in all: an update takes one row of it.
    sums: dict[int, Decimal] = {}
    for row in found:
        if row[6] is not None:
            sums[row[6]] = sums.get(row[6], ZERO) + row[3]
    rows.execute(_SQL["use_credits"], {"payment_id": list(sums), "amount": list(sums.values())})
    audit.record_many(
        events=[
            NewEvent(
                "release-payment",
                "payment",
                payment_id,
                customers[payment_id],
                after={"released": str(-amount)},
            )
            for payment_id, amount in sums.items()
        ],
        actor=SYSTEM,
        at=at,
    )
