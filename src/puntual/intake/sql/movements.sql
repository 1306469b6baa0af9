-- anything_waits --
-- Whether any movement waits.
select exists (select from intake_movement m where m.state = 'WAITING');

-- resolve --
-- Find the customer and the documents of everything that waits, and note why it still must. What names several
-- documents waits for all of them: then it matters not which came first.
with asked as (
    select row_number() over () as id, m.id as movement_id, m.customer_key, n.name as document_number, m.currency
    from intake_movement m
    cross join lateral unnest(
        case
            when m.record = 'CREDIT_NOTE' and m.document_number <> '' then string_to_array(m.document_number, '; ')
            else array[m.document_number]
        end
    ) as n (name)
    where m.state = 'WAITING'
),
-- include asked_documents.cte --
,
said as (
    select o.movement_id as id, max(coalesce(o.customer_id, r.customer_id)) as customer_id,
           case when count(*) = 1 then max(r.id) end as receivable_id,
           case
               when count(*) > 1 then coalesce(array_agg(distinct r.id) filter (where r.id is not null), '{}')
               else '{}'
           end as receivable_ids,
           case
               when bool_or(o.customer_key <> '' and o.customer_id is null) then 'customer-unknown'
               when bool_or(o.document_number <> '' and m.found is null) then 'document-unknown'
               when bool_or(m.found > 1) or count(distinct r.customer_id) > 1 then 'document-ambiguous'
               when bool_or(o.currency <> '' and r.currency <> o.currency) or count(distinct r.currency) > 1
                   then 'currency-differs'
               else ''
           end as reason
    from asked_customer o
    left join asked_document m on m.id = o.id
    left join portfolio_receivable r on r.id = m.receivable_id and m.found = 1
    group by o.movement_id
)
update intake_movement m
set customer_id = s.customer_id, receivable_id = s.receivable_id, receivable_ids = s.receivable_ids, reason = s.reason
from said s
where m.id = s.id and m.state = 'WAITING'
  and (m.customer_id, m.receivable_id, m.receivable_ids, m.reason)
      is distinct from (s.customer_id, s.receivable_id, s.receivable_ids, s.reason);

-- ready --
-- The next movements of one record that wait for nothing any more, held until the transaction ends; for payments
-- with the key that the same payment has when it comes in beside its debt.
select m.id, m.source_id, m.place, m.customer_id, m.receivable_id, m.amount, m.remaining,
       coalesce(nullif(m.currency, ''), r.currency, d.currency, %(currency)s::text), m.value_date, m.method,
       m.reference, m.note, m.payment_group, m.code, m.document_number, n.number,
       'file:' || encode(sha256(convert_to(concat_ws(
           '|', n.number, m.document_number, m.value_date::text, m.amount::text,
           coalesce(nullif(m.currency, ''), r.currency, %(currency)s::text), m.reference
       ), 'UTF8')), 'hex') || ':' || m.place,
       exists (
           select from intake_movement v
           where v.record = 'CANCELLATION' and v.state = 'POSTED' and v.receivable_id = m.receivable_id
       ) or coalesce(d.is_void, false), m.receivable_ids
