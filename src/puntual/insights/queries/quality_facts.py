"""What the rules of data quality look at, gathered for a chunk of customers: one statement for each kind of fact."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from puntual.contacts import queries as contacts
from puntual.contacts.types import Point, PointKind
from puntual.db import named, rows
from puntual.insights.types import (
    DebtFacts,
    DebtorFacts,
    EarlyPayment,
    Paper,
    PointFacts,
    QualitySetting,
    ReturnedPayment,
)
from puntual.outreach import queries as outreach
from puntual.portfolio.types import CustomerKind, ReceivableKind

_FOLDER = Path(__file__).resolve().parents[1] / "sql"
_SQL = named.load(_FOLDER / "quality.sql")
_PAGES = named.load(_FOLDER / "quality_pages.sql")
_OTHERS_MAX = 5

# Tax id as it is compared -> how many customers have it, and the first of them.
Sharers = Mapping[str, tuple[int, Sequence[int]]]


def customer_chunk(*, after: int, size: int) -> list[int]:
    """List the ids of the next customers after one."""
    return [row[0] for row in rows.fetch_all(_SQL["customer_chunk"], {"after": after, "size": size})]


def sharers(*, keys: Sequence[str] | None) -> Sharers:
    """Find tax ids that several customers have: of these keys, or of the whole portfolio."""
    found = rows.fetch_all(_SQL["shared_tax_ids"], {"keys": None if keys is None else list(keys)})
    return {key: (count, first) for key, count, first in found}


def tax_keys(*, customer_ids: Sequence[int]) -> list[str]:
    """Write the tax ids of some customers as they are compared."""
    return [row[0] for row in rows.fetch_all(_SQL["tax_keys"], {"customer_ids": list(customer_ids)})]


def former_sharers(*, customer_ids: Sequence[int]) -> set[int]:
    """Return the customers that these were last seen to share a tax id with."""
    found = rows.fetch_all(_SQL["former_sharers"], {"customer_ids": list(customer_ids)})
    return {row[0] for row in found}


def required_papers() -> tuple[Paper, ...]:
    """List the papers that kinds of debts must have."""
    return tuple(Paper(ReceivableKind(row[0]), row[1], row[2]) for row in rows.fetch_all(_PAGES["papers"]))


def loaded_customers(*, import_id: int) -> list[int]:
    """List the customers of a load whose rows are remembered."""
    return [row[0] for row in rows.fetch_all(_SQL["loaded_customers"], {"import_id": import_id})]


def debtor_facts(
    *, customer_ids: Sequence[int], setting: QualitySetting, shared: Sharers
) -> list[DebtorFacts]:
    """Gather what the rules look at of some customers; the statement count does not grow with them."""
    ids = list(customer_ids)
    zones = contacts.zones_for(customer_ids=ids, country=setting.country)
    points = contacts.points_for(customer_ids=ids)
    opted_out = contacts.opted_out(customer_ids=ids)
    debts = _debts(ids, today=setting.today, with_attributes=bool(setting.papers))
    early = _grouped("quality_early_payments", EarlyPayment, ids, today=setting.today)
    returned = _grouped("quality_returned_payments", ReturnedPayment, ids, today=setting.today)
    proven = outreach.proofs_of(customer_ids=ids, policy=setting.portal_identity)
    papers = _seen_papers(ids) if setting.papers else {}
    found = []
    for row in rows.fetch_all(_SQL["quality_customers"], {"customer_ids": ids}):
        customer_id, kind, tax_id, time_zone, state, postal_code, attributes, key = row
        count, first = shared.get(key, (0, ()))
        others = tuple(one for one in first if one != customer_id)[:_OTHERS_MAX]
        found.append(
            DebtorFacts(
                id=customer_id,
                kind=CustomerKind(kind),
                tax_id=tax_id,
                time_zone=time_zone,
                state=state,
                postal_code=postal_code,
                attributes=_attributes(attributes),
                has_zone=customer_id in zones,
                is_state_known=_is_state_known(setting.country, state),
                points=tuple(_point(point, setting.country) for point in points.get(customer_id, ())),
                opted_out=frozenset(opted_out.get(customer_id, ())),
                debts=tuple(debts.get(customer_id, ())),
                early=tuple(early.get(customer_id, ())),
                returned=tuple(returned.get(customer_id, ())),
                sharing=others,
                shares_with_more=count - 1 > len(others),
                seen_papers=frozenset(papers.get(customer_id, ())),
                has_proof=customer_id in proven,
            )
        )
    return found


def _attributes(text: str) -> dict[str, str]:
    return {} if text == "{}" else {name: str(value) for name, value in rows.as_json(text).items()}


@lru_cache(maxsize=4096)
def _is_state_known(country: str, state: str) -> bool:
    return bool(contacts.zone_candidates(country=country, state=state))


def _point(point: Point, country: str) -> PointFacts:
    is_valid = point.kind is PointKind.ADDRESS or (
        contacts.normalize(kind=point.kind, value=point.normalized, region=country) == point.normalized
    )
    return PointFacts(point.id, point.kind, point.value, point.owner_role, point.state, is_valid)


def _debts(customer_ids: Sequence[int], *, today: date, with_attributes: bool) -> dict[int, list[DebtFacts]]:
    found: dict[int, list[DebtFacts]] = defaultdict(list)
    params = {"customer_ids": customer_ids, "today": today, "with_attributes": with_attributes}
    kinds = {kind.value: kind for kind in ReceivableKind}
    for row in rows.fetch_all(_SQL["quality_debts"], params):
        debt = DebtFacts(
            id=row[1],
            kind=kinds[row[2]],
            document_number=row[3],
            currency=row[4],
            issue_date=row[5],
            due_date=row[6],
            original_due_date=row[7],
            original_amount=row[8],
            open_amount=row[9],
            attributes=_attributes(row[10]),
            payments=row[11],
            last_paid_on=row[12],
        )
        found[row[0]].append(debt)
    return found


def _grouped(name: str, maker: Any, customer_ids: Sequence[int], *, today: date) -> dict[int, list[Any]]:
    """Read facts of many customers, whose id is the first column of each row."""
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows.fetch_all(_SQL[name], {"customer_ids": customer_ids, "today": today}):
        found[row[0]].append(maker(*row[1:]))
    return found


def _seen_papers(customer_ids: Sequence[int]) -> dict[int, set[tuple[int, str]]]:
    found: dict[int, set[tuple[int, str]]] = defaultdict(set)
    for row in rows.fetch_all(_SQL["quality_seen_papers"], {"customer_ids": customer_ids}):
        found[row[0]].add((row[1], row[2]))
    return found
