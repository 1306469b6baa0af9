"""Ajustes: people, keys and what the company says of itself; every change leaves its trace."""

from typing import Any

import pytest

from puntual.audit import operations as audit
from puntual.audit.models import Event
from puntual.companies.models import Company
from puntual.identity.models import ApiKey, User
from tests.web.staff import sign_in, words_of

PERSON = {"name": "Nueva Persona", "email": "nueva@muebles.example", "role": "COLLECTOR", "password": ""}
COMPANY = {
    "name": "Muebles del Valle",
    "legal_name": "Muebles del Valle, S.A. de C.V.",
    "tax_id": "",
    "phone": "55 1111 1111",
    "email": "cobranza@mueblesdelvalle.example",
    "office_hours": "lunes a viernes de 9 a 18 h",
    "address": "Av. Ejemplo 100",
    "complaint_contact": "quejas@mueblesdelvalle.example",
    "privacy_url": "https://mueblesdelvalle.example/privacidad",
    "bank_name": "Banco Ejemplo",
    "bank_account": "002 010 07777777777 1",
    "time_zone": "America/Tijuana",
    "portal_identity": "TAX_ID",
}


@pytest.mark.feature("SEC-03")
def test_only_the_owner_manages_people_keys_and_company(cast: dict[str, User]) -> None:
    for name, user in cast.items():
        for page in ("usuarios", "usuarios/alta", "llaves", "empresa"):
            reads = {"owner", "auditor"} if page == "usuarios" else {"owner"}
            expected = 200 if name in reads else 403
            assert sign_in(user).get(f"/ajustes/{page}/").status_code == expected, (name, page)


def test_a_person_is_taken_in(cast: dict[str, User]) -> None:
    page = sign_in(cast["owner"]).post("/ajustes/usuarios/alta/", PERSON, follow=True)

    user = User.objects.get(email="nueva@muebles.example")
    assert (user.name, user.role, user.is_active) == ("Nueva Persona", "COLLECTOR", True)
    assert not user.has_usable_password()
    assert "Quedó dada de alta." in words_of(page)
    assert "nueva@muebles.example" in words_of(page)


@pytest.mark.parametrize(
    ("_case", "change", "words"),
    [
        ("no name", {"name": ""}, "Este campo es obligatorio."),
        ("no address", {"email": "nadie"}, "correo"),
        ("taken address", {"email": "Manager@muebles.example"}, "correo"),
        ("no such role", {"role": "ADMIN"}, "ADMIN"),
        ("weak password", {"password": "12345"}, "contraseña"),
    ],
)
def test_a_bad_form_takes_nobody_in(
    cast: dict[str, User], _case: str, change: dict[str, str], words: str
) -> None:
    before = User.objects.count()

    page = sign_in(cast["owner"]).post("/ajustes/usuarios/alta/", {**PERSON, **change})

    assert page.status_code == 422
    assert words in words_of(page)
    assert page.context["form"].errors
    assert User.objects.count() == before
    # What was typed is still there, but for the password.
    if "name" not in change:
        assert "Nueva Persona" in page.content.decode()
    assert "12345" not in page.content.decode()


@pytest.mark.feature("SEC-01")
def test_roles_and_access_change_and_leave_a_trace(cast: dict[str, User]) -> None:
    client, other = sign_in(cast["owner"]), cast["collector"]

    client.post(f"/ajustes/usuarios/{other.pk}/", {"role": "SUPERVISOR"})
    client.post(f"/ajustes/usuarios/{other.pk}/", {"is_active": "0"})

    other.refresh_from_db()
    assert (other.role, other.is_active) == ("SUPERVISOR", False)
    assert Event.objects.filter(action="user-changed", actor_label="Owner").count() == 2
    client.post(f"/ajustes/usuarios/{other.pk}/", {"is_active": "1"})
    other.refresh_from_db()
    assert other.is_active


def test_the_last_owner_stays(cast: dict[str, User]) -> None:
    owner = cast["owner"]

    for change in ({"role": "MANAGER"}, {"is_active": "0"}):
        page = sign_in(owner).post(f"/ajustes/usuarios/{owner.pk}/", change, follow=True)
        assert "Debe quedar al menos una persona propietaria activa." in words_of(page)

    owner.refresh_from_db()
    assert (owner.role, owner.is_active) == ("OWNER", True)


@pytest.mark.parametrize("form", [{}, {"role": "ADMIN"}, {"is_active": "tal vez"}])
def test_a_change_of_nothing_is_told(cast: dict[str, User], form: dict[str, str]) -> None:
    page = sign_in(cast["owner"]).post(f"/ajustes/usuarios/{cast['auditor'].pk}/", form, follow=True)

    assert "Elija un puesto, o si entra o no." in words_of(page)
    assert not Event.objects.filter(action="user-changed").exists()


