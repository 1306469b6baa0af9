"""
The contact law of one country as data.

A pack is one file. What a rule needs stands in its own kind, so that a number which no rule reads cannot be written,
and one that a rule needs cannot be forgotten.
"""

from datetime import date, time
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from puntual.contacts.types import Channel, OwnerRole, Purpose

# A contact by any of them reaches a person; the portal waits for its visitor.
REACHING = (Channel.EMAIL, Channel.SMS, Channel.WHATSAPP, Channel.CALL, Channel.LETTER, Channel.VISIT)


class Status(StrEnum):
    """Where a rule comes from: law, guidance of an authority, a draft of law, or prudence where no norm was found."""

    LAW = "law"
    GUIDE = "guide"
    DRAFT = "draft"
    POLICY = "policy"


class Severity(StrEnum):
    """What an objection does: forbids, asks for a person's release, or only tells."""

    BLOCK = "block"
    REVIEW = "review"
    WARN = "warn"


class Counted(StrEnum):
    """
    What a limit counts.

    An attempt is whatever the company began. A delivery is one that reached the person, or may have: a talk, a message,
    a word left on a machine. A conversation is a talk.
    """

    ATTEMPT = "attempt"
    DELIVERY = "delivery"
    CONVERSATION = "conversation"


class Period(StrEnum):
    """
    The time of a limit, in local days.

    `week` counts both the week from Monday and the last seven days, `month` both the month and the last thirty days:
    who keeps to both keeps to either reading.
    """

    DAY = "day"
    WEEK = "week"
    ROLLING_WEEK = "rolling_7d"
    MONTH = "month"


class Flag(StrEnum):
    """What may be known of a person, an address or a contact and stops, or changes, what is lawful."""

    # Of the person.
    MINOR = "minor"
    OLDER_ADULT = "older_adult"
    DISABILITY = "disability"
    DECEASED = "deceased"
    INSOLVENT = "insolvent"
    REPRESENTED = "represented_by_lawyer"
    HARDSHIP = "hardship"
    CEASE = "cease_requested"
    TIME_BARRED = "time_barred"
    ON_AD_REGISTER = "on_ad_register"
    ON_STOP_LIST = "on_stop_list"
    # Of the address.
    WORKPLACE = "workplace"
    WORKPLACE_GIVEN = "workplace_given_for_credit"
    UNVERIFIED = "right_party_unverified"
    # Of the contact.
    FIRST_CONTACT = "first_contact"
    CHANNEL_AUTHORIZED = "channel_authorized"
    CALLER_ID_HIDDEN = "caller_id_hidden"
    PAYEE_NOT_CREDITOR = "payee_not_creditor"
    NO_OPT_OUT_NOTICE = "no_opt_out_notice"
    # The person began it, or asked for it: it may be answered.
    INBOUND_REPLY = "inbound_reply"
    REQUESTED_INFO = "debtor_requested_info"
    # Worked out of the facts before a contact.
    NO_DEBT = "no_debt"
    DISPUTED = "open_dispute"
    ON_HOLD = "on_hold"
    PROMISED = "active_promise"
    OPTED_OUT = "opted_out"
    BAD_POINT = "bad_contact_point"
    UNKNOWN_SOURCE = "contact_point_not_from_debtor_or_creditor"
    UNKNOWN = "unknown"


class Statement(StrEnum):
    """What a message says, as the table of required content names it."""

    AGENCY = "agency"
    COLLECTOR = "collector"
    AGENCY_ADDRESS = "agency_address"
    CREDITOR = "creditor"
    CONTRACT = "contract"
    AMOUNT = "amount"
    CALCULATION_DATE = "calculation_date"
    SPLIT = "split"
    CONDITIONS = "conditions"
    COMPLAINTS = "complaints"
    PAYEE = "payee"
    OPT_OUT = "opt_out"
    DEBT_COLLECTOR = "debt_collector"


class Content(StrEnum):
    """What a message must say of the creditor, whatever it is about."""

    CREDITOR = "CREDITOR"
    ADDRESS = "ADDRESS"
    CONTACT = "CONTACT"
    PAYMENT = "PAYMENT"
    COMPLAINTS = "COMPLAINTS"


