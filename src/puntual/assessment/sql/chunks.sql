-- has_later_entries --
-- Whether the ledger knows a movement after a day: then that day must be read from the ledger. Documents to
-- come are no movement; they are left out by their date of issue.
select exists (
    select from portfolio_ledgerentry where effective_date > %(as_of)s::date and kind <> 'ISSUE'
)

-- chunk_end --
-- The last customer of the next chunk after a customer, and how many it holds.
select max(id), count(*) from (
    select id from portfolio_customer
    where id > %(after)s::bigint
    order by id limit %(size)s::int
) chunk

-- undecided --
-- Customers up to the marker of a run that it did not see, because they were committed after it had passed,
-- as ranges without a customer between that it did see.
with seen as (
    select c.id, f.customer_id is null as is_missed
    from portfolio_customer c
    left join assessment_dailyfacts f on f.as_of = %(as_of)s::date and f.customer_id = c.id
    where c.id <= %(up_to)s::bigint
),
islands as (
    select id, is_missed,
        row_number() over (order by id) - row_number() over (partition by is_missed order by id) as island
    from seen
)
select min(id) - 1, max(id), count(*) from islands where is_missed
group by island order by 1

-- has_undecided --
-- Whether a customer was added whom the day's run did not see.
select exists (
    select from portfolio_customer c
    where not exists (
        select from assessment_dailyfacts f where f.as_of = %(as_of)s::date and f.customer_id = c.id
    )
)
