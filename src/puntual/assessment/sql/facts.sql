-- has_later_entries --
-- Whether the ledger knows a movement after a day: then that day must be read from the ledger. Documents to
-- come are no movement; they are left out by their date of issue.
select exists (
    select from portfolio_ledgerentry where effective_date > %(as_of)s::date and kind <> 'ISSUE'
)

-- chunk_end --
-- The last customer of the next chunk after a customer, and how many it holds.
select max(id), count(*) from (
    select id from portfolio_customer
    where id > %(after)s::bigint
    order by id limit %(size)s::int
) chunk

-- undecided --
-- Customers up to the marker of a run that it did not see, because they were committed after it had passed,
-- as ranges without a customer between that it did see.
with seen as (
    select c.id, f.customer_id is null as is_missed
    from portfolio_customer c
    left join assessment_dailyfacts f on f.as_of = %(as_of)s::date and f.customer_id = c.id
    where c.id <= %(up_to)s::bigint
),
islands as (
    select id, is_missed,
        row_number() over (order by id) - row_number() over (partition by is_missed order by id) as island
    from seen
)
select min(id) - 1, max(id), count(*) from islands where is_missed
group by island order by 1

-- has_undecided --
-- Whether a customer was added whom the day's run did not see.
select exists (
    select from portfolio_customer c
    where not exists (
        select from assessment_dailyfacts f where f.as_of = %(as_of)s::date and f.customer_id = c.id
    )
)

-- gather --
-- Facts of the customers of a chunk on a day, one row each. With is_live the kept open amounts are read,
-- else the ledger as of the day; both give the same rows when the ledger knows nothing later.
with people as (
    select id from portfolio_customer
    where id > %(after)s::bigint and id <= %(up_to)s::bigint
),
found as (
    select r.id, r.customer_id, r.currency, r.due_date,
        case when %(is_live)s::boolean then r.open_amount else (
            select coalesce(sum(e.amount), 0) from portfolio_ledgerentry e
            where e.receivable_id = r.id and e.effective_date <= %(as_of)s::date
        ) end as open_amount
    from portfolio_receivable r
    where r.customer_id > %(after)s::bigint and r.customer_id <= %(up_to)s::bigint
        and r.issue_date <= %(as_of)s::date
        and (not %(is_live)s::boolean or r.open_amount > 0)
),
items as (
    select f.customer_id, f.currency, f.due_date, f.open_amount,
        d.receivable_id is not null as is_disputed,
        h.receivable_id is not null as is_held
    from found f
    left join (
        select distinct receivable_id from agreements_dispute
        where state in ('OPENED', 'IN_REVIEW') and receivable_id is not null
            and customer_id > %(after)s::bigint and customer_id <= %(up_to)s::bigint
    ) d on d.receivable_id = f.id
    left join (
        select distinct receivable_id from agreements_hold
        where lifted_at is null and receivable_id is not null
            and %(as_of)s::date between from_date and until_date
            and customer_id > %(after)s::bigint and customer_id <= %(up_to)s::bigint
    ) h on h.receivable_id = f.id
    where f.open_amount > 0
),
by_currency as (
    select customer_id, currency,
        sum(open_amount) as open_amount,
        coalesce(sum(open_amount) filter (where due_date < %(as_of)s::date), 0) as overdue_amount,
        count(*) as open_count,
        count(*) filter (where due_date < %(as_of)s::date and not is_disputed and not is_held) as overdue_count,
        count(*) filter (where is_disputed) as disputed_count,
        count(*) filter (where is_held) as held_count,
        min(due_date) filter (where not is_disputed and not is_held) as oldest_due_date
    from items group by customer_id, currency
),
debts as (
    select customer_id,
        jsonb_object_agg(currency, open_amount::text) as open_amounts,
        jsonb_object_agg(currency, overdue_amount::text) filter (where overdue_amount > 0) as overdue_amounts,
        sum(open_count)::int as open_count,
        sum(overdue_count)::int as overdue_count,
        sum(disputed_count)::int as disputed_count,
        sum(held_count)::int as held_count,
        min(oldest_due_date) as oldest_due_date
    from by_currency group by customer_id
),
coming as (
    select customer_id, (array_agg(due_date order by due_date))[1:10] as due_dates
    from (
        select distinct customer_id, due_date from items
        where due_date >= %(as_of)s::date and not is_disputed and not is_held
    ) dates
    group by customer_id
),
promises as (
    select customer_id,
        min(due_date) filter (where state = 'ACTIVE') as promise_due_date,
        min(made_on) filter (where state = 'ACTIVE') as promise_made_on,
        max(settled_on) filter (where state in ('BROKEN', 'PARTLY_KEPT')) as broken_promise_on,
        count(*) filter (
            where state in ('BROKEN', 'PARTLY_KEPT') and settled_on > %(as_of)s::date - 365
        )::int as broken_count
    from agreements_promise
    where customer_id > %(after)s::bigint and customer_id <= %(up_to)s::bigint
        and made_on <= %(as_of)s::date
    group by customer_id
),
holds as (
    select distinct on (customer_id) customer_id, until_date, reason
    from agreements_hold
    where receivable_id is null and lifted_at is null
        and %(as_of)s::date between from_date and until_date
        and customer_id > %(after)s::bigint and customer_id <= %(up_to)s::bigint
    order by customer_id, until_date desc, id desc
),
disputes as (
    select distinct customer_id from agreements_dispute
    where receivable_id is null and state in ('OPENED', 'IN_REVIEW')
        and customer_id > %(after)s::bigint and customer_id <= %(up_to)s::bigint
),
settled as (
    select r.customer_id, r.original_due_date, max(e.effective_date) as paid_on
    from portfolio_receivable r
    join portfolio_ledgerentry e on e.receivable_id = r.id and e.kind = 'PAYMENT'
        and e.effective_date > %(as_of)s::date - 365 and e.effective_date <= %(as_of)s::date
        and not exists (select from portfolio_ledgerentry v where v.reverses_id = e.id)
    where r.customer_id > %(after)s::bigint and r.customer_id <= %(up_to)s::bigint
    group by r.id
),
history as (
    select customer_id,
        count(*)::int as paid_count,
        count(*) filter (where paid_on > original_due_date)::int as late_count,
        round(avg(paid_on - original_due_date), 1) as average_days_late,
        max(paid_on) as last_payment_on
    from settled group by customer_id
)
select p.id, d.open_amounts, d.overdue_amounts, d.open_count, d.overdue_count, d.disputed_count, d.held_count,
    d.oldest_due_date, c.due_dates, m.promise_due_date, m.promise_made_on, m.broken_promise_on, m.broken_count,
    y.last_payment_on, h.until_date, h.reason, x.customer_id is not null as has_customer_dispute,
    y.paid_count, y.late_count, y.average_days_late
