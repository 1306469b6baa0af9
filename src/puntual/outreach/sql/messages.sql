-- queue_for_actions --
-- Queue one message for each waiting e-mail action that has an address; an action never gets a second one.
insert into outreach_message (
    key, action_id, customer_id, contact_point_id, channel, purpose, template, recipient, not_before, created_at
)
select gen_random_uuid(), a.id, a.customer_id, p.id, a.channel, a.purpose, a.template, p.normalized,
    a.not_before, %(at)s::timestamptz
from plans_action a
join contacts_contactpoint p on p.id = a.contact_point_id and p.customer_id = a.customer_id
where a.id = any(%(action_ids)s::bigint[]) and a.state = 'QUEUED' and a.channel = 'EMAIL'
on conflict (action_id) do nothing

-- queue_answer --
-- Queue what somebody wrote to one person, to an address of theirs.
insert into outreach_message (
    key, customer_id, contact_point_id, channel, purpose, template, recipient, own_title, own_words, not_before,
    created_at
)
select gen_random_uuid(), p.customer_id, p.id, 'EMAIL', 'INFORMATION', %(template)s::text, p.normalized,
    %(title)s::text, %(words)s::text, %(at)s::timestamptz, %(at)s::timestamptz
from contacts_contactpoint p
where p.id = %(contact_point_id)s::bigint and p.customer_id = %(customer_id)s::bigint and p.kind = 'EMAIL'
returning id

-- cancel --
-- Stop what was not handed over yet, by customer or by action. Answers to a person go on, unless they are meant too.
update outreach_message
set state = 'CANCELLED', reason = %(reason)s::text, claimed_by = ''
where state in ('QUEUED', 'CLAIMED')
    and (
        (customer_id = any(%(customer_ids)s::bigint[]) and (own_words = '' or %(with_answers)s::boolean))
        or action_id = any(%(action_ids)s::bigint[])
    )

-- readdress --
-- A changed action: its message waits anew for the new moment and address, or ends where a person does it now. What
-- was handed over stays as it is.
with wanted as (
    select a.id, a.not_before, a.template, p.id as point_id, p.normalized,
        a.channel = 'EMAIL' and a.state = 'QUEUED' and p.id is not null as is_mail
    from plans_action a
    left join contacts_contactpoint p on p.id = a.contact_point_id and p.customer_id = a.customer_id
    where a.id = %(action_id)s::bigint
)
update outreach_message m
set state = case when w.is_mail then 'QUEUED' else 'CANCELLED' end,
    contact_point_id = case when w.is_mail then w.point_id else m.contact_point_id end,
    recipient = case when w.is_mail then w.normalized else m.recipient end,
    template = case when w.is_mail then w.template else m.template end,
    not_before = w.not_before,
    reason = case when w.is_mail then '' else 'changed' end,
    claimed_by = '',
    -- The action goes on without it, so plans are not to be told that it ended.
    reported_at = case when w.is_mail then null else %(at)s::timestamptz end
from wanted w
where m.action_id = w.id and m.state in ('QUEUED', 'CLAIMED', 'CANCELLED')

-- handed_over --
-- Actions whose message is being handed over, or was.
select action_id from outreach_message
where action_id = any(%(action_ids)s::bigint[]) and state in ('SENDING', 'SENT', 'UNKNOWN')
order by action_id

