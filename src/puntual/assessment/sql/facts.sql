-- record_facts --
-- Keep the facts of a day; a repeated chunk changes nothing.
insert into assessment_dailyfacts (as_of, customer_id, stage, segment, days_past_due, facts)
select %(as_of)s::date, (r ->> 0)::bigint, r ->> 1, r ->> 2, (r ->> 3)::int, r -> 4
from jsonb_array_elements(%(rows)s::jsonb) as r
on conflict (as_of, customer_id) do nothing

-- move_states --
-- Keep the stage and segment of each customer and since when; an older day never overwrites a newer one.
insert into assessment_customerstate as s (
    customer_id, stage, stage_since, segment, segment_since, as_of, days_past_due, overdue_amounts, open_amounts
)
select (r ->> 0)::bigint, r ->> 1, %(as_of)s::date, r ->> 2, %(as_of)s::date, %(as_of)s::date, (r ->> 3)::int,
    coalesce(r -> 4 -> 'overdue_amounts', '{}'::jsonb), coalesce(r -> 4 -> 'open_amounts', '{}'::jsonb)
from jsonb_array_elements(%(rows)s::jsonb) as r
on conflict (customer_id) do update set
    stage = excluded.stage,
    stage_since = case when s.stage = excluded.stage then s.stage_since else excluded.stage_since end,
    segment = excluded.segment,
    segment_since = case when s.segment = excluded.segment then s.segment_since else excluded.segment_since end,
    as_of = excluded.as_of,
    days_past_due = excluded.days_past_due,
    overdue_amounts = excluded.overdue_amounts,
    open_amounts = excluded.open_amounts
where s.as_of <= excluded.as_of

-- facts_of --
-- The newest facts of one customer on or before a day.
select as_of, stage, segment, days_past_due, facts
from assessment_dailyfacts
where customer_id = %(customer_id)s::bigint and as_of <= %(as_of)s::date
order by as_of desc limit 1

-- state_of --
-- The stage and segment of one customer now.
select stage, stage_since, segment, segment_since, as_of, days_past_due, overdue_amounts, open_amounts
from assessment_customerstate where customer_id = %(customer_id)s::bigint
