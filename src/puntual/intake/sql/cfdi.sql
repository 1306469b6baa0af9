-- keep_customers --
-- Customers that are known keep the name and the postal code by which people know them, not those of the tax office.
update intake_staged_fact f
set name = '', postal_code = ''
from portfolio_customer c
where c.external_id = f.external_id and (f.name <> '' or f.postal_code <> '');

-- name_documents --
-- A debt on a CFDI is known by its UUID and shown by series and folio. One that another source brought under the same
-- folio, for the same amount, is the same debt and keeps its terms; a folio that stands for another debt gets the
-- first digits of the UUID beside it. What waits for the UUID finds it in `related_document`.
with given as (
    select s.row_number, s.customer_key, s.receivable_key, s.currency, s.amount,
           s.attributes::jsonb ->> 'uuid' as uuid,
           left(coalesce(s.attributes::jsonb ->> %(folio)s::text, ''), 60) as folio
    from intake_staged_row s
    where s.outcome = '' and s.record = 'RECEIVABLE' and s.attributes::jsonb ? 'uuid'
),
own as (
    select distinct on (g.row_number) g.row_number, r.key, r.document_number, r.due_date, r.issue_date
    from given g
    join portfolio_receivable r on r.attributes ->> 'uuid' = g.uuid and r.attributes -> 'uuid' is not null
    order by g.row_number, r.id
),
same as (
    select g.row_number, r.id, r.key, r.document_number, r.due_date, r.issue_date,
           r.currency = g.currency and r.original_amount = g.amount and not r.attributes ? 'uuid' as is_twin
    from given g
    join portfolio_customer c on c.external_id = g.customer_key
    join portfolio_receivable r on r.document_number = g.folio and r.customer_id = c.id
    where g.folio <> ''
),
twin as (
    select distinct on (m.row_number) m.* from same m where m.is_twin order by m.row_number, m.id
),
named as (
    select g.row_number, g.uuid, coalesce(own.key, twin.key, g.receivable_key) as receivable_key,
           coalesce(
               own.document_number, twin.document_number,
               case
                   when g.folio = '' then g.uuid
                   when g.row_number in (select m.row_number from same m)
                       or count(*) over (partition by g.customer_key, g.folio) > 1
                       then g.folio || ' (' || left(g.uuid, 8) || ')'
                   else g.folio
               end
           ) as document_number,
           case
               when own.key is null then twin.due_date
               when own.key <> g.receivable_key then own.due_date
           end as due_date,
           case
               when own.key is null then twin.issue_date
               when own.key <> g.receivable_key then own.issue_date
           end as issue_date
    from given g
    left join own on own.row_number = g.row_number
    left join twin on twin.row_number = g.row_number
)
update intake_staged_row s
set related_document = n.uuid, document_number = n.document_number, receivable_key = n.receivable_key,
    due_date = coalesce(n.due_date, s.due_date), issue_date = coalesce(n.issue_date, s.issue_date)
from named n
where n.row_number = s.row_number;

-- reject_conflicting --
-- Of vouchers that say different things under one UUID none comes in: the reader tells it of the later ones, and here
-- it is told of the first, of which nobody knew while it was read.
with conflicting as (
    select distinct split_part(s.detail, ' ', 1) as uuid, s.detail
    from intake_staged_row s
    where s.outcome = 'REJECTED' and s.reason = 'conflicting-rows'
)
update intake_judged_row j
set outcome = 'REJECTED', reason = 'conflicting-rows', detail = c.detail
from intake_staged_row s
join conflicting c on c.uuid = case s.record
    when 'RECEIVABLE' then s.related_document
    when 'PAYMENT' then s.reference
    when 'CREDIT_NOTE' then s.document_number
end
where s.row_number = j.row_number and s.outcome = '' and j.outcome <> 'REJECTED';

-- cancelled_movements --
-- Payments and credit notes that waiting cancellations are about: a payment complement is known by its UUID too.
select v.id, m.id, m.record, m.state, m.payment_id, m.customer_id
from intake_movement v
join intake_movement m on m.record = 'PAYMENT' and m.reference = v.document_number
where v.record = 'CANCELLATION' and v.state = 'WAITING' and v.document_number <> '' and m.state <> 'DISMISSED'
union all
select v.id, m.id, m.record, m.state, m.payment_id, m.customer_id
from intake_movement v
join intake_movement m on m.record = 'CREDIT_NOTE' and m.own_number = v.document_number
where v.record = 'CANCELLATION' and v.state = 'WAITING' and v.document_number <> '' and m.state <> 'DISMISSED'
order by 1, 2;

-- standing_credits --
-- What credit notes have lowered, as it stands in the ledger.
select e.id, e.key, e.receivable_id, e.amount, e.currency, e.effective_date
from intake_movement m
join portfolio_receivable o on o.customer_id = m.customer_id
join portfolio_ledgerentry e on e.receivable_id = o.id and e.kind = 'CREDIT_NOTE'
    and starts_with(e.key, 'movement:' || m.id || ':')
where m.id = any(%(ids)s::bigint[])
  and not exists (select from portfolio_ledgerentry r where r.reverses_id = e.id)
order by e.id;
