"""Plans, versions, runs, decisions and actions of one company."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from puntual.contacts.models import ContactPoint
from puntual.lib.codes import codes
from puntual.plans.types import ActionState, CampaignState, Outcome, RunState, VersionState
from puntual.portfolio.models import Customer


class Plan(models.Model):
    """A governed collection plan. PII: none."""

    key = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    created_at = models.DateTimeField(db_default=Now())


class PlanVersion(models.Model):
    """
    One text of a plan; decisions name it. Once it has left the draft it never changes, by trigger. PII: none.

    Nobody who wrote in it approves it; only what comes with the product has neither.
    """

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10)
    # The file as it was written, with its comments, and the same as data; empty while a draft has faults.
    text = models.TextField(db_default="")
    document = models.JSONField()
    document_hash = models.CharField(max_length=64)
    # Why it differs from the version before.
    change_reason = models.CharField(max_length=500, db_default="")
    based_on = models.ForeignKey("self", on_delete=models.PROTECT, related_name="+", null=True)
    author_id = models.BigIntegerField(null=True)
    author_label = models.CharField(max_length=120, db_default="")
    # Everyone who changed the draft since it began; the author is the last of them.
    writer_ids = ArrayField(models.BigIntegerField(), db_default=[])
    submitted_at = models.DateTimeField(null=True)
    approver_id = models.BigIntegerField(null=True)
    approver_label = models.CharField(max_length=120, db_default="")
    approved_at = models.DateTimeField(null=True)
    activated_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField(db_default=Now())
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="plans_version_number"),
            models.UniqueConstraint(
                fields=["state"], condition=models.Q(state="ACTIVE"), name="plans_version_one_active"
            ),
            models.UniqueConstraint(
                fields=["plan"],
                condition=models.Q(state__in=["DRAFT", "REVIEW", "APPROVED"]),
                name="plans_version_one_open",
            ),
            models.CheckConstraint(
                name="plans_version_state", condition=models.Q(state__in=codes(VersionState))
            ),
            models.CheckConstraint(
                name="plans_version_second_person",
                condition=models.Q(approver_id__isnull=True)
                | ~models.Q(writer_ids__contains=[models.F("approver_id")]),
            ),
            models.CheckConstraint(
                name="plans_version_approved",
                condition=models.Q(state__in=["DRAFT", "REVIEW"]) | models.Q(approved_at__isnull=False),
            ),
        ]


class Run(models.Model):
    """The decisions of one day; one run per date. PII: none."""

    as_of = models.DateField(unique=True)
    version = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    # The last day before that had a run when this one began: the days between had none. None for the first run.
    previous_as_of = models.DateField(null=True)
    customers = models.IntegerField(db_default=0)
    decisions = models.IntegerField(db_default=0)
    actions = models.IntegerField(db_default=0)
    error = models.CharField(max_length=300, db_default="")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(name="plans_run_state", condition=models.Q(state__in=codes(RunState))),
        ]


class RunChunk(models.Model):
    """
    Customers of a run, by range of id, that are decided in one transaction. PII: none.

    Whoever decides them holds the lock of the row until then: what a killed worker had begun is free again by itself.
    """

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="chunks")
    after = models.BigIntegerField()
    up_to = models.BigIntegerField()
    customers = models.IntegerField()
    # They are decided by what was known at this moment.
    known_at = models.DateTimeField()
    # The law pack by which they were decided; empty where it was not kept, or there was none.
    law_version = models.CharField(max_length=40, db_default="")
    # Set to their default, the moment of the statement, when it is so.
    began_at = models.DateTimeField(null=True, db_default=Now())
    done_at = models.DateTimeField(null=True, db_default=Now())
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "up_to"], name="plans_runchunk_once"),
            models.CheckConstraint(
                name="plans_runchunk_range", condition=models.Q(after__lt=models.F("up_to"))
            ),
        ]


class DecisionPattern(models.Model):
    """
    Answers to all steps of a plan, in its order, that customers share. PII: none.

    The key is a hash of what it says, so that any worker writes the same pattern once. `reasons` of a step are joined
    by commas.
    """

    id = models.BigIntegerField(primary_key=True)
    step_numbers = ArrayField(models.SmallIntegerField())
    outcomes = ArrayField(models.TextField())
    reasons = ArrayField(models.TextField())
    next_dates = ArrayField(models.DateField(null=True))


class Decision(models.Model):
    """
    What was decided for one customer on a day: an answer with reasons to every step, as a pattern. PII: none.

    The view `plans_decided` has one row for each customer and step. Parted by month; no foreign keys and no second
    index: a million rows a day come from statements over customers and the run.
    """

    pk = models.CompositePrimaryKey("as_of", "customer_id")
    as_of = models.DateField()
    customer_id = models.BigIntegerField()
    run_id = models.BigIntegerField()
    pattern_id = models.BigIntegerField()


class StepStop(models.Model):
    """A step that a person stopped for everybody on one day; the plan does not take it that day. PII: none."""

    as_of = models.DateField()
    step_key = models.CharField(max_length=60)
    note = models.CharField(max_length=300)
    actor_label = models.CharField(max_length=120)
    stopped_at = models.DateTimeField()
    # When a person let it go on after all.
    lifted_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["as_of", "step_key"],
                condition=models.Q(lifted_at__isnull=True),
                name="plans_stepstop_once",
            ),
        ]


class Campaign(models.Model):
    """
    Something done once for customers that a person chose, beside the plan. PII: none.

    Where it is for many, whoever asks for it is not who approves it.
    """

    # Of whoever asks for it: the same key is the same campaign.
    key = models.CharField(max_length=120, unique=True)
    name = models.CharField(max_length=120)
    # As a plan writes conditions; null is everybody.
    condition = models.JSONField(null=True)
    # Set where a segment of the plan was chosen instead.
    segment_key = models.CharField(max_length=40, db_default="")
    channel = models.CharField(max_length=10)
    purpose = models.CharField(max_length=12)
    template = models.CharField(max_length=60, db_default="")
    team = models.CharField(max_length=40, db_default="")
    instructions = models.CharField(max_length=500, db_default="")
    not_before = models.DateTimeField()
    state = models.CharField(max_length=10)
    # How many it was for when it was asked for.
    customers = models.IntegerField()
    author_id = models.BigIntegerField()
    author_label = models.CharField(max_length=120)
    needs_approval = models.BooleanField()
    approver_id = models.BigIntegerField(null=True)
    approver_label = models.CharField(max_length=120, db_default="")
    launched_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    stopped_by = models.CharField(max_length=120, db_default="")
    stop_note = models.CharField(max_length=300, db_default="")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="plans_campaign_state", condition=models.Q(state__in=codes(CampaignState))
            ),
            models.CheckConstraint(
                name="plans_campaign_second_person",
                condition=models.Q(approver_id__isnull=True) | ~models.Q(approver_id=models.F("author_id")),
            ),
            models.CheckConstraint(
                name="plans_campaign_approved",
                condition=models.Q(launched_at__isnull=True)
                | models.Q(needs_approval=False)
                | models.Q(approver_id__isnull=False),
            ),
        ]


class CampaignDecision(models.Model):
    """
    What a campaign meant for one of the customers it was for, with its reasons. PII: none.

    No foreign key to customers: a campaign writes hundreds of thousands of rows in one statement.
    """

    pk = models.CompositePrimaryKey("campaign_id", "customer_id")
    # The primary key begins with the campaign.
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+", db_index=False)
    customer_id = models.BigIntegerField(db_index=True)
    outcome = models.CharField(max_length=10)
    reasons = ArrayField(models.TextField())
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="plans_campaigndecision_outcome", condition=models.Q(outcome__in=codes(Outcome))
            ),
        ]


class Action(models.Model):
    """
    Something to do for a customer: a message to send or a task for a person. PII: note, move_end_note.

    It comes from the run of a day or from a campaign.
    """

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+", null=True)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+", null=True)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    contact_point = models.ForeignKey(ContactPoint, on_delete=models.PROTECT, related_name="+", null=True)
    step_number = models.SmallIntegerField()
    step_key = models.CharField(max_length=60)
    anchor_date = models.DateField()
    # Empty where the action moves the case to `moves_to` instead of reaching somebody.
    channel = models.CharField(max_length=10)
    purpose = models.CharField(max_length=12)
    template = models.CharField(max_length=60)
    moves_to = models.CharField(max_length=40, db_default="")
    # The team of the plan whose task it is.
    team = models.CharField(max_length=40, db_default="")
    state = models.CharField(max_length=10)
    not_before = models.DateTimeField()
    # The last day on which the plan still takes the step; null for a campaign. What nobody approved by then ends.
    last_day = models.DateField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_reason = models.CharField(max_length=60, db_default="")
    # When a move that was carried out ended: nothing was owed any more, or a person took the case back.
    move_ended_at = models.DateTimeField(null=True)
    move_end_note = models.TextField(db_default="")
    note = models.TextField(db_default="")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            # A step never happens twice for the same anchor; one that was called off did not happen.
            models.UniqueConstraint(
                fields=["customer", "step_key", "anchor_date"],
                condition=models.Q(state__in=["PROPOSED", "QUEUED", "OPEN", "EXECUTED"]),
                name="plans_action_step_once",
            ),
            models.CheckConstraint(
                name="plans_action_state", condition=models.Q(state__in=codes(ActionState))
            ),
            models.CheckConstraint(
                name="plans_action_one_origin",
                condition=models.Q(run__isnull=True, campaign__isnull=False)
                | models.Q(run__isnull=False, campaign__isnull=True),
            ),
            models.CheckConstraint(
                name="plans_action_one_thing",
                condition=~models.Q(channel="", moves_to="") & (models.Q(channel="") | models.Q(moves_to="")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["state", "not_before"],
                name="plans_action_pending",
                condition=models.Q(state__in=["PROPOSED", "QUEUED", "OPEN"]),
            ),
        ]
