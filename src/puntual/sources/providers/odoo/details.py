"""
What stands behind invoices and payments in Odoo: the due dates of an invoice, and which of them a payment settled.

An invoice has one journal item on the receivable account for each due date of its terms. A payment is reconciled
with such items, by as much as each partial reconciliation says.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from puntual.sources.providers.odoo.line import Line

_CENT = Decimal("0.01")
_ITEM_FIELDS = (
    "move_id",
    "date_maturity",
    "amount_currency",
    "amount_residual_currency",
    "currency_id",
)
_PARTIAL_FIELDS = (
    "debit_move_id",
    "credit_move_id",
    "debit_amount_currency",
    "credit_amount_currency",
    "debit_currency_id",
)
# How versions of Odoo name the sort of account of a journal item, newest first, and what receivables are there.
_ACCOUNT_SORTS = (("account_type", "asset_receivable"), ("account_internal_type", "receivable"))


class Part(NamedTuple):
    """One due date of an invoice; `document` is the invoice itself where it has but one."""

    item_id: int
    document: str
    due: str
    amount: Decimal
    balance: Decimal
    place: int
    parts: int


class Share(NamedTuple):
    """What a payment settled of one document."""

    move_id: int
    document: str
    amount: Decimal
    currency: str


class Settled(NamedTuple):
    """What a payment settled, and what of it is not reconciled with anything."""

    shares: tuple[Share, ...]
    left: Decimal
    # Nothing at all is reconciled yet.
    is_loose: bool


class Reader:
    """Reads details over one conversation."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._receivable: list[Any] | None = None

    def parts(self, moves: Iterable[Mapping[str, Any]]) -> dict[int, tuple[Part, ...]]:
        """Read the due dates of invoices, by the number of the invoice."""
        invoices = {move["id"]: move for move in moves if move["move_type"] == "out_invoice"}
        if not invoices:
            return {}
        items = self._line.read_where(
            "account.move.line", "move_id", sorted(invoices), _ITEM_FIELDS, domain=self._receivables()
        )
        of_move: dict[int, list[dict[str, Any]]] = {}
        for item in items:
            of_move.setdefault(_number(item["move_id"]), []).append(item)
        return {number: parts_of(invoices[number], found) for number, found in of_move.items()}

    def partials(self, payments: Iterable[Mapping[str, Any]]) -> dict[int, list[dict[str, Any]]]:
        """Read what payments are reconciled with, by the number of the payment; none without a journal entry."""
        entries = {_number(one["move_id"]): one["id"] for one in payments if _number(one["move_id"])}
        found: dict[int, list[dict[str, Any]]] = {number: [] for number in entries.values()}
        if not entries:
            return found
        partials = list(
            self._line.read_where(
                "account.partial.reconcile", "credit_move_id.move_id", sorted(entries), _PARTIAL_FIELDS
            )
        )
        credited = sorted({_number(one["credit_move_id"]) for one in partials})
        entry_of = {
            item["id"]: _number(item["move_id"])
            for item in self._line.read("account.move.line", credited, ("move_id",))
        }
        for one in partials:
            found[entries[entry_of[_number(one["credit_move_id"])]]].append(one)
        return found

    def moves_of(self, partials: Iterable[Mapping[str, Any]]) -> set[int]:
        """Return the numbers of the entries whose debit a reconciliation settles: invoices, and others."""
        debits = sorted({_number(one["debit_move_id"]) for one in partials})
        return {
            _number(item["move_id"]) for item in self._line.read("account.move.line", debits, ("move_id",))
        }

    def _receivables(self) -> list[Any]:
        """Return what tells journal items on a receivable account from others, in the words of this Odoo."""
        if self._receivable is None:
            names = [name for name, _code in _ACCOUNT_SORTS]
            known: Collection[str] = self._line.call(
                "account.move.line", "fields_get", [names], attributes=["type"]
            )
            self._receivable = [(name, "=", code) for name, code in _ACCOUNT_SORTS if name in known][:1]
        return self._receivable


def parts_of(move: Mapping[str, Any], items: Sequence[Mapping[str, Any]]) -> tuple[Part, ...]:
    """
    Part an invoice by its due dates, in their order; the first keeps the number of the invoice.

    Items that have no day, or do not add up to the invoice, part nothing: then it is one document.
    """
    ordered = sorted(items, key=lambda item: (str(item["date_maturity"] or ""), item["id"]))
    whole = _money(move["amount_total"])
    amounts = [_money(item["amount_currency"]) for item in ordered]
    is_whole = sum(amounts) == whole and all(item["date_maturity"] for item in ordered) and min(amounts) > 0
    name = str(move["name"] or "")
    return tuple(
        Part(
            item_id=item["id"],
            document=document_of(name, place) if is_whole else name,
            due=str(item["date_maturity"] or ""),
            amount=amount,
            balance=_money(item["amount_residual_currency"]),
            place=place,
            parts=len(ordered) if is_whole else 1,
        )
        for place, (item, amount) in enumerate(zip(ordered, amounts, strict=True), 1)
    )


def document_of(name: str, place: int) -> str:
    """Name the document of one due date: the invoice, INV/2026/00001-2 …"""
    return name if place == 1 else f"{name}-{place}"


def settled_by(
    payment: Mapping[str, Any],
    partials: Sequence[Mapping[str, Any]],
    parts: Mapping[int, Sequence[Part]],
) -> Settled:
    """Say what a payment settled; money that went to something else than an invoice is left out."""
    items = {part.item_id: (number, part.document) for number, own in parts.items() for part in own}
    left = _money(payment["amount"])
    sums: dict[tuple[int, str, str], Decimal] = {}
    for one in partials:
        left -= _money(one["credit_amount_currency"])
        found = items.get(_number(one["debit_move_id"]))
        amount = _money(one["debit_amount_currency"])
        if found is not None and amount > 0:
            key = (*found, _name(one["debit_currency_id"]))
            sums[key] = sums.get(key, Decimal(0)) + amount
    shares = tuple(
        Share(number, document, amount, currency) for (number, document, currency), amount in sums.items()
    )
    return Settled(shares=shares, left=max(left, Decimal(0)), is_loose=not partials)


def _money(value: Any) -> Decimal:
    """Read an amount to the cent: Odoo computes in binary and sends 1160.0000000000002 for 1160.00."""
    return Decimal(str(value)).quantize(_CENT)


def _number(pair: Any) -> int:
    return int(pair[0]) if isinstance(pair, list) and pair else 0


def _name(pair: Any) -> str:
    return str(pair[1]) if isinstance(pair, list) and len(pair) > 1 else ""
