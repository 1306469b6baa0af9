"""
The plan as one document: goals, policy, resources, stages, segments, strategies.

Its file is YAML in Spanish; these models say what may stand in it, and give its published JSON Schema. Names in code
are English, names in the file are the aliases. Amounts are decimal numbers in the currency that stands beside them,
shares are percent, days are days of the calendar unless they say working days.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

FORMAT = "puntual-plan-1"

Key = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
Name = Annotated[str, Field(min_length=1, max_length=120)]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
Amount = Annotated[Decimal, Field(ge=0, max_digits=16, decimal_places=2)]
Percent = Annotated[Decimal, Field(ge=0, le=100, max_digits=5, decimal_places=2)]
Days = Annotated[int, Field(ge=0, le=3650)]
Count = Annotated[int, Field(ge=1, le=1_000_000)]
# A condition as `assessment.rules.conditions` reads it; what stands in it is judged there.
RawCondition = Any


class Part(BaseModel):
    """A part of a plan: nothing that it does not know, nothing that changes."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
        str_strip_whitespace=True,
    )


class StageKind(StrEnum):
    """What a stage is in the eyes of the law and on the pages."""

    PREVENTIVE = "preventiva"
    ADMINISTRATIVE = "administrativa"
    EXTRAJUDICIAL = "extrajudicial"
    JUDICIAL = "judicial"


class AnchorWord(StrEnum):
    """The day that a step counts from."""

    # Every coming due date of its own.
    DUE_DATE = "vencimiento"
    # The oldest due date that is still owed.
    OLDEST_DUE_DATE = "atraso"
    STAGE_ENTRY = "entrada-a-etapa"
    PROMISE_DUE_DATE = "promesa"
    PROMISE_BROKEN = "promesa-incumplida"
    LAST_CONTACT = "ultimo-contacto"
    PAYMENT = "pago"


class ChannelWord(StrEnum):
    """How a step reaches somebody."""

    EMAIL = "correo"
    WHATSAPP = "whatsapp"
    SMS = "sms"
    CALL = "llamada"
    LETTER = "carta"
    VISIT = "visita"


class PurposeWord(StrEnum):
    """Why a step reaches somebody."""

    REMINDER = "recordatorio"
    COLLECTION = "cobranza"
    THANKS = "agradecimiento"
    INFORMATION = "informacion"


class Tone(StrEnum):
    """How a message speaks."""

    WARM = "cordial"
    NEUTRAL = "neutral"
    FIRM = "firme"
    FORMAL = "formal"


class Missed(StrEnum):
    """What becomes of steps whose day passed without a run."""

    # Only the latest one that is still in time is taken.
    LATEST = "el-ultimo"
    # One a day, the oldest first, while each is in time.
    ALL = "todos"
    # None: who was not reached on the day is not reached.
    DROP = "ninguno"


class MoveTarget(StrEnum):
    """Where a step moves a case that is no stage of the plan."""

    AGENCY = "despacho"
    LEGAL = "juridico"


class FeeKind(StrEnum):
    """How a late charge is counted."""

    FIXED = "fijo"
    PERCENT = "porcentaje"


class Role(StrEnum):
    """Who may grant something."""

    COLLECTOR = "gestor"
    SUPERVISOR = "supervisor"
    MANAGER = "gerente"


class Kpi(StrEnum):
    """What a goal is measured by; formulas stand in the glossary."""

    DSO = "DSO"
    CEI = "CEI"
    OVERDUE_SHARE = "indice-de-morosidad"
    RECOVERY_RATE = "tasa-de-recuperacion"
    KEPT_RATE = "promesas-cumplidas"
    ROLL_RATE = "tasa-de-deterioro"
    CURE_RATE = "tasa-de-cura"
    COST = "costo-de-cobranza"


class Goal(Part):
    """A measurable goal: a level to reach or a change to make, of a segment, a product or all, within a period."""

    kpi: Kpi
    # A level (35 days, 92 %) or a change of what it was at the start (-15 %).
    target: Decimal | None = Field(default=None, alias="meta")
    change_percent: Decimal | None = Field(default=None, alias="cambio_porcentual")
    segment: Key | None = Field(default=None, alias="segmento")
    # Documents of one product alone, as the company's files name it.
    product: Annotated[str, Field(min_length=1, max_length=120)] | None = Field(
        default=None, alias="producto"
    )
    from_date: date = Field(alias="desde")
    until_date: date = Field(alias="hasta")


