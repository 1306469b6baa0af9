"""
Outreach: was it sent, and what became of it?

Reads: plans.Action, contacts.ContactPoint, companies.Company, portfolio and agreements through queries
Writes: outreach.TemplateVersion, outreach.Message, outreach.DeliveryEvent, outreach.PortalLink, audit.Event
Guarantees: an action has one message at most; a message is announced (SENDING, committed) before it is handed
over, so that it is never handed over twice without a person's word; one message to a customer is on its way at
a time; a wording that was sent is never changed; a link opens only for the company that made it.
"""

import base64
import binascii
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from django.core import signing
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from puntual.audit import operations as audit
from puntual.audit.types import Actor
from puntual.contacts.types import Channel, Purpose
from puntual.db import named, rows, schema
from puntual.lib.errors import DomainError, NotFound
from puntual.outreach import queries, rules
from puntual.outreach.queries import engine
from puntual.outreach.types import (
    ClaimedMessage,
    DeliveryKind,
    Ending,
    EventResult,
    LinkVisit,
    MessageState,
    Outcome,
    PortalAccess,
    ProviderEvent,
    RenderedMessage,
    StaleCounts,
    TemplateCounts,
    Wording,
)

_FOLDER = Path(__file__).parent / "sql"
_MESSAGES = named.load(_FOLDER / "messages.sql")
_TEMPLATES = named.load(_FOLDER / "templates.sql")
_LINKS = named.load(_FOLDER / "links.sql")
_CLAIM_TRIES_MAX = 3


class UnableToLoadTemplates(DomainError):
    """A template is wrong; nothing was loaded."""

    code = "unable-to-load-templates"


class LinkRefused(DomainError):
    """A portal link does not open; `code` says why: link-invalid, link-expired or link-revoked."""

    code = "link-invalid"

    @property
    def is_known(self) -> bool:
        """Say whether the link was once ours, or nobody ever made it."""
        return self.code != "link-invalid"


# Templates


def load_templates(*, at: datetime, wordings: Sequence[Wording] | None = None) -> TemplateCounts:
    """
    Put the shipped templates in use; a file that did not change writes nothing.

    Every template is first written out with sample data: a wrong one stops the whole load.

    Raises: UnableToLoadTemplates.
    """
    if wordings is None:
        wordings = queries.read_template_files()
    for one in wordings:
        _check_wording(one)
    newest = {
        (row[0], row[1], row[2]): (row[3], row[4]) for row in rows.fetch_all(_TEMPLATES["newest_versions"])
    }
    changed = []
    for one in wordings:
        number, digest = newest.get((one.key, one.channel.value, one.language), (0, ""))
        if digest != one.content_hash:
            changed.append((one, number + 1))
    if changed:
        params = {
            "keys": [one.key for one, _number in changed],
            "languages": [one.language for one, _number in changed],
            "numbers": [number for _one, number in changed],
            "names": [one.name for one, _number in changed],
            "subjects": [one.subject for one, _number in changed],
            "texts": [one.text for one, _number in changed],
            "htmls": [one.html for one, _number in changed],
            "hashes": [one.content_hash for one, _number in changed],
            "at": at,
        }
        with transaction.atomic():
            rows.execute(_TEMPLATES["retire"], params)
            rows.execute(_TEMPLATES["add_versions"], params)
    return TemplateCounts(new=len(changed), unchanged=len(wordings) - len(changed))


def _check_wording(wording: Wording) -> None:
    try:
        for context in rules.sample_contexts(key=wording.key, language=wording.language):
            engine.render(subject=wording.subject, text=wording.text, html=wording.html, context=context)
    except (engine.TemplateSyntaxError, engine.MissingWord) as error:
        raise UnableToLoadTemplates(
            _("La plantilla «%(key)s» (%(language)s) no se puede escribir: %(error)s")
            % {"key": wording.key, "language": wording.language, "error": error}
        ) from error


# Queue


def queue_for_actions(*, action_ids: Sequence[int], at: datetime) -> int:
    """Queue one e-mail for each of these actions that waits for one; return how many are new. One statement."""
    if not action_ids:
        return 0
    return rows.execute(_MESSAGES["queue_for_actions"], {"action_ids": list(action_ids), "at": at})


def cancel_messages(
    *, customer_ids: Sequence[int] = (), action_ids: Sequence[int] = (), reason: str, at: datetime
) -> int:
    """Stop what was not handed over yet, claimed or not; return how many. One statement."""
    return rows.execute(
        _MESSAGES["cancel"],
        {"customer_ids": list(customer_ids), "action_ids": list(action_ids), "reason": reason[:200]},
    )


