-- lock_customers --
-- Let what is agreed with a customer change by one hand at a time, in the order of the ids.
select id from portfolio_customer where id = any(%(customer_ids)s::bigint[]) order by id for no key update

-- promise_by_key --
-- The promise that a key has made.
select id, customer_id, amount, currency, due_date from agreements_promise where key = %(key)s::text

-- supersede_active --
-- A new promise takes the place of the active one in its currency.
with was as (
    insert into agreements_promisepast (promise_id, state, settled_on, until_at)
    select id, state, settled_on, %(at)s::timestamptz from agreements_promise
    where customer_id = %(customer_id)s::bigint and currency = %(currency)s::text and state = 'ACTIVE'
)
update agreements_promise set state = 'SUPERSEDED', settled_on = %(today)s::date
where customer_id = %(customer_id)s::bigint and currency = %(currency)s::text and state = 'ACTIVE'
returning id, amount, due_date

-- insert_promise --
-- Keep a promise. created_at is the moment at which it was made: money known before does not count toward it.
insert into agreements_promise (
    key, customer_id, amount, currency, made_on, due_date, tolerance_days, channel, actor_label, note, created_at
)
values (
    %(key)s::text, %(customer_id)s::bigint, %(amount)s::numeric, %(currency)s::text, %(today)s::date,
    %(due_date)s::date, %(tolerance_days)s::smallint, %(channel)s::text, %(actor_label)s::text, %(note)s::text,
    %(at)s::timestamptz
)
returning id

-- promise_head --
-- Whose a promise is, and what it is worth now.
select id, customer_id, currency, amount, due_date, state from agreements_promise where id = %(promise_id)s::bigint

-- cancel_promise --
-- An active promise is taken back.
with was as (
    insert into agreements_promisepast (promise_id, state, settled_on, until_at)
    select id, state, settled_on, %(at)s::timestamptz from agreements_promise
    where id = %(promise_id)s::bigint and state = 'ACTIVE'
)
update agreements_promise set state = 'CANCELLED'
where id = %(promise_id)s::bigint and state = 'ACTIVE'

-- gather --
-- Every promise that may have to be judged, one row each, with the payments that may count toward it: money of its
-- customer and currency, by value date, less what was reversed, and not known before the promise was made. A balance
-- that a file of the client says is lower counts like a payment: it was settled elsewhere. So does what was let go
-- because the rest was paid early, also where the books of the client replaced it by what they let go themselves: that
-- is posted in the moment in which it is taken back. Last, whether anything is owed in that currency.
-- The rule cuts the last day exactly; here it is only bounded. Without customers: those with an active promise, or
-- one due not long ago, for which money may still be recorded late.
with chosen as (
    select customer_id, currency from agreements_promise
    where case
        when %(customer_ids)s::bigint[] is not null then customer_id = any(%(customer_ids)s::bigint[])
        else state = 'ACTIVE'
            or (state in ('KEPT', 'PARTLY_KEPT', 'BROKEN') and due_date >= %(looked_back_to)s::date)
    end
    group by customer_id, currency
)
select p.id, p.customer_id, p.amount, p.currency, p.made_on, p.due_date, p.tolerance_days, p.paid_amount, p.state,
       p.settled_on, m.entry_ids, m.value_dates, m.amounts,
       exists (
           select from portfolio_receivable o
           where o.customer_id = p.customer_id and o.currency = p.currency and o.open_amount > 0
       )
from chosen c
join agreements_promise p on p.customer_id = c.customer_id and p.currency = c.currency
left join lateral (
    select array_agg(e.id order by e.id) as entry_ids,
           array_agg(e.effective_date order by e.id) as value_dates,
           array_agg(
               least(-e.amount, coalesce(instead.amount, 0) - e.amount - coalesce(v.amount, 0)) order by e.id
           ) as amounts
    from portfolio_receivable r
    join portfolio_ledgerentry e on e.receivable_id = r.id
        and (
            e.kind = 'PAYMENT'
            or e.kind = 'ADJUSTMENT' and e.key like %(balance_keys)s::text
            or e.kind = 'DISCOUNT' and e.key like 'prompt:%%'
        )
        and e.effective_date between p.made_on
            and least(%(today)s::date, p.due_date + 14 + 3 * p.tolerance_days)
    left join portfolio_ledgerentry v on v.reverses_id = e.id
    cross join lateral (
        select sum(-n.amount) as amount
        from portfolio_ledgerentry n
        where e.kind = 'DISCOUNT' and v.id is not null
            and n.receivable_id = e.receivable_id and n.id > v.id and n.recorded_at = v.recorded_at
            and n.kind in ('CREDIT_NOTE', 'DISCOUNT', 'ADJUSTMENT') and n.amount < 0 and n.key not like 'prompt:%%'
            and not exists (select from portfolio_ledgerentry back where back.reverses_id = n.id)
    ) instead
    where r.customer_id = p.customer_id and r.currency = p.currency
        and e.amount + coalesce(v.amount, 0) - coalesce(instead.amount, 0) < 0
        and (e.effective_date > p.made_on or e.recorded_at >= p.created_at)
) m on true
where p.state in ('ACTIVE', 'KEPT', 'PARTLY_KEPT', 'BROKEN')
order by p.customer_id, p.currency, p.id

