"""
How good the data is: look at the whole portfolio, at a load, or at some customers, and mend what was found.

What is found is told in words by insights; what is mended ends at once, because the customer is looked at again in
the same transaction. Chunks are whole transactions: a check that was killed begins again and writes what differs.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

import structlog
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from puntual.audit import operations as audit
from puntual.audit.types import Actor
from puntual.companies import queries as companies
from puntual.contacts import queries as contacts
from puntual.db.locks import Lock, release_session_lock, try_session_lock
from puntual.flows import placing
from puntual.flows.intake import previewing
from puntual.insights import operations as insights
from puntual.insights.queries import quality, quality_facts
from puntual.insights.types import QualityChange, QualitySetting
from puntual.intake import queries as intake_rows
from puntual.intake.types import ImportState
from puntual.lib.errors import DomainError
from puntual.lib.zones import is_time_zone
from puntual.plans import queries as plans
from puntual.portfolio import operations as portfolio
from puntual.portfolio import queries as portfolio_rows
from puntual.portfolio.types import CustomerKind, NewCustomer, ReceivableKind

log = structlog.get_logger("puntual.quality")
Progress = Callable[[int], None]
_CHUNK = 5000
_KEY = "portfolio"


class CheckInProgress(DomainError):
    """Somebody else is looking through the portfolio, or at a load, right now."""

    code = "quality-check-in-progress"


class UnableToChange(DomainError):
    """What was typed of a customer cannot be; nothing was written."""

    code = "unable-to-change-customer"


@dataclass(frozen=True, slots=True)
class QualitySummary:
    """What a look wrote."""

    as_of: date
    customers: int
    new: int
    changed: int
    resolved: int


@dataclass(frozen=True, slots=True)
class CustomerData:
    """
    What staff may correct of a customer; an empty text leaves what is stored.

    Tags stand in place of those that were shown, and leave what came meanwhile; None leaves all. Of the attributes
    only those named are changed; None takes one away.
    """

    name: str
    kind: CustomerKind
    tax_id: str
    state: str
    city: str
    postal_code: str
    time_zone: str
    tags: tuple[str, ...] | None = None
    shown_tags: Sequence[str] = ()
    attributes: Mapping[str, str | None] = field(default_factory=dict)


def check_portfolio(
    *, today: date, at: datetime, chunk_size: int = _CHUNK, on_progress: Progress | None = None
) -> QualitySummary:
    """
    Look at every customer, and keep the count of the day; a second time writes only what differs.

    Raises: CheckInProgress.
    """
    with _alone():
        with transaction.atomic(durable=True):
            company = companies.current_company(base_url=settings.BASE_URL)
            change = insights.check_company(bank_account=company.bank_account, at=at)
        setting, shared = setting_of(today=today), quality_facts.sharers(keys=None)
        after, customers = 0, 0
        while chunk := quality_facts.customer_chunk(after=after, size=chunk_size):
            with transaction.atomic(durable=True):
                change += insights.check_customers(customer_ids=chunk, setting=setting, shared=shared, at=at)
            after, customers = chunk[-1], customers + len(chunk)
            if on_progress:
                on_progress(len(chunk))
        with transaction.atomic(durable=True):
            insights.count_findings(as_of=today)
            insights.keep_check(as_of=today, customers=customers, change=change, at=at)
    return QualitySummary(today, customers, *change)


def review_load(
    *, import_id: int, today: date, at: datetime, chunk_size: int = _CHUNK
) -> QualitySummary | None:
    """
    Look at the customers of a load that was applied, and lead what is found to its rows; None before it was.

    The file is laid out once more, as for a preview, to know which row brought what; applying stays as fast as it is.

    Raises: NotFound; CheckInProgress.
    """
    card = intake_rows.import_card(import_id=import_id)
    if card.state is not ImportState.APPLIED:
        return None
    with _alone():
        try:
            with transaction.atomic(durable=True):
                choices = intake_rows.stored_choices(import_id=import_id)
                previewing.stage_file(card=card, choices=choices)
                insights.remember_rows(import_id=import_id)
        except DomainError as unreadable:
            # Its file was emptied since, because somebody in it asked to be forgotten: there is nothing to look at.
            log.info("load-without-file", import_id=import_id, code=unreadable.code)
        customer_ids = quality_facts.loaded_customers(import_id=import_id)
        change = QualityChange()
        touched = _with_sharers(customer_ids)
        for start in range(0, len(touched), chunk_size):
            with transaction.atomic(durable=True):
                chunk = touched[start : start + chunk_size]
                change += _check(customer_ids=chunk, today=today, at=at)
        with transaction.atomic(durable=True):
            insights.finish_load_review(import_id=import_id, customers=len(customer_ids), at=at)
            insights.count_findings(as_of=today)
    return QualitySummary(today, len(customer_ids), *change)


def check_within(*, customer_ids: Sequence[int], at: datetime) -> QualityChange:
    """Look at some customers in the caller's transaction: what was mended ends with what mended it."""
    zone = ZoneInfo(companies.current_company(base_url=settings.BASE_URL).time_zone)
    today = at.astimezone(zone).date()
    return _check(customer_ids=_with_sharers(customer_ids), today=today, at=at)


def _with_sharers(customer_ids: Sequence[int]) -> list[int]:
    """Add the customers whose tax id these have, or had: a number that is mended ends the finding of both."""
    if not customer_ids:
        return []
    keys = quality_facts.tax_keys(customer_ids=customer_ids)
    found = set(customer_ids) | quality_facts.former_sharers(customer_ids=customer_ids)
    for _count, first in quality_facts.sharers(keys=keys).values():
        found |= set(first)
    return sorted(found)


