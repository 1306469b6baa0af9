"""Conditions over facts: what may be written, what is refused with which fault, and what they say of a customer."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puntual.assessment.rules import catalogue
from puntual.assessment.rules.conditions import (
    Fault,
    MalformedCondition,
    comparisons,
    holds,
    read,
    reads_profile,
    write,
)
from puntual.assessment.types import (
    ALWAYS,
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    Facts,
    Not,
    Operator,
    Profile,
)
from tests.unit.assessment.asked import CONDITIONS, comparisons_of

TODAY = date(2026, 11, 23)
SOMEBODY = Facts(
    customer_id=1,
    as_of=TODAY,
    open_amounts=(("MXN", Decimal("15000.00")), ("USD", Decimal("20.00"))),
    overdue_amounts=(("MXN", Decimal("9000.00")),),
    open_count=4,
    overdue_count=2,
    disputed_count=0,
    held_count=0,
    oldest_due_date=TODAY - timedelta(days=45),
    coming_due_dates=(TODAY + timedelta(days=3),),
    days_past_due=45,
    promise_due_date=None,
    promise_made_on=None,
    broken_promise_on=TODAY - timedelta(days=2),
    last_payment_on=None,
    hold_until=None,
    hold_reason=None,
    has_customer_dispute=False,
    broken_count_12m=1,
    paid_count_12m=8,
    late_count_12m=3,
    average_days_late_12m=Decimal("4.5"),
    buckets=(("MXN", (Decimal(6000), Decimal(1000), Decimal(8000), Decimal(0), Decimal(0))),),
    answering_channel="WHATSAPP",
    has_email=True,
    profile=Profile(
        kind="COMPANY",
        state="Jalisco",
        tags=("VIP", "obra"),
        attributes=(("con espacios", " 12.5\u00a0"), ("raro", "6e2"), ("score", "612.5"), ("zona", "Norte")),
    ),
)


@pytest.mark.feature("SEG-04")
@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (None, True),
        (["dias_de_atraso", ">=", 45], True),
        (["dias_de_atraso", ">", 45], False),
        (["dias_de_atraso", "entre", 31, 60], True),
        (["dias_de_atraso", "entre", [46, 60]], False),
        (["dias_para_vencer", "<=", 3], True),
        (["saldo_vencido", ">", 8999.99], True),
        (["saldo_vencido", ">", 0, "USD"], False),
        (["saldo_total", "=", 20, "USD"], True),
        (["saldo_por_vencer", "=", 6000], True),
        (["saldo_31_60", "=", 8000], True),
        (["saldo_91_mas", "=", 0], True),
        (["pagados_tarde_12m", "=", 37.5], True),
        (["pagados_tarde_3m", "se conoce"], False),
        (["pagados_tarde_3m", "no se conoce"], True),
        (["pagados_tarde_3m", "<", 50], False),
        ({"no": ["pagados_tarde_3m", "<", 50]}, True),
        (["dias_desde_el_ultimo_pago", ">", 0], False),
        (["dias_desde_la_promesa_incumplida", "<=", 2], True),
        (["promesa_vigente", "=", False], True),
        (["tiene_correo", "=", True], True),
        (["canal_que_responde", "=", "whatsapp"], True),
        (["canal_que_responde", "es uno de", ["sms", "llamada"]], False),
        (["tipo_de_cliente", "no es ninguno de", ["persona"]], True),
        (["estado", "=", " jalisco "], True),
        (["etiquetas", "contiene", "vip"], True),
        (["etiquetas", "no contiene", "vip"], False),
        (["monedas", "contiene", "USD"], True),
        (["productos", "se conoce"], False),
        (["atributo.score", "<", 650], True),
        (["atributo.zona", "<", 650], False),
        (["atributo.zona", "contiene", "nor"], True),
        (["atributo.raro", "<", 650], False),
        (["atributo.con espacios", "=", 12.5], True),
        (["atributo.con espacios", "<=", 12.5], False),
        (["atributo.nada", "=", "x"], False),
        (["atributo.nada", "!=", "x"], False),
        ({"todas": [["dias_de_atraso", ">", 30], ["documentos_vencidos", "=", 2]]}, True),
        ({"alguna": [["dias_de_atraso", ">", 90], ["documentos_vencidos", "=", 2]]}, True),
        ({"todas": [["dias_de_atraso", ">", 30], {"no": ["documentos_vencidos", "=", 2]}]}, False),
    ],
)
def test_what_a_condition_says_of_a_customer(raw: Any, expected: bool) -> None:
    assert holds(read(raw, currency="MXN"), SOMEBODY) is expected


@pytest.mark.parametrize(
    ("raw", "fault", "path", "told"),
    [
        ("dias_de_atraso > 3", Fault.NOT_A_CONDITION, (), {}),
        ({"todas": []}, Fault.EMPTY, ("todas",), {}),
        ({"o": [["dias_de_atraso", ">", 3]]}, Fault.NOT_A_CONDITION, (), {}),
        (["dias_atraso", ">", 3], Fault.UNKNOWN_FACT, (), {"near": "dias_de_atraso"}),
        (["atributo.", "=", "x"], Fault.UNKNOWN_FACT, (), {"fact": "atributo."}),
        (["dias_de_atraso", "mayor", 3], Fault.UNKNOWN_OPERATOR, (), {"operator": "mayor"}),
        (["dias_de_atraso", "contiene", 3], Fault.WRONG_OPERATOR, (), {"operator": "contiene"}),
        (["etiquetas", "=", "vip"], Fault.WRONG_OPERATOR, (), {"fact": "etiquetas"}),
        (["dias_de_atraso", ">"], Fault.NO_VALUE, (), {}),
        (["dias_de_atraso", "entre", 3], Fault.NO_VALUE, (), {}),
        (["dias_de_atraso", ">", 3, 4], Fault.VALUE_TOO_MANY, (), {}),
        (["dias_de_atraso", "entre", 9, 3], Fault.WRONG_ORDER, (), {}),
        (["dias_de_atraso", ">", "mucho"], Fault.NOT_A_NUMBER, (), {"value": "mucho"}),
        (["dias_de_atraso", ">", True], Fault.NOT_A_NUMBER, (), {"value": "True"}),
        (["dias_de_atraso", ">", "NaN"], Fault.NOT_A_NUMBER, (), {}),
        (["giro", "contiene", "a\0b"], Fault.NOT_A_TEXT, (), {}),
        (["giro", "contiene", "\ud800"], Fault.NOT_A_TEXT, (), {}),
        (["atributo.a\0", "=", "b"], Fault.UNKNOWN_FACT, (), {}),
        (["dias_de_atraso", ">", "1e2000000"], Fault.NOT_A_NUMBER, (), {}),
        (["dias_de_atraso", ">", "1e-2000000"], Fault.NOT_A_NUMBER, (), {}),
        (["saldo_vencido", ">", 3], Fault.NO_CURRENCY, (), {"fact": "saldo_vencido"}),
        (["tipo_de_cliente", "=", "COMPANY"], Fault.NOT_A_CHOICE, (), {"allowed": "persona, empresa"}),
        (["promesa_vigente", "=", "si"], Fault.NOT_A_FLAG, (), {}),
        (["estado", "=", ""], Fault.NOT_A_TEXT, (), {}),
        (
            {"todas": [["estado", "=", "x"], {"no": ["nada", "=", 1]}]},
            Fault.UNKNOWN_FACT,
            ("todas", 1, "no"),
            {},
        ),
        ({"todas": [["dias_de_atraso", ">", 1]] * 51}, Fault.TOO_MANY, ("todas", 50), {"limit": "50"}),
    ],
)
def test_a_condition_that_cannot_be_asked_says_what_is_wrong_and_where(
    raw: Any, fault: Fault, path: tuple[str | int, ...], told: dict[str, str]
) -> None:
    with pytest.raises(MalformedCondition) as refused:
        read(raw)

    found = refused.value.faults
    assert [(one.fault, one.path) for one in found] == [(fault, path)]
    assert told.items() <= dict(found[0].values).items()


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(MalformedCondition) as refused:
        read({"alguna": [["x", "=", 1], ["estado", ">", "a"], ["dias_de_atraso", "="]]})

    assert [one.fault for one in refused.value.faults] == [
        Fault.UNKNOWN_FACT,
        Fault.NOT_A_NUMBER,
        Fault.NO_VALUE,
    ]


def test_a_condition_nested_without_end_is_refused() -> None:
    raw: Any = ["dias_de_atraso", ">", 1]
    for _ in range(9):
        raw = {"no": raw}

    with pytest.raises(MalformedCondition) as refused:
        read(raw)

    assert refused.value.faults[0].fault is Fault.TOO_DEEP


@given(CONDITIONS)
def test_what_is_written_is_read_back_the_same(condition: Condition) -> None:
    assert read(write(condition)) == condition


@given(CONDITIONS)
def test_no_is_the_opposite_and_nothing_changes_by_saying_it_twice(condition: Condition) -> None:
    said = holds(condition, SOMEBODY)

    assert holds(Not(condition), SOMEBODY) is not said
    assert holds(AllOf((condition, condition)), SOMEBODY) is said
    assert holds(AnyOf((condition,)), SOMEBODY) is said


@given(st.sampled_from(sorted(catalogue.ENTRIES)).flatmap(comparisons_of))
def test_what_is_not_known_is_true_of_nobody(test: Comparison) -> None:
    entry = catalogue.ENTRIES[test.fact]
    nobody = replace(
        SOMEBODY,
        oldest_due_date=None,
        coming_due_dates=(),
        average_days_late_12m=None,
        paid_count_12m=0,
        broken_promise_on=None,
        answering_channel="",
        profile=None,
    )

    if entry.read(nobody, test.currency) is None and test.operator is not Operator.IS_UNKNOWN:
        assert not holds(test, nobody)


def test_nothing_is_always_true() -> None:
    assert read(None) is read({}) is ALWAYS
    assert write(ALWAYS) is None


def test_a_condition_knows_which_facts_it_needs() -> None:
    condition = read({"todas": [["dias_de_atraso", ">", 1], {"no": ["atributo.score", ">", 1]}]})

    assert [one.fact for one in comparisons(condition)] == ["dias_de_atraso", "atributo.score"]
    assert reads_profile(condition)
    assert not reads_profile(read(["dias_de_atraso", ">", 1]))
