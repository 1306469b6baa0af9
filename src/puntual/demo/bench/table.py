"""The table of targets with today's figures."""

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path

from puntual.companies import operations as company_operations
from puntual.companies import queries as companies
from puntual.demo import generator
from puntual.demo.bench import floors, loads, rehearsals, runs, segments, vouchers, work
from puntual.demo.bench.figures import Figure
from puntual.demo.bench.stopwatch import Measured, measured
from puntual.flows.opening import open_company

_SIZE_MIN = 100
_SEARCH_RATIO_MAX = 20
Tell = Callable[[str], None]


class Part(StrEnum):
    """What can be measured on its own."""

    CSV = "csv"
    RUN = "run"
    DAY = "day"
    OTHERS = "others"
    CFDI = "cfdi"
    SEGMENTS = "segments"
    REPLAY = "replay"


@dataclass(frozen=True, slots=True)
class _Imported:
    """What was measured of loading a portfolio of one size."""

    receivables: int
    copied: Measured
    equal: Measured
    filled: Measured
    first: Measured
    again: Measured


@dataclass(frozen=True, slots=True)
class _Day:
    """What was measured of a day with a portfolio of one size."""

    receivables: int
    run: runs.Run
    # Nothing where only the run was asked for.
    work: "_Work | None"


@dataclass(frozen=True, slots=True)
class _Work:
    """What was measured of the rest of a day: duplicates, messages."""

    sown: Measured
    matched: Measured
    searched: Measured
    rendered: Measured
    dispatched: Measured


def measure_all(
    *, receivables: int, folder: Path, tell: Tell, only: Collection[Part] = tuple(Part)
) -> list[Figure]:
    """
    Measure a portfolio of this size, and smaller ones to see how cost grows; erase them afterwards.

    With `only`, no more than these parts: the import of text, the daily run alone, the whole day, other
    ways to load, CFDI, segments, a replay.
    """
    imports: list[_Imported] = []
    days: list[_Day] = []
    if {Part.CSV, Part.RUN, Part.DAY} & set(only):
        for size in _sizes(receivables):
            imports.append(_measure_import(size, folder=folder, tell=tell))
            if {Part.RUN, Part.DAY} & set(only):
                days.append(_measure_day(size, tell=tell, is_whole=Part.DAY in only))
    figures = [*(_imports(imports) if Part.CSV in only else ()), *_days(days)]
    if Part.OTHERS in only:
        rows = loads.measure(folder=folder, tell=tell, receivables=receivables)
        figures += [Figure(*row) for row in rows]
    if Part.CFDI in only:
        loaded = vouchers.measure(folder=folder, tell=tell, receivables=receivables)
        figures += [Figure(*row) for row in loaded]
    if Part.SEGMENTS in only:
        figures += [Figure(*row) for row in segments.measure(tell=tell, receivables=receivables)]
    if Part.REPLAY in only:
        rows = rehearsals.measure(folder=folder, tell=tell, receivables=receivables)
        figures += [Figure(*row) for row in rows]
    _erase()
    return figures


