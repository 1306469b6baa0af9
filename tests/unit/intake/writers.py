"""Writers of tables in every form that Puntual reads: what a test writes, the reader must give back."""

import csv
import html
import io
import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from xml.sax.saxutils import escape, quoteattr

import xlsxwriter
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

MONTHS_ES = ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic")
MONTHS_PT = (
    "janeiro",
    "fevereiro",
    "março",
    "abril",
    "maio",
    "junho",
    "julho",
    "agosto",
    "setembro",
    "outubro",
    "novembro",
    "dezembro",
)


@dataclass(frozen=True)
class Debt:
    """One debt of one customer, as a test means it."""

    customer: str
    name: str
    folio: str
    issue: date
    days: int
    cents: int
    open_cents: int

    @property
    def due(self) -> date:
        return self.issue + timedelta(days=self.days)

    @property
    def amount(self) -> Decimal:
        return Decimal(self.cents).scaleb(-2)

    @property
    def open_amount(self) -> Decimal:
        return Decimal(self.open_cents).scaleb(-2)


DAY_STYLES = {
    "iso": lambda day: day.isoformat(),
    "dmy": lambda day: day.strftime("%d/%m/%Y"),
    "dmy dashes": lambda day: day.strftime("%d-%m-%Y"),
    "dmy points": lambda day: day.strftime("%d.%m.%Y"),
    "dmy bare": lambda day: f"{day.day}/{day.month}/{day.year}",
    "dmy short": lambda day: day.strftime("%d/%m/%y"),
    "mdy": lambda day: day.strftime("%m/%d/%Y"),
    "ymd compact": lambda day: day.strftime("%Y%m%d"),
    "dmy compact": lambda day: day.strftime("%d%m%Y"),
    "moment": lambda day: f"{day.isoformat()}T00:00:00",
    "spanish": lambda day: f"{day.day}-{MONTHS_ES[day.month - 1]}-{day.year}",
    "portuguese": lambda day: f"{day.day} de {MONTHS_PT[day.month - 1]} de {day.year}",
    "english": lambda day: f"{day:%b} {day.day}, {day.year}",
    "sap": lambda day: f"{day:%d%b%Y}".upper(),
}


def _swapped(text: str) -> str:
    return text.translate(str.maketrans(",.", ".,"))


AMOUNT_STYLES = {
    "plain": lambda amount: f"{amount:.2f}",
    "comma": lambda amount: _swapped(f"{amount:.2f}"),
    "grouped": lambda amount: f"{amount:,.2f}",
    "european": lambda amount: _swapped(f"{amount:,.2f}"),
    "peso": lambda amount: f"$ {amount:,.2f}",
    "code": lambda amount: f"MXN {amount:,.2f}",
    "national": lambda amount: f"${amount:,.2f} M.N.",
    "spaces": lambda amount: f"{amount:,.2f}".replace(",", "\u00a0"),
    "swiss": lambda amount: f"{amount:,.2f}".replace(",", "'"),
}


def delimited(
    rows: Sequence[Sequence[str]],
    *,
    separator: str,
    encoding: str,
    quoting: int,
    line_end: str,
    has_hint: bool = False,
) -> bytes:
    """Write text with separators."""
    buffer = io.StringIO(newline="")
    if has_hint:
        buffer.write(f"sep={separator}{line_end}")
    csv.writer(buffer, delimiter=separator, quoting=quoting, lineterminator=line_end).writerows(rows)
    return buffer.getvalue().encode(encoding)


