"""What stands in each form of the plan editor."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as lazy

from puntual.plans import queries as plans
from puntual.plans.queries.words import (
    ANCHORS,
    CHANNELS,
    FEES,
    KINDS,
    KPIS,
    MISSED,
    PURPOSES,
    ROLES,
    TONES,
    Words,
)
from puntual.plans.types import (
    Missed,
    MoveTarget,
    PurposeWord,
    Tone,
)
from puntual.staff.forms.plan_parts import PartField, PartForm, PartRows


def members(data: Any, *path: str | int) -> list[tuple[int, dict[str, Any]]]:
    """List the members of a list of a plan with their places; what is no part at all is left out."""
    found = plans.part_of(data=data, path=path)
    return (
        [(at, one) for at, one in enumerate(found) if isinstance(one, dict)]
        if isinstance(found, list)
        else []
    )


def named(data: Any, *path: str | int) -> Words:
    """Offer the members of a list by their keys and names."""
    return tuple(
        (str(one.get("clave", "")), str(one.get("nombre") or one.get("clave", "")))
        for _at, one in members(data, *path)
    )


def currency_of(data: Any) -> str:
    """Return the currency of a plan; pesos where it does not say one."""
    found = data.get("moneda") if isinstance(data, dict) else None
    return found if isinstance(found, str) and len(found) == 3 else "MXN"


def step_form(*, data: Any, path: tuple[str | int, ...], templates: Sequence[tuple[str, str]]) -> PartForm:
    """Describe the form of a step."""
    nothing: Words = (("", lazy("Ninguno")),)
    targets = (
        ("", lazy("No lo mueve")),
        *((key, lazy("A la etapa %s") % name) for key, name in named(data, "etapas")),
        (MoveTarget.AGENCY.value, lazy("A un despacho")),
        (MoveTarget.LEGAL.value, lazy("A jurídico")),
    )
    when = (
        PartField("nombre", lazy("Nombre del paso"), is_required=True),
        PartField("ancla", lazy("Se cuenta desde"), "select", ANCHORS),
        PartField("dias", lazy("Días"), "int", help=lazy("Negativo es antes."), is_required=True),
        PartField(
            "dias_habiles", lazy("Solo en días hábiles: si no lo es, al siguiente"), "flag", default=True
        ),
    )
    what = (
        PartField("canal", lazy("Canal"), "select", (("", lazy("Ninguno: mueve el caso")), *CHANNELS)),
        PartField("alternativas", lazy("Si no se puede, por"), "several", (*nothing, *CHANNELS)),
        PartField(
            "plantilla", lazy("Plantilla"), "select", (("", lazy("Sin plantilla: es una tarea")), *templates)
        ),
        PartField("tono", lazy("Tono"), "select", TONES, default=Tone.WARM.value),
        PartField("fin", lazy("Para qué"), "select", PURPOSES, default=PurposeWord.COLLECTION.value),
        PartField("equipo", lazy("Equipo"), "select", (*nothing, *named(data, "recursos", "equipos"))),
        PartField("mueve_a", lazy("Mueve el caso"), "select", targets),
    )
    offer = (
        PartField("oferta.descuento", lazy("Descuento"), "number", suffix="%"),
        PartField("oferta.parcialidades", lazy("Parcialidades, hasta"), "int"),
        PartField("oferta.vigencia_dias", lazy("Vigencia"), "int", suffix=lazy("días")),
    )
    late = (
        PartField("recuperar", lazy("Se admite después, hasta"), "int", default=3, suffix=lazy("días")),
        PartField(
            "perdidos", lazy("De varios pasos perdidos"), "select", MISSED, default=Missed.LATEST.value
        ),
        PartField("por_aprobar", lazy("Una persona lo aprueba antes"), "flag", default=False),
        PartField(
            "primera_palabra",
            lazy("Es la primera palabra; deja para responder"),
            "int",
            suffix=lazy("días"),
            help=lazy(
                "A quien nadie ha contactado se le empieza por este paso, por tarde que sea; los demás esperan estos "
                "días. Vacío: no lo es."
            ),
        ),
    )
    return PartForm(
        path,
        (
            (lazy("Cuándo"), when),
            (lazy("Qué se hace"), what),
            (lazy("A quién"), (PartField("si", lazy("Solo si"), "condition"),)),
            (lazy("Qué se ofrece"), offer),
            (lazy("Si no se pudo ese día"), late),
        ),
        currency_of(data),
    )


def plan_form() -> PartForm:
    """Describe the form of what a plan says of itself."""
    return PartForm(
        (),
        (
            (
                "",
                (
                    PartField("nombre", lazy("Nombre"), is_required=True),
                    PartField("descripcion", lazy("Descripción"), "area"),
                    PartField("responsable", lazy("Responsable")),
                    PartField(
                        "moneda", lazy("Moneda"), default="MXN", help=lazy("Con tres letras: MXN, USD.")
                    ),
                    PartField("vigente_desde", lazy("Vigente desde"), "day"),
                    PartField("vigente_hasta", lazy("Vigente hasta"), "day"),
                ),
            ),
        ),
    )


def policy_form(*, data: Any) -> PartForm:
    """Describe the form of the policy; amounts are in the plan's currency."""
    money, stages = currency_of(data), named(data, "etapas")
    days = lazy("días")
    late = (
        PartField("dias_de_gracia", lazy("Días de gracia"), "int", default=0, suffix=days),
        PartField(
            "tolerancia_de_promesas_dias_habiles",
            lazy("Tolerancia de promesas"),
            "int",
            default=1,
            suffix=lazy("días hábiles"),
        ),
        PartField(f"saldo_minimo.{money}", lazy("Por menos de esto no se contacta"), "number", suffix=money),
        PartField(f"pago_minimo.{money}", lazy("Pago mínimo"), "number", suffix=money),
    )
    charges = (
        PartField("cargo_por_mora.tipo", lazy("Cargo por mora"), "select", FEES),
        PartField(f"cargo_por_mora.importes.{money}", lazy("Importe del cargo"), "number", suffix=money),
        PartField("cargo_por_mora.porcentaje", lazy("Porcentaje del cargo"), "number", suffix="%"),
        PartField("interes_moratorio.tasa_anual", lazy("Interés moratorio al año"), "number", suffix="%"),
        PartField("interes_moratorio.desde_dia", lazy("Interés desde el día"), "int"),
        PartField(
            "descuento_por_pronto_pago.porcentaje", lazy("Descuento por pronto pago"), "number", suffix="%"
        ),
        PartField(
            "descuento_por_pronto_pago.dias_antes", lazy("Si paga antes de vencer por"), "int", suffix=days
        ),
    )
    who = (
        PartField("etapa", lazy("Etapa"), "select", (("", "—"), *stages)),
        PartField("rol", lazy("Quién"), "select", (("", "—"), *ROLES)),
    )
    limits = (
        PartRows(
            "quitas",
            lazy("Quitas: hasta cuánto puede dejar ir cada quien"),
            (*who, PartField("hasta_porcentaje", lazy("Hasta"), "number", suffix="%")),
            {},
        ),
        PartRows(
            "prorrogas",
            lazy("Prórrogas: hasta cuánto puede mover un vencimiento"),
            (
                *who,
                PartField("dias", lazy("Días"), "int"),
                PartField("veces", lazy("Veces"), "int"),
            ),
            {},
        ),
    )
    groups = ((lazy("Mora"), late), (lazy("Cargos y descuentos"), charges), (lazy("Límites"), limits))
    return PartForm(("politica",), groups)


