"""A company's own rule of contact, and the sign-off of the literal reading."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from puntual.compliance.operations.own_law import LITERAL_DAYS_MAX
from puntual.compliance.queries.reading import read_rule
from puntual.compliance.queries.rule_words import FLAGS, STATEMENTS
from puntual.compliance.types import packs as p
from puntual.compliance.types.own import DAYS_MAX, OWN_RULE
from puntual.contacts.types import OwnerRole
from puntual.staff.forms.case import choice_field, words
from puntual.web.fields import BoundDayField
from puntual.web.words_of_law import week_words

# What may be known of a person or an address; what a contact itself does is not for a company to allow or forbid.
OFFERED = (
    p.Flag.HARDSHIP,
    p.Flag.OLDER_ADULT,
    p.Flag.DISABILITY,
    p.Flag.INSOLVENT,
    p.Flag.REPRESENTED,
    p.Flag.TIME_BARRED,
    p.Flag.ON_AD_REGISTER,
    p.Flag.FIRST_CONTACT,
    p.Flag.PROMISED,
)
_DAY_TYPES = {
    "mon_fri": lazy("Lunes a viernes"),
    "sat": lazy("Sábado"),
    "sun": lazy("Domingo"),
    "holiday": lazy("Día festivo"),
}
_COUNTED = [
    ("attempt", lazy("Intentos: todo lo que la empresa inicia")),
    ("delivery", lazy("Contactos que llegan: conversación, mensaje o recado")),
    ("conversation", lazy("Conversaciones")),
]
_PERIODS = [
    ("day", lazy("al día")),
    ("rolling_7d", lazy("en siete días seguidos")),
    ("week", lazy("por semana, de calendario y de siete días")),
    ("month", lazy("al mes, de calendario y de treinta días")),
]
# In the order in which they are offered.
KINDS: Mapping[str, tuple[Any, Any]] = {
    "window": (lazy("Horario"), lazy("Solo se contacta en estos días y horas.")),
    "cap": (lazy("Límite"), lazy("No más de tantos contactos en un periodo.")),
    "gap": (lazy("Separación"), lazy("Días que pasan entre un intento y el siguiente.")),
    "cooldown": (lazy("Descanso"), lazy("Días sin contacto después de conversar con la persona.")),
    "reply_cap": (lazy("Cuando contesta"), lazy("Cuántos contactos más, el día en que la persona contestó.")),
    "lock": (lazy("Un solo medio"), lazy("Tras un contacto, ningún otro medio en esa semana.")),
    "consent": (lazy("Autorización"), lazy("Solo por los medios que la persona autorizó.")),
    "party": (lazy("Personas"), lazy("A quién se puede contactar por la deuda.")),
    "flag": (
        lazy("Circunstancia"),
        lazy("Qué se sabe de la persona para no contactarla, o para decidirlo antes."),
    ),
    "visit": (lazy("Visitas"), lazy("No se hacen visitas.")),
    "content": (lazy("Contenido"), lazy("Qué debe decir cada mensaje de cobranza.")),
}
_WITH_CHANNELS = {"window", "cap", "gap", "cooldown", "reply_cap", "lock", "consent", "flag"}
_TEXT_MIN = 10


class OwnRuleForm(forms.Form):
    """One rule of a kind: its numbers, how it reads, and why."""

    def __init__(self, data: Any = None, *, kind: str, today: date, rule: p.Rule | None = None) -> None:
        super().__init__(data)
        self.kind = kind
        self._add_numbers()
        if kind in _WITH_CHANNELS:
            channels = [one for one in words("channel") if one[0] in set(p.REACHING)]
            self.fields["channels"] = _boxes(
                _("Por qué medios"), channels, initial=[one.value for one in p.REACHING], is_required=True
            )
        self.fields["valid_to"] = BoundDayField(
            label=_("Vale hasta"),
            required=False,
            first=today,
            last=today + timedelta(days=3660),
            help_text=_("En blanco: hasta que se quite."),
        )
        self.fields["text"] = forms.CharField(
            label=_("Cómo se lee"),
            required=False,
            min_length=_TEXT_MIN,
            max_length=300,
            widget=forms.Textarea(attrs={"rows": 2}),
            help_text=_(
                "Es lo que leen el equipo y la persona cuando la regla objeta. En blanco: se redacta sola."
            ),
            error_messages={"min_length": _("Dígalo con más palabras.")},
        )
        self.fields["reason"] = reason_field()
        if rule is not None:
            self.initial = _said(rule)

    def _add_numbers(self) -> None:
        make = _NUMBERS.get(self.kind)
        if make is not None:
            self.fields.update(make())

    def days(self) -> list[tuple[Any, forms.BoundField, forms.BoundField]]:
        """List the types of day, each with the two fields of its hours."""
        return [(label, self[f"{day}_from"], self[f"{day}_to"]) for day, label in _DAY_TYPES.items()]

    def clean(self) -> dict[str, Any]:
        """Refuse hours that are only half said, and content that asks for nothing."""
        data = super().clean() or {}
        if self.kind == "window":
            for day in _DAY_TYPES:
                start, end = data.get(f"{day}_from"), data.get(f"{day}_to")
                if (start is None) is not (end is None):
                    self.add_error(f"{day}_to", _("Escriba las dos horas, o ninguna."))
                elif start is not None and end is not None and start >= end:
                    self.add_error(f"{day}_to", _("La hora final va después de la inicial."))
            if not self.errors and not any(data.get(f"{day}_from") for day in _DAY_TYPES):
                self.add_error(None, _("Deje al menos un día con horas: sin ninguno no se contacta a nadie."))
        if self.kind == "content" and not data.get("first") and not data.get("later"):
            self.add_error("first", _("Elija al menos un dato."))
        return data

    def rule(self, *, rule_id: str) -> p.Rule:
        """Return the rule that a good form describes; its words are kept in Spanish, whoever wrote it."""
        with translation.override("es"):
            return self._rule(rule_id)

    def _rule(self, rule_id: str) -> p.Rule:
        data = self.cleaned_data
        said: dict[str, Any] = {
            "id": rule_id,
            "kind": self.kind,
            "status": "policy",
            "source": _("Regla de la empresa: %s") % data["reason"],
            "valid_to": data["valid_to"],
            # Its own words take the place of these, which no rule may lack.
            "text": data["text"] or _("Regla propia de la empresa."),
            **_built(self.kind, data),
        }
        if self.kind in _WITH_CHANNELS:
            said["channels"] = data["channels"]
        built = OWN_RULE.validate_python(said)
        return built if data["text"] else built.model_copy(update={"text": sentence(built)})


def sentence(rule: p.Rule) -> str:
    """Say an own rule in words, from its numbers."""
    read = read_rule(rule=rule)
    said = " ".join(read.details)
    if read.week is not None:
        said = _("La empresa solo contacta en este horario: %s.") % week_words(week=read.week)
    if read.roles:
        said = _("La empresa solo contacta a: %s.") % _named("owner", read.roles)
    if isinstance(rule, p.VisitRule):
        said = _("La empresa no hace visitas.")
    if 0 < len(read.channels) < len(p.REACHING):
        by = _("Por estos medios: %s.") % _named("channel", read.channels)
        said = f"{said} {by}"
    return said


def _named(kind: str, codes: Any) -> str:
    labels = dict(words(kind))
    return ", ".join(str(labels[one]).lower() for one in codes)


def reason_field() -> forms.CharField:
    """Make the field for why the company's own law changes."""
    return forms.CharField(
        label=_("Por qué"),
        max_length=250,
        min_length=5,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={
            "required": _("Escriba por qué."),
            "min_length": _("Dígalo con más palabras."),
            "max_length": _("Es demasiado largo."),
        },
    )


