-- action_contacts --
-- The contact that each action intends; a task inside the company contacts nobody.
select a.id as action_id, a.customer_id, a.channel, a.purpose, a.contact_point_id
from plans_action a
where a.id = any(%(action_ids)s::bigint[]) and a.channel <> ''

-- contact_facts --
-- What the law looks at before intended contacts, one row for each, in the order given.
with wanted as (
    select w.n, w.customer_id, w.channel, w.purpose, w.contact_point_id
    from unnest(
        %(customer_ids)s::bigint[], %(channels)s::text[], %(purposes)s::text[], %(point_ids)s::bigint[]
    ) with ordinality as w (customer_id, channel, purpose, contact_point_id, n)
),
people as (select distinct customer_id from wanted),
disputed as (
    select d.receivable_id
    from people p
    join agreements_dispute d on d.customer_id = p.customer_id
    where d.receivable_id is not null and d.state in ('OPENED', 'IN_REVIEW')
),
held as (
    select h.receivable_id
    from people p
    join agreements_holding h on h.customer_id = p.customer_id
    where h.receivable_id is not null and h.lifted_at is null
        and %(today)s::date between h.from_date and h.until_date
),
-- Looked up by hash, not joined: nobody can tell beforehand whether a pause holds nothing or half of them.
items as materialized (
    select r.customer_id, r.due_date, r.due_date < %(today)s::date as is_overdue,
        r.id in (select receivable_id from disputed) as is_disputed,
        r.id in (select receivable_id from held) as is_held
    from people p
    join portfolio_receivable r on r.customer_id = p.customer_id and r.open_amount > 0
),
debts as (
    select customer_id,
        count(*) as open_count,
        count(*) filter (where is_overdue) as overdue_count,
        count(*) filter (where is_disputed) as disputed_count,
        count(*) filter (where is_held) as held_count,
        count(*) filter (where not is_disputed and not is_held) as free_count,
        count(*) filter (where not is_disputed and not is_held and is_overdue) as free_overdue_count,
        min(due_date) filter (where not is_disputed and not is_held) as oldest_due_date
    from items group by customer_id
),
counted as (
    select a.customer_id, a.at, a.id, a.channel, case when a.direction = 'INBOUND' then 'INBOUND' else a.outcome end as how
    from people p
    join contacts_attempt a on a.customer_id = p.customer_id and a.at >= %(since)s::timestamptz
        and a.purpose in ('COLLECTION', 'REMINDER')
    union all
    -- A place that somebody has taken counts as the contact that it may become.
    select r.customer_id, r.at, r.id, r.channel, 'SENT'
    from people p
    join contacts_reservation r on r.customer_id = p.customer_id and r.until > %(at)s::timestamptz
        and r.key <> all(%(own_keys)s::text[])
),
touches as (
    select c.customer_id, array_agg(c.at order by c.at desc, c.id desc) as touched_at,
        array_agg(c.channel order by c.at desc, c.id desc) as touched_by,
        array_agg(c.how order by c.at desc, c.id desc) as touched_how
    from counted c
    group by c.customer_id
),
-- What is known of a person, also of whoever was united with them.
known as (
    select p.customer_id, n.kind
    from people p
    join contacts_circumstance n on n.customer_id = p.customer_id
    where n.ended_at is null and coalesce(n.until_date >= %(today)s::date, true)
    union
    select p.customer_id, n.kind
    from people p
    join portfolio_customer u on u.merged_into_id = p.customer_id
    join contacts_circumstance n on n.customer_id = u.id
    where n.ended_at is null and coalesce(n.until_date >= %(today)s::date, true)
),
circumstances as (
    select customer_id, array_agg(kind order by kind) as kinds from known group by customer_id
),
-- Who stands on a list that counts: the address by itself, the person by their tax id. Without lists nobody is looked
-- for.
in_force as (
    select l.id, l.kind
    from contacts_exclusionlist l
    where l.applied_at is not null and l.withdrawn_at is null
        and %(today)s::date >= l.from_date and coalesce(%(today)s::date <= l.until_date, true)
),
named as (
    select w.n, c.kind, sha256(convert_to(c.normalized, 'UTF8')) as digest
    from wanted w
    join contacts_contactpoint c on c.id = w.contact_point_id
    where exists (select from in_force)
    union all
    select w.n, 'TAX_ID', sha256(convert_to(regexp_replace(upper(k.tax_id), '[^[:alnum:]&]', '', 'g'), 'UTF8'))
    from wanted w
    join portfolio_customer k on k.id = w.customer_id and k.tax_id <> ''
    where exists (select from in_force)
    union all
    select w.n, 'TAX_ID', sha256(convert_to(regexp_replace(upper(u.tax_id), '[^[:alnum:]&]', '', 'g'), 'UTF8'))
    from wanted w
    join portfolio_customer u on u.merged_into_id = w.customer_id and u.tax_id <> ''
    where exists (select from in_force)
),
listed as (
    select m.n, bool_or(l.kind = 'AD_REGISTER') as is_on_ad_register, bool_or(l.kind <> 'AD_REGISTER') as is_on_stop_list
    from named m
    join contacts_exclusion x on x.digest = m.digest and x.kind = m.kind
    join in_force l on l.id = x.of_list_id
    group by m.n
),
-- The hours that a person, or whoever was united with them, asked for last.
wishes as (
    select distinct on (customer_id) customer_id, weekdays, starts, ends
    from (
        select p.customer_id, i.weekdays, i.starts, i.ends, i.at, i.id
        from people p
        join contacts_wish i on i.customer_id = p.customer_id and i.is_current
        union all
        select p.customer_id, i.weekdays, i.starts, i.ends, i.at, i.id
        from people p
        join portfolio_customer u on u.merged_into_id = p.customer_id
        join contacts_wish i on i.customer_id = u.id and i.is_current
    ) said
    order by customer_id, at desc, id desc
)
select w.n, w.customer_id, w.channel, w.purpose, c.owner_role, c.state as point_state, c.source,
    coalesce(o.decision = 'OPTED_OUT', false) as is_opted_out,
    coalesce(o.decision = 'GRANTED', false) as is_authorized, k.state,
    case when w.purpose = 'COLLECTION' then coalesce(d.overdue_count, 0) > 0
        else coalesce(d.open_count, 0) > 0 end as has_debt,
    (
        exists (
            select from agreements_dispute x
            where x.customer_id = w.customer_id and x.receivable_id is null
                and x.state in ('OPENED', 'IN_REVIEW')
        )
        or (
            coalesce(d.disputed_count, 0) > 0
            and case when w.purpose = 'COLLECTION' then d.free_overdue_count else d.free_count end = 0
        )
    ) as is_disputed,
    (
        exists (
            select from agreements_holding h
            where h.customer_id = w.customer_id and h.receivable_id is null and h.lifted_at is null
                and %(today)s::date between h.from_date and h.until_date
        )
        or exists (
            select from agreements_portfoliopause g
            join assessment_customerstate z on z.customer_id = w.customer_id and z.segment = g.value
            where %(minds_segments)s::boolean and g.scope = 'SEGMENT' and g.lifted_at is null
                and %(today)s::date between g.from_date and g.until_date
        )
        or (
            coalesce(d.held_count, 0) > 0
            and case when w.purpose = 'COLLECTION' then d.free_overdue_count else d.free_count end = 0
        )
    ) as is_on_hold,
    exists (
        select from agreements_promise p where p.customer_id = w.customer_id and p.state = 'ACTIVE'
    ) as has_active_promise,
    coalesce(d.oldest_due_date < %(barred_before)s::date, false) as is_time_barred, t.touched_at, t.touched_by, t.touched_how, e.kinds as circumstances,
    coalesce(y.is_on_ad_register, false) as is_on_ad_register, coalesce(y.is_on_stop_list, false) as is_on_stop_list,
    i.weekdays as own_weekdays, i.starts as own_start, i.ends as own_end,
    exists (
        select from contacts_attempt g
        where g.customer_id = w.customer_id and g.direction = 'OUTBOUND' and g.at >= %(known_since)s::timestamptz
            and g.at <= %(at)s::timestamptz
            and g.purpose in ('COLLECTION', 'REMINDER') and g.outcome in ('SENT', 'DELIVERED', 'EFFECTIVE')
    ) as was_reached
