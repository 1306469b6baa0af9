"""Campaigns beside the plan, steps stopped for a day, and actions that come from a campaign instead of a run."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0004_what_was_known"),
        ("plans", "0006_moves_and_approvals"),
        ("portfolio", "0009_receivable_past"),
    ]

    operations = [
        migrations.CreateModel(
            name="StepStop",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("as_of", models.DateField()),
                ("step_key", models.CharField(max_length=60)),
                ("note", models.CharField(max_length=300)),
                ("actor_label", models.CharField(max_length=120)),
                ("stopped_at", models.DateTimeField()),
                ("lifted_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.AlterField(
            model_name="action",
            name="run",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="plans.run"
            ),
        ),
        migrations.CreateModel(
            name="Campaign",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("condition", models.JSONField(null=True)),
                ("segment_key", models.CharField(db_default="", max_length=40)),
                ("channel", models.CharField(max_length=10)),
                ("purpose", models.CharField(max_length=12)),
                ("template", models.CharField(db_default="", max_length=60)),
                ("team", models.CharField(db_default="", max_length=40)),
                ("instructions", models.CharField(db_default="", max_length=500)),
                ("not_before", models.DateTimeField()),
                ("state", models.CharField(max_length=10)),
                ("customers", models.IntegerField()),
                ("author_id", models.BigIntegerField()),
                ("author_label", models.CharField(max_length=120)),
                ("needs_approval", models.BooleanField()),
                ("approver_id", models.BigIntegerField(null=True)),
                ("approver_label", models.CharField(db_default="", max_length=120)),
                ("launched_at", models.DateTimeField(null=True)),
                ("stopped_at", models.DateTimeField(null=True)),
                ("stopped_by", models.CharField(db_default="", max_length=120)),
                ("stop_note", models.CharField(db_default="", max_length=300)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["PROPOSED", "LAUNCHED", "STOPPED"])),
                        name="plans_campaign_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approver_id__isnull", True),
                            models.Q(("approver_id", models.F("author_id")), _negated=True),
                            _connector="OR",
                        ),
                        name="plans_campaign_second_person",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("launched_at__isnull", True),
                            ("needs_approval", False),
                            ("approver_id__isnull", False),
                            _connector="OR",
                        ),
                        name="plans_campaign_approved",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CampaignDecision",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "campaign_id",
                        "customer_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="plans.campaign",
                    ),
                ),
                ("customer_id", models.BigIntegerField(db_index=True)),
                ("outcome", models.CharField(max_length=10)),
                (
                    "reasons",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None),
                ),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.AddField(
            model_name="action",
            name="campaign",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="plans.campaign"
            ),
        ),
        migrations.AddConstraint(
            model_name="action",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("campaign__isnull", False), ("run__isnull", True)),
                    models.Q(("campaign__isnull", True), ("run__isnull", False)),
                    _connector="OR",
                ),
                name="plans_action_one_origin",
            ),
        ),
        migrations.AddConstraint(
            model_name="stepstop",
            constraint=models.UniqueConstraint(
                condition=models.Q(("lifted_at__isnull", True)),
                fields=("as_of", "step_key"),
                name="plans_stepstop_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="campaigndecision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("outcome__in", ["ACT", "WAIT", "HOLD", "BLOCKED", "SKIPPED", "MISSED", "DONE"])
                ),
                name="plans_campaigndecision_outcome",
            ),
        ),
    ]
