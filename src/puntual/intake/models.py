"""Files that came in, and what became of every row."""

from django.db import models
from django.db.models.functions import Now

from puntual.intake.types import FileKind, ImportState, RowOutcome
from puntual.lib.codes import codes


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
    rows_total = models.IntegerField(db_default=0)
    rows_accepted = models.IntegerField(db_default=0)
    rows_unchanged = models.IntegerField(db_default=0)
    rows_rejected = models.IntegerField(db_default=0)
    rows_ignored = models.IntegerField(db_default=0)
    error = models.CharField(max_length=300, db_default="")
    actor_label = models.CharField(max_length=120, db_default="")
    uploaded_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)
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
