-- page --
-- Read the audit trail newest first: by whom, what, when, and what is said in it.
select e.id, e.at, e.actor_kind, e.actor_label, e.action, e.subject_type, e.subject_id, e.before, e.after,
    coalesce(e.customer_id, a.customer_id) as customer_id, c.name as customer_name, c.external_id,
    a.step_number, r.version_id, g.name as campaign_name,
    -- Why, of what is noted with an action, where erasing a person finds it.
    case when e.action = 'customer-taken-back' then a.move_end_note
        when e.action in ('action-stopped', 'task-put-aside', 'customer-moved') then a.note end as note
from audit_event e
left join plans_action a on a.id = e.subject_id
    and (e.subject_type = 'action' or e.action in ('task-put-aside', 'customer-moved', 'customer-taken-back'))
left join plans_run r on r.id = a.run_id
left join plans_campaign g on g.id = a.campaign_id
left join portfolio_customer c on c.id = coalesce(e.customer_id, a.customer_id)
where (%(actions)s::text[] is null or e.action = any(%(actions)s::text[]))
    and (%(actor_kind)s::text is null or e.actor_kind = %(actor_kind)s::text)
    and (%(actor_id)s::bigint is null or e.actor_id = %(actor_id)s::bigint)
    and (%(since)s::timestamptz is null or e.at >= %(since)s::timestamptz)
    and (%(until)s::timestamptz is null or e.at < %(until)s::timestamptz)
    and (
        %(pattern)s::text is null
        or e.actor_label ilike %(pattern)s::text
        or e.before::text ilike %(pattern)s::text
        or e.after::text ilike %(pattern)s::text
        or c.search_text like all(%(words)s::text[])
    )
order by e.at desc, e.id desc
limit %(limit)s::bigint offset %(skip)s::bigint

-- count --
-- Count what `page` reads.
select count(*)
from audit_event e
left join plans_action a on a.id = e.subject_id
    and (e.subject_type = 'action' or e.action in ('task-put-aside', 'customer-moved', 'customer-taken-back'))
left join portfolio_customer c on c.id = coalesce(e.customer_id, a.customer_id)
where (%(actions)s::text[] is null or e.action = any(%(actions)s::text[]))
    and (%(actor_kind)s::text is null or e.actor_kind = %(actor_kind)s::text)
    and (%(actor_id)s::bigint is null or e.actor_id = %(actor_id)s::bigint)
    and (%(since)s::timestamptz is null or e.at >= %(since)s::timestamptz)
    and (%(until)s::timestamptz is null or e.at < %(until)s::timestamptz)
    and (
        %(pattern)s::text is null
        or e.actor_label ilike %(pattern)s::text
        or e.before::text ilike %(pattern)s::text
        or e.after::text ilike %(pattern)s::text
        or c.search_text like all(%(words)s::text[])
    )
