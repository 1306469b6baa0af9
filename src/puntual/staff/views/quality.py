"""Cartera › Calidad: what is wrong with the data, what that blocks, and the act that mends it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from puntual.flows import quality as flow
from puntual.identity.types import Permission
from puntual.insights import operations as insights
from puntual.insights.queries import quality as quality_rows
from puntual.insights.types import Area, CodeCount, FindingCode, FindingRow, Mend, Severity
from puntual.intake import queries as intake_rows
from puntual.intake.types import ImportState
from puntual.lib import formats
from puntual.lib.errors import DomainError
from puntual.portfolio import queries as portfolio
from puntual.portfolio.types import CustomerKind
from puntual.staff import background, sheets
from puntual.staff.access import Visit, act, form, page
from puntual.staff.forms.quality import AcceptForm, CustomerForm, PaperForm, PapersForm
from puntual.staff.sheets import Column
from puntual.staff.views.case_acts import Sheet, back_of, carry_out, sent
from puntual.staff.views.customers import Chip, chip, search_of
from puntual.web import paging, states

CHECK_TASK = "check_quality"
REVIEW_TASK = "review_load"
_SIZE = 50
_HISTORY_DAYS = 60
_SOON_DAYS = 15
# So many customers, or rows of a load, are looked at while the visitor waits; more is handed over.
_CUSTOMERS_AT_ONCE = 5_000
_ROWS_AT_ONCE = 20_000
_MAY: Mapping[Mend, Permission] = {
    Mend.EDIT_CUSTOMER: Permission.EDIT_CUSTOMERS,
    Mend.MERGE_CUSTOMERS: Permission.SEE_CUSTOMERS,
    Mend.ADD_POINT: Permission.EDIT_CONTACTS,
    Mend.MARK_POINT: Permission.EDIT_CONTACTS,
    Mend.PAUSE_DOCUMENT: Permission.PAUSE,
    Mend.MARK_PAPER: Permission.EDIT_CUSTOMERS,
    Mend.SEE_PAYMENT: Permission.SEE_PAYMENTS,
    Mend.SEE_CUSTOMER: Permission.SEE_CUSTOMERS,
    Mend.EDIT_COMPANY: Permission.MANAGE_COMPANY,
}


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """A finding with the address of the act that mends it; empty when this person may not do it."""

    row: FindingRow
    url: str


def _mend_url(row: FindingRow, *, request: HttpRequest, next_page: str) -> str:
    user: Any = request.user
    if not user.can(_MAY[row.mend]):
        return ""
    query = {"next": next_page, "code": row.code.value} if next_page else {}
    if row.mend is Mend.EDIT_COMPANY:
        return reverse("staff:company")
    if row.mend is Mend.MERGE_CUSTOMERS:
        # The page of possible duplicates for who may unite them, else both customers side by side.
        if user.can(Permission.SEE_DUPLICATES):
            return reverse("staff:duplicates")
        return f"{reverse('staff:customers')}?{urlencode({'q': row.detail['value']})}"
    if row.mend is Mend.SEE_PAYMENT:
        return reverse("staff:payment", args=[row.detail.get("payment_id", row.subject_id)])
    if row.mend is Mend.SEE_CUSTOMER:
        return reverse("staff:customer", args=[row.customer_id])
    if row.mend is Mend.MARK_PAPER:
        address = reverse("staff:see_paper", args=[row.id])
    elif row.mend is Mend.MARK_POINT:
        address = reverse("staff:mark_point", args=[row.customer_id, row.subject_id])
    elif row.mend is Mend.PAUSE_DOCUMENT:
        address = reverse("staff:pause", args=[row.customer_id])
        query["receivable"] = str(row.receivable_id)
    elif row.mend is Mend.ADD_POINT:
        address = reverse("staff:add_point", args=[row.customer_id])
    else:
        address = reverse("staff:edit_customer", args=[row.customer_id])
    return f"{address}?{urlencode(query)}" if query else address


def _shown(rows: Sequence[FindingRow], request: HttpRequest, *, next_page: str) -> list[ShownFinding]:
    return [ShownFinding(row, _mend_url(row, request=request, next_page=next_page)) for row in rows]


def rows_of_customer(request: HttpRequest, *, customer_id: int) -> list[ShownFinding]:
    """List what is wrong with one customer, for the case page."""
    return _shown(quality_rows.findings_of_customer(customer_id=customer_id), request, next_page="")


@page(Permission.SEE_CUSTOMERS)
def overview(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show how many findings of each kind are open, what they block, and how that went."""
    counts = quality_rows.code_counts(today=visit.today)
    history = quality_rows.count_history(today=visit.today, days=_HISTORY_DAYS)
    company: Any = request.company  # type: ignore[attr-defined]
    user: Any = request.user
    context = {
        "counts": [one for one in counts if one.findings],
        "accepted": sum(one.accepted for one in counts),
        "totals": {severity.value: _total(counts, severity) for severity in Severity},
        "blocked": quality_rows.blocked_amounts(),
        "last": quality_rows.last_check(),
        "customers": quality_rows.customers_total(),
        "trend": _trend(history) if len(history) > 1 else None,
        "is_under_way": background.is_under_way(key=background.quality_key(company=company.schema_name)),
        "may_check": user.can(Permission.IMPORT),
        "may_set_papers": user.can(Permission.MANAGE_COMPANY),
    }
    return render(request, "staff/quality.html", context)


