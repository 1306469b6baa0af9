-- insert_pause --
-- Keep a pause of a part of the portfolio.
insert into agreements_portfoliopause (scope, value, reason, note, from_date, until_date, actor_label, created_at)
values (
    %(scope)s::text, %(value)s::text, %(reason)s::text, %(note)s::text, %(from_date)s::date, %(until_date)s::date,
    %(actor_label)s::text, %(at)s::timestamptz
)
returning id

-- lift_pause --
-- End a pause now, and say whether it is there and whether this ended it.
with found as (
    select id from agreements_portfoliopause where id = %(pause_id)s::bigint for update
), lifted as (
    update agreements_portfoliopause p set lifted_at = %(at)s::timestamptz, lifted_by = %(actor_label)s::text
    from found f
    where p.id = f.id and p.lifted_at is null
    returning p.id
)
select exists (select from lifted) as is_lifted_now from found

-- pauses --
-- Pauses of the portfolio, the newest first.
select id, scope, value, reason, note, from_date, until_date, actor_label, created_at, lifted_at, lifted_by
from agreements_portfoliopause
order by id desc
limit %(limit)s::int

-- pauses_on --
-- The pauses of a day, as they were known at a moment; the one that ends last on top.
select id, scope, value, reason, note, from_date, until_date, actor_label, created_at, lifted_at, lifted_by
from agreements_portfoliopause
where %(as_of)s::date between from_date and until_date and created_at <= %(known_at)s::timestamptz
    and (lifted_at is null or lifted_at > %(known_at)s::timestamptz)
order by until_date desc, id desc

-- pauses_between --
-- The pauses that touch some days, lifted or not; the one that ends last on top.
select id, scope, value, reason, note, from_date, until_date, actor_label, created_at, lifted_at, lifted_by
from agreements_portfoliopause
where from_date <= %(last)s::date and until_date >= %(first)s::date
order by until_date desc, id desc

-- scope_values --
-- What a part of the portfolio may be named by, with how many customers each has.
-- Tags that differ in small letters and capitals are one, by the name that most have.
select 'TAG', mode() within group (order by t.value), count(distinct c.id)
from portfolio_customer c, unnest(c.tags) as t (value)
where c.merged_into_id is null and t.value <> '' group by lower(t.value)
union all
select 'STATE', c.state, count(*) from portfolio_customer c
where c.merged_into_id is null and c.state <> '' group by c.state
union all
select 'PRODUCT', a.product, count(distinct a.customer_id) from portfolio_account a
where a.product <> '' group by a.product
order by 1, 2

-- paused_customers --
-- The customers that a pause holds still as a whole, in the order of their ids.
select c.id from agreements_portfoliopause p
join portfolio_customer c on p.scope = 'ALL'
    or (p.scope = 'STATE' and c.state = p.value)
    or (p.scope = 'TAG' and lower(p.value) = any(lower(c.tags::text)::text[]))
where p.id = %(pause_id)s::bigint
order by c.id
