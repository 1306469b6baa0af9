-- customers_found --
-- Customers whom a search means: by name, number or tax id, or by a part of their e-mail address.
(
    select id from portfolio_customer where search_text like %(pattern)s::text order by id limit %(limit)s::int
)
union
(
    select customer_id from contacts_contactpoint
    where kind = 'EMAIL' and normalized like %(address)s::text limit %(limit)s::int
)

-- message_list --
-- One page of messages, newest first, and how many there are, counted no farther than a person would page.
with ids as (
    select m.id, m.created_at
    from outreach_message m
    where (%(state)s::text = '' or m.state = %(state)s::text)
        and (%(customer_ids)s::bigint[] is null or m.customer_id = any(%(customer_ids)s::bigint[]))
    order by m.created_at desc, m.id desc
    limit %(count_max)s::int
)
select m.id, m.created_at, m.customer_id, c.name as customer_name, m.template, m.channel, m.purpose,
    m.recipient, m.subject, m.state, m.reason, m.tries, m.not_before, m.sent_at,
    (select count(*) from ids) as total
from (select id from ids order by created_at desc, id desc limit %(limit)s::int offset %(offset)s::int) i
join outreach_message m on m.id = i.id
join portfolio_customer c on c.id = m.customer_id
order by m.created_at desc, m.id desc

-- message --
-- One message with everything about it.
select m.id, m.key, m.created_at, m.customer_id, c.name as customer_name, m.action_id, m.template, m.channel,
    m.purpose, m.recipient, m.subject, m.text, m.html, m.state, m.reason, m.tries, m.not_before, m.claimed_at,
    m.sent_at, t.number as template_number, t.name as template_name
from outreach_message m
join portfolio_customer c on c.id = m.customer_id
left join outreach_templateversion t on t.id = m.template_version_id
where m.id = %(message_id)s::bigint

-- events_of --
-- What the provider told of a message.
select kind, detail, at from outreach_deliveryevent where message_id = %(message_id)s::bigint order by at, id

-- messages_of --
-- The newest messages to one customer.
select id, created_at, template, channel, purpose, subject, state, reason, not_before, sent_at
from outreach_message where customer_id = %(customer_id)s::bigint
order by created_at desc, id desc limit %(limit)s::int

-- state_counts --
-- How many messages are in each state, each counted no farther than a person would read.
select 'QUEUED', count(*)
from (select from outreach_message where state = 'QUEUED' limit %(count_max)s::int) m
union all
select 'CLAIMED', count(*)
from (select from outreach_message where state = 'CLAIMED' limit %(count_max)s::int) m
union all
select 'SENDING', count(*)
from (select from outreach_message where state = 'SENDING' limit %(count_max)s::int) m
union all
select 'SENT', count(*)
from (select from outreach_message where state = 'SENT' limit %(count_max)s::int) m
union all
select 'FAILED', count(*)
from (select from outreach_message where state = 'FAILED' limit %(count_max)s::int) m
union all
select 'BOUNCED', count(*)
from (select from outreach_message where state = 'BOUNCED' limit %(count_max)s::int) m
union all
select 'CANCELLED', count(*)
from (select from outreach_message where state = 'CANCELLED' limit %(count_max)s::int) m
union all
select 'UNKNOWN', count(*)
from (select from outreach_message where state = 'UNKNOWN' limit %(count_max)s::int) m

-- messages_in_full --
-- Every message to one customer with its words, the step that it is of and what the provider told, newest first.
select m.id, m.key, m.created_at, m.sent_at, m.channel, m.purpose, m.template, m.recipient, m.subject, m.text,
    m.state, m.reason, m.action_id, a.step_key, a.anchor_date,
    coalesce(
        (
            select jsonb_agg(jsonb_build_object('kind', e.kind, 'at', e.at) order by e.at, e.id)
            from outreach_deliveryevent e where e.message_id = m.id
        ),
        '[]'::jsonb
    ) as events
from outreach_message m
left join plans_action a on a.id = m.action_id
where m.customer_id = %(customer_id)s::bigint
order by coalesce(m.sent_at, m.created_at) desc, m.id desc