def test_a_person_whose_access_ends_is_out_at_once(cast: dict[str, User]) -> None:
    collector = sign_in(cast["collector"])
    assert collector.get("/").status_code == 200

    sign_in(cast["owner"]).post(f"/ajustes/usuarios/{cast['collector'].pk}/", {"is_active": "0"})

    assert collector.get("/").status_code == 302


def test_a_key_is_shown_once_and_kept_as_a_print(cast: dict[str, User]) -> None:
    client = sign_in(cast["owner"])

    made = client.post("/ajustes/llaves/", {"label": "ERP", "scope": "WRITE"})

    presented = made.context["presented"]
    key = ApiKey.objects.get()
    assert presented in made.content.decode()
    assert presented.startswith(key.prefix)
    later = client.get("/ajustes/llaves/").content.decode()
    assert presented not in later
    assert key.prefix in later
    assert presented not in str(ApiKey.objects.values().get())


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"label": "", "scope": "READ"},
        {"label": "x" * 81, "scope": "READ"},
        {"label": "x", "scope": "ALL"},
    ],
)
def test_a_bad_form_makes_no_key(cast: dict[str, User], form: dict[str, str]) -> None:
    assert sign_in(cast["owner"]).post("/ajustes/llaves/", form).status_code == 422
    assert not ApiKey.objects.exists()


def test_a_revoked_key_opens_nothing(cast: dict[str, User]) -> None:
    client = sign_in(cast["owner"])
    presented = client.post("/ajustes/llaves/", {"label": "ERP", "scope": "READ"}).context["presented"]
    headers = {"authorization": f"Bearer {presented}"}
    assert client.get("/api/v1/customers", headers=headers).status_code == 200

    page = client.post(f"/ajustes/llaves/{ApiKey.objects.get().pk}/revocar/", follow=True)

    assert "La llave ya no abre nada." in words_of(page)
    assert client.get("/api/v1/customers", headers=headers).status_code == 401


def test_the_company_is_edited(cast: dict[str, User], company: Company) -> None:
    page = sign_in(cast["owner"]).post("/ajustes/empresa/", COMPANY, follow=True)

    company.refresh_from_db()
    assert "Se guardaron los datos de la empresa." in words_of(page)
    assert (company.phone, company.bank_account, company.time_zone) == (
        "55 1111 1111", "002010077777777771", "America/Tijuana",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("_case", "change", "words"),
    [
        ("a digit of the account is wrong", {"bank_account": "002010077777777772"}, "La CLABE no es válida"),
        ("no such zone", {"time_zone": "America/Xalapa"}, "Seleccione una opción válida"),
        ("a page that runs something", {"privacy_url": "javascript:alert(1)"}, "URL"),
        ("links that no browser opens", {"base_url": "ftp://cobranza.example"}, "debe empezar con http"),
        ("nobody to complain to", {"complaint_contact": ""}, "Este campo es obligatorio."),
        (
            "the name of an authority",
            {"name": "Procuraduría General de Cobranza"},
            "Nadie se presenta como autoridad",
        ),
    ],
)
def test_a_bad_form_changes_nothing_of_the_company(
    cast: dict[str, User], company: Company, _case: str, change: dict[str, str], words: str
) -> None:
    page: Any = sign_in(cast["owner"]).post("/ajustes/empresa/", {**COMPANY, **change})

    assert page.status_code == 422
    assert words in words_of(page)
    company.refresh_from_db()
    assert company.phone == "55 0000 0000"


def test_a_change_of_the_company_leaves_its_trace_and_no_change_none(
    cast: dict[str, User], company: Company
) -> None:
    client = sign_in(cast["owner"])
    client.post("/ajustes/empresa/", {**COMPANY, "base_url": "https://cobranza.example/"})
    client.post("/ajustes/empresa/", {**COMPANY, "base_url": "https://cobranza.example/"})

    event = Event.objects.get(action="company-changed")
    assert (event.actor_label, event.subject_type, event.subject_id) == ("Owner", "company", company.pk)
    assert (event.before["phone"], event.after["phone"]) == ("55 0000 0000", "55 1111 1111")
    assert (event.before["base_url"], event.after["base_url"]) == (
        "http://muebles.localhost", "https://cobranza.example",
    )  # fmt: skip
    assert "legal_name" not in event.after


def test_a_company_does_not_change_without_its_trace(
    cast: dict[str, User], company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**fields: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(audit, "record", fail)

    with pytest.raises(RuntimeError):
        sign_in(cast["owner"]).post("/ajustes/empresa/", COMPANY)

    company.refresh_from_db()
    assert company.phone == "55 0000 0000"
