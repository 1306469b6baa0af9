"""Loaded before Django: gives the tests a real PostgreSQL when nobody named one."""

import hashlib
import os
import tempfile
from pathlib import Path

import hypothesis
import psycopg
import pytest

from puntual.db import embedded

# How long an example takes says something of the machine, nothing of the product.
hypothesis.settings.register_profile(
    "puntual", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("puntual")

os.environ.setdefault("PUNTUAL_MODE", "test")
# One server for each checkout: two of them may run their tests at the same time.
_CHECKOUT = hashlib.sha256(str(Path(__file__).resolve()).encode()).hexdigest()[:8]
os.environ.setdefault(
    "PUNTUAL_HOME", str(Path(tempfile.gettempdir()) / f"puntual-tests-{os.getuid()}-{_CHECKOUT}")
)
(Path(os.environ["PUNTUAL_HOME"]) / "static").mkdir(parents=True, exist_ok=True)


def _spare_the_disk(url: str) -> None:
    """Wait for no disk: the tests kill processes, never the machine, and their data is thrown away."""
    with psycopg.connect(url, autocommit=True) as connection:
        for name in ("fsync", "full_page_writes"):
            connection.execute(f"alter system set {name} to off")
        connection.execute("select pg_reload_conf()")


if "DATABASE_URL" not in os.environ:
    os.environ["DATABASE_URL"] = embedded.start(folder=Path(os.environ["PUNTUAL_HOME"]))
    _spare_the_disk(os.environ["DATABASE_URL"])


def pytest_configure(config: pytest.Config) -> None:
    """Say which engine is under test."""
    config.addinivalue_line("markers", "engine: internal")


# Minutes, not milliseconds: these begin first, so that all workers end together.
_LONG = (
    "tests/flows/test_demo.py",
    "tests/web/test_staff_import_workers.py",
    "tests/browser/",
    "tests/flows/test_daily_run_kill.py",
    "tests/flows/test_wheel.py",
    "tests/flows/test_intake_together.py",
    "tests/flows/test_dispatch_kill.py",
    "tests/web/test_staff_plan_editor.py",
    "tests/flows/test_intake_helped.py",
    "tests/flows/test_sources_together.py",
    "tests/unit/plans/test_editing.py",
    "tests/unit/plans/test_decide_properties.py",
    "tests/unit/config/test_start.py",
    "tests/flows/test_placing.py",
    "tests/flows/test_sources_odoo_details.py",
    "tests/flows/test_commands.py",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long files before the others, which keep their random order."""

    def rank(item: pytest.Item) -> int:
        return next((rank for rank, name in enumerate(_LONG) if item.nodeid.startswith(name)), len(_LONG))

    items.sort(key=rank)
