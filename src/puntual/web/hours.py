"""The hours in which somebody may be contacted: fields to choose them, and words."""

from collections.abc import Mapping
from datetime import time
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from puntual.contacts.types import AgreedHours

WEEKDAYS: tuple[str | Promise, ...] = (
    _("lunes"),
    _("martes"),
    _("miércoles"),
    _("jueves"),
    _("viernes"),
    _("sábado"),
    _("domingo"),
)
# The widest lawful hours anywhere, by half hours.
_HOURS = [time(hour, minute) for hour in range(6, 23) for minute in (0, 30)]
_FIRST, _LAST = time(9), time(18)


def add_hours(form: forms.Form, *, hours: AgreedHours | None, label: Any, help_text: Any) -> None:
    """Add the days, the first hour and the last one to a form; without days any hour is good."""
    shown = sorted({*_HOURS, *((hours.start, hours.end) if hours else ())})
    choices = [(f"{one:%H:%M}", f"{one:%H:%M}") for one in shown]
    form.fields["weekdays"] = forms.TypedMultipleChoiceField(
        label=label,
        help_text=help_text,
        required=False,
        coerce=int,
        choices=[(number, name) for number, name in enumerate(WEEKDAYS)],
        initial=list(hours.weekdays) if hours else [],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Elija de la lista.")},
    )
    for name, title, initial in (
        ("from_hour", _("Desde las"), hours.start if hours else _FIRST),
        ("to_hour", _("Hasta las"), hours.end if hours else _LAST),
    ):
        form.fields[name] = forms.ChoiceField(
            label=title,
            required=False,
            choices=choices,
            initial=f"{initial:%H:%M}",
            error_messages={"invalid_choice": _("Elija de la lista.")},
        )


def hours_in(data: Mapping[str, Any]) -> AgreedHours | None:
    """Return the hours that a form asks for; None without a day."""
    if not data.get("weekdays"):
        return None
    return AgreedHours(
        weekdays=tuple(sorted(data["weekdays"])),
        start=time.fromisoformat(data["from_hour"]) if data["from_hour"] else _FIRST,
        end=time.fromisoformat(data["to_hour"]) if data["to_hour"] else _LAST,
    )


def hours_words(hours: AgreedHours) -> str:
    """Say hours in words: «lunes, martes y jueves, de 18:00 a 20:00»."""
    days = [str(WEEKDAYS[one]) for one in hours.weekdays]
    if hours.weekdays == (0, 1, 2, 3, 4):
        named = gettext("lunes a viernes")
    elif len(days) == len(WEEKDAYS):
        named = gettext("todos los días")
    else:
        named = (", ".join(days[:-1]) + gettext(" y ") if days[:-1] else "") + days[-1]
    return gettext("%(days)s, de %(start)s a %(end)s") % {
        "days": named,
        "start": f"{hours.start:%H:%M}",
        "end": f"{hours.end:%H:%M}",
    }
