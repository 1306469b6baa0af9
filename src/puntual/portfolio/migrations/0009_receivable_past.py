"""The days that a receivable had before its source changed them stay known."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("portfolio", "0008_account_without_double_index"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReceivablePast",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("issue_date", models.DateField()),
                ("due_date", models.DateField()),
                ("until_at", models.DateTimeField()),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "receivable",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pasts",
                        to="portfolio.receivable",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["receivable", "until_at"], name="portfolio_receivable_past")
                ],
            },
        ),
    ]
