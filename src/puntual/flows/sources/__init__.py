"""
Files that come in by themselves: describe a source → try it → pull it on its schedule, or take what a program sends.

What comes goes the way of every file (keep → preview → apply); a file that leaves a question open waits for a person.
"""

from puntual.flows.sources.describing import (
    ConnectorCard,
    check_source,
    connector_list,
    remove_source,
    save_source,
)
from puntual.flows.sources.pulling import PullResult, SourceBusy, pull_source
from puntual.flows.sources.sending import KeyAlreadyUsed, RecordsRejected, SentResult, take_records

__all__ = [
    "ConnectorCard",
    "KeyAlreadyUsed",
    "PullResult",
    "RecordsRejected",
    "SentResult",
    "SourceBusy",
    "check_source",
    "connector_list",
    "pull_source",
    "remove_source",
    "save_source",
    "take_records",
]
