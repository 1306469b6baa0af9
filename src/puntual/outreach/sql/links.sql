-- live_links --
-- The newest open link of each customer that lives long enough.
select distinct on (customer_id) customer_id, id
from outreach_portallink
where customer_id = any(%(customer_ids)s::bigint[]) and revoked_at is null
    and expires_at >= %(lives_until)s::timestamptz
order by customer_id, created_at desc, id

-- add_links --
-- Open links, one for each customer named.
insert into outreach_portallink (id, customer_id, created_at, expires_at)
select n.id, n.customer_id, %(at)s::timestamptz, %(expires_at)s::timestamptz
from unnest(%(ids)s::uuid[], %(customer_ids)s::bigint[]) as n (id, customer_id)

-- link --
-- One link by its id, with how its debtor is called.
select l.id, l.customer_id, l.expires_at, l.revoked_at, l.failed_attempts, l.failed_total, l.locked_until,
    c.name, c.short_name, c.kind = 'PERSON' as is_person
from outreach_portallink l join portfolio_customer c on c.id = l.customer_id
where l.id = %(id)s::uuid

-- hold_link --
-- One link, held: wrong answers sent at once wait for each other and are all counted.
select failed_attempts, failed_total, locked_until, revoked_at
from outreach_portallink where id = %(id)s::uuid
for update

-- note_failure --
-- Keep what one more wrong answer did to a link.
update outreach_portallink
set failed_attempts = %(failed_attempts)s::int, failed_total = %(failed_total)s::int,
    locked_until = %(locked_until)s::timestamptz
where id = %(id)s::uuid

-- note_visit --
-- Identity was proven while the link was not closed: forget the failures and note the visit.
update outreach_portallink
set failed_attempts = 0, locked_until = null, last_visit_at = %(at)s::timestamptz
where id = %(id)s::uuid and revoked_at is null
    and (locked_until is null or locked_until <= %(at)s::timestamptz)
returning id

-- revoke --
-- Close a link for ever.
update outreach_portallink set revoked_at = %(at)s::timestamptz
where id = %(id)s::uuid and revoked_at is null
returning customer_id
