"""Rows on their way into the database, and rows that stay out."""

import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from puntual.intake.rules import cells
from puntual.intake.rules.reading import Cell
from puntual.intake.types import Reason, RowOutcome
from puntual.lib.taxpayers import is_firm

_DETAIL_LENGTH_MAX = 300
_KINDS = {True: "COMPANY", False: "PERSON", None: ""}


class StagedRow(NamedTuple):
    """One row, in the order of the columns of the staging table."""

    row_number: int
    outcome: str = ""
    reason: str = ""
    detail: str = ""
    raw: str | None = None
    customer_key: str = ""
    receivable_key: str | None = None
    document_number: str = ""
    document_kind: str = ""
    account: str = ""
    product: str = ""
    currency: str = ""
    issue_date: date | None = None
    due_date: date | None = None
    amount: Decimal | None = None
    open_amount: Decimal | None = None
    attributes: str = "{}"
    paid_date: date | None = None
    paid_amount: Decimal | None = None
    method: str = ""
    reference: str = ""
    note: str = ""
    record: str = "RECEIVABLE"
    # The document that a movement is about; `document_number` is its own.
    related_document: str = ""
    payment_group: str = ""
    # Why it is disputed, or what kind of adjustment it is.
    code: str = ""
    # Of what a row of several debts holds: the row of the file. The first of them has its number, others their own.
    file_row: int | None = None
    # What the payment comes to of which it is a part.
    payment_total: Decimal | None = None


class CustomerFacts(NamedTuple):
    """What a row says of its customer."""

    external_id: str
    name: str
    short_name: str
    kind: str
    kind_guess: str
    tax_id: str
    language: str
    time_zone: str
    state: str
    city: str
    postal_code: str
    sector: str
    tags: tuple[str, ...]
    emails: tuple[tuple[str, str], ...]
    phones: tuple[tuple[str, str], ...]
    guarantor_name: str
    guarantor_phone: str
    # What nobody understood, under the header of the file.
    attributes: tuple[tuple[str, str], ...]
    # Whose addresses these are, where not the customer's own, and what was said of each channel.
    contact_role: str = ""
    contact_name: str = ""
    consents: tuple[tuple[str, str], ...] = ()


class Parsed(NamedTuple):
    """A row read; `customer` only where it says something that no row before said."""

    row: StagedRow
    customer: CustomerFacts | None


class RowRefused(Exception):
    """The row cannot come in."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail


def receivable_key(*, customer: str, document: str) -> str:
    """Write the identity of a receivable in the company: one document of one customer."""
    return customer.replace("\\", "\\\\").replace("|", "\\|") + "|" + document


def kind_by_evidence(*, name: str, tax_id: str) -> str:
    """Tell a firm from a person as every door does; empty when neither tax id nor name says."""
    return _KINDS[is_firm(name=name, tax_id=tax_id)]


def left_out(number: int, outcome: RowOutcome, reason: Reason, detail: str, row: Sequence[Cell]) -> StagedRow:
    """Write down a row that does not come in, with its cells as they stood."""
    raw = None if reason in (Reason.BLANK, Reason.DELETED) else raw_json(row)
    return StagedRow(number, outcome, reason, detail[:_DETAIL_LENGTH_MAX], raw)


def raw_json(row: Sequence[Cell]) -> str:
    """Write the cells of a row as they stood, as a JSON list."""
    return json.dumps([cells.raw_of(cell) for cell in row], ensure_ascii=False)
