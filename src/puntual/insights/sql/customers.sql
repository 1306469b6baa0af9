-- customer_rows --
-- What a list shows of these customers, in the order given. How late they are does not depend on a currency.
select c.id, c.external_id, c.name, c.kind, c.tax_id, c.state, c.city, c.sector, c.tags,
    coalesce(s.stage, 'NONE') as stage, coalesce(s.stage_key, '') as stage_key, coalesce(s.segment, '') as segment,
    coalesce(d.open_count, 0) as open_count,
    greatest(%(today)s::date - d.oldest_due_date, 0) as days_past_due,
    exists (
        select from agreements_promise p where p.customer_id = c.id and p.state = 'ACTIVE'
    ) as has_promise,
    exists (
        select from agreements_dispute x
        where x.customer_id = c.id and x.state in ('OPENED', 'IN_REVIEW')
    ) as has_dispute,
    exists (
        select from agreements_holding h
        where h.customer_id = c.id and h.lifted_at is null
            and %(today)s::date between h.from_date and h.until_date
    ) as has_hold
from unnest(%(customer_ids)s::bigint[]) with ordinality as w (id, place)
join portfolio_customer c on c.id = w.id
left join assessment_customerstate s on s.customer_id = c.id
left join (
    select r.customer_id, min(r.due_date) as oldest_due_date, count(*)::int as open_count
    from portfolio_receivable r
    where r.customer_id = any(%(customer_ids)s::bigint[]) and r.open_amount > 0
    group by r.customer_id
) d on d.customer_id = c.id
order by w.place

-- customer_debts --
-- What these customers owe in each of the currencies, in the order in which the currencies are given.
select customer_id, currency, sum(open_amount) as open_amount,
    coalesce(sum(open_amount) filter (where due_date < %(today)s::date), 0) as overdue_amount
from portfolio_receivable
where customer_id = any(%(customer_ids)s::bigint[]) and open_amount > 0
    and currency = any(%(currencies)s::text[])
group by customer_id, currency
order by customer_id, array_position(%(currencies)s::text[], currency::text)

-- customer_ids --
-- How many customers fit what narrows the portfolio, what they owe by currency, and the ids of a page of them;
-- a page beyond the last has one row without an id. %(sort)s picks one of the fixed orders.
-- Amounts of two currencies are never compared: who owes in the first currency given comes before who owes only in
-- the second.
with found as materialized (
    select c.id, case when %(sort)s::text in ('name', '-name') then c.sort_name end as sort_name
    from portfolio_customer c
    left join assessment_customerstate s on s.customer_id = c.id
    -- Who was united with another is found by the old words and shown as the one they are.
    where c.merged_into_id is null
        and (
            cardinality(%(words)s::text[]) = 0 or c.search_text like all(%(words)s::text[])
            or c.id = any(%(pointed)s::bigint[])
            or c.id in (
                select m.merged_into_id from portfolio_customer m
                where m.merged_into_id is not null and m.search_text like all(%(words)s::text[])
            )
        )
        -- Not coalesce: the planner would not know how many there are of a stage or segment.
        and (
            %(stage)s::text is null or s.stage = %(stage)s::text
            or (%(stage)s::text = 'NONE' and s.stage is null)
        )
        and (%(segment)s::text is null or s.segment = %(segment)s::text)
        and (%(tag)s::text is null or c.tags && (
            -- However it is written.
            select array_append(array_agg(distinct t.tag), %(tag)s::varchar)
            from (select tags from portfolio_customer order by id limit 20000) a, unnest(a.tags) as t (tag)
            where lower(t.tag) = lower(%(tag)s::text)
        ))
        and (%(moved_to)s::text is null or c.id in (
            select a.customer_id from plans_action a
            where a.moves_to = %(moved_to)s::text and a.state = 'EXECUTED' and a.move_ended_at is null
        ))
),
sums as materialized (
    select r.customer_id, r.currency, array_position(%(currencies)s::text[], r.currency::text) as place,
        sum(r.open_amount) as open_amount,
        coalesce(sum(r.open_amount) filter (where r.due_date < %(today)s::date), 0) as overdue_amount,
        min(r.due_date) as oldest_due_date
    from portfolio_receivable r
    where r.open_amount > 0 and r.currency = any(%(currencies)s::text[])
        and r.customer_id in (select id from found)
    group by r.customer_id, r.currency
),
debts as (
    select customer_id, min(place) as open_place, min(place) filter (where overdue_amount > 0) as overdue_place,
        (array_agg(open_amount order by place))[1] as open_amount,
        (array_agg(overdue_amount order by place) filter (where overdue_amount > 0))[1] as overdue_amount,
        min(oldest_due_date) as oldest_due_date
    from sums group by customer_id
),
chosen as materialized (
    select f.id, f.sort_name, d.open_place, d.overdue_place, d.open_amount, d.overdue_amount, d.oldest_due_date
    from found f
    left join debts d on d.customer_id = f.id
    where (not %(overdue_only)s::boolean or d.overdue_amount > 0)
        and (not %(owing_only)s::boolean or d.open_amount > 0)
)
select t.total_rows, m.currencies, m.open_amounts, m.overdue_amounts, p.id
from (select count(*) as total_rows from chosen) t
cross join (
    select array_agg(currency) as currencies, array_agg(open_amount) as open_amounts,
        array_agg(overdue_amount) as overdue_amounts
    from (
        select currency, sum(open_amount) as open_amount, sum(overdue_amount) as overdue_amount
        from sums where customer_id in (select id from chosen) group by currency
    ) by_currency
) m
left join lateral (
    select row_number() over () as place, picked.id
    from (
        select id from chosen
        order by
            case when %(sort)s::text = '-overdue' then overdue_place end nulls last,
            case when %(sort)s::text = '-overdue' then overdue_amount end desc nulls last,
            case when %(sort)s::text = '-overdue' then open_amount is null end,
            case when %(sort)s::text = 'overdue' then overdue_place end desc nulls first,
            case when %(sort)s::text = 'overdue' then overdue_amount end,
            case when %(sort)s::text = '-open' then open_place end nulls last,
            case when %(sort)s::text = '-open' then open_amount end desc nulls last,
            case when %(sort)s::text = 'open' then open_place end desc nulls first,
            case when %(sort)s::text = 'open' then open_amount end,
            case when %(sort)s::text = '-days' then oldest_due_date end nulls last,
            case when %(sort)s::text = 'days' then oldest_due_date end desc nulls last,
            case when %(sort)s::text = '-name' then sort_name end desc,
            case when %(sort)s::text = 'name' then sort_name end,
            case when %(sort)s::text = '-name' then id end desc,
            id
        limit %(limit)s::int offset %(skip)s::int
    ) picked
) p on true
order by p.place

