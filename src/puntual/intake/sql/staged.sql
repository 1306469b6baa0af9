-- tally_rows --
-- What became of the rows of the staged file; a row of several debts is accepted when any of them is.
select f.outcome, count(*)
from (
    select coalesce(j.outcome, s.outcome) as outcome
    from intake_staged_row s
    left join intake_judged_row j on j.row_number = s.row_number
    where s.file_row is null
    union all
    -- ACCEPTED stands before REJECTED and UNCHANGED, and rejected rows are so in all their parts.
    select min(coalesce(j.outcome, s.outcome))
    from intake_staged_row s
    left join intake_judged_row j on j.row_number = s.row_number
    where s.file_row is not null
    group by s.file_row
) f
group by 1;

-- tally_reasons --
-- Why rows were rejected, the most frequent reason first.
select f.reason, count(distinct f.file_row)
from (
    select j.reason, coalesce(s.file_row, s.row_number) as file_row
    from intake_judged_row j
    join intake_staged_row s on s.row_number = j.row_number
    where j.outcome = 'REJECTED'
    union all
    select s.reason, coalesce(s.file_row, s.row_number) from intake_staged_row s where s.outcome = 'REJECTED'
) f
group by 1
order by 2 desc, 1;

-- tally_receivables --
-- How many documents are new, changed or as stored; a lower balance changes a document too.
select case when j.receivable_state = 'SAME' and j.balance_change < 0 then 'CHANGED' else j.receivable_state end,
       count(*)
from intake_judged_row j
where j.outcome <> 'REJECTED' and j.receivable_state <> ''
group by 1;

-- tally_payments --
-- How many payments are new or as stored.
select j.payment_state, count(*)
from intake_judged_row j
where j.outcome <> 'REJECTED' and j.payment_state <> ''
group by 1;

-- tally_customers --
-- How many customers are new, changed or as stored, and how many contact points are new.
select count(*) filter (where c.customer_id is null), count(*) filter (where c.is_changed),
       count(*) filter (where c.customer_id is not null and not c.is_changed),
       coalesce(sum(c.points_new), 0)
from intake_judged_customer c;

-- touched_customers --
-- The customers who were there before the file and of whom it brings something new.
select j.customer_id from intake_judged_row j where j.outcome = 'ACCEPTED' and j.customer_id is not null
union
select c.customer_id from intake_judged_customer c
where c.customer_id is not null and (c.is_changed or c.points_new > 0);

-- tally_sums --
-- Money of the rows that come in or are known, by currency.
select j.currency, count(*) filter (where s.file_row is null) + count(distinct s.file_row),
       coalesce(sum(j.amount) filter (where j.receivable_state <> ''), 0),
       coalesce(sum(case
           when j.receivable_state <> ''
               then coalesce(s.open_amount, j.amount - least(coalesce(s.paid_amount, 0), j.amount))
           when s.open_amount is null then -s.paid_amount
       end) filter (where s.due_date is not null), 0),
       coalesce(sum(s.paid_amount), 0)
from intake_judged_row j
join intake_staged_row s on s.row_number = j.row_number
where j.outcome <> 'REJECTED'
group by j.currency
order by j.currency;

-- odd_dates --
-- How many readable rows there are, how many of them fall due before they were issued, and how many are debts that
-- are issued later than the day of the file.
select count(*), count(*) filter (where s.due_date < s.issue_date),
    count(*) filter (where s.due_date is not null and s.issue_date > %(last_day)s::date)
from intake_staged_row s
-- Of a row of several debts the first one speaks for all.
where s.outcome = '' and (s.file_row is null or s.file_row = s.row_number);

-- rejected_numbers --
-- Rows that were readable and are rejected all the same.
select j.row_number, j.reason, j.detail
from intake_judged_row j
join intake_staged_row s on s.row_number = j.row_number and (s.file_row is null or s.file_row = s.row_number)
where j.outcome = 'REJECTED'
order by j.row_number
limit %(limit)s::bigint;

-- rejected_sample --
-- The first rows that could not be read.
select s.row_number, s.outcome, s.reason, s.detail, s.raw
from intake_staged_row s
where s.outcome = 'REJECTED'
order by s.row_number
limit %(limit)s::bigint;

-- keep_unread_rows --
-- Keep the rows that did not come in, with their cells; blank rows are only counted.
insert into intake_importrow (source_id, row_number, outcome, reason, detail, raw)
select %(import_id)s::bigint, s.row_number, s.outcome, s.reason, s.detail, s.raw::jsonb
from intake_staged_row s
where s.outcome <> '' and s.raw is not null;

