-- add_payments --
-- Add payments. Their receivables get their entries in the same transaction.
insert into payments_payment (
    key, customer_id, amount, unapplied_amount, currency, value_date, recorded_at, method, reference, note,
    state, created_at
)
select g.key, g.customer_id, g.amount, g.unapplied_amount, g.currency, g.value_date, %(at)s::timestamptz,
       g.method, g.reference, g.note, 'POSTED', %(at)s::timestamptz
from unnest(
    %(key)s::text[], %(customer_id)s::bigint[], %(amount)s::numeric[], %(unapplied_amount)s::numeric[],
    %(currency)s::text[], %(value_date)s::date[], %(method)s::text[], %(reference)s::text[], %(note)s::text[]
) with ordinality as g (
    key, customer_id, amount, unapplied_amount, currency, value_date, method, reference, note, place
)
order by g.place;

-- add_allocations --
-- Note which receivable took how much of which payment, each with its entry of the ledger.
insert into payments_allocation (payment_id, receivable_id, entry_id, amount, created_at)
select p.id, e.receivable_id, e.id, -e.amount, %(at)s::timestamptz
from unnest(%(payment_key)s::text[], %(entry_key)s::text[]) with ordinality
    as g (payment_key, entry_key, place)
join payments_payment p on p.key = g.payment_key
join portfolio_ledgerentry e on e.key = g.entry_key
order by g.place;

-- customer_of_payment --
-- Whose payment it is.
select p.customer_id from payments_payment p where p.id = %(payment_id)s::bigint;

-- payment_locked --
-- One payment, held until the transaction ends, and how many parts of it were allocated.
select p.id, p.key, p.customer_id, p.amount, p.unapplied_amount, p.currency, p.value_date, p.state,
       (select count(*) from payments_allocation a where a.payment_id = p.id)
from payments_payment p
where p.id = %(payment_id)s::bigint
for update;

-- customers_with_credit --
-- Customers who left a credit and have a debt in its currency; of these, or of all.
select distinct p.customer_id
from payments_payment p
where p.unapplied_amount > 0 and p.state = 'POSTED'
  and (%(customer_ids)s::bigint[] is null or p.customer_id = any(%(customer_ids)s::bigint[]))
  and exists (
      select from portfolio_receivable r
      where r.customer_id = p.customer_id and r.currency = p.currency and r.open_amount > 0
  )
order by p.customer_id;

-- credits_locked --
-- What these customers paid and no debt took, held until the transaction ends, in the order of the ids.
select p.id, p.key, p.customer_id, p.amount, p.unapplied_amount, p.currency, p.value_date, p.state,
       (select count(*) from payments_allocation a where a.payment_id = p.id)
from payments_payment p
where p.customer_id = any(%(customer_ids)s::bigint[]) and p.unapplied_amount > 0 and p.state = 'POSTED'
order by p.id
for update of p;

-- allocated_entries --
-- The entries of the ledger that one payment made, with the discounts for paying early that counted its money: those
-- given after it was posted. None that was taken back since.
-- The ids tell the order, a discount coming after its payment; moments do not: that of an import is its beginning.
with made as (
    select e.id, e.key, e.receivable_id, e.amount, e.currency, e.effective_date
    from payments_allocation a
    join portfolio_ledgerentry e on e.id = a.entry_id
    where a.payment_id = %(payment_id)s::bigint
      and not exists (select from portfolio_ledgerentry back where back.reverses_id = e.id)
)
select id, key, receivable_id, amount, currency, effective_date from made
union
select e.id, e.key, e.receivable_id, e.amount, e.currency, e.effective_date
from made m
join portfolio_ledgerentry e on e.receivable_id = m.receivable_id and e.id > m.id
where e.kind = 'DISCOUNT' and e.key like 'prompt:%%'
  and not exists (select from portfolio_ledgerentry back where back.reverses_id = e.id)
order by id;

-- entries_to_release --
-- What payments that stand have posted on these receivables and that was not taken back.
select e.id, e.key, e.receivable_id, e.amount, e.currency, e.effective_date, p.id, p.customer_id
from payments_allocation a
join payments_payment p on p.id = a.payment_id and p.state = 'POSTED'
join portfolio_ledgerentry e on e.id = a.entry_id
where a.receivable_id = any(%(receivable_ids)s::bigint[])
  and not exists (select from portfolio_ledgerentry back where back.reverses_id = e.id)
order by e.id;

-- use_credits --
-- Lower the credits that payments left.
update payments_payment p
set unapplied_amount = p.unapplied_amount - g.amount
from unnest(%(payment_id)s::bigint[], %(amount)s::numeric[]) as g (payment_id, amount)
where p.id = g.payment_id;

-- mark_reversed --
-- Note that a payment was taken back; its credit goes with it.
update payments_payment p
set state = 'REVERSED', unapplied_amount = 0, reversed_at = %(at)s::timestamptz,
    reversal_reason = %(reason)s::text
where p.id = %(payment_id)s::bigint;

-- add_report --
-- Note a payment that a debtor says was made; the same key again changes nothing.
insert into payments_reportedpayment (
    key, customer_id, amount, currency, paid_on, reference, note, state, reported_at, created_at
)
values (
    %(key)s::text, %(customer_id)s::bigint, %(amount)s::numeric, %(currency)s::text, %(paid_on)s::date,
    %(reference)s::text, %(note)s::text, 'REPORTED', %(at)s::timestamptz, %(at)s::timestamptz
)
on conflict (key) do nothing;

-- report_of_key --
-- The report with this key.
select r.id, r.customer_id, r.amount, r.currency, r.paid_on
from payments_reportedpayment r
where r.key = %(key)s::text;

-- report_locked --
-- One report, held until the transaction ends.
select r.id, r.customer_id, r.amount, r.currency, r.paid_on, r.reference, r.note, r.state, r.payment_id
from payments_reportedpayment r
where r.id = %(report_id)s::bigint
for update;

-- answer_report --
-- Note what became of a report.
update payments_reportedpayment r
set state = %(state)s::text, payment_id = %(payment_id)s::bigint, answer = %(answer)s::text,
    answered_at = %(at)s::timestamptz
where r.id = %(report_id)s::bigint;

-- erase_customer --
-- Take away references and notes of a customer's payments; the money stays.
with payments as (
    update payments_payment set reference = '', note = '', reversal_reason = ''
    where customer_id = %(customer_id)s::bigint
)
update payments_reportedpayment set reference = '', note = '', answer = ''
where customer_id = %(customer_id)s::bigint
