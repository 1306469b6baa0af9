"""The currency of a bank line is a code."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Guard the table."""

    dependencies = [
        ("payments", "0002_guard_currencies_and_answers"),
        ("reconciliation", "0001_initial"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="bankline",
            constraint=models.CheckConstraint(
                condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="reconciliation_line_currency"
            ),
        ),
    ]
