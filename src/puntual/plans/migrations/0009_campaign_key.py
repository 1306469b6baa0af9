"""A campaign has the key of whoever asked for it: asked for twice, it begins once."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """The key of a campaign; those from before have one by their number."""

    dependencies = [("plans", "0008_run_chunks")]

    operations = [
        migrations.AddField(
            model_name="campaign", name="key", field=models.CharField(max_length=120, null=True)
        ),
        migrations.RunSQL("update plans_campaign set key = 'campaign:' || id", migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="campaign", name="key", field=models.CharField(max_length=120, unique=True)
        ),
    ]
