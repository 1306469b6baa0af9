"""Rows that hold several debts: a loan with all its instalments."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("intake", "0008_progress_and_row_pages")]

    operations = [
        migrations.RunSQL(
            "alter table intake_staged_row add column file_row integer",
            "alter table intake_staged_row drop column file_row",
        )
    ]
