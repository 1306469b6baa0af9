"""Ajustes › Fuentes: described, tried, visited, paused and removed in the browser; only by those who may."""

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.http import HttpResponse
from procrastinate.contrib.django.models import ProcrastinateJob

from puntual.audit.models import Event
from puntual.audit.types import SYSTEM
from puntual.flows import sources
from puntual.identity.models import User
from puntual.sources import queries
from puntual.sources.models import Source
from puntual.sources.types import NewSource
from tests.conftest import NOW, TODAY
from tests.feeds.arms import Debt, write_file
from tests.web.staff import sign_in, words_of

FORM = {
    "name": "ERP",
    "set_folder": "",
    "set_pattern": "*.csv",
    "set_quiet_seconds": "60",
    "set_after": "MOVE",
    "kind": "",
    "profile": "",
    "schedule_minutes": "15",
}
NEW = "/ajustes/fuentes/nueva/?conector=FOLDER"


@pytest.fixture
def place(cast: dict[str, User], tmp_path: Path, settings: LazySettings) -> Path:
    settings.SOURCE_FOLDERS = str(tmp_path)
    (tmp_path / "muebles").mkdir()
    return tmp_path / "muebles"


@pytest.fixture
def source_id(place: Path) -> int:
    given = {"quiet_seconds": "60", "after": "MOVE"}
    draft = NewSource(name="ERP", connector="FOLDER", settings=given)
    return sources.save_source(source_id=None, draft=draft, actor=SYSTEM, at=NOW)


def pull(source_id: int) -> sources.PullResult:
    return sources.pull_source(source_id=source_id, actor=SYSTEM, today=TODAY, at=NOW)


def open_page(user: User, source_id: int) -> HttpResponse:
    return sign_in(user).get(f"/ajustes/fuentes/{source_id}/")


@pytest.mark.feature("SEC-03")
def test_managers_watch_and_only_the_owner_describes(cast: dict[str, User], source_id: int) -> None:
    pages = {
        "/ajustes/fuentes/": {"owner", "manager"},
        f"/ajustes/fuentes/{source_id}/": {"owner", "manager"},
        NEW: {"owner"},
        f"/ajustes/fuentes/{source_id}/editar/": {"owner"},
    }
    for path, allowed in pages.items():
        for name, user in cast.items():
            status = sign_in(user).get(path).status_code
            assert status == (200 if name in allowed else 403), (path, name)


def test_an_empty_list_says_what_belongs_there(cast: dict[str, User]) -> None:
    page = sign_in(cast["owner"]).get("/ajustes/fuentes/")

    assert "Nada llega solo todavía" in words_of(page)
    assert "Agregar una fuente" in words_of(page)
    assert "Agregar una fuente" not in words_of(sign_in(cast["manager"]).get("/ajustes/fuentes/"))


def test_each_connector_has_its_form(cast: dict[str, User], place: Path) -> None:
    client = sign_in(cast["owner"])

    choice = words_of(client.get("/ajustes/fuentes/nueva/"))

    for one in sources.connector_list():
        assert one.label in choice
        form = words_of(client.get(f"/ajustes/fuentes/nueva/?conector={one.code}"))
        for setting in one.settings:
            assert str(setting.label) in form
    assert "PUNTUAL_SOURCE__MUEBLES__" in form


def test_a_source_is_tried_and_saved(cast: dict[str, User], place: Path) -> None:
    client = sign_in(cast["owner"])

    tried = client.post(NEW, {**FORM, "check": "1"})
    saved = client.post(NEW, FORM, follow=True)

    assert tried.status_code == 200
    assert "La carpeta se puede leer; archivos por tomar: 0." in words_of(tried)
    assert "Se guardó la fuente." in words_of(saved)
    source = Source.objects.get()
    assert (source.name, source.connector, source.schedule_minutes) == ("ERP", "FOLDER", 15)
    assert source.settings == {"folder": "", "pattern": "*.csv", "quiet_seconds": "60", "after": "MOVE"}
    assert Event.objects.get(action="source-created").actor_label == "Owner"


@pytest.mark.parametrize(
    ("_case", "change", "words"),
    [
        ("no name", {"name": ""}, "Este campo es obligatorio."),
        ("a way out", {"set_folder": "../otra"}, "sin «..»"),
        ("no number", {"set_quiet_seconds": "pronto"}, "son un número"),
        ("no option", {"set_after": "DELETE"}, "DELETE"),
        ("no schedule", {"schedule_minutes": "1"}, "1"),
        ("no profile", {"profile": "Diario"}, "Diario"),
    ],
)
def test_a_bad_form_saves_nothing_and_keeps_what_was_typed(
    cast: dict[str, User], place: Path, _case: str, change: dict[str, str], words: str
) -> None:
    page = sign_in(cast["owner"]).post(NEW, {**FORM, **change})

    assert page.status_code == 422
    assert words in words_of(page)
    assert "*.csv" in page.content.decode()
    assert not Source.objects.exists()


def test_a_source_that_cannot_be_reached_is_told_and_may_be_mended(
    cast: dict[str, User], place: Path
) -> None:
    page = sign_in(cast["owner"]).post(NEW, {**FORM, "set_folder": "falta", "check": "1"})

    assert page.status_code == 422
    assert "No existe la carpeta «falta»." in words_of(page)
    assert not Source.objects.exists()


