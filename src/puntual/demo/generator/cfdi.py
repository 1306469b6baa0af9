"""
An archive of CFDI 4.0 as a company downloads it: invoices, payment complements, credit notes, payroll.

The documents have the shapes and the sizes of real ones; seals and certificates are noise. Nothing in them belongs to
anybody.
"""

import base64
import random
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

ISSUER = "EKU9003173C9"
_SEAL_BYTES, _CERTIFICATE_BYTES = 256, 1500
_CUSTOMERS_SHARE = 8
_TAX = Decimal("1.16")
_FIXED_MOMENT = (2026, 1, 1, 0, 0, 0)
_TERMS = ("30 días", "Crédito 15 dias", "NET 60", "Contado")


@dataclass(frozen=True, slots=True)
class _Invoice:
    uuid: str
    number: int
    customer: int
    amount: Decimal
    day: date


def write_cfdi(*, path: Path, documents: int, seed: int, today: date) -> None:
    """Write an archive with that many documents: of ten, about eight are invoices and one pays two of them."""
    draw = random.Random(seed)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, text in _documents(draw, documents, today):
            archive.writestr(zipfile.ZipInfo(name, _FIXED_MOMENT), text, zipfile.ZIP_DEFLATED)


def _documents(draw: random.Random, documents: int, today: date) -> Iterator[tuple[str, str]]:
    open_invoices: dict[int, list[_Invoice]] = defaultdict(list)
    payable: list[int] = []
    for number in range(documents):
        uuid = str(UUID(int=draw.getrandbits(128), version=4)).upper()
        day = today - timedelta(days=draw.randrange(1, 180))
        what = number % 10
        if what == 8 and payable:
            own = open_invoices[payable.pop()]
            text = _payment(draw, uuid, number, [own.pop(), own.pop()], today)
        elif what == 9:
            text = _payroll(draw, uuid, number, day)
        elif what == 7 and number % 20 == 7 and payable:
            text = _credit_note(draw, uuid, number, open_invoices[payable.pop()].pop(), today)
        else:
            customer = draw.randrange(max(1, documents // _CUSTOMERS_SHARE))
            invoice = _Invoice(uuid, number, customer, Decimal(draw.randrange(10_000, 9_000_000)) / 100, day)
            text = _invoice(draw, invoice)
            own = open_invoices[customer]
            own.append(invoice)
            if len(own) % 2 == 0:
                payable.append(customer)
        yield f"{day:%Y-%m}/{uuid}.xml", text


def tax_id_of(customer: int) -> str:
    """Write a tax id of a firm that does not exist."""
    letters = "".join(chr(65 + customer // 26**place % 26) for place in range(3))
    return f"{letters}200101{customer % 1000:03d}"


def _invoice(draw: random.Random, one: _Invoice) -> str:
    is_later = one.number % 4 != 0
    more = f' MetodoPago="{"PPD" if is_later else "PUE"}" FormaPago="{"99" if is_later else "03"}"'
    if is_later:
        more += f' CondicionesDePago="{_TERMS[one.number % len(_TERMS)]}"'
    return _voucher(draw, one.uuid, "I", one.number, one.day, tax_id_of(one.customer), one.amount, more)


def _credit_note(draw: random.Random, uuid: str, number: int, invoice: _Invoice, today: date) -> str:
    related = (
        '<cfdi:CfdiRelacionados TipoRelacion="01">'
        f'<cfdi:CfdiRelacionado UUID="{invoice.uuid}"/></cfdi:CfdiRelacionados>'
    )
    amount = (invoice.amount / 4).quantize(Decimal("0.01"))
    customer = tax_id_of(invoice.customer)
    return _voucher(draw, uuid, "E", number, today, customer, amount, ' MetodoPago="PUE"', related)


def _payroll(draw: random.Random, uuid: str, number: int, day: date) -> str:
    return _voucher(draw, uuid, "N", number, day, "XOJI740919U48", Decimal("8000.00"), ' MetodoPago="PUE"')


def _payment(draw: random.Random, uuid: str, number: int, invoices: list[_Invoice], today: date) -> str:
    """Pay two invoices: the first in full, of the second a half."""
    parts = [
        (invoices[0], invoices[0].amount),
        (invoices[1], (invoices[1].amount / 2).quantize(Decimal("0.01"))),
    ]
    documents = "".join(
        f'<pago20:DoctoRelacionado IdDocumento="{invoice.uuid}" Serie="A" Folio="{invoice.number}" '
        f'MonedaDR="MXN" EquivalenciaDR="1" NumParcialidad="1" ImpSaldoAnt="{invoice.amount}" '
        f'ImpPagado="{paid}" ImpSaldoInsoluto="{invoice.amount - paid}" ObjetoImpDR="01"/>'
        for invoice, paid in parts
    )
    total = sum(paid for _invoice, paid in parts)
    complement = (
        f'<pago20:Pagos Version="2.0"><pago20:Totales MontoTotalPagos="{total}"/>'
        f'<pago20:Pago FechaPago="{today:%Y-%m-%d}T12:00:00" FormaDePagoP="03" MonedaP="MXN" TipoCambioP="1" '
        f'Monto="{total}" NumOperacion="{number:09d}">{documents}</pago20:Pago></pago20:Pagos>'
    )
    customer = tax_id_of(invoices[0].customer)
    return _voucher(draw, uuid, "P", number, today, customer, Decimal(0), "", "", complement)


def _noise(draw: random.Random, length: int) -> str:
    return base64.b64encode(draw.randbytes(length)).decode()


def _voucher(
    draw: random.Random,
    uuid: str,
    kind: str,
    number: int,
    day: date,
    customer: str,
    total: Decimal,
    more: str,
    related: str = "",
    complement: str = "",
) -> str:
    seal = _noise(draw, _SEAL_BYTES)
    net = (total / _TAX).quantize(Decimal("0.01"))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<cfdi:Comprobante xmlns:cfdi="http://www.sat.gob.mx/cfd/4" xmlns:pago20="http://www.sat.gob.mx/Pagos20" '
        f'Version="4.0" Serie="A" Folio="{number}" Fecha="{day:%Y-%m-%d}T10:00:00" Sello="{seal}" '
        f'NoCertificado="30001000000500003416" Certificado="{_noise(draw, _CERTIFICATE_BYTES)}" '
        f'SubTotal="{net}" Moneda="{"XXX" if kind == "P" else "MXN"}" Total="{total}" TipoDeComprobante="{kind}" '
        f'Exportacion="01" LugarExpedicion="06000"{more}>{related}'
        f'<cfdi:Emisor Rfc="{ISSUER}" Nombre="ESCUELA KEMPER URGATE" RegimenFiscal="601"/>'
        f'<cfdi:Receptor Rfc="{customer}" Nombre="EMPRESA {customer}" DomicilioFiscalReceptor="06000" '
        'RegimenFiscalReceptor="601" UsoCFDI="G03"/>'
        '<cfdi:Conceptos><cfdi:Concepto ClaveProdServ="84111506" Cantidad="1" ClaveUnidad="ACT" '
        f'Descripcion="Servicios del mes" ValorUnitario="{net}" Importe="{net}" ObjetoImp="02"><cfdi:Impuestos>'
        f'<cfdi:Traslados><cfdi:Traslado Base="{net}" Impuesto="002" TipoFactor="Tasa" TasaOCuota="0.160000" '
        f'Importe="{total - net}"/></cfdi:Traslados></cfdi:Impuestos></cfdi:Concepto></cfdi:Conceptos>'
        f'<cfdi:Impuestos TotalImpuestosTrasladados="{total - net}"/><cfdi:Complemento>{complement}'
        '<tfd:TimbreFiscalDigital xmlns:tfd="http://www.sat.gob.mx/TimbreFiscalDigital" Version="1.1" '
        f'UUID="{uuid}" FechaTimbrado="{day:%Y-%m-%d}T10:01:00" RfcProvCertif="SPR190613I52" '
        f'SelloCFD="{seal}" NoCertificadoSAT="30001000000500003456" SelloSAT="{_noise(draw, _SEAL_BYTES)}"/>'
        "</cfdi:Complemento></cfdi:Comprobante>"
    )
