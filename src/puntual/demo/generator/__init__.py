"""A seeded generator of a believable Mexican portfolio; plain Python, no database."""

from puntual.demo.generator.files import write_files
from puntual.demo.generator.portfolio import DATA_PROBLEM_SHARE, generate
from puntual.demo.generator.sizes import DEFAULT_RECEIVABLES

__all__ = ["DATA_PROBLEM_SHARE", "DEFAULT_RECEIVABLES", "generate", "write_files"]
