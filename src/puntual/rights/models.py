"""Petitions of people: complaints and requests about their data, with every answer and their whole history."""

from django.db import models
from django.db.models.functions import Now

from puntual.agreements.models import Hold
from puntual.contacts.models import Attempt
from puntual.identity.models import User
from puntual.lib.codes import codes
from puntual.outreach.models import Message
from puntual.portfolio.models import Customer
from puntual.rights.types import (
    COMPLAINT_OUTCOMES,
    REQUEST_OUTCOMES,
    EventKind,
    IdentityCheck,
    Kind,
    Outcome,
    State,
    Way,
)

_IS_ENDED = models.Q(state__in=["ANSWERED", "DONE"])


class Petition(models.Model):
    """What a person demands of the company. PII: words, identity_note; erased by flows.erasure."""

    key = models.CharField(max_length=120, unique=True)
    # What the person is told: Q-2026-000012 for a complaint, S-2026-000013 for a request.
    folio = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=14)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, db_default=State.OPEN.value)
    way = models.CharField(max_length=10)
    cause = models.CharField(max_length=30, db_default="")
    words = models.TextField(db_default="")
    # The day complained of, where no stored contact is it.
    happened_date = models.DateField(null=True)
    agency = models.CharField(max_length=120, db_default="")
    collector = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    # The number under which an authority handed it over.
    authority_folio = models.CharField(max_length=60, db_default="")
    received_date = models.DateField()
    received_by = models.CharField(max_length=120, db_default="")
    answer_due_date = models.DateField()
    # Who says so: the rule of the law, or the policy.
    term_source = models.CharField(max_length=300)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    identity_check = models.CharField(max_length=16, db_default="")
    identity_note = models.CharField(max_length=300, db_default="")
    # Contact stops by it until the answer.
    hold = models.ForeignKey(Hold, on_delete=models.PROTECT, related_name="+", null=True)
    outcome = models.CharField(max_length=10, db_default="")
    answered_at = models.DateTimeField(null=True)
    carry_out_due_date = models.DateField(null=True)
    carried_out_at = models.DateTimeField(null=True)
    blocked_at = models.DateTimeField(null=True)
    reopened_count = models.PositiveSmallIntegerField(db_default=0)
    opened_at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(name="rights_petition_kind", condition=models.Q(kind__in=codes(Kind))),
            models.CheckConstraint(name="rights_petition_state", condition=models.Q(state__in=codes(State))),
            models.CheckConstraint(name="rights_petition_way", condition=models.Q(way__in=codes(Way))),
            models.CheckConstraint(
                name="rights_petition_identity",
                condition=models.Q(identity_check__in=["", *codes(IdentityCheck)]),
            ),
            models.CheckConstraint(
                name="rights_petition_cause",
                condition=(models.Q(kind="COMPLAINT") & ~models.Q(cause=""))
                | (~models.Q(kind="COMPLAINT") & models.Q(cause="")),
            ),
            # One outcome for who was answered, none for anybody else; and one that fits the kind.
            models.CheckConstraint(
                name="rights_petition_outcome",
                condition=(_IS_ENDED & ~models.Q(outcome="") & models.Q(answered_at__isnull=False))
                | (~_IS_ENDED & models.Q(outcome="", answered_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="rights_petition_outcome_of_kind",
                condition=models.Q(outcome="")
                | models.Q(kind="COMPLAINT", outcome__in=[one.value for one in COMPLAINT_OUTCOMES])
                | (
                    ~models.Q(kind="COMPLAINT")
                    & models.Q(outcome__in=[one.value for one in REQUEST_OUTCOMES])
                ),
            ),
            # Data are given, changed or erased only for somebody who was made sure of.
            models.CheckConstraint(
                name="rights_petition_known_person",
                condition=models.Q(carry_out_due_date__isnull=True) | ~models.Q(identity_check=""),
            ),
            models.CheckConstraint(
                name="rights_petition_carried_out",
                condition=models.Q(
                    state="DONE", carried_out_at__isnull=False, carry_out_due_date__isnull=False
                )
                | (~models.Q(state="DONE") & models.Q(carried_out_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="rights_petition_dates",
                condition=models.Q(answer_due_date__gte=models.F("received_date")),
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "-opened_at"], name="rights_petition_customer"),
            models.Index(
                fields=["answer_due_date"],
                name="rights_petition_due",
                condition=models.Q(state__in=["OPEN", "ANSWERED"]),
            ),
            models.Index(fields=["kind", "received_date"], name="rights_petition_month"),
        ]


class PetitionContact(models.Model):
    """A stored contact that a petition is about. PII: none."""

    petition = models.ForeignKey(Petition, on_delete=models.PROTECT, related_name="+", db_index=False)
    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["petition", "attempt"], name="rights_petition_contact_once")
        ]


class Answer(models.Model):
    """What the person was told; one for each opening. PII: text; erased by flows.erasure."""

    petition = models.ForeignKey(Petition, on_delete=models.PROTECT, related_name="+", db_index=False)
    # 1 for the first opening, 2 after it was opened again.
    number = models.PositiveSmallIntegerField()
    outcome = models.CharField(max_length=10)
    text = models.TextField()
    actor_label = models.CharField(max_length=120)
    at = models.DateTimeField()
    # How it left by ourselves; empty where no address was lawful.
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="+", null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["petition", "number"], name="rights_answer_once"),
            models.CheckConstraint(
                name="rights_answer_outcome", condition=models.Q(outcome__in=codes(Outcome))
            ),
        ]


class Reopening(models.Model):
    """Why a petition was opened again; one for each time. PII: words; erased by flows.erasure."""

    petition = models.ForeignKey(Petition, on_delete=models.PROTECT, related_name="+", db_index=False)
    # The opening that began with it: 2 for the first time, as the answer that ends it has 2.
    number = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=120, unique=True)
    words = models.TextField()
    # The person said so themselves; else staff or a program did.
    is_by_person = models.BooleanField()
    actor_label = models.CharField(max_length=120)
    at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["petition", "number"], name="rights_reopening_once"),
            models.CheckConstraint(name="rights_reopening_after_answer", condition=models.Q(number__gte=2)),
        ]


class Event(models.Model):
    """One thing that happened to a petition; append-only by trigger. PII: none (codes and days alone)."""

    petition = models.ForeignKey(Petition, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=12)
    at = models.DateTimeField()
    actor_label = models.CharField(max_length=120)
    data = models.JSONField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(name="rights_event_kind", condition=models.Q(kind__in=codes(EventKind)))
        ]
        indexes = [models.Index(fields=["petition", "at"], name="rights_event_petition")]
