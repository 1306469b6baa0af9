-- lock_customer --
-- Let one decision about a customer's channels follow another; keys that point here are not blocked.
select id from portfolio_customer where id = %(customer_id)s::bigint for no key update

-- current_consent --
-- What the customer last said about a channel.
select id, decision, source, note, at from contacts_consent
where customer_id = %(customer_id)s::bigint and channel = %(channel)s::text and is_current

-- retire_consent --
-- The old word stays as history.
update contacts_consent set is_current = false where id = %(consent_id)s::bigint

-- insert_consent --
-- Keep a word about a channel.
insert into contacts_consent (customer_id, channel, decision, source, note, at, is_current)
values (
    %(customer_id)s::bigint, %(channel)s::text, %(decision)s::text, %(source)s::text, %(note)s::text,
    %(at)s::timestamptz, %(is_current)s::boolean
)
returning id

-- consents_of --
-- Everything that a customer said about channels, newest first.
select id, channel, decision, source, note, at, is_current from contacts_consent
where customer_id = %(customer_id)s::bigint
order by at desc, id desc

-- opted_out --
-- Channels that customers do not want.
select customer_id, array_agg(channel order by channel) from contacts_consent
where customer_id = any(%(customer_ids)s::bigint[]) and is_current and decision = 'OPTED_OUT'
group by customer_id

-- current_wish --
-- How a customer asked to be contacted, as they last said.
select id, channel, weekdays, starts, ends, at from contacts_wish
where customer_id = %(customer_id)s::bigint and is_current

-- retire_wish --
-- The old wish stays as history.
update contacts_wish set is_current = false where id = %(wish_id)s::bigint

-- insert_wish --
-- Keep a wish.
insert into contacts_wish (customer_id, channel, weekdays, starts, ends, source, note, actor_label, at)
values (
    %(customer_id)s::bigint, %(channel)s::text, %(weekdays)s::smallint[], %(starts)s::time, %(ends)s::time,
    %(source)s::text, %(note)s::text, %(actor_label)s::text, %(at)s::timestamptz
)
returning id

-- wishes_for --
-- How customers, or whoever was united with them, asked to be contacted: all that they said, the newest first.
select coalesce(k.merged_into_id, k.id) as customer_id, w.channel, w.weekdays, w.starts, w.ends, w.source, w.note,
    w.actor_label, w.at, w.is_current
from portfolio_customer k
join contacts_wish w on w.customer_id = k.id
where k.id = any(%(customer_ids)s::bigint[]) or k.merged_into_id = any(%(customer_ids)s::bigint[])
order by w.at desc, w.id desc

-- preferences_for --
-- The channels that customers like; one that they do not want is none.
select w.customer_id, w.channel
from (
    select distinct on (coalesce(k.merged_into_id, k.id)) coalesce(k.merged_into_id, k.id) as customer_id, w.channel
    from portfolio_customer k
    join contacts_wish w on w.customer_id = k.id and w.is_current
    where k.id = any(%(customer_ids)s::bigint[]) or k.merged_into_id = any(%(customer_ids)s::bigint[])
    order by coalesce(k.merged_into_id, k.id), w.at desc, w.id desc
) w
where w.channel <> '' and not exists (
    select from contacts_consent c
    where c.customer_id = w.customer_id and c.channel = w.channel and c.is_current and c.decision = 'OPTED_OUT'
)
