"""An action may move a case instead of reaching somebody, and may wait for a person's approval."""

from django.db import migrations, models

_LIVE = ["PROPOSED", "QUEUED", "OPEN", "EXECUTED"]


class Migration(migrations.Migration):
    """Where an action moves a case, who works on it, and the state before it is approved."""

    dependencies = [("plans", "0005_decisions_by_pattern")]

    operations = [
        migrations.AddField(
            model_name="action", name="moves_to", field=models.CharField(db_default="", max_length=40)
        ),
        migrations.AddField(
            model_name="action", name="team", field=models.CharField(db_default="", max_length=40)
        ),
        migrations.RemoveConstraint(model_name="action", name="plans_action_state"),
        migrations.AddConstraint(
            model_name="action",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["PROPOSED", "QUEUED", "OPEN", "EXECUTED", "CANCELLED", "FAILED"])
                ),
                name="plans_action_state",
            ),
        ),
        migrations.RemoveConstraint(model_name="action", name="plans_action_step_once"),
        migrations.AddConstraint(
            model_name="action",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", _LIVE)),
                fields=("customer", "step_key", "anchor_date"),
                name="plans_action_step_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="action",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("channel", ""), ("moves_to", ""), _negated=True),
                    models.Q(("channel", ""), ("moves_to", ""), _connector="OR"),
                ),
                name="plans_action_one_thing",
            ),
        ),
        migrations.RemoveIndex(model_name="action", name="plans_action_pending"),
        migrations.AddIndex(
            model_name="action",
            index=models.Index(
                condition=models.Q(("state__in", ["PROPOSED", "QUEUED", "OPEN"])),
                fields=["state", "not_before"],
                name="plans_action_pending",
            ),
        ),
    ]
