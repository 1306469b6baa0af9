"""Every file of the product keeps the rules of the house."""

from pathlib import Path

import pytest

from tests.architecture import checkers

TESTS = Path(__file__).resolve().parents[1]
REPOSITORY = TESTS.parent
ROOT = REPOSITORY / "src" / "puntual"
RANKS = checkers.stage_ranks((REPOSITORY / ".importlinter").read_text())
MEASURING = ROOT / "demo" / "bench"
EDGES = frozenset({"staff", "portal", "api", "webhooks", "worker", "cli", "web", "demo"})

# Exceptions may only become fewer: each names a file and says why.
LONG_FILES: dict[str, str] = {}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def package_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[0]


def code(*, named: str = "") -> list[Path]:
    """List the product's Python files; with a name, module <name>.py or the files of package <name>/."""
    found = [path for path in sorted(ROOT.rglob("*.py")) if "migrations" not in path.parts]
    if not named:
        return found
    return [path for path in found if path.stem == named or named in path.relative_to(ROOT).parts[1:-1]]


def faults_of(checker: object, paths: list[Path]) -> list[str]:
    """Apply a checker to files and say where each fault is."""
    assert callable(checker)
    assert paths, "the rule looks at nothing"
    return [f"{name_of(path)}:{fault}" for path in paths for fault in checker(path.read_text())]


def test_only_operations_write() -> None:
    writers = set(code(named="operations"))
    # The shared way to send a statement is no writer by itself, and the bench writes tables of its own.
    others = [
        path
        for path in code()
        if path not in writers and package_of(path) != "db" and not path.is_relative_to(MEASURING)
    ]

    assert faults_of(checkers.database_writes, others) == []


def test_operations_say_what_they_read_write_and_guarantee() -> None:
    assert faults_of(checkers.undocumented_operations, code(named="operations")) == []


@pytest.mark.parametrize("module", ["operations", "queries"])
def test_public_functions_of_stages_are_keyword_only_typed_and_documented(module: str) -> None:
    assert faults_of(checkers.loose_signatures, code(named=module)) == []


def test_public_functions_of_flows_are_keyword_only_typed_and_documented() -> None:
    assert faults_of(checkers.loose_signatures, sorted((ROOT / "flows").rglob("*.py"))) == []


def test_only_edges_read_the_clock() -> None:
    inner = [path for path in code() if package_of(path) not in EDGES]

    assert faults_of(checkers.clock_reads, inner) == []


def test_nothing_listens_to_signals() -> None:
    assert faults_of(checkers.signal_uses, code()) == []


def test_files_stay_short() -> None:
    long = [
        fault for fault in faults_of(checkers.long_files, code()) if fault.split(":")[0] not in LONG_FILES
    ]

    assert long == []


def test_exceptions_to_the_length_are_still_needed() -> None:
    assert [name for name in LONG_FILES if not checkers.long_files((ROOT / name).read_text())] == []


def test_functions_stay_short() -> None:
    assert faults_of(checkers.long_functions, code()) == []


def test_every_table_says_which_personal_data_it_holds() -> None:
    assert faults_of(checkers.unmarked_personal_data, code(named="models")) == []


def test_tables_hold_no_logic_order_or_floats() -> None:
    assert faults_of(checkers.model_logic, code(named="models")) == []


def test_migrations_import_nothing_of_the_product() -> None:
    assert faults_of(checkers.own_imports, sorted(ROOT.glob("*/migrations/*.py"))) == []


def test_no_module_is_a_grab_bag() -> None:
    assert [name_of(path) for path in code() if path.stem in checkers.GRAB_BAGS] == []


def test_pages_hold_no_inline_code_and_load_nothing_foreign() -> None:
    pages = [path for path in sorted(ROOT.rglob("templates/**/*.html")) if "mail" not in path.parts]

    assert faults_of(checkers.inline_code, pages) == []


@pytest.mark.parametrize("name", ["requirements/base.txt", "requirements/dev.txt", "package-lock.json"])
def test_lock_files_name_no_host(name: str) -> None:
    assert checkers.recorded_hosts((REPOSITORY / name).read_text()) == []


def test_tests_neither_wait_nor_skip() -> None:
    found = [
        f"{path.relative_to(TESTS)}:{fault}"
        for path in sorted(TESTS.rglob("*.py"))
        for fault in checkers.evasive_tests(path.read_text())
    ]

    assert found == []
