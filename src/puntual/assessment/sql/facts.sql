-- record_facts --
-- Keep the facts of a day; a repeated chunk changes nothing.
insert into assessment_dailyfacts (
    as_of, customer_id, stage, stage_key, stage_since, segment, segment_since, days_past_due, facts
)
select %(as_of)s::date, (r ->> 0)::bigint, r ->> 1, r ->> 2, (r ->> 3)::date, r ->> 4, (r ->> 5)::date,
    (r ->> 6)::int, r -> 9
from jsonb_array_elements(%(rows)s::jsonb) as r
on conflict (as_of, customer_id) do nothing

-- hold_states --
-- Keep where the customers of a chunk stand from being placed by anybody else, until the transaction ends.
select customer_id from assessment_customerstate
where customer_id > %(after)s::bigint and customer_id <= %(up_to)s::bigint
order by customer_id for no key update

-- go_back --
-- Who was placed today before, and goes back to where they had come from, has not left it.
with back as (
    delete from assessment_membership m
    using unnest(%(customer_ids)s::bigint[], %(stage_keys)s::text[], %(segments)s::text[])
            as r (customer_id, stage_key, segment),
        assessment_customerstate s
    where m.customer_id = r.customer_id and m.until = %(as_of)s::date
        and s.customer_id = m.customer_id and s.as_of = %(as_of)s::date
        and (%(known_at)s::timestamptz is null or s.known_at is null or s.known_at <= %(known_at)s::timestamptz)
        and (
            (m.kind = 'STAGE' and m.key = r.stage_key and s.stage_key <> r.stage_key)
            or (m.kind = 'SEGMENT' and m.key = r.segment and s.segment <> r.segment)
        )
    returning m.customer_id, m.kind, m.key, m.stage, m.since
),
once as (
    select customer_id,
        max(key) filter (where kind = 'STAGE') as stage_key, max(stage) filter (where kind = 'STAGE') as stage,
        max(since) filter (where kind = 'STAGE') as stage_since,
        max(key) filter (where kind = 'SEGMENT') as segment, max(since) filter (where kind = 'SEGMENT') as segment_since
    from back group by customer_id
)
update assessment_customerstate s set
    stage_key = coalesce(o.stage_key, s.stage_key), stage = coalesce(o.stage, s.stage),
    stage_since = coalesce(o.stage_since, s.stage_since),
    segment = coalesce(o.segment, s.segment), segment_since = coalesce(o.segment_since, s.segment_since)
from once o
where s.customer_id = o.customer_id

-- close_memberships --
-- Keep the stages and segments that customers leave today; one that was entered today was none.
insert into assessment_membership (customer_id, kind, since, until, key, stage)
select s.customer_id, m.kind, m.since, %(as_of)s::date, m.key, m.stage
from unnest(%(customer_ids)s::bigint[], %(stage_keys)s::text[], %(segments)s::text[])
    as r (customer_id, stage_key, segment)
join assessment_customerstate s on s.customer_id = r.customer_id and s.as_of <= %(as_of)s::date
    and (
        s.as_of < %(as_of)s::date or %(known_at)s::timestamptz is null
        or s.known_at is null or s.known_at <= %(known_at)s::timestamptz
    )
cross join lateral (
    values ('STAGE', s.stage_since, s.stage_key, s.stage, s.stage_key <> r.stage_key),
        ('SEGMENT', s.segment_since, s.segment, '', s.segment <> r.segment)
) as m (kind, since, key, stage, is_left)
where m.is_left and m.since < %(as_of)s::date
on conflict (customer_id, kind, since) do nothing

