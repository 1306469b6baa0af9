-- take_snapshot --
-- The portfolio of a day by stage, bucket and currency, from the facts of the day's run.
with items as (
    select r.customer_id, r.currency, r.due_date,
        case when %(is_live)s::boolean then r.open_amount else (
            select coalesce(sum(e.amount), 0) from portfolio_ledgerentry e
            where e.receivable_id = r.id and e.effective_date <= %(as_of)s::date
        ) end as open_amount
    from portfolio_receivable r
    where r.issue_date <= %(as_of)s::date and (not %(is_live)s::boolean or r.open_amount > 0)
),
aged as (
    select i.customer_id, i.currency, i.open_amount, coalesce(f.stage, 'NONE') as stage,
        case
            when %(as_of)s::date - i.due_date <= 0 then 'CURRENT'
            when %(as_of)s::date - i.due_date <= 30 then 'D1_30'
            when %(as_of)s::date - i.due_date <= 60 then 'D31_60'
            when %(as_of)s::date - i.due_date <= 90 then 'D61_90'
            else 'D91_PLUS'
        end as bucket
    from items i
    left join assessment_dailyfacts f on f.customer_id = i.customer_id and f.as_of = %(as_of)s::date
    where i.open_amount > 0
)
insert into insights_snapshot (as_of, stage, bucket, currency, customers, receivables, open_amount)
select %(as_of)s::date, stage, bucket, currency, count(distinct customer_id), count(*), sum(open_amount)
from aged group by stage, bucket, currency
on conflict (as_of, stage, bucket, currency) do nothing
