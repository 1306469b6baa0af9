"""Writers of tables in every form that Puntual reads: what a test writes, the reader must give back."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

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
