-- quality_customers --
-- Who the customers of a chunk are, each with its tax id as it is compared; one that was united with another is
-- not looked at, so that what was found of it ends.
select c.id, c.kind, c.tax_id, c.time_zone, c.state, c.postal_code, c.attributes::text,
    translate(upper(c.tax_id), E' .-/_,\t', '') as tax_key
from portfolio_customer c
where c.id = any(%(customer_ids)s::bigint[]) and c.merged_into_id is null
order by c.id

-- shared_tax_ids --
-- Tax ids that several customers have: how many have it, and the first of them. Without keys: of the whole portfolio.
select tax_key, count(*), (array_agg(id order by id))[1:6] as first_ids
from (
    select c.id, translate(upper(c.tax_id), E' .-/_,\t', '') as tax_key
    from portfolio_customer c where c.tax_id <> '' and c.merged_into_id is null
) keyed
where length(tax_key) >= 5 and (%(keys)s::text[] is null or tax_key = any(%(keys)s::text[]))
group by tax_key having count(*) > 1

-- tax_keys --
-- The tax ids of some customers as they are compared.
select distinct translate(upper(c.tax_id), E' .-/_,\t', '')
from portfolio_customer c
where c.id = any(%(customer_ids)s::bigint[]) and c.tax_id <> ''

