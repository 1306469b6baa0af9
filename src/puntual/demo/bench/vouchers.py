"""An archive of CFDI through the whole import: how many files a second."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from puntual.audit.types import SYSTEM
from puntual.companies import operations as company_operations
from puntual.demo.bench.stopwatch import measured
from puntual.demo.bench.work import DECIDED_AT, TODAY
from puntual.demo.generator import cfdi
from puntual.flows import intake
from puntual.flows.opening import open_company
from puntual.intake.types import Choices

KEY = "medicioncfdi"
_DOCUMENTS_MAX = 10_000
_FILES_PER_SECOND_MIN = 500
_CHOICES = Choices(terms_days=30)


class Row(NamedTuple):
    """What was measured, beside what it should be."""

    work: str
    measured: str
    target: str
    is_met: bool


def measure(*, folder: Path, tell: Callable[[str], None], receivables: int) -> list[Row]:
    """
    Load an archive into a company of its own, and load it again; the caller erases the company.

    It holds 10,000 documents, or as many as the portfolio that is measured where that is smaller.
    """
    documents = min(_DOCUMENTS_MAX, receivables)
    tell(f"CFDI: {documents:,}")
    path = folder / "cfdi.zip"
    cfdi.write_cfdi(path=path, documents=documents, seed=1, today=TODAY)
    open_company(
        schema_name=KEY,
        name="Medición de CFDI",
        hosts=(f"{KEY}.localhost",),
        settings={
            "email": "medicion@puntual.example",
            "complaint_contact": "quejas@puntual.example",
            "tax_id": cfdi.ISSUER,
        },
        at=DECIDED_AT,
    )
    first = measured(partial(load_archive, path))
    again = measured(partial(load_archive, path))
    rate = documents / first.seconds
    return [
        Row(
            f"import {documents:,} CFDI in a ZIP",
            f"{rate:,.0f} files/s ({first.seconds:.1f} s, {first.result['accepted']:,} rows accepted), "
            f"{first.peak_mb:,.0f} MB",
            f"≥ {_FILES_PER_SECOND_MIN} files/s",
            rate >= _FILES_PER_SECOND_MIN and first.result["accepted"] >= documents * 0.8,
        ),
        Row(
            "second import of the same ZIP",
            f"{again.seconds:.1f} s, writes {again.result['accepted']:,} rows",
            "≤ the first, writes 0 rows",
            again.seconds <= first.seconds and again.result["accepted"] == 0,
        ),
    ]


def load_archive(path: Path) -> dict[str, Any]:
    """Keep an archive and apply it, as a person would."""
    with company_operations.in_company(schema_name=KEY):
        import_id = intake.load_file(
            name=path.name, content=path.read_bytes(), kind=None, actor=SYSTEM, at=DECIDED_AT
        )
        done = intake.apply_import(
            import_id=import_id, choices=_CHOICES, actor=SYSTEM, today=TODAY, at=DECIDED_AT
        )
        return {"accepted": done.counts.rows_accepted, "rejected": done.counts.rows_rejected}