def _total(counts: Sequence[CodeCount], severity: Severity) -> int:
    return sum(one.findings for one in counts if one.severity is severity)


def _trend(history: Mapping[Any, Mapping[Severity, int]]) -> dict[str, Any]:
    words = {severity: str(states.state(name=severity.value, kind="severity").label) for severity in Severity}
    tones = {Severity.BLOCKS: "bad", Severity.WARNS: "warn", Severity.NOTES: "quiet"}
    locale = formats.locale_of(language=get_language() or "es-mx")
    return {
        "category": _("Día"),
        "categories": [formats.day(value=day, locale=locale) for day in history],
        "series": [
            {
                "name": words[severity],
                "tone": tones[severity],
                "values": [one[severity] for one in history.values()],
            }
            for severity in Severity
        ],
        "unit": "number",
    }


@page(Permission.SEE_CUSTOMERS)
def findings(request: HttpRequest, visit: Visit) -> HttpResponse:
    """List findings of some kinds, those that weigh most first; `format=xlsx` exports the selection."""
    given = request.GET
    code = given.get("code", "") if given.get("code", "") in set(FindingCode) else ""
    severity = given.get("severity", "") if given.get("severity", "") in set(Severity) else ""
    area = given.get("area", "") if given.get("area", "") in set(Area) else ""
    load_text = given.get("load", "")
    import_id = (
        int(load_text) if load_text.isascii() and load_text.isdigit() and len(load_text) < 18 else None
    )
    is_accepted = given.get("accepted") == "1"
    chosen = quality_rows.codes_of(
        severity=Severity(severity) if severity else None, area=Area(area) if area else None
    )
    codes = [FindingCode(code)] if code else chosen
    search = search_of(request)

    def read(*, limit: int, skip: int) -> quality_rows.FindingPage:
        return quality_rows.finding_list(
            codes=codes,
            search=search,
            import_id=import_id,
            is_accepted=is_accepted,
            limit=limit,
            skip=skip,
        )

    if given.get("format") == "xlsx":
        return _export(read(limit=sheets.ROWS_MAX, skip=0).rows, visit)
    first = paging.page_of(asked=given.get("page"), total=10**9, size=_SIZE)
    found = read(limit=_SIZE, skip=first.offset)
    here = paging.page_of(asked=given.get("page"), total=found.total_rows, size=_SIZE)
    if found.total_rows and not found.rows:
        found = read(limit=_SIZE, skip=here.offset)
    user: Any = request.user
    context = {
        "rows": _shown(found.rows, request, next_page="quality"),
        "page": here,
        "q": search,
        "code": code,
        "load": import_id,
        "kept": {"code": code, "severity": severity, "area": area, "load": import_id or ""},
        "title": _one_title(codes) if code else _("Hallazgos"),
        "blocks": _one_blocks(codes) if code else "",
        "is_accepted": is_accepted,
        "chips": _chips(request, severity=severity, area=area, is_accepted=is_accepted, has_code=bool(code)),
        "is_empty": not found.rows,
        "is_filtered": bool(search or code or severity or area or import_id or is_accepted),
        "may_accept": user.can(Permission.EDIT_CUSTOMERS),
    }
    return render(request, "staff/quality_findings.html", context)


def _one_title(codes: Sequence[FindingCode]) -> str:
    return quality_rows.finding_title(code=codes[0])


def _one_blocks(codes: Sequence[FindingCode]) -> str:
    return quality_rows.finding_blocks(code=codes[0])


def _chips(
    request: HttpRequest, *, severity: str, area: str, is_accepted: bool, has_code: bool
) -> list[Chip]:
    """List the filters: a click turns one on, a second click turns it off."""
    found = []
    if not has_code:
        found += [
            chip(
                request,
                name="severity",
                value=one.value,
                label=str(states.state(name=one.value, kind="severity").label),
                now=severity,
            )
            for one in Severity
        ]
        found += [
            chip(
                request,
                name="area",
                value=one.value,
                label=str(states.state(name=one.value, kind="quality_area").label),
                now=area,
            )
            for one in Area
        ]
    now = "1" if is_accepted else ""
    return [*found, chip(request, name="accepted", value="1", label=_("Aceptados"), now=now)]


