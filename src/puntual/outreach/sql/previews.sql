-- customer_words --
-- What a message would tell of a customer today, apart from the documents.
select c.id, c.language, c.name, c.short_name, c.kind = 'PERSON' as is_person,
    p.amount as promise_amount, p.currency as promise_currency, p.due_date as promise_due,
    b.amount as broken_amount, b.currency as broken_currency, b.due_date as broken_due,
    y.amount as payment_amount, y.currency as payment_currency, y.effective_date as payment_date
from portfolio_customer c
left join lateral (
    select amount, currency, due_date from agreements_promise
    where customer_id = c.id and state = 'ACTIVE'
    order by due_date, id limit 1
) p on true
left join lateral (
    select amount, currency, due_date from agreements_promise
    where customer_id = c.id and state in ('BROKEN', 'PARTLY_KEPT')
    order by due_date desc, id desc limit 1
) b on true
left join lateral (
    select -e.amount as amount, e.currency, e.effective_date
    from portfolio_receivable r
    join portfolio_ledgerentry e on e.receivable_id = r.id
    where r.customer_id = c.id and e.kind = 'PAYMENT' and e.amount < 0
        and not exists (select from portfolio_ledgerentry v where v.reverses_id = e.id)
    order by e.effective_date desc, e.id desc limit 1
) y on true
where c.id = %(customer_id)s::bigint