def _boxes(label: str, choices: Any, *, initial: Any = None, is_required: bool = False) -> forms.Field:
    return forms.MultipleChoiceField(
        label=label,
        required=is_required,
        choices=choices,
        initial=initial,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Elija al menos uno."), "invalid_choice": _("Elija de la lista.")},
    )


def _number(label: str, *, least: int, most: int, help_text: str = "") -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=least,
        max_value=most,
        help_text=help_text,
        error_messages={
            "required": _("Escriba el número."),
            "invalid": _("Escriba un número entero."),
            "min_value": _("Al menos %s.") % least,
            "max_value": _("A lo más %s.") % most,
        },
    )


def _hours() -> dict[str, forms.Field]:
    made: dict[str, forms.Field] = {}
    for day, label in _DAY_TYPES.items():
        for side, word in (("from", _("desde")), ("to", _("hasta"))):
            made[f"{day}_{side}"] = forms.TimeField(
                label=f"{label}, {word}",
                required=False,
                widget=forms.TimeInput(
                    attrs={"type": "time", "aria-label": f"{label}, {word}"}, format="%H:%M"
                ),
                error_messages={"invalid": _("Escriba la hora.")},
            )
    return made


def _cap() -> dict[str, forms.Field]:
    return {
        "max": _number(_("A lo más"), least=1, most=99),
        "counts": choice_field(label=_("Qué se cuenta"), choices=_COUNTED),
        "period": choice_field(label=_("En cuánto tiempo"), choices=_PERIODS),
    }


