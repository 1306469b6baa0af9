-- counts --
-- What the demo holds, one row.
select
    (select count(*) from portfolio_customer) as customers,
    (select count(*) from portfolio_receivable) as receivables,
    (select count(*) from portfolio_receivable where open_amount > 0) as open_receivables,
    (select count(*) from payments_payment) as payments,
    (select count(*) from agreements_promise) as promises,
    (select count(*) from agreements_dispute) as disputes,
    (select count(*) from contacts_attempt) as contacts,
    (select count(*) from plans_run) as runs,
    (select count(*) from plans_action) as actions,
    (select count(*) from outreach_message) as messages,
    (select count(*) from outreach_message where state = 'SENT') as sent,
    (select count(*) from intake_import) as imports,
    (select coalesce(sum(rows_rejected), 0)::bigint from intake_import) as rejected_rows

-- good_example --
-- A person with a few overdue documents and a message in the mailbox, whom nothing stops from settling.
select c.id, c.external_id, c.name, c.tax_id
from portfolio_customer c
join (
    select customer_id, count(*) as documents, sum(open_amount) as amount
    from portfolio_receivable
    where open_amount > 0 and due_date < %(today)s::date and currency = 'MXN'
    group by customer_id
) overdue on overdue.customer_id = c.id
where c.tax_id <> '' and overdue.documents between 2 and 6
    and not exists (select from agreements_dispute d where d.customer_id = c.id and d.closed_at is null)
    and not exists (
        select from agreements_hold h
        where h.customer_id = c.id and h.lifted_at is null and h.until_date >= %(today)s::date
    )
    and not exists (
        select from agreements_promise p where p.customer_id = c.id and p.state = 'ACTIVE'
    )
order by
    exists (select from outreach_message m where m.customer_id = c.id and m.state = 'SENT') desc,
    c.kind = 'PERSON' desc, overdue.amount, c.id
limit 1
