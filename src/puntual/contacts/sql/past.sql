-- points_known --
-- Every point of the customers of a chunk, since when it is known, and what was known of it before, the oldest first.
select p.id, p.customer_id, p.kind, p.value, p.normalized, p.owner_role, p.owner_name, p.source, p.state, p.created_at,
    array(
        select b.until_at from contacts_pointpast b where b.contact_point_id = p.id order by b.until_at, b.id
    ),
    array(select b.state from contacts_pointpast b where b.contact_point_id = p.id order by b.until_at, b.id)
from contacts_contactpoint p
where p.customer_id > %(after)s::bigint and p.customer_id <= %(up_to)s::bigint
order by p.customer_id, p.id

-- words_known --
-- All that the customers of a chunk said about channels; the word that holds stands last of its channel.
select customer_id, channel, at, decision = 'OPTED_OUT', is_current from contacts_consent
where customer_id > %(after)s::bigint and customer_id <= %(up_to)s::bigint
order by customer_id, is_current, at, id

-- places_known --
-- Since when the customers of a chunk are known, and where their files say that they are.
select id, created_at, time_zone, state, city from portfolio_customer
where id > %(after)s::bigint and id <= %(up_to)s::bigint

-- touches_known --
-- Contacts of a chunk's customers in either direction, and their other reactions, the oldest first.
select customer_id, at,
    direction = 'OUTBOUND' and purpose in ('COLLECTION', 'REMINDER') and outcome <> 'FAILED' as is_contact,
    direction = 'INBOUND' or outcome = 'EFFECTIVE' as is_answer,
    direction = 'OUTBOUND' as is_ours, channel,
    case when purpose not in ('COLLECTION', 'REMINDER') then '' when direction = 'INBOUND' then 'INBOUND' else outcome end
from contacts_attempt
where customer_id > %(after)s::bigint and customer_id <= %(up_to)s::bigint and at >= %(since)s::timestamptz
union all
select customer_id, at, false, true, false, '', '' from contacts_response
where customer_id > %(after)s::bigint and customer_id <= %(up_to)s::bigint and at >= %(since)s::timestamptz
    and kind <> 'PORTAL_VISIT'
order by 1, 2
