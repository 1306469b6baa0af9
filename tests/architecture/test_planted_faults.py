"""Each rule of the house catches a planted fault and lets the right way pass."""

import pytest

from tests.architecture import checkers

CONTRACTS = """
[importlinter:contract:stages]
layers =
    staff | portal
    flows
    payments
    portfolio
    lib

[importlinter:contract:inside]
containers =
    puntual.portfolio
    puntual.payments
"""
RANKS = checkers.stage_ranks(CONTRACTS)


def test_ranks_are_read_from_the_contract() -> None:
    assert RANKS == {"lib": 0, "portfolio": 1, "payments": 2, "flows": 3, "staff": 4, "portal": 4}
    assert checkers.contract_containers(CONTRACTS) == {"portfolio", "payments"}


def test_a_key_to_a_later_stage_is_caught() -> None:
    keys = [("portfolio", "payment", "payments"), ("payments", "receivable", "portfolio")]

    assert checkers.forward_keys(keys, RANKS) == ["portfolio.payment -> payments"]


def test_a_way_back_to_a_later_stage_is_caught() -> None:
    keys = [
        ("payments", "receivable", "portfolio", False),
        ("payments", "customer", "portfolio", True),
        ("portfolio", "customer", "portfolio", False),
    ]

    assert checkers.open_accessors(keys) == ["payments.receivable -> portfolio"]


@pytest.mark.parametrize(
    ("_case", "source"),
    [
        ("a row by its model", "Customer.objects.create(name=name)"),
        ("rows by a query set", "Customer.objects.filter(pk=1).exclude(pk=2).update(name=name)"),
        ("deleted rows", "Customer.objects.all().delete()"),
        ("a changed object", "customer.save(update_fields=['name'])"),
        ("a statement", "rows.execute(_SQL['post'], {})"),
        ("a copy", "rows.copy_in(table='portfolio_customer', columns=[], rows=[])"),
        ("SQL in a string", "cursor.execute('update portfolio_customer set name = %s', [name])"),
        ("SQL over lines", "cursor.execute('''\n  insert into portfolio_customer (name)\n  values (1)''')"),
    ],
)
def test_a_write_outside_operations_is_caught(_case: str, source: str) -> None:
    assert len(checkers.database_writes(source)) == 1


@pytest.mark.parametrize(
    "source",
    [
        "Customer.objects.filter(pk=1).first()",
        "values.update(other)",
        "rows.fetch_all(_SQL['page'])",
        "portfolio.upsert_customers(customers=[], at=at)",
        "'update the plan set'",
    ],
)
def test_reading_is_not_writing(source: str) -> None:
    assert checkers.database_writes(source) == []


def test_an_operations_module_without_its_header_is_caught() -> None:
    body = "def post(*, at: datetime) -> int:\n    '''Post.'''\n"
    head = "'''Money.\n\nReads: a\nWrites: b\nGuarantees: c\n'''\n"

    assert checkers.undocumented_operations(body) == [
        "header lacks Reads:",
        "header lacks Writes:",
        "header lacks Guarantees:",
    ]
    assert checkers.undocumented_operations(head.replace("Guarantees", "Promises") + body) == [
        "header lacks Guarantees:"
    ]
    assert checkers.undocumented_operations(head + body) == []


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("def post(at: datetime) -> int:\n    '''Post.'''", "post: not keyword-only"),
        ("def post(**values: int) -> int:\n    '''Post.'''", "post: not keyword-only"),
        ("def post(*, at) -> int:\n    '''Post.'''", "post: not typed"),
        ("def post(*, at: datetime):\n    '''Post.'''", "post: not typed"),
        ("def post(*, at: datetime) -> int:\n    return 1", "post: no sentence"),
    ],
)
def test_a_loose_signature_is_caught(source: str, fault: str) -> None:
    assert checkers.loose_signatures(source) == [fault]


def test_a_private_function_may_be_loose() -> None:
    assert checkers.loose_signatures("def _post(at): return 1") == []


def test_sql_that_looks_ahead_is_caught() -> None:
    sql = "select * from portfolio_customer c join payments_payment p on p.customer_id = c.id"

    assert checkers.later_tables(sql, stage="portfolio", ranks=RANKS) == ["payments_payment"]
    assert checkers.later_tables(sql, stage="payments", ranks=RANKS) == []
    assert checkers.later_tables(f"-- {sql}\nselect 1", stage="portfolio", ranks=RANKS) == []


@pytest.mark.parametrize(
    "sql",
    [
        "insert into portfolio_ledgerentry (key) select 1",
        "with moved as (update portfolio_receivable r set open_amount = 0) select 1",
        "update only portfolio_receivable set open_amount = 0",
        "delete from portfolio_ledgerentry where true",
        "merge into portfolio_ledgerentry using x on true",
        "truncate portfolio_ledgerentry",
    ],
)
def test_sql_that_writes_a_table_of_another_stage_is_caught(sql: str) -> None:
    assert len(checkers.foreign_writes(sql, stage="payments", ranks=RANKS)) == 1
    assert checkers.foreign_writes(sql, stage="portfolio", ranks=RANKS) == []


def test_locking_a_row_of_another_stage_is_not_writing_it() -> None:
    sql = "select id from portfolio_receivable for update of portfolio_receivable"

    assert checkers.foreign_writes(sql, stage="payments", ranks=RANKS) == []


