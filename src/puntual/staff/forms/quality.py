"""Forms that mend what a look at the data found."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from puntual.portfolio.types import ReceivableKind
from puntual.staff.forms.case import choice_field, words
from puntual.staff.forms.zones import ZoneField
from puntual.web.fields import ActForm

_PAPER_LENGTH_MAX = 80
_PAPERS_MAX = 20
_TAGS_MAX = 50
_TAG_LENGTH_MAX = 60
_ATTRIBUTES_MAX = 100
_ATTRIBUTE_NAME_MAX = 80
_ATTRIBUTE_VALUE_MAX = 500


class CustomerForm(ActForm):
    """What staff may correct of a customer; an empty field leaves what is stored, save tags and other data."""

    name = forms.CharField(label=_("Nombre o razón social"), max_length=250)
    kind = choice_field(label=_("Tipo de persona"), choices=words("customer_kind"))
    tax_id = forms.CharField(label=_("RFC o registro fiscal"), max_length=30, required=False)
    state = forms.CharField(
        label=_("Estado"),
        max_length=60,
        required=False,
        help_text=_("Con él se sabe a qué horas se permite buscar al cliente. Ejemplo: Jalisco."),
    )
    city = forms.CharField(label=_("Municipio o alcaldía"), max_length=120, required=False)
    postal_code = forms.CharField(label=_("Código postal"), max_length=12, required=False)
    time_zone = ZoneField(label=_("Zona horaria"), required=False, help_text=_("Solo si el estado no basta."))
    tags = forms.CharField(
        label=_("Etiquetas"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Una por línea."),
    )
    attributes = forms.CharField(
        label=_("Otros datos"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Uno por línea, como «Ruta: Norte». El que se quita, se borra."),
    )

    def __init__(
        self,
        data: Any = None,
        *,
        stored: Mapping[str, str],
        tags: Sequence[str],
        attributes: Mapping[str, str],
    ) -> None:
        lines = [_one_line(f"{name}: {value}") for name, value in sorted(attributes.items())]
        super().__init__(data, initial={**stored, "tags": "\n".join(tags), "attributes": "\n".join(lines)})
        self.stored_tags = tags
        self.stored_attributes = attributes
        zone: Any = self.fields["time_zone"]
        zone.keep(str(stored.get("time_zone") or ""))
        for name in self.initial:
            # What was shown comes back too: only what differs from it was meant to be changed.
            self.fields[name].show_hidden_initial = True

    def shown_tags(self) -> list[str]:
        """Return the tags that stood in the form before anybody typed."""
        return _lines(self._shown("tags"))

    def clean_tags(self) -> tuple[str, ...] | None:
        """Return each tag once; None when they are as they were shown, or the field was not sent."""
        tags = _lines(self.cleaned_data["tags"])
        if "tags" not in self.data or tags == self.shown_tags():
            return None
        new = set(tags) - set(self.stored_tags)
        if (new and len(tags) > _TAGS_MAX) or any(len(tag) > _TAG_LENGTH_MAX for tag in new):
            raise forms.ValidationError(_("A lo más 50 etiquetas, de hasta 60 letras cada una."))
        return tuple(tags)

    def clean_attributes(self) -> dict[str, str | None]:
        """Return what was changed by its name, None for what was taken away or left without a value."""
        if "attributes" not in self.data:
            return {}
        shown, typed = _lines(self._shown("attributes")), _lines(self.cleaned_data["attributes"])
        changed = dict(self._attribute(line) for line in typed if line not in shown)
        kept = {self._name(line) for line in typed if line in shown}
        if changed.keys() - self.stored_attributes.keys() and len(kept | changed.keys()) > _ATTRIBUTES_MAX:
            raise forms.ValidationError(_("A lo más 100 datos."))
        gone = {self._name(line): None for line in shown if line not in typed}
        return {**gone, **{name: value or None for name, value in changed.items()}}

    def _shown(self, name: str) -> str:
        return str(self.data.get(self.add_initial_prefix(name), self.initial[name]))

    def _name(self, line: str) -> str:
        # A name of the company's files may hold a colon itself: those that are known come first.
        known = (name for name in self.stored_attributes if line.startswith(f"{_one_line(name)}:"))
        return max(known, key=len, default=_one_line(line.partition(":")[0]))

    def _attribute(self, line: str) -> tuple[str, str]:
        name = self._name(line)
        value = line[len(_one_line(name)) + 1 :].strip()
        if not name or ":" not in line:
            raise forms.ValidationError(
                gettext("Escriba cada dato en su línea, como «Ruta: Norte»; no se entiende «%s».") % line[:80]
            )
        if len(name) > _ATTRIBUTE_NAME_MAX or len(value) > _ATTRIBUTE_VALUE_MAX:
            raise forms.ValidationError(gettext("Es demasiado largo: «%s».") % f"{line[:80]}…")
        return name, value

    def clean(self) -> dict[str, Any]:
        """Trim every text; what was left as it was shown is as it is stored now."""
        data = {
            key: value.strip() if isinstance(value, str) else value for key, value in super().clean().items()
        }
        untouched = data.keys() & self.initial.keys() - {"tags", "attributes", *self.changed_data}
        return {**data, **{name: self.initial[name] for name in untouched}}


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _lines(text: str) -> list[str]:
    return list(dict.fromkeys(filter(None, map(_one_line, text.splitlines()))))


class AcceptForm(ActForm):
    """Why what was found is right as it is."""

    note = forms.CharField(
        label=_("¿Por qué está bien así?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Escriba unas palabras."), "max_length": _("Es demasiado largo.")},
    )


class PaperForm(ActForm):
    """Where a paper lies that somebody has seen."""

    place = forms.CharField(
        label=_("¿Dónde está?"),
        max_length=200,
        help_text=_("Carpeta, sistema o dirección donde cualquiera lo encuentre."),
        error_messages={"required": _("Escriba dónde está."), "max_length": _("Es demasiado largo.")},
    )


class PapersForm(forms.Form):
    """Which papers each kind of debt must have, one a line."""

    def __init__(self, data: Any = None, *, names: Mapping[ReceivableKind, Sequence[str]]) -> None:
        super().__init__(data)
        labels = dict(words("receivable_kind"))
        for kind in ReceivableKind:
            self.fields[kind.value] = forms.CharField(
                label=labels[kind.value],
                required=False,
                max_length=_PAPERS_MAX * (_PAPER_LENGTH_MAX + 2),
                initial="\n".join(names.get(kind, ())),
                widget=forms.Textarea(attrs={"rows": 4}),
                help_text=_("Un documento por línea; vacío, no se pide ninguno."),
            )

    def papers(self) -> dict[ReceivableKind, list[str]]:
        """Return the names that were written, by kind."""
        return {
            kind: [line.strip() for line in self.cleaned_data[kind.value].splitlines() if line.strip()]
            for kind in ReceivableKind
        }

    def clean(self) -> dict[str, Any]:
        """Refuse names that are too long to be names."""
        data = super().clean() or self.cleaned_data
        for kind in ReceivableKind:
            lines = str(data.get(kind.value, "")).splitlines()
            if len(lines) > _PAPERS_MAX or any(len(line.strip()) > _PAPER_LENGTH_MAX for line in lines):
                self.add_error(
                    kind.value, _("A lo más 20 documentos, con nombres de hasta 80 letras cada uno.")
                )
        return data
