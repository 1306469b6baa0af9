-- insert_rehearsal --
-- Keep that somebody asked for a rehearsal.
insert into insights_rehearsal (kind, version_id, version_label, first_date, last_date, actor_label, asked_at)
values (
    %(kind)s::text, %(version_id)s::bigint, %(version)s::text, %(first)s::date, %(last)s::date, %(actor_label)s::text,
    %(at)s::timestamptz
)
returning id

-- forget_rehearsals --
-- Only the newest rehearsals are kept.
delete from insights_rehearsal
where id in (select id from insights_rehearsal order by id desc offset %(kept)s::int)

-- move_on --
-- Say how far a rehearsal is.
update insights_rehearsal set state = 'RUNNING', done = %(done)s::int, total = %(total)s::int, error = ''
where id = %(rehearsal_id)s::bigint and state <> 'DONE'

-- finish --
-- Keep what came of a rehearsal: its report, or why there is none.
update insights_rehearsal
set state = case when %(report)s::text is null then 'FAILED' else 'DONE' end, report = %(report)s::text::jsonb,
    error = %(error)s::text, finished_at = %(at)s::timestamptz
where id = %(rehearsal_id)s::bigint and state <> 'DONE'

-- rehearsal --
-- One rehearsal with its report.
select id, kind, version_id, version_label, first_date, last_date, state, done, total, error, actor_label, asked_at,
    finished_at, report
from insights_rehearsal where id = %(rehearsal_id)s::bigint

-- rehearsals --
-- The newest rehearsals, without their reports.
select id, kind, version_id, version_label, first_date, last_date, state, done, total, error, actor_label, asked_at,
    finished_at, null
from insights_rehearsal order by id desc limit %(limit)s::int
