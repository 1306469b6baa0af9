from django.db import migrations, models


class Migration(migrations.Migration):
    """When the day of a company is decided, and for how long its decisions are kept."""

    dependencies = [("companies", "0005_campaign_alone_max")]

    operations = [
        migrations.AddField(
            model_name="company",
            name="run_starts_at",
            field=models.CharField(default="06:00", max_length=5),
        ),
        migrations.AddField(
            model_name="company",
            name="decisions_kept_months",
            field=models.CharField(default="24", max_length=3),
        ),
        migrations.AddConstraint(
            model_name="company",
            constraint=models.CheckConstraint(
                condition=models.Q(("run_starts_at__regex", "^([01][0-9]|2[0-3]):[0-5][0-9]$")),
                name="companies_company_run_starts_at",
            ),
        ),
        migrations.AddConstraint(
            model_name="company",
            constraint=models.CheckConstraint(
                condition=models.Q(("decisions_kept_months__regex", "^([1-9]|[1-9][0-9]|1[01][0-9]|120)$")),
                name="companies_company_decisions_kept",
            ),
        ),
    ]
