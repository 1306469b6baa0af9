-- totals --
-- How many payments there are and what they amount to, by currency; reversed ones are counted and not added.
select p.currency, count(*) as payments,
       coalesce(sum(p.amount) filter (where p.state = 'POSTED'), 0) as amount,
       coalesce(sum(p.unapplied_amount) filter (where p.state = 'POSTED'), 0) as unapplied_amount
from payments_payment p
group by p.currency
order by p.currency;

-- totals_found --
-- The same of the payments that fit a search: every word in the customer's text, or the reference begins so.
with customers as materialized (
    select c.id from portfolio_customer c where c.search_text like all(%(words)s::text[])
),
found as (
    select p.id from payments_payment p where p.customer_id in (select id from customers)
    union
    select p.id from payments_payment p where upper(p.reference) like %(reference)s::text
)
select p.currency, count(*) as payments,
       coalesce(sum(p.amount) filter (where p.state = 'POSTED'), 0) as amount,
       coalesce(sum(p.unapplied_amount) filter (where p.state = 'POSTED'), 0) as unapplied_amount
from found
join payments_payment p on p.id = found.id
group by p.currency
order by p.currency;

-- payment_list --
-- One page of all payments, newest first.
select p.id, p.key, p.customer_id, c.external_id as customer, c.name as customer_name, p.amount,
       p.unapplied_amount, p.currency, p.value_date, p.recorded_at, p.method, p.reference, p.note, p.state,
       p.reversed_at, p.reversal_reason
from payments_payment p
join portfolio_customer c on c.id = p.customer_id
order by p.value_date desc, p.id desc
limit %(limit)s::bigint offset %(offset)s::bigint;

-- payment_list_found --
-- One page of the payments that fit a search, newest first.
with customers as materialized (
    select c.id from portfolio_customer c where c.search_text like all(%(words)s::text[])
),
found as (
    select p.id from payments_payment p where p.customer_id in (select id from customers)
    union
    select p.id from payments_payment p where upper(p.reference) like %(reference)s::text
)
select p.id, p.key, p.customer_id, c.external_id as customer, c.name as customer_name, p.amount,
       p.unapplied_amount, p.currency, p.value_date, p.recorded_at, p.method, p.reference, p.note, p.state,
       p.reversed_at, p.reversal_reason
from found
join payments_payment p on p.id = found.id
join portfolio_customer c on c.id = p.customer_id
order by p.value_date desc, p.id desc
limit %(limit)s::bigint offset %(offset)s::bigint;

-- payment_page --
-- Payments after a place, in the order in which they were recorded.
select p.id, p.key, p.customer_id, c.external_id as customer, c.name as customer_name, p.amount,
       p.unapplied_amount, p.currency, p.value_date, p.recorded_at, p.method, p.reference, p.note, p.state,
       p.reversed_at, p.reversal_reason
from payments_payment p
join portfolio_customer c on c.id = p.customer_id
where p.id > %(after)s::bigint
  and (%(customer_id)s::bigint is null or p.customer_id = %(customer_id)s::bigint)
  and (%(since)s::date is null or p.value_date >= %(since)s::date)
  and (%(until)s::date is null or p.value_date <= %(until)s::date)
order by p.id
limit %(limit)s::bigint;

-- payments_of --
-- The payments of one customer, newest first.
select p.id, p.key, p.customer_id, c.external_id as customer, c.name as customer_name, p.amount,
       p.unapplied_amount, p.currency, p.value_date, p.recorded_at, p.method, p.reference, p.note, p.state,
       p.reversed_at, p.reversal_reason
from payments_payment p
join portfolio_customer c on c.id = p.customer_id
where p.customer_id = %(customer_id)s::bigint
order by p.value_date desc, p.id desc;

-- payment --
-- One payment.
select p.id, p.key, p.customer_id, c.external_id as customer, c.name as customer_name, p.amount,
       p.unapplied_amount, p.currency, p.value_date, p.recorded_at, p.method, p.reference, p.note, p.state,
       p.reversed_at, p.reversal_reason
