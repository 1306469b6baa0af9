"""Promises, disputes and holds of one company."""

from django.db import models
from django.db.models.functions import Now

from puntual.agreements.types import (
    DisputeReason,
    DisputeState,
    HoldReason,
    PauseReason,
    PauseScope,
    PromiseState,
)
from puntual.contacts.types import Channel
from puntual.identity.models import User
from puntual.lib.codes import codes
from puntual.portfolio.models import Customer, Receivable


class Promise(models.Model):
    """A promise to pay an amount by a day. PII: note; erased by flows.erasure."""

    key = models.CharField(max_length=120, unique=True)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    currency = models.CharField(max_length=3)
    made_on = models.DateField()
    due_date = models.DateField()
    # Business days after due_date before it counts as broken.
    tolerance_days = models.PositiveSmallIntegerField(db_default=1)
    channel = models.CharField(max_length=10)
    actor_label = models.CharField(max_length=120, db_default="")
    note = models.TextField(db_default="")
    state = models.CharField(max_length=12, db_default=PromiseState.ACTIVE.value)
    paid_amount = models.DecimalField(max_digits=18, decimal_places=2, db_default=0)
    settled_on = models.DateField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(name="agreements_promise_amount", condition=models.Q(amount__gt=0)),
            models.CheckConstraint(
                name="agreements_promise_dates", condition=models.Q(due_date__gte=models.F("made_on"))
            ),
            models.CheckConstraint(
                name="agreements_promise_state", condition=models.Q(state__in=codes(PromiseState))
            ),
            models.CheckConstraint(
                name="agreements_promise_channel", condition=models.Q(channel__in=codes(Channel))
            ),
            models.UniqueConstraint(
                fields=["customer", "currency"],
                condition=models.Q(state="ACTIVE"),
                name="agreements_promise_one_active",
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "-due_date"], name="agreements_promise_customer"),
            models.Index(fields=["state", "due_date"], name="agreements_promise_due"),
        ]


class PromisePast(models.Model):
    """What a promise was until a moment. PII: none."""

    # The index below begins with the promise.
    promise = models.ForeignKey(Promise, on_delete=models.PROTECT, related_name="pasts", db_index=False)
    state = models.CharField(max_length=12)
    settled_on = models.DateField(null=True)
    until_at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="agreements_promise_past_state", condition=models.Q(state__in=codes(PromiseState))
            ),
        ]
        indexes = [models.Index(fields=["promise", "until_at"], name="agreements_promise_past")]


class Dispute(models.Model):
    """An objection to a debt; `receivable` empty means all of the customer's debt. PII: note, resolution."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    receivable = models.ForeignKey(Receivable, on_delete=models.PROTECT, related_name="+", null=True)
    reason = models.CharField(max_length=16)
    note = models.TextField(db_default="")
    amount = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    state = models.CharField(max_length=12, db_default=DisputeState.OPENED.value)
    # The member of staff who owes the answer; empty until somebody takes it.
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    channel = models.CharField(max_length=10)
    opened_at = models.DateTimeField()
    # When an answer is owed to the debtor.
    answer_due_date = models.DateField()
    closed_at = models.DateTimeField(null=True)
    resolution = models.TextField(db_default="")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="agreements_dispute_reason", condition=models.Q(reason__in=codes(DisputeReason))
            ),
            models.CheckConstraint(
                name="agreements_dispute_state", condition=models.Q(state__in=codes(DisputeState))
            ),
            models.UniqueConstraint(
                fields=["customer", "receivable"],
                condition=models.Q(state__in=["OPENED", "IN_REVIEW"]),
                nulls_distinct=False,
                name="agreements_dispute_one_open",
            ),
        ]


class Hold(models.Model):
    """A pause of contact with a reason and an end; `receivable` empty means the whole customer. PII: note."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    receivable = models.ForeignKey(Receivable, on_delete=models.PROTECT, related_name="+", null=True)
    reason = models.CharField(max_length=20)
    note = models.TextField(db_default="")
    from_date = models.DateField()
    # Last day of the pause, included.
    until_date = models.DateField()
    actor_label = models.CharField(max_length=120, db_default="")
    lifted_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="agreements_hold_reason", condition=models.Q(reason__in=codes(HoldReason))
            ),
            models.CheckConstraint(
                name="agreements_hold_dates", condition=models.Q(until_date__gte=models.F("from_date"))
            ),
        ]
        indexes = [models.Index(fields=["customer", "until_date"], name="agreements_hold_customer")]


class PortfolioPause(models.Model):
    """
    A pause of contact for a part of the portfolio, with a reason and an end. PII: none.

    The view `agreements_holding` has it beside the holds, one row for each customer or receivable that it holds; who
    is in a segment of the plan is not known here, so those pauses are looked up by later stages.
    """

    scope = models.CharField(max_length=8)
    # The segment's key, the tag, the product or the state; empty for all.
    value = models.CharField(max_length=120, db_default="")
    reason = models.CharField(max_length=12)
    note = models.CharField(max_length=500, db_default="")
    from_date = models.DateField()
    # Last day of the pause, included.
    until_date = models.DateField()
    actor_label = models.CharField(max_length=120)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.CharField(max_length=120, db_default="")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="agreements_pause_scope", condition=models.Q(scope__in=codes(PauseScope))
            ),
            models.CheckConstraint(
                name="agreements_pause_reason", condition=models.Q(reason__in=codes(PauseReason))
            ),
            models.CheckConstraint(
                name="agreements_pause_value",
                condition=models.Q(scope="ALL", value="") | (~models.Q(scope="ALL") & ~models.Q(value="")),
            ),
            models.CheckConstraint(
                name="agreements_pause_dates", condition=models.Q(until_date__gte=models.F("from_date"))
            ),
        ]
