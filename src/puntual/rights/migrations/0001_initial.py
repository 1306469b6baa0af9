"""Petitions of people, their answers and their history."""

import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("agreements", "0007_holds_for_petitions"),
        ("contacts", "0006_reservation"),
        ("outreach", "0005_portal_link_failed_total"),
        ("portfolio", "0011_enye_after_n"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Petition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=120, unique=True)),
                ("folio", models.CharField(max_length=20, unique=True)),
                ("kind", models.CharField(max_length=14)),
                ("state", models.CharField(db_default="OPEN", max_length=10)),
                ("way", models.CharField(max_length=10)),
                ("cause", models.CharField(db_default="", max_length=30)),
                ("words", models.TextField(db_default="")),
                ("happened_date", models.DateField(null=True)),
                ("agency", models.CharField(db_default="", max_length=120)),
                ("authority_folio", models.CharField(db_default="", max_length=60)),
                ("received_date", models.DateField()),
                ("received_by", models.CharField(db_default="", max_length=120)),
                ("answer_due_date", models.DateField()),
                ("term_source", models.CharField(max_length=300)),
                ("identity_check", models.CharField(db_default="", max_length=16)),
                ("identity_note", models.CharField(db_default="", max_length=300)),
                ("outcome", models.CharField(db_default="", max_length=10)),
                ("answered_at", models.DateTimeField(null=True)),
                ("carry_out_due_date", models.DateField(null=True)),
                ("carried_out_at", models.DateTimeField(null=True)),
                ("blocked_at", models.DateTimeField(null=True)),
                ("reopened_count", models.PositiveSmallIntegerField(db_default=0)),
                ("opened_at", models.DateTimeField()),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "collector",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="portfolio.customer"
                    ),
                ),
                (
                    "hold",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agreements.hold",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=12)),
                ("at", models.DateTimeField()),
                ("actor_label", models.CharField(max_length=120)),
                ("data", models.JSONField()),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "petition",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="rights.petition",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("outcome", models.CharField(max_length=10)),
                ("text", models.TextField()),
                ("actor_label", models.CharField(max_length=120)),
                ("at", models.DateTimeField()),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "message",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="outreach.message",
                    ),
                ),
                (
                    "petition",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="rights.petition",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PetitionContact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "attempt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="contacts.attempt"
                    ),
                ),
                (
                    "petition",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="rights.petition",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="petition",
            index=models.Index(fields=["customer", "-opened_at"], name="rights_petition_customer"),
        ),
        migrations.AddIndex(
            model_name="petition",
            index=models.Index(
                condition=models.Q(("state__in", ["OPEN", "ANSWERED"])),
                fields=["answer_due_date"],
                name="rights_petition_due",
            ),
        ),
        migrations.AddIndex(
            model_name="petition",
            index=models.Index(fields=["kind", "received_date"], name="rights_petition_month"),
        ),
        migrations.AddConstraint(
            model_name="petition",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        ["COMPLAINT", "ACCESS", "RECTIFICATION", "CANCELLATION", "OPPOSITION", "PORTABILITY"],
                    )
                ),
                name="rights_petition_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="petition",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["OPEN", "ANSWERED", "DONE", "WITHDRAWN"])),
                name="rights_petition_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="petition",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("way__in", ["PORTAL", "CALL", "EMAIL", "WHATSAPP", "LETTER", "OFFICE", "AUTHORITY"])
                ),
                name="rights_petition_way",
            ),
        ),
        migrations.AddConstraint(
            model_name="petition",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("identity_check__in", ["", "PORTAL", "DOCUMENT", "KNOWN_DATA", "REPRESENTATIVE"])
                ),
                name="rights_petition_identity",
            ),
        ),
        migrations.AddConstraint(
            model_name="petition",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "COMPLAINT"), models.Q(("cause", ""), _negated=True)),
                    models.Q(models.Q(("kind", "COMPLAINT"), _negated=True), ("cause", "")),
                    _connector="OR",
                ),
                name="rights_petition_cause",
            ),
        ),
        migrations.AddConstraint(
            model_name="petition",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("state__in", ["ANSWERED", "DONE"]),
                        models.Q(("outcome", ""), _negated=True),
                        ("answered_at__isnull", False),
                    ),
                    models.Q(
                        models.Q(("state__in", ["ANSWERED", "DONE"]), _negated=True),
                        ("answered_at__isnull", True),
                        ("outcome", ""),
                    ),
                    _connector="OR",
                ),
                name="rights_petition_outcome",
            ),
        ),
        migrations.AddConstraint(
            model_name="petition",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("outcome", ""),
                    models.Q(("kind", "COMPLAINT"), ("outcome__in", ["FOUNDED", "PARTLY", "UNFOUNDED"])),
                    models.Q(
                        models.Q(("kind", "COMPLAINT"), _negated=True),
                        ("outcome__in", ["GRANTED", "PARTLY", "DENIED"]),
                    ),
                    _connector="OR",
                ),
                name="rights_petition_outcome_of_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="petition",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("carry_out_due_date__isnull", True),
                    models.Q(("identity_check", ""), _negated=True),
                    _connector="OR",
                ),
                name="rights_petition_known_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="petition",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("carried_out_at__isnull", False),
                        ("carry_out_due_date__isnull", False),
                        ("state", "DONE"),
                    ),
                    models.Q(models.Q(("state", "DONE"), _negated=True), ("carried_out_at__isnull", True)),
                    _connector="OR",
                ),
                name="rights_petition_carried_out",
            ),
        ),
        migrations.AddConstraint(
            model_name="petition",
            constraint=models.CheckConstraint(
                condition=models.Q(("answer_due_date__gte", models.F("received_date"))),
                name="rights_petition_dates",
            ),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["petition", "at"], name="rights_event_petition"),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "OPENED",
                            "CHANGED",
                            "TAKEN",
                            "IDENTIFIED",
                            "ANSWERED",
                            "REOPENED",
                            "WITHDRAWN",
                            "BLOCKED",
                            "CARRIED_OUT",
                        ],
                    )
                ),
                name="rights_event_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="answer",
            constraint=models.UniqueConstraint(fields=("petition", "number"), name="rights_answer_once"),
        ),
        migrations.AddConstraint(
            model_name="answer",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome__in", ["FOUNDED", "UNFOUNDED", "GRANTED", "DENIED", "PARTLY"])),
                name="rights_answer_outcome",
            ),
        ),
        migrations.AddConstraint(
            model_name="petitioncontact",
            constraint=models.UniqueConstraint(
                fields=("petition", "attempt"), name="rights_petition_contact_once"
            ),
        ),
    ]
