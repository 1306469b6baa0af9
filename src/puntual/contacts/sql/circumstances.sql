-- lapse_circumstance --
-- One whose last day is over makes room for the next of its kind; whoever kept it knew when it would end.
update contacts_circumstance set ended_at = %(at)s::timestamptz, ended_by = %(actor_label)s::text, end_reason = %(end_reason)s::text
where customer_id = %(customer_id)s::bigint and kind = %(kind)s::text and ended_at is null
    and until_date < %(today)s::date

-- insert_circumstance --
-- Keep a circumstance; one that is open already stays alone.
insert into contacts_circumstance (
    customer_id, kind, reason, source, until_date, lawyer_name, lawyer_contact, actor_label, at
)
values (
    %(customer_id)s::bigint, %(kind)s::text, %(reason)s::text, %(source)s::text, %(until_date)s::date,
    %(lawyer_name)s::text, %(lawyer_contact)s::text, %(actor_label)s::text, %(at)s::timestamptz
)
on conflict (customer_id, kind) where ended_at is null do nothing
returning id

-- end_circumstance --
-- End a circumstance of a customer, or of whoever was united with them, once.
update contacts_circumstance n
set ended_at = %(at)s::timestamptz, ended_by = %(actor_label)s::text, end_reason = %(end_reason)s::text
from portfolio_customer k
where n.id = %(circumstance_id)s::bigint and n.ended_at is null and k.id = n.customer_id
    and %(customer_id)s::bigint in (k.id, k.merged_into_id)
returning n.kind

-- circumstances_for --
-- All that was ever known of customers, and of whoever was united with them, the newest first.
select coalesce(k.merged_into_id, k.id) as customer_id, n.id, n.kind, n.reason, n.source, n.until_date, n.lawyer_name,
    n.lawyer_contact, n.actor_label, n.at, n.ended_at, n.ended_by, n.end_reason
from portfolio_customer k
join contacts_circumstance n on n.customer_id = k.id
where k.id = any(%(customer_ids)s::bigint[]) or k.merged_into_id = any(%(customer_ids)s::bigint[])
order by n.ended_at is not null, n.at desc, n.id desc

-- circumstance_page --
-- Circumstances of the whole portfolio, those that count first, the newest first.
select s.id as customer_id, s.name, s.external_id, n.id, n.kind, n.reason, n.source, n.until_date, n.lawyer_name,
    n.lawyer_contact, n.actor_label, n.at, n.ended_at, n.ended_by, n.end_reason,
    n.ended_at is null and coalesce(n.until_date >= %(today)s::date, true) as is_open
from contacts_circumstance n
join portfolio_customer k on k.id = n.customer_id
join portfolio_customer s on s.id = coalesce(k.merged_into_id, k.id)
where (%(kind)s::text is null or n.kind = %(kind)s::text)
    and (
        %(is_open)s::boolean is null
        or (n.ended_at is null and coalesce(n.until_date >= %(today)s::date, true)) = %(is_open)s::boolean
    )
order by is_open desc, n.at desc, n.id desc
limit %(limit)s::int offset %(offset)s::int

-- circumstance_counts --
-- How many circumstances of each kind count, and how many are over.
select n.kind, n.ended_at is null and coalesce(n.until_date >= %(today)s::date, true) as is_open, count(*)
from contacts_circumstance n
group by 1, 2

-- keep_for_both --
-- What became known of two customers while they were one holds for both: nobody knows which of them it is.
insert into contacts_circumstance (
    customer_id, kind, reason, source, until_date, lawyer_name, lawyer_contact, actor_label, at
)
select %(source_id)s::bigint, n.kind, n.reason, n.source, n.until_date, n.lawyer_name, n.lawyer_contact, n.actor_label, n.at
from contacts_circumstance n
where n.customer_id = %(target_id)s::bigint and n.ended_at is null and n.at > %(since)s::timestamptz
on conflict (customer_id, kind) where ended_at is null do nothing

-- retire_older_wish --
-- What two customers asked for while they were one is newer than what the one that goes had said.
update contacts_wish o set is_current = false
where o.customer_id = %(source_id)s::bigint and o.is_current and exists (
    select from contacts_wish w
    where w.customer_id = %(target_id)s::bigint and w.is_current and w.at > %(since)s::timestamptz
)

-- wish_for_both --
-- It holds for both.
insert into contacts_wish (customer_id, channel, weekdays, starts, ends, source, note, actor_label, at)
select %(source_id)s::bigint, w.channel, w.weekdays, w.starts, w.ends, w.source, w.note, w.actor_label, w.at
from contacts_wish w
where w.customer_id = %(target_id)s::bigint and w.is_current and w.at > %(since)s::timestamptz