@pytest.mark.parametrize("sql", ["select now()", "select current_date", "select CLOCK_TIMESTAMP ()"])
def test_sql_that_reads_the_clock_is_caught(sql: str) -> None:
    assert len(checkers.sql_clock_reads(sql)) == 1
    assert checkers.sql_clock_reads("select known_at, %(now)s::timestamptz -- not now()") == []


@pytest.mark.parametrize(
    "source",
    [
        "timezone.now()",
        "datetime.now(tz=UTC)",
        "datetime.datetime.now()",
        "date.today()",
        "datetime.utcnow()",
    ],
)
def test_a_read_of_the_clock_is_caught(source: str) -> None:
    assert len(checkers.clock_reads(source)) == 1
    assert checkers.clock_reads("at.now, date(2026, 1, 1), run.today") == []


@pytest.mark.parametrize(
    "source",
    [
        "@receiver(post_save)\ndef react(sender): ...",
        "@dispatch.receiver(post_save)\ndef react(sender): ...",
        "post_save.connect(react)",
        "signals.request_finished.connect(react)",
    ],
)
def test_a_signal_is_caught(source: str) -> None:
    assert len(checkers.signal_uses(source)) == 1
    assert checkers.signal_uses("with psycopg.connect(url) as connection: ...") == []


def test_a_long_file_is_caught() -> None:
    assert checkers.long_files("x = 1\n" * 501) == ["501 lines"]
    assert checkers.long_files("x = 1\n" * 500) == []


def test_a_long_function_is_caught() -> None:
    assert checkers.long_functions("def long():\n" + "    x = 1\n" * 70) == ["1: long has 71 lines"]
    assert checkers.long_functions("def long():\n" + "    x = 1\n" * 69) == []


def test_a_table_that_hides_its_personal_data_is_caught() -> None:
    marked = "class Point(models.Model):\n    '''A point. PII: value.'''"
    silent = "class Point(models.Model):\n    '''A point.'''"

    assert checkers.unmarked_personal_data(silent) == ["Point"]
    assert checkers.unmarked_personal_data(marked) == []


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("class A(models.Model):\n    def save(self): ...", "A.save"),
        ("class A(models.Model):\n    class Meta:\n        ordering = ['id']", "A.Meta.ordering"),
        ("class A(models.Model):\n    amount = models.FloatField()", "A: FloatField"),
    ],
)
def test_logic_in_a_table_is_caught(source: str, fault: str) -> None:
    assert checkers.model_logic(source) == [fault]
    assert checkers.model_logic("class A(models.Model):\n    class Meta:\n        indexes = []") == []


@pytest.mark.parametrize(
    "source",
    ["from puntual.lib import money", "import puntual.db", "from . import helper", "from ..models import A"],
)
def test_a_migration_that_imports_the_product_is_caught(source: str) -> None:
    assert len(checkers.own_imports(source)) == 1
    assert checkers.own_imports("from django.db import migrations") == []


@pytest.mark.parametrize(
    "lock",
    [
        "--index-url somewhere\ndjango==5.2",
        "django @ https://files.example/django.whl",
        "    # from https://packages.example/simple",
        '{"node_modules/x": {"resolved": "https://packages.example/x.tgz"}}',
    ],
)
def test_a_host_in_a_lock_file_is_caught(lock: str) -> None:
    assert checkers.recorded_hosts(lock) != []
    assert checkers.recorded_hosts("django==5.2 \\\n    --hash=sha256:00\n    # via -r base.in") == []
    assert checkers.recorded_hosts('{"funding": {\n  "url": "https://author.example"\n}}') == []


@pytest.mark.parametrize(
    ("template", "fault"),
    [
        ("<script>go()</script>", "inline script"),
        ("<style>p {}</style>", "inline style sheet"),
        ('<p style="color: red">', "style attribute"),
        ('<button onclick="go()">', "event attribute"),
        ('<a href="javascript:go()">', "script address"),
        ('<img src="https://elsewhere.example/a.png">', "foreign address"),
        ('<script src="//elsewhere.example/a.js"></script>', "foreign address"),
    ],
)
def test_inline_code_in_a_page_is_caught(template: str, fault: str) -> None:
    assert checkers.inline_code(template) == [fault]


@pytest.mark.parametrize(
    "template",
    [
        "<script src=\"{% static 'js/page.js' %}\" defer></script>",
        '<script id="x" type="application/json">{}</script>',
        '<a href="https://example.com">',
        "{# <style> #}{% comment %}<script>{% endcomment %}",
        '<button x-on:click="open = true" hx-on::after="no">',
    ],
)
def test_a_page_that_keeps_the_policy_passes(template: str) -> None:
    assert checkers.inline_code(template) == []


@pytest.mark.parametrize(
    "source",
    [
        "time.sleep(1)",
        "sleep(1)",
        "pytest.skip('later')",
        "@pytest.mark.skipif(True)\ndef test(): ...",
        "@pytest.mark.xfail\ndef test(): ...",
    ],
)
def test_a_test_that_waits_or_skips_is_caught(source: str) -> None:
    assert len(checkers.evasive_tests(source)) == 1
    assert checkers.evasive_tests("rows.skip_locked, page.wait_for_selector('main')") == []