def _export(rows: Sequence[FindingRow], visit: Visit) -> HttpResponse:
    """Write the whole selection, in the order shown."""
    columns = [
        Column(_("Gravedad"), "severity_words"),
        Column(_("Hallazgo"), "title"),
        Column(_("Qué se encontró"), "text"),
        Column(_("Cómo se corrige"), "how"),
        Column(_("Cliente"), "external_id"),
        Column(_("Nombre"), "customer_name"),
        Column(_("Documento"), "document_number"),
        Column(_("Archivo"), "file_name"),
        Column(_("Fila"), "row_number", "number"),
        Column(_("Desde"), "first_day", "day"),
    ]
    words = {one.value: str(states.state(name=one.value, kind="severity").label) for one in Severity}
    given = (
        {
            "severity_words": words[row.severity.value],
            "title": row.title,
            "text": row.text,
            "how": row.how,
            "external_id": row.external_id,
            "customer_name": row.customer_name,
            "document_number": row.document_number,
            "file_name": row.file_name,
            "row_number": row.row_number,
            "first_day": row.first_seen_at.date(),
        }
        for row in rows
    )
    return sheets.answer(name=_("calidad"), columns=columns, rows=given, today=visit.today)


@page(Permission.SEE_CUSTOMERS)
def due_soon(request: HttpRequest, visit: Visit) -> HttpResponse:
    """List documents of risky customers that fall due soon, each with its check list."""
    first = paging.page_of(asked=request.GET.get("page"), total=10**9, size=_SIZE)
    rows, total = quality_rows.due_soon(today=visit.today, days=_SOON_DAYS, limit=_SIZE, skip=first.offset)
    here = paging.page_of(asked=request.GET.get("page"), total=total, size=_SIZE)
    context = {
        "rows": rows,
        "page": here,
        "is_empty": not rows,
        "days": _SOON_DAYS,
    }
    return render(request, "staff/quality_due_soon.html", context)