-- ids_by_name --
-- The customers of a page of the whole portfolio in the order of their names.
select id from portfolio_customer
where id <> all(array(select m.id from portfolio_customer m where m.merged_into_id is not null))
order by sort_name, id limit %(limit)s::int offset %(skip)s::int

-- ids_by_name_back --
-- The same from the last name on.
select id from portfolio_customer
where id <> all(array(select m.id from portfolio_customer m where m.merged_into_id is not null))
order by sort_name desc, id desc limit %(limit)s::int offset %(skip)s::int

-- debtor_ids --
-- The customers of a page of the whole portfolio who owe most: from the index of open receivables alone.
-- With `overdue_only` the order is by overdue amount, so that only overdue receivables are read.
select r.customer_id
from portfolio_receivable r
where r.open_amount > 0 and r.currency = any(%(currencies)s::text[])
    and (not %(overdue_only)s::boolean or r.due_date < %(today)s::date)
group by r.customer_id
order by
    case when %(sort)s::text = '-overdue'
        then coalesce(sum(r.open_amount) filter (where r.due_date < %(today)s::date), 0) end desc nulls last,
    case when %(sort)s::text = '-open' then sum(r.open_amount) end desc nulls last,
    case when %(sort)s::text = '-days' then min(r.due_date) end nulls last,
    r.customer_id
limit %(limit)s::int offset %(skip)s::int

-- debtor_totals --
-- How many customers there are, or owe, of the whole portfolio, and what they owe by currency.
select
    case when %(owing_only)s::boolean then (
        select count(distinct r.customer_id) from portfolio_receivable r
        where r.open_amount > 0 and r.currency = any(%(currencies)s::text[])
    ) else (select count(*) from portfolio_customer)
        - (select count(*) from portfolio_customer where merged_into_id is not null) end,
    array_agg(d.currency), array_agg(d.open_amount), array_agg(d.overdue_amount)
from (
    select r.currency, sum(r.open_amount) as open_amount,
        coalesce(sum(r.open_amount) filter (where r.due_date < %(today)s::date), 0) as overdue_amount
    from portfolio_receivable r
    where r.open_amount > 0 and r.currency = any(%(currencies)s::text[])
    group by r.currency
) d

