"""Drop the index of contact points by customer: their key begins with the customer and answers the same questions."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """One index less on every row that comes in."""

    dependencies = [
        ("contacts", "0002_given_points"),
        ("portfolio", "0008_account_without_double_index"),
    ]

    operations = [
        migrations.AlterField(
            model_name="contactpoint",
            name="customer",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="portfolio.customer",
            ),
        ),
    ]
