-- ask --
-- Have contacts wait for a person. What waits already is asked for by the rules of now; what waited for the same
-- action in other words is asked for no more.
with wanted as (
    select (r ->> 0)::bigint as customer_id, (r ->> 1)::bigint as action_id, (r ->> 2)::bigint as contact_point_id,
        r ->> 3 as channel, r ->> 4 as purpose, r ->> 5 as step_key, r ->> 6 as template, r ->> 7 as text_digest,
        string_to_array(r ->> 8, ',') as rule_ids, r ->> 9 as pack_digest, r ->> 10 as pack_version
    from jsonb_array_elements(%(rows)s::jsonb) as r
),
superseded as (
    update compliance_review o
    set state = 'SUPERSEDED'
    from wanted w
    where o.action_id = w.action_id and o.state = 'PENDING'
        and (o.text_digest, o.contact_point_id, o.channel, o.for_day)
            is distinct from (w.text_digest, w.contact_point_id, w.channel, %(for_day)s::date)
)
insert into compliance_review (
    customer_id, action_id, contact_point_id, channel, purpose, step_key, template, text_digest, rule_ids,
    pack_digest, pack_version, for_day, asked_at
)
select w.customer_id, w.action_id, w.contact_point_id, w.channel, w.purpose, w.step_key, w.template, w.text_digest,
    w.rule_ids, w.pack_digest, w.pack_version, %(for_day)s::date, %(at)s::timestamptz
from wanted w
on conflict (customer_id, contact_point_id, channel, purpose, text_digest, for_day) where state = 'PENDING'
do update set rule_ids = excluded.rule_ids, pack_digest = excluded.pack_digest,
    pack_version = excluded.pack_version, action_id = coalesce(excluded.action_id, compliance_review.action_id)

-- ask_of_tasks --
-- The tasks among new actions that people do by hand, of customers whose contact a person must release.
select a.id, a.customer_id, a.contact_point_id, a.channel, a.template
from plans_action a
where a.id = any(%(action_ids)s::bigint[]) and a.customer_id = any(%(customer_ids)s::bigint[])
    and a.channel not in ('', 'EMAIL') and a.contact_point_id is not null

-- releases --
-- What a person released today for contacts with just these words, through just these points, by just this pack.
select w.n, r.id, encode(compliance_review_hash(r), 'hex') as hash, r.rule_ids
from unnest(
    %(customer_ids)s::bigint[], %(point_ids)s::bigint[], %(channels)s::text[], %(purposes)s::text[],
    %(text_digests)s::text[], %(pack_digests)s::text[]
) with ordinality as w (customer_id, contact_point_id, channel, purpose, text_digest, pack_digest, n)
join compliance_review r on r.customer_id = w.customer_id and r.contact_point_id = w.contact_point_id
    and r.channel = w.channel and r.purpose = w.purpose and r.text_digest = w.text_digest
    and r.pack_digest = w.pack_digest
where r.for_day = %(for_day)s::date and r.state = 'RELEASED'
order by w.n, r.decided_at, r.id

-- groups --
-- How many contacts wait today for a person, by step, template and the rules that object, the most first.
select r.step_key, r.template, r.channel, r.rule_ids, count(*) as total
from compliance_review r
left join plans_action a on a.id = r.action_id
where r.for_day = %(for_day)s::date and r.state = 'PENDING'
    and (r.action_id is null or a.state in ('QUEUED', 'OPEN', 'PROPOSED'))
group by r.step_key, r.template, r.channel, r.rule_ids
order by total desc, r.step_key, r.template, r.channel, r.rule_ids

-- waiting --
-- The contacts of a group, or all, that wait today for a person, the oldest first.
select r.id, r.customer_id, k.name as customer_name, k.external_id as customer_key, r.action_id, r.contact_point_id,
    r.channel, r.purpose, r.step_key, r.template, r.text_digest, r.rule_ids, r.pack_version, r.asked_at, r.state,
    r.decided_at, r.decided_by, r.reason
