"""Facts of each debtor by day, and the stage and segment they are in."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from puntual.assessment.types import MembershipKind, Stage
from puntual.lib.codes import codes
from puntual.portfolio.models import Customer


class CustomerState(models.Model):
    """
    The stage and segment of a customer now, since when, and what conditions may ask of them. PII: none.

    A run places everybody, and a change in between those whom it touches. What the next run starts from is not this but
    where the run before it placed them, in `DailyFacts`.

    `stage` is the kind of stage; its key, like that of the segment, is the one of the plan that named it. Every fact
    that a condition may look at has a column here, by the name that it has in `Facts`; what the company's files say of
    a customer stays with the customer.
    """

    customer = models.OneToOneField(Customer, on_delete=models.PROTECT, related_name="+", primary_key=True)
    stage = models.CharField(max_length=16)
    # Empty for who owes nothing, or fits no segment.
    stage_key = models.CharField(max_length=40, db_default="")
    stage_since = models.DateField()
    segment = models.CharField(max_length=40)
    segment_since = models.DateField()
    as_of = models.DateField()
    # Up to which moment this knows everything: a run that began before it does not go back behind it.
    known_at = models.DateTimeField(null=True)
    days_past_due = models.IntegerField()
    overdue_amounts = models.JSONField()
    # Who is overdue in one currency alone has it here as well, so that sums over everybody are cheap.
    overdue_currency = models.CharField(max_length=3, db_default="")
    overdue_amount = models.DecimalField(max_digits=24, decimal_places=2, db_default=0)
    open_amounts = models.JSONField()
    # By currency, a list of five: not yet due, 1-30, 31-60, 61-90 and more than 90 days late.
    buckets = models.JSONField(db_default={})
    open_count = models.IntegerField(db_default=0)
    overdue_count = models.IntegerField(db_default=0)
    disputed_count = models.IntegerField(db_default=0)
    held_count = models.IntegerField(db_default=0)
    # The first of the coming due dates.
    next_due_date = models.DateField(null=True)
    has_customer_dispute = models.BooleanField(db_default=False)
    hold_until = models.DateField(null=True)
    average_days_late_12m = models.DecimalField(max_digits=8, decimal_places=1, null=True)
    average_days_to_pay_12m = models.DecimalField(max_digits=8, decimal_places=1, null=True)
    paid_count_3m = models.IntegerField(db_default=0)
    late_count_3m = models.IntegerField(db_default=0)
    paid_count_6m = models.IntegerField(db_default=0)
    late_count_6m = models.IntegerField(db_default=0)
    paid_count_12m = models.IntegerField(db_default=0)
    late_count_12m = models.IntegerField(db_default=0)
    partial_count_12m = models.IntegerField(db_default=0)
    returned_count_12m = models.IntegerField(db_default=0)
    last_payment_on = models.DateField(null=True)
    first_issue_date = models.DateField(null=True)
    late_months = ArrayField(models.SmallIntegerField(), db_default=[])
    promise_due_date = models.DateField(null=True)
    kept_count_12m = models.IntegerField(db_default=0)
    broken_count_12m = models.IntegerField(db_default=0)
    broken_promise_on = models.DateField(null=True)
    last_contact_on = models.DateField(null=True)
    contact_count_30d = models.IntegerField(db_default=0)
    unanswered_count = models.IntegerField(db_default=0)
    answer_count_90d = models.IntegerField(db_default=0)
    portal_visit_count_90d = models.IntegerField(db_default=0)
    bounced_count_90d = models.IntegerField(db_default=0)
    answering_channel = models.CharField(max_length=10, db_default="")
    answering_hour = models.SmallIntegerField(null=True)
    has_email = models.BooleanField(db_default=False)
    has_phone = models.BooleanField(db_default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(name="assessment_state_stage", condition=models.Q(stage__in=codes(Stage))),
        ]
        indexes = [
            models.Index(fields=["stage", "segment"], name="assessment_state_cut"),
            # The few who are overdue in several currencies.
            models.Index(
                fields=["customer"],
                name="assessment_state_several",
                condition=models.Q(overdue_currency="") & ~models.Q(overdue_amounts={}),
            ),
        ]


class DailyFacts(models.Model):
    """
    The facts and places that a day's decisions used, as they were. PII: none.

    No foreign key: a million rows a day are written from a select over customers in one statement.
    """

    pk = models.CompositePrimaryKey("as_of", "customer_id")
    as_of = models.DateField()
    customer_id = models.BigIntegerField()
    stage = models.CharField(max_length=16)
    stage_key = models.CharField(max_length=40, db_default="")
    # As the runs see it: a place that a customer left and came back to between two of them was never left.
    stage_since = models.DateField(null=True)
    segment = models.CharField(max_length=40)
    segment_since = models.DateField(null=True)
    days_past_due = models.IntegerField()
    facts = models.JSONField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["customer_id", "-as_of"], name="assessment_facts_customer")]


class Membership(models.Model):
    """
    A stage or segment that a customer was in and is in no longer. PII: none.

    Where a customer stands now is in `CustomerState`; this is what came before, from `since` until the day before
    `until`.
    """

    pk = models.CompositePrimaryKey("customer_id", "kind", "since")
    customer_id = models.BigIntegerField()
    kind = models.CharField(max_length=7)
    since = models.DateField()
    until = models.DateField()
    key = models.CharField(max_length=40)
    # Of a stage: its kind.
    stage = models.CharField(max_length=16, db_default="")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="assessment_membership_kind", condition=models.Q(kind__in=codes(MembershipKind))
            ),
            models.CheckConstraint(
                name="assessment_membership_days", condition=models.Q(since__lt=models.F("until"))
            ),
        ]
        # Who left a stage or segment in a time.
        indexes = [models.Index(fields=["kind", "until"], name="assessment_membership_left")]
