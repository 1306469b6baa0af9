"""Keep only indexes that are read: each one costs time on every row that comes in."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Drop what nothing reads."""

    dependencies = [
        ("payments", "0002_guard_currencies_and_answers"),
        ("portfolio", "0003_leaner_indexes"),
    ]

    operations = [
        migrations.AlterField(
            model_name="allocation",
            name="receivable",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="portfolio.receivable",
            ),
        ),
        migrations.AlterField(
            model_name="payment",
            name="customer",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="portfolio.customer",
            ),
        ),
        migrations.AlterField(
            model_name="payment",
            name="key",
            field=models.CharField(max_length=160),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.UniqueConstraint(fields=("key",), name="payments_payment_once"),
        ),
    ]
