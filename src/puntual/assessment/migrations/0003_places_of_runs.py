"""Where the runs placed each customer stays with the day; states say up to which moment they know everything."""

from django.db import migrations, models

# The days that were decided before had the places that the history and the states tell.
_SINCE_WHEN = """
update assessment_dailyfacts d set
    stage_since = coalesce(
        (
            select m.since from assessment_membership m
            where m.customer_id = d.customer_id and m.kind = 'STAGE' and m.key = d.stage_key
                and d.as_of >= m.since and d.as_of < m.until
        ),
        (
            select s.stage_since from assessment_customerstate s
            where s.customer_id = d.customer_id and s.stage_key = d.stage_key and s.stage_since <= d.as_of
        )
    ),
    segment_since = coalesce(
        (
            select m.since from assessment_membership m
            where m.customer_id = d.customer_id and m.kind = 'SEGMENT' and m.key = d.segment
                and d.as_of >= m.since and d.as_of < m.until
        ),
        (
            select s.segment_since from assessment_customerstate s
            where s.customer_id = d.customer_id and s.segment = d.segment and s.segment_since <= d.as_of
        )
    )
"""


class Migration(migrations.Migration):
    dependencies = [("assessment", "0002_facts_for_conditions")]

    operations = [
        migrations.AddField(
            model_name="customerstate",
            name="known_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="dailyfacts",
            name="segment_since",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="dailyfacts",
            name="stage_since",
            field=models.DateField(null=True),
        ),
        migrations.RunSQL(_SINCE_WHEN, migrations.RunSQL.noop),
    ]
