"""Keep only indexes that are read: each one costs time on every row that comes in."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Drop what nothing reads."""

    dependencies = [
        ("portfolio", "0002_ledgerentry_append_only"),
    ]

    operations = [
        migrations.AlterField(
            model_name="customer",
            name="external_id",
            field=models.CharField(max_length=80),
        ),
        migrations.AlterField(
            model_name="ledgerentry",
            name="key",
            field=models.CharField(max_length=200),
        ),
        migrations.AlterField(
            model_name="ledgerentry",
            name="receivable",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="entries",
                to="portfolio.receivable",
            ),
        ),
        migrations.AlterField(
            model_name="ledgerentry",
            name="reverses",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reversals",
                to="portfolio.ledgerentry",
            ),
        ),
        migrations.AlterField(
            model_name="receivable",
            name="account",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="receivables",
                to="portfolio.account",
            ),
        ),
        migrations.AlterField(
            model_name="receivable",
            name="customer",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="receivables",
                to="portfolio.customer",
            ),
        ),
        migrations.AlterField(
            model_name="receivable",
            name="key",
            field=models.CharField(max_length=160),
        ),
        migrations.AddConstraint(
            model_name="customer",
            constraint=models.UniqueConstraint(fields=("external_id",), name="portfolio_customer_once"),
        ),
        migrations.AddConstraint(
            model_name="ledgerentry",
            constraint=models.UniqueConstraint(fields=("key",), name="portfolio_entry_once"),
        ),
        migrations.AddConstraint(
            model_name="ledgerentry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("reverses__isnull", False)),
                fields=("reverses",),
                name="portfolio_entry_reversed_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="receivable",
            constraint=models.UniqueConstraint(fields=("key",), name="portfolio_receivable_once"),
        ),
    ]
