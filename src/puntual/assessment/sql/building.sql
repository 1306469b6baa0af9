-- attribute_names --
-- The attributes that the company's files give its customers, by the newest of them: a look at all would be long.
select distinct jsonb_object_keys(newest.attributes) as name
from (
    select attributes from portfolio_customer where attributes <> '{}' order by id desc limit 2000
) newest
order by name
limit 200
