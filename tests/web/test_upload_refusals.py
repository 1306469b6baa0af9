"""What must not come in by the import page: too large, too packed, of somebody else; refused, nothing written."""

import io
import tracemalloc
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from python_calamine import CalamineWorkbook

from puntual.audit.types import SYSTEM
from puntual.companies import operations as companies
from puntual.companies.models import Company
from puntual.flows import intake
from puntual.identity.models import User
from puntual.intake.models import Import
from puntual.portfolio.models import Customer, Receivable
from tests.conftest import NOW
from tests.web.debtors import Browser
from tests.web.loads import UPLOAD, work_off
from tests.web.staff import sign_in, words_of

HEAD = "Num Cliente,Cliente,Factura,Vencimiento,Importe\n"
GOOD = HEAD + "000421,María Díaz,F-1,2026-12-15,1250.00\n"


@pytest.fixture(autouse=True)
def monday(company: Company) -> Iterator[None]:
    """Make it ten o'clock of the tests' Monday."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def manager(cast: dict[str, User]) -> Browser:
    """Return the browser of somebody who may import."""
    return sign_in(cast["manager"])


def written() -> tuple[int, int, int]:
    """Count what an upload may write."""
    return Import.objects.count(), Customer.objects.count(), Receivable.objects.count()


class Endless(io.RawIOBase):
    """A body that must not be read."""

    def readable(self) -> bool:
        """Say that it could be."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fail: nobody may ask for a byte."""
        raise AssertionError("read")


@pytest.mark.feature("SEC-09")
@pytest.mark.parametrize("signed_in", [True, False])
def test_two_gigabytes_are_refused_before_a_byte_is_read(cast: dict[str, User], signed_in: bool) -> None:
    client: Any = sign_in(cast["manager"]) if signed_in else Client(HTTP_HOST="muebles.localhost")
    tracemalloc.start()

    answer = client.generic(
        "POST",
        UPLOAD,
        b"",
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(2 * 1024**3),
        **{"wsgi.input": io.BufferedReader(Endless())},
    )

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert answer.status_code == 413
    assert "demasiado grande; el límite es de 200 MB" in words_of(answer)
    assert peak < 20 * 1024**2


def test_a_refusal_is_in_the_language_of_its_own_request(company: Company, cast: dict[str, User]) -> None:
    english = Client(HTTP_HOST="muebles.localhost", HTTP_ACCEPT_LANGUAGE="en")
    spanish = Client(HTTP_HOST="muebles.localhost", HTTP_ACCEPT_LANGUAGE="es-MX")
    nowhere = Client(HTTP_HOST="nadie.example", HTTP_ACCEPT_LANGUAGE="es-MX")
    too_large = {"content_type": "text/csv", "CONTENT_LENGTH": str(2 * 1024**3)}
    in_english = english.generic("POST", UPLOAD, b"", **too_large)

    in_spanish = spanish.generic("POST", UPLOAD, b"", **too_large)
    lost = nowhere.get("/")

    assert "is too large" in words_of(in_english)
    assert "demasiado grande" in words_of(in_spanish)
    assert lost.content.decode() == "No hay empresa en esta dirección."
    with companies.in_company(schema_name="muebles"):
        assert written() == (0, 0, 0)


def test_a_large_call_of_the_api_is_refused_in_its_own_form(company: Company) -> None:
    answer = Client(HTTP_HOST="muebles.localhost").generic(
        "PUT", "/api/v1/receivables", b"", content_type="application/json", CONTENT_LENGTH=str(2 * 1024**3)
    )

    assert answer.status_code == 413
    assert answer.json()["code"] == "too-big"


def bomb() -> bytes:
    """Pack a sheet that opens to far more than it weighs."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _part in range(600):
                sheet.write(b"0" * 1024**2)
    return packed.getvalue()


def climbing() -> bytes:
    """Pack names that lead out of the archive."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("../../../../etc/cron.d/mal", "x")
        archive.writestr("/etc/passwd", "x")
    return packed.getvalue()


ENTITIES = (
    b'<?xml version="1.0"?><!DOCTYPE c [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    b'<cfdi:Comprobante xmlns:cfdi="http://www.sat.gob.mx/cfd/4" Version="4.0">&a;</cfdi:Comprobante>'
)


