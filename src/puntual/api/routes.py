"""The API under /api/v1/: its parts, its refusals and its pages for people."""

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Router

from puntual.api import customers, decisions, docs, errors, payments, promises, receivables

api = NinjaAPI(
    title="Puntual",
    version="1",
    description="Clientes, documentos por cobrar, pagos, decisiones y promesas de una empresa.",
    docs_url=None,
    urls_namespace="api",
)
errors.install(api)
for part in (customers, receivables, payments, decisions, promises):
    api.add_router("", part.router)


@api.get("/docs", include_in_schema=False, url_name="docs")
def docs_page(request: HttpRequest) -> HttpResponse:
    """Show the documentation, made from the schema, to anybody: it holds no data of the company."""
    return docs.page(request, schema=api.get_openapi_schema())


# Last of all, so that it answers only where nothing else does.
rest = Router()


@rest.api_operation(["GET", "POST", "PUT", "PATCH", "DELETE"], "/{path:address}", include_in_schema=False)
def unknown_address(request: HttpRequest, address: str) -> HttpResponse:
    """Answer in JSON for whatever is not here."""
    return errors.unknown_address(request)


api.add_router("", rest)
