-- stored_receivables --
-- What the tables hold of the receivables with these keys.
select r.key, r.id, r.open_amount, r.customer_id, r.kind, r.document_number, r.currency, r.issue_date,
       r.due_date, r.original_amount, coalesce(a.external_id, ''), r.attributes
from portfolio_receivable r
left join portfolio_account a on a.id = r.account_id
where r.key = any(%(keys)s::text[]);

-- stored_receivables_locked --
-- The same, held until the transaction ends, in the order of the ids.
select r.key, r.id, r.open_amount, r.customer_id, r.kind, r.document_number, r.currency, r.issue_date,
       r.due_date, r.original_amount, coalesce(a.external_id, ''), r.attributes
from portfolio_receivable r
left join portfolio_account a on a.id = r.account_id
where r.key = any(%(keys)s::text[])
order by r.id
for update of r;

-- add_accounts --
-- Add the accounts that are named; a product that is named replaces the old one.
insert into portfolio_account as a (customer_id, external_id, product, created_at)
select g.customer_id, g.external_id, g.product, %(at)s::timestamptz
from unnest(%(customer_id)s::bigint[], %(external_id)s::text[], %(product)s::text[])
    as g (customer_id, external_id, product)
where not exists (
    select from portfolio_account known
    where known.customer_id = g.customer_id and known.external_id = g.external_id
      and (g.product = '' or known.product = g.product)
)
order by g.customer_id, g.external_id
on conflict (customer_id, external_id) do update set product = excluded.product
    where excluded.product <> '' and a.product <> excluded.product;

-- add_receivables --
-- Add the receivables that are not there yet, each with its ISSUE entry, and name those that were added.
with given as (
    select g.*
    from unnest(
        %(key)s::text[], %(customer_id)s::bigint[], %(account)s::text[], %(kind)s::text[],
        %(document_number)s::text[], %(currency)s::text[], %(issue_date)s::date[], %(due_date)s::date[],
        %(amount)s::numeric[], %(attributes)s::text[]
    ) as g (
        key, customer_id, account, kind, document_number, currency, issue_date, due_date, amount, attributes
    )
),
added as (
    insert into portfolio_receivable (
        key, customer_id, account_id, kind, document_number, currency, issue_date, due_date,
        original_due_date, original_amount, open_amount, attributes, created_at, updated_at
    )
    select g.key, g.customer_id, a.id, g.kind, g.document_number, g.currency, g.issue_date, g.due_date,
           g.due_date, g.amount, g.amount, g.attributes::jsonb, %(at)s::timestamptz, %(at)s::timestamptz
    from given g
    left join portfolio_account a on a.customer_id = g.customer_id and a.external_id = g.account
    order by g.customer_id, g.key
    on conflict (key) do nothing
    returning id, key, original_amount, currency, issue_date
),
issued as (
    insert into portfolio_ledgerentry (
        key, receivable_id, kind, amount, currency, effective_date, recorded_at, note
    )
    select 'issue:' || a.key, a.id, 'ISSUE', a.original_amount, a.currency, a.issue_date,
           %(at)s::timestamptz, ''
    from added a
)
select key from added;

-- change_receivables --
-- Write the new values of receivables that are locked already. A changed amount becomes an ADJUSTMENT of the
-- difference, true since the day of issue and known now; the first due date is kept, and so are the days until now.
with given as (
    select g.*
    from unnest(
        %(id)s::bigint[], %(account)s::text[], %(kind)s::text[], %(document_number)s::text[],
        %(issue_date)s::date[], %(due_date)s::date[], %(amount)s::numeric[], %(difference)s::numeric[],
        %(attributes)s::text[]
    ) as g (id, account, kind, document_number, issue_date, due_date, amount, difference, attributes)
),
adjusted as (
    insert into portfolio_ledgerentry (
        key, receivable_id, kind, amount, currency, effective_date, recorded_at, note
    )
    select 'adjust:' || r.key || ':' || (
               select count(*) from portfolio_ledgerentry e where e.receivable_id = r.id
           ),
           r.id, 'ADJUSTMENT', g.difference, r.currency,
           coalesce((
               select e.effective_date from portfolio_ledgerentry e where e.key = 'issue:' || r.key
           ), r.issue_date),
           %(at)s::timestamptz, ''
    from given g
    join portfolio_receivable r on r.id = g.id
    where g.difference <> 0
),
moved as (
    insert into portfolio_receivablepast (receivable_id, issue_date, due_date, until_at)
    select r.id, r.issue_date, r.due_date, %(at)s::timestamptz
    from given g
    join portfolio_receivable r on r.id = g.id
    where (r.issue_date, r.due_date) <> (g.issue_date, g.due_date)
)
update portfolio_receivable r
set account_id = coalesce(a.id, r.account_id), kind = g.kind, document_number = g.document_number,
    issue_date = g.issue_date, due_date = g.due_date, original_amount = g.amount,
    open_amount = r.open_amount + g.difference, attributes = g.attributes::jsonb,
    updated_at = greatest(r.updated_at, %(at)s::timestamptz)
from given g
join portfolio_receivable known on known.id = g.id
left join portfolio_account a on a.customer_id = known.customer_id and a.external_id = g.account
where r.id = g.id;

-- set_promised_date --
-- Note the day promised on these receivables (null takes it away).
update portfolio_receivable r
set promised_date = %(promised_date)s::date
where r.id = any(%(receivable_ids)s::bigint[])
  and r.promised_date is distinct from %(promised_date)s::date;
