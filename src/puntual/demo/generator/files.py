"""
The demo portfolio as files, like an export of a Mexican accounting system.

`cartera.csv`: receivables with their customers. `pagos.csv`: payments by folio. `historia.jsonl`:
events in the order of their dates.
"""

import os
import shutil
import tempfile
from collections.abc import Iterable
from datetime import date
from json.encoder import encode_basestring as quoted
from pathlib import Path
from typing import TextIO

from puntual.demo.generator.days import Days
from puntual.demo.generator.portfolio import DATA_PROBLEM_SHARE, generate
from puntual.demo.types import Customer, CustomerHistory, DemoFiles, Event, Payment, Receivable

PORTFOLIO_HEADERS = (
    "No. Cliente", "Nombre o razón social", "Nombre corto", "Tipo de persona", "RFC", "Idioma",
    "Correo electrónico", "Teléfono", "Estado", "Municipio", "Código postal", "Zona horaria", "Giro",
    "Etiquetas", "Contrato", "Producto", "Tipo de documento", "Folio", "Moneda", "Fecha de emisión",
    "Fecha de vencimiento", "Importe", "Aval nombre", "Aval teléfono",
)  # fmt: skip
PAYMENT_HEADERS = ("No. Cliente", "Folio", "Fecha de pago", "Importe", "Forma de pago", "Referencia")

_BYTE_ORDER_MARK = "\ufeff"
_LINE_END = "\r\n"
_LINES_IN_MEMORY_MAX = 100_000
_BUFFER_BYTES = 1 << 20


def write_files(
    *,
    folder: Path,
    seed: int,
    receivables: int,
    today: date,
    problem_share: float = DATA_PROBLEM_SHARE,
) -> DemoFiles:
    """
    Write the three files of a demo portfolio into a folder and return what they hold.

    The files appear under their names only when they are complete.
    """
    folder.mkdir(parents=True, exist_ok=True)
    stream = generate(seed=seed, receivables=receivables, today=today, problem_share=problem_share)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".demo-") as draft_name:
        draft = Path(draft_name)
        counts = _write(stream, draft, Days(today=today))
        targets = {}
        for name in ("cartera.csv", "pagos.csv", "historia.jsonl"):
            targets[name] = folder / name
            os.replace(draft / name, targets[name])
    return DemoFiles(
        portfolio=targets["cartera.csv"],
        payments=targets["pagos.csv"],
        history=targets["historia.jsonl"],
        **counts,
    )


class DaySpool:
    """
    Lines sorted by day without holding them: one part file per day, joined at the end.

    Within a day the lines keep the order in which they came.
    """

    def __init__(self, *, folder: Path, lines_max: int = _LINES_IN_MEMORY_MAX) -> None:
        self._folder = folder
        self._lines_max = lines_max
        self._lines: dict[int, list[str]] = {}
        self.held = 0
        self._days: set[int] = set()

    def add(self, *, day: int, line: str) -> None:
        """Keep a line, and write out all that are held when there are many."""
        self._lines.setdefault(day, []).append(line)
        self.held += 1
        if self.held >= self._lines_max:
            self._spill()

    def join_into(self, *, target: Path) -> None:
        """Write all lines in the order of their days."""
        self._spill()
        with target.open("wb") as output:
            for day in sorted(self._days):
                with self._part(day).open("rb") as part:
                    shutil.copyfileobj(part, output)

    def _spill(self) -> None:
        for day, lines in self._lines.items():
            with self._part(day).open("ab") as part:
                part.write("".join(lines).encode())
            self._days.add(day)
        self._lines.clear()
        self.held = 0

    def _part(self, day: int) -> Path:
        return self._folder / f"{day}.part"


def _write(stream: Iterable[CustomerHistory], draft: Path, days: Days) -> dict[str, int]:
    counts = dict.fromkeys(
        ("customers", "receivables", "payment_rows", "overpayments", "events", "data_problems"), 0
    )
    parts = draft / "parts"
    parts.mkdir()
    spool = DaySpool(folder=parts)
    with _open(draft / "cartera.csv") as portfolio, _open(draft / "pagos.csv") as paid:
        portfolio.write(_BYTE_ORDER_MARK + ",".join(PORTFOLIO_HEADERS) + _LINE_END)
        paid.write(_BYTE_ORDER_MARK + ",".join(PAYMENT_HEADERS) + _LINE_END)
        for customer, receivables, payments, events in stream:
            portfolio.writelines(_receivable_lines(customer, receivables, days))
            paid.writelines(_payment_lines(customer, payments, days))
            for event in events:
                spool.add(day=event.day, line=_event_line(customer, event, days))
            counts["customers"] += 1
            counts["receivables"] += len(receivables)
            counts["payment_rows"] += len(payments)
            counts["overpayments"] += sum(p.is_overpayment for p in payments)
            counts["events"] += len(events)
            counts["data_problems"] += customer.problem is not None
    spool.join_into(target=draft / "historia.jsonl")
    return counts


def _open(path: Path) -> TextIO:
    return path.open("w", encoding="utf-8", newline="", buffering=_BUFFER_BYTES)


def _receivable_lines(customer: Customer, receivables: list[Receivable], days: Days) -> list[str]:
    c = customer
    head = ",".join(
        _cell(value)
        for value in (
            c.number, c.name, c.short_name, "Moral" if c.is_company else "Física", c.tax_id, c.language,
            c.email, c.phone, c.state, c.municipality, c.postal_code, c.time_zone, c.sector.value,
            "; ".join(c.tags),
        )
    )  # fmt: skip
    numeric = days.numeric
    currency = c.currency
    return [
        f"{head},{contract},{product},{document_type},{folio},{currency},{numeric[issue_day]},"
        f"{numeric[due_day]},{_amount(cents)},{guarantor_name},{guarantor_phone}{_LINE_END}"
        for (
            contract, product, document_type, folio, issue_day, due_day, cents,
            guarantor_name, guarantor_phone,
        ) in receivables
    ]  # fmt: skip


def _payment_lines(customer: Customer, payments: list[Payment], days: Days) -> list[str]:
    number = customer.number
    numeric = days.numeric
    return [
        f"{number},{folio},{numeric[day]},{_amount(cents)},{method},{reference}{_LINE_END}"
        for folio, day, cents, method, reference, _ in payments
    ]


def _event_line(customer: Customer, event: Event, days: Days) -> str:
    details = "".join([f', "{key}": {quoted(value)}' for key, value in event.details.items()])
    return (
        f'{{"date": "{days.iso[event.day]}", "kind": "{event.kind}", '
        f'"customer": "{customer.number}"{details}}}\n'
    )


def _cell(value: str) -> str:
    if "," in value or '"' in value:
        return '"' + value.replace('"', '""') + '"'
    return value


def _amount(cents: int) -> str:
    """Return the amount as the export writes it; a thousands separator needs quotes."""
    if cents < 100_000:
        return f"{cents // 100}.{cents % 100:02d}"
    return f'"{cents // 100:,}.{cents % 100:02d}"'
