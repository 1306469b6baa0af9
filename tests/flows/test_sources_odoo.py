"""An Odoo from its first reading to a paid invoice: what is owed here is what is owed there, to the cent."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from django.conf import LazySettings

from puntual.audit.types import SYSTEM
from puntual.companies.models import Company
from puntual.flows import sources
from puntual.payments.models import Payment
from puntual.portfolio.models import Customer, Receivable
from puntual.sources.types import NewSource, RunState
from tests.conftest import NOW, TODAY
from tests.feeds import odoo

LATER = "2026-11-23 15:30:00"


@pytest.fixture
def server(company: Company, settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> Iterator[odoo.Odoo]:
    settings.SOURCE_HOSTS = ["localhost"]
    monkeypatch.setenv("PUNTUAL_SOURCE__MUEBLES__ODOO", odoo.PASSWORD)
    with odoo.serving() as found:
        yield found


@pytest.fixture
def source_id(server: odoo.Odoo) -> int:
    given = {"url": f"http://localhost:{server.port}", "database": odoo.DATABASE, "user": odoo.USER}
    draft = NewSource(name="Odoo", connector="ODOO", settings=given, secret_name="ODOO")
    return sources.save_source(source_id=None, draft=draft, actor=SYSTEM, at=NOW)


def pull(source_id: int, *, hours: int = 0) -> sources.PullResult:
    return sources.pull_source(
        source_id=source_id, actor=SYSTEM, today=TODAY, at=NOW + timedelta(hours=hours)
    )


def owed() -> dict[str, Decimal]:
    found = Receivable.objects.filter(open_amount__gt=0)
    return dict(found.values_list("document_number", "open_amount"))


def owed_there(server: odoo.Odoo) -> dict[str, Decimal]:
    """Read the open invoices of Odoo, independently of the connector."""
    return {
        row["name"]: Decimal(str(row["amount_residual"]))
        for row in server.tables["account.move"]
        if row["move_type"] == "out_invoice" and row["state"] == "posted" and row["amount_residual"]
    }


@pytest.mark.feature("INT-01")
def test_what_is_owed_in_odoo_is_owed_here_day_after_day(server: odoo.Odoo, source_id: int) -> None:
    server.partner(1, "Uno, S.A.", at="2026-01-01 00:00:00", vat="UNO010101AB1", email="pagos@uno.example")
    server.partner(2, "Dos, S.A.", at="2026-01-01 00:00:00")
    server.invoice(1, 1, 1160.0, left=1160.0, at="2026-10-01 10:00:00")
    server.invoice(2, 1, 580.0, left=80.0, at="2026-10-01 10:00:00")
    server.invoice(3, 2, 999.99, left=999.99, at="2026-10-02 10:00:00")
    server.invoice(4, 2, 50.0, left=0.0, at="2026-10-02 10:00:00")

    first = pull(source_id)

    assert (first.state, first.rows_accepted, first.rows_rejected) == (RunState.DONE, 3, 0)
    assert (
        owed()
        == owed_there(server)
        == {
            "INV/2026/00001": Decimal("1160.00"),
            "INV/2026/00002": Decimal("80.00"),
            "INV/2026/00003": Decimal("999.99"),
        }
    )
    assert Customer.objects.get(external_id="1").tax_id == "UNO010101AB1"

    # A payment settles one and part of another; a new invoice comes; nothing else is written in Odoo.
    server.invoice(1, 1, 1160.0, left=0.0, at="2026-10-01 10:00:00")
    server.payment(7, 1, 1160.0, invoices=[1], at=LATER)
    server.invoice(3, 2, 999.99, left=499.99, at=LATER)
    server.payment(8, 2, 500.0, invoices=[3], at=LATER)
    server.invoice(5, 2, 232.0, left=232.0, at=LATER)
    second = pull(source_id, hours=1)

    assert (second.state, second.rows_rejected) == (RunState.DONE, 0)
    assert owed() == owed_there(server)
    assert sorted(Payment.objects.values_list("amount", flat=True)) == [Decimal("500.00"), Decimal("1160.00")]

    third = pull(source_id, hours=2)

    assert (third.state, third.deliveries) == (RunState.DONE, 0)
    assert Payment.objects.count() == 2
