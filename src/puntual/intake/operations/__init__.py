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
from puntual.intake.operations.files import (
    UnableToReadFile,
    forget_file,
    read_stored,
    refuse_stored,
    rows_of_table,
    store_file,
    store_unread,
    understand,
)
from puntual.intake.operations.full_files import (
    UnableToCloseMissing,
    close_missing,
    keep_origins,
    lock_full_import,
    reopen_returned,
)
from puntual.intake.operations.giving import give_rows
from puntual.intake.operations.merging import free_notes, move_customer, return_customer
from puntual.intake.operations.movements import (
    Settled,
    UnableToSettle,
    Waiting,
    assign_movement,
    dismiss_movement,
    free_credit_notes,
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
from puntual.intake.operations.reviewing import begin_review, note_unread
from puntual.intake.operations.staging import judge_again, rejected_sample, stage
from puntual.intake.rules.reading import kept_open

__all__ = [
    "APPLY_KEY",
    "ImportCancelled",
    "ProgressLine",
    "Settled",
    "UnableToCloseMissing",
    "UnableToKeepProfile",
    "UnableToReadFile",
    "UnableToSettle",
    "Waiting",
    "assign_movement",
    "begin_review",
    "close_missing",
    "delete_profile",
    "dismiss_movement",
    "drop_profile",
    "erase_customer",
    "finish",
    "fit_profile",
    "forget_file",
    "free_credit_notes",
    "free_notes",
    "give_rows",
    "judge_again",
    "keep_movements",
    "keep_origins",
    "keep_preview",
    "kept_open",
    "lock_full_import",
    "lock_waiting",
    "mark_applying",
    "mark_cancelled",
    "mark_settled",
    "mark_stopped",
    "move_customer",
    "note_profile_used",
    "note_unread",
    "progress_line",
    "read_stored",
    "refuse_stored",
    "rejected_sample",
    "rename_profile",
    "reopen_movement",
    "reopen_returned",
    "request_cancel",
    "resolve_movements",
    "return_customer",
    "rows_of_table",
    "save_profile",
    "split_movement",
    "stage",
    "store_file",
    "store_unread",
    "understand",
]
