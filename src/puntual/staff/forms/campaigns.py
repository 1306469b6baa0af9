"""What a campaign is asked with."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from puntual.contacts.types import Channel
from puntual.flows import campaigns as flow
from puntual.staff.forms.approvals import hour_field
from puntual.staff.forms.case import choice_field
from puntual.staff.forms.texts import read_as_typed
from puntual.web import states
from puntual.web.fields import ActForm, BoundDayField


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
        has_condition: bool = False,
    ) -> None:
        super().__init__(data)
        # It is built beside the form, as in the editor of plans.
        self._has_condition = has_condition
        today = moment.date()
        last = today + timedelta(days=flow.DAYS_AHEAD_MAX)
        self.fields["name"] = forms.CharField(
            label=_("Nombre"), max_length=120, error_messages={"required": _("Póngale un nombre.")}
        )
        self.fields["segment"] = choice_field(
            label=_("Para quién"),
            choices=[("", _("Quien cumpla la condición de abajo")), *segments],
            required=False,
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
        self.fields["instructions"] = read_as_typed(
            forms.CharField(label=_("Qué debe hacer quien tome la tarea"), max_length=500, required=False),
            name="instructions",
        )
        self.fields["day"] = BoundDayField(label=_("Desde el día"), first=today, last=last, initial=today)
        self.fields["hour"] = hour_field(initial=moment.time().replace(second=0, microsecond=0))

    def clean(self) -> dict[str, Any]:
        """Ask for a segment or a condition, and for a template where it is mail."""
        data = super().clean()
        if data.get("segment") and self._has_condition:
            self.add_error("segment", _("Elija un segmento o ponga una condición, no los dos."))
        if data.get("channel") == Channel.EMAIL and not data.get("template"):
            self.add_error("template", _("Elija la plantilla del correo."))
        return data
