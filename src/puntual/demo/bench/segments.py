"""Counting whom a condition is true of, while it is being written."""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from django.db import connection

from puntual.assessment import queries as assessed
from puntual.assessment.rules import conditions
from puntual.companies import operations as company_operations
from puntual.db import named, rows
from puntual.demo.bench.stopwatch import measured
from puntual.demo.bench.work import DECIDED_AT, TODAY
from puntual.flows.opening import open_company

_SQL = named.load(Path(__file__).parent / "segments.sql")
KEY = "medicionsegmentos"
_CUSTOMERS_MAX = 300_000
_MS_MAX = 300
_TIMES = 5
# What a person may write: numbers and amounts, texts of the company's files, and both with «no» and «alguna».
_CONDITIONS = (
    ["dias_de_atraso", "entre", 31, 60],
    {
        "todas": [
            ["dias_de_atraso", ">=", 31],
            ["saldo_vencido", ">", 10_000, "MXN"],
            ["promesa_vigente", "=", False],
        ]
    },
    {"todas": [["estado", "=", "jalisco"], ["atributo.score", "<", 500], ["pagados_tarde_12m", ">", 50]]},
    {
        "alguna": [
            ["etiquetas", "contiene", "vip"],
            {"no": ["tipo_de_cliente", "=", "persona"]},
            ["saldo_1_30", "=", 10],
        ]
    },
)
Row = tuple[str, str, str, bool]


def measure(*, tell: Callable[[str], None], receivables: int) -> list[Row]:
    """Ask conditions of as many customers as a portfolio of this size has; the caller erases the company."""
    count = min(_CUSTOMERS_MAX, max(1, receivables * 3 // 10))
    tell(f"{count:,} clientes: contando segmentos")
    open_company(
        schema_name=KEY,
        name="Medición de segmentos",
        hosts=(f"{KEY}.localhost",),
        settings={"email": "medicion@puntual.example", "complaint_contact": "quejas@puntual.example"},
        at=DECIDED_AT,
    )
    measured(partial(add_customers, count))
    found = measured(count_segments).result
    slowest = max(found["ms"])
    return [
        (
            f"count a segment, {count:,} customers, with its share of the overdue and its first page",
            f"{slowest:,.0f} ms the slowest of {len(_CONDITIONS)} conditions "
            f"({', '.join(f'{ms:,.0f}' for ms in found['ms'])})",
            f"≤ {_MS_MAX} ms",
            slowest <= _MS_MAX,
        )
    ]


def add_customers(count: int) -> dict[str, Any]:
    """Add customers and where they stand by SQL, as a run leaves them."""
    with company_operations.in_company(schema_name=KEY), connection.cursor() as cursor:
        cursor.execute(_SQL["add_people"], {"customers": count})
        cursor.execute(_SQL["add_states"], {"today": TODAY})
        cursor.execute("vacuum analyze portfolio_customer")
        cursor.execute("vacuum analyze assessment_customerstate")
    return {}


def count_segments() -> dict[str, Any]:
    """Ask each condition some times and say how long the middle one took."""
    with company_operations.in_company(schema_name=KEY):
        rows.fetch_all("select 1")
        return {"ms": [_middle(conditions.read(raw, currency="MXN")) for raw in _CONDITIONS]}


def _middle(condition: Any) -> float:
    taken = []
    for _time in range(_TIMES):
        started = time.perf_counter()
        assessed.matches(condition=condition)
        taken.append((time.perf_counter() - started) * 1000)
    return sorted(taken)[_TIMES // 2]
