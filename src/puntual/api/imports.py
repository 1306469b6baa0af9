"""Many records over the API in one call: one import, all or nothing."""

from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Header, Query, Router, Schema
from pydantic import Field, ValidationInfo, field_validator

from puntual.api.auth import WRITE, Caller
from puntual.api.days import today_of
from puntual.api.errors import Refused
from puntual.api.fields import Amount, Currency, Day, SignedAmount, Text, refused_amount
from puntual.api.schemas import Attributes, Error, Invalid, Sent
from puntual.flows import sources
from puntual.intake.types import Record
from puntual.lib.money import ZERO

RECORDS_MAX = 20_000
_KEY_LENGTH_MAX = 100
_KEY_HEAD = "api-"

router = Router(tags=["Envíos grandes"])


class RecordIn(Sent):
    """One record. What is left out is taken as empty."""

    record: Record = Field(
        description="Qué es: RECEIVABLE, CUSTOMER, PAYMENT, CREDIT_NOTE…", examples=["RECEIVABLE"]
    )
    customer_id: Text = Field("", max_length=80, examples=["C000123"], description="Número de cliente.")
    name: Text = Field("", max_length=250, examples=["Muebles Ejemplo, S.A. de C.V."])
    tax_id: Text = Field("", max_length=30)
    email: Text = Field("", max_length=300)
    phone: Text = Field("", max_length=60)
    city: Text = Field("", max_length=120)
    postal_code: Text = Field("", max_length=12)
    document: Text = Field(
        "", max_length=80, examples=["F-1042"], description="Folio propio de lo que se manda."
    )
    related_document: Text = Field(
        "", max_length=80, description="Folio del documento que se paga o se corrige."
    )
    account: Text = Field("", max_length=80)
    currency: Currency | None = None
    issue_date: Day | None = None
    due_date: Day | None = None
    amount: SignedAmount | None = Field(
        None, description="Siempre mayor que cero, salvo el de un ajuste: uno negativo baja lo que se debe."
    )
    open_amount: Amount | None = Field(None, description="Lo que aún se debe, si no es todo.")
    paid_date: Day | None = None
    paid_amount: Amount | None = None
    payment_method: Text = Field("", max_length=60)
    payment_reference: Text = Field("", max_length=120)
    cancelled_date: Day | None = None
    motive: Text = Field(
        "",
        max_length=300,
        examples=["Descuento"],
        description="Por qué se ajusta, cancela o aclara. De un ajuste dice su clase: interés, comisión, descuento, "
        "castigo; otro motivo es un ajuste.",
    )
    attributes: Attributes = Field({})

    @field_validator("amount")
    @classmethod
    def _only_adjustments_lower(cls, amount: Decimal | None, info: ValidationInfo) -> Decimal | None:
        if amount is not None and amount < ZERO and info.data.get("record") is not Record.ADJUSTMENT:
            raise refused_amount(_("El importe debe ser mayor que cero; solo un ajuste puede ser negativo."))
        return amount


# A debt as it usually comes: whatever else a record may say is in the table of its fields.
_EXAMPLE = {
    "record": "RECEIVABLE",
    "customer_id": "C000123",
    "document": "F-2001",
    "currency": "MXN",
    "issue_date": "2026-11-02",
    "due_date": "2026-12-02",
    "amount": "980.00",
}


class RecordsIn(Sent):
    """Records of any kind, in one call."""

    records: Annotated[
        list[RecordIn], Field(min_length=1, max_length=RECORDS_MAX, examples=[[dict(_EXAMPLE)]])
    ]


class SendingHeaders(Schema):
    """What comes beside the records."""

    idempotency_key: Text = Field(
        "", max_length=_KEY_LENGTH_MAX, alias="Idempotency-Key", examples=["cartera-2026-11-27"]
    )


class SendingAsked(Sent):
    """How to take the records."""

    partial: bool = Field(False, description="Tomar los buenos aunque otros se rechacen.")


class RejectedOut(Schema):
    """A record that was not taken."""

    index: int = Field(description="Su lugar en la lista, desde 0.")
    code: str
    message: str


class SendingOut(Schema):
    """What became of the records: total = accepted + unchanged + rejected + ignored."""

    import_id: int = Field(description="La carga, como se ve en Importar.")
    total: int
    accepted: int
    unchanged: int
    rejected: int
    ignored: int
    rejected_records: list[RejectedOut] = []
    repeated: bool = Field(description="La misma llamada ya se había tomado; no se escribió nada.")


@router.post(
    "/imports",
    auth=WRITE,
    response={200: SendingOut, 401: Error, 403: Error, 409: Error, 413: Error, 422: Invalid},
    summary="Cartera, clientes y pagos en una llamada",
    description=(
        "Hasta 20,000 registros de cualquier clase; queda como una sola carga, con sus filas y motivos. Todos o "
        "ninguno, salvo con `partial=true`. Mande siempre `Idempotency-Key`: repetir la llamada con la misma clave y "
        "los mismos datos no escribe nada y recibe la misma respuesta. Una clave cuyo envío se rechazó se puede usar "
        "otra vez con los datos corregidos."
    ),
)
def send_records(
    request: HttpRequest,
    payload: RecordsIn,
    asked: Query[SendingAsked],
    headers: Header[SendingHeaders],
) -> dict[str, Any]:
    """Take many records once."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    key = headers.idempotency_key
    if not key or not key.isprintable():
        raise Refused(
            status=422,
            code="invalid",
            message=_("Hay datos que corregir; no se guardó nada."),
            fields={"Idempotency-Key": _("Falta la clave del envío: mándela como Idempotency-Key.")},
        )
    try:
        result = sources.take_records(
            # As it came: what was sent is kept to the byte.
            content=request.body,
            key=_KEY_HEAD + key,
            is_partial=asked.partial,
            actor=caller.actor,
            today=today_of(request),
            at=caller.at,
        )
    except sources.KeyAlreadyUsed as used:
        raise Refused(status=409, code=used.code, message=used.message) from None
    except sources.RecordsRejected as refused:
        fields = {f"records.{one.place}": one.message for one in refused.rejected}
        raise Refused(status=422, code=refused.code, message=refused.message, fields=fields) from None
    return {
        "import_id": result.import_id,
        "total": result.rows_total,
        "accepted": result.rows_accepted,
        "unchanged": result.rows_unchanged,
        "rejected": result.rows_rejected,
        "ignored": result.rows_ignored,
        "rejected_records": [
            {"index": one.place, "code": one.code, "message": one.message} for one in result.rejected
        ],
        "repeated": result.was_sent_before,
    }
