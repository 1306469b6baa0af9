"""One CFDI as rows: an invoice or a credit note is one, a payment complement one for each document that it pays."""

import re
from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal

from lxml import etree

from puntual.intake.rules import words
from puntual.intake.rules.cfdi import terms
from puntual.intake.rules.cfdi.columns import Line, verdict
from puntual.intake.types import Reason, Record, RowOutcome

VERSIONS = frozenset({"3.2", "3.3", "4.0"})
# Tax ids that stand for anybody: the public at large, and whoever lives abroad.
GENERIC_NATIONAL = "XAXX010101000"
GENERIC_FOREIGN = "XEXX010101000"
_VOUCHER_SPACES = frozenset({"http://www.sat.gob.mx/cfd/3", "http://www.sat.gob.mx/cfd/4"})
_OLD_SPACE = "http://www.sat.gob.mx/cfd/2"
_RETENTION_SPACE = "http://www.sat.gob.mx/esquemas/retencionpago/"
_STAMP = "{http://www.sat.gob.mx/TimbreFiscalDigital}TimbreFiscalDigital"
_PAYMENTS = ("{http://www.sat.gob.mx/Pagos}Pagos", "{http://www.sat.gob.mx/Pagos20}Pagos")
_UUID = re.compile(r"^[0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12}$")
_TYPES = {"INGRESO": "I", "EGRESO": "E", "TRASLADO": "T", "NOMINA": "N", "NÓMINA": "N", "PAGO": "P"}
_METHODS = {
    "01": "Efectivo",
    "02": "Cheque",
    "03": "Transferencia",
    "04": "Tarjeta",
    "28": "Tarjeta",
    "29": "Tarjeta",
}
_CENT = Decimal("0.01")
_NO_CURRENCY = "XXX"
_PUBLIC = re.compile(
    r"^(?:publico(?: en)? general|venta al publico|ventas al publico.*|clientes? mostrador|mostrador)?$"
)
_CELL_LENGTH_MAX = 300
_DIGITS_MAX = 20
# What is lost by rounding between currencies is no money left over.
_ROUNDING = Decimal("1.00")
_REFERENCE_LENGTH_MAX = 100
Attributes = Mapping[str, str]


def uuid_of(text: str) -> str:
    """Write a UUID the way it is kept: capital letters; empty when it is none."""
    found = text.strip().upper()
    return found if _UUID.match(found) else ""


def is_voucher(root: etree._Element) -> bool:
    """Say whether a document is a CFDI, of whatever type."""
    name = etree.QName(root)
    return name.localname == "Comprobante" and name.namespace in _VOUCHER_SPACES


def lines_of(root: etree._Element, *, file: str) -> Iterator[Line]:
    """Lay one document out; what is no debt, or cannot be read, is one row with its verdict."""
    name = etree.QName(root)
    space = name.namespace or ""
    if name.localname == "Retenciones" and space.startswith(_RETENTION_SPACE):
        yield _no_debt("retenciones", file)
    elif name.localname == "Comprobante" and space.startswith(_OLD_SPACE):
        version = root.get("version", "2")
        yield Line(file=file, verdict=verdict(RowOutcome.REJECTED, Reason.CFDI_VERSION, version))
    elif not is_voucher(root):
        shown = f"<{name.localname[:60]}>"
        yield Line(file=file, verdict=verdict(RowOutcome.REJECTED, Reason.CFDI_OTHER_XML, shown))
    else:
        yield from _voucher(root, file)


def _voucher(root: etree._Element, file: str) -> Iterator[Line]:
    own = _attributes(root)
    version = own.get("version", "")
    if version not in VERSIONS:
        yield Line(file=file, verdict=verdict(RowOutcome.REJECTED, Reason.CFDI_VERSION, version[:20]))
        return
    type_text = own.get("tipodecomprobante", "").upper()
    kind = _TYPES.get(type_text, type_text)
    parts = _Parts(root)
    head = _head(own, parts, file)
    if kind == "I":
        yield _invoice(own, parts, head)
    elif kind == "E":
        yield _credit_note(own, parts, head)
    elif kind == "P":
        yield from _payments(parts, head)
    elif kind in ("N", "T"):
        yield _no_debt({"N": "nómina", "T": "traslado"}[kind], file, head)
    else:
        told = verdict(RowOutcome.REJECTED, Reason.CFDI_TYPE, type_text[:20])
        yield head._replace(verdict=told)


def _no_debt(what: str, file: str, head: Line | None = None) -> Line:
    told = verdict(RowOutcome.IGNORED, Reason.CFDI_NO_DEBT, what)
    return (head or Line(file=file))._replace(verdict=told)


