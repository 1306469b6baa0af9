"""The product as processes of its own: another environment, another folder, nothing of the tests' database."""

import json
import os
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest


def environment(home: Path, **extra: str) -> dict[str, str]:
    """Return an environment that knows nothing of the tests' own database."""
    foreign = ("PUNTUAL_", "DATABASE_URL", "DJANGO_", "EMAIL_URL", "PYTEST_", "PYTHONPATH", "VIRTUAL_ENV")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return {**kept, "PUNTUAL_HOME": str(home), **extra}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def run_to_the_end(arguments: list[str], **options: Any) -> Any:
    """Run a command that answers in JSON and return its answer."""
    done = subprocess.run(arguments, capture_output=True, text=True, check=False, **options)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def ground() -> Iterator[Path]:
    """
    Give a folder that the database's own user may enter.

    pytest shuts its folders to all other users again whenever another run begins.
    """
    with tempfile.TemporaryDirectory(prefix="puntual-") as folder:
        yield Path(folder)
