"""A move of a case ends: when nothing is owed any more, or when a person takes the case back."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """The moment at which a move ended."""

    dependencies = [("plans", "0012_last_day_of_actions")]

    operations = [
        migrations.AddField(model_name="action", name="move_ended_at", field=models.DateTimeField(null=True)),
    ]
