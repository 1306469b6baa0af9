-- effect --
-- What applying the staged file does to the open debts: by currency and age against what is stored today, and the
-- documents whose open amount changes most. Payments that name no document are laid on the oldest debts first.
with documents as (
    select j.receivable_key, j.customer_key, j.currency, coalesce(s.file_row, s.row_number) as row_number,
           s.document_number, s.related_document,
           r.due_date as due_before, s.due_date as due_after, coalesce(r.open_amount, 0) as before,
           s.open_amount as told, coalesce(r.open_amount, 0) + j.amount - coalesce(r.original_amount, 0) as owed
    from intake_judged_row j
    join intake_staged_row s on s.row_number = j.row_number
    left join portfolio_receivable r on r.id = j.receivable_id
    where j.outcome <> 'REJECTED' and j.receivable_state <> ''
),
-- A document of this very file is named by its number, or by the UUID of its CFDI.
names as (
    select d.document_number as name, d.customer_key, d.receivable_key from documents d
    union
    select d.related_document, d.customer_key, d.receivable_key from documents d where d.related_document <> ''
),
moves as (
    select distinct on (j.row_number) j.row_number, s.record, j.customer_key, j.currency, j.payment_amount as amount,
           coalesce(j.receivable_key, n.receivable_key) as receivable_key,
           case when s.record = 'CREDIT_NOTE' and position('; ' in s.related_document) > 0
               then string_to_array(s.related_document, '; ') end as several,
           s.record = 'PAYMENT' and s.code <> '' as is_credit
    from intake_judged_row j
    join intake_staged_row s on s.row_number = j.row_number
    left join names n on n.name = s.related_document and s.related_document <> ''
        and (j.customer_key = '' or n.customer_key = j.customer_key)
    where j.outcome = 'ACCEPTED' and j.payment_state = 'POST'
    order by j.row_number, n.receivable_key
),
-- What credit notes that name several documents take of each of them, the oldest first; what is left of them waits.
several as (
    select m.row_number, m.customer_key, m.currency, o.receivable_key,
           least(o.owed, greatest(m.amount - coalesce(sum(o.owed) over (
               partition by m.row_number order by o.due_date, o.receivable_key
               rows between unbounded preceding and 1 preceding
           ), 0), 0)) as amount
    from moves m
    join lateral (
        select d.receivable_key, d.owed, d.due_after as due_date
        from documents d
        where exists (
            select from names n
            where n.receivable_key = d.receivable_key and n.name = any(m.several)
              and (m.customer_key = '' or n.customer_key = m.customer_key)
        )
        union
        select r.key, r.open_amount, r.due_date
        from portfolio_receivable r
        where (
                r.document_number = any(m.several)
                or (r.attributes ->> 'uuid' = any(m.several) and r.attributes -> 'uuid' is not null)
            )
          and (m.customer_key = '' or r.customer_id in (
              select coalesce(c.merged_into_id, c.id) from portfolio_customer c where c.external_id = m.customer_key
          ))
          and not exists (select from documents d where d.receivable_key = r.key)
    ) o on true
    where m.several is not null
),
money as (
    select m.receivable_key, m.customer_key, m.currency, m.row_number, m.amount, m.record = 'CREDIT_NOTE' as is_note
    from moves m
    where m.record in ('PAYMENT', 'CREDIT_NOTE') and m.several is null and not m.is_credit
    union all
    select v.receivable_key, v.customer_key, v.currency, v.row_number, v.amount, false from several v
    union all
    select j.receivable_key, j.customer_key, j.currency, j.row_number, j.allocated_amount, false
    from intake_judged_row j
    where j.outcome = 'ACCEPTED' and j.payment_state = 'NEW' and j.allocated_amount > 0
    union all
    select null, j.customer_key, j.currency, j.row_number, j.payment_amount - coalesce(j.allocated_amount, 0),
           false
    from intake_judged_row j
    where j.outcome = 'ACCEPTED' and j.payment_state = 'NEW'
      and j.payment_amount > coalesce(j.allocated_amount, 0)
),
moved as (
    select m.receivable_key, min(m.row_number) as row_number, coalesce(sum(m.paid), 0) as paid,
           coalesce(sum(m.noted), 0) as noted,
           coalesce(sum(m.adjusted), 0) as adjusted, bool_or(m.is_void) as is_void
    from (
        select receivable_key, row_number, amount as paid, case when is_note then amount else 0 end as noted,
               0 as adjusted, false as is_void
        from money
        union all
        select receivable_key, row_number, 0, 0, amount, false from moves where record = 'ADJUSTMENT'
        union all
        select receivable_key, row_number, 0, 0, 0, true from moves where record = 'CANCELLATION'
    ) m
    where m.receivable_key is not null
    group by m.receivable_key
),
based as (
    select d.receivable_key, d.customer_key, d.currency, d.row_number, d.document_number, d.due_before, d.due_after,
           d.before, d.told, case when m.is_void then 0 else greatest(d.owed + coalesce(m.adjusted, 0), 0) end as owed,
           coalesce(m.paid, 0) as paid, coalesce(m.noted, 0) as noted
    from documents d
    left join moved m on m.receivable_key = d.receivable_key
    union all
    select r.key, c.external_id, r.currency, m.row_number, r.document_number, r.due_date, r.due_date, r.open_amount,
           null, case when m.is_void then 0 else greatest(r.open_amount + m.adjusted, 0) end, m.paid,
           m.noted
    from moved m
    join portfolio_receivable r on r.key = m.receivable_key
    join portfolio_customer c on c.id = r.customer_id
    where not exists (select from documents d where d.receivable_key = m.receivable_key)
),
named as (
    select b.receivable_key, b.customer_key, b.currency, b.row_number, b.document_number, b.due_before, b.due_after,
           b.before, coalesce(b.told, b.owed - least(b.owed, b.paid)) as after,
           -- What a payment brings above its document stays with the customer; what a credit note does, pays others.
           case when b.told is null then b.noted - least(b.owed, b.noted) else 0 end as rest
    from based b
),
loose as (
    select l.customer_key, l.currency, min(l.row_number) as row_number, sum(l.amount) as amount
    from (
        select m.customer_key, m.currency, m.row_number, m.amount from money m where m.receivable_key is null
        union all
        select n.customer_key, n.currency, n.row_number, n.rest from named n where n.rest > 0
    ) l
    where l.customer_key <> ''
    group by l.customer_key, l.currency
),
owing as (
    select n.receivable_key, n.customer_key, n.currency, n.document_number, n.due_after as due_date,
           n.after as amount, true as is_named, l.row_number, l.amount as loose
    from named n
    join loose l on l.customer_key = n.customer_key and l.currency = n.currency
    where n.after > 0
    union all
    select r.key, l.customer_key, r.currency, r.document_number, r.due_date, r.open_amount, false, l.row_number,
           l.amount
    from loose l
    join portfolio_customer c on c.external_id = l.customer_key
    join portfolio_receivable r on r.customer_id = coalesce(c.merged_into_id, c.id) and r.currency = l.currency
    where r.open_amount > 0 and not exists (select from named n where n.receivable_key = r.key)
),
spread as (
    select o.*,
           least(o.amount, greatest(o.loose - coalesce(sum(o.amount) over (
               partition by o.customer_key, o.currency order by o.due_date, o.receivable_key
               rows between unbounded preceding and 1 preceding
           ), 0), 0)) as taken
    from owing o
),
changed as (
    select n.customer_key, n.currency, n.row_number, n.document_number, n.due_before, n.due_after, n.before,
           n.after - coalesce(s.taken, 0) as after
    from named n
    left join spread s on s.receivable_key = n.receivable_key and s.is_named
    union all
    select s.customer_key, s.currency, s.row_number, s.document_number, s.due_date, s.due_date, s.amount,
           s.amount - s.taken
    from spread s
    where not s.is_named and s.taken > 0
),
aged as (
    select m.currency,
           case
               when %(today)s::date - m.due_date <= 0 then 'CURRENT'
               when %(today)s::date - m.due_date <= 30 then 'D1_30'
               when %(today)s::date - m.due_date <= 60 then 'D31_60'
               when %(today)s::date - m.due_date <= 90 then 'D61_90'
               else 'D91_PLUS'
           end as bucket,
           sum(m.before) as before, sum(m.after) as after
    from (
        select r.currency, r.due_date, r.open_amount as before, r.open_amount as after
        from portfolio_receivable r
        where r.open_amount <> 0
        union all
        select c.currency, c.due_before, 0, -c.before from changed c where c.due_before is not null
        union all
        select c.currency, c.due_after, 0, c.after from changed c
    ) m
    group by 1, 2
),
largest as (
    select c.* from changed c
    where c.after <> c.before
    order by abs(c.after - c.before) desc, c.row_number
    limit %(limit)s::bigint
)
select 'AGED' as part, a.currency, a.bucket, a.before, a.after, null::integer as row_number, '' as customer_key,
       '' as customer_name, '' as document_number, null::date as due_before, null::date as due_after
from aged a
where a.before <> 0 or a.after <> 0
union all
select 'LARGEST', l.currency, '', l.before, l.after, l.row_number, l.customer_key,
       coalesce(nullif(j.name, ''), c.name, l.customer_key), l.document_number, l.due_before, l.due_after
from largest l
left join intake_judged_customer j on j.external_id = l.customer_key
left join portfolio_customer c on c.external_id = l.customer_key
order by 1, 2, 3;

-- changed_rows --
-- How many of the accepted rows change what is stored; the others bring something new.
select count(distinct coalesce(s.file_row, s.row_number))
from intake_judged_row j
join intake_staged_row s on s.row_number = j.row_number
where j.outcome = 'ACCEPTED' and j.receivable_state in ('CHANGED', 'SAME') and j.payment_state <> 'NEW';
