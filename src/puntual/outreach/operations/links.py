"""
Portal links: who may open the portal for which customer?

Reads: nothing else
Writes: outreach.PortalLink, audit.Event
Guarantees: a link opens only in the company that made it, until it expires or is revoked; wrong answers are
counted, while a link is closed for them no answer opens it, and too many of them close it for ever.
"""

import base64
import binascii
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _

from puntual.audit import operations as audit
from puntual.audit.types import SYSTEM, Actor
from puntual.db import named, rows, schema
from puntual.lib.errors import DomainError
from puntual.lib.given_names import greeting_of
from puntual.outreach import rules
from puntual.outreach.types import LinkVisit, PortalAccess

_LINKS = named.load(Path(__file__).parents[1] / "sql" / "links.sql")


class LinkRefused(DomainError):
    """A portal link does not open; `code` says why: link-invalid, link-expired or link-revoked."""

    code = "link-invalid"

    @property
    def is_known(self) -> bool:
        """Say whether the link was once ours, or nobody ever made it."""
        return self.code != "link-invalid"


def _revoked() -> LinkRefused:
    return LinkRefused(_("Este enlace ya no está activo. Pida uno nuevo a la empresa."), code="link-revoked")


def _signer() -> signing.Signer:
    # The company is in the salt: a link of one company is noise to another.
    return signing.Signer(salt=f"puntual.outreach.link:{schema.current()}", sep=".")


def _token(link_id: UUID) -> str:
    return _signer().sign(base64.urlsafe_b64encode(link_id.bytes).decode().rstrip("="))


def make_portal_links(*, customer_ids: Sequence[int], at: datetime) -> dict[int, PortalAccess]:
    """Return an open link for each customer, making those that lack one: two statements whatever their number."""
    wanted = list(dict.fromkeys(customer_ids))
    found = rows.fetch_all(
        _LINKS["live_links"], {"customer_ids": wanted, "lives_until": at + rules.LINK_LIFE_LEFT_MIN}
    )
    links: dict[int, UUID] = {row[0]: row[1] for row in found}
    made = {customer_id: uuid4() for customer_id in wanted if customer_id not in links}
    if made:
        rows.execute(
            _LINKS["add_links"],
            {
                "ids": list(made.values()),
                "customer_ids": list(made),
                "at": at,
                "expires_at": at + rules.LINK_LIFE,
            },
        )
    return {
        customer_id: PortalAccess(link_id=link_id, token=_token(link_id))
        for customer_id, link_id in {**links, **made}.items()
    }


def make_portal_link(*, customer_id: int, at: datetime) -> str:
    """Return the token of an open link of one customer."""
    return make_portal_links(customer_ids=[customer_id], at=at)[customer_id].token


def check_link(*, token: str, at: datetime, takes_old: bool = False) -> LinkVisit:
    """
    Say whose link this is, and whether identity may be asked for now.

    `takes_old` accepts one that expired or was revoked: for what a debtor may always do, such as stopping e-mails.

    Raises: LinkRefused for a forged, unknown, expired or revoked link.
    """
    try:
        text = _signer().unsign(token)
        link_id = UUID(bytes=base64.urlsafe_b64decode(f"{text}=="))
    except (signing.BadSignature, binascii.Error, ValueError) as error:
        raise LinkRefused(_("Este enlace no es válido. Use el del mensaje más reciente.")) from error
    found = rows.fetch_dicts(_LINKS["link"], {"id": link_id})
    if not found:
        raise LinkRefused(_("Este enlace no es válido. Use el del mensaje más reciente."))
    link = found[0]
    if link["revoked_at"] is not None and not takes_old:
        raise _revoked()
    if link["expires_at"] <= at and not takes_old:
        raise LinkRefused(_("Este enlace ya venció. Use el del mensaje más reciente."), code="link-expired")
    is_locked = link["locked_until"] is not None and link["locked_until"] > at
    return LinkVisit(
        link_id=link["id"],
        customer_id=link["customer_id"],
        greeting=greeting_of(name=link["name"], short_name=link["short_name"], is_person=link["is_person"]),
        locked_until=link["locked_until"] if is_locked else None,
        attempts_left=0
        if is_locked
        else min(
            rules.IDENTITY_FAILURES_MAX - link["failed_attempts"],
            rules.IDENTITY_FAILURES_TOTAL_MAX - link["failed_total"],
        ),
    )


def note_failed_identity(*, link_id: UUID, at: datetime) -> datetime | None:
    """
    Count a wrong answer; return until when the link is closed, or None while answers are still taken.

    Every fifth wrong answer closes it, each time for longer. Wrong answers sent at once are all counted.

    Raises: LinkRefused when the link is closed for ever: this was one wrong answer too many.
    """
    with transaction.atomic():
        found = rows.fetch_dicts(_LINKS["hold_link"], {"id": link_id})
        if not found:
            raise LinkRefused(_("Este enlace no es válido. Use el del mensaje más reciente."))
        link = found[0]
        locked_until: datetime | None = link["locked_until"]
        if link["revoked_at"] is None:
            if locked_until is not None and locked_until > at:
                return locked_until
            after = rules.after_failure(
                failed_attempts=link["failed_attempts"], failed_total=link["failed_total"], at=at
            )
            rows.execute(
                _LINKS["note_failure"],
                {
                    "id": link_id,
                    "failed_attempts": after.failed_attempts,
                    "failed_total": after.failed_total,
                    "locked_until": after.locked_until,
                },
            )
            if not after.is_spent:
                return after.locked_until
            revoke_link(link_id=link_id, actor=SYSTEM, at=at)
    # Outside of the transaction: what was counted stays.
    raise _revoked()


def note_visit(*, link_id: UUID, at: datetime) -> bool:
    """
    Note that identity was proven and forget the failures but their total; False when the link was closed meanwhile.

    Whoever sends many answers at once must not be let in by one that arrives after the link closed.
    """
    return bool(rows.fetch_all(_LINKS["note_visit"], {"id": link_id, "at": at}))


def revoke_link(*, link_id: UUID, actor: Actor, at: datetime) -> bool:
    """Close a link for ever; False when it was closed already or never was."""
    with transaction.atomic():
        found = rows.fetch_all(_LINKS["revoke"], {"id": link_id, "at": at})
        if found:
            audit.record(
                actor=actor,
                action="portal-link-revoked",
                subject_type="portal_link",
                subject_id=None,
                customer_id=found[0][0],
                after={"link": str(link_id)},
                at=at,
            )
    return bool(found)
