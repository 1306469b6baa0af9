-- insert_attempts --
-- Record attempts, and give up the places that were taken for them. One that is there already, by its key, stays as it is. Only what is known of a message may
-- change: one that nobody was sure of leaves later after all, or bounces; then its moment and outcome are those.
with taken as (
    delete from contacts_reservation r
    using unnest(
        %(keys)s::text[], %(customer_ids)s::bigint[], %(channels)s::text[], %(actor_labels)s::text[]
    ) as a (key, customer_id, channel, actor_label)
    where r.customer_id = a.customer_id
        and (r.key = a.key or (r.channel = a.channel and r.actor_label = a.actor_label))
)
insert into contacts_attempt (
    key, customer_id, contact_point_id, channel, direction, purpose, outcome, outcome_at, at, note, actor_label
)
select distinct on (a.key)
    a.key, a.customer_id, a.contact_point_id, a.channel, a.direction, a.purpose, a.outcome, a.outcome_at, a.at, a.note,
    a.actor_label
from unnest(
    %(keys)s::text[], %(customer_ids)s::bigint[], %(contact_point_ids)s::bigint[], %(channels)s::text[],
    %(directions)s::text[], %(purposes)s::text[], %(outcomes)s::text[], %(outcome_ats)s::timestamptz[],
    %(ats)s::timestamptz[], %(notes)s::text[], %(actor_labels)s::text[]
) as a (key, customer_id, contact_point_id, channel, direction, purpose, outcome, outcome_at, at, note, actor_label)
order by a.key
on conflict (key) do update
set at = excluded.at, outcome = excluded.outcome, outcome_at = excluded.outcome_at, note = excluded.note
where starts_with(contacts_attempt.key, 'message:')
    and (contacts_attempt.at, contacts_attempt.outcome, contacts_attempt.note)
        is distinct from (excluded.at, excluded.outcome, excluded.note)

-- reserve --
-- Take places in the budgets of some people; the same key anew takes the same place for longer.
insert into contacts_reservation (key, customer_id, channel, at, until, actor_label)
select r.key, r.customer_id, r.channel, %(at)s::timestamptz, %(until)s::timestamptz, %(actor_label)s::text
from unnest(%(keys)s::text[], %(customer_ids)s::bigint[], %(channels)s::text[]) as r (key, customer_id, channel)
on conflict (key) do update set at = excluded.at, until = excluded.until

-- give_up --
-- Give up places that were taken, and those of whoever died over them.
delete from contacts_reservation where key = any(%(keys)s::text[]) or until < %(before)s::timestamptz

-- insert_response --
-- Record a reaction of a debtor once.
insert into contacts_response (key, customer_id, attempt_id, channel, kind, at, note)
values (
    %(key)s::text, %(customer_id)s::bigint, %(attempt_id)s::bigint, %(channel)s::text, %(kind)s::text,
    %(at)s::timestamptz, %(note)s::text
)
on conflict (key) do nothing

-- attempts_of --
-- The newest attempts on a customer, with the point that was used.
select a.id, a.key, a.channel, a.direction, a.purpose, a.outcome, a.at, a.note, a.actor_label,
       p.value as point_value, p.owner_role, p.owner_name
from contacts_attempt a
left join contacts_contactpoint p on p.id = a.contact_point_id
where a.customer_id = %(customer_id)s::bigint
order by a.at desc, a.id desc
limit %(limit)s::bigint

-- recent_attempts --
-- What was tried with some customers since a moment, newest first.
select customer_id, at, channel, direction, outcome from contacts_attempt
where customer_id = any(%(customer_ids)s::bigint[]) and at >= %(since)s::timestamptz
order by customer_id, at desc, id desc

-- responses_of --
-- The newest reactions of a customer.
select id, key, attempt_id, channel, kind, at, note from contacts_response
where customer_id = %(customer_id)s::bigint
order by at desc, id desc
limit %(limit)s::bigint

-- place_until --
-- Until when a place is taken for a contact.
select until from contacts_reservation where key = %(key)s::text and until > %(at)s::timestamptz
