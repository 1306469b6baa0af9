"""
The law packs, read again over the messages that were stored: slowly, one by one, and apart from the product.

Nothing of the product's rules, types or queries is used: only the files of the packs, the tables, and the days that
`holidays` knows. Where somebody may be in several zones each of them must be lawful.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import holidays
import yaml
from django.db import connection

_DATA = Path(__file__).parents[1] / "src" / "puntual" / "compliance" / "data"
_EVERY_CHANNEL = ["EMAIL", "SMS", "WHATSAPP", "CALL", "LETTER", "VISIT"]
# What of an attempt reached the person, or may have.
_DELIVERED = ("SENT", "DELIVERED", "EFFECTIVE")
# The states of Mexico that do not keep the hour of its capital.
_MEXICO = {
    "America/Tijuana": {"BAJA CALIFORNIA", "BC", "BCN"},
    "America/Hermosillo": {"SONORA", "SON"},
    "America/Mazatlan": {"SINALOA", "SIN", "NAYARIT", "NAY", "BAJA CALIFORNIA SUR", "BCS"},
    "America/Cancun": {"QUINTANA ROO", "ROO", "QROO"},
}


@dataclass(frozen=True)
class Contact:
    """Something that passed between the company and a person."""

    at: datetime
    channel: str
    is_inbound: bool
    outcome: str
    purpose: str


@dataclass(frozen=True)
class Sent:
    """A message that left."""

    id: int
    customer_id: int
    at: datetime
    channel: str
    purpose: str
    owner_role: str
    source: str
    zone: str
    state: str


def _rows(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def stored_messages() -> list[Sent]:
    """Read every message of this company that left."""
    return [
        Sent(*row)
        for row in _rows(
            """
            select m.id, m.customer_id, m.sent_at, m.channel, m.purpose, coalesce(p.owner_role, ''),
                coalesce(p.source, ''), c.time_zone, c.state
            from outreach_message m
            join portfolio_customer c on c.id = m.customer_id
            left join contacts_contactpoint p on p.id = m.contact_point_id
            where m.sent_at is not null
            order by m.sent_at, m.id
            """
        )
    ]


def _contacts() -> dict[int, list[Contact]]:
    found: dict[int, list[Contact]] = {}
    for customer_id, at, channel, direction, outcome, purpose in _rows(
        "select customer_id, at, channel, direction, outcome, purpose from contacts_attempt"
    ):
        one = Contact(at, channel, direction == "INBOUND" or outcome == "INBOUND", outcome, purpose)
        found.setdefault(customer_id, []).append(one)
    return found


def violations(*, country: str) -> list[str]:
    """Name every message that left against a rule of this country, each with the rule."""
    files = [
        yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted((_DATA / country).glob("*.yaml"))
    ]
    contacts = _contacts()
    found: list[str] = []
    for message in stored_messages():
        # The newest file that was in force.
        pack = [one for one in files if one["valid_from"] <= message.at.date()][-1]
        past = [
            one for one in contacts.get(message.customer_id, []) if one.purpose in ("COLLECTION", "REMINDER")
        ]
        for zone in _zones(message, pack):
            reader = _Reader(country, ZoneInfo(zone), message, past)
            found += [
                f"message {message.id} at {message.at} ({zone}): {rule_id}"
                for rule_id in reader.broken(pack["rules"])
            ]
        found += [f"message {message.id} at {message.at}: {what}" for what in _standing(message)]
    return found


def _zones(message: Sent, pack: dict[str, Any]) -> Sequence[str]:
    if message.zone:
        return [message.zone]
    state = message.state.strip().upper()
    if pack["country"] == "MX" and state:
        return [next((zone for zone, states in _MEXICO.items() if state in states), "America/Mexico_City")]
    zones: Sequence[str] = pack["time_zones"]
    return zones


def _standing(message: Sent) -> Iterator[str]:
    """Look at what stood against a message when it left, as the tables tell it."""
    person, at, today = message.customer_id, message.at.isoformat(), message.at.date().isoformat()
    if message.purpose in ("COLLECTION", "REMINDER"):
        owed = _rows(
            f"""
            select count(*) filter (where amount > 0), count(*) filter (where amount > 0 and is_free)
            from (
                select r.id, sum(e.amount) as amount,
                    not exists (select from agreements_dispute d where d.receivable_id = r.id
                        and d.opened_at <= '{at}' and (d.closed_at is null or d.closed_at > '{at}')) as is_free
                from portfolio_receivable r join portfolio_ledgerentry e on e.receivable_id = r.id
                where r.customer_id = {person} and e.recorded_at <= '{at}' group by r.id
            ) items
            """
        )[0]
        if owed[0] == 0:
            yield "nothing was owed"
        elif owed[1] == 0:
            yield "all that was owed is disputed"
        if _rows(
            f"""
            select from agreements_hold where customer_id = {person} and receivable_id is null
                and created_at <= '{at}' and (lifted_at is null or lifted_at > '{at}')
                and '{today}' between from_date and until_date
            """
        ):
            yield "the person was on hold"
    if message.purpose == "COLLECTION" and _rows(
        f"select from agreements_promise where customer_id = {person} and state = 'ACTIVE' and created_at <= '{at}'"
    ):
        yield "a promise was in force"
    last_word = _rows(
        f"""
        select decision from contacts_consent where customer_id = {person} and channel = '{message.channel}'
            and at <= '{at}' order by at desc, id desc limit 1
        """
    )
    if last_word and last_word[0][0] == "OPTED_OUT":
        yield "the person had left the channel"
    if not message.source:
        yield "nobody knows where the address is from"


class _Reader:
    """Reads the rules of one country for one message in one zone."""

    def __init__(self, country: str, zone: ZoneInfo, message: Sent, past: Sequence[Contact]) -> None:
        self._country, self._zone, self._message, self._past = country, zone, message, past
        self._local = message.at.astimezone(zone)
        self._today = self._local.date()

    def broken(self, rules: Sequence[dict[str, Any]]) -> list[str]:
        """Name the rules that the message breaks."""
        own = [one for one in rules if self._message.state in one.get("subdivisions", ())]
        return [
            rule["id"]
            for rule in rules
            if self._message.channel in rule.get("channels", _EVERY_CHANNEL)
            and rule.get("severity", "block") == "block"
            and (rule["kind"] != "window" or rule in own or not (own or rule.get("subdivisions")))
            and self._is_broken(rule)
        ]

    def _is_broken(self, rule: dict[str, Any]) -> bool:
        look = getattr(self, f"_{rule['kind']}", None)
        return look is not None and bool(look(rule))

    def _window(self, rule: dict[str, Any]) -> bool:
        state = self._message.state
        known = holidays.country_holidays(self._country).subdivisions
        days = holidays.country_holidays(
            self._country, subdiv=state if state in known else None, years=self._today.year
        )
        kind = ("mon_fri",) * 5 + ("sat", "sun")
        hours = rule["hours"]["holiday" if self._today in days else kind[self._today.weekday()]]
        return hours is None or not hours[0] <= self._local.strftime("%H:%M") < hours[1]

    def _days(self, rule: dict[str, Any], *outcomes: str) -> list[date]:
        """List the local days of what was begun by the company, this message among it."""
        return [
            one.at.astimezone(self._zone).date()
            for one in self._past
            if one.channel in rule.get("channels", _EVERY_CHANNEL)
            and not one.is_inbound
            and one.at <= self._message.at
            and (not outcomes or one.outcome in outcomes)
        ]

    def _cap(self, rule: dict[str, Any]) -> bool:
        if self._message.purpose not in ("COLLECTION", "REMINDER"):
            return False
        today, monday = self._today, self._today - timedelta(days=self._today.weekday())
        week, month = today - timedelta(days=6), today - timedelta(days=29)
        begins = {
            "day": [today],
            "rolling_7d": [week],
            "week": [week, monday],
            "month": [month, today.replace(day=1)],
        }
        answered = self._days(rule, "EFFECTIVE").count(today)
        if rule.get("unless_answered_today") and answered:
            return False
        for limit in rule["limits"]:
            # This message is among what is counted, save among talks: those came before it.
            counted = {"attempt": (), "delivery": _DELIVERED, "conversation": ("EFFECTIVE",)}[limit["counts"]]
            room = limit["max"] - (limit["counts"] == "conversation")
            days = self._days(rule, *counted)
            if any(sum(first <= day <= today for day in days) > room for first in begins[limit["period"]]):
                return True
        return False

    def _gap(self, rule: dict[str, Any]) -> bool:
        before = [day for day in self._days(rule) if day < self._today]
        return self._days(rule).count(self._today) > 1 or any(
            (self._today - day).days < rule["days"] for day in before
        )

    def _lock(self, rule: dict[str, Any]) -> bool:
        first = min(self._today - timedelta(days=6), self._today - timedelta(days=self._today.weekday()))
        return any(
            one.channel != self._message.channel
            and not one.is_inbound
            and one.outcome in _DELIVERED
            and one.at <= self._message.at
            and first <= one.at.astimezone(self._zone).date() <= self._today
            for one in self._past
            if one.channel in rule.get("channels", _EVERY_CHANNEL)
        )

    def _party(self, rule: dict[str, Any]) -> bool:
        return self._message.owner_role not in rule["allowed"]

    def _consent(self, _rule: dict[str, Any]) -> bool:
        given = _rows(
            f"""
            select decision from contacts_consent where customer_id = {self._message.customer_id}
                and channel = '{self._message.channel}' and at <= '{self._message.at.isoformat()}'
            order by at desc, id desc limit 1
            """
        )
        return not given or given[0][0] != "GRANTED"
