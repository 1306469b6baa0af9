-- pending_counts --
-- How many proposals wait, by strength. One whose two are one already, or whose two were told apart by what was
-- decided about others, waits no more.
with live as (
    select p.strength, coalesce(l.merged_into_id, l.id) as low_id, coalesce(h.merged_into_id, h.id) as high_id
    from duplicates_proposal p
    join portfolio_customer l on l.id = p.low_customer_id
    join portfolio_customer h on h.id = p.high_customer_id
    where p.state = 'PENDING'
)
select strength, count(*)::int from live where low_id <> high_id group by strength

-- pending --
-- A page of the proposals that wait: the strongest first, those of one group together.
select p.id, p.strength, p.name_score, p.evidence, p.group_id,
    coalesce(l.merged_into_id, l.id) as low_id, coalesce(h.merged_into_id, h.id) as high_id,
    count(*) over (partition by p.group_id)::int + 1 as group_size
from duplicates_proposal p
join portfolio_customer l on l.id = p.low_customer_id
join portfolio_customer h on h.id = p.high_customer_id
where p.state = 'PENDING' and coalesce(l.merged_into_id, l.id) <> coalesce(h.merged_into_id, h.id)
    and (%(strength)s::text is null or p.strength = %(strength)s::text)
    and (%(proposal_id)s::bigint is null or p.id = %(proposal_id)s::bigint)
order by case p.strength when 'STRONG' then 0 when 'LIKELY' then 1 else 2 end, p.group_id, p.id
limit %(limit)s::int offset %(skip)s::int

-- decided --
-- The newest decisions.
select p.id, p.state, p.decided_at, p.decided_by, p.note, l.id as low_id, l.name as low_name,
    l.external_id as low_external_id, h.id as high_id, h.name as high_name, h.external_id as high_external_id
from duplicates_proposal p
join portfolio_customer l on l.id = p.low_customer_id
join portfolio_customer h on h.id = p.high_customer_id
where p.state <> 'PENDING'
order by p.decided_at desc, p.id desc
limit %(limit)s::int

-- sides --
-- The customers of proposals as they are compared: who they are, how they are reached, what they owe.
select c.id, c.external_id, c.name, c.kind, c.tax_id, c.state, c.city, c.postal_code, c.created_at,
    array(
        select k.value from contacts_contactpoint k
        where k.customer_id = c.id and k.kind in ('EMAIL', 'PHONE') order by k.kind, k.id limit 6
    ) as points,
    array(
        select k.normalized from contacts_contactpoint k
        where k.customer_id = c.id and k.kind in ('EMAIL', 'PHONE') order by k.kind, k.id limit 6
    ) as normalized,
    (select count(*)::int from portfolio_receivable r where r.customer_id = c.id) as documents,
    (
        select coalesce(jsonb_agg(jsonb_build_array(o.currency, o.amount::text) order by o.currency), '[]')
        from (
            select r.currency, sum(r.open_amount) as amount from portfolio_receivable r
            where r.customer_id = c.id and r.open_amount > 0 group by r.currency
        ) o
    ) as owed
from portfolio_customer c
where c.id = any(%(customer_ids)s::bigint[])

-- same_documents --
-- Document numbers that both customers of a pair have: perhaps one document was loaded twice.
select count(*)::int from (
    select document_number from portfolio_receivable where customer_id = %(first_id)s::bigint and document_number <> ''
    intersect
    select document_number from portfolio_receivable where customer_id = %(second_id)s::bigint
) twice

-- merges_of --
-- The unions of a customer, as the one that stayed and as the one that went, newest first.
select m.id, m.source_id, s.external_id as source_external_id, s.name as source_name, s.tax_id as source_tax_id,
    m.target_id, t.external_id as target_external_id, t.name as target_name, m.merged_at, m.actor_label,
    m.undone_at, m.undone_by
from duplicates_merge m
join portfolio_customer s on s.id = m.source_id
join portfolio_customer t on t.id = m.target_id
where m.source_id = %(customer_id)s::bigint or m.target_id = %(customer_id)s::bigint
order by m.id desc

-- last_search --
-- The newest search.
select started_at, finished_at, customers, pairs_compared, proposals from duplicates_search order by id desc limit 1
