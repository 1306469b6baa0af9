"""Why a person took a case back stands with the move, where erasing that person finds it."""

from django.db import migrations, models

# Until now only the audit trail held it.
COPY = """
update plans_action m set move_end_note = e.after ->> 'note'
from audit_event e
where e.action = 'customer-taken-back' and e.subject_id = m.id and e.after ->> 'note' is not null
    -- Who was erased since stays so.
    and not exists (
        select from audit_event x
        where x.action = 'customer-erased' and x.customer_id = m.customer_id and x.at >= e.at
    );
"""


class Migration(migrations.Migration):
    """The column, and what is known of moves that ended."""

    dependencies = [("plans", "0013_moves_end"), ("audit", "0002_event_append_only")]
    run_before = [("audit", "0003_notes_leave_the_trail")]

    operations = [
        migrations.AddField(model_name="action", name="move_end_note", field=models.TextField(db_default="")),
        migrations.RunSQL(COPY, migrations.RunSQL.noop),
    ]
