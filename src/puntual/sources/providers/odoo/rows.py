"""What Odoo tells, as rows of one file: customers, invoices, credit notes, cancellations, payments."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from puntual.sources.providers.odoo.details import Part, Settled, document_of

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
    "Contrato",
    "Parcialidad",
    "Fecha de emisión",
    "Fecha de vencimiento",
    "Moneda",
    "Importe",
    "Saldo",
    "Fecha de pago",
    "Referencia de pago",
    "Grupo de pago",
    "Total del grupo de pago",
    # What of a payment is not reconciled: the intake knows this header, and keeps it as credit.
    "Sin aplicar en el recibo",
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
    "account",
    "place",
    "issued",
    "due",
    "currency",
    "amount",
    "balance",
    "paid_on",
    "reference",
    "group",
    "group_total",
    "left",
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


def move_rows(
    move: Mapping[str, Any],
    partners: Mapping[int, Mapping[str, Any]],
    parts: Mapping[int, Sequence[Part]],
    *,
    parts_before: int = 1,
) -> list[list[object]]:
    """
    Write an invoice, a credit note, or that one was cancelled; an invoice with several due dates is one row for each.

    `parts_before` is how many documents it was before: those that it has no more are cancelled.
    """
    debtor = debtor_of(move)
    name = _text(move["name"])
    own = parts.get(move["id"], ())
    common: dict[str, object] = {
        "customer": debtor,
        **_about(partners.get(debtor)),
        "issued": _text(move["invoice_date"]),
        "currency": _name(move["currency_id"]),
    }
    count = own[0].parts if own else 1
    is_invoice = move["move_type"] != "out_refund"
    if move["state"] == "cancel":
        documents = max(count, parts_before) if is_invoice else 1
        return [_cancelled(common, name, place) for place in range(1, documents + 1)]
    if not is_invoice:
        return [_credit_note(move, common, parts)]
    gone = [_cancelled(common, name, place) for place in range(count + 1, parts_before + 1)]
    if count > 1:
        return [*(_instalment(common, name, part) for part in own), *gone]
    whole = _row(
        **{
            **common,
            "record": "factura",
            "document": name,
            "due": _text(move["invoice_date_due"]) or _text(move["invoice_date"]),
            "amount": _money(move["amount_total"]),
            "balance": _money(move["amount_residual"]),
        }
    )
    return [whole, *gone]


def _cancelled(common: Mapping[str, object], name: str, place: int) -> list[object]:
    return _row(**{**common, "record": "cancelación", "document": document_of(name, place)})


def _instalment(common: Mapping[str, object], name: str, part: Part) -> list[object]:
    return _row(
        **{
            **common,
            "record": "parcialidad",
            "document": part.document,
            "account": name,
            "place": f"{part.place}/{part.parts}",
            "due": part.due,
            "amount": part.amount,
            "balance": part.balance,
        }
    )


def _credit_note(
    move: Mapping[str, Any], common: Mapping[str, object], parts: Mapping[int, Sequence[Part]]
) -> list[object]:
    """Write a credit note, which names every document of the invoice that it reverses."""
    own = parts.get(number_of(move["reversed_entry_id"]), ())
    named = [part.document for part in own if part.parts > 1]
    related = "; ".join(named) or _name(move["reversed_entry_id"]).partition(" (")[0]
    return _row(
        **{
            **common,
            "record": "nota de crédito",
            "document": _text(move["name"]),
            "amount": _money(move["amount_total"]),
            "related": related,
        }
    )


def payment_rows(
    payment: Mapping[str, Any],
    settled: Settled | None,
    moves: Mapping[int, Mapping[str, Any]],
    partners: Mapping[int, Mapping[str, Any]],
) -> list[list[object]]:
    """
    Write a payment as Odoo reconciled it: a row for each document, and one for what is not reconciled.

    One that nothing tells of (None), or that is not reconciled at all, names its invoice if that is a single one;
    else it goes to the oldest debts.
    """
    name, currency = _text(payment["name"]), _name(payment["currency_id"])
    common: dict[str, object] = {
        "record": "pago",
        "paid_on": _text(payment["date"]),
        "reference": name,
        # Names are given anew in every company of an Odoo.
        "group": f"{name}#{payment['id']}",
    }
    # However it is told again later, it is no more money than this.
    own = {"currency": currency, "group_total": _money(payment["amount"])}
    invoices = [moves[number] for number in payment["reconciled_invoice_ids"] if number in moves]
    debtor = debtor_of(invoices[0]) if invoices else number_of(payment["partner_id"])
    who = {"customer": debtor, **_about(partners.get(debtor))}
    if settled is None or settled.is_loose:
        related = _text(invoices[0]["name"]) if len(invoices) == 1 else ""
        return [_row(**{**common, **own, **who, "related": related, "amount": _money(payment["amount"])})]
    rows = []
    for share in settled.shares:
        debtor = debtor_of(moves[share.move_id])
        told = own if share.currency == currency else {"currency": share.currency}
        about = {"customer": debtor, **_about(partners.get(debtor))}
        rows.append(_row(**{**common, **told, **about, "related": share.document, "amount": share.amount}))
    if settled.left:
        rows.append(_row(**{**common, **own, **who, "amount": settled.left, "left": settled.left}))
    return rows
