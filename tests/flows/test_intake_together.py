"""Imports that meet, stop or are killed in the middle, on real commits: one outcome, nothing doubled."""

import os
import random
import signal
import subprocess
import sys
from datetime import timedelta
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction

from puntual.audit.types import SYSTEM
from puntual.companies.models import Company
from puntual.db.locks import Lock, lock_in_transaction
from puntual.flows import intake, money_in
from puntual.intake import operations as intake_writes
from puntual.intake import queries as intake_rows
from puntual.intake.models import Import, ImportRow
from puntual.intake.types import ImportCounts, ImportPhase, ImportState
from puntual.payments.models import Payment
from puntual.portfolio import operations as portfolio
from puntual.portfolio.models import Customer, LedgerEntry, Receivable
from puntual.portfolio.types import EntryKind, NewEntry
from tests.committed import Hand, together
from tests.conftest import NOW, TODAY
from tests.unit.intake.files import SIMPLE_HEADERS, csv_bytes, simple_row

SETTLED = (*SIMPLE_HEADERS, "Fecha de pago")
ROWS = 40


def content(rows: int = ROWS) -> bytes:
    return csv_bytes(
        SETTLED, [[*simple_row(number), "20/02/2026" if number % 2 else ""] for number in range(rows)]
    )


def load(data: bytes) -> int:
    return intake.load_file(name="cartera.csv", content=data, kind=None, actor=SYSTEM, at=NOW)


def apply(import_id: int) -> ImportCounts:
    return intake.apply_import(import_id=import_id, actor=SYSTEM, today=TODAY, at=NOW)


def stored() -> tuple[int, ...]:
    return tuple(table.objects.count() for table in (Customer, Receivable, LedgerEntry, Payment, ImportRow))


