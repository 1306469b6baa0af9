"""Rows of compliance_verdict are never changed or deleted: only dropping the company's schema ends them."""

from django.db import migrations

GUARD = """
create function compliance_verdict_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'compliance_verdict is append-only' using errcode = 'restrict_violation';
end
$$;
create trigger compliance_verdict_append_only before update or delete on compliance_verdict
    for each row execute function compliance_verdict_append_only();
"""

UNGUARD = """
drop trigger compliance_verdict_append_only on compliance_verdict;
drop function compliance_verdict_append_only();
"""


class Migration(migrations.Migration):
    """Guard the table by a trigger."""

    dependencies = [("compliance", "0001_initial")]

    operations = [migrations.RunSQL(GUARD, UNGUARD)]
