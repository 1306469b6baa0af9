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

-- people_known --
-- Since when the customers of a chunk are known, where their files say that they are, and what was known of them, or of
-- whoever was united with them, and asked for by them, the oldest first.
with whole as (
    select id as customer_id, id as member_id from portfolio_customer
    where id > %(after)s::bigint and id <= %(up_to)s::bigint
    union all
    select merged_into_id, id from portfolio_customer
    where merged_into_id > %(after)s::bigint and merged_into_id <= %(up_to)s::bigint
),
circumstances as (
    select w.customer_id, array_agg(n.kind order by n.id) as kinds, array_agg(n.at order by n.id) as ats,
        array_agg(n.ended_at order by n.id) as ended_ats, array_agg(n.until_date order by n.id) as until_dates
    from whole w
    join contacts_circumstance n on n.customer_id = w.member_id
    group by w.customer_id
),
named as (
    select customer_id, id as point_id, kind, sha256(convert_to(normalized, 'UTF8')) as digest
    from contacts_contactpoint
    where customer_id > %(after)s::bigint and customer_id <= %(up_to)s::bigint
    union all
    select w.customer_id, null, 'TAX_ID',
        sha256(convert_to(regexp_replace(upper(k.tax_id), '[^[:alnum:]&]', '', 'g'), 'UTF8'))
    from whole w
    join portfolio_customer k on k.id = w.member_id and k.tax_id <> ''
),
listings as (
    select m.customer_id, array_agg(m.point_id order by x.id) as point_ids, array_agg(l.kind order by x.id) as kinds,
        array_agg(l.applied_at order by x.id) as ats, array_agg(l.withdrawn_at order by x.id) as withdrawn_ats,
        array_agg(l.from_date order by x.id) as from_dates, array_agg(l.until_date order by x.id) as until_dates
    from named m
    join contacts_exclusion x on x.digest = m.digest and x.kind = m.kind
    join contacts_exclusionlist l on l.id = x.of_list_id and l.applied_at is not null
    group by m.customer_id
),
wishes as (
    select w.customer_id, array_agg(i.at order by i.at, i.id) as ats, array_agg(i.channel order by i.at, i.id) as channels,
        array_agg(array_to_string(i.weekdays, ',') order by i.at, i.id) as weekdays,
        array_agg(i.starts order by i.at, i.id) as starts, array_agg(i.ends order by i.at, i.id) as ends
    from whole w
    join contacts_wish i on i.customer_id = w.member_id
    group by w.customer_id
)
select k.id, k.created_at, k.time_zone, k.state, k.city,
    c.kinds, c.ats, c.ended_ats, c.until_dates, i.ats, i.channels, i.weekdays, i.starts, i.ends,
    l.point_ids, l.kinds, l.ats, l.withdrawn_ats, l.from_dates, l.until_dates
from portfolio_customer k
left join circumstances c on c.customer_id = k.id
left join wishes i on i.customer_id = k.id
left join listings l on l.customer_id = k.id
where k.id > %(after)s::bigint and k.id <= %(up_to)s::bigint

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
