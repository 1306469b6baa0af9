"""Data quality over the API: how much is wrong, and what exactly."""

from datetime import date, datetime
from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from puntual.api import paging
from puntual.api.auth import READ
from puntual.api.customers import require_customer
from puntual.api.days import today_of
from puntual.api.schemas import Error, Invalid, OfCustomerAsked
from puntual.insights.queries import quality as quality_rows
from puntual.insights.types import Area, FindingCode, FindingRow, Severity

router = Router(tags=["Calidad de datos"])


class FindingsAsked(OfCustomerAsked):
    """Which findings."""

    code: FindingCode | None = None
    severity: Severity | None = Field(None, description="BLOCKS, WARNS o NOTES.")


class CodeCountOut(Schema):
    """How many findings of one kind are open."""

    code: FindingCode
    severity: Severity
    area: Area
    title: str
    blocks: str = Field(description="Qué impide o echa a perder.")
    findings: int
    customers: int
    accepted: int = Field(description="Los que una persona dio por buenos; no se cuentan arriba.")


class QualityOut(Schema):
    """How good the data is."""

    checked_on: date | None = Field(description="Día de la última revisión completa.")
    findings: list[CodeCountOut]


class FindingOut(Schema):
    """One thing that is wrong."""

    id: int
    code: FindingCode
    severity: Severity
    text: str
    how: str = Field(description="El acto que lo corrige.")
    customer: str = Field(description="Número de cliente; vacío si es de la empresa.")
    document_number: str
    import_id: int | None
    row_number: int | None = Field(description="Fila del archivo que trajo el dato.")
    first_seen_at: datetime


class FindingPageOut(Schema):
    """A page of findings."""

    items: list[FindingOut]
    next_cursor: Annotated[str, Field(description="Vacío en la última página.")]


@router.get(
    "/quality",
    auth=READ,
    response={200: QualityOut, 401: Error},
    summary="Calidad de los datos",
    description="Hallazgos abiertos por tipo, los que más pesan primero.",
)
def read_quality(request: HttpRequest) -> dict[str, object]:
    """Count open findings by kind."""
    last = quality_rows.last_check()
    return {
        "checked_on": last["as_of"] if last else None,
        "findings": quality_rows.code_counts(today=today_of(request)),
    }


@router.get(
    "/quality/findings",
    auth=READ,
    response={200: FindingPageOut, 401: Error, 404: Error, 422: Invalid},
    summary="Hallazgos",
    description="Lo que está mal, uno por uno, del más antiguo al más nuevo.",
)
def list_findings(request: HttpRequest, asked: Query[FindingsAsked]) -> dict[str, object]:
    """List open findings by cursor."""
    codes = [asked.code] if asked.code else quality_rows.codes_of(severity=asked.severity)
    if asked.code and asked.severity and asked.code not in quality_rows.codes_of(severity=asked.severity):
        codes = []
    found = quality_rows.finding_page(
        codes=codes,
        customer_id=require_customer(asked.customer) if asked.customer else None,
        after=paging.id_of_cursor(asked.cursor),
        limit=asked.limit + 1,
    )
    return paging.page([_out(row) for row in found], limit=asked.limit)


def _out(row: FindingRow) -> dict[str, object]:
    return {
        "id": row.id,
        "code": row.code,
        "severity": row.severity,
        "text": f"{row.title}. {row.text}",
        "how": row.how,
        "customer": row.external_id,
        "document_number": row.document_number,
        "import_id": row.import_id,
        "row_number": row.row_number,
        "first_seen_at": row.first_seen_at,
    }
