"""Figures of the product beside its targets, measured side by side in one run."""

from puntual.demo.bench.figures import Figure
from puntual.demo.bench.table import measure_all, measure_runs

__all__ = ["Figure", "measure_all", "measure_runs"]