from intake_movement m
join portfolio_customer c on c.id = m.customer_id
left join portfolio_receivable r on r.id = m.receivable_id
-- Of several documents: their currency, and whether all of them are void.
left join lateral (
    select min(e.currency) as currency, bool_and(exists (
        select from intake_movement v
        where v.record = 'CANCELLATION' and v.state = 'POSTED' and v.receivable_id = e.id
    )) as is_void
    from portfolio_receivable e
    where e.id = any(m.receivable_ids)
) d on m.receivable_ids <> '{}'
left join portfolio_customer own on own.external_id = m.customer_key and m.customer_key <> ''
-- The number under which it came, also of who was united with another since: a payment is known by it.
cross join lateral (
    select coalesce(
        own.external_id,
        case when right(r.key, length(r.document_number) + 1) = '|' || r.document_number
            then replace(replace(left(r.key, -length(r.document_number) - 1), '\|', '|'), '\\', '\') end,
        c.external_id
    ) as number
) n
where m.state = 'WAITING' and m.record = %(record)s::text and m.reason = '' and m.id > %(after)s::bigint
order by m.id
limit %(limit)s::bigint
for update of m;

-- sources_of_payments --
-- From which files the movements came that these payments were posted for.
select m.payment_id, m.source_id
from intake_movement m
where m.payment_id = any(%(payment_ids)s::bigint[]);

-- mark_posted --
-- Note that movements were posted, or what of them is left and why.
update intake_movement m
set state = case when g.reason = '' then 'POSTED' else m.state end, reason = g.reason, remaining = g.remaining,
    payment_id = coalesce(g.payment_id, m.payment_id),
    settled_at = case when g.reason = '' then %(at)s::timestamptz end,
    settled_by = case when g.reason = '' then %(settled_by)s::text else '' end
from unnest(%(id)s::bigint[], %(remaining)s::numeric[], %(payment_id)s::bigint[], %(reason)s::text[])
    as g (id, remaining, payment_id, reason)
where m.id = g.id;

-- free_credit_notes --
-- What credit notes have laid on documents that become void is left of them again, and they wait to be laid on what
-- else they may lower. A note that names documents is void with the last of them.
with laid as (
    select e.receivable_id, e.amount, substring(e.key from '^movement:(\d+):')::bigint as movement_id
    from portfolio_ledgerentry e
    where e.receivable_id = any(%(receivable_ids)s::bigint[]) and e.kind = 'CREDIT_NOTE'
      and not exists (select from portfolio_ledgerentry back where back.reverses_id = e.id)
),
freed as (
    select m.id, -sum(l.amount) as amount
    from laid l
    join intake_movement m on m.id = l.movement_id and m.record = 'CREDIT_NOTE'
    cross join lateral (select m.receivable_ids || m.receivable_id as ids) about
    where about.ids = '{null}' or exists (
        select from unnest(about.ids) as d (id)
        where d.id is not null and d.id <> all(%(receivable_ids)s::bigint[])
          and not exists (
              select from intake_movement v
              where v.record = 'CANCELLATION' and v.state = 'POSTED' and v.receivable_id = d.id
          )
    )
    group by m.id
)
update intake_movement m
set remaining = m.remaining + f.amount, state = 'WAITING', reason = '', settled_at = null, settled_by = ''
from freed f
where m.id = f.id;

-- mark_dismissed --
-- Put movements aside, with why.
update intake_movement m
set state = 'DISMISSED', dismissal = %(dismissal)s::text, answer = %(answer)s::text, settled_at = %(at)s::timestamptz,
    settled_by = %(settled_by)s::text
where m.id = any(%(ids)s::bigint[]);

-- mark_waiting --
-- Let a movement that was put aside wait again.
update intake_movement m
set state = 'WAITING', dismissal = '', answer = '', settled_at = null, settled_by = '', reason = 'new'
where m.id = %(movement_id)s::bigint;

-- mark_split --
-- A movement was parted; its parts stand for it.
update intake_movement m
set state = 'SPLIT', settled_at = %(at)s::timestamptz, settled_by = %(settled_by)s::text
where m.id = %(movement_id)s::bigint;

-- add_part --
-- One part of a movement that a person parted.
insert into intake_movement (
    key, source_id, row_number, place, record, state, reason, customer_key, document_number, own_number, amount,
    remaining, currency, value_date, method, reference, note, payment_group, code, parent_id, created_at
)
select 'part:' || m.id || ':' || %(number)s::integer, m.source_id, m.row_number, m.place, m.record, 'WAITING', 'new',
       m.customer_key, m.document_number, m.own_number, %(amount)s::numeric, %(amount)s::numeric, m.currency,
       m.value_date, m.method, m.reference, m.note, '', m.code, m.id, %(at)s::timestamptz
from intake_movement m
where m.id = %(movement_id)s::bigint
returning id;

-- assign --
-- A person said whose it is and what it pays.
update intake_movement m
set customer_id = %(customer_id)s::bigint, receivable_id = %(receivable_id)s::bigint, receivable_ids = '{}', reason = ''
where m.id = %(movement_id)s::bigint;

-- locked --
-- One movement, held until the transaction ends.
select m.id, m.record, m.state, m.amount, m.remaining, m.currency, m.customer_id
from intake_movement m
where m.id = %(movement_id)s::bigint
for update;

-- one_ready --
-- One movement as `ready` gives it, with whose it is as a person said.
select m.id, m.source_id, m.place, m.customer_id, m.receivable_id, m.amount, m.remaining,
       coalesce(nullif(m.currency, ''), r.currency, %(currency)s::text), m.value_date, m.method, m.reference, m.note,
       m.payment_group, m.code, m.document_number, c.external_id, 'movement:' || m.id, false, m.receivable_ids
from intake_movement m
join portfolio_customer c on c.id = m.customer_id
left join portfolio_receivable r on r.id = m.receivable_id
where m.id = %(movement_id)s::bigint;

-- waiting_of --
-- How many movements of one import wait, by record.
select m.record, count(*)
from intake_movement m
where m.source_id = %(import_id)s::bigint and m.state = 'WAITING' and m.parent_id is null
group by m.record;

-- listed --
-- One page of the movements in a state, oldest first; words are looked for in what names it.
select m.id, m.source_id, i.file_name, m.row_number, m.record, m.state, m.reason, m.customer_key, m.customer_id,
       coalesce(c.name, '') as customer_name, m.document_number, m.own_number, m.amount, m.remaining, m.currency,
       m.value_date, m.method, m.reference, m.note, m.payment_id, m.settled_at, m.settled_by, m.answer, m.created_at
from intake_movement m
join intake_import i on i.id = m.source_id
left join portfolio_customer c on c.id = m.customer_id
where m.state = any(%(states)s::text[])
  and (%(record)s::text = '' or m.record = %(record)s::text)
  and (%(import_id)s::bigint is null or m.source_id = %(import_id)s::bigint)
  and (%(movement_id)s::bigint is null or m.id = %(movement_id)s::bigint)
  and (
      %(words)s::text = ''
      or lower(concat_ws(' ', m.customer_key, m.document_number, m.own_number, m.reference, m.note, c.name))
          like '%%' || lower(%(words)s::text) || '%%'
  )
order by m.value_date, m.id
limit %(limit)s::bigint offset %(offset)s::bigint;

-- counted --
-- How many there are of them, and what waits of their money or was posted, by currency.
select m.currency, count(*),
       coalesce(
           sum(case when m.state = 'POSTED' then m.amount else m.remaining end)
               filter (where m.record in ('PAYMENT', 'CREDIT_NOTE')),
           0
       )
from intake_movement m
left join portfolio_customer c on c.id = m.customer_id
where m.state = any(%(states)s::text[])
  and (%(record)s::text = '' or m.record = %(record)s::text)
  and (%(import_id)s::bigint is null or m.source_id = %(import_id)s::bigint)
  and (
      %(words)s::text = ''
      or lower(concat_ws(' ', m.customer_key, m.document_number, m.own_number, m.reference, m.note, c.name))
          like '%%' || lower(%(words)s::text) || '%%'
  )
group by m.currency
order by m.currency;

-- erase_customer --
-- Take away what names a person in movements of theirs, or that named them and found nobody; that somebody was named
-- stays, or the document alone would find another customer's.
update intake_movement m
set customer_key = case when m.customer_key = '' then '' else '—' end, reference = '', note = '', answer = ''
where m.customer_id = (select c.id from portfolio_customer c where c.external_id = %(external_id)s::text)
   or m.customer_key = any(%(words)s::text[]) or m.customer_key = %(external_id)s::text
