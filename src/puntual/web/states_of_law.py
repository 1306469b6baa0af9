"""The words and colours of a law pack."""

from collections.abc import Mapping
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from puntual.compliance.types import Result, ReviewState
from puntual.compliance.types.own import OwnState
from puntual.compliance.types.packs import Severity, Status
from puntual.compliance.types.reading import ChangeKind, Facet, Subject
from puntual.compliance.types.trying import Gap
from puntual.web.chips import State

VOCABULARIES: Mapping[str, tuple[type[StrEnum], Mapping[str, State]]] = {
    "law_status": (
        Status,
        {
            "law": State(_("Ley"), "info"),
            "guide": State(_("Guía de autoridad"), "info"),
            "draft": State(_("Proyecto"), "warn"),
            "policy": State(_("Política")),
        },
    ),
    "review": (
        ReviewState,
        {
            "PENDING": State(_("Por liberar"), "warn"),
            "RELEASED": State(_("Liberado"), "good"),
            "REFUSED": State(_("No se liberó"), "bad"),
            "SUPERSEDED": State(_("Se preguntó de nuevo"), "quiet"),
        },
    ),
    "law_severity": (
        Severity,
        {
            "block": State(_("Impide"), "bad"),
            "review": State(_("Lo decide una persona"), "warn"),
            "warn": State(_("Solo avisa")),
        },
    ),
    "law_subject": (
        Subject,
        {
            "HOURS": State(_("Horario permitido")),
            "LIMITS": State(_("Cuántas veces")),
            "PEOPLE": State(_("A quién y por qué medio")),
            "PLACES": State(_("Lugares y medios de contacto")),
            "CONTENT": State(_("Qué dice el mensaje")),
            "MONEY": State(_("Dinero, gastos y buró")),
            "RIGHTS": State(_("Derechos, plazos y prescripción")),
            "REST": State(_("Lo demás")),
        },
    ),
    "law_change": (
        ChangeKind,
        {
            "ADDED": State(_("Nueva"), "good"),
            "REMOVED": State(_("Ya no está"), "bad"),
            "CHANGED": State(_("Cambió"), "warn"),
        },
    ),
    "own_state": (
        OwnState,
        {
            "PROPOSED": State(_("Espera a otra persona"), "warn"),
            "IN_FORCE": State(_("Puesta en vigor"), "good"),
            "REFUSED": State(_("Rechazada")),
        },
    ),
    "law_facet": (
        Facet,
        {
            "TEXT": State(_("Qué dice")),
            "SOURCE": State(_("Fuente")),
            "STATUS": State(_("De dónde viene")),
            "SEVERITY": State(_("Qué hace")),
            "QUESTION": State(_("Pregunta abierta")),
            "VALIDITY": State(_("Vigencia")),
            "CHANNELS": State(_("Medios")),
            "ROLES": State(_("Personas")),
            "PLACES": State(_("Partes del país")),
            "WEEK": State(_("Horario")),
            "LITERAL_WEEK": State(_("Horario de la lectura literal")),
            "DETAILS": State(_("Números y condiciones")),
            "OTHER": State(_("Otro dato de la regla")),
        },
    ),
    "law_gap": (
        Gap,
        {
            "PLACE": State(_("en qué estado o región vive la persona: sin eso no se sabe su hora")),
            "OWNER": State(_("de quién es el medio de contacto")),
            "OTHER": State(_("otro dato que usted marcó como faltante")),
        },
    ),
    "touch_result": (
        Result,
        {
            "EFFECTIVE": State(_("contestó")),
            "NO_ANSWER": State(_("sin respuesta")),
            "VOICEMAIL": State(_("buzón de voz")),
            "SENT": State(_("enviado")),
            "FAILED": State(_("falló")),
            "INBOUND": State(_("escribió o llamó")),
        },
    ),
}
