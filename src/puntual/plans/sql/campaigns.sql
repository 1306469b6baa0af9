-- insert_campaign --
-- Keep what was asked for, unless it was asked for before.
insert into plans_campaign (
    key, name, condition, segment_key, channel, purpose, template, team, instructions, not_before, state, customers,
    author_id, author_label, needs_approval, created_at
)
values (
    %(key)s::text, %(name)s::text, %(condition)s::jsonb, %(segment_key)s::text, %(channel)s::text, %(purpose)s::text,
    %(template)s::text, %(team)s::text, %(instructions)s::text, %(not_before)s::timestamptz, 'PROPOSED',
    %(customers)s::int, %(author_id)s::bigint, %(author_label)s::text, %(needs_approval)s::boolean,
    %(at)s::timestamptz
)
on conflict (key) do nothing
returning id

-- id_of_key --
-- The campaign that was asked for with a key.
select id from plans_campaign where key = %(key)s::text

-- launch --
-- A campaign begins, once.
update plans_campaign
set state = 'LAUNCHED', launched_at = %(at)s::timestamptz, approver_id = %(approver_id)s::bigint,
    approver_label = %(approver_label)s::text
where id = %(campaign_id)s::bigint and state = 'PROPOSED'
returning id

-- stop_campaign --
-- A campaign goes no further.
update plans_campaign
set state = 'STOPPED', stopped_at = %(at)s::timestamptz, stopped_by = %(actor_label)s::text, stop_note = %(note)s::text
where id = %(campaign_id)s::bigint and state <> 'STOPPED'
returning id

-- record_decisions --
-- What a campaign means for each of its customers.
insert into plans_campaigndecision (campaign_id, customer_id, outcome, reasons)
select %(campaign_id)s::bigint, d.customer_id, d.outcome, string_to_array(d.reasons, ',')
from unnest(%(customer_ids)s::bigint[], %(outcomes)s::text[], %(reasons)s::text[]) as d (customer_id, outcome, reasons)
on conflict (campaign_id, customer_id) do nothing

-- record_actions --
-- What a campaign sets going: one thing for each customer that may be reached.
insert into plans_action (
    campaign_id, customer_id, contact_point_id, step_number, step_key, anchor_date, channel, purpose, template, team,
    state, not_before
)
select g.id, a.customer_id, a.point_id, 0, 'campana-' || g.id, %(today)s::date, g.channel, g.purpose, g.template,
    g.team, case when g.channel = 'EMAIL' then 'QUEUED' else 'OPEN' end, a.not_before
from unnest(%(customer_ids)s::bigint[], %(point_ids)s::bigint[], %(not_before)s::timestamptz[])
    as a (customer_id, point_id, not_before)
cross join plans_campaign g
where g.id = %(campaign_id)s::bigint
on conflict (customer_id, step_key, anchor_date) where state in ('PROPOSED', 'QUEUED', 'OPEN', 'EXECUTED') do nothing
returning id, state

-- busy --
-- Who of some customers has a message or a task waiting, or was reached since the day began, and which of them.
with waiting as (
    select a.customer_id, bool_or(a.state <> 'OPEN') as is_message
    from plans_action a
    where a.customer_id = any(%(customer_ids)s::bigint[]) and a.state in ('PROPOSED', 'QUEUED', 'OPEN')
        and a.channel <> ''
    group by a.customer_id
)
select customer_id, case when is_message then 'already-queued' else 'task-waiting' end from waiting
union all
select distinct t.customer_id, 'other-step-today'
from contacts_attempt t
where t.customer_id = any(%(customer_ids)s::bigint[]) and t.direction = 'OUTBOUND' and t.outcome <> 'FAILED'
    and t.at >= %(since)s::timestamptz and t.at < %(until)s::timestamptz
    and not exists (select from waiting w where w.customer_id = t.customer_id)

