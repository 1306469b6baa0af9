"""What the demo's history tells agrees with the portfolio, the payments and the law."""

from collections import Counter, defaultdict
from datetime import date
from itertools import pairwise

from puntual.agreements import types as agreements
from puntual.contacts import types as contacts
from puntual.demo.generator.days import Days
from puntual.demo.types import Archetype, DataProblem


def of_kind(events, kind):
    return [e for e in events if e.kind == kind]


def spans_of_disputes(events, today):
    closed = {e.details["folio"]: e.day for e in of_kind(events, "dispute_closed")}
    return [
        (e.day, closed.get(e.details["folio"], today.toordinal())) for e in of_kind(events, "dispute_opened")
    ]


def test_all_kinds_happen_and_events_lie_between_first_document_and_today(portfolio, today):
    kinds = Counter()
    for _, receivables, _, events in portfolio:
        kinds.update(e.kind for e in events)
        assert [e.day for e in events] == sorted(e.day for e in events)
        first = min(r.issue_day for r in receivables)
        assert all(first <= e.day <= today.toordinal() for e in events)

    assert set(kinds) == {"promise", "dispute_opened", "dispute_closed", "hold", "contact", "opt_out"}
    assert min(kinds.values()) >= 4


def test_codes_are_those_of_the_product(portfolio):
    events = [e for h in portfolio for e in h.events]

    for e in events:
        if "channel" in e.details:
            assert e.details["channel"] in set(contacts.Channel)
        if e.kind == "contact":
            assert e.details["direction"] in set(contacts.Direction)
            assert e.details["result"] in set(contacts.AttemptOutcome)
    reasons = {e.details["reason"] for e in of_kind(events, "dispute_opened")}
    assert reasons <= set(agreements.DisputeReason)
    assert {e.details["reason"] for e in of_kind(events, "hold")} <= set(agreements.HoldReason)
    endings = {e.details["resolution"] for e in of_kind(events, "dispute_closed")}
    assert endings == {"ACCEPTED", "REJECTED", "WITHDRAWN"}


def test_notes_are_complete_sentences(portfolio):
    for history in portfolio:
        for e in history.events:
            assert "{" not in e.details["note"]
            assert e.details["note"].endswith((".", "?"))
            assert e.details["note"][0].isupper()


def test_promises_are_kept_broken_and_running(portfolio, today):
    states = Counter()
    for _, _, payments, events in portfolio:
        for promise in of_kind(events, "promise"):
            due = date.fromisoformat(promise.details["due_date"]).toordinal()
            assert promise.day < due
            promised = int(promise.details["amount"].replace(".", ""))
            paid = sum(p.cents for p in payments if promise.day <= p.day <= due)
            if due >= today.toordinal():
                states["running"] += 1
            elif paid >= promised:
                states["kept"] += 1
            else:
                states["broken"] += 1
    assert states["running"] >= 10
    assert states["kept"] >= 100
    assert states["broken"] >= 100


def test_a_customer_has_one_promise_at_a_time(portfolio):
    for history in portfolio:
        spans = [(e.day, e.details["due_date"]) for e in of_kind(history.events, "promise")]
        for (_, due), (made, _) in pairwise(spans):
            assert date.fromisoformat(due).toordinal() < made


def test_disputes_name_documents_of_the_customer_and_some_are_open(portfolio, today):
    still_open = 0
    for _, receivables, payments, events in portfolio:
        folios = {r.folio: r for r in receivables}
        opened = {e.details["folio"]: e.day for e in of_kind(events, "dispute_opened")}
        closed = {e.details["folio"]: e.day for e in of_kind(events, "dispute_closed")}
        assert set(opened) <= set(folios)
        assert all(opened[folio] < day for folio, day in closed.items())
        assert all(folios[folio].issue_day < day for folio, day in opened.items())
        unsolved = set(opened) - set(closed)
        assert not unsolved & {p.folio for p in payments}
        still_open += len(unsolved)
    assert still_open >= 5


def test_nobody_is_contacted_against_hold_dispute_opt_out_or_on_days_of_rest(portfolio, today):
    days = Days(today=today)
    for customer, _, _, events in portfolio:
        quiet = spans_of_disputes(events, today)
        for hold in of_kind(events, "hold"):
            quiet.append((hold.day, date.fromisoformat(hold.details["until"]).toordinal()))
        left = {e.details["channel"]: e.day for e in of_kind(events, "opt_out")}
        for e in events:
            if e.details.get("direction") != "OUTBOUND":
                continue
            assert days.next_working[e.day] == e.day
            assert not any(start <= e.day <= end for start, end in quiet), (customer, e)
            assert e.day < left.get(e.details["channel"], e.day + 1)
            if customer.problem is DataProblem.NO_EMAIL:
                assert e.details["channel"] != "EMAIL"


def test_nobody_is_reminded_of_what_is_paid(portfolio):
    for _, receivables, payments, events in portfolio:
        paid = defaultdict(list)
        for p in payments:
            paid[p.folio].append(p)
        settled = {
            r.folio: max(p.day for p in paid[r.folio])
            for r in receivables
            if sum(p.cents for p in paid[r.folio]) >= r.cents
        }
        for e in events:
            if e.details.get("direction") == "OUTBOUND":
                owed = [r for r in receivables if r.issue_day < e.day < settled.get(r.folio, e.day + 1)]
                assert owed, e


def test_formal_notices_never_go_backwards_and_end_in_court_only_for_the_silent(portfolio):
    lawsuits = 0
    order = ("Requerimiento", "Último", "Expediente")
    for customer, _, _, events in portfolio:
        letters = [e.details["note"] for e in events if e.details.get("channel") == "LETTER"]
        letters = [n for n in letters if n.startswith(order)]
        steps = [order.index(note.split()[0]) for note in letters]
        assert steps == list(range(len(steps)))
        if len(steps) == 3:
            assert customer.archetype is Archetype.SILENT
            lawsuits += 1
    assert lawsuits >= 1
