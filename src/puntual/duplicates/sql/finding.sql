-- candidates --
-- Every customer that stands alone, or some of them, as the search for duplicates sees it. Who was forgotten is compared
-- with nobody, and an address of a third party tells nothing of the customer.
select c.id, c.kind, c.name, c.external_id, c.tax_id, c.state, c.postal_code, p.emails, p.phones
from portfolio_customer c
left join (
    select k.customer_id,
        array_agg(k.normalized) filter (where k.kind = 'EMAIL') as emails,
        array_agg(k.normalized) filter (where k.kind = 'PHONE') as phones
    from contacts_contactpoint k
    where k.kind in ('EMAIL', 'PHONE') and k.owner_role in ('DEBTOR', 'REPRESENTATIVE', 'UNKNOWN')
        and k.state <> 'WRONG'
        and (%(customer_ids)s::bigint[] is null or k.customer_id = any(%(customer_ids)s::bigint[]))
    group by k.customer_id
) p on p.customer_id = c.id
where c.merged_into_id is null
    and (%(customer_ids)s::bigint[] is null or c.id = any(%(customer_ids)s::bigint[]))
    and c.id not in (
        select e.subject_id from audit_event e
        where e.action = 'customer-erased' and e.subject_type = 'customer' and e.subject_id is not null
    )
order by c.id

-- newest_change --
-- When a customer or an address last changed, and when a search last began to look at all of them.
select greatest((select max(updated_at) from portfolio_customer), (select max(created_at) from contacts_contactpoint)),
    (select max(seen_up_to) from duplicates_search)

-- rejected_pairs --
-- Pairs that a person said are two, as who they are by now.
select least(coalesce(l.merged_into_id, l.id), coalesce(h.merged_into_id, h.id)),
    greatest(coalesce(l.merged_into_id, l.id), coalesce(h.merged_into_id, h.id))
from duplicates_proposal p
join portfolio_customer l on l.id = p.low_customer_id
join portfolio_customer h on h.id = p.high_customer_id
where p.state = 'REJECTED'

-- keep_proposals --
-- Add what was found and refresh what waits; what a person decided stays. Says which of them are new.
insert into duplicates_proposal as k (
    low_customer_id, high_customer_id, group_id, strength, name_score, evidence, found_at
)
select (r ->> 0)::bigint, (r ->> 1)::bigint, (r ->> 2)::bigint, r ->> 3, (r ->> 4)::smallint, r -> 5,
    %(at)s::timestamptz
from jsonb_array_elements(%(rows)s::jsonb) as r
on conflict (low_customer_id, high_customer_id) do update
set group_id = excluded.group_id, strength = excluded.strength, name_score = excluded.name_score,
    evidence = excluded.evidence
where k.state = 'PENDING'
    and (k.group_id, k.strength, k.name_score, k.evidence)
        is distinct from (excluded.group_id, excluded.strength, excluded.name_score, excluded.evidence)
returning k.found_at = %(at)s::timestamptz

-- withdraw_proposals --
-- Take away what waits and is not found any more.
delete from duplicates_proposal p
where p.state = 'PENDING' and p.found_at < %(at)s::timestamptz
    and not exists (
        select from jsonb_array_elements(%(rows)s::jsonb) as r
        where (r ->> 0)::bigint = p.low_customer_id and (r ->> 1)::bigint = p.high_customer_id
    )

-- erase_customer --
-- What waits about a customer who is forgotten goes; what was decided stays without its note.
with waiting as (
    delete from duplicates_proposal
    where state = 'PENDING' and %(customer_id)s::bigint in (low_customer_id, high_customer_id)
)
update duplicates_proposal set note = ''
where note <> '' and %(customer_id)s::bigint in (low_customer_id, high_customer_id)
