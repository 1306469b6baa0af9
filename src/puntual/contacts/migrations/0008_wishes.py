"""How people like to be contacted, with its history: the channel that was liked becomes the first word of it."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

_KEEP = """
insert into contacts_wish (customer_id, channel, source, actor_label, at)
select customer_id, channel, 'portal', '', updated_at from contacts_preference
"""


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0007_circumstances"),
        ("portfolio", "0011_enye_after_n"),
    ]

    operations = [
        migrations.CreateModel(
            name="Wish",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("channel", models.CharField(db_default="", max_length=10)),
                (
                    "weekdays",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.SmallIntegerField(), db_default=[], size=None
                    ),
                ),
                ("starts", models.TimeField(null=True)),
                ("ends", models.TimeField(null=True)),
                ("source", models.CharField(max_length=80)),
                ("note", models.CharField(db_default="", max_length=300)),
                ("actor_label", models.CharField(max_length=120)),
                ("at", models.DateTimeField()),
                ("is_current", models.BooleanField(db_default=True)),
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
        ),
        migrations.AddIndex(
            model_name="wish",
            index=models.Index(fields=["customer", "-at"], name="contacts_wish_customer"),
        ),
        migrations.AddConstraint(
            model_name="wish",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_current", True)), fields=("customer",), name="contacts_wish_current"
            ),
        ),
        migrations.AddConstraint(
            model_name="wish",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("channel__in", ["", "EMAIL", "SMS", "WHATSAPP", "CALL", "LETTER", "VISIT", "PORTAL"])
                ),
                name="contacts_wish_channel",
            ),
        ),
        migrations.AddConstraint(
            model_name="wish",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ends__isnull", True), ("starts__isnull", True), ("weekdays__len", 0)),
                    models.Q(
                        ("ends__isnull", False),
                        ("starts__isnull", False),
                        ("starts__lt", models.F("ends")),
                        ("weekdays__contained_by", [0, 1, 2, 3, 4, 5, 6]),
                        ("weekdays__len__gt", 0),
                    ),
                    _connector="OR",
                ),
                name="contacts_wish_hours",
            ),
        ),
        migrations.RunSQL(_KEEP, migrations.RunSQL.noop),
        migrations.DeleteModel(
            name="Preference",
        ),
    ]
