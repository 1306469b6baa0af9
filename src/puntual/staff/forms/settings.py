"""Forms of Ajustes."""

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from puntual.companies.types import PortalIdentity
from puntual.identity.types import Role, Scope
from puntual.lib import clabe
from puntual.staff.forms.zones import ZoneField


class UserForm(forms.Form):
    """A new member of staff."""

    ROLES = (
        (Role.OWNER.value, gettext_lazy("Propietario")),
        (Role.MANAGER.value, gettext_lazy("Gerente")),
        (Role.SUPERVISOR.value, gettext_lazy("Supervisor")),
        (Role.COLLECTOR.value, gettext_lazy("Gestor")),
        (Role.AUDITOR.value, gettext_lazy("Auditor (solo lectura)")),
    )

    name = forms.CharField(label=gettext_lazy("Nombre"), max_length=120)
    email = forms.EmailField(label=gettext_lazy("Correo"), max_length=254)
    role = forms.ChoiceField(label=gettext_lazy("Puesto"), choices=ROLES, initial=Role.COLLECTOR.value)
    password = forms.CharField(
        label=gettext_lazy("Contraseña inicial"),
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("Sin ella, la persona la define con «¿Olvidó su contraseña?»."),
    )

    def clean_password(self) -> str:
        """Refuse weak passwords."""
        given: str = self.cleaned_data["password"]
        if given:
            password_validation.validate_password(given)
        return given


class KeyForm(forms.Form):
    """A new API key."""

    label = forms.CharField(label=gettext_lazy("Para qué es"), max_length=80)
    scope = forms.ChoiceField(
        label=gettext_lazy("Qué puede hacer"),
        choices=(
            (Scope.READ.value, gettext_lazy("Solo leer")),
            (Scope.WRITE.value, gettext_lazy("Leer y escribir")),
        ),
    )


class CompanyForm(forms.Form):
    """What messages and the portal say of the company."""

    name = forms.CharField(label=gettext_lazy("Nombre comercial"), max_length=120)
    legal_name = forms.CharField(label=gettext_lazy("Razón social"), max_length=200)
    tax_id = forms.CharField(label=gettext_lazy("RFC"), max_length=20, required=False)
    phone = forms.CharField(label=gettext_lazy("Teléfono de atención"), max_length=40)
    email = forms.EmailField(label=gettext_lazy("Correo de atención"), max_length=254)
    office_hours = forms.CharField(label=gettext_lazy("Horario de atención"), max_length=120)
    address = forms.CharField(label=gettext_lazy("Domicilio"), max_length=300)
    complaint_contact = forms.CharField(
        label=gettext_lazy("Unidad de quejas"),
        max_length=300,
        help_text=gettext_lazy("Dirección, correo o teléfono donde se atienden quejas; va en cada mensaje."),
    )
    privacy_url = forms.URLField(
        label=gettext_lazy("Aviso de privacidad"), max_length=300, required=False, assume_scheme="https"
    )
    base_url = forms.URLField(
        label=gettext_lazy("Dirección pública del portal"),
        max_length=200,
        required=False,
        assume_scheme="https",
        help_text=gettext_lazy(
            "Con ella empiezan los enlaces de los mensajes; vacía, se usa el servidor de la empresa."
        ),
    )
    bank_name = forms.CharField(label=gettext_lazy("Banco"), max_length=80)
    bank_account = forms.CharField(
        label=gettext_lazy("CLABE"),
        max_length=40,
        help_text=gettext_lazy("Cuenta del acreedor: solo a él se le paga."),
    )
    time_zone = ZoneField(label=gettext_lazy("Zona horaria"))
    portal_identity = forms.ChoiceField(
        label=gettext_lazy("Cómo se identifica el deudor en el portal"),
        choices=(
            (
                PortalIdentity.TAX_ID.value,
                gettext_lazy("Con su RFC; quien no tiene, con los últimos dígitos"),
            ),
            (
                PortalIdentity.LAST_DIGITS.value,
                gettext_lazy("Con los últimos dígitos; si no hay, con su RFC"),
            ),
            (PortalIdentity.TAX_ID_ONLY.value, gettext_lazy("Solo con su RFC")),
        ),
        help_text=gettext_lazy(
            "Los últimos 4 dígitos de su teléfono o de su contrato. A quien no tiene con qué, el mensaje no lleva "
            "liga: le dice cómo comunicarse."
        ),
    )

    missing_percent_max = forms.RegexField(
        label=gettext_lazy("Archivo completo: qué porcentaje puede faltar sin preguntar"),
        regex=r"^([0-9]{1,2}|100)$",
        required=False,
        empty_value="10",
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": gettext_lazy("Escriba un número de 0 a 100.")},
        help_text=gettext_lazy(
            "Si a un archivo completo le falta más que esto, una persona debe aprobar que se cierre."
        ),
    )
    run_starts_at = forms.TimeField(
        label=gettext_lazy("A qué hora se decide el día"),
        required=False,
        input_formats=["%H:%M"],
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": gettext_lazy("Escriba una hora de 00:00 a 23:59, como 06:00.")},
        help_text=gettext_lazy(
            "Hora de la empresa. Si a esa hora no había servidor, la corrida empieza en cuanto lo hay."
        ),
    )
    decisions_kept_months = forms.IntegerField(
        label=gettext_lazy("Cuántos meses se guardan las decisiones"),
        required=False,
        min_value=1,
        max_value=120,
        help_text=gettext_lazy(
            "Con los datos que usaron. De lo más antiguo quedan las acciones, los mensajes y los veredictos de la ley."
        ),
    )

    def clean_run_starts_at(self) -> str:
        """Write the hour as it is kept."""
        given = self.cleaned_data["run_starts_at"]
        return f"{given:%H:%M}" if given else "06:00"

    def clean_decisions_kept_months(self) -> str:
        """Write the months as they are kept."""
        return str(self.cleaned_data["decisions_kept_months"] or 24)

    campaign_alone_max = forms.RegexField(
        label=gettext_lazy("Campañas: hasta cuántos clientes sin que otra persona apruebe"),
        regex=r"^[0-9]{1,6}$",
        required=False,
        empty_value="100",
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": gettext_lazy("Escriba un número de 0 a 999999.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone: Any = self.fields["time_zone"]
        zone.keep(str(self.initial.get("time_zone") or ""))

    def clean_bank_account(self) -> str:
        """Refuse a CLABE with a wrong check digit."""
        given: str = self.cleaned_data["bank_account"].replace(" ", "")
        if not clabe.is_valid(clabe=given):
            raise forms.ValidationError(_("La CLABE no es válida: revise sus 18 dígitos."))
        return given

    def clean(self) -> dict[str, Any]:
        """Trim every text."""
        return {key: value.strip() for key, value in (super().clean() or {}).items()}
