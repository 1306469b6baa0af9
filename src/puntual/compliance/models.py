"""Verdicts on contacts of one company."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from puntual.compliance.types import Moment, ReviewState, VerdictOutcome
from puntual.compliance.types.own import OwnState
from puntual.contacts.models import ContactPoint
from puntual.contacts.types import Channel
from puntual.lib.codes import codes
from puntual.plans.models import Action
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


class Review(models.Model):
    """
    A contact that the law leaves to a person: asked for, and released or refused with a reason.

    It is bound to one contact point, one text and one law pack, and ends with its day. Once answered it is changed no
    more, by trigger; a verdict holds its hash. PII: reason; erased by flows.erasure.
    """

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="+", null=True)
    contact_point = models.ForeignKey(
        ContactPoint, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    channel = models.CharField(max_length=10)
    purpose = models.CharField(max_length=12)
    step_key = models.CharField(max_length=60)
    template = models.CharField(max_length=60)
    # SHA-256 of the words, without the link of their reader; empty where a person speaks.
    text_digest = models.CharField(max_length=64)
    rule_ids = ArrayField(models.CharField(max_length=40))
    pack_digest = models.CharField(max_length=64)
    pack_version = models.CharField(max_length=40)
    for_day = models.DateField()
    state = models.CharField(max_length=10, db_default=ReviewState.PENDING.value)
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by_id = models.BigIntegerField(null=True)
    decided_by = models.CharField(max_length=120, db_default="")
    reason = models.CharField(max_length=300, db_default="")
    # SHA-256 of the reason: it proves what was said, also after the words were erased.
    reason_digest = models.CharField(max_length=64, db_default="")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="compliance_review_state", condition=models.Q(state__in=codes(ReviewState))
            ),
            models.CheckConstraint(
                name="compliance_review_channel", condition=models.Q(channel__in=codes(Channel))
            ),
            models.CheckConstraint(
                name="compliance_review_names_rules", condition=models.Q(rule_ids__len__gt=0)
            ),
            models.CheckConstraint(
                name="compliance_review_answered",
                condition=models.Q(
                    state__in=["RELEASED", "REFUSED"],
                    decided_at__isnull=False,
                    decided_by__gt="",
                    reason_digest__gt="",
                )
                | models.Q(state__in=["PENDING", "SUPERSEDED"], decided_at__isnull=True, reason_digest=""),
            ),
            models.UniqueConstraint(
                fields=["customer", "contact_point", "channel", "purpose", "text_digest", "for_day"],
                condition=models.Q(state="PENDING"),
                name="compliance_review_one_waits",
            ),
        ]
        indexes = [models.Index(fields=["for_day", "state"], name="compliance_review_day")]


class OwnLaw(models.Model):
    """
    A version of what a company adds to the law, or takes from it: proposed, and put in force or refused.

    Append-only by trigger, save for the answer to a proposal. What loosens is let pass by a second person, and the
    literal reading has a lawyer, a ground and a last day. PII: names of staff and of a lawyer.
    """

    country = models.CharField(max_length=2)
    number = models.IntegerField()
    # An `OwnProfile`.
    profile = models.JSONField()
    is_literal = models.BooleanField()
    is_looser = models.BooleanField()
    state = models.CharField(max_length=10)
    reason = models.CharField(max_length=500)
    # Of the rules with a literal reading as they were signed; empty where it is read strictly.
    literal_digest = models.CharField(max_length=64, db_default="")
    counsel = models.CharField(max_length=200, db_default="")
    basis = models.CharField(max_length=1000, db_default="")
    author_id = models.BigIntegerField()
    author = models.CharField(max_length=120)
    proposed_at = models.DateTimeField()
    decided_by_id = models.BigIntegerField(null=True)
    decided_by = models.CharField(max_length=120, db_default="")
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.CharField(max_length=500, db_default="")
    effective_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="compliance_ownlaw_state", condition=models.Q(state__in=codes(OwnState))
            ),
            models.CheckConstraint(
                name="compliance_ownlaw_in_force",
                condition=models.Q(state="IN_FORCE", effective_at__isnull=False)
                | (~models.Q(state="IN_FORCE") & models.Q(effective_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="compliance_ownlaw_second_person",
                condition=models.Q(is_looser=False)
                | models.Q(state="PROPOSED", decided_by_id__isnull=True)
                | models.Q(state="REFUSED", decided_by_id__isnull=False)
                | (models.Q(state="IN_FORCE") & ~models.Q(decided_by_id=models.F("author_id")))
                & models.Q(decided_by_id__isnull=False),
            ),
            models.CheckConstraint(
                name="compliance_ownlaw_signed_off",
                condition=models.Q(is_literal=False)
                | models.Q(counsel__gt="", basis__gt="", literal_digest__gt=""),
            ),
            models.CheckConstraint(name="compliance_ownlaw_says_why", condition=models.Q(reason__gt="")),
            models.UniqueConstraint(fields=["country", "number"], name="compliance_ownlaw_number"),
            models.UniqueConstraint(
                fields=["country"],
                condition=models.Q(state="PROPOSED"),
                name="compliance_ownlaw_one_waits",
            ),
        ]
        indexes = [models.Index(fields=["country", "state", "-effective_at"], name="compliance_ownlaw_force")]
