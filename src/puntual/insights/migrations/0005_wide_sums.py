"""A sum of amounts is wider than one of them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("insights", "0004_rehearsals")]

    operations = [
        migrations.AlterField(
            model_name="snapshot",
            name="open_amount",
            field=models.DecimalField(decimal_places=2, max_digits=24),
        ),
    ]
