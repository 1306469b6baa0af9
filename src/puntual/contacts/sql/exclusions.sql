-- same_list --
-- A list that was taken in already: the same name, kind, days and file, not withdrawn.
select id from contacts_exclusionlist
where name = %(name)s::text and kind = %(kind)s::text and from_date = %(from_date)s::date
    and until_date is not distinct from %(until_date)s::date and file_hash = %(file_hash)s::text
    and withdrawn_at is null
order by id desc
limit 1

-- insert_list --
-- Take a list in; it counts when it is applied.
insert into contacts_exclusionlist (
    name, kind, from_date, until_date, file_name, file_hash, rows_total, unread_rows, rows_unread, actor_label, at
)
values (
    %(name)s::text, %(kind)s::text, %(from_date)s::date, %(until_date)s::date, %(file_name)s::text, %(file_hash)s::text,
    %(rows_total)s::int, %(unread_rows)s::int[], %(rows_unread)s::int, %(actor_label)s::text, %(at)s::timestamptz
)
returning id

-- insert_entries --
-- Keep who stands on it, as hashes.
insert into contacts_exclusion (of_list_id, kind, digest)
select %(list_id)s::bigint, e.kind, sha256(convert_to(e.value, 'UTF8'))
from unnest(%(kinds)s::text[], %(entry_values)s::text[]) as e (kind, value)

-- lock_list --
-- Decide about one list after the other of its name.
select id, name, kind, from_date, until_date, applied_at, withdrawn_at from contacts_exclusionlist
where name = (select name from contacts_exclusionlist where id = %(list_id)s::bigint)
order by id
for update

-- apply_list --
-- From now on it counts.
update contacts_exclusionlist set applied_at = %(at)s::timestamptz, applied_by = %(actor_label)s::text
where id = %(list_id)s::bigint

-- withdraw_list --
-- From now on it counts no more; that it did stays.
update contacts_exclusionlist
set withdrawn_at = %(at)s::timestamptz, withdrawn_by = %(actor_label)s::text, withdraw_reason = %(reason)s::text
where id = %(list_id)s::bigint and withdrawn_at is null

-- lists --
-- Every list, the newest first.
select l.id, l.name, l.kind, l.from_date, l.until_date, l.file_name, l.rows_total, l.rows_unread, l.unread_rows,
    l.actor_label, l.at, l.applied_at, l.applied_by, l.withdrawn_at, l.withdrawn_by, l.withdraw_reason,
    l.matched_customers, l.matched_at,
    l.applied_at is not null and l.withdrawn_at is null as is_in_force,
    l.applied_at is not null and l.withdrawn_at is null and %(today)s::date >= l.from_date
        and coalesce(%(today)s::date <= l.until_date, true) as counts
from contacts_exclusionlist l
where %(list_id)s::bigint is null or l.id = %(list_id)s::bigint
order by l.at desc, l.id desc
limit %(limit)s::int

-- entry_counts --
-- How many stand on a list, by what they are known.
select kind, count(*) from contacts_exclusion where of_list_id = %(list_id)s::bigint group by kind

-- forget_matches --
-- What was counted before.
delete from contacts_exclusionmatch where of_list_id = %(list_id)s::bigint

-- keep_matches --
-- Whom a list is about: each customer once, with how many of their addresses, and whether by their tax id. It reads every
-- address and tax id of the company, so it is done when a list is taken in and not when its page is read.
with points as (
    select p.customer_id, count(*) as points
    from contacts_contactpoint p
    join contacts_exclusion x on x.of_list_id = %(list_id)s::bigint and x.kind = p.kind
        and x.digest = sha256(convert_to(p.normalized, 'UTF8'))
    group by p.customer_id
),
people as (
    select distinct coalesce(k.merged_into_id, k.id) as customer_id
    from portfolio_customer k
    join contacts_exclusion x on x.of_list_id = %(list_id)s::bigint and x.kind = 'TAX_ID'
        and x.digest = sha256(convert_to(regexp_replace(upper(k.tax_id), '[^[:alnum:]&]', '', 'g'), 'UTF8'))
    where k.tax_id <> ''
)
insert into contacts_exclusionmatch (of_list_id, customer_id, place, points, by_tax_id)
select %(list_id)s::bigint, k.id, row_number() over (order by k.sort_name, k.id), coalesce(p.points, 0),
    e.customer_id is not null
from points p
full join people e on e.customer_id = p.customer_id
join portfolio_customer k on k.id = coalesce(p.customer_id, e.customer_id)

-- note_matched --
-- Say how many there are, and as of when.
update contacts_exclusionlist l
set matched_at = %(at)s::timestamptz,
    matched_customers = (select count(*) from contacts_exclusionmatch m where m.of_list_id = l.id)
where l.id = %(list_id)s::bigint

-- matches --
-- Whom a list was about when that was counted; who was united with another since stands under the name that stays.
with page as (
    select place, customer_id, points, by_tax_id
    from contacts_exclusionmatch
    where of_list_id = %(list_id)s::bigint
    order by place
    limit %(limit)s::int offset %(offset)s::int
)
select k.id as customer_id, k.name, k.external_id, p.points, p.by_tax_id
from page p
join portfolio_customer c on c.id = p.customer_id
join portfolio_customer k on k.id = coalesce(c.merged_into_id, c.id)
order by p.place

-- lists_to_count --
-- Lists that count or may yet: whom they are about changes with the customers.
select id from contacts_exclusionlist
where withdrawn_at is null and coalesce(until_date >= %(today)s::date, true)
order by id

-- erase_matches --
-- Who is forgotten stands on no page of a list.
with gone as (
    delete from contacts_exclusionmatch where customer_id = %(customer_id)s::bigint returning of_list_id
)
update contacts_exclusionlist l set matched_customers = l.matched_customers - 1
from gone g where l.id = g.of_list_id

-- listed_points --
-- The addresses that stand on a list.
select p.id
from contacts_contactpoint p
join contacts_exclusion x on x.of_list_id = %(list_id)s::bigint and x.kind = p.kind
    and x.digest = sha256(convert_to(p.normalized, 'UTF8'))
order by p.id

-- listings_for --
-- On which lists that count customers stand, and by which of their addresses; null is by their tax id.
with named as (
    select customer_id, id as point_id, kind, sha256(convert_to(normalized, 'UTF8')) as digest
    from contacts_contactpoint
    where customer_id = any(%(customer_ids)s::bigint[])
    union all
    select coalesce(merged_into_id, id), null, 'TAX_ID',
        sha256(convert_to(regexp_replace(upper(tax_id), '[^[:alnum:]&]', '', 'g'), 'UTF8'))
    from portfolio_customer
    where (id = any(%(customer_ids)s::bigint[]) or merged_into_id = any(%(customer_ids)s::bigint[])) and tax_id <> ''
)
select m.customer_id, m.point_id, l.id as list_id, l.name, l.kind, l.until_date
from named m
join contacts_exclusion x on x.digest = m.digest and x.kind = m.kind
join contacts_exclusionlist l on l.id = x.of_list_id
where l.applied_at is not null and l.withdrawn_at is null
    and %(today)s::date >= l.from_date and coalesce(%(today)s::date <= l.until_date, true)
order by l.name, m.point_id
