"""
Which days the demo plays, and which part of the files arrives on which of them.

The past comes as one file a month, as an accounting system would have sent it; the last days come day by day,
each with its own run, so that yesterday's messages are in the mailbox whatever day it is today.
"""

import csv
import io
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from puntual.demo.types import DemoFiles
from puntual.lib import days

_ISSUED = "Fecha de emisión"
_PAID = "Fecha de pago"
# At least so many working days are played before today.
_WORKING_DAYS = 2


@dataclass(slots=True)
class Batch:
    """What arrives at the end of a month, or on one day that is played: files and what else happened."""

    name: str
    last_day: date
    is_played: bool
    portfolio: bytes = b""
    payments: bytes = b""
    events: list[dict[str, Any]] = field(default_factory=list)


def played_days(*, today: date, country: str) -> list[date]:
    """List the days that are played one by one: today and back over two working days."""
    found = [today]
    working = 0
    while working < _WORKING_DAYS:
        found.insert(0, found[0] - timedelta(days=1))
        working += days.is_business_day(day=found[0], country=country)
    return found


def batches(*, files: DemoFiles, today: date, country: str) -> list[Batch]:
    """Cut the files of a portfolio into months, then into the days that are played."""
    played = played_days(today=today, country=country)
    found: dict[str, Batch] = {}

    def batch_of(day: date) -> Batch:
        if day >= played[0]:
            return found.setdefault(day.isoformat(), Batch(day.isoformat(), day, is_played=True))
        name = f"{day:%Y-%m}"
        last = min(_month_end(day), played[0] - timedelta(days=1))
        return found.setdefault(name, Batch(name, last, is_played=False))

    for day, content in _cut(files.portfolio, column=_ISSUED, key_of=batch_of):
        batch_of(day).portfolio = content
    for day, content in _cut(files.payments, column=_PAID, key_of=batch_of):
        batch_of(day).payments = content
    with files.history.open(encoding="utf-8") as lines:
        for line in lines:
            event = json.loads(line)
            batch_of(date.fromisoformat(event["date"])).events.append(event)
    for day in played:
        batch_of(day)
    return sorted(found.values(), key=lambda batch: batch.last_day)


def _month_end(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _cut(path: Path, *, column: str, key_of: Any) -> Iterator[tuple[date, bytes]]:
    """Cut a CSV file by the batch of a date column; each part keeps the header."""
    parts: dict[str, list[list[str]]] = defaultdict(list)
    first_day: dict[str, date] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file)
        header = next(rows)
        position = header.index(column)
        for row in rows:
            day_number, month, year = row[position].split("/")
            day = date(int(year), int(month), int(day_number))
            name = key_of(day).name
            first_day.setdefault(name, day)
            parts[name].append(row)
    for name, found in parts.items():
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        writer.writerow(header)
        writer.writerows(found)
        yield first_day[name], text.getvalue().encode("utf-8-sig")
