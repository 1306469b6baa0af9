"""The words and colours of stages and states: the same chip for the same thing on every page."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class State:
    """What a chip says and its colour (`chip-<tone>` of the style sheet)."""

    label: str | Promise
    tone: str


# Tones carry meaning: the four stages have their own, the rest share quiet, info, good, warn, bad.
STATES: dict[str, State] = {
    # Stages of collection
    "PREVENTIVE": State(_("Preventiva"), "preventive"),
    "ADMINISTRATIVE": State(_("Administrativa"), "administrative"),
    "EXTRAJUDICIAL": State(_("Extrajudicial"), "extrajudicial"),
    "JUDICIAL": State(_("Judicial"), "judicial"),
    # Debts
    "CURRENT": State(_("Vigente"), "quiet"),
    "OPEN": State(_("Abierto"), "info"),
    "OVERDUE": State(_("Vencido"), "bad"),
    "PAID": State(_("Pagado"), "good"),
    "CURED": State(_("Al corriente"), "good"),
    "RESTRUCTURED": State(_("Reestructurado"), "info"),
    "SETTLED": State(_("Liquidado"), "good"),
    "WRITTEN_OFF": State(_("Castigado"), "quiet"),
    "CLOSED": State(_("Cerrado"), "quiet"),
    # Promises, agreements, disputes, holds
    "PENDING": State(_("Pendiente"), "warn"),
    "KEPT": State(_("Cumplida"), "good"),
    "PARTLY_KEPT": State(_("Cumplida en parte"), "warn"),
    "BROKEN": State(_("Incumplida"), "bad"),
    "CANCELLED": State(_("Cancelado"), "quiet"),
    "DISPUTED": State(_("En aclaración"), "warn"),
    "RESOLVED": State(_("Resuelto"), "good"),
    "REJECTED": State(_("Rechazado"), "bad"),
    "HELD": State(_("En pausa"), "warn"),
    "HARDSHIP": State(_("Dificultad económica"), "info"),
    # Contact points
    "NEW": State(_("Nuevo"), "quiet"),
    "VERIFIED": State(_("Verificado"), "good"),
    "WRONG": State(_("Equivocado"), "bad"),
    "BOUNCED": State(_("Rebotado"), "bad"),
    "OPTED_OUT": State(_("No contactar"), "bad"),
    # Work and messages
    "DRAFT": State(_("Borrador"), "quiet"),
    "QUEUED": State(_("En cola"), "info"),
    "CLAIMED": State(_("Enviándose"), "info"),
    "RUNNING": State(_("En curso"), "info"),
    "DONE": State(_("Hecho"), "good"),
    "SENT": State(_("Enviado"), "info"),
    "DELIVERED": State(_("Entregado"), "good"),
    "READ": State(_("Leído"), "good"),
    "UNKNOWN": State(_("Por confirmar"), "warn"),
    "FAILED": State(_("Falló"), "bad"),
    "SKIPPED": State(_("Omitido"), "quiet"),
    # Verdicts
    "ALLOWED": State(_("Permitido"), "good"),
    "DEFERRED": State(_("Aplazado"), "warn"),
    "DENIED": State(_("Negado"), "bad"),
    # Payments and people
    "APPLIED": State(_("Aplicado"), "good"),
    "UNAPPLIED": State(_("Por aplicar"), "warn"),
    "REVERSED": State(_("Revertido"), "bad"),
    "ACTIVE": State(_("Activo"), "good"),
    "INACTIVE": State(_("Inactivo"), "quiet"),
}


def state(*, name: str) -> State:
    """Return the words and colour of a stored code; an unknown one is shown as it is, in grey."""
    return STATES.get(name.upper().replace("-", "_").replace(" ", "_"), State(name, "quiet"))
