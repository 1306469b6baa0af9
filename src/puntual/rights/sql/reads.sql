-- petitions --
-- Petitions with whose they are; what is due first on top, then what was opened last.
select p.id, p.folio, p.kind, p.customer_id, c.name as customer_name, c.external_id as customer_external_id,
    p.state, p.way, p.cause, p.words, p.happened_date, p.agency, p.collector_id,
    coalesce(g.name, '') as collector_name, p.authority_folio, p.received_date, p.received_by, p.answer_due_date,
    p.term_source, p.owner_id, coalesce(o.name, '') as owner_name, p.identity_check, p.identity_note, p.outcome,
    p.answered_at, p.carry_out_due_date, p.carried_out_at, p.blocked_at, p.reopened_count, p.hold_id, p.opened_at,
    -- A deletion that waited may be carried out as soon as nothing is owed.
    p.blocked_at is not null and p.state = 'ANSWERED' and exists (
        select from portfolio_receivable r where r.customer_id = p.customer_id and r.open_amount > 0
    ) as is_blocked
from rights_petition p
join portfolio_customer c on c.id = p.customer_id
left join identity_user g on g.id = p.collector_id
left join identity_user o on o.id = p.owner_id
where (%(petition_id)s::bigint is null or p.id = %(petition_id)s::bigint)
    and (%(folio)s::text = '' or p.folio = %(folio)s::text)
    and (%(folio_like)s::text = '' or p.folio like %(folio_like)s::text)
    and (%(customer_id)s::bigint is null or p.customer_id = %(customer_id)s::bigint)
    and (%(is_complaint)s::boolean is null or (p.kind = 'COMPLAINT') = %(is_complaint)s::boolean)
    and (not %(is_waiting)s::boolean or p.state = 'OPEN' or (p.state = 'ANSWERED' and p.carry_out_due_date is not null))
order by
    case when p.state = 'OPEN' then p.answer_due_date when p.state = 'ANSWERED' then p.carry_out_due_date end
        nulls last,
    p.opened_at desc, p.id desc
limit %(limit)s::int offset %(offset)s::int

-- page --
-- Petitions whose row id is past a place, oldest first, for machines.
select p.id, p.folio, p.kind, c.external_id as customer, p.state, p.way, p.cause, p.agency, p.authority_folio,
    p.received_date, p.answer_due_date, p.outcome, p.answered_at, p.carry_out_due_date, p.carried_out_at,
    p.reopened_count
from rights_petition p
join portfolio_customer c on c.id = p.customer_id
where p.id > %(after)s::bigint
    and (%(customer_id)s::bigint is null or p.customer_id = %(customer_id)s::bigint)
    and (%(kind)s::text is null or p.kind = %(kind)s::text)
    and (%(state)s::text is null or p.state = %(state)s::text)
order by p.id
limit %(limit)s::int

-- answers --
-- What a person was answered, the newest first, what became of the message that took it to them, and why the petition
-- was opened again after it.
select a.petition_id, a.number, a.outcome, a.text, a.actor_label, a.at, m.state as message_state,
    coalesce(m.recipient, '') as recipient, r.at as reopened_at, coalesce(r.words, '') as reopened_words,
    coalesce(r.actor_label, '') as reopened_by, coalesce(r.is_by_person, false) as is_by_person
from rights_answer a
left join outreach_message m on m.id = a.message_id
left join rights_reopening r on r.petition_id = a.petition_id and r.number = a.number + 1
where a.petition_id = any(%(petition_ids)s::bigint[])
order by a.petition_id, a.number desc

-- granted_by_mail --
-- Which messages take an answer to somebody who asked for their data, was made sure of, and was granted them.
select a.message_id, p.id as petition_id, p.folio, p.customer_id
from rights_answer a
join rights_petition p on p.id = a.petition_id
where a.message_id = any(%(message_ids)s::bigint[]) and p.kind in ('ACCESS', 'PORTABILITY')
    and a.outcome in ('GRANTED', 'PARTLY') and p.identity_check <> ''

-- events --
-- The history of petitions, oldest first.
select petition_id, kind, at, actor_label, data
from rights_event
where petition_id = any(%(petition_ids)s::bigint[])
order by petition_id, at, id

-- contacts --
-- The stored contacts that petitions are about.
select t.petition_id, a.id as attempt_id, a.at, a.channel, a.direction, a.purpose, a.outcome, a.actor_label
from rights_petitioncontact t
join contacts_attempt a on a.id = t.attempt_id
where t.petition_id = any(%(petition_ids)s::bigint[])
order by t.petition_id, a.at

-- due_counts --
-- What waits for the company: overdue, due soon, and in all; complaints, then requests.
select
    count(*) filter (where is_complaint and due_on < %(today)s::date),
    count(*) filter (where is_complaint and due_on between %(today)s::date and %(soon)s::date),
    count(*) filter (where is_complaint),
    count(*) filter (where not is_complaint and due_on < %(today)s::date),
    count(*) filter (where not is_complaint and due_on between %(today)s::date and %(soon)s::date),
    count(*) filter (where not is_complaint)
from (
    select kind = 'COMPLAINT' as is_complaint,
        case when state = 'OPEN' then answer_due_date else carry_out_due_date end as due_on
    from rights_petition q
    where state = 'OPEN' or (
        state = 'ANSWERED' and carry_out_due_date is not null and (
            blocked_at is null or not exists (
                select from portfolio_receivable r where r.customer_id = q.customer_id and r.open_amount > 0
            )
        )
    )
) p

-- open_of --
-- Which customers have an open petition, and until when it is to be answered.
select customer_id, min(answer_due_date) from rights_petition
where state = 'OPEN' and customer_id = any(%(customer_ids)s::bigint[])
group by customer_id

-- holds_of_petitions --
-- Which of some pauses belong to a petition.
select hold_id from rights_petition where hold_id = any(%(hold_ids)s::bigint[])

-- complaints_between --
-- The complaints received within some days, with what never changes of each.
select p.id, p.folio, c.external_id, c.kind = 'PERSON' as is_person, c.state,
    array(
        select distinct a.product from portfolio_account a
        where a.customer_id = p.customer_id and a.product <> '' order by a.product
    ) as products
from rights_petition p
join portfolio_customer c on c.id = p.customer_id
where p.kind = 'COMPLAINT' and p.received_date >= %(first)s::date and p.received_date < %(after)s::date
order by p.received_date, p.id
