"""Documents say what the code does: variables, commands, features, packages."""

import ast
import re

from puntual.cli.main import COMMANDS
from scripts import features
from tests.architecture.test_code import RANKS, REPOSITORY, ROOT

DOCS = REPOSITORY / "docs"


def variables_read(source: str) -> set[str]:
    """Find the names of environment variables that a module reads."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        base = ast.unparse(node.func.value)
        is_ours = base == "environment" and node.func.attr in {"text", "words", "flag"}
        is_plain = base == "os.environ" and node.func.attr in {"get", "setdefault", "pop"}
        first = node.args[0] if node.args else None
        if (is_ours or is_plain) and isinstance(first, ast.Constant):
            found.add(str(first.value))
    return found | set(re.findall(r"text\(\"(PUNTUAL_[A-Z_]+)\"", source))


def variables_described(text: str) -> set[str]:
    """Find the variables that the table of the operations document describes."""
    return set(re.findall(r"^\| `([A-Z_]+)` \|", text, re.MULTILINE))


def test_every_variable_that_is_read_is_described_and_no_other() -> None:
    read = {name for path in ROOT.rglob("*.py") for name in variables_read(path.read_text())}
    described = variables_described((DOCS / "operations.md").read_text())

    # What Django and Python define themselves, and the _FILE twin that every variable has.
    foreign = {"DJANGO_SETTINGS_MODULE", "DATABASE_URL_FILE"}
    assert read - foreign == described


def test_a_variable_without_a_description_would_be_found() -> None:
    source = (
        'a = environment.text("PUNTUAL_NEW")\n'
        'b = environment.flag("PUNTUAL_OTHER", default=True)\n'
        'os.environ.get("X")\n'
    )

    assert variables_read(source) == {"PUNTUAL_NEW", "PUNTUAL_OTHER", "X"}
    assert variables_described("| `PUNTUAL_NEW` | none | … |\n`PUNTUAL_OTHER`") == {"PUNTUAL_NEW"}


def test_every_command_is_described() -> None:
    described = re.findall(r"^\| `puntual ([a-z-]+)` \|", (DOCS / "operations.md").read_text(), re.MULTILINE)

    assert described == list(COMMANDS)


def test_every_package_has_its_place_in_the_architecture() -> None:
    rows = [
        line.split("|")[1] for line in (DOCS / "architecture.md").read_text().splitlines() if line[:2] == "| "
    ]
    described = {name for row in rows for name in re.findall(r"`([a-z]+)`", row)}

    assert described == set(RANKS)


def test_every_mark_names_a_row_of_the_feature_list() -> None:
    ids = [number for number, _english, _spanish in features.listed()]

    assert len(ids) == len(set(ids)) == 264
    assert sorted(set(features.proofs()) - set(ids)) == []


def test_marks_are_found_on_functions_classes_and_modules() -> None:
    source = (
        'pytestmark = [pytest.mark.feature("A-01")]\n'
        '@pytest.mark.feature("B-02")\n@pytest.mark.parametrize("x", [1])\ndef test_b(x): ...\n'
        '@pytest.mark.feature("C-03", "C-04")\nclass TestC:\n'
        '    @pytest.mark.feature("D-05")\n    def test_d(self): ...\n'
        '@other.feature("E-06")\ndef test_e(): ...\n'
    )

    assert features.marks_of(source) == [
        ("A-01", "every test"),
        ("B-02", "test_b"),
        ("C-03", "TestC"),
        ("C-04", "TestC"),
        ("D-05", "TestC.test_d"),
    ]


def test_every_decision_is_in_the_list_of_decisions() -> None:
    listed = set(re.findall(r"\]\((\d{4}-[a-z-]+\.md)\)", (DOCS / "adr" / "README.md").read_text()))

    assert listed == {path.name for path in (DOCS / "adr").glob("0*.md")}


def test_links_between_documents_lead_somewhere() -> None:
    broken = [
        f"{document.name}: {target}"
        for document in [*REPOSITORY.glob("*.md"), *DOCS.rglob("*.md")]
        for target in re.findall(r"\]\(([^)#]+)\)", document.read_text())
        if "://" not in target and not (document.parent / target).resolve().exists()
    ]

    assert broken == []
