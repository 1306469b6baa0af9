"""Perfiles and full files by their pages."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from puntual.audit.models import Event
from puntual.companies import operations
from puntual.companies.models import Company
from puntual.identity.models import User
from puntual.intake.models import Import, Profile
from puntual.portfolio.models import Receivable
from tests.conftest import NOW
from tests.web.debtors import Browser
from tests.web.loads import bring
from tests.web.staff import sign_in, words_of

HEAD = "Num Cliente,Cliente,Factura,Vencimiento,Importe\n"
LIST = "/cartera/importar/perfiles/"


@pytest.fixture(autouse=True)
def clock(company: Company) -> Iterator[time_machine.Traveller]:
    """Make it ten o'clock of the tests' Monday."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def manager(cast: dict[str, User]) -> Browser:
    """Return the browser of somebody who may import."""
    return sign_in(cast["manager"])


def portfolio(count: int, *, head: str = HEAD, first: int = 1) -> str:
    """Write a file of so many documents."""
    return head + "".join(f"C{n},Cliente {n},F-{n},2026-12-15,100.00\n" for n in range(first, first + count))


def send(client: Browser, text: str) -> tuple[str, Any]:
    """Upload a file and have it read; return its address and its page."""
    page = bring(client, text)
    return f"/cartera/importar/{Import.objects.latest('id').pk}/", page


def test_a_profile_is_kept_used_and_told(manager: Browser) -> None:
    url, _page = send(manager, portfolio(3))

    kept = manager.post(f"{url}perfil/", {"name": "ERP diario"}, follow=True)

    assert "Se guardó el perfil" in words_of(kept)
    assert "tiene las mismas columnas." in words_of(kept)
    _url, again = send(manager, portfolio(3, first=9))
    assert "tiene las mismas columnas." in words_of(again)
    assert "Así está en el perfil «ERP diario»" in words_of(again)
    listed = words_of(manager.get(LIST))
    assert "ERP diario Cartera CSV 5" in listed
    assert "Perfiles" in words_of(manager.get("/cartera/importar/"))


def test_a_changed_shape_is_shown_and_asked(manager: Browser) -> None:
    url, _page = send(manager, portfolio(3))
    manager.post(f"{url}perfil/", {"name": "ERP diario"})

    url, page = send(manager, portfolio(3, head=HEAD.replace("Vencimiento", "Fecha límite")))

    said = words_of(page)
    assert "el archivo cambió de forma" in said
    assert "«Vencimiento» ahora parece llamarse «Fecha límite»" in said
    assert "El archivo ya no tiene la forma del perfil «ERP diario»" in said
    assert manager.post(f"{url}cargar/").status_code == 422
    assert not Receivable.objects.exists()

    updated = manager.post(f"{url}perfil/", {"name": "ERP diario"}, follow=True)

    assert "Cargar 3 filas" in words_of(updated)
    assert Profile.objects.get().headers[3] == "Fecha límite"


def test_a_changed_shape_may_be_taken_this_once(manager: Browser) -> None:
    url, _page = send(manager, portfolio(3))
    manager.post(f"{url}perfil/", {"name": "ERP diario"})
    url, _page = send(manager, portfolio(3, head=HEAD.replace("Vencimiento", "Fecha límite")))

    page = manager.post(f"{url}revisar/", {"confirmed": "shape-changed", "currency": ""}, follow=True)

    assert "Cargar 3 filas" in words_of(page)
    assert Profile.objects.get().headers[3] == "Vencimiento"


def test_a_file_is_read_without_its_profile(manager: Browser) -> None:
    url, _page = send(manager, portfolio(3))
    manager.post(f"{url}perfil/", {"name": "ERP diario"})
    url, _page = send(manager, portfolio(3))

    page = manager.post(f"{url}sin-perfil/", follow=True)

    assert "Se lee con el perfil" not in words_of(page)
    assert "Cargar 3 filas" in words_of(page)


def test_profiles_are_renamed_and_deleted(manager: Browser) -> None:
    url, _page = send(manager, portfolio(3))
    manager.post(f"{url}perfil/", {"name": "Uno"})
    manager.post(f"{url}perfil/", {"name": "Dos"})
    one = Profile.objects.get(name="Uno").pk

    taken = manager.post(f"{LIST}{one}/", {"name": "dos"})
    assert taken.status_code == 422
    assert "Ya hay un perfil que se llama «dos»." in words_of(taken)
    assert "El perfil cambió de nombre." in words_of(
        manager.post(f"{LIST}{one}/", {"name": "Primero"}, follow=True)
    )
    assert "Primero" in words_of(manager.get(f"{LIST}{one}/"))
    gone = manager.post(f"{LIST}{one}/borrar/", follow=True)

    assert "Se borró el perfil «Primero»." in words_of(gone)
    assert list(Profile.objects.values_list("name", flat=True)) == ["Dos"]
    assert manager.get(f"{LIST}{one}/").status_code == 404


@pytest.mark.parametrize("name", ["", "x" * 81])
def test_a_name_that_cannot_be_kept_is_refused(manager: Browser, name: str) -> None:
    url, _page = send(manager, portfolio(3))

    answer = manager.post(f"{url}perfil/", {"name": name})

    assert answer.status_code == 422
    assert not Profile.objects.exists()


