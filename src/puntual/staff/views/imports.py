"""Cartera › Importar: files come in, are seen before anything is written, and tell what became of every row."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages as notices
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from puntual.flows import intake
from puntual.identity.types import Permission
from puntual.intake import operations as intake_writes
from puntual.intake import queries as intake_rows
from puntual.intake.types import Choices, FileKind, ImportCard, ImportState, Missing, QuestionCode
from puntual.lib.errors import DomainError, NotFound
from puntual.staff import background
from puntual.staff.access import Visit, act, form, page
from puntual.staff.background import Standing
from puntual.staff.forms.imports import ChoicesForm, ProfileForm, UploadForm
from puntual.staff.views import import_parts as parts
from puntual.web import paging

PREVIEW_TASK = "preview_import"
APPLY_TASK = "apply_import"
# So much is read again, or applied, while the visitor waits; more is handed over, as is every first reading. A packed
# file holds many times its size.
_BYTES_AT_ONCE = 4 * 1024**2
_PACKED_BYTES_AT_ONCE = 1024**2
_ROWS_AT_ONCE = 20_000
_PACKED = (".xlsx", ".xlsm", ".xls", ".ods", ".zip")
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@page(Permission.SEE_IMPORTS)
def imports(request: HttpRequest, visit: Visit) -> HttpResponse:
    """List what was loaded, newest first."""
    found = paging.page_of(asked=request.GET.get("page"), total=intake_rows.import_count())
    context = {
        "rows": intake_rows.import_list(limit=found.size, offset=found.offset),
        "page": found,
        "is_empty": not found.total,
        "profiles_count": len(intake_rows.profile_list()),
        "may_import": request.user.can(Permission.IMPORT),  # type: ignore[union-attr]
    }
    return render(request, "staff/imports.html", context)


@form(Permission.IMPORT)
def upload(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Take files; workers read them."""
    is_sent = request.method == "POST"
    given = UploadForm(request.POST, request.FILES) if is_sent else UploadForm()
    if is_sent and given.is_valid():
        taken, refused = [], []
        for file in given.cleaned_data["file"]:
            try:
                taken.append(_take(request, visit, file=file, kind=given.cleaned_data["kind"]))
            except DomainError as error:
                refused.append((file.name, error.message))
        if taken and not refused and len(taken) == 1:
            return _go(request, reverse("staff:import", args=[taken[0]]))
        if taken:
            return _several(request, taken=len(taken), refused=refused)
        for name, words in refused:
            given.add_error("file", words if len(refused) == 1 else f"{name}: {words}")
    context = {
        "form": given,
        "bytes_max": settings.IMPORT_FILE_BYTES_MAX,
        "size_limit": settings.IMPORT_FILE_BYTES_MAX // 1024**2,
    }
    return render(request, "staff/import_upload.html", context, status=422 if given.errors else 200)


def _several(request: HttpRequest, *, taken: int, refused: list[tuple[str, str]]) -> HttpResponse:
    """Go to the list, where each file that came is to be looked at; say which did not."""
    notices.success(
        request,
        ngettext(
            "Se recibió %(count)s archivo y se está leyendo: revíselo antes de cargarlo.",
            "Se recibieron %(count)s archivos y se están leyendo: revise cada uno antes de cargarlo.",
            taken,
        )
        % {"count": taken},
    )
    for name, words in refused:
        notices.error(request, _("No se recibió «%(name)s»: %(words)s") % {"name": name, "words": words})
    return _go(request, reverse("staff:imports"))


def _go(request: HttpRequest, url: str) -> HttpResponse:
    """Lead to a page; a script that sent the files is only told which, for its visitor to open it."""
    if request.headers.get("X-Upload"):
        return HttpResponse(status=204, headers={"X-Next": url})
    return redirect(url)


def _take(request: HttpRequest, visit: Visit, *, file: UploadedFile, kind: str) -> int:
    """Keep one file and have a worker read it; its page follows the reading."""
    with transaction.atomic():
        import_id = intake.receive_file(
            name=file.name or "",
            content=file.read(),
            kind=FileKind(kind) if kind else None,
            actor=visit.actor,
            at=visit.at,
        )
        _hand_over(request, task=PREVIEW_TASK, import_id=import_id)
    return import_id


def _look(request: HttpRequest, visit: Visit, *, import_id: int, choices: Choices | None) -> None:
    """Preview an import again: now when it is small, else by a worker, whose progress the page follows."""
    if _where(request, import_id=import_id) is not Standing.NONE:
        return
    card = intake_rows.import_card(import_id=import_id)
    is_packed = card.file_name.lower().endswith(_PACKED)
    is_small = card.file_bytes <= (_PACKED_BYTES_AT_ONCE if is_packed else _BYTES_AT_ONCE)
    if is_small and not intake_rows.is_unread(import_id=import_id):
        intake.preview(import_id=import_id, choices=choices, today=visit.today)
        return
    with transaction.atomic():
        if intake_writes.begin_review(import_id=import_id, choices=choices):
            _hand_over(request, task=PREVIEW_TASK, import_id=import_id)


