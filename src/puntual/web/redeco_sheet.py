"""The monthly report of complaints as a workbook or as text, with the columns that the authority asks about."""

import csv
from datetime import date
from io import BytesIO, StringIO
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from puntual.flows.redeco import Line, MonthReport
from puntual.rights.types import State
from puntual.web import states

Cell = str | int | date | None
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def headings() -> list[str]:
    """Name the columns, one complaint a row."""
    return [
        _("Entidad"),
        _("Mes"),
        _("Número"),
        _("Folio"),
        _("Folio de la autoridad"),
        _("Fecha de recepción"),
        _("Medio de recepción"),
        _("Número de cliente"),
        _("Tipo de persona"),
        _("Estado de la República o lugar"),
        _("Producto"),
        _("Causa (clave)"),
        _("Causa"),
        _("Despacho"),
        _("Gestor"),
        _("Estatus"),
        _("Respuesta"),
        _("Fecha límite"),
        _("Fecha de respuesta"),
        _("Fuera de plazo"),
        _("Veces que se abrió de nuevo"),
    ]


def rows_of(*, report: MonthReport) -> list[list[Cell]]:
    """Write the complaints out; a month without any has one row that says so."""
    if not report.lines:
        return [[report.entity, report.month, 0, _("sin quejas"), *[None] * (len(headings()) - 4)]]
    return [_row(report, number, line) for number, line in enumerate(report.lines, start=1)]


def _row(report: MonthReport, number: int, line: Line) -> list[Cell]:
    one = line.complaint
    return [
        report.entity,
        report.month,
        number,
        one.folio,
        one.authority_folio,
        one.received_date,
        _word("petition_way", one.way),
        one.customer_external_id,
        _("Física") if one.is_person else _("Moral"),
        one.state_of_country,
        ", ".join(one.products),
        one.cause,
        line.cause,
        one.agency,
        line.collector,
        _("Pendiente") if one.state is State.OPEN else _word("petition", one.state),
        _word("petition_outcome", one.outcome) if one.outcome else "",
        one.answer_due_date,
        one.answered_date,
        _("sí") if one.is_late else "",
        one.reopened_count,
    ]


def _word(kind: str, code: str) -> str:
    return str(states.state(name=code, kind=kind).label)


def totals_of(*, report: MonthReport) -> list[list[Cell]]:
    """Write the totals out: all, by cause, by agency."""
    found: list[list[Cell]] = [[_("Quejas del mes"), len(report.lines)]]
    found += [[_("Pendientes"), report.open_count], [_("Contestadas fuera de plazo"), report.late_count]]
    found += [[None, None], [_("Por causa"), None]]
    found += [[name, count] for name, count in report.by_cause] or [[_("sin quejas"), 0]]
    found += [[None, None], [_("Por despacho"), None]]
    found += [[name or _("Cobranza propia"), count] for name, count in report.by_agency] or [
        [_("sin quejas"), 0]
    ]
    return found


def workbook_of(*, report: MonthReport) -> bytes:
    """Write the report as a workbook of two sheets; text stays text whatever it begins with."""
    target = BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        bold = book.add_format({"bold": True, "bottom": 1})
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        complaints = book.add_worksheet(_("Quejas"))
        for at, heading in enumerate(headings()):
            complaints.set_column(at, at, 20)
            complaints.write_string(0, at, heading, bold)
        complaints.freeze_panes(1, 0)
        _fill(complaints, rows_of(report=report), day=day, first=1)
        totals = book.add_worksheet(_("Totales"))
        totals.set_column(0, 0, 70)
        _fill(totals, totals_of(report=report), day=day, first=0)
    return target.getvalue()


def _fill(sheet: Any, rows: list[list[Cell]], *, day: Any, first: int) -> None:
    for line, row in enumerate(rows, start=first):
        for at, value in enumerate(row):
            if isinstance(value, date):
                sheet.write_datetime(line, at, value, day)
            elif isinstance(value, int):
                sheet.write_number(line, at, value)
            elif value:
                sheet.write_string(line, at, value)


def text_of(*, report: MonthReport) -> str:
    """Write the complaints as CSV; text that a spreadsheet would run as a formula is kept from it."""
    target = StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(headings())
    writer.writerows([[_plain(value) for value in row] for row in rows_of(report=report)])
    return target.getvalue()


def _plain(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
