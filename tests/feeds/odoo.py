"""An Odoo in a thread of the test: the same JSON-RPC, over rows in memory."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

DATABASE, USER, PASSWORD = "valle", "cobranza@valle.example", "clave-de-api"
_UID = 7
Row = dict[str, Any]


@dataclass
class Odoo:
    """What the server knows, and what it was asked."""

    port: int = 0
    tables: dict[str, list[Row]] = field(
        default_factory=lambda: {"res.partner": [], "account.move": [], "account.payment": []}
    )
    asked: list[str] = field(default_factory=list)
    # Models that the user may not read.
    forbidden: set[str] = field(default_factory=set)
    # What happens in Odoo while it is being asked, once, before an answer.
    meanwhile: Callable[[str], None] | None = None

    def put(self, model: str, row: Row) -> None:
        """Add a row, or change the one of the same number."""
        rows = self.tables[model]
        rows[:] = [one for one in rows if one["id"] != row["id"]] + [row]

    def partner(self, number: int, name: str, *, at: str, **values: Any) -> None:
        """Add or change a customer."""
        empty = {
            "vat": False,
            "email": False,
            "phone": False,
            "city": False,
            "zip": False,
            "customer_rank": 1,
        }
        self.put(
            "res.partner", {"id": number, "name": name, "active": True, **empty, **values, "write_date": at}
        )

    def invoice(
        self, number: int, partner: int, total: float, *, left: float, at: str, **values: Any
    ) -> None:
        """Add or change an invoice."""
        row = {
            "id": number,
            "name": f"INV/2026/{number:05}",
            "move_type": "out_invoice",
            "state": "posted",
            "partner_id": [partner, "Persona"],
            "commercial_partner_id": [partner, "Empresa"],
            "invoice_date": "2026-10-01",
            "invoice_date_due": "2026-11-01",
            "amount_total": total,
            "amount_residual": left,
            "currency_id": [33, "MXN"],
            "reversed_entry_id": False,
            "company_id": [1, "Valle"],
        }
        self.put("account.move", {**row, **values, "write_date": at})

    def payment(self, number: int, partner: int, amount: float, *, invoices: list[int], at: str) -> None:
        """Add a received payment."""
        self.put(
            "account.payment",
            {
                "id": number,
                "name": f"PBNK1/2026/{number:05}",
                "state": "paid",
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": [partner, "Empresa"],
                "amount": amount,
                "currency_id": [33, "MXN"],
                "date": at[:10],
                "reconciled_invoice_ids": invoices,
                "company_id": [1, "Valle"],
                "write_date": at,
            },
        )


class _Refused(Exception):
    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


def _plain(value: Any) -> Any:
    return value[0] if isinstance(value, list) else value


def _holds(row: Row, term: list[Any]) -> bool:
    name, sign, wanted = term
    value = _plain(row[name])
    return {
        "=": lambda: value == wanted,
        "in": lambda: value in wanted,
        ">": lambda: value > wanted,
        ">=": lambda: value >= wanted,
    }[sign]()


def _matching(rows: list[Row], domain: list[Any]) -> list[Row]:
    return [row for row in rows if all(_holds(row, term) for term in domain)]


def _sorted(rows: list[Row], order: str) -> list[Row]:
    for part in reversed(order.split(",") if order else []):
        name, _space, way = part.strip().partition(" ")
        rows = sorted(rows, key=lambda row: row[name], reverse=way == "desc")
    return rows


def _answer(odoo: Odoo, service: str, method: str, arguments: list[Any]) -> Any:
    if service == "common":
        database, user, password, _more = arguments
        if database != DATABASE:
            raise _Refused("psycopg2.OperationalError", f'database "{database}" does not exist')
        return _UID if (user, password) == (USER, PASSWORD) else False
    database, uid, password, model, action, positional, options = arguments
    if (database, uid, password) != (DATABASE, _UID, PASSWORD):
        raise _Refused("odoo.exceptions.AccessDenied", "Access Denied")
    odoo.asked.append(f"{model} {action}")
    if odoo.meanwhile is not None:
        odoo.meanwhile(f"{model} {action}")
    if model in odoo.forbidden:
        raise _Refused("odoo.exceptions.AccessError", "You are not allowed to access this document.")
    found = _matching(odoo.tables[model], positional[0])
    if action == "search_count":
        return len(found)
    found = _sorted(found, options.get("order", "id"))[: options.get("limit")]
    if action == "search":
        return [row["id"] for row in found]
    assert action == "search_read"
    return [{"id": row["id"], **{name: row[name] for name in options["fields"]}} for row in found]


@contextmanager
def serving() -> Iterator[Odoo]:
    """Serve an empty Odoo until the end of the block."""
    odoo = Odoo()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            given = body["params"]
            answer: Row = {"jsonrpc": "2.0", "id": body["id"]}
            if self.path != "/jsonrpc":
                return self._send(404, b"<html>Not found</html>")
            try:
                answer["result"] = _answer(odoo, given["service"], given["method"], given["args"])
            except _Refused as refused:
                answer["error"] = {
                    "code": 200,
                    "message": "Odoo Server Error",
                    "data": {"name": refused.name, "message": str(refused)},
                }
            return self._send(200, json.dumps(answer).encode())

        def _send(self, status: int, content: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_given: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    odoo.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield odoo
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=30)
