"""Contacts that the law leaves to a person: what waits, and what was released."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from puntual.compliance.types import PendingReview, Release, ReviewAsk, ReviewGroup, ReviewMark, ReviewState
from puntual.contacts.types import Channel, Purpose
from puntual.db import named, rows
from puntual.lib.errors import NotFound

_SQL = named.load(Path(__file__).parent.parent / "sql" / "reviews.sql")


def releases(*, asks: Sequence[ReviewAsk], today: date) -> list[Release | None]:
    """
    Return for each contact what a person released of it today, in the order given; None: nothing that still holds.

    A release holds for just these words, this contact point and this law, and while it names all that asks for one
    now. One statement.
    """
    facts = [one.judged.facts for one in asks]
    found = rows.fetch_all(
        _SQL["releases"],
        {
            "customer_ids": [one.customer_id for one in facts],
            "point_ids": [one.contact_point_id for one in asks],
            "channels": [one.channel.value for one in facts],
            "purposes": [one.purpose.value for one in facts],
            "text_digests": [one.text_digest for one in asks],
            "for_day": today,
            "pack_digests": [one.judged.verdict.law.digest for one in asks],
        },
    )
    answers: list[Release | None] = [None] * len(asks)
    for place, review_id, digest, rule_ids in found:
        index = place - 1
        if set(asks[index].judged.verdict.reviewed) <= set(rule_ids):
            answers[index] = Release(ReviewMark(review_id, digest), frozenset(rule_ids))
    return answers


def groups(*, today: date) -> list[ReviewGroup]:
    """Count what waits today for a person, by step, template and the rules that object."""
    return [
        ReviewGroup(step_key, template, Channel(channel), tuple(rule_ids), total)
        for step_key, template, channel, rule_ids, total in rows.fetch_all(_SQL["groups"], {"for_day": today})
    ]


def waiting(*, today: date, limit: int, group: ReviewGroup | None = None) -> list[PendingReview]:
    """List what waits today for a person, all of it or one group, the oldest first."""
    found = rows.fetch_dicts(
        _SQL["waiting"],
        {
            "for_day": today,
            "limit": limit,
            "step_key": group.step_key if group else None,
            "template": group.template if group else None,
            "channel": group.channel.value if group else None,
            "rules": ",".join(group.rule_ids) if group else None,
        },
    )
    return [review_of(row=row) for row in found]


def answered(*, today: date, limit: int) -> list[PendingReview]:
    """List what people answered on a day, the newest first."""
    found = rows.fetch_dicts(_SQL["answered"], {"for_day": today, "limit": limit})
    return [review_of(row=row) for row in found]


def review(*, review_id: int) -> PendingReview:
    """
    Return a contact that waits for a person, or was answered.

    Raises: NotFound.
    """
    found = rows.fetch_dicts(_SQL["review"], {"review_id": review_id})
    if not found:
        raise NotFound(_("Ese contacto no espera a nadie."))
    return review_of(row=found[0])


def review_of(*, row: dict[str, Any]) -> PendingReview:
    """Read a row of a review."""
    return PendingReview(
        **{
            **row,
            "channel": Channel(row["channel"]),
            "purpose": Purpose(row["purpose"]),
            "rule_ids": tuple(row["rule_ids"]),
            "state": ReviewState(row["state"]),
        }
    )
