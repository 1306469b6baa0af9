"""
An answer that grants somebody their data carries them, where it goes to an own address that is known to be theirs.

The files are made when the message is about to leave and are kept nowhere; a message that is tried again makes them
again. Where it is not safe, or they cannot be made, the message says where to get them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Protocol

import structlog
from django.db import transaction

from puntual.audit.types import SYSTEM
from puntual.companies.types import CompanyFacts
from puntual.contacts import queries as contacts
from puntual.contacts.types import OwnerRole, Point, PointKind, PointState
from puntual.flows import own_data
from puntual.outreach.types import (
    ANSWER_TEMPLATE,
    Attachment,
    ClaimedMessage,
    MessageFacts,
    OwnDataAt,
)
from puntual.rights import operations as rights
from puntual.rights import queries as petitions
from puntual.rights.types import GrantedByMail

log = structlog.get_logger("puntual.dispatch")

# In base64 they are a third larger, and many servers take ten megabytes.
FILES_BYTES_MAX = 6_000_000
# A paper takes up to a second to make; what is claimed together must leave within one call.
MADE_MAX = 5


class FilesOf(Protocol):
    """Makes the files; the pages know how their papers look."""

    def __call__(
        self, *, kept: Mapping[str, Any], name: str, language: str, time_zone: str, at: datetime
    ) -> tuple[Attachment, ...]:
        """Make the files of what is kept."""
        ...


def is_safe(*, point: Point) -> bool:
    """Say whether data may be sent to an address: it is the person's own, and was found to be theirs."""
    is_own = point.owner_role is OwnerRole.DEBTOR
    return point.kind is PointKind.EMAIL and is_own and point.state is PointState.VERIFIED


def with_data(
    *,
    going: Sequence[MessageFacts],
    claimed: Mapping[int, ClaimedMessage],
    company: CompanyFacts,
    files_of: FilesOf | None,
    today: date,
    at: datetime,
) -> tuple[list[MessageFacts], dict[int, tuple[Attachment, ...]]]:
    """
    Return what messages tell, with where the data are that they grant, and the files of those that carry them.

    Those for whom too many files would be made at once are left out: they go back to the queue and are claimed again.
    Without `files_of` nothing is attached.
    """
    answers = [one.message_id for one in going if one.template == ANSWER_TEMPLATE]
    granted = petitions.granted_by_mail(message_ids=answers) if answers else {}
    if not granted:
        return list(going), {}
    told: list[MessageFacts] = []
    attached: dict[int, tuple[Attachment, ...]] = {}
    for one in going:
        grant = granted.get(one.message_id)
        if grant is None:
            told.append(one)
            continue
        files: tuple[Attachment, ...] = ()
        if files_of is not None and _is_theirs(claimed[one.message_id], grant=grant):
            if len(attached) == MADE_MAX:
                continue
            files = _made(one, grant=grant, company=company, files_of=files_of, today=today, at=at)
        if files:
            attached[one.message_id] = files
        told.append(replace(one, own_data=OwnDataAt.ATTACHED if files else OwnDataAt.ELSEWHERE))
    return told, attached


def _is_theirs(message: ClaimedMessage, *, grant: GrantedByMail) -> bool:
    """Look at the address again: it may have been another's, or gone bad, since the answer was written."""
    return grant.customer_id == message.customer_id and any(
        point.id == message.contact_point_id
        and point.normalized == message.recipient
        and is_safe(point=point)
        for point in contacts.points_of(customer_id=message.customer_id)
    )


def _made(
    facts: MessageFacts,
    *,
    grant: GrantedByMail,
    company: CompanyFacts,
    files_of: FilesOf,
    today: date,
    at: datetime,
) -> tuple[Attachment, ...]:
    """Make the files and note it; none where they are too large or cannot be made: no other message waits for it."""
    try:
        kept = own_data.own_data(customer_id=grant.customer_id, company=company, today=today, at=at)
        files = files_of(
            kept=kept, name=grant.folio, language=facts.language[:2], time_zone=company.time_zone, at=at
        )
    except Exception as error:
        # The error's own text may hold what is kept of the person.
        log.error("own-data-not-made", petition=grant.petition_id, error=type(error).__name__)
        return ()
    if sum(len(one.content) for one in files) > FILES_BYTES_MAX:
        log.warning("own-data-too-large", petition=grant.petition_id)
        return ()
    with transaction.atomic(durable=True):
        rights.note_mailed_data(
            petition_id=grant.petition_id, data_hash=kept["seal"]["hash"], actor=SYSTEM, at=at
        )
    return files
