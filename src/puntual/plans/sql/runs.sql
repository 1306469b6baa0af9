-- past_actions --
-- What the plan already did for the customers of a chunk, with anchors, and whether something still waits.
-- What was called off or failed was not done: the plan may take the step again while it is in time.
select customer_id,
    array_agg(step_key) as step_keys,
    array_agg(anchor_date) as anchor_dates,
    bool_or(state in ('QUEUED', 'PROPOSED') and channel <> '') as has_pending,
    coalesce((array_agg(moves_to order by id desc) filter (
        where moves_to <> '' and state = 'EXECUTED' and move_ended_at is null
    ))[1], '')
        as moved_to
from plans_action
where customer_id > %(after)s::bigint and customer_id <= %(up_to)s::bigint
    and (state in ('PROPOSED', 'QUEUED', 'OPEN', 'EXECUTED') or closed_reason = 'put-aside')
group by customer_id

-- start_run --
-- Open the run of a day; a run that is there stays as it is.
insert into plans_run (as_of, version_id, state, started_at, previous_as_of)
select %(as_of)s::date, %(version_id)s::bigint, 'RUNNING', %(at)s::timestamptz, max(r.as_of)
from plans_run r where r.as_of < %(as_of)s::date
on conflict (as_of) do nothing

-- run_of --
-- The run of a day.
select id, as_of, state, version_id, customers, decisions, actions, previous_as_of
from plans_run where as_of = %(as_of)s::date

-- add_chunks --
-- Give a run customers to decide, in chunks. One that ends where a decided chunk ended holds whom that one did not see.
insert into plans_runchunk (run_id, after, up_to, customers, known_at, began_at, done_at)
select %(run_id)s::bigint, c.after, c.up_to, c.customers, %(at)s::timestamptz, null, null
from unnest(%(afters)s::bigint[], %(up_tos)s::bigint[], %(customers)s::int[]) as c (after, up_to, customers)
on conflict (run_id, up_to) do update set
    after = excluded.after, customers = excluded.customers, known_at = excluded.known_at,
    began_at = null, done_at = null
where plans_runchunk.done_at is not null

-- renew_chunks --
-- What waits since an earlier start, and nobody is at, is decided by what is known now.
update plans_runchunk set known_at = %(at)s::timestamptz
where id in (
    select id from plans_runchunk
    where run_id = %(run_id)s::bigint and done_at is null and known_at <> %(at)s::timestamptz
    for update skip locked
)

-- claim_free_chunk --
-- Take the next chunk that nobody is at. The lock ends with the transaction.
with free as (
    select id from plans_runchunk
    where run_id = %(run_id)s::bigint and done_at is null
    order by id limit 1
    for update skip locked
)
update plans_runchunk c set began_at = default from free f where c.id = f.id
returning c.id, c.after, c.up_to, c.known_at

-- claim_chunk --
-- The same, but wait for whoever is at the last ones: it is free again when they were stopped.
with free as (
    select id from plans_runchunk
    where run_id = %(run_id)s::bigint and done_at is null
    order by id limit 1
    for update
)
update plans_runchunk c set began_at = default from free f where c.id = f.id
returning c.id, c.after, c.up_to, c.known_at

-- open_chunks --
-- How many chunks of a run are not decided yet.
select count(*) from plans_runchunk where run_id = %(run_id)s::bigint and done_at is null

-- pace --
-- How far a run is, and how fast its last two minutes of work were.
with chunks as (
    select customers, began_at, done_at, max(done_at) over () as newest
    from plans_runchunk where run_id = %(run_id)s::bigint
)
select coalesce(sum(customers), 0) as everybody,
    coalesce(sum(customers) filter (where done_at is not null), 0) as done,
    (
        sum(customers) filter (where done_at > newest - interval '2 minutes')
        / nullif(extract(epoch from max(newest) - min(began_at) filter (where done_at > newest - interval '2 minutes')), 0)
    )::float as per_second
from chunks

-- record_patterns --
-- Keep the answers that customers share, each once.
insert into plans_decisionpattern (id, step_numbers, outcomes, reasons, next_dates)
select p.id, array_agg(p.step_number order by p.step_number), array_agg(p.outcome order by p.step_number),
    array_agg(p.reasons order by p.step_number), array_agg(p.next_date order by p.step_number)
from unnest(
    %(patterns)s::bigint[], %(step_numbers)s::smallint[], %(outcomes)s::text[], %(reasons)s::text[],
    %(next_dates)s::date[]
) as p (id, step_number, outcome, reasons, next_date)
group by p.id
order by p.id
on conflict (id) do nothing

-- record_decisions --
-- One row for each customer of a chunk: the answers to all steps, as a pattern.
insert into plans_decision (as_of, customer_id, run_id, pattern_id)
select r.as_of, c.customer_id, r.id, c.pattern_id
from unnest(%(customer_ids)s::bigint[], %(customer_patterns)s::bigint[]) as c (customer_id, pattern_id)
cross join plans_run r
where r.id = %(run_id)s::bigint
on conflict (as_of, customer_id) do nothing

