"""The daily run beside the least SQL that decides a day, and explaining what it decided."""

import math
from dataclasses import dataclass

from puntual.demo.bench import work
from puntual.demo.bench.figures import Figure
from puntual.demo.bench.stopwatch import Measured, measured
from puntual.flows.run_helpers import default_workers

# Lines per second of a well-known dunning module on the same kind of machine.
_KNOWN_LINES_PER_SECOND = 690
_RATIO_MAX = 3
_MEMORY_MB_MAX = 2048
_EXPLAIN_MS_MAX = 50


@dataclass(frozen=True, slots=True)
class Run:
    """A run of a day, the same again, and its floor."""

    floor: Measured
    decided: Measured
    again: Measured
    explained: Measured


def measure() -> Run:
    """Decide the day of the portfolio that is loaded."""
    return Run(
        floor=measured(work.decide_by_sql),
        decided=measured(work.decide_day),
        again=measured(work.decide_day_again),
        explained=measured(work.explain_some),
    )


def figures(run: Run, *, receivables: int) -> list[Figure]:
    """Tell of a run. Work of processors is told beside the time, for it is the same on a machine that is busy."""
    done, floor, again = run.decided, run.floor, run.again
    ratio = done.seconds / floor.seconds
    lines = receivables / done.seconds
    memory = done.all_mb or done.peak_mb
    slowest = max(run.explained.result["ms"])
    return [
        Figure(
            f"daily run, {receivables:,} open receivables, {done.result['customers']:,} customers, "
            f"{done.result['decisions']:,} decisions, {default_workers()} workers",
            f"{done.seconds:.1f} s, {ratio:.1f} × floor ({floor.seconds:.1f} s), {memory:,.0f} MB in all processes; "
            f"work {done.python_cpu:.1f} s Python + {done.database_cpu:.1f} s database, "
            f"floor {floor.database_cpu:.1f} s",
            f"≤ {_RATIO_MAX} × floor, ≤ {_MEMORY_MB_MAX:,} MB",
            ratio <= _RATIO_MAX and memory <= _MEMORY_MB_MAX,
        ),
        Figure(
            "the same, lines per second",
            f"{lines:,.0f}/s, {lines / _KNOWN_LINES_PER_SECOND:,.0f} × {_KNOWN_LINES_PER_SECOND}/s",
            f"≥ 100 × {_KNOWN_LINES_PER_SECOND}/s",
            lines >= 100 * _KNOWN_LINES_PER_SECOND,
        ),
        Figure(
            "second run of the same day",
            f"writes {again.result['written']:,} rows, {again.seconds:.1f} s, "
            f"{again.seconds / floor.seconds:.2f} × floor",
            "writes 0 rows, ≤ 1 × floor",
            again.result["written"] == 0 and again.seconds <= floor.seconds,
        ),
        Figure(
            "explain one customer",
            f"{slowest:.0f} ms the slowest of {len(run.explained.result['ms'])}",
            f"≤ {_EXPLAIN_MS_MAX} ms",
            slowest <= _EXPLAIN_MS_MAX,
        ),
    ]


def growth(small: tuple[int, Run], large: tuple[int, Run]) -> Figure:
    """Tell how the cost of a run grows with the portfolio, given with its number of receivables."""
    exponent = math.log(large[1].decided.seconds / small[1].decided.seconds) / math.log(large[0] / small[0])
    return Figure(
        f"growth of the daily run, {small[0]:,} → {large[0]:,}",
        f"exponent {exponent:.2f}",
        "≤ 1.05",
        exponent <= 1.05,
    )
