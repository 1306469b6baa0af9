"""
Odoo by JSON-RPC: customers, posted invoices and credit notes, received payments.

The first visit brings what is still open; every later one what changed since, in the order (write_date, id). One
file tells of all of it, so that payments count before the balance that already knows of them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from puntual.sources.providers import table
from puntual.sources.providers.contract import Delivery, Errand, Setting, UnableToFetch
from puntual.sources.providers.odoo import details, rows
from puntual.sources.providers.odoo.details import Part
from puntual.sources.providers.odoo.line import Line, base_of
from puntual.sources.types import SecretUse, SettingKind

_MOVE_FIELDS = (
    "name",
    "move_type",
    "state",
    "commercial_partner_id",
    "partner_id",
    "invoice_date",
    "invoice_date_due",
    "amount_total",
    "amount_residual",
    "currency_id",
    "reversed_entry_id",
    "write_date",
)
_PAYMENT_FIELDS = (
    "name",
    "state",
    "partner_id",
    "amount",
    "currency_id",
    "date",
    "reconciled_invoice_ids",
    "move_id",
    "write_date",
)
_PARTNER_FIELDS = ("name", "vat", "email", "phone", "city", "zip", "write_date")
_PAYMENT_STATES = ["posted", "in_process", "paid"]
_LOOKS_MAX = 5


class Odoo:
    """The connector of Odoo."""

    code = "ODOO"
    label = lazy("Odoo")
    secret = SecretUse.REQUIRED
    settings = (
        Setting(
            name="url", label=lazy("Dirección de Odoo"), help=lazy("Por ejemplo: https://empresa.odoo.com")
        ),
        Setting(name="database", label=lazy("Base de datos"), length_max=120),
        Setting(
            name="user",
            label=lazy("Usuario"),
            help=lazy("Uno que solo lea. En el secreto va su clave de API o su contraseña."),
            length_max=120,
        ),
        Setting(
            name="company",
            label=lazy("Compañía en Odoo"),
            kind=SettingKind.NUMBER,
            help=lazy("Su número interno, si la base tiene varias."),
            is_required=False,
            length_max=9,
        ),
        Setting(
            name="payments",
            label=lazy("Pagos"),
            kind=SettingKind.CHOICE,
            default="YES",
            choices=(
                ("YES", lazy("Traer cada pago con su fecha")),
                ("NO", lazy("No: solo los saldos de las facturas")),
            ),
        ),
    )

    def refuse_settings(self, *, settings: Mapping[str, str]) -> None:
        """Refuse an address that is none. Raises: UnableToFetch."""
        base_of(settings.get("url", ""))
        company = settings.get("company", "")
        if company and not (company.isascii() and company.isdigit()):
            raise UnableToFetch(_("La compañía en Odoo es un número."))

    def check(self, *, errand: Errand) -> str:
        """Sign in and count open invoices. Raises: UnableToFetch."""
        with Line(errand) as line:
            count = line.call("account.move", "search_count", [_open_moves(errand)])
        return _("Se pudo entrar a Odoo; facturas abiertas: %(count)s.") % {"count": count}

    def fetch(self, *, errand: Errand) -> Iterator[Delivery]:
        """Yield what changed, as one file, or several when it is much. Raises: UnableToFetch."""
        with Line(errand) as line:
            news = _later(line, errand) if "moves" in errand.state else _first(line, errand)
        pieces = list(table.pieces(headers=rows.HEADERS, rows=news.rows))
        for number, content in enumerate(pieces, 1):
            count = f" ({number})" if len(pieces) > 1 else ""
            yield Delivery(
                name=f"odoo {errand.at:%Y-%m-%d %H%M}{count}.csv",
                content=content,
                # Only the last file moves the border; what comes again meanwhile is known.
                state_after=news.state_after if number == len(pieces) else errand.state,
            )

    def put_away(self, *, errand: Errand, delivery: Delivery, is_refused: bool) -> None:
        """Leave Odoo as it is."""


@dataclass(frozen=True, slots=True)
class _News:
    """What changed, as rows of one file, and how far that reaches."""

    rows: list[list[object]]
    state_after: dict[str, Any]


def _company(errand: Errand) -> list[Any]:
    number = errand.settings.get("company", "")
    return [("company_id", "=", int(number))] if number else []


def _open_moves(errand: Errand) -> list[Any]:
    return [
        ("move_type", "=", "out_invoice"),
        ("state", "=", "posted"),
        ("amount_residual", ">", 0),
        *_company(errand),
    ]


def _changed_moves(errand: Errand) -> list[Any]:
    kinds = [("move_type", "in", ["out_invoice", "out_refund"]), ("state", "in", ["posted", "cancel"])]
    return [*kinds, *_company(errand)]


def _received(errand: Errand) -> list[Any]:
    if errand.settings["payments"] != "YES":
        return [("id", "=", 0)]
    return [
        ("payment_type", "=", "inbound"),
        ("partner_type", "=", "customer"),
        ("state", "in", _PAYMENT_STATES),
        *_company(errand),
    ]


def _first(line: Line, errand: Errand) -> _News:
    """Read what is open, and from where on changes count; older payments are in the balances."""
    reader = details.Reader(line)
    before = _borders(line, errand)
    for _look in range(_LOOKS_MAX):
        moves = list(
            line.read(
                "account.move", line.call("account.move", "search", [_open_moves(errand)]), _MOVE_FIELDS
            )
        )
        parts = reader.parts(moves)
        after = _borders(line, errand)
        if after == before:
            break
        # Somebody worked meanwhile: the balances may or may not know of it, so look again.
        before = after
    else:
        raise UnableToFetch(_("En Odoo se trabaja sin pausa: la primera lectura se hará en otro momento."))
    partners = _by_id(
        line.read("res.partner", sorted({rows.debtor_of(move) for move in moves}), _PARTNER_FIELDS)
    )
    told = [row for move in moves for row in rows.move_rows(move, partners, parts)]
    return _News(rows=told, state_after={**after, "parts": _several(moves, parts, {})})


def _borders(line: Line, errand: Errand) -> dict[str, Any]:
    """Find the newest change of each kind, without reading all that is older."""
    found: dict[str, Any] = {}
    for name, model, domain, fields in (
        ("moves", "account.move", _changed_moves(errand), _MOVE_FIELDS),
        ("payments", "account.payment", _received(errand), _PAYMENT_FIELDS),
        ("partners", "res.partner", [("customer_rank", ">", 0)], _PARTNER_FIELDS),
    ):
        last = line.call(
            model, "search_read", [domain], fields=["write_date"], order="write_date desc, id desc", limit=1
        )
        place = {"write_date": last[0]["write_date"]} if last else {}
        _rows, found[name] = line.changed(model, domain, fields, state=place)
    return found


def _later(line: Line, errand: Errand) -> _News:
    """Read what changed since the last visit."""
    state = errand.state
    moves, moves_after = line.changed(
        "account.move", _changed_moves(errand), _MOVE_FIELDS, state=state["moves"]
    )
    reader = details.Reader(line)
    # What an invoice owes must not be newer than the payments that are read after it.
    parts = reader.parts(moves)
    payments, payments_after = line.changed(
        "account.payment", _received(errand), _PAYMENT_FIELDS, state=state["payments"]
    )
    partners, partners_after = line.changed(
        "res.partner", [("customer_rank", ">", 0)], _PARTNER_FIELDS, state=state["partners"]
    )
    known = _by_id(moves)
    partials = reader.partials(payments)
    # A balance may change without its invoice being written, and after it was read: what payments name is read last.
    named = {number for payment in payments for number in payment["reconciled_invoice_ids"]}
    named |= reader.moves_of(one for found in partials.values() for one in found)
    paid = _invoices(line, named)
    known |= paid
    reversed_ids = {rows.number_of(move["reversed_entry_id"]) for move in moves} - {0}
    parts |= reader.parts([*paid.values(), *_invoices(line, reversed_ids - known.keys()).values()])
    people = _by_id(partners)
    people |= _by_id(line.read("res.partner", _missing(known, payments, people), _PARTNER_FIELDS))
    told = {rows.debtor_of(move) for move in known.values()}
    parts_before: dict[str, int] = state.get("parts", {})
    return _News(
        rows=[
            *(rows.customer_row(partner) for partner in partners if partner["id"] not in told),
            *(
                row
                for move in known.values()
                for row in rows.move_rows(
                    move, people, parts, parts_before=parts_before.get(str(move["id"]), 1)
                )
            ),
            *(
                row
                for payment in payments
                for row in rows.payment_rows(payment, _settled(payment, partials, parts), known, people)
            ),
        ],
        state_after={
            "moves": moves_after,
            "payments": payments_after,
            "partners": partners_after,
            "parts": _several(known.values(), parts, parts_before),
        },
    )


def _settled(
    payment: Mapping[str, Any],
    partials: Mapping[int, Sequence[Mapping[str, Any]]],
    parts: Mapping[int, Sequence[Part]],
) -> details.Settled | None:
    """Say what a payment settled; None where it has no journal entry that could tell."""
    found = partials.get(payment["id"])
    return None if found is None else details.settled_by(payment, found, parts)


def _invoices(line: Line, numbers: Iterable[int]) -> dict[int, dict[str, Any]]:
    found = line.read("account.move", sorted(numbers), _MOVE_FIELDS)
    return _by_id(move for move in found if move["move_type"] == "out_invoice")


def _several(
    moves: Iterable[Mapping[str, Any]], parts: Mapping[int, Sequence[Part]], before: Mapping[str, int]
) -> dict[str, int]:
    """Remember of how many documents an invoice is, where there are several and it is still owed."""
    found = dict(before)
    for move in moves:
        own = parts.get(move["id"], ())
        count = own[0].parts if own and move["state"] == "posted" and move["amount_residual"] else 1
        found[str(move["id"])] = count
    return {number: count for number, count in found.items() if count > 1}


def _missing(
    moves: Mapping[int, Mapping[str, Any]], payments: Sequence[Mapping[str, Any]], people: Mapping[int, Any]
) -> list[int]:
    needed = {rows.debtor_of(move) for move in moves.values()} | {
        rows.number_of(payment["partner_id"]) for payment in payments
    }
    return sorted(needed - people.keys() - {0})


def _by_id(found: Iterable[dict[str, Any]]) -> dict[int, dict[str, Any]]:
    return {row["id"]: row for row in found}
