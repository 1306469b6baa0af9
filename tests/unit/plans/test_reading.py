"""A plan out of its file: what is understood, and every way in which it is refused with its place."""

import json
from collections.abc import Callable
from decimal import Decimal

import pytest

from puntual.plans import queries, rules
from puntual.plans.types import FORMAT, MalformedPlan, PlanFault, PlanFile, Tone

SHIPPED = queries.shipped_text(key="facturas-mx")
SMALL = """# Un plan corto.
formato: puntual-plan-1
clave: corto
nombre: Plan corto
politica:
  saldo_minimo: {MXN: 100.50}
  quitas:
    - {etapa: vencida, rol: gerente, hasta_porcentaje: 10}
recursos:
  equipos:
    - {clave: gestores, nombre: Gestores}
etapas:
  - {clave: al-dia, nombre: Al día, tipo: preventiva}
  - {clave: vencida, nombre: Vencida, tipo: administrativa, entra: [dias_de_atraso, ">=", 1]}
segmentos:
  - {clave: grande, nombre: Grande, si: [saldo_total, ">", 10000]}
  - {clave: resto, nombre: Resto}
estrategias:
  - etapas: [vencida]
    segmentos: [grande]
    pasos:
      # Primero un correo.
      - {clave: aviso, nombre: Aviso, ancla: atraso, dias: 3, canal: correo, plantilla: notice-1}
      - {clave: llamada, nombre: Llamada, ancla: atraso, dias: 8, canal: llamada, equipo: gestores}
      - {clave: juridico, nombre: A jurídico, ancla: entrada-a-etapa, dias: 90, mueve_a: juridico}
"""


def refused(text: str, templates: frozenset[str] | None = None) -> list[tuple[PlanFault, int]]:
    """Return what is wrong with a plan, with its line."""
    with pytest.raises(MalformedPlan) as found:
        rules.read_text(text, templates=templates)
    return [(fault.code, fault.line) for fault in found.value.faults]


def _with_description(said: str) -> Callable[[str], str]:
    """Give the plan a description, written as YAML."""
    return lambda text: text.replace("nombre: Plan corto\n", f"nombre: Plan corto\ndescripcion: {said}\n")


def test_a_plan_is_read_as_it_is_written() -> None:
    plan = rules.read_text(SMALL)

    assert plan.format == FORMAT
    assert plan.policy.balance_min == {"MXN": Decimal("100.50")}
    assert [step.key for _strategy, step in plan.steps()] == ["aviso", "llamada", "juridico"]
    assert plan.strategies[0].steps[0].tone is Tone.WARM


@pytest.mark.feature("PLN-01")
@pytest.mark.parametrize("key", queries.shipped_keys())
def test_every_plan_that_comes_with_the_product_is_whole(key: str) -> None:
    plan = rules.read_text(queries.shipped_text(key=key))
    compiled = rules.compiled(plan)

    assert plan.key == key
    assert [step.number for step in compiled.steps] == list(range(1, len(compiled.steps) + 1))


@pytest.mark.feature("N-15")
def test_what_a_plan_says_as_data_is_the_same_plan() -> None:
    plan = rules.read_text(SHIPPED)
    raw = json.loads(json.dumps(plan.model_dump(mode="json", by_alias=True)))

    assert rules.read_raw(raw) == plan
    assert rules.compiled(rules.read_raw(raw)) == rules.compiled(plan)


def test_the_published_schema_names_the_parts_as_the_file_does() -> None:
    schema = queries.schema_document()

    assert set(schema["required"]) == {"formato", "clave", "nombre", "etapas", "segmentos", "estrategias"}
    assert schema["additionalProperties"] is False