def claim(*, limit: int, worker: str, at: datetime) -> list[ClaimedMessage]:
    """
    Take due messages for a worker in a transaction of its own, at most one for each customer.

    Another worker may have just taken another message of the same customer: the database refuses that, and
    the claim is made again without it.
    """
    for number in range(1, _CLAIM_TRIES_MAX + 1):
        try:
            with transaction.atomic():
                found = rows.fetch_all(_MESSAGES["claim"], {"limit": limit, "worker": worker, "at": at})
        except IntegrityError:
            if number == _CLAIM_TRIES_MAX:
                return []
            continue
        return sorted((_claimed(row) for row in found), key=lambda one: one.id)
    return []


def _claimed(row: tuple[object, ...]) -> ClaimedMessage:
    *head, channel, purpose, template, recipient, tries = row
    return ClaimedMessage(*head, Channel(channel), Purpose(purpose), template, recipient, tries)  # type: ignore[arg-type]


def store_words(*, messages: Sequence[RenderedMessage], worker: str) -> int:
    """Keep the words of this worker's claimed messages; return how many are still its own. One statement."""
    if not messages:
        return 0
    return rows.execute(
        _MESSAGES["store_words"],
        {
            "ids": [one.message_id for one in messages],
            "subjects": [one.words.subject for one in messages],
            "texts": [one.words.text for one in messages],
            "htmls": [one.words.html for one in messages],
            "version_ids": [one.template_version_id for one in messages],
            "link_ids": [one.portal_link_id for one in messages],
            "worker": worker,
        },
    )


def refuse_messages(*, endings: Sequence[Ending], worker: str) -> int:
    """End claimed messages that may not or should not be sent. One statement."""
    if not endings:
        return 0
    return rows.execute(
        _MESSAGES["refuse"],
        {
            "ids": [one.message_id for one in endings],
            "reasons": [one.reason[:200] for one in endings],
            "worker": worker,
        },
    )


def defer_messages(*, endings: Sequence[Ending], worker: str) -> int:
    """Put claimed messages back until their `not_before`. One statement."""
    if not endings:
        return 0
    return rows.execute(
        _MESSAGES["defer"],
        {
            "ids": [one.message_id for one in endings],
            "moments": [one.not_before for one in endings],
            "reasons": [one.reason[:200] for one in endings],
            "worker": worker,
        },
    )


def mark_sending(*, message_id: int, worker: str, sent_ids: Sequence[int] = (), at: datetime) -> bool:
    """
    Announce that a message is handed over now, and record those accepted before it, in one commit.

    False when it is no longer this worker's to send: cancelled, or given to another.
    """
    found = rows.fetch_all(
        _MESSAGES["mark_sending"],
        {"id": message_id, "worker": worker, "sent_ids": list(sent_ids), "at": at},
    )
    return bool(found)


def mark_sent(*, message_ids: Sequence[int], worker: str, at: datetime) -> int:
    """Record messages that the server accepted."""
    if not message_ids:
        return 0
    return rows.execute(_MESSAGES["mark_sent"], {"ids": list(message_ids), "worker": worker, "at": at})


def mark_failed(
    *, message_id: int, worker: str, reason: str, is_temporary: bool, tries: int, at: datetime
) -> MessageState:
    """Record a refusal: a temporary one is tried again later until the tries are used up. `tries` counts this one."""
    wait = rules.backoff(tries=tries) if is_temporary else None
    state = MessageState.FAILED if wait is None else MessageState.QUEUED
    moment = None if wait is None else at + wait
    _end(message_id=message_id, worker=worker, state=state, reason=reason, not_before=moment)
    return state


def mark_bounced(*, message_id: int, worker: str, reason: str) -> None:
    """Record that the server does not take mail for this address, now or ever."""
    _end(message_id=message_id, worker=worker, state=MessageState.BOUNCED, reason=reason)


def mark_unknown(*, message_id: int, worker: str, reason: str) -> None:
    """Record that the line broke after the words left: the server may have it."""
    _end(message_id=message_id, worker=worker, state=MessageState.UNKNOWN, reason=reason)


def _end(
    *, message_id: int, worker: str, state: MessageState, reason: str, not_before: datetime | None = None
) -> None:
    params = {
        "id": message_id,
        "worker": worker,
        "state": state.value,
        "reason": reason[:200],
        "not_before": not_before,
    }
    rows.execute(_MESSAGES["mark_ended"], params)


def withdraw(*, message_id: int, worker: str, not_before: datetime) -> None:
    """Put back an announced message whose words never left; the try does not count."""
    rows.execute(_MESSAGES["withdraw"], {"id": message_id, "worker": worker, "not_before": not_before})


def release_claimed(*, worker: str, not_before: datetime) -> int:
    """Give back what this worker claimed and will not hand over now."""
    return rows.execute(_MESSAGES["release_own"], {"worker": worker, "not_before": not_before})


def release_stale(*, at: datetime, older_than: timedelta) -> StaleCounts:
    """
    Take messages from workers that are gone.

    What was only claimed is queued again. What was being handed over becomes UNKNOWN: the server may have it,
    so it is never sent again before a person says so.
    """
    states = [row[0] for row in rows.fetch_all(_MESSAGES["release_stale"], {"before": at - older_than})]
    unknown = states.count(MessageState.UNKNOWN)
    return StaleCounts(requeued=len(states) - unknown, unknown=unknown)


