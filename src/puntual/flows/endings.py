"""Why a message or an action ended, in words: codes in, sentences out; what a mail server said stays as it is."""

from django.utils.translation import gettext_lazy as _

from puntual.compliance import queries as compliance
from puntual.flows import sending
from puntual.outreach.types import MessageState, Refusal

_LAW = f"{Refusal.LAW.value}:"
_INCOMPLETE = f"{Refusal.COMPANY_INCOMPLETE.value}:"
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
    Refusal.ACTION_CLOSED.value: _("La acción ya se había cerrado"),
    Refusal.TOO_LATE.value: _("Ya pasó el plazo para enviarlo"),
    "promise": _("Prometió pagar"),
    "payment": _("Pagó"),
    "import": _("Cambió su saldo según la información de la empresa"),
    "payment-reported": _("Avisó que ya pagó"),
    "dispute": _("Pidió una aclaración"),
    "hold": _("Se pausó la gestión"),
    "hardship": _("Contó que pasa por un momento difícil"),
    "opted-out": _("Pidió no ser contactado"),
    "put-aside": _("Una persona la descartó"),
    "moved": _("El cliente pasó a otra etapa o a otras manos"),
    "step-stopped": _("Una persona detuvo el paso ese día"),
    "not-approved": _("Nadie la aprobó mientras el plan todavía la permitía"),
    "changed": _("Una persona la cambió"),
    "campaign-stopped": _("Se detuvo la campaña"),
    "customer-merged": _("Se unió con otro cliente: la siguiente corrida decide por los dos"),
    "erased": _("Se borraron los datos de la persona"),
}


def of_message(*, state: str, reason: str, country: str) -> str:
    """Say why a message is where it is; what waits no longer for the company's data says nothing of it."""
    if state == MessageState.QUEUED and reason.startswith(_INCOMPLETE) and not sending.missing_now():
        return ""
    return in_words(reason=reason, country=country)


def in_words(*, reason: str, country: str) -> str:
    """Say a stored reason in words; of a refusal by law, what each rule says."""
    if reason.startswith(_LAW):
        rules = [
            compliance.rule_text(rule_id=one, country=country) for one in reason.removeprefix(_LAW).split(",")
        ]
        said = " ".join(rule.text for rule in rules if rule)
        return f"{_WORDS[Refusal.LAW.value]}: {said}" if said else str(_WORDS[Refusal.LAW.value])
    if reason.startswith(_INCOMPLETE):
        what = sending.words_of_reason(reason=reason)
        return str(_("Falta %(what)s.") % {"what": what})
    known = _WORDS.get(reason)
    return str(known) if known else reason
