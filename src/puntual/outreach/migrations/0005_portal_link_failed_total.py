"""Count all wrong answers of a portal link, so that nobody guesses four digits with patience."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outreach", "0004_message_list_indexes")]

    operations = [
        migrations.AddField(
            model_name="portallink",
            name="failed_total",
            field=models.PositiveSmallIntegerField(db_default=0),
        ),
    ]