-- campaigns --
-- Campaigns, the newest first, with how far they got.
select g.id, g.name, g.condition, g.segment_key, g.channel, g.purpose, g.template, g.team, g.instructions,
    g.not_before, g.state, g.customers, g.author_id, g.author_label, g.needs_approval, g.approver_label,
    g.launched_at, g.stopped_at, g.stopped_by, g.stop_note, g.created_at, coalesce(a.planned, 0) as planned,
    coalesce(a.waiting, 0) as waiting, coalesce(a.done, 0) as done
from plans_campaign g
left join lateral (
    select count(*)::int as planned,
        (count(*) filter (where state in ('QUEUED', 'OPEN', 'PROPOSED')))::int as waiting,
        (count(*) filter (where state = 'EXECUTED'))::int as done
    from plans_action where campaign_id = g.id
) a on true
where %(campaign_id)s::bigint is null or g.id = %(campaign_id)s::bigint
order by g.id desc
limit %(limit)s::int

-- step_names --
-- What the actions of each campaign go by in place of a step of the plan.
select 'campana-' || id, name from plans_campaign

-- results --
-- What became of a campaign: who answered after it reached them, and who paid and how much.
with reached as (
    select customer_id, min(closed_at) as reached_at from plans_action
    where campaign_id = %(campaign_id)s::bigint and state = 'EXECUTED'
    group by customer_id
),
answered as (
    select count(*)::int as customers from reached r
    where exists (
        select from contacts_response p where p.customer_id = r.customer_id and p.at >= r.reached_at
    ) or exists (
        select from contacts_attempt t
        where t.customer_id = r.customer_id and t.at >= r.reached_at
            and (t.direction = 'INBOUND' or t.outcome = 'EFFECTIVE')
    )
),
paid as (
    select v.customer_id, e.currency, -sum(e.amount) as amount
    from reached r
    join portfolio_receivable v on v.customer_id = r.customer_id
    join portfolio_ledgerentry e on e.receivable_id = v.id and e.kind = 'PAYMENT'
        and e.recorded_at >= r.reached_at
        and not exists (select from portfolio_ledgerentry b where b.reverses_id = e.id)
    group by v.customer_id, e.currency
)
select (select customers from answered) as answered,
    (select count(distinct customer_id) from paid)::int as payers,
    coalesce((
        select jsonb_object_agg(s.currency, s.amount::text)
        from (select currency, sum(amount) as amount from paid group by currency) s
    ), '{}')::text as amounts

-- decision_counts --
-- How often a campaign meant each thing, with its reasons.
select outcome, reasons, count(*)::int as times from plans_campaigndecision
where campaign_id = %(campaign_id)s::bigint
group by outcome, reasons
order by outcome <> 'ACT', times desc, reasons

-- decisions_of_customer --
-- What the newest campaigns meant for one customer.
select g.id, g.name, g.channel, g.state, g.launched_at, d.outcome, d.reasons
from plans_campaigndecision d
join plans_campaign g on g.id = d.campaign_id
where d.customer_id = %(customer_id)s::bigint
order by g.id desc
limit %(limit)s::int

-- actions_of_campaigns --
-- What the campaigns of a day planned, by channel and state.
select a.campaign_id, g.name, a.channel, a.state, count(*)::int as times
from plans_campaign g
join plans_action a on a.campaign_id = g.id and a.anchor_date = %(day)s::date
-- In whatever zone the day began.
where g.launched_at >= %(day)s::date - interval '1 day' and g.launched_at < %(day)s::date + interval '2 days'
group by a.campaign_id, g.name, a.channel, a.state
order by a.campaign_id, a.channel, a.state

-- ids_of_campaign --
-- What still waits of a campaign.
select id from plans_action
where campaign_id = %(campaign_id)s::bigint and state in ('PROPOSED', 'QUEUED', 'OPEN')
order by id

-- asked_for_by --
-- The actions among some that come from a campaign of this author.
select a.id from plans_action a join plans_campaign g on g.id = a.campaign_id
where a.id = any(%(action_ids)s::bigint[]) and g.author_id = %(user_id)s::bigint
