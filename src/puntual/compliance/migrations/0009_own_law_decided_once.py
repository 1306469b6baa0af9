"""A version of a company's own law is answered once, and nothing else of it ever changes; its hash says all of it."""

from django.db import migrations

HASH = """
create function compliance_ownlaw_hash(o compliance_ownlaw) returns bytea language sql stable as $$
select sha256(convert_to(concat_ws(
    chr(31), o.country, o.number, o.profile::text, o.literal_digest, o.is_looser, o.state, o.reason, o.counsel, o.basis,
    o.author_id, o.author, extract(epoch from o.proposed_at)::text, coalesce(o.decided_by_id::text, ''), o.decided_by,
    coalesce(extract(epoch from o.decided_at)::text, ''), o.decision_reason,
    coalesce(extract(epoch from o.effective_at)::text, '')
), 'UTF8'))
$$;
"""
UNHASH = "drop function compliance_ownlaw_hash(compliance_ownlaw);"
GUARD = """
create function compliance_ownlaw_decided_once() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and old.state = 'PROPOSED' and new.state <> 'PROPOSED'
        and (
            new.id, new.country, new.number, new.profile, new.literal_digest, new.is_literal, new.is_looser, new.reason, new.counsel,
            new.basis, new.author_id, new.author, new.proposed_at, new.created_at
        ) is not distinct from (
            old.id, old.country, old.number, old.profile, old.literal_digest, old.is_literal, old.is_looser, old.reason, old.counsel,
            old.basis, old.author_id, old.author, old.proposed_at, old.created_at
        )
    then
        return new;
    end if;
    raise exception 'a version of compliance_ownlaw is never changed' using errcode = 'restrict_violation';
end
$$;
create trigger compliance_ownlaw_decided_once before update or delete on compliance_ownlaw
    for each row execute function compliance_ownlaw_decided_once();
"""
UNGUARD = """
drop trigger compliance_ownlaw_decided_once on compliance_ownlaw;
drop function compliance_ownlaw_decided_once();
"""


class Migration(migrations.Migration):
    """Say how a version is hashed, and guard the table by a trigger."""

    dependencies = [("compliance", "0008_own_law")]

    operations = [migrations.RunSQL(HASH, UNHASH), migrations.RunSQL(GUARD, UNGUARD)]
