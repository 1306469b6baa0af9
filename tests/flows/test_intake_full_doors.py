"""What a full file leaves out is told whatever way the debts came through its door before."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from puntual.audit.types import SYSTEM, Actor, ActorKind
from puntual.companies.models import Company
from puntual.flows import intake
from puntual.intake import operations as intake_writes
from puntual.intake.types import Choices, DateOrder, FileKind
from puntual.portfolio.models import Receivable
from tests.conftest import NOW, TODAY

HEAD = "Num Cliente,Cliente,Factura,Vencimiento,Importe\n"
CHOICES = Choices(date_order=DateOrder.DMY)
ACTOR = Actor(kind=ActorKind.STAFF, id=1, label="Gere")
FULL = Choices(date_order=DateOrder.DMY, is_full=True)

pytestmark = pytest.mark.feature("INT-01")


@pytest.fixture(autouse=True)
def muebles(company: Company) -> None:
    """Work in one company."""


def rows_of(*numbers: int) -> str:
    return HEAD + "".join(f"C{n},Ana {n},F-{n},03/02/2027,{n}0.00\n" for n in numbers)


def loaded(
    *numbers: int,
    choices: Choices = CHOICES,
    profile: str | None = None,
    name: str | None = None,
    at: datetime = NOW,
) -> int:
    """Load a file by a profile; `name`: by none, and keep one under that name afterwards."""
    import_id = intake.load_file(
        name="cartera.csv",
        content=rows_of(*numbers).encode(),
        kind=None,
        profile=profile,
        actor=SYSTEM,
        at=at,
    )
    if name is not None:
        intake_writes.drop_profile(import_id=import_id)
    intake.apply_import(import_id=import_id, choices=choices, actor=SYSTEM, today=TODAY, at=at)
    if name is not None:
        intake_writes.save_profile(import_id=import_id, name=name, actor=SYSTEM, at=at)
    return import_id


def missing(import_id: int) -> set[str]:
    return {one.document_number for one in intake.missing_from(import_id=import_id).sample}


def test_a_file_whose_profile_is_kept_after_it_was_loaded_came_through_that_door() -> None:
    loaded(1, 2, 3, 4, name="ERP")

    full = loaded(1, 2, choices=FULL, profile="ERP", at=NOW + timedelta(hours=1))

    assert missing(full) == {"F-3", "F-4"}


def test_a_file_that_was_not_full_came_through_the_door_too() -> None:
    loaded(1, name="ERP")
    loaded(2, profile="ERP", at=NOW + timedelta(hours=1))

    full = loaded(1, choices=FULL, profile="ERP", at=NOW + timedelta(hours=2))

    assert missing(full) == {"F-2"}


def test_what_came_after_the_full_file_is_not_missing_in_it() -> None:
    loaded(1, 2, name="ERP")
    full = loaded(1, choices=FULL, profile="ERP", at=NOW + timedelta(hours=1))
    loaded(1, 5, profile="ERP", at=NOW + timedelta(hours=2))

    assert missing(full) == {"F-2"}
    intake.close_missing(import_id=full, actor=ACTOR, approved_by=ACTOR, at=NOW + timedelta(hours=3))
    assert {one.document_number for one in Receivable.objects.filter(open_amount=0)} == {"F-2"}


def test_another_door_keeps_its_own() -> None:
    loaded(1, 2, name="Norte")
    loaded(3, 4, name="Sur", at=NOW + timedelta(hours=1))

    full = loaded(1, choices=FULL, profile="Norte", at=NOW + timedelta(hours=2))

    assert missing(full) == {"F-2"}
    assert Receivable.objects.filter(open_amount__gt=Decimal(0)).count() == 4


def test_two_payments_alike_but_for_their_receipt_are_two_also_in_two_files() -> None:
    loaded(1)
    head = "Num Cliente,Fecha de pago,Importe,Recibo\n"
    for numbers in (("R-100", "R-200"), ("R-101", "R-201")):
        lines = [f"C1,03/11/2026,1.00,{one}\n" for one in numbers]
        import_id = intake.load_file(
            name="pagos.csv",
            content=(head + "".join(lines)).encode(),
            kind=FileKind.PAYMENTS,
            profile=None,
            actor=SYSTEM,
            at=NOW,
        )
        done = intake.apply_import(import_id=import_id, choices=CHOICES, actor=SYSTEM, today=TODAY, at=NOW)
        assert (done.counts.rows_accepted, done.counts.rows_unchanged) == (2, 0)

    assert Receivable.objects.get().open_amount == Decimal("6.00")
