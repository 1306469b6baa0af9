"""Numbers, marks and conditions of rules in words."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from puntual.compliance.types import packs as p

FLAGS: Mapping[p.Flag, str | Promise] = {
    p.Flag.MINOR: lazy("es menor de edad"),
    p.Flag.OLDER_ADULT: lazy("es una persona adulta mayor"),
    p.Flag.DISABILITY: lazy("es una persona con discapacidad"),
    p.Flag.DECEASED: lazy("falleció"),
    p.Flag.INSOLVENT: lazy("está en concurso o insolvencia"),
    p.Flag.REPRESENTED: lazy("la representa un abogado"),
    p.Flag.HARDSHIP: lazy("pasa por un momento difícil"),
    p.Flag.CEASE: lazy("pidió que no se le contacte"),
    p.Flag.TIME_BARRED: lazy("la deuda está prescrita"),
    p.Flag.ON_AD_REGISTER: lazy("está en un registro contra la publicidad"),
    p.Flag.ON_STOP_LIST: lazy("está en una lista de personas a las que no se contacta"),
    p.Flag.WORKPLACE: lazy("es un medio de su trabajo"),
    p.Flag.WORKPLACE_GIVEN: lazy("dio el medio de su trabajo para este crédito"),
    p.Flag.UNVERIFIED: lazy("no se sabe si responde la persona correcta"),
    p.Flag.FIRST_CONTACT: lazy("es el primer contacto"),
    p.Flag.CHANNEL_AUTHORIZED: lazy("autorizó este medio"),
    p.Flag.CALLER_ID_HIDDEN: lazy("el número sale oculto"),
    p.Flag.PAYEE_NOT_CREDITOR: lazy("se pide pagar a quien no es el acreedor"),
    p.Flag.NO_OPT_OUT_NOTICE: lazy("el mensaje no dice cómo darse de baja"),
    p.Flag.INBOUND_REPLY: lazy("se le contesta a algo que escribió"),
    p.Flag.REQUESTED_INFO: lazy("pidió esta información"),
    p.Flag.NO_DEBT: lazy("no debe nada"),
    p.Flag.DISPUTED: lazy("hay una aclaración abierta"),
    p.Flag.ON_HOLD: lazy("la gestión está en pausa"),
    p.Flag.PROMISED: lazy("hay una promesa vigente"),
    p.Flag.OPTED_OUT: lazy("dejó este medio (BAJA)"),
    p.Flag.BAD_POINT: lazy("el medio está equivocado o rebotado"),
    p.Flag.UNKNOWN_SOURCE: lazy("no se sabe quién dio el medio de contacto"),
    p.Flag.UNKNOWN: lazy("falta un dato necesario"),
}
STATEMENTS: Mapping[p.Statement, str | Promise] = {
    p.Statement.AGENCY: lazy("quién cobra"),
    p.Statement.COLLECTOR: lazy("nombre de quien escribe o llama"),
    p.Statement.AGENCY_ADDRESS: lazy("domicilio y teléfono de quien cobra"),
    p.Statement.CREDITOR: lazy("el acreedor"),
    p.Statement.CONTRACT: lazy("el contrato o documento"),
    p.Statement.AMOUNT: lazy("el monto"),
    p.Statement.CALCULATION_DATE: lazy("la fecha del cálculo"),
    p.Statement.SPLIT: lazy("capital, intereses y gastos por separado"),
    p.Statement.CONDITIONS: lazy("cómo liquidar"),
    p.Statement.COMPLAINTS: lazy("dónde quejarse"),
    p.Statement.PAYEE: lazy("que se paga solo al acreedor"),
    p.Statement.OPT_OUT: lazy("cómo darse de baja"),
    p.Statement.DEBT_COLLECTOR: lazy("que escribe un cobrador"),
}
_CONTENTS: Mapping[p.Content, str | Promise] = {
    p.Content.CREDITOR: lazy("razón social"),
    p.Content.ADDRESS: lazy("domicilio"),
    p.Content.CONTACT: lazy("teléfono o correo"),
    p.Content.PAYMENT: lazy("cuenta de pago"),
    p.Content.COMPLAINTS: lazy("unidad de quejas"),
}
_REQUESTS: Mapping[str, str | Promise] = {
    "access": lazy("Acceso a los datos"),
    "rectification": lazy("Rectificación"),
    "cancellation": lazy("Cancelación"),
    "opposition": lazy("Oposición"),
    "complaint": lazy("Queja"),
}
PURPOSES: Mapping[str, str | Promise] = {
    "REMINDER": lazy("recordatorio"),
    "COLLECTION": lazy("cobranza"),
    "THANKS": lazy("agradecimiento"),
    "INFORMATION": lazy("información"),
}
# What a text says, where a rule counts only beside it.
_TEXTS: Mapping[str, str | Promise] = {
    "C-XSELL": lazy("ofrece un producto"),
    "C-LEGAL": lazy("menciona la vía legal"),
    "C-COURT": lazy("aparenta venir de un juzgado"),
    "C-SEIZE": lazy("amenaza con embargo"),
    "C-CRIM": lazy("amenaza con delito o cárcel"),
}


def details_of(*, rule: p.Rule) -> tuple[str, ...]:
    """Say the numbers and conditions of a rule in sentences; none where its text says all."""
    writer = _WRITERS.get(type(rule))
    return tuple(writer(rule)) if writer is not None else ()


def _listed(names: Sequence[str], words: Mapping[Any, str | Promise]) -> str:
    return ", ".join(str(words.get(one, one)) for one in names)


def limit_words(*, limit: p.Limit) -> str:
    """Say a limit in a sentence."""
    counted = {
        p.Counted.ATTEMPT: ngettext("%(n)s intento", "%(n)s intentos", limit.max),
        p.Counted.DELIVERY: ngettext("%(n)s contacto entregado", "%(n)s contactos entregados", limit.max),
        p.Counted.CONVERSATION: ngettext("%(n)s conversación", "%(n)s conversaciones", limit.max),
    }[limit.counts] % {"n": limit.max}
    period = {
        p.Period.DAY: _("al día"),
        p.Period.WEEK: _("por semana, tanto de lunes a domingo como en siete días seguidos"),
        p.Period.ROLLING_WEEK: _("en siete días seguidos"),
        p.Period.MONTH: _("al mes, tanto del calendario como en treinta días seguidos"),
    }[limit.period]
    return _("Máximo %(counted)s %(period)s.") % {"counted": counted, "period": period}


def _cap(rule: p.CapRule) -> list[str]:
    said = [limit_words(limit=one) for one in rule.limits]
    if rule.per_channel_in_text:
        said.append(_("La lectura literal cuenta cada medio por separado."))
    if rule.unless_answered_today:
        said.append(_("No cuenta el día en que la persona contestó."))
    return said


def _flag(rule: p.FlagRule) -> list[str]:
    said = []
    if rule.flags:
        said.append(_("Objeta si: %s.") % _listed(rule.flags, FLAGS))
    if rule.barred_after_years is not None:
        said.append(
            ngettext(
                "Una deuda parece prescrita %(n)s año después de vencer.",
                "Una deuda parece prescrita %(n)s años después de vencer.",
                rule.barred_after_years,
            )
            % {"n": rule.barred_after_years}
        )
    if rule.flags_of_others:
        said.append(_("Objeta si no es la persona deudora y: %s.") % _listed(rule.flags_of_others, FLAGS))
    if rule.unless:
        said.append(_("Salvo si: %s.") % _listed(rule.unless, FLAGS))
    if len(rule.purposes) < len(PURPOSES):
        said.append(_("Mira los contactos de: %s.") % _listed(rule.purposes, PURPOSES))
    if rule.with_text:
        said.append(_("Solo junto a un texto que: %s.") % _listed(rule.with_text, _TEXTS))
    return said


def _content(rule: p.ContentRule) -> list[str]:
    said = []
    if rule.first:
        said.append(_("El primer mensaje dice: %s.") % _listed(rule.first, STATEMENTS))
    if rule.later:
        said.append(_("Los siguientes dicen: %s.") % _listed(rule.later, STATEMENTS))
    if rule.company:
        said.append(_("La empresa debe haber dado: %s.") % _listed(rule.company, _CONTENTS))
    return said


def _notice(rule: p.NoticeRule) -> list[str]:
    said = [
        ngettext(
            "%(n)s aviso antes de reportar.",
            "%(n)s avisos en días distintos antes de reportar.",
            rule.notices,
        )
        % {"n": rule.notices},
        ngettext("%(n)s día después del último aviso.", "%(n)s días después del último aviso.", rule.days)
        % {"n": rule.days},
    ]
    if rule.wage_share_max is not None:
        said.append(
            _("Solo deudas de hasta %s %% del salario mínimo mensual.") % f"{rule.wage_share_max * 100:g}"
        )
    return said


def _scale(rule: p.FeeScaleRule) -> list[str]:
    said = []
    for top, share in rule.brackets:
        percent = f"{share * 100:g}"
        said.append(
            _("Por lo que pasa de ahí: %(share)s %%.") % {"share": percent}
            if top is None
            else _("Hasta %(top)s unidades de cuenta: %(share)s %%.") % {"top": f"{top:g}", "share": percent}
        )
    if rule.without_notice:
        said.append(_("Sin el aviso gratuito a tiempo: %s unidades menos.") % f"{rule.without_notice:g}")
    return said


def _info(rule: p.InfoRule) -> list[str]:
    return [
        (
            ngettext("%(what)s: %(n)s día natural.", "%(what)s: %(n)s días naturales.", one.days)
            if one.calendar
            else ngettext("%(what)s: %(n)s día hábil.", "%(what)s: %(n)s días hábiles.", one.days)
        )
        % {"what": _REQUESTS[one.request], "n": one.days}
        for one in rule.deadlines
    ]


def _days(rule: p.GapRule) -> list[str]:
    return [
        ngettext(
            "Al menos %(n)s día de un intento al siguiente.",
            "Al menos %(n)s días de un intento al siguiente.",
            rule.days,
        )
        % {"n": rule.days}
    ]


def _cooldown(rule: p.CooldownRule) -> list[str]:
    return [
        ngettext(
            "Nada durante %(n)s día, desde el de una conversación.",
            "Nada durante %(n)s días, desde el de una conversación.",
            rule.days,
        )
        % {"n": rule.days}
    ]


def _reply_cap(rule: p.ReplyCapRule) -> list[str]:
    return [
        ngettext(
            "Si ya contestó, %(n)s contacto más ese día.",
            "Si ya contestó, %(n)s contactos más ese día.",
            rule.max,
        )
        % {"n": rule.max}
    ]


_WRITERS: Mapping[type, Callable[[Any], list[str]]] = {
    p.CapRule: _cap,
    p.ReplyCapRule: _reply_cap,
    p.GapRule: _days,
    p.CooldownRule: _cooldown,
    p.LockRule: lambda _rule: [_("Tras un contacto, ningún otro medio en esa semana.")],
    p.FlagRule: _flag,
    p.ConsentRule: lambda _rule: [_("Solo los medios que la persona autorizó.")],
    p.VisitRule: lambda rule: (
        [_("Salvo productos: %s.") % ", ".join(rule.except_products)] if rule.except_products else []
    ),
    p.ContentRule: _content,
    p.NoticeRule: _notice,
    p.LateNoticeRule: lambda rule: [_("A más tardar %s meses después del atraso.") % rule.months],
    p.FeeDayRule: lambda rule: [_("Ningún gasto antes del día %s de atraso.") % rule.day],
    p.FeeScaleRule: _scale,
    p.FeeShareRule: lambda rule: [_("A lo más %s %% de la deuda.") % f"{rule.share * 100:g}"],
    p.InfoRule: _info,
}
