"""What the company adds to the law of its country, for programs to read."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from puntual.api.auth import READ, Caller
from puntual.api.fields import Day
from puntual.api.schemas import Error
from puntual.compliance import queries as compliance

router = Router(tags=["Reglas"])


class OwnRuleOut(Schema):
    """A rule of the company."""

    id: str
    kind: str
    text: str
    source: str
    severity: str
    valid_to: Day | None


class OwnLawOut(Schema):
    """The company's own law that is in force."""

    pack_version: str = Field(description="El paquete con que se dictamina ahora.")
    is_broken: bool = Field(
        description="Las reglas de la empresa no se pueden leer: mientras tanto no se contacta a nadie."
    )
    version: int = Field(description="La versión de las reglas propias; 0 si la empresa no agregó nada.")
    is_literal: bool = Field(description="Si hoy se lee la letra de la ley, con su liberación firmada.")
    literal_until: Day | None
    counsel: str
    decided_by: str
    since: datetime | None
    rules: list[OwnRuleOut]


@router.get(
    "/own-law",
    auth=READ,
    response={200: OwnLawOut, 401: Error},
    summary="Reglas propias de la empresa",
    description=(
        "Lo que la empresa agrega a la ley y con qué lectura se juzga cada contacto. Solo lo cambia una persona, en "
        "*Cumplimiento › Reglas propias*; lo que afloja algo, dos."
    ),
)
def own_law(request: HttpRequest) -> dict[str, Any]:
    """Return the company's own law that is in force."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    country = request.company.country  # type: ignore[attr-defined]
    version = compliance.own_version(country=country, at=caller.at)
    law = compliance.known_law(country=country, at=caller.at)
    shown = law or compliance.law_pack(country=country)
    return {
        "pack_version": shown.version,
        "is_broken": law is None,
        "version": version.number if version else 0,
        "is_literal": shown.is_literal,
        "literal_until": version.profile.literal_until if version else None,
        "counsel": version.counsel if version else "",
        "decided_by": version.decided_by if version else "",
        "since": version.effective_at if version else None,
        "rules": [
            {
                "id": one.id,
                "kind": one.kind,
                "text": one.text,
                "source": one.source,
                "severity": one.severity.value,
                "valid_to": one.valid_to,
            }
            for one in shown.own
        ],
    }
