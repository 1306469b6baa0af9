"""
Insights: how are we doing, and how good is the data we work with?

Reads: portfolio, contacts, payments, assessment, the staging tables of intake
Writes: insights.Snapshot, insights.Finding, insights.FindingCount, insights.QualityCheck, insights.LoadReview,
insights.LoadedRow, insights.RequiredPaper, insights.SeenPaper, insights.Rehearsal
Guarantees: a picture, a check and a finding are kept once; looking again writes only what differs.
"""

from puntual.insights.operations.quality import (
    UnableToAccept,
    accept_finding,
    check_company,
    check_customers,
    count_findings,
    erase_customer,
    finish_load_review,
    keep_check,
    remember_rows,
    reopen_finding,
    see_paper,
    set_papers,
)
from puntual.insights.operations.rehearsals import ask_rehearsal, keep_report, note_failure, note_progress
from puntual.insights.operations.snapshots import take_snapshot

__all__ = [
    "UnableToAccept",
    "accept_finding",
    "ask_rehearsal",
    "check_company",
    "check_customers",
    "count_findings",
    "erase_customer",
    "finish_load_review",
    "keep_check",
    "keep_report",
    "note_failure",
    "note_progress",
    "remember_rows",
    "reopen_finding",
    "see_paper",
    "set_papers",
    "take_snapshot",
]
