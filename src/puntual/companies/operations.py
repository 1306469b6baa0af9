"""
Companies: who works in this installation, in which schema, under which host names?

Reads: companies.Company, companies.Domain
Writes: companies.Company, companies.Domain, the company's schema
Guarantees: a company has one schema of its own; erasing it leaves nothing of it in the database.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urlsplit

from django.db import connection, transaction
from django.utils.translation import gettext as _

from puntual.companies.models import Company, Domain
from puntual.companies.types import CompanyChange, PortalIdentity
from puntual.db import schema
from puntual.lib.currencies import is_currency
from puntual.lib.errors import DomainError, NotFound
from puntual.lib.zones import is_time_zone

_SCHEMA = re.compile("[a-z][a-z0-9_]{0,47}")
_LABEL = "[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
# As a browser sends it: without scheme, port or accents.
_HOST = re.compile(r"(?=.{1,253}\Z){label}([.]{label})*".replace("{label}", _LABEL))
_COUNTRY = re.compile("[A-Z]{2}")
_PERCENT = re.compile("[0-9]{1,2}|100")
_COUNT = re.compile(r"[0-9]{1,6}")
_HOUR = re.compile("([01][0-9]|2[0-3]):[0-5][0-9]")
_MONTHS = re.compile("[1-9]|[1-9][0-9]|1[01][0-9]|120")
_RESERVED = {"public", "information_schema", "extensions"}
_EDITABLE = {
    "name",
    "legal_name",
    "tax_id",
    "country",
    "currency",
    "time_zone",
    "phone",
    "email",
    "office_hours",
    "address",
    "complaint_contact",
    "privacy_url",
    "bank_name",
    "bank_account",
    "portal_identity",
    "base_url",
    "missing_percent_max",
    "campaign_alone_max",
    "run_starts_at",
    "decisions_kept_months",
}


class UnableToCreateCompany(DomainError):
    """The key or host of a new company cannot be used."""

    code = "unable-to-create-company"


def _is_address(text: str) -> bool:
    before, _at, after = text.rpartition("@")
    return text.isascii() and bool(before and after) and not re.search(r"[\s\x00-\x1f\x7f]", text)


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        _port = parts.port
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"\s", text)


def _checked(settings: Mapping[str, str]) -> dict[str, str]:
    """
    Return the settings as they are kept.

    Raises: UnableToCreateCompany for an unknown field, or a value with which the company could not work.
    """
    unknown = set(settings) - _EDITABLE
    if unknown:
        raise UnableToCreateCompany(
            _("Datos desconocidos: %(names)s") % {"names": ", ".join(sorted(unknown))}
        )
    kept = {name: value.strip() for name, value in settings.items()}
    if "base_url" in kept:
        kept["base_url"] = kept["base_url"].rstrip("/")
    for name, value in kept.items():
        if len(value) > (Company._meta.get_field(name).max_length or 0) or "\0" in value:
            raise UnableToCreateCompany(_("El dato «%s» es demasiado largo o no es texto.") % name)
    if not kept.get("name", "some"):
        raise UnableToCreateCompany(_("La empresa necesita un nombre."))
    refusals = (
        ("time_zone", lambda text: is_time_zone(name=text), _("No existe la zona horaria «%s».")),
        ("country", _COUNTRY.fullmatch, _("El país debe ser de dos letras mayúsculas, como MX, no «%s».")),
        (
            "currency",
            lambda text: is_currency(code=text),
            _("La moneda debe ser una clave ISO 4217 en uso, como MXN, no «%s»."),
        ),
        ("email", lambda text: not text or _is_address(text), _("El correo «%s» no es válido.")),
        (
            "base_url",
            lambda text: not text or _is_web_address(text),
            _("La dirección pública debe empezar con http:// o https://, no «%s»."),
        ),
        (
            "portal_identity",
            lambda text: text in set(PortalIdentity),
            _("No existe la forma de identificarse «%s»."),
        ),
        (
            "missing_percent_max",
            _PERCENT.fullmatch,
            _("El porcentaje debe ser un número de 0 a 100, no «%s»."),
        ),
        (
            "campaign_alone_max",
            _COUNT.fullmatch,
            _("El tope de campañas debe ser un número de 0 a 999999, no «%s»."),
        ),
        ("run_starts_at", _HOUR.fullmatch, _("La hora debe ser de 00:00 a 23:59, como 06:00, no «%s».")),
        ("decisions_kept_months", _MONTHS.fullmatch, _("Los meses deben ser de 1 a 120, no «%s».")),
    )
    for name, is_good, words in refusals:
        if name in kept and not is_good(kept[name]):
            raise UnableToCreateCompany(words % kept[name])
    return kept


def create_company(
    *,
    schema_name: str,
    name: str,
    hosts: tuple[str, ...],
    settings: Mapping[str, str],
    is_demo: bool = False,
) -> int:
    """
    Create a company with its schema and host names, and return its id.

    `settings` holds fields of Company by name (legal_name, tax_id, time_zone, phone, …).

    Raises: UnableToCreateCompany when the key is malformed or taken, a host is none or belongs to another company,
    or a setting is not one that the company could work with.
    """
    if not _SCHEMA.fullmatch(schema_name):
        raise UnableToCreateCompany(
            _("La clave de la empresa debe empezar con letra y llevar solo minúsculas, números y guion bajo.")
        )
    if schema_name in _RESERVED or schema_name.startswith("pg_"):
        raise UnableToCreateCompany(
            _("La clave «%s» es de la base de datos misma: elija otra.") % schema_name
        )
    lowered = tuple(dict.fromkeys(host.lower() for host in hosts))
    for host in lowered:
        if not _HOST.fullmatch(host):
            raise UnableToCreateCompany(
                _("El servidor se nombra sin https:// ni puerto, como cobranza.empresa.mx, no «%s».") % host
            )
    kept = _checked({"name": name, **settings})
    with in_public():
        if Company.objects.filter(schema_name=schema_name).exists():
            raise UnableToCreateCompany(_("Ya existe una empresa con la clave «%s».") % schema_name)
        if Domain.objects.filter(domain__in=lowered).exists():
            raise UnableToCreateCompany(_("El nombre de servidor ya pertenece a otra empresa."))
        company = Company(schema_name=schema_name, is_demo=is_demo, **kept)
        if not company.legal_name:
            company.legal_name = company.name
        company.save(verbosity=0)
        for number, host in enumerate(lowered):
            Domain.objects.create(domain=host, tenant=company, is_primary=number == 0)
        return company.pk


def update_company(*, schema_name: str, settings: Mapping[str, str]) -> CompanyChange:
    """
    Change fields of a company and return what they were and are; those that stay are left out.

    Raises: NotFound when there is no such company; UnableToCreateCompany for an unknown field or a value with which
    the company could not work.
    """
    kept = _checked(settings)
    with in_public(), transaction.atomic():
        company = Company.objects.select_for_update().filter(schema_name=schema_name).first()
        if company is None:
            raise NotFound(_("No existe la empresa «%s».") % schema_name)
        before = {
            name: getattr(company, name) for name, value in kept.items() if getattr(company, name) != value
        }
        after = {name: kept[name] for name in before}
        if after:
            Company.objects.filter(pk=company.pk).update(**after)
        return CompanyChange(company_id=company.pk, before=before, after=after)


def erase_company(*, schema_name: str) -> None:
    """
    Erase a company: its schema with everything in it, its host names, its waiting jobs and its row.

    Raises: NotFound when there is no such company.
    """
    with in_public(), transaction.atomic():
        company = Company.objects.select_for_update().filter(schema_name=schema_name).first()
        if company is None:
            raise NotFound(_("No existe la empresa «%s».") % schema_name)
        with connection.cursor() as cursor:
            cursor.execute(f'drop schema if exists "{company.schema_name}" cascade')
            cursor.execute(
                "delete from procrastinate_events where job_id in "
                "(select id from procrastinate_jobs where args ->> 'company' = %s)",
                [company.schema_name],
            )
            cursor.execute(
                "delete from procrastinate_jobs where args ->> 'company' = %s", [company.schema_name]
            )
        Domain.objects.filter(tenant=company).delete()
        Company.objects.filter(pk=company.pk).delete()


@contextmanager
def in_public() -> Iterator[None]:
    """Work in the shared schema, then go back to where the connection was."""
    before = schema.current_tenant()
    schema.enter_public()
    try:
        yield
    finally:
        schema.enter(before)


@contextmanager
def in_company(*, schema_name: str) -> Iterator[None]:
    """
    Work in a company's schema, then go back to where the connection was.

    Raises: NotFound when there is no such company.
    """
    before = schema.current_tenant()
    schema.enter_public()
    company = Company.objects.filter(schema_name=schema_name).first()
    if company is None:
        schema.enter(before)
        raise NotFound(_("No existe la empresa «%s».") % schema_name)
    schema.enter(company)
    try:
        yield
    finally:
        schema.enter(before)
