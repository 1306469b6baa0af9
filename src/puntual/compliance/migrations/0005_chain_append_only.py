"""The hash of a verdict, the same wherever it is asked for; packs, blocks and links are never changed or deleted."""

from django.db import migrations

HASH = """
create function compliance_verdict_hash(v compliance_verdict) returns bytea language sql stable as $$
select sha256(convert_to(concat_ws(
    chr(31), v.id, v.customer_id, coalesce(v.action_id::text, ''), v.step_key, v.channel, v.moment,
    extract(epoch from v.at)::text, v.outcome, array_to_string(v.rule_ids, ','),
    coalesce(extract(epoch from v.not_before)::text, ''), v.pack_version, v.inputs::text
), 'UTF8'))
$$;
"""
UNHASH = "drop function compliance_verdict_hash(compliance_verdict);"

_TABLES = ("compliance_pack", "compliance_block", "compliance_link")
GUARD = "".join(
    f"""
create function {table}_append_only() returns trigger language plpgsql as $$
begin
    raise exception '{table} is append-only' using errcode = 'restrict_violation';
end
$$;
create trigger {table}_append_only before update or delete on {table}
    for each row execute function {table}_append_only();
"""
    for table in _TABLES
)
UNGUARD = "".join(
    f"drop trigger {table}_append_only on {table}; drop function {table}_append_only();" for table in _TABLES
)


class Migration(migrations.Migration):
    """Guard the tables by triggers, and say how a verdict is hashed."""

    dependencies = [("compliance", "0004_chain")]

    operations = [migrations.RunSQL(HASH, UNHASH), migrations.RunSQL(GUARD, UNGUARD)]
