"""Parts of a payment, found by their group, and what the whole of it comes to."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("intake", "0010_credit_notes_on_several_documents")]

    operations = [
        migrations.AddIndex(
            "movement",
            models.Index(
                fields=["payment_group"],
                name="intake_movement_group",
                condition=~models.Q(payment_group=""),
            ),
        ),
        migrations.RunSQL(
            "alter table intake_staged_row add column payment_total numeric(18, 2)",
            "alter table intake_staged_row drop column payment_total",
        ),
    ]
