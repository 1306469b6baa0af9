-- balances_locked --
-- What these receivables owe, held until the transaction ends, in the order of their ids.
select r.id, r.currency, r.open_amount
from portfolio_receivable r
where r.id = any(%(receivable_ids)s::bigint[])
order by r.id
for update;

-- posted_keys --
-- Which of these keys the ledger has already.
select e.key
from portfolio_ledgerentry e
where e.key = any(%(keys)s::text[]);

-- posted_entries --
-- Entries that are to be reversed, and whether they are already.
select e.id, e.receivable_id, e.amount,
       exists (select from portfolio_ledgerentry r where r.reverses_id = e.id) as is_reversed
from portfolio_ledgerentry e
where e.id = any(%(ids)s::bigint[]);

-- standing_entries --
-- The entries of receivables that were not taken back.
select e.id, e.receivable_id, e.amount, e.currency, e.effective_date, r.customer_id
from portfolio_ledgerentry e
join portfolio_receivable r on r.id = e.receivable_id
where e.receivable_id = any(%(receivable_ids)s::bigint[]) and e.kind <> 'REVERSAL'
  and not exists (select from portfolio_ledgerentry back where back.reverses_id = e.id)
order by e.id;

-- standing_prompt_discounts --
-- The discounts for paying early that stand on documents.
select e.id, e.key, e.receivable_id, e.amount, e.currency, e.effective_date
from portfolio_ledgerentry e
where e.receivable_id = any(%(receivable_ids)s::bigint[])
  and e.kind = 'DISCOUNT' and e.key like %(prompt_keys)s::text
  and not exists (select from portfolio_ledgerentry back where back.reverses_id = e.id)
order by e.id;

-- post_entries --
-- Add entries and move what their receivables owe, in one statement; an entry known by its key changes nothing.
with added as (
    insert into portfolio_ledgerentry (
        key, receivable_id, kind, amount, currency, effective_date, recorded_at, note, reverses_id
    )
    select g.key, g.receivable_id, g.kind, g.amount, g.currency, g.effective_date, %(at)s::timestamptz,
           g.note, g.reverses_id
    from unnest(
        %(key)s::text[], %(receivable_id)s::bigint[], %(kind)s::text[], %(amount)s::numeric[],
        %(currency)s::text[], %(effective_date)s::date[], %(note)s::text[], %(reverses_id)s::bigint[]
    ) as g (key, receivable_id, kind, amount, currency, effective_date, note, reverses_id)
    on conflict (key) do nothing
    returning receivable_id, amount
),
moves as (
    select receivable_id, sum(amount) as amount, count(*) as entries from added group by receivable_id
),
moved as (
    update portfolio_receivable r
    set open_amount = r.open_amount + m.amount, updated_at = greatest(r.updated_at, %(at)s::timestamptz)
    from moves m
    where r.id = m.receivable_id
    returning m.entries
)
select coalesce(sum(entries), 0)::bigint from moved;
