-- line_list --
-- One page of the lines in a state, newest first, with the customer of those that are matched.
select l.id, l.bank_account, l.booked_date, l.amount, l.currency, l.reference, l.description, l.state,
       l.payment_id, p.customer_id, c.name as customer_name, c.external_id as customer
from reconciliation_bankline l
left join payments_payment p on p.id = l.payment_id
left join portfolio_customer c on c.id = p.customer_id
where %(state)s::text is null or l.state = %(state)s::text
order by l.booked_date desc, l.id desc
limit %(limit)s::bigint offset %(offset)s::bigint;

-- count_lines --
-- How many lines there are in a state.
select count(*) from reconciliation_bankline l where %(state)s::text is null or l.state = %(state)s::text;

-- counts --
-- How many lines, and how much, in each state and currency.
select l.state, l.currency, count(*) as lines, sum(l.amount) as amount
from reconciliation_bankline l
group by l.state, l.currency
order by l.state, l.currency;

-- line --
-- One line.
select l.id, l.bank_account, l.booked_date, l.amount, l.currency, l.reference, l.description, l.state,
       l.payment_id, p.customer_id, c.name as customer_name, c.external_id as customer
from reconciliation_bankline l
left join payments_payment p on p.id = l.payment_id
left join portfolio_customer c on c.id = p.customer_id
where l.id = %(line_id)s::bigint;
