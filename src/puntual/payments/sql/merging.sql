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
