-- ageing_now --
-- Open amounts by bucket and currency now, from the kept open amounts.
select
    case
        when %(today)s::date - due_date <= 0 then 'CURRENT'
        when %(today)s::date - due_date <= 30 then 'D1_30'
        when %(today)s::date - due_date <= 60 then 'D31_60'
        when %(today)s::date - due_date <= 90 then 'D61_90'
        else 'D91_PLUS'
    end as bucket,
    currency, sum(open_amount) as amount, count(*)::int as receivables
from portfolio_receivable
where open_amount > 0
group by bucket, currency

-- overdue_customers --
-- How many customers have something overdue, by currency: who is late in two counts in both.
select currency, count(distinct customer_id)::int from portfolio_receivable
where open_amount > 0 and due_date < %(today)s::date
group by currency

-- collected_by_day --
-- Money received by value date and currency, reversals taken off.
select value_date as day, currency, sum(amount) as amount
from payments_payment
where state = 'POSTED' and value_date >= %(since)s::date and value_date <= %(until)s::date
group by value_date, currency
order by value_date, currency

-- promise_figures --
-- Promises that are active, due within a week, and how those of the last 30 days ended.
select
    count(*) filter (where state = 'ACTIVE')::int as active,
    count(*) filter (where state = 'ACTIVE' and due_date <= %(today)s::date + 7)::int as due_this_week,
    count(*) filter (where state = 'KEPT' and settled_on > %(today)s::date - 30)::int as kept,
    count(*) filter (where state in ('BROKEN', 'PARTLY_KEPT') and settled_on > %(today)s::date - 30)::int as broken
from agreements_promise

-- overdue_by_day --
-- The overdue and open amounts of the days that have a picture.
select as_of as day, currency,
    sum(open_amount) filter (where bucket <> 'CURRENT') as overdue_amount,
    sum(open_amount) as open_amount
from insights_snapshot
where as_of >= %(since)s::date and as_of <= %(until)s::date
group by as_of, currency
order by as_of, currency

-- message_figures --
-- Messages of a period by state.
select state, count(*)::int as times from outreach_message
where created_at >= %(since)s::timestamptz or state in ('QUEUED', 'CLAIMED', 'SENDING', 'UNKNOWN')
group by state

-- stage_figures --
-- Customers by stage where the last run, or the last change, left them.
select stage, count(*)::int as customers from assessment_customerstate group by stage
