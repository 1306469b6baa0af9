"""Every complaint that the documentation answers has a test, and no test names one that it does not."""

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
_ROW = re.compile(r"^\| (\d+) \|", re.MULTILINE)
_MARK = re.compile(r"@pytest\.mark\.complaint\(([\d, ]+)\)\n(?:@.*\n|    .*\n|\)\n)*def test_")


def test_every_complaint_has_its_test() -> None:
    told = {int(number) for number in _ROW.findall((TESTS.parent / "docs" / "complaints.md").read_text())}
    proven = {
        int(number)
        for path in TESTS.rglob("test_*.py")
        for numbers in _MARK.findall(path.read_text())
        for number in numbers.split(",")
    }

    assert told
    assert proven == told
