-- make_import_table --
-- A table with the columns of the file and nothing else.
create table floor_import (
    c01 text, c02 text, c03 text, c04 text, c05 text, c06 text, c07 text, c08 text, c09 text, c10 text, c11 text,
    c12 text, c13 text, c14 text, c15 text, c16 text, c17 text, c18 text, c19 text, c20 text, c21 text, c22 text,
    c23 text, c24 text
)

-- make_decision_table --
-- A table equal to that of the decisions, with its key, checks and index.
create table floor_decision (like plans_decision including all)

-- decide --
-- The least that deciding a day can be: sums by customer, steps matched by their day, one row for each pair.
insert into floor_decision (run_id, customer_id, step_number, outcome, reasons, next_date)
select 1, debts.customer_id, steps.number,
    case
        when %(today)s::date - debts.oldest_due_date = steps.offset_days then 'ACT'
        when %(today)s::date - debts.oldest_due_date < steps.offset_days then 'WAIT'
        else 'SKIPPED'
    end,
    array[
        case
            when %(today)s::date - debts.oldest_due_date = steps.offset_days then 'step-due'
            when %(today)s::date - debts.oldest_due_date < steps.offset_days then 'not-yet'
            else 'later-step-applies'
        end
    ],
    debts.oldest_due_date + steps.offset_days
from (
    select customer_id, currency, sum(open_amount) as open_amount,
        sum(open_amount) filter (where due_date < %(today)s::date) as overdue_amount,
        count(*) as documents, min(due_date) as oldest_due_date
    from portfolio_receivable
    where open_amount > 0
    group by customer_id, currency
) debts
cross join unnest(%(numbers)s::smallint[], %(offsets)s::int[]) as steps (number, offset_days)
on conflict do nothing

-- rows_written --
-- How many rows of this company's tables were written since the server counts them.
select coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)::bigint
from pg_stat_user_tables where schemaname = current_schema()

-- flush_statistics --
-- Make the server count what this connection has written so far.
select pg_stat_force_next_flush()