from payments_payment p
join portfolio_customer c on c.id = p.customer_id
where p.id = %(payment_id)s::bigint;

-- allocations_of --
-- What each receivable took of one payment.
select a.receivable_id, r.document_number, r.due_date, a.amount, e.effective_date, e.recorded_at,
       exists (select from portfolio_ledgerentry back where back.reverses_id = e.id) as is_reversed,
       case when d.id is null or exists (select from portfolio_ledgerentry back where back.reverses_id = d.id)
            then 0 else -d.amount end as discount_amount
from payments_allocation a
join portfolio_receivable r on r.id = a.receivable_id
join portfolio_ledgerentry e on e.id = a.entry_id
left join portfolio_ledgerentry d on d.key = 'prompt:' || e.key
where a.payment_id = %(payment_id)s::bigint
order by r.due_date, a.id;

-- unapplied --
-- Payments that left a credit, oldest first.
select p.id, p.key, p.customer_id, c.external_id as customer, c.name as customer_name, p.amount,
       p.unapplied_amount, p.currency, p.value_date, p.recorded_at, p.method, p.reference, p.note, p.state,
       p.reversed_at, p.reversal_reason
from payments_payment p
join portfolio_customer c on c.id = p.customer_id
where p.unapplied_amount > 0 and p.state = 'POSTED'
  and (%(customer_id)s::bigint is null or p.customer_id = %(customer_id)s::bigint)
order by p.value_date, p.id
limit %(limit)s::bigint;

-- reports --
-- Payments that debtors report: those of one customer, or those that wait for an answer, oldest first.
select r.id, r.customer_id, c.external_id as customer, c.name as customer_name, r.amount, r.currency,
       r.paid_on, r.reference, r.note, r.state, r.reported_at, r.payment_id, r.answered_at, r.answer
from payments_reportedpayment r
join portfolio_customer c on c.id = r.customer_id
where (%(customer_id)s::bigint is null and r.state = 'REPORTED') or r.customer_id = %(customer_id)s::bigint
order by r.reported_at, r.id
limit %(limit)s::bigint;

-- collected_by_day --
-- What came in by value date and currency, reversed payments left out.
select p.value_date, p.currency, sum(p.amount), count(*)
from payments_payment p
where p.value_date between %(since)s::date and %(until)s::date and p.state = 'POSTED'
group by p.value_date, p.currency
order by p.value_date, p.currency;

-- payment_ids_of --
-- The ids of the payments with these keys.
select p.key, p.id
from payments_payment p
where p.key = any(%(keys)s::text[]);

-- payment_mismatches --
-- Payments that are not the sum of their allocations and their credit, or whose entries say otherwise.
select p.id, p.amount, p.unapplied_amount, coalesce(a.amount, 0) as allocated_amount,
       coalesce(a.in_ledger, 0) as ledger_amount
from payments_payment p
left join (
    -- What was given back of a payment that stands is its credit again.
    select al.payment_id, sum(al.amount) filter (where back.id is null) as amount,
           -sum(e.amount + coalesce(back.amount, 0)) as in_ledger
    from payments_allocation al
    join portfolio_ledgerentry e on e.id = al.entry_id
    left join portfolio_ledgerentry back on back.reverses_id = e.id
    group by al.payment_id
) a on a.payment_id = p.id
where case p.state
          when 'POSTED' then p.amount <> p.unapplied_amount + coalesce(a.amount, 0)
                             or coalesce(a.in_ledger, 0) <> coalesce(a.amount, 0)
          else p.unapplied_amount <> 0 or coalesce(a.in_ledger, 0) <> 0
      end
order by p.id;

-- has_anyone_credit --
-- Whether any payment is not wholly applied.
select exists (select from payments_payment p where p.unapplied_amount > 0 and p.state = 'POSTED');
