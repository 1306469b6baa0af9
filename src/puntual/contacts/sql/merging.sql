-- retire_lesser_words --
-- Where both customers have a current word about a channel one stays current: a refusal, else the newer. Nobody who
-- asked to be left alone is written to because they were known twice.
with words as (
    select o.id, o.customer_id, row_number() over (
        partition by o.channel order by o.decision = 'OPTED_OUT' desc, o.at desc, o.id desc
    ) as place
    from contacts_consent o
    where o.customer_id in (%(source_id)s::bigint, %(target_id)s::bigint) and o.is_current
),
retired as (
    update contacts_consent o set is_current = false
    from words w
    where o.id = w.id and w.place > 1
    returning o.id, o.customer_id
)
select 'contacts_consent_current', coalesce(array_agg(id order by id), '{}')
from words where customer_id = %(source_id)s::bigint
union all
select 'contacts_consent_retired', coalesce(array_agg(id order by id), '{}')
from retired where customer_id = %(target_id)s::bigint

-- move_customer --
-- Points, words and contacts of one customer become those of another; an address that both have stays where it is.
with points as (
    update contacts_contactpoint p set customer_id = %(target_id)s::bigint
    where p.customer_id = %(source_id)s::bigint
        and not exists (
            select from contacts_contactpoint k
            where k.customer_id = %(target_id)s::bigint and k.kind = p.kind and k.normalized = p.normalized
                and k.owner_role = p.owner_role
        )
    returning p.id
),
consents as (
    update contacts_consent set customer_id = %(target_id)s::bigint
    where customer_id = %(source_id)s::bigint
    returning id
),
attempts as (
    update contacts_attempt set customer_id = %(target_id)s::bigint
    where customer_id = %(source_id)s::bigint
    returning id
),
responses as (
    update contacts_response set customer_id = %(target_id)s::bigint
    where customer_id = %(source_id)s::bigint
    returning id
),
-- Places in budgets are of the person; they are over in minutes, and an undo need not part them.
places as (
    update contacts_reservation set customer_id = %(target_id)s::bigint
    where customer_id = %(source_id)s::bigint
    returning id
)
select 'contacts_reservation', coalesce(array_agg(id order by id), '{}') from places
union all
select 'contacts_contactpoint', coalesce(array_agg(id order by id), '{}') from points
union all
select 'contacts_consent', coalesce(array_agg(id order by id), '{}') from consents
union all
select 'contacts_attempt', coalesce(array_agg(id order by id), '{}') from attempts
union all
select 'contacts_response', coalesce(array_agg(id order by id), '{}') from responses

-- return_customer --
-- They go back: addresses, words, contacts. What is known of an address by now goes with it.
with points as (
    update contacts_contactpoint p set customer_id = %(source_id)s::bigint
    where p.customer_id = %(target_id)s::bigint and p.id = any(%(points)s::bigint[])
        and not exists (
            select from contacts_contactpoint k
            where k.customer_id = %(source_id)s::bigint and k.kind = p.kind and k.normalized = p.normalized
                and k.owner_role = p.owner_role
        )
),
consents as (
    update contacts_consent o
    set customer_id = %(source_id)s::bigint,
        is_current = o.id = any(%(current_words)s::bigint[]) and not exists (
            select from contacts_consent k
            where k.customer_id = %(source_id)s::bigint and k.channel = o.channel and k.is_current
        )
    where o.customer_id = %(target_id)s::bigint and o.id = any(%(consents)s::bigint[])
),
attempts as (
    update contacts_attempt set customer_id = %(source_id)s::bigint
    where customer_id = %(target_id)s::bigint and id = any(%(attempts)s::bigint[])
)
update contacts_response set customer_id = %(source_id)s::bigint
where customer_id = %(target_id)s::bigint and id = any(%(responses)s::bigint[])

-- revive_words --
-- What the survivor had said is current again where nothing newer was said.
update contacts_consent o set is_current = true
where o.customer_id = %(target_id)s::bigint and o.id = any(%(retired)s::bigint[])
    and not exists (
        select from contacts_consent k
        where k.customer_id = o.customer_id and k.channel = o.channel and k.is_current
    )

-- refusals_since --
-- Channels that a customer refused since a moment and does not want now.
select channel, source, note, at from contacts_consent
where customer_id = %(customer_id)s::bigint and is_current and decision = 'OPTED_OUT'
    and at > %(since)s::timestamptz and id <> all(%(moved)s::bigint[])
order by id