def _where(request: HttpRequest, *, import_id: int) -> Standing:
    """Say where a worker's job for an import stands."""
    company: Any = request.company  # type: ignore[attr-defined]
    return background.standing(key=background.import_key(company=company.schema_name, import_id=import_id))


@page(Permission.SEE_IMPORTS)
def import_page(request: HttpRequest, visit: Visit, import_id: int) -> HttpResponse:
    """Show one import where it stands: to be read, reviewed, applied, or done."""
    return show(request, visit, import_id=import_id)


@act(Permission.IMPORT)
def review(request: HttpRequest, visit: Visit, import_id: int) -> HttpResponse:
    """Read a file, or read it again with what the person says of its columns."""
    card = intake_rows.import_card(import_id=import_id)
    if card.state not in (ImportState.UPLOADED, ImportState.PREVIEWED):
        return redirect("staff:import", import_id)
    given = _choices_form(request.POST, import_id=import_id)
    try:
        if not intake_rows.stored_preview(import_id=import_id).get("columns"):
            _look(request, visit, import_id=import_id, choices=None)
        elif given.is_valid():
            _look(request, visit, import_id=import_id, choices=given.choices())
        else:
            return show(request, visit, import_id=import_id, given=given, status=422)
    except DomainError as refused:
        given.is_valid()
        given.add_error(None, refused.message)
        return show(request, visit, import_id=import_id, given=given, status=422)
    return redirect("staff:import", import_id)


def look_again(request: HttpRequest, visit: Visit, *, import_id: int) -> HttpResponse:
    """Read an import again by what is stored of it now, and go to its page."""
    try:
        _look(request, visit, import_id=import_id, choices=None)
    except DomainError as refused:
        return show(request, visit, import_id=import_id, refusal=refused.message, status=422)
    return redirect("staff:import", import_id)


@act(Permission.IMPORT)
def apply(request: HttpRequest, visit: Visit, import_id: int) -> HttpResponse:
    """Apply an import: at once when it is small, else by a worker."""
    card = intake_rows.import_card(import_id=import_id)
    counts = intake_rows.stored_preview(import_id=import_id).get("counts", {})
    if card.state is ImportState.UPLOADED or not counts:
        notices.error(request, _("Primero hay que revisar el archivo."))
    elif card.state is ImportState.APPLIED:
        notices.info(request, _("Este archivo ya se había cargado: no se escribió nada."))
    elif _where(request, import_id=import_id) is not Standing.NONE:
        notices.info(request, _("La carga ya está en curso."))
    elif _was_corrected(request, import_id=import_id):
        return review(request, import_id=import_id)
    elif counts["rows_rejected"] and not counts["rows_accepted"] and not counts["rows_unchanged"]:
        said = _("No hay nada que cargar: se rechazaron todas las filas. Abajo está por qué.")
        return show(request, visit, import_id=import_id, refusal=said, status=422)
    elif counts["rows_total"] > _ROWS_AT_ONCE:
        with transaction.atomic():
            _hand_over(request, task=APPLY_TASK, import_id=import_id, by_person=True)
            intake_writes.mark_applying(import_id=import_id)
    else:
        try:
            done = intake.apply_import(import_id=import_id, actor=visit.actor, today=visit.today, at=visit.at)
            intake.close_few_missing(import_id=import_id, actor=visit.actor, at=visit.at)
        except DomainError as refused:
            return show(request, visit, import_id=import_id, refusal=refused.message, status=422)
        is_news = done.counts.rows_accepted > 0
        notices.success(
            request, _("Se cargó el archivo.") if is_news else _("Nada cambió: todo estaba igual.")
        )
    return redirect("staff:import", import_id)


def _choices_form(data: Any, *, import_id: int) -> ChoicesForm:
    preview = intake_rows.stored_preview(import_id=import_id)
    return ChoicesForm(
        data,
        columns=preview.get("columns", []),
        stored=intake_rows.stored_choices(import_id=import_id),
        sheets=parts.sheets_of(preview),
    )


def _was_corrected(request: HttpRequest, *, import_id: int) -> bool:
    """Say whether the page was sent with corrections that nobody has seen the effect of."""
    if "currency" not in request.POST:
        return False
    given = _choices_form(request.POST, import_id=import_id)
    return not given.is_valid() or given.choices() != intake_rows.stored_choices(import_id=import_id)


def _hand_over(request: HttpRequest, *, task: str, import_id: int, by_person: bool = False) -> bool:
    """Queue a task for an import; False when one waits already."""
    company: Any = request.company  # type: ignore[attr-defined]
    user: Any = request.user
    return background.hand_over(
        task=task,
        key=background.import_key(company=company.schema_name, import_id=import_id),
        company=company.schema_name,
        import_id=import_id,
        **({"user_id": user.pk, "user_name": user.name} if by_person else {}),
    )


@page(Permission.SEE_IMPORTS)
def progress(request: HttpRequest, visit: Visit, import_id: int) -> HttpResponse:
    """Answer the page that waits for an import: still under way, or look again at all of it."""
    card = intake_rows.import_card(import_id=import_id)
    standing = _standing(request, card)
    answer = render(request, "staff/_import_progress.html", standing)
    if not standing["is_waiting"]:
        answer.headers["HX-Refresh"] = "true"
    return answer


