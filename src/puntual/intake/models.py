"""Files that came in, and what became of every row."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower, Now

from puntual.intake.types import (
    MOVEMENTS,
    Dismissal,
    FileKind,
    ImportPhase,
    ImportState,
    MovementState,
    RowOutcome,
)
from puntual.lib.codes import codes
from puntual.payments.models import Payment
from puntual.portfolio.models import Customer, Receivable


class Profile(models.Model):
    """What a person decided about files of one shape, under a name. PII: none (headers and choices)."""

    name = models.CharField(max_length=80)
    format = models.CharField(max_length=10)
    # The headers as the first file wrote them; `choices.columns` counts positions in them.
    headers = models.JSONField()
    choices = models.JSONField()
    actor_label = models.CharField(max_length=120, db_default="")
    used_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("name"), name="intake_profile_name"),
            models.CheckConstraint(name="intake_profile_named", condition=~models.Q(name="")),
        ]


class Import(models.Model):
    """One file and its outcome. PII: content holds personal data; erased by flows.erasure."""

    file_name = models.CharField(max_length=250)
    file_hash = models.CharField(max_length=64)
    file_bytes = models.BigIntegerField()
    content = models.BinaryField()
    kind = models.CharField(max_length=14, db_default="")
    state = models.CharField(max_length=10)
    # What was understood of the file: format, encoding, separator, header row, date order.
    dialect = models.JSONField(db_default={})
    # Column of the file -> field of ours.
    mapping = models.JSONField(db_default={})
    preview = models.JSONField(db_default={})
    # The profile whose choices it was read by; an import outlives the profile.
    profile = models.ForeignKey(Profile, null=True, on_delete=models.SET_NULL, related_name="imports")
    rows_total = models.IntegerField(db_default=0)
    rows_accepted = models.IntegerField(db_default=0)
    rows_unchanged = models.IntegerField(db_default=0)
    rows_rejected = models.IntegerField(db_default=0)
    rows_ignored = models.IntegerField(db_default=0)
    error = models.CharField(max_length=300, db_default="")
    # How far it is while it is applied; written over a connection of its own, so that others see it at once.
    phase = models.CharField(max_length=10, db_default="")
    steps_done = models.IntegerField(db_default=0)
    steps_total = models.IntegerField(db_default=0)
    cancel_requested_at = models.DateTimeField(null=True)
    actor_label = models.CharField(max_length=120, db_default="")
    uploaded_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)
    # Where the file came from, of which it tells all there is; empty when it does not claim to.
    full_scope = models.CharField(max_length=120, db_default="")
    missing_closed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="intake_import_kind", condition=models.Q(kind__in=["", *codes(FileKind)])
            ),
            models.CheckConstraint(
                name="intake_import_state", condition=models.Q(state__in=codes(ImportState))
            ),
            models.CheckConstraint(
                name="intake_import_phase", condition=models.Q(phase__in=["", *codes(ImportPhase)])
            ),
            models.CheckConstraint(
                name="intake_import_balance",
                condition=~models.Q(state="APPLIED")
                | models.Q(
                    rows_total=models.F("rows_accepted")
                    + models.F("rows_unchanged")
                    + models.F("rows_rejected")
                    + models.F("rows_ignored")
                ),
            ),
        ]
        indexes = [models.Index(fields=["-uploaded_at"], name="intake_import_recent")]


class ImportRow(models.Model):
    """One row as it stood in the file, and what became of it. PII: raw; erased by flows.erasure."""

    source = models.ForeignKey(Import, on_delete=models.PROTECT, related_name="rows")
    row_number = models.IntegerField()
    outcome = models.CharField(max_length=10)
    reason = models.CharField(max_length=60, db_default="")
    detail = models.CharField(max_length=300, db_default="")
    raw = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "row_number"], name="intake_row_once"),
            models.CheckConstraint(
                name="intake_row_outcome", condition=models.Q(outcome__in=codes(RowOutcome))
            ),
        ]
        indexes = [
            models.Index(
                fields=["source", "row_number"],
                name="intake_row_rejected",
                condition=models.Q(outcome="REJECTED"),
            ),
        ]


class Movement(models.Model):
    """
    A payment, credit note, adjustment, dispute or cancellation that a file brought, posted or waiting.

    `key` is what the row said, so the same row again is known whatever became of it.
    PII: customer_key, reference, note, answer; erased by flows.erasure.
    """

    key = models.CharField(max_length=100)
    source = models.ForeignKey(Import, on_delete=models.PROTECT, related_name="+")
    row_number = models.IntegerField()
    # Which of the equal rows of its file it is.
    place = models.IntegerField(db_default=1)
    record = models.CharField(max_length=14)
    state = models.CharField(max_length=10)
    # Why it waits.
    reason = models.CharField(max_length=30, db_default="")
    customer_key = models.CharField(max_length=120, db_default="")
    # The document that it is about, of a credit note maybe several ("F-1; F-2"), and its own number.
    document_number = models.TextField(db_default="")
    own_number = models.CharField(max_length=80, db_default="")
    amount = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    # What of the amount is not posted.
    remaining = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, db_default="")
    value_date = models.DateField()
    method = models.CharField(max_length=14, db_default="")
    reference = models.CharField(max_length=120, db_default="")
    note = models.CharField(max_length=300, db_default="")
    payment_group = models.CharField(max_length=80, db_default="")
    code = models.CharField(max_length=16, db_default="")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", null=True)
    receivable = models.ForeignKey(Receivable, on_delete=models.PROTECT, related_name="+", null=True)
    # The documents of a credit note that names several; then `receivable` is none.
    receivable_ids = ArrayField(models.BigIntegerField(), db_default=[])
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="+", null=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, related_name="+", null=True)
    dismissal = models.CharField(max_length=10, db_default="")
    answer = models.CharField(max_length=300, db_default="")
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=120, db_default="")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key"], name="intake_movement_once"),
            models.CheckConstraint(
                name="intake_movement_record", condition=models.Q(record__in=[one.value for one in MOVEMENTS])
            ),
            models.CheckConstraint(
                name="intake_movement_state", condition=models.Q(state__in=codes(MovementState))
            ),
            models.CheckConstraint(
                name="intake_movement_dismissal",
                condition=models.Q(state="DISMISSED", dismissal__in=codes(Dismissal))
                | (~models.Q(state="DISMISSED") & models.Q(dismissal="")),
            ),
            models.CheckConstraint(
                name="intake_movement_payment",
                condition=~models.Q(record="PAYMENT", state="POSTED") | models.Q(payment__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["record", "id"], name="intake_movement_waiting", condition=models.Q(state="WAITING")
            ),
            models.Index(
                fields=["payment_group"],
                name="intake_movement_group",
                condition=~models.Q(payment_group=""),
            ),
        ]


class Origin(models.Model):
    """
    Through which file of its door a debt came: the last full one, else the first; and whether it was closed because a
    full one left it out. PII: none.
    """

    receivable = models.OneToOneField(
        Receivable, on_delete=models.PROTECT, related_name="+", primary_key=True
    )
    scope = models.CharField(max_length=120)
    source = models.ForeignKey(Import, on_delete=models.PROTECT, related_name="+")
    # What closed it, to be taken back when a file brings it again; in the ledger under `closing_key`.
    closing_key = models.CharField(max_length=200, db_default="")

    class Meta:
        indexes = [models.Index(fields=["scope"], name="intake_origin_scope")]


class RowPage(models.Model):
    """
    What became of some neighbouring rows of an applied file, one place for each. PII: none.

    The letters of `outcomes` are the first ones of RowOutcome; cells are read from the kept file.
    """

    source = models.ForeignKey(Import, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.IntegerField()
    row_numbers = ArrayField(models.IntegerField())
    outcomes = models.TextField()
    receivable_ids = ArrayField(models.BigIntegerField(null=True))
    payment_ids = ArrayField(models.BigIntegerField(null=True))
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "number"], name="intake_rowpage_once"),
        ]
