"""The import contracts hold, and each catches a planted fault in a skeleton of the product."""

import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
SKELETON = [
    "api",
    "audit",
    "cli",
    "config",
    "db",
    "demo",
    "flows",
    "lib",
    "portal",
    "staff",
    "web",
    "webhooks",
    "worker",
    "companies/models",
    "companies/types",
    "identity/models",
    "identity/types",
    "audit/models",
    "portfolio/operations",
    "portfolio/queries",
    "portfolio/models",
    "portfolio/rules",
    "portfolio/types",
    "contacts/operations",
    "contacts/models",
    "contacts/rules",
    "contacts/types",
    "duplicates/models",
    "agreements/models",
    "assessment/models",
    "plans/models",
    "compliance/models",
    "outreach/models",
    "payments/operations",
    "payments/models",
    "reconciliation/models",
    "rights/models",
    "intake/models",
    "sources/models",
    "insights/models",
]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter on the package below a folder with the repository's contracts."""
    return subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; from importlinter.cli import lint_imports_command; lint_imports_command()",
            "--config",
            str(REPOSITORY / ".importlinter"),
            "--no-cache",
        ],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )


def make_skeleton(folder: Path) -> Path:
    """Make an empty product with every package of the contracts."""
    root = folder / "puntual"
    for name in SKELETON:
        path = root / f"{name}.py" if "/" in name else root / name / "__init__.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        (path.parent / "__init__.py").touch()
    (root / "__init__.py").touch()
    return root


def test_the_product_keeps_the_contracts() -> None:
    done = lint(REPOSITORY / "src")

    assert done.returncode == 0, done.stdout


def test_an_empty_product_keeps_the_contracts(tmp_path: Path) -> None:
    make_skeleton(tmp_path)

    done = lint(tmp_path)

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("_case", "file", "text", "contract"),
    [
        ("a later stage", "portfolio/operations.py", "import puntual.payments.operations", "A stage imports"),
        ("one interface in another", "staff/views.py", "import puntual.portal", "A stage imports"),
        ("a stage in the foundation", "lib/money.py", "import puntual.portfolio.types", "A stage imports"),
        ("a package without a place", "newcomer/__init__.py", "", "A stage imports"),
        ("rules that read", "portfolio/rules.py", "import puntual.portfolio.queries", "Inside a stage"),
        ("a file without a place", "portfolio/services.py", "", "Inside a stage"),
        ("Django in rules", "contacts/rules.py", "import django.db", "Rules and types are plain"),
        ("the driver in types", "contacts/types.py", "import psycopg", "Rules and types are plain"),
        (
            "models in rules",
            "contacts/rules.py",
            "import puntual.portfolio.models",
            "Rules and types are plain",
        ),
        ("models in a page", "staff/views.py", "import puntual.portfolio.models", "Interfaces see"),
        ("rules in a command", "cli/main.py", "import puntual.portfolio.rules", "Interfaces see"),
    ],
)
def test_a_planted_import_breaks_its_contract(
    _case: str, file: str, text: str, contract: str, tmp_path: Path
) -> None:
    path = make_skeleton(tmp_path) / file
    path.parent.mkdir(exist_ok=True)
    path.write_text(text + "\n")

    done = lint(tmp_path)

    broken = [line for line in done.stdout.splitlines() if "BROKEN" in line]
    assert done.returncode == 1, done.stdout + done.stderr
    assert any(line.startswith(contract) for line in broken), done.stdout