def _sizes(receivables: int) -> list[int]:
    """List the sizes to measure: by tens up to the one that was asked for."""
    found = [max(receivables, _SIZE_MIN)]
    while len(found) < 3 and found[0] // 10 >= max(_SIZE_MIN, min(10_000, receivables // 10)):
        found.insert(0, found[0] // 10)
    return found


def _erase() -> None:
    for key in {work.KEY, vouchers.KEY, segments.KEY} & set(companies.schema_names()):
        company_operations.erase_company(schema_name=key)


def _measure_import(receivables: int, *, folder: Path, tell: Tell) -> _Imported:
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
    first = measured(partial(work.import_file, files.portfolio))
    again = measured(partial(work.import_file, files.portfolio))
    measured(partial(floors.write_filled, folder))
    filled = measured(partial(floors.copy_filled, folder))
    return _Imported(receivables, copied, equal, filled, first, again)


def _measure_day(receivables: int, *, tell: Tell, is_whole: bool) -> _Day:
    measured(work.analyze)
    tell(f"{receivables:,}: decidiendo")
    run = runs.measure()
    return _Day(receivables, run, _measure_work(receivables, tell=tell) if is_whole else None)


def _measure_work(receivables: int, *, tell: Tell) -> _Work:
    tell(f"{receivables:,}: buscando duplicados")
    sown = measured(work.sow_spellings)
    matched = measured(work.match_by_sql)
    searched = measured(work.find_duplicates)
    tell(f"{receivables:,}: escribiendo y enviando mensajes")
    rendered = measured(work.render_messages)
    with work.mail_sink() as port:
        dispatched = measured(partial(work.dispatch, port))
    return _Work(sown, matched, searched, rendered, dispatched)


def _days(found: list[_Day]) -> list[Figure]:
    if not found:
        return []
    smallest, largest = found[0], found[-1]
    figures = runs.figures(largest.run, receivables=largest.receivables)
    if smallest is not largest:
        figures.append(runs.growth((smallest.receivables, smallest.run), (largest.receivables, largest.run)))
    if largest.work is not None:
        figures += [
            _search(largest.work),
            _rate("render messages, one core", largest.work.rendered, count="messages", target=2000),
            _rate(
                "dispatch through a real socket, one worker",
                largest.work.dispatched,
                count="sent",
                target=500,
            ),
        ]
    return figures


def _imports(found: list[_Imported]) -> list[Figure]:
    """
    Tell of the import beside three floors.

    It is judged by a COPY of the file into an equal table: the keys, checks and indexes of the receivables over the
    columns of the file, without ledger, customers, accounts and contacts. Beside it stand what a file without any key
    costs, and a COPY of all rows that the import left behind into tables equal to those that it fills.
    """
    largest = found[-1]
    first, again = largest.first, largest.again
    floors_told = ", ".join(
        f"{first.seconds / floor.seconds:.1f} × {name} ({floor.seconds:.1f} s)"
        for floor, name in (
            (largest.equal, "COPY into an equal table"),
            (largest.filled, "COPY of what it becomes into the five equal tables"),
            (largest.copied, "bare COPY as text"),
        )
    )
    return [
        Figure(
            f"import CSV, {largest.receivables:,} rows",
            f"{first.seconds:.1f} s, {floors_told}, {first.peak_mb:,.0f} MB",
            "≤ 6 × COPY into an equal table, ≤ 500 MB",
            first.seconds <= 6 * largest.equal.seconds and first.peak_mb <= 500,
        ),
        Figure(
            "the same file a second time",
            f"{again.seconds:.1f} s, {again.seconds / first.seconds:.2f} × the first, "
            f"{again.result['rows']:,} rows accepted",
            "≤ 1 × the first, 0 rows",
            again.seconds <= first.seconds and again.result["rows"] == 0,
        ),
        *_growth("import", [(one.receivables, one.first) for one in found]),
    ]


def _search(found: _Work) -> Figure:
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


def _rate(name: str, found: Measured, *, count: str, target: int) -> Figure:
    done = found.result[count]
    rate = done / found.result["seconds"] if done else 0.0
    return Figure(name, f"{rate:,.0f}/s ({done:,} messages)", f"≥ {target:,}/s", rate >= target)


def _growth(name: str, found: list[tuple[int, Measured]]) -> list[Figure]:
    """Say how the cost grows with the size; nothing where only one size was measured."""
    (small, first), (large, last) = found[0], found[-1]
    if small == large:
        return []
    exponent = math.log(last.seconds / first.seconds) / math.log(large / small)
    told = f"growth of the {name}, {small:,} → {large:,}"
    return [Figure(told, f"exponent {exponent:.2f}", "≤ 1.05", exponent <= 1.05)]
