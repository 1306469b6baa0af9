"""
Intake: what did the client send, what did we accept?

Reads: intake.Import, intake.ImportRow, intake.Profile, portfolio, contacts and payments through the judging statements
Writes: intake.Import, intake.ImportRow, intake.Profile, temporary staging tables of the current transaction
Guarantees: those of its parts: files (kept as they came), staging (nothing that others can see), closing (every
row is accounted for), profiles (what was decided fits the next file), progress (what is
told is seen at once), erasing (a person can be forgotten).
"""

from puntual.intake.operations.closing import finish, keep_preview, mark_applying, mark_stopped
from puntual.intake.operations.erasing import erase_customer
from puntual.intake.operations.files import UnableToReadFile, store_file, understand
from puntual.intake.operations.movements import (
    Settled,
    UnableToSettle,
    Waiting,
    assign_movement,
    dismiss_movement,
    keep_movements,
    lock_waiting,
    mark_cancelled,
    mark_settled,
    reopen_movement,
    resolve_movements,
    split_movement,
)
from puntual.intake.operations.profiles import (
    UnableToKeepProfile,
    delete_profile,
    drop_profile,
    fit_profile,
    note_profile_used,
    rename_profile,
    save_profile,
)
from puntual.intake.operations.progress import (
    APPLY_KEY,
    ImportCancelled,
    ProgressLine,
    progress_line,
    request_cancel,
)
from puntual.intake.operations.staging import rejected_sample, stage
from puntual.intake.rules.reading import kept_open

__all__ = [
    "APPLY_KEY",
    "ImportCancelled",
    "ProgressLine",
    "UnableToKeepProfile",
    "UnableToReadFile",
    "Settled",
    "delete_profile",
    "drop_profile",
    "UnableToSettle",
    "Waiting",
    "assign_movement",
    "erase_customer",
    "finish",
    "dismiss_movement",
    "fit_profile",
    "keep_preview",
    "kept_open",
    "mark_applying",
    "keep_movements",
    "mark_stopped",
    "note_profile_used",
    "progress_line",
    "rejected_sample",
    "mark_cancelled",
    "mark_settled",
    "rename_profile",
    "request_cancel",
    "save_profile",
    "stage",
    "store_file",
    "understand",
]
    "reopen_movement",
    "resolve_movements",
    "split_movement",
