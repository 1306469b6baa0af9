"""Files that come in by themselves: every file counts once, and what is doubtful waits for a person."""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from puntual.audit.models import Event
from puntual.audit.types import SYSTEM
from puntual.companies.models import Company
from puntual.db.locks import Lock
from puntual.flows import intake, sources
from puntual.intake import operations as intake_writes
from puntual.intake import queries as intake_rows
from puntual.intake.models import Import
from puntual.intake.types import Choices, DateOrder, ImportState
from puntual.lib.errors import NotFound
from puntual.portfolio.models import Receivable
from puntual.sources import operations
from puntual.sources import queries as source_rows
from puntual.sources.models import Delivery, Run, Source
from puntual.sources.providers.contract import UnableToFetch
from puntual.sources.types import DeliveryState, Health, NewSource, RunState
from tests.conftest import NOW, TODAY
from tests.feeds import sftp
from tests.feeds.arms import Debt, write_file

HOUR = timedelta(hours=1)


@pytest.fixture
def place(company: Company, tmp_path: Path, settings: LazySettings) -> Path:
    """Give the company a folder for its feeds."""
    settings.SOURCE_FOLDERS = str(tmp_path)
    settings.SOURCE_HOSTS = ["localhost"]
    folder = tmp_path / "muebles"
    folder.mkdir()
    return folder


def draft(**changes: Any) -> NewSource:
    given = {"quiet_seconds": "60", "after": "MOVE"}
    return NewSource(**{"name": "ERP", "connector": "FOLDER", "settings": given, **changes})


def add(**changes: Any) -> int:
    return sources.save_source(source_id=None, draft=draft(**changes), actor=SYSTEM, at=NOW)


def pull(source_id: int, *, at: datetime = NOW) -> sources.PullResult:
    return sources.pull_source(source_id=source_id, actor=SYSTEM, today=TODAY, at=at)


def owed() -> dict[str, Decimal]:
    return dict(Receivable.objects.values_list("document_number", "open_amount"))


def drop(folder: Path, name: str, debts: list[Debt], *, at: datetime = NOW - HOUR) -> None:
    write_file(folder / name, debts, at=at)


