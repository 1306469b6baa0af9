"""Profiles: what was decided about one file fits the next of its shape, and a changed shape is asked about."""

from datetime import timedelta

import pytest

from puntual.audit.models import Event
from puntual.audit.types import SYSTEM
from puntual.companies.models import Company
from puntual.flows import intake
from puntual.intake import operations as intake_writes
from puntual.intake import queries as intake_rows
from puntual.intake.models import Import, Profile
from puntual.intake.types import Choices, DateOrder, Field, FileKind, QuestionCode
from puntual.lib.errors import NotFound
from puntual.portfolio.models import Receivable
from tests.conftest import NOW, TODAY

HEAD = "Num Cliente,Cliente,Factura,Vencimiento,Importe,Ruta\n"
DOUBTFUL = HEAD + "C1,Ana,F-1,03/02/2026,10.00,Norte\nC2,Eva,F-2,04/02/2026,20.00,Sur\n"


@pytest.fixture(autouse=True)
def muebles(company: Company) -> None:
    """Work in one company."""


def load(text: str, *, profile: str | None = None, kind: FileKind | None = None) -> int:
    """Keep a file."""
    return intake.load_file(
        name="cartera.csv", content=text.encode(), kind=kind, profile=profile, actor=SYSTEM, at=NOW
    )


def profile_of(text: str = DOUBTFUL, *, name: str = "ERP diario", **said: object) -> int:
    """Answer one file as a person does, and keep that as a profile."""
    import_id = load(text)
    given = Choices(date_order=DateOrder.DMY, columns=((5, Field.PRODUCT),), **said)  # type: ignore[arg-type]
    intake.preview(import_id=import_id, choices=given)
    return intake_writes.save_profile(import_id=import_id, name=name, actor=SYSTEM, at=NOW)


def test_the_next_file_of_the_same_shape_is_not_asked_again() -> None:
    profile_id = profile_of(is_full=True, currency="USD")

    import_id = load(
        "NUM. CLIENTE,cliente,FACTURA,Vencimiento,Importe,ruta\nC9,Luz,F-9,05/06/2026,5.00,Norte\n"
    )
    found = intake.preview(import_id=import_id)

    assert found.questions == ()
    fields = {column.header: column.field for column in found.columns}
    assert (fields["ruta"], fields["Importe"]) == (Field.PRODUCT, Field.AMOUNT)
    kept = intake_rows.stored_choices(import_id=import_id)
    assert (kept.date_order, kept.is_full, kept.currency) == (DateOrder.DMY, True, "USD")
    fitted = intake_rows.fitted_profile(import_id=import_id)
    assert fitted is not None
    assert (fitted.id, fitted.change.is_any) == (profile_id, False)
    intake.apply_import(import_id=import_id, actor=SYSTEM, today=TODAY, at=NOW)
    assert str(Receivable.objects.get().due_date) == "2026-06-05"


def test_columns_in_another_order_are_the_same_shape() -> None:
    profile_of()

    import_id = load("Ruta,Importe,Vencimiento,Factura,Cliente,Num Cliente\nSur,5.00,05/06/2026,F-9,Luz,C9\n")

    found = intake.preview(import_id=import_id)
    assert found.questions == ()
    assert found.columns[0].field is Field.PRODUCT


def test_a_changed_shape_says_what_changed_and_waits_for_a_word() -> None:
    profile_of()

    import_id = load(
        "Num Cliente,Cliente,Factura,Fecha límite,Importe,Vendedor\nC9,Luz,F-9,05/06/2026,5.00,Rosa\n"
    )
    found = intake.preview(import_id=import_id)

    (question,) = found.questions
    assert question.code is QuestionCode.SHAPE_CHANGED
    assert question.text == (
        "El archivo ya no tiene la forma del perfil «ERP diario». Columnas que cambiaron de nombre: «Vencimiento» → "
        "«Fecha límite»; ya no vienen: «Ruta»; son nuevas: «Vendedor»."
    )
    with pytest.raises(intake.QuestionsOpen):
        intake.apply_import(import_id=import_id, actor=SYSTEM, today=TODAY, at=NOW)
    assert not Receivable.objects.exists()

    confirmed = Choices(confirmed=frozenset({QuestionCode.SHAPE_CHANGED}))
    chosen = intake_rows.merged_choices(import_id=import_id, given=confirmed)
    intake.apply_import(import_id=import_id, choices=chosen, actor=SYSTEM, today=TODAY, at=NOW)
    assert str(Receivable.objects.get().due_date) == "2026-06-05"