def resolve_unknown(*, message_id: int, was_sent: bool, actor: Actor, at: datetime) -> None:
    """
    Settle a message that nobody knew about: it was sent, or it is queued again.

    Raises: NotFound when there is no such message waiting for an answer.
    """
    with transaction.atomic():
        found = rows.fetch_all(
            _MESSAGES["resolve_unknown"], {"id": message_id, "was_sent": was_sent, "at": at}
        )
        if not found:
            raise NotFound(_("Ese mensaje no está pendiente de confirmar."))
        audit.record(
            actor=actor,
            action="message-resolved",
            subject_type="message",
            subject_id=message_id,
            customer_id=found[0][0],
            before={"state": MessageState.UNKNOWN.value},
            after={"state": (MessageState.SENT if was_sent else MessageState.QUEUED).value},
            at=at,
        )


# Outcomes


def unreported(*, limit: int) -> list[Outcome]:
    """Return outcomes that contacts and plans do not know yet."""
    found = rows.fetch_dicts(_MESSAGES["unreported"], {"limit": limit})
    return [
        Outcome(
            message_id=row["id"],
            key=row["key"],
            action_id=row["action_id"],
            customer_id=row["customer_id"],
            contact_point_id=row["contact_point_id"],
            channel=Channel(row["channel"]),
            purpose=Purpose(row["purpose"]),
            state=MessageState(row["state"]),
            reason=row["reason"],
            at=row["at"],
        )
        for row in found
    ]


def mark_reported(*, outcomes: Sequence[Outcome], at: datetime) -> int:
    """Note that outcomes were told; one that changed meanwhile is told again. One statement."""
    if not outcomes:
        return 0
    return rows.execute(
        _MESSAGES["mark_reported"],
        {
            "ids": [one.message_id for one in outcomes],
            "states": [one.state.value for one in outcomes],
            "at": at,
        },
    )


def record_event(*, event: ProviderEvent) -> EventResult:
    """
    Keep what a provider told of a message, once, and move the message where it says more than we knew.

    Raises: NotFound when no message has that key.
    """
    with transaction.atomic():
        found = rows.fetch_dicts(_MESSAGES["message_of_key"], {"message_key": event.message_key})
        if not found:
            raise NotFound(_("No existe ese mensaje."))
        message = found[0]
        is_new = bool(
            rows.fetch_all(
                _MESSAGES["record_event"],
                {
                    "key": event.key[:160],
                    "message_key": event.message_key,
                    "kind": event.kind.value,
                    "detail": event.detail,
                    "at": event.at,
                },
            )
        )
        if is_new and event.kind is DeliveryKind.BOUNCED:
            rows.execute(_MESSAGES["mark_bounced_later"], {"id": message["id"], "reason": event.detail[:200]})
        elif is_new:
            rows.execute(_MESSAGES["mark_delivered"], {"id": message["id"], "at": event.at})
    return EventResult(
        is_new=is_new,
        message_id=message["id"],
        customer_id=message["customer_id"],
        contact_point_id=message["contact_point_id"],
    )


# Portal links


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


def check_link(*, token: str, at: datetime) -> LinkVisit:
    """
    Say whose link this is, and whether identity may be asked for now.

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
    if link["revoked_at"] is not None:
        raise LinkRefused(
            _("Este enlace ya no está activo. Pida uno nuevo a la empresa."), code="link-revoked"
        )
    if link["expires_at"] <= at:
        raise LinkRefused(_("Este enlace ya venció. Use el del mensaje más reciente."), code="link-expired")
    is_locked = link["locked_until"] is not None and link["locked_until"] > at
    return LinkVisit(
        link_id=link["id"],
        customer_id=link["customer_id"],
        locked_until=link["locked_until"] if is_locked else None,
        attempts_left=0 if is_locked else rules.IDENTITY_FAILURES_MAX - link["failed_attempts"],
    )


def note_failed_identity(*, link_id: UUID, at: datetime) -> datetime | None:
    """
    Count a wrong answer; return until when the link is closed, or None while answers are still taken.

    The fifth wrong answer closes it for a quarter of an hour. Wrong answers sent at once are all counted.
    """
    params = {
        "id": link_id,
        "max": rules.IDENTITY_FAILURES_MAX,
        "lock_until": at + rules.LOCK_TIME,
        "at": at,
    }
    found = rows.fetch_all(_LINKS["note_failure"], params)
    return found[0][0] if found else None


def note_visit(*, link_id: UUID, at: datetime) -> bool:
    """
    Note that identity was proven and forget the failures; False when the link was closed meanwhile.

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


def erase_customer(*, customer_id: int, at: datetime) -> None:
    """Take away addresses and words of a customer's messages and close their links; that they were sent stays."""
    rows.execute(_MESSAGES["erase_customer"], {"customer_id": customer_id, "at": at})
