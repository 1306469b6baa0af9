"""
What is due goes out: claim → look again → write → announce → hand over → record.

A message may have been right when it was planned and wrong now, so the law and the debt are read again just
before the words are written. Each message is announced (SENDING) in a commit of its own before it is handed
over: a worker killed anywhere leaves at most one message that nobody knows about, and that one is shown to a
person, never sent again blindly.

Trade-offs, measured with `make bench`:

* One commit a message, not two: the commit that announces a message also records the one before it.
  Announcing ten at once would be faster and would leave ten unknown messages behind a killed worker. Instead
  a worker keeps LANES lines at work, each with its own call of `dispatch_due`.
* The look at law and debt, the writing and the report to contacts and plans are done for a batch. What was
  decided is at most one batch old; a payment inside that time still stops a message, for it cancels claimed
  messages too and a cancelled one cannot be announced.
* Sent messages are told to contacts and plans after the batch, from the messages' own rows. A worker killed in
  between loses nothing: the next one tells it, and until then the customer gets no other message.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from time import monotonic
from zoneinfo import ZoneInfo

import structlog
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from puntual.audit.types import SYSTEM
from puntual.companies import queries as companies
from puntual.companies.types import CompanyFacts
from puntual.compliance import operations as compliance
from puntual.compliance import queries as law
from puntual.compliance.types import ContactFacts, JudgedContact, Moment, Verdict, VerdictOutcome
from puntual.contacts import operations as contacts
from puntual.contacts.types import (
    COUNTED_PURPOSES,
    Channel,
    NewPlace,
)
from puntual.flows import contact_now, outcomes, releasing, sending, wording
from puntual.flows.data_by_mail import FilesOf, with_data
from puntual.lib.errors import DomainError
from puntual.outreach import operations as outreach
from puntual.outreach import queries as messages
from puntual.outreach.providers.contract import (
    TIMEOUT_SECONDS,
    OutcomeUnknown,
    PermanentRefusal,
    TemporaryRefusal,
    Transport,
    TransportUnavailable,
)
from puntual.outreach.types import (
    Attachment,
    ClaimedMessage,
    Ending,
    Envelope,
    MessageFacts,
    MessageState,
    PortalAccess,
    Refusal,
    RenderedMessage,
    TemplateText,
)
from puntual.plans import operations as plans

log = structlog.get_logger("puntual.dispatch")

_Files = Mapping[int, tuple[Attachment, ...]]

BATCH_MAX = 100
# After this long a call begins no hand-over; one that was begun may still wait for the server's answer. So the law
# is asked about the first and the last moment at which a message of the call may leave.
SECONDS_MAX = 40.0
# Lines to the mail server that one worker keeps at work: one waits for the server or the disk while another does
# not. Each has at most one message that nobody knows about if the worker dies.
LANES = 2
# Far above the time of one call: a worker that is only slow must not be taken for dead.
STALE_AFTER = timedelta(minutes=15)
UNAVAILABLE_WAIT = timedelta(minutes=5)
# A place in a budget outlasts the claim that it was taken for.
_PLACE_HELD = STALE_AFTER + timedelta(minutes=5)


class UnableToDispatch(DomainError):
    """The company lacks what every message needs."""

    code = "unable-to-dispatch"


@dataclass(frozen=True, slots=True)
class DispatchSummary:
    """What one call did, message by message."""

    claimed: int
    sent: int
    cancelled: int
    deferred: int
    retried: int
    failed: int
    bounced: int
    unknown: int
    given_back: int
    is_available: bool


@dataclass(frozen=True, slots=True)
class _Call:
    """What all messages of one call share."""

    company: CompanyFacts
    transport: Transport
    worker: str
    at: datetime
    today: date
    # The last moment at which what this call decides may leave.
    last: datetime
    ends: float
    files_of: FilesOf | None


def dispatch_due(
    *,
    at: datetime,
    limit: int,
    transport: Transport,
    worker: str,
    seconds_max: float = SECONDS_MAX,
    files_of: FilesOf | None = None,
) -> DispatchSummary:
    """
    Send what is due now, at most `limit` messages, by one worker. `worker` names this process and no other.

    `files_of` makes the files of an answer that grants somebody their data; without it the answer says where they are.

    Raises: UnableToDispatch when the company has no address to write from, or lacks what the law wants in every
    message; what was due keeps that as its reason and goes on waiting.
    """
    company = companies.current_company(base_url=settings.BASE_URL)
    _refuse_incomplete(company=company, at=at)
    call = _Call(
        company=company,
        transport=transport,
        worker=worker,
        at=at,
        today=at.astimezone(ZoneInfo(company.time_zone)).date(),
        last=at + timedelta(seconds=seconds_max + TIMEOUT_SECONDS),
        ends=monotonic() + seconds_max,
        files_of=files_of,
    )
    tally: Counter[str] = Counter()
    with transaction.atomic(durable=True):
        stale = outreach.release_stale(at=at, older_than=STALE_AFTER)
    tally["unknown"] = stale.unknown
    outcomes.report_outcomes(at=at)
    while tally["claimed"] < limit and monotonic() < call.ends and not tally["unavailable"]:
        with transaction.atomic(durable=True):
            batch = outreach.claim(limit=min(BATCH_MAX, limit - tally["claimed"]), worker=worker, at=at)
        if not batch:
            break
        tally["claimed"] += len(batch)
        try:
            written, files = _write(batch, call=call, tally=tally)
            claimed = {one.id: one for one in batch}
            _hand_over(written, claimed=claimed, files=files, call=call, tally=tally)
        finally:
            wait = UNAVAILABLE_WAIT if tally["unavailable"] else timedelta()
            tally["given_back"] += outreach.release_claimed(worker=worker, not_before=at + wait)
        outcomes.report_outcomes(at=at)
        # What left is counted by now; the places of what did not leave are free.
        contacts.give_up(keys=[outcomes.key_of(message=one) for one in batch], at=at)
    if tally["claimed"]:
        compliance.link_blocks()
    summary = _summary(tally)
    if summary.claimed or summary.unknown:
        log.info("dispatched", **{name: getattr(summary, name) for name in DispatchSummary.__slots__})
    return summary


def _refuse_incomplete(*, company: CompanyFacts, at: datetime) -> None:
    missing = sending.missing_of(company=company)
    if not missing:
        return
    with transaction.atomic(durable=True):
        outreach.hold_back(reason=sending.reason_of(missing=missing), at=at)
    raise UnableToDispatch(
        _("No sale ningún mensaje: falta %(missing)s. Complételo en Ajustes › Empresa.")
        % {"missing": sending.in_words(missing=missing)}
    )


def _summary(tally: Counter[str]) -> DispatchSummary:
    counts = {name: tally[name] for name in DispatchSummary.__slots__ if name != "is_available"}
    return DispatchSummary(**counts, is_available=not tally["unavailable"])


def _write(
    batch: Sequence[ClaimedMessage], *, call: _Call, tally: Counter[str]
) -> tuple[list[RenderedMessage], _Files]:
    """Look again at law and debt, end or put off what may not go, and write the rest, with the files of some."""
    today = call.today
    facts = messages.message_facts(
        message_ids=[one.id for one in batch], time_zone=call.company.time_zone, today=today
    )
    templates = messages.active_templates()
    with transaction.atomic(durable=True):
        # Until the end of this transaction nobody else can take the places in these budgets that are found free here.
        contacts.hold_people(customer_ids={one.customer_id for one in batch})
        judged = _judged(batch, facts=facts, templates=templates, call=call)
        held = releasing.hold_for_release(
            batch=batch,
            facts=facts,
            judged=judged,
            templates=templates,
            call=releasing.Asking(call.company, call.worker, today, call.at),
            gate=lambda contacted: _asked(contacted, call=call),
        )
        refused: list[Ending] = []
        deferred: list[Ending] = []
        going: list[MessageFacts] = []
        for one in batch:
            verdict = judged[one.id].verdict if one.id in judged else None
            no_sense = messages.objection(facts=facts.get(one.id), templates=templates, today=today)
            is_asking = verdict is not None and verdict.outcome is VerdictOutcome.REVIEW
            reason = (no_sense if is_asking else None) or _law_reason(verdict) or no_sense
            if one.id in held:
                deferred.append(held[one.id])
            elif reason is None:
                going.append(facts[one.id])
            elif verdict is not None and verdict.outcome is VerdictOutcome.DEFER and verdict.not_before:
                deferred.append(Ending(one.id, reason, verdict.not_before))
            else:
                refused.append(Ending(one.id, reason))
        moments = {one.message_id: one.not_before for one in deferred}
        leaving = {one.message_id for one in going}
        contacts.reserve(
            places=[
                NewPlace(outcomes.key_of(message=one), one.customer_id, Channel(one.channel))
                for one in batch
                if one.id in leaving and one.purpose in COUNTED_PURPOSES
            ],
            actor=SYSTEM,
            at=call.at,
            until=call.at + _PLACE_HELD,
        )
        compliance.record_verdicts(
            judged=list(judged.values()), country=call.company.country, moment=Moment.SENDING, at=call.at
        )
        # Actions before messages, as everywhere: two workers then never wait for each other.
        plans.reschedule_actions(
            moves=[
                (one.action_id, moment)
                for one in batch
                if one.action_id is not None and (moment := moments.get(one.id)) is not None
            ]
        )
        tally["cancelled"] += outreach.refuse_messages(endings=refused, worker=call.worker)
        tally["deferred"] += outreach.defer_messages(endings=deferred, worker=call.worker)
        links = outreach.make_portal_links(customer_ids=[one.customer_id for one in going], at=call.at)
    return _words(going, batch=batch, links=links, templates=templates, call=call, tally=tally)


def _words(
    going: Sequence[MessageFacts],
    *,
    batch: Sequence[ClaimedMessage],
    links: Mapping[int, PortalAccess],
    templates: Mapping[tuple[str, str], TemplateText],
    call: _Call,
    tally: Counter[str],
) -> tuple[list[RenderedMessage], _Files]:
    """Write what goes, and keep its words; files are made for some and kept nowhere."""
    going, files = with_data(
        going=going,
        claimed={one.id: one for one in batch},
        company=call.company,
        files_of=call.files_of,
        today=call.today,
        at=call.at,
    )
    proven = messages.proofs_of(
        customer_ids=[one.customer_id for one in going], policy=call.company.portal_identity
    )
    written = messages.rendered(
        facts=going, links=links, templates=templates, company=call.company, today=call.today, proven=proven
    )
    outreach.store_words(messages=written, worker=call.worker)
    _end_broken(going, written=written, call=call, tally=tally)
    return written, files


def _end_broken(
    going: Sequence[MessageFacts], *, written: Sequence[RenderedMessage], call: _Call, tally: Counter[str]
) -> None:
    """End messages that their template could not write; somebody must mend it."""
    ready = {one.message_id for one in written}
    broken = [one for one in going if one.message_id not in ready]
    for key in {one.template for one in broken}:
        log.error("template-broken", template=key)
    endings = [Ending(one.message_id, Refusal.TEMPLATE_BROKEN.value) for one in broken]
    tally["cancelled"] += outreach.refuse_messages(endings=endings, worker=call.worker)


def _judged(
    batch: Sequence[ClaimedMessage],
    *,
    facts: dict[int, MessageFacts],
    templates: Mapping[tuple[str, str], TemplateText],
    call: _Call,
) -> dict[int, JudgedContact]:
    """Ask the law about each message with the facts of this moment; the call's last moment must be lawful too."""
    country = call.company.country
    fresh = law.send_facts(
        action_ids=[one.action_id for one in batch if one.action_id is not None],
        country=country,
        today=call.today,
        at=call.at,
        own_keys=[outcomes.key_of(message=one) for one in batch],
    )
    asked = [
        (one, wording.with_words(facts=fresh[one.action_id], message=facts[one.id], templates=templates))
        for one in batch
        if one.action_id is not None and one.action_id in fresh and one.id in facts
    ]
    alone = [one for one in batch if one.action_id is None and one.id in facts]
    keys = [outcomes.key_of(message=one) for one in alone]
    own = contact_now.facts_of_answers(
        messages=alone, keys=keys, country=country, at=call.at, today=call.today
    )
    asked += zip(alone, own, strict=True)
    contacted = [contact for _one, contact in asked]
    return {
        one.id: JudgedContact(
            facts=contact,
            verdict=verdict,
            step_key=facts[one.id].step_key,
            action_id=one.action_id,
            about=about,
        )
        for (one, contact), (verdict, about) in zip(asked, _asked(contacted, call=call), strict=True)
    }


