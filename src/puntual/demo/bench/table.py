"""The table of targets with today's figures."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from puntual.companies import operations as company_operations
from puntual.companies import queries as companies
from puntual.demo import generator
from puntual.demo.bench import floors, loads, rehearsals, segments, vouchers, work
from puntual.demo.bench.stopwatch import Measured, measured
from puntual.flows.opening import open_company

# Lines per second of a well-known dunning module on the same kind of machine.
_KNOWN_DUNNING_LINES_PER_SECOND = 690
_SIZE_MIN = 100
_SEARCH_RATIO_MAX = 20
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of the table: what was measured, beside what it should be."""

    work: str
    measured: str
    target: str
    is_met: bool


@dataclass(slots=True)
class _Size:
    """Everything that was measured on a portfolio of one size."""

    receivables: int
    copied: Measured
    equal: Measured
    filled: Measured
    imported: Measured
    imported_again: Measured
    floor: Measured
    decided: Measured
    again: Measured
    sown: Measured
    matched: Measured
    searched: Measured
    rendered: Measured | None = None
    dispatched: Measured | None = None
    notes: list[str] = field(default_factory=list)


def measure_all(*, receivables: int, folder: Path, tell: Tell) -> list[Figure]:
    """Measure a portfolio of this size, and smaller ones to see how cost grows; erase them afterwards."""
    found = [_measure(size, folder=folder, tell=tell) for size in _sizes(receivables)]
    other_ways = loads.measure(folder=folder, tell=tell, receivables=receivables)
    documents = vouchers.measure(folder=folder, tell=tell)
    counted = segments.measure(tell=tell, receivables=receivables)
    replayed = rehearsals.measure(folder=folder, tell=tell, receivables=receivables)
    _erase()
    return [*_figures(found), *(Figure(*row) for row in (*other_ways, *documents, *counted, *replayed))]


