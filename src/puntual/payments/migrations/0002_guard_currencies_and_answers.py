"""Currencies are codes, a confirmed report has its payment, and what waits is found by an index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Guard the tables."""

    dependencies = [
        ("payments", "0001_initial"),
        ("portfolio", "0002_ledgerentry_append_only"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(
                condition=models.Q(("unapplied_amount__gt", 0)),
                fields=["value_date", "id"],
                name="payments_payment_credit",
            ),
        ),
        migrations.AddIndex(
            model_name="reportedpayment",
            index=models.Index(
                condition=models.Q(("state", "REPORTED")),
                fields=["reported_at", "id"],
                name="payments_report_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="payments_payment_currency"
            ),
        ),
        migrations.AddConstraint(
            model_name="reportedpayment",
            constraint=models.CheckConstraint(
                condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="payments_report_currency"
            ),
        ),
        migrations.AddConstraint(
            model_name="reportedpayment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("payment__isnull", False), ("state", "CONFIRMED")),
                    models.Q(models.Q(("state", "CONFIRMED"), _negated=True), ("payment__isnull", True)),
                    _connector="OR",
                ),
                name="payments_report_answered",
            ),
        ),
    ]