def test_a_source_is_changed_and_read_from_the_beginning(
    cast: dict[str, User], place: Path, source_id: int
) -> None:
    write_file(place / "cartera.csv", [Debt(1)], at=NOW)
    Source.objects.update(state={"seen": {"cartera.csv": [1, 2.0]}})

    page = sign_in(cast["owner"]).post(
        f"/ajustes/fuentes/{source_id}/editar/", {**FORM, "name": "ERP nuevo", "reset": "on"}, follow=True
    )

    source = Source.objects.get()
    assert (source.name, source.state) == ("ERP nuevo", {})
    assert "ERP nuevo" in words_of(page)


def test_what_a_source_brought_is_listed_with_its_rows(
    cast: dict[str, User], place: Path, source_id: int
) -> None:
    write_file(place / "cartera <b>.csv", [Debt(1), Debt(2)], at=NOW.replace(year=2025))
    pull(source_id)

    page = open_page(cast["manager"], source_id)

    assert "cartera &lt;b&gt;.csv" in page.content.decode()
    assert "1 archivo, 2 filas cargadas" in words_of(page)
    assert "Al día" in words_of(page)


def test_a_file_that_waits_leads_to_the_answer_and_may_be_passed_over(
    cast: dict[str, User], place: Path, source_id: int
) -> None:
    rows = "Cliente,Nombre,Folio,Vencimiento,Importe\n7,Siete,F-7,03/04/2026,100.00\n8,Ocho,F-8,05/06/2026,50.00\n"
    (place / "dudosa.csv").write_text(rows)
    Source.objects.update(settings={"folder": "", "pattern": "", "quiet_seconds": "0", "after": "MOVE"})
    waiting = sources.pull_source(source_id=source_id, actor=SYSTEM, today=TODAY, at=NOW.replace(year=2036))
    page = open_page(cast["manager"], source_id)
    assert "Un archivo espera a una persona" in words_of(page)
    assert f"/cartera/importar/{waiting.waiting_import_id}/" in page.content.decode()
    assert "Espera a una persona" in words_of(sign_in(cast["manager"]).get("/ajustes/fuentes/"))

    after = sign_in(cast["manager"]).post(f"/ajustes/fuentes/{source_id}/seguir/", follow=True)

    assert "Se seguirá sin 1 archivo" in words_of(after)
    assert "Un archivo espera a una persona" not in words_of(after)


def test_a_failure_is_told_where_it_is_looked_for(cast: dict[str, User], place: Path, source_id: int) -> None:
    Source.objects.update(settings={"folder": "falta", "pattern": "", "quiet_seconds": "60", "after": "MOVE"})
    pull(source_id)

    for path in ("/ajustes/fuentes/", f"/ajustes/fuentes/{source_id}/"):
        assert "No existe la carpeta «falta»." in words_of(sign_in(cast["manager"]).get(path))


def test_a_visit_is_asked_for_once_and_waited_for(cast: dict[str, User], source_id: int) -> None:
    client = sign_in(cast["manager"])
    for _ in range(2):
        assert client.post(f"/ajustes/fuentes/{source_id}/traer/").status_code == 302

    jobs = ProcrastinateJob.objects.filter(task_name="pull_source")
    assert [job.args["source_id"] for job in jobs] == [source_id]
    assert [job.args["user_name"] for job in jobs] == ["Manager"]
    page = client.get(f"/ajustes/fuentes/{source_id}/")
    assert "Se está trayendo lo nuevo" in words_of(page)
    assert "Traer ahora" not in words_of(page)
    assert "HX-Refresh" not in client.get(f"/ajustes/fuentes/{source_id}/avance/").headers


def test_a_source_rests_and_goes_on(cast: dict[str, User], source_id: int) -> None:
    client = sign_in(cast["manager"])

    rests = client.post(f"/ajustes/fuentes/{source_id}/pausa/", {"is_active": "0"}, follow=True)
    goes_on = client.post(f"/ajustes/fuentes/{source_id}/pausa/", {"is_active": "1"}, follow=True)

    assert "Quedó en pausa." in words_of(rests)
    assert "Reanudar" in words_of(rests)
    assert "Se traerá otra vez." in words_of(goes_on)
    assert queries.source_card(source_id=source_id).is_active


def test_a_source_is_removed_by_the_owner_alone(cast: dict[str, User], source_id: int) -> None:
    path = f"/ajustes/fuentes/{source_id}/quitar/"

    assert sign_in(cast["manager"]).post(path).status_code == 403
    assert Source.objects.count() == 1
    page = sign_in(cast["owner"]).post(path, follow=True)

    assert "Se quitó la fuente; lo que trajo se queda." in words_of(page)
    assert not Source.objects.exists()


def test_a_source_that_is_not_there_is_not_found(cast: dict[str, User]) -> None:
    client = sign_in(cast["owner"])

    for path in ("", "editar/", "avance/"):
        assert client.get(f"/ajustes/fuentes/999999/{path}").status_code == 404
    for path in ("traer/", "pausa/", "seguir/", "quitar/"):
        assert client.post(f"/ajustes/fuentes/999999/{path}").status_code == 404
    assert not ProcrastinateJob.objects.filter(task_name="pull_source").exists()
