-- move_customer --
-- What a file brought for one customer, posted or waiting, becomes another's.
with movements as (
    update intake_movement set customer_id = %(target_id)s::bigint
    where customer_id = %(source_id)s::bigint
    returning id
)
select 'intake_movement', coalesce(array_agg(id order by id), '{}') from movements

-- return_customer --
-- It goes back.
update intake_movement set customer_id = %(source_id)s::bigint
where customer_id = %(target_id)s::bigint and id = any(%(movements)s::bigint[])
