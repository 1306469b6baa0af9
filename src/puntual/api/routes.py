"""The API under /api/v1/: its parts, its refusals and its pages for people."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI, Router
from ninja.openapi.schema import OpenAPISchema

from puntual.api import (
    circumstances,
    customers,
    decisions,
    docs,
    errors,
    exclusions,
    imports,
    own_law,
    payments,
    petitions,
    plans,
    promises,
    quality,
    receivables,
    rehearsals,
    reviews,
    trials,
    wishes,
)
from puntual.plans import queries as planned


class _Api(NinjaAPI):
    """The API, with a schema that speaks only the integrator's language."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """Leave out what the code says of its own types: that is for us, in English."""
        schema = super().get_openapi_schema(**options)
        for one in schema["components"]["schemas"].values():
            one.pop("description", None)
        return schema


api = _Api(
    title="Puntual",
    version="1",
    description="Clientes, documentos por cobrar, pagos, decisiones y promesas de una empresa.",
    docs_url=None,
    urls_namespace="api",
)
errors.install(api)
for part in (
    customers,
    receivables,
    payments,
    imports,
    decisions,
    promises,
    petitions,
    plans,
    rehearsals,
    quality,
    trials,
    circumstances,
    wishes,
    exclusions,
    own_law,
    reviews,
):
    api.add_router("", part.router)


@api.get("/docs", include_in_schema=False, url_name="docs")
def docs_page(request: HttpRequest) -> HttpResponse:
    """Show the documentation, made from the schema, to anybody: it holds no data of the company."""
    return docs.page(request, schema=api.get_openapi_schema())


@api.get("/schemas/plan", include_in_schema=False, url_name="plan_schema")
def plan_schema(request: HttpRequest) -> HttpResponse:
    """Publish the JSON Schema of a plan's file to anybody: editors of text fetch it without signing in."""
    return JsonResponse(planned.schema_document(), json_dumps_params={"ensure_ascii": False, "indent": 2})


# Last of all, so that it answers only where nothing else does.
rest = Router()


@rest.api_operation(["GET", "POST", "PUT", "PATCH", "DELETE"], "/{path:address}", include_in_schema=False)
def unknown_address(request: HttpRequest, address: str) -> HttpResponse:
    """Answer in JSON for whatever is not here."""
    return errors.unknown_address(request)


api.add_router("", rest)
