"""Find a debt by the UUID of its CFDI: payment complements name by it what they pay."""

from django.db import migrations, models
from django.db.models.fields.json import KeyTextTransform


class Migration(migrations.Migration):
    """One partial index; a debt without a CFDI costs nothing."""

    dependencies = [
        ("portfolio", "0004_merged_into"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="receivable",
            index=models.Index(
                KeyTextTransform("uuid", "attributes"),
                condition=models.Q(("attributes__has_key", "uuid")),
                name="portfolio_receivable_uuid",
            ),
        ),
    ]
