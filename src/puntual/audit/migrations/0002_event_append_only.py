"""Rows of audit_event are never changed or deleted: only dropping the company's schema ends them."""

from django.db import migrations

GUARD = """
create function audit_event_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'audit_event is append-only' using errcode = 'restrict_violation';
end
$$;
create trigger audit_event_append_only before update or delete on audit_event
    for each row execute function audit_event_append_only();
"""

UNGUARD = """
drop trigger audit_event_append_only on audit_event;
drop function audit_event_append_only();
"""


class Migration(migrations.Migration):
    """Guard the table by a trigger."""

    dependencies = [("audit", "0001_initial")]

    operations = [migrations.RunSQL(GUARD, UNGUARD)]
