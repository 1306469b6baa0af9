"""A version keeps everyone who wrote in it, so that none of them approves it."""

import django.contrib.postgres.fields
from django.db import migrations, models

_KNOWN = "update plans_planversion set writer_ids = array[author_id] where author_id is not null"

_IMMUTABLE = """
create or replace function plans_version_is_kept() returns trigger language plpgsql as $$
begin
    if old.state not in ('DRAFT') and (
        new.text, new.document, new.document_hash, new.number, new.plan_id, new.author_id, new.author_label{more_new}
    ) is distinct from (
        old.text, old.document, old.document_hash, old.number, old.plan_id, old.author_id, old.author_label{more_old}
    ) then
        raise exception 'a plan version that has left the draft does not change' using errcode = 'restrict_violation';
    end if;
    if old.state in ('ACTIVE', 'RETIRED') and new.state not in ('ACTIVE', 'RETIRED') then
        raise exception 'a plan version that was in force is never open again' using errcode = 'restrict_violation';
    end if;
    return new;
end
$$;
"""


class Migration(migrations.Migration):
    """Column, what is known of older versions, constraint, trigger."""

    dependencies = [("plans", "0010_chunk_law")]

    operations = [
        migrations.AddField(
            model_name="planversion",
            name="writer_ids",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), db_default=[], size=None
            ),
        ),
        migrations.RunSQL(_KNOWN, migrations.RunSQL.noop),
        migrations.RunSQL("set constraints all immediate", migrations.RunSQL.noop),
        migrations.RemoveConstraint(model_name="planversion", name="plans_version_second_person"),
        migrations.AddConstraint(
            model_name="planversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approver_id__isnull", True),
                    models.Q(("writer_ids__contains", [models.F("approver_id")]), _negated=True),
                    _connector="OR",
                ),
                name="plans_version_second_person",
            ),
        ),
        migrations.RunSQL(
            _IMMUTABLE.format(more_new=", new.writer_ids", more_old=", old.writer_ids"),
            _IMMUTABLE.format(more_new="", more_old=""),
        ),
    ]
