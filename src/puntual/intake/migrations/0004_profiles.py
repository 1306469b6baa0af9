import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    """Profiles: what a person decided about files of one shape."""

    dependencies = [("intake", "0003_records_and_movements")]

    operations = [
        migrations.CreateModel(
            name="Profile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("format", models.CharField(max_length=10)),
                ("headers", models.JSONField()),
                ("choices", models.JSONField()),
                ("actor_label", models.CharField(db_default="", max_length=120)),
                ("used_at", models.DateTimeField(null=True)),
                ("updated_at", models.DateTimeField()),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("name"), name="intake_profile_name"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="intake_profile_named"
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="import",
            name="profile",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="imports",
                to="intake.profile",
            ),
        ),
    ]
