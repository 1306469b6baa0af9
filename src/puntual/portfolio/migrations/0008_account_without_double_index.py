"""Drop the index of accounts by customer: their key begins with the customer and answers the same questions."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """One index less on every row that comes in."""

    dependencies = [
        ("portfolio", "0007_receivable_uuid_not_null"),
    ]

    operations = [
        migrations.AlterField(
            model_name="account",
            name="customer",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="accounts",
                to="portfolio.customer",
            ),
        ),
    ]