from compliance_review r
join portfolio_customer k on k.id = r.customer_id
left join plans_action a on a.id = r.action_id
where r.for_day = %(for_day)s::date and r.state = 'PENDING'
    and (r.action_id is null or a.state in ('QUEUED', 'OPEN', 'PROPOSED'))
    and (
        %(step_key)s::text is null
        or (r.step_key, r.template, r.channel, array_to_string(r.rule_ids, ','))
            = (%(step_key)s::text, %(template)s::text, %(channel)s::text, %(rules)s::text)
    )
order by r.id
limit %(limit)s::int

-- answered --
-- What people answered on a day, the newest first.
select r.id, r.customer_id, k.name as customer_name, k.external_id as customer_key, r.action_id, r.contact_point_id,
    r.channel, r.purpose, r.step_key, r.template, r.text_digest, r.rule_ids, r.pack_version, r.asked_at, r.state,
    r.decided_at, r.decided_by, r.reason
from compliance_review r
join portfolio_customer k on k.id = r.customer_id
where r.for_day = %(for_day)s::date and r.state in ('RELEASED', 'REFUSED')
order by r.decided_at desc, r.id desc
limit %(limit)s::int

-- review --
-- One contact that waits for a person, or was answered.
select r.id, r.customer_id, k.name as customer_name, k.external_id as customer_key, r.action_id, r.contact_point_id,
    r.channel, r.purpose, r.step_key, r.template, r.text_digest, r.rule_ids, r.pack_version, r.asked_at, r.state,
    r.decided_at, r.decided_by, r.reason
from compliance_review r
join portfolio_customer k on k.id = r.customer_id
where r.id = %(review_id)s::bigint

-- hold --
-- Hold contacts that wait today, so that only one person answers each.
select r.id, r.customer_id, k.name as customer_name, k.external_id as customer_key, r.action_id, r.contact_point_id,
    r.channel, r.purpose, r.step_key, r.template, r.text_digest, r.rule_ids, r.pack_version, r.asked_at, r.state,
    r.decided_at, r.decided_by, r.reason
from compliance_review r
join portfolio_customer k on k.id = r.customer_id
left join plans_action a on a.id = r.action_id
where r.id = any(%(review_ids)s::bigint[]) and r.for_day = %(for_day)s::date and r.state = 'PENDING'
    and (r.action_id is null or a.state in ('QUEUED', 'OPEN', 'PROPOSED'))
order by r.id
for update of r

-- answer --
-- Keep what a person answered, and return the hash of each.
update compliance_review r
set state = %(state)s::text, decided_at = %(at)s::timestamptz, decided_by_id = %(actor_id)s::bigint,
    decided_by = %(actor_label)s::text, reason = %(reason)s::text, reason_digest = %(reason_digest)s::text
where r.id = any(%(review_ids)s::bigint[]) and r.state = 'PENDING'
returning r.id, encode(compliance_review_hash(r), 'hex')

-- erase_customer --
-- Take away the words of the reasons; their hashes stay.
update compliance_review set reason = ''
where customer_id = %(customer_id)s::bigint and state in ('RELEASED', 'REFUSED') and reason <> ''

-- bad_reviews --
-- Answers that no verdict proves, or that are no longer what a verdict says they were; the first ones.
with said as (
    select v.id as verdict_id, v.moment, (v.inputs #>> '{review,id}')::bigint as review_id,
        v.inputs #>> '{review,hash}' as hash, coalesce(v.inputs -> 'released', '[]'::jsonb) as released
    from compliance_verdict v
    where v.inputs ? 'review'
)
select r.id as review_id, false as is_gone
from compliance_review r
where r.state in ('RELEASED', 'REFUSED')
    and not exists (
        select from said s
        where s.review_id = r.id and s.moment = 'RELEASE' and s.hash = encode(compliance_review_hash(r), 'hex')
    )
union
select s.review_id, r.id is null
from said s
left join compliance_review r on r.id = s.review_id
where r.id is null or s.hash is distinct from encode(compliance_review_hash(r), 'hex')
    or not to_jsonb(r.rule_ids) @> s.released
    or (r.state <> 'RELEASED' and s.released <> '[]'::jsonb)
union
-- Nothing is released without an answer that says so.
select 0, false
from compliance_verdict v where v.inputs ? 'released' and not v.inputs ? 'review'
order by 1
limit %(limit)s::int