-- move_states --
-- Keep the stage and segment of each customer, since when, and the facts that conditions may ask of; what a day left
-- out is empty. An older day never overwrites a newer one, nor does what was known earlier on a day what was known
-- later; without `known_at` it is the last word.
insert into assessment_customerstate as s (
    customer_id, stage, stage_key, stage_since, segment, segment_since, as_of, known_at,
    overdue_currency, overdue_amount, days_past_due, overdue_amounts, open_amounts, buckets, open_count, overdue_count, disputed_count, held_count,
    next_due_date, has_customer_dispute, hold_until, average_days_late_12m, average_days_to_pay_12m, paid_count_3m,
    late_count_3m, paid_count_6m, late_count_6m, paid_count_12m, late_count_12m, partial_count_12m,
    returned_count_12m, last_payment_on, first_issue_date, late_months, promise_due_date, kept_count_12m,
    broken_count_12m, broken_promise_on, last_contact_on, contact_count_30d, unanswered_count, answer_count_90d,
    portal_visit_count_90d, bounced_count_90d, answering_channel, answering_hour, has_email, has_phone
)
select (r ->> 0)::bigint, r ->> 1, r ->> 2, (r ->> 3)::date, r ->> 4, (r ->> 5)::date, %(as_of)s::date,
    %(at)s::timestamptz, r ->> 7, (r ->> 8)::numeric,
    coalesce(f.days_past_due, 0), coalesce(f.overdue_amounts, '{}'), coalesce(f.open_amounts, '{}'),
    coalesce(f.buckets, '{}'), coalesce(f.open_count, 0), coalesce(f.overdue_count, 0),
    coalesce(f.disputed_count, 0), coalesce(f.held_count, 0), (f.coming_due_dates ->> 0)::date,
    coalesce(f.has_customer_dispute, false), f.hold_until, f.average_days_late_12m, f.average_days_to_pay_12m,
    coalesce(f.paid_count_3m, 0), coalesce(f.late_count_3m, 0), coalesce(f.paid_count_6m, 0),
    coalesce(f.late_count_6m, 0), coalesce(f.paid_count_12m, 0), coalesce(f.late_count_12m, 0),
    coalesce(f.partial_count_12m, 0), coalesce(f.returned_count_12m, 0), f.last_payment_on, f.first_issue_date,
    coalesce(f.late_months, '{}'), f.promise_due_date, coalesce(f.kept_count_12m, 0),
    coalesce(f.broken_count_12m, 0), f.broken_promise_on, f.last_contact_on, coalesce(f.contact_count_30d, 0),
    coalesce(f.unanswered_count, 0), coalesce(f.answer_count_90d, 0), coalesce(f.portal_visit_count_90d, 0),
    coalesce(f.bounced_count_90d, 0), coalesce(f.answering_channel, ''), f.answering_hour,
    coalesce(f.has_email, false), coalesce(f.has_phone, false)
from jsonb_array_elements(%(rows)s::jsonb) as r
cross join lateral jsonb_to_record(r -> 9) as f (
    days_past_due int, overdue_amounts jsonb, open_amounts jsonb, buckets jsonb, open_count int, overdue_count int,
    disputed_count int, held_count int, coming_due_dates jsonb, has_customer_dispute boolean, hold_until date,
    average_days_late_12m numeric, average_days_to_pay_12m numeric, paid_count_3m int, late_count_3m int,
    paid_count_6m int, late_count_6m int, paid_count_12m int, late_count_12m int, partial_count_12m int,
    returned_count_12m int, last_payment_on date, first_issue_date date, late_months smallint[],
    promise_due_date date, kept_count_12m int, broken_count_12m int, broken_promise_on date, last_contact_on date,
    contact_count_30d int, unanswered_count int, answer_count_90d int, portal_visit_count_90d int,
    bounced_count_90d int, answering_channel text, answering_hour smallint, has_email boolean, has_phone boolean
)
on conflict (customer_id) do update set
    stage = excluded.stage,
    stage_key = excluded.stage_key,
    stage_since = case when s.stage_key = excluded.stage_key then s.stage_since else excluded.as_of end,
    segment = excluded.segment,
    segment_since = case when s.segment = excluded.segment then s.segment_since else excluded.as_of end,
    as_of = excluded.as_of,
    known_at = case when s.as_of = excluded.as_of then greatest(s.known_at, excluded.known_at)
        else excluded.known_at end,
    overdue_currency = excluded.overdue_currency, overdue_amount = excluded.overdue_amount,
    days_past_due = excluded.days_past_due, overdue_amounts = excluded.overdue_amounts,
    open_amounts = excluded.open_amounts, buckets = excluded.buckets, open_count = excluded.open_count,
    overdue_count = excluded.overdue_count, disputed_count = excluded.disputed_count,
    held_count = excluded.held_count, next_due_date = excluded.next_due_date,
    has_customer_dispute = excluded.has_customer_dispute, hold_until = excluded.hold_until,
    average_days_late_12m = excluded.average_days_late_12m,
    average_days_to_pay_12m = excluded.average_days_to_pay_12m, paid_count_3m = excluded.paid_count_3m,
    late_count_3m = excluded.late_count_3m, paid_count_6m = excluded.paid_count_6m,
    late_count_6m = excluded.late_count_6m, paid_count_12m = excluded.paid_count_12m,
    late_count_12m = excluded.late_count_12m, partial_count_12m = excluded.partial_count_12m,
    returned_count_12m = excluded.returned_count_12m, last_payment_on = excluded.last_payment_on,
    first_issue_date = excluded.first_issue_date, late_months = excluded.late_months,
    promise_due_date = excluded.promise_due_date, kept_count_12m = excluded.kept_count_12m,
    broken_count_12m = excluded.broken_count_12m, broken_promise_on = excluded.broken_promise_on,
    last_contact_on = excluded.last_contact_on, contact_count_30d = excluded.contact_count_30d,
    unanswered_count = excluded.unanswered_count, answer_count_90d = excluded.answer_count_90d,
    portal_visit_count_90d = excluded.portal_visit_count_90d, bounced_count_90d = excluded.bounced_count_90d,
    answering_channel = excluded.answering_channel, answering_hour = excluded.answering_hour,
    has_email = excluded.has_email, has_phone = excluded.has_phone
