"""A debtor before the portal: a customer with debts, a link, and a browser."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django.db import connection
from django.http import HttpResponse
from django.test import Client

from puntual.outreach import operations as outreach
from puntual.portfolio.models import Customer
from tests import factories
from tests.conftest import NOW

HOST = "muebles.localhost"
OTHER_HOST = "ferreteria.localhost"
TAX_ID = "GODE561231GR8"

# Every table that an act of a debtor may write.
_TABLES = (
    "agreements_promise",
    "agreements_dispute",
    "agreements_hold",
    "contacts_consent",
    "contacts_wish",
    "contacts_circumstance",
    "contacts_response",
    "payments_reportedpayment",
    "payments_payment",
    "portfolio_ledgerentry",
    "audit_event",
)


@dataclass(frozen=True)
class Debtor:
    """A customer, the token of their link, and their browser."""

    customer: Customer
    token: str
    client: Client

    def url(self, page: str = "") -> str:
        """Return the address of a page of the link."""
        return f"/p/{self.token}/{page}"

    def get(self, page: str = "") -> HttpResponse:
        """Open a page."""
        return self.client.get(self.url(page))

    def post(self, page: str = "", data: Mapping[str, object] | None = None) -> HttpResponse:
        """Send a form; acts get a fresh form key unless they bring one."""
        return self.client.post(self.url(page), {"form_key": str(uuid4()), **(data or {})})

    def enter(self) -> "Debtor":
        """Prove identity."""
        response = self.client.post(self.url(), {"proof": TAX_ID})
        assert response.status_code == 302, response.content.decode()
        return self


class Browser(Client):
    """A browser whose visits leave the test's own connection in the company where it was."""

    def request(self, **request: Any) -> Any:
        """Visit a page, which ends in the shared schema, and go back."""
        before = connection.tenant
        try:
            return super().request(**request)
        finally:
            connection.set_tenant(before)


def browser(*, host: str = HOST, is_strict: bool = False) -> Browser:
    """Return a browser that visits a company; a strict one is held to the CSRF check."""
    return Browser(headers={"host": host}, enforce_csrf_checks=is_strict)


def make_debtor(
    *, at: datetime = NOW, documents: tuple[str, str] = ("F-1042", "F-1043"), **fields: object
) -> Debtor:
    """Make a customer with a late invoice of 1,250.00 and one to come of 300.00, and a link."""
    customer = factories.make_customer(**{"tax_id": TAX_ID, **fields})  # type: ignore[arg-type]
    late, coming = documents
    factories.make_receivable(
        customer=customer, due=date(2026, 11, 11), amount="1250.00", document_number=late
    )
    factories.make_receivable(
        customer=customer, due=date(2026, 11, 27), amount="300.00", document_number=coming
    )
    token = outreach.make_portal_link(customer_id=customer.pk, at=at)
    return Debtor(customer=customer, token=token, client=browser())


def rows_written() -> dict[str, int]:
    """Count the rows of every table that an act may write."""
    counts = {}
    with connection.cursor() as cursor:
        for table in _TABLES:
            cursor.execute(f"select count(*) from {table}")
            counts[table] = cursor.fetchone()[0]
    return counts


def text_of(response: HttpResponse) -> str:
    """Return a page's text with plain spaces."""
    return " ".join(response.content.decode().replace("\xa0", " ").split())
