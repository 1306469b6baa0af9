"""An Odoo in a thread of the test: the same JSON-RPC, over rows in memory."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
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
        default_factory=lambda: {
            "res.partner": [],
            "account.move": [],
            "account.move.line": [],
            "account.partial.reconcile": [],
            "account.payment": [],
        }
    )
    asked: list[str] = field(default_factory=list)
    # How this version names the sort of account of a journal item.
    account_sort: tuple[str, str] = ("account_type", "asset_receivable")
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
        self,
        number: int,
        partner: int,
        total: float,
        *,
        left: float,
        at: str,
        terms: Sequence[tuple[str, float, float]] = (),
        **values: Any,
    ) -> None:
        """
        Add or change an invoice, with its journal items: one on sales, and one receivable for each due date.

        `terms` are the due dates with their amount and what is left of it; without them there is one.
        """
        row = {
            "id": number,
            "name": f"INV/2026/{number:05}",
            "move_type": "out_invoice",
            "state": "posted",
            "partner_id": [partner, "Persona"],
            "commercial_partner_id": [partner, "Empresa"],
            "invoice_date": "2026-10-01",
            "invoice_date_due": max((due for due, _amount, _left in terms), default="2026-11-01"),
            "amount_total": total,
            "amount_residual": left,
            "currency_id": [33, "MXN"],
            "reversed_entry_id": False,
            "company_id": [1, "Valle"],
        }
        row = {**row, **values, "write_date": at}
        self.put("account.move", row)
        self.items(row, terms or [(row["invoice_date_due"], total, left)])

    def items(self, move: Row, terms: Sequence[tuple[str, float, float]]) -> None:
        """Write the journal items of an invoice anew: item 10 is that of the first due date of invoice 1."""
        kept = self.tables["account.move.line"]
        kept[:] = [one for one in kept if one["move_id"][0] != move["id"]]
        sign = -1 if move["move_type"] == "out_refund" else 1
        name, code = self.account_sort
        common = {
            "move_id": [move["id"], move["name"]],
            "currency_id": move["currency_id"],
            "company_id": move["company_id"],
            "write_date": move["write_date"],
        }
        for place, (due, amount, left) in enumerate(terms):
            self.put(
                "account.move.line",
                {
                    **common,
                    "id": move["id"] * 10 + place,
                    name: code,
                    "date_maturity": due,
                    "amount_currency": sign * amount,
                    "amount_residual_currency": sign * left,
                },
            )
        self.put(
            "account.move.line",
            {
                **common,
                "id": move["id"] * 10 + 9,
                name: "income",
                "date_maturity": False,
                "amount_currency": -sign * move["amount_total"],
                "amount_residual_currency": 0.0,
            },
        )

    def payment(
        self,
        number: int,
        partner: int,
        amount: float,
        *,
        invoices: list[int],
        at: str,
        settles: Mapping[int, float] | None = None,
        currency: str = "MXN",
        has_entry: bool = True,
    ) -> None:
        """
        Add or change a received payment, with its journal entry and what that is reconciled with.

        `settles` says how much of which journal item; without it the first due date of the only invoice takes all.
        Some payments have no entry until the bank's statement comes.
        """
        entry = 1_000_000 + number
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
                "currency_id": [33, currency],
                "date": at[:10],
                "reconciled_invoice_ids": invoices,
                "move_id": [entry, f"PBNK1/2026/{number:05}"] if has_entry else False,
                "company_id": [1, "Valle"],
                "write_date": at,
            },
        )
        if not has_entry:
            return
        name, code = self.account_sort
        credit = entry * 10
        self.put(
            "account.move.line",
            {
                "id": credit,
                "move_id": [entry, f"PBNK1/2026/{number:05}"],
                name: code,
                "date_maturity": at[:10],
                "amount_currency": -amount,
                "amount_residual_currency": 0.0,
                "currency_id": [33, currency],
                "company_id": [1, "Valle"],
                "write_date": at,
            },
        )
        kept = self.tables["account.partial.reconcile"]
        kept[:] = [one for one in kept if one["credit_move_id"][0] != credit]
        if settles is None:
            settles = {invoices[0] * 10: amount} if len(invoices) == 1 else {}
        for item, share in settles.items():
            self.reconcile(item, credit, share)

    def reconcile(
        self, debit: int, credit: int, amount: float, *, credit_amount: float | None = None
    ) -> None:
        """Match two journal items, each in its own currency."""
        items = {one["id"]: one for one in self.tables["account.move.line"]}
        of_debit, of_credit = items[debit], items[credit]
        self.put(
            "account.partial.reconcile",
            {
                "id": max((one["id"] for one in self.tables["account.partial.reconcile"]), default=0) + 1,
                "debit_move_id": [debit, of_debit["move_id"][1]],
                "credit_move_id": [credit, of_credit["move_id"][1]],
                "debit_amount_currency": amount,
                "credit_amount_currency": amount if credit_amount is None else credit_amount,
                "debit_currency_id": of_debit["currency_id"],
                "credit_currency_id": of_credit["currency_id"],
                # Reached through the item, as a dotted path in a search.
                "credit_move_id.move_id": of_credit["move_id"],
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
    if action == "fields_get":
        known = odoo.tables[model][0] if odoo.tables[model] else {odoo.account_sort[0]: ""}
        return {name: {"type": "selection"} for name in positional[0] if name in known}
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
