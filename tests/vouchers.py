"""CFDI for tests, as small as they can be: invoices, credit notes, payment complements, and the SAT's list."""

import io
import zipfile
from collections.abc import Mapping
from uuid import NAMESPACE_OID, uuid5

OWN = "EKU9003173C9"
BUYER = "CTE950627K46"
_STAMP = '<tfd:TimbreFiscalDigital xmlns:tfd="http://www.sat.gob.mx/TimbreFiscalDigital" Version="1.1" UUID="{uuid}"/>'
_PAYMENTS = {"3.3": ("Pagos", "1.0", "pago10"), "4.0": ("Pagos20", "2.0", "pago20")}


def uuid_of(name: str) -> str:
    """Make the UUID of a document of the test from its name."""
    return str(uuid5(NAMESPACE_OID, name)).upper()


def voucher(
    name: str = "A-1",
    *,
    kind: str = "I",
    total: str = "1160.00",
    day: str = "2026-10-01",
    version: str = "4.0",
    issuer: str = OWN,
    receiver: str = BUYER,
    receiver_name: str = "COMERCIAL DEL NORTE",
    more: str = 'Moneda="MXN" MetodoPago="PPD" CondicionesDePago="30 días"',
    receiver_more: str = "",
    related: str = "",
    complement: str = "",
    is_stamped: bool = True,
) -> bytes:
    """Write a CFDI 3.3 or 4.0; its name is its series and folio."""
    series, _sign, folio = name.rpartition("-")
    stamp = _STAMP.format(uuid=uuid_of(name).lower()) if is_stamped else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<cfdi:Comprobante xmlns:cfdi="http://www.sat.gob.mx/cfd/{version[0]}" Version="{version}" '
        f'Serie="{series}" Folio="{folio}" Fecha="{day}T10:00:00" SubTotal="{total}" Total="{total}" '
        f'TipoDeComprobante="{kind}" {more}>{related}'
        f'<cfdi:Emisor Rfc="{issuer}" Nombre="ESCUELA"/>'
        f'<cfdi:Receptor Rfc="{receiver}" Nombre="{receiver_name}" {receiver_more}/>'
        f"<cfdi:Complemento>{complement}{stamp}</cfdi:Complemento></cfdi:Comprobante>"
    ).encode()


def old_invoice(
    name: str = "A-1",
    *,
    total: str = "1160.00",
    kind: str = "ingreso",
    more: str = 'Moneda="Pesos" condicionesDePago="Crédito a 15 días"',
) -> bytes:
    """Write a CFDI 3.2: other names for the same things."""
    series, _sign, folio = name.rpartition("-")
    return (
        f'<cfdi:Comprobante xmlns:cfdi="http://www.sat.gob.mx/cfd/3" version="3.2" serie="{series}" folio="{folio}" '
        f'fecha="2026-10-01T10:00:00" subTotal="{total}" total="{total}" tipoDeComprobante="{kind}" '
        f'formaDePago="Pago en una sola exhibición" metodoDePago="No identificado" {more}>'
        f'<cfdi:Emisor rfc="{OWN}" nombre="ESCUELA"/><cfdi:Receptor rfc="{BUYER}" nombre="COMERCIAL DEL NORTE"/>'
        f"<cfdi:Complemento>{_STAMP.format(uuid=uuid_of(name))}</cfdi:Complemento></cfdi:Comprobante>"
    ).encode()


def related(kind: str, *names: str) -> str:
    """Name the documents that a document is about."""
    inner = "".join(f'<cfdi:CfdiRelacionado UUID="{uuid_of(name)}"/>' for name in names)
    return f'<cfdi:CfdiRelacionados TipoRelacion="{kind}">{inner}</cfdi:CfdiRelacionados>'


def credit_note(name: str, *about: str, total: str = "160.00", relation: str = "01") -> bytes:
    """Write a credit note on invoices."""
    return voucher(
        name,
        kind="E",
        total=total,
        more='Moneda="MXN" MetodoPago="PUE"',
        related=related(relation, *about) if about else "",
    )


def paid(name: str, amount: str | None, *, currency: str = "MXN", rate: str = "1", number: str = "1") -> str:
    """Write what a payment pays of one invoice, in the words of both versions."""
    given = f'ImpPagado="{amount}" ' if amount is not None else ""
    return (
        f'<p:DoctoRelacionado IdDocumento="{uuid_of(name).lower()}" MonedaDR="{currency}" EquivalenciaDR="{rate}" '
        f'TipoCambioDR="{rate}" NumParcialidad="{number}" {given}/>'
    )


def payment(*parts: str, amount: str, day: str = "2026-10-20", currency: str = "MXN", more: str = "") -> str:
    """Write one payment of a payment complement."""
    return (
        f'<p:Pago FechaPago="{day}T12:00:00" FormaDePagoP="03" MonedaP="{currency}" Monto="{amount}" {more}>'
        f"{''.join(parts)}</p:Pago>"
    )


def complement(name: str, *payments: str, version: str = "4.0", **given: str) -> bytes:
    """Write a payment complement: Pagos 1.0 in a CFDI 3.3, 2.0 in a 4.0."""
    space, number, _prefix = _PAYMENTS[version]
    inner = (
        f'<p:Pagos xmlns:p="http://www.sat.gob.mx/{space}" Version="{number}">{"".join(payments)}</p:Pagos>'
    )
    return voucher(
        name,
        kind="P",
        total="0",
        day="2026-10-21",
        version=version,
        more='Moneda="XXX"',
        complement=inner,
        **given,  # type: ignore[arg-type]
    )


def sat_list(*lines: tuple[str, str, str], end: str = "\r\n") -> bytes:
    """Write the SAT's list of (document, its type, day of cancellation or nothing)."""
    head = (
        "Uuid~RfcEmisor~NombreEmisor~RfcReceptor~NombreReceptor~RfcPac~FechaEmision~FechaCertificacionSat~"
        "Monto~EfectoComprobante~Estatus~FechaCancelacion"
    )
    rows = [
        f"{uuid_of(name)}~{OWN}~ESCUELA~{BUYER}~COMERCIAL DEL NORTE~SPR190613I52~2026-10-01 10:00:00~"
        f"2026-10-01 10:01:00~1160.00~{kind}~{0 if cancelled else 1}~{cancelled}"
        for name, kind, cancelled in lines
    ]
    return end.join([head, *rows, ""]).encode("utf-8-sig")


def zipped(members: Mapping[str, bytes]) -> bytes:
    """Put files into an archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()
