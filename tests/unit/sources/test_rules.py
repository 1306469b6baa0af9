"""What may be taken of a folder, asked of a database, and called a secret."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from puntual.sources import rules
from puntual.sources.providers import table
from puntual.sources.types import Picked, Seen

AT = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
OLD = AT.timestamp() - 3600


def pick(
    listed: Sequence[Seen], *, patterns: str = "", known: Mapping[str, Sequence[float]] | None = None
) -> Picked:
    return rules.pick(listed, patterns=patterns, known=known or {}, at=AT, quiet_seconds=60, bytes_max=1000)


def taken(picked: Picked) -> list[list[str]]:
    return [[one.name for one in group] for group in picked.groups]


@pytest.mark.parametrize(
    ("_case", "age", "is_taken"),
    [
        ("being written", 0, False),
        ("a second early", 59, False),
        ("quiet", 60, True),
        ("a clock that is a little ahead", -30, False),
        ("a clock that is days ahead", -90_000, True),
    ],
)
def test_a_file_is_taken_when_nobody_wrote_to_it(_case: str, age: int, is_taken: bool) -> None:
    found = pick([Seen("a.csv", 5, AT.timestamp() - age)])

    assert taken(found) == ([["a.csv"]] if is_taken else [])


@pytest.mark.parametrize(
    "name", ["a.csv.part", "a.CSV.PART", ".a.csv", "~$a.xlsx", "a.tmp", "a.csv.filepart", "a.crdownload"]
)
def test_what_is_not_whole_is_never_taken(name: str) -> None:
    assert pick([Seen(name, 5, OLD)]) == Picked()


@pytest.mark.parametrize("name", ["x/../a.csv", "a/b.csv", "a\\b.csv", "a\x00.csv", "a\nb.csv"])
def test_a_name_that_leads_elsewhere_is_told_and_not_taken(name: str) -> None:
    found = pick([Seen(name, 5, OLD)])

    assert taken(found) == []
    assert [reason for _one, reason in found.refused] == ["name"]


def test_patterns_choose_and_capitals_make_no_difference() -> None:
    listed = [Seen(name, 5, OLD) for name in ("Cartera1.CSV", "pagos.csv", "cartera.xlsx", "notas.txt")]

    assert taken(pick(listed, patterns="cartera*.csv, *.xlsx")) == [["Cartera1.CSV"], ["cartera.xlsx"]]


def test_what_was_taken_and_did_not_change_is_left_over() -> None:
    listed = [Seen("a.csv", 5, OLD), Seen("b.csv", 6, OLD), Seen("c.csv", 7, OLD)]

    found = pick(listed, known={"a.csv": [5, OLD], "b.csv": [5, OLD], "gone.csv": [1, OLD]})

    assert taken(found) == [["b.csv"], ["c.csv"]]
    assert [one.name for one in found.leftovers] == ["a.csv"]
    assert found.still == {"a.csv": (5, OLD)}


def test_many_xml_come_together_and_no_bundle_is_too_large() -> None:
    listed = [Seen(f"{number}.xml", 400, OLD + number) for number in range(5)] + [Seen("a.csv", 5, OLD + 2)]

    assert taken(pick(listed)) == [["0.xml", "1.xml"], ["2.xml", "3.xml"], ["a.csv"], ["4.xml"]]


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ("select 1", ""),
        ("SELECT a FROM b;", ""),
        ("with x as (select 1) select * from x", ""),
        ("select 'delete; drop' as texto", ""),
        ('select "update" from t -- delete', ""),
        ("select 1 /* ; insert */", ""),
        ("select $$; drop table x$$", ""),
        ("", "empty"),
        ("-- nada", "empty"),
        ("select 1; select 2", "several"),
        ("delete from t", "not-select"),
        ("explain select 1", "not-select"),
        ("with x as (delete from t returning *) select * from x", "writes:delete"),
        ("select * into nueva from t", "writes:into"),
        ("select 1 from t for update", "writes:update"),
        ("/* select */ update t set a = 1", "not-select"),
    ],
)
def test_a_query_only_reads(query: str, fault: str) -> None:
    assert rules.query_fault(query) == fault


@pytest.mark.parametrize(
    ("query", "asks"),
    [
        ("select * from t where a > :since", True),
        ("select a::since from t", False),
        ("select '10:since' from t", False),
        ("select * from t where a > :sincere", False),
    ],
)
def test_a_query_that_asks_from_where_on_is_known(query: str, asks: bool) -> None:
    assert rules.has_since(query) is asks


def test_a_secret_is_of_one_company_only() -> None:
    assert rules.secret_variable(company="muebles", name="ERP") == "PUNTUAL_SOURCE__MUEBLES__ERP"
    assert not rules.is_secret_name("B__C")
    assert not rules.is_secret_name("_C")


@given(
    companies=some.lists(
        some.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True), min_size=2, max_size=2, unique=True
    ),
    names=some.lists(some.from_regex(r"[A-Z0-9_]{1,8}", fullmatch=True), min_size=2, max_size=2),
)
def test_two_companies_never_share_a_secret(companies: list[str], names: list[str]) -> None:
    variables = [
        rules.secret_variable(company=company, name=name)
        for company, name in zip(companies, names, strict=True)
        if rules.is_secret_name(name)
    ]

    assert len(set(variables)) == len(variables)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "true"),
        (Decimal("1234.500"), "1234.50"),
        (Decimal("1234.567"), "1234.567"),
        (Decimal("0.10"), "0.10"),
        (Decimal("1E+3"), "1000"),
        (Decimal("9999999999999999.99"), "9999999999999999.99"),
        (1250.5, "1250.5"),
        (0.1, "0.1"),
        (1e16, "10000000000000000"),
        (12345678901234567890, "12345678901234567890"),
        (datetime(2026, 1, 2, 3, 4, 5), "2026-01-02 03:04:05"),  # noqa: DTZ001
        (AT.date(), "2026-11-23"),
        (b"a\xf1o", "a\ufffdo"),
        ("0042", "0042"),
    ],
)
def test_a_value_is_written_exactly(value: object, text: str) -> None:
    assert table.cell(value) == text


@given(some.decimals(min_value=0, max_value=10**14, places=2))
def test_no_cent_is_lost_on_the_way(amount: Decimal) -> None:
    assert Decimal(table.cell(amount)) == amount


def test_a_large_result_is_several_files_with_every_row_once() -> None:
    rows = [[number, "x" * 20] for number in range(100)]

    found = list(table.pieces(headers=["a", "b"], rows=rows, bytes_max=500))

    lines = [line for piece in found for line in piece.decode().splitlines()[1:]]
    assert len(found) > 3
    assert lines == [f"{number},{'x' * 20}" for number in range(100)]
    assert all(piece.startswith(b"a,b\r\n") for piece in found)
