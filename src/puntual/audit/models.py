"""The audit trail: append-only, by trigger."""

from django.db import models
from django.db.models.functions import Now

from puntual.audit.types import ActorKind
from puntual.lib.codes import codes


class Event(models.Model):
    """One change by one hand. PII: actor_label names staff; what people note of a customer stands elsewhere."""

    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=10)
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=120)
    action = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField(null=True)
    customer_id = models.BigIntegerField(null=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="audit_event_actor_kind", condition=models.Q(actor_kind__in=codes(ActorKind))
            ),
        ]
        indexes = [
            models.Index(fields=["customer_id", "-at"], name="audit_event_customer"),
            models.Index(fields=["-at"], name="audit_event_at"),
        ]
