"""
Agreements: what was agreed with a customer, and was it kept?

Reads: agreements.Promise, agreements.Dispute, agreements.Hold, portfolio.Customer, portfolio.Receivable,
portfolio.LedgerEntry
Writes: agreements.Promise, agreements.PromisePast, agreements.Dispute, agreements.Hold, agreements.PortfolioPause,
portfolio.Receivable (its promised date), audit.Event
Guarantees: those of its parts: agreeing (one active promise, one open dispute, kept by money alone), merging (what
moves with a customer comes back when the union is undone), pausing (a part of the portfolio stands still, with a
reason and an end).
"""

from puntual.agreements.operations.agreeing import (
    UnableToDispute,
    UnableToHold,
    UnableToPromise,
    cancel_promise,
    close_dispute,
    erase_customer,
    lift_hold,
    make_promise,
    open_dispute,
    place_hold,
    review_dispute,
    settle_promises,
)
from puntual.agreements.operations.merging import move_customer, return_customer
from puntual.agreements.operations.pausing import lift_pause, pause_portfolio

__all__ = [
    "UnableToDispute",
    "UnableToHold",
    "UnableToPromise",
    "cancel_promise",
    "close_dispute",
    "erase_customer",
    "lift_hold",
    "lift_pause",
    "make_promise",
    "move_customer",
    "open_dispute",
    "pause_portfolio",
    "place_hold",
    "return_customer",
    "review_dispute",
    "settle_promises",
]
