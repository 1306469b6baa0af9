"""Payments, their allocations, and payments that debtors report."""

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models.functions import Now, Upper

from puntual.lib.codes import codes
from puntual.payments.types import PaymentMethod, PaymentState, ReportState
from puntual.portfolio.models import Customer, LedgerEntry, Receivable


class Payment(models.Model):
    """Money that came in. PII: reference, note; erased by flows.erasure."""

    key = models.CharField(max_length=160)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    # Part that no receivable took: the customer's credit.
    unapplied_amount = models.DecimalField(max_digits=18, decimal_places=2)
    currency = models.CharField(max_length=3)
    value_date = models.DateField()
    recorded_at = models.DateTimeField()
    method = models.CharField(max_length=14)
    reference = models.CharField(max_length=120, db_default="")
    note = models.CharField(max_length=300, db_default="")
    state = models.CharField(max_length=10, db_default=PaymentState.POSTED.value)
    reversed_at = models.DateTimeField(null=True)
    reversal_reason = models.CharField(max_length=200, db_default="")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key"], name="payments_payment_once"),
            models.CheckConstraint(name="payments_payment_amount", condition=models.Q(amount__gt=0)),
            models.CheckConstraint(
                name="payments_payment_unapplied",
                condition=models.Q(unapplied_amount__gte=0, unapplied_amount__lte=models.F("amount")),
            ),
            models.CheckConstraint(
                name="payments_payment_state", condition=models.Q(state__in=codes(PaymentState))
            ),
            models.CheckConstraint(
                name="payments_payment_currency", condition=models.Q(currency__regex=r"^[A-Z]{3}$")
            ),
            models.CheckConstraint(
                name="payments_payment_method", condition=models.Q(method__in=codes(PaymentMethod))
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "-value_date"], name="payments_payment_customer"),
            models.Index(fields=["-value_date", "-id"], name="payments_payment_recent"),
            models.Index(fields=["recorded_at"], name="payments_payment_recorded"),
            # Searches by how the bank's reference begins.
            models.Index(
                OpClass(Upper("reference"), name="varchar_pattern_ops"), name="payments_payment_reference"
            ),
            models.Index(
                fields=["value_date", "id"],
                name="payments_payment_credit",
                condition=models.Q(unapplied_amount__gt=0),
            ),
        ]


class Allocation(models.Model):
    """The part of a payment that one receivable took, and its ledger entry. PII: none."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="allocations")
    receivable = models.ForeignKey(Receivable, on_delete=models.PROTECT, related_name="+", db_index=False)
    entry = models.OneToOneField(LedgerEntry, on_delete=models.PROTECT, related_name="+")
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(name="payments_allocation_amount", condition=models.Q(amount__gt=0)),
        ]


class ReportedPayment(models.Model):
    """A payment that a debtor says was made; staff confirm or reject it. PII: reference, note."""

    key = models.CharField(max_length=120, unique=True)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    currency = models.CharField(max_length=3)
    paid_on = models.DateField()
    reference = models.CharField(max_length=120, db_default="")
    note = models.CharField(max_length=300, db_default="")
    state = models.CharField(max_length=10, db_default=ReportState.REPORTED.value)
    reported_at = models.DateTimeField()
    payment = models.OneToOneField(Payment, on_delete=models.PROTECT, related_name="+", null=True)
    answered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=300, db_default="")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(name="payments_report_amount", condition=models.Q(amount__gt=0)),
            models.CheckConstraint(
                name="payments_report_state", condition=models.Q(state__in=codes(ReportState))
            ),
            models.CheckConstraint(
                name="payments_report_currency", condition=models.Q(currency__regex=r"^[A-Z]{3}$")
            ),
            models.CheckConstraint(
                name="payments_report_answered",
                condition=models.Q(state="CONFIRMED", payment__isnull=False)
                | (~models.Q(state="CONFIRMED") & models.Q(payment__isnull=True)),
            ),
        ]
        indexes = [
            models.Index(
                fields=["reported_at", "id"],
                name="payments_report_waiting",
                condition=models.Q(state="REPORTED"),
            ),
        ]
