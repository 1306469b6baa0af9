"""Keep what contacts and plans still have to be told, and let one message a customer be in flight."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outreach", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="reported_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(
                    reported_at__isnull=True,
                    state__in=["SENT", "FAILED", "BOUNCED", "CANCELLED", "UNKNOWN"],
                ),
                fields=["customer", "id"],
                name="outreach_message_unreported",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.UniqueConstraint(
                condition=models.Q(state__in=["CLAIMED", "SENDING"]),
                fields=("customer",),
                name="outreach_message_one_in_flight",
            ),
        ),
    ]
