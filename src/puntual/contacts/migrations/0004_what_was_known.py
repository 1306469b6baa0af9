"""What was known of a point before, and when an outcome was learned; the audit trail tells it of the points so far."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

_TELL = """
insert into contacts_pointpast (contact_point_id, state, until_at)
select e.subject_id, e.before ->> 'state', e.at
from audit_event e
join contacts_contactpoint p on p.id = e.subject_id
where e.subject_type = 'contact_point' and e.before ->> 'state' <> e.after ->> 'state'
order by e.id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0003_point_without_double_index"),
        ("audit", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="attempt",
            name="outcome_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.CreateModel(
            name="PointPast",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("state", models.CharField(max_length=10)),
                ("until_at", models.DateTimeField()),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "contact_point",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pasts",
                        to="contacts.contactpoint",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["contact_point", "until_at"], name="contacts_point_past")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["NEW", "VERIFIED", "WRONG", "BOUNCED"])),
                        name="contacts_point_past_state",
                    )
                ],
            },
        ),
        migrations.RunSQL(_TELL, migrations.RunSQL.noop),
    ]
