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


class Pack(models.Model):
    """A law pack as it was when it first judged somebody: its words stay, whatever comes later. PII: none."""

    # SHA-256 of the document, in hexadecimal.
    digest = models.CharField(max_length=64, primary_key=True)
    country = models.CharField(max_length=2)
    version = models.CharField(max_length=40)
    document = models.TextField()
    created_at = models.DateTimeField(db_default=Now())


class Block(models.Model):
    """
    What was judged at once: the ids of its verdicts and a hash of each, in that order; append-only by trigger.

    PII: none.
    """

    pack = models.ForeignKey(Pack, on_delete=models.PROTECT, related_name="+")
    verdict_ids = ArrayField(models.BigIntegerField())
    # SHA-256 of every verdict, one after the other.
    hashes = models.BinaryField()
    created_at = models.DateTimeField(db_default=Now())


class Link(models.Model):
    """A place in the chain of this company: a block, tied to the one before it; append-only by trigger. PII: none."""

    block = models.OneToOneField(Block, on_delete=models.PROTECT, related_name="+")
    previous = models.BinaryField()
    hash = models.BinaryField()
    created_at = models.DateTimeField(db_default=Now())
