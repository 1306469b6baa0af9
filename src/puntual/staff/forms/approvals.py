"""What a manager changes of what is planned, and of whom."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from puntual.agreements.types import PauseReason, PauseScope
from puntual.contacts.types import Channel, Point
from puntual.flows.pauses import PAUSE_WORDS, SCOPE_WORDS
from puntual.staff.forms.case import PAUSE_DAYS_MAX, choice_field
from puntual.web import states
from puntual.web.fields import ActForm, BoundDayField

CHANGE_DAYS_MAX = 30


def hour_field(*, initial: Any) -> forms.TimeField:
    """Make a field for an hour of the day."""
    return forms.TimeField(
        label=_("Hora"),
        initial=initial,
        input_formats=["%H:%M", "%H:%M:%S"],
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        error_messages={"required": _("Elija la hora."), "invalid": _("Escriba la hora así: 10:30.")},
    )


class ChangeForm(ActForm):
    """Another way and another moment for an action that waits."""

    def __init__(
        self,
        data: Any = None,
        *,
        ways: Sequence[tuple[Channel, Point]],
        own: tuple[str, int | None],
        moment: datetime,
        today: date,
        wordings: Mapping[str, str],
        template: str,
    ) -> None:
        super().__init__(data)
        self.fields["way"] = choice_field(
            label=_("Por qué medio"),
            choices=[(f"{channel}:{point.id}", _way(channel, point)) for channel, point in ways],
            initial=f"{own[0]}:{own[1] or ''}",
        )
        self.fields["day"] = BoundDayField(
            label=_("Día"), first=today, last=today + timedelta(days=CHANGE_DAYS_MAX), initial=moment.date()
        )
        self.fields["hour"] = hour_field(initial=moment.time().replace(second=0, microsecond=0))
        if wordings:
            self.fields["template"] = choice_field(
                label=_("Texto, si es por correo"),
                choices=sorted(wordings.items(), key=lambda one: one[1]),
                initial=template,
            )
            self.fields["template"].required = False


def _way(channel: Channel, point: Point) -> str:
    shown = states.state(name=channel, kind="channel").label
    whose = states.state(name=point.owner_role, kind="owner").label
    state = states.state(name=point.state, kind="point").label
    return f"{shown} · {point.value} ({whose}, {state})"


class PortfolioPauseForm(ActForm):
    """What part of the portfolio stands still, why and until when."""

    def __init__(
        self,
        data: Any = None,
        *,
        places: Mapping[PauseScope, Sequence[tuple[str, str, int]]],
        today: date,
    ) -> None:
        super().__init__(data)
        last = today + timedelta(days=PAUSE_DAYS_MAX)
        choices: list[tuple[Any, Any]] = [(f"{PauseScope.ALL}:", SCOPE_WORDS[PauseScope.ALL])]
        choices += [
            (
                str(SCOPE_WORDS[scope]),
                [(f"{scope}:{value}", _place(name, count)) for value, name, count in found],
            )
            for scope, found in places.items()
            if found
        ]
        self.fields["place"] = choice_field(label=_("¿Qué se pausa?"), choices=choices)
        self.fields["reason"] = choice_field(
            label=_("Motivo"), choices=[(one.value, PAUSE_WORDS[one]) for one in PauseReason]
        )
        self.fields["from_date"] = BoundDayField(
            label=_("Desde el día"), first=today, last=last, initial=today
        )
        self.fields["until_date"] = BoundDayField(
            label=_("Hasta el día"), first=today, last=last, initial=today + timedelta(days=7)
        )
        self.fields["note"] = forms.CharField(
            label=_("Explicación"),
            max_length=500,
            widget=forms.Textarea(attrs={"rows": 3}),
            error_messages={
                "required": _("Escriba unas palabras."),
                "max_length": _("El texto es demasiado largo."),
            },
        )


def _place(name: str, count: int) -> str:
    if not count:
        return name
    words = ngettext("%(name)s (%(count)s cliente)", "%(name)s (%(count)s clientes)", count)
    return words % {"name": name, "count": count}
