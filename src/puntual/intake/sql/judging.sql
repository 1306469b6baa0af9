-- adopt_rows --
-- Where a file names customers by tax id only, find those that are known under another number.
update intake_staged_row s
set customer_key = c.external_id,
    receivable_key = replace(replace(c.external_id, '\', '\\'), '|', '\|') || '|' || s.document_number
from (
    select min(p.external_id) as external_id, p.tax_id from portfolio_customer p
    where p.tax_id <> '' group by p.tax_id having count(distinct coalesce(p.merged_into_id, p.id)) = 1
) c
where c.tax_id = s.customer_key and s.outcome = '' and s.record in ('RECEIVABLE', 'INSTALMENT', 'CUSTOMER');

-- adopt_facts --
-- The same for what the file says of these customers.
update intake_staged_fact s
set external_id = c.external_id
from (
    select min(p.external_id) as external_id, p.tax_id from portfolio_customer p
    where p.tax_id <> '' group by p.tax_id having count(distinct coalesce(p.merged_into_id, p.id)) = 1
) c
where c.tax_id = s.external_id;

-- adopt_points --
-- The same for their contact points.
update intake_staged_point s
set external_id = c.external_id
from (
    select min(p.external_id) as external_id, p.tax_id from portfolio_customer p
    where p.tax_id <> '' group by p.tax_id having count(distinct coalesce(p.merged_into_id, p.id)) = 1
) c
where c.tax_id = s.external_id;

-- judge_receivables --
-- Compare every readable row of a file of receivables with its neighbours and with what is stored, and say
-- what becomes of it. Nothing is written but the judgement.
insert into intake_judged_row (
    row_number, outcome, reason, detail, customer_key, customer_id, receivable_id, receivable_key,
    receivable_state, document_kind, currency, issue_date, amount, payment_state, payment_key, payment_amount,
    allocated_amount, balance_change
)
with given as not materialized (
    select s.row_number, coalesce(s.file_row, s.row_number) as file_row, s.customer_key, s.receivable_key,
           s.document_number, s.document_kind, s.account, s.currency, s.issue_date, s.due_date, s.amount,
           s.open_amount, s.attributes, s.paid_date, s.paid_amount, s.reference
    from intake_staged_row s
    where s.outcome = '' and s.record in ('RECEIVABLE', 'INSTALMENT')
),
-- Few documents stand in several rows, if any: only those rows are sorted and compared with one another.
repeated as materialized (
    select g.receivable_key from given g group by g.receivable_key having count(*) > 1
),
neighbours as materialized (
    select f.row_number,
           min(f.row_number) over of_document as first_row, min(f.file_row) over of_document as first_file_row,
           min(f.facts) over of_document <> max(f.facts) over of_document as is_conflict,
           row_number() over (
               partition by f.receivable_key, f.paid_date, f.paid_amount, f.reference order by f.row_number
           ) as place
    from (
        select g.*, concat_ws(
                   '|', g.currency, coalesce(g.issue_date::text, ''), g.due_date::text,
                   coalesce(g.amount::text, ''), coalesce(g.open_amount::text, '')
               ) as facts
        from given g
        join repeated r on r.receivable_key = g.receivable_key
    ) f
    window of_document as (partition by f.receivable_key)
),
placed as not materialized (
    select g.*, coalesce(n.first_row, g.row_number) as first_row,
           coalesce(n.first_file_row, g.file_row) as first_file_row, coalesce(n.is_conflict, false) as is_conflict,
           coalesce(n.place, 1) as place
    from given g
    left join neighbours n on n.row_number = g.row_number
),
-- What the rows say was paid, and which of it is not yet known.
paid as materialized (
    select k.row_number, k.receivable_key, k.payment_key, pp.id is not null as is_paid_before,
           coalesce(sum(k.paid_amount) filter (where pp.id is null and k.place = 1) over (
               partition by k.receivable_key order by k.row_number
               rows between unbounded preceding and 1 preceding
           ), 0) as paid_earlier,
           coalesce(sum(k.paid_amount) filter (where pp.id is null and k.place = 1) over (
               partition by k.receivable_key
           ), 0) as paid_in_all
    from (
        select p.row_number, p.receivable_key, p.place, p.paid_amount,
               'file:' || encode(sha256(convert_to(concat_ws(
                   '|', p.customer_key, p.document_number, p.paid_date::text, p.paid_amount::text, p.currency,
                   p.reference
               ), 'UTF8')), 'hex') || ':' || p.place as payment_key
        from placed p
        where p.paid_date is not null
    ) k
    left join payments_payment pp on pp.key = k.payment_key
),
matched as materialized (
    -- A number that was united with another is the survivor's.
    select g.row_number, coalesce(c.merged_into_id, c.id) as customer_id, r.id as receivable_id
    from given g
    join portfolio_customer c on c.external_id = g.customer_key
    left join portfolio_receivable r on r.key = g.receivable_key
        and r.customer_id = coalesce(c.merged_into_id, c.id) and r.document_number = g.document_number
),
-- A document of another key, as those of a united customer have.
alike as (
    select m.row_number, count(*) as found, max(r.id) as receivable_id
    from matched m
    join given g on g.row_number = m.row_number
    join portfolio_receivable r on r.customer_id = m.customer_id and r.document_number = g.document_number
    where m.receivable_id is null
    group by m.row_number
),
known as (
    select p.*, m.customer_id, r.id as receivable_id, r.key as stored_key, r.currency as stored_currency,
           coalesce(l.found > 1, false) as is_ambiguous,
           coalesce(p.amount, r.original_amount, p.open_amount) as full_amount,
           coalesce(p.issue_date, r.issue_date, p.due_date) as full_issue,
           coalesce(nullif(p.document_kind, ''), r.kind, 'INVOICE') as full_kind,
           b.open_after + case when b.open_after < 0 then coalesce((
               -- An amount below what was paid takes the place of what was let go for paying early.
               select sum(-e.amount)
               from portfolio_ledgerentry e
               where e.receivable_id = r.id and e.kind = 'DISCOUNT' and e.key like 'prompt:%%'
                 and not exists (select from portfolio_ledgerentry back where back.reverses_id = e.id)
           ), 0) else 0 end as open_after,
           case
               when r.id is null then 'NEW'
               when coalesce(nullif(p.document_kind, ''), r.kind) <> r.kind
                   or coalesce(p.issue_date, r.issue_date) <> r.issue_date
                   or p.due_date <> r.due_date
                   or coalesce(p.amount, r.original_amount) <> r.original_amount
                   or (p.account <> '' and p.account is distinct from a.external_id)
                   or (p.attributes <> '{}' and not r.attributes @> p.attributes::jsonb)
               then 'CHANGED'
               else 'SAME'
           end as state,
           own.payment_key, coalesce(own.is_paid_before, false) as is_paid_before,
           coalesce(own.paid_earlier, 0) as paid_earlier, coalesce(t.paid_in_all, 0) as paid_in_all
    from placed p
    left join matched m on m.row_number = p.row_number
    left join alike l on l.row_number = p.row_number
    left join portfolio_receivable r on r.id = coalesce(m.receivable_id, l.receivable_id)
    left join portfolio_account a on a.id = r.account_id
    left join paid own on own.row_number = p.row_number
    left join (select distinct d.receivable_key, d.paid_in_all from paid d) t on t.receivable_key = p.receivable_key
    cross join lateral (
        select coalesce(r.open_amount, 0) + coalesce(p.amount, r.original_amount, p.open_amount)
            - coalesce(r.original_amount, 0) as open_after
    ) b
    -- Here and below: worked out once for each row, not once for each place where it is named.
    offset 0
),
weighed as (
    select p.*,
           -- A document that is stored may have been paid through another door: only what is open is paid here.
           case
               when p.paid_date is null then null
               when p.receivable_id is null then p.paid_amount
               else greatest(least(p.paid_amount, p.open_after - p.paid_earlier), 0)
           end as to_pay,
           coalesce(
               p.open_amount - (p.open_after - least(p.paid_in_all, greatest(p.open_after, 0))), 0
           ) as balance_change
    from known p
    offset 0
),
reasoned as (
    select w.*,
           case
               when w.is_conflict then 'conflicting-rows'
               when w.place > 1 then 'repeated-row'
               when w.is_ambiguous then 'document-ambiguous'
               when w.stored_currency <> w.currency then 'currency-differs'
               when w.full_amount <= 0 then 'nothing-owed'
               when w.open_after < 0 then 'amount-below-paid'
               when w.balance_change > 0 then 'balance-rises'
               else ''
           end as reason
    from weighed w
    offset 0
)
select r.row_number,
       case
           when r.reason <> '' then 'REJECTED'
           when (r.row_number = r.first_row and (r.state <> 'SAME' or r.balance_change < 0))
               or (r.to_pay > 0 and not r.is_paid_before) then 'ACCEPTED'
           else 'UNCHANGED'
       end,
       r.reason,
       case r.reason
           when 'conflicting-rows' then r.document_number || ' (' || r.first_file_row || ')'
           when 'repeated-row' then r.document_number || ' (' || r.first_file_row || ')'
           when 'currency-differs' then r.currency || ' / ' || r.stored_currency
           when 'amount-below-paid' then r.full_amount::text
           when 'balance-rises' then r.open_amount || ' > ' || (r.open_amount - r.balance_change)
           else ''
       end,
       r.customer_key, r.customer_id, r.receivable_id, coalesce(r.stored_key, r.receivable_key),
       -- Told once for each document, on its first row.
       case when r.row_number = r.first_row then r.state else '' end,
       r.full_kind, r.currency, r.full_issue, r.full_amount,
       case
           when r.paid_date is null then ''
           when r.to_pay > 0 and not r.is_paid_before then 'NEW'
           else 'SAME'
       end,
       r.payment_key, r.to_pay,
       greatest(least(r.to_pay, r.open_after - r.paid_earlier), 0),
       case when r.row_number = r.first_row then r.balance_change else 0 end
from reasoned r;

-- judge_whole_rows --
-- Of a row of several debts all come in, or none: one that is rejected keeps out the others.
with refused as (
    select distinct on (s.file_row) s.file_row, j.reason, j.detail
    from intake_judged_row j
    join intake_staged_row s on s.row_number = j.row_number
    where j.outcome = 'REJECTED' and s.file_row is not null
    order by s.file_row, s.row_number
)
update intake_judged_row j
set outcome = 'REJECTED', reason = f.reason, detail = f.detail
from intake_staged_row s
join refused f on f.file_row = s.file_row
where s.row_number = j.row_number;

-- judge_customers --
-- Lay together what the rows of a file say of each customer (the first word counts) and compare with what is
-- stored; an empty word changes nothing. Customers of rejected rows only are left out.
insert into intake_judged_customer (
    external_id, first_row, customer_id, is_changed, points_new, name, short_name, kind, tax_id, language,
    time_zone, state, city, postal_code, sector, tags, attributes
)
with heads as (
    select j.customer_key, min(j.row_number) as first_row
    from intake_judged_row j
    where j.outcome <> 'REJECTED'
    group by j.customer_key
),
-- Of most customers one row says all: only the words of the others are laid together.
several as materialized (
    select f.external_id from intake_staged_fact f group by f.external_id having count(*) > 1
),
laid as (
    select f.external_id,
           coalesce((array_agg(f.name order by f.row_number) filter (where f.name <> ''))[1], '') as name,
           coalesce((array_agg(f.short_name order by f.row_number) filter (where f.short_name <> ''))[1], '')
               as short_name,
           coalesce((array_agg(f.kind order by f.row_number) filter (where f.kind <> ''))[1], '') as kind,
           coalesce((array_agg(f.kind_guess order by f.row_number) filter (where f.kind_guess <> ''))[1], '')
               as kind_guess,
           coalesce((array_agg(f.tax_id order by f.row_number) filter (where f.tax_id <> ''))[1], '') as tax_id,
           coalesce((array_agg(f.language order by f.row_number) filter (where f.language <> ''))[1], '')
               as language,
           coalesce((array_agg(f.time_zone order by f.row_number) filter (where f.time_zone <> ''))[1], '')
               as time_zone,
           coalesce((array_agg(f.state order by f.row_number) filter (where f.state <> ''))[1], '') as state,
           coalesce((array_agg(f.city order by f.row_number) filter (where f.city <> ''))[1], '') as city,
           coalesce((array_agg(f.postal_code order by f.row_number) filter (where f.postal_code <> ''))[1], '')
               as postal_code,
           coalesce((array_agg(f.sector order by f.row_number) filter (where f.sector <> ''))[1], '') as sector,
           coalesce(
               (array_agg(to_jsonb(f.tags) order by f.row_number) filter (where f.tags <> '{}'))[1], '[]'
           ) as tags,
           coalesce(
               (array_agg(f.attributes order by f.row_number) filter (where f.attributes <> '{}'))[1], '{}'
           ) as attributes
    from intake_staged_fact f
    join several m on m.external_id = f.external_id
    group by f.external_id
),
listed as (
    select l.*, array(select jsonb_array_elements_text(l.tags)) as tag_list from laid l
    union all
    select f.external_id, f.name, f.short_name, f.kind, f.kind_guess, f.tax_id, f.language, f.time_zone, f.state,
           f.city, f.postal_code, f.sector, null, f.attributes, f.tags
    from intake_staged_fact f
    where not exists (select from several m where m.external_id = f.external_id)
)
select h.customer_key, h.first_row, c.id,
       c.id is not null and (
           (f.name <> '' and f.name <> c.name)
           or (f.short_name <> '' and f.short_name <> c.short_name)
           or (f.kind <> '' and f.kind <> c.kind)
           or (f.tax_id <> '' and f.tax_id <> c.tax_id)
           or (f.language <> '' and f.language <> c.language)
           or (f.time_zone <> '' and f.time_zone <> c.time_zone)
           or (f.state <> '' and f.state <> c.state)
           or (f.city <> '' and f.city <> c.city)
           or (f.postal_code <> '' and f.postal_code <> c.postal_code)
           or (f.sector <> '' and f.sector <> c.sector)
           or (f.tag_list <> '{}' and f.tag_list <> c.tags::text[])
           or not c.attributes @> f.attributes
       ),
       0,
       -- A new customer needs a name and a kind: its number, and the kind that the law protects most.
       case when c.id is null and f.name = '' then h.customer_key else f.name end,
       f.short_name,
       case when c.id is null then coalesce(nullif(f.kind, ''), nullif(f.kind_guess, ''), 'PERSON') else f.kind end,
       f.tax_id, f.language, f.time_zone, f.state, f.city, f.postal_code, f.sector, f.tag_list, f.attributes
from heads h
join listed f on f.external_id = h.customer_key
left join portfolio_customer c on c.external_id = h.customer_key;

-- several_names --
-- The customers that the file calls by more than one name, and the names in the order of the rows that say them.
select f.external_id, array_agg(f.name order by f.row_number), min(f.row_number)
from intake_staged_fact f
where f.name <> '' and f.external_id in (
    select o.external_id from intake_staged_fact o where o.name <> ''
    group by o.external_id having min(o.name collate "C") <> max(o.name collate "C")
)
group by f.external_id
order by 3;

-- reject_other_people --
-- A number under which the file names different people says nothing of any of them, nor of whom to contact.
with given as materialized (
    select * from unnest(%(external_id)s::text[], %(detail)s::text[]) as g (external_id, detail)
),
unsaid as (
    delete from intake_staged_consent s using given g where s.external_id = g.external_id
)
update intake_judged_row j
set outcome = 'REJECTED', reason = 'conflicting-rows', detail = g.detail
from given g
where j.customer_key = g.external_id;

-- judge_points --
-- Count the contact points of each customer that are not yet known.
update intake_judged_customer j
set points_new = n.points_new
from (
    select d.external_id, count(*) as points_new
    from (
        select distinct p.external_id, p.kind, p.normalized, p.owner_role from intake_staged_point p
    ) d
    left join portfolio_customer c on c.external_id = d.external_id
    left join contacts_contactpoint known on known.customer_id = coalesce(c.merged_into_id, c.id)
        and known.kind = d.kind
        and known.normalized = d.normalized and known.owner_role = d.owner_role
    where known.id is null
    group by d.external_id
) n
where n.external_id = j.external_id;

-- judge_rows_of_customers --
-- A row that brings nothing but news of its customer is accepted too.
update intake_judged_row j
set outcome = 'ACCEPTED'
from intake_judged_customer c
where c.first_row = j.row_number and j.outcome = 'UNCHANGED'
  and (c.customer_id is null or c.is_changed or c.points_new > 0);
