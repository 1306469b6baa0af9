"""Named SQL: blocks of a file, with tables that several statements share."""

from pathlib import Path

import pytest

from puntual.db import named


def test_a_shared_table_stands_in_every_statement_that_includes_it(tmp_path: Path) -> None:
    (tmp_path / "asked.cte").write_text("asked as (select 1)\n", encoding="utf-8")
    file = tmp_path / "reads.sql"
    file.write_text(
        "-- one --\nwith\n-- include asked.cte --\nselect 1 from asked;\n"
        "-- two --\nwith\n-- include asked.cte --\nselect 2 from asked;\n",
        encoding="utf-8",
    )
    assert named.load(file) == {
        "one": "with\nasked as (select 1)\nselect 1 from asked",
        "two": "with\nasked as (select 1)\nselect 2 from asked",
    }


def test_an_include_without_its_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "reads.sql"
    file.write_text("-- one --\nwith\n-- include nowhere.cte --\nselect 1;\n", encoding="utf-8")
    with pytest.raises(FileNotFoundError):
        named.load(file)


def test_a_name_that_stands_twice_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "twice.sql"
    file.write_text("-- one --\nselect 1;\n-- one --\nselect 2;\n", encoding="utf-8")
    with pytest.raises(ValueError, match="twice"):
        named.load(file)
