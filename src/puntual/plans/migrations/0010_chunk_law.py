"""A chunk of a run names the rules of the law by which it was decided."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """The version of the law pack; of chunks from before it is not known."""

    dependencies = [("plans", "0009_campaign_key")]

    operations = [
        migrations.AddField(
            model_name="runchunk", name="law_version", field=models.CharField(db_default="", max_length=40)
        ),
    ]
