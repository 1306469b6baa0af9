"""
Outreach: was it sent, and what became of it?

Reads: plans.Action, contacts.ContactPoint, the shipped template files
Writes: outreach.TemplateVersion, outreach.Message, outreach.DeliveryEvent, outreach.PortalLink, audit.Event
Guarantees: those of its parts: templates (wordings never change), queue (nothing is sent twice), outcomes
(nothing is lost), links (each opens for one customer of one company).
"""

from puntual.outreach.operations.links import (
    LinkRefused,
    check_link,
    make_portal_link,
    make_portal_links,
    note_failed_identity,
    note_visit,
    revoke_link,
)
from puntual.outreach.operations.merging import MessageLeaving, move_customer, return_customer
from puntual.outreach.operations.outcomes import erase_customer, mark_reported, record_event, unreported
from puntual.outreach.operations.queue import (
    cancel_messages,
    claim,
    defer_messages,
    hold_back,
    mark_bounced,
    mark_failed,
    mark_sending,
    mark_sent,
    mark_unknown,
    queue_answer,
    queue_for_actions,
    readdress,
    refuse_messages,
    release_claimed,
    release_stale,
    resolve_unknown,
    stop_actions,
    store_words,
    wake,
    withdraw,
)
from puntual.outreach.operations.templates import UnableToLoadTemplates, load_templates

__all__ = [
    "LinkRefused",
    "MessageLeaving",
    "UnableToLoadTemplates",
    "cancel_messages",
    "check_link",
    "claim",
    "defer_messages",
    "erase_customer",
    "hold_back",
    "load_templates",
    "make_portal_link",
    "make_portal_links",
    "mark_bounced",
    "mark_failed",
    "mark_reported",
    "mark_sending",
    "mark_sent",
    "mark_unknown",
    "move_customer",
    "note_failed_identity",
    "note_visit",
    "queue_answer",
    "queue_for_actions",
    "readdress",
    "record_event",
    "refuse_messages",
    "release_claimed",
    "release_stale",
    "resolve_unknown",
    "return_customer",
    "revoke_link",
    "stop_actions",
    "store_words",
    "unreported",
    "wake",
    "withdraw",
]
