-- has_later_entries --
-- Whether the ledger knows a movement after a day: then that day must be read from the ledger. Documents to
-- come are no movement; they are left out by their date of issue.
select exists (
    select from portfolio_ledgerentry where effective_date > %(as_of)s::date and kind <> 'ISSUE'
)

-- undecided --
-- Customers whom the run of a day has not seen, as ranges of so many without a customer between that it has seen.
with seen as (
    select c.id, f.customer_id is null as is_missed
    from portfolio_customer c
    left join assessment_dailyfacts f on f.as_of = %(as_of)s::date and f.customer_id = c.id
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
-- Whether a customer was added whom the day's run did not see.
select exists (
    select from portfolio_customer c
    where not exists (
        select from assessment_dailyfacts f where f.as_of = %(as_of)s::date and f.customer_id = c.id
    )
)
