"""Names are sorted without their accents: Álvarez stands beside Alvarez, not behind Zúñiga."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0009_receivable_past")]

    operations = [
        migrations.RemoveIndex(model_name="customer", name="portfolio_customer_by_name"),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(fields=["search_text", "id"], name="portfolio_customer_by_words"),
        ),
    ]
