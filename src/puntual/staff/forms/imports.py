"""Forms of Cartera › Importar: a file, and what a person says about it."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from puntual.intake import queries as intake
from puntual.intake.types import (
    REPEATABLE_FIELDS,
    Choices,
    DateOrder,
    DecimalSign,
    Field,
    FileKind,
    QuestionCode,
)

_MEGABYTE = 1024**2
# In a select: the column means nothing to Puntual and is kept with the customer as it stands.
ATTRIBUTE = "-"
KINDS = (
    (FileKind.RECEIVABLES.value, lazy("Cartera: facturas y saldos por cobrar")),
    (FileKind.PAYMENTS.value, lazy("Pagos recibidos")),
)
DATE_ORDERS = (
    (DateOrder.DMY.value, lazy("Día, mes, año")),
    (DateOrder.MDY.value, lazy("Mes, día, año")),
    (DateOrder.YMD.value, lazy("Año, mes, día")),
)
DECIMAL_SIGNS = (
    (DecimalSign.POINT.value, lazy("Punto: 1,250.50")),
    (DecimalSign.COMMA.value, lazy("Coma: 1.250,50")),
)
_BY_ITSELF = (("", lazy("Como se reconozca")),)


class UploadForm(forms.Form):
    """A file to load."""

    file = forms.FileField(
        label=lazy("Archivo"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
        error_messages={"required": lazy("Elija un archivo."), "invalid": lazy("Elija un archivo.")},
    )
    kind = forms.ChoiceField(label=lazy("Qué trae"), choices=(*_BY_ITSELF, *KINDS), required=False)

    def clean_file(self) -> Any:
        """Refuse a file that is too large before it is read."""
        given = self.cleaned_data["file"]
        if given.size > settings.IMPORT_FILE_BYTES_MAX:
            limit = settings.IMPORT_FILE_BYTES_MAX // _MEGABYTE
            raise forms.ValidationError(intake.refusal_text(code="file-too-large", detail=str(limit)))
        return given


class ChoicesForm(forms.Form):
    """What a person says about a file that Puntual read."""

    kind = forms.ChoiceField(label=lazy("Qué trae"), choices=(*_BY_ITSELF, *KINDS), required=False)
    date_order = forms.ChoiceField(
        label=lazy("Fechas que se leen de dos maneras"), choices=(*_BY_ITSELF, *DATE_ORDERS), required=False
    )
    decimal_sign = forms.ChoiceField(
        label=lazy("Signo de los centavos"), choices=(*_BY_ITSELF, *DECIMAL_SIGNS), required=False
    )
    currency = forms.RegexField(
        label=lazy("Moneda de las filas que no la dicen"),
        regex=r"^[A-Za-z]{3}$",
        required=False,
        strip=True,
        widget=forms.TextInput(attrs={"maxlength": "3", "autocomplete": "off"}),
        error_messages={"invalid": lazy("Escriba la clave de tres letras, por ejemplo MXN.")},
    )
    confirmed = forms.MultipleChoiceField(
        choices=[
            (code.value, code.value) for code in (QuestionCode.DUE_BEFORE_ISSUE, QuestionCode.MIXED_DATES)
        ],
        required=False,
    )

    def __init__(
        self, data: Any = None, *, columns: Sequence[dict[str, Any]], stored: Choices | None = None
    ) -> None:
        """Ask about the columns of a file; `stored` is what was said last time."""
        self._columns = columns
        self._stored = stored or Choices()
        super().__init__(
            data,
            initial={
                "kind": self._stored.kind or "",
                "date_order": self._stored.date_order or "",
                "decimal_sign": self._stored.decimal_sign or "",
                "currency": self._stored.currency or "",
                "confirmed": [code.value for code in self._stored.confirmed],
            },
        )
        options = [(ATTRIBUTE, _("Dato extra del cliente")), *((one.value, one.value) for one in Field)]
        for column in columns:
            self.fields[f"column-{column['position']}"] = forms.ChoiceField(choices=options, required=False)

    def clean(self) -> dict[str, Any]:
        """Refuse one meaning for two columns."""
        data = super().clean() or {}
        chosen = [field for _position, field in self._said(data) if field and field not in REPEATABLE_FIELDS]
        for field in set(chosen):
            if chosen.count(field) > 1:
                name = intake.field_name(field=field)
                raise forms.ValidationError(_("Dos columnas no pueden ser «%(name)s».") % {"name": name})
        return data

    def choices(self) -> Choices:
        """Return what was said, to be asked of a valid form."""
        data = self.cleaned_data
        return Choices(
            kind=FileKind(data["kind"]) if data["kind"] else None,
            date_order=DateOrder(data["date_order"]) if data["date_order"] else None,
            decimal_sign=DecimalSign(data["decimal_sign"]) if data["decimal_sign"] else None,
            currency=data["currency"].upper() or None,
            columns=self._said(data),
            confirmed=frozenset(QuestionCode(code) for code in data["confirmed"]),
        )

    def _said(self, data: dict[str, Any]) -> tuple[tuple[int, Field | None], ...]:
        """Keep what was changed now or before; a column left as it was understood is left to Puntual."""
        before = dict(self._stored.columns)
        said: dict[int, Field | None] = {}
        for column in self._columns:
            position = column["position"]
            given = data.get(f"column-{position}") or (column["field"] or ATTRIBUTE)
            if given != (column["field"] or ATTRIBUTE):
                said[position] = None if given == ATTRIBUTE else Field(given)
            elif position in before and (before[position] or None) == (column["field"] or None):
                said[position] = before[position]
        changed = {
            field
            for position, field in said.items()
            if field and field not in REPEATABLE_FIELDS and before.get(position) != field
        }
        # A meaning given to another column now leaves the column that was given it before.
        return tuple(
            (position, field)
            for position, field in sorted(said.items())
            if not (field in changed and position in before and before[position] == field)
        )