def _days() -> dict[str, forms.Field]:
    return {"days": _number(_("Días"), least=1, most=DAYS_MAX)}


def _party() -> dict[str, forms.Field]:
    roles = [one for one in words("owner") if one[0] != OwnerRole.UNKNOWN]
    return {"allowed": _boxes(_("A quién sí"), roles, initial=["DEBTOR"], is_required=True)}


def _flag() -> dict[str, forms.Field]:
    severities = [
        ("block", _("No se le contacta")),
        ("review", _("Antes de cada contacto decide una persona")),
    ]
    return {
        "flags": _boxes(_("Si se sabe que"), [(one.value, FLAGS[one]) for one in OFFERED], is_required=True),
        "severity": choice_field(label=_("Entonces"), choices=severities, widget=forms.RadioSelect),
    }


def _content() -> dict[str, forms.Field]:
    told = [(one.value, STATEMENTS[one]) for one in p.Statement if one not in _NOT_READ]
    return {
        "first": _boxes(_("El primer mensaje dice"), told),
        "later": _boxes(_("Los siguientes dicen"), told),
    }


# No template is read for these.
_NOT_READ = {p.Statement.SPLIT, p.Statement.DEBT_COLLECTOR}
_NUMBERS: Mapping[str, Callable[[], dict[str, forms.Field]]] = {
    "window": _hours,
    "cap": _cap,
    "gap": _days,
    "cooldown": _days,
    "reply_cap": lambda: {"max": _number(_("Contactos más"), least=0, most=20)},
    "party": _party,
    "flag": _flag,
    "content": _content,
}


def _built(kind: str, data: dict[str, Any]) -> dict[str, Any]:
    """Put what a form said of a kind into the numbers of its rule."""
    if kind == "window":
        return {
            "hours": {
                day: (data[f"{day}_from"], data[f"{day}_to"]) if data[f"{day}_from"] else None
                for day in _DAY_TYPES
            }
        }
    if kind == "cap":
        return {"limits": [{name: data[name] for name in ("counts", "max", "period")}]}
    names = {
        "gap": ("days",),
        "cooldown": ("days",),
        "reply_cap": ("max",),
        "party": ("allowed",),
        "flag": ("flags", "severity"),
        "content": ("first", "later"),
    }.get(kind, ())
    return {name: data[name] for name in names}


def _said(rule: p.Rule) -> dict[str, Any]:
    """Put a rule into what its form shows."""
    said: dict[str, Any] = rule.model_dump(mode="json")
    said["valid_to"] = rule.valid_to
    with translation.override("es"):
        said["text"] = "" if rule.text == sentence(rule) else rule.text
    if isinstance(rule, p.WindowRule):
        for day in _DAY_TYPES:
            window = getattr(rule.hours, day)
            if window is not None:
                said[f"{day}_from"], said[f"{day}_to"] = window
    if isinstance(rule, p.CapRule):
        said |= rule.limits[0].model_dump(mode="json")
    return said


class LiteralForm(forms.Form):
    """Who answers for the literal reading of the law, on what ground, and until when."""

    counsel = forms.CharField(
        label=lazy("Quién lo dictamina"),
        max_length=200,
        help_text=lazy("Nombre y cédula o matrícula de la persona abogada."),
        error_messages={"required": lazy("Escriba quién lo dictamina.")},
    )
    basis = forms.CharField(
        label=lazy("Fundamento"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=lazy("El dictamen y su fecha, y los artículos en que se apoya."),
        error_messages={"required": lazy("Escriba el fundamento.")},
    )

    def __init__(self, data: Any = None, *, today: date) -> None:
        super().__init__(data)
        self.fields["until"] = BoundDayField(
            label=_("Hasta qué día"),
            first=today,
            last=today + timedelta(days=LITERAL_DAYS_MAX - 1),
            help_text=_("A lo más un año: entonces se revisa otra vez."),
        )
        self.fields["reason"] = reason_field()