class Part(BaseModel):
    """Data that no unknown key can be written into, and that never changes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Hours(Part):
    """Lawful hours by type of day: first minute and first minute after, or none. A holiday is one of any weekday."""

    mon_fri: tuple[time, time] | None
    sat: tuple[time, time] | None
    sun: tuple[time, time] | None
    holiday: tuple[time, time] | None

    @model_validator(mode="after")
    def _in_order(self) -> "Hours":
        for window in (self.mon_fri, self.sat, self.sun, self.holiday):
            if window is not None and window[0] >= window[1]:
                raise ValueError("hours end before they begin")
        return self


class _Rule(Part):
    id: Annotated[str, Field(pattern=r"^[A-Z]{1,2}(-[A-Z0-9]+)+$")]
    # What it says to people, in Spanish, and where it stands.
    text: Annotated[str, Field(min_length=10)]
    source: Annotated[str, Field(min_length=3)]
    status: Status
    severity: Severity = Severity.BLOCK
    valid_from: date | None = None
    valid_to: date | None = None
    # A question that a local lawyer must still decide; it is shown beside the rule.
    question: str = ""
    # General rules that need not be named beside this one, because it says the same of this country.
    replaces: tuple[str, ...] = ()

    def holds_on(self, day: date) -> bool:
        """Say whether the rule is in force on a local day."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )


class _ByChannel(_Rule):
    channels: tuple[Channel, ...] = REACHING


class WindowRule(_ByChannel):
    """Contacts are lawful within hours; `text_hours` are those of the literal reading, where it is looser."""

    kind: Literal["window"]
    hours: Hours
    text_hours: Hours | None = None
    # Parts of the country in which it takes the place of the country's rule; none: the whole country.
    subdivisions: tuple[str, ...] = ()


class Limit(Part):
    """At most `max` in a period."""

    counts: Counted
    max: Annotated[int, Field(ge=0)]
    period: Period


class CapRule(_ByChannel):
    """Limits of how often. `per_channel_in_text`: the literal reading counts each channel by itself."""

    kind: Literal["cap"]
    limits: Annotated[tuple[Limit, ...], Field(min_length=1)]
    per_channel_in_text: bool = False
    # Not counted on a day on which the person answered: another rule says what is lawful then.
    unless_answered_today: bool = False


class ReplyCapRule(_ByChannel):
    """Once the person answered, at most `max` more on that day."""

    kind: Literal["reply_cap"]
    max: Annotated[int, Field(ge=0)]


class GapRule(_ByChannel):
    """At least `days` from the day of one attempt to the day of the next."""

    kind: Literal["gap"]
    days: Annotated[int, Field(ge=1)]


class CooldownRule(_ByChannel):
    """Nothing for `days`, the day of the talk being the first; a talk that the person began counts too."""

    kind: Literal["cooldown"]
    days: Annotated[int, Field(ge=1)]


class LockRule(_ByChannel):
    """After a contact no other channel within the week."""

    kind: Literal["lock"]


class PartyRule(_Rule):
    """Only these people may be contacted about the debt."""

    kind: Literal["party"]
    allowed: Annotated[tuple[OwnerRole, ...], Field(min_length=1)]


class FlagRule(_ByChannel):
    """Objects where one of these is known: of the person, the address or the contact."""

    kind: Literal["flag"]
    flags: tuple[Flag, ...] = ()
    # Those that count only of somebody else than the debtor.
    flags_of_others: tuple[Flag, ...] = ()
    # What takes it back.
    unless: tuple[Flag, ...] = ()
    # What it looks at; an answer that was asked for, or thanks, may be another thing than collecting.
    purposes: tuple[Purpose, ...] = tuple(Purpose)
    # Objects only beside one of these findings of the text; none: always.
    with_text: tuple[str, ...] = ()
    # With `time_barred`: in how many years after it was due a debt seems so. The shortest term that may be meant: what
    # starts it anew (a payment, an acknowledgement, a suit) is for a person to judge.
    barred_after_years: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _about_time(self) -> "FlagRule":
        if self.barred_after_years is not None and Flag.TIME_BARRED not in self.flags:
            raise ValueError("years are of time-barred debts")
        return self


class ConsentRule(_ByChannel):
    """Only channels that the person authorised."""

    kind: Literal["consent"]


