-- add_lines --
-- Add the credits that are not there yet and name those that were added.
insert into reconciliation_bankline (
    key, bank_account, booked_date, amount, currency, reference, description, state, created_at
)
select g.key, g.bank_account, g.booked_date, g.amount, g.currency, g.reference, g.description, 'UNMATCHED',
       %(at)s::timestamptz
from unnest(
    %(key)s::text[], %(bank_account)s::text[], %(booked_date)s::date[], %(amount)s::numeric[],
    %(currency)s::text[], %(reference)s::text[], %(description)s::text[]
) with ordinality as g (key, bank_account, booked_date, amount, currency, reference, description, place)
order by g.key
on conflict (key) do nothing
returning id;

-- lines_locked --
-- Lines held until the transaction ends, in the order of their ids.
select l.id, l.booked_date, l.amount, l.currency, l.reference, l.description, l.state
from reconciliation_bankline l
where l.id = any(%(line_ids)s::bigint[])
order by l.id
for update;

-- payments_without_line --
-- Posted payments of these customers that no bank line speaks for, near these days.
select p.id, p.customer_id, p.amount, p.currency, p.value_date
from payments_payment p
where p.customer_id = any(%(customer_ids)s::bigint[]) and p.state = 'POSTED'
  and p.value_date between %(since)s::date and %(until)s::date
  and not exists (select from reconciliation_bankline l where l.payment_id = p.id)
order by p.id;

-- mark_matched --
-- Note which payment each line is.
update reconciliation_bankline l
set state = 'MATCHED', payment_id = g.payment_id
from unnest(%(line_ids)s::bigint[], %(payment_ids)s::bigint[]) as g (line_id, payment_id)
where l.id = g.line_id and l.state = 'UNMATCHED';

-- set_state --
-- Put one line aside, or take it back.
update reconciliation_bankline l
set state = %(state)s::text
where l.id = %(line_id)s::bigint;

-- release_line --
-- Free the line of a payment that was taken back.
update reconciliation_bankline l
set state = 'UNMATCHED', payment_id = null
where l.payment_id = %(payment_id)s::bigint
returning l.id;

-- erase_customer --
-- Take away what the bank wrote of a customer: on the lines of their payments, and wherever it names them.
update reconciliation_bankline l set reference = '', description = ''
where l.payment_id in (select id from payments_payment where customer_id = %(customer_id)s::bigint)
    or exists (
        select from unnest(%(words)s::text[]) as w (word)
        where position(lower(w.word) in lower(l.reference || ' ' || l.description)) > 0
    )
