"""A contact, a report to a bureau or a charge that is only asked about, over the API. Nothing is written."""

from datetime import datetime, time
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import Field, NaiveDatetime

from puntual.api.auth import READ, Caller
from puntual.api.fields import Amount, Day, Text
from puntual.api.schemas import Error, HoursSent, Invalid, Sent
from puntual.compliance import queries as compliance
from puntual.compliance.operations.acts import try_act
from puntual.compliance.operations.trying import try_contact
from puntual.compliance.types import Flag, OwnHours, Result, Statement, VerdictOutcome
from puntual.compliance.types.trying import ActTrial, Gap, Trial
from puntual.contacts.types import Channel, OwnerRole, Purpose
from puntual.lib.errors import NotFound

_TOUCHES_MAX = 100
Local = Annotated[
    NaiveDatetime,
    Field(
        ge=datetime.fromisoformat("1990-01-01"),
        lt=datetime.fromisoformat("2100-01-01"),
        description="En la hora de la persona, sin zona.",
        examples=["2026-11-23T12:00"],
    ),
]

router = Router(tags=["Reglas"])


class TouchSent(Sent):
    """An earlier contact."""

    at: Local
    channel: Channel
    result: Result


class TrialSent(Sent):
    """A contact that may be made."""

    country: Annotated[Text, Field(pattern="^[A-Z]{2}$", examples=["MX"])]
    state: Annotated[Text, Field(max_length=80, description="Estado o región; vacío: no se sabe.")] = ""
    channel: Channel
    purpose: Purpose = Purpose.COLLECTION
    owner_role: OwnerRole | None = Field(None, description="De quién es el medio; sin él, no se sabe.")
    at: Local
    flags: list[Flag] = Field([], max_length=len(Flag))
    history: list[TouchSent] = Field([], max_length=_TOUCHES_MAX)
    product: Annotated[Text, Field(max_length=80)] = ""
    text: Annotated[Text, Field(max_length=4_000, description="Lo que el mensaje dice.")] = ""
    own_hours: list[HoursSent] = Field([], max_length=7, description="Horario que pidió la persona.")
    missing: list[Statement] = Field([], max_length=len(Statement), description="Lo que el mensaje no dice.")


class ObjectionOut(Schema):
    """A rule that objects."""

    id: str
    text: str
    source: str
    severity: str


class LeftOut(Schema):
    """What a limit still admits."""

    rule: str
    limit: str
    left: int


class TrialOut(Schema):
    """The verdict."""

    outcome: VerdictOutcome
    objections: list[ObjectionOut]
    next_at: datetime | None = Field(description="Desde cuándo sería lícito, en la zona de la persona.")
    remaining: list[LeftOut]
    missing_facts: list[Gap]
    pack_version: str


@router.post(
    "/contacts/try",
    auth=READ,
    response={200: TrialOut, 401: Error, 404: Error, 422: Invalid},
    summary="Preguntar si un contacto sería lícito",
    description=(
        "Lo juzga lo mismo que juzga cada envío: qué reglas objetan, desde cuándo sería lícito y cuánto queda de "
        "cada límite. Nada se guarda ni se envía, por eso basta una llave de lectura."
    ),
)
def try_one(request: HttpRequest, sent: TrialSent) -> dict[str, Any]:
    """Return the verdict on a contact that is not made."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    trial = Trial(
        country=sent.country,
        state=sent.state,
        channel=sent.channel,
        purpose=sent.purpose,
        owner_role=sent.owner_role,
        at=sent.at,
        flags=frozenset(sent.flags),
        touches=tuple((one.at, one.channel, one.result) for one in sent.history),
        product=sent.product,
        text=sent.text,
        missing=frozenset(sent.missing),
        own_hours=tuple(
            OwnHours(tuple(one.weekdays), time.fromisoformat(one.start), time.fromisoformat(one.end))
            for one in sent.own_hours
        ),
    )
    try:
        law = compliance.law_of_trial(country=sent.country, day=sent.at.date(), now=caller.at)
        tried = try_contact(trial=trial, law=law)
    except compliance.UnknownCountry as unknown:
        raise NotFound(_("Ese país no tiene reglas: nadie de allí se puede contactar.")) from unknown
    return {
        "outcome": tried.outcome,
        "objections": [
            {
                "id": rule_id,
                "text": rule.text if rule else "",
                "source": rule.source if rule else "",
                "severity": rule.severity if rule else "",
            }
            for rule_id, rule in tried.objections
        ],
        "next_at": tried.next_at,
        "remaining": [
            {"rule": rule_id, "limit": limit, "left": left} for rule_id, limit, left in tried.remaining
        ],
        "missing_facts": tried.gaps,
        "pack_version": tried.pack_version,
    }


class ActSent(Sent):
    """An act beside contacts; what is left out is not known, and what is not known objects."""

    country: Annotated[Text, Field(pattern="^[A-Z]{2}$", examples=["CL"])]
    act: Annotated[
        Literal["BUREAU", "FEE"], Field(description="Informar a un buró, o cobrar gastos de cobranza.")
    ]
    day: Day
    overdue: Amount | None = Field(None, description="Deuda vencida, en su moneda.")
    notices: int | None = Field(None, ge=0, le=100, description="Avisos dados, en días distintos.")
    last_notice_on: Day | None = None
    default_since: Day | None = None
    monthly_wage: Amount | None = Field(
        None, description="Salario mínimo mensual, donde la regla depende de él."
    )
    due_date: Day | None = None
    fee: Amount | None = Field(None, description="Gastos que se cobrarían.")
    unit_value: Amount | None = Field(
        None, description="Valor de la unidad de cuenta ese día: la UF en Chile."
    )
    had_free_notice: bool = Field(False, description="Se avisó sin costo, a tiempo.")


class ActOut(Schema):
    """The answer."""

    is_lawful: bool
    objections: list[ObjectionOut]
    has_rules: bool = Field(description="Si el paquete del país tiene una regla que pueda objetar.")
    fee_cap: Decimal | None = Field(
        description="Lo más que se puede cobrar ese día, en la moneda de la deuda."
    )
    pack_version: str


@router.post(
    "/acts/try",
    auth=READ,
    response={200: ActOut, 401: Error, 404: Error, 422: Invalid},
    summary="Preguntar si se puede informar a un buró o cobrar gastos",
    description="Lo juzgan las reglas del país, con los datos que se mandan. Nada se guarda ni se hace.",
)
def try_one_act(request: HttpRequest, sent: ActSent) -> dict[str, Any]:
    """Return the verdict on an act that is not done."""
    said = sent.dict(exclude={"act"})
    try:
        tried = try_act(trial=ActTrial(is_bureau=sent.act == "BUREAU", **said))
    except compliance.UnknownCountry as unknown:
        raise NotFound(_("Ese país no tiene reglas: nadie de allí se puede contactar.")) from unknown
    return {
        "is_lawful": not tried.objections,
        "objections": [
            {"id": rule_id, "text": rule.text, "source": rule.source, "severity": rule.severity}
            for rule_id, rule in tried.objections
        ],
        "has_rules": tried.has_rules,
        "fee_cap": tried.fee_cap,
        "pack_version": tried.pack_version,
    }
