"""The report of a rehearsal as an Excel file: a sheet for each of its tables."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter
from django.http import HttpResponse
from django.utils.translation import gettext as _

from puntual.flows.rehearsal import limit_sentences
from puntual.insights.types import RehearsalCard
from puntual.web import states

_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Line = Sequence[Any]
Sheet = tuple[str, Line, Iterable[Line]]


def answer(*, card: RehearsalCard, report: dict[str, Any]) -> HttpResponse:
    """Answer with the workbook of a report."""
    response = HttpResponse(workbook(card=card, report=report), content_type=_TYPE)
    name = f"simulacion-{card.kind.value.lower()}-{card.first.isoformat()}-{card.id}.xlsx"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def workbook(*, card: RehearsalCard, report: dict[str, Any]) -> bytes:
    """Write a report; text is written as text whatever it begins with."""
    target = BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        formats = {
            "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
            "day": book.add_format({"num_format": "dd/mm/yyyy"}),
            "amount": book.add_format({"num_format": "#,##0.00"}),
        }
        for name, head, lines in _sheets(card, report):
            sheet = book.add_worksheet(name[:31])
            for at, label in enumerate(head):
                sheet.set_column(at, at, 18 if at else 30)
                sheet.write_string(0, at, label, formats["head"])
            sheet.freeze_panes(1, 0)
            for number, line in enumerate(lines, start=1):
                for at, value in enumerate(line):
                    _write(sheet, number, at, value, formats)
    return target.getvalue()


def _write(sheet: Any, line: int, at: int, value: Any, formats: dict[str, Any]) -> None:
    if value is None or value == "":
        return
    if isinstance(value, date):
        sheet.write_datetime(line, at, value, formats["day"])
    elif isinstance(value, Decimal):
        sheet.write_number(line, at, value, formats["amount"])
    elif isinstance(value, int):
        sheet.write_number(line, at, value)
    else:
        sheet.write_string(line, at, str(value))


def _sheets(card: RehearsalCard, report: dict[str, Any]) -> Iterator[Sheet]:
    yield _summary(card, report)
    if "days" in report:
        yield _days(report)
    yield (
        _("Canales"),
        (_("Canal"), _("Gestiones"), _("Costo"), _("Capacidad por día"), _("Día más cargado"), _("Ese día"),
         _("Días sobre la capacidad"), _("De verdad")),
        [
            (_channel(one["channel"]), one["count"], one["cost"], one["capacity"], one["busiest_day"],
             one["busiest_count"], one["days_over"], one["real_count"])
            for one in report["channels"]
        ],
    )  # fmt: skip
    yield (
        _("Equipos"),
        (_("Equipo"), _("Tareas"), _("Capacidad por día"), _("Día más cargado"), _("Ese día"),
         _("Días sobre la capacidad")),
        [
            (one["name"], one["count"], one["capacity"], one["busiest_day"], one["busiest_count"], one["days_over"])
            for one in report["teams"]
        ],
    )  # fmt: skip
    yield (
        _("Pasos"),
        (_("Paso"), _("Veces"), _("Costo"), _("De verdad")),
        [(one["name"], one["count"], one["cost"], one["real_count"]) for one in report["steps"]],
    )
    yield (
        _("Impedidos"),
        (_("Regla o motivo"), _("Clientes"), _("Texto"), _("Fuente")),
        [(one["code"], one["customers"], one["text"], one["source"]) for one in report["refusals"]],
    )
    if report.get("people"):
        yield (
            _("Diferencias"),
            (_("Cliente"), _("Nombre"), _("Día"), _("Vencido"), _("Con esta versión"), _("En vez de")),
            [
                (one["external_id"], one["name"], one["day"], one["overdue"], _done(one["planned"]),
                 _done(one["other"]))
                for one in report["people"]
            ],
        )  # fmt: skip
    if report.get("moves"):
        yield (
            _("Movimientos"),
            (_("De"), _("A"), _("Clientes")),
            [(one["before"], one["after"], one["customers"]) for one in report["moves"]],
        )


def _summary(card: RehearsalCard, report: dict[str, Any]) -> Sheet:
    lines: list[Line] = [
        (_("Versión"), card.version),
        (_("Desde"), card.first),
        (_("Hasta"), card.last),
        (_("Clientes"), report["customers"]),
        (_("Moneda"), report["currency"]),
    ]
    if "equal" in report:
        lines += [
            (_("Días con corrida"), report["runs"]),
            (_("Veces en que tocó lo mismo"), report["same_actions"]),
            (_("Veces en que tocó otra cosa"), report["other_actions"]),
        ]
        if report["follows_reality"]:
            lines += [
                (_("Decisiones iguales"), report["equal"]),
                (_("Decisiones distintas"), report["different"]),
            ]
    lines.append(("", ""))
    lines += [(_("Lo que no se puede saber"), one) for one in limit_sentences(limits=report["limits"])]
    return _("Resumen"), (_("Dato"), _("Valor")), lines


def _days(report: dict[str, Any]) -> Sheet:
    steps = [one for one in report["steps"] if one["count"]]
    head = (
        _("Día"), _("Decididas"), _("Por hacer ese día"), _("Costo"), _("Impedidos"), _("Aplazados"), _("Con corrida"),
        _("De verdad"), _("Otra cosa"), *(one["name"] for one in steps),
    )  # fmt: skip
    lines = []
    for one in report["days"]:
        counts = {cell["key"]: cell["count"] for cell in one["steps"]}
        lines.append(
            (
                one["day"], one["decided"], one["carried"], one["cost"], one["refused"], one["deferred"],
                _("Sí") if one["has_run"] else _("No"), one["real"], one["other_actions"],
                *(counts.get(step["key"], 0) for step in steps),
            )
        )  # fmt: skip
    return _("Días"), head, lines


def _channel(code: str) -> str:
    return str(states.state(name=code, kind="channel").label) if code else _("Traslado")


def _done(done: dict[str, str] | None) -> str:
    if done is None:
        return _("Nada")
    return f"{done['step']} ({_channel(done['channel'])})" if done["channel"] else done["step"]
