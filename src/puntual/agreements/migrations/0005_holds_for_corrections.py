"""What a debtor was right about waits for its correction."""

from django.db import migrations, models

_REASONS = ["REQUESTED", "HARDSHIP", "NEGOTIATION", "PAYMENT_REPORTED", "LEGAL", "CORRECTION", "OTHER"]


class Migration(migrations.Migration):
    dependencies = [("agreements", "0004_portfolio_pauses")]

    operations = [
        migrations.RemoveConstraint(model_name="hold", name="agreements_hold_reason"),
        migrations.AddConstraint(
            model_name="hold",
            constraint=models.CheckConstraint(
                condition=models.Q(reason__in=_REASONS), name="agreements_hold_reason"
            ),
        ),
    ]
