-- has_members --
-- Whether anybody is known to have been in a segment on a day.
select exists (
        select from assessment_customerstate
        where segment = %(segment)s::text and segment_since <= %(day)s::date
    )
    or exists (
        select from assessment_membership
        where kind = 'SEGMENT' and key = %(segment)s::text and since <= %(day)s::date and until > %(day)s::date
    )

-- standing --
-- What is owed at the end of a day in a scope, by who is in its segment on another, from the ledger: all, not yet due, 1 to 30 and 31 to 60 days late.
with members as (
    select customer_id from assessment_customerstate
    where segment = %(segment)s::text and segment_since <= %(members_on)s::date
    union
    select customer_id from assessment_membership
    where kind = 'SEGMENT' and key = %(segment)s::text and since <= %(members_on)s::date and until > %(members_on)s::date
), balances as (
    select e.receivable_id, sum(e.amount) as amount from portfolio_ledgerentry e
    where e.effective_date <= %(day)s::date and e.currency = %(currency)s::text
    group by e.receivable_id having sum(e.amount) > 0
)
select coalesce(sum(b.amount), 0) as owed,
    coalesce(sum(b.amount) filter (where r.due_date >= %(day)s::date), 0) as current,
    coalesce(sum(b.amount) filter (where %(day)s::date - r.due_date between 1 and 30), 0) as late_to_30,
    coalesce(sum(b.amount) filter (where %(day)s::date - r.due_date between 31 and 60), 0) as late_to_60
from balances b
join portfolio_receivable r on r.id = b.receivable_id
left join portfolio_account a on a.id = r.account_id
where (%(segment)s::text is null or r.customer_id in (select customer_id from members))
    and (%(product)s::text is null or a.product = %(product)s::text)

-- sales_by_month --
-- What was sold in each month up to a day, the newest first: documents issued and not taken back since.
with members as (
    select customer_id from assessment_customerstate
    where segment = %(segment)s::text and segment_since <= %(day)s::date
    union
    select customer_id from assessment_membership
    where kind = 'SEGMENT' and key = %(segment)s::text and since <= %(day)s::date and until > %(day)s::date
)
select date_trunc('month', e.effective_date)::date as month, sum(e.amount) as amount
from portfolio_ledgerentry e
join portfolio_receivable r on r.id = e.receivable_id
left join portfolio_account a on a.id = r.account_id
where e.kind = 'ISSUE' and e.currency = %(currency)s::text
    and e.effective_date between %(since)s::date and %(day)s::date
    and not exists (select from portfolio_ledgerentry v where v.reverses_id = e.id)
    and (%(segment)s::text is null or r.customer_id in (select customer_id from members))
    and (%(product)s::text is null or a.product = %(product)s::text)
group by month order by month desc

-- collected --
-- Money that came in after a day until another, and of it what paid documents that were late at the end of the first.
with members as (
    select customer_id from assessment_customerstate
    where segment = %(segment)s::text and segment_since <= %(day)s::date
    union
    select customer_id from assessment_membership
    where kind = 'SEGMENT' and key = %(segment)s::text and since <= %(day)s::date and until > %(day)s::date
), scope as (
    select r.id, r.due_date from portfolio_receivable r
    left join portfolio_account a on a.id = r.account_id
    where r.currency = %(currency)s::text
        and (%(segment)s::text is null or r.customer_id in (select customer_id from members))
        and (%(product)s::text is null or a.product = %(product)s::text)
), late as (
    select s.id, sum(e.amount) as amount from scope s
    join portfolio_ledgerentry e on e.receivable_id = s.id and e.effective_date <= %(before)s::date
    where s.due_date < %(before)s::date
    group by s.id having sum(e.amount) > 0
), money as (
    -- A balance that a file of the client lowers was paid there.
    select e.receivable_id, -sum(e.amount) as amount from portfolio_ledgerentry e
    join scope s on s.id = e.receivable_id
    where (e.kind = 'PAYMENT' or e.key like %(balance_keys)s::text) and e.amount < 0
        and e.effective_date > %(before)s::date and e.effective_date <= %(day)s::date
        and not exists (select from portfolio_ledgerentry v where v.reverses_id = e.id)
    group by e.receivable_id
)
select (select coalesce(sum(amount), 0) from late) as late,
    (select coalesce(sum(m.amount), 0) from money m join late l on l.id = m.receivable_id) as recovered,
    (select coalesce(sum(amount), 0) from money) as collected

-- cures --
-- How many customers were late at the end of a day, and how many of them are not at the end of another without that
-- anything of theirs was written off.
with members as (
    select customer_id from assessment_customerstate
    where segment = %(segment)s::text and segment_since <= %(day)s::date
    union
    select customer_id from assessment_membership
    where kind = 'SEGMENT' and key = %(segment)s::text and since <= %(day)s::date and until > %(day)s::date
), scope as (
    select r.id, r.customer_id, r.due_date from portfolio_receivable r
    left join portfolio_account a on a.id = r.account_id
    where r.currency = %(currency)s::text and r.due_date < %(day)s::date
        and (%(segment)s::text is null or r.customer_id in (select customer_id from members))
        and (%(product)s::text is null or a.product = %(product)s::text)
), balances as (
    select s.customer_id,
        coalesce(sum(e.amount) filter (where e.effective_date <= %(before)s::date), 0) > 0
            and s.due_date < %(before)s::date as was_late,
        sum(e.amount) > 0 as is_late,
        bool_or(e.kind = 'WRITE_OFF' and e.effective_date > %(before)s::date) as is_written_off
    from scope s
    join portfolio_ledgerentry e on e.receivable_id = s.id and e.effective_date <= %(day)s::date
    group by s.id, s.customer_id, s.due_date
), customers as (
    select bool_or(was_late) as was_late, bool_or(is_late) as is_late, bool_or(is_written_off) as is_written_off
    from balances group by customer_id
)
select count(*) filter (where was_late)::int as late,
    count(*) filter (where was_late and not is_late and not is_written_off)::int as cured
from customers

-- promises_due --
-- Of the promises that fell due after a day until another: how many were kept, and how many ended at all.
with members as (
    select customer_id from assessment_customerstate
    where segment = %(segment)s::text and segment_since <= %(day)s::date
    union
    select customer_id from assessment_membership
    where kind = 'SEGMENT' and key = %(segment)s::text and since <= %(day)s::date and until > %(day)s::date
)
select count(*) filter (where p.state = 'KEPT')::int as kept, count(*)::int as ended
from agreements_promise p
where p.state in ('KEPT', 'BROKEN', 'PARTLY_KEPT') and p.currency = %(currency)s::text
    and p.due_date > %(before)s::date and p.due_date <= %(day)s::date
    and (%(segment)s::text is null or p.customer_id in (select customer_id from members))

-- attempts_made --
-- How often each channel was used towards customers after a day until another.
with members as (
    select customer_id from assessment_customerstate
    where segment = %(segment)s::text and segment_since <= %(day)s::date
    union
    select customer_id from assessment_membership
    where kind = 'SEGMENT' and key = %(segment)s::text and since <= %(day)s::date and until > %(day)s::date
)
select t.channel, count(*)::int
from contacts_attempt t
where t.direction = 'OUTBOUND'
    and t.at >= (%(before)s::date + 1)::timestamp at time zone %(time_zone)s::text
    and t.at < (%(day)s::date + 1)::timestamp at time zone %(time_zone)s::text
    and (%(segment)s::text is null or t.customer_id in (select customer_id from members))
group by t.channel order by t.channel
