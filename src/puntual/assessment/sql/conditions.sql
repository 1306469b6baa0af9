-- matches --
-- How many customers a condition is true of, what of the overdue they owe by currency, and the most overdue of them.
-- The place of the condition is marked.
with matching as materialized (
    select s.customer_id, s.days_past_due, s.overdue_currency, s.overdue_amount,
        case when s.overdue_currency = '' and s.overdue_amounts <> '{}' then s.overdue_amounts end as several_amounts
    from assessment_customerstate s
    where (/* condition */ true)
),
-- Nearly everybody is overdue in one currency alone, which stands in plain columns.
whole as (
    select overdue_currency as currency, count(*) as customers, sum(overdue_amount) as amount
    from assessment_customerstate group by overdue_currency
),
part as (
    select overdue_currency as currency, count(*) as customers, sum(overdue_amount) as amount
    from matching group by overdue_currency
),
whole_of_several as (
    select o.key as currency, sum(o.value::numeric) as amount
    from assessment_customerstate s
    cross join lateral jsonb_each_text(s.overdue_amounts) o
    where s.overdue_currency = '' and s.overdue_amounts <> '{}'
    group by o.key
),
part_of_several as (
    select o.key as currency, sum(o.value::numeric) as amount
    from matching m
    cross join lateral jsonb_each_text(m.several_amounts) o
    where m.several_amounts is not null
    group by o.key
),
first_page as (
    select m.customer_id, c.external_id, c.name, m.days_past_due, s.overdue_amounts
    from (
        select customer_id, days_past_due from matching
        order by days_past_due desc, customer_id limit %(limit)s::int
    ) m
    join assessment_customerstate s on s.customer_id = m.customer_id
    join portfolio_customer c on c.id = m.customer_id
)
select
    coalesce((select sum(customers) from part), 0)::int as customers,
    coalesce((select sum(customers) from whole), 0)::int as of_customers,
    (
        select jsonb_agg(jsonb_build_array(currency, part_amount::text, whole_amount::text) order by currency)
        from (
            select currency, coalesce(sum(part_amount), 0.00) as part_amount, sum(whole_amount) as whole_amount
            from (
                select currency, 0.00 as part_amount, amount as whole_amount from whole where currency <> ''
                union all select currency, 0.00, amount from whole_of_several
                union all select currency, amount, 0.00 from part where currency <> ''
                union all select currency, amount, 0.00 from part_of_several
            ) amounts
            group by currency
        ) sums
    )::text as overdue,
    (
        select jsonb_agg(
            jsonb_build_array(customer_id, external_id, name, days_past_due, overdue_amounts)
            order by days_past_due desc, customer_id
        )
        from first_page
    )::text as first_customers

-- demanded_ids --
-- The customers that a condition is true of by all that they owe, and those of whom not all may be asked for, with
-- whether it is true of them and whether that is so; the latter alone where only they are asked for. The place of the
-- condition is marked, twice.
select s.customer_id, (/* condition */ true) as holds, s.disputed_count > 0 or s.held_count > 0 as is_partial
from assessment_customerstate s
where ((/* condition */ true) and not %(only_partial)s::boolean) or s.disputed_count > 0 or s.held_count > 0
order by s.customer_id

-- amounts_of --
-- What some customers owe and what of it is overdue, by currency.
select s.customer_id, s.open_amounts::text, s.overdue_amounts::text
from assessment_customerstate s where s.customer_id = any(%(customer_ids)s::bigint[])
