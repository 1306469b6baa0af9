-- move_customer --
-- Promises, disputes and holds of one customer become those of another.
with promises as (
    update agreements_promise p set customer_id = %(target_id)s::bigint
    where p.customer_id = %(source_id)s::bigint
        and not (p.state = 'ACTIVE' and exists (
            select from agreements_promise k
            where k.customer_id = %(target_id)s::bigint and k.currency = p.currency and k.state = 'ACTIVE'
        ))
    returning p.id
),
disputes as (
    update agreements_dispute d set customer_id = %(target_id)s::bigint
    where d.customer_id = %(source_id)s::bigint
        and not (d.receivable_id is null and d.state in ('OPENED', 'IN_REVIEW') and exists (
            select from agreements_dispute k
            where k.customer_id = %(target_id)s::bigint and k.receivable_id is null
                and k.state in ('OPENED', 'IN_REVIEW')
        ))
    returning d.id
),
holds as (
    update agreements_hold h set customer_id = %(target_id)s::bigint
    where h.customer_id = %(source_id)s::bigint
    returning h.id
)
select 'agreements_promise', coalesce(array_agg(id order by id), '{}') from promises
union all
select 'agreements_dispute', coalesce(array_agg(id order by id), '{}') from disputes
union all
select 'agreements_hold', coalesce(array_agg(id order by id), '{}') from holds

-- return_customer --
-- They go back; what is about a document of the customer goes with it, though it came later.
with own as (
    select id from portfolio_receivable where customer_id = %(source_id)s::bigint
),
promises as (
    update agreements_promise p set customer_id = %(source_id)s::bigint
    where p.customer_id = %(target_id)s::bigint and p.id = any(%(promises)s::bigint[])
        and not (p.state = 'ACTIVE' and exists (
            select from agreements_promise k
            where k.customer_id = %(source_id)s::bigint and k.currency = p.currency and k.state = 'ACTIVE'
        ))
),
disputes as (
    update agreements_dispute d set customer_id = %(source_id)s::bigint
    where d.customer_id = %(target_id)s::bigint
        and (d.id = any(%(disputes)s::bigint[]) or d.receivable_id in (select id from own))
        and not (d.receivable_id is null and d.state in ('OPENED', 'IN_REVIEW') and exists (
            select from agreements_dispute k
            where k.customer_id = %(source_id)s::bigint and k.receivable_id is null
                and k.state in ('OPENED', 'IN_REVIEW')
        ))
)
update agreements_hold h set customer_id = %(source_id)s::bigint
where h.customer_id = %(target_id)s::bigint
    and (h.id = any(%(holds)s::bigint[]) or h.receivable_id in (select id from own))

-- merge_obstacles --
-- What a person has to settle before these two can be one: promises that are active, and disputes of the whole
-- debt that are open, on both sides.
select 'PROMISE' as kind, p.currency as detail
from agreements_promise p
join agreements_promise k on k.currency = p.currency and k.customer_id = %(target_id)s::bigint and k.state = 'ACTIVE'
where p.customer_id = %(source_id)s::bigint and p.state = 'ACTIVE'
union all
select 'DISPUTE', ''
where exists (
    select from agreements_dispute where customer_id = %(source_id)s::bigint and receivable_id is null
        and state in ('OPENED', 'IN_REVIEW')
) and exists (
    select from agreements_dispute where customer_id = %(target_id)s::bigint and receivable_id is null
        and state in ('OPENED', 'IN_REVIEW')
)
