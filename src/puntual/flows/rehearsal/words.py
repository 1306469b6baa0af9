"""Sentences on what a rehearsal takes for granted and cannot know."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy

from puntual.flows.rehearsal.reports import Limit

_SENTENCES = {
    Limit.REACTIONS: gettext_lazy(
        "No se sabe cómo habrían respondido los deudores: sus pagos, promesas y respuestas son los que de verdad "
        "hubo, no los que este plan habría logrado."
    ),
    Limit.ALL_DONE: gettext_lazy(
        "Se supone que cada mensaje sale, cada tarea se hace y cada traslado se aprueba el día en que la ley lo "
        "permite."
    ),
    Limit.NO_PAYMENTS: gettext_lazy(
        "Se supone que nadie paga ni promete en estos días: con cada pago habrá menos que hacer."
    ),
    Limit.PROMISES_BREAK: gettext_lazy(
        "Una promesa que sigue sin pagarse cuenta como incumplida al día siguiente de su último plazo."
    ),
    Limit.DISPUTES_STAY: gettext_lazy(
        "Las aclaraciones siguen abiertas y las pausas terminan en su fecha."
    ),
    Limit.NO_NEW_DOCUMENTS: gettext_lazy("No llegan documentos ni clientes que todavía no estén cargados."),
    Limit.CREDITS: gettext_lazy(
        "Los saldos a favor que la corrida aplicaría antes de decidir no se descuentan en el ensayo."
    ),
    Limit.PROFILE_NOW: gettext_lazy(
        "El perfil de los clientes (tipo, lugar, giro, etiquetas y datos propios) es el de ahora."
    ),
    Limit.UNITED_NOW: gettext_lazy("Los clientes que se unieron después cuentan como uno también en el pasado."),
    Limit.LATE_NOTES: gettext_lazy(
        "Un contacto que se anotó tarde cuenta desde su propia hora, no desde que se anotó."
    ),
    Limit.ERASED: gettext_lazy("De los clientes eliminados ya no hay medios de contacto, tampoco en el pasado."),
    Limit.OLD_CHANGES: gettext_lazy(
        "De los cambios anteriores a que Puntual los guardara no se conoce el valor previo: fechas de documentos y "
        "correos rebotados."
    ),
    Limit.LAW_NOW: gettext_lazy(
        "Las reglas de contacto son las del paquete vigente hoy, y las plantillas dicen lo que dicen hoy."
    ),
    Limit.CHANNELS_NOW: gettext_lazy("Los canales conectados son los de ahora."),
    Limit.DURING_THE_RUN: gettext_lazy(
        "Lo que se registró mientras la corrida de un día trabajaba pudo contar en ella; aquí cuenta desde el día "
        "siguiente."
    ),
    Limit.LATE_CUSTOMERS: gettext_lazy(
        "Los clientes que llegaron mientras trabajaba la corrida de un día se ven desde el día siguiente."
    ),
    Limit.DAYS_WITHOUT_RUN: gettext_lazy("En los días sin corrida no se decidió nada; tampoco aquí."),
    Limit.UNSETTLED_PROMISES: gettext_lazy(
        "Las promesas se dieron por cumplidas o incumplidas cuando de verdad se revisaron: en días sin corrida, no."
    ),
    Limit.REAL_CONTACTS: gettext_lazy(
        "Los contactos que la empresa hizo de verdad en el periodo no cuentan: cuentan los de este plan y los que "
        "inició el cliente."
    ),
}  # fmt: skip


def limit_sentences(*, limits: Iterable[str]) -> list[str]:
    """Say in words what a rehearsal takes for granted and cannot know."""
    return [str(_SENTENCES[Limit(one)]) for one in limits]