where s.as_of < excluded.as_of or (
    s.as_of = excluded.as_of and (
        %(known_at)s::timestamptz is null or s.known_at is null or s.known_at <= %(known_at)s::timestamptz
    )
)

-- forget_oldest --
-- Forget the facts of the oldest day that is kept, if it is before a day.
delete from assessment_dailyfacts
where as_of = (select min(as_of) from assessment_dailyfacts) and as_of < %(before)s::date

-- facts_of --
-- The newest facts of one customer on or before a day.
select as_of, stage, stage_key, segment, days_past_due, facts
from assessment_dailyfacts
where customer_id = %(customer_id)s::bigint and as_of <= %(as_of)s::date
order by as_of desc limit 1

-- state_of --
-- The stage and segment of one customer now.
select stage, stage_key, stage_since, segment, segment_since, as_of, days_past_due, overdue_amounts, open_amounts
from assessment_customerstate where customer_id = %(customer_id)s::bigint

-- placements --
-- Where the newest run before a day placed the customers of a chunk, each since when: nowhere who came after it.
select c.id, coalesce(f.stage_key, ''), coalesce(f.stage, 'NONE'), coalesce(f.segment, ''), f.stage_since,
    f.segment_since
from portfolio_customer c
left join lateral (
    select d.stage_key, d.stage, d.segment, d.stage_since, d.segment_since
    from assessment_dailyfacts d
    where d.customer_id = c.id and d.as_of < %(before)s::date
    order by d.as_of desc limit 1
) f on true
where c.id > %(after)s::bigint and c.id <= %(up_to)s::bigint

-- placements_now --
-- Where the customers of a chunk stand now, each since when.
select customer_id, stage_key, stage, segment, stage_since, segment_since
from assessment_customerstate
where customer_id > %(after)s::bigint and customer_id <= %(up_to)s::bigint

-- is_anybody_placed --
-- Whether any of some customers is placed.
select exists (select from assessment_customerstate where customer_id = any(%(customer_ids)s::bigint[]))

-- memberships_of --
-- The stages and segments that one customer was in, the newest first; the present ones have no end.
select kind, key, stage, since, until from assessment_membership where customer_id = %(customer_id)s::bigint
union all
select m.kind, m.key, m.stage, m.since, null
from assessment_customerstate s
cross join lateral (
    values ('STAGE', s.stage_key, s.stage, s.stage_since), ('SEGMENT', s.segment, '', s.segment_since)
) as m (kind, key, stage, since)
where s.customer_id = %(customer_id)s::bigint
order by since desc, kind
