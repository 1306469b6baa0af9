"""
A person is forgotten: their addresses, names and words go; debts, movements and decisions stay under a number.

What can only grow (the ledger, verdicts, the audit trail) holds no such words by rule, so nothing there is changed.
"""

from datetime import datetime

from django.utils.translation import gettext as _

from puntual.agreements import operations as agreements
from puntual.audit import operations as audit
from puntual.audit.types import Actor
from puntual.compliance.operations import reviewing
from puntual.contacts import operations as contacts
from puntual.contacts import queries as contact_rows
from puntual.duplicates import operations as duplicates
from puntual.flows import placing
from puntual.insights import operations as insights
from puntual.intake import operations as intake
from puntual.lib.errors import DomainError
from puntual.outreach import operations as outreach
from puntual.payments import operations as payments
from puntual.plans import operations as plans
from puntual.portfolio import operations as portfolio
from puntual.portfolio import queries as portfolio_rows
from puntual.reconciliation import operations as reconciliation
from puntual.rights import operations as rights

_REASON = "erased"
# A shorter word names nobody for sure: looked for inside free text it would also blank the words of others.
_WORD_LENGTH_MIN = 6


class UnableToErase(DomainError):
    """The customer still owes: without their data nobody could reach them."""

    code = "unable-to-erase"


@placing.change()
def erase_customer(*, customer_id: int, actor: Actor, at: datetime, despite_debt: bool = False) -> None:
    """
    Forget a person for ever; a second time finds nothing more to forget.

    Nothing is sent to them any more and their portal links close. Files in which they are named are emptied; their
    hashes and counts stay.

    Raises: NotFound; UnableToErase when they still owe and that was not said to be meant.
    """
    forget(customer_id=customer_id, actor=actor, at=at, despite_debt=despite_debt)


def forget(*, customer_id: int, actor: Actor, at: datetime, despite_debt: bool = False) -> None:
    """
    Forget a person within the change of somebody else, as `erase_customer` does alone.

    Raises: NotFound; UnableToErase when they still owe and that was not said to be meant.
    """
    customer_id = portfolio_rows.survivor_of(customer_id=customer_id)
    debts = portfolio.lock_open_items(customer_ids=[customer_id])
    if debts.get(customer_id) and not despite_debt:
        raise UnableToErase(_("El cliente todavía tiene adeudos. Confirme que quiere borrar sus datos."))
    # Who was found to be the same person is forgotten with them.
    united = portfolio_rows.united_with(customer_ids=[customer_id]).get(customer_id, [])
    for one in (customer_id, *(other["id"] for other in united)):
        _forget(customer_id=one, actor=actor, at=at)
    placing.touch(customer_ids=[customer_id])


def _forget(*, customer_id: int, actor: Actor, at: datetime) -> None:
    card = portfolio_rows.customer_card(customer_id=customer_id)
    words = _words_of(customer_id=customer_id, name=card.name, tax_id=card.tax_id)
    plans.close_actions(customer_ids=[customer_id], reason=_REASON, at=at)
    outreach.cancel_messages(customer_ids=[customer_id], reason=_REASON, at=at, with_answers=True)
    insights.erase_customer(customer_id=customer_id)
    intake.erase_customer(external_id=card.external_id, words=words)
    reconciliation.erase_customer(customer_id=customer_id, words=words)
    payments.erase_customer(customer_id=customer_id)
    rights.erase_customer(customer_id=customer_id)
    outreach.erase_customer(customer_id=customer_id, at=at)
    plans.erase_customer(customer_id=customer_id)
    agreements.erase_customer(customer_id=customer_id)
    duplicates.erase_customer(customer_id=customer_id)
    reviewing.erase_customer(customer_id=customer_id)
    contacts.erase_customer(customer_id=customer_id)
    portfolio.erase_customer(
        customer_id=customer_id, external_id=card.external_id, name=_("Cliente eliminado"), at=at
    )
    audit.record(
        actor=actor,
        action="customer-erased",
        subject_type="customer",
        subject_id=customer_id,
        customer_id=customer_id,
        at=at,
    )


def _words_of(*, customer_id: int, name: str, tax_id: str) -> list[str]:
    """List the words that name a customer wherever they stand."""
    found = {name, tax_id}
    for point in contact_rows.points_of(customer_id=customer_id):
        found |= {point.value, point.normalized, point.owner_name}
    return sorted(word for word in found if len(word) >= _WORD_LENGTH_MIN)
