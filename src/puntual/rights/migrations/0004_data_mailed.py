"""A petition knows that the data it granted went with the e-mail of its answer."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("rights", "0003_reopening"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="event",
            name="rights_event_kind",
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "OPENED",
                            "CHANGED",
                            "TAKEN",
                            "IDENTIFIED",
                            "ANSWERED",
                            "REOPENED",
                            "WITHDRAWN",
                            "BLOCKED",
                            "CARRIED_OUT",
                            "DATA_MAILED",
                        ],
                    )
                ),
                name="rights_event_kind",
            ),
        ),
    ]
