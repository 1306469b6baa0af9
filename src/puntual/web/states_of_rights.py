"""The words and colours of complaints and of requests about data."""

from collections.abc import Mapping
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from puntual.rights.types import EventKind, IdentityCheck, Kind, Outcome, Way
from puntual.rights.types import State as PetitionState
from puntual.web.chips import State

VOCABULARIES: Mapping[str, tuple[type[StrEnum], Mapping[str, State]]] = {
    "petition_kind": (
        Kind,
        {
            "COMPLAINT": State(_("Queja"), "warn"),
            "ACCESS": State(_("Acceso a sus datos"), "info"),
            "RECTIFICATION": State(_("Corrección de datos"), "info"),
            "CANCELLATION": State(_("Borrado de datos"), "info"),
            "OPPOSITION": State(_("Oposición al contacto"), "info"),
            "PORTABILITY": State(_("Portabilidad de datos"), "info"),
        },
    ),
    "petition": (
        PetitionState,
        {
            "OPEN": State(_("Abierta"), "warn"),
            "ANSWERED": State(_("Contestada"), "good"),
            "DONE": State(_("Cumplida"), "good"),
            "WITHDRAWN": State(_("Retirada")),
        },
    ),
    "petition_outcome": (
        Outcome,
        {
            "FOUNDED": State(_("Procedente"), "warn"),
            "UNFOUNDED": State(_("Improcedente")),
            "PARTLY": State(_("Procedente en parte"), "warn"),
            "GRANTED": State(_("Concedida"), "good"),
            "DENIED": State(_("Negada"), "bad"),
        },
    ),
    "petition_way": (
        Way,
        {
            "PORTAL": State(_("Portal")),
            "CALL": State(_("Llamada")),
            "EMAIL": State(_("Correo")),
            "WHATSAPP": State(_("WhatsApp")),
            "LETTER": State(_("Escrito o carta")),
            "OFFICE": State(_("En persona")),
            "AUTHORITY": State(_("Por una autoridad")),
        },
    ),
    "identity_check": (
        IdentityCheck,
        {
            "PORTAL": State(_("Entró a su portal")),
            "DOCUMENT": State(_("Mostró una identificación")),
            "KNOWN_DATA": State(_("Contestó datos que solo la persona sabe")),
            "REPRESENTATIVE": State(_("Representante con poder")),
        },
    ),
    "petition_event": (
        EventKind,
        {
            "OPENED": State(_("Se recibió"), "info"),
            "CHANGED": State(_("Se corrigió de qué trata")),
            "TAKEN": State(_("Se asignó")),
            "IDENTIFIED": State(_("Se comprobó quién pide")),
            "ANSWERED": State(_("Se contestó"), "good"),
            "REOPENED": State(_("Se abrió de nuevo"), "warn"),
            "WITHDRAWN": State(_("La persona la retiró")),
            "BLOCKED": State(_("Datos bloqueados: todavía hay adeudo"), "warn"),
            "CARRIED_OUT": State(_("Se cumplió"), "good"),
            "DATA_MAILED": State(_("Sus datos se adjuntaron al correo"), "info"),
        },
    ),
}
