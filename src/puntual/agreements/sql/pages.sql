-- promise_page --
-- Promises after a place, in the order in which they were made, of one customer or of all.
select p.id, c.external_id as customer, p.amount, p.paid_amount, p.currency, p.made_on, p.due_date, p.state, p.channel
from agreements_promise p
join portfolio_customer c on c.id = p.customer_id
where p.id > %(after)s::bigint
    and (%(customer_id)s::bigint is null or p.customer_id = %(customer_id)s::bigint)
    and (%(state)s::text is null or p.state = %(state)s::text)
order by p.id
limit %(limit)s::bigint
