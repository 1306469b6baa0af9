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

-- set_preference --
-- Remember the channel that a customer likes; the same again touches nothing.
insert into contacts_preference (customer_id, channel, updated_at)
values (%(customer_id)s::bigint, %(channel)s::text, %(at)s::timestamptz)
on conflict (customer_id) do update set channel = excluded.channel, updated_at = excluded.updated_at
where contacts_preference.channel <> excluded.channel

-- forget_preference --
-- A customer who likes every channel alike.
delete from contacts_preference where customer_id = %(customer_id)s::bigint

-- preferences_for --
-- The channels that customers like; one that they do not want is none.
select p.customer_id, p.channel from contacts_preference p
where p.customer_id = any(%(customer_ids)s::bigint[]) and not exists (
    select from contacts_consent c
    where c.customer_id = p.customer_id and c.channel = p.channel and c.is_current and c.decision = 'OPTED_OUT'
)
