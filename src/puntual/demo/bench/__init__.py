"""Figures of the product beside its targets, measured side by side in one run."""

from puntual.demo.bench.figures import Figure
from puntual.demo.bench.table import Part, measure_all

__all__ = ["Figure", "Part", "measure_all"]
