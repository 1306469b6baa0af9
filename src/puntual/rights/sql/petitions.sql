-- insert_petition --
-- Keep a petition under a folio of its own.
with number as (
    select nextval(pg_get_serial_sequence('rights_petition', 'id')) as id
)
insert into rights_petition (
    id, key, folio, kind, customer_id, way, cause, words, happened_date, agency, collector_id, authority_folio,
    received_date, received_by, answer_due_date, term_source, identity_check, identity_note, hold_id, opened_at,
    created_at
)
select n.id, %(key)s::text,
    case when %(kind)s::text = 'COMPLAINT' then 'Q-' else 'S-' end
        || extract(year from %(received_date)s::date)::text || '-' || lpad(n.id::text, 6, '0'),
    %(kind)s::text, %(customer_id)s::bigint, %(way)s::text, %(cause)s::text, %(words)s::text,
    %(happened_date)s::date, %(agency)s::text, %(collector_id)s::bigint, %(authority_folio)s::text,
    %(received_date)s::date, %(received_by)s::text, %(answer_due_date)s::date, %(term_source)s::text,
    %(identity_check)s::text, %(identity_note)s::text, %(hold_id)s::bigint, %(at)s::timestamptz,
    %(at)s::timestamptz
from number n
returning id, folio

-- petition_by_key --
-- Find the petition that came in under a key.
select id, customer_id, kind from rights_petition where key = %(key)s::text

-- insert_contacts --
-- Tie stored contacts of the customer to a petition; those of anybody else are left out.
insert into rights_petitioncontact (petition_id, attempt_id, created_at)
select p.id, a.id, %(at)s::timestamptz
from rights_petition p
join contacts_attempt a on a.customer_id = p.customer_id and a.id = any(%(attempt_ids)s::bigint[])
where p.id = %(petition_id)s::bigint
on conflict do nothing

-- insert_event --
-- Add to the history of a petition.
insert into rights_event (petition_id, kind, at, actor_label, data, created_at)
values (
    %(petition_id)s::bigint, %(kind)s::text, %(at)s::timestamptz, %(actor_label)s::text, %(data)s::jsonb,
    %(at)s::timestamptz
)

-- lock_petition --
-- Hold a petition until the transaction ends.
select id from rights_petition where id = %(petition_id)s::bigint for update

-- change --
-- Say better what a complaint is about.
update rights_petition
set cause = %(cause)s::text, agency = %(agency)s::text, collector_id = %(collector_id)s::bigint
where id = %(petition_id)s::bigint

-- take --
-- Give a petition to who owes the answer.
update rights_petition p set owner_id = u.id
from identity_user u
where p.id = %(petition_id)s::bigint and u.id = %(owner_id)s::bigint and u.is_active

-- identify --
-- Note how it was made sure who asks.
update rights_petition
set identity_check = %(identity_check)s::text, identity_note = %(identity_note)s::text
where id = %(petition_id)s::bigint

-- answer --
-- Answer an open petition.
update rights_petition
set state = 'ANSWERED', outcome = %(outcome)s::text, answered_at = %(at)s::timestamptz,
    carry_out_due_date = %(carry_out_due_date)s::date
where id = %(petition_id)s::bigint and state = 'OPEN'

-- insert_answer --
-- Keep the words of an answer; there is one for each opening.
insert into rights_answer (petition_id, number, outcome, text, actor_label, at, message_id, created_at)
select id, reopened_count + 1, %(outcome)s::text, %(text)s::text, %(actor_label)s::text, %(at)s::timestamptz,
    %(message_id)s::bigint, %(at)s::timestamptz
from rights_petition where id = %(petition_id)s::bigint

-- reopen --
-- Open an answered petition again, with a new deadline; what was done of it stays in its history.
update rights_petition
set state = 'OPEN', outcome = '', answered_at = null, carry_out_due_date = null, carried_out_at = null,
    blocked_at = null, answer_due_date = %(answer_due_date)s::date, term_source = %(term_source)s::text,
    hold_id = %(hold_id)s::bigint, reopened_count = reopened_count + 1
where id = %(petition_id)s::bigint and state in ('ANSWERED', 'DONE')

-- insert_reopening --
-- Keep why it was opened again; there is one for each opening after the first.
insert into rights_reopening (petition_id, number, key, words, is_by_person, actor_label, at, created_at)
select id, reopened_count + 1, %(key)s::text, %(words)s::text, %(is_by_person)s::boolean, %(actor_label)s::text,
    %(at)s::timestamptz, %(at)s::timestamptz
from rights_petition where id = %(petition_id)s::bigint

-- reopening_by_key --
-- Which petition was opened again under a key.
select petition_id from rights_reopening where key = %(key)s::text

-- withdraw --
-- End a petition that the person took back.
update rights_petition set state = 'WITHDRAWN'
where id = %(petition_id)s::bigint and state = 'OPEN'

-- block --
-- Note that a deletion waits until nothing is owed.
update rights_petition set blocked_at = coalesce(blocked_at, %(at)s::timestamptz)
where id = %(petition_id)s::bigint and state = 'ANSWERED'

-- carry_out --
-- Note that what was granted was done.
update rights_petition set state = 'DONE', carried_out_at = %(at)s::timestamptz
where id = %(petition_id)s::bigint and state = 'ANSWERED' and carry_out_due_date is not null

-- erase_petitions --
-- Take away the words of a customer's petitions; what kind they were and how they ended stays.
update rights_petition set words = '', identity_note = ''
where customer_id = %(customer_id)s::bigint and (words <> '' or identity_note <> '')

-- erase_answers --
-- Take away what a customer was answered.
update rights_answer a set text = ''
from rights_petition p
where p.id = a.petition_id and p.customer_id = %(customer_id)s::bigint and a.text <> ''

-- erase_reopenings --
-- Take away why a customer's petitions were opened again.
update rights_reopening r set words = ''
from rights_petition p
where p.id = r.petition_id and p.customer_id = %(customer_id)s::bigint and r.words <> ''

-- move_customer --
-- Petitions of one customer become those of another.
update rights_petition set customer_id = %(target_id)s::bigint
where customer_id = %(source_id)s::bigint
returning id

-- return_customer --
-- They go back.
update rights_petition set customer_id = %(source_id)s::bigint
where customer_id = %(target_id)s::bigint and id = any(%(petitions)s::bigint[])
