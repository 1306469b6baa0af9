"""Reads of data quality: what is wrong, how much of it, since when, and in which load."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from puntual.db import named, rows
from puntual.insights.queries.quality_wording import finding_blocks as finding_blocks
from puntual.insights.queries.quality_wording import finding_text, mend_text
from puntual.insights.queries.quality_wording import finding_title as finding_title
from puntual.insights.types import CATALOGUE, Area, CodeCount, FindingCode, FindingRow, Severity, Subject
from puntual.lib.errors import NotFound
from puntual.portfolio import queries as portfolio
from puntual.portfolio.types import ReceivableKind

_SQL = named.load(Path(__file__).resolve().parents[1] / "sql" / "quality_pages.sql")
_ORDER = list(CATALOGUE)


@dataclass(frozen=True, slots=True)
class FindingPage:
    """A page of findings and how many there are in the whole selection."""

    rows: list[FindingRow]
    total_rows: int


def codes_of(*, severity: Severity | None = None, area: Area | None = None) -> list[FindingCode]:
    """List the kinds of findings of a severity and an area, those that weigh most first."""
    return [
        code
        for code, facts in CATALOGUE.items()
        if severity in (None, facts.severity) and area in (None, facts.area)
    ]


def code_counts(*, today: date, import_id: int | None = None) -> list[CodeCount]:
    """Count open findings by kind, of the whole portfolio or of one load; kinds without any are left out."""
    found = {row[0]: row[1:] for row in rows.fetch_all(_SQL["code_counts"], {"import_id": import_id})}
    before = dict(rows.fetch_all(_SQL["counts_before"], {"today": today})) if import_id is None else {}
    return [
        CodeCount(
            code=code,
            severity=facts.severity,
            area=facts.area,
            title=finding_title(code=code),
            blocks=finding_blocks(code=code),
            mend=mend_text(mend=facts.mend),
            findings=found[code.value][0],
            customers=found[code.value][1],
            accepted=found[code.value][2],
            before=before.get(code.value),
        )
        for code, facts in CATALOGUE.items()
        if code.value in found
    ]


def count_history(*, today: date, days: int) -> dict[date, dict[Severity, int]]:
    """Give the findings of each day that has a picture, by severity."""
    found: dict[date, dict[Severity, int]] = {}
    for as_of, code, findings in rows.fetch_all(
        _SQL["count_history"], {"since": today - timedelta(days=days)}
    ):
        day = found.setdefault(as_of, dict.fromkeys(Severity, 0))
        day[CATALOGUE[FindingCode(code)].severity] += findings
    return found


def blocked_amounts() -> list[tuple[str, Decimal, int]]:
    """Sum what is owed by customers of whom something blocks contact: (currency, amount, customers)."""
    codes = [code.value for code in codes_of(severity=Severity.BLOCKS)]
    return [(row[0], row[1], row[2]) for row in rows.fetch_all(_SQL["blocked_amounts"], {"codes": codes})]


def finding_list(
    *,
    codes: Sequence[FindingCode],
    search: str,
    import_id: int | None,
    is_accepted: bool,
    limit: int,
    skip: int,
) -> FindingPage:
    """List open findings of some kinds, those that weigh most first: to be mended, or taken as they are."""
    params = {
        "codes": [code.value for code in _ORDER if code in set(codes)],
        "words": portfolio.search_patterns(text=search),
        "import_id": import_id,
        "is_accepted": is_accepted,
    }
    total: int = rows.fetch_all(_SQL["finding_total"], params)[0][0]
    more = {"customer_id": None, "after": 0, "by_id": False, "limit": limit, "skip": skip}
    found = rows.fetch_all(_SQL["finding_list"], {**params, **more})
    return FindingPage(rows=[_row(row) for row in found], total_rows=total)


def finding_page(
    *, codes: Sequence[FindingCode], customer_id: int | None, after: int, limit: int
) -> list[FindingRow]:
    """List findings to be mended whose id is past `after`, oldest first: of one customer or of all."""
    params = {
        "codes": [code.value for code in codes],
        "words": [],
        "import_id": None,
        "is_accepted": False,
        "customer_id": customer_id,
        "after": after,
        "by_id": True,
        "limit": limit,
        "skip": 0,
    }
    return [_row(row) for row in rows.fetch_all(_SQL["finding_list"], params)]


def findings_of_customer(*, customer_id: int) -> list[FindingRow]:
    """List what is wrong with one customer, what weighs most first."""
    found = finding_page(codes=_ORDER, customer_id=customer_id, after=0, limit=200)
    return sorted(found, key=lambda row: _ORDER.index(row.code))


def finding(*, finding_id: int) -> FindingRow:
    """
    Return one open finding.

    Raises: NotFound, also when it was mended.
    """
    found = rows.fetch_all(_SQL["finding"], {"finding_id": finding_id})
    if not found:
        raise NotFound(_("Ese hallazgo ya no está abierto."))
    return _row(found[0])


def last_check() -> dict[str, Any] | None:
    """Return the newest look through the whole portfolio; None before the first."""
    found = rows.fetch_dicts(_SQL["last_check"])
    return found[0] if found else None


def load_review(*, import_id: int) -> dict[str, Any] | None:
    """Return what a look at a load found on its day, with `counts` by kind in words; None before it."""
    found = rows.fetch_dicts(_SQL["load_review"], {"import_id": import_id})
    if not found:
        return None
    counts: dict[str, int] = rows.as_json(found[0]["counts"])
    worded = [
        {
            "code": code.value,
            "severity": facts.severity.value,
            "title": finding_title(code=code),
            "findings": counts[code.value],
        }
        for code, facts in CATALOGUE.items()
        if code.value in counts
    ]
    return {**found[0], "counts": worded, "total": sum(counts.values())}


def rejected_reasons(*, import_id: int) -> list[tuple[str, int]]:
    """Count the rows of a load that did not come in, by the code of their reason."""
    return [(row[0], row[1]) for row in rows.fetch_all(_SQL["rejected_reasons"], {"import_id": import_id})]


def loads_to_review(*, since: datetime, limit: int) -> list[int]:
    """List loads that were applied since a moment and that nobody has looked at."""
    return [row[0] for row in rows.fetch_all(_SQL["loads_to_review"], {"since": since, "limit": limit})]


def editable_data(*, customer_id: int) -> dict[str, str]:
    """
    Return what staff may correct of a customer, as it is stored.

    Raises: NotFound.
    """
    found = rows.fetch_dicts(_SQL["editable_data"], {"customer_id": customer_id})
    if not found:
        raise NotFound(_("No existe ese cliente."))
    return found[0]


def customers_total() -> int:
    """Count the customers."""
    total: int = rows.fetch_all(_SQL["customers_total"])[0][0]
    return total


def paper_names() -> dict[ReceivableKind, list[str]]:
    """Name the papers that each kind of debt must have."""
    found: dict[ReceivableKind, list[str]] = {kind: [] for kind in ReceivableKind}
    for kind, _code, name in rows.fetch_all(_SQL["papers"]):
        found[ReceivableKind(kind)].append(name)
    return found


def due_soon(*, today: date, days: int, limit: int, skip: int) -> tuple[list[dict[str, Any]], int]:
    """
    List documents of slow or risky customers that fall due soon, with a check list for each, and count them all.

    `checks` says for each area what is wrong in it, nothing meaning that it is in order.
    """
    params = {"today": today, "until": today + timedelta(days=days), "limit": limit, "skip": skip}
    found = []
    total = 0
    for row in rows.fetch_dicts(_SQL["due_soon"], params):
        total = row.pop("total")
        codes = {FindingCode(code) for code in row.pop("codes")}
        checks = [
            {
                "area": area.value,
                "wrong": [
                    finding_title(code=code)
                    for code in _ORDER
                    if code in codes and CATALOGUE[code].area is area
                ],
            }
            for area in Area
            if area is not Area.PAYMENT
        ]
        found.append({**row, "checks": checks, "is_ready": not any(one["wrong"] for one in checks)})
    return found, total


def _row(row: tuple[Any, ...]) -> FindingRow:
    (
        finding_id, code_text, subject, subject_id, part, detail, customer_id, external_id, name, receivable_id,
        document_number, import_id, file_name, row_number, first_seen_at, accepted_at, label, note,
    ) = row  # fmt: skip
    code = FindingCode(code_text)
    facts = CATALOGUE[code]
    detail = rows.as_json(detail)
    return FindingRow(
        id=finding_id,
        code=code,
        severity=facts.severity,
        area=facts.area,
        mend=facts.mend,
        is_acceptable=facts.is_acceptable,
        title=finding_title(code=code),
        text=finding_text(code=code, detail=detail),
        how=mend_text(mend=facts.mend),
        customer_id=customer_id,
        external_id=external_id or "",
        customer_name=name or "",
        receivable_id=receivable_id,
        document_number=document_number or "",
        subject=Subject(subject),
        subject_id=subject_id,
        part=part,
        detail=detail,
        import_id=import_id,
        file_name=file_name or "",
        row_number=row_number,
        first_seen_at=first_seen_at,
        accepted_at=accepted_at,
        accepted_label=label,
        accepted_note=note,
    )
