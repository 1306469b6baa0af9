"""A large file is read by a process that helps: what comes of it is the same, and whatever ends one ends both."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from datetime import date
from multiprocessing.process import BaseProcess

import pytest

from puntual.audit.types import SYSTEM
from puntual.companies.models import Company
from puntual.flows import intake
from puntual.intake import operations as intake_writes
from puntual.intake import queries as intake_rows
from puntual.intake.models import Import
from puntual.intake.operations import helping
from puntual.intake.rules import layout, parsing
from puntual.intake.rules.parsing import HelperFailed, Piece, Said
from puntual.intake.rules.refusals import Unreadable
from puntual.intake.types import Choices, FileKind, ImportState, Layout
from puntual.portfolio.models import Customer, LedgerEntry, Receivable
from tests.conftest import NOW, TODAY
from tests.unit.intake.files import SIMPLE_HEADERS, csv_bytes, simple_row, xlsx_bytes

LAST_DAY = date(2026, 11, 23)
# More than the pipe between the two holds.
ROWS = 12_000
# Rows that are left out, refused or told of, here and there.
ODD = {
    7: ["", "", "", "", "", ""],
    900: ["Total", "", "", "", "", "5.00"],
    5_000: ["1", "x", "", "", "", "-5"],
}


def table(count: int) -> list[list[str]]:
    return [ODD.get(number) or [str(cell) for cell in simple_row(number)] for number in range(count)]


def found_of(content: bytes) -> Layout:
    return layout.understand(content, choices=Choices(kind=FileKind.RECEIVABLES), company_currency="MXN")


def here(content: bytes) -> list[Piece | Said]:
    found = found_of(content)
    return list(parsing.parse(layout.body_of(content, found.dialect), found=found, last_day=LAST_DAY))


def helped(content: bytes) -> list[Piece | Said]:
    with helping.reading_ahead(content=content, found=found_of(content), last_day=LAST_DAY) as items:
        assert len(multiprocessing.active_children()) == 1
        return list(items)


def by_fork(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(helping, "_BYTES_MIN", 0)
    # Whoever runs the tests may have threads; none of them holds what a copy needs.
    monkeypatch.setattr(threading, "active_count", lambda: 1)


def anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(helping, "_BYTES_MIN_ANEW", 0)
    monkeypatch.setattr(threading, "active_count", lambda: 2)


WAYS = pytest.mark.parametrize("way", [by_fork, anew])
Way = Callable[[pytest.MonkeyPatch], None]


@WAYS
@pytest.mark.parametrize("separator", [",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_a_helper_reads_what_would_be_read_here(
    monkeypatch: pytest.MonkeyPatch, way: Way, separator: str, encoding: str
) -> None:
    content = csv_bytes(SIMPLE_HEADERS, table(6_000), separator=separator, encoding=encoding)
    way(monkeypatch)

    assert helped(content) == here(content)


def test_a_forked_helper_reads_a_workbook(monkeypatch: pytest.MonkeyPatch) -> None:
    content = xlsx_bytes(SIMPLE_HEADERS, table(600))
    by_fork(monkeypatch)

    assert helped(content) == here(content)


@WAYS
def test_a_file_that_breaks_off_is_refused_as_it_would_be_here(
    monkeypatch: pytest.MonkeyPatch, way: Way
) -> None:
    rows = table(6_000)
    rows[5_500][1] = "x" * 200_000
    content = csv_bytes(SIMPLE_HEADERS, rows)
    # Understanding the file would refuse it already.
    found = found_of(csv_bytes(SIMPLE_HEADERS, table(6_000)))
    way(monkeypatch)

    with (
        helping.reading_ahead(content=content, found=found, last_day=LAST_DAY) as items,
        pytest.raises(Unreadable) as refused,
    ):
        list(items)

    assert (refused.value.code, refused.value.detail) == ("file-broken-row", "5502")


def one_helper() -> BaseProcess:
    (helper,) = multiprocessing.active_children()
    return helper


@WAYS
def test_a_helper_that_is_killed_is_noticed(monkeypatch: pytest.MonkeyPatch, way: Way) -> None:
    content = csv_bytes(SIMPLE_HEADERS, table(ROWS))
    way(monkeypatch)

    with helping.reading_ahead(content=content, found=found_of(content), last_day=LAST_DAY) as items:
        next(items)
        os.kill(one_helper().pid or 0, signal.SIGKILL)
        with pytest.raises(HelperFailed):
            list(items)


@WAYS
def test_a_helper_ends_with_whom_it_helps(monkeypatch: pytest.MonkeyPatch, way: Way) -> None:
    content = csv_bytes(SIMPLE_HEADERS, table(ROWS))
    way(monkeypatch)

    with helping.reading_ahead(content=content, found=found_of(content), last_day=LAST_DAY) as items:
        next(items)
        helper = one_helper()

    assert not helper.is_alive()
    assert multiprocessing.active_children() == []


def stored() -> tuple[int, ...]:
    return tuple(one.objects.count() for one in (Customer, Receivable, LedgerEntry))


@WAYS
def test_an_import_whose_helper_dies_leaves_nothing_and_can_be_tried_again(
    committed_company: Company, monkeypatch: pytest.MonkeyPatch, way: Way
) -> None:
    content = csv_bytes(SIMPLE_HEADERS, [simple_row(number) for number in range(ROWS)])
    import_id = intake.load_file(name="cartera.csv", content=content, kind=None, actor=SYSTEM, at=NOW)
    way(monkeypatch)
    tell = intake_writes.ProgressLine.tell

    def kill_then_tell(line: intake_writes.ProgressLine, **given: object) -> None:
        for helper in multiprocessing.active_children():
            os.kill(helper.pid or 0, signal.SIGKILL)
        tell(line, **given)  # type: ignore[arg-type]

    with monkeypatch.context() as watched:
        watched.setattr(intake_writes.ProgressLine, "tell", kill_then_tell)
        with pytest.raises(HelperFailed):
            intake.apply_import(import_id=import_id, actor=SYSTEM, today=TODAY, at=NOW)

    card = intake_rows.import_card(import_id=import_id)
    assert (card.state, card.error) == (ImportState.PREVIEWED, "La carga falló y no se guardó nada.")
    assert stored() == (0, 0, 0)

    done = intake.apply_import(import_id=import_id, actor=SYSTEM, today=TODAY, at=NOW)
    assert done.counts.rows_accepted == ROWS
    assert stored()[1:] == (ROWS, ROWS)
    assert Import.objects.get(pk=import_id).state == ImportState.APPLIED
    assert multiprocessing.active_children() == []
