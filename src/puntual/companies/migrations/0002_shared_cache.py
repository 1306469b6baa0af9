"""The cache that every process of every host shares: limits on sign-in count for all of them together."""

from django.db import migrations


class Migration(migrations.Migration):
    """Create the table of Django's database cache; it may be lost in a crash, so it is not logged."""

    dependencies = [("companies", "0001_initial")]

    operations = [
        migrations.RunSQL(
            """
            create unlogged table if not exists puntual_cache (
                cache_key varchar(255) primary key,
                value text not null,
                expires timestamptz not null
            );
            create index if not exists puntual_cache_expires on puntual_cache (expires);
            """,
            "drop table if exists puntual_cache;",
        )
    ]
