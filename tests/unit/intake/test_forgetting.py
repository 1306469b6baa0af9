"""Which rows of a file are about a person who is to be forgotten."""

from datetime import date

import pytest

from puntual.intake.rules import forgetting

TRACES = forgetting.traces_of(
    external_id="12", words=["Ximena Zavala Quiroga", "XIMENA@correo.example", "  ", "55 4321 8765"]
)


@pytest.mark.parametrize(
    ("_case", "cells", "id_position", "expected"),
    [
        ("the id in its column", ["12", "F-1", "1500"], 0, True),
        ("the id as a number of a spreadsheet", [12.0, "F-1"], 0, True),
        ("the same digits in another column", ["77", "12", "12"], 0, False),
        ("the same digits where no column of ids is known", ["77", "12"], None, True),
        ("part of another id", ["120", "F-12"], None, False),
        ("the name", ["77", "Ximena Zavala Quiroga"], 0, True),
        ("the name in capitals, with accents and spaces", ["77", " XIMÉNA   ZAVALA QUIROGA "], 0, True),
        ("the name inside a text", ["77", "Aval: Ximena Zavala Quiroga, hermana"], 0, True),
        ("the name over two cells", ["Ximena", "Zavala Quiroga"], 0, True),
        ("the e-mail among others", ["77", "luis@x.mx; ximena@correo.example"], 0, True),
        ("somebody else", ["77", "Luis Pérez", date(2026, 1, 1), 12.5, None], 0, False),
        ("a row shorter than its header", [], 3, False),
    ],
)
def test_is_about(_case: str, cells: list[object], id_position: int | None, expected: bool) -> None:
    assert forgetting.is_about(cells, traces=TRACES, id_position=id_position) is expected


def test_blank_words_name_nobody() -> None:
    assert forgetting.traces_of(external_id="1", words=["", "  "]).words == ()