from wanted w
join portfolio_customer k on k.id = w.customer_id
left join contacts_contactpoint c on c.id = w.contact_point_id and c.customer_id = w.customer_id
left join debts d on d.customer_id = w.customer_id
left join contacts_consent o on o.customer_id = w.customer_id and o.channel = w.channel and o.is_current
left join touches t on t.customer_id = w.customer_id
left join circumstances e on e.customer_id = w.customer_id
left join wishes i on i.customer_id = w.customer_id
left join listed y on y.n = w.n
order by w.n

-- record_verdicts --
-- Keep the answers that were given, a block that holds the hash of each, and the law pack the first time that it
-- judges anybody.
with pack as (
    insert into compliance_pack (digest, country, version, document)
    values (%(digest)s::text, %(country)s::text, %(pack_version)s::text, %(document)s::text)
    on conflict (digest) do nothing
),
written as (
    insert into compliance_verdict (
        customer_id, action_id, step_key, channel, moment, at, outcome, rule_ids, not_before, pack_version, inputs
    )
    select (r ->> 0)::bigint, (r ->> 1)::bigint, r ->> 2, r ->> 3, %(moment)s::text,
        coalesce((r ->> 8)::timestamptz, %(at)s::timestamptz), r ->> 4,
        case when r ->> 5 = '' then '{}'::text[] else string_to_array(r ->> 5, ',') end,
        (r ->> 6)::timestamptz, %(pack_version)s::text, r -> 7
    from jsonb_array_elements(%(rows)s::jsonb) as r
    returning compliance_verdict
)
insert into compliance_block (pack_id, verdict_ids, hashes)
select %(digest)s::text, array_agg((w.compliance_verdict).id order by (w.compliance_verdict).id),
    string_agg(compliance_verdict_hash(w.compliance_verdict), ''::bytea order by (w.compliance_verdict).id)
