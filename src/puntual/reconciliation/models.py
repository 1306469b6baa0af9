"""Bank lines and the payments they became."""

from django.db import models
from django.db.models.functions import Now

from puntual.lib.codes import codes
from puntual.payments.models import Payment
from puntual.reconciliation.types import LineState


class BankLine(models.Model):
    """One credit on a bank statement. PII: description, reference; erased by flows.erasure."""

    key = models.CharField(max_length=160, unique=True)
    bank_account = models.CharField(max_length=40, db_default="")
    booked_date = models.DateField()
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    currency = models.CharField(max_length=3)
    reference = models.CharField(max_length=120, db_default="")
    description = models.CharField(max_length=300, db_default="")
    state = models.CharField(max_length=10, db_default=LineState.UNMATCHED.value)
    payment = models.OneToOneField(Payment, on_delete=models.PROTECT, related_name="+", null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="reconciliation_line_state", condition=models.Q(state__in=codes(LineState))
            ),
            models.CheckConstraint(name="reconciliation_line_amount", condition=models.Q(amount__gt=0)),
            models.CheckConstraint(
                name="reconciliation_line_currency", condition=models.Q(currency__regex=r"^[A-Z]{3}$")
            ),
            models.CheckConstraint(
                name="reconciliation_line_matched",
                condition=models.Q(state="MATCHED", payment__isnull=False)
                | (~models.Q(state="MATCHED") & models.Q(payment__isnull=True)),
            ),
        ]
        indexes = [models.Index(fields=["state", "-booked_date"], name="reconciliation_line_by_state")]
