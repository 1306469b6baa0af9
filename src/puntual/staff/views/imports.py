"""Cartera › Importar: a file is uploaded, reviewed, applied, and tells what became of every row."""

from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib import messages as notices
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from puntual.flows import intake
from puntual.identity.types import Permission
from puntual.intake import operations as intake_writes
from puntual.intake import queries as intake_rows
from puntual.intake.types import Field, FileKind, ImportCard, ImportState, QuestionCode
from puntual.lib.errors import DomainError
from puntual.staff import background
from puntual.staff.access import Visit, act, form, page
from puntual.staff.forms.imports import ATTRIBUTE, DATE_ORDERS, DECIMAL_SIGNS, KINDS, ChoicesForm, UploadForm
from puntual.web import paging

APPLY_TASK = "apply_import"
# So much is read, or applied, while the visitor waits; more is handed over.
_BYTES_AT_ONCE = 5 * 1024**2
_ROWS_AT_ONCE = 20_000
_REJECTED_SHOWN = 50
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ANSWERS = {
    QuestionCode.KIND: ("kind", dict(KINDS)),
    QuestionCode.DATE_ORDER: ("date_order", dict(DATE_ORDERS)),
    QuestionCode.DECIMAL_SIGN: ("decimal_sign", dict(DECIMAL_SIGNS)),
}
_DATE_WORDS = {"DMY": lazy("día/mes/año"), "MDY": lazy("mes/día/año"), "YMD": lazy("año-mes-día")}
_SIGN_WORDS = {"POINT": lazy("centavos con punto"), "COMMA": lazy("centavos con coma")}
_NOTE_WORDS = {
    "chosen": lazy("Lo eligió una persona"),
    "empty": lazy("La columna está vacía"),
    "values-differ": lazy("El nombre lo sugiere, pero los valores no"),
    "taken": lazy("Ya hay otra columna con ese dato"),
}


@page(Permission.SEE_IMPORTS)
def imports(request: HttpRequest, visit: Visit) -> HttpResponse:
    """List what was loaded, newest first."""
    found = paging.page_of(asked=request.GET.get("page"), total=intake_rows.import_count())
    context = {
        "rows": intake_rows.import_list(limit=found.size, offset=found.offset),
        "page": found,
        "is_empty": not found.total,
        "may_import": request.user.can(Permission.IMPORT),  # type: ignore[union-attr]
    }
    return render(request, "staff/imports.html", context)