class _Parts:
    """The parts of a document that say something of a debt."""

    __slots__ = ("is_global", "issuer", "payments", "receiver", "related", "stamp")

    def __init__(self, root: etree._Element) -> None:
        self.issuer: Attributes = {}
        self.receiver: Attributes = {}
        self.related: list[tuple[str, tuple[str, ...]]] = []
        self.payments: list[etree._Element] = []
        self.stamp = ""
        self.is_global = False
        for child in root:
            name = etree.QName(child).localname
            if name == "Emisor":
                self.issuer = _attributes(child)
            elif name == "Receptor":
                self.receiver = _attributes(child)
            elif name == "InformacionGlobal":
                self.is_global = True
            elif name == "CfdiRelacionados":
                uuids = [uuid_of(one.get("UUID", "")) for one in child]
                self.related.append((child.get("TipoRelacion", ""), tuple(uuid for uuid in uuids if uuid)))
            elif name == "Complemento":
                self._complement(child)

    def _complement(self, complement: etree._Element) -> None:
        for child in complement:
            if child.tag == _STAMP:
                self.stamp = uuid_of(child.get("UUID", ""))
            elif child.tag in _PAYMENTS:
                self.payments += [one for one in child if etree.QName(one).localname == "Pago"]


def _attributes(element: etree._Element) -> dict[str, str]:
    """Read attributes by their names in small letters: version 3.2 wrote them otherwise than 4.0."""
    return {str(name).lower(): str(value) for name, value in element.attrib.items()}


def _head(own: Attributes, parts: _Parts, file: str) -> Line:
    """Write down what every row of a document says of its customer and of itself."""
    tax_id = parts.receiver.get("rfc", "").strip().upper()
    name = " ".join(parts.receiver.get("nombre", "").split())
    head = Line(
        tax_id=tax_id,
        name=name,
        postal_code=parts.receiver.get("domiciliofiscalreceptor", "").strip(),
        folio=_folio(own),
        uuid=parts.stamp,
        related="; ".join(f"{kind} {' '.join(uuids)}".strip() for kind, uuids in parts.related if uuids),
        issuer=parts.issuer.get("rfc", "").strip().upper(),
        file=file,
    )
    if tax_id == GENERIC_FOREIGN:
        # Abroad everybody has this one; the number of their own country tells them apart.
        foreign = parts.receiver.get("numregidtrib", "").strip()
        return head._replace(tax_id=foreign)
    if tax_id == GENERIC_NATIONAL:
        return head._replace(tax_id="")
    return head


def _nobody(parts: _Parts, head: Line) -> str:
    """Say why nobody can be asked for the debt: the public at large has no name."""
    if head.tax_id:
        return ""
    is_public = parts.is_global or bool(_PUBLIC.match(words.fold(head.name)))
    return verdict(RowOutcome.REJECTED, Reason.CFDI_PUBLIC, head.name[:80]) if is_public else ""


def _invoice(own: Attributes, parts: _Parts, head: Line) -> Line:
    issued = _day(own.get("fecha", ""))
    way = _way_of_payment(own)
    said = " ".join(own.get("condicionesdepago", "").split())[:_CELL_LENGTH_MAX]
    days = terms.days_of(said)
    # An invoice paid in one sum without terms is due the day it is issued; the rest is asked for.
    is_due_at_once = way == "PUE" and not said
    currency = own.get("moneda", "").strip()
    told = _nobody(parts, head)
    if currency == _NO_CURRENCY:
        told = told or verdict(RowOutcome.REJECTED, Reason.CURRENCY_UNKNOWN, currency)
    return head._replace(
        record=Record.RECEIVABLE,
        document=head.uuid or head.folio,
        kind="Factura",
        currency=currency or "MXN",
        issue_date=issued,
        due_date=issued if is_due_at_once else terms.due_date(issued, days),
        amount=_amount(own.get("total", "")),
        way_of_payment=way,
        terms=said,
        exchange_rate=_rate(own.get("tipocambio", "")),
        verdict=told,
    )


def _credit_note(own: Attributes, parts: _Parts, head: Line) -> Line:
    currency = own.get("moneda", "").strip()
    told = _nobody(parts, head)
    if currency == _NO_CURRENCY:
        told = told or verdict(RowOutcome.REJECTED, Reason.CURRENCY_UNKNOWN, currency)
    # Relation 04 names the voucher that this one replaces, not one that it lowers.
    named = [uuid for kind, uuids in parts.related if kind != "04" for uuid in uuids]
    issued = _day(own.get("fecha", ""))
    return head._replace(
        record=Record.CREDIT_NOTE,
        document=head.uuid or head.folio,
        about="; ".join(sorted(set(named))),
        kind="Nota de crédito",
        currency=currency or "MXN",
        issue_date=issued,
        amount=_amount(own.get("total", "")),
        exchange_rate=_rate(own.get("tipocambio", "")),
        verdict=told,
    )


