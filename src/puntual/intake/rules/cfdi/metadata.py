"""The SAT's list of vouchers ("metadatos", parted by ~): it says which of them were cancelled, and when."""

import codecs
from collections.abc import Iterator

from puntual.intake.rules.cfdi import vouchers
from puntual.intake.rules.cfdi.columns import Line, verdict
from puntual.intake.types import Reason, Record, RowOutcome

_HEAD = "uuid~rfcemisor~"
_CANCELLED = "0"
_WITH_DEBT = frozenset({"I", "E", "P"})


def is_metadata(content: bytes) -> bool:
    """Say whether a text is a list of vouchers as the SAT gives it."""
    start = content[:64].removeprefix(codecs.BOM_UTF8).lstrip()
    return start.lower().startswith(_HEAD.encode())


def lines_of(content: bytes, *, file: str) -> Iterator[Line]:
    """Lay the list out, one row for each voucher. Lines that are only blank are no rows."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    first, _sign, rest = text.lstrip().partition("\n")
    # Names may run over a line; where the lines end in CR LF, a LF alone is part of a name.
    end = "\r\n" if first.endswith("\r") else "\n"
    if end == "\r\n":
        first = first[:-1]
    names = [name.strip().lower() for name in first.split("~")]
    for written in rest.split(end):
        if written.strip():
            yield _line(written, names, file)


def _line(written: str, names: list[str], file: str) -> Line:
    cells = [" ".join(cell.split()) for cell in written.split("~")]
    said = dict(zip(names, cells, strict=False))
    uuid = vouchers.uuid_of(said.get("uuid", ""))
    tax_id = said.get("rfcreceptor", "").upper()
    line = Line(
        tax_id="" if tax_id in (vouchers.GENERIC_NATIONAL, vouchers.GENERIC_FOREIGN) else tax_id,
        name=said.get("nombrereceptor", "")[:250],
        about=uuid,
        issue_date=said.get("fechaemision", "")[:10],
        amount=said.get("monto", ""),
        uuid=uuid,
        issuer=said.get("rfcemisor", "").upper(),
        file=file,
    )
    state = said.get("estatus", "")
    if not uuid or len(cells) < len(names):
        told = verdict(RowOutcome.REJECTED, Reason.CFDI_BROKEN, written[:80])
    elif said.get("efectocomprobante", "")[:1].upper() not in _WITH_DEBT:
        told = verdict(RowOutcome.IGNORED, Reason.CFDI_NO_DEBT, said.get("efectocomprobante", "")[:20])
    elif state[:1] == _CANCELLED or state.lower().startswith("cancelad"):
        day = (said.get("fechacancelacion", "") or said.get("fechaemision", ""))[:10]
        return line._replace(
            record=Record.CANCELLATION, cancelled_date=day, kind=said["efectocomprobante"][:1].upper()
        )
    else:
        told = verdict(RowOutcome.IGNORED, Reason.CFDI_IN_FORCE, uuid)
    return line._replace(verdict=told)