@act(Permission.IMPORT)
def check(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Look at the whole portfolio: at once when it is small, else by a worker."""
    company: Any = request.company  # type: ignore[attr-defined]
    if quality_rows.customers_total() > _CUSTOMERS_AT_ONCE:
        key = background.quality_key(company=company.schema_name)
        background.hand_over(task=CHECK_TASK, key=key, company=company.schema_name)
        notices.info(request, _("Se están revisando los datos; puede salir de esta página."))
        return redirect("staff:quality")
    try:
        found = flow.check_portfolio(today=visit.today, at=visit.at)
    except DomainError as refused:
        notices.error(request, refused.message)
    else:
        notices.success(
            request,
            _("Revisado: %(new)s hallazgos nuevos, %(resolved)s corregidos.")
            % {"new": found.new + found.changed, "resolved": found.resolved},
        )
    return redirect("staff:quality")


@page(Permission.SEE_IMPORTS)
def load(request: HttpRequest, visit: Visit, import_id: int) -> HttpResponse:
    """Show the report of one load: a page, or the part of it that the import page shows."""
    context = load_context(request, visit, import_id=import_id)
    is_part = bool(request.headers.get("HX-Request"))
    return render(request, "staff/_import_quality.html" if is_part else "staff/import_quality.html", context)


def load_context(request: HttpRequest, visit: Visit, *, import_id: int) -> dict[str, Any]:
    """Gather the report of one load, also for the import page itself (`staff/_import_quality.html`)."""
    card = intake_rows.import_card(import_id=import_id)
    company: Any = request.company  # type: ignore[attr-defined]
    user: Any = request.user
    review = quality_rows.load_review(import_id=import_id)
    reasons = quality_rows.rejected_reasons(import_id=import_id)
    key = background.quality_key(company=company.schema_name)
    return {
        "card": card,
        "is_applied": card.state is ImportState.APPLIED,
        "review": review,
        "open_counts": quality_rows.code_counts(today=visit.today, import_id=import_id) if review else [],
        "rejected_counts": [
            {"words": intake_rows.reason_text(reason=reason), "rows": rows} for reason, rows in reasons
        ],
        # Workers look at a load of these days by themselves: the page waits for it.
        "is_awaited": review is None
        and card.applied_at is not None
        and visit.at - card.applied_at < timedelta(days=1),
        "is_review_under_way": background.is_under_way(key=key),
        "may_review": user.can(Permission.IMPORT),
    }


@act(Permission.IMPORT)
def review_load(request: HttpRequest, visit: Visit, import_id: int) -> HttpResponse:
    """Look at the data of one load: at once when it is small, else by a worker."""
    card = intake_rows.import_card(import_id=import_id)
    company: Any = request.company  # type: ignore[attr-defined]
    if card.state is not ImportState.APPLIED:
        notices.error(request, _("Primero hay que cargar el archivo."))
    elif card.rows_total > _ROWS_AT_ONCE:
        key = background.quality_key(company=company.schema_name)
        background.hand_over(task=REVIEW_TASK, key=key, company=company.schema_name, import_id=import_id)
        notices.info(request, _("Se están revisando los datos; puede salir de esta página."))
    else:
        try:
            flow.review_load(import_id=import_id, today=visit.today, at=visit.at)
        except DomainError as refused:
            notices.error(request, refused.message)
    return redirect("staff:import_quality", import_id)


@form(Permission.EDIT_CUSTOMERS)
def edit_customer(request: HttpRequest, visit: Visit, customer_id: int) -> HttpResponse:
    """Correct what is stored of a customer."""
    card = portfolio.customer_card(customer_id=customer_id)
    given = CustomerForm(
        sent(request),
        stored=quality_rows.editable_data(customer_id=customer_id),
        tags=card.tags,
        attributes=card.attributes,
    )

    def act_on(data: dict[str, Any]) -> str:
        fields = {
            name: data[name]
            for name in ("name", "tax_id", "state", "city", "postal_code", "time_zone", "tags", "attributes")
        }
        is_changed = flow.change_customer(
            customer_id=customer_id,
            data=flow.CustomerData(kind=CustomerKind(data["kind"]), shown_tags=given.shown_tags(), **fields),
            actor=visit.actor,
            at=visit.at,
        )
        return _("Datos corregidos.") if is_changed else _("No había nada que cambiar.")

    sheet = Sheet(
        title=_("Corregir datos del cliente"),
        button=_("Guardar"),
        back_url=back_of(request, customer_id),
        about=_("Corrija también su sistema: el próximo archivo vuelve a traer lo que él diga."),
    )
    return carry_out(request, form=given, sheet=sheet, act=act_on, context={"card": card})


def _finding_sheet(request: HttpRequest, row: FindingRow, *, title: str, button: str) -> Sheet:
    """Describe an act on one finding, which leads back to the list of its kind."""
    return Sheet(
        title=title,
        button=button,
        back_url=f"{reverse('staff:quality_findings')}?{urlencode({'code': row.code.value})}",
        about=f"{row.title}. {row.customer_name} {row.document_number}: {row.text}",
    )


@form(Permission.EDIT_CUSTOMERS)
def accept(request: HttpRequest, visit: Visit, finding_id: int) -> HttpResponse:
    """Take what was found as right, with the reason."""
    row = quality_rows.finding(finding_id=finding_id)

    def act_on(data: dict[str, Any]) -> str:
        insights.accept_finding(finding_id=finding_id, note=data["note"], actor=visit.actor, at=visit.at)
        return _("Aceptado: no se volverá a preguntar mientras el dato no cambie.")

    sheet = _finding_sheet(request, row, title=_("Está bien así"), button=_("Aceptar"))
    return carry_out(request, form=AcceptForm(sent(request)), sheet=sheet, act=act_on)


@act(Permission.EDIT_CUSTOMERS)
def reopen(request: HttpRequest, visit: Visit, finding_id: int) -> HttpResponse:
    """Look again at what was taken as right."""
    row = quality_rows.finding(finding_id=finding_id)
    if insights.reopen_finding(finding_id=finding_id, actor=visit.actor, at=visit.at):
        notices.success(request, _("El hallazgo vuelve a la lista."))
    return redirect(f"{reverse('staff:quality_findings')}?{urlencode({'code': row.code.value})}")


@form(Permission.EDIT_CUSTOMERS)
def see_paper(request: HttpRequest, visit: Visit, finding_id: int) -> HttpResponse:
    """Mark that a paper of a debt is there, and where."""
    row = quality_rows.finding(finding_id=finding_id)

    def act_on(data: dict[str, Any]) -> str:
        flow.see_paper(finding_id=finding_id, place=data["place"], actor=visit.actor, at=visit.at)
        return _("Marcado: el documento está en el expediente.")

    sheet = _finding_sheet(request, row, title=_("El documento ya está"), button=_("Marcar que ya está"))
    return carry_out(request, form=PaperForm(sent(request)), sheet=sheet, act=act_on)


@form(Permission.MANAGE_COMPANY)
def papers(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Say which papers each kind of debt must have."""
    given = PapersForm(sent(request), names=quality_rows.paper_names())
    if request.method == "POST" and given.is_valid():
        flow.set_papers(papers=given.papers(), actor=visit.actor, at=visit.at)
        notices.success(request, _("Se guardó. Con la siguiente revisión se verá lo que falta."))
        return redirect("staff:quality")
    status = 422 if given.errors else 200
    return render(request, "staff/quality_papers.html", {"form": given}, status=status)
