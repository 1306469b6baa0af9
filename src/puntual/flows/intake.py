"""
A file comes in: keep it → preview it → apply it, all accepted rows or none → give back what was rejected.

Preview and apply lay the file out and judge it by the same statements; apply then writes what was judged.
"""

import io
import json
from datetime import date, datetime
from zoneinfo import ZoneInfo

import xlsxwriter
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from puntual.audit import operations as audit
from puntual.audit.types import Actor
from puntual.companies import queries as companies
from puntual.companies.types import CompanyFacts
from puntual.contacts import operations as contacts
from puntual.contacts.types import NewPoint, OwnerRole, PointKind
from puntual.db.locks import Lock, lock_in_transaction
from puntual.flows import money_in
from puntual.intake import operations as intake
from puntual.intake import queries as intake_rows
from puntual.intake.types import (
    Choices,
    FileKind,
    ImportCard,
    ImportCounts,
    ImportState,
    Preview,
    Remark,
    RemarkCode,
    Staging,
    Tally,
)
from puntual.lib.errors import DomainError
from puntual.lib.money import ZERO
from puntual.payments.types import NewPayment, PaymentMethod
from puntual.portfolio import operations as portfolio
from puntual.portfolio import queries as portfolio_rows
from puntual.portfolio.types import (
    BALANCE_KEY,
    CustomerKind,
    EntryKind,
    NewCustomer,
    NewEntry,
    NewReceivable,
    ReceivableKind,
)

_REJECTED_SHOWN = 20
# Imports of one company are applied one after the other.
_APPLY = "apply"
# What a spreadsheet can hold.
_SHEET_ROWS_MAX = 1_048_575
_CELL_LENGTH_MAX = 32_767
_SOURCE_LENGTH_MAX = 80


class QuestionsOpen(DomainError):
    """The file does not say everything for sure; a person must answer first. Nothing was written."""

    code = "questions-open"

    def __init__(self, preview: Preview) -> None:
        super().__init__(
            _("Faltan respuestas para poder cargar el archivo: %(first)s")
            % {"first": preview.questions[0].text}
        )
        self.preview = preview


@transaction.atomic(durable=True)
def load_file(*, name: str, content: bytes, kind: FileKind | None, actor: Actor, at: datetime) -> int:
    """
    Keep a file and return the id of its import.

    Raises: intake.operations.UnableToReadFile, with nothing written, when it is no table of debts or payments.
    """
    return intake.store_file(
        name=name,
        content=content,
        kind=kind,
        currency=_company().currency,
        bytes_max=settings.IMPORT_FILE_BYTES_MAX,
        actor=actor,
        at=at,
    )


@transaction.atomic(durable=True)
def preview(*, import_id: int, choices: Choices | None = None) -> Preview:
    """
    Say what applying an import would do, and keep that with the import. Nothing else is written.

    Without choices, those of the last preview count.

    Raises: NotFound; intake.operations.UnableToReadFile.
    """
    card = intake_rows.import_card(import_id=import_id)
    chosen = choices if choices is not None else intake_rows.stored_choices(import_id=import_id)
    staging = _stage(card=card, choices=chosen)
    found = _preview(card=card, staging=staging)
    intake.keep_preview(import_id=import_id, preview=found, choices=chosen)
    return found


def apply_import(
    *, import_id: int, choices: Choices | None = None, actor: Actor, today: date, at: datetime
) -> ImportCounts:
    """
    Apply an import: every row that was accepted, or nothing.

    An import that was applied already changes nothing and says so. Killed in the middle nothing is written,
    and it can be called again. Without choices, those of the last preview count.

    Raises: NotFound; QuestionsOpen; intake.operations.UnableToReadFile; what portfolio and payments refuse.
    """
    card = intake_rows.import_card(import_id=import_id)
    if card.state is ImportState.APPLIED:
        return _applied_before(card=card)
    chosen = choices if choices is not None else intake_rows.stored_choices(import_id=import_id)
    intake.mark_applying(import_id=import_id)
    try:
        return _apply(import_id=import_id, choices=chosen, actor=actor, today=today, at=at)
    except DomainError as refused:
        intake.mark_stopped(import_id=import_id, error=refused.message)
        raise
    except Exception:
        intake.mark_stopped(import_id=import_id, error=_("La carga falló y no se guardó nada."))
        raise