-- former_sharers --
-- Customers that open findings of these customers name as having the same tax id.
select distinct (o.other #>> '{}')::bigint
from insights_finding f
cross join lateral jsonb_array_elements(f.detail -> 'others') as o (other)
where f.customer_id = any(%(customer_ids)s::bigint[]) and f.code = 'tax-id-shared' and f.resolved_at is null

-- quality_debts --
-- The documents of the customers of a chunk with the payments of a year that count for each.
select r.customer_id, r.id, r.kind, r.document_number, r.currency, r.issue_date, r.due_date, r.original_due_date,
    r.original_amount, r.open_amount,
    case when %(with_attributes)s::boolean and r.open_amount > 0 then r.attributes::text else '{}' end,
    coalesce(p.payments, 0), p.last_paid_on
from portfolio_receivable r
left join (
    select e.receivable_id, count(*)::int as payments, max(e.effective_date) as last_paid_on
    from portfolio_ledgerentry e
    join portfolio_receivable x on x.id = e.receivable_id
    where x.customer_id = any(%(customer_ids)s::bigint[]) and e.kind = 'PAYMENT'
        and e.effective_date > %(today)s::date - 365 and e.effective_date <= %(today)s::date
        and not exists (select from portfolio_ledgerentry v where v.reverses_id = e.id)
    group by e.receivable_id
) p on p.receivable_id = r.id
where r.customer_id = any(%(customer_ids)s::bigint[])
order by r.customer_id, r.id

-- quality_early_payments --
-- Payments of the last year that are dated before a document that they pay.
select p.customer_id, p.id, r.id, r.document_number, p.value_date, r.issue_date
from payments_payment p
join payments_allocation a on a.payment_id = p.id
join portfolio_receivable r on r.id = a.receivable_id
where p.customer_id = any(%(customer_ids)s::bigint[]) and p.state = 'POSTED' and p.value_date < r.issue_date
    and p.value_date > %(today)s::date - 365
order by p.id, r.id

-- quality_returned_payments --
-- Payments of the last year that were taken back.
select p.customer_id, p.id, (p.reversed_at at time zone 'UTC')::date, p.amount, p.currency, p.reversal_reason
from payments_payment p
where p.customer_id = any(%(customer_ids)s::bigint[]) and p.state = 'REVERSED'
    and p.reversed_at > %(today)s::date - 365
order by p.id

-- quality_seen_papers --
-- Papers of the customers of a chunk that a person has seen.
select r.customer_id, s.receivable_id, s.code
from insights_seenpaper s
join portfolio_receivable r on r.id = s.receivable_id
where r.customer_id = any(%(customer_ids)s::bigint[])

-- customer_chunk --
-- The customers of the next chunk after one.
select id from portfolio_customer where id > %(after)s::bigint order by id limit %(size)s::int

-- record_findings --
-- Write findings that are new, changed or back, and end those of the same customers that are no longer seen.
with given as (
    select r ->> 0 as code, r ->> 1 as subject, (r ->> 2)::bigint as subject_id, r ->> 3 as part,
        (r ->> 4)::bigint as customer_id, (r ->> 5)::bigint as receivable_id, r -> 6 as detail
    from jsonb_array_elements(%(rows)s::jsonb) as r
),
written as (
    insert into insights_finding as f (
        code, subject, subject_id, part, customer_id, receivable_id, detail, first_seen_at, changed_at
    )
    select code, subject, subject_id, part, customer_id, receivable_id, detail, %(at)s::timestamptz, %(at)s::timestamptz
    from given order by code, subject, subject_id, part
    on conflict (code, subject, subject_id, part) do update set
        customer_id = excluded.customer_id, receivable_id = excluded.receivable_id, detail = excluded.detail,
        changed_at = excluded.changed_at, resolved_at = null,
        accepted_at = case when f.detail = excluded.detail then f.accepted_at end,
        accepted_label = case when f.detail = excluded.detail then f.accepted_label else '' end,
        accepted_note = case when f.detail = excluded.detail then f.accepted_note else '' end
    where f.resolved_at is not null
        or (f.customer_id, f.receivable_id, f.detail)
            is distinct from (excluded.customer_id, excluded.receivable_id, excluded.detail)
    returning f.xmax = 0 as is_new
),
ended as (
    update insights_finding f set resolved_at = %(at)s::timestamptz
    where f.resolved_at is null
        and (f.customer_id = any(%(customer_ids)s::bigint[])
            or (%(with_company)s::boolean and f.subject = 'COMPANY'))
        and not exists (
            select from given g
            where g.code = f.code and g.subject = f.subject and g.subject_id = f.subject_id and g.part = f.part
        )
    returning f.id
)
select (select count(*) from written where is_new), (select count(*) from written where not is_new),
    (select count(*) from ended)

-- count_findings --
-- Keep how many findings of each kind are open today; the same count again writes nothing.
insert into insights_findingcount as k (as_of, code, findings, customers)
select %(as_of)s::date, c.code, count(f.id), count(distinct f.customer_id)
from unnest(%(codes)s::text[]) as c (code)
left join insights_finding f on f.code = c.code and f.resolved_at is null and f.accepted_at is null
group by c.code
on conflict (as_of, code) do update set findings = excluded.findings, customers = excluded.customers
where (k.findings, k.customers) is distinct from (excluded.findings, excluded.customers)

-- keep_check --
-- Keep that the portfolio was looked through today; a second time adds what it wrote.
insert into insights_qualitycheck as k (
    as_of, customers, new_findings, changed_findings, resolved_findings, checked_at
)
values (
    %(as_of)s::date, %(customers)s::int, %(new)s::int, %(changed)s::int, %(resolved)s::int, %(at)s::timestamptz
)
on conflict (as_of) do update set
    customers = excluded.customers, new_findings = k.new_findings + excluded.new_findings,
    changed_findings = k.changed_findings + excluded.changed_findings,
    resolved_findings = k.resolved_findings + excluded.resolved_findings, checked_at = excluded.checked_at

-- remember_rows --
-- Keep which row of the staged load brought which customer, document and payment.
insert into insights_loadedrow (source_id, row_number, customer_id, receivable_id, payment_id)
select %(import_id)s::bigint, coalesce(s.file_row, s.row_number), c.id, r.id, p.id
from intake_judged_row j
join intake_staged_row s on s.row_number = j.row_number
left join portfolio_receivable r on r.key = j.receivable_key
left join payments_payment p on p.key = j.payment_key
join portfolio_customer c on c.external_id = j.customer_key

-- forget_rows --
-- The rows of a load are not needed any more.
delete from insights_loadedrow where source_id = %(import_id)s::bigint

-- loaded_customers --
-- The customers that a load is about.
select distinct customer_id from insights_loadedrow where source_id = %(import_id)s::bigint order by customer_id

-- lead_to_rows --
-- Lead open findings to the row of the newest load that brought what they are about.
with loaded as materialized (
    select row_number, customer_id, receivable_id, payment_id from insights_loadedrow
    where source_id = %(import_id)s::bigint
),
open_ones as materialized (
    select f.id, f.subject, f.subject_id, f.customer_id from insights_finding f
    where f.resolved_at is null and f.customer_id in (select customer_id from loaded)
),
led as (
    select f.id, min(l.row_number) as row_number
    from open_ones f join loaded l on l.receivable_id = f.subject_id
    where f.subject = 'RECEIVABLE' group by f.id
    union all
    select f.id, min(l.row_number)
    from open_ones f join loaded l on l.payment_id = f.subject_id
    where f.subject = 'PAYMENT' group by f.id
    union all
    select f.id, l.row_number
    from open_ones f
    join (select customer_id, min(row_number) as row_number from loaded group by customer_id) l
        on l.customer_id = f.customer_id
    where f.subject in ('CUSTOMER', 'POINT')
)
update insights_finding f set source_id = %(import_id)s::bigint, row_number = led.row_number
from led
where f.id = led.id and (f.source_id, f.row_number) is distinct from (%(import_id)s::bigint, led.row_number)

-- keep_load_review --
-- Keep what a look at a load found.
insert into insights_loadreview as k (source_id, customers, counts, reviewed_at)
select %(import_id)s::bigint, %(customers)s::int, coalesce((
    select jsonb_object_agg(code, findings) from (
        select code, count(*) as findings from insights_finding
        where source_id = %(import_id)s::bigint and resolved_at is null and accepted_at is null
        group by code
    ) counted
), '{}'), %(at)s::timestamptz
on conflict (source_id) do update
set customers = excluded.customers, counts = excluded.counts, reviewed_at = excluded.reviewed_at

-- accept_finding --
-- A person says that what was found is right as it is.
update insights_finding
set accepted_at = %(at)s::timestamptz, accepted_label = %(label)s::text, accepted_note = %(note)s::text
where id = %(finding_id)s::bigint and resolved_at is null and accepted_at is null and code = any(%(codes)s::text[])
returning customer_id

-- reopen_finding --
-- What was taken as right is to be looked at again.
update insights_finding set accepted_at = null, accepted_label = '', accepted_note = ''
where id = %(finding_id)s::bigint and resolved_at is null and accepted_at is not null
returning customer_id

-- add_papers --
-- Keep the papers that a kind of debt must have.
insert into insights_requiredpaper (kind, code, name)
select p.kind, p.code, p.name
from unnest(%(kinds)s::text[], %(codes)s::text[], %(names)s::text[]) as p (kind, code, name)
on conflict (kind, code) do update set name = excluded.name
where insights_requiredpaper.name <> excluded.name

-- drop_papers --
-- Papers that are not asked for any more.
delete from insights_requiredpaper k
where not exists (
    select from unnest(%(kinds)s::text[], %(codes)s::text[]) as p (kind, code)
    where p.kind = k.kind and p.code = k.code
)

-- see_paper --
-- A person has seen a paper of a debt.
insert into insights_seenpaper (receivable_id, code, place, actor_label, created_at)
values (%(receivable_id)s::bigint, %(code)s::text, %(place)s::text, %(label)s::text, %(at)s::timestamptz)
on conflict (receivable_id, code) do nothing

-- erase_customer --
-- What was found about a person names them: it goes with them.
with papers as (
    update insights_seenpaper s set place = ''
    from portfolio_receivable r
    where r.id = s.receivable_id and r.customer_id = %(customer_id)s::bigint and s.place <> ''
)
delete from insights_finding where customer_id = %(customer_id)s::bigint
