-- stored_customers --
-- What the tables hold of the customers with these external ids.
select c.external_id, c.name, c.kind, c.short_name, c.tax_id, c.language, c.time_zone, c.state, c.city,
       c.postal_code, c.sector, c.tags, c.attributes
from portfolio_customer c
where c.external_id = any(%(external_ids)s::text[]);

-- stored_customers_locked --
-- The same, held until the transaction ends; always in the order of the ids, so that two writers never cross.
select c.external_id, c.name, c.kind, c.short_name, c.tax_id, c.language, c.time_zone, c.state, c.city,
       c.postal_code, c.sector, c.tags, c.attributes
from portfolio_customer c
where c.external_id = any(%(external_ids)s::text[])
order by c.id
for no key update;

-- add_customers --
-- Add the customers that are not there yet and name those that were added.
insert into portfolio_customer (
    external_id, name, kind, short_name, tax_id, language, time_zone, state, city, postal_code, sector,
    tags, attributes, search_text, created_at, updated_at
)
select g.external_id, g.name, g.kind, g.short_name, g.tax_id, g.language, g.time_zone, g.state, g.city,
       g.postal_code, g.sector, array(select jsonb_array_elements_text(g.tags::jsonb)), g.attributes::jsonb,
       g.search_text, %(at)s::timestamptz, %(at)s::timestamptz
from unnest(
    %(external_id)s::text[], %(name)s::text[], %(kind)s::text[], %(short_name)s::text[], %(tax_id)s::text[],
    %(language)s::text[], %(time_zone)s::text[], %(state)s::text[], %(city)s::text[],
    %(postal_code)s::text[], %(sector)s::text[], %(tags)s::text[], %(attributes)s::text[],
    %(search_text)s::text[]
) as g (
    external_id, name, kind, short_name, tax_id, language, time_zone, state, city, postal_code, sector,
    tags, attributes, search_text
)
order by g.external_id
on conflict (external_id) do nothing
returning external_id;

-- change_customers --
-- Write the new values of customers that are locked already.
update portfolio_customer c
set name = g.name, kind = g.kind, short_name = g.short_name, tax_id = g.tax_id, language = g.language,
    time_zone = g.time_zone, state = g.state, city = g.city, postal_code = g.postal_code, sector = g.sector,
    tags = array(select jsonb_array_elements_text(g.tags::jsonb)), attributes = g.attributes::jsonb,
    search_text = g.search_text, updated_at = %(at)s::timestamptz
from unnest(
    %(external_id)s::text[], %(name)s::text[], %(kind)s::text[], %(short_name)s::text[], %(tax_id)s::text[],
    %(language)s::text[], %(time_zone)s::text[], %(state)s::text[], %(city)s::text[],
    %(postal_code)s::text[], %(sector)s::text[], %(tags)s::text[], %(attributes)s::text[],
    %(search_text)s::text[]
) as g (
    external_id, name, kind, short_name, tax_id, language, time_zone, state, city, postal_code, sector,
    tags, attributes, search_text
)
where c.external_id = g.external_id;

-- lock_customers --
-- Hold these customers until the transaction ends, in the order of their ids: one hand at a time moves money.
select c.id
from portfolio_customer c
where c.id = any(%(customer_ids)s::bigint[])
order by c.id
for no key update;

-- set_labels --
-- Put tags and free attributes in place of a customer's own, where they differ.
update portfolio_customer c
set tags = %(tags)s::varchar[], attributes = %(attributes)s::jsonb, updated_at = %(at)s::timestamptz
where c.id = %(customer_id)s::bigint
  and (c.tags, c.attributes) is distinct from (%(tags)s::varchar[], %(attributes)s::jsonb);

-- lock_customers_of --
-- The same for the customers of these receivables.
select c.id
from portfolio_customer c
where c.id in (
    select r.customer_id from portfolio_receivable r where r.id = any(%(receivable_ids)s::bigint[])
)
order by c.id
for no key update;

-- erase_customer --
-- Take away what names a person: the customer stays as a number with its debts and movements.
with erased as (
    update portfolio_customer
    set name = %(name)s::text, short_name = '', tax_id = '', city = '', postal_code = '', attributes = '{}',
        tags = '{}', search_text = %(search_text)s::text, updated_at = %(at)s::timestamptz
    where id = %(customer_id)s::bigint
    returning id
)
update portfolio_receivable r
set attributes = '{}', updated_at = %(at)s::timestamptz
from erased e
where r.customer_id = e.id and r.attributes <> '{}';
