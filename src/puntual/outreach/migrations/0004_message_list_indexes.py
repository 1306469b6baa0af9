"""Let pages list messages newest first, also those of a rare state, without reading all of them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outreach", "0003_message_keys_without_indexes")]

    operations = [
        migrations.RemoveIndex("message", "outreach_message_recent"),
        migrations.AddIndex(
            "message", models.Index(fields=["-created_at", "-id"], name="outreach_message_newest")
        ),
        migrations.AddIndex(
            "message",
            models.Index(
                condition=models.Q(state__in=["CANCELLED", "FAILED", "BOUNCED", "UNKNOWN"]),
                fields=["state", "-created_at", "-id"],
                name="outreach_message_not_sent",
            ),
        ),
    ]
