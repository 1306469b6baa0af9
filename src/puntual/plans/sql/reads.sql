-- active_version --
-- The plan version in force.
select v.id, p.key, p.name, v.number, v.document, v.activated_at
from plans_planversion v join plans_plan p on p.id = v.plan_id
where v.state = 'ACTIVE'

-- prompt_terms --
-- What each version that ever was in force gives to who pays early, and the days on which it was.
select (v.document #>> '{politica,descuento_por_pronto_pago,porcentaje}')::numeric as percent,
       (v.document #>> '{politica,descuento_por_pronto_pago,dias_antes}')::int as days_before_due,
       greatest(
           (v.activated_at at time zone %(time_zone)s::text)::date, (v.document ->> 'vigente_desde')::date
       ) as since,
       least((v.retired_at at time zone %(time_zone)s::text)::date, (v.document ->> 'vigente_hasta')::date) as until
from plans_planversion v
where v.activated_at is not null
  and v.document #>> '{politica,descuento_por_pronto_pago,porcentaje}' is not null
order by v.id

-- version --
-- One plan version, with its text and its life.
select v.id, v.plan_id, p.key, p.name, v.number, v.state, v.text, v.document, v.document_hash, v.change_reason,
    v.based_on_id, v.author_id, v.author_label, v.writer_ids, v.submitted_at, v.approver_id, v.approver_label, v.approved_at,
    v.activated_at, v.retired_at, v.updated_at, v.created_at
from plans_planversion v join plans_plan p on p.id = v.plan_id
where v.id = %(version_id)s::bigint

-- versions --
-- All plan versions, the newest of each plan first.
select v.id, p.key, p.name, v.number, v.state, v.change_reason, v.author_label, v.approver_label, v.submitted_at,
    v.approved_at, v.activated_at, v.retired_at, v.updated_at, v.created_at
from plans_planversion v join plans_plan p on p.id = v.plan_id
order by p.name, p.id, v.number desc

-- decisions_of --
-- The decisions about one customer in the newest run on or before a day that looked at them.
with newest as (
    select r.id, r.as_of, r.version_id from plans_run r
    where r.as_of <= %(as_of)s::date and exists (
        select from plans_decision d where d.as_of = r.as_of and d.customer_id = %(customer_id)s::bigint
    )
    order by r.as_of desc limit 1
)
select n.as_of, n.version_id, d.step_number, d.outcome, d.reasons, d.next_date
from newest n
join plans_decided d on d.as_of = n.as_of and d.customer_id = %(customer_id)s::bigint
order by d.step_number

-- run_days --
-- The newest runs.
select id, as_of, state, version_id, customers, decisions, actions, started_at, finished_at, error,
    coalesce(as_of - previous_as_of - 1, 0) as days_off
from plans_run order by as_of desc limit %(limit)s::int

-- outcomes_by_step --
-- How often each outcome with its reasons was decided for each step of a run.
with counted as (
    select d.pattern_id, count(*) as times
    from plans_run r join plans_decision d on d.as_of = r.as_of
    where r.id = %(run_id)s::bigint
    group by d.pattern_id
)
select u.step_number, u.outcome, string_to_array(u.reasons, ',') as reasons, sum(c.times)::bigint as times
from counted c
join plans_decisionpattern p on p.id = c.pattern_id
cross join lateral unnest(p.step_numbers, p.outcomes, p.reasons) as u (step_number, outcome, reasons)
group by u.step_number, u.outcome, u.reasons
order by u.step_number, times desc, u.outcome, u.reasons

-- customers_with --
-- The customers of a run with an outcome and just these reasons for a step.
with answers as (
    select p.id, u.step_number, u.outcome, string_to_array(u.reasons, ',') as reasons, u.next_date
    from plans_decisionpattern p
    cross join lateral unnest(p.step_numbers, p.outcomes, p.reasons, p.next_dates)
        as u (step_number, outcome, reasons, next_date)
    where (%(step_number)s::int is null or u.step_number = %(step_number)s::int)
        and (%(outcome)s::text is null or u.outcome = %(outcome)s::text)
        and (%(reasons)s::text[] is null or string_to_array(u.reasons, ',') = %(reasons)s::text[])
)
select d.customer_id, c.external_id, c.name, a.step_number, a.outcome, a.reasons, a.next_date
from plans_run r
join plans_decision d on d.as_of = r.as_of
join answers a on a.id = d.pattern_id
join portfolio_customer c on c.id = d.customer_id
where r.id = %(run_id)s::bigint and (d.customer_id, a.step_number) > (%(after)s::bigint, %(after_step)s::int)
order by d.customer_id, a.step_number limit %(limit)s::int

-- actions_of --
-- Everything that was planned for one customer, or by runs up to a day, newest first.
select a.id, a.step_key, a.step_number, r.version_id, a.anchor_date, a.channel, a.purpose, a.template, a.state,
    a.moves_to, a.not_before, a.closed_at, a.closed_reason, a.note, a.created_at, r.as_of, c.value as contact_value,
    a.campaign_id, g.name as campaign_name
from plans_action a
left join plans_run r on r.id = a.run_id
left join plans_campaign g on g.id = a.campaign_id
left join contacts_contactpoint c on c.id = a.contact_point_id
where a.customer_id = %(customer_id)s::bigint and (%(until)s::date is null or r.as_of <= %(until)s::date)
order by a.id desc limit %(limit)s::int

-- move_of --
-- The move that still holds a customer somewhere: the last one.
select id, moves_to, closed_at, note from plans_action
where customer_id = %(customer_id)s::bigint and moves_to <> '' and state = 'EXECUTED' and move_ended_at is null
order by id desc limit 1

-- open_tasks --
-- Tasks that wait for a person: those that may be done now first, then the largest arrears.
select a.id, a.customer_id, c.external_id, c.name, c.short_name, a.step_key, a.step_number, r.version_id,
    a.channel, a.moves_to, a.not_before, s.days_past_due, s.stage, s.overdue_amounts, p.value as contact_value,
    p.owner_role, g.name as campaign_name, g.instructions
from plans_action a
left join plans_run r on r.id = a.run_id
left join plans_campaign g on g.id = a.campaign_id
join portfolio_customer c on c.id = a.customer_id
left join assessment_customerstate s on s.customer_id = a.customer_id
left join contacts_contactpoint p on p.id = a.contact_point_id
where a.state = 'OPEN' and (%(with_moves)s::boolean or a.moves_to = '')
order by a.not_before > %(at)s::timestamptz, s.days_past_due desc nulls last, a.id
limit %(limit)s::int offset %(skip)s::int

-- open_task_count --
-- How many tasks wait for a person.
select count(*) from plans_action where state = 'OPEN' and (%(with_moves)s::boolean or moves_to = '')

-- actions_of_run --
-- What a run planned, by step, channel and state.
select step_number, channel, state, count(*) as times
from plans_action where run_id = %(run_id)s::bigint
group by step_number, channel, state order by step_number, channel, state

-- among --
-- Which of some actions are in one of these states.
select id from plans_action
where id = any(%(action_ids)s::bigint[]) and state = any(%(states)s::text[])
order by id
for update
