"""Whom a list is about is counted and kept for its page."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0009_exclusion_lists"),
        ("portfolio", "0011_enye_after_n"),
    ]

    operations = [
        migrations.CreateModel(
            name="ExclusionMatch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("place", models.IntegerField()),
                ("points", models.IntegerField()),
                ("by_tax_id", models.BooleanField()),
            ],
        ),
        migrations.AddField(
            model_name="exclusionlist",
            name="matched_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="exclusionlist",
            name="matched_customers",
            field=models.IntegerField(null=True),
        ),
        migrations.AddConstraint(
            model_name="exclusionlist",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("matched_at__isnull", True), ("matched_customers__isnull", True)),
                    models.Q(("matched_at__isnull", False), ("matched_customers__gte", 0)),
                    _connector="OR",
                ),
                name="contacts_list_matched",
            ),
        ),
        migrations.AddField(
            model_name="exclusionmatch",
            name="customer",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="portfolio.customer",
            ),
        ),
        migrations.AddField(
            model_name="exclusionmatch",
            name="of_list",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="contacts.exclusionlist",
            ),
        ),
        migrations.AddConstraint(
            model_name="exclusionmatch",
            constraint=models.UniqueConstraint(fields=("of_list", "place"), name="contacts_match_place"),
        ),
        migrations.AddConstraint(
            model_name="exclusionmatch",
            constraint=models.UniqueConstraint(fields=("customer", "of_list"), name="contacts_match_once"),
        ),
        migrations.AddConstraint(
            model_name="exclusionmatch",
            constraint=models.CheckConstraint(
                condition=models.Q(("points__gt", 0), ("by_tax_id", True), _connector="OR"),
                name="contacts_match_why",
            ),
        ),
    ]
