"""Tables and SQL follow the order of the stages, and every named statement fits the schema."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection, models

from puntual.companies.models import Company
from puntual.db import named
from tests.architecture import checkers
from tests.architecture.test_code import MEASURING, RANKS, REPOSITORY, ROOT, name_of, package_of

SQL_FILES = sorted(ROOT.glob("*/**/*.sql"))
# The floors of the bench are about tables that exist only while it measures.
STATEMENTS = [
    (path, name) for path in SQL_FILES if not path.is_relative_to(MEASURING) for name in named.load(path)
]
# Shared tables, which every company's own tables may never point to.
SHARED = frozenset({"companies"})

# Rows of bulk tables take their moment from the row that they belong to, or carry one of another name.
WITHOUT_CREATED_AT = {
    "portfolio.LedgerEntry": "recorded_at is when it was known",
    "assessment.CustomerState": "one row a customer, written anew by each run",
    "intake.Origin": "its import has the moment",
    "plans.Decision": "its run has the moment",
    "plans.DecisionPattern": "what customers share on any day",
    "intake.ImportRow": "its import has the moment",
    "contacts.ExclusionMatch": "its list has the moment of the count",
}
# Amounts of many documents in one: wider than any of them, so that no sum overflows.
SUMS = {"assessment.CustomerState.overdue_amount", "insights.Snapshot.open_amount"}
WITHOUT_CURRENCY = {
    "payments.Allocation.amount": "in the currency of its payment and its receivable, which are equal",
    "agreements.Dispute.amount": "in the currency of the disputed receivable",
}


def own_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("puntual.")]


def foreign_keys() -> list[tuple[str, str, str, models.ForeignKey]]:
    """List (owner stage, field, target stage, field object) of every relation of the product."""
    return [
        (model._meta.app_label, field.name, field.related_model._meta.app_label, field)  # type: ignore[union-attr]
        for model in own_models()
        for field in model._meta.get_fields()
        if field.is_relation and getattr(field, "concrete", False)
    ]


def test_foreign_keys_point_to_earlier_stages() -> None:
    keys = [(owner, name, target) for owner, name, target, _field in foreign_keys()]

    assert keys
    assert checkers.forward_keys(keys, RANKS) == []


def test_no_stage_can_reach_a_later_one_backwards() -> None:
    keys = [
        (owner, name, target, field.remote_field.hidden)
        for owner, name, target, field in foreign_keys()
        if target in RANKS
    ]

    assert checkers.open_accessors(keys) == []


def test_foreign_keys_across_stages_protect_what_they_point_to() -> None:
    loose = [
        f"{owner}.{name}"
        for owner, name, target, field in foreign_keys()
        if owner != target and field.remote_field.on_delete is not models.PROTECT
    ]

    assert loose == []


def test_no_foreign_key_leaves_the_schema_of_a_company() -> None:
    crossing = [
        f"{owner}.{name}"
        for owner, name, target, _field in foreign_keys()
        if target in SHARED and owner not in SHARED
    ]

    assert crossing == []


def test_every_table_knows_when_a_row_was_created() -> None:
    without = [
        model._meta.label
        for model in own_models()
        if model._meta.app_label not in SHARED
        and "created_at" not in {f.name for f in model._meta.get_fields()}
    ]

    assert sorted(without) == sorted(WITHOUT_CREATED_AT)


def test_amounts_are_exact_and_have_a_currency_beside_them() -> None:
    inexact, without_currency = [], []
    for model in own_models():
        names = {field.name for field in model._meta.get_fields()}
        for field in model._meta.get_fields():
            if not (field.name == "amount" or field.name.endswith("_amount")):
                continue
            label = f"{model._meta.label}.{field.name}"
            size = (24 if label in SUMS else 18, 2)
            if not isinstance(field, models.DecimalField) or (field.max_digits, field.decimal_places) != size:
                inexact.append(label)
            if not any(name == "currency" or name.endswith("_currency") for name in names):
                without_currency.append(label)

    assert inexact == []
    assert sorted(without_currency) == sorted(WITHOUT_CURRENCY)


def test_contract_inside_covers_exactly_the_stages_with_tables() -> None:
    stages = {model._meta.app_label for model in own_models()}

    assert checkers.contract_containers((REPOSITORY / ".importlinter").read_text()) == stages


@pytest.mark.parametrize("path", SQL_FILES, ids=name_of)
def test_sql_reads_only_earlier_stages_and_writes_only_its_own(path: Path) -> None:
    sql = path.read_text()
    stage = package_of(path)

    assert checkers.later_tables(sql, stage=stage, ranks=RANKS) == []
    # The bench fills companies of its own, which it erases.
    assert path.is_relative_to(MEASURING) or checkers.foreign_writes(sql, stage=stage, ranks=RANKS) == []


@pytest.mark.parametrize("path", SQL_FILES, ids=name_of)
def test_sql_is_told_the_time(path: Path) -> None:
    assert checkers.sql_clock_reads(path.read_text()) == []


@pytest.mark.parametrize("path", SQL_FILES, ids=name_of)
def test_every_statement_has_a_name_and_a_sentence(path: Path) -> None:
    lines = path.read_text().splitlines()
    names = [number for number, line in enumerate(lines) if re.match(r"-- [a-z0-9_]+ --$", line)]

    assert names, "no named statement"
    assert [lines[number] for number in names if not lines[number + 1].startswith("-- ")] == []


@pytest.mark.parametrize(("path", "name"), STATEMENTS, ids=lambda value: getattr(value, "name", value))
def test_named_sql_fits_the_schema(path: Path, name: str, company: Company) -> None:
    sql = named.load(path)[name]
    parameters = dict.fromkeys(re.findall(r"%\((\w+)\)s", sql))

    with connection.cursor() as cursor:
        cursor.execute("explain " + sql, parameters)
        assert cursor.fetchall()
