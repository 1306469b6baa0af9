-- add_people --
-- Customers of every kind and place, with tags and two attributes.
insert into portfolio_customer (external_id, kind, name, state, city, sector, tags, attributes, search_text)
select 'C' || n, case when n %% 3 = 0 then 'COMPANY' else 'PERSON' end, 'Cliente ' || n,
    (array['Jalisco', 'CDMX', 'Nuevo León', 'Puebla', 'Michoacán'])[1 + n %% 5], 'Ciudad ' || n %% 900,
    'giro ' || n %% 40, case when n %% 10 = 0 then array['vip'] else '{}' end,
    jsonb_build_object('score', (300 + n::bigint * 7919 %% 550)::text, 'zona', 'zona ' || n %% 7), 'cliente ' || n
from generate_series(1, %(customers)s::int) n

-- add_states --
-- Where each of them stands: some owe nothing, few owe in two currencies.
insert into assessment_customerstate (
    customer_id, stage, stage_since, segment, segment_since, as_of, days_past_due, overdue_amounts, overdue_currency,
    overdue_amount, open_amounts, buckets, open_count, overdue_count, next_due_date, average_days_late_12m,
    average_days_to_pay_12m, paid_count_3m, late_count_3m, paid_count_12m, late_count_12m, last_payment_on,
    first_issue_date, late_months, promise_due_date, last_contact_on, contact_count_30d, unanswered_count,
    answering_channel, answering_hour, has_email, has_phone
)
select id, 'ADMINISTRATIVE', %(today)s::date - 30, 'SLOW', %(today)s::date - 30, %(today)s::date, h %% 130,
    case
        when h %% 7 = 0 then '{}'::jsonb
        when h %% 50 = 1 then jsonb_build_object('MXN', (h %% 90000)::text || '.50', 'USD', (h %% 900)::text || '.00')
        else jsonb_build_object('MXN', (h %% 90000)::text || '.50')
    end,
    case when h %% 7 = 0 or h %% 50 = 1 then '' else 'MXN' end,
    case when h %% 7 = 0 or h %% 50 = 1 then 0 else h %% 90000 + 0.50 end,
    jsonb_build_object('MXN', (h %% 90000 + 1000)::text || '.50'),
    jsonb_build_object('MXN', jsonb_build_array('1000.00', '10.00', '20.00', '0.00', '0.00')),
    h %% 9, h %% 5, %(today)s::date + h %% 30, h %% 40, h %% 90, h %% 4, h %% 3, h %% 20, h %% 11,
    %(today)s::date - h %% 300, %(today)s::date - 900,
    case when h %% 9 = 0 then '{12}'::smallint[] else '{}' end,
    case when h %% 12 = 0 then %(today)s::date + 7 end, %(today)s::date - h %% 40, h %% 6, h %% 6,
    case when h %% 3 = 0 then 'EMAIL' else '' end, case when h %% 3 = 0 then h %% 24 end, true, h %% 4 <> 0
from (select id, (id * 7919 %% 1000003)::int as h from portfolio_customer) p