-- overdue_totals --
-- How many customers of the whole portfolio are late, and what they owe in all by currency.
with sums as materialized (
    select r.customer_id, r.currency, sum(r.open_amount) as open_amount,
        coalesce(sum(r.open_amount) filter (where r.due_date < %(today)s::date), 0) as overdue_amount
    from portfolio_receivable r
    where r.open_amount > 0 and r.currency = any(%(currencies)s::text[])
    group by r.customer_id, r.currency
),
late as materialized (select distinct customer_id from sums where overdue_amount > 0)
select (select count(*) from late), array_agg(d.currency), array_agg(d.open_amount), array_agg(d.overdue_amount)
from (
    select s.currency, sum(s.open_amount) as open_amount, sum(s.overdue_amount) as overdue_amount
    from sums s join late l on l.customer_id = s.customer_id
    group by s.currency
) d

-- places_held --
-- Where moves hold cases now.
select distinct moves_to from plans_action
where moves_to <> '' and state = 'EXECUTED' and move_ended_at is null
order by moves_to

-- tag_list --
-- The tags in use, most used first, among the first customers: a filter needs no more, and a list of a million none.
-- Tags that differ in small letters and capitals are one, by the name that most have.
select mode() within group (order by tag) as tag, count(distinct c.id)::int as customers
from (select id, tags from portfolio_customer order by id limit 20000) c, unnest(c.tags) as tag
group by lower(tag) order by customers desc, tag limit 30

-- find --
-- Customers and documents for the search box.
(
    select 'CUSTOMER' as kind, coalesce(s.id, c.id) as customer_id, coalesce(s.name, c.name) as title,
        c.external_id as detail
    from portfolio_customer c
    left join portfolio_customer s on s.id = c.merged_into_id
    where c.search_text like all(%(words)s::text[]) or c.id = any(%(pointed)s::bigint[])
    order by c.sort_name, c.id limit %(limit)s::int
)
union all
(
    select 'RECEIVABLE', r.customer_id, r.document_number, c.name
    from portfolio_receivable r join portfolio_customer c on c.id = r.customer_id
    where r.document_number = any(%(documents)s::text[])
    order by r.id desc limit %(limit)s::int
)

-- holdings --
-- How much of each kind customers have: what goes along when one is united with another.
select c.id as customer_id,
    (select count(*)::int from payments_payment p where p.customer_id = c.id) as payments,
    (select count(*)::int from agreements_promise p where p.customer_id = c.id) as promises,
    (select count(*)::int from agreements_dispute d where d.customer_id = c.id) as disputes,
    (select count(*)::int from contacts_contactpoint k where k.customer_id = c.id) as points,
    (select count(*)::int from contacts_attempt a where a.customer_id = c.id and a.key not like 'message:%%') as attempts,
    (select count(*)::int from outreach_message m where m.customer_id = c.id) as messages
from portfolio_customer c where c.id = any(%(customer_ids)s::bigint[])

