"""The facts that conditions ask of become columns; stages and segments are named by plans."""

import django.contrib.postgres.fields
import django.db.models.functions.datetime
from django.db import migrations, models

# The stages and segments of the first form of plans, by the keys that they have in the second one.
_NAMED_BY_PLANS = """
update assessment_customerstate s set
    stage_key = coalesce(k.stage_key, ''), segment = coalesce(g.segment, s.segment)
from assessment_customerstate o
left join (
    values ('PREVENTIVE', 'preventiva'), ('ADMINISTRATIVE', 'administrativa'), ('EXTRAJUDICIAL', 'extrajudicial'),
        ('JUDICIAL', 'judicial')
) as k (stage, stage_key) on k.stage = o.stage
left join (
    values ('NEW', 'nuevo'), ('PUNCTUAL', 'puntual'), ('SLOW', 'lento'), ('RISKY', 'riesgoso')
) as g (old, segment) on g.old = o.segment
where s.customer_id = o.customer_id;
update assessment_dailyfacts s set
    stage_key = coalesce(k.stage_key, ''), segment = coalesce(g.segment, s.segment)
from assessment_dailyfacts o
left join (
    values ('PREVENTIVE', 'preventiva'), ('ADMINISTRATIVE', 'administrativa'), ('EXTRAJUDICIAL', 'extrajudicial'),
        ('JUDICIAL', 'judicial')
) as k (stage, stage_key) on k.stage = o.stage
left join (
    values ('NEW', 'nuevo'), ('PUNCTUAL', 'puntual'), ('SLOW', 'lento'), ('RISKY', 'riesgoso')
) as g (old, segment) on g.old = o.segment
where (s.as_of, s.customer_id) = (o.as_of, o.customer_id)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("assessment", "0001_initial"),
        ("portfolio", "0009_receivable_past"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="customerstate",
            name="assessment_state_segment",
        ),
        migrations.AddField(
            model_name="customerstate",
            name="answer_count_90d",
            field=models.IntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name="customerstate",
            name="answering_channel",
            field=models.CharField(db_default="", max_length=10),
        ),
        migrations.AddField(
            model_name="customerstate",
            name="answering_hour",
            field=models.SmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="customerstate",
            name="average_days_late_12m",
            field=models.DecimalField(decimal_places=1, max_digits=8, null=True),
        ),
        migrations.AddField(
            model_name="customerstate",
            name="average_days_to_pay_12m",
            field=models.DecimalField(decimal_places=1, max_digits=8, null=True),
        ),
        migrations.AddField(
            model_name="customerstate",
            name="bounced_count_90d",
            field=models.IntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name="customerstate",
            name="broken_count_12m",
            field=models.IntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name="customerstate",
            name="broken_promise_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="customerstate",
            name="buckets",
            field=models.JSONField(db_default={}),
        ),
        migrations.AddField(
            model_name="customerstate",
            name="contact_count_30d",
            field=models.IntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name="customerstate",
            name="disputed_count",
            field=models.IntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name="customerstate",
            name="first_issue_date",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="customerstate",
            name="has_customer_dispute",
            field=models.BooleanField(db_default=False),
        ),
        migrations.AddField(
            model_name="customerstate",
            name="has_email",
            field=models.BooleanField(db_default=False),
        ),
        migrations.AddField(
            model_name="customerstate",
            name="has_phone",
            field=models.BooleanField(db_default=False),
        ),
        migrations.AddField(
            model_name="customerstate",
            name="held_count",
            field=models.IntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name="customerstate",
            name="hold_until",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="customerstate",
            name="kept_count_12m",
            field=models.IntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name="customerstate",
            name="last_contact_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="customerstate",
            name="last_payment_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="customerstate",
            name="late_count_12m",
            field=models.IntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name="customerstate",
            name="late_count_3m",
            field=models.IntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name="customerstate",
            name="late_count_6m",
            field=models.IntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name="customerstate",
            name="late_months",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.SmallIntegerField(), db_default=[], size=None
            ),
        ),
        migrations.AddField(
            model_name="customerstate",
            name="next_due_date",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="customerstate",
            name="open_count",
            field=models.IntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name="customerstate",
            name="overdue_amount",
            field=models.DecimalField(db_default=0, decimal_places=2, max_digits=18),
        ),
        migrations.AddField(
            model_name="customerstate",
            name="overdue_count",
            field=models.IntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name="customerstate",
            name="overdue_currency",
            field=models.CharField(db_default="", max_length=3),
        ),
        migrations.AddField(
            model_name="customerstate",
            name="paid_count_12m",
            field=models.IntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name="customerstate",
            name="paid_count_3m",
            field=models.IntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name="customerstate",
            name="paid_count_6m",
            field=models.IntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name="customerstate",
            name="partial_count_12m",
            field=models.IntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name="customerstate",
            name="portal_visit_count_90d",
            field=models.IntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name="customerstate",
            name="promise_due_date",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="customerstate",
            name="returned_count_12m",
            field=models.IntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name="customerstate",
            name="unanswered_count",
            field=models.IntegerField(db_default=0),
        ),
        migrations.AlterField(
            model_name="customerstate",
            name="segment",
            field=models.CharField(max_length=40),
        ),
        migrations.AddField(
            model_name="customerstate",
            name="stage_key",
            field=models.CharField(db_default="", max_length=40),
        ),
        migrations.AlterField(
            model_name="dailyfacts",
            name="segment",
            field=models.CharField(max_length=40),
        ),
        migrations.AddField(
            model_name="dailyfacts",
            name="stage_key",
            field=models.CharField(db_default="", max_length=40),
        ),
        migrations.AddIndex(
            model_name="customerstate",
            index=models.Index(
                condition=models.Q(
                    ("overdue_currency", ""), models.Q(("overdue_amounts", {}), _negated=True)
                ),
                fields=["customer"],
                name="assessment_state_several",
            ),
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "customer_id",
                        "kind",
                        "since",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("customer_id", models.BigIntegerField()),
                ("kind", models.CharField(max_length=7)),
                ("since", models.DateField()),
                ("until", models.DateField()),
                ("key", models.CharField(max_length=40)),
                ("stage", models.CharField(db_default="", max_length=16)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["STAGE", "SEGMENT"])),
                        name="assessment_membership_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("since__lt", models.F("until"))),
                        name="assessment_membership_days",
                    ),
                ],
                "indexes": [models.Index(fields=["kind", "until"], name="assessment_membership_left")],
            },
        ),
        migrations.RunSQL(_NAMED_BY_PLANS, migrations.RunSQL.noop),
    ]
