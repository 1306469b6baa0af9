-- tell --
-- Say how far an import is; nothing where another hand holds the row, for telling must not wait.
update intake_import i
set phase = %(phase)s::text, steps_done = %(done)s::integer, steps_total = %(total)s::integer
where i.id = (
    select own.id from intake_import own
    where own.id = %(import_id)s::bigint and own.state in ('APPLYING', 'UPLOADED')
    for no key update skip locked
);

-- is_cancel_requested --
-- Whether a person asked to stop an import.
select i.cancel_requested_at is not null from intake_import i where i.id = %(import_id)s::bigint;

-- request_cancel --
-- Ask an import that is being read or applied to stop.
update intake_import set cancel_requested_at = coalesce(cancel_requested_at, %(at)s::timestamptz)
where id = %(import_id)s::bigint and (state = 'APPLYING' or (state = 'UPLOADED' and phase <> ''));

-- stop --
-- Note that nobody applies an import any more. The word to stop stays: a hand that just began hears it.
update intake_import set state = 'PREVIEWED', phase = '', error = %(error)s::text
where id = %(import_id)s::bigint and state = 'APPLYING';

-- begin --
-- Note that an import is under way; one that is done, or whose file was erased, stays what it is.
update intake_import
set cancel_requested_at = case when state = 'APPLYING' then cancel_requested_at end,
    state = 'APPLYING', error = '', phase = 'WAITING', steps_done = 0, steps_total = 0
where id = %(import_id)s::bigint and state not in ('APPLIED', 'REFUSED');

-- progress --
-- How far an import is.
select i.id, i.state, i.phase, i.steps_done, i.steps_total, i.cancel_requested_at is not null
from intake_import i where i.id = %(import_id)s::bigint;
