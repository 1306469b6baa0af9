"""
List the rows of docs/features.md that a test proves, and those that no test proves yet.

Proof is a mark on a test: `@pytest.mark.feature("PRM-02")`. With --json one document, for programs.
"""

import argparse
import ast
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LIST = ROOT / "docs" / "features.md"
TESTS = ROOT / "tests"
ROW = re.compile(r"^\| ([A-Z]+-\d\d) \| (.+?) \| (.+?) \|$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Feature:
    """One row of the list with the tests that prove it."""

    id: str
    english: str
    spanish: str
    proofs: tuple[str, ...]


def listed() -> list[tuple[str, str, str]]:
    """Read the rows of the list in order."""
    return ROW.findall(LIST.read_text(encoding="utf-8"))


def _ids_of(marks: ast.expr | ast.stmt) -> Iterator[str]:
    for node in ast.walk(marks):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "feature"
            and ast.unparse(node.func.value).endswith("mark")
        ):
            for argument in node.args:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield argument.value


def marks_of(source: str) -> list[tuple[str, str]]:
    """Find (feature id, test name) of every mark in a test module, also of classes and whole modules."""
    found = []
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            for decorator in node.decorator_list:
                found += [(one, node.name) for one in _ids_of(decorator)]
        if isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef):
                    for decorator in inner.decorator_list:
                        found += [(one, f"{node.name}.{inner.name}") for one in _ids_of(decorator)]
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark":
            found += [(one, "every test") for one in _ids_of(node.value)]
    return found


def proofs() -> dict[str, list[str]]:
    """Collect the tests that prove each feature."""
    found: dict[str, list[str]] = {}
    for path in sorted(TESTS.rglob("*.py")):
        for feature, test in marks_of(path.read_text(encoding="utf-8")):
            found.setdefault(feature, []).append(f"{path.relative_to(ROOT).as_posix()}::{test}")
    return found


def features() -> list[Feature]:
    """Join the list with its proofs."""
    found = proofs()
    return [
        Feature(id=number, english=english, spanish=spanish, proofs=tuple(found.get(number, ())))
        for number, english, spanish in listed()
    ]


def main() -> int:
    """Print the rows with proof, then those without."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", dest="as_json")
    rows = features()
    if parser.parse_args().as_json:
        document = [{"id": row.id, "name": row.english, "proofs": row.proofs} for row in rows]
        print(json.dumps(document, ensure_ascii=False, indent=2))
        return 0
    proven = [row for row in rows if row.proofs]
    print("With proof")
    for row in proven:
        print(f"  {row.id}  {row.english}")
        for proof in row.proofs:
            print(f"          {proof}")
    print("Without proof")
    for row in rows:
        if not row.proofs:
            print(f"  {row.id}  {row.english}")
    print(f"{len(proven)} of {len(rows)} features have proof.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