-- timeline --
-- Everything that happened with one customer, both directions, newest first.
with own as (
    -- What was told of a number that was united with this one stays under it.
    select id from portfolio_customer where id = %(customer_id)s::bigint or merged_into_id = %(customer_id)s::bigint
)
select * from (
    select 'ATTEMPT' as kind, a.id, a.at, a.channel, a.direction, a.outcome as state, a.actor_label as who,
        a.note as text, null::numeric as amount, null::text as currency, null::date as day, a.purpose as extra,
        '' as why
    from contacts_attempt a
    where a.customer_id = %(customer_id)s::bigint and a.key not like 'message:%%'
    union all
    select 'RESPONSE', r.id, r.at, r.channel, 'INBOUND', r.kind, '', r.note, null, null, null, '', ''
    from contacts_response r
    where r.customer_id = %(customer_id)s::bigint
        -- These are told by what they led to.
        and r.kind not in ('PROMISED', 'DISPUTED', 'PAYMENT_REPORTED')
    union all
    -- What ended without being sent is told by the moment at which it ended; the rest by when it is to go out.
    select 'MESSAGE', m.id,
        case when m.state in ('CANCELLED', 'FAILED')
            then coalesce(m.sent_at, m.reported_at, m.claimed_at, least(m.created_at, m.not_before))
            else coalesce(m.sent_at, m.not_before) end,
        m.channel, 'OUTBOUND', m.state, '', m.subject, null, null, null, m.template, m.reason
    from outreach_message m where m.customer_id = %(customer_id)s::bigint
    union all
    select 'PAYMENT', p.id, least(p.recorded_at, (p.value_date + time '23:59') at time zone 'UTC'), p.method, 'INBOUND', p.state, '', p.reference, p.amount, p.currency,
        p.value_date, p.note, ''
    from payments_payment p where p.customer_id = %(customer_id)s::bigint
    union all
    select 'REPORT', p.id, p.reported_at, 'PORTAL', 'INBOUND', p.state, '', p.reference, p.amount, p.currency,
        p.paid_on, '', ''
    from payments_reportedpayment p where p.customer_id = %(customer_id)s::bigint
    union all
    select 'REPORT_ANSWER', p.id, p.answered_at, 'PORTAL', 'OUTBOUND', p.state, coalesce(e.actor_label, ''),
        p.answer, p.amount, p.currency, p.paid_on, '', ''
    from payments_reportedpayment p
    left join audit_event e
        on e.customer_id in (select id from own) and e.action = 'answer-report' and e.subject_id = p.id
    where p.customer_id = %(customer_id)s::bigint and p.answered_at is not null
    union all
    select 'PROMISE', p.id, p.created_at, p.channel, 'INBOUND', p.state, p.actor_label, p.note, p.amount,
        p.currency, p.due_date, '', ''
    from agreements_promise p where p.customer_id = %(customer_id)s::bigint
    union all
    select 'DISPUTE', d.id, d.opened_at, d.channel, 'INBOUND', d.state, '', d.note, d.amount, null,
        d.answer_due_date, d.reason, ''
    from agreements_dispute d where d.customer_id = %(customer_id)s::bigint
    union all
    select 'DISPUTE_ANSWER', d.id, d.closed_at, d.channel, 'OUTBOUND', d.state, coalesce(e.actor_label, ''),
        d.resolution, d.amount, null, null, d.reason, ''
    from agreements_dispute d
    left join audit_event e
        on e.customer_id in (select id from own) and e.action = 'dispute-closed' and e.subject_id = d.id
    where d.customer_id = %(customer_id)s::bigint and d.closed_at is not null
    union all
    select 'HOLD', h.id, h.created_at, '', 'INTERNAL', case when h.lifted_at is null then 'ACTIVE' else 'LIFTED' end,
        h.actor_label, h.note, null, null, h.until_date, h.reason, coalesce(d.document_number, '')
    from agreements_hold h
    left join portfolio_receivable d on d.id = h.receivable_id
    where h.customer_id = %(customer_id)s::bigint
    union all
    select 'HOLD_END', h.id, h.lifted_at, '', 'INTERNAL', 'LIFTED', coalesce(e.actor_label, ''), '', null, null,
        h.until_date, h.reason, ''
    from agreements_hold h
    left join audit_event e
        on e.customer_id in (select id from own) and e.action = 'hold-lifted' and e.subject_id = h.id
    where h.customer_id = %(customer_id)s::bigint and h.lifted_at is not null
    union all
    select 'POINT', e.id, e.at, coalesce(k.kind, e.after ->> 'kind', ''), 'INTERNAL',
        case when e.action = 'contact-point-added' then 'ADDED' else e.after ->> 'state' end, e.actor_label,
        coalesce(k.value, ''), null, null, null, coalesce(e.after ->> 'owner_role', k.owner_role, ''), ''
    from audit_event e
    left join contacts_contactpoint k on e.subject_type = 'contact_point' and k.id = e.subject_id
    where e.customer_id in (select id from own) and e.action in ('contact-point-added', 'contact-point-state')
    union all
    select 'MOVE', m.id, m.closed_at, '', 'INTERNAL', 'MOVED', coalesce(e.actor_label, ''), m.note, null, null, null,
        m.moves_to, ''
    from plans_action m
    left join audit_event e
        on e.customer_id in (select id from own) and e.action = 'customer-moved' and e.subject_id = m.id
    where m.customer_id = %(customer_id)s::bigint and m.moves_to <> '' and m.state = 'EXECUTED'
    union all
    -- Without a person who took it back, it ended because nothing was owed.
    select 'MOVE', m.id, m.move_ended_at, '', 'INTERNAL', case when e.id is null then 'ENDED' else 'TAKEN_BACK' end,
        coalesce(e.actor_label, ''), m.move_end_note, null, null, null, m.moves_to, ''
    from plans_action m
    left join audit_event e
        on e.customer_id in (select id from own) and e.action = 'customer-taken-back' and e.subject_id = m.id
    where m.customer_id = %(customer_id)s::bigint and m.move_ended_at is not null
) events
where %(kinds)s::text[] is null or kind = any(%(kinds)s::text[])
order by at desc, kind, id desc
limit %(limit)s::int
