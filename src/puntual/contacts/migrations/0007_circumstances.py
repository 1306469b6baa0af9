"""What is known of a person and stops or changes contact."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0006_reservation"),
        ("portfolio", "0011_enye_after_n"),
    ]

    operations = [
        migrations.CreateModel(
            name="Circumstance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=16)),
                ("reason", models.CharField(max_length=300)),
                ("source", models.CharField(max_length=80)),
                ("until_date", models.DateField(null=True)),
                ("lawyer_name", models.CharField(db_default="", max_length=200)),
                ("lawyer_contact", models.CharField(db_default="", max_length=300)),
                ("actor_label", models.CharField(max_length=120)),
                ("at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by", models.CharField(db_default="", max_length=120)),
                ("end_reason", models.CharField(db_default="", max_length=300)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "customer",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portfolio.customer",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["customer", "-at"], name="contacts_circumstance_customer")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("customer", "kind"),
                        name="contacts_circumstance_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "HARDSHIP",
                                    "CEASE",
                                    "REPRESENTED",
                                    "DECEASED",
                                    "DISABILITY",
                                    "OLDER_ADULT",
                                    "MINOR",
                                    "INSOLVENT",
                                    "ON_AD_REGISTER",
                                ],
                            )
                        ),
                        name="contacts_circumstance_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reason", ""), _negated=True), models.Q(("source", ""), _negated=True)
                        ),
                        name="contacts_circumstance_said",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "REPRESENTED"), models.Q(("lawyer_name", ""), _negated=True)),
                            models.Q(
                                models.Q(("kind", "REPRESENTED"), _negated=True),
                                ("lawyer_contact", ""),
                                ("lawyer_name", ""),
                            ),
                            _connector="OR",
                        ),
                        name="contacts_circumstance_lawyer",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("end_reason", ""), ("ended_at__isnull", True), ("ended_by", "")),
                            models.Q(
                                ("ended_at__gte", models.F("at")), models.Q(("ended_by", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="contacts_circumstance_ended",
                    ),
                ],
            },
        ),
    ]
