-- customer_page --
-- Customers after a place, in the order in which they came; no words find all. Who was united with another is found
-- by the old words too, and shown as the one they are.
select c.id, c.external_id, c.name, c.short_name, c.kind, c.tax_id, c.language, c.time_zone, c.state, c.city,
       c.postal_code, c.sector, c.tags, c.attributes, c.created_at
from portfolio_customer c
where c.id > %(after)s::bigint and c.merged_into_id is null
  and (
      c.search_text like all(%(words)s::text[])
      or c.id in (
          select m.merged_into_id from portfolio_customer m
          where m.merged_into_id is not null and m.search_text like all(%(words)s::text[])
      )
  )
order by c.id
limit %(limit)s::bigint;

-- receivable_page --
-- Receivables after a place, in the order in which they came, of one customer or of all.
select r.id, r.key, c.external_id as customer, r.document_number, r.kind, r.currency, r.issue_date, r.due_date,
       r.original_due_date, r.original_amount, r.open_amount, coalesce(a.external_id, '') as account,
       coalesce(a.product, '') as product, r.attributes
from portfolio_receivable r
join portfolio_customer c on c.id = r.customer_id
left join portfolio_account a on a.id = r.account_id
where r.id > %(after)s::bigint
  and (%(customer_id)s::bigint is null or r.customer_id = %(customer_id)s::bigint)
  and (not %(is_open)s::boolean or r.open_amount > 0)
order by r.id
limit %(limit)s::bigint;

-- products_of --
-- The products of one customer's accounts.
select distinct product from portfolio_account
where customer_id = %(customer_id)s::bigint and product <> '' order by 1
