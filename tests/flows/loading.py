"""Files loaded by one hand, and what they wrote."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from puntual.audit.types import Actor, ActorKind
from puntual.contacts.models import ContactPoint
from puntual.flows import intake
from puntual.intake.models import ImportRow
from puntual.intake.types import (
    Choices,
    FileKind,
    ImportCounts,
)
from puntual.payments.models import Allocation, Payment
from puntual.portfolio.models import Account, Customer, LedgerEntry, Receivable
from tests.conftest import NOW, TODAY
from tests.unit.intake.files import (
    PAYMENT_HEADERS,
    SIMPLE_HEADERS,
    csv_bytes,
    simple_row,
)

ACTOR = Actor(kind=ActorKind.STAFF, id=7, label="Marta")


def load(
    content: bytes, *, kind: FileKind | None = None, name: str = "cartera.csv", at: datetime = NOW
) -> int:
    return intake.load_file(name=name, content=content, kind=kind, actor=ACTOR, at=at)


def take(content: bytes, *, at: datetime = NOW, **choices: Any) -> ImportCounts:
    """Load and apply in one go."""
    return intake.apply_import(
        import_id=load(content, at=at), choices=Choices(**choices), actor=ACTOR, today=TODAY, at=at
    )


def simple(*rows: Sequence[Any]) -> bytes:
    return csv_bytes(SIMPLE_HEADERS, rows)


def paid(*rows: Sequence[Any]) -> bytes:
    return csv_bytes(PAYMENT_HEADERS, rows)


def written() -> tuple[int, ...]:
    """Count the rows of everything that an import may write."""
    tables = (Customer, Account, Receivable, LedgerEntry, ContactPoint, Payment, Allocation, ImportRow)
    return tuple(table.objects.count() for table in tables)


def open_amounts() -> dict[str, Decimal]:
    return dict(Receivable.objects.values_list("document_number", "open_amount"))


def balance(number: int, amount: str, open_amount: str) -> list[Any]:
    return [*simple_row(number, Importe=amount), open_amount]
