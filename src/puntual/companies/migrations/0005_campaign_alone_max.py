"""For how many customers a campaign may be launched by one person."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("companies", "0004_portal_identity_of_each"),
    ]

    operations = [
        migrations.AddField(
            model_name="company",
            name="campaign_alone_max",
            field=models.CharField(default="100", max_length=6),
        ),
        migrations.AddConstraint(
            model_name="company",
            constraint=models.CheckConstraint(
                condition=models.Q(("campaign_alone_max__regex", "^[0-9]{1,6}$")),
                name="companies_company_campaign_alone",
            ),
        ),
    ]
