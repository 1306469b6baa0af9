"""Ajustes: who works here, which programs may speak to the API, and what the company says of itself."""

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from puntual.flows import company_settings
from puntual.identity import operations as identity
from puntual.identity import queries as identities
from puntual.identity.types import Permission, Role, Scope
from puntual.lib.errors import DomainError
from puntual.staff.access import Visit, act, form, page
from puntual.staff.forms.settings import CompanyForm, KeyForm, UserForm
from puntual.staff.views.case import may


@page(Permission.SEE_USERS)
def users(request: HttpRequest, visit: Visit) -> HttpResponse:
    """List the members of staff."""
    return _users(request, UserForm())


def _users(request: HttpRequest, given: UserForm) -> HttpResponse:
    context = {
        "rows": identities.staff_list(),
        "form": given,
        "roles": UserForm.ROLES,
        "may": may(request),
    }
    return render(request, "staff/users.html", context, status=422 if given.errors else 200)


@form(Permission.MANAGE_USERS)
def user_new(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Take in a new member of staff."""
    given = UserForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and given.is_valid():
        try:
            identity.create_user(
                email=given.cleaned_data["email"],
                name=given.cleaned_data["name"],
                role=Role(given.cleaned_data["role"]),
                password=given.cleaned_data["password"] or None,
                actor=visit.actor,
                at=visit.at,
            )
        except DomainError as error:
            given.add_error(None, error.message)
        else:
            notices.success(request, _("Quedó dada de alta."))
            return redirect("staff:users")
    return _users(request, given)


@act(Permission.MANAGE_USERS)
def user_change(request: HttpRequest, visit: Visit, user_id: int) -> HttpResponse:
    """Change somebody's role, or let them in or out."""
    asked = request.POST.get("role", "")
    active = request.POST.get("is_active", "")
    if asked not in set(Role) and active not in ("0", "1"):
        notices.error(request, _("Elija un puesto, o si entra o no."))
        return redirect("staff:users")
    try:
        identity.change_user(
            user_id=user_id,
            role=Role(asked) if asked in set(Role) else None,
            is_active={"1": True, "0": False}.get(active),
            actor=visit.actor,
            at=visit.at,
        )
        notices.success(request, _("Se guardó el cambio."))
    except identity.UnableToSaveUser as error:
        notices.error(request, error.message)
    return redirect("staff:users")


@form(Permission.MANAGE_KEYS)
def keys(request: HttpRequest, visit: Visit) -> HttpResponse:
    """List API keys and make one; it is shown this once."""
    given = KeyForm(request.POST if request.method == "POST" else None)
    presented = ""
    if request.method == "POST" and given.is_valid():
        presented = identity.create_api_key(
            label=given.cleaned_data["label"],
            scope=Scope(given.cleaned_data["scope"]),
            actor=visit.actor,
            at=visit.at,
        )
        given = KeyForm()
    return render(
        request,
        "staff/keys.html",
        {"rows": identities.api_key_list(), "form": given, "presented": presented},
        status=422 if given.errors else 200,
    )


@act(Permission.MANAGE_KEYS)
def key_revoke(request: HttpRequest, visit: Visit, key_id: int) -> HttpResponse:
    """Revoke an API key at once."""
    identity.revoke_api_key(key_id=key_id, actor=visit.actor, at=visit.at)
    notices.success(request, _("La llave ya no abre nada."))
    return redirect("staff:api_keys")


@form(Permission.MANAGE_COMPANY)
def company(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Edit what messages and the portal say of the company."""
    current = request.company  # type: ignore[attr-defined]
    initial = {name: getattr(current, name) for name in CompanyForm.base_fields}
    given = CompanyForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and given.is_valid():
        try:
            company_settings.change_settings(
                schema_name=current.schema_name, settings=given.cleaned_data, actor=visit.actor, at=visit.at
            )
        except DomainError as error:
            given.add_error(None, error.message)
        else:
            notices.success(request, _("Se guardaron los datos de la empresa."))
            return redirect("staff:company")
    return render(request, "staff/company.html", {"form": given}, status=422 if given.errors else 200)