def names(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@pytest.mark.feature("INT-01")
def test_a_file_in_the_folder_becomes_debts_and_is_put_away(place: Path) -> None:
    source_id = add()
    drop(place, "cartera.csv", [Debt(1), Debt(2, 2, Decimal("99.99"))])

    result = pull(source_id)

    assert (result.state, result.deliveries, result.rows_accepted, result.rows_rejected) == (
        RunState.DONE,
        1,
        2,
        0,
    )
    assert owed() == {"F-0001": Decimal("1250.50"), "F-0002": Decimal("99.99")}
    assert names(place) == ["procesados/cartera.csv"]
    card = source_rows.source_card(source_id=source_id)
    assert (card.health, card.last_run_at, card.next_run_at, card.last_error) == (
        Health.GOOD,
        NOW,
        NOW + HOUR,
        "",
    )
    load = Import.objects.get()
    assert (load.file_name, load.state, load.actor_label) == (
        "cartera.csv",
        ImportState.APPLIED,
        "Fuente: ERP",
    )


def test_a_second_visit_finds_nothing_and_writes_nothing(place: Path) -> None:
    source_id = add(settings={"quiet_seconds": "60", "after": "LEAVE"})
    drop(place, "cartera.csv", [Debt(1)])
    pull(source_id)

    result = pull(source_id, at=NOW + HOUR)

    assert (result.state, result.deliveries) == (RunState.DONE, 0)
    assert (Import.objects.count(), Delivery.objects.count(), Run.objects.count()) == (1, 1, 2)
    assert names(place) == ["cartera.csv"]


def test_files_come_in_the_order_in_which_they_were_written(place: Path) -> None:
    source_id = add()
    drop(place, "a.csv", [Debt(1, amount=Decimal("300.00"))], at=NOW - HOUR)
    drop(place, "b.csv", [Debt(1, amount=Decimal("500.00"))], at=NOW - 2 * HOUR)

    pull(source_id)

    assert owed() == {"F-0001": Decimal("300.00")}


def test_a_file_that_is_still_written_is_not_taken(place: Path) -> None:
    source_id = add()
    drop(place, "fresco.csv", [Debt(1)], at=NOW - timedelta(seconds=59))
    drop(place, "viejo.csv.part", [Debt(2)])
    drop(place, ".oculto.csv", [Debt(3)])

    assert pull(source_id).deliveries == 0
    assert owed() == {}
    assert pull(source_id, at=NOW + timedelta(seconds=1)).deliveries == 1
    assert names(place) == [".oculto.csv", "procesados/fresco.csv", "viejo.csv.part"]


def test_links_and_large_files_are_told_once_and_never_taken(
    place: Path, tmp_path: Path, settings: LazySettings
) -> None:
    settings.IMPORT_FILE_BYTES_MAX = 4096
    source_id = add()
    outside = tmp_path / "secreto.csv"
    drop(tmp_path, "secreto.csv", [Debt(1)])
    (place / "enlace.csv").symlink_to(outside)
    os.mkfifo(place / "tubo.csv")
    (place / "grande.csv").write_bytes(b"x" * 5000)
    drop(place, "bueno.csv", [Debt(9)])

    first, second = pull(source_id), pull(source_id, at=NOW + HOUR)

    assert (first.deliveries, second.deliveries, second.state) == (4, 0, RunState.DONE)
    assert owed() == {"F-0009": Decimal("1250.50")}
    told = {one.name: (one.state, one.error) for one in source_rows.deliveries(source_id=source_id, limit=9)}
    assert told["enlace.csv"] == (DeliveryState.REFUSED, "No se toma: es un enlace o no es un archivo.")
    assert told["tubo.csv"] == told["enlace.csv"]
    assert told["grande.csv"] == (DeliveryState.REFUSED, "No se toma: es demasiado grande.")
    assert sorted(os.listdir(place)) == ["enlace.csv", "grande.csv", "procesados", "tubo.csv"]


def test_a_file_that_is_no_table_is_told_and_put_aside_and_stops_nothing(place: Path) -> None:
    source_id = add()
    (place / "foto.csv").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\x00" * 50)
    os.utime(place / "foto.csv", (NOW.timestamp() - 9000,) * 2)
    drop(place, "cartera.csv", [Debt(1)])

    result = pull(source_id)

    assert (result.state, result.deliveries, result.rows_accepted) == (RunState.DONE, 2, 1)
    assert names(place) == ["procesados/cartera.csv", "rechazados/foto.csv"]
    assert Delivery.objects.get(state=DeliveryState.REFUSED).error.startswith("Es una imagen")


@pytest.fixture
def doubtful(place: Path) -> int:
    """Give a source whose file does not say which part of its dates is the month."""
    source_id = add()
    rows = "Cliente,Nombre,Folio,Vencimiento,Importe\n7,Siete,F-7,03/04/2026,100.00\n8,Ocho,F-8,05/06/2026,50.00\n"
    (place / "dudosa.csv").write_text(rows)
    os.utime(place / "dudosa.csv", (NOW.timestamp() - 9000,) * 2)
    drop(place, "segunda.csv", [Debt(1)])
    return source_id


def test_a_question_waits_for_a_person_and_nothing_newer_goes_before_it(doubtful: int) -> None:
    first, second = pull(doubtful), pull(doubtful, at=NOW + HOUR)

    assert (first.state, second.state) == (RunState.WAITING, RunState.WAITING)
    assert owed() == {}
    card = source_rows.source_card(source_id=doubtful)
    load = Import.objects.get()
    assert (card.health, card.waiting_import_id, card.waiting_name) == (Health.WAITING, load.pk, "dudosa.csv")
    assert first.waiting_import_id == load.pk
    assert load.state == ImportState.PREVIEWED


def test_the_answer_of_a_person_lets_the_source_go_on(doubtful: int) -> None:
    waiting = pull(doubtful).waiting_import_id
    assert waiting is not None
    intake.apply_import(
        import_id=waiting, choices=Choices(date_order=DateOrder.DMY), actor=SYSTEM, today=TODAY, at=NOW
    )
    assert source_rows.source_card(source_id=doubtful).health is not Health.WAITING

    result = pull(doubtful, at=NOW + HOUR)

    assert result.state is RunState.DONE
    assert set(owed()) == {"F-7", "F-8", "F-0001"}


def test_a_person_may_go_on_without_it(doubtful: int) -> None:
    pull(doubtful)

    skipped = operations.discard_waiting(source_id=doubtful, actor=SYSTEM, at=NOW)
    result = pull(doubtful, at=NOW + HOUR)

    assert (skipped, result.state) == (1, RunState.DONE)
    assert set(owed()) == {"F-0001"}
    assert Event.objects.get(action="source-skipped").after == {"names": ["dudosa.csv"]}


def test_what_is_wrong_at_the_source_is_told_on_it_and_mends_itself(place: Path) -> None:
    source_id = add(settings={"folder": "erp", "quiet_seconds": "60", "after": "MOVE"})

    broken = pull(source_id)
    card = source_rows.source_card(source_id=source_id)
    (place / "erp").mkdir()
    drop(place / "erp", "cartera.csv", [Debt(1)])
    mended = pull(source_id, at=NOW + HOUR)

    assert (broken.state, broken.error) == (RunState.FAILED, "No existe la carpeta «erp».")
    assert (card.health, card.last_error) == (Health.FAILED, "No existe la carpeta «erp».")
    assert mended.state is RunState.DONE
    assert source_rows.source_card(source_id=source_id).last_error == ""


def test_a_folder_of_another_company_is_out_of_reach(place: Path, tmp_path: Path) -> None:
    (tmp_path / "ferreteria").mkdir()
    drop(tmp_path / "ferreteria", "ajena.csv", [Debt(1)])
    (place / "puente").symlink_to(tmp_path / "ferreteria")

    with pytest.raises(UnableToFetch):
        add(settings={"folder": "../ferreteria", "quiet_seconds": "60", "after": "MOVE"})
    result = pull(add(settings={"folder": "puente", "quiet_seconds": "60", "after": "MOVE"}))

    assert result.state is RunState.FAILED
    assert owed() == {}
    assert Source.objects.count() == 1


def test_the_same_visit_is_not_made_twice_at_once(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source_id = add()
    monkeypatch.setattr("puntual.flows.sources.pulling.try_session_lock", lambda **_given: False)

    with pytest.raises(sources.SourceBusy):
        pull(source_id)

    assert not Run.objects.exists()
    assert Lock.SOURCE not in {lock for lock in Lock if lock is not Lock.SOURCE}


@pytest.fixture
def server(place: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[sftp.Server]:
    """Serve the folder by SFTP; the company knows its secret."""
    monkeypatch.setenv("PUNTUAL_SOURCE__MUEBLES__SFTP_CLAVE", sftp.PASSWORD)
    with sftp.serving(place) as found:
        yield found


def over_sftp(server: sftp.Server, **changes: Any) -> NewSource:
    given = {
        "host": "localhost",
        "port": str(server.port),
        "user": sftp.USER,
        "host_key": server.public_key,
        "folder": "/",
        "quiet_seconds": "60",
        "after": "MOVE",
    }
    return draft(connector="SFTP", settings=given, **{"secret_name": "SFTP_CLAVE", **changes})


def test_a_file_on_a_server_becomes_debts(place: Path, server: sftp.Server) -> None:
    drop(place, "cartera.csv", [Debt(1)])
    source_id = sources.save_source(source_id=None, draft=over_sftp(server), actor=SYSTEM, at=NOW)

    said = sources.check_source(draft=over_sftp(server), at=NOW)
    result = pull(source_id)

    assert said == "Se pudo entrar al servidor; archivos por tomar: 1."
    assert (result.state, result.rows_accepted) == (RunState.DONE, 1)
    assert names(place) == ["procesados/cartera.csv"]


@pytest.mark.parametrize(
    ("_case", "secret_name", "words"),
    [
        ("unknown", "OTRA", "Falta el secreto: defina PUNTUAL_SOURCE__MUEBLES__OTRA"),
        ("of the installation", "SECRET_KEY", "Falta el secreto: defina PUNTUAL_SOURCE__MUEBLES__SECRET_KEY"),
    ],
)
def test_a_secret_is_only_one_of_this_company(
    server: sftp.Server, monkeypatch: pytest.MonkeyPatch, _case: str, secret_name: str, words: str
) -> None:
    monkeypatch.setenv("PUNTUAL_SOURCE__FERRETERIA__OTRA", "ajena")
    monkeypatch.setenv("PUNTUAL_SECRET_KEY", "de la instalación")

    with pytest.raises(UnableToFetch) as refused:
        sources.check_source(draft=over_sftp(server, secret_name=secret_name), at=NOW)

    assert words in refused.value.message


@pytest.mark.parametrize("name", ["", "erp clave", "clave", "A__B", "_A", "../A", "A" * 41])
def test_a_secret_has_a_plain_name(server: sftp.Server, name: str) -> None:
    with pytest.raises(operations.UnableToSaveSource):
        sources.save_source(source_id=None, draft=over_sftp(server, secret_name=name), actor=SYSTEM, at=NOW)

    assert not Source.objects.exists()


def test_no_secret_is_stored_or_told(place: Path, server: sftp.Server) -> None:
    source_id = sources.save_source(source_id=None, draft=over_sftp(server), actor=SYSTEM, at=NOW)
    pull(source_id)

    stored = [
        *Source.objects.values(),
        *Run.objects.values(),
        *Delivery.objects.values(),
        *Event.objects.values(),
    ]
    assert stored
    assert sftp.PASSWORD not in str(stored)


@pytest.mark.parametrize(
    ("_case", "changes"),
    [
        ("no name", {"name": "  "}),
        ("a long name", {"name": "x" * 81}),
        ("too often", {"schedule_minutes": 4}),
        ("too seldom", {"schedule_minutes": 10_081}),
        ("no such kind", {"kind": "OTHER"}),
    ],
)
def test_a_source_that_makes_no_sense_is_not_saved(place: Path, _case: str, changes: dict[str, Any]) -> None:
    with pytest.raises(operations.UnableToSaveSource):
        add(**changes)

    assert not Source.objects.exists()


@pytest.mark.parametrize(
    ("_case", "changes", "error"),
    [
        ("no such connector", {"connector": "FTP"}, UnableToFetch),
        (
            "an unknown setting",
            {"settings": {"quiet_seconds": "60", "after": "MOVE", "shell": "x"}},
            UnableToFetch,
        ),
        ("no number", {"settings": {"quiet_seconds": "un minuto", "after": "MOVE"}}, UnableToFetch),
        ("no option", {"settings": {"quiet_seconds": "60", "after": "DELETE"}}, UnableToFetch),
        ("no such profile", {"profile": "Diario"}, NotFound),
    ],
)
def test_settings_that_could_never_work_are_not_saved(
    place: Path, _case: str, changes: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        add(**changes)

    assert not Source.objects.exists()


def test_a_name_is_taken_once(place: Path) -> None:
    add()

    with pytest.raises(operations.UnableToSaveSource, match="Ya hay una fuente"):
        add()


def test_a_source_is_changed_paused_and_removed_and_its_imports_stay(place: Path) -> None:
    source_id = add()
    drop(place, "cartera.csv", [Debt(1)])
    pull(source_id)

    sources.save_source(source_id=source_id, draft=draft(name="ERP nuevo"), actor=SYSTEM, at=NOW)
    assert source_rows.due_sources(at=NOW) == [source_id]
    operations.set_active(source_id=source_id, is_active=False, actor=SYSTEM, at=NOW)
    assert source_rows.due_sources(at=NOW) == []
    assert source_rows.source_card(source_id=source_id).health is Health.PAUSED
    sources.remove_source(source_id=source_id, actor=SYSTEM, at=NOW)

    assert source_rows.source_list() == []
    assert Import.objects.count() == 1
    assert intake_rows.import_list(limit=5)[0].state is ImportState.APPLIED
    assert list(
        Event.objects.filter(subject_type="source").order_by("pk").values_list("action", flat=True)
    ) == [
        "source-created",
        "source-changed",
        "source-paused",
        "source-removed",
    ]


def test_a_source_is_due_by_its_schedule(place: Path) -> None:
    source_id = add(schedule_minutes=30)
    assert source_rows.due_sources(at=NOW) == [source_id]

    pull(source_id)

    assert source_rows.due_sources(at=NOW + timedelta(minutes=29)) == []
    assert source_rows.due_sources(at=NOW + timedelta(minutes=30)) == [source_id]


def test_a_full_file_of_a_source_closes_the_few_that_it_leaves_out(place: Path) -> None:
    source_id = add()
    drop(place, "lunes.csv", [Debt(number) for number in range(20)], at=NOW - 2 * HOUR)
    pull(source_id)
    first = Import.objects.get().pk
    intake.preview(import_id=first, choices=Choices(is_full=True))
    intake_writes.save_profile(import_id=first, name="Diario", actor=SYSTEM, at=NOW)
    sources.save_source(source_id=source_id, draft=draft(profile="Diario"), actor=SYSTEM, at=NOW)

    # Debts are of the door of their profile from the first file on that came through it.
    drop(place, "martes.csv", [Debt(number) for number in range(20)], at=NOW - HOUR)
    pull(source_id, at=NOW + HOUR)
    drop(place, "miercoles.csv", [Debt(number) for number in range(19)], at=NOW)
    result = pull(source_id, at=NOW + 2 * HOUR)

    assert result.state is RunState.DONE
    left = {number for number, amount in owed().items() if amount}
    assert left == {f"F-{number:04}" for number in range(19)}


@pytest.mark.parametrize("act", ["pull", "change", "pause", "remove", "discard"])
def test_a_source_that_is_not_there_is_told(place: Path, act: str) -> None:
    nobody = 999_999
    acts = {
        "pull": lambda: pull(nobody),
        "change": lambda: sources.save_source(source_id=nobody, draft=draft(), actor=SYSTEM, at=NOW),
        "pause": lambda: operations.set_active(source_id=nobody, is_active=False, actor=SYSTEM, at=NOW),
        "remove": lambda: sources.remove_source(source_id=nobody, actor=SYSTEM, at=NOW),
        "discard": lambda: operations.discard_waiting(source_id=nobody, actor=SYSTEM, at=NOW),
    }

    with pytest.raises(NotFound):
        acts[act]()