from written w

-- verdicts_of --
-- The newest verdicts about one customer.
select id, at, moment, step_key, channel, outcome, rule_ids, not_before, pack_version, inputs, action_id
from compliance_verdict
where customer_id = %(customer_id)s::bigint
order by at desc, id desc
limit %(limit)s::int

-- refusals_by_rule --
-- How often each rule objected in a period.
select rule as rule_id, outcome, count(*) as times, count(distinct customer_id) as customers
from compliance_verdict v, unnest(v.rule_ids) as rule
where v.at >= %(since)s::timestamptz and v.at < %(until)s::timestamptz
group by rule, outcome
order by times desc, rule

-- refused_people --
-- Whom a rule concerned in a period, the newest first.
select v.id, v.at, v.customer_id, k.name, k.external_id, v.channel, v.step_key, v.moment, v.outcome, v.not_before
from compliance_verdict v
join portfolio_customer k on k.id = v.customer_id
where v.rule_ids @> array[%(rule_id)s::text]::varchar[]
    and (%(outcome)s::text is null or v.outcome = %(outcome)s::text)
    and v.at >= %(since)s::timestamptz and v.at < %(until)s::timestamptz
order by v.at desc, v.id desc
limit %(limit)s::int offset %(offset)s::int

-- refused_count --
-- How many verdicts of a period a rule objected to.
select count(*) from compliance_verdict v
where v.rule_ids @> array[%(rule_id)s::text]::varchar[]
    and (%(outcome)s::text is null or v.outcome = %(outcome)s::text)
    and v.at >= %(since)s::timestamptz and v.at < %(until)s::timestamptz
