"""
The words and colours of every stored code: the same chip for the same thing on every page.

A kind is a vocabulary ("promise", "channel"); the same code may read differently in two of them, and agrees
in gender with what it describes. Codes that explain a decision in sentences are not here: they need facts.
"""

from collections.abc import Mapping
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from puntual.agreements.types import DisputeReason, DisputeState, HoldReason, PromiseState
from puntual.assessment.types import Stage
from puntual.compliance.types import VerdictOutcome
from puntual.contacts.types import (
    AttemptOutcome,
    Channel,
    CircumstanceKind,
    ConsentDecision,
    Direction,
    ListedBy,
    ListKind,
    OwnerRole,
    PointKind,
    PointState,
    ResponseKind,
)
from puntual.identity.types import Role, Scope
from puntual.insights.types import RehearsalKind, RehearsalState
from puntual.intake.types import FileKind, ImportState, MovementState, Record, RowOutcome
from puntual.outreach.types import DeliveryKind, MessageState
from puntual.payments.types import PaymentMethod, PaymentState, ReportState
from puntual.plans.types import ActionState, CampaignState, Outcome, RunState, VersionState
from puntual.portfolio.types import CustomerKind, EntryKind, ReceivableKind
from puntual.reconciliation.types import LineState
from puntual.sources.types import DeliveryState, Health
from puntual.sources.types import RunState as VisitState
from puntual.web import states_of_data, states_of_law, states_of_rights
from puntual.web.chips import State

__all__ = ["VOCABULARIES", "State", "state"]