@pytest.mark.parametrize(
    ("_case", "change", "expected"),
    [
        ("not yaml", lambda text: text.replace("[vencida]", "[vencida"), [(PlanFault.NOT_YAML, 20)]),
        ("a list", lambda _text: "- uno\n- dos\n", [(PlanFault.NOT_A_PLAN, 0)]),
        ("nothing", lambda _text: "", [(PlanFault.NOT_A_PLAN, 0)]),
        (
            "twice",
            lambda text: text.replace("nombre: Plan corto", "clave: otra"),
            [(PlanFault.REPEATED_NAME, 4)],
        ),
        (
            "alias",
            lambda text: text.replace("[dias_de_atraso", "&a [dias_de_atraso").replace(
                'si: [saldo_total, ">", 10000]', "si: *a"
            ),
            [(PlanFault.ALIAS, 16)],
        ),
        ("a mark", _with_description("!foo bar"), [(PlanFault.TAGGED, 5)]),
        ("a set", _with_description("!!set {a, b}"), [(PlanFault.TAGGED, 5)]),
        ("no number", _with_description(".nan"), [(PlanFault.NOT_STORABLE, 5)]),
        ("endless", _with_description("[1, -.inf]"), [(PlanFault.NOT_STORABLE, 5)]),
        ("a zero byte", _with_description('"a\\0b"'), [(PlanFault.NOT_STORABLE, 5)]),
        ("half a letter", _with_description('"\\ud800"'), [(PlanFault.NOT_STORABLE, 5)]),
        (
            "a number of thousands of digits",
            _with_description("0x" + "f" * 5000),
            [(PlanFault.NOT_STORABLE, 5)],
        ),
        ("half a letter in a name", _with_description('{"\\ud800": 1}'), [(PlanFault.NOT_STORABLE, 5)]),
        ("a name that is none", _with_description("{1: a, '1': b}"), [(PlanFault.UNKNOWN_NAME, 5)]),
        (
            "no list",
            lambda text: text.replace("estrategias:\n", "estrategias: hola\nx:\n"),
            [(PlanFault.NOT_A_LIST, 18), (PlanFault.UNKNOWN_NAME, 19)],
        ),
        (
            "no parts",
            lambda text: text.replace("recursos:\n", "recursos: hola\nx:\n"),
            [(PlanFault.NOT_NAMED, 9), (PlanFault.UNKNOWN_NAME, 10)],
        ),
        (
            "parts for a value",
            lambda text: text.replace("nombre: Grande", "nombre: {a: 1}"),
            [(PlanFault.NOT_ONE_VALUE, 16)],
        ),
        (
            "a list for a word",
            lambda text: text.replace("ancla: atraso, dias: 3", "ancla: [x], dias: 3"),
            [(PlanFault.NOT_ONE_VALUE, 23)],
        ),
        ("too large", lambda text: text + "#" * 500_001, [(PlanFault.TOO_LARGE, 0)]),
        ("missing", lambda text: text.replace("clave: corto\n", ""), [(PlanFault.MISSING, 1)]),
        (
            "unknown",
            lambda text: text.replace("clave: corto", "clave: corto\ncolor: rojo"),
            [(PlanFault.UNKNOWN_NAME, 4)],
        ),
        ("wrong type", lambda text: text.replace("dias: 3", "dias: pronto"), [(PlanFault.WRONG_TYPE, 23)]),
        (
            "no such word",
            lambda text: text.replace("canal: correo", "canal: fax"),
            [(PlanFault.NOT_ONE_OF, 23)],
        ),
        (
            "wrong form",
            lambda text: text.replace("clave: aviso", "clave: Aviso 1"),
            [(PlanFault.WRONG_FORM, 23)],
        ),
        ("too small", lambda text: text.replace("dias: 3", "dias: -900"), [(PlanFault.TOO_SMALL, 23)]),
        (
            "too big",
            lambda text: text.replace("hasta_porcentaje: 10", "hasta_porcentaje: 101"),
            [(PlanFault.TOO_BIG, 8)],
        ),
        ("too short", lambda text: text.replace("nombre: Aviso", 'nombre: ""'), [(PlanFault.TOO_SHORT, 23)]),
        ("first form", lambda _text: "clave: x\npasos: []\n", [(PlanFault.OLD_FORMAT, 1)]),
        (
            "repeated key",
            lambda text: text.replace("clave: llamada", "clave: aviso"),
            [(PlanFault.REPEATED_KEY, 24)],
        ),
        (
            "no such stage",
            lambda text: text.replace("etapas: [vencida]", "etapas: [morosa]"),
            [(PlanFault.NO_SUCH_STAGE, 19)],
        ),
        (
            "no such segment",
            lambda text: text.replace("segmentos: [grande]", "segmentos: [enorme]"),
            [(PlanFault.NO_SUCH_SEGMENT, 20)],
        ),
        (
            "no such team",
            lambda text: text.replace("equipo: gestores", "equipo: nadie"),
            [(PlanFault.NO_SUCH_TEAM, 24)],
        ),
        (
            "no such target",
            lambda text: text.replace("mueve_a: juridico", "mueve_a: luna"),
            [(PlanFault.NO_SUCH_TARGET, 25)],
        ),
        (
            "last segment with a condition",
            lambda text: text.replace("nombre: Resto}", "nombre: Resto, si: [saldo_total, '>', 1]}"),
            [(PlanFault.NO_LAST_SEGMENT, 17)],
        ),
        (
            "segment that takes everybody",
            lambda text: text.replace(', si: [saldo_total, ">", 10000]', ""),
            [(PlanFault.SEGMENT_NEVER, 16)],
        ),
        (
            "stages out of order",
            lambda text: text.replace("tipo: preventiva", "tipo: judicial"),
            [(PlanFault.STAGES_OUT_OF_ORDER, 14)],
        ),
        (
            "stage without entry",
            lambda text: text.replace(', entra: [dias_de_atraso, ">=", 1]', ""),
            [(PlanFault.STAGE_WITHOUT_ENTRY, 14)],
        ),
        (
            "first stage with entry",
            lambda text: text.replace(
                "tipo: preventiva", "tipo: preventiva, entra: [dias_de_atraso, '<', 1]"
            ),
            [(PlanFault.FIRST_STAGE_ENTERS, 13)],
        ),
        (
            "nothing to do",
            lambda text: text.replace(", mueve_a: juridico", ""),
            [(PlanFault.NOTHING_TO_DO, 25)],
        ),
        (
            "two things to do",
            lambda text: text.replace("mueve_a: juridico", "mueve_a: juridico, canal: llamada"),
            [(PlanFault.TWO_THINGS_TO_DO, 25)],
        ),
        (
            "no template",
            lambda text: text.replace(", plantilla: notice-1", ""),
            [(PlanFault.NO_TEMPLATE, 23)],
        ),
        (
            "template of a task",
            lambda text: text.replace("canal: llamada", "canal: llamada, plantilla: notice-1"),
            [(PlanFault.TEMPLATE_OF_TASK, 24)],
        ),
        (
            "channel twice",
            lambda text: text.replace("canal: correo", "canal: correo, alternativas: [correo]"),
            [(PlanFault.REPEATED_CHANNEL, 23)],
        ),
        (
            "due after",
            lambda text: text.replace("ancla: atraso, dias: 3", "ancla: vencimiento, dias: 3"),
            [(PlanFault.DUE_AFTER, 23)],
        ),
        (
            "offer above the limit",
            lambda text: text.replace("dias: 3,", "dias: 3, oferta: {descuento: 11},"),
            [(PlanFault.OFFER_ABOVE_LIMIT, 23)],
        ),
        (
            "goal without target",
            lambda text: text + "objetivos: [{kpi: DSO, desde: 2027-01-01, hasta: 2027-12-31}]\n",
            [(PlanFault.GOAL_WITHOUT_TARGET, 26)],
        ),
        (
            "period backwards",
            lambda text: text + "objetivos: [{kpi: DSO, meta: 35, desde: 2027-12-31, hasta: 2027-01-01}]\n",
            [(PlanFault.PERIOD_BACKWARDS, 26)],
        ),
        (
            "charge without value",
            lambda text: text.replace(
                "politica:\n", "politica:\n  cargo_por_mora: {tipo: fijo, porcentaje: 3}\n"
            ),
            [(PlanFault.CHARGE_WITHOUT_VALUE, 6)],
        ),
        ("condition", lambda text: text.replace("saldo_total", "saldo_totl"), [(PlanFault.CONDITION, 16)]),
        (
            "everything at once",
            lambda text: text.replace("saldo_total", "saldo_totl").replace(
                "equipo: gestores", "equipo: nadie"
            ),
            [(PlanFault.CONDITION, 16), (PlanFault.NO_SUCH_TEAM, 24)],
        ),
    ],
)
def test_what_is_wrong_with_a_plan_is_told_with_its_line(
    _case: str, change: Callable[[str], str], expected: list[tuple[PlanFault, int]]
) -> None:
    changed = change(SMALL)
    assert changed != SMALL

    assert refused(changed) == expected


