from django.db import migrations, models


class Migration(migrations.Migration):
    """How much a full file may leave out before a person is asked."""

    dependencies = [("companies", "0002_shared_cache")]

    operations = [
        migrations.AddField(
            model_name="company",
            name="missing_percent_max",
            field=models.CharField(default="10", max_length=3),
        ),
        migrations.AddConstraint(
            model_name="company",
            constraint=models.CheckConstraint(
                condition=models.Q(("missing_percent_max__regex", "^([0-9]{1,2}|100)$")),
                name="companies_company_missing_percent",
            ),
        ),
    ]
