"""Drop the indexes of keys that nothing searches: each change of a message's state wrote to them."""

import django.db.models.deletion
from django.db import migrations, models


def key_without_index(to: str, *, null: bool = False) -> models.ForeignKey:
    """Describe a foreign key that has no index."""
    return models.ForeignKey(
        db_index=False, null=null, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=to
    )


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0001_initial"),
        ("outreach", "0002_message_reported_and_one_in_flight"),
        ("portfolio", "0001_initial"),
    ]

    operations = [
        # Taking the index of a key away also takes any other index on that column alone, so the constraint is
        # taken away by name and put back.
        migrations.RemoveConstraint("message", "outreach_message_one_in_flight"),
        migrations.AlterField("message", "contact_point", key_without_index("contacts.contactpoint")),
        migrations.AlterField("message", "customer", key_without_index("portfolio.customer")),
        migrations.AlterField("message", "portal_link", key_without_index("outreach.portallink", null=True)),
        migrations.AlterField(
            "message", "template_version", key_without_index("outreach.templateversion", null=True)
        ),
        migrations.AddConstraint(
            "message",
            models.UniqueConstraint(
                condition=models.Q(state__in=["CLAIMED", "SENDING"]),
                fields=("customer",),
                name="outreach_message_one_in_flight",
            ),
        ),
    ]
