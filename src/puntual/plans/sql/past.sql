-- actions_known --
-- Everything that runs before a day, and campaigns, planned for the customers of a chunk, with the moments of its life.
select a.customer_id, a.id, r.as_of, r.version_id, coalesce(r.started_at, g.launched_at), a.created_at, a.step_number,
    a.step_key, a.anchor_date, a.channel, a.purpose, a.moves_to, a.team, a.state, a.not_before, a.closed_at,
    a.closed_reason, a.move_ended_at
from plans_action a
left join plans_run r on r.id = a.run_id
left join plans_campaign g on g.id = a.campaign_id
where a.customer_id > %(after)s::bigint and a.customer_id <= %(up_to)s::bigint
    and (a.run_id is null or r.as_of < %(before)s::date)
order by a.customer_id, a.id

-- chunks_known --
-- The chunks by which the runs of a period decided the customers of a range, those that knew more last.
select r.as_of, c.after, c.up_to, c.known_at, c.began_at, c.law_version
from plans_run r
join plans_runchunk c on c.run_id = r.id and c.up_to > %(after)s::bigint and c.after < %(up_to)s::bigint
where r.as_of between %(first)s::date and %(last)s::date
order by c.known_at, c.id

-- patterns_known --
-- Which answers each customer of a chunk was given on the days of a period.
select as_of, customer_id, pattern_id from plans_decision
where as_of between %(first)s::date and %(last)s::date
    and customer_id > %(after)s::bigint and customer_id <= %(up_to)s::bigint

-- runs_between --
-- The runs of a period.
select as_of, version_id, started_at, state from plans_run
where as_of between %(first)s::date and %(last)s::date
order by as_of

-- approvals_known --
-- When a person approved each of some actions, which were planned from a moment on.
select subject_id, min(at) from audit_event
where at >= %(since)s::timestamptz and action = 'action-approved' and subject_type = 'action'
    and subject_id = any(%(action_ids)s::bigint[])
group by subject_id
