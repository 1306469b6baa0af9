-- lock_for_merging --
-- Hold these customers alone, in the order of their ids: not even a row that points to them is added meanwhile.
select c.id, c.external_id, c.merged_into_id
from portfolio_customer c
where c.id = any(%(customer_ids)s::bigint[])
order by c.id
for update;

-- move_customer --
-- Accounts and documents of one customer become those of another, and whoever was united with it before goes along.
-- An account that both have stays where it is; its documents still name it.
with accounts as (
    update portfolio_account a set customer_id = %(target_id)s::bigint
    where a.customer_id = %(source_id)s::bigint
        and not exists (
            select from portfolio_account k
            where k.customer_id = %(target_id)s::bigint and k.external_id = a.external_id
        )
    returning a.id
),
receivables as (
    update portfolio_receivable set customer_id = %(target_id)s::bigint
    where customer_id = %(source_id)s::bigint
    returning id
),
united as (
    update portfolio_customer set merged_into_id = %(target_id)s::bigint
    where merged_into_id = %(source_id)s::bigint
    returning id
),
itself as (
    update portfolio_customer set merged_into_id = %(target_id)s::bigint
    where id = %(source_id)s::bigint
)
select 'portfolio_account', coalesce(array_agg(id order by id), '{}') from accounts
union all
select 'portfolio_receivable', coalesce(array_agg(id order by id), '{}') from receivables
union all
select 'portfolio_customer', coalesce(array_agg(id order by id), '{}') from united;

-- return_customers --
-- The customer stands alone again, and whoever had been united with it is with it.
update portfolio_customer c
set merged_into_id = case when c.id = %(source_id)s::bigint then null else %(source_id)s::bigint end
where c.id = %(source_id)s::bigint
    or (c.id = any(%(united)s::bigint[]) and c.merged_into_id = %(target_id)s::bigint);

-- return_documents --
-- Accounts and documents go back, also a document that its source has brought meanwhile under the number of the
-- customer: the next file will look for it there.
with own as (
    select replace(replace(c.external_id, '\', '\\'), '|', '\|') || '|' as head
    from portfolio_customer c
    where c.id = %(source_id)s::bigint or c.merged_into_id = %(source_id)s::bigint
),
accounts as (
    update portfolio_account a set customer_id = %(source_id)s::bigint
    where a.customer_id = %(target_id)s::bigint and a.id = any(%(accounts)s::bigint[])
        and not exists (
            select from portfolio_account k
            where k.customer_id = %(source_id)s::bigint and k.external_id = a.external_id
        )
)
update portfolio_receivable r set customer_id = %(source_id)s::bigint
where r.customer_id = %(target_id)s::bigint
    and (
        r.id = any(%(receivables)s::bigint[])
        or exists (select from own o where starts_with(r.key, o.head))
    );

-- united_with --
-- Who was found to be one person with these customers.
select c.merged_into_id as customer_id, c.id, c.external_id, c.name, c.tax_id
from portfolio_customer c
where c.merged_into_id = any(%(customer_ids)s::bigint[])
order by c.merged_into_id, c.id;
