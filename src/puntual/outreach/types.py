"""Words of outreach: messages, what became of them, and links into the portal."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from puntual.contacts.types import Channel, Purpose
from puntual.plans.types import PromptDiscount, StandingOffer
from puntual.portfolio.types import EntryKind


class MessageState(StrEnum):
    """
    Life of a message.

    QUEUED waits for its moment; CLAIMED belongs to a worker but was not handed over; SENDING was
    being handed over; UNKNOWN was being handed over when the worker died: a person decides.
    """

    QUEUED = "QUEUED"
    CLAIMED = "CLAIMED"
    SENDING = "SENDING"
    SENT = "SENT"
    FAILED = "FAILED"
    BOUNCED = "BOUNCED"
    CANCELLED = "CANCELLED"
    UNKNOWN = "UNKNOWN"


class DeliveryKind(StrEnum):
    """What a provider tells of a message after it was handed over."""

    DELIVERED = "DELIVERED"
    BOUNCED = "BOUNCED"
    COMPLAINED = "COMPLAINED"


# The template of what somebody writes to one person; no step of a plan uses it.
ANSWER_TEMPLATE = "answer"


class Refusal(StrEnum):
    """Why a message was not sent; each has one Spanish sentence in the staff's pages."""

    LAW = "law"
    # The law leaves it to a person; the message waits for their release until the day ends.
    REVIEW = "review"
    NOTHING_OWED = "nothing-owed"
    NOTHING_OVERDUE = "nothing-overdue"
    NOTHING_DUE = "nothing-due"
    NO_PROMISE = "no-promise"
    NO_BROKEN_PROMISE = "no-broken-promise"
    NO_PAYMENT = "no-payment"
    NO_FACTS = "no-facts"
    NO_TEMPLATE = "no-template"
    TEMPLATE_BROKEN = "template-broken"
    # The text check of today objects to a wording that was put in use before.
    TEMPLATE_UNLAWFUL = "template-unlawful"
    # It says an amount or a day itself, which cannot be every debtor's.
    TEMPLATE_AMOUNTS = "template-amounts"
    ACTION_CLOSED = "action-closed"
    # The company lacks what every message must say or needs; the message waits.
    COMPANY_INCOMPLETE = "company-incomplete"
    TOO_LATE = "too-late"


class OwnDataAt(StrEnum):
    """Where the data are that an answer grants: with it, or elsewhere because it was not safe to attach them."""

    ATTACHED = "data_attached"
    ELSEWHERE = "data_elsewhere"


class Need(StrEnum):
    """What must be true of the debt for a wording to make sense."""

    DUE_SOON = "due_soon"
    DUE_TODAY = "due_today"
    OVERDUE = "overdue"
    PROMISE = "promise"
    BROKEN_PROMISE = "broken_promise"
    PAYMENT = "payment"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Wording:
    """One language of a template, complete: what a template version stores."""

    key: str
    channel: Channel
    language: str
    name: str
    subject: str
    text: str
    html: str
    content_hash: str


@dataclass(frozen=True, slots=True)
class TemplateCounts:
    """What loading the shipped templates did."""

    new: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class TemplateText:
    """An active template version, as rendering uses it."""

    id: int
    key: str
    language: str
    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message ready to hand over."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class OfferTold:
    """A step that told a debtor of an offer, in a message or a letter; `message_id` is None for a letter."""

    action_id: int
    version_id: int
    step_number: int
    channel: Channel
    told_at: datetime
    message_id: int | None
    # Something of the debt was let go since by other than paying early.
    is_settled: bool
    is_promised: bool


@dataclass(frozen=True, slots=True)
class RenderedMessage:
    """The words of one message, and the template version and portal link that they came from."""

    message_id: int
    template_version_id: int
    portal_link_id: UUID
    one_click_url: str
    words: Rendered


@dataclass(frozen=True, slots=True)
class Ending:
    """How a claimed message ends without being sent, or when it is tried again."""

    message_id: int
    reason: str
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class ClaimedMessage:
    """A message that belongs to a worker."""

    id: int
    key: UUID
    action_id: int | None
    customer_id: int
    contact_point_id: int
    channel: Channel
    purpose: Purpose
    template: str
    recipient: str
    tries: int


