-- move_customer --
-- What was done for one customer becomes what was done for another. What waits is called off: the next run decides
-- for both as one. A step that the other has for the same anchor, and what a campaign of both meant, stay where they are.
with waiting as (
    select a.id, a.state from plans_action a
    where a.customer_id = %(source_id)s::bigint
        and (a.state in ('QUEUED', 'PROPOSED') or (a.state = 'OPEN' and exists (
            select from plans_action k
            where k.customer_id = %(target_id)s::bigint and k.step_key = a.step_key and k.anchor_date = a.anchor_date
                and k.state in ('PROPOSED', 'QUEUED', 'OPEN', 'EXECUTED')
        )))
    order by a.id
    for update
),
called_off as (
    update plans_action a
    set customer_id = %(target_id)s::bigint, state = 'CANCELLED', closed_at = %(at)s::timestamptz,
        closed_reason = %(reason)s::text
    from waiting w
    where a.id = w.id
    returning a.id, w.state as was
),
moved as (
    update plans_action a set customer_id = %(target_id)s::bigint
    where a.customer_id = %(source_id)s::bigint and a.id not in (select id from waiting)
        and not (a.state in ('OPEN', 'EXECUTED') and exists (
            select from plans_action k
            where k.customer_id = %(target_id)s::bigint and k.step_key = a.step_key and k.anchor_date = a.anchor_date
                and k.state in ('PROPOSED', 'QUEUED', 'OPEN', 'EXECUTED')
        ))
    returning a.id
),
moved_decisions as (
    update plans_campaigndecision d set customer_id = %(target_id)s::bigint
    where d.customer_id = %(source_id)s::bigint and not exists (
        select from plans_campaigndecision k
        where k.campaign_id = d.campaign_id and k.customer_id = %(target_id)s::bigint
    )
    returning d.campaign_id
)
select 'plans_action', coalesce(array_agg(id order by id), '{}') from moved
union all
select 'plans_action_queued', coalesce(array_agg(id order by id), '{}') from called_off where was = 'QUEUED'
union all
select 'plans_action_open', coalesce(array_agg(id order by id), '{}') from called_off where was = 'OPEN'
union all
select 'plans_action_proposed', coalesce(array_agg(id order by id), '{}') from called_off where was = 'PROPOSED'
union all
-- By campaign: the customer is known.
select 'plans_campaigndecision', coalesce(array_agg(campaign_id order by campaign_id), '{}') from moved_decisions

-- return_customer --
-- It goes back; what was called off waits again where nothing else has happened to it and it is still its day.
with called_off (id, was) as (
    select unnest(%(queued)s::bigint[]), 'QUEUED'
    union all
    select unnest(%(open)s::bigint[]), 'OPEN'
    union all
    select unnest(%(proposed)s::bigint[]), 'PROPOSED'
),
decisions as (
    update plans_campaigndecision d set customer_id = %(source_id)s::bigint
    where d.customer_id = %(target_id)s::bigint and d.campaign_id = any(%(decisions)s::bigint[])
)
update plans_action a
set customer_id = %(source_id)s::bigint,
    state = case when r.is_back then r.was else a.state end,
    closed_at = case when r.is_back then null else a.closed_at end,
    closed_reason = case when r.is_back then '' else a.closed_reason end
from (
    select k.id, c.was,
        %(is_same_day)s::boolean and k.state = 'CANCELLED' and k.closed_reason = %(reason)s::text
            and c.id is not null as is_back
    from plans_action k
    left join called_off c on c.id = k.id
    where k.customer_id = %(target_id)s::bigint and (k.id = any(%(actions)s::bigint[]) or c.id is not null)
) r
where a.id = r.id
    and not ((a.state in ('OPEN', 'EXECUTED') or r.is_back) and exists (
        select from plans_action own
        where own.customer_id = %(source_id)s::bigint and own.step_key = a.step_key
            and own.anchor_date = a.anchor_date and own.state in ('PROPOSED', 'QUEUED', 'OPEN', 'EXECUTED')
    ))