def fixed(rows: Sequence[Sequence[str]], *, encoding: str, right: frozenset[int], line_end: str) -> bytes:
    """Write text in columns of fixed width; those in `right` are set to the right."""
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    lines = [
        "  ".join(
            text.rjust(width) if place in right else text.ljust(width)
            for place, (text, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]
    return (line_end.join(line.rstrip() for line in lines) + line_end).encode(encoding)


def xlsx(rows: Sequence[Sequence[object]], *, is_1904: bool = False) -> bytes:
    """Write a workbook of Excel; days become days of a spreadsheet, text stays text."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "default_date_format": "dd/mm/yyyy", "date_1904": is_1904}
    with xlsxwriter.Workbook(buffer, options) as book:
        sheet = book.add_worksheet("Cartera")
        for line, row in enumerate(rows):
            for place, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(line, place, value)
                elif isinstance(value, str):
                    sheet.write_string(line, place, value)
                else:
                    sheet.write_number(line, place, value)
    return buffer.getvalue()


def xls(rows: Sequence[Sequence[object]], *, is_1904: bool = False) -> bytes:
    """Write a workbook of Excel 97."""
    book = xlwt.Workbook()
    book.dates_1904 = is_1904
    sheet = book.add_sheet("Cartera")
    style = xlwt.easyxf(num_format_str="DD/MM/YYYY")
    for line, row in enumerate(rows):
        for place, value in enumerate(row):
            if isinstance(value, date):
                sheet.write(line, place, value, style)
            elif value != "":
                sheet.write(line, place, value)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def ods(rows: Sequence[Sequence[object]]) -> bytes:
    """Write a workbook of OpenDocument."""
    book = OpenDocumentSpreadsheet()
    table = Table(name="Cartera")
    for row in rows:
        line = TableRow()
        for value in row:
            line.addElement(_ods_cell(value))
        table.addElement(line)
    book.spreadsheet.addElement(table)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _ods_cell(value: object) -> TableCell:
    if isinstance(value, date):
        return TableCell(valuetype="date", datevalue=value.isoformat())
    if isinstance(value, str):
        cell = TableCell(valuetype="string")
        cell.addElement(P(text=value))
        return cell
    return TableCell(valuetype="float", value=str(value))


def json_objects(headers: Sequence[str], rows: Sequence[Sequence[object]], *, shape: str) -> bytes:
    """Write objects as a list, as lines, or as a list within an object."""
    objects = [dict(zip(headers, row, strict=True)) for row in rows]
    if shape == "lines":
        return "\n".join(json.dumps(one, ensure_ascii=False) for one in objects).encode()
    if shape == "inside":
        return json.dumps({"total": len(rows), "datos": {"facturas": objects}}, ensure_ascii=False).encode()
    return json.dumps(objects, ensure_ascii=False).encode()


PAGES = {
    "office": (
        '<html xmlns:x="urn:schemas-microsoft-com:office:excel">\r\n<head>{meta}<!--[if gte mso 9]><xml>'
        "<x:Name>Hoja1</x:Name></xml><![endif]--><style>td {{mso-number-format:'\\@'}}</style></head>\r\n"
        "<body><h1>Cartera</h1>{table}</body></html>"
    ),
    "piece": "{meta}{table}",
    "laid out": "<html>{meta}<body><table><tr><td><p>Menú</p></td><td>{table}</td></tr></table></body></html>",
}


def page(
    rows: Sequence[Sequence[str]], *, encoding: str, shape: str = "office", is_closed: bool = True
) -> bytes:
    """Write a table of a web page; cells without their ends where they may be left out."""
    ends = ("</td>", "</tr>") if is_closed else ("", "")
    lines = [
        "<tr>" + "".join(f"<td class=x>{html.escape(text)}{ends[0]}" for text in row) + f"{ends[1]}\n"
        for row in rows
    ]
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={encoding}">'
    table = f"<table border='1'>\n{''.join(lines)}</table>"
    return PAGES[shape].format(meta=meta, table=table).encode(encoding)


def spreadsheet_xml(
    sheets: dict[str, Sequence[Sequence[object]]], *, encoding: str = "utf-8", prefix: str = ""
) -> bytes:
    """Write a workbook of Excel 2003 as XML."""
    tag = f"{prefix}:" if prefix else ""
    bound = f":{prefix}" if prefix else ""
    body = "".join(
        f"<{tag}Worksheet ss:Name={quoteattr(name)}><{tag}Table>{_xml_rows(rows, tag)}</{tag}Table></{tag}Worksheet>"
        for name, rows in sheets.items()
    )
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?>\n<?mso-application progid="Excel.Sheet"?>\n'
        f'<{tag}Workbook xmlns{bound}="{space}" xmlns:ss="{space}">{body}</{tag}Workbook>'
    )
    return text.encode(encoding)


def _xml_rows(rows: Sequence[Sequence[object]], tag: str) -> str:
    return "".join(
        f"<{tag}Row>{''.join(_xml_cell(value, tag) for value in row)}</{tag}Row>\n" for row in rows
    )


def _xml_cell(value: object, tag: str) -> str:
    kind, text = "Number", str(value)
    if isinstance(value, date):
        kind, text = "DateTime", f"{value.isoformat()}T00:00:00.000"
    elif isinstance(value, str):
        kind, text = "String", escape(value)
    return f'<{tag}Cell><{tag}Data ss:Type="{kind}">{text}</{tag}Data></{tag}Cell>'


CODEPAGES = {"cp437": 0x01, "cp850": 0x02, "cp1252": 0x03, "utf-8": 0}


@dataclass(frozen=True)
class DbfField:
    """One column of a table of dBase."""

    name: str
    kind: str
    length: int
    decimals: int = 0


def dbf(
    fields: Sequence[DbfField],
    rows: Sequence[Sequence[object]],
    *,
    encoding: str = "cp850",
    codepage: int | None = None,
    version: int = 0x03,
    deleted: frozenset[int] = frozenset(),
) -> bytes:
    """Write a table of dBase; `deleted` names records, counted from 0, that carry the mark."""
    length = 1 + sum(one.length for one in fields)
    start = 32 + 32 * len(fields) + 1
    page = CODEPAGES[encoding] if codepage is None else codepage
    head = struct.pack("<BBBBIHH17xBxx", version, 126, 1, 31, len(rows), start, length, page)
    named = b"".join(
        struct.pack("<11sc4xBB14x", one.name.encode("ascii"), one.kind.encode(), one.length, one.decimals)
        for one in fields
    )
    records = b"".join(
        (b"*" if number in deleted else b" ")
        + b"".join(_dbf_value(one, value, encoding) for one, value in zip(fields, row, strict=True))
        for number, row in enumerate(rows)
    )
    return head + named + b"\x0d" + records + b"\x1a"


def _dbf_value(field: DbfField, value: object, encoding: str) -> bytes:
    if isinstance(value, bytes):
        return value
    if isinstance(value, date):
        text = value.strftime("%Y%m%d")
    elif isinstance(value, int | float | Decimal):
        text = f"{value:.{field.decimals}f}".rjust(field.length)
    else:
        text = str(value)
    return text.encode(encoding)[: field.length].ljust(field.length)
