-- has_movements --
-- Whether any row of the file is something else than a debt.
select exists (select from intake_staged_row s where s.outcome = '' and s.record not in ('RECEIVABLE', 'INSTALMENT'));

-- adopt_consents --
-- Where a file names customers by tax id only, what it says of channels is theirs who are known by it.
update intake_staged_consent s
set external_id = c.external_id
from (
    select min(p.external_id) as external_id, p.tax_id from portfolio_customer p
    where p.tax_id <> '' group by p.tax_id having count(distinct coalesce(p.merged_into_id, p.id)) = 1
) c
where c.tax_id = s.external_id;

-- judge_movements --
-- Find the customer and the document of every readable row that moves a debt, and say what becomes of it: posted,
-- waiting for its customer or document, or known already. A row is known by what it says, so it is known also while
-- it waits; a payment also by its key, for it may have come in beside its debt.
insert into intake_judged_row (
    row_number, outcome, reason, detail, customer_key, customer_id, receivable_id, receivable_key,
    receivable_state, document_kind, currency, issue_date, amount, payment_state, payment_key, payment_amount,
    allocated_amount, balance_change
)
with given as (
    select s.row_number, s.record, s.customer_key, s.related_document, s.document_number, s.currency,
           coalesce(s.paid_date, s.issue_date) as value_date, coalesce(s.paid_amount, s.amount) as money,
           s.reference, s.record = 'CREDIT_NOTE' and s.document_number <> '' as has_number,
           s.payment_group, s.payment_total,
           case
               -- What a credit note still has left may fall from one file to the next; its number stays.
               when s.record = 'CREDIT_NOTE' and s.document_number <> ''
                   then concat_ws('|', s.record, s.customer_key, s.document_number, s.related_document)
               when s.record = 'CANCELLATION' then concat_ws('|', s.record, s.customer_key, s.related_document)
               else concat_ws(
                   '|', s.record, s.customer_key, s.related_document, s.document_number,
                   coalesce(s.paid_date, s.issue_date)::text, coalesce(s.paid_amount, s.amount)::text, s.currency,
                   s.reference, s.payment_group, s.code
               )
           end as said
    from intake_staged_row s
    where s.outcome = '' and s.record not in ('RECEIVABLE', 'INSTALMENT', 'CUSTOMER')
),
placed as (
    select g.*, row_number() over same as place, min(g.row_number) over same as first_row
    from given g
    window same as (partition by g.said order by g.row_number)
),
keyed as (
    select p.*, 'row:' || encode(sha256(convert_to(p.said, 'UTF8')), 'hex') || ':' || p.place as key,
           -- A note on several documents that came when only one could be named was kept as naming none.
           case when p.has_number and position('; ' in p.related_document) > 0 then
               'row:' || encode(sha256(convert_to(
                   concat_ws('|', p.record, p.customer_key, p.document_number, ''), 'UTF8'
               )), 'hex') || ':1'
           end as unnamed_key
    from placed p
),
asked as (
    -- A credit note may name several documents, parted by semicolons.
    select row_number() over () as id, k.row_number, k.customer_key, k.currency, n.name as document_number
    from keyed k
    cross join lateral unnest(
        case
            when k.record = 'CREDIT_NOTE' and k.related_document <> '' then string_to_array(k.related_document, '; ')
            else array[k.related_document]
        end
    ) as n (name)
),
-- include asked_documents.cte --
,
-- Documents that this very file brings.
brought as (
    select a.id, count(distinct d.receivable_key) as found, min(d.currency) as currency
    from asked_customer a
    left join portfolio_customer oc on oc.id = a.customer_id
    join (
        select s.row_number, s.customer_key, s.receivable_key, s.currency, s.record, s.document_number as name
        from intake_staged_row s
        union all
        -- Of a debt on a CFDI this is its own UUID.
        select s.row_number, s.customer_key, s.receivable_key, s.currency, s.record, s.related_document
        from intake_staged_row s
        where s.record = 'RECEIVABLE' and s.related_document <> ''
    ) d on d.name = a.document_number
        and (a.customer_key = '' or d.customer_key in (a.customer_key, oc.external_id))
    join intake_judged_row j on j.row_number = d.row_number and j.outcome <> 'REJECTED'
        and j.receivable_state = 'NEW'
    where a.document_number <> '' and d.record in ('RECEIVABLE', 'INSTALMENT')
    group by a.id
),
about as (
    select a.row_number, max(a.customer_id) as customer_id, max(r.customer_id) as owner_id,
           case when count(*) = 1 then max(r.id) end as receivable_id,
           bool_and(coalesce(m.found, 0) + coalesce(b.found, 0) = 1) and count(distinct r.customer_id) <= 1 as is_found,
           coalesce(min(r.currency) filter (where r.currency <> a.currency), min(r.currency)) as stored_currency,
           min(b.currency) as brought_currency
    from asked_customer a
    left join asked_document m on m.id = a.id
    left join brought b on b.id = a.id
    left join portfolio_receivable r on r.id = m.receivable_id and m.found = 1
    group by a.row_number
),
new_customer as (
    select distinct d.customer_key
    from intake_staged_row d
    join intake_judged_row j on j.row_number = d.row_number and j.outcome <> 'REJECTED'
    where d.record in ('RECEIVABLE', 'INSTALMENT', 'CUSTOMER')
),
known as (
    select o.*, a.customer_id, r.id as receivable_id, r.key as receivable_key, a.stored_currency, a.is_found,
           coalesce(nullif(o.currency, ''), a.stored_currency, a.brought_currency, %(currency)s::text) as full_currency,
           -- The number under which it came, also of who was united with another since: a payment is known by it.
           coalesce(
               own.external_id,
               case when right(r.key, length(r.document_number) + 1) = '|' || r.document_number
                   then replace(replace(left(r.key, -length(r.document_number) - 1), '\|', '|'), '\\', '\') end,
               c.external_id
           ) as external_id,
           exists (select from intake_movement w where w.key in (o.key, o.unnamed_key)) as is_known,
           a.customer_id is not null or o.customer_key = ''
               or exists (select from new_customer n where n.customer_key = o.customer_key) as has_customer
    from keyed o
    join about a on a.row_number = o.row_number
    left join portfolio_receivable r on r.id = a.receivable_id
    left join portfolio_customer c on c.id = coalesce(a.customer_id, a.owner_id)
    left join portfolio_customer own on own.external_id = o.customer_key and o.customer_key <> ''
),
reasoned as (
    select k.*,
           k.is_known or (k.record = 'PAYMENT' and p.id is not null) as is_same,
           case
               when k.is_known then ''
               when k.place > 1 and (k.has_number or k.record = 'CANCELLATION') then 'repeated-row'
               when k.currency <> '' and k.stored_currency <> k.currency then 'currency-differs'
               else ''
           end as reason
    from known k
    left join payments_payment p on k.record = 'PAYMENT' and p.key = 'file:' || encode(sha256(convert_to(concat_ws(
        '|', k.external_id, k.related_document, k.value_date::text, k.money::text, k.full_currency, k.reference
    ), 'UTF8')), 'hex') || ':' || k.place
),
fitted as (
    -- Parts of one payment never bring more than the payment, however they were told before.
    select r.*, r.payment_total is not null and r.payment_group <> ''
               and coalesce(q.amount, 0) + coalesce(sum(r.money) filter (where not r.is_same) over (
                   partition by r.payment_group, r.currency order by r.row_number
               ), 0) > r.payment_total as is_told
    from reasoned r
    left join lateral (
        select sum(m.amount) as amount
        from intake_movement m
        where m.payment_group = r.payment_group and m.record = 'PAYMENT' and m.currency = r.currency
          and m.parent_id is null
    ) q on r.payment_total is not null and r.payment_group <> ''
)
select r.row_number,
       case when r.reason <> '' then 'REJECTED' when r.is_same or r.is_told then 'UNCHANGED' else 'ACCEPTED' end,
       r.reason,
       case r.reason
           when 'repeated-row' then r.document_number || ' (' || r.first_row || ')'
           when 'currency-differs' then r.currency || ' / ' || r.stored_currency
           else ''
       end,
       coalesce(r.external_id, r.customer_key), r.customer_id, r.receivable_id, r.receivable_key, '', '',
       r.full_currency, null, null,
       case
           when r.is_same or r.is_told then 'KNOWN'
           when r.has_customer and (r.related_document = '' or r.is_found) then 'POST'
           else 'WAIT'
       end,
       r.key, r.money, null, 0
from fitted r;

-- judge_customer_rows --
-- Rows that tell of a customer only; what they bring is judged with the customers.
insert into intake_judged_row (
    row_number, outcome, reason, detail, customer_key, customer_id, receivable_id, receivable_key,
    receivable_state, document_kind, currency, issue_date, amount, payment_state, payment_key, payment_amount,
    allocated_amount, balance_change
)
select s.row_number, 'UNCHANGED', '', '', s.customer_key, null, null, null, '', '', '', null, null, '', null, null,
       null, 0
from intake_staged_row s
where s.outcome = '' and s.record = 'CUSTOMER';

-- judge_rows_of_points --
-- A row about a customer that brings an address which nobody knew is accepted.
update intake_judged_row j
set outcome = 'ACCEPTED'
from intake_staged_row s
where s.row_number = j.row_number and s.record = 'CUSTOMER' and j.outcome = 'UNCHANGED'
  and exists (
      select from intake_staged_point p
      where p.row_number = j.row_number and not exists (
          select from portfolio_customer c
          join contacts_contactpoint known on known.customer_id = coalesce(c.merged_into_id, c.id)
              and known.kind = p.kind
              and known.normalized = p.normalized and known.owner_role = p.owner_role
          where c.external_id = p.external_id
      )
  );

-- judge_rows_of_consents --
-- So is one that says of a channel something else than what is stored.
update intake_judged_row j
set outcome = 'ACCEPTED'
from intake_staged_consent s
left join portfolio_customer c on c.external_id = s.external_id
left join contacts_consent known on known.customer_id = coalesce(c.merged_into_id, c.id) and known.channel = s.channel and known.is_current
where s.row_number = j.row_number and j.outcome = 'UNCHANGED' and known.decision is distinct from s.decision;

-- consents_to_write --
-- What the file says of channels, where it is not what is stored; of several words about one channel, no wins.
select coalesce(c.merged_into_id, c.id), s.channel, min(s.decision) filter (where s.decision = 'OPTED_OUT') is not null as is_out
from intake_staged_consent s
join portfolio_customer c on c.external_id = s.external_id
left join contacts_consent known on known.customer_id = coalesce(c.merged_into_id, c.id) and known.channel = s.channel and known.is_current
group by coalesce(c.merged_into_id, c.id), s.channel, known.decision
having known.decision is distinct from case
    when min(s.decision) filter (where s.decision = 'OPTED_OUT') is not null then 'OPTED_OUT' else 'GRANTED'
end
order by 1, s.channel;

-- tally_movements --
-- What becomes of the rows that move debts, by record.
select s.record, count(*) filter (where j.payment_state = 'POST'), count(*) filter (where j.payment_state = 'WAIT'),
       count(*) filter (where j.payment_state = 'KNOWN')
from intake_judged_row j
join intake_staged_row s on s.row_number = j.row_number
where j.outcome <> 'REJECTED' and s.record not in ('RECEIVABLE', 'INSTALMENT', 'CUSTOMER')
group by s.record
order by s.record;

-- sum_movements --
-- What the rows that move debts come to, by record and currency; a cancellation by what its document owes now.
select s.record, j.currency, count(*),
       coalesce(sum(case when s.record = 'CANCELLATION' then r.open_amount else j.payment_amount end), 0)
from intake_judged_row j
join intake_staged_row s on s.row_number = j.row_number
left join portfolio_receivable r on r.id = j.receivable_id
where j.outcome <> 'REJECTED' and s.record not in ('RECEIVABLE', 'INSTALMENT', 'CUSTOMER')
group by s.record, j.currency
order by s.record, j.currency;

-- keep_movements --
-- Keep the accepted rows that move debts; all of them wait until they are posted, in this transaction or later.
insert into intake_movement (
    key, source_id, row_number, place, record, state, reason, customer_key, document_number, own_number, amount,
    remaining, currency, value_date, method, reference, note, payment_group, code, created_at
)
select j.payment_key, %(import_id)s::bigint, coalesce(s.file_row, s.row_number), split_part(j.payment_key, ':', 3)::integer, s.record,
       'WAITING', 'new', s.customer_key, s.related_document, s.document_number, coalesce(s.paid_amount, s.amount),
       coalesce(s.paid_amount, s.amount), s.currency, coalesce(s.paid_date, s.issue_date, %(today)s::date), s.method,
       s.reference, s.note, s.payment_group, s.code, %(at)s::timestamptz
from intake_judged_row j
join intake_staged_row s on s.row_number = j.row_number
where j.outcome = 'ACCEPTED' and j.payment_state in ('POST', 'WAIT')
order by j.row_number
on conflict (key) do nothing;
