-- past_actions --
-- What the plan already did for the customers of a chunk, with anchors, and whether something still waits.
-- What was called off or failed was not done: the plan may take the step again while it is in time.
select customer_id,
    array_agg(step_key) as step_keys,
    array_agg(anchor_date) as anchor_dates,
    bool_or(state = 'QUEUED') as has_pending
from plans_action
where customer_id > %(after)s::bigint and customer_id <= %(up_to)s::bigint
    and (state in ('QUEUED', 'OPEN', 'EXECUTED') or closed_reason = 'put-aside')
group by customer_id

-- start_run --
-- Open the run of a day; a run that is there stays as it is.
insert into plans_run (as_of, version_id, state, started_at)
values (%(as_of)s::date, %(version_id)s::bigint, 'RUNNING', %(at)s::timestamptz)
on conflict (as_of) do nothing

-- run_of --
-- The run of a day.
select id, as_of, state, version_id, done_up_to_customer, customers, decisions, actions,
    started_at, finished_at, error
from plans_run where as_of = %(as_of)s::date

-- record_decisions --
-- One row for each customer and step; customers with the same answers share them as a pattern.
insert into plans_decision (run_id, customer_id, step_number, outcome, reasons, next_date)
select %(run_id)s::bigint, c.customer_id, p.step_number, p.outcome, string_to_array(p.reasons, ','), p.next_date
from unnest(%(customer_ids)s::bigint[], %(customer_patterns)s::int[]) as c (customer_id, pattern)
join unnest(
    %(patterns)s::int[], %(step_numbers)s::smallint[], %(outcomes)s::text[], %(reasons)s::text[],
    %(next_dates)s::date[]
) as p (pattern, step_number, outcome, reasons, next_date) using (pattern)
on conflict (run_id, customer_id, step_number) do nothing

-- record_actions --
-- Plan the allowed actions; a step that was planned for the same anchor is left alone.
insert into plans_action (
    run_id, customer_id, contact_point_id, step_number, step_key, anchor_date, channel, purpose, template,
    state, not_before
)
select %(run_id)s::bigint, a.customer_id, a.contact_point_id, a.step_number, a.step_key, a.anchor_date,
    a.channel, a.purpose, a.template, case when a.channel = 'EMAIL' then 'QUEUED' else 'OPEN' end, a.not_before
from unnest(
    %(customer_ids)s::bigint[], %(point_ids)s::bigint[], %(step_numbers)s::smallint[], %(step_keys)s::text[],
    %(anchor_dates)s::date[], %(channels)s::text[], %(purposes)s::text[], %(templates)s::text[],
    %(not_before)s::timestamptz[]
) as a (
    customer_id, contact_point_id, step_number, step_key, anchor_date, channel, purpose, template, not_before
)
on conflict (customer_id, step_key, anchor_date) where state in ('QUEUED', 'OPEN', 'EXECUTED') do nothing
returning id

-- advance_run --
-- Move the marker of a run past a chunk, in the chunk's transaction.
update plans_run set
    done_up_to_customer = %(up_to)s::bigint,
    customers = customers + %(customers)s::int,
    decisions = decisions + %(decisions)s::int,
    actions = actions + %(actions)s::int,
    state = 'RUNNING'
where id = %(run_id)s::bigint and done_up_to_customer = %(after)s::bigint

-- finish_run --
-- Close a run.
update plans_run set state = %(state)s::text, finished_at = %(at)s::timestamptz, error = %(error)s::text
where id = %(run_id)s::bigint and state <> %(state)s::text

-- close_actions --
-- End what still waits for customers whose reason for it is gone.
update plans_action set state = 'CANCELLED', closed_at = %(at)s::timestamptz, closed_reason = %(reason)s::text
where customer_id = any(%(customer_ids)s::bigint[]) and state in ('QUEUED', 'OPEN')
returning id

-- complete_actions --
-- End actions that were carried out, failed or were refused at the last moment.
update plans_action set state = %(state)s::text, closed_at = %(at)s::timestamptz,
    closed_reason = %(reason)s::text, note = case when %(note)s::text = '' then note else %(note)s::text end
where id = any(%(action_ids)s::bigint[]) and state in ('QUEUED', 'OPEN')

-- reschedule_actions --
-- Move actions that still wait to a later moment.
update plans_action a set not_before = v.not_before
from unnest(%(action_ids)s::bigint[], %(not_before)s::timestamptz[]) as v (id, not_before)
where a.id = v.id and a.state in ('QUEUED', 'OPEN')

-- erase_customer --
-- Take away what people noted on the actions of a customer; decisions and actions stay.
update plans_action set note = '' where customer_id = %(customer_id)s::bigint and note <> ''
