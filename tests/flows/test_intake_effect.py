"""What the preview says of amounts is what the portfolio holds after the file was applied."""

from collections import defaultdict
from decimal import Decimal

import pytest
import time_machine

from puntual.audit.types import SYSTEM
from puntual.companies.models import Company
from puntual.flows import intake
from puntual.intake.types import Choices, DateOrder, Preview
from puntual.lib.days import bucket_of
from puntual.portfolio.models import Receivable
from tests.conftest import NOW, TODAY

FIRST = (
    "Num Cliente,Cliente,Factura,Emisión,Vencimiento,Importe\n"
    "C1,Ana,F-1,2026-10-01,2026-11-01,1000.00\n"
    "C1,Ana,F-2,2026-10-01,2026-12-15,500.00\n"
    "C2,Eva,F-3,2026-06-01,2026-07-01,250.50\n"
    "C2,Eva,F-4,2026-06-01,2026-08-30,80.00\n"
)


@pytest.fixture(autouse=True)
def monday(company: Company) -> object:
    """Work in one company, on the tests' Monday."""
    with time_machine.travel(NOW, tick=False):
        yield


def announced(text: str) -> tuple[int, Preview]:
    """Keep and preview a file."""
    import_id = intake.load_file(name="f.csv", content=text.encode(), kind=None, actor=SYSTEM, at=NOW)
    return import_id, intake.preview(import_id=import_id, choices=Choices(date_order=DateOrder.DMY))


def loaded(text: str) -> Preview:
    """Load a file and return what was announced of it."""
    import_id, found = announced(text)
    intake.apply_import(import_id=import_id, actor=SYSTEM, today=TODAY, at=NOW)
    return found


def stored() -> dict[tuple[str, str], Decimal]:
    """Add what is open by currency and age, from the rows themselves."""
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for currency, due_date, amount in Receivable.objects.values_list("currency", "due_date", "open_amount"):
        if amount:
            sums[currency, bucket_of(days_past_due=(TODAY - due_date).days).value] += amount
    return dict(sums)


def said(found: Preview, side: str) -> dict[tuple[str, str], Decimal]:
    """Read one side of what was announced; an age that holds nothing is left out."""
    return {(one.currency, one.bucket): getattr(one, side) for one in found.aged if getattr(one, side)}


FILES = {
    "new, changed and unchanged documents": (
        "Num Cliente,Cliente,Factura,Emisión,Vencimiento,Importe\n"
        "C1,Ana,F-1,2026-10-01,2026-11-20,1200.00\n"
        "C1,Ana,F-2,2026-10-01,2026-12-15,500.00\n"
        "C9,Luz,F-9,2026-10-01,2026-10-20,70.00\n"
    ),
    "balances": (
        "Num Cliente,Cliente,Factura,Vencimiento,Importe,Saldo\n"
        "C1,Ana,F-1,2026-11-01,1000.00,400.00\n"
        "C2,Eva,F-3,2026-07-01,250.50,0.00\n"
        "C3,Sol,F-5,2026-07-01,90.00,30.00\n"
    ),
    "documents with payments": (
        "Num Cliente,Cliente,Factura,Vencimiento,Importe,Fecha de pago,Importe pagado\n"
        "C1,Ana,F-1,2026-11-01,1000.00,2026-11-10,300.00\n"
        "C4,Paz,F-6,2026-11-01,60.00,2026-11-10,60.00\n"
    ),
    "payments of documents": (
        "Factura,Fecha de pago,Importe pagado\nF-1,2026-11-10,100.00\nF-1,2026-11-11,150.00\nF-3,2026-11-10,250.50\n"
    ),
    "payments of customers": "Num Cliente,Fecha de pago,Importe pagado\nC2,2026-11-10,300.00\nC1,2026-11-10,10.00\n",
    "debts and payments of them in one file": (
        "Registro,Num Cliente,Cliente,Factura,Documento relacionado,Vencimiento,Importe,Fecha de pago,Importe pagado\n"
        "factura,C5,Rey,F-10,,2026-10-01,100.00,,\n"
        "pago,C5,Rey,,F-10,,,2026-11-10,40.00\n"
    ),
    "credit notes": "Num Cliente,Nota de crédito,Factura,Fecha,Importe\nC1,NC-1,F-1,2026-11-10,100.00\n",
    "a document and more than it": "Factura,Fecha de pago,Importe pagado\nF-4,2026-11-10,100.00\n",
    "two currencies and a bad row": (
        "Num Cliente,Cliente,Factura,Vencimiento,Importe,Moneda\n"
        "C1,Ana,F-7,2026-09-01,10.00,USD\n"
        "C1,Ana,F-8,2026-09-01,mucho,USD\n"
    ),
}


@pytest.mark.parametrize("text", FILES.values(), ids=FILES.keys())
def test_amounts_by_age_are_announced_as_they_come(text: str) -> None:
    loaded(FIRST)
    before = stored()

    found = loaded(text)

    assert said(found, "before") == before
    assert said(found, "after") == stored()


@pytest.mark.parametrize("text", FILES.values(), ids=FILES.keys())
def test_the_same_file_again_announces_no_change(text: str) -> None:
    loaded(FIRST)
    loaded(text)

    _import_id, found = announced(text)

    assert said(found, "before") == said(found, "after")
    assert found.largest == ()


def test_the_largest_changes_are_named_from_and_to() -> None:
    loaded(FIRST)

    _import_id, found = announced(FILES["new, changed and unchanged documents"])

    assert [(one.document_number, one.customer_name, one.before, one.after) for one in found.largest] == [
        ("F-1", "Ana", Decimal("1000.00"), Decimal("1200.00")),
        ("F-9", "Luz", Decimal(0), Decimal("70.00")),
    ]
    assert str(found.largest[0].due_before) == "2026-11-01"
    assert str(found.largest[0].due_after) == "2026-11-20"


def test_ten_changes_are_named_however_many_there_are() -> None:
    head, *rows = FIRST.splitlines()
    many = [f"C{n},Ana,G-{n},2026-10-01,2026-11-01,{n}.00" for n in range(1, 31)]

    _import_id, found = announced("\n".join([head, *rows[:0], *many]) + "\n")

    assert [one.after for one in found.largest] == [Decimal(n) for n in range(30, 20, -1)]
