"""A run is a list of chunks that any number of workers take, instead of one marker that one worker moves."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models.functions import Now


class Migration(migrations.Migration):
    """Chunks of a run, and the day of the run before it."""

    dependencies = [("plans", "0007_campaigns")]

    operations = [
        migrations.RemoveField(model_name="run", name="done_up_to_customer"),
        migrations.AddField(model_name="run", name="previous_as_of", field=models.DateField(null=True)),
        migrations.CreateModel(
            name="RunChunk",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("after", models.BigIntegerField()),
                ("up_to", models.BigIntegerField()),
                ("customers", models.IntegerField()),
                ("known_at", models.DateTimeField()),
                ("began_at", models.DateTimeField(db_default=Now(), null=True)),
                ("done_at", models.DateTimeField(db_default=Now(), null=True)),
                ("created_at", models.DateTimeField(db_default=Now())),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="chunks", to="plans.run"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("run", "up_to"), name="plans_runchunk_once"),
                    models.CheckConstraint(
                        condition=models.Q(("after__lt", models.F("up_to"))), name="plans_runchunk_range"
                    ),
                ],
            },
        ),
    ]