class LateCharge(Part):
    """What a late document costs once."""

    kind: FeeKind = Field(alias="tipo")
    # An amount by currency, or a share of what is overdue.
    amounts: dict[Currency, Amount] = Field(default_factory=dict, alias="importes")
    percent: Percent | None = Field(default=None, alias="porcentaje")
    from_day: Days = Field(default=1, alias="desde_dia")


class LateInterest(Part):
    """Interest of late documents, by year of 360 days on what is open."""

    annual_percent: Annotated[Decimal, Field(ge=0, le=1000, max_digits=6, decimal_places=2)] = Field(
        alias="tasa_anual"
    )
    from_day: Days = Field(default=1, alias="desde_dia")


class PromptDiscountRule(Part):
    """A discount for who pays early."""

    percent: Percent = Field(alias="porcentaje")
    days_before_due: Days = Field(alias="dias_antes")


class SettlementLimit(Part):
    """How much of a debt somebody may let go, in a stage."""

    stage: Key = Field(alias="etapa")
    role: Role = Field(alias="rol")
    percent_max: Percent = Field(alias="hasta_porcentaje")


class ExtensionLimit(Part):
    """How far somebody may move a due date, in a stage."""

    stage: Key = Field(alias="etapa")
    role: Role = Field(alias="rol")
    days_max: Days = Field(alias="dias")
    times_max: Annotated[int, Field(ge=1, le=12)] = Field(default=1, alias="veces")


class Policy(Part):
    """The written policy that steps and people keep to."""

    grace_days: Days = Field(default=0, alias="dias_de_gracia")
    promise_tolerance_days: Annotated[int, Field(ge=0, le=30)] = Field(
        default=1, alias="tolerancia_de_promesas_dias_habiles"
    )
    late_charge: LateCharge | None = Field(default=None, alias="cargo_por_mora")
    late_interest: LateInterest | None = Field(default=None, alias="interes_moratorio")
    prompt_discount: PromptDiscountRule | None = Field(default=None, alias="descuento_por_pronto_pago")
    payment_min: dict[Currency, Amount] = Field(default_factory=dict, alias="pago_minimo")
    # Who owes less is not reached for it.
    balance_min: dict[Currency, Amount] = Field(default_factory=dict, alias="saldo_minimo")
    settlements: tuple[SettlementLimit, ...] = Field(default=(), alias="quitas")
    extensions: tuple[ExtensionLimit, ...] = Field(default=(), alias="prorrogas")


class Team(Part):
    """People who carry out tasks."""

    key: Key = Field(alias="clave")
    name: Name = Field(alias="nombre")
    people: Count = Field(default=1, alias="personas")
    # Tasks that one person can do in a working day.
    tasks_per_day: Count = Field(default=60, alias="gestiones_por_dia")


class ChannelResource(Part):
    """What a channel can carry in a day, and what one use costs in the plan's currency."""

    per_day_max: Count | None = Field(default=None, alias="por_dia")
    cost: Annotated[Decimal, Field(ge=0, max_digits=10, decimal_places=4)] = Field(
        default=Decimal(0), alias="costo"
    )


class Resources(Part):
    """Who and what the plan works with."""

    teams: tuple[Team, ...] = Field(default=(), alias="equipos")
    channels: dict[ChannelWord, ChannelResource] = Field(default_factory=dict, alias="canales")


class StageRule(Part):
    """A stage: who enters, who leaves before its end, who passes it by, and whether one comes back from a later one."""

    key: Key = Field(alias="clave")
    name: Name = Field(alias="nombre")
    kind: StageKind = Field(alias="tipo")
    enters: RawCondition = Field(default=None, alias="entra")
    # Who fulfils it goes back to the stage before, although they would enter.
    leaves: RawCondition = Field(default=None, alias="sale")
    # Who fulfils it goes past this stage to the next one.
    skipped: RawCondition = Field(default=None, alias="se_salta")
    # Whether one who no longer fulfils `entra` goes back by themselves; else only by paying or by hand.
    returns: bool = Field(default=True, alias="regresa")


