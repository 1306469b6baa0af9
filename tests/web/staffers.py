"""Members of staff before their pages: a browser that is signed in, and what may be written by a page."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.db import connection
from django.http import HttpResponse
from django.test import Client

from puntual.companies import operations as companies
from puntual.identity.models import User

HOST = "muebles.localhost"
OTHER_HOST = "ferreteria.localhost"
ROLES = ("owner", "manager", "supervisor", "collector", "auditor")
_ZONE = ZoneInfo("America/Mexico_City")

# Every table that an act on a case may write.
_TABLES = (
    "agreements_promise",
    "compliance_verdict",
    "agreements_dispute",
    "agreements_hold",
    "contacts_circumstance",
    "contacts_wish",
    "contacts_consent",
    "contacts_contactpoint",
    "contacts_attempt",
    "contacts_response",
    "payments_payment",
    "payments_allocation",
    "portfolio_ledgerentry",
    "plans_action",
    "reconciliation_bankline",
    "outreach_portallink",
    "audit_event",
)


def company_today() -> date:
    """Return the day that it is at the company: pages read the real clock."""
    return datetime.now(tz=_ZONE).date()


def day(offset: int) -> date:
    """Return a day counted from the company's today."""
    return company_today() + timedelta(days=offset)


def browser(role: str = "owner", *, schema: str = "muebles") -> Client:
    """Return a browser in which a member of staff of a company is signed in."""
    client = Client(headers={"host": f"{schema}.localhost"})
    with companies.in_company(schema_name=schema):
        client.force_login(User.objects.get(email=f"{role}@{schema}.example"))
    return client


def stranger() -> Client:
    """Return a browser in which nobody is signed in."""
    return Client(headers={"host": HOST})


def send(client: Client, path: str, data: dict[str, Any] | None = None) -> HttpResponse:
    """Send a form; it gets a fresh key unless it brings one."""
    return client.post(path, {"form_key": str(uuid4()), **(data or {})})


def text_of(response: HttpResponse) -> str:
    """Return the words of a page, one space between them."""
    return " ".join(response.content.decode().split())


def written() -> dict[str, int]:
    """Count the rows of every table that a page may write."""
    return {table: read(f"select count(*) from {table}")[0][0] for table in _TABLES}


def read(sql: str, *params: Any) -> list[tuple[Any, ...]]:
    """Read rows of the company: a request leaves the connection outside of any."""
    with companies.in_company(schema_name="muebles"), connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())
