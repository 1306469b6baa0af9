"""An action knows the last day on which the plan takes its step: what nobody approved by then ends."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Proposals from before get the days that a step has which says nothing of it."""

    dependencies = [("plans", "0011_writers_of_versions")]

    operations = [
        migrations.AddField(model_name="action", name="last_day", field=models.DateField(null=True)),
        migrations.RunSQL(
            "update plans_action a set last_day = r.as_of + 3 from plans_run r"
            " where r.id = a.run_id and a.state = 'PROPOSED'",
            migrations.RunSQL.noop,
        ),
    ]
