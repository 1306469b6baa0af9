"""One demo portfolio of the default size, made once for all tests."""

from datetime import date

import pytest

from puntual.demo import generator

SEED = 2026
TODAY = date(2026, 11, 23)


@pytest.fixture(scope="session")
def today():
    return TODAY


@pytest.fixture(scope="session")
def portfolio():
    """Every customer of the default portfolio with everything about it."""
    return list(generator.generate(seed=SEED, receivables=generator.DEFAULT_RECEIVABLES, today=TODAY))


@pytest.fixture(scope="session")
def files(tmp_path_factory):
    """The same portfolio as files."""
    return generator.write_files(
        folder=tmp_path_factory.mktemp("demo"),
        seed=SEED,
        receivables=generator.DEFAULT_RECEIVABLES,
        today=TODAY,
    )
