"""Lists of people not to contact, and who stands on them."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0008_wishes"),
    ]

    operations = [
        migrations.CreateModel(
            name="ExclusionList",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("kind", models.CharField(max_length=16)),
                ("from_date", models.DateField()),
                ("until_date", models.DateField(null=True)),
                ("file_name", models.CharField(max_length=200)),
                ("file_hash", models.CharField(max_length=64)),
                ("rows_total", models.IntegerField()),
                (
                    "unread_rows",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(), db_default=[], size=None
                    ),
                ),
                ("rows_unread", models.IntegerField()),
                ("actor_label", models.CharField(max_length=120)),
                ("at", models.DateTimeField()),
                ("applied_at", models.DateTimeField(null=True)),
                ("applied_by", models.CharField(db_default="", max_length=120)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("withdrawn_by", models.CharField(db_default="", max_length=120)),
                ("withdraw_reason", models.CharField(db_default="", max_length=300)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "indexes": [models.Index(fields=["-at"], name="contacts_list_newest")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("applied_at__isnull", False), ("withdrawn_at__isnull", True)),
                        fields=("name",),
                        name="contacts_list_in_force",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["AD_REGISTER", "COURT_ORDER", "OWN"])),
                        name="contacts_list_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="contacts_list_named"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until_date__isnull", True),
                            ("until_date__gte", models.F("from_date")),
                            _connector="OR",
                        ),
                        name="contacts_list_days",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("withdrawn_at__isnull", True), ("withdrawn_by", "")),
                            models.Q(
                                ("withdrawn_at__isnull", False), models.Q(("withdrawn_by", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="contacts_list_withdrawn",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Exclusion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=8)),
                ("digest", models.BinaryField(max_length=32)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "of_list",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="contacts.exclusionlist",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["digest", "kind"], name="contacts_exclusion_lookup")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("of_list", "kind", "digest"), name="contacts_exclusion_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["EMAIL", "PHONE", "TAX_ID"])),
                        name="contacts_exclusion_kind",
                    ),
                ],
            },
        ),
    ]