def test_saving_the_changed_shape_answers_the_question() -> None:
    profile_id = profile_of()
    import_id = load("Num Cliente,Cliente,Factura,Vencimiento,Importe\nC9,Luz,F-9,05/06/2026,5.00\n")
    assert intake.preview(import_id=import_id).questions

    assert (
        intake_writes.save_profile(import_id=import_id, name="erp DIARIO", actor=SYSTEM, at=NOW) == profile_id
    )

    assert intake.preview(import_id=import_id).questions == ()
    assert intake_rows.profile_card(profile_id=profile_id).headers[-1] == "Importe"
    assert Event.objects.filter(action="save-import-profile").count() == 2


def test_a_file_of_another_shape_is_read_by_itself() -> None:
    profile_of()

    import_id = load("RFC,Razón social,Folio,Fecha vto.,Saldo\nGODE561231GR8,Luz,F-9,2026-06-05,5.00\n")

    assert intake_rows.fitted_profile(import_id=import_id) is None
    assert intake_rows.stored_choices(import_id=import_id) == Choices()


def test_a_profile_asked_for_by_name_must_exist_and_nothing_is_kept_without_it() -> None:
    with pytest.raises(NotFound, match="No existe el perfil «Otro»"):
        load(DOUBTFUL, profile="Otro")

    assert not Import.objects.exists()


def test_a_profile_asked_for_by_name_counts_however_the_file_looks() -> None:
    profile_id = profile_of()
    profile_of(name="Otro igual")

    import_id = load("Folio,RFC,Vto,Saldo\nF-9,GODE561231GR8,2026-06-05,5.00\n", profile="erp diario")

    fitted = intake_rows.fitted_profile(import_id=import_id)
    assert fitted is not None
    assert fitted.id == profile_id
    assert fitted.change.is_any


def test_of_several_profiles_the_one_used_last_counts() -> None:
    first, second = profile_of(), profile_of(name="Otro igual")
    Profile.objects.filter(pk=first).update(used_at=NOW + timedelta(days=1))

    found = intake_rows.fitted_profile(import_id=load(DOUBTFUL))

    assert found is not None
    assert (found.id, second) == (first, second)


def test_what_was_chosen_when_the_file_was_sent_goes_before_the_profile() -> None:
    profile_of(kind=FileKind.RECEIVABLES)

    payments = "Num Cliente,Cliente,Factura,Fecha de pago,Importe,Ruta\nC1,Ana,F-1,13/02/2026,5.00,x\n"
    given = load(payments, kind=FileKind.PAYMENTS)

    assert intake_rows.fitted_profile(import_id=given) is None
    assert intake_rows.stored_choices(import_id=given).kind is FileKind.PAYMENTS


def test_an_import_without_its_profile_is_read_anew() -> None:
    profile_of()
    import_id = load(DOUBTFUL)

    intake_writes.drop_profile(import_id=import_id)

    assert [one.code for one in intake.preview(import_id=import_id).questions] == [QuestionCode.DATE_ORDER]


def test_a_profile_is_renamed_and_deleted_and_imports_outlive_it() -> None:
    profile_id = profile_of()
    other = profile_of(name="Otro")
    import_id = load(DOUBTFUL)

    intake_writes.rename_profile(profile_id=profile_id, name="  ERP   nuevo ", actor=SYSTEM, at=NOW)
    assert intake_rows.profile_card(profile_id=profile_id).name == "ERP nuevo"
    with pytest.raises(intake_writes.UnableToKeepProfile, match="Ya hay un perfil"):
        intake_writes.rename_profile(profile_id=profile_id, name="OTRO", actor=SYSTEM, at=NOW)
    intake_writes.delete_profile(profile_id=profile_id, actor=SYSTEM, at=NOW)
    intake_writes.delete_profile(profile_id=other, actor=SYSTEM, at=NOW)

    assert intake_rows.profile_list() == []
    assert Import.objects.get(pk=import_id).profile_id is None
    assert intake.preview(import_id=import_id).questions == ()


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "a\0b"])
def test_a_profile_needs_a_name_that_can_be_kept(name: str) -> None:
    import_id = load(DOUBTFUL)

    with pytest.raises(intake_writes.UnableToKeepProfile):
        intake_writes.save_profile(import_id=import_id, name=name, actor=SYSTEM, at=NOW)

    assert not Profile.objects.exists()


def test_the_sheet_and_the_header_row_of_a_profile_are_found_again() -> None:
    text = "Cliente,Folio,Vencimiento,Importe\nCliente,Factura,Vencimiento,Importe\nC1,F-1,13/02/2026,5.00\n"
    import_id = load(text)
    intake.preview(import_id=import_id, choices=Choices(header_row=2))
    intake_writes.save_profile(import_id=import_id, name="Doble", actor=SYSTEM, at=NOW)

    found = intake.preview(import_id=load(text, profile="Doble"))

    assert found.dialect.header_row == 2
    assert (found.questions, found.counts.rows_total) == ((), 1)
