"""Facts of each debtor by day, and the stage and segment they are in."""

from django.db import models
from django.db.models.functions import Now

from puntual.assessment.types import Segment, Stage
from puntual.lib.codes import codes
from puntual.portfolio.models import Customer


class CustomerState(models.Model):
    """The stage and segment of a customer now, and since when. PII: none."""

    customer = models.OneToOneField(Customer, on_delete=models.PROTECT, related_name="+", primary_key=True)
    stage = models.CharField(max_length=16)
    stage_since = models.DateField()
    segment = models.CharField(max_length=10)
    segment_since = models.DateField()
    as_of = models.DateField()
    days_past_due = models.IntegerField()
    overdue_amounts = models.JSONField()
    open_amounts = models.JSONField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="assessment_state_stage", condition=models.Q(stage__in=codes(Stage))),
            models.CheckConstraint(
                name="assessment_state_segment", condition=models.Q(segment__in=codes(Segment))
            ),
        ]
        indexes = [models.Index(fields=["stage", "segment"], name="assessment_state_cut")]


class DailyFacts(models.Model):
    """
    The facts that a day's decisions used, as they were. PII: none.

    No foreign key: a million rows a day are written from a select over customers in one statement.
    """

    pk = models.CompositePrimaryKey("as_of", "customer_id")
    as_of = models.DateField()
    customer_id = models.BigIntegerField()
    stage = models.CharField(max_length=16)
    segment = models.CharField(max_length=10)
    days_past_due = models.IntegerField()
    facts = models.JSONField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["customer_id", "-as_of"], name="assessment_facts_customer")]
