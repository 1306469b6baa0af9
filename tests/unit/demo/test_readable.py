"""The demo can be made on any day: its own import asks nothing of its own files."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from puntual.demo import generator, stage
from puntual.demo.timetable import batches
from puntual.intake.rules import layout
from puntual.intake.types import Choices, FileKind, QuestionCode

# On this day a month of the smallest demo has no payment after its twelfth.
AMBIGUOUS = date(2026, 11, 30)


def asked_of(folder: Path, *, today: date, is_told: bool) -> set[QuestionCode]:
    """Return what an import of every batch of a small demo would ask."""
    files = generator.write_files(folder=folder, seed=1, receivables=300, today=today)
    asked: set[QuestionCode] = set()
    for batch in batches(files=files, today=today, country="MX"):
        for content, kind in (
            (batch.portfolio, FileKind.RECEIVABLES),
            (batch.payments, FileKind.PAYMENTS),
        ):
            choices = stage.choices_of(kind=kind) if is_told else Choices(kind=kind)
            if content:
                found = layout.understand(content, choices=choices, company_currency="MXN")
                asked |= {question.code for question in found.questions}
    return asked


def test_nobody_could_tell_day_from_month_in_a_small_month_without_being_told(tmp_path: Path) -> None:
    assert asked_of(tmp_path, today=AMBIGUOUS, is_told=False) == {QuestionCode.DATE_ORDER}


@pytest.mark.parametrize("ahead", range(0, 365, 30))
def test_the_demo_asks_nothing_of_its_own_files(tmp_path: Path, ahead: int) -> None:
    assert asked_of(tmp_path, today=AMBIGUOUS + timedelta(days=ahead), is_told=True) == set()
