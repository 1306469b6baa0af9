"""The columns in which CFDI are laid out for the rest of the intake."""

from collections.abc import Iterable
from typing import NamedTuple

from puntual.intake.types import Field, Reason, RowOutcome


class Line(NamedTuple):
    """One row: a document, or one document that a payment complement pays. Empty where a record has no such fact."""

    record: str = ""
    tax_id: str = ""
    name: str = ""
    postal_code: str = ""
    # Its own number, and the document that a payment, credit note or cancellation is about.
    document: str = ""
    about: str = ""
    kind: str = ""
    currency: str = ""
    issue_date: str = ""
    due_date: str = ""
    amount: str = ""
    paid_date: str = ""
    paid_amount: str = ""
    method: str = ""
    reference: str = ""
    # Documents paid at once are parts of one payment.
    group: str = ""
    cancelled_date: str = ""
    folio: str = ""
    uuid: str = ""
    way_of_payment: str = ""
    terms: str = ""
    exchange_rate: str = ""
    related: str = ""
    instalment: str = ""
    operation: str = ""
    unapplied: str = ""
    issuer: str = ""
    file: str = ""
    verdict: str = ""


# Columns whose header begins with "Puntual: " are ours: never an attribute, and nothing when they come back mended.
HEADERS = Line(
    record="Tipo de registro",
    tax_id="RFC",
    name="Nombre o razón social",
    postal_code="Código postal",
    document="Folio del documento",
    about="Documento relacionado",
    kind="Tipo de documento",
    currency="Moneda",
    issue_date="Fecha de emisión",
    due_date="Fecha de vencimiento",
    amount="Importe",
    paid_date="Fecha de pago",
    paid_amount="Importe pagado",
    method="Forma de pago",
    reference="Referencia",
    group="Grupo de pago",
    cancelled_date="Fecha de cancelación",
    folio="Serie y folio",
    uuid="uuid",
    way_of_payment="Método de pago",
    terms="Condiciones de pago",
    exchange_rate="Tipo de cambio",
    related="CFDI relacionados",
    instalment="Parcialidad",
    operation="Número de operación",
    unapplied="Sin aplicar en el recibo",
    issuer="Puntual: RFC emisor",
    file="Puntual: archivo",
    verdict="Puntual: lectura",
)
FIELDS = {
    "record": Field.RECORD,
    "tax_id": Field.TAX_ID,
    "name": Field.NAME,
    "postal_code": Field.POSTAL_CODE,
    "document": Field.DOCUMENT_NUMBER,
    "about": Field.RELATED_DOCUMENT,
    "kind": Field.DOCUMENT_KIND,
    "currency": Field.CURRENCY,
    "issue_date": Field.ISSUE_DATE,
    "due_date": Field.DUE_DATE,
    "amount": Field.AMOUNT,
    "paid_date": Field.PAID_DATE,
    "paid_amount": Field.PAID_AMOUNT,
    "method": Field.PAYMENT_METHOD,
    "reference": Field.PAYMENT_REFERENCE,
    "group": Field.PAYMENT_GROUP,
    "cancelled_date": Field.CANCELLED_DATE,
}
PLACES = {name: place for place, name in enumerate(Line._fields)}


def holds_vouchers(headers: Iterable[str]) -> bool:
    """Say whether a table has our columns: CFDI themselves, or rejected ones that come back mended."""
    return {HEADERS.uuid, HEADERS.folio, HEADERS.related} <= set(headers)


def verdict(outcome: RowOutcome, reason: Reason, detail: str = "") -> str:
    """Write down that a row says nothing of a debt, or cannot be read, and why."""
    return f"{outcome} {reason} {detail}".strip()


def read_verdict(text: str) -> tuple[RowOutcome, Reason, str]:
    """Read what `verdict` wrote."""
    outcome, reason, *detail = text.split(" ", 2)
    return RowOutcome(outcome), Reason(reason), "".join(detail)
