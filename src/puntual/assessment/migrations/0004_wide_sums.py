"""A sum of amounts is wider than one of them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assessment", "0003_places_of_runs")]

    operations = [
        migrations.AlterField(
            model_name="customerstate",
            name="overdue_amount",
            field=models.DecimalField(db_default=0, decimal_places=2, max_digits=24),
        ),
    ]
