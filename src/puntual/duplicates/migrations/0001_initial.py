"""Pairs that may be one person, what was decided about them, and unions."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("portfolio", "0004_merged_into"),
    ]

    operations = [
        migrations.CreateModel(
            name="Search",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("seen_up_to", models.DateTimeField(null=True)),
                ("customers", models.IntegerField()),
                ("pairs_compared", models.BigIntegerField()),
                ("proposals", models.IntegerField()),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField()),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name="Proposal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("group_id", models.BigIntegerField()),
                ("strength", models.CharField(max_length=10)),
                ("name_score", models.PositiveSmallIntegerField()),
                ("evidence", models.JSONField()),
                ("state", models.CharField(db_default="PENDING", max_length=10)),
                ("found_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by", models.CharField(db_default="", max_length=120)),
                ("note", models.CharField(db_default="", max_length=300)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "high_customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="portfolio.customer"
                    ),
                ),
                (
                    "low_customer",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portfolio.customer",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Merge",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("moved", models.JSONField()),
                ("merged_at", models.DateTimeField()),
                ("merged_on", models.DateField()),
                ("actor_label", models.CharField(max_length=120)),
                ("undone_at", models.DateTimeField(null=True)),
                ("undone_by", models.CharField(db_default="", max_length=120)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "source",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portfolio.customer",
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="portfolio.customer"
                    ),
                ),
                (
                    "proposal",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merges",
                        to="duplicates.proposal",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="proposal",
            index=models.Index(
                condition=models.Q(("state", "PENDING")),
                fields=["strength", "group_id", "id"],
                name="duplicates_proposal_pending",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.UniqueConstraint(
                fields=("low_customer", "high_customer"), name="duplicates_proposal_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(("low_customer__lt", models.F("high_customer"))),
                name="duplicates_proposal_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(("strength__in", ["STRONG", "LIKELY", "POSSIBLE"])),
                name="duplicates_proposal_strength",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["PENDING", "CONFIRMED", "REJECTED"])),
                name="duplicates_proposal_state",
            ),
        ),
        migrations.AddIndex(
            model_name="merge",
            index=models.Index(fields=["-merged_at"], name="duplicates_merge_recent"),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.UniqueConstraint(
                condition=models.Q(("undone_at__isnull", True)),
                fields=("source",),
                name="duplicates_merge_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.CheckConstraint(
                condition=models.Q(("source", models.F("target")), _negated=True), name="duplicates_merge_two"
            ),
        ),
    ]
