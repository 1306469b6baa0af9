"""Plans, versions, runs, decisions and actions of one company."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from puntual.contacts.models import ContactPoint
from puntual.lib.codes import codes
from puntual.plans.types import ActionState, Outcome, RunState, VersionState
from puntual.portfolio.models import Customer


class Plan(models.Model):
    """A governed collection plan. PII: none."""

    key = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    created_at = models.DateTimeField(db_default=Now())


class PlanVersion(models.Model):
    """One immutable text of a plan; decisions name it. PII: none."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10)
    document = models.JSONField()
    document_hash = models.CharField(max_length=64)
    activated_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="plans_version_number"),
            models.UniqueConstraint(
                fields=["state"], condition=models.Q(state="ACTIVE"), name="plans_version_one_active"
            ),
            models.CheckConstraint(
                name="plans_version_state", condition=models.Q(state__in=codes(VersionState))
            ),
        ]


class Run(models.Model):
    """The decisions of one day; one run per date. PII: none."""

    as_of = models.DateField(unique=True)
    version = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    # Customers up to this id are decided: where a killed run goes on.
    done_up_to_customer = models.BigIntegerField(db_default=0)
    customers = models.IntegerField(db_default=0)
    decisions = models.IntegerField(db_default=0)
    actions = models.IntegerField(db_default=0)
    error = models.CharField(max_length=300, db_default="")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(name="plans_run_state", condition=models.Q(state__in=codes(RunState))),
        ]


class Decision(models.Model):
    """
    What was decided for one customer and one step of a day, with its reasons. PII: none.

    No foreign keys and no second index: millions of rows a day come from one statement over customers and the run,
    and a customer is looked up run by run, newest first.
    """

    pk = models.CompositePrimaryKey("run_id", "customer_id", "step_number")
    run_id = models.BigIntegerField()
    customer_id = models.BigIntegerField()
    step_number = models.SmallIntegerField()
    outcome = models.CharField(max_length=8)
    reasons = ArrayField(models.CharField(max_length=60))
    next_date = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="plans_decision_outcome", condition=models.Q(outcome__in=codes(Outcome))
            ),
        ]


class Action(models.Model):
    """Something to do for a customer: a message to send or a task for a person. PII: note."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    contact_point = models.ForeignKey(ContactPoint, on_delete=models.PROTECT, related_name="+", null=True)
    step_number = models.SmallIntegerField()
    step_key = models.CharField(max_length=60)
    anchor_date = models.DateField()
    channel = models.CharField(max_length=10)
    purpose = models.CharField(max_length=12)
    template = models.CharField(max_length=60)
    state = models.CharField(max_length=10)
    not_before = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_reason = models.CharField(max_length=60, db_default="")
    note = models.TextField(db_default="")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            # A step never happens twice for the same anchor; one that was called off did not happen.
            models.UniqueConstraint(
                fields=["customer", "step_key", "anchor_date"],
                condition=models.Q(state__in=["QUEUED", "OPEN", "EXECUTED"]),
                name="plans_action_step_once",
            ),
            models.CheckConstraint(
                name="plans_action_state", condition=models.Q(state__in=codes(ActionState))
            ),
        ]
        indexes = [
            models.Index(
                fields=["state", "not_before"],
                name="plans_action_pending",
                condition=models.Q(state__in=["QUEUED", "OPEN"]),
            ),
        ]
