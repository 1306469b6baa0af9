"""What a campaign is asked with."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from puntual.contacts.types import Channel
from puntual.flows import campaigns as flow
from puntual.staff.forms.approvals import hour_field
from puntual.staff.forms.case import choice_field
from puntual.web import states
from puntual.web.fields import ActForm, BoundDayField


class ConditionField(forms.CharField):
    """A condition as plans write it, as a list or an object; empty is everybody."""

    default_error_messages = {
        "form": _('Escriba la condición así: ["dias_de_atraso", ">=", 31] o {"todas": [[…], […]]}.')
    }

    def clean(self, value: Any) -> Any:
        """Return what was written as data."""
        text = super().clean(value)
        if not text.strip():
            return None
        try:
            return json.loads(text)
        except (ValueError, RecursionError) as refused:
            raise forms.ValidationError(self.error_messages["form"], code="form") from refused


class CampaignForm(ActForm):
    """For whom, by what means, and when."""

    def __init__(
        self,
        data: Any = None,
        *,
        segments: Sequence[tuple[str, str]],
        templates: Sequence[tuple[str, str]],
        teams: Sequence[tuple[str, str]],
        moment: datetime,
    ) -> None:
        super().__init__(data)
        today = moment.date()
        last = today + timedelta(days=flow.DAYS_AHEAD_MAX)
        self.fields["name"] = forms.CharField(
            label=_("Nombre"), max_length=120, error_messages={"required": _("Póngale un nombre.")}
        )
        self.fields["segment"] = choice_field(
            label=_("Para quién"), choices=[("", _("Quien cumpla la condición")), *segments], required=False
        )
        self.fields["condition"] = ConditionField(
            label=_("Condición"),
            required=False,
            max_length=4000,
            widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
            help_text=_('Como en el plan: ["dias_de_atraso", ">=", 31]. Vacía, es para todos los clientes.'),
        )
        self.fields["channel"] = choice_field(
            label=_("Cómo"),
            choices=[(one.value, states.state(name=one, kind="channel").label) for one in flow.CHANNELS],
            initial=Channel.EMAIL.value,
        )
        self.fields["template"] = choice_field(
            label=_("Plantilla del correo"), choices=[("", "—"), *templates], required=False
        )
        self.fields["team"] = choice_field(
            label=_("Equipo de la tarea"), choices=[("", "—"), *teams], required=False
        )
        self.fields["instructions"] = forms.CharField(
            label=_("Qué debe hacer quien tome la tarea"), max_length=500, required=False
        )
        self.fields["day"] = BoundDayField(label=_("Desde el día"), first=today, last=last, initial=today)
        self.fields["hour"] = hour_field(initial=moment.time().replace(second=0, microsecond=0))

    def clean(self) -> dict[str, Any]:
        """Ask for a segment or a condition, and for a template where it is mail."""
        data = super().clean()
        if data.get("segment") and data.get("condition") is not None:
            self.add_error("condition", _("Elija un segmento o escriba una condición, no los dos."))
        if data.get("channel") == Channel.EMAIL and not data.get("template"):
            self.add_error("template", _("Elija la plantilla del correo."))
        return data
