"""How far an import is, a word to stop it, what became of every row; file bytes kept in pieces that can be cut."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("intake", "0004_profiles")]

    operations = [
        migrations.AddField("import", "phase", models.CharField(max_length=10, db_default="")),
        migrations.AddField("import", "steps_done", models.IntegerField(db_default=0)),
        migrations.AddField("import", "steps_total", models.IntegerField(db_default=0)),
        migrations.AddField("import", "cancel_requested_at", models.DateTimeField(null=True)),
        migrations.AddConstraint(
            "import",
            models.CheckConstraint(
                name="intake_import_phase",
                condition=models.Q(phase__in=["", "WAITING", "READING", "JUDGING", "WRITING", "CLOSING"]),
            ),
        ),
        migrations.CreateModel(
            name="RowPage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.IntegerField()),
                (
                    "row_numbers",
                    django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None),
                ),
                ("outcomes", models.TextField()),
                (
                    "receivable_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(null=True), size=None
                    ),
                ),
                (
                    "payment_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(null=True), size=None
                    ),
                ),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "source",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="intake.import",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("source", "number"), name="intake_rowpage_once")
                ],
            },
        ),
        # Not packed: a piece of a large file is then read without reading what stands before it.
        migrations.RunSQL(
            "alter table intake_import alter column content set storage external",
            "alter table intake_import alter column content set storage extended",
        ),
    ]
