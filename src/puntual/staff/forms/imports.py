"""Forms of Cartera › Importar: files, and what a person says about one."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
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
    Frequency,
    LoanAmount,
    LoanBalance,
    NegativeMeaning,
    QuestionCode,
)
from puntual.web import states

_MEGABYTE = 1024**2
_ACCEPTED = ".csv,.tsv,.txt,.xlsx,.xls,.xlsm,.ods,.html,.htm,.dbf,.json,.xml,.zip"
_FILES_MAX = 20
# In a select: the column means nothing to Puntual and is kept with the customer as it stands.
ATTRIBUTE = "-"
KINDS = tuple((one.value, states.state(kind="file_kind", name=one.value).label) for one in FileKind)
DATE_ORDERS = (
    (DateOrder.DMY.value, lazy("Día, mes, año")),
    (DateOrder.MDY.value, lazy("Mes, día, año")),
    (DateOrder.YMD.value, lazy("Año, mes, día")),
)
DECIMAL_SIGNS = (
    (DecimalSign.POINT.value, lazy("Punto: 1,250.50")),
    (DecimalSign.COMMA.value, lazy("Coma: 1.250,50")),
)
NEGATIVES = (
    (NegativeMeaning.CREDIT_NOTES.value, lazy("Son notas de crédito a favor del cliente")),
    (NegativeMeaning.REFUSED.value, lazy("Son errores: rechazar esas filas")),
)
FREQUENCIES = (
    (Frequency.MONTHLY.value, lazy("Cada mes")),
    (Frequency.SEMIMONTHLY.value, lazy("Cada quincena: dos veces al mes")),
    (Frequency.BIWEEKLY.value, lazy("Cada catorcena: cada 14 días")),
    (Frequency.WEEKLY.value, lazy("Cada semana")),
)
LOAN_AMOUNTS = (
    (LoanAmount.TOTAL.value, lazy("Es todo lo que se paga: las cuotas deben sumarlo")),
    (LoanAmount.EACH.value, lazy("Manda el importe de cada cuota")),
)
LOAN_BALANCES = (
    (LoanBalance.OLDEST_PAID.value, lazy("Lo que falta por pagar: lo pagado cubre las cuotas más antiguas")),
    (LoanBalance.IGNORED.value, lazy("Nada: todas las cuotas se deben completas")),
)
_BY_ITSELF = (("", lazy("Como se reconozca")),)
_HEADER_ROW_MAX = 60
_TERMS_DAYS_MAX = 365


class FilesField(forms.FileField):
    """Several files of one field, each checked by itself."""

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """Return the files that were sent."""
        given = data if isinstance(data, list) else [data]
        return [super(FilesField, self).clean(one, initial) for one in given or [None]]


class FilesInput(forms.FileInput):
    """A field that takes several files at once, chosen or dropped."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        """Return every file under this name."""
        return files.getlist(name) if hasattr(files, "getlist") else files.get(name)


class UploadForm(forms.Form):
    """Files to load."""

    file = FilesField(
        label=lazy("Archivo"),
        allow_empty_file=True,
        widget=FilesInput(attrs={"accept": _ACCEPTED, "multiple": True}),
        error_messages={"required": lazy("Elija un archivo."), "invalid": lazy("Elija un archivo.")},
    )
    kind = forms.ChoiceField(label=lazy("Qué trae"), choices=(*_BY_ITSELF, *KINDS), required=False)

    def clean_file(self) -> list[UploadedFile]:
        """Refuse files that are too large, or too many, before one is read."""
        given: list[UploadedFile] = self.cleaned_data["file"]
        if len(given) > _FILES_MAX:
            raise forms.ValidationError(_("Suba hasta %(max)s archivos a la vez.") % {"max": _FILES_MAX})
        if any((one.size or 0) > settings.IMPORT_FILE_BYTES_MAX for one in given):
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
    negatives = forms.ChoiceField(
        label=lazy("Importes negativos"), choices=(*_BY_ITSELF, *NEGATIVES), required=False
    )
    frequency = forms.ChoiceField(
        label=lazy("Frecuencia de pago de los créditos que no la dicen"),
        choices=(*_BY_ITSELF, *FREQUENCIES),
        required=False,
    )
    loan_amount = forms.ChoiceField(
        label=lazy("Importe de los créditos en una sola fila"),
        choices=(*_BY_ITSELF, *LOAN_AMOUNTS),
        required=False,
    )
    loan_balance = forms.ChoiceField(
        label=lazy("Saldo de los créditos en una sola fila"),
        choices=(*_BY_ITSELF, *LOAN_BALANCES),
        required=False,
    )
    terms_days = forms.IntegerField(
        label=lazy("Días de plazo de las facturas que no lo dicen"),
        min_value=0,
        max_value=_TERMS_DAYS_MAX,
        required=False,
    )
    sheet = forms.CharField(label=lazy("Hoja"), required=False, strip=False, widget=forms.Select)
    header_row = forms.IntegerField(
        label=lazy("Fila de los encabezados"),
        min_value=0,
        max_value=_HEADER_ROW_MAX,
        required=False,
        help_text=lazy("Vacío: donde se reconozcan. 0: el archivo no trae."),
    )
    is_full = forms.BooleanField(
        label=lazy("Archivo completo: trae todo lo que se debe"),
        required=False,
        help_text=lazy(
            "Lo que antes vino y ya no viene se da por saldado; si es mucho, una persona lo aprueba."
        ),
    )
    confirmed = forms.MultipleChoiceField(
        choices=[(code.value, code.value) for code in QuestionCode], required=False
    )

    def __init__(
        self,
        data: Any = None,
        *,
        columns: Sequence[dict[str, Any]],
        stored: Choices | None = None,
        sheets: Sequence[str] = (),
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
                "negatives": self._stored.negatives or "",
                "terms_days": self._stored.terms_days,
                "frequency": self._stored.frequency or "",
                "loan_amount": self._stored.loan_amount or "",
                "loan_balance": self._stored.loan_balance or "",
                "sheet": self._stored.sheet or "",
                "header_row": self._stored.header_row,
                "is_full": self._stored.is_full,
                "confirmed": [code.value for code in self._stored.confirmed],
            },
        )
        self._sheets = tuple(sheets)
        self.fields["sheet"].widget.choices = [*_BY_ITSELF, *((name, name) for name in sheets)]
        options = [(ATTRIBUTE, _("Dato extra del cliente")), *((one.value, one.value) for one in Field)]
        for column in columns:
            self.fields[f"column-{column['position']}"] = forms.ChoiceField(choices=options, required=False)

    def clean_sheet(self) -> str:
        """Take a sheet of the file, nothing else."""
        name: str = self.cleaned_data["sheet"]
        if name and name not in self._sheets and name != self._stored.sheet:
            raise forms.ValidationError(_("El archivo no tiene la hoja «%(name)s».") % {"name": name})
        return name

    def clean(self) -> dict[str, Any]:
        """Refuse one meaning for two columns."""
        data = super().clean() or {}
        if self._reads_elsewhere(data):
            return data
        chosen = [field for _position, field in self._said(data) if field and field not in REPEATABLE_FIELDS]
        for field in set(chosen):
            if chosen.count(field) > 1:
                name = intake.field_name(field=field)
                raise forms.ValidationError(_("Dos columnas no pueden ser «%(name)s».") % {"name": name})
        return data

    def choices(self) -> Choices:
        """Return what was said, to be asked of a valid form."""
        data = self.cleaned_data
        return replace(
            self._stored,
            kind=FileKind(data["kind"]) if data["kind"] else None,
            date_order=DateOrder(data["date_order"]) if data["date_order"] else None,
            decimal_sign=DecimalSign(data["decimal_sign"]) if data["decimal_sign"] else None,
            currency=data["currency"].upper() or None,
            negatives=NegativeMeaning(data["negatives"]) if data["negatives"] else None,
            terms_days=data["terms_days"],
            frequency=Frequency(data["frequency"]) if data["frequency"] else None,
            loan_amount=LoanAmount(data["loan_amount"]) if data["loan_amount"] else None,
            loan_balance=LoanBalance(data["loan_balance"]) if data["loan_balance"] else None,
            sheet=data["sheet"] or None,
            header_row=data["header_row"],
            is_full=data["is_full"],
            # Another sheet or row has other columns.
            columns=() if self._reads_elsewhere(data) else self._said(data),
            confirmed=frozenset(QuestionCode(code) for code in data["confirmed"]),
        )

    def _reads_elsewhere(self, data: Mapping[str, Any]) -> bool:
        where = (data.get("sheet") or None, data.get("header_row"))
        return where != (self._stored.sheet, self._stored.header_row)

    def _pointed(self) -> dict[int, str]:
        """Read which column was pointed out for a meaning that no column had ("FIELD:position")."""
        pointed: dict[int, str] = {}
        for pair in self.data.getlist("point") if hasattr(self.data, "getlist") else ():
            name, _colon, position = pair.partition(":")
            if name in Field.__members__ and position.isdecimal():
                pointed[int(position)] = name
        return pointed

    def _said(self, data: Mapping[str, Any]) -> tuple[tuple[int, Field | None], ...]:
        """Keep what was changed now or before; a column left as it was understood is left to Puntual."""
        before = dict(self._stored.columns)
        pointed = self._pointed()
        said: dict[int, Field | None] = {}
        for column in self._columns:
            position = column["position"]
            understood = column["field"] or ATTRIBUTE
            given = pointed.get(position) or data.get(f"column-{position}") or understood
            if given != understood:
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


class ProfileForm(forms.Form):
    """The name under which what was decided is kept."""

    name = forms.CharField(
        label=lazy("Nombre del perfil"),
        max_length=80,
        error_messages={"required": lazy("Escriba un nombre para el perfil.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