@transaction.atomic(durable=True)
def _apply(*, import_id: int, choices: Choices, actor: Actor, today: date, at: datetime) -> ImportCounts:
    lock_in_transaction(lock=Lock.IMPORT_FILE, key=_APPLY)
    card = intake_rows.import_card(import_id=import_id)
    if card.state is ImportState.APPLIED:
        return _applied_before(card=card)
    staging = _stage(card=card, choices=choices)
    if staging.questions:
        raise QuestionsOpen(_preview(card=card, staging=staging))
    tally, sums = intake_rows.staged_tally(), intake_rows.staged_sums()
    reasons = intake_rows.staged_reasons()
    before = portfolio_rows.last_entry()
    _write_customers(source=card.file_name, at=at)
    _write_receivables(at=at)
    _write_payments(today=today, at=at)
    # Credit goes before balances: what the file says is left may know of it already, and money counts once.
    moved = portfolio_rows.customers_of_entries(after=before)
    money_in.use_credits(customer_ids=moved, at=at, today=today)
    _write_balances(import_id=import_id, today=today, at=at)
    money_in.follow_ledger(after=before, at=at, today=today)
    intake.finish(import_id=import_id, staging=staging, tally=tally, at=at)
    audit.record(
        actor=actor,
        action="apply-import",
        subject_type="import",
        subject_id=import_id,
        after={
            "file_hash": card.file_hash,
            "rows_total": tally.rows_total,
            "rows_accepted": tally.rows_accepted,
            "rows_rejected": tally.rows_rejected,
        },
        at=at,
    )
    return ImportCounts(
        import_id=import_id,
        counts=tally,
        sums=sums,
        reasons=reasons,
        warnings=intake_rows.worded_remarks(remarks=staging.warnings),
    )


def rejected_xlsx(*, import_id: int) -> bytes:
    """
    Return the rejected rows of an import as a spreadsheet, to be mended and sent again.

    Cells are written as text and marked as such, so none of them ever runs as a formula.

    Raises: NotFound.
    """
    card = intake_rows.import_card(import_id=import_id)
    headers = intake_rows.headers_of(import_id=import_id)
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as workbook:
        text = workbook.add_format({"num_format": "@", "quote_prefix": True})
        bold = workbook.add_format({"bold": True})
        sheet = workbook.add_worksheet(_("Rechazadas"))
        own = (_("fila"), _("motivo"))
        titles = [*headers, *(f"{intake_rows.OWN_HEADER}{name}" for name in own)]
        for column, title in enumerate(titles):
            sheet.write_string(0, column, title, bold)
        notes = intake_rows.rejected_rows(import_id=card.id, limit=_SHEET_ROWS_MAX)
        for line, note in enumerate(notes, 1):
            for column, cell in enumerate(note.raw[: len(headers)]):
                sheet.write_string(line, column, cell[:_CELL_LENGTH_MAX], text)
            sheet.write_number(line, len(headers), note.row_number)
            told = intake_rows.reason_text(reason=note.reason, detail=note.detail)
            sheet.write_string(line, len(headers) + 1, told, text)
        sheet.freeze_panes(1, 0)
    return buffer.getvalue()


def _company() -> CompanyFacts:
    return companies.current_company(base_url=settings.BASE_URL)


def _stage(*, card: ImportCard, choices: Choices) -> Staging:
    company = _company()
    return intake.stage(
        import_id=card.id,
        choices=choices,
        currency=company.currency,
        country=company.country,
        last_day=card.uploaded_at.astimezone(ZoneInfo(company.time_zone)).date(),
    )


def _preview(*, card: ImportCard, staging: Staging) -> Preview:
    before = intake_rows.applied_before(file_hash=card.file_hash, import_id=card.id)
    warnings = [*staging.warnings, *([Remark(RemarkCode.APPLIED_BEFORE)] if before else [])]
    return Preview(
        import_id=card.id,
        file_name=card.file_name,
        kind=staging.layout.kind,
        dialect=staging.layout.dialect,
        columns=staging.layout.columns,
        counts=intake_rows.staged_tally(),
        sums=intake_rows.staged_sums(),
        rejected=intake.rejected_sample(import_id=card.id, staging=staging, limit=_REJECTED_SHOWN),
        reasons=intake_rows.staged_reasons(),
        questions=intake_rows.worded_questions(questions=staging.questions),
        assumptions=intake_rows.worded_remarks(remarks=staging.layout.assumptions),
        warnings=intake_rows.worded_remarks(remarks=warnings),
        applied_before_at=before,
    )


