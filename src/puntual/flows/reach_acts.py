"""
What staff do about how a customer is reached: points, channels, portal links. One transaction each.

A channel that a customer leaves stops what was queued in the same transaction; what was wrong with the customer's
data is looked at again, so that it ends with what mended it.
"""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from puntual.audit import operations as audit
from puntual.audit.types import Actor
from puntual.companies import queries as companies
from puntual.contacts import operations as contacts
from puntual.contacts import queries as contact_rows
from puntual.contacts.types import (
    Channel,
    ConsentDecision,
    NewPoint,
    OwnerRole,
    Point,
    PointKind,
    PointState,
    ResponseKind,
)
from puntual.flows import placing, quality
from puntual.flows.stopping import stop_what_was_queued
from puntual.lib.errors import DomainError, NotFound
from puntual.outreach import operations as outreach
from puntual.outreach import queries as messages
from puntual.portfolio import queries as portfolio

_SOURCE = "staff"


class UnableToAddPoint(DomainError):
    """Nobody could be reached with what was typed; nothing was written."""

    code = "unable-to-add-point"


class NothingToProve(DomainError):
    """A debtor could not enter the portal: we know nothing that could prove who they are."""

    code = "nothing-to-prove"


def own_point(*, customer_id: int, point_id: int | None) -> Point | None:
    """
    Return a contact point of a customer, or None when none is named.

    Raises: NotFound when it is of somebody else.
    """
    if point_id is None:
        return None
    for point in contact_rows.points_of(customer_id=customer_id):
        if point.id == point_id:
            return point
    raise NotFound(_("Ese medio de contacto no es de este cliente."))


@placing.change()
def set_channel(
    *,
    key: str,
    customer_id: int,
    channel: Channel,
    decision: ConsentDecision,
    note: str,
    actor: Actor,
    at: datetime,
) -> bool:
    """
    Keep what a customer told a person about a channel; leaving one stops what was queued. False: nothing new.

    Raises: NotFound.
    """
    is_left = decision is ConsentDecision.OPTED_OUT
    if not contacts.set_consent(
        customer_id=customer_id,
        channel=channel,
        decision=decision,
        source=_SOURCE,
        note=note,
        actor=actor,
        at=at,
    ):
        return False
    contacts.record_response(
        key=key,
        customer_id=customer_id,
        kind=ResponseKind.OPTED_OUT if is_left else ResponseKind.REPLIED,
        channel=channel,
        at=at,
        note=note,
    )
    if is_left:
        stop_what_was_queued(customer_id=customer_id, reason="opted-out", at=at)
    quality.check_within(customer_ids=[customer_id], at=at)
    placing.touch(customer_ids=[customer_id])
    return True


@placing.change()
def add_point(
    *,
    customer_id: int,
    kind: PointKind,
    value: str,
    owner_role: OwnerRole,
    owner_name: str,
    source: str,
    actor: Actor,
    at: datetime,
) -> bool:
    """
    Keep a contact point with whose it is and where it came from; False when it was known.

    Raises: NotFound; UnableToAddPoint.
    """
    portfolio.customer_card(customer_id=customer_id)
    normalized = contact_rows.normalize(kind=kind, value=value)
    if not normalized:
        raise UnableToAddPoint(_("No es un correo, teléfono o domicilio que se pueda usar."))
    point = NewPoint(
        customer_id=customer_id,
        kind=kind,
        value=value,
        normalized=normalized,
        owner_role=owner_role,
        owner_name=owner_name,
        source=source,
    )
    is_new = contacts.upsert_points(points=[point], at=at).new == 1
    if is_new:
        after = {"kind": kind.value, "owner_role": owner_role.value, "source": source}
        point_id = next(
            one.id
            for one in contact_rows.points_of(customer_id=customer_id)
            if (one.kind, one.normalized, one.owner_role) == (kind, normalized, owner_role)
        )
        # The trail only grows: it names the point, whose value can be erased, and not the value.
        audit.record(
            actor=actor,
            action="contact-point-added",
            subject_type="contact_point",
            subject_id=point_id,
            customer_id=customer_id,
            after=after,
            at=at,
        )
        quality.check_within(customer_ids=[customer_id], at=at)
        placing.touch(customer_ids=[customer_id])
    return is_new


@placing.change()
def mark_point(
    *, customer_id: int, point_id: int, state: PointState, note: str, actor: Actor, at: datetime
) -> None:
    """
    Say what is known of a contact point.

    Raises: NotFound, also for a point of another customer.
    """
    own_point(customer_id=customer_id, point_id=point_id)
    contacts.set_point_state(point_id=point_id, state=state, note=note, actor=actor, at=at)
    quality.check_within(customer_ids=[customer_id], at=at)
    placing.touch(customer_ids=[customer_id])


@transaction.atomic(durable=True)
def make_portal_link(*, customer_id: int, actor: Actor, at: datetime) -> str:
    """
    Return the token of an open portal link of a customer, with a note of who asked for it.

    Raises: NotFound; NothingToProve when the debtor could not enter with it.
    """
    portfolio.customer_card(customer_id=customer_id)
    policy = companies.current_company(base_url=settings.BASE_URL).portal_identity
    if not messages.proofs_of(customer_ids=[customer_id], policy=policy):
        raise NothingToProve(
            _("Este cliente no podría entrar al portal: agregue su RFC, un teléfono propio o su contrato.")
        )
    token = outreach.make_portal_link(customer_id=customer_id, at=at)
    audit.record(
        actor=actor,
        action="portal-link-shown",
        subject_type="customer",
        subject_id=customer_id,
        customer_id=customer_id,
        at=at,
    )
    return token


@transaction.atomic(durable=True)
def revoke_portal_link(*, link_id: UUID, actor: Actor, at: datetime) -> bool:
    """Close a portal link for ever; False when it was closed already or never was."""
    return outreach.revoke_link(link_id=link_id, actor=actor, at=at)
