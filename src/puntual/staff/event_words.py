"""The audit trail in the words of people: what was done, to what, and what it says of before and after."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from puntual.lib import formats
from puntual.staff.forms.settings import CompanyForm
from puntual.web import states
from puntual.web.hours import WEEKDAYS

# What a filter of the page shows, and the sentence of each act.
GROUPS: Mapping[str, tuple[str | Promise, Mapping[str, str | Promise]]] = {
    "people": (
        lazy("Usuarios y llaves"),
        {
            "user-created": lazy("Dio de alta a una persona"),
            "user-changed": lazy("Cambió el puesto o el acceso de una persona"),
            "api-key-created": lazy("Creó una llave de API"),
            "api-key-revoked": lazy("Revocó una llave de API"),
        },
    ),
    "company": (
        lazy("Empresa y fuentes"),
        {
            "company-changed": lazy("Cambió los datos de la empresa"),
            "papers-changed": lazy("Cambió los papeles que pide a cada expediente"),
            "source-created": lazy("Creó una fuente"),
            "source-changed": lazy("Cambió una fuente"),
            "source-paused": lazy("Puso en pausa una fuente"),
            "source-resumed": lazy("Reanudó una fuente"),
            "source-removed": lazy("Quitó una fuente"),
            "source-skipped": lazy("Siguió sin archivos que una fuente no pudo cargar"),
            "own-law-in-force": lazy("Puso en vigor reglas de la empresa"),
            "own-law-proposed": lazy("Propuso cambiar las reglas de la empresa"),
            "own-law-refused": lazy("Rechazó un cambio de las reglas de la empresa"),
        },
    ),
    "imports": (
        lazy("Importaciones"),
        {
            "apply-import": lazy("Cargó un archivo"),
            "cancel-import": lazy("Detuvo una importación"),
            "close-missing": lazy("Cerró lo que faltaba en un archivo completo"),
            "save-import-profile": lazy("Guardó un perfil de importación"),
            "rename-import-profile": lazy("Cambió el nombre de un perfil de importación"),
            "delete-import-profile": lazy("Borró un perfil de importación"),
        },
    ),
    "plan": (
        lazy("Plan, aprobaciones y campañas"),
        {
            "adopt-plan": lazy("Adoptó un plan"),
            "draft-plan": lazy("Empezó un borrador del plan"),
            "edit-plan": lazy("Editó un borrador del plan"),
            "explain-plan": lazy("Escribió el motivo de una versión del plan"),
            "submit-plan": lazy("Mandó a revisión una versión del plan"),
            "return-plan": lazy("Devolvió una versión del plan"),
            "approve-plan": lazy("Aprobó una versión del plan"),
            "activate-plan": lazy("Puso en vigor una versión del plan"),
            "discard-plan": lazy("Descartó un borrador del plan"),
            "action-approved": lazy("Aprobó una gestión"),
            "action-stopped": lazy("Detuvo una gestión"),
            "action-changed": lazy("Cambió una gestión en espera"),
            "step-stopped": lazy("Detuvo un paso por un día"),
            "step-resumed": lazy("Dejó seguir un paso detenido"),
            "contact-released": lazy("Liberó un contacto que la ley deja a una persona"),
            "contact-not-released": lazy("No liberó un contacto que la ley deja a una persona"),
            "campaign-proposed": lazy("Pidió una campaña"),
            "campaign-launched": lazy("Lanzó una campaña"),
            "campaign-stopped": lazy("Detuvo una campaña"),
            "portfolio-paused": lazy("Puso en pausa una parte de la cartera"),
            "portfolio-resumed": lazy("Terminó una pausa de la cartera"),
        },
    ),
    "cases": (
        lazy("Casos"),
        {
            "contact-recorded": lazy("Registró un contacto"),
            "promise-made": lazy("Registró una promesa"),
            "promise-superseded": lazy("Sustituyó una promesa"),
            "promise-cancelled": lazy("Canceló una promesa"),
            "promise-kept": lazy("Se cumplió una promesa"),
            "promise-partly-kept": lazy("Se cumplió en parte una promesa"),
            "promise-broken": lazy("No se cumplió una promesa"),
            "promise-reopened": lazy("Una promesa volvió a estar vigente"),
            "promise-progress": lazy("Avanzó el pago de una promesa"),
            "dispute-opened": lazy("Abrió una aclaración"),
            "dispute-in-review": lazy("Tomó una aclaración"),
            "dispute-closed": lazy("Contestó una aclaración"),
            "petition-opened": lazy("Recibió una queja o solicitud"),
            "petition-changed": lazy("Corrigió de qué trata una queja"),
            "petition-taken": lazy("Asignó una queja o solicitud"),
            "petition-identified": lazy("Comprobó quién hace una solicitud"),
            "petition-answered": lazy("Contestó una queja o solicitud"),
            "petition-reopened": lazy("Abrió de nuevo una queja o solicitud"),
            "petition-withdrawn": lazy("Cerró una queja o solicitud que se retiró"),
            "petition-blocked": lazy("Bloqueó los datos de una persona"),
            "petition-data-mailed": lazy("Adjuntó a una respuesta los datos de la persona"),
            "petition-carried-out": lazy("Cumplió una solicitud sobre datos"),
            "hold-placed": lazy("Puso en pausa a un cliente"),
            "hold-lifted": lazy("Reanudó la gestión de un cliente"),
            "task-put-aside": lazy("Descartó una tarea"),
            "customer-moved": lazy("Pasó un caso a despacho, a jurídico o a otra etapa"),
            "customer-taken-back": lazy("Retomó un caso"),
            "message-resolved": lazy("Aclaró si un mensaje salió"),
            "portal-link-shown": lazy("Sacó una liga del portal"),
            "portal-link-revoked": lazy("Revocó una liga del portal"),
        },
    ),
    "customers": (
        lazy("Datos de clientes"),
        {
            "customer-changed": lazy("Corrigió los datos de un cliente"),
            "contact-point-added": lazy("Agregó un medio de contacto"),
            "contact-point-state": lazy("Marcó un medio de contacto"),
            "consent-set": lazy("Guardó una preferencia de contacto"),
            "exclusion-list-applied": lazy("Puso en vigor una lista de exclusión"),
            "exclusion-list-withdrawn": lazy("Retiró una lista de exclusión"),
            "contact-wish-set": lazy("Guardó cómo quiere la persona que la contacten"),
            "circumstance-recorded": lazy("Registró una circunstancia de la persona"),
            "circumstance-ended": lazy("Terminó una circunstancia de la persona"),
            "customers-merged": lazy("Unió dos clientes"),
            "customers-parted": lazy("Deshizo una unión"),
            "duplicate-rejected": lazy("Dijo que dos clientes no son el mismo"),
            "customer-erased": lazy("Borró los datos personales de un cliente"),
            "finding-accepted": lazy("Dio por bueno un dato dudoso"),
            "finding-reopened": lazy("Volvió a abrir un dato dudoso"),
            "paper-seen": lazy("Vio un papel del expediente"),
            "own-data-made": lazy("Sacó los datos que una persona pidió"),
            "evidence-made": lazy("Sacó el expediente de evidencia de un cliente"),
        },
    ),
    "money": (
        lazy("Pagos"),
        {
            "record-payment": lazy("Registró un pago"),
            "reverse-payment": lazy("Revirtió un pago"),
            "apply-credit": lazy("Aplicó saldo a favor"),
            "release-payment": lazy("Liberó un pago de un documento"),
            "answer-report": lazy("Contestó un aviso de pago"),
            "import-bank-statement": lazy("Subió un estado de cuenta"),
            "match-bank-line": lazy("Asignó un depósito"),
            "set-bank-line-state": lazy("Marcó un depósito"),
            "assign-movement": lazy("Dijo de quién es un pago por identificar"),
            "split-movement": lazy("Dividió un pago por identificar"),
            "dismiss-movement": lazy("Descartó un pago por identificar"),
            "reopen-movement": lazy("Recuperó un pago por identificar"),
        },
    ),
}
SENTENCES: Mapping[str, str | Promise] = {
    action: words for _label, acts in GROUPS.values() for action, words in acts.items()
}
ACTORS: Mapping[str, str | Promise] = {
    "SYSTEM": lazy("Puntual, por sí mismo"),
    "DEBTOR": lazy("Los deudores, en el portal"),
    "API_KEY": lazy("Programas con llave de API"),
}
_LABELS: Mapping[str, str | Promise] = {
    **{name: field.label or name for name, field in CompanyForm.base_fields.items()},
    "role": lazy("puesto"),
    "is_active": lazy("con acceso"),
    "scope": lazy("alcance"),
    "number": lazy("versión"),
    "name": lazy("nombre"),
    "customers": lazy("clientes"),
    "actions": lazy("gestiones"),
    "note": lazy("motivo"),
    "as_of": lazy("día"),
    "state": lazy("estado"),
    "paid_amount": lazy("pagado"),
    "reason": lazy("motivo"),
    "rules": lazy("reglas"),
    "reserved": lazy("apartado antes"),
    "amount": lazy("importe"),
    "channel": lazy("canal"),
    "template": lazy("texto"),
    "due_date": lazy("para el"),
    "answer_due_date": lazy("responder a más tardar el"),
    "from_date": lazy("desde"),
    "until_date": lazy("hasta"),
    "not_before": lazy("no antes de"),
    "value": lazy("valor"),
    "value_date": lazy("fecha valor"),
    "method": lazy("forma de pago"),
    "unapplied_amount": lazy("por aplicar"),
    "released": lazy("liberado"),
    "decision": lazy("decisión"),
    "fields": lazy("datos"),
    "tasks_done": lazy("tareas hechas"),
    "rows_total": lazy("filas"),
    "rows_accepted": lazy("aceptadas"),
    "rows_rejected": lazy("rechazadas"),
    "receivables": lazy("documentos"),
    "approved_by": lazy("aprobó"),
    "new": lazy("depósitos nuevos"),
    "linked": lazy("reconocidos"),
    "paid": lazy("pagos hechos"),
    "names": lazy("archivos"),
    "papers": lazy("papeles"),
    "schedule_minutes": lazy("cada cuántos minutos"),
    "profile": lazy("perfil"),
    "kind": lazy("tipo"),
    "owner_role": lazy("de quién es"),
    "source": lazy("de dónde salió"),
    "weekdays": lazy("días"),
    "from_hour": lazy("desde las"),
    "to_hour": lazy("hasta las"),
}
# What "fields" names: which data of a customer were corrected.
_FIELDS: Mapping[str, str | Promise] = {
    "name": lazy("nombre"),
    "kind": lazy("tipo de persona"),
    "tax_id": lazy("registro fiscal"),
    "state": lazy("estado"),
    "city": lazy("municipio"),
    "postal_code": lazy("código postal"),
    "time_zone": lazy("zona horaria"),
    "tags": lazy("etiquetas"),
    "attributes": lazy("otros datos"),
}
_STATE_KINDS = {
    "promise": "promise",
    "dispute": "dispute",
    "payment": "payment",
    "message": "message",
    "contact_point": "point",
    "reported_payment": "report",
    "bank_line": "bank_line",
    "movement": "movement",
}
_MONEY = ("amount", "paid_amount", "unapplied_amount", "released")


@dataclass(frozen=True, slots=True)
class Said:
    """One value of an event: its name, and what it was before and after; either may be missing."""

    label: str
    before: str
    after: str


def sentence(*, action: str) -> str:
    """Say what was done; an act that has no words yet is told as one."""
    return str(SENTENCES.get(action, _("Hizo un cambio")))


def details(*, event: Mapping[str, Any]) -> list[Said]:
    """Say what an event tells of before and after: what people know, without the numbers of rows."""
    before, after = event["before"], event["after"]
    kind = event["subject_type"]
    currency = str(after.get("currency") or before.get("currency") or "MXN")
    return [
        Said(
            label=str(_LABELS[name]),
            before=_value(name, before.get(name), kind=kind, currency=currency),
            after=_value(name, after.get(name), kind=kind, currency=currency),
        )
        for name in dict.fromkeys((*before, *after))
        if name in _LABELS and before.get(name) != after.get(name)
    ]


def _value(name: str, value: Any, *, kind: str, currency: str) -> str:
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, bool):
        return _("sí") if value else _("no")
    if isinstance(value, list):
        return ", ".join(_value(name, one, kind=kind, currency=currency) for one in value)
    word = _word(name, str(value), kind)
    if word:
        return word
    locale = formats.locale_of(language=get_language() or "es-mx")
    if name in _MONEY:
        try:
            return formats.money(amount=Decimal(str(value)), currency=currency, locale=locale)
        except InvalidOperation:
            return str(value)
    if name == "not_before":
        moment = timezone.localtime(datetime.fromisoformat(str(value)))
        return formats.moment(value=moment, locale=locale)
    if name.endswith("_date") or name == "as_of":
        return formats.day(value=date.fromisoformat(str(value)), locale=locale)
    return str(value)


def _word(name: str, value: str, kind: str) -> str:
    """Say a code by the vocabulary of its kind; empty where it is none."""
    if name == "weekdays" and value.isdigit() and int(value) < len(WEEKDAYS):
        return str(WEEKDAYS[int(value)])
    if name == "fields":
        return ", ".join(str(_FIELDS.get(one, one)) for one in value.split(", "))
    vocabulary = {
        "state": _STATE_KINDS.get(kind, ""),
        "reason": {"dispute": "dispute_reason", "hold": "hold", "portfolio-pause": "hold"}.get(kind, ""),
        "channel": "channel",
        "method": "payment_method",
        "decision": "consent",
        "role": "role",
        "scope": "scope" if kind == "api_key" else "",
        "kind": {"customer": "point_kind", "contact_point": "point_kind", "circumstance": "circumstance"}.get(
            kind, "file_kind"
        ),
        "owner_role": "owner",
    }.get(name, "")
    words = states.VOCABULARIES[vocabulary][1] if vocabulary else {}
    return str(words[value].label) if value in words else ""