def _applied_before(*, card: ImportCard) -> ImportCounts:
    return ImportCounts(
        import_id=card.id,
        counts=Tally(
            rows_total=card.rows_total,
            rows_accepted=card.rows_accepted,
            rows_unchanged=card.rows_unchanged,
            rows_rejected=card.rows_rejected,
            rows_ignored=card.rows_ignored,
        ),
        sums=(),
        reasons=(),
        warnings=intake_rows.worded_remarks(remarks=[Remark(RemarkCode.APPLIED_BEFORE)]),
        was_applied_before=True,
    )


def _write_customers(*, source: str, at: datetime) -> None:
    for piece in intake_rows.staged_customers():
        customers = [
            NewCustomer(
                external_id=external_id,
                name=name,
                kind=CustomerKind(kind) if kind else None,
                short_name=short_name,
                tax_id=tax_id,
                language=language,
                time_zone=time_zone,
                state=state,
                city=city,
                postal_code=postal_code,
                sector=sector,
                tags=tuple(tags),
                attributes=tuple(json.loads(attributes).items()),
            )
            for (
                external_id,
                name,
                kind,
                short_name,
                tax_id,
                language,
                time_zone,
                state,
                city,
                postal_code,
                sector,
                tags,
                attributes,
            ) in piece
        ]
        portfolio.upsert_customers(customers=customers, at=at)
    for piece in intake_rows.staged_points():
        points = [
            NewPoint(
                customer_id=customer_id,
                kind=PointKind(kind),
                value=value,
                normalized=normalized,
                owner_role=OwnerRole(owner_role),
                owner_name=owner_name,
                source=source[:_SOURCE_LENGTH_MAX],
            )
            for _external_id, customer_id, kind, value, normalized, owner_role, owner_name in piece
        ]
        contacts.upsert_points(points=points, at=at)


def _write_receivables(*, at: datetime) -> None:
    for piece in intake_rows.staged_receivables():
        receivables = [
            NewReceivable(
                key=key,
                customer_id=customer_id,
                kind=ReceivableKind(kind),
                document_number=document_number,
                currency=currency,
                issue_date=issue_date,
                due_date=due_date,
                amount=amount,
                account=account,
                product=product,
                attributes=tuple(json.loads(attributes).items()),
            )
            for (
                _row_number,
                key,
                customer_id,
                kind,
                document_number,
                currency,
                issue_date,
                due_date,
                amount,
                account,
                product,
                attributes,
            ) in piece
        ]
        portfolio.upsert_receivables(receivables=receivables, at=at)


def _write_payments(*, today: date, at: datetime) -> None:
    """Payments that name a document go first: what is left of the debts is for those that name none."""
    for is_named in (True, False):
        for piece in intake_rows.staged_payments(is_named=is_named):
            payments = [
                NewPayment(
                    key=key,
                    customer_id=customer_id,
                    amount=amount,
                    currency=currency,
                    value_date=value_date,
                    method=PaymentMethod(method),
                    reference=reference,
                    note=note,
                    allocations=((receivable_id, allocated),) if is_named else (),
                )
                for (
                    _row_number,
                    key,
                    customer_id,
                    amount,
                    currency,
                    value_date,
                    method,
                    reference,
                    note,
                    receivable_id,
                    allocated,
                ) in piece
            ]
            money_in.receive_within(given=payments, at=at, today=today)


def _write_balances(*, import_id: int, today: date, at: datetime) -> None:
    """Post what the file says was settled elsewhere, so that the open amount is the balance of the file."""
    for piece in intake_rows.staged_balances(today=today):
        entries = [
            NewEntry(
                key=f"{BALANCE_KEY}{import_id}:{receivable_id}",
                receivable_id=receivable_id,
                kind=EntryKind.ADJUSTMENT,
                amount=change,
                currency=currency,
                effective_date=effective_date,
                note=_("Saldo según el archivo de cartera"),
            )
            for _row_number, receivable_id, currency, effective_date, change in piece
            if change < ZERO
        ]
        portfolio.post_entries(entries=entries, at=at)
