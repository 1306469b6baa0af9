-- issued_after --
-- What is owed on documents whose day of issue comes after a day, by currency.
select currency, sum(open_amount), count(*)::int
from portfolio_receivable
where open_amount > 0 and issue_date > %(day)s::date
group by currency
order by currency;

-- open_items_of --
-- Receivables of these customers that still owe, oldest due first.
select r.id, r.customer_id, r.document_number, r.kind, r.currency, r.issue_date, r.due_date,
       r.original_amount, r.open_amount
from portfolio_receivable r
where r.customer_id = any(%(customer_ids)s::bigint[]) and r.open_amount > 0
order by r.customer_id, r.due_date, r.issue_date, r.id;

-- open_items_locked --
-- The same, held until the transaction ends, in the order of their ids; the caller sorts.
select r.id, r.customer_id, r.document_number, r.kind, r.currency, r.issue_date, r.due_date,
       r.original_amount, r.open_amount
from portfolio_receivable r
where r.customer_id = any(%(customer_ids)s::bigint[]) and r.open_amount > 0
order by r.id
for update;

-- lowered --
-- By what these documents owe less, of what stands: until which day by money, a balance of a file counting like it, and
-- whether by anything else.
select e.receivable_id, max(e.effective_date) filter (where e.is_money), bool_or(not e.is_money)
from (
    select receivable_id, effective_date, kind = 'PAYMENT' or key like %(balance_keys)s::text as is_money
    from portfolio_ledgerentry e
    where e.receivable_id = any(%(receivable_ids)s::bigint[]) and e.amount < 0 and e.kind <> 'REVERSAL'
      and not exists (select from portfolio_ledgerentry back where back.reverses_id = e.id)
) e
group by e.receivable_id;

-- prompt_discounts --
-- How much stands of what was let go of these documents because they were paid early.
select e.receivable_id, sum(-e.amount)
from portfolio_ledgerentry e
where e.receivable_id = any(%(receivable_ids)s::bigint[])
  and e.kind = 'DISCOUNT' and e.key like %(prompt_keys)s::text
  and not exists (select from portfolio_ledgerentry back where back.reverses_id = e.id)
group by e.receivable_id;

-- receivables_of --
-- All receivables of one customer, newest first.
select r.id, r.key, r.document_number, r.kind, r.currency, r.issue_date, r.due_date, r.original_due_date,
       r.promised_date, r.original_amount, r.open_amount, coalesce(a.external_id, '') as account,
       coalesce(a.product, '') as product, r.attributes
from portfolio_receivable r
left join portfolio_account a on a.id = r.account_id
where r.customer_id = %(customer_id)s::bigint
order by r.issue_date desc, r.id desc;

-- ledger_of --
-- The newest movements of one customer.
select e.id, e.receivable_id, r.document_number, e.kind, e.amount, e.currency, e.effective_date,
       e.recorded_at, e.note, e.reverses_id, e.kind = 'DISCOUNT' and e.key like 'prompt:%%' as is_prompt_discount
from portfolio_ledgerentry e
join portfolio_receivable r on r.id = e.receivable_id
where r.customer_id = %(customer_id)s::bigint
order by e.effective_date desc, e.id desc
limit %(limit)s::bigint;

-- last_entry --
-- The newest entry of the ledger.
select coalesce(max(e.id), 0) from portfolio_ledgerentry e;

-- customers_of_entries --
-- Whose debts entries after a place raised; with a kind those that it lowered.
select distinct r.customer_id
from portfolio_ledgerentry e
join portfolio_receivable r on r.id = e.receivable_id
where e.id > %(after)s::bigint
  and case when %(lowering)s::text is null then e.amount > 0
           else e.kind = %(lowering)s::text and e.amount < 0 end
order by r.customer_id;

-- ageing --
-- Open amounts by days past due at a date, read from the ledger: what was true by then and known by then.
with balances as (
    select e.receivable_id, sum(e.amount) as amount
    from portfolio_ledgerentry e
    where e.effective_date <= %(as_of)s::date
      and (%(known_at)s::timestamptz is null or e.recorded_at <= %(known_at)s::timestamptz)
    group by e.receivable_id
    having sum(e.amount) <> 0
)
select (%(buckets)s::text[])[
           width_bucket(%(as_of)s::date - r.due_date, %(starts)s::integer[]) + 1
       ] as bucket,
       r.currency, sum(b.amount), count(*), count(distinct r.customer_id)
from balances b
join portfolio_receivable r on r.id = b.receivable_id
group by 1, 2
order by 2, 1;

-- ledger_mismatches --
-- Receivables whose kept open amount is not the sum of their entries.
select r.id, r.document_number, r.open_amount, coalesce(e.amount, 0)
from portfolio_receivable r
left join (
    select receivable_id, sum(amount) as amount from portfolio_ledgerentry group by receivable_id
) e on e.receivable_id = r.id
where r.open_amount <> coalesce(e.amount, 0)
order by r.id;

-- customer_names --
-- How customers are called, at the client and by name.
select id, external_id, name from portfolio_customer where id = any(%(customer_ids)s::bigint[])
