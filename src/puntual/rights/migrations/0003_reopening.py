"""Why a petition was opened again, in words."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("rights", "0002_event_append_only"),
    ]

    operations = [
        migrations.CreateModel(
            name="Reopening",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("key", models.CharField(max_length=120, unique=True)),
                ("words", models.TextField()),
                ("is_by_person", models.BooleanField()),
                ("actor_label", models.CharField(max_length=120)),
                ("at", models.DateTimeField()),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "petition",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="rights.petition",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("petition", "number"), name="rights_reopening_once"),
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 2)), name="rights_reopening_after_answer"
                    ),
                ],
            },
        ),
    ]