@form(Permission.IMPORT)
def upload(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Take a file, and read it at once when it is small."""
    is_sent = request.method == "POST"
    given = UploadForm(request.POST, request.FILES) if is_sent else UploadForm()
    if is_sent and given.is_valid():
        file, kind = given.cleaned_data["file"], given.cleaned_data["kind"]
        try:
            import_id = intake.load_file(
                name=file.name,
                content=file.read(),
                kind=FileKind(kind) if kind else None,
                actor=visit.actor,
                at=visit.at,
            )
            if file.size <= _BYTES_AT_ONCE:
                intake.preview(import_id=import_id)
        except DomainError as refused:
            given.add_error("file", refused.message)
        else:
            return redirect("staff:import", import_id)
    context = {"form": given, "size_limit": settings.IMPORT_FILE_BYTES_MAX // 1024**2}
    return render(request, "staff/import_upload.html", context, status=422 if given.errors else 200)


@page(Permission.SEE_IMPORTS)
def import_page(request: HttpRequest, visit: Visit, import_id: int) -> HttpResponse:
    """Show one import where it stands: to be read, reviewed, applied, or done."""
    return _show(request, visit, import_id=import_id)


@act(Permission.IMPORT)
def review(request: HttpRequest, visit: Visit, import_id: int) -> HttpResponse:
    """Read a file, or read it again with what the person says of its columns."""
    card = intake_rows.import_card(import_id=import_id)
    if card.state not in (ImportState.UPLOADED, ImportState.PREVIEWED):
        return redirect("staff:import", import_id)
    columns = intake_rows.stored_preview(import_id=import_id).get("columns", [])
    given = ChoicesForm(request.POST, columns=columns, stored=intake_rows.stored_choices(import_id=import_id))
    try:
        if not columns:
            intake.preview(import_id=import_id)
        elif given.is_valid():
            intake.preview(import_id=import_id, choices=given.choices())
        else:
            return _show(request, visit, import_id=import_id, given=given, status=422)
    except DomainError as refused:
        given.is_valid()
        given.add_error(None, refused.message)
        return _show(request, visit, import_id=import_id, given=given, status=422)
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Refresh": "true"})
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
    elif _was_corrected(request, import_id=import_id):
        return review(request, import_id=import_id)
    elif counts["rows_total"] > _ROWS_AT_ONCE:
        _hand_over(request, import_id=import_id)
    else:
        try:
            intake.apply_import(import_id=import_id, actor=visit.actor, today=visit.today, at=visit.at)
        except DomainError as refused:
            return _show(request, visit, import_id=import_id, refusal=refused.message, status=422)
        notices.success(request, _("Se cargó el archivo."))
    return redirect("staff:import", import_id)


def _was_corrected(request: HttpRequest, *, import_id: int) -> bool:
    """Say whether the page was sent with corrections that nobody has seen the effect of."""
    if "currency" not in request.POST:
        return False
    stored = intake_rows.stored_choices(import_id=import_id)
    columns = intake_rows.stored_preview(import_id=import_id).get("columns", [])
    given = ChoicesForm(request.POST, columns=columns, stored=stored)
    return not given.is_valid() or given.choices() != stored


def _hand_over(request: HttpRequest, *, import_id: int) -> None:
    company: Any = request.company  # type: ignore[attr-defined]
    key = background.import_key(company=company.schema_name, import_id=import_id)
    user: Any = request.user
    with transaction.atomic():
        is_new = background.hand_over(
            task=APPLY_TASK,
            key=key,
            company=company.schema_name,
            import_id=import_id,
            user_id=user.pk,
            user_name=user.name,
        )
        intake_writes.mark_applying(import_id=import_id)
    if not is_new:
        notices.info(request, _("La carga ya está en curso."))


@page(Permission.SEE_IMPORTS)
def progress(request: HttpRequest, visit: Visit, import_id: int) -> HttpResponse:
    """Answer the page that waits for an import: still under way, or look again at all of it."""
    card = intake_rows.import_card(import_id=import_id)
    answer = render(request, "staff/_import_progress.html", _applying(request, card))
    if card.state is not ImportState.APPLYING:
        answer.headers["HX-Refresh"] = "true"
    return answer


@page(Permission.SEE_IMPORTS)
def rejected(request: HttpRequest, visit: Visit, import_id: int) -> HttpResponse:
    """Give the rejected rows back as a spreadsheet, to be mended and sent again."""
    card = intake_rows.import_card(import_id=import_id)
    answer = HttpResponse(intake.rejected_xlsx(import_id=import_id), content_type=_SHEET)
    answer.headers["Content-Disposition"] = f'attachment; filename="rechazadas-{card.id}.xlsx"'
    return answer


def _show(
    request: HttpRequest,
    visit: Visit,
    *,
    import_id: int,
    given: ChoicesForm | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    """Show one import, with what could not be taken of the last form."""
    card = intake_rows.import_card(import_id=import_id)
    preview = intake_rows.stored_preview(import_id=import_id)
    is_read = bool(preview.get("columns"))
    columns = preview.get("columns", [])
    choices = given or ChoicesForm(columns=columns, stored=intake_rows.stored_choices(import_id=import_id))
    headers_asked = {one["column"] for one in preview.get("questions", ())}
    questions = _questions(preview.get("questions", []), choices)
    context = {
        "card": card,
        "steps": _steps(card, is_read=is_read),
        "preview": preview if is_read else None,
        "counts": preview.get("counts", {}),
        "sums": [_sum(one) for one in preview.get("sums", ())],
        "columns": [_column(one, choices, asked=headers_asked) for one in columns],
        "questions": questions,
        "asked": {one["field"] for one in questions},
        "kept_confirmed": choices.initial["confirmed"],
        "warnings": preview.get("warnings", ()),
        "assumptions": preview.get("assumptions", ()),
        "reasons": _reasons(preview, card),
        "notes": _notes(preview, card),
        "headers": [one["header"] for one in columns],
        "form": choices,
        "refusal": refusal or card.error,
        "applied_before": _moment(preview.get("applied_before_at")),
        **_applying(request, card),
    }
    return render(request, "staff/import.html", context, status=status)


def _applying(request: HttpRequest, card: ImportCard) -> dict[str, object]:
    """Say whether a worker has the import, for the page that waits."""
    company: Any = request.company  # type: ignore[attr-defined]
    key = background.import_key(company=company.schema_name, import_id=card.id)
    is_applying = card.state is ImportState.APPLYING
    return {
        "card": card,
        "is_applying": is_applying,
        "is_lost": is_applying and not background.is_under_way(key=key),
        "may_import": request.user.can(Permission.IMPORT),  # type: ignore[union-attr]
    }


def _steps(card: ImportCard, *, is_read: bool) -> list[dict[str, str]]:
    """Say how far an import came."""
    place = {ImportState.APPLYING: 2, ImportState.APPLIED: 4}.get(card.state, 1)
    if card.state is ImportState.REFUSED:
        place = 1
    labels = (_("Subir"), _("Revisar"), _("Cargar"), _("Resultado"))
    return [
        {
            "label": label,
            "state": "done" if number < place else "current" if number == place else "todo",
        }
        for number, label in enumerate(labels)
    ]


def _column(column: dict[str, Any], choices: ChoicesForm, *, asked: set[str]) -> dict[str, Any]:
    """Say what a column is taken for, why, and what else it may be; what is still asked is not said."""
    name = f"column-{column['position']}"
    chosen = (choices.data.get(name) if choices.is_bound else "") or column["field"] or ATTRIBUTE
    why = [
        str(words)
        for words in (
            _NOTE_WORDS.get(column["note"]),
            None if column["header"] in asked else _DATE_WORDS.get(column["date_order"] or ""),
            None if column["header"] in asked else _SIGN_WORDS.get(column["decimal_sign"] or ""),
        )
        if words
    ]
    if column["evidence"]:
        why.append(_("lo prueba «%(value)s»") % {"value": column["evidence"]})
    return {
        **column,
        "name": name,
        "meaning": intake_rows.field_name(field=Field(column["field"])) if column["field"] else "",
        "options": [
            {
                "value": value,
                "label": intake_rows.field_name(field=Field(value)) if value != ATTRIBUTE else label,
                "is_chosen": value == chosen,
            }
            for value, label in choices.fields[name].choices  # type: ignore[attr-defined]
        ],
        "why": "; ".join(why),
    }


def _questions(questions: list[dict[str, Any]], choices: ChoicesForm) -> list[dict[str, Any]]:
    """Put open questions with the answers that the form takes; one code is answered once."""
    asked: dict[str, dict[str, Any]] = {}
    for question in questions:
        code = QuestionCode(question["code"])
        if code.value in asked and code is not QuestionCode.MISSING_COLUMN:
            asked[code.value]["texts"].append(question["text"])
            continue
        field, words = _ANSWERS.get(code, ("", {}))
        is_confirmed = code in (QuestionCode.DUE_BEFORE_ISSUE, QuestionCode.MIXED_DATES)
        asked[f"{code}{len(asked)}" if code is QuestionCode.MISSING_COLUMN else code.value] = {
            "code": code.value,
            "texts": [question["text"]],
            "field": field,
            "options": [(value, words[value]) for value in question["options"] if value in words],
            "chosen": choices.data.get(field, "") if choices.is_bound and field else "",
            "is_confirmed": is_confirmed,
        }
    return list(asked.values())


def _sum(one: dict[str, Any]) -> dict[str, Any]:
    amounts = {name: Decimal(one[name]) for name in ("amount", "open_amount", "paid_amount")}
    return {"currency": one["currency"], "rows": one["rows"], **amounts}


def _reasons(preview: dict[str, Any], card: ImportCard) -> list[dict[str, Any]]:
    """Count the rejected rows by reason, as long as the preview still says what happened."""
    counted = preview.get("reasons", ())
    if card.state is ImportState.APPLIED and sum(count for _code, count in counted) != card.rows_rejected:
        return []
    return [{"words": intake_rows.reason_text(reason=code), "count": count} for code, count in counted]


def _notes(preview: dict[str, Any], card: ImportCard) -> list[dict[str, Any]]:
    """List the first rejected rows, cells and reason: those kept once applied, else those of the preview."""
    if card.state is ImportState.APPLIED:
        found = [asdict(one) for one in intake_rows.rejected_rows(import_id=card.id, limit=_REJECTED_SHOWN)]
    else:
        found = preview.get("rejected", [])
    return [
        {
            "row_number": one["row_number"],
            "words": intake_rows.reason_text(reason=one["reason"], detail=one["detail"]),
            "cells": one["raw"],
        }
        for one in found
    ]


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