WHOLE = (ROWS, ROWS, ROWS + ROWS // 2, ROWS // 2, 0)
NOTHING = (0, 0, 0, 0, 0)


def test_the_same_file_twice_at_once_is_loaded_once(committed_company: Company) -> None:
    first, second = load(content()), load(content())

    hands = together(company=committed_company, works=[lambda: apply(first), lambda: apply(second)])

    results = [hand.finish().counts for hand in hands]
    assert sorted(result.rows_accepted for result in results) == [0, ROWS]
    assert sorted(result.rows_unchanged for result in results) == [0, ROWS]
    assert stored() == WHOLE


def test_one_import_applied_by_two_hands_is_applied_once(committed_company: Company) -> None:
    import_id = load(content())

    hands = together(company=committed_company, works=[lambda: apply(import_id)] * 2)

    assert sorted(hand.finish().was_applied_before for hand in hands) == [False, True]
    assert stored() == WHOLE


def test_a_second_import_waits_for_the_first(committed_company: Company) -> None:
    import_id = load(content())
    hand = Hand(company=committed_company, work=lambda: apply(import_id))

    with transaction.atomic():
        lock_in_transaction(lock=Lock.IMPORT_FILE, key="apply")
        hand.start()
        hand.wait_until_blocked()
        assert stored() == NOTHING
        assert intake_rows.import_card(import_id=import_id).state is ImportState.APPLYING
    hand.finish()

    assert stored() == WHOLE


def test_what_fails_in_the_middle_leaves_nothing_and_can_be_tried_again(
    committed_company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_id = load(content())

    def full_disk(**_given: object) -> None:
        raise OSError("no space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(money_in, "receive_within", full_disk)
        with pytest.raises(OSError, match="no space"):
            apply(import_id)

    card = intake_rows.import_card(import_id=import_id)
    assert (card.state, card.error) == (ImportState.PREVIEWED, "La carga falló y no se guardó nada.")
    assert stored() == NOTHING

    apply(import_id)
    assert stored() == WHOLE


def test_how_far_it_is_can_be_seen_while_it_goes_on(
    committed_company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_id = load(content())
    seen = []
    tell = intake_writes.ProgressLine.tell

    def told(line: intake_writes.ProgressLine, **given: Any) -> None:
        tell(line, **given)
        hand = Hand(company=committed_company, work=lambda: intake_rows.progress(import_id=import_id))
        hand.start()
        seen.append(hand.finish())

    monkeypatch.setattr(intake_writes.ProgressLine, "tell", told)
    apply(import_id)

    assert {one.state for one in seen} == {ImportState.APPLYING}
    assert [one.phase for one in seen] == sorted(
        (one.phase for one in seen if one.phase), key=list(ImportPhase).index
    )
    assert (ROWS, ROWS + 1) in [(one.done, one.total) for one in seen if one.phase is ImportPhase.READING]
    done = intake_rows.progress(import_id=import_id)
    assert (done.state, done.phase, done.is_cancel_requested) == (ImportState.APPLIED, None, False)


@pytest.mark.parametrize("phase", list(ImportPhase)[1:])
def test_stopped_by_a_person_nothing_is_written(
    committed_company: Company, monkeypatch: pytest.MonkeyPatch, phase: ImportPhase
) -> None:
    import_id = load(content())
    tell = intake_writes.ProgressLine.tell

    def stop_then_tell(line: intake_writes.ProgressLine, **given: Any) -> None:
        if given["phase"] is phase:
            hand = Hand(
                company=committed_company,
                work=lambda: intake.request_cancel(import_id=import_id, actor=SYSTEM, at=NOW),
            )
            hand.start()
            assert hand.finish() is True
        tell(line, **given)

    with monkeypatch.context() as watched:
        watched.setattr(intake_writes.ProgressLine, "tell", stop_then_tell)
        with pytest.raises(intake_writes.ImportCancelled):
            apply(import_id)

    assert stored() == NOTHING
    after = intake_rows.progress(import_id=import_id)
    assert (after.state, after.phase, after.is_cancel_requested) == (ImportState.PREVIEWED, None, False)
    apply(import_id)
    assert stored() == WHOLE


def test_an_import_whose_worker_died_is_stopped_at_once(committed_company: Company) -> None:
    import_id = load(content())
    assert intake.request_cancel(import_id=import_id, actor=SYSTEM, at=NOW) is False
    intake_writes.mark_applying(import_id=import_id)

    assert intake.request_cancel(import_id=import_id, actor=SYSTEM, at=NOW) is True

    assert intake_rows.import_card(import_id=import_id).state is ImportState.PREVIEWED
    assert apply(import_id).counts.rows_accepted == ROWS


@pytest.mark.parametrize("seed", range(6))
def test_a_full_disk_at_any_statement_leaves_nothing_and_the_next_try_finishes(
    committed_company: Company, seed: int
) -> None:
    import_id = load(content())
    left = random.Random(seed).randint(5, 45)

    def run_full(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal left
        left -= 1
        if left == 0:
            raise psycopg.errors.DiskFull("could not extend file: No space left on device")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(run_full), pytest.raises(psycopg.errors.DiskFull):
        apply(import_id)

    card = intake_rows.import_card(import_id=import_id)
    assert (card.state, card.error) == (ImportState.PREVIEWED, "La carga falló y no se guardó nada.")
    assert stored() == NOTHING
    apply(import_id)
    assert stored() == WHOLE


def test_a_debt_paid_elsewhere_meanwhile_refuses_the_whole_file(
    committed_company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    apply(load(content()))
    debt = Receivable.objects.get(document_number="F-0")
    cheaper = csv_bytes(SETTLED, [[*simple_row(0, Importe="400.00"), ""], [*simple_row(99), ""]])
    import_id = load(cheaper)
    write = portfolio.upsert_receivables

    def pay_first(**given: object) -> object:
        hand = Hand(company=committed_company, work=lambda: _pay(debt.pk))
        hand.start()
        hand.finish()
        return write(**given)  # type: ignore[arg-type]

    monkeypatch.setattr(portfolio, "upsert_receivables", pay_first)
    with pytest.raises(portfolio.UnableToPostEntry):
        apply(import_id)

    assert not Receivable.objects.filter(document_number="F-99").exists()
    debt.refresh_from_db()
    assert (debt.original_amount, debt.open_amount) == (Decimal("1000.00"), Decimal("100.00"))
    assert intake_rows.import_card(import_id=import_id).state is ImportState.PREVIEWED


def _pay(receivable_id: int) -> None:
    portfolio.post_entries(
        entries=[
            NewEntry(
                key="meanwhile",
                receivable_id=receivable_id,
                kind=EntryKind.CREDIT_NOTE,
                amount=Decimal("-900.00"),
                currency="MXN",
                effective_date=TODAY,
            )
        ],
        at=NOW + timedelta(minutes=1),
    )


_WORKER = """
import os, sys
import django
django.setup()
from datetime import UTC, date, datetime
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
from puntual.audit.types import SYSTEM
from puntual.companies.models import Company
from puntual.flows import intake, money_in
connection.set_tenant(Company.objects.get(schema_name="muebles"))
left = int(sys.argv[3])
def count_down(execute, sql, params, many, context):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), 9)
    return execute(sql, params, many, context)
with connection.execute_wrapper(count_down):
    intake.apply_import(
        import_id=int(sys.argv[2]), actor=SYSTEM, today=date(2026, 11, 23),
        at=datetime(2026, 11, 23, 16, 0, tzinfo=UTC),
    )
"""


@pytest.mark.parametrize("statement", [3, 12, 25, 34, 45, 52, 58])
def test_a_worker_killed_at_any_statement_leaves_nothing_and_the_next_one_finishes(
    committed_company: Company, statement: int
) -> None:
    import_id = load(content())
    database = connection.settings_dict["NAME"]

    killed = subprocess.run(
        [sys.executable, "-c", _WORKER, database, str(import_id), str(statement)],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "puntual.config.settings"},
        capture_output=True,
        check=False,
        timeout=120,
    )

    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    assert stored() == NOTHING
    assert Import.objects.get().state in {ImportState.UPLOADED, ImportState.APPLYING}
    assert apply(import_id).counts.rows_accepted == ROWS
    assert stored() == WHOLE
