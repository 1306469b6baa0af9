"""Credit notes that name several documents."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("intake", "0009_rows_of_several_debts")]

    operations = [
        migrations.AlterField("movement", "document_number", models.TextField(db_default="")),
        migrations.AddField(
            "movement",
            "receivable_ids",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), db_default=[], size=None
            ),
        ),
    ]
