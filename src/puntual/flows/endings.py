"""Why a message or an action ended, in words; what a mail server said stands beside its sentence."""

import re

from django.utils.translation import gettext_lazy as _

from puntual.compliance import queries as compliance
from puntual.flows import sending
from puntual.outreach.types import MessageState, Refusal

_LAW = f"{Refusal.LAW.value}:"
_REVIEW = f"{Refusal.REVIEW.value}:"
_INCOMPLETE = f"{Refusal.COMPANY_INCOMPLETE.value}:"
# The name of a list of people not to contact follows.
LIST = "list:"
_WORDS = {
    Refusal.LAW.value: _("La ley no lo permite"),
    Refusal.NOTHING_OWED.value: _("Ya no debe nada"),
    Refusal.NOTHING_OVERDUE.value: _("Ya no tiene nada vencido"),
    Refusal.NOTHING_DUE.value: _("Ya no tiene nada por vencer"),
    Refusal.NO_PROMISE.value: _("Ya no hay una promesa vigente"),
    Refusal.NO_BROKEN_PROMISE.value: _("Ya no hay una promesa incumplida"),
    Refusal.NO_PAYMENT.value: _("El pago se revirtió"),
    Refusal.NO_FACTS.value: _("Faltan los datos de la persona"),
    Refusal.NO_TEMPLATE.value: _("Falta la plantilla"),
    Refusal.TEMPLATE_UNLAWFUL.value: _("La plantilla dice lo que la ley no permite"),
    Refusal.TEMPLATE_AMOUNTS.value: _("La plantilla dice un importe o una fecha que no sale del saldo"),
    Refusal.ACTION_CLOSED.value: _("La acción ya se había cerrado"),
    Refusal.TOO_LATE.value: _("Ya pasó el plazo para enviarlo"),
    "promise": _("Prometió pagar"),
    "payment": _("Pagó"),
    "import": _("Cambió su saldo según la información de la empresa"),
    "payment-reported": _("Avisó que ya pagó"),
    "dispute": _("Pidió una aclaración"),
    "petition": _("Presentó una queja o una solicitud"),
    "hold": _("Se pausó la gestión"),
    "hardship": _("Contó que pasa por un momento difícil"),
    "opted-out": _("Pidió no ser contactado"),
    "circumstance": _("Se supo de una circunstancia de la persona que cambia cómo se le contacta"),
    "review-refused": _("La ley lo dejó a una persona, y no lo liberó"),
    "put-aside": _("Una persona la descartó"),
    "moved": _("El cliente pasó a otra etapa o a otras manos"),
    "step-stopped": _("Una persona detuvo el paso ese día"),
    "not-approved": _("Nadie la aprobó mientras el plan todavía la permitía"),
    "changed": _("Una persona la cambió"),
    "campaign-stopped": _("Se detuvo la campaña"),
    "customer-merged": _("Se unió con otro cliente: la siguiente corrida decide por los dos"),
    "erased": _("Se borraron los datos de la persona"),
}
# What a mail server answers to a stage of the handing over: "RCPT 550 5.1.1 No such user here".
_OF_SERVER = re.compile(
    r"(?:MAIL|RCPT|DATA) (?P<said>[45][0-9]{2}\b(?:[ -](?P<code>[45]\.[0-9]{1,3}\.[0-9]{1,3}))?.*)", re.S
)
# The enhanced codes of RFC 3463, by their subject and detail; the longest that fits counts.
_SERVER_WORDS = {
    "1.10": _("Ese dominio no recibe correo"),
    "1.2": _("El dominio de la dirección no existe"),
    "1": _("La dirección no existe o está mal escrita"),
    "2.2": _("El buzón está lleno"),
    "2": _("El buzón no recibe mensajes"),
    "3": _("El servidor de correo no pudo recibirlo"),
    "4": _("No se pudo llegar al servidor de correo"),
    "5": _("El servidor de correo no lo aceptó"),
    "6": _("El servidor de correo no admite ese contenido"),
    "7": _("El servidor de correo no acepta mensajes nuestros"),
}


def of_server(*, text: str) -> str:
    """Say what a mail server answered in words, with its own beside them; any other text stays as it is."""
    found = _OF_SERVER.fullmatch(text)
    if found is None:
        return text
    subject, _dot, detail = (found["code"] or "").partition(".")[2].partition(".")
    words = _SERVER_WORDS.get(f"{subject}.{detail}") or _SERVER_WORDS.get(subject) or _SERVER_WORDS["5"]
    return str(_("%(words)s (el servidor dijo: %(said)s)") % {"words": words, "said": found["said"]})


def of_message(*, state: str, reason: str, country: str) -> str:
    """Say why a message is where it is; what waits no longer for the company's data says nothing of it."""
    if state == MessageState.QUEUED and reason.startswith(_INCOMPLETE) and not sending.missing_now():
        return ""
    return in_words(reason=reason, country=country)


def in_words(*, reason: str, country: str) -> str:
    """Say a stored reason in words; of a refusal by law, what each rule says."""
    if reason.startswith(_LAW):
        said = _rules(reason.removeprefix(_LAW), country=country)
        return f"{_WORDS[Refusal.LAW.value]}: {said}" if said else str(_WORDS[Refusal.LAW.value])
    if reason.startswith(LIST):
        return str(_("Está en la lista «%s» de personas a las que no se contacta.")) % reason.removeprefix(
            LIST
        )
    if reason.startswith(_REVIEW):
        said = _rules(reason.removeprefix(_REVIEW), country=country)
        return str(_("Espera a que una persona lo libere: %(rules)s") % {"rules": said})
    if reason.startswith(_INCOMPLETE):
        what = sending.words_of_reason(reason=reason)
        return str(_("Falta %(what)s.") % {"what": what})
    known = _WORDS.get(reason)
    return str(known) if known else of_server(text=reason)


def _rules(names: str, *, country: str) -> str:
    rules = [compliance.rule_text(rule_id=one, country=country) for one in names.split(",")]
    return " ".join(rule.text for rule in rules if rule)