@dataclass(frozen=True, slots=True)
class Document:
    """A receivable as a message lists it."""

    kind: str
    number: str
    due_date: date
    amount: Decimal
    currency: str
    # What is let go of it when the rest is paid early, and the last day for that.
    discount: PromptDiscount | None = None
    # What of the amount is interest, and what costs; the rest is capital.
    interest: Decimal = Decimal(0)
    costs: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Movement:
    """What raised or lowered a document; `is_settled`: it was paid, to the company or, by its books, elsewhere."""

    kind: EntryKind
    amount: Decimal
    is_settled: bool


@dataclass(frozen=True, slots=True)
class PromiseWords:
    """A promise as a message tells of it."""

    amount: Decimal
    currency: str
    due_date: date


@dataclass(frozen=True, slots=True)
class PaymentWords:
    """Money that came in on a day."""

    amount: Decimal
    currency: str
    paid_on: date


@dataclass(frozen=True, slots=True)
class MessageFacts:
    """What one message tells, read fresh: debts oldest first, without those in dispute or on hold."""

    message_id: int
    customer_id: int
    template: str
    purpose: Purpose
    action_state: str
    step_key: str
    language: str
    greeting_name: str
    payment_reference: str
    documents: tuple[Document, ...]
    active_promise: PromiseWords | None
    broken_promise: PromiseWords | None
    payments: tuple[PaymentWords, ...]
    # What somebody wrote to this one person, and what it answers.
    own_title: str = ""
    own_words: str = ""
    # After this day the step behind the message is no longer taken.
    last_day: date | None = None
    # The day to fall due that the step is about: a plan may remind earlier than messages look by themselves.
    due_until: date | None = None
    # What its step offers to whom owes something, when the message leaves today.
    offer: StandingOffer | None = None
    # What an answer that grants somebody their data says of where these are.
    own_data: OwnDataAt | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with an e-mail: made for it, handed over and kept nowhere. PII: content, never in a log."""

    name: str
    content_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Envelope:
    """One e-mail as a transport takes it. `key` is the idempotency key; its Message-ID is made of it."""

    key: UUID
    sender_name: str
    sender_address: str
    recipient: str
    subject: str
    text: str
    html: str
    one_click_url: str
    sent_at: datetime
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a message, for the stages that must know: contacts and plans."""

    message_id: int
    key: UUID
    action_id: int | None
    customer_id: int
    contact_point_id: int
    channel: Channel
    purpose: Purpose
    state: MessageState
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class StaleCounts:
    """What a dead worker left: messages given back to the queue, and messages nobody knows about."""

    requeued: int
    unknown: int


@dataclass(frozen=True, slots=True)
class PortalAccess:
    """A debtor's link: the id that is stored and the token that is sent."""

    link_id: UUID
    token: str


class ProofKind(StrEnum):
    """What a debtor may be asked for at the door of the portal."""

    TAX_ID = "TAX_ID"
    LAST_DIGITS = "LAST_DIGITS"


@dataclass(frozen=True, slots=True)
class Proof:
    """What one debtor is asked for, and every answer that proves it. PII: answers."""

    kind: ProofKind
    answers: frozenset[str]


@dataclass(frozen=True, slots=True)
class LinkVisit:
    """
    A link that opened: whose it is, and whether identity may be asked for now. PII: greeting.

    `locked_until` is set while too many wrong answers keep it closed.
    """

    link_id: UUID
    customer_id: int
    # How its debtor is greeted, once they proved who they are.
    greeting: str
    locked_until: datetime | None
    attempts_left: int


@dataclass(frozen=True, slots=True)
class IdentityFailures:
    """What a link has against it after a wrong answer; a spent one opens no more."""

    failed_attempts: int
    failed_total: int
    locked_until: datetime | None
    is_spent: bool


@dataclass(frozen=True, slots=True)
class ProviderEvent:
    """What a provider told of one message; `key` makes a second delivery of it change nothing."""

    key: str
    message_key: UUID
    kind: DeliveryKind
    detail: str
    at: datetime


@dataclass(frozen=True, slots=True)
class EventResult:
    """What recording a provider's event found: whether it was new, and which contact point it is about."""

    is_new: bool
    message_id: int | None = None
    customer_id: int | None = None
    contact_point_id: int | None = None


@dataclass(frozen=True, slots=True)
class TemplateSource:
    """A template file as it is read: its parts still name shared blocks as [[block]]."""

    key: str
    language: str
    name: str
    subject: str
    text: str
    html: str
    blocks: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


MessageContext = dict[str, Any]
