"""Templates, messages, deliveries and portal links of one company."""

from uuid import uuid4

from django.db import models
from django.db.models.functions import Now

from puntual.contacts.models import ContactPoint
from puntual.lib.codes import codes
from puntual.outreach.types import MessageState
from puntual.plans.models import Action
from puntual.portfolio.models import Customer


class TemplateVersion(models.Model):
    """One immutable wording of a template in a language. PII: none."""

    key = models.CharField(max_length=60)
    channel = models.CharField(max_length=10)
    language = models.CharField(max_length=10)
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    subject = models.TextField()
    text = models.TextField()
    html = models.TextField()
    content_hash = models.CharField(max_length=64)
    is_active = models.BooleanField(db_default=False)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key", "channel", "language", "number"], name="outreach_template_number"
            ),
            models.UniqueConstraint(
                fields=["key", "channel", "language"],
                condition=models.Q(is_active=True),
                name="outreach_template_one_active",
            ),
        ]


class PortalLink(models.Model):
    """A debtor's way into the portal; the token is this id, signed. PII: none."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    failed_attempts = models.PositiveSmallIntegerField(db_default=0)
    # Never forgotten, unlike the failures since the last proof or lock.
    failed_total = models.PositiveSmallIntegerField(db_default=0)
    locked_until = models.DateTimeField(null=True)
    last_visit_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["customer", "-created_at"], name="outreach_link_customer")]


class Message(models.Model):
    """One message to one person. PII: recipient, own_words, subject, text, html; erased by flows.erasure."""

    # Our idempotency key toward the provider; also the local part of the Message-ID.
    key = models.UUIDField(unique=True, default=uuid4)
    action = models.OneToOneField(Action, on_delete=models.PROTECT, related_name="+", null=True)
    # Every change of state writes to every index of the row, and a message changes five times: only what is
    # searched has one.
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    contact_point = models.ForeignKey(
        ContactPoint, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    template_version = models.ForeignKey(
        TemplateVersion, on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    portal_link = models.ForeignKey(
        PortalLink, on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    channel = models.CharField(max_length=10)
    purpose = models.CharField(max_length=12)
    template = models.CharField(max_length=60)
    recipient = models.CharField(max_length=300)
    # What somebody wrote to this one person, and what it answers; its template puts them into a message.
    own_title = models.CharField(max_length=120, db_default="")
    own_words = models.TextField(db_default="")
    subject = models.TextField(db_default="")
    text = models.TextField(db_default="")
    html = models.TextField(db_default="")
    state = models.CharField(max_length=10, db_default=MessageState.QUEUED.value)
    reason = models.CharField(max_length=200, db_default="")
    tries = models.PositiveSmallIntegerField(db_default=0)
    not_before = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    claimed_by = models.CharField(max_length=80, db_default="")
    sent_at = models.DateTimeField(null=True)
    # When contacts and plans were told what became of it; empty while that is still to do.
    reported_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="outreach_message_state", condition=models.Q(state__in=codes(MessageState))
            ),
            # Two workers never write to one person at once: the law's caps count what was sent before.
            models.UniqueConstraint(
                fields=["customer"],
                condition=models.Q(state__in=["CLAIMED", "SENDING"]),
                name="outreach_message_one_in_flight",
            ),
        ]
        indexes = [
            models.Index(
                fields=["not_before", "id"],
                name="outreach_message_queue",
                condition=models.Q(state="QUEUED"),
            ),
            models.Index(
                fields=["claimed_at"],
                name="outreach_message_claimed",
                condition=models.Q(state__in=["CLAIMED", "SENDING"]),
            ),
            models.Index(
                fields=["customer", "id"],
                name="outreach_message_unreported",
                condition=models.Q(
                    reported_at__isnull=True,
                    state__in=["SENT", "FAILED", "BOUNCED", "CANCELLED", "UNKNOWN"],
                ),
            ),
            models.Index(fields=["customer", "-created_at"], name="outreach_message_customer"),
            models.Index(fields=["-created_at", "-id"], name="outreach_message_newest"),
            # The few that did not go out, for the page that lists them; the many that did need no index.
            models.Index(
                fields=["state", "-created_at", "-id"],
                name="outreach_message_not_sent",
                condition=models.Q(state__in=["CANCELLED", "FAILED", "BOUNCED", "UNKNOWN"]),
            ),
        ]


class DeliveryEvent(models.Model):
    """What a provider told of a message. PII: detail may hold an address; erased by flows.erasure."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=160, unique=True)
    kind = models.CharField(max_length=12)
    detail = models.TextField(db_default="")
    at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now())
