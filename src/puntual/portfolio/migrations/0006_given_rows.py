"""
The shape in which another stage gives many new customers and receivables at once.

The tables stay empty: who gives rows lays a temporary view of the same name over its own temporary tables.
"""

from django.db import migrations

_CREATE = """
create unlogged table portfolio_given_customer (
    external_id text not null,
    name text not null,
    kind text not null,
    short_name text not null,
    tax_id text not null,
    language text not null,
    time_zone text not null,
    state text not null,
    city text not null,
    postal_code text not null,
    sector text not null,
    tags text[] not null,
    attributes jsonb not null
);
create unlogged table portfolio_given_receivable (
    row_number integer not null,
    key text not null,
    customer_id bigint not null,
    account text not null,
    product text not null,
    kind text not null,
    document_number text not null,
    currency text not null,
    issue_date date not null,
    due_date date not null,
    amount numeric(18, 2) not null,
    attributes text not null
);
"""
_DROP = """
drop table portfolio_given_receivable;
drop table portfolio_given_customer;
"""


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0005_receivable_uuid")]

    operations = [migrations.RunSQL(_CREATE, _DROP)]