-- has_month --
-- Whether decisions of the month of a day have their place.
select to_regclass(%(table)s::text) is not null

-- months --
-- The months of decisions that are kept, with the first day of each.
select c.relname, to_date(right(c.relname, 6), 'YYYYMM')
from pg_inherits i
join pg_class c on c.oid = i.inhrelid
where i.inhparent = 'plans_decision'::regclass
order by 1

-- drop_chunks --
-- Forget how runs of old days were parted.
delete from plans_runchunk c using plans_run r
where r.id = c.run_id and r.as_of < %(before)s::date

-- drop_patterns --
-- Forget answers that no decision names any more.
delete from plans_decisionpattern p
where not exists (select from plans_decision d where d.pattern_id = p.id)

-- record_actions --
-- Plan the allowed actions; a step that was planned for the same anchor is left alone, one stopped meanwhile left out.
insert into plans_action (
    run_id, customer_id, contact_point_id, step_number, step_key, anchor_date, channel, purpose, template,
    moves_to, team, state, not_before, last_day
)
select %(run_id)s::bigint, a.customer_id, a.contact_point_id, a.step_number, a.step_key, a.anchor_date,
    a.channel, a.purpose, a.template, a.moves_to, a.team, a.state, a.not_before, a.last_day
from unnest(
    %(customer_ids)s::bigint[], %(point_ids)s::bigint[], %(step_numbers)s::smallint[], %(step_keys)s::text[],
    %(anchor_dates)s::date[], %(channels)s::text[], %(purposes)s::text[], %(templates)s::text[],
    %(moves_to)s::text[], %(teams)s::text[], %(states)s::text[], %(not_before)s::timestamptz[],
    %(last_days)s::date[]
) as a (
    customer_id, contact_point_id, step_number, step_key, anchor_date, channel, purpose, template, moves_to, team,
    state, not_before, last_day
)
where not exists (
    select from plans_stepstop s join plans_run n on n.as_of = s.as_of
    where n.id = %(run_id)s::bigint and s.step_key = a.step_key and s.lifted_at is null
)
on conflict (customer_id, step_key, anchor_date) where state in ('PROPOSED', 'QUEUED', 'OPEN', 'EXECUTED') do nothing
returning id, state

-- finish_chunk --
-- A chunk is decided; it counts for its run.
with done as (
    update plans_runchunk
    set customers = %(customers)s::int, law_version = %(law_version)s::text, done_at = default
    where id = %(chunk_id)s::bigint
    returning run_id
)
update plans_run r set
    customers = r.customers + %(customers)s::int,
    decisions = r.decisions + %(decisions)s::int,
    actions = r.actions + %(actions)s::int,
    state = 'RUNNING'
from done d
where r.id = d.run_id

-- finish_run --
-- Close a run.
update plans_run set state = %(state)s::text, finished_at = %(at)s::timestamptz, error = %(error)s::text
where id = %(run_id)s::bigint and state <> %(state)s::text

-- close_actions --
-- End what still waits for customers, or through addresses, whose reason for it is gone.
update plans_action set state = 'CANCELLED', closed_at = %(at)s::timestamptz, closed_reason = %(reason)s::text
where (customer_id = any(%(customer_ids)s::bigint[]) or contact_point_id = any(%(contact_point_ids)s::bigint[]))
    and state in ('PROPOSED', 'QUEUED', 'OPEN')
returning id

-- expire_proposals --
-- End what nobody approved while the plan still took the step.
update plans_action set state = 'CANCELLED', closed_at = %(at)s::timestamptz, closed_reason = %(reason)s::text
where state = 'PROPOSED' and last_day < %(as_of)s::date

-- end_moves --
-- End the moves that still hold customers somewhere.
update plans_action set move_ended_at = %(at)s::timestamptz, move_end_note = %(note)s::text
where customer_id = any(%(customer_ids)s::bigint[]) and moves_to <> '' and state = 'EXECUTED' and move_ended_at is null
returning customer_id

-- complete_actions --
-- End actions that were carried out, failed or were refused at the last moment.
update plans_action set state = %(state)s::text, closed_at = %(at)s::timestamptz,
    closed_reason = %(reason)s::text, note = case when %(note)s::text = '' then note else %(note)s::text end
where id = any(%(action_ids)s::bigint[]) and state in ('PROPOSED', 'QUEUED', 'OPEN')

-- approve_actions --
-- Let proposed actions go on: messages to the queue, tasks to people.
update plans_action set state = case when channel = 'EMAIL' then 'QUEUED' else 'OPEN' end
where id = any(%(action_ids)s::bigint[]) and state = 'PROPOSED'
returning id, state

-- reschedule_actions --
-- Move actions that still wait to a later moment.
update plans_action a set not_before = v.not_before
from unnest(%(action_ids)s::bigint[], %(not_before)s::timestamptz[]) as v (id, not_before)
where a.id = v.id and a.state in ('QUEUED', 'OPEN')

-- erase_customer --
-- Take away what people noted on the actions of a customer; decisions and actions stay.
update plans_action set note = '', move_end_note = ''
where customer_id = %(customer_id)s::bigint and (note <> '' or move_end_note <> '')
