"""Reports of rehearsals."""

import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("insights", "0003_proof_of_identity"),
    ]

    operations = [
        migrations.CreateModel(
            name="Rehearsal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=10)),
                ("version_id", models.BigIntegerField()),
                ("version_label", models.CharField(max_length=140)),
                ("first_date", models.DateField()),
                ("last_date", models.DateField()),
                ("state", models.CharField(db_default="WAITING", max_length=10)),
                ("done", models.IntegerField(db_default=0)),
                ("total", models.IntegerField(db_default=0)),
                ("report", models.JSONField(null=True)),
                ("error", models.CharField(db_default="", max_length=300)),
                ("actor_label", models.CharField(db_default="", max_length=120)),
                ("asked_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["PREVIEW", "CALENDAR", "REPLAY"])),
                        name="insights_rehearsal_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["WAITING", "RUNNING", "DONE", "FAILED"])),
                        name="insights_rehearsal_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("last_date__gte", models.F("first_date"))),
                        name="insights_rehearsal_days",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("report__isnull", False), ("state", "DONE")),
                            models.Q(models.Q(("state", "DONE"), _negated=True), ("report__isnull", True)),
                            _connector="OR",
                        ),
                        name="insights_rehearsal_report",
                    ),
                ],
            },
        ),
    ]
