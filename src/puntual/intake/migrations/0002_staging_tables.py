"""
The shape of the staging tables.

They stay empty: every load works in temporary tables of the same shape and name, which nobody else sees,
which write no log and which vanish with the connection. These here give that shape, and something for
EXPLAIN and for checks of the schema to look at.
"""

from django.db import migrations

_CREATE = """
create unlogged table intake_staged_row (
    row_number integer not null,
    outcome text not null,
    reason text not null,
    detail text not null,
    raw text,
    customer_key text not null,
    receivable_key text,
    document_number text not null,
    document_kind text not null,
    account text not null,
    product text not null,
    currency text not null,
    issue_date date,
    due_date date,
    amount numeric(18, 2),
    open_amount numeric(18, 2),
    attributes text not null,
    paid_date date,
    paid_amount numeric(18, 2),
    method text not null,
    reference text not null,
    note text not null
);
create unlogged table intake_staged_fact (
    row_number integer not null,
    external_id text not null,
    name text not null,
    short_name text not null,
    kind text not null,
    kind_guess text not null,
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
create unlogged table intake_staged_point (
    row_number integer not null,
    external_id text not null,
    kind text not null,
    value text not null,
    normalized text not null,
    owner_role text not null,
    owner_name text not null
);
create unlogged table intake_judged_row (
    row_number integer not null primary key,
    outcome text not null,
    reason text not null,
    detail text not null,
    customer_key text not null,
    customer_id bigint,
    receivable_id bigint,
    receivable_key text,
    receivable_state text not null,
    document_kind text not null,
    currency text not null,
    issue_date date,
    amount numeric(18, 2),
    payment_state text not null,
    payment_key text,
    payment_amount numeric(18, 2),
    allocated_amount numeric(18, 2),
    balance_change numeric(18, 2) not null
);
create unlogged table intake_judged_customer (
    external_id text not null primary key,
    first_row integer not null,
    customer_id bigint,
    is_changed boolean not null,
    points_new integer not null,
    name text not null,
    short_name text not null,
    kind text not null,
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
"""
_DROP = """
drop table intake_judged_customer;
drop table intake_judged_row;
drop table intake_staged_point;
drop table intake_staged_fact;
drop table intake_staged_row;
"""


class Migration(migrations.Migration):
    dependencies = [("intake", "0001_initial")]

    operations = [migrations.RunSQL(_CREATE, _DROP)]
