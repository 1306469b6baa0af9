"""
A file comes in: keep it → preview it → apply it, all accepted rows or none → give back what was rejected.

Preview and apply lay the file out and judge it by the same statements; apply then writes what was judged.
"""

from puntual.flows.intake.applying import QuestionsOpen, apply_import, request_cancel
from puntual.flows.intake.completing import close_few_missing, company_share_max
from puntual.flows.intake.missing import ApprovalNeeded, close_missing, missing_from
from puntual.flows.intake.packing import packed
from puntual.flows.intake.previewing import forget_file, keep_file, load_file, preview, receive_file
from puntual.flows.intake.rejecting import rejected_xlsx
from puntual.flows.intake.waiting import (
    assign_movement,
    dismiss_movement,
    reopen_movement,
    settle_waiting,
    split_movement,
)
from puntual.intake.operations import kept_open

__all__ = [
    "ApprovalNeeded",
    "QuestionsOpen",
    "apply_import",
    "assign_movement",
    "close_few_missing",
    "close_missing",
    "company_share_max",
    "dismiss_movement",
    "forget_file",
    "keep_file",
    "kept_open",
    "load_file",
    "missing_from",
    "packed",
    "preview",
    "receive_file",
    "rejected_xlsx",
    "reopen_movement",
    "request_cancel",
    "settle_waiting",
    "split_movement",
]
