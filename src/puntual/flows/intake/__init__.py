"""
A file comes in: keep it → preview it → apply it, all accepted rows or none → give back what was rejected.

Preview and apply lay the file out and judge it by the same statements; apply then writes what was judged.
"""

from puntual.flows.intake.applying import QuestionsOpen, apply_import, request_cancel
from puntual.flows.intake.previewing import keep_file, load_file, preview
from puntual.flows.intake.rejecting import rejected_xlsx
from puntual.intake.operations import kept_open

__all__ = [
    "QuestionsOpen",
    "apply_import",
    "keep_file",
    "kept_open",
    "load_file",
    "preview",
    "rejected_xlsx",
    "request_cancel",
]
