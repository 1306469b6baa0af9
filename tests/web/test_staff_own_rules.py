"""Cumplimiento › Reglas propias: written by one, loosened by two, tried before it counts."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
import time_machine

from puntual.compliance import queries as compliance
from puntual.compliance.models import OwnLaw
from puntual.compliance.types import packs as p
from puntual.identity.models import User
from puntual.portfolio.models import Customer
from tests.conftest import NOW
from tests.factories import make_customer
from tests.outreach_factories import prepare
from tests.web.staff import sign_in, words_of
from tests.web.test_staff_laws import judge_now

PAGE = "/cumplimiento/reglas/propias/"
WHY = {"reason": "Cuidar a los clientes de años"}
CHANNELS = ["EMAIL", "CALL"]
GAP = {**WHY, "days": "4", "channels": CHANNELS}


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(autouse=True)
def plan(company: object) -> None:
    """Put the shipped plan and templates in force."""
    prepare()


def saved(user: User, kind: str, data: dict[str, Any], *, based_on: int = 0) -> str:
    """Save a rule of a kind, and return what the page says then."""
    answer = sign_in(user).post(
        f"{PAGE}nueva/{kind}/", {**data, "based_on": based_on, "guardar": "1"}, follow=True
    )
    return words_of(answer)


def own() -> tuple[p.Rule, ...]:
    return compliance.company_law(country="MX", at=NOW).own


@pytest.mark.feature("N-03")
@pytest.mark.parametrize(
    ("kind", "data", "said"),
    [
        (
            "window",
            {"mon_fri_from": "09:00", "mon_fri_to": "14:00", "channels": list(p.REACHING)},
            "La empresa solo contacta en este horario: lunes a viernes 9:00–14:00; sábado no se contacta",
        ),
        (
            "cap",
            {"max": "2", "counts": "attempt", "period": "day", "channels": CHANNELS},
            "Máximo 2 intentos al día. Por estos medios: correo, llamada.",
        ),
        ("gap", {"days": "4", "channels": CHANNELS}, "Al menos 4 días de un intento al siguiente."),
        (
            "cooldown",
            {"days": "7", "channels": CHANNELS},
            "Nada durante 7 días, desde el de una conversación.",
        ),
        ("reply_cap", {"max": "1", "channels": CHANNELS}, "Si ya contestó, 1 contacto más ese día."),
        ("lock", {"channels": CHANNELS}, "Tras un contacto, ningún otro medio en esa semana."),
        ("consent", {"channels": CHANNELS}, "Solo los medios que la persona autorizó."),
        ("party", {"allowed": ["DEBTOR"]}, "La empresa solo contacta a: titular."),
        (
            "flag",
            {"flags": ["older_adult"], "severity": "review", "channels": CHANNELS},
            "Objeta si: es una persona adulta mayor.",
        ),
        ("visit", {}, "La empresa no hace visitas."),
        ("content", {"first": ["complaints"]}, "El primer mensaje dice: dónde quejarse."),
    ],
)
def test_a_rule_of_each_kind_is_written_in_a_form_and_says_itself(
    cast: dict[str, User], kind: str, data: dict[str, Any], said: str
) -> None:
    page = saved(cast["manager"], kind, {**WHY, **data})

    assert "Está en vigor" in page
    assert said in page
    assert "Fuente: Regla de la empresa: Cuidar a los clientes de años" in page
    (rule,) = own()
    assert rule.kind == kind
    assert rule.id.startswith("E-")
    # The form shows it again, with all that was said.
    form = sign_in(cast["manager"]).get(f"{PAGE}{rule.id}/cambiar/").context["form"]
    for name, value in data.items():
        shown = form[name].value()
        assert (sorted(map(str, shown)) if isinstance(shown, tuple | list) else str(shown)[: len(value)]) == (
            sorted(value) if isinstance(value, list) else value
        )


@pytest.mark.parametrize(
    ("kind", "data", "said"),
    [
        ("window", {"mon_fri_from": "09:00", "channels": CHANNELS}, "Escriba las dos horas, o ninguna."),
        (
            "window",
            {"sat_from": "12:00", "sat_to": "11:00", "channels": CHANNELS},
            "La hora final va después de la inicial.",
        ),
        ("gap", {"days": "61", "channels": CHANNELS}, "A lo más 60."),
        ("gap", {"days": "4"}, "Elija al menos uno."),
        ("content", {}, "Elija al menos un dato."),
        ("flag", {"flags": ["older_adult"], "severity": "warn", "channels": CHANNELS}, "Elija de la lista."),
        ("gap", {**GAP, "reason": ""}, "Escriba por qué."),
        ("gap", {**GAP, "text": "corto"}, "Dígalo con más palabras."),
        ("gap", {**GAP, "based_on": "7"}, "cambiaron mientras tanto"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_kept(
    cast: dict[str, User], kind: str, data: dict[str, Any], said: str
) -> None:
    answer = sign_in(cast["manager"]).post(
        f"{PAGE}nueva/{kind}/", {"based_on": "0", **WHY, **data, "guardar": "1"}
    )

    assert answer.status_code == 422
    assert said in words_of(answer)
    assert not OwnLaw.objects.exists()


def test_a_rule_is_tried_before_it_counts(cast: dict[str, User]) -> None:
    customer: Customer = make_customer()
    judge_now(customer, flags=frozenset())
    noon = {**WHY, "mon_fri_from": "12:00", "mon_fri_to": "13:00", "channels": CHANNELS}

    with time_machine.travel(NOW.replace(hour=23), tick=False):
        answer = sign_in(cast["manager"]).post(
            f"{PAGE}nueva/window/", {**noon, "based_on": "0", "probar": "1"}
        )

    page = words_of(answer)
    assert answer.status_code == 200
    assert "E-WIN-01 Nueva" in page
    assert "1 que se permitió no se habría permitido a esa hora." in page
    assert not OwnLaw.objects.exists()


def test_to_take_a_rule_away_needs_another_person(cast: dict[str, User]) -> None:
    saved(cast["manager"], "gap", GAP)
    manager, owner = sign_in(cast["manager"]), sign_in(cast["owner"])

    manager.post(f"{PAGE}E-FREQ-01/quitar/", {**WHY, "form_key": str(uuid4())})

    waiting = OwnLaw.objects.get(state="PROPOSED")
    version = f"{PAGE}version/{waiting.pk}/"
    page = words_of(manager.get(version))
    assert "E-FREQ-01 Ya no está" in page
    assert "Usted la propuso: la aprueba otra persona." in page
    assert "Aprobar y poner en vigor" not in page
    refused = words_of(manager.post(f"{version}decidir/", {"decision": "aprobar"}, follow=True))
    assert "lo aprueba otra persona" in refused
    assert own() != ()
    assert "propuso un cambio" in words_of(owner.get(PAGE))
    owner.post(f"{version}decidir/", {"decision": "aprobar", "reason": "De acuerdo"})
    assert own() == ()
    assert "La aprobó" in words_of(owner.get(version))


def test_a_tighter_number_counts_at_once_and_a_looser_one_waits(cast: dict[str, User]) -> None:
    saved(cast["manager"], "gap", GAP)
    manager = sign_in(cast["manager"])
    edit = f"{PAGE}E-FREQ-01/cambiar/"

    manager.post(edit, {**GAP, "days": "9", "based_on": "1", "guardar": "1"})
    assert [one.days for one in own() if isinstance(one, p.GapRule)] == [9]

    manager.post(edit, {**GAP, "days": "2", "based_on": "2", "guardar": "1"})
    assert [one.days for one in own() if isinstance(one, p.GapRule)] == [9]
    assert OwnLaw.objects.filter(state="PROPOSED").count() == 1


def test_the_literal_reading_is_asked_for_signed_and_given_back(cast: dict[str, User]) -> None:
    manager, owner = sign_in(cast["manager"]), sign_in(cast["owner"])
    asked = {
        **WHY,
        "counsel": "Lic. Ejemplo, cédula 0000000",
        "basis": "Dictamen 4/2026",
        "until": "2027-03-31",
    }
    assert "sábado 7:00–22:00" in words_of(manager.get(f"{PAGE}literal/"))
    assert manager.post(f"{PAGE}literal/", {**asked, "counsel": ""}).status_code == 422
    assert manager.get(f"{PAGE}estricta/").status_code == 404

    page = words_of(manager.post(f"{PAGE}literal/", asked, follow=True))

    assert "permite más contactos que la lectura estricta" in page
    assert "Lic. Ejemplo" in page
    waiting = OwnLaw.objects.get(state="PROPOSED")
    owner.post(f"{PAGE}version/{waiting.pk}/decidir/", {"decision": "aprobar"})
    assert compliance.company_law(country="MX", at=NOW).is_literal
    assert "Lectura literal" in words_of(owner.get("/cumplimiento/reglas/"))
    manager.post(f"{PAGE}estricta/", {**WHY, "form_key": str(uuid4())})
    assert not compliance.company_law(country="MX", at=NOW).is_literal


def test_own_rules_are_read_where_the_law_is(cast: dict[str, User]) -> None:
    saved(cast["manager"], "gap", GAP)
    auditor = sign_in(cast["auditor"])

    assert "E-FREQ-01" in words_of(auditor.get("/cumplimiento/reglas/"))
    page = words_of(auditor.get(PAGE))
    assert "Al menos 4 días" in page
    assert "Quitar" not in page
    assert "Agregar regla" not in page
    refused = words_of(auditor.get("/cumplimiento/negativas/E-FREQ-01/"))
    assert "Al menos 4 días" in refused


def test_a_rule_or_a_kind_that_is_not_there_is_not_found(cast: dict[str, User]) -> None:
    manager = sign_in(cast["manager"])

    for way in ("nueva/info/", "E-FREQ-01/cambiar/", "E-FREQ-01/quitar/", "version/999/"):
        assert manager.get(PAGE + way).status_code == 404, way
    assert manager.post(f"{PAGE}version/999/decidir/").status_code in (302, 404)
