"""Who complains or asks about their data is left alone until the answer."""

from django.db import migrations, models

_REASONS = [
    "REQUESTED",
    "HARDSHIP",
    "NEGOTIATION",
    "PAYMENT_REPORTED",
    "LEGAL",
    "CORRECTION",
    "PETITION",
    "OTHER",
]


class Migration(migrations.Migration):
    dependencies = [("agreements", "0006_pauses_of_tags_in_any_case")]

    operations = [
        migrations.RemoveConstraint(model_name="hold", name="agreements_hold_reason"),
        migrations.AddConstraint(
            model_name="hold",
            constraint=models.CheckConstraint(
                condition=models.Q(reason__in=_REASONS), name="agreements_hold_reason"
            ),
        ),
    ]
