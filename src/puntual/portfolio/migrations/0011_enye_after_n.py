"""Names are sorted as in Spanish: Ñáñez stands behind Nuño, not between Nava and Neri."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("portfolio", "0010_sorted_by_folded_names"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="customer",
            name="portfolio_customer_by_words",
        ),
        migrations.AddField(
            model_name="customer",
            name="sort_name",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Func(
                    models.F("name"),
                    template="translate(replace(lower(normalize(%(expressions)s, nfkd) collate \"C\"), U&'n\\0303', 'n~'), U&'\\0300\\0301\\0302\\0303\\0308\\030A\\030C\\0327', '')",
                ),
                output_field=models.TextField(db_collation="C"),
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(fields=["sort_name", "id"], name="portfolio_customer_by_name"),
        ),
    ]
