-- target_of --
-- What a customer owes on one receivable; no row when it is not theirs.
select currency, open_amount from portfolio_receivable
where id = %(receivable_id)s::bigint and customer_id = %(customer_id)s::bigint

-- owed_by_currency --
-- What a customer owes in each currency.
select currency, sum(open_amount) from portfolio_receivable
where customer_id = %(customer_id)s::bigint and open_amount > 0
group by currency

-- open_dispute_id --
-- The dispute that is open on a receivable, or on the whole debt when none is named.
select id from agreements_dispute
where customer_id = %(customer_id)s::bigint
    and receivable_id is not distinct from %(receivable_id)s::bigint
    and state in ('OPENED', 'IN_REVIEW')

-- insert_dispute --
-- Keep an objection.
insert into agreements_dispute (
    customer_id, receivable_id, reason, note, amount, channel, opened_at, answer_due_date, created_at
)
values (
    %(customer_id)s::bigint, %(receivable_id)s::bigint, %(reason)s::text, %(note)s::text, %(amount)s::numeric,
    %(channel)s::text, %(at)s::timestamptz, %(answer_due_date)s::date, %(at)s::timestamptz
)
returning id

-- dispute_head --
-- Whose a dispute is and where it stands, held until the transaction ends.
select customer_id, state, owner_id from agreements_dispute where id = %(dispute_id)s::bigint for update

-- review_dispute --
-- Somebody who works here takes a dispute.
update agreements_dispute d set state = 'IN_REVIEW', owner_id = u.id
from identity_user u
where d.id = %(dispute_id)s::bigint and u.id = %(owner_id)s::bigint and u.is_active

-- close_dispute --
-- A dispute is answered.
update agreements_dispute
set state = %(state)s::text, resolution = %(resolution)s::text, closed_at = %(at)s::timestamptz
where id = %(dispute_id)s::bigint

-- disputed_documents --
-- Documents that their debtors object to now; of these customers or of all. A debt disputed as a whole names none.
select distinct receivable_id from agreements_dispute
where state in ('OPENED', 'IN_REVIEW') and receivable_id is not null
    and (%(customer_ids)s::bigint[] is null or customer_id = any(%(customer_ids)s::bigint[]))

-- disputes_of --
-- Every dispute of one customer, newest first.
select d.id, d.receivable_id, r.document_number, r.currency, d.reason, d.note, d.amount, d.state, d.channel,
       d.opened_at, d.answer_due_date, d.closed_at, d.resolution, d.owner_id, u.name as owner_name
from agreements_dispute d
left join portfolio_receivable r on r.id = d.receivable_id
left join identity_user u on u.id = d.owner_id
where d.customer_id = %(customer_id)s::bigint
order by d.opened_at desc, d.id desc

-- hardships --
-- Who told of a difficult moment that lasts still, the first one on top.
select h.customer_id, c.external_id, c.name, h.note, h.created_at, h.until_date
from agreements_hold h
join portfolio_customer c on c.id = h.customer_id
where h.reason = 'HARDSHIP' and h.lifted_at is null and h.until_date >= %(today)s::date
order by h.created_at, h.id
limit %(limit)s::bigint

-- open_disputes --
-- Disputes that wait for an answer, the one owed first on top.
select d.id, d.customer_id, c.external_id, c.name, d.receivable_id, r.document_number, r.currency, d.reason, d.note,
       d.amount, d.state, d.channel, d.opened_at, d.answer_due_date, d.owner_id, u.name as owner_name
from agreements_dispute d
join portfolio_customer c on c.id = d.customer_id
left join portfolio_receivable r on r.id = d.receivable_id
left join identity_user u on u.id = d.owner_id
where d.state in ('OPENED', 'IN_REVIEW')
order by d.answer_due_date, d.id
limit %(limit)s::bigint offset %(offset)s::bigint

-- insert_hold --
-- Keep a pause.
insert into agreements_hold (
    customer_id, receivable_id, reason, note, from_date, until_date, actor_label, created_at
)
values (
    %(customer_id)s::bigint, %(receivable_id)s::bigint, %(reason)s::text, %(note)s::text, %(from_date)s::date,
    %(until_date)s::date, %(actor_label)s::text, %(at)s::timestamptz
)
returning id

-- lift_hold --
-- End a pause now, and say whose it was and whether this ended it.
with found as (
    select id, customer_id, lifted_at from agreements_hold where id = %(hold_id)s::bigint for update
), lifted as (
    update agreements_hold h set lifted_at = %(at)s::timestamptz
    from found f
    where h.id = f.id and f.lifted_at is null
    returning h.id
)
select f.customer_id, exists (select from lifted) as is_lifted_now from found f

-- holds_of --
-- Every pause of one customer, the one that ends last on top.
select h.id, h.receivable_id, r.document_number, h.reason, h.note, h.from_date, h.until_date, h.actor_label,
       h.lifted_at, h.created_at,
       h.lifted_at is null and %(today)s::date between h.from_date and h.until_date as is_active
from agreements_hold h
left join portfolio_receivable r on r.id = h.receivable_id
where h.customer_id = %(customer_id)s::bigint
order by h.until_date desc, h.id desc

-- live_holds --
-- Pauses of some customers that were not lifted and have not ended.
select id, customer_id, receivable_id, reason, from_date, until_date from agreements_hold
where customer_id = any(%(customer_ids)s::bigint[]) and lifted_at is null and until_date >= %(today)s::date
order by id

-- erase_customer --
-- Take away what people wrote; what was agreed stays.
with promises as (
    update agreements_promise set note = '' where customer_id = %(customer_id)s::bigint and note <> ''
), disputes as (
    update agreements_dispute set note = '', resolution = '' where customer_id = %(customer_id)s::bigint
)
update agreements_hold set note = '' where customer_id = %(customer_id)s::bigint and note <> ''
