"""
The rows of a file on their way into the staging tables.

Reads: nothing
Writes: temporary staging tables of the current transaction
Guarantees: a million rows are never in memory at once; an address that nobody could use is kept as an attribute.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator

from puntual.contacts import queries as contact_rows
from puntual.contacts.types import OwnerRole, PointKind
from puntual.db import rows
from puntual.intake import queries
from puntual.intake.rules.parsing import Piece, Said
from puntual.intake.rules.staged import CustomerFacts, StagedRow
from puntual.intake.types import Field, RemarkCode

_FACT_COLUMNS = (
    "row_number",
    "external_id",
    "name",
    "short_name",
    "kind",
    "kind_guess",
    "tax_id",
    "language",
    "time_zone",
    "state",
    "city",
    "postal_code",
    "sector",
    "tags",
    "attributes",
)
_POINT_COLUMNS = ("row_number", "external_id", "kind", "value", "normalized", "owner_role", "owner_name")
_CONSENT_COLUMNS = ("row_number", "external_id", "channel", "decision")
_TABLES = {
    "intake_staged_row": StagedRow._fields,
    "intake_staged_fact": _FACT_COLUMNS,
    "intake_staged_point": _POINT_COLUMNS,
    "intake_staged_consent": _CONSENT_COLUMNS,
}
# Rows that go to the database at once.
_SHEAF = 5_000
_VALUE_LENGTH_MAX = 300
_BETWEEN = {PointKind.EMAIL: re.compile(r"[;|/\n, ]"), PointKind.PHONE: re.compile(r"[;|/\n,]")}


def lay_out(*, items: Iterator[Piece | Said], country: str, tell: Callable[[int], None]) -> Said:
    """
    Copy the rows of a file, and what they say of customers, into the staging tables.

    Returns what is to be told of the file as a whole.
    """
    writer = _CustomerWriter(country)
    sheaf: dict[str, list[str]] = {table: [] for table in _TABLES}
    facts, points, consents = (sheaf[table] for table in list(_TABLES)[1:])
    staged, done, ready = sheaf["intake_staged_row"], 0, 0
    said, odd_contacts = Said(Counter(), (), ()), 0
    tell(done)
    for item in items:
        if isinstance(item, Said):
            said = item
            continue
        staged += [item.lines] if item.lines else []
        staged += map(rows.copy_line, item.rows)
        ready += item.size
        for number, customer in item.customers:
            own_points, free = writer.points_of(customer)
            odd_contacts += len(free)
            start = (number, customer.external_id)
            points += [rows.copy_line((*start, *point)) for point in own_points]
            consents += [rows.copy_line((*start, *said_of)) for said_of in customer.consents]
            facts.append(rows.copy_line(_fact(number, customer, free)))
        if ready >= _SHEAF:
            _send(sheaf)
            done, ready = done + ready, 0
            tell(done)
    _send(sheaf)
    tell(done + ready)
    return said._replace(remarks=said.remarks + Counter({RemarkCode.ODD_CONTACTS: odd_contacts}))


def _send(sheaf: dict[str, list[str]]) -> None:
    """Send what is ready."""
    for table, lines in sheaf.items():
        rows.copy_lines(table=table, columns=_TABLES[table], lines=lines)
        lines.clear()


def _fact(number: int, customer: CustomerFacts, free: dict[str, str]) -> tuple[object, ...]:
    attributes = {**dict(customer.attributes), **free}
    return (
        number,
        *customer[:12],
        customer.tags,
        json.dumps(attributes, ensure_ascii=False) if attributes else "{}",
    )


class _CustomerWriter:
    """Normalises the addresses of customers as they are read in one country."""

    def __init__(self, country: str) -> None:
        self._country = country
        self._guarantor_name = queries.field_name(field=Field.GUARANTOR_NAME)
        self._guarantor_phone = queries.field_name(field=Field.GUARANTOR_PHONE)

    def points_of(self, customer: CustomerFacts) -> tuple[list[tuple[str, ...]], dict[str, str]]:
        """Normalise the addresses of a customer; what nobody could use is returned under its header."""
        role, name = customer.contact_role or OwnerRole.DEBTOR, customer.contact_name
        points: list[tuple[str, ...]] = []
        free: dict[str, str] = {}
        for header, text in customer.emails:
            self._add(points, free, PointKind.EMAIL, header, text, role, name)
        for header, text in customer.phones:
            self._add(points, free, PointKind.PHONE, header, text, role, name)
        if customer.guarantor_phone:
            owner = (OwnerRole.GUARANTOR, customer.guarantor_name)
            self._add(points, free, PointKind.PHONE, self._guarantor_phone, customer.guarantor_phone, *owner)
        elif customer.guarantor_name:
            free[self._guarantor_name] = customer.guarantor_name
        return points, free

    def _add(
        self,
        points: list[tuple[str, ...]],
        free: dict[str, str],
        kind: PointKind,
        header: str,
        text: str,
        role: str,
        name: str,
    ) -> None:
        found = self._usable(kind, text)
        if not found:
            free[header] = text[:_VALUE_LENGTH_MAX]
        points += [(kind, value, normalized, role, name) for value, normalized in found]

    def _usable(self, kind: PointKind, text: str) -> list[tuple[str, str]]:
        """Find the addresses in one cell: each part that is one, else the cell as a whole."""
        if _BETWEEN[kind].search(text):
            parts = [part for one in _BETWEEN[kind].split(text) if (part := one.strip())]
            found = {
                normalized: part for part in reversed(parts) if (normalized := self._normalized(kind, part))
            }
            if found:
                return [(value[:_VALUE_LENGTH_MAX], normalized) for normalized, value in found.items()]
        normalized = self._normalized(kind, text := text.strip())
        return [(text[:_VALUE_LENGTH_MAX], normalized)] if normalized else []

    def _normalized(self, kind: PointKind, text: str) -> str | None:
        return contact_rows.normalize(kind=kind, value=text, region=self._country)
