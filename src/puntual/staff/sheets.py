"""Lists as Excel files: what a page shows, row by row, with text that can never act as a formula."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter
from django.http import HttpResponse

ROWS_MAX = 1_000_000
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What Excel takes.
_SHEET_NAME_MAX = 31
_WIDTHS = {"text": 28, "amount": 16, "day": 12, "number": 10}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, the key of its value in a row, and how the value is written."""

    label: str
    key: str
    kind: str = "text"


def answer(
    *, name: str, columns: Sequence[Column], rows: Iterable[dict[str, Any]], today: date
) -> HttpResponse:
    """Answer with a workbook of one sheet; the file's name carries the day."""
    response = HttpResponse(workbook(name=name, columns=columns, rows=rows), content_type=_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-{today.isoformat()}.xlsx"'
    return response


def workbook(*, name: str, columns: Sequence[Column], rows: Iterable[dict[str, Any]]) -> bytes:
    """
    Write rows as a workbook whose sheet has a name.

    Text is written as text whatever it begins with: "=1+1" of a stranger's name stays a name.
    """
    target = BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        sheet = book.add_worksheet(name.capitalize()[:_SHEET_NAME_MAX])
        head = book.add_format({"bold": True, "bottom": 1})
        formats = {
            "amount": book.add_format({"num_format": "#,##0.00"}),
            "day": book.add_format({"num_format": "dd/mm/yyyy"}),
            "number": book.add_format({"num_format": "0"}),
            "text": None,
        }
        for at, column in enumerate(columns):
            sheet.set_column(at, at, _WIDTHS[column.kind])
            sheet.write_string(0, at, column.label, head)
        sheet.freeze_panes(1, 0)
        for line, row in enumerate(rows, start=1):
            for at, column in enumerate(columns):
                _write(sheet, line, at, row.get(column.key), formats[column.kind])
    return target.getvalue()


def _write(sheet: Any, line: int, at: int, value: Any, style: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, date):
        sheet.write_datetime(line, at, value, style)
    elif isinstance(value, Decimal | int) and not isinstance(value, bool):
        sheet.write_number(line, at, value, style)
    else:
        sheet.write_string(line, at, str(value))
