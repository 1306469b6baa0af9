"""
Intake: what did the client send, what did we accept?

Reads: intake.Import, intake.ImportRow, portfolio, contacts and payments through the judging statements
Writes: intake.Import, intake.ImportRow, temporary staging tables of the current transaction
Guarantees: those of its parts: files (kept as they came), staging (nothing that others can see), closing (every
row is accounted for), erasing (a person can be forgotten).
"""

from puntual.intake.operations.closing import finish, keep_preview, mark_applying, mark_stopped
from puntual.intake.operations.erasing import erase_customer
from puntual.intake.operations.files import UnableToReadFile, store_file, understand
from puntual.intake.operations.staging import rejected_sample, stage

__all__ = [
    "UnableToReadFile",
    "erase_customer",
    "finish",
    "keep_preview",
    "mark_applying",
    "mark_stopped",
    "rejected_sample",
    "stage",
    "store_file",
    "understand",
]
