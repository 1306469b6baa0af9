"""A review is answered once and never taken away; a verdict holds the hash of all that it says."""

from django.db import migrations

HASH = """
create function compliance_review_hash(r compliance_review) returns bytea language sql stable as $$
select sha256(convert_to(concat_ws(
    chr(31), r.id, r.customer_id, coalesce(r.action_id::text, ''), r.contact_point_id, r.channel, r.purpose,
    r.step_key, r.template, r.text_digest, array_to_string(r.rule_ids, ','), r.pack_digest, r.pack_version,
    r.for_day, r.state, extract(epoch from r.asked_at)::text, coalesce(extract(epoch from r.decided_at)::text, ''),
    coalesce(r.decided_by_id::text, ''), r.decided_by, r.reason_digest
), 'UTF8'))
$$;
"""
UNHASH = "drop function compliance_review_hash(compliance_review);"

# Of an answered one only the words of its reason may be erased: their hash stays.
GUARD = """
create function compliance_review_answered_once() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and (
        old.state = 'PENDING' or (new.reason = '' and compliance_review_hash(new) = compliance_review_hash(old))
    ) then
        return new;
    end if;
    raise exception 'an answered compliance_review is never changed' using errcode = 'restrict_violation';
end
$$;
create trigger compliance_review_answered_once before update or delete on compliance_review
    for each row execute function compliance_review_answered_once();
"""
UNGUARD = """
drop trigger compliance_review_answered_once on compliance_review;
drop function compliance_review_answered_once();
"""


class Migration(migrations.Migration):
    """Say how a review is hashed, and guard the table by a trigger."""

    dependencies = [("compliance", "0006_reviews")]

    operations = [migrations.RunSQL(HASH, UNHASH), migrations.RunSQL(GUARD, UNGUARD)]
