"""How commands answer: a few lines for a person, or one JSON document with --json."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import click
from django.conf import settings
from django.utils.translation import gettext as _

from puntual.companies import operations as company_operations
from puntual.companies import queries as companies
from puntual.companies.types import CompanyFacts
from puntual.lib.errors import DomainError

Command = Callable[..., Any]

with_json: Callable[[Command], Command] = click.option(
    "--json", "as_json", is_flag=True, help="Responder en JSON."
)
with_company: Callable[[Command], Command] = click.option(
    "--company", "company_key", metavar="CLAVE", help="Clave de la empresa; sobra cuando hay una sola."
)


class UnclearCompany(DomainError):
    """A command needs a company and cannot tell which."""

    code = "unclear-company"


class UnconfirmedErasure(DomainError):
    """An erasure was not confirmed by saying twice what to erase."""

    code = "unconfirmed-erasure"


def plain(value: Any) -> Any:
    """Turn what the domain returns into what JSON knows: amounts and dates as text."""
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, Decimal | date | datetime):
        return str(value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Iterable):
        return [plain(one) for one in value]
    return value


def answer(*, document: Any, lines: Iterable[str], as_json: bool) -> None:
    """Print the result of a command."""
    if as_json:
        click.echo(json.dumps(plain(document), ensure_ascii=False, indent=2))
        return
    for line in lines:
        click.echo(line)


def now() -> datetime:
    """Read the clock: commands are an edge."""
    return datetime.now(tz=UTC)


def local_day(*, company: CompanyFacts, at: datetime) -> date:
    """Return the day that it is at the company."""
    return at.astimezone(ZoneInfo(company.time_zone)).date()


@contextmanager
def in_company(*, key: str | None) -> Iterator[CompanyFacts]:
    """
    Work in the named company, or in the only one.

    Raises: UnclearCompany when there is none or more than one and no name; NotFound for an unknown one.
    """
    if key is None:
        keys = companies.schema_names()
        if not keys:
            raise UnclearCompany(_("No hay ninguna empresa todavía: use «puntual company create»."))
        if len(keys) > 1:
            raise UnclearCompany(
                _("Hay varias empresas; indique una con --company: %(keys)s.") % {"keys": ", ".join(keys)}
            )
        key = keys[0]
    with company_operations.in_company(schema_name=key):
        yield companies.current_company(base_url=settings.BASE_URL)