def _sizes(receivables: int) -> list[int]:
    """List the sizes to measure: by tens up to the one that was asked for."""
    found = [max(receivables, _SIZE_MIN)]
    while len(found) < 3 and found[0] // 10 >= max(_SIZE_MIN, min(10_000, receivables // 10)):
        found.insert(0, found[0] // 10)
    return found


def _erase() -> None:
    for key in {work.KEY, vouchers.KEY, segments.KEY} & set(companies.schema_names()):
        company_operations.erase_company(schema_name=key)


def _measure(receivables: int, *, folder: Path, tell: Tell) -> _Size:
    tell(f"{receivables:,}: escribiendo")
    _erase()
    open_company(
        schema_name=work.KEY,
        name="Medición",
        hosts=(f"{work.KEY}.localhost",),
        settings=work.COMPANY,
        at=work.DECIDED_AT,
    )
    files = generator.write_files(folder=folder, seed=1, receivables=receivables, today=work.TODAY)
    tell(f"{receivables:,}: cargando")
    copied = measured(partial(floors.copy_file, files.portfolio))
    equal = measured(partial(floors.copy_file, files.portfolio, equal=True))
    imported = measured(partial(work.import_file, files.portfolio))
    imported_again = measured(partial(work.import_file, files.portfolio))
    measured(partial(floors.write_filled, folder))
    filled = measured(partial(floors.copy_filled, folder))
    measured(work.analyze)
    tell(f"{receivables:,}: decidiendo")
    floor = measured(work.decide_by_sql)
    decided = measured(work.decide_day)
    again = measured(work.decide_day_again)
    tell(f"{receivables:,}: buscando duplicados")
    sown = measured(work.sow_spellings)
    matched = measured(work.match_by_sql)
    searched = measured(work.find_duplicates)
    tell(f"{receivables:,}: escribiendo y enviando mensajes")
    rendered = measured(work.render_messages)
    with work.mail_sink() as port:
        dispatched = measured(partial(work.dispatch, port))
    return _Size(
        receivables,
        copied,
        equal,
        filled,
        imported,
        imported_again,
        floor,
        decided,
        again,
        sown,
        matched,
        searched,
        rendered,
        dispatched,
    )


def _figures(found: list[_Size]) -> list[Figure]:
    largest = found[-1]
    n = largest.receivables
    run_ratio = largest.decided.seconds / largest.floor.seconds
    lines = n / largest.decided.seconds
    figures = [
        Figure(
            f"daily run, {n:,} open receivables, {largest.decided.result['decisions']:,} decisions",
            f"{largest.decided.seconds:.1f} s, {run_ratio:.1f} × floor ({largest.floor.seconds:.1f} s), "
            f"{largest.decided.peak_mb:,.0f} MB",
            "≤ 3 × floor, ≤ 2,048 MB",
            run_ratio <= 3 and largest.decided.peak_mb <= 2048,
        ),
        Figure(
            "the same, lines per second",
            f"{lines:,.0f}/s, {lines / _KNOWN_DUNNING_LINES_PER_SECOND:,.0f} × 690/s",
            "≥ 100 × 690/s",
            lines >= 100 * _KNOWN_DUNNING_LINES_PER_SECOND,
        ),
        *_imports(largest),
        _search(largest),
        _rate("render messages, one core", largest.rendered, count="messages", target=2000),
        _rate("dispatch through a real socket, one worker", largest.dispatched, count="sent", target=500),
        Figure(
            "second run of the same day",
            f"writes {largest.again.result['written']:,} rows",
            "writes 0 rows",
            largest.again.result["written"] == 0,
        ),
    ]
    if len(found) > 1:
        smallest = found[0]
        span = f"{smallest.receivables:,} → {n:,}"
        figures += [
            _growth(
                f"growth of the daily run, {span}",
                smallest,
                largest,
                seconds=lambda size: size.decided.seconds,
            ),
            _growth(
                f"growth of the import, {span}", smallest, largest, seconds=lambda size: size.imported.seconds
            ),
        ]
    return figures


def _imports(found: _Size) -> list[Figure]:
    """
    Tell of the import beside three floors.

    It is judged by a COPY of the file into an equal table: the keys, checks and indexes of the receivables over the
    columns of the file, without ledger, customers, accounts and contacts. Beside it stand what a file without any key
    costs, and a COPY of all rows that the import left behind into tables equal to those that it fills.
    """
    seconds = found.imported.seconds
    floors_told = ", ".join(
        f"{seconds / floor.seconds:.1f} × {name} ({floor.seconds:.1f} s)"
        for floor, name in (
            (found.equal, "COPY into an equal table"),
            (found.filled, "COPY of what it becomes into the five equal tables"),
            (found.copied, "bare COPY as text"),
        )
    )
    again = found.imported_again
    return [
        Figure(
            f"import CSV, {found.receivables:,} rows",
            f"{seconds:.1f} s, {floors_told}, {found.imported.peak_mb:,.0f} MB",
            "≤ 6 × COPY into an equal table, ≤ 500 MB",
            seconds <= 6 * found.equal.seconds and found.imported.peak_mb <= 500,
        ),
        Figure(
            "the same file a second time",
            f"{again.seconds:.1f} s, {again.seconds / seconds:.2f} × the first, {again.result['rows']:,} rows accepted",
            "≤ 1 × the first, 0 rows",
            again.seconds <= seconds and again.result["rows"] == 0,
        ),
    ]


def _search(found: _Size) -> Figure:
    """
    Tell of the search for duplicates beside exact matches by SQL.

    The floor knows nothing of likeness, which is most of the work: the ratio says what that costs.
    """
    done, floor = found.searched, found.matched
    ratio = done.seconds / floor.seconds
    return Figure(
        f"search for duplicates, {done.result['customers']:,} customers",
        f"{done.seconds:.1f} s, {ratio:.0f} × exact matches by SQL ({floor.seconds:.2f} s), "
        f"{done.result['compared']:,} pairs compared, {done.result['proposals']:,} proposed where "
        f"{found.sown.result['sown']:,} were sown, {done.peak_mb:,.0f} MB",
        f"≤ {_SEARCH_RATIO_MAX} × exact matches, ≤ 512 MB",
        ratio <= _SEARCH_RATIO_MAX and done.peak_mb <= 512,
    )


def _rate(name: str, found: Measured | None, *, count: str, target: int) -> Figure:
    done = found.result[count] if found else 0
    rate = done / found.result["seconds"] if found and done else 0.0
    return Figure(name, f"{rate:,.0f}/s ({done:,} messages)", f"≥ {target:,}/s", rate >= target)


def _growth(name: str, small: _Size, large: _Size, *, seconds: Callable[[_Size], float]) -> Figure:
    exponent = math.log(seconds(large) / seconds(small)) / math.log(large.receivables / small.receivables)
    return Figure(name, f"exponent {exponent:.2f}", "≤ 1.05", exponent <= 1.05)
