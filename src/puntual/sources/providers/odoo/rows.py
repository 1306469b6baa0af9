"""What Odoo tells, as rows of one file: customers, invoices, credit notes, cancellations, payments."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

_CENT = Decimal("0.01")
HEADERS = (
    "Tipo de registro",
    "No. de cliente",
    "Nombre",
    "RFC",
    "Correo",
    "Teléfono",
    "Ciudad",
    "Código postal",
    "Documento",
    "Documento relacionado",
    "Fecha de emisión",
    "Fecha de vencimiento",
    "Moneda",
    "Importe",
    "Saldo",
    "Fecha de pago",
    "Referencia de pago",
)


def number_of(pair: Any) -> int:
    """Return the number of what a row points to; Odoo writes false for nothing."""
    return int(pair[0]) if isinstance(pair, list) and pair else 0


def _name(pair: Any) -> str:
    return str(pair[1]) if isinstance(pair, list) and len(pair) > 1 else ""


def _text(value: Any) -> str:
    return "" if value is False or value is None else str(value)


def debtor_of(move: Mapping[str, Any]) -> int:
    """Return the number of whoever owes: the company behind the person who is named."""
    return number_of(move.get("commercial_partner_id")) or number_of(move.get("partner_id"))


def _money(value: Any) -> str:
    """Write an amount with cents: Odoo computes in binary and sends 1160.0000000000002 for 1160.00."""
    return str(Decimal(str(value)).quantize(_CENT))


def _row(**cells: object) -> list[object]:
    return [cells.get(name, "") for name in _ORDER]


_ORDER = (
    "record",
    "customer",
    "name",
    "tax_id",
    "email",
    "phone",
    "city",
    "postal_code",
    "document",
    "related",
    "issued",
    "due",
    "currency",
    "amount",
    "balance",
    "paid_on",
    "reference",
)


def _about(partner: Mapping[str, Any] | None) -> dict[str, object]:
    if partner is None:
        return {}
    return {
        "name": _text(partner["name"]),
        "tax_id": _text(partner["vat"]),
        "email": _text(partner["email"]),
        "phone": _text(partner["phone"]),
        "city": _text(partner["city"]),
        "postal_code": _text(partner["zip"]),
    }


def customer_row(partner: Mapping[str, Any]) -> list[object]:
    """Write a customer."""
    return _row(record="cliente", customer=partner["id"], **_about(partner))


def move_row(move: Mapping[str, Any], partners: Mapping[int, Mapping[str, Any]]) -> list[object]:
    """Write an invoice, a credit note, or that one was cancelled."""
    debtor = debtor_of(move)
    common: dict[str, object] = {
        "customer": debtor,
        **_about(partners.get(debtor)),
        "document": _text(move["name"]),
        "issued": _text(move["invoice_date"]),
        "currency": _name(move["currency_id"]),
    }
    if move["state"] == "cancel":
        return _row(**{**common, "record": "cancelación"})
    if move["move_type"] == "out_refund":
        amount = _money(move["amount_total"])
        related = _name(move["reversed_entry_id"]).partition(" (")[0]
        return _row(**{**common, "record": "nota de crédito", "amount": amount, "related": related})
    return _row(
        **{
            **common,
            "record": "factura",
            "due": _text(move["invoice_date_due"]) or _text(move["invoice_date"]),
            "amount": _money(move["amount_total"]),
            "balance": _money(move["amount_residual"]),
        }
    )


def payment_row(
    payment: Mapping[str, Any],
    moves: Mapping[int, Mapping[str, Any]],
    partners: Mapping[int, Mapping[str, Any]],
) -> list[object]:
    """Write a payment; one that settled a single invoice names it, others go to the oldest debts."""
    invoices = [moves[number] for number in payment["reconciled_invoice_ids"] if number in moves]
    debtor = debtor_of(invoices[0]) if invoices else number_of(payment["partner_id"])
    return _row(
        record="pago",
        customer=debtor,
        **_about(partners.get(debtor)),
        related=_text(invoices[0]["name"]) if len(invoices) == 1 else "",
        currency=_name(payment["currency_id"]),
        amount=_money(payment["amount"]),
        paid_on=_text(payment["date"]),
        reference=_text(payment["name"]),
    )
