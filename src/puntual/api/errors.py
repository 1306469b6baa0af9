"""Every refusal of the API in one form: a stable code and a message for people, in Spanish."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from puntual.lib.errors import DomainError, NotFound

# What pydantic says, in our words; types that are not here get the last one.
_MESSAGES: Mapping[str, str | Promise] = {
    "missing": gettext_lazy("Falta este dato."),
    "extra_forbidden": gettext_lazy("Este dato no existe aquí: revise cómo está escrito."),
    "string_type": gettext_lazy("Debe ser texto, entre comillas."),
    "string_unicode": gettext_lazy("El texto lleva signos que no se pueden guardar."),
    "string_too_short": gettext_lazy("No puede quedar vacío."),
    "string_too_long": gettext_lazy("El texto es demasiado largo."),
    "string_pattern_mismatch": gettext_lazy("El texto no tiene la forma esperada."),
    "enum": gettext_lazy("No es uno de los valores permitidos."),
    "literal_error": gettext_lazy("No es uno de los valores permitidos."),
    "too_long": gettext_lazy("Son demasiados elementos: mande menos en cada llamada."),
    "too_short": gettext_lazy("Mande al menos un elemento."),
    "list_type": gettext_lazy("Debe ser una lista."),
    "dict_type": gettext_lazy("Debe ser un objeto con nombres y valores."),
    "model_attributes_type": gettext_lazy("Debe ser un objeto con nombres y valores."),
    "int_parsing": gettext_lazy("Debe ser un número entero."),
    "int_type": gettext_lazy("Debe ser un número entero."),
    "bool_parsing": gettext_lazy("Debe ser true o false."),
    "greater_than_equal": gettext_lazy("El número es demasiado pequeño."),
    "less_than_equal": gettext_lazy("El número es demasiado grande."),
}
_OWN_TYPES = frozenset({"amount", "day", "text", "currency", "time-zone", "cursor"})
_PLACES = frozenset({"body", "query", "path", "header", "payload", "data"})
_ERRORS_SHOWN_MAX = 50


class Refused(Exception):
    """A refusal of the API itself: a status, a code and a message."""

    def __init__(
        self, *, status: int, code: str, message: str, fields: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.fields = dict(fields or {})


def answer(*, status: int, code: str, message: str, fields: Mapping[str, str] | None = None) -> HttpResponse:
    """Write a refusal; `errors` names each field at fault."""
    body: dict[str, Any] = {"code": code, "message": message}
    if fields:
        shown = list(fields.items())[:_ERRORS_SHOWN_MAX]
        body["errors"] = [{"field": field, "message": said} for field, said in shown]
    response = JsonResponse(body, status=status)
    if status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="Puntual"'
    if status == 429:
        response["Retry-After"] = "60"
    return response


def unknown_address(request: HttpRequest) -> HttpResponse:
    """Answer for an address that the API does not have."""
    return answer(status=404, code="not-found", message=_("La API no tiene esta dirección."))


def _field_of(location: tuple[Any, ...]) -> str:
    names = [str(part) for part in location]
    while names and names[0] in _PLACES:
        names.pop(0)
    return ".".join(names)


def _said(error: Mapping[str, Any]) -> str:
    kind = error["type"]
    if kind in _OWN_TYPES:
        return str(error["msg"])
    if error.get("ctx", {}).get("field_type") == "Value":
        # The length of a text, asked for behind another check, is told as that of anything.
        kind = {"too_long": "string_too_long", "too_short": "string_too_short"}.get(kind, kind)
    return str(_MESSAGES.get(kind, gettext_lazy("El valor no es válido.")))


def _on_refused(request: HttpRequest, refused: Refused) -> HttpResponse:
    return answer(status=refused.status, code=refused.code, message=refused.message, fields=refused.fields)


def _on_domain_error(request: HttpRequest, error: DomainError) -> HttpResponse:
    status = 404 if isinstance(error, NotFound) else 422
    return answer(status=status, code=error.code, message=str(error.message))


def _on_validation(request: HttpRequest, error: ValidationError) -> HttpResponse:
    fields: dict[str, str] = {}
    for one in error.errors:
        fields.setdefault(_field_of(tuple(one["loc"])), _said(one))
    return answer(
        status=422,
        code="invalid",
        message=_("Hay datos que corregir; no se guardó nada."),
        fields=fields,
    )


def _on_authentication(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return answer(
        status=401,
        code="unauthorized",
        message=_("Falta la llave de la API, o no es válida. Mándela así: «Authorization: Bearer pk….…»."),
    )


def _on_http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    if error.status_code == 400:
        return answer(
            status=400, code="malformed", message=_("El cuerpo no es JSON válido; no se guardó nada.")
        )
    return answer(status=error.status_code, code="refused", message=_("No se pudo atender la llamada."))


def _on_missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return unknown_address(request)


def _on_too_big(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    return answer(
        status=413,
        code="too-big",
        message=_("El cuerpo es demasiado grande: mande menos elementos en cada llamada. No se guardó nada."),
    )


def install(api: NinjaAPI) -> None:
    """Let the API answer in this form."""
    handlers: tuple[tuple[type[Exception], Any], ...] = (
        (Refused, _on_refused),
        (DomainError, _on_domain_error),
        (ValidationError, _on_validation),
        (AuthenticationError, _on_authentication),
        (HttpError, _on_http_error),
        (Http404, _on_missing),
        (RequestDataTooBig, _on_too_big),
    )
    for kind, handler in handlers:
        api.add_exception_handler(kind, handler)
