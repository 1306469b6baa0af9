"""A contact that somebody wants judged without making it."""

import re
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from puntual.compliance.queries.rule_words import FLAGS, PURPOSES, STATEMENTS
from puntual.compliance.types import Flag, OwnHours, Result, Statement
from puntual.compliance.types.trying import Trial
from puntual.contacts.types import Channel, OwnerRole, Purpose
from puntual.lib.days import YEAR_MAX, YEAR_MIN
from puntual.lib.text import folded
from puntual.staff.forms.case import choice_field, words
from puntual.web.fields import BoundDayField
from puntual.web.hours import add_hours, hours_in

_LINES_MAX = 100
_TEXT_LENGTH_MAX = 4_000
# Everything but what the columns of the form ask for by themselves.
_MARKS = tuple(flag for flag in Flag if flag is not Flag.UNKNOWN)
_LINE = re.compile(r"(\d{4}-\d{2}-\d{2})[ T]+(\d{1,2}:\d{2})[ ,]+(.+)")


class HistoryField(forms.CharField):
    """Earlier contacts, one a line: `2026-11-30 09:15 llamada sin respuesta`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            required=False,
            max_length=8000,
            widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
            **options,
        )

    def clean(self, value: Any) -> tuple[tuple[datetime, Channel, Result], ...]:
        """Return day and hour, channel and result of each line."""
        lines = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        if len(lines) > _LINES_MAX:
            raise forms.ValidationError(_("Son demasiados renglones: hasta %s.") % _LINES_MAX)
        return tuple(self._line(line) for line in lines)

    def _line(self, line: str) -> tuple[datetime, Channel, Result]:
        found = _LINE.fullmatch(line)
        said = folded(found[3]).split(maxsplit=1) if found else []
        channels = {folded(str(label)): Channel(code) for code, label in words("channel")}
        results = {folded(str(label)): Result(code) for code, label in words("touch_result")}
        if found and len(said) == 2 and said[0] in channels and said[1] in results:
            try:
                at = datetime.fromisoformat(f"{found[1]} {found[2].zfill(5)}")
            except ValueError:
                pass
            else:
                if YEAR_MIN <= at.year <= YEAR_MAX:
                    return at, channels[said[0]], results[said[1]]
        raise forms.ValidationError(
            _("No se entiende «%(line)s». Escriba por ejemplo: %(example)s")
            % {"line": line[:80], "example": example_line()}
        )


def example_line() -> str:
    """Write a line of history as it is understood, in the language of the page."""
    channel, result = dict(words("channel"))["CALL"], dict(words("touch_result"))["NO_ANSWER"]
    return f"2026-11-30 09:15 {str(channel).lower()} {result}"


class TesterForm(forms.Form):
    """Everything that the law looks at, in words."""

    def __init__(
        self, data: Any = None, *, countries: list[tuple[str, str]], products: list[str], initial: Any = None
    ) -> None:
        super().__init__(data, initial=initial)
        channels = [one for one in words("channel") if one[0] != Channel.PORTAL]
        owners = [one for one in words("owner") if one[0] != OwnerRole.UNKNOWN]
        purposes = [(code, str(text).capitalize()) for code, text in PURPOSES.items()]
        self.fields["country"] = choice_field(label=_("País"), choices=countries)
        self.fields["state"] = forms.CharField(label=_("Estado o región"), required=False, max_length=80)
        self.fields["channel"] = choice_field(label=_("Por qué medio"), choices=channels)
        self.fields["owner"] = choice_field(
            label=_("De quién es el medio"), required=False, choices=[("", _("No se sabe")), *owners]
        )
        self.fields["purpose"] = choice_field(label=_("Para qué"), choices=purposes)
        self.fields["day"] = BoundDayField(
            label=_("Día"), first=date(YEAR_MIN, 1, 1), last=date(YEAR_MAX, 12, 31)
        )
        self.fields["hour"] = forms.TimeField(
            label=_("Hora de la persona"),
            widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            error_messages={"required": _("Escriba la hora."), "invalid": _("Escriba la hora.")},
        )
        self.fields["product"] = forms.ChoiceField(
            label=_("Producto"),
            required=False,
            choices=[("", _("Cualquiera")), *((one, one) for one in products)],
        )
        self.fields["history"] = HistoryField(
            label=_("Contactos anteriores"),
            help_text=_("Uno por renglón, en la hora de la persona. Por ejemplo: %s") % example_line(),
        )
        add_hours(
            self,
            hours=None,
            label=_("La persona pidió que solo en estos días"),
            help_text=_("Sin ninguno, no pidió horario."),
        )
        self.fields["text"] = forms.CharField(
            label=_("Qué dice el mensaje"),
            required=False,
            max_length=_TEXT_LENGTH_MAX,
            widget=forms.Textarea(attrs={"rows": 3}),
        )
        self.fields["flags"] = _boxes(lazy("Qué se sabe"), [(one.value, FLAGS[one]) for one in _MARKS])
        self.fields["missing"] = _boxes(
            lazy("Qué no dice el mensaje"), [(one.value, text) for one, text in STATEMENTS.items()]
        )

    def trial(self) -> Trial:
        """Return the contact that a good form asks about."""
        data = self.cleaned_data
        return Trial(
            country=data["country"],
            state=data["state"],
            channel=Channel(data["channel"]),
            purpose=Purpose(data["purpose"]),
            owner_role=OwnerRole(data["owner"]) if data["owner"] else None,
            at=datetime.combine(data["day"], data["hour"]),
            flags=frozenset(map(Flag, data["flags"])),
            touches=data["history"],
            product=data["product"],
            text=data["text"],
            missing=frozenset(map(Statement, data["missing"])),
            own_hours=_own_hours(data),
        )


def _own_hours(data: dict[str, Any]) -> tuple[OwnHours, ...]:
    asked = hours_in(data)
    return (OwnHours(asked.weekdays, asked.start, asked.end),) if asked else ()


def _boxes(label: Any, choices: list[tuple[str, Any]]) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, required=False, choices=choices, widget=forms.CheckboxSelectMultiple
    )