def _check(*, customer_ids: Sequence[int], today: date, at: datetime) -> QualityChange:
    keys = quality_facts.tax_keys(customer_ids=customer_ids)
    shared = quality_facts.sharers(keys=keys) if keys else {}
    return insights.check_customers(
        customer_ids=customer_ids, setting=setting_of(today=today), shared=shared, at=at
    )


def setting_of(*, today: date) -> QualitySetting:
    """Gather what the rules know besides the customer."""
    company = companies.current_company(base_url=settings.BASE_URL)
    try:
        _version, plan = plans.active_version()
        channels = frozenset(step.channel for step in plan.steps if step.channel is not None)
    except plans.NoActivePlan:
        channels = frozenset()
    return QualitySetting(
        today=today,
        country=company.country,
        plan_channels=channels,
        portal_identity=company.portal_identity,
        papers=quality_facts.required_papers(),
    )


@contextmanager
def _alone() -> Iterator[None]:
    """Let one look at many customers go on at a time; looks at single customers do not wait for it."""
    if not try_session_lock(lock=Lock.QUALITY, key=_KEY):
        raise CheckInProgress(_("Ya se están revisando los datos. Intente de nuevo en unos minutos."))
    try:
        yield
    finally:
        release_session_lock(lock=Lock.QUALITY, key=_KEY)


@placing.change()
def change_customer(*, customer_id: int, data: CustomerData, actor: Actor, at: datetime) -> bool:
    """
    Correct what is stored of a customer and look at it again; False when nothing differs.

    Raises: NotFound; UnableToChange.
    """
    # Held first: what a load writes meanwhile is seen, and stays where it was not typed over.
    portfolio.lock_open_items(customer_ids=[customer_id])
    card = portfolio_rows.customer_card(customer_id=customer_id)
    country = companies.current_company(base_url=settings.BASE_URL).country
    # What was wrong before does not stand in the way of correcting something else.
    _refuse_unusable(
        time_zone="" if data.time_zone == card.time_zone else data.time_zone,
        state="" if data.state == card.state else data.state,
        country=country,
    )
    given = NewCustomer(
        external_id=card.external_id,
        name=data.name,
        kind=data.kind,
        tax_id=data.tax_id.strip().upper(),
        state=data.state,
        city=data.city,
        postal_code=data.postal_code,
        time_zone=data.time_zone,
    )
    names = ("name", "kind", "tax_id", "state", "city", "time_zone")
    differing = [name for name in names if getattr(given, name) not in ("", getattr(card, name))]
    is_changed = portfolio.upsert_customers(customers=[given], at=at).changed > 0
    tags = card.tags if data.tags is None else _tags(data=data, stored=card.tags)
    found = {**card.attributes, **data.attributes}
    attributes = {name: value for name, value in found.items() if value is not None}
    if portfolio.set_labels(customer_id=customer_id, tags=tags, attributes=attributes, at=at):
        is_changed = True
        differing += ["tags"] * (tags != card.tags) + ["attributes"] * (attributes != card.attributes)
    if not is_changed:
        return False
    audit.record(
        actor=actor,
        action="customer-changed",
        subject_type="customer",
        subject_id=customer_id,
        customer_id=customer_id,
        # The trail only grows, so it says which fields and never what stood in them.
        after={"fields": ", ".join(differing or ["postal_code"])},
        at=at,
    )
    placing.touch(customer_ids=[customer_id])
    check_within(customer_ids=[customer_id], at=at)
    return True


def _tags(*, data: CustomerData, stored: Sequence[str]) -> tuple[str, ...]:
    typed = [tag for tag in data.tags or () if tag in stored or tag not in data.shown_tags]
    return *typed, *(tag for tag in stored if tag not in (*typed, *data.shown_tags))


def _refuse_unusable(*, time_zone: str, state: str, country: str) -> None:
    if time_zone and not is_time_zone(name=time_zone):
        raise UnableToChange(_("No existe esa zona horaria. Ejemplo: America/Mexico_City."))
    if country == "MX" and state and not contacts.zone_candidates(country="MX", state=state):
        raise UnableToChange(_("No se reconoce ese estado. Escriba su nombre, por ejemplo: Jalisco."))


@transaction.atomic(durable=True)
def see_paper(*, finding_id: int, place: str, actor: Actor, at: datetime) -> None:
    """
    Keep that a person has seen the paper that was missing, and where it lies.

    Raises: NotFound.
    """
    customer_id = insights.see_paper(finding_id=finding_id, place=place, actor=actor, at=at)
    check_within(customer_ids=[customer_id], at=at)


@transaction.atomic(durable=True)
def set_papers(*, papers: Mapping[ReceivableKind, Sequence[str]], actor: Actor, at: datetime) -> int:
    """Say which papers each kind of debt must have; the next look through the portfolio asks for them."""
    return insights.set_papers(papers=papers, actor=actor, at=at)


def is_check_due(*, today: date) -> bool:
    """Say whether the portfolio was not looked through today."""
    last = quality.last_check()
    return last is None or last["as_of"] < today


def loads_to_review(*, since: datetime, limit: int) -> list[int]:
    """List loads that were applied lately and that nobody has looked at."""
    return quality.loads_to_review(since=since, limit=limit)
