-- lock_proposal --
-- A proposal, held until the transaction ends, about who its customers are by now.
select p.id, p.state, coalesce(l.merged_into_id, l.id), coalesce(h.merged_into_id, h.id), p.decided_by
from duplicates_proposal p
join portfolio_customer l on l.id = p.low_customer_id
join portfolio_customer h on h.id = p.high_customer_id
where p.id = %(proposal_id)s::bigint
for update of p

-- take_up --
-- Put a pair that a person found among the proposals, as one that waits; what was decided of it before is decided anew.
insert into duplicates_proposal (
    low_customer_id, high_customer_id, group_id, strength, name_score, evidence, found_at
)
values (
    %(low_id)s::bigint, %(high_id)s::bigint, %(low_id)s::bigint, %(strength)s::text, %(name_score)s::smallint,
    %(evidence)s::jsonb, %(at)s::timestamptz
)
on conflict (low_customer_id, high_customer_id) do update set state = 'PENDING'
returning id

-- rejection --
-- When a person said of two customers, as who they are by now, that they are two.
select p.decided_by, p.decided_at, p.note
from duplicates_proposal p
join portfolio_customer l on l.id = p.low_customer_id
join portfolio_customer h on h.id = p.high_customer_id
where p.state = 'REJECTED'
    and least(coalesce(l.merged_into_id, l.id), coalesce(h.merged_into_id, h.id)) = %(low_id)s::bigint
    and greatest(coalesce(l.merged_into_id, l.id), coalesce(h.merged_into_id, h.id)) = %(high_id)s::bigint
order by p.decided_at desc limit 1

-- decide_proposal --
-- Keep what a person decided.
update duplicates_proposal
set state = %(state)s::text, decided_at = %(at)s::timestamptz, decided_by = %(actor_label)s::text,
    note = %(note)s::text
where id = %(proposal_id)s::bigint

-- record_merge --
-- Keep a union with exactly what it moved.
insert into duplicates_merge (source_id, target_id, proposal_id, moved, merged_at, merged_on, actor_label)
values (
    %(source_id)s::bigint, %(target_id)s::bigint, %(proposal_id)s::bigint, %(moved)s::jsonb, %(at)s::timestamptz,
    %(today)s::date, %(actor_label)s::text
)
returning id

-- widen_merge --
-- Note what moved later, because another hand was writing it just then.
update duplicates_merge set moved = %(moved)s::jsonb where id = %(merge_id)s::bigint

-- lock_merge --
-- A union, held until the transaction ends.
select id, source_id, target_id, proposal_id, moved, merged_at, merged_on, actor_label, undone_at
from duplicates_merge where id = %(merge_id)s::bigint
for update

-- undo_merge --
-- Keep who undid a union and when.
update duplicates_merge set undone_at = %(at)s::timestamptz, undone_by = %(actor_label)s::text
where id = %(merge_id)s::bigint

-- recent_merges --
-- Unions of the last days that were not undone.
select id, source_id, target_id from duplicates_merge
where undone_at is null and merged_at >= %(since)s::timestamptz
order by id
