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

-- payments_spread --
-- Payments that files brought under the number of one customer, without a document, and that paid debts of another.
select distinct p.id
from payments_payment p
join intake_movement m on m.payment_id = p.id and m.receivable_ids || m.receivable_id = '{null}'
join portfolio_customer c on c.external_id = m.customer_key
    and %(customer_id)s::bigint in (c.id, c.merged_into_id)
where p.customer_id = %(customer_id)s::bigint and exists (
    select from payments_allocation a
    join portfolio_receivable r on r.id = a.receivable_id
    where a.payment_id = p.id and r.customer_id = %(other_id)s::bigint
)
order by p.id

-- free_notes --
-- What credit notes of a customer that name no document have laid on debts of another is left of them again, and they
-- wait to be laid on debts of their own. Returned: what stands in the ledger of it, to be taken back.
with laid as (
    select e.id, e.key, e.receivable_id, e.amount, e.currency, e.effective_date, m.id as movement_id
    from intake_movement m
    join portfolio_receivable r on r.customer_id = %(target_id)s::bigint
    join portfolio_ledgerentry e on e.receivable_id = r.id and e.kind = 'CREDIT_NOTE'
        and starts_with(e.key, 'movement:' || m.id || ':')
    where m.customer_id = %(source_id)s::bigint and m.record = 'CREDIT_NOTE'
        and m.receivable_ids || m.receivable_id = '{null}'
        and not exists (select from portfolio_ledgerentry back where back.reverses_id = e.id)
),
freed as (
    update intake_movement m
    set remaining = m.remaining + f.amount, state = 'WAITING', reason = '', settled_at = null, settled_by = ''
    from (select movement_id, -sum(amount) as amount from laid group by movement_id) f
    where m.id = f.movement_id
)
select id, key, receivable_id, amount, currency, effective_date from laid order by id
