-- given_customers --
-- Customers that are new.
select c.external_id, c.name, c.kind, c.short_name, c.tax_id, c.language, c.time_zone, c.state, c.city,
       c.postal_code, c.sector, c.tags, c.attributes
from intake_judged_customer c
where c.customer_id is null;

-- given_points --
-- Contact points of customers that have new ones.
select p.row_number, coalesce(c.merged_into_id, c.id) as customer_id, p.kind, p.value, p.normalized, p.owner_role,
       p.owner_name
from intake_judged_customer j
join intake_staged_point p on p.external_id = j.external_id
join portfolio_customer c on c.external_id = j.external_id
where j.points_new > 0;

-- given_receivables --
-- Documents that are new.
select j.row_number, j.receivable_key as key, coalesce(c.merged_into_id, c.id) as customer_id, s.account, s.product,
       j.document_kind as kind, s.document_number, j.currency, j.issue_date, s.due_date, j.amount, s.attributes
from intake_judged_row j
join intake_staged_row s on s.row_number = j.row_number
join portfolio_customer c on c.external_id = j.customer_key
where j.outcome = 'ACCEPTED' and j.receivable_state = 'NEW';
