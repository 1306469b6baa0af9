-- message_facts --
-- What messages tell of their customers, apart from the documents; and what one would tell that is not queued.
with told as (
    select id as message_id, customer_id, template, purpose, action_id, own_title, own_words
    from outreach_message where id = any(%(message_ids)s::bigint[])
    union all
    select 0, %(customer_id)s::bigint, %(template)s::text, %(purpose)s::text, %(action_id)s::bigint, '', ''
    where %(customer_id)s::bigint is not null
)
select m.message_id, m.customer_id, m.template, m.purpose, m.own_title, m.own_words, c.language,
    c.name as customer_name, c.short_name as customer_short_name, c.kind = 'PERSON' as is_person,
    coalesce(a.state, '') as action_state, coalesce(a.step_key, '') as step_key,
    n.version_id, a.step_number, a.anchor_date, a.last_day,
    p.amount as promise_amount, p.currency as promise_currency, p.due_date as promise_due,
    b.amount as broken_amount, b.currency as broken_currency, b.due_date as broken_due,
    y.amounts as payment_amounts, y.currencies as payment_currencies, a.anchor_date as payment_date
from told m
join portfolio_customer c on c.id = m.customer_id
left join plans_action a on a.id = m.action_id
left join plans_run n on n.id = a.run_id
left join lateral (
    select amount, currency, due_date from agreements_promise
    where customer_id = m.customer_id and state = 'ACTIVE'
    order by due_date, id limit 1
) p on true
left join lateral (
    select amount, currency, due_date from agreements_promise
    where customer_id = m.customer_id and state in ('BROKEN', 'PARTLY_KEPT')
    order by due_date desc, id desc limit 1
) b on true
left join lateral (
    select array_agg(s.amount order by s.currency) as amounts,
        array_agg(s.currency order by s.currency) as currencies
    from (
        select -sum(e.amount) as amount, e.currency
        from portfolio_receivable r
        join portfolio_ledgerentry e on e.receivable_id = r.id
        where m.purpose = 'THANKS' and r.customer_id = m.customer_id and e.kind = 'PAYMENT'
            and e.effective_date = a.anchor_date
            and not exists (select from portfolio_ledgerentry v where v.reverses_id = e.id)
        group by e.currency having -sum(e.amount) > 0
    ) s
) y on true

-- documents --
-- What customers owe and may be asked for, oldest first: nothing in dispute, nothing on hold.
select r.customer_id, r.kind, r.document_number, r.due_date, r.open_amount, r.currency, r.issue_date,
    r.original_amount,
    -- What the company's books have lowered already has no discount for paying early.
    r.due_date > %(today)s::date and not exists (
        select from portfolio_ledgerentry e
        where e.receivable_id = r.id and e.kind in ('CREDIT_NOTE', 'DISCOUNT')
            and not exists (select from portfolio_ledgerentry v where v.reverses_id = e.id)
    ) as may_have_discount,
    -- Where interest or costs were charged: all that stands, in the order in which it happened.
    s.kinds, s.amounts, s.is_settled
from portfolio_receivable r
left join lateral (
    select array_agg(e.kind order by e.effective_date, e.id) as kinds,
        array_agg(e.amount order by e.effective_date, e.id) as amounts,
        array_agg(
            e.kind = 'PAYMENT' or (e.amount < 0 and e.key like %(balance_keys)s::text)
            order by e.effective_date, e.id
        ) as is_settled
    from portfolio_ledgerentry e
    where e.receivable_id = r.id and e.kind <> 'REVERSAL'
        and not exists (select from portfolio_ledgerentry v where v.reverses_id = e.id)
) s on exists (
    select from portfolio_ledgerentry e where e.receivable_id = r.id and e.kind in ('INTEREST', 'FEE')
)
where r.customer_id = any(%(customer_ids)s::bigint[]) and r.open_amount > 0
    and r.due_date <= %(due_until)s::date
    and not exists (
        select from agreements_dispute d
        where d.customer_id = r.customer_id and (d.receivable_id = r.id or d.receivable_id is null)
            and d.state in ('OPENED', 'IN_REVIEW')
    )
    and not exists (
        select from agreements_holding h
        where h.customer_id = r.customer_id and (h.receivable_id = r.id or h.receivable_id is null)
            and h.lifted_at is null and %(today)s::date between h.from_date and h.until_date
    )
order by r.customer_id, r.due_date, r.id
