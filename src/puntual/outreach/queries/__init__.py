"""Reads of outreach: the words of messages, and messages for people to look at."""

from puntual.outreach.queries.messages import (
    message,
    message_list,
    messages_in_full,
    messages_of,
    state_counts,
)
from puntual.outreach.queries.offers import offers_told
from puntual.outreach.queries.previews import Preview, customer_preview
from puntual.outreach.queries.proofs import folded_tax_id, proofs_of
from puntual.outreach.queries.samples import template_sample
from puntual.outreach.queries.templates import read_template_files
from puntual.outreach.queries.wording import (
    active_templates,
    message_facts,
    objection,
    one_click_url,
    portal_urls,
    rendered,
    template_names,
    template_of,
    unsaid,
    unsaid_by_template,
    without_links,
    words_digest,
    words_for,
)

__all__ = [
    "Preview",
    "active_templates",
    "customer_preview",
    "folded_tax_id",
    "message",
    "message_facts",
    "message_list",
    "messages_in_full",
    "messages_of",
    "objection",
    "offers_told",
    "one_click_url",
    "portal_urls",
    "proofs_of",
    "read_template_files",
    "rendered",
    "state_counts",
    "template_names",
    "template_of",
    "template_sample",
    "unsaid",
    "unsaid_by_template",
    "without_links",
    "words_digest",
    "words_for",
]
