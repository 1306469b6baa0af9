"""What a promise was before stays known; what is known of the past until now stands in the audit trail."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

_TELL = """
insert into agreements_promisepast (promise_id, state, until_at)
select e.subject_id, e.before ->> 'state', e.at
from audit_event e
join agreements_promise p on p.id = e.subject_id
where e.subject_type = 'promise' and e.before ->> 'state' <> e.after ->> 'state'
order by e.id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("agreements", "0002_dispute_owner"),
        ("audit", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="PromisePast",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("state", models.CharField(max_length=12)),
                ("settled_on", models.DateField(null=True)),
                ("until_at", models.DateTimeField()),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "promise",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pasts",
                        to="agreements.promise",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["promise", "until_at"], name="agreements_promise_past")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                ["ACTIVE", "KEPT", "PARTLY_KEPT", "BROKEN", "CANCELLED", "SUPERSEDED"],
                            )
                        ),
                        name="agreements_promise_past_state",
                    )
                ],
            },
        ),
        migrations.RunSQL(_TELL, migrations.RunSQL.noop),
    ]
