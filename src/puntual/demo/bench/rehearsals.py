"""Replaying days over a portfolio, as a page or a command does it."""

import os
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from puntual.companies import operations as company_operations
from puntual.companies import queries as companies
from puntual.demo import generator
from puntual.demo.bench import work
from puntual.demo.bench.stopwatch import measured
from puntual.flows import rehearsal
from puntual.flows.opening import open_company
from puntual.plans import queries as planned

Row = tuple[str, str, str, bool]
_DAYS = 30
_RECEIVABLES_MAX = 100_000
_SECONDS_MAX = 60


def measure(*, folder: Path, tell: Callable[[str], None], receivables: int) -> list[Row]:
    """Replay a month over at most 100,000 receivables; the target is for so many, in proportion for fewer."""
    count = min(receivables, _RECEIVABLES_MAX)
    tell(f"{count:,}: repitiendo {_DAYS} días")
    if work.KEY in companies.schema_names():
        company_operations.erase_company(schema_name=work.KEY)
    open_company(
        schema_name=work.KEY,
        name="Medición",
        hosts=(f"{work.KEY}.localhost",),
        settings=work.COMPANY,
        at=work.DECIDED_AT,
    )
    files = generator.write_files(folder=folder, seed=1, receivables=count, today=work.TODAY)
    measured(partial(work.import_file, files.portfolio))
    measured(work.analyze)
    done = measured(replay_days)
    limit = _SECONDS_MAX * count / _RECEIVABLES_MAX
    company_operations.erase_company(schema_name=work.KEY)
    return [
        (
            f"replay of {_DAYS} days over {count:,} receivables, {done.result['processes']} processes",
            f"{done.seconds:.1f} s, {done.result['customers']:,} customers, {done.result['decided']:,} actions",
            f"≤ {limit:.0f} s ({_SECONDS_MAX} s for {_RECEIVABLES_MAX:,})",
            done.seconds <= limit,
        )
    ]


def replay_days() -> dict[str, Any]:
    """Replay the days after the load, as if they were over."""
    processes = os.cpu_count() or 1
    with company_operations.in_company(schema_name=work.KEY):
        last = work.TODAY + timedelta(days=_DAYS)
        found = rehearsal.replay(
            version_id=planned.active_version()[0],
            first=work.TODAY + timedelta(days=1),
            last=last,
            today=last,
            processes=processes,
        )
    return {
        "processes": processes,
        "customers": found.customers,
        "decided": sum(one.decided for one in found.days),
    }
