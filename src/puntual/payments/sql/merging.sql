-- move_customer --
-- Payments and reports of payment of one customer become those of another; what they paid stays as it is.
with payments as (
    update payments_payment set customer_id = %(target_id)s::bigint
    where customer_id = %(source_id)s::bigint
    returning id
),
reports as (
    update payments_reportedpayment set customer_id = %(target_id)s::bigint
    where customer_id = %(source_id)s::bigint
    returning id
)
select 'payments_payment', coalesce(array_agg(id order by id), '{}') from payments
union all
select 'payments_reportedpayment', coalesce(array_agg(id order by id), '{}') from reports

-- return_customer --
-- They go back; a payment that a moved report became goes with its report.
with reports as (
    update payments_reportedpayment set customer_id = %(source_id)s::bigint
    where customer_id = %(target_id)s::bigint and id = any(%(reports)s::bigint[])
    returning payment_id
)
update payments_payment set customer_id = %(source_id)s::bigint
where customer_id = %(target_id)s::bigint
    and (id = any(%(payments)s::bigint[]) or id in (select payment_id from reports where payment_id is not null))

-- give_payments --
-- These payments become another customer's.
update payments_payment set customer_id = %(customer_id)s::bigint
where id = any(%(payment_ids)s::bigint[]);

-- entries_elsewhere --
-- What these payments have posted on documents of others and nobody took back, with the discounts for paying early
-- that counted their money (those given after it was posted).
with made as (
    select e.id, e.key, e.receivable_id, e.amount, e.currency, e.effective_date, a.payment_id
    from payments_allocation a
    join portfolio_ledgerentry e on e.id = a.entry_id
    join portfolio_receivable r on r.id = e.receivable_id and r.customer_id <> %(customer_id)s::bigint
    where a.payment_id = any(%(payment_ids)s::bigint[])
      and not exists (select from portfolio_ledgerentry back where back.reverses_id = e.id)
)
select id, key, receivable_id, amount, currency, effective_date, payment_id from made
union
select e.id, e.key, e.receivable_id, e.amount, e.currency, e.effective_date, null
from made m
join portfolio_ledgerentry e on e.receivable_id = m.receivable_id and e.id > m.id
where e.kind = 'DISCOUNT' and e.key like 'prompt:%%'
  and not exists (select from portfolio_ledgerentry back where back.reverses_id = e.id)
order by id
