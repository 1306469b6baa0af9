-- code_counts --
-- Open findings by kind, those of so many customers, and those that a person took as they are.
select f.code, count(*) filter (where f.accepted_at is null),
    count(distinct f.customer_id) filter (where f.accepted_at is null),
    count(*) filter (where f.accepted_at is not null)
from insights_finding f
where f.resolved_at is null
    and (%(import_id)s::bigint is null or f.source_id = %(import_id)s::bigint)
group by f.code

-- counts_before --
-- How many findings there were on the last day before one that has a picture.
select k.code, k.findings from insights_findingcount k
where k.as_of = (select max(as_of) from insights_findingcount where as_of < %(today)s::date)

-- count_history --
-- Findings of each day and kind.
select as_of, code, findings from insights_findingcount
where as_of >= %(since)s::date order by as_of, code

-- blocked_amounts --
-- What is owed by customers with a finding of these kinds, by currency.
select r.currency, sum(r.open_amount) as amount, count(distinct r.customer_id)::int as customers
from portfolio_receivable r
where r.open_amount > 0 and r.customer_id in (
    select f.customer_id from insights_finding f
    where f.resolved_at is null and f.accepted_at is null and f.code = any(%(codes)s::text[])
)
group by r.currency order by r.currency

-- finding_list --
-- One page of open findings, those that weigh most first.
select f.id, f.code, f.subject, f.subject_id, f.part, f.detail, f.customer_id, c.external_id, c.name,
    f.receivable_id, r.document_number, f.source_id, i.file_name, f.row_number, f.first_seen_at, f.accepted_at,
    f.accepted_label, f.accepted_note
from insights_finding f
left join portfolio_customer c on c.id = f.customer_id
left join portfolio_receivable r on r.id = f.receivable_id
left join intake_import i on i.id = f.source_id
where f.resolved_at is null and f.code = any(%(codes)s::text[])
    and (f.accepted_at is not null) = %(is_accepted)s::boolean
    and (%(customer_id)s::bigint is null or f.customer_id = %(customer_id)s::bigint)
    and (%(import_id)s::bigint is null or f.source_id = %(import_id)s::bigint)
    and (cardinality(%(words)s::text[]) = 0 or c.search_text like all(%(words)s::text[]))
    and f.id > %(after)s::bigint
order by case when %(by_id)s::boolean then 0 else array_position(%(codes)s::text[], f.code::text) end, f.id
limit %(limit)s::int offset %(skip)s::int

-- finding_total --
-- How many open findings fit a selection.
select count(*)
from insights_finding f
left join portfolio_customer c on c.id = f.customer_id
where f.resolved_at is null and f.code = any(%(codes)s::text[])
    and (f.accepted_at is not null) = %(is_accepted)s::boolean
    and (%(import_id)s::bigint is null or f.source_id = %(import_id)s::bigint)
    and (cardinality(%(words)s::text[]) = 0 or c.search_text like all(%(words)s::text[]))

-- finding --
-- One finding, open or not.
select f.id, f.code, f.subject, f.subject_id, f.part, f.detail, f.customer_id, c.external_id, c.name,
    f.receivable_id, r.document_number, f.source_id, i.file_name, f.row_number, f.first_seen_at, f.accepted_at,
    f.accepted_label, f.accepted_note
from insights_finding f
left join portfolio_customer c on c.id = f.customer_id
left join portfolio_receivable r on r.id = f.receivable_id
left join intake_import i on i.id = f.source_id
where f.id = %(finding_id)s::bigint and f.resolved_at is null

-- last_check --
-- The newest look through the whole portfolio.
select as_of, customers, new_findings, changed_findings, resolved_findings, checked_at
from insights_qualitycheck order by as_of desc limit 1

-- load_review --
-- What a look at a load found on its day.
select source_id as import_id, customers, counts, reviewed_at from insights_loadreview
where source_id = %(import_id)s::bigint

-- loads_to_review --
-- Loads that were applied lately and that nobody has looked at.
select i.id from intake_import i
where i.state = 'APPLIED' and i.applied_at >= %(since)s::timestamptz
    and not exists (select from insights_loadreview v where v.source_id = i.id)
order by i.applied_at, i.id limit %(limit)s::int

-- rejected_reasons --
-- Why rows of a load did not come in.
select reason, count(*)::int as rows from intake_importrow
where source_id = %(import_id)s::bigint and outcome = 'REJECTED'
group by reason order by count(*) desc, reason

-- papers --
-- The papers that kinds of debts must have.
select kind, code, name from insights_requiredpaper order by kind, id

-- due_soon --
-- Documents that fall due soon of customers who pay half of theirs late, a month late, or broke two promises, with the
-- kinds of findings that stand in the way of each.
with soon as (
    select r.id, r.customer_id, r.document_number, r.currency, r.due_date, r.open_amount, s.late_count_12m,
        s.paid_count_12m, s.broken_count_12m
    from portfolio_receivable r
    join assessment_customerstate s on s.customer_id = r.customer_id
        and (
            s.broken_count_12m >= 2
            or (s.paid_count_12m >= 2 and (s.late_count_12m * 2 >= s.paid_count_12m or s.average_days_late_12m > 30))
        )
    where r.open_amount > 0 and r.due_date between %(today)s::date and %(until)s::date
)
select s.id, s.customer_id, c.external_id, c.name, s.document_number, s.currency, s.due_date, s.open_amount, s.late_count_12m,
    s.paid_count_12m, s.broken_count_12m,
    coalesce((
        select array_agg(distinct f.code::text) from insights_finding f
        where f.customer_id = s.customer_id and f.resolved_at is null and f.accepted_at is null
            and (f.receivable_id is null or f.receivable_id = s.id)
    ), '{}') as codes, count(*) over () as total
from soon s
join portfolio_customer c on c.id = s.customer_id
order by s.due_date, s.open_amount desc, s.id
limit %(limit)s::int offset %(skip)s::int

-- editable_data --
-- What staff may correct of a customer.
select c.name, c.kind, c.tax_id, c.state, c.city, c.postal_code, c.time_zone from portfolio_customer c
where c.id = %(customer_id)s::bigint

-- customers_total --
-- How many customers there are.
select count(*) from portfolio_customer where merged_into_id is null