class SegmentRule(Part):
    """A group of customers that are treated alike; the first one in the plan's order that fits is theirs."""

    key: Key = Field(alias="clave")
    name: Name = Field(alias="nombre")
    condition: RawCondition = Field(default=None, alias="si")


class Offer(Part):
    """What a step may offer; limits of the policy hold for it too."""

    discount_percent: Percent | None = Field(default=None, alias="descuento")
    instalments_max: Annotated[int, Field(ge=2, le=60)] | None = Field(default=None, alias="parcialidades")
    valid_days: Days = Field(default=10, alias="vigencia_dias")


class StepRule(Part):
    """One possible action on the timeline: a message, a task for a person, or a move."""

    key: Key = Field(alias="clave")
    name: Name = Field(alias="nombre")
    anchor: AnchorWord = Field(alias="ancla")
    # Negative is before the anchor.
    offset_days: Annotated[int, Field(ge=-365, le=3650)] = Field(alias="dias")
    # Days after its day on which a step that could not be taken may still be.
    catch_up_days: Days = Field(default=3, alias="recuperar")
    missed: Missed = Field(default=Missed.LATEST, alias="perdidos")
    # A step whose day is no working day is taken on the next one.
    working_days: bool = Field(default=True, alias="dias_habiles")
    channel: ChannelWord | None = Field(default=None, alias="canal")
    # Taken in order where the channel before cannot reach the customer.
    fallbacks: tuple[ChannelWord, ...] = Field(default=(), alias="alternativas")
    purpose: PurposeWord = Field(default=PurposeWord.COLLECTION, alias="fin")
    template: Annotated[str, Field(max_length=60)] = Field(default="", alias="plantilla")
    tone: Tone = Field(default=Tone.WARM, alias="tono")
    offer: Offer | None = Field(default=None, alias="oferta")
    team: Key | None = Field(default=None, alias="equipo")
    # Where the step moves the case: a stage of the plan, «despacho» or «juridico».
    moves_to: Key | None = Field(default=None, alias="mueve_a")
    condition: RawCondition = Field(default=None, alias="si")
    # Waits for a person before it is carried out.
    needs_approval: bool = Field(default=False, alias="por_aprobar")
    # The first word to whom nobody ever contacted, however late they are: it goes before any other contact, which
    # then leave so many days to answer it.
    first_word_days: Annotated[int, Field(ge=1, le=30)] | None = Field(default=None, alias="primera_palabra")


class Strategy(Part):
    """The steps of a cell of the matrix: stages × segments. Without names it is for all of them."""

    stages: tuple[Key, ...] = Field(default=(), alias="etapas")
    segments: tuple[Key, ...] = Field(default=(), alias="segmentos")
    steps: tuple[StepRule, ...] = Field(min_length=1, alias="pasos")


class PlanFile(Part):
    """A whole plan, as its file says it."""

    format: Annotated[str, Field(pattern=f"^{FORMAT}$")] = Field(alias="formato")
    key: Key = Field(alias="clave")
    name: Name = Field(alias="nombre")
    description: Annotated[str, Field(max_length=2000)] = Field(default="", alias="descripcion")
    owner: Annotated[str, Field(max_length=120)] = Field(default="", alias="responsable")
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] = Field(default="MX", alias="pais")
    currency: Currency = Field(default="MXN", alias="moneda")
    valid_from: date | None = Field(default=None, alias="vigente_desde")
    valid_until: date | None = Field(default=None, alias="vigente_hasta")
    goals: tuple[Goal, ...] = Field(default=(), alias="objetivos")
    policy: Policy = Field(default_factory=Policy, alias="politica")
    resources: Resources = Field(default_factory=Resources, alias="recursos")
    stages: tuple[StageRule, ...] = Field(min_length=1, max_length=20, alias="etapas")
    segments: tuple[SegmentRule, ...] = Field(min_length=1, max_length=50, alias="segmentos")
    strategies: tuple[Strategy, ...] = Field(min_length=1, max_length=200, alias="estrategias")

    def steps(self) -> Iterator[tuple[Strategy, StepRule]]:
        """Yield every step with its strategy, in the order of the file."""
        for strategy in self.strategies:
            for step in strategy.steps:
                yield strategy, step