def _asked(contacted: Sequence[ContactFacts], *, call: _Call) -> list[tuple[Verdict, datetime | None]]:
    """Ask about the first and the last moment of the call; return what objects, with its moment."""
    held = law.known_law(country=call.company.country, at=call.at)
    found: list[tuple[Verdict, datetime | None]] = []
    for first, last in zip(
        compliance.judge_by(contacts=contacted, law=held, at=call.at),
        compliance.judge_by(contacts=contacted, law=held, at=call.last),
        strict=True,
    ):
        is_first = first.outcome is not VerdictOutcome.ALLOW or last.outcome is VerdictOutcome.ALLOW
        found.append((first, call.at) if is_first else (last, call.last))
    return found


def _law_reason(verdict: Verdict | None) -> str | None:
    if verdict is None:
        return Refusal.NO_FACTS.value
    if verdict.outcome is VerdictOutcome.REVIEW:  # It would wait, had its words been written.
        return Refusal.TEMPLATE_BROKEN.value
    if verdict.outcome is VerdictOutcome.ALLOW:
        return None
    return f"{Refusal.LAW.value}:{','.join(verdict.rule_ids)}"


def _hand_over(
    written: Sequence[RenderedMessage],
    *,
    claimed: dict[int, ClaimedMessage],
    files: _Files,
    call: _Call,
    tally: Counter[str],
) -> None:
    """Announce and hand over one message after the other; the next announcement records the last success."""
    accepted: list[int] = []
    try:
        for one in written:
            if monotonic() > call.ends:
                break
            is_ours = outreach.mark_sending(
                message_id=one.message_id, worker=call.worker, sent_ids=accepted, at=call.at
            )
            accepted = []
            if not is_ours:
                # Somebody cancelled it in this very moment: a payment came in.
                tally["cancelled"] += 1
            elif _is_accepted(
                claimed[one.message_id],
                words=one,
                files=files.get(one.message_id, ()),
                call=call,
                tally=tally,
            ):
                accepted = [one.message_id]
                tally["sent"] += 1
            elif tally["unavailable"]:
                break
    finally:
        outreach.mark_sent(message_ids=accepted, worker=call.worker, at=call.at)


