-- offers_told --
-- Which steps told a customer of something in writing, the newest first: by what was sent, or may have been, and by
-- letters. Nothing is told of what they owed then once it is paid.
with told as (
    select a.id as action_id, n.version_id, a.step_number, a.channel, m.id as message_id,
        coalesce(m.sent_at, m.claimed_at, a.closed_at) as told_at
    from plans_action a
    join plans_run n on n.id = a.run_id
    left join outreach_message m on m.action_id = a.id
    where a.customer_id = %(customer_id)s::bigint and a.channel in ('EMAIL', 'WHATSAPP', 'SMS', 'LETTER')
        and case when m.id is null then a.state = 'EXECUTED' else m.state in ('SENT', 'UNKNOWN') end
    order by a.id desc limit %(limit)s::int
)
select t.action_id, t.version_id, t.step_number, t.channel, t.told_at, t.message_id,
    exists (
        select from portfolio_receivable r
        join portfolio_ledgerentry e on e.receivable_id = r.id
        where r.customer_id = %(customer_id)s::bigint and e.kind = 'DISCOUNT' and e.recorded_at > t.told_at
            and e.key not like %(prompt_keys)s::text
            and not exists (select from portfolio_ledgerentry v where v.reverses_id = e.id)
    ) as is_settled,
    exists (
        select from agreements_promise p
        where p.customer_id = %(customer_id)s::bigint and p.made_on >= (t.told_at at time zone %(time_zone)s::text)::date and p.state <> 'CANCELLED'
    ) as is_promised
from told t
where exists (
    select from portfolio_receivable r
    where r.customer_id = %(customer_id)s::bigint and r.open_amount > 0
        and r.issue_date <= (t.told_at at time zone %(time_zone)s::text)::date
)
order by t.action_id desc