def test_a_step_may_name_only_templates_that_there_are() -> None:
    assert refused(SMALL, frozenset({"thanks"})) == [(PlanFault.NO_SUCH_TEMPLATE, 23)]
    assert isinstance(rules.read_text(SMALL, templates=frozenset({"notice-1"})), PlanFile)


def test_an_offer_keeps_to_the_limit_of_each_stage_in_which_its_step_is_taken() -> None:
    templates = frozenset({"notice-1"})
    within = SMALL.replace("dias: 3,", "dias: 3, oferta: {descuento: 10},")
    everywhere = within.replace(
        "  - etapas: [vencida]\n    segmentos: [grande]\n", "  - segmentos: [grande]\n"
    )

    assert queries.understood(text=within, templates=templates)[1] == ()
    _plan, faults = queries.understood(text=everywhere, templates=templates)

    assert [(fault.code, fault.line, queries.fault_sentence(fault=fault)) for fault in faults] == [
        (
            PlanFault.OFFER_ABOVE_STAGE,
            22,
            "El paso «Aviso» ofrece 10 % de descuento y en la etapa «Al día» la política permite hasta 0 %.",
        )
    ]
    # What was put in force before it was told is still read.
    assert rules.read_text(everywhere).key == "corto"


@pytest.mark.parametrize(
    "text", ["a: !!python/object/apply:os.system ['true']\n", "a: !x 1\n", "\x00", "%YAML 9.9\n---\na: 1\n"]
)
def test_no_text_is_more_than_data(text: str) -> None:
    with pytest.raises(MalformedPlan):
        rules.read_text(text)


def test_a_file_nested_without_end_is_refused() -> None:
    with pytest.raises(MalformedPlan):
        rules.read_text("a: " + "[" * 20_000)


@pytest.mark.parametrize(("days", "is_told"), [(-2, True), (0, True), (1, False)])
def test_a_step_that_would_be_its_own_reason_every_day_is_told_to_whoever_writes_it(
    days: int, is_told: bool
) -> None:
    text = SMALL.replace("ancla: atraso, dias: 3", f"ancla: ultimo-contacto, dias: {days}")
    templates = frozenset({"notice-1"})

    found, faults = queries.understood(text=text, templates=templates)

    assert [fault.code for fault in faults] == (["every-day"] if is_told else [])
    assert (found is None) == is_told
    # What was put in force before it was told is still read.
    assert rules.read_text(text).key == "corto"
