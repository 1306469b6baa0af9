"""Pairs that may be one person, what was decided about them, and unions with exactly what they moved."""

from django.db import models
from django.db.models.functions import Now

from puntual.duplicates.types import ProposalState, Strength
from puntual.lib.codes import codes
from puntual.portfolio.models import Customer


class Proposal(models.Model):
    """Two customers that may be one person, and what somebody decided. PII: note; erased by flows.erasure."""

    low_customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    high_customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    # The smallest id of everybody who hangs together with this pair; plain number, for it is no identity.
    group_id = models.BigIntegerField()
    strength = models.CharField(max_length=10)
    name_score = models.PositiveSmallIntegerField()
    # Codes alone: the words are read from the customers when somebody looks.
    evidence = models.JSONField()
    state = models.CharField(max_length=10, db_default=ProposalState.PENDING.value)
    found_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=120, db_default="")
    note = models.CharField(max_length=300, db_default="")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["low_customer", "high_customer"], name="duplicates_proposal_once"
            ),
            models.CheckConstraint(
                name="duplicates_proposal_order",
                condition=models.Q(low_customer__lt=models.F("high_customer")),
            ),
            models.CheckConstraint(
                name="duplicates_proposal_strength", condition=models.Q(strength__in=codes(Strength))
            ),
            models.CheckConstraint(
                name="duplicates_proposal_state", condition=models.Q(state__in=codes(ProposalState))
            ),
        ]
        indexes = [
            models.Index(
                fields=["strength", "group_id", "id"],
                name="duplicates_proposal_pending",
                condition=models.Q(state="PENDING"),
            ),
        ]


class Merge(models.Model):
    """
    A customer that was united with another, and exactly which rows moved, so that it can be undone. PII: none.

    `moved` holds row ids by table; what came later is not in it and stays with the survivor.
    """

    source = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    target = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="merges", null=True)
    moved = models.JSONField()
    merged_at = models.DateTimeField()
    # The day at the company: what waited is put back only when the union is undone on the same day.
    merged_on = models.DateField()
    actor_label = models.CharField(max_length=120)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=120, db_default="")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source"],
                condition=models.Q(undone_at__isnull=True),
                name="duplicates_merge_once",
            ),
            models.CheckConstraint(
                name="duplicates_merge_two", condition=~models.Q(source=models.F("target"))
            ),
        ]
        indexes = [models.Index(fields=["-merged_at"], name="duplicates_merge_recent")]


class Search(models.Model):
    """One search for duplicates over the whole portfolio: when, and how much it saw. PII: none."""

    # The newest change of a customer that it saw: when nothing changed since, another search finds the same.
    seen_up_to = models.DateTimeField(null=True)
    customers = models.IntegerField()
    pairs_compared = models.BigIntegerField()
    proposals = models.IntegerField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now())
