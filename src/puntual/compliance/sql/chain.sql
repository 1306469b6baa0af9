-- unlinked --
-- The blocks that no link holds yet, the oldest first, each with the hash of all that it says.
select b.id, sha256(convert_to(b.pack_id || '|' || array_to_string(b.verdict_ids, ','), 'UTF8') || b.hashes)
from compliance_block b
where not exists (select from compliance_link l where l.block_id = b.id)
order by b.id

-- last_link --
-- The hash of the newest link.
select hash from compliance_link order by id desc limit 1

-- add_links --
-- Tie blocks to the chain, in the order given.
insert into compliance_link (block_id, previous, hash)
select l.block_id, decode(l.previous, 'hex'), decode(l.hash, 'hex')
from unnest(%(block_ids)s::bigint[], %(previous)s::text[], %(hashes)s::text[]) with ordinality
    as l (block_id, previous, hash, place)
order by l.place

-- links --
-- The chain from its beginning, each link beside what its block says now.
select l.id, l.block_id, l.previous, l.hash,
    sha256(convert_to(b.pack_id || '|' || array_to_string(b.verdict_ids, ','), 'UTF8') || b.hashes) as content
from compliance_link l
left join compliance_block b on b.id = l.block_id
order by l.id

-- bad_verdicts --
-- The verdicts of a piece of the chain that are no longer what they were, or are gone, the first ones.
select k.block_id, k.verdict_id, v.id is null as is_gone
from (
    select b.id as block_id, i.verdict_id, substring(b.hashes from (i.place::int - 1) * 32 + 1 for 32) as hash
    from compliance_block b, unnest(b.verdict_ids) with ordinality as i (verdict_id, place)
    where b.id > %(after)s::bigint and b.id <= %(up_to)s::bigint
) k
left join compliance_verdict v on v.id = k.verdict_id
where v.id is null or compliance_verdict_hash(v) is distinct from k.hash
order by k.verdict_id
limit %(limit)s::int

-- loose_verdicts --
-- Verdicts that no block holds: how many were there before the chain began, how many came beside it, and the first one.
with held as (select unnest(b.verdict_ids) as id from compliance_block b),
began as (select min(h.id) as id from held h)
select count(*) filter (where v.id < began.id or began.id is null) as earlier,
    count(*) filter (where v.id >= began.id) as loose,
    min(v.id) filter (where v.id >= began.id) as first_id
from compliance_verdict v
cross join began
left join held h on h.id = v.id
where h.id is null

-- block_bounds --
-- The pieces in which the chain is looked at: the number of its last block.
select coalesce(max(id), 0) from compliance_block

-- packs --
-- The law packs that judged anybody.
select digest, country, version, document, encode(sha256(convert_to(document, 'UTF8')), 'hex') as content
from compliance_pack order by created_at, digest

-- held --
-- How many verdicts the blocks hold.
select coalesce(sum(cardinality(b.verdict_ids)), 0) from compliance_block b

-- sample --
-- Verdicts here and there, with the pack that judged each.
select v.id, v.customer_id, v.channel, v.at, v.outcome, v.rule_ids, v.not_before, v.inputs, b.pack_id
from (
    select k.pack_id, k.verdict_ids from compliance_block k
    order by md5(k.id::text || %(seed)s::text) limit %(blocks)s::int
) b
cross join lateral unnest(b.verdict_ids) as i (verdict_id)
join compliance_verdict v on v.id = i.verdict_id
order by md5(v.id::text || %(seed)s::text)
limit %(limit)s::int

-- kept_packs --
-- The law packs of a country that judged somebody here, each version once, with its first day; a pack that is none
-- has no words.
select distinct on (version) version, document, created_at
from compliance_pack where country = %(country)s::text and document <> ''
order by version, created_at

-- proven_verdicts --
-- Every verdict about some customers with its place in the chain, newest first. A block is written in the same
-- statement as its verdicts, so that both have the same moment.
select v.id, v.customer_id, v.at, v.moment, v.step_key, v.channel, v.outcome, v.rule_ids, v.not_before,
    v.pack_version, v.inputs, v.action_id, encode(compliance_verdict_hash(v), 'hex') as verdict_hash,
    b.id as block_id, b.pack_id as pack_digest, l.id as link_id, encode(l.hash, 'hex') as link_hash
from compliance_verdict v
left join compliance_block b on b.created_at = v.created_at and v.id = any(b.verdict_ids)
left join compliance_link l on l.block_id = b.id
where v.customer_id = any(%(customer_ids)s::bigint[])
order by v.at desc, v.id desc

-- pack_documents --
-- The law packs of some digests.
select digest, document from compliance_pack where digest = any(%(digests)s::text[]) and document <> ''
