"""The facts of debtors on a day, as they were known at a moment."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from puntual.assessment.types import Contactable, Facts, Profile
from puntual.contacts import queries as contacts
from puntual.db import named, rows
from puntual.portfolio.types import BALANCE_KEY, RELEASE_KEY

_FOLDER = Path(__file__).parents[1] / "sql"
_GATHER = named.load(_FOLDER / "gather.sql")["gather"]
_GATHER_SOME = named.of_some(_GATHER)
_SQL = named.load(_FOLDER / "facts.sql")
# What of the statement is a matter of the day.
_OF_A_DAY = {
    "as_of": "date",
    "known_at": "timestamptz",
    "moment": "timestamptz",
    "since_30": "timestamptz",
    "since_90": "timestamptz",
    "since_365": "timestamptz",
}
_INSTANT = timedelta(microseconds=1)

_Amounts = tuple[tuple[str, Decimal], ...]
_Buckets = tuple[tuple[str, tuple[Decimal, Decimal, Decimal, Decimal, Decimal]], ...]
_NOTHING_OWED: tuple[_Amounts, _Amounts, _Buckets] = ((), (), ())


def facts_of_chunk(
    *,
    after: int,
    up_to: int,
    as_of: date,
    known_at: datetime,
    time_zone: str,
    is_live: bool,
    wants_profile: bool = False,
) -> list[Facts]:
    """
    Gather the facts of the customers with after < id <= up_to, in id order, by one statement.

    They are those of the day `as_of` in the company's zone, with what was known at `known_at` and nothing later:
    movements of the ledger by the moment of their recording, promises by the moments at which they were made, settled
    or taken back, holds and disputes until they were lifted and closed, documents with the days that they had then,
    contacts and answers by their own moment, bounces and bad addresses since they were told. `is_live` is the quick
    path for a day after which the ledger knows nothing (`is_live` of this package); both give the same facts.

    What the tables cannot tell of the past:

    * Whose a document, promise or contact was: customers that were united since are one, also in their past.
    * The profile (kind, place, sector, language, tags, attributes, products) is that of now.
    * A contact that staff wrote down later counts from its own moment.
    * An erased customer has no address, also in the past.
    * Of a change that is older than the keeping of pasts, the days of a document and the moment of a bounce.

    Contacts and answers are looked for in the last 365 days; a payment counts as returned whatever the cause of its
    reversal.
    """
    found = rows.fetch_all(
        _GATHER,
        {"after": after, "up_to": up_to}
        | _moments(as_of=as_of, known_at=known_at, time_zone=time_zone)
        | {"is_live": is_live, "wants_profile": wants_profile},
    )
    return [_facts(row, as_of) for row in found]


def facts_of_some(
    *,
    customer_ids: Sequence[int],
    as_of: date,
    known_at: datetime,
    time_zone: str,
    is_live: bool,
    wants_profile: bool = False,
) -> list[Facts]:
    """Gather the same of the customers of a list, in id order; see `facts_of_chunk`."""
    found = rows.fetch_all(
        _GATHER_SOME,
        {"customer_ids": rows.as_array(customer_ids)}
        | _moments(as_of=as_of, known_at=known_at, time_zone=time_zone)
        | {"is_live": is_live, "wants_profile": wants_profile},
    )
    return [_facts(row, as_of) for row in found]


def _of_days(gather: str) -> str:
    """Ask the same of several days at once: each day stands in a row, in place of its parameters."""
    for name, kind in _OF_A_DAY.items():
        gather = gather.replace(f"%({name})s::{kind}", f"asked.{name}")
    given = ", ".join(f"%({name})s::{kind}[]" for name, kind in _OF_A_DAY.items())
    # Both parts are files of this package.
    return (
        f"select asked.place::int, told.* from unnest({given}) with ordinality as asked"  # noqa: S608
        f" ({', '.join(_OF_A_DAY)}, place) cross join lateral ({gather}) told order by asked.place, told.id"
    )


_GATHER_DAYS = _of_days(_GATHER)


def facts_of_days(
    *,
    after: int,
    up_to: int,
    days: Sequence[tuple[date, datetime]],
    time_zone: str,
    is_live: bool,
    wants_profile: bool = False,
) -> list[list[Facts]]:
    """
    Gather the same for each of several days and moments, by one statement; see `facts_of_chunk`.

    It is meant for a few customers: all their rows of all days are held at once.
    """
    asked = [_moments(as_of=day, known_at=known_at, time_zone=time_zone) for day, known_at in days]
    lists: dict[str, Any] = {name: [one[name] for one in asked] for name in _OF_A_DAY}
    shared = {"after": after, "up_to": up_to, "is_live": is_live, "wants_profile": wants_profile}
    found: list[list[Facts]] = [[] for _day in days]
    for place, *row in (
        rows.fetch_all(_GATHER_DAYS, {**(asked[0] if asked else {}), **lists, **shared}) if asked else ()
    ):
        found[place - 1].append(_facts(tuple(row), days[place - 1][0]))
    return found


def _moments(*, as_of: date, known_at: datetime, time_zone: str) -> dict[str, Any]:
    """Say up to when each log is read, and from when on."""
    zone = ZoneInfo(time_zone)

    def midnight(days_before: int) -> datetime:
        return datetime.combine(as_of - timedelta(days=days_before), time.min, tzinfo=zone)

    return {
        "as_of": as_of,
        "known_at": known_at,
        "moment": min(known_at, midnight(-1) - _INSTANT),
        "since_30": midnight(29),
        "since_90": midnight(89),
        "since_365": midnight(364),
        "time_zone": time_zone,
        "own_roles": list(contacts.OWN_ROLES),
        "balance_key": BALANCE_KEY,
        "release_key": RELEASE_KEY,
    }


def _facts(row: tuple[Any, ...], as_of: date) -> Facts:
    """Make facts of a row; by position, for this happens a million times a day."""
    (
        customer_id, amounts, open_count, overdue_count, disputed_count, held_count, oldest_due_date, due_dates,
        promise_due_date, promise_made_on, broken_promise_on, last_payment_on, hold_until, hold_reason,
        has_customer_dispute, broken_12m, paid_12m, late_12m, average_late, paid_3m, late_3m, paid_6m, late_6m,
        average_to_pay, partials, returned, kept_12m, first_issue_date, late_months, last_contact_on, contacts_30d,
        unanswered, answers_90d, visits_90d, bounced_90d, channel, hour, has_email, has_phone, profile, *part,
    ) = row  # fmt: skip
    open_amounts, overdue_amounts, buckets = _amounts(amounts) if amounts else _NOTHING_OWED
    days_past_due = max((as_of - oldest_due_date).days, 0) if oldest_due_date else 0
    return Facts(
        customer_id, as_of, open_amounts, overdue_amounts, open_count or 0, overdue_count or 0, disputed_count or 0,
        held_count or 0, oldest_due_date, tuple(due_dates) if due_dates else (), days_past_due, promise_due_date,
        promise_made_on, broken_promise_on, last_payment_on, hold_until, hold_reason, has_customer_dispute,
        broken_12m or 0, paid_12m or 0, late_12m or 0, average_late, buckets, paid_3m or 0,
        late_3m or 0, paid_6m or 0, late_6m or 0, average_to_pay, partials or 0, returned or 0, kept_12m or 0,
        first_issue_date, tuple(late_months) if late_months else (), last_contact_on, contacts_30d or 0,
        unanswered or 0, answers_90d or 0, visits_90d or 0, bounced_90d or 0, channel or "", hour, has_email or False,
        has_phone or False, _profile(profile) if profile else None,
        _contactable(*part) if disputed_count or held_count else None,
    )  # fmt: skip


def _amounts(told: str) -> tuple[_Amounts, _Amounts, _Buckets]:
    """Read what is owed: for each currency the whole, the overdue part, and the five ages."""
    owed, overdue, buckets = [], [], []
    for one in told.split(";"):
        currency, whole, late, current, to_30, to_60, to_90, older = one.split(" ")
        owed.append((currency, Decimal(whole)))
        ages = (Decimal(current), Decimal(to_30), Decimal(to_60), Decimal(to_90), Decimal(older))
        buckets.append((currency, ages))
        if overdue_amount := Decimal(late):
            overdue.append((currency, overdue_amount))
    return tuple(owed), tuple(overdue), tuple(buckets)


def _contactable(
    amounts: str | None,
    open_count: int | None,
    overdue_count: int | None,
    oldest_due_date: date | None,
    due_dates: list[date] | None,
    held_until: date | None,
) -> Contactable:
    open_amounts, overdue_amounts, buckets = _amounts(amounts) if amounts else _NOTHING_OWED
    return Contactable(
        open_amounts, overdue_amounts, buckets, open_count or 0, overdue_count or 0, oldest_due_date,
        tuple(due_dates or ()), held_until,
    )  # fmt: skip


def _profile(told: str) -> Profile:
    kind, state, city, sector, language, tags, products, attributes = rows.as_json(told)
    return Profile(
        kind, state, city, sector, language, tuple(tags), tuple(products),
        tuple(sorted((name, str(value)) for name, value in attributes.items() if value is not None)),
    )  # fmt: skip


def facts_of(*, customer_id: int, as_of: date) -> dict[str, Any] | None:
    """Return the newest kept facts of a customer on or before a day."""
    found = rows.fetch_dicts(_SQL["facts_of"], {"customer_id": customer_id, "as_of": as_of})
    return found[0] if found else None
