-- sources --
-- Every source with how it does; what waits for a person counts only while its import is not applied.
select s.id, s.name, s.connector, s.settings, s.secret_name, s.kind, s.profile, s.schedule_minutes, s.is_active,
       case
           when w.load_id is not null then 'WAITING'
           when not s.is_active then 'PAUSED'
           when s.last_error <> '' then 'FAILED'
           when s.last_run_at is null then 'NEW'
           else 'GOOD'
       end as health,
       s.last_run_at, s.next_run_at, s.last_error, w.load_id as waiting_import_id,
       coalesce(w.name, '') as waiting_name
from sources_source s
left join lateral (
    select d.load_id, d.name
    from sources_delivery d
    join intake_import i on i.id = d.load_id
    where d.source_id = s.id and d.state = 'WAITING' and i.state not in ('APPLIED', 'REFUSED')
    order by d.id
    limit 1
) w on true
where %(source_id)s::bigint is null or s.id = %(source_id)s::bigint
order by lower(s.name), s.id;

-- runs --
-- The last visits to a source.
select r.id, r.state, r.started_at, r.ended_at, r.deliveries, r.rows_accepted, r.rows_unchanged, r.rows_rejected,
       r.error, r.actor_label
from sources_run r
where r.source_id = %(source_id)s::bigint
order by r.started_at desc, r.id desc
limit %(limit)s::int;

-- deliveries --
-- What a source brought, with what became of the rows; a person may have applied meanwhile what was waiting.
select d.id, d.name,
       case
           when d.state in ('KEPT', 'WAITING') and i.state = 'APPLIED' then 'APPLIED'
           when d.state in ('KEPT', 'WAITING') and i.state = 'REFUSED' then 'DISCARDED'
           else d.state
       end as state,
       d.load_id as import_id, d.error, d.fetched_at,
       coalesce(i.rows_accepted, 0) as rows_accepted, coalesce(i.rows_unchanged, 0) as rows_unchanged,
       coalesce(i.rows_rejected, 0) as rows_rejected
from sources_delivery d
left join intake_import i on i.id = d.load_id
where d.source_id = %(source_id)s::bigint
order by d.fetched_at desc, d.id desc
limit %(limit)s::int offset %(offset)s::int
