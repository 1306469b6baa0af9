"""What a plan would do: today, in the days to come, and in days that are over. Nothing of it is carried out."""

from puntual.flows.rehearsal.calendars import CalendarReport, calendar, calendar_of_customer
from puntual.flows.rehearsal.keeping import ask, carry_out
from puntual.flows.rehearsal.previewing import PreviewReport, preview
from puntual.flows.rehearsal.replaying import ReplayReport, UnableToRehearse, replay
from puntual.flows.rehearsal.reports import named, plain, revived
from puntual.flows.rehearsal.words import limit_sentences

__all__ = [
    "CalendarReport",
    "PreviewReport",
    "ReplayReport",
    "UnableToRehearse",
    "ask",
    "calendar",
    "calendar_of_customer",
    "carry_out",
    "limit_sentences",
    "named",
    "plain",
    "preview",
    "replay",
    "revived",
]
