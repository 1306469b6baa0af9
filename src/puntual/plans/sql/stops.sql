-- stop_step --
-- Stop a step for everybody on a day; one that is stopped stays so.
insert into plans_stepstop (as_of, step_key, note, actor_label, stopped_at)
values (
    %(as_of)s::date, %(step_key)s::text, %(note)s::text, %(actor_label)s::text, %(at)s::timestamptz
)
on conflict (as_of, step_key) where lifted_at is null do nothing
returning id

-- lift_stop --
-- Let a step go on that was stopped for a day.
update plans_stepstop set lifted_at = %(at)s::timestamptz
where as_of = %(as_of)s::date and step_key = %(step_key)s::text and lifted_at is null
returning id

-- stops_on --
-- The steps stopped on a day, as it was known at a moment.
select step_key, note, actor_label, stopped_at from plans_stepstop
where as_of = %(as_of)s::date and stopped_at <= %(known_at)s::timestamptz
    and (lifted_at is null or lifted_at > %(known_at)s::timestamptz)
order by step_key, id

-- stops_between --
-- The steps stopped on some days, lifted or not.
select as_of, step_key, stopped_at, lifted_at from plans_stepstop
where as_of between %(first)s::date and %(last)s::date
order by as_of, id

-- waiting_steps --
-- What waits of each step and campaign by channel and state, and what its customers owe late.
with waiting as (
    select a.step_key, a.campaign_id, a.step_number, a.channel, a.state, r.version_id, a.customer_id, s.overdue_amounts
    from plans_action a
    left join plans_run r on r.id = a.run_id
    left join assessment_customerstate s on s.customer_id = a.customer_id
    where a.state = any(%(states)s::text[])
),
sums as (
    select w.step_key, w.state, jsonb_object_agg(w.currency, w.amount) as amounts
    from (
        select w.step_key, w.state, o.key as currency, sum(o.value::numeric)::text as amount
        from waiting w, jsonb_each_text(w.overdue_amounts) as o
        group by w.step_key, w.state, o.key
    ) w
    group by w.step_key, w.state
)
select w.step_key, w.state, max(w.step_number) as step_number, max(w.version_id) as version_id,
    max(w.campaign_id) as campaign_id, count(*)::int as total,
    array_agg(distinct w.channel::text) as channels, coalesce(min(s.amounts::text), '{}') as amounts
from waiting w
left join sums s on s.step_key = w.step_key and s.state = w.state
group by w.step_key, w.state
order by max(w.campaign_id) nulls first, max(w.step_number), w.step_key, w.state

-- waiting_of_step --
-- What waits of one step, the largest arrears first.
select a.id, a.customer_id, c.external_id, c.name, a.step_key, a.step_number, r.version_id, a.campaign_id,
    a.channel, a.purpose, a.template, a.state, a.not_before, s.days_past_due, s.stage, s.overdue_amounts,
    p.value as contact_value
from plans_action a
left join plans_run r on r.id = a.run_id
join portfolio_customer c on c.id = a.customer_id
left join assessment_customerstate s on s.customer_id = a.customer_id
left join contacts_contactpoint p on p.id = a.contact_point_id
where a.step_key = %(step_key)s::text and a.state = any(%(states)s::text[])
order by s.days_past_due desc nulls last, a.id
limit %(limit)s::int

-- ids_of_step --
-- Every action of one step in some states.
select a.id from plans_action a
where a.step_key = %(step_key)s::text and a.state = any(%(states)s::text[])
order by a.id

-- action --
-- One action with its customer.
select a.id, a.customer_id, c.external_id, c.name, a.step_key, a.step_number, r.version_id, a.campaign_id,
    a.channel, a.purpose, a.template, a.state, a.not_before, a.contact_point_id, a.anchor_date, a.moves_to
from plans_action a
left join plans_run r on r.id = a.run_id
join portfolio_customer c on c.id = a.customer_id
where a.id = %(action_id)s::bigint

-- waiting_among_customers --
-- What still waits for some customers, locked.
select id from plans_action
where customer_id = any(%(customer_ids)s::bigint[]) and state in ('PROPOSED', 'QUEUED', 'OPEN')
    and purpose in ('COLLECTION', 'REMINDER')
order by id
for update

-- change_action --
-- Another moment, contact point, channel or wording for an action that still waits.
update plans_action
set template = %(template)s::text, channel = %(channel)s::text, contact_point_id = %(point_id)s::bigint, not_before = %(not_before)s::timestamptz,
    state = case when state = 'PROPOSED' then state when %(channel)s::text = 'EMAIL' then 'QUEUED' else 'OPEN' end
where id = %(action_id)s::bigint and state in ('PROPOSED', 'QUEUED', 'OPEN')
returning state
