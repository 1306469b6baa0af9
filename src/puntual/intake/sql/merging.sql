-- move_customer --
-- What a file brought for one customer, posted or waiting, becomes another's.
with movements as (
    update intake_movement set customer_id = %(target_id)s::bigint
    where customer_id = %(source_id)s::bigint
    returning id
)
select 'intake_movement', coalesce(array_agg(id order by id), '{}') from movements

-- return_customer --
-- It goes back, also what a file has brought meanwhile under the number of the customer, or on its documents alone.
update intake_movement set customer_id = %(source_id)s::bigint
where customer_id = %(target_id)s::bigint and (
    id = any(%(movements)s::bigint[])
    or customer_key in (
        select c.external_id from portfolio_customer c
        where c.id = %(source_id)s::bigint or c.merged_into_id = %(source_id)s::bigint
    )
    or (
        customer_key = ''
        and receivable_id in (select r.id from portfolio_receivable r where r.customer_id = %(source_id)s::bigint)
    )
)

-- payments_brought --
-- Payments that another holds and that files brought under the number of this customer, or on nothing but documents
-- of its own, without a number.
with own as (
    select c.external_id from portfolio_customer c
    where c.id = %(source_id)s::bigint or c.merged_into_id = %(source_id)s::bigint
),
told as (
    select m.payment_id, bool_and(m.customer_key in (select o.external_id from own o)) as is_own
    from intake_movement m
    where m.payment_id is not null and m.customer_key <> ''
    group by m.payment_id
)
select p.id
from payments_payment p
left join told t on t.payment_id = p.id
where p.customer_id = %(target_id)s::bigint and coalesce(
    t.is_own,
    starts_with(p.key, 'file:') and (
        select bool_and(r.customer_id = %(source_id)s::bigint)
        from payments_allocation a
        join portfolio_receivable r on r.id = a.receivable_id
        where a.payment_id = p.id
    ),
    false
)
order by p.id
