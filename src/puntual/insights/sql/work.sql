-- receivable_totals --
-- How many documents fit a search, a state, days to fall due and a currency, and what they amount to, by currency.
select r.currency, count(*)::int as receivables, sum(r.original_amount) as original_amount,
    sum(r.open_amount) as open_amount,
    coalesce(sum(r.open_amount) filter (where r.due_date < %(today)s::date), 0) as overdue_amount
from portfolio_receivable r
where (
        %(number)s::text = ''
        or r.document_number ilike %(number)s::text
        or r.customer_id in (select c.id from portfolio_customer c where c.search_text like all(%(words)s::text[]))
    )
    and (%(state)s::text <> 'paid' or r.open_amount = 0)
    and (%(state)s::text not in ('open', 'overdue') or r.open_amount > 0)
    and (%(state)s::text <> 'overdue' or r.due_date < %(today)s::date)
    and (%(due_from)s::date is null or r.due_date >= %(due_from)s::date)
    and (%(due_until)s::date is null or r.due_date <= %(due_until)s::date)
    and (%(currency)s::text is null or r.currency = %(currency)s::text)
group by r.currency
order by r.currency

-- receivable_list --
-- A page of the documents that fit the same; only those on the page are read in full.
with picked as (
    select r.id
    from portfolio_receivable r
    where (
            %(number)s::text = ''
            or r.document_number ilike %(number)s::text
            or r.customer_id in (
                select c.id from portfolio_customer c where c.search_text like all(%(words)s::text[])
            )
        )
        and (%(state)s::text <> 'paid' or r.open_amount = 0)
        and (%(state)s::text not in ('open', 'overdue') or r.open_amount > 0)
        and (%(state)s::text <> 'overdue' or r.due_date < %(today)s::date)
        and (%(due_from)s::date is null or r.due_date >= %(due_from)s::date)
        and (%(due_until)s::date is null or r.due_date <= %(due_until)s::date)
        and (%(currency)s::text is null or r.currency = %(currency)s::text)
    order by
        case when %(sort)s::text = '-due' then r.due_date end desc,
        case when %(sort)s::text = '-open' then r.open_amount end desc,
        case when %(sort)s::text = 'open' then r.open_amount end,
        case when %(sort)s::text = 'document' then r.document_number end,
        case when %(sort)s::text = '-document' then r.document_number end desc,
        r.due_date, r.id
    limit %(limit)s::int offset %(skip)s::int
)
select r.id, r.customer_id, c.name, c.external_id, r.document_number, r.kind, r.currency, r.issue_date, r.due_date,
    r.promised_date, r.original_amount, r.open_amount,
    case when r.open_amount > 0 then %(today)s::date - r.due_date end as days_past_due,
    exists (
        select from agreements_dispute d
        where d.receivable_id = r.id and d.state in ('OPENED', 'IN_REVIEW')
    ) as is_disputed
from picked p
join portfolio_receivable r on r.id = p.id
join portfolio_customer c on c.id = r.customer_id
order by
    case when %(sort)s::text = '-due' then r.due_date end desc,
    case when %(sort)s::text = '-open' then r.open_amount end desc,
    case when %(sort)s::text = 'open' then r.open_amount end,
    case when %(sort)s::text = 'document' then r.document_number end,
    case when %(sort)s::text = '-document' then r.document_number end desc,
    r.due_date, r.id

-- promise_totals --
-- What is promised and not yet settled, by currency.
select p.currency, count(*)::int as promises, sum(p.amount) as amount, sum(p.paid_amount) as paid_amount,
    coalesce(sum(p.amount) filter (where p.due_date <= %(today)s::date + 7), 0) as week_amount,
    coalesce(sum(p.amount) filter (where p.due_date <= %(today)s::date), 0) as due_amount
from agreements_promise p
where p.state = 'ACTIVE'
group by p.currency
order by p.currency

-- portal_links --
-- The links of a customer that still open the portal.
select id, created_at, expires_at, last_visit_at, locked_until
from outreach_portallink
where customer_id = %(customer_id)s::bigint and revoked_at is null and expires_at > %(at)s::timestamptz
order by created_at desc

-- open_currencies --
-- What is owed in each currency.
select currency, sum(open_amount) from portfolio_receivable where open_amount > 0 group by currency