-- claim --
-- Take due messages for one worker, oldest first, at most one for each customer. A customer is left for later
-- while another message of theirs is on its way, or was sent and is not yet counted as a contact.
with candidates as (
    select m.id, m.customer_id, m.not_before
    from outreach_message m
    where m.state = 'QUEUED' and m.not_before <= %(at)s::timestamptz and m.channel = 'EMAIL'
        and not exists (
            select from outreach_message f
            where f.customer_id = m.customer_id and f.state in ('CLAIMED', 'SENDING')
        )
        and not exists (
            select from outreach_message f
            where f.customer_id = m.customer_id and f.reported_at is null and f.state in ('SENT', 'UNKNOWN')
        )
    order by m.not_before, m.id
    limit %(limit)s::int
    for update skip locked
),
chosen as (
    select distinct on (customer_id) id from candidates order by customer_id, not_before, id
)
update outreach_message m
set state = 'CLAIMED', claimed_at = %(at)s::timestamptz, claimed_by = %(worker)s::text
from chosen c
where m.id = c.id
returning m.id, m.key, m.action_id, m.customer_id, m.contact_point_id, m.channel, m.purpose, m.template,
    m.recipient, m.tries

-- store_words --
-- Keep the words of claimed messages as they will be handed over. They come as JSON: escaping whole letters as
-- elements of arrays cost more than writing them.
update outreach_message m
set subject = w.subject, text = w.text, html = w.html, template_version_id = w.version_id,
    portal_link_id = w.link_id
from json_to_recordset(%(messages)s::json)
    as w (id bigint, subject text, text text, html text, version_id bigint, link_id uuid)
where m.id = w.id and m.state = 'CLAIMED' and m.claimed_by = %(worker)s::text

-- hold_back --
-- Say on due messages why none of them may leave.
update outreach_message set reason = %(reason)s::text
where state = 'QUEUED' and not_before <= %(at)s::timestamptz and reason <> %(reason)s::text

-- mark_sending --
-- Record what was accepted and announce what is handed over next, in one commit.
with accepted as (
    update outreach_message
    set state = 'SENT', sent_at = %(at)s::timestamptz, reason = '', reported_at = null
    where id = any(%(sent_ids)s::bigint[]) and state in ('SENDING', 'UNKNOWN')
        and claimed_by = %(worker)s::text
)
update outreach_message
set state = 'SENDING', tries = tries + 1
where id = %(id)s::bigint and state = 'CLAIMED' and claimed_by = %(worker)s::text
returning id

-- mark_sent --
-- Record what the server accepted. A worker that was thought dead may still say that it did send.
update outreach_message
set state = 'SENT', sent_at = %(at)s::timestamptz, reason = '', reported_at = null
where id = any(%(ids)s::bigint[]) and state in ('SENDING', 'UNKNOWN') and claimed_by = %(worker)s::text

-- mark_ended --
-- Record that a hand-over did not end in a sent message.
update outreach_message
set state = %(state)s::text, reason = %(reason)s::text,
    not_before = coalesce(%(not_before)s::timestamptz, not_before),
    claimed_by = case when %(state)s::text = 'QUEUED' then '' else claimed_by end
where id = %(id)s::bigint and state = 'SENDING' and claimed_by = %(worker)s::text

-- refuse --
-- End claimed messages that may not or should not be sent, each with its reason.
update outreach_message m
set state = 'CANCELLED', reason = r.reason
from unnest(%(ids)s::bigint[], %(reasons)s::text[]) as r (id, reason)
where m.id = r.id and m.state = 'CLAIMED' and m.claimed_by = %(worker)s::text

-- defer --
-- Put claimed messages back to a later moment.
update outreach_message m
set state = 'QUEUED', not_before = d.not_before, reason = d.reason, claimed_by = ''
from unnest(%(ids)s::bigint[], %(moments)s::timestamptz[], %(reasons)s::text[]) as d (id, not_before, reason)
where m.id = d.id and m.state = 'CLAIMED' and m.claimed_by = %(worker)s::text

-- wake --
-- A person released them: the messages of these actions wait no longer.
update outreach_message set not_before = %(at)s::timestamptz, reason = ''
where state = 'QUEUED' and action_id = any(%(action_ids)s::bigint[])

-- withdraw --
-- The line was down before the words left: the announced message waits again, and the try does not count.
update outreach_message
set state = 'QUEUED', tries = tries - 1, claimed_by = '', not_before = %(not_before)s::timestamptz
where id = %(id)s::bigint and state = 'SENDING' and claimed_by = %(worker)s::text

