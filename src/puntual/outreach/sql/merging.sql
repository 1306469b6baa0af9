-- lock_waiting --
-- Hold what waits or leaves for a customer, so that no worker takes it meanwhile.
select state from outreach_message
where customer_id = %(source_id)s::bigint and state in ('QUEUED', 'CLAIMED', 'SENDING')
order by id
for update

-- move_customer --
-- Messages and portal links of one customer become those of another. What waits is called off.
with waiting as (
    select id, reason from outreach_message
    where customer_id = %(source_id)s::bigint and state in ('QUEUED', 'CLAIMED')
),
called_off as (
    update outreach_message m
    set customer_id = %(target_id)s::bigint, state = 'CANCELLED', reason = %(reason)s::text, claimed_by = ''
    from waiting w
    where m.id = w.id
    returning m.id, w.reason as was
),
moved as (
    update outreach_message m set customer_id = %(target_id)s::bigint
    where m.customer_id = %(source_id)s::bigint and m.state not in ('QUEUED', 'CLAIMED')
    returning m.id
),
links as (
    update outreach_portallink set customer_id = %(target_id)s::bigint
    where customer_id = %(source_id)s::bigint
    returning id
)
select 'outreach_message', coalesce(array_agg(id::text order by id), '{}') from moved
union all
-- With the reason that it had: it may have been put off before.
select 'outreach_message_queued', coalesce(array_agg(id || ':' || was order by id), '{}') from called_off
union all
select 'outreach_portallink', coalesce(array_agg(id::text order by id), '{}') from links

-- return_customer --
-- They go back; a message that was called off waits again when it is still its day.
with called_off as (
    select split_part(q.entry, ':', 1)::bigint as id, substr(q.entry, strpos(q.entry, ':') + 1) as was
    from unnest(%(queued)s::text[]) as q (entry)
),
again as (
    update outreach_message m
    set customer_id = %(source_id)s::bigint,
        state = case when r.is_back then 'QUEUED' else m.state end,
        reason = case when r.is_back then r.was else m.reason end,
        reported_at = case when r.is_back then null else m.reported_at end
    from (
        select k.id, c.was,
            %(is_same_day)s::boolean and k.state = 'CANCELLED' and k.reason = %(reason)s::text as is_back
        from outreach_message k join called_off c on c.id = k.id
        where k.customer_id = %(target_id)s::bigint
    ) r
    where m.id = r.id
),
messages as (
    update outreach_message m set customer_id = %(source_id)s::bigint
    where m.customer_id = %(target_id)s::bigint and m.id = any(%(messages)s::bigint[])
)
update outreach_portallink set customer_id = %(source_id)s::bigint
where customer_id = %(target_id)s::bigint and id = any(%(links)s::uuid[])
