"""Workbooks of several sheets, and days as another program flipped them."""

import io
from collections.abc import Iterator
from datetime import date

from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P


def book_of(**sheets: list[list[object]]) -> bytes:
    book = OpenDocumentSpreadsheet()
    for name, rows in sheets.items():
        table = Table(name=name)
        for row in rows:
            line = TableRow()
            for value in row:
                cell = TableCell(valuetype="string")
                cell.addElement(P(text=str(value)))
                line.addElement(cell)
            table.addElement(line)
        book.spreadsheet.addElement(table)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def flipped(day: date) -> date:
    return date(day.year, day.day, day.month) if day.day <= 12 else day


def days_of_a_year() -> Iterator[tuple[date, date]]:
    for number in range(0, 300, 3):
        issue = date.fromordinal(date(2025, 1, 1).toordinal() + number)
        yield issue, date.fromordinal(issue.toordinal() + 15)
