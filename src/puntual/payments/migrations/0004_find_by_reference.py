"""Payments are found by how their reference begins."""

import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the index."""

    dependencies = [
        ("payments", "0003_leaner_indexes"),
        ("portfolio", "0003_leaner_indexes"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Upper("reference"), name="varchar_pattern_ops"
                ),
                name="payments_payment_reference",
            ),
        ),
    ]
