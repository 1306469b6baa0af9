-- insert_events --
-- Write many events of one hand.
insert into audit_event (
    at, actor_kind, actor_id, actor_label, action, subject_type, subject_id, customer_id, before, after
)
select %(at)s::timestamptz, %(actor_kind)s::text, %(actor_id)s::bigint, %(actor_label)s::text, e.action,
       e.subject_type, e.subject_id, e.customer_id, e.before::jsonb, e.after::jsonb
from unnest(
    %(actions)s::text[], %(subject_types)s::text[], %(subject_ids)s::bigint[], %(customer_ids)s::bigint[],
    %(befores)s::text[], %(afters)s::text[]
) with ordinality as e (action, subject_type, subject_id, customer_id, before, after, number)
order by e.number
