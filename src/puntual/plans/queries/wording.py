"""Sentences of plans: what is wrong with one, where, and what changed between two."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from puntual.assessment import queries as assessment
from puntual.plans import rules
from puntual.plans.queries import words
from puntual.plans.types import Change, ChangeKind, Fault, MalformedPlan, PlanFault, PlanFile

_SENTENCES = {
    PlanFault.TOO_LARGE: gettext_lazy(
        "El archivo del plan es demasiado grande; el límite es de %(limit)s mil letras."
    ),
    PlanFault.NOT_YAML: gettext_lazy(
        "El archivo no se puede leer como YAML: revise sangrías, comas y comillas."
    ),
    PlanFault.REPEATED_NAME: gettext_lazy("Un mismo dato está dos veces."),
    PlanFault.ALIAS: gettext_lazy("Una parte apunta a otra con «*». Escríbala completa."),
    PlanFault.TOO_DEEP: gettext_lazy("Hay demasiadas partes una dentro de otra; el límite es de %(limit)s."),
    PlanFault.NOT_A_PLAN: gettext_lazy(
        "El archivo no es un plan: debe empezar con «formato», «clave» y «nombre»."
    ),
    PlanFault.TAGGED: gettext_lazy(
        "Una parte lleva la marca «%(tag)s». Quítela: un plan solo lleva textos, números, listas y datos con nombre."
    ),
    PlanFault.NOT_STORABLE: gettext_lazy("«%(name)s» lleva un número o una letra que no se puede guardar."),
    PlanFault.MISSING: gettext_lazy("Falta «%(name)s»."),
    PlanFault.UNKNOWN_NAME: gettext_lazy("El plan no conoce «%(name)s»."),
    PlanFault.WRONG_TYPE: gettext_lazy("«%(value)s» no sirve en «%(name)s»: escriba %(wanted)s."),
    PlanFault.NOT_ONE_OF: gettext_lazy("«%(value)s» no es un valor de «%(name)s». Puede ser: %(allowed)s."),
    PlanFault.WRONG_FORM: gettext_lazy("«%(value)s» no está escrito como «%(name)s» lo pide."),
    PlanFault.TOO_SMALL: gettext_lazy("«%(name)s» es %(value)s; lo menos es %(limit)s."),
    PlanFault.TOO_BIG: gettext_lazy("«%(name)s» es %(value)s; lo más es %(limit)s."),
    PlanFault.TOO_LONG: gettext_lazy("«%(name)s» es demasiado largo; el límite es %(limit)s."),
    PlanFault.TOO_SHORT: gettext_lazy("«%(name)s» no puede estar vacío."),
    PlanFault.NOT_A_LIST: gettext_lazy("«%(name)s» debe ser una lista."),
    PlanFault.NOT_NAMED: gettext_lazy("«%(name)s» debe llevar datos con su nombre, como «nombre: valor»."),
    PlanFault.NOT_ONE_VALUE: gettext_lazy("«%(name)s» debe ser un solo valor, no una lista ni varios datos."),
    PlanFault.OLD_FORMAT: gettext_lazy(
        "El archivo es de una forma anterior. Empiece por un plan de ejemplo."
    ),
    PlanFault.REPEATED_KEY: gettext_lazy("La clave «%(key)s» está repetida."),
    PlanFault.NO_SUCH_STAGE: gettext_lazy("No hay una etapa «%(name)s». Hay: %(allowed)s."),
    PlanFault.NO_SUCH_SEGMENT: gettext_lazy("No hay un segmento «%(name)s». Hay: %(allowed)s."),
    PlanFault.NO_SUCH_TEAM: gettext_lazy("No hay un equipo «%(name)s» entre los recursos."),
    PlanFault.NO_SUCH_TARGET: gettext_lazy("No se puede mover a «%(name)s». Se puede a: %(allowed)s."),
    PlanFault.NO_SUCH_TEMPLATE: gettext_lazy("No hay una plantilla «%(name)s». Hay: %(allowed)s."),
    PlanFault.NO_LAST_SEGMENT: gettext_lazy(
        "El último segmento, «%(segment)s», no debe llevar condición: es el de quien no cae en otro."
    ),
    PlanFault.SEGMENT_NEVER: gettext_lazy(
        "El segmento «%(segment)s» no lleva condición, así que nadie llega a los que siguen. Póngalo al final."
    ),
    PlanFault.STAGES_OUT_OF_ORDER: gettext_lazy(
        "La etapa «%(stage)s» está después de una más avanzada. El orden es: preventiva, administrativa, "
        "extrajudicial, judicial."
    ),
    PlanFault.FIRST_STAGE_ENTERS: gettext_lazy(
        "La primera etapa, «%(stage)s», no lleva «entra»: ahí empieza todo el que debe."
    ),
    PlanFault.STAGE_WITHOUT_ENTRY: gettext_lazy(
        "La etapa «%(stage)s» no dice cuándo se entra en ella («entra»)."
    ),
    PlanFault.NOTHING_TO_DO: gettext_lazy(
        "El paso «%(step)s» no dice qué hacer: póngale «canal» o «mueve_a»."
    ),
    PlanFault.TWO_THINGS_TO_DO: gettext_lazy("El paso «%(step)s» hace dos cosas: deje «canal» o «mueve_a»."),
    PlanFault.NO_TEMPLATE: gettext_lazy("El paso «%(step)s» manda un mensaje y no dice con qué plantilla."),
    PlanFault.TEMPLATE_OF_TASK: gettext_lazy(
        "El paso «%(step)s» es una tarea para una persona y no lleva plantilla."
    ),
    PlanFault.REPEATED_CHANNEL: gettext_lazy("El paso «%(step)s» repite un canal entre sus alternativas."),
    PlanFault.DUE_AFTER: gettext_lazy(
        "El paso «%(step)s» va después del vencimiento. Use el ancla «atraso»: un solo mensaje por todo lo vencido."
    ),
    PlanFault.FIRST_WORD_OF_WHAT: gettext_lazy(
        "El paso «%(step)s»: la primera palabra es un mensaje o una llamada que se cuenta desde el atraso."
    ),
    PlanFault.EVERY_DAY: gettext_lazy(
        "El paso «%(step)s» cuenta desde el último contacto y se repetiría todos los días: póngale al menos un día."
    ),
    PlanFault.OFFER_ABOVE_LIMIT: gettext_lazy(
        "El descuento pasa del límite de quitas de la política (%(limit)s %%)."
    ),
    PlanFault.OFFER_ABOVE_STAGE: gettext_lazy(
        "El paso «%(step)s» ofrece %(offered)s %% de descuento y en la etapa «%(stage)s» la política permite hasta "
        "%(limit)s %%."
    ),
    PlanFault.PERIOD_BACKWARDS: gettext_lazy("El periodo termina antes de empezar."),
    PlanFault.GOAL_WITHOUT_TARGET: gettext_lazy(
        "El objetivo de %(kpi)s debe decir «meta» o «cambio_porcentual», una de las dos."
    ),
    PlanFault.CHARGE_WITHOUT_VALUE: gettext_lazy(
        "El cargo por mora no dice cuánto: «importes» si es fijo, «porcentaje» si no."
    ),
}


_WANTED = {
    "int": gettext_lazy("un número entero, por ejemplo 5"),
    "decimal": gettext_lazy("un número, por ejemplo 12.50"),
    "bool": gettext_lazy("sí o no (true, false)"),
    "date": gettext_lazy("una fecha, por ejemplo 2026-12-31"),
    "string": gettext_lazy("un texto"),
}
# Said of a file by the name that must be written there.
_BY_THE_FILE = (PlanFault.MISSING, PlanFault.UNKNOWN_NAME)


class _Blank(dict[str, str]):
    """Leave a value out that a fault does not tell."""

    def __missing__(self, key: str) -> str:
        return "?"


def fault_sentence(*, fault: Fault) -> str:
    """Say in a sentence what is wrong; where it is stands beside it."""
    if fault.code is PlanFault.CONDITION:
        return assessment.fault_sentence(code=fault.condition_code, values=dict(fault.values))
    values = _Blank(fault.values)
    if "name" in values and not (fault.line and fault.code in _BY_THE_FILE):
        values["name"] = setting_label(name=values["name"])
    values["wanted"] = str(_WANTED.get(values.get("wanted", ""), _("otro valor")))
    return str(_SENTENCES[fault.code]) % values


def fault_place(*, fault: Fault) -> str:
    """Say where in the file something is wrong: its line, and the way to it."""
    way = ""
    for step in fault.path:
        way += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if way else step
    if fault.line and way:
        return _("línea %(line)d, %(way)s") % {"line": fault.line, "way": way}
    return _("línea %d") % fault.line if fault.line else way


def fault_lines(*, faults: Sequence[Fault]) -> list[str]:
    """Say all that is wrong with a plan, a line for each."""
    return [
        f"{place}: {fault_sentence(fault=fault)}"
        if (place := fault_place(fault=fault))
        else fault_sentence(fault=fault)
        for fault in faults
    ]


def worded(*, refused: MalformedPlan) -> MalformedPlan:
    """Give a refusal the words of its first fault, and how many more there are."""
    lines = fault_lines(faults=refused.faults)
    more = _(" (y %d más)") % (len(lines) - 1) if len(lines) > 1 else ""
    return MalformedPlan(refused.faults, lines[0] + more)


_PARTS = {
    "plan": gettext_lazy("Plan"),
    "politica": gettext_lazy("Política"),
    "recursos": gettext_lazy("Recursos"),
    "etapas": gettext_lazy("Etapa"),
    "segmentos": gettext_lazy("Segmento"),
    "pasos": gettext_lazy("Paso"),
}
_ORDER = {
    "etapas": gettext_lazy("Cambia el orden de las etapas: %(order)s."),
    "segmentos": gettext_lazy("Cambia el orden de los segmentos: %(order)s."),
    "pasos": gettext_lazy("Cambia el orden de los pasos: %(order)s."),
}
_SETTINGS = {
    "nombre": gettext_lazy("nombre"),
    "descripcion": gettext_lazy("descripción"),
    "responsable": gettext_lazy("responsable"),
    "pais": gettext_lazy("país"),
    "moneda": gettext_lazy("moneda"),
    "vigente_desde": gettext_lazy("vigente desde"),
    "vigente_hasta": gettext_lazy("vigente hasta"),
    "objetivos": gettext_lazy("objetivos"),
    "dias_de_gracia": gettext_lazy("días de gracia"),
    "tolerancia_de_promesas_dias_habiles": gettext_lazy("tolerancia de promesas (días hábiles)"),
    "cargo_por_mora": gettext_lazy("cargo por mora"),
    "interes_moratorio": gettext_lazy("interés moratorio"),
    "descuento_por_pronto_pago": gettext_lazy("descuento por pronto pago"),
    "pago_minimo": gettext_lazy("pago mínimo"),
    "saldo_minimo": gettext_lazy("saldo mínimo"),
    "quitas": gettext_lazy("límites de quita"),
    "prorrogas": gettext_lazy("límites de prórroga"),
    "equipos": gettext_lazy("equipos"),
    "canales": gettext_lazy("canales"),
    "tipo": gettext_lazy("tipo"),
    "entra": gettext_lazy("cuándo se entra"),
    "sale": gettext_lazy("cuándo se sale"),
    "se_salta": gettext_lazy("quién se la salta"),
    "regresa": gettext_lazy("si se regresa"),
    "si": gettext_lazy("condición"),
    "etapas": gettext_lazy("etapas"),
    "segmentos": gettext_lazy("segmentos"),
    "ancla": gettext_lazy("ancla"),
    "dias": gettext_lazy("días"),
    "recuperar": gettext_lazy("días para recuperarlo"),
    "perdidos": gettext_lazy("qué se hace con los perdidos"),
    "dias_habiles": gettext_lazy("solo en días hábiles"),
    "canal": gettext_lazy("canal"),
    "alternativas": gettext_lazy("canales alternativos"),
    "fin": gettext_lazy("fin"),
    "plantilla": gettext_lazy("plantilla"),
    "tono": gettext_lazy("tono"),
    "oferta": gettext_lazy("oferta"),
    "equipo": gettext_lazy("equipo"),
    "mueve_a": gettext_lazy("a dónde mueve el caso"),
    "por_aprobar": gettext_lazy("por aprobar"),
    "primera_palabra": gettext_lazy("primera palabra (días para responder)"),
}


_NESTED = {
    "descuento": gettext_lazy("descuento"),
    "parcialidades": gettext_lazy("parcialidades, hasta"),
    "vigencia_dias": gettext_lazy("vigencia en días"),
    "importes": gettext_lazy("importe"),
    "porcentaje": gettext_lazy("porcentaje"),
    "desde_dia": gettext_lazy("desde el día"),
    "tasa_anual": gettext_lazy("tasa anual"),
    "dias_antes": gettext_lazy("días antes"),
    "etapa": gettext_lazy("etapa"),
    "rol": gettext_lazy("quién"),
    "hasta_porcentaje": gettext_lazy("hasta"),
    "veces": gettext_lazy("veces"),
    "personas": gettext_lazy("personas"),
    "gestiones_por_dia": gettext_lazy("gestiones al día"),
    "por_dia": gettext_lazy("lo más al día"),
    "costo": gettext_lazy("costo de cada uso"),
    "kpi": gettext_lazy("indicador"),
    "meta": gettext_lazy("meta"),
    "cambio_porcentual": gettext_lazy("cambio"),
    "segmento": gettext_lazy("segmento"),
    "producto": gettext_lazy("producto"),
    "desde": gettext_lazy("desde"),
    "hasta": gettext_lazy("hasta"),
}
_ADDED = {
    "objetivos": gettext_lazy("Objetivo nuevo: %(told)s."),
    "quitas": gettext_lazy("Límite de quita nuevo: %(told)s."),
    "prorrogas": gettext_lazy("Límite de prórroga nuevo: %(told)s."),
    "equipos": gettext_lazy("Equipo nuevo: %(told)s."),
    "canales": gettext_lazy("Canal nuevo en los recursos: %(told)s."),
    "etapas": gettext_lazy("Etapa nueva: %(told)s."),
    "segmentos": gettext_lazy("Segmento nuevo: %(told)s."),
    "pasos": gettext_lazy("Paso nuevo: %(told)s."),
}
_REMOVED = {
    "objetivos": gettext_lazy("Objetivo quitado: %(told)s."),
    "quitas": gettext_lazy("Límite de quita quitado: %(told)s."),
    "prorrogas": gettext_lazy("Límite de prórroga quitado: %(told)s."),
    "equipos": gettext_lazy("Equipo quitado: %(told)s."),
    "canales": gettext_lazy("Canal quitado de los recursos: %(told)s."),
    "etapas": gettext_lazy("Etapa quitada: «%(member)s»."),
    "segmentos": gettext_lazy("Segmento quitado: «%(member)s»."),
    "pasos": gettext_lazy("Paso quitado: «%(member)s»."),
}


# Members of a list are told one by one: which it is, and what of it changes.
_OF_LIST = {
    "objetivos": gettext_lazy("Objetivo (%(member)s): %(before)s pasa a %(after)s."),
    "quitas": gettext_lazy("Límite de quita (%(member)s): %(before)s pasa a %(after)s."),
    "prorrogas": gettext_lazy("Límite de prórroga (%(member)s): %(before)s pasa a %(after)s."),
    "equipos": gettext_lazy("Equipo %(member)s: %(before)s pasa a %(after)s."),
    "canales": gettext_lazy("Canal %(member)s: %(before)s pasa a %(after)s."),
}


def setting_label(*, name: str) -> str:
    """Name a setting of a plan for people."""
    return str(_SETTINGS.get(name) or _NESTED.get(name) or words.channel_word(name=name))


def terms_told(*, plan: PlanFile) -> dict[str, list[tuple[str, list[str]]]]:
    """Say the policy and the resources of a plan: each setting that says something, by its name, in lines."""
    return {
        str(_PARTS[part]): [
            (setting_label(name=name), _lines(name, value, plan.currency))
            for name, value in settings.items()
            if value not in (None, {}, [])
        ]
        for part, settings in rules.terms(plan).items()
    }


def _lines(name: str, value: Any, currency: str) -> list[str]:
    def told(setting: str, one: Any) -> str:
        return words.said(
            setting=setting,
            value=one,
            currency=currency,
            templates={},
            label=lambda own: setting_label(name=own),
        )

    if name == "canales":
        return [f"{word}: {told(key, value[key])}" for key, word in words.CHANNELS if key in value]
    return [told(name, one) for one in value] if isinstance(value, list) else [told(name, value)]


def change_sentence(*, change: Change, currency: str, templates: Mapping[str, str]) -> str:
    """
    Say in a sentence what differs between two versions.

    Amounts without a currency are in the plan's; `templates` are named by their keys.
    """

    def said(value: object) -> str:
        return words.said(
            setting=change.setting,
            value=value,
            currency=currency,
            templates=templates,
            label=lambda name: setting_label(name=name),
        )

    if change.kind is ChangeKind.ADDED:
        return str(_ADDED[change.part]) % {"told": said(change.after)}
    if change.kind is ChangeKind.REMOVED:
        return str(_REMOVED[change.part]) % {"member": change.member, "told": said(change.before)}
    if change.part in _OF_LIST:
        was, now = change.before, change.after
        differing = [name for name in {**was, **now} if was.get(name) != now.get(name)]
        return str(_OF_LIST[change.part]) % {
            "member": _member(change.part, was, differing, said),
            "before": _told_parts(was, differing, said),
            "after": _told_parts(now, differing, said),
        }
    part = str(_PARTS[change.part])
    if change.kind is ChangeKind.MOVED:
        return str(_ORDER[change.part]) % {"order": ", ".join(change.after)}
    return _("%(where)s: %(setting)s pasa de %(before)s a %(after)s.") % {
        "where": f"{part} «{change.member}»" if change.member else part,
        "setting": setting_label(name=change.setting),
        "before": said(change.before),
        "after": said(change.after),
    }


def _member(
    part: str, member: Mapping[str, Any], differing: Sequence[str], said: Callable[[object], str]
) -> str:
    """Say which member of a list it is: a goal by all that stays, a limit by its stage and role, others by name."""
    if part == "equipos":
        return f"«{member['nombre']}»"
    if part == "canales":
        return words.channel_word(name=member["canal"])
    if part == "objetivos":
        return said({name: one for name, one in member.items() if name not in differing})
    return said({name: member[name] for name in ("etapa", "rol")})


def _told_parts(member: Mapping[str, Any], names: Sequence[str], said: Callable[[object], str]) -> str:
    """Say some settings of a member; the name of one that changed stands as a setting like the others."""
    parts = {name: member.get(name) for name in names}
    named = [f"«{parts.pop('nombre')}»"] if "nombre" in parts else []
    return ", ".join(
        [*named, *([said(parts)] if any(one not in (None, "") for one in parts.values()) else [])]
    ) or said(None)
