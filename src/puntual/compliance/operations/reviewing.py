"""
Contacts that the law leaves to a person: asked for, released or refused.

Reads: plans.Action, portfolio.Customer
Writes: compliance.Review, compliance.Verdict, compliance.Block, compliance.Pack
Guarantees: one contact waits once; each is answered once, by one person, and the answer is hashed into the chain with
a verdict; a release lifts only what the law leaves to a person.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from puntual.audit.types import Actor
from puntual.compliance.queries import reviewing
from puntual.compliance.types import (
    ContactFacts,
    JudgedContact,
    PendingReview,
    ReviewAsk,
    ReviewMark,
    ReviewState,
    Verdict,
    VerdictOutcome,
)
from puntual.contacts.types import Channel
from puntual.db import named, rows

_SQL = named.load(Path(__file__).parent.parent / "sql" / "reviews.sql")


def ask(*, asks: Sequence[ReviewAsk], today: date, at: datetime) -> None:
    """Have contacts wait for a person until the day ends. One statement. Requires a transaction."""
    if not asks:
        return
    rows.execute(
        _SQL["ask"],
        {
            "rows": rows.as_document(
                [
                    (
                        one.judged.facts.customer_id,
                        one.judged.action_id,
                        one.contact_point_id,
                        one.judged.facts.channel.value,
                        one.judged.facts.purpose.value,
                        one.judged.step_key,
                        one.template,
                        one.text_digest,
                        ",".join(one.judged.verdict.reviewed),
                        one.judged.verdict.law.digest,
                        one.judged.verdict.law.version,
                    )
                    for one in asks
                ]
            ),
            "for_day": today,
            "at": at,
        },
    )


def ask_for_tasks(
    *, action_ids: Sequence[int], judged: Sequence[JudgedContact], today: date, at: datetime
) -> None:
    """Have the tasks among new actions wait for a person where the law leaves them to one; none asks nothing."""
    asking = {
        (one.facts.customer_id, one.facts.channel.value): one
        for one in judged
        if one.verdict.outcome is VerdictOutcome.REVIEW and one.facts.channel is not Channel.EMAIL
    }
    if not asking or not action_ids:
        return
    found = rows.fetch_all(
        _SQL["ask_of_tasks"],
        {"action_ids": list(action_ids), "customer_ids": sorted({one for one, _channel in asking})},
    )
    asks = [
        ReviewAsk(replace(judged_one, action_id=action_id), point_id, template)
        for action_id, customer_id, point_id, channel, template in found
        if (judged_one := asking.get((customer_id, channel))) is not None
    ]
    ask(asks=asks, today=today, at=at)


def with_releases(
    *,
    asks: Sequence[ReviewAsk],
    judge: Callable[[Sequence[ContactFacts]], Sequence[tuple[Verdict, datetime | None]]],
    today: date,
) -> list[JudgedContact]:
    """
    Judge contacts that ask for a person's release again, with what was released of each; in the order given.

    `judge` is the gate, with the moment that each verdict is about. One without a release stays as it is.
    """
    found = reviewing.releases(asks=asks, today=today)
    facts = [
        replace(one.judged.facts, released=release.rule_ids)
        for one, release in zip(asks, found, strict=True)
        if release is not None
    ]
    again = iter(zip(facts, judge(facts), strict=True) if facts else ())
    judged = []
    for one, release in zip(asks, found, strict=True):
        if release is None:
            judged.append(one.judged)
            continue
        contact, (verdict, about) = next(again)
        judged.append(replace(one.judged, facts=contact, verdict=verdict, about=about, review=release.mark))
    return judged


def hold(*, review_ids: Sequence[int], today: date) -> list[PendingReview]:
    """Hold contacts that wait today until the transaction ends; those that wait no longer are left out."""
    found = rows.fetch_dicts(_SQL["hold"], {"review_ids": list(review_ids), "for_day": today})
    return [reviewing.review_of(row=row) for row in found]


def answer(
    *, review_ids: Sequence[int], is_released: bool, reason: str, actor: Actor, at: datetime
) -> dict[int, ReviewMark]:
    """
    Keep what a person answered to contacts that are held, and return the mark of each, for the verdict that proves it.

    One statement. Requires a transaction.
    """
    state = ReviewState.RELEASED if is_released else ReviewState.REFUSED
    found = rows.fetch_all(
        _SQL["answer"],
        {
            "review_ids": list(review_ids),
            "state": state.value,
            "actor_id": actor.id,
            "actor_label": actor.label[:120],
            "reason": reason,
            "reason_digest": hashlib.sha256(reason.encode()).hexdigest(),
            "at": at,
        },
    )
    return {review_id: ReviewMark(review_id, digest) for review_id, digest in found}


def erase_customer(*, customer_id: int) -> None:
    """Take away the words with which contacts of a customer were released or refused; their hashes stay."""
    rows.execute(_SQL["erase_customer"], {"customer_id": customer_id})
