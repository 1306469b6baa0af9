"""Daily pictures of the portfolio, what is wrong with its data, and reports of rehearsals."""

from django.db import models
from django.db.models.functions import Now

from puntual.insights.types import FindingCode, RehearsalKind, RehearsalState, Subject
from puntual.intake.models import Import
from puntual.lib.codes import codes
from puntual.portfolio.models import Customer, Receivable
from puntual.portfolio.types import ReceivableKind


class Snapshot(models.Model):
    """The portfolio of one day by stage, bucket and currency. PII: none."""

    pk = models.CompositePrimaryKey("as_of", "stage", "bucket", "currency")
    as_of = models.DateField()
    stage = models.CharField(max_length=16)
    bucket = models.CharField(max_length=10)
    currency = models.CharField(max_length=3)
    customers = models.IntegerField()
    receivables = models.IntegerField()
    open_amount = models.DecimalField(max_digits=24, decimal_places=2)
    created_at = models.DateTimeField(db_default=Now())


class Finding(models.Model):
    """
    Something wrong with stored data; open until a check no longer sees it.

    PII: part, detail, accepted_note; erased by flows.erasure.
    """

    code = models.CharField(max_length=30)
    subject = models.CharField(max_length=12)
    subject_id = models.BigIntegerField()
    # Tells two findings of one kind about one subject apart: the heading of a column, a paper.
    part = models.CharField(max_length=120, db_default="")
    # Empty only where the finding is about the company itself.
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", null=True)
    receivable = models.ForeignKey(
        Receivable, on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    detail = models.JSONField(db_default={})
    # The newest load that brought the data, and its row there.
    source = models.ForeignKey(Import, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    row_number = models.IntegerField(null=True)
    first_seen_at = models.DateTimeField()
    # When its facts last changed, or it came back.
    changed_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    # A person looked and says that it is right as it is; ends when the facts change.
    accepted_at = models.DateTimeField(null=True)
    accepted_label = models.CharField(max_length=120, db_default="")
    accepted_note = models.CharField(max_length=300, db_default="")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["code", "subject", "subject_id", "part"], name="insights_finding_once"
            ),
            models.CheckConstraint(
                name="insights_finding_code", condition=models.Q(code__in=codes(FindingCode))
            ),
            models.CheckConstraint(
                name="insights_finding_subject", condition=models.Q(subject__in=codes(Subject))
            ),
            models.CheckConstraint(
                name="insights_finding_customer",
                condition=models.Q(subject="COMPANY", customer__isnull=True)
                | (~models.Q(subject="COMPANY") & models.Q(customer__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(
                fields=["code", "id"],
                name="insights_finding_open",
                condition=models.Q(resolved_at__isnull=True),
                include=["customer", "accepted_at"],
            ),
            models.Index(
                fields=["source", "code"],
                name="insights_finding_of_load",
                condition=models.Q(resolved_at__isnull=True, source__isnull=False),
            ),
        ]


class FindingCount(models.Model):
    """How many findings of a kind were open at the end of a day. PII: none."""

    pk = models.CompositePrimaryKey("as_of", "code")
    as_of = models.DateField()
    code = models.CharField(max_length=30)
    findings = models.IntegerField()
    customers = models.IntegerField()
    created_at = models.DateTimeField(db_default=Now())


class QualityCheck(models.Model):
    """That the whole portfolio was looked through on a day. PII: none."""

    as_of = models.DateField(primary_key=True)
    customers = models.IntegerField()
    new_findings = models.IntegerField()
    changed_findings = models.IntegerField()
    resolved_findings = models.IntegerField()
    checked_at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now())


class LoadReview(models.Model):
    """What a look at the data of one load found on its day; findings go on changing after it. PII: none."""

    source = models.OneToOneField(Import, on_delete=models.PROTECT, related_name="+", primary_key=True)
    customers = models.IntegerField()
    # {code: findings} of the rows of the load, when it was looked at.
    counts = models.JSONField(db_default={})
    reviewed_at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now())


class LoadedRow(models.Model):
    """Which row of a load brought what, only while it is being looked at. PII: none."""

    # Rows of a load stand here for minutes: checking each against its load would cost more than it tells.
    source = models.ForeignKey(Import, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    row_number = models.IntegerField()
    customer_id = models.BigIntegerField()
    receivable_id = models.BigIntegerField(null=True)
    payment_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(db_default=Now())


class RequiredPaper(models.Model):
    """A paper that the company wants to hold for a kind of debt. PII: none."""

    kind = models.CharField(max_length=12)
    code = models.CharField(max_length=80)
    name = models.CharField(max_length=80)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "code"], name="insights_paper_once"),
            models.CheckConstraint(
                name="insights_paper_kind", condition=models.Q(kind__in=codes(ReceivableKind))
            ),
            models.CheckConstraint(name="insights_paper_code", condition=~models.Q(code="")),
        ]


class SeenPaper(models.Model):
    """That a person has seen a paper of a debt, and where it lies. PII: place; erased by flows.erasure."""

    receivable = models.ForeignKey(Receivable, on_delete=models.PROTECT, related_name="+", db_index=False)
    code = models.CharField(max_length=80)
    place = models.CharField(max_length=200, db_default="")
    actor_label = models.CharField(max_length=120, db_default="")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["receivable", "code"], name="insights_seen_paper_once"),
        ]


class Rehearsal(models.Model):
    """
    What a plan version would do, as somebody asked for it; the report names customers by row id alone. PII: none.

    No foreign key to the version: a draft may be thrown away, and what was found out of it stays.
    """

    kind = models.CharField(max_length=10)
    version_id = models.BigIntegerField()
    version_label = models.CharField(max_length=140)
    first_date = models.DateField()
    last_date = models.DateField()
    state = models.CharField(max_length=10, db_default=RehearsalState.WAITING.value)
    # Customers done, of how many.
    done = models.IntegerField(db_default=0)
    total = models.IntegerField(db_default=0)
    report = models.JSONField(null=True)
    error = models.CharField(max_length=300, db_default="")
    actor_label = models.CharField(max_length=120, db_default="")
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="insights_rehearsal_kind", condition=models.Q(kind__in=codes(RehearsalKind))
            ),
            models.CheckConstraint(
                name="insights_rehearsal_state", condition=models.Q(state__in=codes(RehearsalState))
            ),
            models.CheckConstraint(
                name="insights_rehearsal_days", condition=models.Q(last_date__gte=models.F("first_date"))
            ),
            models.CheckConstraint(
                name="insights_rehearsal_report",
                condition=models.Q(state="DONE", report__isnull=False)
                | (~models.Q(state="DONE") & models.Q(report__isnull=True)),
            ),
        ]