# Tones carry meaning: the four stages have their own, the rest share quiet, info, good, warn, bad.
VOCABULARIES: Mapping[str, tuple[type[StrEnum], Mapping[str, State]]] = {
    "stage": (
        Stage,
        {
            "NONE": State(_("Al corriente"), "good"),
            "PREVENTIVE": State(_("Preventiva"), "preventive"),
            "ADMINISTRATIVE": State(_("Administrativa"), "administrative"),
            "EXTRAJUDICIAL": State(_("Extrajudicial"), "extrajudicial"),
            "JUDICIAL": State(_("Judicial"), "judicial"),
        },
    ),
    "source": (
        Health,
        {
            "NEW": State(_("Todavía no se trae"), "info"),
            "GOOD": State(_("Al día"), "good"),
            "WAITING": State(_("Espera a una persona"), "warn"),
            "FAILED": State(_("No se pudo traer"), "bad"),
            "PAUSED": State(_("En pausa")),
        },
    ),
    "visit": (
        VisitState,
        {
            "RUNNING": State(_("En curso"), "info"),
            "DONE": State(_("Completa"), "good"),
            "WAITING": State(_("Espera a una persona"), "warn"),
            "FAILED": State(_("Falló"), "bad"),
            "STOPPED": State(_("Se interrumpió"), "warn"),
        },
    ),
    "delivery_of_source": (
        DeliveryState,
        {
            "KEPT": State(_("Por cargar"), "info"),
            "WAITING": State(_("Espera a una persona"), "warn"),
            "APPLIED": State(_("Cargado"), "good"),
            "REFUSED": State(_("No se pudo leer"), "bad"),
            "DISCARDED": State(_("Se siguió sin él")),
        },
    ),
    "promise": (
        PromiseState,
        {
            "ACTIVE": State(_("Vigente"), "info"),
            "KEPT": State(_("Cumplida"), "good"),
            "PARTLY_KEPT": State(_("Cumplida en parte"), "warn"),
            "BROKEN": State(_("Incumplida"), "bad"),
            "CANCELLED": State(_("Cancelada")),
            "SUPERSEDED": State(_("Sustituida")),
        },
    ),
    "dispute": (
        DisputeState,
        {
            "OPENED": State(_("Abierta"), "warn"),
            "IN_REVIEW": State(_("En revisión"), "warn"),
            "ACCEPTED": State(_("Aceptada"), "good"),
            "REJECTED": State(_("Rechazada"), "bad"),
            "WITHDRAWN": State(_("Retirada")),
        },
    ),
    "dispute_reason": (
        DisputeReason,
        {
            "NOT_MINE": State(_("La deuda no es suya")),
            "ALREADY_PAID": State(_("Ya pagó")),
            "WRONG_AMOUNT": State(_("El importe no es correcto")),
            "NOT_DELIVERED": State(_("No recibió el producto o servicio")),
            "QUALITY": State(_("Llegó mal o incompleto")),
            "OTHER": State(_("Otro motivo")),
        },
    ),
    "campaign": (
        CampaignState,
        {
            "PROPOSED": State(_("Por aprobar"), "warn"),
            "LAUNCHED": State(_("Lanzada"), "good"),
            "STOPPED": State(_("Detenida"), "quiet"),
        },
    ),
    "hold": (
        HoldReason,
        {
            "REQUESTED": State(_("A petición del cliente")),
            "HARDSHIP": State(_("Momento difícil"), "info"),
            "NEGOTIATION": State(_("En negociación")),
            "PAYMENT_REPORTED": State(_("Avisó que ya pagó")),
            "LEGAL": State(_("Asunto legal")),
            "CORRECTION": State(_("Por corregir"), "warn"),
            "PETITION": State(_("Queja o solicitud abierta"), "warn"),
            "OTHER": State(_("Otro motivo")),
        },
    ),
    "verdict": (
        VerdictOutcome,
        {
            "ALLOW": State(_("Permitido"), "good"),
            "REVIEW": State(_("Lo decide una persona"), "warn"),
            "DEFER": State(_("Aplazado"), "warn"),
            "BLOCK": State(_("Negado"), "bad"),
        },
    ),
    "channel": (
        Channel,
        {
            "EMAIL": State(_("Correo")),
            "SMS": State(_("SMS")),
            "WHATSAPP": State(_("WhatsApp")),
            "CALL": State(_("Llamada")),
            "LETTER": State(_("Carta")),
            "VISIT": State(_("Visita")),
            "PORTAL": State(_("Portal")),
        },
    ),
    "point_kind": (
        PointKind,
        {
            "EMAIL": State(_("Correo")),
            "PHONE": State(_("Teléfono")),
            "ADDRESS": State(_("Domicilio")),
        },
    ),
    "point": (
        PointState,
        {
            "NEW": State(_("Sin verificar")),
            "VERIFIED": State(_("Verificado"), "good"),
            "WRONG": State(_("Equivocado"), "bad"),
            "BOUNCED": State(_("Rebotado"), "bad"),
        },
    ),
    "owner": (
        OwnerRole,
        {
            "DEBTOR": State(_("Titular")),
            "GUARANTOR": State(_("Aval")),
            "COOBLIGOR": State(_("Obligado solidario")),
            "REPRESENTATIVE": State(_("Representante")),
            "SPOUSE": State(_("Cónyuge")),
            "GUARDIAN": State(_("Tutor")),
            "EXECUTOR": State(_("Albacea")),
            "ATTORNEY": State(_("Abogado de la persona")),
            "REFERENCE": State(_("Referencia")),
            "THIRD_PARTY": State(_("Tercero")),
            "UNKNOWN": State(_("Sin identificar"), "warn"),
        },
    ),
    "circumstance": (
        CircumstanceKind,
        {
            "HARDSHIP": State(_("Pasa por un momento difícil"), "info"),
            "CEASE": State(_("Pidió que no se le contacte"), "bad"),
            "REPRESENTED": State(_("La representa un abogado"), "warn"),
            "DECEASED": State(_("Falleció"), "bad"),
            "DISABILITY": State(_("Vive con una discapacidad"), "info"),
            "OLDER_ADULT": State(_("Es una persona adulta mayor"), "info"),
            "MINOR": State(_("Es menor de edad"), "bad"),
            "INSOLVENT": State(_("Está en concurso o insolvencia"), "warn"),
            "ON_AD_REGISTER": State(_("Está en un registro contra la publicidad")),
        },
    ),
    "list_kind": (
        ListKind,
        {
            "AD_REGISTER": State(_("Registro contra la publicidad"), "info"),
            "COURT_ORDER": State(_("Orden judicial"), "bad"),
            "OWN": State(_("Lista de la empresa"), "warn"),
        },
    ),
    "list_entry": (
        ListedBy,
        {
            "EMAIL": State(_("Correos")),
            "PHONE": State(_("Teléfonos")),
            "TAX_ID": State(_("RFC o registros fiscales")),
        },
    ),
    "consent": (
        ConsentDecision,
        {
            "GRANTED": State(_("Autorizó"), "good"),
            "OPTED_OUT": State(_("Pidió no ser contactado"), "bad"),
        },
    ),
    "direction": (
        Direction,
        {
            "OUTBOUND": State(_("De nosotros")),
            "INBOUND": State(_("Del cliente"), "accent"),
        },
    ),
    "attempt": (
        AttemptOutcome,
        {
            "SENT": State(_("Enviado"), "info"),
            "DELIVERED": State(_("Entregado"), "good"),
            "BOUNCED": State(_("Rebotado"), "bad"),
            "FAILED": State(_("Falló"), "bad"),
            "NO_ANSWER": State(_("Sin respuesta")),
            "EFFECTIVE": State(_("Contacto efectivo"), "good"),
            "WRONG_PARTY": State(_("Contestó otra persona"), "warn"),
            "INBOUND": State(_("Lo inició el cliente"), "accent"),
        },
    ),
    "response": (
        ResponseKind,
        {
            "REPLIED": State(_("Respondió"), "accent"),
            "PORTAL_VISIT": State(_("Entró al portal"), "accent"),
            "PROMISED": State(_("Prometió pagar"), "good"),
            "PAYMENT_REPORTED": State(_("Avisó que ya pagó"), "good"),
            "DISPUTED": State(_("Pidió una aclaración"), "warn"),
            "OPTED_OUT": State(_("Pidió no ser contactado"), "bad"),
        },
    ),
    "message": (
        MessageState,
        {
            "QUEUED": State(_("En cola"), "info"),
            "CLAIMED": State(_("Por enviar"), "info"),
            "SENDING": State(_("Enviándose"), "info"),
            "SENT": State(_("Enviado"), "good"),
            "FAILED": State(_("Falló"), "bad"),
            "BOUNCED": State(_("Rebotado"), "bad"),
            "CANCELLED": State(_("Cancelado")),
            "UNKNOWN": State(_("Por confirmar"), "warn"),
        },
    ),
    "delivery": (
        DeliveryKind,
        {
            "DELIVERED": State(_("Entregado"), "good"),
            "BOUNCED": State(_("Rebotado"), "bad"),
            "COMPLAINED": State(_("Marcado como no deseado"), "bad"),
        },
    ),
    "payment": (
        PaymentState,
        {
            "POSTED": State(_("Registrado"), "good"),
            "REVERSED": State(_("Revertido"), "bad"),
        },
    ),
    "payment_method": (
        PaymentMethod,
        {
            "TRANSFER": State(_("Transferencia")),
            "CARD": State(_("Tarjeta")),
            "CASH": State(_("Efectivo")),
            "CHEQUE": State(_("Cheque")),
            "DIRECT_DEBIT": State(_("Domiciliación")),
            "OTHER": State(_("Otro medio")),
        },
    ),
    "report": (
        ReportState,
        {
            "REPORTED": State(_("Por confirmar"), "warn"),
            "CONFIRMED": State(_("Confirmado"), "good"),
            "REJECTED": State(_("Rechazado"), "bad"),
        },
    ),
    "version": (
        VersionState,
        {
            "DRAFT": State(_("Borrador")),
            "REVIEW": State(_("En revisión"), "warn"),
            "APPROVED": State(_("Aprobada"), "info"),
            "ACTIVE": State(_("Vigente"), "good"),
            "RETIRED": State(_("Retirada")),
        },
    ),
    "rehearsal": (
        RehearsalState,
        {
            "WAITING": State(_("Por empezar")),
            "RUNNING": State(_("En curso"), "info"),
            "DONE": State(_("Listo"), "good"),
            "FAILED": State(_("Falló"), "bad"),
        },
    ),
    "rehearsal_kind": (
        RehearsalKind,
        {
            "PREVIEW": State(_("Ensayo de hoy")),
            "CALENDAR": State(_("Calendario de 30 días")),
            "REPLAY": State(_("Repetición de un periodo")),
        },
    ),
    "run": (
        RunState,
        {
            "RUNNING": State(_("En curso"), "info"),
            "DONE": State(_("Terminada"), "good"),
            "FAILED": State(_("Falló"), "bad"),
        },
    ),
    "outcome": (
        Outcome,
        {
            "ACT": State(_("Se hace hoy"), "good"),
            "WAIT": State(_("Espera")),
            "HOLD": State(_("En pausa"), "warn"),
            "BLOCKED": State(_("Impedido"), "bad"),
            "SKIPPED": State(_("No aplica")),
            "MISSED": State(_("Se pasó su día"), "warn"),
            "DONE": State(_("Ya se hizo")),
        },
    ),
    "action": (
        ActionState,
        {
            "PROPOSED": State(_("Por aprobar"), "warn"),
            "QUEUED": State(_("En cola"), "info"),
            "OPEN": State(_("Por hacer"), "warn"),
            "EXECUTED": State(_("Hecha"), "good"),
            "CANCELLED": State(_("Cancelada")),
            "FAILED": State(_("Falló"), "bad"),
        },
    ),
    "import": (
        ImportState,
        {
            "UPLOADED": State(_("Recibido"), "info"),
            "PREVIEWED": State(_("Por confirmar"), "warn"),
            "APPLYING": State(_("Cargándose"), "info"),
            "APPLIED": State(_("Cargado"), "good"),
            "REFUSED": State(_("No se cargó"), "bad"),
        },
    ),
    "import_row": (
        RowOutcome,
        {
            "ACCEPTED": State(_("Aceptada"), "good"),
            "UNCHANGED": State(_("Sin cambio")),
            "REJECTED": State(_("Rechazada"), "bad"),
            "IGNORED": State(_("Ignorada")),
        },
    ),
    "file_kind": (
        FileKind,
        {
            "RECEIVABLES": State(_("Cartera")),
            "PAYMENTS": State(_("Pagos")),
            "CUSTOMERS": State(_("Clientes")),
            "LOANS": State(_("Créditos con cuotas")),
            "CREDIT_NOTES": State(_("Notas de crédito")),
            "ADJUSTMENTS": State(_("Ajustes")),
            "DISPUTES": State(_("Aclaraciones")),
            "CANCELLATIONS": State(_("Cancelaciones")),
            "MIXED": State(_("Varios tipos de fila")),
        },
    ),
    "record": (
        Record,
        {
            "RECEIVABLE": State(_("Adeudo")),
            "INSTALMENT": State(_("Cuota")),
            "CUSTOMER": State(_("Cliente")),
            "PAYMENT": State(_("Pago")),
            "CREDIT_NOTE": State(_("Nota de crédito")),
            "ADJUSTMENT": State(_("Ajuste")),
            "DISPUTE": State(_("Aclaración")),
            "CANCELLATION": State(_("Cancelación")),
        },
    ),
    "movement": (
        MovementState,
        {
            "WAITING": State(_("Por identificar"), "warn"),
            "POSTED": State(_("Aplicado"), "good"),
            "DISMISSED": State(_("Descartado")),
            "SPLIT": State(_("Dividido")),
        },
    ),
    "customer_kind": (
        CustomerKind,
        {
            "COMPANY": State(_("Empresa")),
            "PERSON": State(_("Persona")),
        },
    ),
    "receivable_kind": (
        ReceivableKind,
        {
            "INVOICE": State(_("Factura")),
            "INSTALMENT": State(_("Parcialidad")),
            "NOTE": State(_("Pagaré")),
        },
    ),
    "entry": (
        EntryKind,
        {
            "ISSUE": State(_("Emisión")),
            "PAYMENT": State(_("Pago"), "good"),
            "CREDIT_NOTE": State(_("Nota de crédito"), "good"),
            "DISCOUNT": State(_("Descuento"), "good"),
            "INTEREST": State(_("Interés")),
            "FEE": State(_("Cargo")),
            "WRITE_OFF": State(_("Castigo")),
            "ADJUSTMENT": State(_("Ajuste")),
            "REVERSAL": State(_("Reversa"), "warn"),
        },
    ),
    "bank_line": (
        LineState,
        {
            "UNMATCHED": State(_("Por conciliar"), "warn"),
            "MATCHED": State(_("Conciliado"), "good"),
            "IGNORED": State(_("Ignorado")),
        },
    ),
    "role": (
        Role,
        {
            "OWNER": State(_("Propietario")),
            "MANAGER": State(_("Gerente")),
            "SUPERVISOR": State(_("Supervisor")),
            "COLLECTOR": State(_("Gestor")),
            "AUDITOR": State(_("Auditor")),
        },
    ),
    "scope": (
        Scope,
        {
            "READ": State(_("Leer")),
            "WRITE": State(_("Leer y escribir")),
        },
    ),
    **states_of_data.VOCABULARIES,
    **states_of_law.VOCABULARIES,
    **states_of_rights.VOCABULARIES,
}


def state(*, name: str, kind: str) -> State:
    """
    Return the words and colour of a stored code of one vocabulary.

    Raises: KeyError for a vocabulary or a code that nobody gave words to: a page must not show a bare code.
    """
    return VOCABULARIES[kind][1][name]
