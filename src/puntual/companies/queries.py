"""Reads of companies. All work from the public schema or from any company's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from urllib.parse import urlsplit

from puntual.companies.models import Company, Domain
from puntual.companies.types import CompanyFacts, PortalIdentity
from puntual.db import rows, schema
from puntual.lib.errors import NotFound


@dataclass(frozen=True, slots=True)
class CompanyRow:
    """A company in a list."""

    schema_name: str
    name: str
    hosts: tuple[str, ...]
    is_demo: bool


# Readiness is asked every few seconds, so it looks at this many companies.
_LOOKED_AT = 50
_APPLIED = """
    select count(distinct (app, name)) from company.django_migrations where app || '.' || name = any(%s)
"""


def _address(company: Company, *, base_url: str) -> str:
    """
    Choose the address of a company that has none of its own.

    The installation's belongs to another company as soon as there are several, so then it is this company's first
    host, by the same scheme and port.
    """
    parts = urlsplit(base_url)
    hosts = list(
        Domain.objects.filter(tenant=company).order_by("-is_primary", "id").values_list("domain", flat=True)
    )
    is_own = parts.hostname in hosts
    if not hosts or is_own or not Company.objects.exclude(pk=company.pk).exists():
        return base_url
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme or 'https'}://{hosts[0]}{port}"


def _facts(company: Company, *, base_url: str) -> CompanyFacts:
    return CompanyFacts(
        schema_name=company.schema_name,
        name=company.name,
        legal_name=company.legal_name,
        tax_id=company.tax_id,
        country=company.country,
        currency=company.currency,
        time_zone=company.time_zone,
        phone=company.phone,
        email=company.email,
        office_hours=company.office_hours,
        address=company.address,
        complaint_contact=company.complaint_contact,
        privacy_url=company.privacy_url,
        bank_name=company.bank_name,
        bank_account=company.bank_account,
        portal_identity=PortalIdentity(company.portal_identity),
        base_url=company.base_url or _address(company, base_url=base_url),
        is_demo=company.is_demo,
        missing_percent_max=int(company.missing_percent_max),
        campaign_alone_max=int(company.campaign_alone_max),
        run_starts_at=time.fromisoformat(company.run_starts_at),
        decisions_kept_months=int(company.decisions_kept_months),
    )


def company_of_host(*, host: str) -> Company | None:
    """
    Find the company that answers on a host name.

    With one company alone, every host is its own.
    """
    domain = Domain.objects.select_related("tenant").filter(domain=host.lower()).first()
    if domain is not None:
        return domain.tenant
    companies = list(Company.objects.order_by("id")[:2])
    return companies[0] if len(companies) == 1 else None


def current_company(*, base_url: str) -> CompanyFacts:
    """
    Return the company whose schema this connection is in.

    Raises: NotFound outside any company.
    """
    company = Company.objects.filter(schema_name=schema.current()).first()
    if company is None:
        raise NotFound("No hay empresa seleccionada.")
    return _facts(company, base_url=base_url)


def facts_of(*, company: Company, base_url: str) -> CompanyFacts:
    """Return the facts of a company that the request has read already."""
    return _facts(company, base_url=base_url)


def all_companies() -> list[CompanyRow]:
    """List the companies of this installation, oldest first."""
    hosts: dict[int, list[str]] = {}
    for tenant_id, domain in Domain.objects.order_by("domain").values_list("tenant_id", "domain"):
        hosts.setdefault(tenant_id, []).append(domain)
    return [
        CompanyRow(
            schema_name=company.schema_name,
            name=company.name,
            hosts=tuple(hosts.get(company.id, [])),
            is_demo=company.is_demo,
        )
        for company in Company.objects.order_by("id")
    ]


def schema_names() -> list[str]:
    """List the schemas of all companies."""
    return list(Company.objects.order_by("id").values_list("schema_name", flat=True))


def unmigrated_schema(*, leaves: Sequence[tuple[str, str]], made_before: datetime) -> str | None:
    """
    Name a company whose tables are behind the last migrations (app, name), or none.

    Looks at the oldest companies only, with one short read each.
    """
    made = Company.objects.filter(created_at__lt=made_before).order_by("id")
    for name in made.values_list("schema_name", flat=True)[:_LOOKED_AT]:
        # The key of a company holds nothing but small letters, digits and underscores, as its table checks.
        [(applied,)] = rows.fetch_all(
            _APPLIED.replace("company", f'"{name}"'), [[f"{app}.{migration}" for app, migration in leaves]]
        )
        if applied < len(leaves):
            return name
    return None
