"""What staff write down about a complaint or a request."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from puntual.rights.types import REQUESTS, Cause, Kind, Outcome, Petition, Way
from puntual.staff.forms.case import choice_field, note_field, words
from puntual.staff.forms.texts import read_as_typed
from puntual.web import states
from puntual.web.fields import ActForm, BoundDayField

# What came in longer ago than this is a mistake of writing.
_DAYS_BACK_MAX = 365


def _short(*, label: Any, max_length: int, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=max_length,
        help_text=help_text,
        error_messages={"max_length": _("El texto es demasiado largo.")},
    )


class _ReceiveForm(ActForm):
    """What came in: how, when, in which words."""

    def _add_way(self, *, today: date) -> None:
        first = today - timedelta(days=_DAYS_BACK_MAX)
        self.fields["way"] = choice_field(
            label=_("¿Cómo llegó?"),
            choices=[(code, label) for code, label in words("petition_way") if code != Way.PORTAL],
            initial=Way.CALL.value,
        )
        self.fields["received_date"] = BoundDayField(
            label=_("¿Qué día se recibió?"),
            first=first,
            last=today,
            initial=today,
            help_text=_("Desde ese día corre el plazo."),
        )
        self.fields["authority_folio"] = _short(
            label=_("Folio de la autoridad"),
            max_length=60,
            help_text=_("Si llegó por REDECO u otra autoridad."),
        )


class ComplaintForm(_ReceiveForm):
    """A complaint about contact or treatment."""

    def __init__(
        self,
        data: Any = None,
        *,
        causes: Sequence[Cause],
        contacts: Sequence[tuple[str, str]],
        staff: Sequence[tuple[str, str]],
        today: date,
    ) -> None:
        super().__init__(data)
        self.fields["cause"] = choice_field(
            label=_("¿De qué se queja?"), choices=[("", "—"), *((one.code, one.text) for one in causes)]
        )
        self.fields["words"] = note_field(label=_("¿Qué dice la persona?"), required=True)
        if contacts:
            self.fields["attempts"] = forms.MultipleChoiceField(
                label=_("¿De qué contactos?"),
                required=False,
                choices=contacts,
                widget=forms.CheckboxSelectMultiple,
                error_messages={"invalid_choice": _("Elija de la lista.")},
            )
        self.fields["happened_date"] = BoundDayField(
            label=_("¿Qué día pasó?"),
            first=today - timedelta(days=_DAYS_BACK_MAX),
            last=today,
            required=False,
            help_text=_("Si el contacto no está en la lista."),
        )
        self.fields["agency"] = _short(label=_("Despacho"), max_length=120, help_text=_("Si fue uno."))
        self.fields["collector"] = choice_field(
            label=_("Gestor"), choices=[("", "—"), *staff], required=False
        )
        self._add_way(today=today)


class RequestForm(_ReceiveForm):
    """A right over one's own data."""

    def __init__(self, data: Any = None, *, today: date) -> None:
        super().__init__(data)
        self.fields["kind"] = choice_field(
            label=_("¿Qué pide?"),
            choices=[(one.value, states.state(name=one, kind="petition_kind").label) for one in REQUESTS],
            widget=forms.RadioSelect,
        )
        self.fields["words"] = note_field(label=_("¿Qué dice la persona?"), required=True)
        self.fields["identity_check"] = choice_field(
            label=_("¿Cómo se comprobó quién pide?"),
            choices=[("", _("Todavía no")), *words("identity_check")],
            required=False,
        )
        self.fields["identity_note"] = _short(label=_("Nota de la comprobación"), max_length=300)
        self._add_way(today=today)


class ChangeForm(ActForm):
    """What a complaint is about, said better."""

    def __init__(
        self,
        data: Any = None,
        *,
        causes: Sequence[Cause],
        staff: Sequence[tuple[str, str]],
        petition: Petition,
    ) -> None:
        super().__init__(data)
        self.fields["cause"] = choice_field(
            label=_("Causa"), choices=[(one.code, one.text) for one in causes], initial=petition.cause
        )
        agency = _short(label=_("Despacho"), max_length=120)
        agency.initial = petition.agency
        self.fields["agency"] = agency
        self.fields["collector"] = choice_field(
            label=_("Gestor"),
            choices=[("", "—"), *staff],
            required=False,
            initial=str(petition.collector_id or ""),
        )


class AssignForm(ActForm):
    """Who owes the answer."""

    def __init__(self, data: Any = None, *, staff: Sequence[tuple[str, str]], owner_id: int | None) -> None:
        super().__init__(data)
        self.fields["owner"] = choice_field(
            label=_("¿Quién la atiende?"), choices=staff, initial=str(owner_id or "")
        )


class ReopenForm(ActForm):
    """Why a petition is opened again."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["reason"] = note_field(
            label=_("¿Por qué se abre de nuevo?"),
            required=True,
            help_text=_("Lo que dice la persona, o lo que hay de nuevo. Queda en su historia."),
        )


class AnswerForm(ActForm):
    """The answer, in words for the person."""

    def __init__(self, data: Any = None, *, petition: Petition, outcomes: Sequence[Outcome]) -> None:
        super().__init__(data)
        if petition.kind is not Kind.COMPLAINT:
            self.fields["identity_check"] = choice_field(
                label=_("¿Cómo se comprobó quién pide?"),
                choices=[("", _("No se comprobó")), *words("identity_check")],
                required=False,
                initial=petition.identity_check,
            )
            note = _short(label=_("Nota de la comprobación"), max_length=300)
            note.initial = petition.identity_note
            self.fields["identity_note"] = note
        self.fields["outcome"] = choice_field(
            label=_("Resultado"),
            choices=[(one.value, states.state(name=one, kind="petition_outcome").label) for one in outcomes],
            widget=forms.RadioSelect,
        )
        self.fields["text"] = read_as_typed(
            note_field(
                label=_("Respuesta para la persona"),
                required=True,
                rows=6,
                help_text=_("Se le envía tal cual y queda en su portal."),
            ),
            name="text",
        )

    def clean(self) -> dict[str, Any]:
        """Ask who it is before data are given, changed or erased."""
        data = super().clean()
        is_given = data.get("outcome") in (Outcome.GRANTED, Outcome.PARTLY)
        if "identity_check" in self.fields and is_given and not data.get("identity_check"):
            self.add_error("identity_check", gettext("Anote primero cómo se comprobó quién pide."))
        return data