-- apply --
-- Write what promises became, and what they were until now.
with judged as (
    select j.promise_id, j.state, j.paid_amount, j.settled_on
    from unnest(
        %(promise_ids)s::bigint[], %(states)s::text[], %(paid_amounts)s::numeric[], %(settled_on)s::date[]
    ) as j (promise_id, state, paid_amount, settled_on)
),
was as (
    insert into agreements_promisepast (promise_id, state, settled_on, until_at)
    select p.id, p.state, p.settled_on, %(at)s::timestamptz
    from judged j
    join agreements_promise p on p.id = j.promise_id
    where (p.state, p.settled_on) is distinct from (j.state, j.settled_on)
)
update agreements_promise p
set state = j.state, paid_amount = j.paid_amount, settled_on = j.settled_on
from judged j
where p.id = j.promise_id

-- promises_of --
-- Every promise of one customer, newest first.
select id, key, amount, currency, made_on, due_date, tolerance_days, channel, actor_label, note, state, paid_amount,
       settled_on, created_at
from agreements_promise
where customer_id = %(customer_id)s::bigint
order by made_on desc, id desc

-- active_promises --
-- The promises that customers have to keep now.
select id, customer_id, amount, currency, made_on, due_date, tolerance_days, paid_amount, state, settled_on
from agreements_promise
where customer_id = any(%(customer_ids)s::bigint[]) and state = 'ACTIVE'
order by customer_id, due_date, id

-- open_promises --
-- Promises that wait for their money, the next one due first.
select p.id, p.customer_id, c.external_id, c.name, p.amount, p.currency, p.made_on, p.due_date, p.tolerance_days,
       p.channel, p.actor_label, p.note, p.state, p.paid_amount
from agreements_promise p
join portfolio_customer c on c.id = p.customer_id
where p.state = 'ACTIVE' and (%(due_until)s::date is null or p.due_date <= %(due_until)s::date)
order by p.due_date, p.id
limit %(limit)s::bigint offset %(offset)s::bigint

-- missed_promises --
-- Promises that were broken or kept in part since a day, the newest first.
select p.id, p.customer_id, c.external_id, c.name, p.amount, p.currency, p.made_on, p.due_date, p.tolerance_days,
       p.channel, p.actor_label, p.note, p.state, p.paid_amount, p.settled_on
from agreements_promise p
join portfolio_customer c on c.id = p.customer_id
where p.state in ('BROKEN', 'PARTLY_KEPT') and p.settled_on >= %(since)s::date
order by p.settled_on desc, p.id desc
limit %(limit)s::bigint offset %(offset)s::bigint

-- promise_counts --
-- Promises at a glance.
select count(*) filter (where state = 'ACTIVE'),
       count(*) filter (where state = 'ACTIVE' and due_date = %(today)s::date),
       count(*) filter (where state = 'ACTIVE' and due_date between %(today)s::date and %(today)s::date + 7),
       count(*) filter (where state = 'KEPT'),
       count(*) filter (where state = 'PARTLY_KEPT'),
       count(*) filter (where state = 'BROKEN')
from agreements_promise
where state = 'ACTIVE'
    or (
        state in ('KEPT', 'PARTLY_KEPT', 'BROKEN')
        and settled_on > %(today)s::date - 30 and settled_on <= %(today)s::date
    )

-- promises_waiting --
-- Promises of a chunk's customers that wait for their money, the first that is due first.
select customer_id, made_on, due_date, tolerance_days from agreements_promise
where customer_id > %(after)s::bigint and customer_id <= %(up_to)s::bigint and state = 'ACTIVE'
order by customer_id, due_date, id