class VisitRule(_Rule):
    """No visits, save for products of these kinds."""

    kind: Literal["visit"]
    except_products: tuple[str, ...] = ()


class ContentRule(_ByChannel):
    """What the first message, every later one, and any message must say; `company` is asked of the company's data."""

    kind: Literal["content"]
    first: tuple[Statement, ...] = ()
    later: tuple[Statement, ...] = ()
    company: tuple[Content, ...] = ()


class NoticeRule(_Rule):
    """Before a bureau is told: so many notices, on different days, and so many days after the last one."""

    kind: Literal["bureau_notice"]
    days: Annotated[int, Field(ge=0)]
    notices: Annotated[int, Field(ge=1)] = 1
    # Only of debts up to this part of a month's minimum wage; none: of all.
    wage_share_max: float | None = None


class LateNoticeRule(_Rule):
    """A bureau is told at the latest so many months after default."""

    kind: Literal["bureau_late"]
    months: Annotated[int, Field(ge=1)]


class FeeDayRule(_Rule):
    """No cost of collection before this day of delay."""

    kind: Literal["fee_day"]
    day: Annotated[int, Field(ge=1)]


class FeeScaleRule(_Rule):
    """
    The most that collection may cost, by parts of the overdue debt in the country's unit of account.

    Each bracket is (up to, share); the last one is open. Without the free notice in time the cap falls by
    `without_notice`.
    """

    kind: Literal["fee_scale"]
    brackets: Annotated[tuple[tuple[float | None, float], ...], Field(min_length=1)]
    without_notice: float = 0.0


class FeeShareRule(_Rule):
    """The most that a late fee may be, as a part of the debt."""

    kind: Literal["fee_share"]
    share: Annotated[float, Field(gt=0)]


class Deadline(Part):
    """In how many days a request of a person is answered; working days, unless it says calendar days."""

    request: Literal["access", "rectification", "cancellation", "opposition", "complaint"]
    days: Annotated[int, Field(ge=1)]
    calendar: bool = False


class InfoRule(_Rule):
    """A rule that people must know and no machine can judge here: deadlines, documents, sanctions."""

    kind: Literal["info"]
    deadlines: tuple[Deadline, ...] = ()


Rule = Annotated[
    WindowRule
    | CapRule
    | ReplyCapRule
    | GapRule
    | CooldownRule
    | LockRule
    | PartyRule
    | FlagRule
    | ConsentRule
    | VisitRule
    | ContentRule
    | NoticeRule
    | LateNoticeRule
    | FeeDayRule
    | FeeScaleRule
    | FeeShareRule
    | InfoRule,
    Field(discriminator="kind"),
]


class CommonFile(Part):
    """The rules of all countries."""

    version: Annotated[str, Field(pattern=r"^X-\d{4}\.\d{2}-\d+$")]
    valid_from: date
    rules: Annotated[tuple[Rule, ...], Field(min_length=1)]


class PackFile(Part):
    """One file of a country's law; a published one is never edited, another one with its date follows it."""

    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    name: str
    version: Annotated[str, Field(pattern=r"^[A-Z]{2}-\d{4}\.\d{2}-\d+$")]
    valid_from: date
    # Where nobody knows more of a person: every zone in which they may be.
    time_zones: Annotated[tuple[str, ...], Field(min_length=1)]
    # Somebody of whom neither place nor telephone is known is not contacted.
    needs_place: bool = False
    languages: Annotated[tuple[str, ...], Field(min_length=1)]
    authority: str
    rules: Annotated[tuple[Rule, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _whole(self) -> "PackFile":
        names = [rule.id for rule in self.rules]
        if twice := {name for name in names if names.count(name) > 1}:
            raise ValueError(f"rules named twice: {', '.join(sorted(twice))}")
        if not self.version.startswith(self.country):
            raise ValueError("the version is another country's")
        whole = [rule for rule in self.rules if isinstance(rule, WindowRule) and not rule.subdivisions]
        open_to = [set(rule.channels) for rule in whole]
        if not whole or set().union(*open_to) != set(REACHING):
            raise ValueError("hours are missing for a channel")
        if not any(isinstance(rule, PartyRule) for rule in self.rules):
            raise ValueError("nobody is said to be contactable")
        return self
