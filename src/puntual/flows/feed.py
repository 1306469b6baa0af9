"""
What another program of the company sends: customers with their contact points, and receivables.

One transaction for each call: all of it is taken, or nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from puntual.contacts import operations as contacts
from puntual.contacts import queries as contact_rows
from puntual.contacts.types import NewPoint, OwnerRole, PointKind
from puntual.flows import money_in, placing
from puntual.lib.errors import DomainError
from puntual.portfolio import operations as portfolio
from puntual.portfolio import queries as portfolio_rows
from puntual.portfolio.types import NewCustomer, NewReceivable, UpsertCounts


class UnableToTake(DomainError):
    """
    Something in what was sent cannot be taken; nothing was written.

    `fields` says what, by the place of each item.
    """

    code = "invalid"

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__(_("Hay datos que corregir; no se guardó nada."))
        self.fields = dict(fields)


@dataclass(frozen=True, slots=True)
class SentPoint:
    """A contact point as a program sends it, of the customer with this external id."""

    place: str
    external_id: str
    kind: PointKind
    value: str
    owner_role: OwnerRole
    owner_name: str


@placing.change()
def take_customers(
    *, customers: Sequence[NewCustomer], points: Sequence[SentPoint], source: str, at: datetime
) -> UpsertCounts:
    """
    Add or change customers and keep the contact points that are not yet known.

    Raises: UnableToTake when a contact point is not an address or number that anybody could use.
    """
    normalized = {point.place: contact_rows.normalize(kind=point.kind, value=point.value) for point in points}
    wrong = {
        place: _("No es un correo, teléfono o domicilio que se pueda usar.")
        for place, found in normalized.items()
        if not found
    }
    if wrong:
        raise UnableToTake(wrong)
    counts = portfolio.upsert_customers(customers=customers, at=at)
    names = {customer.external_id for customer in customers} | {point.external_id for point in points}
    ids = portfolio_rows.customer_ids_of(external_ids=sorted(names))
    contacts.upsert_points(
        points=[
            NewPoint(
                customer_id=ids[point.external_id],
                kind=point.kind,
                value=point.value,
                normalized=normalized[point.place] or "",
                owner_role=point.owner_role,
                owner_name=point.owner_name,
                source=source,
            )
            for point in points
        ],
        at=at,
    )
    placing.touch(customer_ids=ids.values())
    return counts


@placing.change()
def take_receivables(*, receivables: Sequence[NewReceivable], today: date, at: datetime) -> UpsertCounts:
    """
    Add or change receivables, found by key, with what follows: credit is used, and lowered debts stop what waits.

    Raises: UnableToTake, naming each receivable at fault by its key.
    """
    before = portfolio_rows.last_entry()
    try:
        counts = portfolio.upsert_receivables(receivables=receivables, at=at)
    except portfolio.UnableToPostEntry as refused:
        raise UnableToTake(refused.messages) from refused
    money_in.follow_ledger(after=before, at=at, today=today)
    placing.touch(customer_ids=[one.customer_id for one in receivables])
    return counts
