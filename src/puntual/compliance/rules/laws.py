"""A law pack made ready to judge: its rules and those of all countries, by channel."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import TypeVar

from puntual.compliance.types import RuleText
from puntual.compliance.types import packs as p
from puntual.contacts.types import Channel

_Kind = TypeVar("_Kind", bound=p.Rule)
_WEEK_DAYS, _MONTH_DAYS = 7, 31
TIMED = (p.WindowRule, p.CapRule, p.ReplyCapRule, p.GapRule, p.CooldownRule, p.LockRule)


@dataclass(frozen=True, eq=False)
class LawPack:
    """
    The law of one country, strict or, with a recorded release, by its literal text.

    Two packs are never equal: it is known by itself, so that what was worked out of it is kept with it.
    """

    file: p.PackFile
    common: p.CommonFile
    is_literal: bool = False
    # A company's own rules, which only add, and the number of their version; 0: it has none.
    own: tuple[p.Rule, ...] = ()
    own_number: int = 0
    # The hash of all that was kept of that version: who wrote it, who let it pass, on what ground.
    own_proof: str = ""

    @property
    def country(self) -> str:
        """The country of the pack."""
        return self.file.country

    @property
    def version(self) -> str:
        """What a verdict names: the version of the law, and of what the company added to it."""
        mark = "L" if self.is_literal else ""
        return f"{self.file.version}+{self.own_number}{mark}" if self.own_number else self.file.version

    @cached_property
    def all(self) -> tuple[p.Rule, ...]:
        """Every rule: the country's, then those of all countries, then the company's."""
        return (*self.file.rules, *self.common.rules, *self.own)

    @cached_property
    def rules(self) -> dict[str, RuleText]:
        """What each rule says."""
        return {
            one.id: RuleText(one.text, one.source, one.status.value, one.severity.value, one.question)
            for one in self.all
        }

    @cached_property
    def by_id(self) -> dict[str, p.Rule]:
        """Each rule by its id."""
        return {one.id: one for one in self.all}

    @cached_property
    def document(self) -> str:
        """The pack as one text: the same pack always as the same text."""
        whole = {
            "pack": self.file.model_dump(mode="json"),
            "common": self.common.model_dump(mode="json"),
            "own": [one.model_dump(mode="json") for one in self.own],
            "is_literal": self.is_literal,
        } | ({"own_number": self.own_number, "own_proof": self.own_proof} if self.own_number else {})
        return json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the document, in hexadecimal."""
        return hashlib.sha256(self.document.encode()).hexdigest()

    @cached_property
    def timed_rules(self) -> frozenset[str]:
        """Name the rules that a later moment lifts."""
        return frozenset(one.id for one in self.all if isinstance(one, TIMED))

    @cached_property
    def window_rules(self) -> frozenset[str]:
        """Name the rules of hours."""
        return frozenset(one.id for one in self.all if isinstance(one, p.WindowRule))

    @cached_property
    def subdivisions(self) -> tuple[str, ...]:
        """List the parts of the country that have hours of their own."""
        return tuple(dict.fromkeys(part for one in self.of(p.WindowRule) for part in one.subdivisions))

    @property
    def look_back(self) -> timedelta:
        """How far back the limits of this law look at earlier contacts."""
        return timedelta(days=self.look_back_days)

    @cached_property
    def look_back_days(self) -> int:
        """How many days back the limits of this law look, and a day for the zones."""
        periods = [limit.period for one in self.of(p.CapRule) for limit in one.limits]
        pauses = [one.days for one in self.of(p.GapRule)] + [one.days for one in self.of(p.CooldownRule)]
        longest = _MONTH_DAYS if p.Period.MONTH in periods else _WEEK_DAYS
        return max([longest, *pauses]) + 2

    @cached_property
    def by_channel(self) -> dict[Channel, tuple[p.Rule, ...]]:
        """List the rules that look at contacts by each channel."""
        return {
            channel: tuple(one for one in self.all if channel in getattr(one, "channels", tuple(Channel)))
            for channel in Channel
        }

    @cached_property
    def asked_statements(self) -> frozenset[p.Statement]:
        """Name all that this law ever asks a message to say."""
        return frozenset(one for rule in self.of(p.ContentRule) for one in (*rule.first, *rule.later))

    @cached_property
    def literal_digest(self) -> str:
        """The SHA-256 of the rules that have a literal reading: who signs it off signs these."""
        readings = [
            one.model_dump(mode="json")
            for one in self.file.rules
            if getattr(one, "text_hours", None) is not None or getattr(one, "per_channel_in_text", False)
        ]
        return hashlib.sha256(json.dumps(readings, ensure_ascii=False, sort_keys=True).encode()).hexdigest()

    def barred_before(self, *, day: date) -> date | None:
        """Return the first due date of which a debt does not seem time-barred on a day; None: no term is known."""
        terms = [one.barred_after_years for one in self.of(p.FlagRule) if one.holds_on(day)]
        known = [years for years in terms if years is not None]
        return _years_before(day, min(known)) if known else None

    def of(self, kind: type[_Kind]) -> tuple[_Kind, ...]:
        """List the rules of one kind."""
        return tuple(one for one in self.all if isinstance(one, kind))

    def replaced(self, objecting: Iterable[str]) -> set[str]:
        """Name the general rules that these say already."""
        return {name for one in objecting if one in self.by_id for name in self.by_id[one].replaces}


def _years_before(day: date, years: int) -> date:
    """Return the same day so many years earlier; what was due on the last of February is over on a 29th."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return date(day.year - years, 3, 1)
