"""What somebody writes to one person: the words, and what they answer."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("outreach", "0005_portal_link_failed_total"),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="own_title",
            field=models.CharField(db_default="", max_length=120),
        ),
        migrations.AddField(
            model_name="message",
            name="own_words",
            field=models.TextField(db_default=""),
        ),
    ]
