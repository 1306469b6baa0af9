"""Rows of rights_event are never changed or deleted: only dropping the company's schema ends them."""

from django.db import migrations

GUARD = """
create function rights_event_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'rights_event is append-only' using errcode = 'restrict_violation';
end
$$;
create trigger rights_event_append_only before update or delete on rights_event
    for each row execute function rights_event_append_only();
"""

UNGUARD = """
drop trigger rights_event_append_only on rights_event;
drop function rights_event_append_only();
"""


class Migration(migrations.Migration):
    """Guard the table by a trigger."""

    dependencies = [("rights", "0001_initial")]

    operations = [migrations.RunSQL(GUARD, UNGUARD)]
