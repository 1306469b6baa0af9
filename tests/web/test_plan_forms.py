"""The forms of the plan editor and the file: what a form shows and sends back untouched is what the file says."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from puntual.assessment import queries as assessment
from puntual.plans import queries as plans
from puntual.staff.forms import plan_conditions, plan_parts, plan_specs
from puntual.staff.forms.plan_parts import PartForm

TEMPLATES = [("notice-1", "Aviso"), ("thanks", "Gracias")]
COMPARISONS = st.one_of(
    st.tuples(
        st.sampled_from(["dias_de_atraso", "documentos_vencidos", "pagados_tarde_12m"]),
        st.sampled_from(["=", "!=", "<", "<=", ">", ">="]),
        st.integers(0, 100),
    ).map(list),
    st.tuples(
        st.just("saldo_total"), st.just(">"), st.integers(0, 10**6), st.sampled_from(["MXN", "USD"])
    ).map(list),
    st.tuples(st.just("dias_de_atraso"), st.just("entre"), st.just(1), st.just(30)).map(list),
    st.tuples(st.just("canal_que_responde"), st.just("es uno de"), st.just(["correo", "sms"])).map(list),
    st.tuples(st.sampled_from(["en_pausa", "tiene_correo"]), st.just("="), st.booleans()).map(list),
    st.tuples(
        st.just("atributo.zona"), st.sampled_from(["=", "contiene"]), st.sampled_from(["norte", "5", "a b"])
    ).map(list),
    st.tuples(st.just("atraso_habitual"), st.sampled_from(["se conoce", "no se conoce"])).map(list),
)
# Lists of one are written by the form as what is in them.
CONDITIONS = st.recursive(
    COMPARISONS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: {"todas": parts}),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: {"alguna": parts}),
        inner.map(lambda one: {"no": one}),
    ),
    max_leaves=8,
)


def sent_of_condition(shown: dict[str, Any]) -> dict[str, str]:
    """Return what a browser sends of a condition that is shown."""
    if not shown["is_group"]:
        names = {"fact": "fact", "op": "operator", "value": "value", "last": "last"}
        found = {f"{shown['name']}.{name}": str(shown[own]) for name, own in names.items()}
        if shown["is_money"]:
            found[f"{shown['name']}.currency"] = shown["currency"]
        return found
    found = {f"{shown['name']}.kind": shown["kind"]}
    for part in shown["parts"]:
        found |= sent_of_condition(part)
    return found


def sent_of(groups: list[dict[str, Any]]) -> dict[str, str]:
    """Return what a browser sends of a form that is shown."""
    found: dict[str, str] = {}
    for group in groups:
        for field in group["fields"]:
            if field["kind"] == "rows":
                found |= sent_of([{"fields": row["fields"]} for row in field["rows"]])
            elif field["kind"] == "condition":
                found |= sent_of_condition(field["tree"]) if field["tree"] else {}
            elif field["kind"] == "several":
                found |= {f"{field['name']}.{place}": value for place, value in field["values"]}
            elif field["kind"] != "flag":
                found[field["name"]] = str(field["value"])
            elif field["value"]:
                found[field["name"]] = "on"
    return found


def parts_of(data: Any) -> list[PartForm]:
    """List every form of a plan."""
    stages, segments = plan_specs.members(data, "etapas"), plan_specs.members(data, "segmentos")
    steps = [
        ("estrategias", at, "pasos", place)
        for at, _one in plan_specs.members(data, "estrategias")
        for place, _step in plan_specs.members(data, "estrategias", at, "pasos")
    ]
    return [
        plan_specs.plan_form(),
        plan_specs.policy_form(data=data),
        plan_specs.resources_form(data=data),
        plan_specs.goals_form(data=data),
        *(plan_specs.stage_form(data=data, path=("etapas", at), is_first=at == 0) for at, _one in stages),
        *(
            plan_specs.segment_form(data=data, path=("segmentos", at), is_last=at == len(segments) - 1)
            for at, _one in segments
        ),
        *(plan_specs.step_form(data=data, path=path, templates=TEMPLATES) for path in steps),
    ]


@pytest.mark.feature("N-15")
@pytest.mark.parametrize("key", plans.shipped_keys())
def test_every_form_sent_back_untouched_says_what_the_file_says(key: str) -> None:
    data = plans.data_of(text=plans.shipped_text(key=key))

    for form in parts_of(data):
        part = plans.part_of(data=data, path=form.path) or {}
        groups = plan_parts.shown_groups(form, part, currency="MXN", trees={}, told={})

        assert plan_parts.sent_part(form, part, sent_of(groups)) == part, form.path


@settings(max_examples=200)
@given(CONDITIONS)
def test_a_condition_that_is_shown_and_sent_back_asks_the_same(raw: Any) -> None:
    tree = plan_conditions.tree_of(raw)
    assert tree is not None

    sent = sent_of_condition(plan_conditions.shown(tree, name="si", currency="MXN"))
    back = plan_conditions.raw_of(plan_conditions.sent_tree(sent, "si"))

    wanted, wrong = assessment.understood(raw=raw, currency="MXN")
    found, _none = assessment.understood(raw=back, currency="MXN")
    assert wrong == []
    assert found == wanted


@pytest.mark.parametrize(
    "raw", ["siempre", {"todas": "x"}, {"otra": []}, [1, 2], [["dias_de_atraso"]], {"a": 1, "b": 2}]
)
def test_a_condition_that_no_form_can_show_is_left_as_it_is(raw: Any) -> None:
    form = plan_specs.segment_form(data={}, path=("segmentos", 0), is_last=False)
    part = {"clave": "uno", "nombre": "Uno", "si": raw}

    assert plan_conditions.tree_of(raw) is None
    assert plan_parts.sent_part(form, part, {"nombre": "Uno", "si.kind": "todas"}) == part


@pytest.mark.parametrize(
    ("_case", "act", "expected"),
    [
        ("a row", "add:", {"todas": [["dias_de_atraso", ">=", 1], ["dias_de_atraso", ">="]]}),
        ("a row of a group", "add:0", ["dias_de_atraso", ">=", 1]),
        ("gone", "drop:0", None),
        ("nothing there", "drop:7", ["dias_de_atraso", ">=", 1]),
        ("nonsense", "x", ["dias_de_atraso", ">=", 1]),
    ],
)
def test_a_button_changes_the_rows_it_is_about(_case: str, act: str, expected: Any) -> None:
    tree = plan_conditions.tree_of(["dias_de_atraso", ">=", 1])
    assert tree is not None

    assert plan_conditions.raw_of(plan_conditions.changed(tree, act)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$1,250.50", 1250.5),
        ("12 %", 12),
        ("9999999999999999", 9999999999999999),
        ("0.00", 0),
        ("pronto", "pronto"),
        ("NaN", "NaN"),
        # Written out they would be lines of digits, and of some no server would see the end.
        ("1e400", "1e400"),
        ("1e-400", "1e-400"),
        ("0e400", "0e400"),
        ("-1e400", "-1e400"),
    ],
)
def test_a_number_is_read_as_people_write_it_and_within_measure(text: str, expected: Any) -> None:
    form = plan_specs.policy_form(data={})

    part = plan_parts.sent_part(form, {}, {"dias_de_gracia": text})
    compared = plan_conditions.raw_of(plan_conditions.Test("dias_de_atraso", ">", [text]))

    assert part.get("dias_de_gracia", 0) == expected
    assert compared == ["dias_de_atraso", ">", expected]
