"""Loading the same debts in other ways, each beside what others need for it."""

import csv
import importlib
import importlib.util
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import xlsxwriter
from django.apps import apps
from django.db import transaction
from python_calamine import CalamineWorkbook

from puntual.companies import operations as company_operations
from puntual.companies import queries as companies
from puntual.demo import generator
from puntual.demo.bench import work
from puntual.demo.bench.stopwatch import measured
from puntual.flows.opening import open_company

Row = tuple[str, str, str, bool]
_SHEET_ROWS = 100_000
_COMPARED_ROWS = 20_000
_SHEET_RATIO_MAX = 4
_COMPARED_RATIO_MIN = 20
_OTHER = "django-import-export"


def measure(*, folder: Path, tell: Callable[[str], None], receivables: int) -> list[Row]:
    """Measure a workbook beside its bare reading, and a text file beside a well-known library of imports."""
    tell("cargando un libro de Excel y comparando con otra biblioteca")
    files = generator.write_files(
        folder=folder, seed=1, receivables=min(receivables, _SHEET_ROWS), today=work.TODAY
    )
    try:
        return [_sheet(folder, files.portfolio), _compared(folder, files.portfolio)]
    finally:
        erase()


def erase() -> None:
    """Take the company of these measurements away."""
    if work.KEY in companies.schema_names():
        company_operations.erase_company(schema_name=work.KEY)


def _open() -> None:
    erase()
    open_company(
        schema_name=work.KEY,
        name="Medición",
        hosts=(f"{work.KEY}.localhost",),
        settings=work.COMPANY,
        at=work.DECIDED_AT,
    )


def _sheet(folder: Path, portfolio: Path) -> Row:
    _open()
    path = folder / "cartera.xlsx"
    count = _write_sheet(_rows(portfolio), path)
    read = measured(partial(_read_sheet, path))
    loaded = measured(partial(work.import_file, path))
    ratio = loaded.seconds / read.seconds
    is_whole = loaded.result["rows"] == count
    return (
        f"import XLSX, {count:,} rows",
        f"{loaded.seconds:.1f} s, {ratio:.1f} × reading it with python-calamine alone ({read.seconds:.1f} s), "
        f"{loaded.peak_mb:,.0f} MB",
        f"≤ {_SHEET_RATIO_MAX} × reading alone",
        is_whole and ratio <= _SHEET_RATIO_MAX,
    )


def _rows(portfolio: Path) -> Iterator[list[str]]:
    with portfolio.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.reader(file)


def _write_sheet(rows: Iterator[list[str]], path: Path) -> int:
    count = -1
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for count, row in enumerate(rows):
            for place, cell in enumerate(row):
                sheet.write_string(count, place, cell)
    return count


def _read_sheet(path: Path) -> dict[str, Any]:
    sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0)
    return {"rows": sum(1 for _row in sheet.iter_rows())}


def _compared(folder: Path, portfolio: Path) -> Row:
    part = folder / "parte.csv"
    rows = list(islice(_rows(portfolio), _COMPARED_ROWS + 1))
    with part.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    name = f"{len(rows) - 1:,} rows beside {_OTHER}"
    target = f"≥ {_COMPARED_RATIO_MIN} × as fast"
    if importlib.util.find_spec("import_export") is None:
        return (name, f"{_OTHER} is not installed (requirements/dev.txt): not measured", target, False)
    _open()
    own = measured(partial(work.import_file, part))
    _open()
    other = measured(partial(_import_by_other, part))
    ratio = other.seconds / own.seconds
    is_same = own.result["rows"] == other.result["rows"]
    return (
        name,
        f"{own.seconds:.1f} s beside {other.seconds:.1f} s (customers and receivables only, no ledger): {ratio:.0f} ×",
        target,
        is_same and ratio >= _COMPARED_RATIO_MIN,
    )


def _import_by_other(path: Path) -> dict[str, Any]:
    """Load customers and receivables as that library's manual shows; it keeps no ledger and no contacts."""
    resources: Any = importlib.import_module("import_export.resources")
    library_fields: Any = importlib.import_module("import_export.fields")
    widgets: Any = importlib.import_module("import_export.widgets")
    tablib: Any = importlib.import_module("tablib")
    customer = apps.get_model("portfolio", "Customer")
    receivable = apps.get_model("portfolio", "Receivable")
    customers = resources.modelresource_factory(
        customer,
        meta_options={
            "import_id_fields": ("external_id",),
            "fields": ("external_id", "kind", "name", "tax_id", "city"),
        },
    )()
    link = library_fields.Field(
        attribute="customer", column_name="customer", widget=widgets.ForeignKeyWidget(customer, "external_id")
    )
    named = ("key", "customer", "kind", "document_number", "currency", "issue_date", "due_date")
    amounts = ("original_due_date", "original_amount", "open_amount")
    debts = resources.modelresource_factory(
        receivable,
        custom_fields={"customer": link},
        meta_options={"import_id_fields": ("key",), "fields": (*named, *amounts)},
    )()
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    people = {row["No. Cliente"]: row for row in rows}
    about = [(n, "COMPANY", r["Nombre o razón social"], r["RFC"], r["Municipio"]) for n, r in people.items()]
    owed = [_debt(row) for row in rows]
    with company_operations.in_company(schema_name=work.KEY), transaction.atomic():
        for resource, data, headers in (
            (customers, about, ("external_id", "kind", "name", "tax_id", "city")),
            (debts, owed, (*named, *amounts)),
        ):
            resource.import_data(tablib.Dataset(*data, headers=headers), raise_errors=True)
        return {"rows": receivable.objects.count()}


def _debt(row: dict[str, str]) -> tuple[str, ...]:
    issued, due = (
        "-".join(reversed(row[name].split("/"))) for name in ("Fecha de emisión", "Fecha de vencimiento")
    )
    amount = row["Importe"].replace(",", "")
    key = f"{row['No. Cliente']}|{row['Folio']}"
    return (key, row["No. Cliente"], "INVOICE", row["Folio"], row["Moneda"], issued, due, due, amount, amount)