def test_who_only_looks_changes_no_profile(manager: Browser, cast: dict[str, User]) -> None:
    url, _page = send(manager, portfolio(3))
    manager.post(f"{url}perfil/", {"name": "Uno"})
    one = Profile.objects.get().pk
    auditor = sign_in(cast["auditor"])

    assert "Uno" in words_of(auditor.get(LIST))
    for address in (f"{url}perfil/", f"{url}sin-perfil/", f"{LIST}{one}/", f"{LIST}{one}/borrar/"):
        assert auditor.post(address, {"name": "Mío"}).status_code == 403
    assert Profile.objects.get().name == "Uno"


def full(manager: Browser, clock: time_machine.Traveller, first: int, later: str) -> tuple[str, Any]:
    """Load a full file of so many documents by a profile, and then another one of the same profile."""
    url, _page = send(manager, portfolio(first))
    manager.post(f"{url}revisar/", {"is_full": "on", "currency": ""})
    manager.post(f"{url}perfil/", {"name": "ERP completo"})
    manager.post(f"{url}cargar/")
    clock.move_to(NOW + timedelta(minutes=5))
    url, _page = send(manager, later)
    return url, manager.post(f"{url}cargar/", follow=True)


def test_a_few_missing_debts_are_closed_by_themselves(
    manager: Browser, clock: time_machine.Traveller
) -> None:
    _url, page = full(manager, clock, 20, portfolio(19))

    assert "lo que ya no venía se dio por saldado" in words_of(page)
    assert Receivable.objects.get(document_number="F-20").open_amount == Decimal(0)
    assert Receivable.objects.filter(open_amount__gt=0).count() == 19


def test_the_company_says_how_much_may_be_missing_unasked(
    manager: Browser, clock: time_machine.Traveller, company: Company
) -> None:
    operations.update_company(schema_name="muebles", settings={"missing_percent_max": "50"})

    _url, page = full(manager, clock, 20, portfolio(10))

    assert "lo que ya no venía se dio por saldado" in words_of(page)
    assert Receivable.objects.filter(open_amount__gt=0).count() == 10


def test_many_missing_debts_wait_for_a_person(
    manager: Browser, clock: time_machine.Traveller, cast: dict[str, User]
) -> None:
    url, page = full(manager, clock, 20, portfolio(10))

    said = words_of(page)
    assert "faltan 10 de 20 documentos abiertos de este origen (50 %)" in said
    assert "en 10 documentos (50 % del saldo)" in said
    assert "nada se cierra hasta que una persona lo apruebe" in said
    assert "Cerrar 10 documentos" in said
    assert Receivable.objects.filter(open_amount__gt=0).count() == 20
    supervisor = sign_in(cast["supervisor"])
    assert supervisor.post(f"{url}cerrar-faltantes/").status_code == 403
    assert Receivable.objects.filter(open_amount__gt=0).count() == 20

    closed = manager.post(f"{url}cerrar-faltantes/", follow=True)

    assert "Se cerraron 10 documentos." in words_of(closed)
    assert Receivable.objects.filter(open_amount__gt=0).count() == 10
    assert Event.objects.get(action="close-missing").after["approved_by"] == "Manager"
    assert "ya se cerró" in words_of(manager.post(f"{url}cerrar-faltantes/", follow=True))
    assert Receivable.objects.filter(open_amount__gt=0).count() == 10


def test_the_number_and_the_money_of_what_is_missing_are_told_apart(
    manager: Browser, clock: time_machine.Traveller
) -> None:
    url, _page = send(manager, portfolio(4).replace("100.00", "900.00", 1))
    manager.post(f"{url}revisar/", {"is_full": "on", "currency": ""})
    manager.post(f"{url}perfil/", {"name": "ERP completo"})
    manager.post(f"{url}cargar/")
    clock.move_to(NOW + timedelta(minutes=5))
    url, _page = send(manager, portfolio(3, first=2))

    said = words_of(manager.post(f"{url}cargar/", follow=True))

    # One document of four, and three quarters of the money.
    assert "faltan 1 de 4 documentos abiertos de este origen (25 %)" in said
    assert "en 1 documento (75 % del saldo)" in said


def test_a_full_file_that_misses_nothing_says_so(manager: Browser, clock: time_machine.Traveller) -> None:
    _url, page = full(manager, clock, 3, portfolio(4))

    assert "Archivo completo: no falta ningún documento abierto." in words_of(page)


def test_a_full_file_without_a_profile_closes_nothing_and_says_so_before(manager: Browser) -> None:
    url, _page = send(manager, portfolio(3))
    seen = manager.post(f"{url}revisar/", {"is_full": "on", "currency": ""}, follow=True)
    assert "no se sabe de qué origen debía venir todo" in words_of(seen)

    page = manager.post(f"{url}cargar/", follow=True)

    assert "no se sabe de qué origen debía venir todo" in words_of(page)
    assert Receivable.objects.filter(open_amount__gt=0).count() == 3
