"""What people noted of a person leaves the trail, which nobody may erase: it stands with the action that it is about."""

from django.db import migrations

STRIP = """
alter table audit_event disable trigger audit_event_append_only;
update audit_event set after = after - 'note'
where action in ('action-stopped', 'task-put-aside', 'customer-moved', 'customer-taken-back') and after ? 'note';
alter table audit_event enable trigger audit_event_append_only;
"""


class Migration(migrations.Migration):
    """Once, and with the guard back in place in the same transaction."""

    dependencies = [("audit", "0002_event_append_only")]

    operations = [migrations.RunSQL(STRIP, migrations.RunSQL.noop)]
