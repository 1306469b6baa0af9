-- has_later_entries --
-- Whether the ledger knows a movement after a day: then that day must be read from the ledger. Documents to
-- come are no movement; they are left out by their date of issue.
select exists (
    select from portfolio_ledgerentry where effective_date > %(as_of)s::date and kind <> 'ISSUE'
)

-- ranges --
-- All customers as ranges of so many.
select min(id) - 1, max(id), count(*)
from (select id, (row_number() over (order by id) - 1) / %(size)s::int as piece from portfolio_customer) cut
group by piece order by 1

-- undecided --
-- Customers whom the run of a day has not seen, as ranges of so many without a customer between that it has seen.
-- Not a join: the statistics know nothing of a day that is being decided, and the planner would take it for empty.
with seen as (
    select id, bool_and(is_missed) as is_missed
    from (
        select id, true as is_missed from portfolio_customer
        union all
        select customer_id, false from assessment_dailyfacts where as_of = %(as_of)s::date
    ) everybody
    group by id
),
islands as (
    select id, is_missed,
        row_number() over (order by id) - row_number() over (partition by is_missed order by id) as island
    from seen
),
pieces as (
    select id, island, (row_number() over (partition by island order by id) - 1) / %(size)s::int as piece
    from islands where is_missed
)
select min(id) - 1, max(id), count(*) from pieces
group by island, piece order by 1

-- has_undecided --
-- Whether a customer was added whom the day's run did not see. Not a join, as above.
select exists (
    select id from portfolio_customer
    except
    select customer_id from assessment_dailyfacts where as_of = %(as_of)s::date
)
