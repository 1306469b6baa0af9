"""What staff write down about a person: with care, and no more than is needed."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from puntual.contacts.types import Channel, CircumstanceKind, Wish
from puntual.flows.exclusions import FILE_BYTES_MAX
from puntual.staff.forms.case import choice_field, note_field, words
from puntual.web.fields import ActForm, BoundDayField
from puntual.web.hours import add_hours, hours_in

_YEARS_MAX = 10


class CircumstanceForm(ActForm):
    """What is known of a person, who said it, and until when it counts."""

    def __init__(
        self, data: Any = None, *, kinds: Sequence[tuple[str, Any]], kind: str = "", today: date
    ) -> None:
        super().__init__(data)
        self.fields["kind"] = choice_field(
            label=_("¿Qué pasa con la persona?"), choices=kinds, widget=forms.RadioSelect, initial=kind
        )
        self.fields["reason"] = forms.CharField(
            label=_("¿Qué contó?"),
            help_text=_("Con sus palabras y solo lo que cambia el trato; sin diagnósticos."),
            max_length=300,
            widget=forms.Textarea(attrs={"rows": 2}),
            error_messages={"required": _("Escriba unas palabras."), "max_length": _("Es demasiado largo.")},
        )
        self.fields["source"] = forms.CharField(
            label=_("¿Quién lo dijo?"),
            help_text=_("La propia persona, un familiar, un acta, su abogado…"),
            max_length=80,
            error_messages={
                "required": _("Escriba quién lo dijo o de dónde se sabe."),
                "max_length": _("Es demasiado largo."),
            },
        )
        self.fields["until_date"] = BoundDayField(
            label=_("¿Hasta qué día?"),
            required=False,
            first=today,
            last=today + timedelta(days=366 * _YEARS_MAX),
            help_text=_("En blanco: hasta que alguien la termine."),
        )
        self.fields["lawyer_name"] = forms.CharField(
            label=_("Nombre del abogado"), max_length=200, required=False
        )
        self.fields["lawyer_contact"] = forms.CharField(
            label=_("¿Cómo se trata con él?"), max_length=300, required=False
        )

    def clean(self) -> dict[str, Any]:
        """Ask for the lawyer where there is one."""
        data = super().clean()
        has_lawyer = bool(data.get("lawyer_name"))
        is_represented = data.get("kind") == CircumstanceKind.REPRESENTED
        if is_represented and not has_lawyer:
            self.add_error("lawyer_name", gettext("Escriba con quién se trata desde ahora."))
        elif data.get("kind") and not is_represented and (has_lawyer or data.get("lawyer_contact")):
            self.add_error("lawyer_name", gettext("Bórrelo, o elija «La representa un abogado»."))
        return data


class WishForm(ActForm):
    """How a customer asks to be contacted."""

    def __init__(self, data: Any = None, *, wish: Wish) -> None:
        super().__init__(data)
        channels = [one for one in words("channel") if one[0] != Channel.PORTAL]
        self.fields["channel"] = choice_field(
            label=_("Prefiere"),
            required=False,
            choices=[("", _("Le da igual")), *channels],
            initial=wish.channel.value if wish.channel is not None else "",
            help_text=_("Se intenta primero, donde el paso del plan lo admite."),
        )
        add_hours(
            self,
            hours=wish.hours,
            label=_("Solo en estos días"),
            help_text=_(
                "En la hora de la persona. Si no marca ninguno, en los días y horas que permite la ley."
            ),
        )
        self.fields["note"] = note_field(label=_("¿Cómo lo dijo?"), rows=2)

    def wish(self) -> Wish:
        """Return what a good form asks for."""
        channel = self.cleaned_data["channel"]
        return Wish(channel=Channel(channel) if channel else None, hours=hours_in(self.cleaned_data))


class ListForm(forms.Form):
    """A file with people not to contact: its name, whose word it is, and the days on which it counts."""

    def __init__(self, data: Any = None, files: Any = None, *, today: date) -> None:
        super().__init__(data, files)
        first, last = today - timedelta(days=366 * _YEARS_MAX), today + timedelta(days=366 * _YEARS_MAX)
        self.fields["file"] = forms.FileField(
            label=_("Archivo (CSV o Excel)"),
            help_text=_(
                "Con teléfonos, correos o RFC; se reconocen por el título de su columna o por su forma."
            ),
            widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx,.xls,.ods"}),
            error_messages={"required": _("Elija el archivo."), "empty": _("El archivo está vacío.")},
        )
        self.fields["name"] = forms.CharField(
            label=_("Nombre de la lista"),
            help_text=_("Por ejemplo: REPEP noviembre. Se dice a quien pregunte por qué no se contacta."),
            max_length=120,
            error_messages={
                "required": _("Escriba el nombre de la lista."),
                "max_length": _("Es demasiado largo."),
            },
        )
        self.fields["kind"] = choice_field(
            label=_("¿De quién es?"), choices=words("list_kind"), widget=forms.RadioSelect
        )
        self.fields["from_date"] = BoundDayField(label=_("Vale desde"), first=first, last=last, initial=today)
        self.fields["until_date"] = BoundDayField(
            label=_("Vale hasta"),
            required=False,
            first=today,
            last=last,
            help_text=_("En blanco: hasta que se retire o se sustituya."),
        )

    def clean_file(self) -> Any:
        """Refuse a file that is larger than any list."""
        given = self.cleaned_data["file"]
        if given.size > FILE_BYTES_MAX:
            raise forms.ValidationError(
                gettext("El archivo pesa más de %s MB.") % (FILE_BYTES_MAX // 1_000_000)
            )
        return given
