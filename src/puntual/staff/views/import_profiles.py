"""Cartera › Importar › Perfiles: what was decided about files of one shape, kept under a name."""

from typing import Any

from django.contrib import messages as notices
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from puntual.identity.types import Permission
from puntual.intake import operations as intake_writes
from puntual.intake import queries as intake_rows
from puntual.intake.types import DateOrder, ImportState, Profile
from puntual.lib.errors import DomainError
from puntual.staff.access import Visit, act, form, page
from puntual.staff.forms.imports import DATE_ORDERS, DECIMAL_SIGNS, ProfileForm
from puntual.staff.views import imports


@page(Permission.SEE_IMPORTS)
def profiles(request: HttpRequest, visit: Visit) -> HttpResponse:
    """List the profiles."""
    context = {
        "rows": [_row(one) for one in intake_rows.profile_list()],
        "may_import": request.user.can(Permission.IMPORT),  # type: ignore[union-attr]
    }
    return render(request, "staff/import_profiles.html", context)


@form(Permission.IMPORT)
def profile(request: HttpRequest, visit: Visit, profile_id: int) -> HttpResponse:
    """Show one profile, and give it another name."""
    found = intake_rows.profile_card(profile_id=profile_id)
    is_sent = request.method == "POST"
    given = ProfileForm(request.POST if is_sent else None, initial={"name": found.name})
    if is_sent and given.is_valid():
        try:
            with transaction.atomic():
                intake_writes.rename_profile(
                    profile_id=profile_id, name=given.cleaned_data["name"], actor=visit.actor, at=visit.at
                )
        except DomainError as refused:
            given.add_error("name", refused.message)
        else:
            notices.success(request, _("El perfil cambió de nombre."))
            return redirect("staff:import_profiles")
    context = {"profile": _row(found), "columns": _columns(found), "form": given}
    return render(request, "staff/import_profile.html", context, status=422 if given.errors else 200)


@act(Permission.IMPORT)
@transaction.atomic
def profile_delete(request: HttpRequest, visit: Visit, profile_id: int) -> HttpResponse:
    """Forget a profile; what was loaded by it stays."""
    name = intake_rows.profile_card(profile_id=profile_id).name
    intake_writes.delete_profile(profile_id=profile_id, actor=visit.actor, at=visit.at)
    notices.success(
        request, _("Se borró el perfil «%(name)s». Lo que se cargó con él no cambia.") % {"name": name}
    )
    return redirect("staff:import_profiles")


@act(Permission.IMPORT)
def profile_save(request: HttpRequest, visit: Visit, import_id: int) -> HttpResponse:
    """Keep how an import is read under a name; a profile of that name is replaced."""
    card = intake_rows.import_card(import_id=import_id)
    given = ProfileForm(request.POST)
    if not given.is_valid():
        return imports.show(request, visit, import_id=import_id, naming=given, status=422)
    try:
        with transaction.atomic():
            intake_writes.save_profile(
                import_id=import_id, name=given.cleaned_data["name"], actor=visit.actor, at=visit.at
            )
    except DomainError as refused:
        given.add_error("name", refused.message)
        return imports.show(request, visit, import_id=import_id, naming=given, status=422)
    notices.success(
        request, _("Se guardó el perfil: el próximo archivo con estas columnas se leerá así, sin preguntar.")
    )
    if card.state is ImportState.PREVIEWED and _asks_about_shape(import_id):
        return imports.look_again(request, visit, import_id=import_id)
    return redirect("staff:import", import_id)


def _asks_about_shape(import_id: int) -> bool:
    asked = intake_rows.stored_preview(import_id=import_id).get("questions", ())
    return any(one["code"] == "shape-changed" for one in asked)


@act(Permission.IMPORT)
def profile_drop(request: HttpRequest, visit: Visit, import_id: int) -> HttpResponse:
    """Read an import by what the file itself says."""
    card = intake_rows.import_card(import_id=import_id)
    if card.state not in (ImportState.UPLOADED, ImportState.PREVIEWED):
        return redirect("staff:import", import_id)
    with transaction.atomic():
        intake_writes.drop_profile(import_id=import_id)
    return imports.look_again(request, visit, import_id=import_id)


def _row(one: Profile) -> dict[str, Any]:
    """Say what a profile decides."""
    chosen = one.choices
    signs = dict(DECIMAL_SIGNS)
    orders = dict(DATE_ORDERS)
    said = [
        orders[DateOrder(chosen.date_order).value] if chosen.date_order else "",
        signs[chosen.decimal_sign.value] if chosen.decimal_sign else "",
        chosen.currency or "",
        _("hoja «%(sheet)s»") % {"sheet": chosen.sheet} if chosen.sheet else "",
        _("archivo completo") if chosen.is_full else "",
    ]
    return {
        "id": one.id,
        "name": one.name,
        "format": one.format,
        "kind": chosen.kind,
        "columns_count": len(one.headers),
        "said": [str(words) for words in said if words],
        "actor_label": one.actor_label,
        "updated_at": one.updated_at,
        "used_at": one.used_at,
        "import_count": one.import_count,
    }


def _columns(one: Profile) -> list[dict[str, str]]:
    meanings = dict(one.choices.columns)
    return [
        {"header": header, "meaning": intake_rows.field_name(field=field) if field else ""}
        for place, header in enumerate(one.headers)
        for field in [meanings.get(place)]
    ]