-- release_own --
-- Give back what this worker claimed and did not hand over.
update outreach_message
set state = 'QUEUED', claimed_by = '', not_before = greatest(not_before, %(not_before)s::timestamptz)
where state = 'CLAIMED' and claimed_by = %(worker)s::text

-- release_stale --
-- A worker is gone: what it only claimed is free again; what it was handing over nobody knows about.
update outreach_message
set state = case when state = 'CLAIMED' then 'QUEUED' else 'UNKNOWN' end,
    reason = case when state = 'CLAIMED' then reason else 'worker-lost' end,
    claimed_by = case when state = 'CLAIMED' then '' else claimed_by end
where state in ('CLAIMED', 'SENDING') and claimed_at <= %(before)s::timestamptz
returning state

-- resolve_unknown --
-- A person found out whether the message left.
update outreach_message
set state = case when %(was_sent)s::boolean then 'SENT' else 'QUEUED' end,
    sent_at = case when %(was_sent)s::boolean then claimed_at end,
    not_before = case when %(was_sent)s::boolean then not_before else %(at)s::timestamptz end,
    reason = '', claimed_by = '', reported_at = null
where id = %(id)s::bigint and state = 'UNKNOWN'
returning customer_id

-- unreported --
-- Messages whose outcome contacts and plans do not know yet.
select id, key, action_id, customer_id, contact_point_id, channel, purpose, state, reason,
    coalesce(sent_at, claimed_at, created_at) as at
from outreach_message
where reported_at is null and state in ('SENT', 'FAILED', 'BOUNCED', 'CANCELLED', 'UNKNOWN')
order by customer_id, id
limit %(limit)s::int

-- mark_reported --
-- Note that the outcome was told, unless it changed meanwhile.
update outreach_message m
set reported_at = %(at)s::timestamptz
from unnest(%(ids)s::bigint[], %(states)s::text[]) as t (id, state)
where m.id = t.id and m.state = t.state and m.reported_at is null

-- record_event --
-- Keep what a provider told, once.
insert into outreach_deliveryevent (message_id, key, kind, detail, at)
select m.id, %(key)s::text, %(kind)s::text, %(detail)s::text, %(at)s::timestamptz
from outreach_message m where m.key = %(message_key)s::uuid
on conflict (key) do nothing
returning message_id

-- message_of_key --
-- The message that a provider's event is about.
select id, customer_id, contact_point_id, state from outreach_message where key = %(message_key)s::uuid

-- mark_bounced_later --
-- The provider told after the hand-over that the address does not take mail. A message that waits again after a
-- person said that it had not left did leave: it must not leave twice.
update outreach_message
set state = 'BOUNCED', reason = %(reason)s::text, reported_at = null
where id = %(id)s::bigint
    and (state in ('SENT', 'SENDING', 'UNKNOWN') or (state in ('QUEUED', 'CLAIMED') and tries > 0))

-- mark_delivered --
-- The provider knows the message, so it did leave, whatever a person found out before.
update outreach_message
set state = 'SENT', sent_at = coalesce(sent_at, %(at)s::timestamptz), reason = '', reported_at = null
where id = %(id)s::bigint and (state = 'UNKNOWN' or (state in ('QUEUED', 'CLAIMED') and tries > 0))

-- erase_customer --
-- Take away addresses and words of a customer's messages, and close their links; that they were sent stays.
with messages as (
    update outreach_message set recipient = '', own_words = '', subject = '', text = '', html = '', reason = ''
    where customer_id = %(customer_id)s::bigint
    returning id
), events as (
    update outreach_deliveryevent e set detail = '' from messages m where e.message_id = m.id and e.detail <> ''
)
update outreach_portallink set revoked_at = %(at)s::timestamptz
where customer_id = %(customer_id)s::bigint and revoked_at is null
