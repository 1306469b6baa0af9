"""Pauses of a part of the portfolio, and one view of all that holds a customer or a document still."""

import django.db.models.functions.datetime
from django.db import migrations, models

# Who is in a segment of the plan is known to a later stage: those pauses are not in the view.
_VIEW = """
create view agreements_holding as
    select h.id, false as is_portfolio, h.customer_id, h.receivable_id, h.reason::text as reason, h.from_date,
        h.until_date, h.created_at, h.lifted_at
    from agreements_hold h
    union all
    select p.id, true, c.id, null, 'PORTFOLIO:' || p.reason, p.from_date, p.until_date, p.created_at, p.lifted_at
    from agreements_portfoliopause p
    join portfolio_customer c on p.scope = 'ALL'
        or (p.scope = 'STATE' and c.state = p.value)
        or (p.scope = 'TAG' and p.value = any(c.tags))
    where p.scope in ('ALL', 'STATE', 'TAG')
    union all
    select p.id, true, r.customer_id, r.id, 'PORTFOLIO:' || p.reason, p.from_date, p.until_date, p.created_at,
        p.lifted_at
    from agreements_portfoliopause p
    join portfolio_account a on a.product = p.value
    join portfolio_receivable r on r.account_id = a.id and r.customer_id = a.customer_id
    where p.scope = 'PRODUCT';
"""


class Migration(migrations.Migration):
    dependencies = [
        ("agreements", "0003_promise_past"),
        ("portfolio", "0009_receivable_past"),
    ]

    operations = [
        migrations.CreateModel(
            name="PortfolioPause",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("scope", models.CharField(max_length=8)),
                ("value", models.CharField(db_default="", max_length=120)),
                ("reason", models.CharField(max_length=12)),
                ("note", models.CharField(db_default="", max_length=500)),
                ("from_date", models.DateField()),
                ("until_date", models.DateField()),
                ("actor_label", models.CharField(max_length=120)),
                ("lifted_at", models.DateTimeField(null=True)),
                ("lifted_by", models.CharField(db_default="", max_length=120)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("scope__in", ["ALL", "SEGMENT", "TAG", "PRODUCT", "STATE"])),
                        name="agreements_pause_scope",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reason__in", ["DISASTER", "STRIKE", "MIGRATION", "LEGAL", "OTHER"])
                        ),
                        name="agreements_pause_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("scope", "ALL"), ("value", "")),
                            models.Q(
                                models.Q(("scope", "ALL"), _negated=True),
                                models.Q(("value", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="agreements_pause_value",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until_date__gte", models.F("from_date"))),
                        name="agreements_pause_dates",
                    ),
                ],
            },
        ),
        migrations.RunSQL(_VIEW, "drop view agreements_holding"),
    ]
