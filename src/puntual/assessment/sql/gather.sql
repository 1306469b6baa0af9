-- gather --
-- Facts of the customers of a chunk on a day, one row each, with what was known at a moment and nothing else. With
-- is_live the kept open amounts are read, else the ledger as of the day; both give the same rows when the ledger knows
-- nothing later. `moment` is the last one of the day that was known: logs are read up to it.
with documents as materialized (
    select r.id, r.customer_id, r.currency, r.original_due_date, r.open_amount, r.created_at,
        %(is_live)s::boolean and r.updated_at <= %(known_at)s::timestamptz as is_kept,
        coalesce(w.issue_date, r.issue_date) as issue_date, coalesce(w.due_date, r.due_date) as due_date
    from portfolio_receivable r
    left join lateral (
        -- The days that it had then; only what changed since can have had others.
        select p.issue_date, p.due_date from portfolio_receivablepast p
        where p.receivable_id = r.id and p.until_at > %(known_at)s::timestamptz
            and r.updated_at > %(known_at)s::timestamptz
        order by p.until_at, p.id limit 1
    ) w on true
    where r.customer_id > %(after)s::bigint and r.customer_id <= %(up_to)s::bigint
        and r.created_at <= %(known_at)s::timestamptz
),
unkept as (
    select e.receivable_id, sum(e.amount) as owed
    from documents d
    join portfolio_ledgerentry e on e.receivable_id = d.id
        and (e.effective_date <= %(as_of)s::date or e.kind = 'ISSUE')
        and e.recorded_at <= %(known_at)s::timestamptz
    where not d.is_kept
    group by e.receivable_id
),
valued as materialized (
    select d.id, d.customer_id, d.currency, d.issue_date, d.due_date, d.original_due_date, d.created_at,
        case when d.is_kept then d.open_amount else coalesce(u.owed, 0) end as owed
    from documents d
    left join unkept u on u.receivable_id = d.id
    where d.issue_date <= %(as_of)s::date
),
items as (
    select v.customer_id, v.currency, v.due_date, v.owed, %(as_of)s::date - v.due_date as days_late,
        d.receivable_id is not null as is_disputed,
        h.receivable_id is not null as is_held,
        case when d.receivable_id is null then h.until_date end as held_until
    from valued v
    left join (
        select distinct receivable_id from agreements_dispute
        where receivable_id is not null and opened_at <= %(moment)s::timestamptz
            and (closed_at is null or closed_at > %(moment)s::timestamptz)
            and customer_id > %(after)s::bigint and customer_id <= %(up_to)s::bigint
    ) d on d.receivable_id = v.id
    left join (
        select receivable_id, max(until_date) as until_date from agreements_holding
        where receivable_id is not null and created_at <= %(known_at)s::timestamptz
            and (lifted_at is null or lifted_at > %(moment)s::timestamptz)
            and %(as_of)s::date between from_date and until_date
            and customer_id > %(after)s::bigint and customer_id <= %(up_to)s::bigint
        group by receivable_id
    ) h on h.receivable_id = v.id
    where v.owed > 0
),
views as (
    -- All that is owed; and once more what of it may be asked for, of whoever disputes or holds a part.
    select *, false as is_contactable from items
    union all
    select *, true from items
    where not is_disputed and not is_held
        and customer_id in (select customer_id from items where is_disputed or is_held)
),
by_currency as (
    select customer_id, is_contactable, currency,
        concat_ws(' ', currency, sum(owed),
            coalesce(sum(owed) filter (where days_late > 0), 0.00),
            coalesce(sum(owed) filter (where days_late <= 0), 0.00),
            coalesce(sum(owed) filter (where days_late between 1 and 30), 0.00),
            coalesce(sum(owed) filter (where days_late between 31 and 60), 0.00),
            coalesce(sum(owed) filter (where days_late between 61 and 90), 0.00),
            coalesce(sum(owed) filter (where days_late > 90), 0.00)
        ) as amounts,
        count(*)::int as open_count,
        (count(*) filter (where days_late > 0))::int as overdue_count,
        (count(*) filter (where is_disputed))::int as disputed_count,
        (count(*) filter (where is_held))::int as held_count,
        min(due_date) as oldest_due_date,
        min(held_until) as held_until
    from views group by customer_id, is_contactable, currency
),
debts as (
    select customer_id, is_contactable,
        string_agg(amounts, ';' order by currency) as amounts,
        sum(open_count)::int as open_count,
        sum(overdue_count)::int as overdue_count,
        sum(disputed_count)::int as disputed_count,
        sum(held_count)::int as held_count,
        min(oldest_due_date) as oldest_due_date,
        min(held_until) as held_until
    from by_currency group by customer_id, is_contactable
),
coming as (
    select customer_id, is_contactable, (array_agg(distinct due_date order by due_date))[1:10] as due_dates
    from views
    where days_late <= 0
    group by customer_id, is_contactable
),
standing as (
    -- What moved each document, save what was taken back by then.
    select e.receivable_id, e.effective_date,
        e.kind = 'PAYMENT' or (
            -- What a file says is left of a debt that comes with it was paid before anybody here knew: when, is not said.
            e.kind = 'ADJUSTMENT' and e.amount < 0 and starts_with(e.key, %(balance_key)s::text)
            and e.recorded_at > v.created_at
        ) as is_payment
    from valued v
    join portfolio_ledgerentry e on e.receivable_id = v.id and e.kind not in ('ISSUE', 'REVERSAL')
        and e.effective_date <= %(as_of)s::date and e.recorded_at <= %(known_at)s::timestamptz
    where not exists (
        select from portfolio_ledgerentry t
        where t.reverses_id = e.id and t.effective_date <= %(as_of)s::date
            and t.recorded_at <= %(known_at)s::timestamptz
    )
),
paying as (
    select receivable_id,
        max(effective_date) filter (where is_payment) as paid_on,
        max(effective_date) as moved_on,
        count(*) filter (where is_payment and effective_date > %(as_of)s::date - 365) as payments_12m
    from standing group by receivable_id
),
histories as materialized (
    -- A document is paid when nothing of it is owed and money settled it; the day is that of its last payment.
    select v.customer_id, v.issue_date, v.original_due_date, y.paid_on,
        v.owed = 0 and y.paid_on is not null as is_paid,
        y.paid_on - v.original_due_date as days_late,
        %(as_of)s::date - y.paid_on as days_ago,
        y.payments_12m - (
            v.owed = 0 and y.paid_on = y.moved_on and y.paid_on > %(as_of)s::date - 365
        )::int as partials_12m
    from valued v
    join paying y on y.receivable_id = v.id
),
habits as (
    select customer_id,
        (count(*) filter (where is_paid and days_ago < 91))::int as paid_3m,
        (count(*) filter (where is_paid and days_ago < 91 and days_late > 0))::int as late_3m,
        (count(*) filter (where is_paid and days_ago < 182))::int as paid_6m,
        (count(*) filter (where is_paid and days_ago < 182 and days_late > 0))::int as late_6m,
        (count(*) filter (where is_paid and days_ago < 365))::int as paid_12m,
        (count(*) filter (where is_paid and days_ago < 365 and days_late > 0))::int as late_12m,
        round(avg(days_late) filter (where is_paid and days_ago < 365), 1) as average_late,
        round(avg(paid_on - issue_date) filter (where is_paid and days_ago < 365), 1) as average_to_pay,
        coalesce(sum(partials_12m) filter (where paid_on is not null), 0)::int as partials,
        max(paid_on) as last_payment_on
    from histories group by customer_id
),
months as (
    select customer_id, extract(month from original_due_date)::int as month,
        count(*) as paid, count(*) filter (where days_late > 0) as late
    from histories where is_paid group by 1, 2
),
seasons as (
    select customer_id, array_agg(month order by month) as late_months
    from (
        select customer_id, month, paid, late, sum(paid) over w as all_paid, sum(late) over w as all_late
        from months window w as (partition by customer_id)
    ) m
    where late >= 2 and paid < all_paid and late * (all_paid - paid) > (all_late - late) * paid
    group by customer_id
),
returned as (
    -- One payment on several documents is taken back once.
    select v.customer_id, count(distinct (p.recorded_at, p.effective_date, t.recorded_at))::int as returned_count
    from valued v
    join portfolio_ledgerentry t on t.receivable_id = v.id and t.kind = 'REVERSAL'
        and t.effective_date > %(as_of)s::date - 365 and t.effective_date <= %(as_of)s::date
        and t.recorded_at <= %(known_at)s::timestamptz and not starts_with(t.key, %(release_key)s::text)
    join portfolio_ledgerentry p on p.id = t.reverses_id and p.kind = 'PAYMENT'
    group by v.customer_id
),
beginnings as (
    select customer_id, min(issue_date) as first_issue_date from valued group by customer_id
),
promises as (
    select customer_id,
        min(due_date) filter (where state = 'ACTIVE') as promise_due_date,
        min(made_on) filter (where state = 'ACTIVE') as promise_made_on,
        max(settled_on) filter (where state in ('BROKEN', 'PARTLY_KEPT')) as broken_promise_on,
        (count(*) filter (
            where state in ('BROKEN', 'PARTLY_KEPT') and settled_on > %(as_of)s::date - 365
        ))::int as broken_count,
        (count(*) filter (where state = 'KEPT' and settled_on > %(as_of)s::date - 365))::int as kept_count
    from (
        select p.customer_id, p.made_on, p.due_date, coalesce(w.state, p.state) as state,
            case when w.state is null then p.settled_on else w.settled_on end as settled_on
        from agreements_promise p
        left join lateral (
            select b.state, b.settled_on from agreements_promisepast b
            where b.promise_id = p.id and b.until_at > %(moment)s::timestamptz
            order by b.until_at, b.id limit 1
        ) w on true
        where p.customer_id > %(after)s::bigint and p.customer_id <= %(up_to)s::bigint
            and p.made_on <= %(as_of)s::date and p.created_at <= %(known_at)s::timestamptz
    ) then_told
    group by customer_id
),
holds as (
    select distinct on (customer_id) customer_id, until_date, reason
    from agreements_holding
    where receivable_id is null and created_at <= %(known_at)s::timestamptz
        and (lifted_at is null or lifted_at > %(moment)s::timestamptz)
        and %(as_of)s::date between from_date and until_date
        and customer_id > %(after)s::bigint and customer_id <= %(up_to)s::bigint
    order by customer_id, until_date desc, id desc
),
disputes as (
    select distinct customer_id from agreements_dispute
    where receivable_id is null and opened_at <= %(moment)s::timestamptz
        and (closed_at is null or closed_at > %(moment)s::timestamptz)
        and customer_id > %(after)s::bigint and customer_id <= %(up_to)s::bigint
),
attempts as materialized (
    select customer_id, at, channel,
        direction = 'OUTBOUND' and purpose in ('COLLECTION', 'REMINDER') and outcome <> 'FAILED' as is_contact,
        direction = 'INBOUND' or outcome = 'EFFECTIVE' as is_answer,
        outcome = 'BOUNCED' and coalesce(outcome_at, at) <= %(moment)s::timestamptz as is_bounced
    from contacts_attempt
    where customer_id > %(after)s::bigint and customer_id <= %(up_to)s::bigint
        and at <= %(moment)s::timestamptz and at >= %(since_365)s::timestamptz
),
answers as materialized (
    -- Who speaks and promises in one call answers once.
    select customer_id, at, channel from attempts where is_answer
    union
    select customer_id, at, channel from contacts_response
    where customer_id > %(after)s::bigint and customer_id <= %(up_to)s::bigint and kind <> 'PORTAL_VISIT'
        and at <= %(moment)s::timestamptz and at >= %(since_365)s::timestamptz
),
answered as (
    select customer_id, max(at) as answered_at,
        (count(*) filter (where at >= %(since_90)s::timestamptz))::int as answer_count
    from answers group by customer_id
),
contacted as (
    select a.customer_id,
        (max(a.at) filter (where a.is_contact) at time zone %(time_zone)s::text)::date as last_contact_on,
        (count(*) filter (where a.is_contact and a.at >= %(since_30)s::timestamptz))::int as contact_count,
        (count(*) filter (where a.is_contact and (w.answered_at is null or a.at > w.answered_at)))::int
            as unanswered_count,
        (count(*) filter (where a.is_bounced and a.at >= %(since_90)s::timestamptz))::int as bounced_count
    from attempts a
    left join answered w on w.customer_id = a.customer_id
    group by a.customer_id
),
channels as (
    select distinct on (customer_id) customer_id, channel
    from (select customer_id, channel, count(*) as times, max(at) as newest from answers group by 1, 2) c
    order by customer_id, times desc, newest desc, channel
),
hours as (
    select distinct on (customer_id) customer_id, hour
    from (
        select customer_id, extract(hour from at at time zone %(time_zone)s::text)::int as hour,
            count(*) as times, max(at) as newest
        from answers group by 1, 2
    ) h
    order by customer_id, times desc, newest desc, hour
),
visits as (
    select customer_id, count(*)::int as visit_count from contacts_response
    where customer_id > %(after)s::bigint and customer_id <= %(up_to)s::bigint and kind = 'PORTAL_VISIT'
        and at <= %(moment)s::timestamptz and at >= %(since_90)s::timestamptz
    group by customer_id
),
points as (
    select p.customer_id, bool_or(p.kind = 'EMAIL') as has_email, bool_or(p.kind = 'PHONE') as has_phone
    from contacts_contactpoint p
    left join lateral (
        select b.state from contacts_pointpast b
        where b.contact_point_id = p.id and b.until_at > %(moment)s::timestamptz
        order by b.until_at, b.id limit 1
    ) w on true
    where p.customer_id > %(after)s::bigint and p.customer_id <= %(up_to)s::bigint
        and p.owner_role = any(%(own_roles)s::text[]) and p.created_at <= %(known_at)s::timestamptz
        and coalesce(w.state, p.state) in ('NEW', 'VERIFIED')
    group by p.customer_id
)
select p.id, d.amounts, d.open_count, d.overdue_count, d.disputed_count, d.held_count, d.oldest_due_date, c.due_dates,
    m.promise_due_date, m.promise_made_on, m.broken_promise_on, b.last_payment_on, h.until_date, h.reason,
    x.customer_id is not null as has_customer_dispute, m.broken_count, b.paid_12m, b.late_12m, b.average_late,
    b.paid_3m, b.late_3m, b.paid_6m, b.late_6m, b.average_to_pay, b.partials, t.returned_count, m.kept_count,
    g.first_issue_date, s.late_months, k.last_contact_on, k.contact_count, k.unanswered_count, w.answer_count,
    v.visit_count, k.bounced_count, n.channel, o.hour, q.has_email, q.has_phone,
    case when %(wants_profile)s::boolean then jsonb_build_array(
        p.kind, p.state, p.city, p.sector, p.language, to_jsonb(p.tags),
        array(select distinct a.product from portfolio_account a where a.customer_id = p.id and a.product <> '' order by 1),
        p.attributes
    )::text end as profile,
    e.amounts, e.open_count, e.overdue_count, e.oldest_due_date, f.due_dates, d.held_until
from portfolio_customer p
left join debts d on d.customer_id = p.id and not d.is_contactable
left join coming c on c.customer_id = p.id and not c.is_contactable
left join debts e on e.customer_id = p.id and e.is_contactable
left join coming f on f.customer_id = p.id and f.is_contactable
left join habits b on b.customer_id = p.id
left join seasons s on s.customer_id = p.id
left join returned t on t.customer_id = p.id
left join beginnings g on g.customer_id = p.id
left join promises m on m.customer_id = p.id
left join holds h on h.customer_id = p.id
left join disputes x on x.customer_id = p.id
left join contacted k on k.customer_id = p.id
left join answered w on w.customer_id = p.id
left join channels n on n.customer_id = p.id
left join hours o on o.customer_id = p.id
left join visits v on v.customer_id = p.id
left join points q on q.customer_id = p.id
where p.id > %(after)s::bigint and p.id <= %(up_to)s::bigint
order by p.id
