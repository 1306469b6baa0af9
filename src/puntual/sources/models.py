"""Feeds that come in by themselves: where from, how far they were read, and what each visit brought."""

from django.db import models
from django.db.models.functions import Now

from puntual.intake.models import Import
from puntual.lib.codes import codes
from puntual.sources.types import DeliveryState, RunState

MINUTES_MIN, MINUTES_MAX = 5, 7 * 24 * 60


class Source(models.Model):
    """A feed. PII: state may hold names of files; secrets are only named here, never kept."""

    name = models.CharField(max_length=80)
    connector = models.CharField(max_length=20)
    settings = models.JSONField(db_default={})
    secret_name = models.CharField(max_length=40, db_default="")
    # What its files hold; empty: as recognised.
    kind = models.CharField(max_length=14, db_default="")
    # How its files are to be understood; empty: as recognised.
    profile = models.CharField(max_length=80, db_default="")
    schedule_minutes = models.IntegerField()
    # How far it was read; only its connector understands it.
    state = models.JSONField(db_default={})
    is_active = models.BooleanField(db_default=True)
    next_run_at = models.DateTimeField()
    last_run_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=300, db_default="")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name"], name="sources_source_name"),
            models.CheckConstraint(
                name="sources_source_minutes",
                condition=models.Q(schedule_minutes__gte=MINUTES_MIN, schedule_minutes__lte=MINUTES_MAX),
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_run_at"], name="sources_source_due", condition=models.Q(is_active=True)
            )
        ]


class Run(models.Model):
    """One visit to a source. PII: actor_label names a member of staff."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=10)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    deliveries = models.IntegerField(db_default=0)
    rows_accepted = models.IntegerField(db_default=0)
    rows_unchanged = models.IntegerField(db_default=0)
    rows_rejected = models.IntegerField(db_default=0)
    error = models.CharField(max_length=300, db_default="")
    actor_label = models.CharField(max_length=120, db_default="")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(name="sources_run_state", condition=models.Q(state__in=codes(RunState))),
            models.UniqueConstraint(
                fields=["source"], name="sources_run_one_at_a_time", condition=models.Q(state="RUNNING")
            ),
        ]
        indexes = [models.Index(fields=["source", "-started_at"], name="sources_run_recent")]


class Delivery(models.Model):
    """One file that a source brought; its bytes are in its import. PII: name may hold one."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+")
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="+")
    load = models.ForeignKey(Import, on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=250)
    state = models.CharField(max_length=10)
    error = models.CharField(max_length=300, db_default="")
    fetched_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="sources_delivery_state", condition=models.Q(state__in=codes(DeliveryState))
            ),
            models.CheckConstraint(
                name="sources_delivery_kept_or_refused",
                condition=models.Q(load__isnull=False) | models.Q(state="REFUSED"),
            ),
        ]
        indexes = [
            models.Index(fields=["source", "-fetched_at"], name="sources_delivery_recent"),
            models.Index(
                fields=["source"],
                name="sources_delivery_open",
                condition=models.Q(state__in=["KEPT", "WAITING"]),
            ),
        ]


class Sending(models.Model):
    """What a program sent in one call, known by its key; its bytes are in its import. PII: none."""

    key = models.CharField(max_length=120)
    content_hash = models.CharField(max_length=64)
    load = models.ForeignKey(Import, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key"], name="sources_sending_key")]
