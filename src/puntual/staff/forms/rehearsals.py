"""What staff ask to be rehearsed."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from puntual.insights.types import RehearsalKind
from puntual.staff.forms.case import choice_field, words
from puntual.web.fields import BoundDayField

_DAYS_BACK_MAX = 3 * 365
_FIRST_DAYS_BACK = 30


class RehearsalForm(forms.Form):
    """What is tried of which version; days count for a period that is over."""

    def __init__(
        self, data: Any = None, *, versions: Sequence[tuple[int, str]], today: date, initial: Any = None
    ) -> None:
        super().__init__(data, initial=initial)
        days = {"first": today - timedelta(days=_DAYS_BACK_MAX), "last": today}
        self.fields["kind"] = choice_field(label=_("Qué se prueba"), choices=words("rehearsal_kind"))
        self.fields["version"] = choice_field(
            label=_("Versión del plan"), choices=[(str(number), label) for number, label in versions]
        )
        self.fields["first"] = BoundDayField(
            label=_("Desde"), required=False, initial=today - timedelta(days=_FIRST_DAYS_BACK), **days
        )
        self.fields["last"] = BoundDayField(
            label=_("Hasta"), required=False, initial=today - timedelta(days=1), **days
        )

    def clean(self) -> dict[str, Any]:
        """Ask for days where they count."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("kind") == RehearsalKind.REPLAY:
            for name in ("first", "last"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, forms.ValidationError(_("Escriba el día.")))
        return data
