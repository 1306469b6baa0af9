"""What the text check does with the corpus that was written apart from it: no less than it did."""

import importlib.util
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[3] / "scripts" / "measure_texts.py"


@pytest.fixture(scope="module")
def measuring():  # type: ignore[no-untyped-def]
    """Load the script that docs/compliance-texts.md is written by."""
    spec = importlib.util.spec_from_file_location("measure_texts", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["measure_texts"] = module
    spec.loader.exec_module(module)
    return module
