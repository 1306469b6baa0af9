"""Apply an import: every row that was accepted, or nothing."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from puntual.audit import operations as audit
from puntual.audit.types import Actor
from puntual.db.locks import Lock, lock_in_transaction
from puntual.flows import money_in, placing
from puntual.flows.intake.previewing import preview_of, stage_file
from puntual.flows.intake.settling import settle_disputes, settle_movements
from puntual.flows.intake.writing import (
    write_balances,
    write_consents,
    write_customers,
    write_payments,
    write_receivables,
)
from puntual.intake import operations as intake
from puntual.intake import queries as intake_rows
from puntual.intake.types import (
    Choices,
    ImportCard,
    ImportCounts,
    ImportPhase,
    ImportState,
    Preview,
    Remark,
    RemarkCode,
    Tally,
)
from puntual.lib.errors import DomainError
from puntual.portfolio import queries as portfolio_rows

_STEPS = 6


class QuestionsOpen(DomainError):
    """The file does not say everything for sure; a person must answer first. Nothing was written."""

    code = "questions-open"

    def __init__(self, preview: Preview) -> None:
        super().__init__(
            _("Faltan respuestas para poder cargar el archivo: %(first)s")
            % {"first": preview.questions[0].text}
        )
        self.preview = preview


@intake.kept_open()
def apply_import(
    *, import_id: int, choices: Choices | None = None, actor: Actor, today: date, at: datetime
) -> ImportCounts:
    """
    Apply an import: every row that was accepted, or nothing.

    An import that was applied already changes nothing and says so. Killed in the middle nothing is written,
    and it can be called again. Without choices, those of the last preview count. How far it is, is told by
    `intake.queries.progress`.

    Raises: NotFound; QuestionsOpen; intake.operations.ImportCancelled;
    intake.operations.UnableToReadFile; what portfolio and payments refuse.
    """
    card = intake_rows.import_card(import_id=import_id)
    if card.state is ImportState.APPLIED:
        return _applied_before(card=card)
    chosen = choices if choices is not None else intake_rows.stored_choices(import_id=import_id)
    intake.mark_applying(import_id=import_id)
    try:
        with intake.progress_line(import_id=import_id) as line:
            return _apply(import_id=import_id, choices=chosen, line=line, actor=actor, today=today, at=at)
    except DomainError as refused:
        intake.mark_stopped(import_id=import_id, error=refused.message)
        raise
    except Exception:
        intake.mark_stopped(import_id=import_id, error=_("La carga falló y no se guardó nada."))
        raise


@transaction.atomic(durable=True)
def request_cancel(*, import_id: int, actor: Actor, at: datetime) -> bool:
    """
    Ask an import that is under way to stop with nothing written, and say whether it was under way.

    It stops at its next step; one that is already closing may still be applied.

    Raises: NotFound.
    """
    intake_rows.import_card(import_id=import_id)
    if not intake.request_cancel(import_id=import_id, at=at):
        return False
    audit.record(actor=actor, action="cancel-import", subject_type="import", subject_id=import_id, at=at)
    return True


@placing.change()
def _apply(
    *,
    import_id: int,
    choices: Choices,
    line: intake.ProgressLine,
    actor: Actor,
    today: date,
    at: datetime,
) -> ImportCounts:
    lock_in_transaction(lock=Lock.IMPORT_FILE, key=intake.APPLY_KEY)
    card = intake_rows.import_card(import_id=import_id)
    if card.state is ImportState.APPLIED:
        return _applied_before(card=card)
    staging = stage_file(card=card, choices=choices, line=line)
    if staging.questions:
        raise QuestionsOpen(preview_of(card=card, staging=staging))
    before = portfolio_rows.last_entry()
    if intake.reopen_returned(at=at):
        intake.judge_again(found=staging.layout)
    tally, sums = intake_rows.staged_tally(), intake_rows.staged_sums()
    reasons = intake_rows.staged_reasons()
    line.tell(phase=ImportPhase.WRITING, done=0, total=_STEPS)
    write_customers(source=card.file_name, new=tally.customers_new, at=at)
    write_consents(source=card.file_name, actor=actor, at=at)
    line.tell(phase=ImportPhase.WRITING, done=1, total=_STEPS)
    write_receivables(new=tally.receivables_new, at=at)
    line.tell(phase=ImportPhase.WRITING, done=2, total=_STEPS)
    write_payments(today=today, at=at)
    waits = settle_movements(import_id=import_id, is_new=bool(tally.movements), today=today, at=at)
    line.tell(phase=ImportPhase.WRITING, done=3, total=_STEPS)
    # Credit goes before balances: what the file says is left may know of it already, and money counts once.
    money_in.use_credits_since(after=before, at=at, today=today)
    line.tell(phase=ImportPhase.WRITING, done=4, total=_STEPS)
    write_balances(import_id=import_id, today=today, at=at)
    line.tell(phase=ImportPhase.WRITING, done=5, total=_STEPS)
    money_in.follow_ledger(after=before, at=at, today=today)
    if waits:
        settle_disputes(today=today, at=at)
    placing.touch(customer_ids=intake_rows.touched_customers())
    tally = intake_rows.tally_with_waiting(import_id=import_id, tally=tally)
    door = intake.keep_origins(import_id=import_id, is_full=choices.is_full)
    line.tell(phase=ImportPhase.CLOSING)
    intake.finish(import_id=import_id, staging=staging, tally=tally, at=at)
    if door:
        intake.note_profile_used(import_id=import_id, at=at)
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
