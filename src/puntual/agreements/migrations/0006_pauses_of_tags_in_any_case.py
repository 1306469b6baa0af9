"""A pause of a tag holds whoever has it, in small letters or capitals."""

from django.db import migrations

_VIEW = """
create or replace view agreements_holding as
    select h.id, false as is_portfolio, h.customer_id, h.receivable_id, h.reason::text as reason, h.from_date,
        h.until_date, h.created_at, h.lifted_at
    from agreements_hold h
    union all
    select p.id, true, c.id, null, 'PORTFOLIO:' || p.reason, p.from_date, p.until_date, p.created_at, p.lifted_at
    from agreements_portfoliopause p
    join portfolio_customer c on p.scope = 'ALL'
        or (p.scope = 'STATE' and c.state = p.value)
        or (p.scope = 'TAG' and lower(p.value) = any(lower(c.tags::text)::text[]))
    where p.scope in ('ALL', 'STATE', 'TAG')
    union all
    select p.id, true, r.customer_id, r.id, 'PORTFOLIO:' || p.reason, p.from_date, p.until_date, p.created_at,
        p.lifted_at
    from agreements_portfoliopause p
    join portfolio_account a on a.product = p.value
    join portfolio_receivable r on r.account_id = a.id and r.customer_id = a.customer_id
    where p.scope = 'PRODUCT';
"""
_BEFORE = """
create or replace view agreements_holding as
    select h.id, false as is_portfolio, h.customer_id, h.receivable_id, h.reason::text as reason, h.from_date,
        h.until_date, h.created_at, h.lifted_at
    from agreements_hold h
    union all
    select p.id, true, c.id, null, 'PORTFOLIO:' || p.reason, p.from_date, p.until_date, p.created_at, p.lifted_at
    from agreements_portfoliopause p
    join portfolio_customer c on p.scope = 'ALL'
        or (p.scope = 'STATE' and c.state = p.value)
        or (p.scope = 'TAG' and p.value = any(c.tags))
    where p.scope in ('ALL', 'STATE', 'TAG')
    union all
    select p.id, true, r.customer_id, r.id, 'PORTFOLIO:' || p.reason, p.from_date, p.until_date, p.created_at,
        p.lifted_at
    from agreements_portfoliopause p
    join portfolio_account a on a.product = p.value
    join portfolio_receivable r on r.account_id = a.id and r.customer_id = a.customer_id
    where p.scope = 'PRODUCT';
"""


class Migration(migrations.Migration):
    dependencies = [("agreements", "0005_holds_for_corrections")]

    operations = [migrations.RunSQL(_VIEW, _BEFORE)]