def _is_accepted(
    message: ClaimedMessage,
    *,
    words: RenderedMessage,
    files: tuple[Attachment, ...],
    call: _Call,
    tally: Counter[str],
) -> bool:
    """Hand one announced message over; whatever is not a success is recorded at once."""
    worker = call.worker
    try:
        call.transport.send(envelope=_envelope(message, words=words, files=files, call=call))
    except TransportUnavailable as error:
        log.warning("transport-unavailable", reason=str(error))
        outreach.withdraw(message_id=message.id, worker=worker, not_before=call.at + UNAVAILABLE_WAIT)
        tally["unavailable"] = 1
        tally["given_back"] += 1
    except OutcomeUnknown as error:
        outreach.mark_unknown(message_id=message.id, worker=worker, reason=str(error))
        tally["unknown"] += 1
    except PermanentRefusal as error:
        if error.is_recipient:
            outreach.mark_bounced(message_id=message.id, worker=worker, reason=str(error))
            tally["bounced"] += 1
        else:
            _failed(message, reason=str(error), is_temporary=False, call=call, tally=tally)
    except TemporaryRefusal as error:
        _failed(message, reason=str(error), is_temporary=True, call=call, tally=tally)
    else:
        return True
    return False


def _failed(
    message: ClaimedMessage, *, reason: str, is_temporary: bool, call: _Call, tally: Counter[str]
) -> None:
    state = outreach.mark_failed(
        message_id=message.id,
        worker=call.worker,
        reason=reason,
        is_temporary=is_temporary,
        tries=message.tries + 1,
        at=call.at,
    )
    tally["retried" if state is MessageState.QUEUED else "failed"] += 1


def _envelope(
    message: ClaimedMessage, *, words: RenderedMessage, files: tuple[Attachment, ...], call: _Call
) -> Envelope:
    return Envelope(
        key=message.key,
        sender_name=call.company.name,
        sender_address=call.company.email,
        recipient=message.recipient,
        subject=words.words.subject,
        text=words.words.text,
        html=words.words.html,
        one_click_url=words.one_click_url,
        sent_at=call.at,
        attachments=files,
    )
