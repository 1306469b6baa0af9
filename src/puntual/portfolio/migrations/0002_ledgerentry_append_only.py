"""Rows of portfolio_ledgerentry are never changed or deleted: only dropping the company's schema ends them."""

from django.db import migrations

GUARD = """
create function portfolio_ledgerentry_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'portfolio_ledgerentry is append-only' using errcode = 'restrict_violation';
end
$$;
create trigger portfolio_ledgerentry_append_only before update or delete on portfolio_ledgerentry
    for each row execute function portfolio_ledgerentry_append_only();
"""

UNGUARD = """
drop trigger portfolio_ledgerentry_append_only on portfolio_ledgerentry;
drop function portfolio_ledgerentry_append_only();
"""


class Migration(migrations.Migration):
    """Guard the table by a trigger."""

    dependencies = [("portfolio", "0001_initial")]

    operations = [migrations.RunSQL(GUARD, UNGUARD)]