@act(Permission.IMPORT)
def cancel(request: HttpRequest, visit: Visit, import_id: int) -> HttpResponse:
    """Ask what is under way with an import to stop; nothing of it is written then."""
    if intake.request_cancel(import_id=import_id, actor=visit.actor, at=visit.at):
        notices.info(request, _("Se pidió detenerla: no se guardará nada de este archivo."))
    else:
        notices.info(request, _("No hay nada que detener."))
    return redirect("staff:import", import_id)


@act(Permission.IMPORT)
def close_missing(request: HttpRequest, visit: Visit, import_id: int) -> HttpResponse:
    """Close what a full file does not bring any more: the person who presses has seen how much that is."""
    try:
        closed = intake.close_missing(
            import_id=import_id, actor=visit.actor, approved_by=visit.actor, at=visit.at
        )
    except NotFound:
        raise
    except DomainError as refused:
        notices.error(request, refused.message)
    else:
        notices.success(
            request,
            ngettext("Se cerró %(count)s documento.", "Se cerraron %(count)s documentos.", closed)
            % {"count": closed},
        )
    return redirect("staff:import", import_id)


@page(Permission.SEE_IMPORTS)
def rejected(request: HttpRequest, visit: Visit, import_id: int) -> HttpResponse:
    """Give the rejected rows back as a spreadsheet, to be mended and sent again."""
    card = intake_rows.import_card(import_id=import_id)
    answer = HttpResponse(intake.rejected_xlsx(import_id=import_id), content_type=_SHEET)
    answer.headers["Content-Disposition"] = f'attachment; filename="rechazadas-{card.id}.xlsx"'
    return answer


def show(
    request: HttpRequest,
    visit: Visit,
    *,
    import_id: int,
    given: ChoicesForm | None = None,
    naming: ProfileForm | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    """Show one import, with what could not be taken of the last form."""
    card = intake_rows.import_card(import_id=import_id)
    preview = intake_rows.stored_preview(import_id=import_id)
    columns = preview.get("columns", [])
    choices = given or _choices_form(None, import_id=import_id)
    profile = intake_rows.fitted_profile(import_id=import_id)
    questions = parts.questions(preview.get("questions", []), choices, columns=columns)
    context = {
        "card": card,
        "steps": parts.steps(card, is_read=bool(columns), is_asked=bool(questions)),
        "preview": preview if columns else None,
        "counts": parts.counts(preview.get("counts", {}), card),
        "sums": parts.sums(preview),
        "aged": parts.aged(preview.get("aged", ())),
        "largest": [parts.change(one) for one in preview.get("largest", ())],
        "columns": parts.columns(preview, choices, profile=profile),
        "reading": parts.reading(preview, card),
        "is_table": parts.is_table(preview),
        "questions": questions,
        "asked": {one["field"] for one in questions},
        # The table of the columns is the answer then, and stands beside the question.
        "names_columns": any(one["code"] == QuestionCode.NAME_COLUMNS for one in questions),
        "kept_confirmed": sorted(
            set(choices.initial["confirmed"]) - {one["code"] for one in questions if one["is_confirmed"]}
        ),
        "sheets": parts.sheets_of(preview),
        "profile": profile,
        "missing": _missing(card, choices=intake_rows.stored_choices(import_id=import_id)),
        "naming": naming or ProfileForm(initial={"name": profile.name if profile else ""}),
        "warnings": preview.get("warnings", ()),
        "assumptions": preview.get("assumptions", ()),
        "reasons": parts.reasons(preview, card),
        "notes": parts.notes(preview, card),
        "headers": parts.headers(preview),
        "form": choices,
        "refusal": refusal or intake_rows.refusal_of(import_id=import_id) or card.error,
        "applied_before": _moment(preview.get("applied_before_at")),
        **_standing(request, card),
    }
    return render(request, "staff/import.html", context, status=status)


def _missing(card: ImportCard, *, choices: Choices) -> Missing | None:
    """Say what a full file that was applied does not bring any more; None for any other import."""
    is_full = card.state is ImportState.APPLIED and choices.is_full
    if not is_full:
        return None
    return intake.missing_from(import_id=card.id, share_max=intake.company_share_max())


def _standing(request: HttpRequest, card: ImportCard) -> dict[str, object]:
    """Say whether a worker has the import, for the page that waits."""
    told = intake_rows.progress(import_id=card.id)
    where = _where(request, import_id=card.id)
    is_under_way = where is not Standing.NONE
    is_applying = card.state is ImportState.APPLYING
    is_reading = card.state is ImportState.UPLOADED and is_under_way
    return {
        "card": card,
        "is_applying": is_applying,
        "is_reading": is_reading,
        "is_waiting": is_reading or (is_applying and is_under_way),
        "is_interrupted": where is Standing.INTERRUPTED,
        "is_lost": is_applying and not is_under_way,
        "told": told,
        "phase": parts.phase(told, is_reading=is_reading, is_begun=where is not Standing.QUEUED),
        "may_import": request.user.can(Permission.IMPORT),  # type: ignore[union-attr]
    }


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