-- customers_to_write --
-- The next customers that are changed, or new and not yet written.
select c.external_id, c.name, c.kind, c.short_name, c.tax_id, c.language, c.time_zone, c.state, c.city,
       c.postal_code, c.sector, c.tags, c.attributes::text
from intake_judged_customer c
where (c.is_changed or (%(is_new_left)s::boolean and c.customer_id is null))
  and c.external_id > %(after)s::text
order by c.external_id
limit %(limit)s::bigint;

-- receivables_to_write --
-- The next documents in one of these states.
select j.row_number, j.receivable_key, coalesce(c.merged_into_id, c.id), j.document_kind, s.document_number,
       j.currency, j.issue_date, s.due_date, j.amount, s.account, s.product, s.attributes
from intake_judged_row j
join intake_staged_row s on s.row_number = j.row_number
join portfolio_customer c on c.external_id = j.customer_key
where j.row_number > %(after)s::bigint and j.outcome = 'ACCEPTED' 
  and j.receivable_state = any(%(states)s::text[])
order by j.row_number
limit %(limit)s::bigint;

-- payments_to_write --
-- The next new payments: those that name what they pay, or those that pay the oldest debt.
select j.row_number, j.payment_key, coalesce(c.merged_into_id, c.id), j.payment_amount, j.currency, s.paid_date,
       s.method, s.reference, s.note, r.id, j.allocated_amount
from intake_judged_row j
join intake_staged_row s on s.row_number = j.row_number
join portfolio_customer c on c.external_id = j.customer_key
left join portfolio_receivable r on r.key = j.receivable_key
where j.row_number > %(after)s::bigint and j.outcome = 'ACCEPTED' and j.payment_state = 'NEW'
  and (coalesce(j.allocated_amount, 0) > 0) = %(is_named)s::boolean
order by j.row_number
limit %(limit)s::bigint;

-- balances_to_write --
-- The next documents whose open amount the file says is lower than what is stored.
select j.row_number, r.id, r.currency, greatest(r.issue_date, %(today)s::date), s.open_amount - r.open_amount
from intake_judged_row j
join intake_staged_row s on s.row_number = j.row_number
join portfolio_receivable r on r.key = j.receivable_key
where j.row_number > %(after)s::bigint and j.outcome = 'ACCEPTED' and j.balance_change < 0
order by j.row_number
limit %(limit)s::bigint;

-- early_rows --
-- The rows of the file with payments that may earn a discount for paying early when they are applied: of a document
-- that they name, where what the file pays of it leaves no more than that; without one, of any of their customer's.
with terms as (
    select * from unnest(%(percents)s::numeric[], %(days)s::int[], %(sinces)s::date[], %(untils)s::date[])
        as t (percent, days, since, until)
),
paying as (
    select coalesce(s.file_row, s.row_number) as row_number, j.customer_key, j.currency, j.receivable_key, s.paid_date,
        sum(j.payment_amount) over (partition by j.receivable_key) as amount
    from intake_judged_row j
    join intake_staged_row s on s.row_number = j.row_number
    where j.outcome = 'ACCEPTED' and j.payment_amount > 0 and (
        j.payment_state = 'NEW' or (j.payment_state = 'POST' and s.record = 'PAYMENT' and s.code = '')
    )
),
documents as (
    select r.key, c.external_id as customer_key, r.currency, r.issue_date, r.due_date, r.original_amount as amount,
        r.open_amount
    from portfolio_receivable r
    join portfolio_customer c on c.id = r.customer_id
    where r.open_amount > 0 and (
        c.external_id in (select p.customer_key from paying p)
        or r.key in (select p.receivable_key from paying p)
    )
    union
    select j.receivable_key, j.customer_key, j.currency, j.issue_date, s.due_date, j.amount, j.amount
    from intake_judged_row j
    join intake_staged_row s on s.row_number = j.row_number
    where j.outcome = 'ACCEPTED' and j.receivable_state = 'NEW'
)
select distinct p.row_number
from paying p
join documents d on d.currency = p.currency
    and case when p.receivable_key is null then d.customer_key = p.customer_key else d.key = p.receivable_key end
join terms t on p.paid_date <= d.due_date - t.days and t.since <= p.paid_date
    and (t.until is null or t.until >= d.issue_date)
where p.receivable_key is null
    or (p.amount < d.open_amount and p.amount >= d.open_amount - round(d.amount * t.percent / 100, 2))
order by p.row_number
