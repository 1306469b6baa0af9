"""Files made for tests, in the shapes that companies send."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import xlsxwriter

DEMO_HEADERS = [
    "No. Cliente",
    "Nombre o razón social",
    "Nombre corto",
    "Tipo de persona",
    "RFC",
    "Idioma",
    "Correo electrónico",
    "Teléfono",
    "Estado",
    "Municipio",
    "Código postal",
    "Zona horaria",
    "Giro",
    "Etiquetas",
    "Contrato",
    "Producto",
    "Tipo de documento",
    "Folio",
    "Moneda",
    "Fecha de emisión",
    "Fecha de vencimiento",
    "Importe",
    "Aval nombre",
    "Aval teléfono",
]
PAYMENT_HEADERS = ["No. Cliente", "Folio", "Fecha de pago", "Importe", "Forma de pago", "Referencia"]
SIMPLE_HEADERS = ("Cliente", "Nombre", "Folio", "Fecha", "Vencimiento", "Importe")


def csv_bytes(
    headers: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    separator: str = ",",
    encoding: str = "utf-8",
    title: Sequence[Sequence[str]] = (),
    line_end: str = "\r\n",
) -> bytes:
    """Write a text file as a program exports it."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=separator, lineterminator=line_end)
    writer.writerows([*title, headers, *rows])
    return buffer.getvalue().encode(encoding)


def xlsx_bytes(
    headers: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    title: Sequence[Sequence[Any]] = (),
    sheets_before: Sequence[str] = (),
    **options: Any,
) -> bytes:
    """Write a workbook; days become days of a spreadsheet."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(
        buffer, {"in_memory": True, "default_date_format": "dd/mm/yyyy", **options}
    ) as book:
        for name in sheets_before:
            book.add_worksheet(name).write_row(0, 0, ["Notas", "para", "el", "equipo"])
        sheet = book.add_worksheet("Cartera")
        for line, row in enumerate([*title, headers, *rows]):
            for column, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(line, column, value)
                elif isinstance(value, str):
                    sheet.write_string(line, column, value)
                else:
                    sheet.write(line, column, value)
    return buffer.getvalue()


def simple_row(number: int, **values: Any) -> list[Any]:
    """Give one debt of the simple shape; values replace cells by header."""
    row = {
        "Cliente": f"C{number:04d}",
        "Nombre": f"Cliente {number}",
        "Folio": f"F-{number}",
        "Fecha": "13/01/2026",
        "Vencimiento": "28/02/2026",
        "Importe": "1000.00",
        **values,
    }
    return list(row.values())


def demo_row(number: int, **values: Any) -> list[Any]:
    """Give one debt in the shape of the demo's portfolio file."""
    row = {
        **dict.fromkeys(DEMO_HEADERS, ""),
        "No. Cliente": f"{number:05d}",
        "Nombre o razón social": f"Mueblería Núñez {number}, S.A. de C.V.",
        "Nombre corto": "Mueblería Núñez",
        "Tipo de persona": "Moral",
        "RFC": "MNU010101AB1",
        "Idioma": "es",
        "Correo electrónico": f"pagos{number}@nunez.example",
        "Teléfono": "55 5123 4567",
        "Estado": "Ciudad de México",
        "Municipio": "Álvaro Obregón",
        "Código postal": "01000",
        "Zona horaria": "America/Mexico_City",
        "Giro": "Mueblería",
        "Etiquetas": "estratégico; norte",
        "Contrato": f"LC-{number:05d}",
        "Producto": "Crédito comercial 30 días",
        "Tipo de documento": "Factura",
        "Folio": f"A-{number}",
        "Moneda": "MXN",
        "Fecha de emisión": "2026-09-01",
        "Fecha de vencimiento": "2026-10-01",
        "Importe": "1160.00",
        "Aval nombre": "María Peña",
        "Aval teléfono": "81 8123 4567",
        **values,
    }
    return list(row.values())