from people p
left join debts d on d.customer_id = p.id
left join coming c on c.customer_id = p.id
left join promises m on m.customer_id = p.id
left join holds h on h.customer_id = p.id
left join disputes x on x.customer_id = p.id
left join history y on y.customer_id = p.id
order by p.id

-- record_facts --
-- Keep the facts of a day; a repeated chunk changes nothing.
insert into assessment_dailyfacts (as_of, customer_id, stage, segment, days_past_due, facts)
select %(as_of)s::date, (r ->> 0)::bigint, r ->> 1, r ->> 2, (r ->> 3)::int, r -> 4
from jsonb_array_elements(%(rows)s::jsonb) as r
on conflict (as_of, customer_id) do nothing

-- move_states --
-- Keep the stage and segment of each customer and since when; an older day never overwrites a newer one.
insert into assessment_customerstate as s (
    customer_id, stage, stage_since, segment, segment_since, as_of, days_past_due, overdue_amounts, open_amounts
)
select (r ->> 0)::bigint, r ->> 1, %(as_of)s::date, r ->> 2, %(as_of)s::date, %(as_of)s::date, (r ->> 3)::int,
    coalesce(r -> 4 -> 'overdue_amounts', '{}'::jsonb), coalesce(r -> 4 -> 'open_amounts', '{}'::jsonb)
from jsonb_array_elements(%(rows)s::jsonb) as r
on conflict (customer_id) do update set
    stage = excluded.stage,
    stage_since = case when s.stage = excluded.stage then s.stage_since else excluded.stage_since end,
    segment = excluded.segment,
    segment_since = case when s.segment = excluded.segment then s.segment_since else excluded.segment_since end,
    as_of = excluded.as_of,
    days_past_due = excluded.days_past_due,
    overdue_amounts = excluded.overdue_amounts,
    open_amounts = excluded.open_amounts
where s.as_of <= excluded.as_of

-- facts_of --
-- The newest facts of one customer on or before a day.
select as_of, stage, segment, days_past_due, facts
from assessment_dailyfacts
where customer_id = %(customer_id)s::bigint and as_of <= %(as_of)s::date
order by as_of desc limit 1

-- state_of --
-- The stage and segment of one customer now.
select stage, stage_since, segment, segment_since, as_of, days_past_due, overdue_amounts, open_amounts
from assessment_customerstate where customer_id = %(customer_id)s::bigint
