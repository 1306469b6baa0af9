"""Keep a file, and say what applying it would do."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from puntual.audit.types import Actor
from puntual.companies import queries as companies
from puntual.companies.types import CompanyFacts
from puntual.flows import money_in
from puntual.intake import operations as intake
from puntual.intake import queries as intake_rows
from puntual.intake.types import (
    Choices,
    FileKind,
    ImportCard,
    ImportPhase,
    Preview,
    Remark,
    RemarkCode,
    Staging,
)

_REJECTED_SHOWN = 20
_LARGEST_SHOWN = 10
_ROWS_NAMED = 20


@transaction.atomic(durable=True)
def load_file(
    *,
    name: str,
    content: bytes,
    kind: FileKind | None,
    profile: str | None = None,
    sheet: str | None = None,
    header_row: int | None = None,
    headers: Sequence[str] = (),
    actor: Actor,
    at: datetime,
) -> int:
    """
    Keep a file and return the id of its import.

    It is read by the profile of that name, or without one by the profile that its columns fit. Where its table is
    (`sheet`, `header_row`, 0 for none) is found, unless a person says it. Where its columns are not known, the row
    that holds the `headers` of which a person says what they mean is taken for pointed out.

    Raises: NotFound for a profile that does not exist; intake.operations.UnableToReadFile when it is no table of
    debts or payments; with nothing written.
    """
    keep = partial(keep_file, name=name, content=content, kind=kind, profile=profile, actor=actor, at=at)
    try:
        return keep(sheet=sheet, header_row=header_row)
    except intake.UnableToReadFile as refused:
        if refused.code != "wrong-columns" or header_row is not None or not headers:
            raise
        place = intake_rows.place_of_headers(content=content, headers=headers)
        if place is None:
            raise
        return keep(sheet=sheet or place[0] or None, header_row=place[1])


def keep_file(
    *,
    name: str,
    content: bytes,
    kind: FileKind | None,
    profile: str | None,
    sheet: str | None = None,
    header_row: int | None = None,
    actor: Actor,
    at: datetime,
) -> int:
    """
    Do what `load_file` does within the caller's transaction, together with what else must hold.

    Raises: as `load_file`.
    """
    import_id = intake.store_file(
        name=name,
        content=content,
        choices=Choices(kind=kind, sheet=sheet, header_row=header_row),
        currency=company_facts().currency,
        bytes_max=settings.IMPORT_FILE_BYTES_MAX,
        actor=actor,
        at=at,
    )
    intake.fit_profile(import_id=import_id, name=profile, kind=kind, currency=company_facts().currency)
    return import_id


def receive_file(*, name: str, content: bytes, kind: FileKind | None, actor: Actor, at: datetime) -> int:
    """
    Keep a file that a worker is about to read, and return the id of its import. Needs a transaction.

    Only what is plainly no table is refused here; `preview` refuses the rest.

    Raises: intake.operations.UnableToReadFile, with nothing written.
    """
    return intake.store_unread(
        name=name, content=content, kind=kind, bytes_max=settings.IMPORT_FILE_BYTES_MAX, actor=actor, at=at
    )


@transaction.atomic(durable=True)
def forget_file(*, import_id: int) -> bool:
    """Take back a file that was looked at and not applied: nothing of it stays. False when it was applied."""
    return intake.forget_file(import_id=import_id)


@intake.kept_open()
def preview(
    *, import_id: int, choices: Choices | None = None, is_followed: bool = False, today: date | None = None
) -> Preview:
    """
    Say what applying an import would do, and keep that with the import. Nothing else is written.

    Without choices, those of the last preview count. Followed, it tells how far it is and may be stopped. Open
    debts are told by their age of `today`, else of the day on which the file came. A file that was kept unread is
    understood first; one that turns out to be no table is refused for good.

    Raises: NotFound; intake.operations.UnableToReadFile; followed, intake.operations.ImportCancelled.
    """
    if not is_followed:
        _understand(import_id=import_id)
        return _preview(import_id=import_id, choices=choices, line=None, today=today)
    with intake.progress_line(import_id=import_id) as line:
        line.tell(phase=ImportPhase.READING)
        _understand(import_id=import_id)
        return _preview(import_id=import_id, choices=choices, line=line, today=today)


def _understand(*, import_id: int) -> None:
    """Say what a file is that was kept unread, and choose the profile that it fits."""
    if not intake_rows.is_unread(import_id=import_id):
        return
    kind = intake_rows.stored_choices(import_id=import_id).kind
    currency = company_facts().currency
    try:
        with transaction.atomic(durable=True):
            intake.read_stored(import_id=import_id, kind=kind, currency=currency)
            intake.fit_profile(import_id=import_id, name=None, kind=kind, currency=currency)
    except intake.UnableToReadFile as refused:
        intake.refuse_stored(import_id=import_id, code=refused.code, detail=refused.detail)
        raise


@transaction.atomic(durable=True)
def _preview(
    *, import_id: int, choices: Choices | None, line: intake.ProgressLine | None, today: date | None
) -> Preview:
    card = intake_rows.import_card(import_id=import_id)
    chosen = choices if choices is not None else intake_rows.stored_choices(import_id=import_id)
    staging = stage_file(card=card, choices=chosen, line=line)
    with transaction.atomic():
        # What a full file closed and this one brings again is open for the preview only.
        if intake.reopen_returned(at=card.uploaded_at):
            intake.judge_again(found=staging.layout)
        found = preview_of(card=card, staging=staging, today=today)
        transaction.set_rollback(True)
    intake.keep_preview(import_id=import_id, preview=found, choices=chosen)
    return found


def company_facts() -> CompanyFacts:
    """Return what the company of this connection says of itself."""
    return companies.current_company(base_url=settings.BASE_URL)


def stage_file(*, card: ImportCard, choices: Choices, line: intake.ProgressLine | None = None) -> Staging:
    """
    Lay the file of an import out in temporary tables and judge its rows. Needs a transaction.

    Raises: intake.operations.UnableToReadFile.
    """
    company = company_facts()
    staging = intake.stage(
        import_id=card.id,
        choices=choices,
        currency=company.currency,
        tax_id=company.tax_id,
        country=company.country,
        last_day=card.uploaded_at.astimezone(ZoneInfo(company.time_zone)).date(),
        line=line,
    )
    asked = intake_rows.shape_question(
        import_id=card.id, columns=staging.layout.columns, confirmed=choices.confirmed
    )
    if choices.is_full and intake_rows.fitted_profile(import_id=card.id) is None:
        told = Remark(RemarkCode.FULL_WITHOUT_PROFILE)
        staging = replace(staging, warnings=(*staging.warnings, told))
    return replace(staging, questions=(*staging.questions, asked)) if asked else staging


def preview_of(*, card: ImportCard, staging: Staging, today: date | None = None) -> Preview:
    """
    Tell what the staged file would do. Needs the transaction that staged it.

    Open amounts are told without the discount for paying early, which is known when the payments are applied; the rows
    that may earn one are named.
    """
    before = intake_rows.applied_before(file_hash=card.file_hash, import_id=card.id)
    came = card.uploaded_at.astimezone(ZoneInfo(company_facts().time_zone)).date()
    aged, largest = intake_rows.staged_effect(today=today or came, limit=_LARGEST_SHOWN)
    counts = intake_rows.staged_tally()
    terms = money_in.prompt_terms() if counts.payments_new > 0 else ()
    early = intake_rows.staged_early_rows(terms=terms) if terms else []
    assumptions = [
        *staging.layout.assumptions,
        *([_before_prompt_pay(early)] if early else []),
    ]
    warnings = [*staging.warnings, *([Remark(RemarkCode.APPLIED_BEFORE)] if before else [])]
    return Preview(
        import_id=card.id,
        file_name=card.file_name,
        kind=staging.layout.kind,
        dialect=staging.layout.dialect,
        columns=staging.layout.columns,
        counts=counts,
        sums=intake_rows.staged_sums(),
        rejected=intake.rejected_sample(import_id=card.id, staging=staging, limit=_REJECTED_SHOWN),
        reasons=intake_rows.staged_reasons(),
        questions=intake_rows.worded_questions(questions=staging.questions),
        assumptions=intake_rows.worded_remarks(remarks=assumptions),
        warnings=intake_rows.worded_remarks(remarks=warnings),
        applied_before_at=before,
        aged=aged,
        largest=largest,
    )


def _before_prompt_pay(numbers: Sequence[int]) -> Remark:
    """Name the rows whose discount for paying early is not in the open amounts, and how many more there are."""
    told = ", ".join(str(one) for one in numbers[:_ROWS_NAMED])
    more = len(numbers) - _ROWS_NAMED
    return Remark(RemarkCode.BEFORE_PROMPT_PAY, (("rows", f"{told} (+{more})" if more > 0 else told),))
