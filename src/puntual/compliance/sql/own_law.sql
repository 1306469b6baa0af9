-- in_force --
-- The version of a company's own law that holds at a moment.
select o.id, o.country, o.number, o.profile::text as profile, o.literal_digest,
       encode(compliance_ownlaw_hash(o), 'hex') as proof, o.state, o.is_looser, o.reason, o.counsel,
       o.basis, o.author_id, o.author, o.proposed_at, o.decided_by_id, o.decided_by, o.decided_at,
       o.decision_reason, o.effective_at
from compliance_ownlaw o
where o.country = %(country)s and o.state = 'IN_FORCE' and o.effective_at <= %(at)s
order by o.effective_at desc, o.number desc
limit 1;

-- versions --
-- All versions, the newest first.
select o.id, o.country, o.number, o.profile::text as profile, o.literal_digest,
       encode(compliance_ownlaw_hash(o), 'hex') as proof, o.state, o.is_looser, o.reason, o.counsel,
       o.basis, o.author_id, o.author, o.proposed_at, o.decided_by_id, o.decided_by, o.decided_at,
       o.decision_reason, o.effective_at
from compliance_ownlaw o
where o.country = %(country)s order by o.number desc;

-- version --
-- One version.
select o.id, o.country, o.number, o.profile::text as profile, o.literal_digest,
       encode(compliance_ownlaw_hash(o), 'hex') as proof, o.state, o.is_looser, o.reason, o.counsel,
       o.basis, o.author_id, o.author, o.proposed_at, o.decided_by_id, o.decided_by, o.decided_at,
       o.decision_reason, o.effective_at
from compliance_ownlaw o
where o.id = %(version_id)s::bigint;

-- ever_in_force --
-- Every version that is or was in force, of whatever country.
select o.id, o.country, o.number, o.profile::text as profile, o.literal_digest,
       encode(compliance_ownlaw_hash(o), 'hex') as proof, o.state, o.is_looser, o.reason, o.counsel,
       o.basis, o.author_id, o.author, o.proposed_at, o.decided_by_id, o.decided_by, o.decided_at,
       o.decision_reason, o.effective_at
from compliance_ownlaw o
where o.state = 'IN_FORCE';

-- named --
-- The newest words of an own rule, in force or given up.
select one.rule::text
from compliance_ownlaw o
cross join lateral jsonb_array_elements(o.profile -> 'rules') as one (rule)
where o.country = %(country)s and one.rule ->> 'id' = %(rule_id)s and o.state = 'IN_FORCE'
order by o.number desc
limit 1;

-- newest --
-- The version that was put in force last, whatever the clocks say.
select o.effective_at, o.number from compliance_ownlaw o
where o.country = %(country)s and o.state = 'IN_FORCE'
order by o.number desc
limit 1;

-- last_number --
-- The number of the newest version, whatever became of it.
select coalesce(max(o.number), 0) from compliance_ownlaw o where o.country = %(country)s;

-- last_rule --
-- The highest number that an own rule ever had: none is given twice.
select coalesce(max(substring(one.rule ->> 'id' from '[0-9]+$')::int), 0)
from compliance_ownlaw o
cross join lateral jsonb_array_elements(o.profile -> 'rules') as one (rule)
where o.country = %(country)s;

-- add --
-- Keep a version.
insert into compliance_ownlaw (
    country, number, profile, is_literal, is_looser, state, reason, counsel, basis, author_id, author, proposed_at,
    effective_at, literal_digest
)
values (
    %(country)s, %(number)s, %(profile)s::jsonb, %(is_literal)s, %(is_looser)s, %(state)s, %(reason)s, %(counsel)s,
    %(basis)s, %(author_id)s, %(author)s, %(at)s, %(effective_at)s,
    %(literal_digest)s
)
returning id;

-- decide --
-- Put a proposed version in force, or refuse it.
update compliance_ownlaw
set state = %(state)s, decided_by_id = %(decided_by_id)s, decided_by = %(decided_by)s, decided_at = %(at)s,
    decision_reason = %(reason)s, effective_at = %(effective_at)s
where id = %(version_id)s::bigint and state = 'PROPOSED';

-- judged_lately --
-- The newest verdicts of a period at planning or sending, with what they were based on; the newest of all are looked at
-- first, so that nothing is looked through from end to end.
select v.customer_id, v.channel, v.at, v.inputs
from (
    select o.customer_id, o.channel, o.at, o.inputs, o.moment
    from compliance_verdict o
    order by o.id desc
    limit 2 * %(limit)s::bigint
) v
where v.at >= %(since)s and v.at < %(until)s and v.moment in ('PLANNING', 'SENDING')
limit %(limit)s::bigint
