"""One conversation with an Odoo by JSON-RPC."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

import httpx
from django.utils.translation import gettext as _

from puntual.sources.providers import addresses
from puntual.sources.providers.contract import TIMEOUT_SECONDS, Errand, UnableToFetch
from puntual.sources.providers.secrets import without_secret

_PAGE = 500
_OVERLAP = timedelta(minutes=5)
_RECENT_MAX = 5_000
_BEGINNING = "1970-01-01 00:10:00"
_ANSWER_BYTES_MAX = 64 * 1024**2


def base_of(given: str) -> str:
    """
    Read the address of an Odoo.

    Raises: UnableToFetch.
    """
    parts = urlsplit(given.strip())
    try:
        port = parts.port
    except ValueError:
        port = 0
    if parts.scheme not in ("http", "https") or port == 0 or parts.username or parts.query or parts.fragment:
        raise UnableToFetch(_("La dirección de Odoo empieza con https:// y no lleva usuario ni contraseña."))
    addresses.refuse_host(host=parts.hostname or "")
    return given.strip().rstrip("/")


class Line:
    """A conversation with one Odoo, signed in. The address that was looked at is the one that is called."""

    def __init__(self, errand: Errand) -> None:
        self._errand = errand
        parts = urlsplit(base_of(errand.settings["url"]))
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        if parts.scheme == "http" and host.lower() not in errand.open_hosts:
            raise UnableToFetch(_("Sin https solo se llama a servidores de la red interna."))
        address = addresses.address_of(host=host, port=port, open_hosts=errand.open_hosts)
        shown = f"[{address}]" if ":" in address else address
        self._url = f"{parts.scheme}://{shown}:{port}{parts.path}/jsonrpc"
        self._host = parts.netloc
        self._name = host
        self._number = 0
        self._uid: Any = None
        self._client = httpx.Client(timeout=TIMEOUT_SECONDS, trust_env=False, follow_redirects=False)

    def __enter__(self) -> "Line":
        settings = self._errand.settings
        try:
            self._uid = self._ask(
                "common", "authenticate", [settings["database"], settings["user"], self._errand.secret, {}]
            )
            if not self._uid:
                raise UnableToFetch(_("Odoo no aceptó el usuario o su clave, o no existe esa base de datos."))
        except BaseException:
            self._client.close()
            raise
        return self

    def __exit__(self, *_details: object) -> None:
        self._client.close()

    def call(self, model: str, method: str, arguments: list[Any], **options: Any) -> Any:
        """Call a method of a model."""
        settings = self._errand.settings
        return self._ask(
            "object",
            "execute_kw",
            [settings["database"], self._uid, self._errand.secret, model, method, arguments, options],
        )

    def read(self, model: str, ids: Sequence[int], fields: Sequence[str]) -> Iterator[dict[str, Any]]:
        """Yield rows by number, in their order; those that are gone or not allowed are left out."""
        for start in range(0, len(ids), _PAGE):
            page = list(ids[start : start + _PAGE])
            archived = [("active", "in", [True, False])] if model == "res.partner" else []
            found = self.call(model, "search_read", [[("id", "in", page), *archived]], fields=list(fields))
            by_id = {row["id"]: row for row in found}
            yield from (by_id[number] for number in page if number in by_id)

    def read_where(
        self,
        model: str,
        field: str,
        numbers: Sequence[int],
        fields: Sequence[str],
        *,
        domain: Sequence[Any] = (),
    ) -> Iterator[dict[str, Any]]:
        """Yield the rows that point to one of these numbers."""
        for start in range(0, len(numbers), _PAGE):
            asked = [(field, "in", list(numbers[start : start + _PAGE])), *domain]
            yield from self.call(model, "search_read", [asked], fields=list(fields), order="id")

    def changed(
        self, model: str, domain: Sequence[Any], fields: Sequence[str], *, state: Mapping[str, Any]
    ) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        """
        Return the rows that changed since, in the order (write_date, id), and how far that reaches.

        A change is dated when its transaction began and seen when it ends, so some minutes are read twice; rows that
        were seen just so are left out.
        """
        since = str(state.get("write_date", _BEGINNING))
        known: Mapping[str, str] = state.get("recent", {})
        asked = [("write_date", ">=", _earlier(since)), *domain]
        ids = self.call(model, "search", [asked], order="write_date, id")
        top, fresh, marks = since, [], {}
        for row in self.read(model, ids, fields):
            mark = sha256(json.dumps(row, sort_keys=True, default=str).encode()).hexdigest()[:16]
            marks[row["id"]] = (row["write_date"], mark)
            top = max(top, row["write_date"])
            if known.get(str(row["id"])) != mark:
                fresh.append(row)
        border = _earlier(top)
        recent = [(number, mark) for number, (written, mark) in marks.items() if written >= border]
        return fresh, {
            "write_date": top,
            "recent": {str(number): mark for number, mark in recent[-_RECENT_MAX:]},
        }

    def _ask(self, service: str, method: str, arguments: list[Any]) -> Any:
        self._number += 1
        body = {
            "jsonrpc": "2.0",
            "method": "call",
            "id": self._number,
            "params": {"service": service, "method": method, "args": arguments},
        }
        try:
            with self._client.stream(
                "POST",
                self._url,
                json=body,
                headers={"Host": self._host},
                extensions={"sni_hostname": self._name},
            ) as answer:
                content = _limited(answer)
                status = answer.status_code
        except httpx.TimeoutException:
            raise UnableToFetch(_("Odoo no contestó a tiempo.")) from None
        except httpx.ConnectError as error:
            said = str(error)
            told = _("su certificado no es válido") if "CERTIFICATE" in said else _("nadie contesta ahí")
            raise UnableToFetch(
                _("No se pudo llegar a Odoo en «%(host)s»: %(why)s.") % {"host": self._host, "why": told}
            ) from None
        except httpx.HTTPError as error:
            said = without_secret(text=str(error), secret=self._errand.secret)[:120]
            raise UnableToFetch(_("No se pudo llegar a Odoo: %s") % said) from None
        if status != httpx.codes.OK:
            raise UnableToFetch(_("Odoo contestó con el error %s: revise la dirección.") % status)
        return self._result(content)

    def _result(self, content: bytes) -> Any:
        try:
            said = json.loads(content, parse_float=Decimal)
        except ValueError:
            raise UnableToFetch(_("Lo que contestó no es Odoo: revise la dirección.")) from None
        if not isinstance(said, dict) or ("result" not in said and "error" not in said):
            raise UnableToFetch(_("Lo que contestó no es Odoo: revise la dirección."))
        if "error" in said:
            error: dict[str, Any] = said["error"] if isinstance(said["error"], dict) else {}
            data: dict[str, Any] = error["data"] if isinstance(error.get("data"), dict) else {}
            if str(data.get("name", "")).endswith("AccessError"):
                raise UnableToFetch(_("El usuario de Odoo no tiene permiso para leer facturas o pagos."))
            told = str(data.get("message") or error.get("message") or "").strip().partition("\n")[0]
            told = without_secret(text=told, secret=self._errand.secret)
            raise UnableToFetch(_("Odoo contestó: %s") % told[:150])
        return said["result"]


def _limited(answer: httpx.Response) -> bytes:
    content = bytearray()
    for piece in answer.iter_bytes():
        content += piece
        if len(content) > _ANSWER_BYTES_MAX:
            raise UnableToFetch(_("Odoo contestó con demasiados datos."))
    return bytes(content)


def _earlier(moment: str) -> str:
    return str(datetime.fromisoformat(moment) - _OVERLAP)
