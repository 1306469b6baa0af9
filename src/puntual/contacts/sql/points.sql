-- insert_points --
-- Keep points that are not yet there, in the order of their identity so that two loads cannot wait for each other.
insert into contacts_contactpoint (customer_id, kind, value, normalized, owner_role, owner_name, source, created_at)
select p.customer_id, p.kind, p.value, p.normalized, p.owner_role, p.owner_name, p.source, %(at)s::timestamptz
from unnest(
    %(customer_ids)s::bigint[], %(kinds)s::text[], %(point_values)s::text[], %(normalized)s::text[],
    %(owner_roles)s::text[], %(owner_names)s::text[], %(sources)s::text[]
) as p (customer_id, kind, value, normalized, owner_role, owner_name, source)
order by p.customer_id, p.kind, p.normalized, p.owner_role
on conflict (customer_id, kind, normalized, owner_role) do nothing

-- add_given_points --
-- Keep given points that are not yet there, each once, in the order of their identity.
insert into contacts_contactpoint (customer_id, kind, value, normalized, owner_role, owner_name, source, created_at)
select distinct on (g.customer_id, g.kind, g.normalized, g.owner_role)
       g.customer_id, g.kind, g.value, g.normalized, g.owner_role, g.owner_name, %(source)s::text, %(at)s::timestamptz
from contacts_given_point g
order by g.customer_id, g.kind, g.normalized, g.owner_role, g.row_number
on conflict (customer_id, kind, normalized, owner_role) do nothing

-- points_for --
-- Every point of some customers.
select id, customer_id, kind, value, normalized, owner_role, owner_name, source, state
from contacts_contactpoint
where customer_id = any(%(customer_ids)s::bigint[])
order by customer_id, id

-- set_point_state --
-- Change what is known of a point, keep what was known until now and tell it; a second time touches nothing.
with before as (
    select id, customer_id, state from contacts_contactpoint where id = %(point_id)s::bigint for update
), was as (
    insert into contacts_pointpast (contact_point_id, state, until_at)
    select id, state, %(at)s::timestamptz from before where state <> %(state)s::text
), changed as (
    update contacts_contactpoint p
    set state = %(state)s::text, state_note = %(note)s::text
    from before b
    where p.id = b.id and (p.state, p.state_note) is distinct from (%(state)s::text, %(note)s::text)
    returning p.id
)
select b.customer_id, b.state, exists (select from changed) as is_changed from before b

-- zone_facts --
-- What tells in which time zone each customer is: the given zone, the address, the debtor's own telephone.
select c.id, c.time_zone, c.state, c.city, (
    select p.normalized from contacts_contactpoint p
    where p.customer_id = c.id and p.kind = 'PHONE' and p.owner_role = 'DEBTOR'
        and p.state in ('NEW', 'VERIFIED')
    order by p.state = 'VERIFIED' desc, p.id limit 1
) as phone
from portfolio_customer c
where c.id = any(%(customer_ids)s::bigint[])

-- erase_customer --
-- Take away what names a person: points go on as numbers that nobody can reach, words stay without their notes.
with points as (
    update contacts_contactpoint
    set value = 'eliminado-' || id, normalized = 'eliminado-' || id, owner_name = '', state = 'WRONG', state_note = ''
    where customer_id = %(customer_id)s::bigint
), consents as (
    update contacts_consent set note = '' where customer_id = %(customer_id)s::bigint and note <> ''
), circumstances as (
    -- That it was so stays, as words about channels do; who said it, and whose lawyer it was, go.
    update contacts_circumstance
    set reason = '-', source = '-', lawyer_contact = '', lawyer_name = case when lawyer_name = '' then '' else '-' end,
        end_reason = ''
    where customer_id = %(customer_id)s::bigint
), wishes as (
    update contacts_wish set note = '' where customer_id = %(customer_id)s::bigint and note <> ''
), attempts as (
    update contacts_attempt set note = '' where customer_id = %(customer_id)s::bigint and note <> ''
)
update contacts_response set note = '' where customer_id = %(customer_id)s::bigint and note <> ''

-- customer_ids_at --
-- The customers who have one of these addresses, whoever's it is and however it fares.
select distinct customer_id from contacts_contactpoint
where (kind = 'EMAIL' and normalized = %(email)s::text) or (kind = 'PHONE' and normalized = %(phone)s::text)
order by customer_id
limit %(limit)s::int
