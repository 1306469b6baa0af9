"""
The shape in which another stage gives many contact points at once.

The table stays empty: who gives rows lays a temporary view of the same name over its own temporary tables.
"""

from django.db import migrations

_CREATE = """
create unlogged table contacts_given_point (
    row_number integer not null,
    customer_id bigint not null,
    kind text not null,
    value text not null,
    normalized text not null,
    owner_role text not null,
    owner_name text not null
);
"""


class Migration(migrations.Migration):
    dependencies = [("contacts", "0001_initial")]

    operations = [migrations.RunSQL(_CREATE, "drop table contacts_given_point")]
