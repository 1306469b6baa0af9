"""Verdicts on contacts of one company."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from puntual.compliance.types import Moment, VerdictOutcome
from puntual.lib.codes import codes
from puntual.portfolio.models import Customer


class Verdict(models.Model):
    """One answer of the law to one intended contact; append-only by trigger. PII: none (inputs hold no addresses)."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    # The action asked for; plain number, because an action that was refused is never written.
    action_id = models.BigIntegerField(null=True)
    step_key = models.CharField(max_length=60)
    channel = models.CharField(max_length=10)
    moment = models.CharField(max_length=10)
    at = models.DateTimeField()
    outcome = models.CharField(max_length=6)
    rule_ids = ArrayField(models.CharField(max_length=40))
    not_before = models.DateTimeField(null=True)
    pack_version = models.CharField(max_length=40)
    inputs = models.JSONField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="compliance_verdict_outcome", condition=models.Q(outcome__in=codes(VerdictOutcome))
            ),
            models.CheckConstraint(
                name="compliance_verdict_moment", condition=models.Q(moment__in=codes(Moment))
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "-at"], name="compliance_verdict_customer"),
            models.Index(fields=["action_id"], name="compliance_verdict_action"),
        ]
