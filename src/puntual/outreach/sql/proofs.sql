-- proofs --
-- What we know of customers that could prove who they are: tax id, own telephones that are not known to be wrong,
-- numbers of their contracts.
select c.id, c.tax_id,
    array(
        select p.normalized from contacts_contactpoint p
        where p.customer_id = c.id and p.kind = 'PHONE' and p.owner_role = 'DEBTOR'
            and p.state not in ('WRONG', 'BOUNCED')
    ),
    array(
        select distinct a.external_id
        from portfolio_receivable r join portfolio_account a on a.id = r.account_id
        where r.customer_id = c.id
    )
from portfolio_customer c
where c.id = any(%(customer_ids)s::bigint[])
