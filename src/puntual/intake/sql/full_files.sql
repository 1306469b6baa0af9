-- scope_of --
-- Of which door a file tells all there is: that of its profile; empty without one, or without debts.
select case when i.profile_id is not null then 'profile:' || i.profile_id else '' end
from intake_import i
where i.id = %(import_id)s::bigint;

-- keep_origins --
-- Note that the debts of the staged file came through its door, rejected ones too: they are in the file. A file that
-- does not tell all there is changes nothing of what is known.
insert into intake_origin (receivable_id, scope, source_id, closing_key)
select distinct on (r.id) r.id, %(scope)s::text, %(import_id)s::bigint, ''
from intake_judged_row j
join intake_staged_row s on s.row_number = j.row_number and s.record in ('RECEIVABLE', 'INSTALMENT')
join portfolio_receivable r on r.id = j.receivable_id or (j.receivable_id is null and r.key = j.receivable_key)
on conflict (receivable_id) do update set scope = excluded.scope, source_id = excluded.source_id
    where %(is_full)s::boolean;

-- keep_origins_of_import --
-- Note that the debts which an applied file brought came through its door, when the door is named only afterwards. Of a
-- loan its first instalment speaks for all of its account. What came through another door since stays there.
insert into intake_origin (receivable_id, scope, source_id, closing_key)
select distinct r.id, %(scope)s::text, %(import_id)s::bigint, ''
from intake_rowpage p
cross join lateral unnest(p.receivable_ids) as k (receivable_id)
join portfolio_receivable f on f.id = k.receivable_id
join portfolio_receivable r on r.id = f.id
    or (f.kind = 'INSTALMENT' and r.kind = 'INSTALMENT' and r.account_id = f.account_id)
where p.source_id = %(import_id)s::bigint
on conflict (receivable_id) do nothing;

-- mark_full --
-- A file told all there is of its door.
update intake_import i set full_scope = %(scope)s::text where i.id = %(import_id)s::bigint;

-- full_import --
-- A full file, held, and whether a newer one of its door was applied.
select i.full_scope, i.state, i.missing_closed_at,
       exists (
           select from intake_import n
           where n.full_scope = i.full_scope and n.state = 'APPLIED' and n.applied_at > i.applied_at
       )
from intake_import i
where i.id = %(import_id)s::bigint
for update;

-- rows_unreadable --
-- How many rows of a file nobody could read: they may be debts that look missing.
select i.full_scope, i.missing_closed_at, (
           select count(*) from intake_importrow w
           where w.source_id = i.id and w.outcome = 'REJECTED' and w.reason <> all(%(judged)s::text[])
       )
from intake_import i
where i.id = %(import_id)s::bigint;

-- missing_counts --
-- The open debts of a door by currency: all of them, and those that a file of it does not bring. What came after the
-- file is not missing in it.
select r.currency, count(*), sum(r.open_amount), count(*) filter (where o.source_id <> f.id),
       coalesce(sum(r.open_amount) filter (where o.source_id <> f.id), 0)
from intake_import f
join intake_origin o on o.scope = %(scope)s::text
join intake_import s on s.id = o.source_id and (s.applied_at, s.id) <= (f.applied_at, f.id)
join portfolio_receivable r on r.id = o.receivable_id
where f.id = %(import_id)s::bigint and r.open_amount > 0
group by r.currency
order by r.currency;

-- missing_sample --
-- The largest debts that a file does not bring.
select r.id, r.customer_id, c.name, r.document_number, r.currency, r.open_amount, r.due_date
from intake_import f
join intake_origin o on o.scope = %(scope)s::text and o.source_id <> f.id
join intake_import s on s.id = o.source_id and (s.applied_at, s.id) < (f.applied_at, f.id)
join portfolio_receivable r on r.id = o.receivable_id
join portfolio_customer c on c.id = r.customer_id
where f.id = %(import_id)s::bigint and r.open_amount > 0
order by r.open_amount desc, r.id
limit %(limit)s::bigint;

-- missing_to_close --
-- The next debts that a file does not bring, in the order of their ids.
select r.id, r.currency, r.open_amount, greatest(r.issue_date, %(today)s::date)
from intake_import f
join intake_origin o on o.scope = %(scope)s::text and o.source_id <> f.id
join intake_import s on s.id = o.source_id and (s.applied_at, s.id) < (f.applied_at, f.id)
join portfolio_receivable r on r.id = o.receivable_id
where f.id = %(import_id)s::bigint and r.open_amount > 0 and r.id > %(after)s::bigint
order by r.id
limit %(limit)s::bigint;

-- mark_closed --
-- Note by which entries of the ledger debts were closed, to be taken back when a file brings them again.
update intake_origin o
set closing_key = g.closing_key
from unnest(%(receivable_id)s::bigint[], %(closing_key)s::text[]) as g (receivable_id, closing_key)
where o.receivable_id = g.receivable_id;

-- mark_missing_closed --
-- What a full file does not bring was closed.
update intake_import i set missing_closed_at = %(at)s::timestamptz where i.id = %(import_id)s::bigint;

-- anything_closed --
-- Whether any debt is closed because a full file left it out.
select exists (select from intake_origin o where o.closing_key <> '');

-- returned --
-- Debts that were closed because a full file left them out, and that the staged file brings again.
select distinct e.id, o.receivable_id, e.amount, e.currency, e.effective_date, o.closing_key
from intake_origin o
join portfolio_receivable r on r.id = o.receivable_id
join portfolio_customer c on c.id = r.customer_id
join portfolio_ledgerentry e on e.key = o.closing_key
join intake_staged_row s on s.outcome = '' and s.record in ('RECEIVABLE', 'INSTALMENT')
    and (s.receivable_key = r.key or (s.customer_key = c.external_id and s.document_number = r.document_number))
    and coalesce(s.open_amount, s.amount, 0) > 0
where o.closing_key <> ''
order by e.id;
