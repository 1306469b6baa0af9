"""Movements of files (payments, credit notes …) that are posted or wait, and where debts came from."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

_COLUMNS = """
alter table intake_staged_row
    add column record text not null,
    add column related_document text not null,
    add column payment_group text not null,
    add column code text not null;
create unlogged table intake_staged_consent (
    row_number integer not null,
    external_id text not null,
    channel text not null,
    decision text not null
);
"""
_DROP = """
drop table intake_staged_consent;
alter table intake_staged_row
    drop column record, drop column related_document, drop column payment_group, drop column code;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0002_staging_tables"),
        ("payments", "0004_find_by_reference"),
        ("portfolio", "0003_leaner_indexes"),
    ]

    operations = [
        migrations.CreateModel(
            name="Movement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=100)),
                ("row_number", models.IntegerField()),
                ("place", models.IntegerField(db_default=1)),
                ("record", models.CharField(max_length=14)),
                ("state", models.CharField(max_length=10)),
                ("reason", models.CharField(db_default="", max_length=30)),
                ("customer_key", models.CharField(db_default="", max_length=120)),
                ("document_number", models.CharField(db_default="", max_length=80)),
                ("own_number", models.CharField(db_default="", max_length=80)),
                ("amount", models.DecimalField(decimal_places=2, max_digits=18, null=True)),
                ("remaining", models.DecimalField(decimal_places=2, max_digits=18, null=True)),
                ("currency", models.CharField(db_default="", max_length=3)),
                ("value_date", models.DateField()),
                ("method", models.CharField(db_default="", max_length=14)),
                ("reference", models.CharField(db_default="", max_length=120)),
                ("note", models.CharField(db_default="", max_length=300)),
                ("payment_group", models.CharField(db_default="", max_length=80)),
                ("code", models.CharField(db_default="", max_length=16)),
                ("dismissal", models.CharField(db_default="", max_length=10)),
                ("answer", models.CharField(db_default="", max_length=300)),
                ("settled_at", models.DateTimeField(null=True)),
                ("settled_by", models.CharField(db_default="", max_length=120)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name="Origin",
            fields=[
                (
                    "receivable",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="portfolio.receivable",
                    ),
                ),
                ("scope", models.CharField(max_length=120)),
                ("closing_key", models.CharField(db_default="", max_length=200)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="import",
            name="intake_import_kind",
        ),
        migrations.AddField(
            model_name="import",
            name="full_scope",
            field=models.CharField(db_default="", max_length=120),
        ),
        migrations.AddField(
            model_name="import",
            name="missing_closed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="movement",
            name="customer",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="portfolio.customer",
            ),
        ),
        migrations.AddField(
            model_name="movement",
            name="parent",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="intake.movement"
            ),
        ),
        migrations.AddField(
            model_name="movement",
            name="payment",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="payments.payment",
            ),
        ),
        migrations.AddField(
            model_name="movement",
            name="receivable",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="portfolio.receivable",
            ),
        ),
        migrations.AddField(
            model_name="movement",
            name="source",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="intake.import"
            ),
        ),
        migrations.AddField(
            model_name="origin",
            name="source",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="intake.import"
            ),
        ),
        migrations.AddConstraint(
            model_name="import",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "",
                            "RECEIVABLES",
                            "PAYMENTS",
                            "CUSTOMERS",
                            "LOANS",
                            "CREDIT_NOTES",
                            "ADJUSTMENTS",
                            "DISPUTES",
                            "CANCELLATIONS",
                            "MIXED",
                        ],
                    )
                ),
                name="intake_import_kind",
            ),
        ),
        migrations.AddIndex(
            model_name="movement",
            index=models.Index(
                condition=models.Q(("state", "WAITING")),
                fields=["record", "id"],
                name="intake_movement_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="movement",
            constraint=models.UniqueConstraint(fields=("key",), name="intake_movement_once"),
        ),
        migrations.AddConstraint(
            model_name="movement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("record__in", ["CANCELLATION", "CREDIT_NOTE", "ADJUSTMENT", "PAYMENT", "DISPUTE"])
                ),
                name="intake_movement_record",
            ),
        ),
        migrations.AddConstraint(
            model_name="movement",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["WAITING", "POSTED", "DISMISSED", "SPLIT"])),
                name="intake_movement_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="movement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("dismissal__in", ["NOT_OURS", "RETURNED", "REPEATED", "CANCELLED"]),
                        ("state", "DISMISSED"),
                    ),
                    models.Q(models.Q(("state", "DISMISSED"), _negated=True), ("dismissal", "")),
                    _connector="OR",
                ),
                name="intake_movement_dismissal",
            ),
        ),
        migrations.AddConstraint(
            model_name="movement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("record", "PAYMENT"), ("state", "POSTED"), _negated=True),
                    ("payment__isnull", False),
                    _connector="OR",
                ),
                name="intake_movement_payment",
            ),
        ),
        migrations.AddIndex(
            model_name="origin",
            index=models.Index(fields=["scope"], name="intake_origin_scope"),
        ),
        migrations.RunSQL(_COLUMNS, _DROP),
    ]