def resources_form(*, data: Any) -> PartForm:
    """Describe the form of teams and channels."""
    money = currency_of(data)
    teams = PartRows(
        "equipos",
        lazy("Equipos"),
        (
            PartField("clave", lazy("Clave"), help=lazy("minúsculas y guiones")),
            PartField("nombre", lazy("Nombre")),
            PartField("personas", lazy("Personas"), "int"),
            PartField("gestiones_por_dia", lazy("Gestiones al día"), "int"),
        ),
        {},
        lazy("Quién hace las tareas, y cuántas puede hacer cada persona en un día."),
    )
    channels = tuple(
        field
        for key, label in CHANNELS
        for field in (
            PartField(f"canales.{key}.por_dia", lazy("%s: lo más al día") % label, "int"),
            PartField(f"canales.{key}.costo", lazy("%s: costo de cada uso") % label, "number", suffix=money),
        )
    )
    return PartForm(("recursos",), ((lazy("Personas"), (teams,)), (lazy("Canales"), channels)))


def goals_form(*, data: Any) -> PartForm:
    """Describe the form of the goals."""
    goals = PartRows(
        "objetivos",
        lazy("Objetivos"),
        (
            PartField("kpi", lazy("Indicador"), "select", (("", "—"), *KPIS)),
            PartField("meta", lazy("Meta"), "number"),
            PartField("cambio_porcentual", lazy("o cambio %"), "number"),
            PartField(
                "segmento", lazy("Segmento"), "select", (("", lazy("Todos")), *named(data, "segmentos"))
            ),
            PartField("producto", lazy("o producto")),
            PartField("desde", lazy("Desde"), "day"),
            PartField("hasta", lazy("Hasta"), "day"),
        ),
        {},
        lazy("Una meta a la que llegar, o un cambio contra el principio del periodo: -15 es bajar 15 %."),
    )
    return PartForm((), (("", (goals,)),))


def stage_form(*, data: Any, path: tuple[str | int, ...], is_first: bool) -> PartForm:
    """Describe the form of a stage; into the first one comes everybody who owes."""
    name = (
        PartField("nombre", lazy("Nombre"), is_required=True),
        PartField("tipo", lazy("Tipo"), "select", KINDS),
    )
    rules = (
        PartField("entra", lazy("Entra quien"), "condition"),
        PartField(
            "sale",
            lazy("Sale quien"),
            "condition",
            help=lazy("Regresa a la etapa anterior aunque cumpla la entrada."),
        ),
        PartField(
            "se_salta", lazy("Se la salta quien"), "condition", help=lazy("Pasa a la etapa siguiente.")
        ),
        PartField("regresa", lazy("Quien ya no cumple la entrada regresa solo"), "flag", default=True),
    )
    return PartForm(path, (("", name), (lazy("Reglas"), rules[1:] if is_first else rules)), currency_of(data))


def segment_form(*, data: Any, path: tuple[str | int, ...], is_last: bool) -> PartForm:
    """Describe the form of a segment; into the last one falls whoever fits no other."""
    name = (PartField("nombre", lazy("Nombre"), is_required=True),)
    rules = (
        () if is_last else ((lazy("Quiénes son"), (PartField("si", lazy("Cae aquí quien"), "condition"),)),)
    )
    return PartForm(path, (("", name), *rules), currency_of(data))
