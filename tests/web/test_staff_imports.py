"""Cartera › Importar: nothing is written before it was seen, and every row is accounted for."""

import hashlib
from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from procrastinate.contrib.django.models import ProcrastinateJob
from python_calamine import CalamineWorkbook

from puntual.companies.models import Company
from puntual.identity.models import User
from puntual.intake.models import Import
from puntual.intake.rules import layout, reading
from puntual.portfolio.models import Customer, Receivable
from puntual.staff.views import imports as pages
from puntual.worker import tasks
from tests.conftest import NOW
from tests.web.debtors import Browser
from tests.web.loads import UPLOAD, bring, end, upload, work_off
from tests.web.staff import sign_in, words_of

HEAD = "Num Cliente,Cliente,Factura,Vencimiento,Importe\n"
GOOD = HEAD + "000421,María Díaz,F-1,2026-12-15,1250.00\n000421,María Díaz,F-2,2026-12-20,50.50\n"
BAD_ROW = "000421,María Díaz,F-3,2026-12-20,mucho\n"


def zipped(members: dict[str, bytes]) -> bytes:
    """Pack files."""
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


@pytest.fixture(autouse=True)
def monday(company: Company) -> Iterator[None]:
    """Make it ten o'clock of the tests' Monday."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def manager(cast: dict[str, User]) -> Browser:
    """Return the browser of somebody who may import."""
    return sign_in(cast["manager"])


def number() -> int:
    """Return the id of the only import."""
    return Import.objects.get().pk


def written() -> tuple[int, int]:
    """Count what an import writes."""
    return Customer.objects.count(), Receivable.objects.count()


def test_a_file_is_seen_before_anything_is_written(manager: Browser) -> None:
    said = words_of(page := bring(manager, GOOD + BAD_ROW))

    assert "Filas del archivo 3" in said
    assert "Nuevas 2" in said
    assert "Cambian 0" in said
    assert "Rechazadas 1" in said
    assert "Cargar 2 filas" in said
    assert "El importe no se entiende. Importe: mucho" in said
    assert "El archivo no dice la moneda: se toma MXN, la de la empresa." in said
    (total,) = page.context["sums"]
    assert (total["currency"], total["rows"], total["open_amount"]) == ("MXN", 2, Decimal("1300.50"))
    assert written() == (0, 0)


@pytest.mark.feature("SEC-09")
def test_applying_writes_what_was_announced_and_gives_the_rest_back(manager: Browser) -> None:
    bring(manager, GOOD + BAD_ROW)

    page = manager.post(f"/cartera/importar/{number()}/cargar/", follow=True)

    said = words_of(page)
    assert "Se cargó el archivo." in said
    assert "Nuevas 2" in said
    assert written() == (1, 2)
    sheet = manager.get(f"/cartera/importar/{number()}/rechazadas/")
    assert sheet.headers["Content-Disposition"] == f'attachment; filename="rechazadas-{number()}.xlsx"'
    rows = CalamineWorkbook.from_filelike(BytesIO(sheet.content)).get_sheet_by_index(0).to_python()
    assert rows[1][:5] == ["000421", "María Díaz", "F-3", "2026-12-20", "mucho"]
    assert len(rows) == 2


def test_what_moves_debts_is_summed_by_its_own_word(manager: Browser) -> None:
    bring(manager, GOOD)
    manager.post(f"/cartera/importar/{number()}/cargar/")

    notes = (
        "Cliente,Nota de crédito,Factura,Fecha,Importe\n"
        "000421,NC-1,F-1,2026-11-02,60.00\n"
        "000421,NC-2,F-77,2026-11-02,40.00\n"
    )
    said = words_of(bring(manager, notes))

    assert "Nota de crédito, MXN 2 $100.00" in said
    assert "MXN 2 $0.00" not in said
    assert "Nota de crédito: por identificar 1" in said


def test_columns_that_are_ours_are_not_said_to_be_kept(manager: Browser) -> None:
    head, first, *_rest = GOOD.splitlines()

    said = words_of(bring(manager, f"{head},Puntual: fila,Color\n{first},4,azul\n"))

    assert "Es de Puntual: no se guarda" in said
    assert "Se guarda como dato extra" in said


def test_applying_twice_changes_nothing(manager: Browser) -> None:
    bring(manager, GOOD)
    manager.post(f"/cartera/importar/{number()}/cargar/")

    page = manager.post(f"/cartera/importar/{number()}/cargar/", follow=True)

    assert "Este archivo ya se había cargado: no se escribió nada." in words_of(page)
    assert written() == (1, 2)


def test_the_same_file_again_is_told(manager: Browser) -> None:
    bring(manager, GOOD)
    manager.post(f"/cartera/importar/{number()}/cargar/")

    said = words_of(bring(manager, GOOD))

    assert "Este mismo archivo ya se cargó" in said
    assert "Nada cambió: no hay nada que cargar" in said
    assert "Sin cambio 2" in said


def test_a_doubt_is_asked_and_nothing_loads_before_the_answer(manager: Browser) -> None:
    asked = bring(manager, HEAD + "".join(f"C{n},Ana,F-{n},0{n}/02/2026,10.00\n" for n in range(1, 6)))

    assert "¿Cómo se escriben las fechas de «Vencimiento»?" in words_of(asked)
    assert "Cargar" not in [button for button in words_of(asked).split() if button == "Cargar 5"]
    refused = manager.post(f"/cartera/importar/{number()}/cargar/")
    assert refused.status_code == 422
    assert "Faltan respuestas para poder cargar el archivo" in words_of(refused)
    assert written() == (0, 0)

    answered = manager.post(
        f"/cartera/importar/{number()}/revisar/", {"date_order": "DMY", "currency": ""}, follow=True
    )

    assert "Cargar 5 filas" in words_of(answered)
    manager.post(f"/cartera/importar/{number()}/cargar/")
    assert str(Receivable.objects.get(document_number="F-3").due_date) == "2026-02-03"


def test_loans_in_one_row_are_asked_about_with_words(manager: Browser) -> None:
    asked = bring(
        manager, "Cliente,Contrato,Importe,Núm. cuotas,Primer vencimiento\nC1,CR-7,100.00,2,2027-01-31\n"
    )

    said = words_of(asked)
    assert "¿Cada cuándo vence una cuota? El archivo no lo dice." in said
    assert "Cada quincena: dos veces al mes" in said
    assert "Es todo lo que se paga: las cuotas deben sumarlo" in said
    answered = manager.post(
        f"/cartera/importar/{number()}/revisar/",
        {"frequency": "MONTHLY", "loan_amount": "TOTAL", "currency": ""},
        follow=True,
    )
    assert "Cargar 1 fila" in words_of(answered)
    manager.post(f"/cartera/importar/{number()}/cargar/")
    assert list(Receivable.objects.order_by("due_date").values_list("document_number", "open_amount")) == [
        ("CR-7-1", Decimal("50.00")),
        ("CR-7-2", Decimal("50.00")),
    ]


def test_a_column_is_corrected_by_hand(manager: Browser) -> None:
    bring(
        manager, "Num Cliente,Cliente,Factura,Vencimiento,Importe,Ruta\nC1,Ana,F-1,2026-12-15,10.00,Norte\n"
    )

    page = manager.post(
        f"/cartera/importar/{number()}/revisar/", {"column-5": "PRODUCT", "currency": "usd"}, follow=True
    )

    columns = {one["header"]: one for one in page.context["columns"]}
    assert columns["Ruta"]["field"] == "PRODUCT"
    assert columns["Ruta"]["why"] == "Lo eligió una persona"
    assert page.context["sums"][0]["currency"] == "USD"
    assert Import.objects.get().preview["choices"]["columns"] == [[5, "PRODUCT"]]

    again = manager.post(
        f"/cartera/importar/{number()}/revisar/", {"column-5": "-", "currency": "usd"}, follow=True
    )

    assert {one["header"]: one["field"] for one in again.context["columns"]}["Ruta"] is None


def test_a_meaning_moves_from_one_column_to_another(manager: Browser) -> None:
    bring(manager, "Num Cliente,Cliente,Factura,Vencimiento,Importe,Otra\nC1,Ana,F-1,2026-12-15,10.00,X-9\n")

    page = manager.post(
        f"/cartera/importar/{number()}/revisar/",
        {"column-2": "DOCUMENT_NUMBER", "column-5": "DOCUMENT_NUMBER", "currency": ""},
        follow=True,
    )

    fields = {one["header"]: one["field"] for one in page.context["columns"]}
    assert (fields["Otra"], fields["Factura"]) == ("DOCUMENT_NUMBER", None)


def test_two_columns_cannot_mean_the_same(manager: Browser) -> None:
    bring(manager, "Num Cliente,Cliente,Factura,Vencimiento,Importe,A,B\nC1,Ana,F-1,2026-12-15,10.00,x,y\n")

    refused = manager.post(
        f"/cartera/importar/{number()}/revisar/", {"column-5": "PRODUCT", "column-6": "PRODUCT"}
    )

    assert refused.status_code == 422
    assert "Dos columnas no pueden ser «Producto»." in words_of(refused)
    assert Import.objects.get().preview["choices"]["columns"] == []


@pytest.mark.parametrize(
    ("_case", "form", "words"),
    [
        ("no such meaning", {"column-0": "NADA"}, "Cargar 2 filas"),
        ("no currency", {"currency": "pesos"}, "Escriba la clave de tres letras, por ejemplo MXN."),
        ("no such currency", {"currency": "XXQ"}, "La moneda «XXQ» no se conoce"),
        ("no such order", {"date_order": "ABC"}, "Cargar 2 filas"),
        ("no column left for the number", {"column-2": "-"}, "Qué columna es «Folio»"),
    ],
)
def test_bad_answers_keep_the_page_and_write_nothing(
    manager: Browser, _case: str, form: dict[str, str], words: str
) -> None:
    bring(manager, GOOD)

    page = manager.post(f"/cartera/importar/{number()}/revisar/", form, follow=True)

    assert page.status_code in (200, 422)
    assert words in words_of(page)
    assert written() == (0, 0)


def test_corrections_that_nobody_saw_are_shown_before_they_are_loaded(manager: Browser) -> None:
    bring(manager, GOOD)

    page = manager.post(f"/cartera/importar/{number()}/cargar/", {"currency": "USD"}, follow=True)

    assert page.context["sums"][0]["currency"] == "USD"
    assert written() == (0, 0)
    manager.post(f"/cartera/importar/{number()}/cargar/", {"currency": "USD"})
    assert set(Receivable.objects.values_list("currency", flat=True)) == {"USD"}


@pytest.mark.parametrize(
    ("_case", "name", "content", "words"),
    [
        ("nothing", "vacio.csv", b"", "El archivo está vacío."),
        ("a picture", "foto.xlsx", b"\x89PNG\r\n\x1a\n" + b"0" * 50, "Es una imagen"),
        ("noise", "ruido.csv", bytes(range(1, 256)) * 9, "No es una hoja de cálculo ni un archivo de texto."),
        (
            "a statement",
            "banco.csv",
            b":20:ref\n:25:cuenta\n:61:x\n",
            "Es un estado de cuenta o un archivo de cobranza",
        ),
        ("an archive of others", "fotos.zip", zipped({"foto.png": b"x"}), "Es un archivo comprimido"),
    ],
)
def test_what_is_plainly_no_table_is_refused_at_the_form(
    manager: Browser, _case: str, name: str, content: bytes, words: str
) -> None:
    answer = manager.post(UPLOAD, {"file": SimpleUploadedFile(name, content)})

    assert answer.status_code == 422
    assert words in words_of(answer)
    assert not Import.objects.exists()
    assert not ProcrastinateJob.objects.exists()


@pytest.mark.parametrize(
    ("_case", "name", "content", "words"),
    [
        (
            "words",
            "carta.csv",
            b"Estimados:\nles escribo por\n",
            "Cada fila trae un solo dato",
        ),
        (
            "a broken workbook",
            "roto.xlsx",
            zipped({"xl/workbook.xml": b"<workbook/>"}),
            "El archivo está dañado",
        ),
        ("texts that are no lists", "textos.zip", zipped({"a.txt": b"hola"}), "Es un archivo comprimido"),
        ("no rows", "hoy.csv", HEAD.encode(), "El archivo tiene encabezados pero ninguna fila."),
    ],
)
def test_what_proves_to_be_no_portfolio_is_refused_on_its_page(
    manager: Browser, _case: str, name: str, content: bytes, words: str
) -> None:
    assert "Leyendo el archivo" in words_of(upload(manager, content, name=name))

    work_off()

    url = f"/cartera/importar/{number()}/"
    assert manager.get(f"{url}avance/").headers["HX-Refresh"] == "true"
    said = words_of(manager.get(url))
    assert "No se pudo leer" in said
    assert words in said
    assert "No se guardó nada de este archivo." in said
    assert "Subir otro archivo" in said
    kept = Import.objects.get()
    assert (kept.state, bytes(kept.content), kept.file_name) == ("REFUSED", b"", name)
    assert written() == (0, 0)
    assert "Subir otro archivo" in words_of(manager.post(f"{url}revisar/", follow=True))
    assert not ProcrastinateJob.objects.filter(status="todo").exists()


def test_a_refusal_is_told_in_the_language_of_who_reads_it(manager: Browser) -> None:
    bring(manager, "Estimados:\nles escribo por\n", name="carta.csv")

    page = manager.get(f"/cartera/importar/{number()}/", headers={"accept-language": "en"})

    assert "Each row" in words_of(page)


def test_a_form_without_a_file_is_refused(manager: Browser) -> None:
    answer = manager.post(UPLOAD, {})

    assert answer.status_code == 422
    assert "Elija un archivo." in words_of(answer)


def test_a_file_beyond_the_limit_is_refused_unread(manager: Browser, settings: Any) -> None:
    settings.IMPORT_FILE_BYTES_MAX = 10

    answer = manager.post(UPLOAD, {"file": SimpleUploadedFile("g.csv", GOOD.encode())})

    assert answer.status_code == 422
    assert "El archivo es demasiado grande" in words_of(answer)
    assert not Import.objects.exists()


def test_the_request_only_keeps_the_file_and_a_worker_reads_it(
    manager: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    understood = []
    understand = layout.understand

    def watched(content: Any, **given: Any) -> Any:
        understood.append(len(getattr(content, "content", content)))
        return understand(content, **given)

    monkeypatch.setattr(layout, "understand", watched)

    page = upload(manager, GOOD)

    url = f"/cartera/importar/{number()}/"
    assert page.redirect_chain == [(url, 302)]
    assert understood == []
    kept = Import.objects.get()
    assert (kept.state, kept.file_bytes, kept.dialect) == ("UPLOADED", len(GOOD.encode()), {})
    assert kept.file_hash == hashlib.sha256(GOOD.encode()).hexdigest()
    assert "Leyendo el archivo" in words_of(page)
    assert "En espera de lectura" in words_of(page)
    assert f'hx-get="{url}avance/"' in page.content.decode()
    assert '<noscript><meta http-equiv="refresh"' in page.content.decode()
    (job,) = ProcrastinateJob.objects.filter(task_name="preview_import")
    assert job.args == {"company": "muebles", "import_id": number()}
    assert "HX-Refresh" not in manager.get(f"{url}avance/").headers
    assert "Primero hay que revisar el archivo." in words_of(manager.post(f"{url}cargar/", follow=True))
    manager.post(f"{url}revisar/")
    assert ProcrastinateJob.objects.count() == 1

    work_off()

    assert understood
    assert manager.get(f"{url}avance/").headers["HX-Refresh"] == "true"
    seen = manager.get(url)
    assert "Cargar 2 filas" in words_of(seen)
    assert "<noscript>" not in seen.content.decode()
    assert written() == (0, 0)


def test_a_file_is_parsed_once_from_its_upload_to_its_preview(
    manager: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = []
    begin = reading.OpenedFile.__init__

    def watched(file: reading.OpenedFile, content: bytes) -> None:
        opened.append(len(content))
        begin(file, content)

    monkeypatch.setattr(reading.OpenedFile, "__init__", watched)

    bring(manager, GOOD)

    assert opened == [len(GOOD.encode())]


def test_what_a_person_said_of_a_file_counts_when_it_is_read(manager: Browser) -> None:
    page = bring(manager, "Cliente,Fecha de pago,Importe pagado\nC1,2026-11-02,10.00\n", kind="PAYMENTS")

    assert Import.objects.get().kind == "PAYMENTS"
    assert page.context["preview"]["kind"] == "PAYMENTS"


def test_answers_about_a_large_file_are_read_by_a_worker_too(
    manager: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(manager, GOOD)
    monkeypatch.setattr(pages, "_BYTES_AT_ONCE", 10)

    page = manager.post(f"/cartera/importar/{number()}/revisar/", {"currency": "USD"}, follow=True)

    assert "Leyendo el archivo" in words_of(page)
    assert "Cargar 2 filas" not in words_of(page)
    work_off()
    assert manager.get(f"/cartera/importar/{number()}/").context["sums"][0]["currency"] == "USD"


def test_a_large_file_that_cannot_be_read_so_says_why_and_stays(
    manager: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(manager, GOOD)
    monkeypatch.setattr(pages, "_BYTES_AT_ONCE", 10)
    manager.post(f"/cartera/importar/{number()}/revisar/", {"currency": "XXQ"})

    work_off()

    said = words_of(manager.get(f"/cartera/importar/{number()}/"))
    assert "No se pudo leer" in said
    assert "La moneda «XXQ» no se conoce" in said
    assert "Revisar el archivo" in said
    assert bytes(Import.objects.get().content) == GOOD.encode()
    assert written() == (0, 0)


def test_reading_can_be_stopped_and_begun_again(manager: Browser) -> None:
    upload(manager, GOOD)
    url = f"/cartera/importar/{number()}/"

    page = manager.post(f"{url}detener/", follow=True)

    assert "Se pidió detenerla" in words_of(page)
    assert "Deteniéndose…" in words_of(page)
    (job,) = ProcrastinateJob.objects.filter(task_name="preview_import")
    end(job)
    assert "Falta revisar este archivo" in words_of(manager.get(url))
    manager.post(f"{url}revisar/")
    assert ProcrastinateJob.objects.filter(task_name="preview_import", status="todo").count() == 1
    work_off()
    assert "Cargar 2 filas" in words_of(manager.get(url))


def test_a_large_import_is_handed_over_once_and_followed(
    manager: Browser, monkeypatch: pytest.MonkeyPatch, cast: dict[str, User]
) -> None:
    monkeypatch.setattr(pages, "_ROWS_AT_ONCE", 1)
    bring(manager, GOOD)
    url = f"/cartera/importar/{number()}/"

    first = manager.post(f"{url}cargar/", follow=True)
    second = manager.post(f"{url}cargar/", follow=True)

    assert "Cargando el archivo" in words_of(first)
    assert "La carga ya está en curso." in words_of(second)
    (job,) = ProcrastinateJob.objects.filter(task_name="apply_import")
    assert job.args == {
        "company": "muebles",
        "import_id": number(),
        "user_id": cast["manager"].pk,
        "user_name": "Manager",
    }
    assert "HX-Refresh" not in manager.get(f"{url}avance/").headers
    assert written() == (0, 0)

    tasks.apply_import(**job.args)
    end(job)

    assert manager.get(f"{url}avance/").headers["HX-Refresh"] == "true"
    assert "Nuevas 2" in words_of(manager.get(url))
    assert Import.objects.get().state == "APPLIED"


def test_an_import_whose_worker_is_gone_can_be_tried_again(
    manager: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(manager, GOOD)
    Import.objects.update(state="APPLYING")

    page = manager.get(f"/cartera/importar/{number()}/")

    assert "La carga se detuvo" in words_of(page)
    manager.post(f"/cartera/importar/{number()}/cargar/")
    assert written() == (1, 2)


def test_who_only_looks_sees_no_way_to_change(cast: dict[str, User], manager: Browser) -> None:
    bring(manager, GOOD)
    auditor = sign_in(cast["auditor"])

    said = words_of(auditor.get(f"/cartera/importar/{number()}/"))

    assert "Nuevas 2" in said
    assert "Cargar 2 filas" not in said
    assert "Revisar de nuevo" not in said
    assert "Subir archivos" not in words_of(auditor.get("/cartera/importar/"))
    for page in ("revisar/", "cargar/"):
        assert auditor.post(f"/cartera/importar/{number()}/{page}").status_code == 403
    assert auditor.post(UPLOAD).status_code == 403


def test_the_list_says_what_became_of_each_file(manager: Browser) -> None:
    assert "Todavía no se ha cargado nada" in words_of(manager.get("/cartera/importar/"))
    bring(manager, GOOD + BAD_ROW, name="x" * 90 + ".csv")
    manager.post(f"/cartera/importar/{number()}/cargar/")
    bring(manager, GOOD, name="segunda.csv")

    page = manager.get("/cartera/importar/")

    newest, oldest = page.context["rows"]
    assert (newest.file_name, newest.state) == ("segunda.csv", "PREVIEWED")
    assert (oldest.rows_total, oldest.rows_accepted, oldest.rows_rejected) == (3, 2, 1)
    assert "Manager" in words_of(page)


def test_names_that_look_like_marks_are_shown_as_text(manager: Browser) -> None:
    page = bring(manager, GOOD.replace("María Díaz", "<script>alert(1)</script>"), name="<b>.csv")

    assert "<script>alert(1)" not in page.content.decode()
    assert "&lt;script&gt;alert(1)" in page.content.decode()


def test_a_file_that_was_emptied_says_so_and_offers_nothing(manager: Browser) -> None:
    bring(manager, GOOD)
    Import.objects.update(state="REFUSED", preview={}, content=b"", error="El archivo se vació.")
    url = f"/cartera/importar/{number()}/"

    page = manager.get(url)

    assert "El archivo se vació." in words_of(page)
    assert "Leyendo el archivo" not in words_of(page)
    manager.post(f"{url}revisar/")
    manager.post(f"{url}cargar/")
    assert written() == (0, 0)


def test_rows_of_a_file_that_came_in_by_itself_have_headers_too(manager: Browser) -> None:
    bring(manager, GOOD)
    url = f"/cartera/importar/{number()}/"
    manager.post(f"{url}cargar/")
    Import.objects.update(preview={})

    page = manager.get(f"{url}filas/")

    columns = [(one["text"], one["is_amount"]) for one in page.context["headers"]]
    assert [text for text, _is_amount in columns] == GOOD.splitlines()[0].split(",")
    assert [is_amount for _text, is_amount in columns] == [False] * (len(columns) - 1) + [True]


def test_every_row_is_shown_as_it_stood_and_what_it_became(manager: Browser) -> None:
    more = "".join(f"C{n},Cliente {n},G-{n},2026-12-15,1.00\n" for n in range(60))
    bring(manager, GOOD + BAD_ROW + more)
    url = f"/cartera/importar/{number()}/"
    assert "Todavía no se carga" in words_of(manager.get(f"{url}filas/"))
    manager.post(f"{url}cargar/")

    page = manager.get(f"{url}filas/")

    assert [row["number"] for row in page.context["rows"]] == list(range(2, 52))
    first, _second, third = page.context["rows"][:3]
    assert first["document"]["document_number"] == "F-1"
    assert [cell["text"] for cell in first["cells"]] == [
        "000421", "María Díaz", "F-1", "2026-12-15", "1250.00",
    ]  # fmt: skip
    assert [cell["is_amount"] for cell in first["cells"]] == [False, False, False, False, True]
    assert third["reason"] == "El importe no se entiende. Importe: mucho"
    assert page.context["next_row"] == 52

    rejected = manager.get(f"{url}filas/?outcome=REJECTED")
    assert [row["number"] for row in rejected.context["rows"]] == [4]
    found = manager.get(f"{url}filas/?row=60")
    assert [row["number"] for row in found.context["rows"]] == [60, 61, 62, 63, 64]
    assert "No hay filas así" in words_of(manager.get(f"{url}filas/?row=999"))
    assert manager.get(f"{url}filas/?row=²&outcome=NADA").context["first"] == 0


def test_a_file_of_which_every_row_is_refused_cannot_be_loaded(manager: Browser) -> None:
    said = words_of(bring(manager, HEAD + "000421,María Díaz,F-3,2026-12-20,0.00\n"))

    assert "No hay nada que cargar: se rechaza la única fila." in said
    assert "Nada cambió" not in said

    forced = manager.post(f"/cartera/importar/{number()}/cargar/")

    assert forced.status_code == 422
    assert "No hay nada que cargar: se rechazaron todas las filas." in words_of(forced)
    assert Import.objects.get().state != "APPLIED"
    assert written() == (0, 0)


def test_what_is_asked_of_a_file_speaks_the_language_of_its_reader(manager: Browser) -> None:
    words = "How are the dates in “Vencimiento” written?"
    asked = bring(manager, HEAD + "".join(f"C{n},Ana,F-{n},0{n}/02/2026,10.00\n" for n in range(1, 6)))
    assert words not in words_of(asked)

    manager.post("/idioma/", {"language": "en", "next": "/"})
    said = words_of(manager.get(f"/cartera/importar/{number()}/"))

    assert words in said
    assert "¿Cómo se escriben" not in said
    assert "El archivo no dice la moneda" not in said
