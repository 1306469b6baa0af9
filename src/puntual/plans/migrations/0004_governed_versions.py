"""
Versions of a plan are governed: drafted, reviewed, approved by a second person, active, retired; then they never change.

Plans of the first form are written in the second one, which says the same with stages and segments as conditions.
"""

import django.db.models.deletion
import django.db.models.functions.datetime
import yaml
from django.db import migrations, models

_ANCHORS = {
    "DUE_DATE": "vencimiento",
    "OLDEST_DUE_DATE": "atraso",
    "PROMISE_DUE_DATE": "promesa",
    "PROMISE_BROKEN": "promesa-incumplida",
    "PAYMENT": "pago",
}
_CHANNELS = {
    "EMAIL": "correo",
    "CALL": "llamada",
    "SMS": "sms",
    "WHATSAPP": "whatsapp",
    "LETTER": "carta",
    "VISIT": "visita",
}
_PURPOSES = {
    "REMINDER": "recordatorio",
    "COLLECTION": "cobranza",
    "THANKS": "agradecimiento",
    "INFORMATION": "informacion",
}
_SEGMENTS = {"NEW": "nuevo", "PUNCTUAL": "puntual", "SLOW": "lento", "RISKY": "riesgoso"}


def _step(old):
    new = {
        "clave": old["clave"],
        "nombre": old["nombre"],
        "ancla": _ANCHORS[old["ancla"]],
        "dias": old["dias"],
        "recuperar": old["recuperar"],
        "dias_habiles": False,
        "canal": _CHANNELS[old["canal"]],
        "fin": _PURPOSES[old["fin"]],
    }
    if old.get("plantilla"):
        new["plantilla"] = old["plantilla"]
    return new


def _second_form(old):
    bounds = old["etapas"]
    late = [
        ["dias_de_atraso", ">=", bounds[f"{name}_desde"]]
        for name in ("administrativa", "extrajudicial", "judicial")
    ]
    return {
        "formato": "puntual-plan-1",
        "clave": old["clave"],
        "nombre": old["nombre"],
        "politica": {"tolerancia_de_promesas_dias_habiles": old["promesas"]["tolerancia_dias_habiles"]},
        "etapas": [
            {"clave": "preventiva", "nombre": "Preventiva", "tipo": "preventiva"},
            {
                "clave": "administrativa",
                "nombre": "Administrativa",
                "tipo": "administrativa",
                "entra": late[0],
            },
            {"clave": "extrajudicial", "nombre": "Extrajudicial", "tipo": "extrajudicial", "entra": late[1]},
            {"clave": "judicial", "nombre": "Judicial", "tipo": "judicial", "entra": late[2]},
        ],
        "segmentos": [
            {
                "clave": "riesgoso",
                "nombre": "Riesgoso",
                "si": {
                    "alguna": [
                        ["promesas_incumplidas_12m", ">=", 2],
                        {"todas": [["documentos_pagados_12m", ">=", 2], ["atraso_habitual", ">", 30]]},
                    ]
                },
            },
            {"clave": "nuevo", "nombre": "Nuevo", "si": ["documentos_pagados_12m", "<", 2]},
            {"clave": "lento", "nombre": "Lento", "si": ["pagados_tarde_12m", ">=", 50]},
            {"clave": "puntual", "nombre": "Puntual"},
        ],
        # One strategy for each step: so each keeps its number, which decisions name.
        "estrategias": [
            {
                **(
                    {"segmentos": [_SEGMENTS[one] for one in step["segmentos"]]}
                    if step.get("segmentos")
                    else {}
                ),
                "pasos": [_step(step)],
            }
            for step in old["pasos"]
        ],
    }


def write_in_second_form(apps, schema_editor):
    """Write plans of the first form in the second one; run again, it finds none."""
    versions = apps.get_model("plans", "PlanVersion").objects
    for version in versions.filter(text=""):
        if "formato" not in version.document:
            version.document = _second_form(version.document)
        version.text = yaml.safe_dump(version.document, allow_unicode=True, sort_keys=False, width=110)
        version.approved_at = version.activated_at or version.created_at
        version.save(update_fields=["document", "text", "approved_at"])


_IMMUTABLE = """
create function plans_version_is_kept() returns trigger language plpgsql as $$
begin
    if old.state not in ('DRAFT') and (
        new.text, new.document, new.document_hash, new.number, new.plan_id, new.author_id, new.author_label
    ) is distinct from (
        old.text, old.document, old.document_hash, old.number, old.plan_id, old.author_id, old.author_label
    ) then
        raise exception 'a plan version that has left the draft does not change' using errcode = 'restrict_violation';
    end if;
    if old.state in ('ACTIVE', 'RETIRED') and new.state not in ('ACTIVE', 'RETIRED') then
        raise exception 'a plan version that was in force is never open again' using errcode = 'restrict_violation';
    end if;
    return new;
end
$$;
create trigger plans_version_is_kept before update on plans_planversion
    for each row execute function plans_version_is_kept();
"""


class Migration(migrations.Migration):
    """Columns, plans of the first form, constraints, trigger."""

    dependencies = [("plans", "0003_step_once_unless_called_off")]

    operations = [
        *(
            migrations.AddField(model_name="planversion", name=name, field=field)
            for name, field in (
                ("text", models.TextField(db_default="")),
                ("change_reason", models.CharField(db_default="", max_length=500)),
                (
                    "based_on",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="plans.planversion",
                    ),
                ),
                ("author_id", models.BigIntegerField(null=True)),
                ("author_label", models.CharField(db_default="", max_length=120)),
                ("submitted_at", models.DateTimeField(null=True)),
                ("approver_id", models.BigIntegerField(null=True)),
                ("approver_label", models.CharField(db_default="", max_length=120)),
                ("approved_at", models.DateTimeField(null=True)),
                (
                    "updated_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            )
        ),
        migrations.RemoveConstraint(model_name="planversion", name="plans_version_state"),
        migrations.RunPython(write_in_second_form, migrations.RunPython.noop),
        migrations.RunSQL("set constraints all immediate", migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="planversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["DRAFT", "REVIEW", "APPROVED", "ACTIVE", "RETIRED"])),
                name="plans_version_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="planversion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["DRAFT", "REVIEW", "APPROVED"])),
                fields=("plan",),
                name="plans_version_one_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="planversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approver_id__isnull", True),
                    ("author_id__isnull", True),
                    models.Q(("approver_id", models.F("author_id")), _negated=True),
                    _connector="OR",
                ),
                name="plans_version_second_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="planversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["DRAFT", "REVIEW"]), ("approved_at__isnull", False), _connector="OR"
                ),
                name="plans_version_approved",
            ),
        ),
        migrations.RunSQL(
            _IMMUTABLE,
            "drop trigger plans_version_is_kept on plans_planversion; drop function plans_version_is_kept()",
        ),
    ]
