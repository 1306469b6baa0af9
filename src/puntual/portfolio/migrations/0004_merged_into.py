"""A customer may be found to be one person with another."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Add with whom a customer was united."""

    dependencies = [
        ("portfolio", "0003_leaner_indexes"),
    ]

    operations = [
        migrations.AddField(
            model_name="customer",
            name="merged_into",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="portfolio.customer",
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("merged_into__isnull", False)),
                fields=["merged_into"],
                name="portfolio_customer_merged",
            ),
        ),
        migrations.AddConstraint(
            model_name="customer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("merged_into", models.F("id")), _negated=True),
                    ("merged_into__isnull", True),
                    _connector="OR",
                ),
                name="portfolio_customer_not_into_itself",
            ),
        ),
    ]
