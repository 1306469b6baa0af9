"""Plans over the API: the versions, what each says and changes, and whether a text is a plan."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import Field

from puntual.api.auth import READ
from puntual.api.schemas import Error, Invalid, Sent
from puntual.db import rows
from puntual.flows import governing
from puntual.lib.errors import NotFound
from puntual.plans import queries as plans
from puntual.plans.types import VersionState

router = Router(tags=["Planes"])

# No row has a larger number.
ID_MAX = 2**63 - 1
VersionId = Annotated[int, Field(ge=1, le=ID_MAX, examples=[1])]
_TEXT_LENGTH_MAX = 500_000


class VersionOut(Schema):
    """A version of a plan, and how far it came."""

    id: int
    plan: str = Field(description="Clave del plan.")
    name: str
    number: int
    state: VersionState
    reason: str = Field(description="Por qué se cambió.")
    author: str
    approver: str
    approved_at: datetime | None
    activated_at: datetime | None
    retired_at: datetime | None


class VersionsOut(Schema):
    """All versions."""

    items: list[VersionOut]


class VersionWholeOut(VersionOut):
    """A version with what it says."""

    valid_from: date | None = None
    valid_until: date | None = None
    text: str = Field(description="El archivo YAML, con sus comentarios.")
    document: dict[str, Any] = Field(description="Lo mismo como datos, según /api/v1/schemas/plan.")


class ChangesOut(Schema):
    """What a version changes."""

    version_id: int
    against_id: int
    changes: list[str] = Field(description="Una oración por cambio; vacía si dicen lo mismo.")


class PlanIn(Sent):
    """A text that may be a plan."""

    text: str = Field(max_length=_TEXT_LENGTH_MAX, examples=["formato: puntual-plan-1\nclave: mi-plan\n…"])


class FaultOut(Schema):
    """One thing that is wrong with a plan."""

    code: str
    place: str = Field(description="Partes que llevan a ella, como estrategias.0.pasos.2.canal.")
    line: int = Field(description="Línea del archivo; 0 si no es de ninguna.")
    message: str


class CheckedOut(Schema):
    """Whether a text is a plan."""

    is_valid: bool
    faults: list[FaultOut]


@router.get(
    "/plans/versions",
    auth=READ,
    response={200: VersionsOut, 401: Error},
    summary="Versiones de los planes",
    description="Todas, la más nueva de cada plan primero; la que decide está `ACTIVE`.",
)
def list_versions(request: HttpRequest) -> dict[str, object]:
    """List the versions of all plans."""
    return {"items": [_version(row) for row in plans.versions()]}


@router.get(
    "/plans/versions/{version_id}",
    auth=READ,
    response={200: VersionWholeOut, 401: Error, 404: Error, 422: Invalid},
    summary="Una versión",
    description="Su vida y lo que dice, como archivo YAML y como datos.",
)
def read_version(request: HttpRequest, version_id: VersionId) -> dict[str, object]:
    """Return a version with its text and its document."""
    card = plans.version_card(version_id=version_id)
    document = rows.as_json(card["document"]) or {}
    return {
        **_version(card),
        "valid_from": _day(document.get("vigente_desde")),
        "valid_until": _day(document.get("vigente_hasta")),
        "text": card["text"],
        "document": document,
    }


@router.get(
    "/plans/versions/{version_id}/file",
    auth=READ,
    response={401: Error, 404: Error, 422: Invalid},
    summary="El archivo de una versión",
    description="El YAML byte por byte, como se escribió (`application/yaml`).",
)
def read_file(request: HttpRequest, version_id: VersionId) -> HttpResponse:
    """Hand over the file of a version."""
    card = plans.version_card(version_id=version_id)
    return HttpResponse(card["text"], content_type="application/yaml; charset=utf-8")


@router.get(
    "/plans/versions/{version_id}/changes",
    auth=READ,
    response={200: ChangesOut, 401: Error, 404: Error, 422: Invalid},
    summary="Qué cambia una versión",
    description="En palabras, contra otra (`against`) o contra la que está en vigor.",
)
def read_changes(
    request: HttpRequest, version_id: VersionId, against: VersionId | None = None
) -> dict[str, object]:
    """Say in words what differs between two versions."""
    plans.version_card(version_id=version_id)
    if against is None:
        try:
            against = plans.active_version()[0]
        except plans.NoActivePlan:
            raise NotFound(_("No hay una versión en vigor: diga contra cuál.")) from None
    return {
        "version_id": version_id,
        "against_id": against,
        "changes": governing.changes_of(version_id=version_id, against_id=against),
    }


@router.post(
    "/plans/check",
    auth=READ,
    response={200: CheckedOut, 401: Error, 422: Invalid},
    summary="Revisar un plan",
    description="Dice todo lo que está mal en un archivo de plan, con su línea. No guarda nada.",
)
def check_plan(request: HttpRequest, payload: PlanIn) -> dict[str, object]:
    """Say all that is wrong with the text of a plan; writes nothing."""
    found, faults = governing.check_plan(text=payload.text)
    return {
        "is_valid": found is not None,
        "faults": [
            {
                "code": fault.condition_code or fault.code.value,
                "place": ".".join(str(part) for part in fault.path),
                "line": fault.line,
                "message": plans.fault_sentence(fault=fault),
            }
            for fault in faults
        ],
    }


def _day(written: object) -> date | None:
    # A draft may say anything there.
    try:
        return date.fromisoformat(written) if isinstance(written, str) else None
    except ValueError:
        return None


def _version(row: dict[str, Any]) -> dict[str, object]:
    return {
        "id": row["id"],
        "plan": row["key"],
        "name": row["name"],
        "number": row["number"],
        "state": row["state"],
        "reason": row["change_reason"],
        "author": row["author_label"],
        "approver": row["approver_label"],
        "approved_at": row["approved_at"],
        "activated_at": row["activated_at"],
        "retired_at": row["retired_at"],
    }
