-- add_given_customers --
-- Add the given customers that are not there yet, where their search text needs no more than small letters
-- without accents; the others are left to whom can fold any script.
with folded as materialized (
    select g.*,
           btrim(regexp_replace(lower(regexp_replace(
               normalize(g.name || ' ' || g.external_id || ' ' || g.tax_id, nfkd), '[\u0300-\u036f]', '', 'g'
           ) collate "C"), ' +', ' ', 'g')) as search_text
    from portfolio_given_customer g
)
insert into portfolio_customer (
    external_id, name, kind, short_name, tax_id, language, time_zone, state, city, postal_code, sector,
    tags, attributes, search_text, created_at, updated_at
)
select f.external_id, f.name, f.kind, f.short_name, f.tax_id, coalesce(nullif(f.language, ''), %(language)s::text),
       f.time_zone, f.state, f.city, f.postal_code, f.sector, f.tags, f.attributes, f.search_text,
       %(at)s::timestamptz, %(at)s::timestamptz
from folded f
where f.search_text ~ '^[ -~]*$' and f.kind <> ''
order by f.external_id
on conflict (external_id) do nothing;

-- add_given_accounts --
-- Add the accounts that given receivables name; the last product that is named replaces the old one.
insert into portfolio_account as a (customer_id, external_id, product, created_at)
select distinct on (g.customer_id, g.account) g.customer_id, g.account, g.product, %(at)s::timestamptz
from portfolio_given_receivable g
where g.account <> ''
order by g.customer_id, g.account, g.product = '', g.row_number desc
on conflict (customer_id, external_id) do update set product = excluded.product
    where excluded.product <> '' and a.product <> excluded.product;

-- add_given_receivables --
-- Add the given receivables that are not there yet, each with its ISSUE entry, and count those that were added.
with added as (
    insert into portfolio_receivable (
        key, customer_id, account_id, kind, document_number, currency, issue_date, due_date,
        original_due_date, original_amount, open_amount, attributes, created_at, updated_at
    )
    select g.key, g.customer_id, a.id, g.kind, g.document_number, g.currency, g.issue_date, g.due_date,
           g.due_date, g.amount, g.amount, g.attributes::jsonb, %(at)s::timestamptz, %(at)s::timestamptz
    from portfolio_given_receivable g
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
select count(*) from added;