@pytest.mark.feature("SEC-09")
@pytest.mark.parametrize(
    ("name", "content"),
    [("bomba.xlsx", bomb), ("facturas.zip", climbing), ("factura.xml", lambda: ENTITIES)],
    ids=["zip bomb", "path names", "xml entities"],
)
def test_files_that_mean_harm_are_refused_and_not_kept(manager: Browser, name: str, content: Any) -> None:
    answer = manager.post(UPLOAD, {"file": SimpleUploadedFile(name, content())}, follow=True)
    if answer.status_code == 200:
        # Not plain at a glance: who reads it refuses it.
        work_off()
        answer = manager.get(f"/cartera/importar/{Import.objects.get().pk}/")
        assert "No se pudo leer" in words_of(answer)
    else:
        assert answer.status_code == 422
        assert 'id="id_file_error"' in answer.content.decode()

    assert "root:" not in words_of(answer)
    assert not any(Import.objects.values_list("content", flat=True))
    assert written()[1:] == (0, 0)


@pytest.mark.parametrize(
    "name", ["../../../etc/passwd.csv", "..\\..\\boot.csv", "/etc/shadow.csv", "a" * 400 + ".csv", "..csv"]
)
def test_the_name_of_a_file_is_a_name_and_no_path(manager: Browser, name: str) -> None:
    manager.post(UPLOAD, {"file": SimpleUploadedFile(name, GOOD.encode())})

    kept = Import.objects.get().file_name
    assert "/" not in kept
    assert "\\" not in kept
    assert kept.endswith("csv")
    assert len(kept) <= 250


@pytest.mark.feature("SEC-09")
def test_formulas_in_rejected_rows_come_back_as_text(manager: Browser) -> None:
    evil = '=HYPERLINK("http://mal.example","x")'
    rows = f'C1,"{evil.replace(chr(34), chr(34) * 2)}",F-1,2026-12-15,mucho\nC2,+1+cmd|x,@SUM(A1),2026-12-15,mucho\n'
    good = "".join(f"C9,Ana,G-{n},2026-12-15,1.00\n" for n in range(8))
    manager.post(UPLOAD, {"file": SimpleUploadedFile("cartera.csv", (GOOD + rows + good).encode())})
    number = Import.objects.get().pk
    work_off()
    manager.post(f"/cartera/importar/{number}/cargar/")

    sheet = manager.get(f"/cartera/importar/{number}/rechazadas/").content

    cells = CalamineWorkbook.from_filelike(io.BytesIO(sheet)).get_sheet_by_index(0).to_python()
    assert cells[1][1] == evil
    with zipfile.ZipFile(io.BytesIO(sheet)) as packed:
        assert b"<f>" not in packed.read("xl/worksheets/sheet1.xml")


def test_a_file_of_another_company_is_not_found(manager: Browser, company: Company) -> None:
    with companies.in_company(schema_name="ferreteria"):
        number = intake.load_file(name="ajena.csv", content=GOOD.encode(), kind=None, actor=SYSTEM, at=NOW)

    for page in ("", "avance/", "rechazadas/"):
        answer = manager.get(f"/cartera/importar/{number}/{page}")
        assert answer.status_code == 404
        assert "ajena.csv" not in words_of(answer)
    for page in ("revisar/", "cargar/", "detener/", "perfil/", "sin-perfil/"):
        assert manager.post(f"/cartera/importar/{number}/{page}", {"name": "x"}).status_code == 404
    with companies.in_company(schema_name="ferreteria"):
        assert Import.objects.get(pk=number).state == "UPLOADED"
        assert not Receivable.objects.exists()


def test_several_files_come_together_and_each_is_told(manager: Browser) -> None:
    files = [
        SimpleUploadedFile("uno.csv", GOOD.encode()),
        SimpleUploadedFile("dos.csv", GOOD.replace("F-1", "F-2").encode()),
        SimpleUploadedFile("foto.png", b"\x89PNG\r\n\x1a\n" + b"0" * 50),
    ]

    page = manager.post(UPLOAD, {"file": files}, follow=True)

    said = words_of(page)
    assert "Se recibieron 2 archivos y se están leyendo: revise cada uno antes de cargarlo." in said
    assert "No se recibió «foto.png»: Es una imagen" in said
    assert sorted(Import.objects.values_list("file_name", flat=True)) == ["dos.csv", "uno.csv"]
    assert not Receivable.objects.exists()


def test_a_script_that_sends_files_is_told_the_next_page(manager: Browser) -> None:
    answer = manager.post(
        UPLOAD, {"file": SimpleUploadedFile("uno.csv", GOOD.encode())}, headers={"X-Upload": "1"}
    )

    assert answer.status_code == 204
    assert answer.headers["X-Next"] == f"/cartera/importar/{Import.objects.get().pk}/"


def test_too_many_files_at_once_are_refused(manager: Browser) -> None:
    files = [SimpleUploadedFile(f"{place}.csv", GOOD.encode()) for place in range(21)]

    answer = manager.post(UPLOAD, {"file": files})

    assert answer.status_code == 422
    assert "Suba hasta 20 archivos a la vez." in words_of(answer)
    assert written() == (0, 0, 0)