def _payments(parts: _Parts, head: Line) -> Iterator[Line]:
    """Lay a payment complement out: each document that it pays is a payment of its own, and so is what is left over."""
    count = 0
    own = head.uuid or head.folio
    for number, payment in enumerate(parts.payments, 1):
        paid = _attributes(payment)
        documents = [one for one in payment if etree.QName(one).localname == "DoctoRelacionado"]
        base = head._replace(
            record=Record.PAYMENT,
            paid_date=_day(paid.get("fechapago", "")),
            method=_METHODS.get(paid.get("formadepagop", "").strip(), "Otro"),
            document=own,
            # Its own number tells one payment from another; what the bank calls it may be "1" every day.
            reference=own,
            operation=paid.get("numoperacion", "").strip()[:_REFERENCE_LENGTH_MAX],
            group=f"{own}:{number}" if own else "",
        )
        left = _unapplied(paid, [_attributes(one) for one in documents])
        is_short = left.startswith("-")
        for place, document in enumerate(documents):
            count += 1
            line = _paid_document(_attributes(document), paid, base, is_only=len(documents) == 1)
            # What is missing is told once for each payment.
            yield line._replace(unapplied=left) if is_short and not place else line
        if not documents or (left and not is_short):
            count += 1
            yield base._replace(
                currency=paid.get("monedap", "").strip(),
                paid_amount=left or _amount(paid.get("monto", "")),
                unapplied=left,
            )
    if not count:
        yield head._replace(verdict=verdict(RowOutcome.REJECTED, Reason.CFDI_NO_PAYMENTS, head.folio[:80]))


def _unapplied(paid: Attributes, documents: list[Attributes]) -> str:
    """
    Say what a payment leaves over when its documents are paid; less than nothing where it pays more than it brought.

    Empty for nothing, or where it cannot be told.
    """
    try:
        left = Decimal(paid.get("monto", "").strip())
        is_converted = False
        for one in documents:
            rate = Decimal(one.get("equivalenciadr") or one.get("tipocambiodr") or "1")
            if rate == 1 and one.get("monedadr", "") not in ("", paid.get("monedap", "")):
                # Two currencies without a rate: nobody knows what is left over.
                return ""
            is_converted |= rate != 1
            left -= Decimal(one["imppagado"]) / rate
        left = left.quantize(_CENT, ROUND_HALF_UP)
        return str(left) if documents and abs(left) > (_ROUNDING if is_converted else 0) else ""
    except (ArithmeticError, KeyError):
        return ""


def _paid_document(document: Attributes, paid: Attributes, base: Line, *, is_only: bool) -> Line:
    currency = document.get("monedadr", "").strip()
    rate = document.get("equivalenciadr") or document.get("tipocambiodr") or ""
    amount = document.get("imppagado", "")
    if not amount and is_only:
        # Version 1.0 may leave it out where the whole payment goes to one document.
        amount = _converted(
            paid.get("monto", ""), rate if currency != paid.get("monedap", "").strip() else "1"
        )
    named = uuid_of(document.get("iddocumento", ""))
    folio = _folio(document)
    about = named or document.get("iddocumento", "").strip()[:_CELL_LENGTH_MAX] or folio
    return base._replace(
        about=about,
        currency=currency,
        paid_amount=_amount(amount),
        exchange_rate=_rate(rate),
        instalment=document.get("numparcialidad", "").strip()[:20],
        folio=folio,
        # Money that names a document without its number must not go to another one.
        verdict="" if about else verdict(RowOutcome.REJECTED, Reason.DOCUMENT_MISSING, "IdDocumento"),
    )


def _way_of_payment(own: Attributes) -> str:
    """Name PUE (one sum) or PPD (later, or in parts); version 3.2 says it in words, in another attribute."""
    code = own.get("metodopago", "").strip().upper()
    if code:
        return code[:20]
    said = words.fold(own.get("formadepago", ""))
    if "una sola" in said or "una exhibicion" in said or "un solo pago" in said:
        return "PUE"
    return "PPD" if "parcialidad" in said or "diferido" in said else ""


def _folio(own: Attributes) -> str:
    parts = (own.get("serie", "").strip(), own.get("folio", "").strip())
    return "-".join(part for part in parts if part)[:_CELL_LENGTH_MAX]


def _day(text: str) -> str:
    return text.strip()[:10]


def _amount(text: str) -> str:
    """Write an amount in cents; vouchers may have six places. What is no number is left to be refused."""
    plain = text.strip()
    if len(plain) > 2 and plain[-3] == ".":
        return plain
    try:
        number = Decimal(plain)
        return str(number.quantize(_CENT, ROUND_HALF_UP)) if number.is_finite() else plain[:40]
    except ArithmeticError:
        return plain[:40]


def _converted(amount: str, rate: str) -> str:
    try:
        return str(Decimal(amount.strip()) * Decimal(rate.strip()))
    except ArithmeticError:
        return ""


def _rate(text: str) -> str:
    """Write a rate of exchange without noughts; a rate of one says nothing."""
    try:
        number = Decimal(text.strip())
    except ArithmeticError:
        return text.strip()[:40]
    if not number.is_finite() or number == 1:
        return ""
    # A rate of a billion digits is an attack: it is kept as it was written.
    is_plain = abs(number.adjusted()) <= _DIGITS_MAX
    return format(number.normalize(), "f")[:40] if is_plain else text.strip()[:40]
