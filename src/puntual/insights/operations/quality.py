"""
What is wrong with stored data.

Reads: portfolio, contacts, payments, insights.Finding, the staging tables of intake
Writes: insights.Finding, insights.FindingCount, insights.QualityCheck, insights.LoadReview, insights.LoadedRow,
insights.RequiredPaper, insights.SeenPaper, audit.Event
Guarantees: a finding is one row however often it is seen; looking again at the same data writes nothing; what is
mended ends; the number of statements does not grow with the customers of a chunk.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from puntual.audit import operations as audit
from puntual.audit.types import Actor
from puntual.db import named, rows
from puntual.insights.queries import quality_facts
from puntual.insights.queries.quality_facts import Sharers
from puntual.insights.rules.quality import findings_of
from puntual.insights.rules.quality.documents import paper_code
from puntual.insights.types import (
    CATALOGUE,
    FindingCode,
    NewFinding,
    QualityChange,
    QualitySetting,
    Subject,
)
from puntual.lib import clabe
from puntual.lib.errors import DomainError, NotFound
from puntual.portfolio.types import ReceivableKind

_SQL = named.load(Path(__file__).resolve().parents[1] / "sql" / "quality.sql")


class UnableToAccept(DomainError):
    """What was found cannot be taken as right; nothing was written."""

    code = "unable-to-accept-finding"


def check_customers(
    *, customer_ids: Sequence[int], setting: QualitySetting, shared: Sharers, at: datetime
) -> QualityChange:
    """Look at some customers and write what differs from what was found before. A fixed number of statements."""
    if not customer_ids:
        return QualityChange()
    facts = quality_facts.debtor_facts(customer_ids=customer_ids, setting=setting, shared=shared)
    found = [one for debtor in facts for one in findings_of(debtor=debtor, setting=setting)]
    return _record(found, customer_ids=customer_ids, with_company=False, at=at)


def check_company(*, bank_account: str, at: datetime) -> QualityChange:
    """Look at what the company says of itself: a CLABE with a slip sends every payment elsewhere."""
    found = []
    if bank_account and not clabe.is_valid(clabe=bank_account.replace(" ", "")):
        detail = {"value": bank_account}
        found.append(NewFinding(FindingCode.BANK_ACCOUNT_INVALID, Subject.COMPANY, 0, None, {**detail}))
    return _record(found, customer_ids=(), with_company=True, at=at)


def _record(
    found: Sequence[NewFinding], *, customer_ids: Sequence[int], with_company: bool, at: datetime
) -> QualityChange:
    # One attribute may say the same thing twice under names that differ only past the length that is kept.
    distinct = {(one.code, one.subject, one.subject_id, one.part): one for one in found}
    given = [
        (
            one.code,
            one.subject,
            one.subject_id,
            one.part,
            one.customer_id,
            one.receivable_id,
            one.detail,
        )
        for one in distinct.values()
    ]
    params = {
        "rows": rows.as_document(given),
        "customer_ids": list(customer_ids),
        "with_company": with_company,
        "at": at,
    }
    return QualityChange(*rows.fetch_all(_SQL["record_findings"], params)[0])


def count_findings(*, as_of: date) -> int:
    """Keep how many findings of each kind are open, for the picture of a day; return how many counts changed."""
    return rows.execute(_SQL["count_findings"], {"as_of": as_of, "codes": [code.value for code in CATALOGUE]})


def keep_check(*, as_of: date, customers: int, change: QualityChange, at: datetime) -> None:
    """Keep that the whole portfolio was looked through."""
    params = {"as_of": as_of, "customers": customers, "at": at}
    rows.execute(_SQL["keep_check"], {**params, **change._asdict()})


def remember_rows(*, import_id: int) -> int:
    """Keep which row of the load staged in this transaction brought what; return how many rows."""
    rows.execute(_SQL["forget_rows"], {"import_id": import_id})
    return rows.execute(_SQL["remember_rows"], {"import_id": import_id})


def finish_load_review(*, import_id: int, customers: int, at: datetime) -> None:
    """Lead findings to the rows of a load, keep what was found, and forget the rows."""
    rows.execute(_SQL["lead_to_rows"], {"import_id": import_id})
    rows.execute(_SQL["keep_load_review"], {"import_id": import_id, "customers": customers, "at": at})
    rows.execute(_SQL["forget_rows"], {"import_id": import_id})


def accept_finding(*, finding_id: int, note: str, actor: Actor, at: datetime) -> None:
    """
    Take what was found as right, until its facts change; a person answers for it.

    Raises: UnableToAccept when it was mended meanwhile, was taken already, or must be mended.
    """
    codes = [code.value for code, facts in CATALOGUE.items() if facts.is_acceptable]
    params = {
        "finding_id": finding_id,
        "codes": codes,
        "label": actor.label[:120],
        "note": note[:300],
        "at": at,
    }
    with transaction.atomic():
        found = rows.fetch_all(_SQL["accept_finding"], params)
        if not found:
            raise UnableToAccept(_("Ese hallazgo ya se corrigió, ya se aceptó o no se puede aceptar."))
        _tell("finding-accepted", finding_id, customer_id=found[0][0], actor=actor, at=at)


def reopen_finding(*, finding_id: int, actor: Actor, at: datetime) -> bool:
    """Look again at what was taken as right; False when there is nothing to look at."""
    with transaction.atomic():
        found = rows.fetch_all(_SQL["reopen_finding"], {"finding_id": finding_id})
        if found:
            _tell("finding-reopened", finding_id, customer_id=found[0][0], actor=actor, at=at)
    return bool(found)


def _tell(action: str, finding_id: int, *, customer_id: int | None, actor: Actor, at: datetime) -> None:
    audit.record(
        actor=actor,
        action=action,
        subject_type="finding",
        subject_id=finding_id,
        customer_id=customer_id,
        at=at,
    )


def set_papers(*, papers: Mapping[ReceivableKind, Sequence[str]], actor: Actor, at: datetime) -> int:
    """Say which papers each kind of debt must have; return how many are asked for."""
    wanted = {
        (kind.value, code): name.strip()[:80]
        for kind, names in papers.items()
        for name in names
        if (code := paper_code(name=name))
    }
    params = {
        "kinds": [kind for kind, _code in wanted],
        "codes": [code for _kind, code in wanted],
        "names": list(wanted.values()),
    }
    with transaction.atomic():
        changed = rows.execute(_SQL["drop_papers"], params) + rows.execute(_SQL["add_papers"], params)
        if changed:
            audit.record(
                actor=actor,
                action="papers-changed",
                subject_type="company",
                subject_id=0,
                after={"papers": ", ".join(sorted(set(wanted.values())))},
                at=at,
            )
    return len(wanted)


def see_paper(*, finding_id: int, place: str, actor: Actor, at: datetime) -> int:
    """
    Keep that a person has seen the paper that a finding asks for; return whose debt it is about.

    Raises: NotFound when no open finding asks for it.
    """
    found = rows.fetch_all(
        "select receivable_id, part, customer_id from insights_finding"
        " where id = %(finding_id)s::bigint and code = 'paper-missing' and resolved_at is null",
        {"finding_id": finding_id},
    )
    if not found:
        raise NotFound(_("Ese documento ya no falta."))
    receivable_id, code, customer_id = found[0]
    params = {"receivable_id": receivable_id, "code": code, "place": place[:200]}
    with transaction.atomic():
        rows.execute(_SQL["see_paper"], {**params, "label": actor.label[:120], "at": at})
        audit.record(
            actor=actor,
            action="paper-seen",
            subject_type="receivable",
            subject_id=receivable_id,
            customer_id=customer_id,
            after={"paper": code},
            at=at,
        )
    return int(customer_id)


def erase_customer(*, customer_id: int) -> None:
    """Take away what was found about a person."""
    rows.execute(_SQL["erase_customer"], {"customer_id": customer_id})
