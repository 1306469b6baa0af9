"""What is due goes out, once, and only while it is still right."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db.models import Value
from django.db.models.functions import Concat

from puntual.agreements import operations as agreements
from puntual.agreements.models import Promise
from puntual.agreements.types import DisputeReason
from puntual.audit.types import SYSTEM
from puntual.companies import operations as companies
from puntual.companies.models import Company
from puntual.compliance.models import Verdict
from puntual.contacts import operations as contacts
from puntual.contacts.models import Attempt, ContactPoint
from puntual.contacts.types import Channel, ConsentDecision, PointKind
from puntual.flows import daily_run, dispatch, money_in
from puntual.lib import formats
from puntual.outreach import operations as outreach
from puntual.outreach.models import Message, PortalLink, TemplateVersion
from puntual.outreach.providers.contract import (
    OutcomeUnknown,
    PermanentRefusal,
    TemporaryRefusal,
    TransportError,
    TransportUnavailable,
)
from puntual.outreach.providers.fake import FakeTransport
from puntual.outreach.types import Envelope
from puntual.payments import operations as payments
from puntual.plans.models import Action
from puntual.portfolio.models import Customer
from tests.factories import make_customer, make_point, make_receivable
from tests.flows.sending_out import due, failing, owing, pay, state
from tests.outreach_factories import make_message, prepare


@pytest.fixture(autouse=True)
def plan(company: Company) -> None:
    """Put the shipped plan and templates in force."""
    prepare()


@pytest.mark.parametrize(
    ("kind", "name", "greeting"),
    [
        ("PERSON", "María José Ñandú Peón", "Hola, María José:"),
        ("COMPANY", "Mueblería María José, S.A. de C.V.", "Hola, Mueblería María José, S.A. de C.V.:"),
    ],
)
def test_a_person_is_greeted_by_the_first_name_and_a_firm_by_its_own(
    now: datetime, kind: str, name: str, greeting: str
) -> None:
    customer = owing()
    Customer.objects.update(kind=kind, name=name, short_name="")
    make_message(customer=customer)
    transport = FakeTransport()

    due(now, transport)

    assert greeting in transport.taken[0].text


@pytest.mark.feature("MSG-01")
def test_a_due_message_is_written_sent_and_recorded(now: datetime) -> None:
    customer = owing()
    message = make_message(customer=customer)
    transport = FakeTransport()

    summary = due(now, transport)

    assert (summary.claimed, summary.sent, summary.is_available) == (1, 1, True)
    envelope = transport.taken[0]
    stored = Message.objects.get()
    assert (stored.state, stored.sent_at, stored.tries, stored.reported_at) == ("SENT", now, 1, now)
    assert (envelope.key, envelope.recipient) == (message.key, stored.recipient)
    assert (envelope.sender_name, envelope.sender_address) == (
        "Muebles del Valle",
        "cobranza@mueblesdelvalle.example",
    )
    assert (envelope.subject, envelope.text, envelope.html) == (stored.subject, stored.text, stored.html)
    assert envelope.subject == "Su cuenta con Muebles del Valle"
    assert "$1,250.00" in envelope.text
    assert "Hola, María:" in envelope.text
    attempt = Attempt.objects.get()
    assert (attempt.key, attempt.outcome, attempt.at) == (f"message:{message.key}", "SENT", now)
    assert (attempt.customer_id, attempt.contact_point_id) == (customer.pk, stored.contact_point_id)
    action = Action.objects.get()
    assert (action.state, action.closed_at) == ("EXECUTED", now)
    verdict = Verdict.objects.get()
    assert (verdict.moment, verdict.outcome, verdict.action_id) == ("SENDING", "ALLOW", action.pk)
    assert verdict.step_key == action.step_key
    link = PortalLink.objects.get()
    assert stored.portal_link_id == link.pk
    token = envelope.text.split("http://muebles.localhost/p/")[1].split("/")[0]
    assert outreach.check_link(token=token, at=now).customer_id == customer.pk
    assert f"http://muebles.localhost/p/{token}/preferencias/" in envelope.text
    assert envelope.one_click_url == f"http://muebles.localhost/p/{token}/baja/"


@pytest.mark.feature("N-05")
@pytest.mark.complaint(6)
def test_nothing_is_sent_twice(now: datetime) -> None:
    make_message(customer=owing())
    transport = FakeTransport()

    due(now, transport)
    second = due(now + timedelta(hours=1), transport)

    assert (second.claimed, second.sent, len(transport.taken)) == (0, 0, 1)
    assert Attempt.objects.count() == 1


@pytest.mark.complaint(21)
def test_english_for_who_reads_english(now: datetime) -> None:
    make_message(customer=owing(language="en"))
    transport = FakeTransport()

    due(now, transport)

    assert transport.taken[0].subject == "Your account with Muebles del Valle"
    day = formats.day(value=date(2026, 11, 20), locale="en_US")
    assert f"was due on {day}: $1,250.00" in transport.taken[0].text


@pytest.mark.complaint(6)
def test_a_payment_at_10_stops_the_message_of_10_05(now: datetime, today: date) -> None:
    customer = owing()
    message = make_message(customer=customer, not_before=now + timedelta(minutes=5))
    transport = FakeTransport()

    money_in.receive_payment(payment=pay(customer, "1250.00", today), actor=SYSTEM, at=now, today=today)
    due(now + timedelta(minutes=5), transport)

    assert (state(message)[0], transport.taken, Attempt.objects.count()) == ("CANCELLED", [], 0)
    assert Action.objects.get().state == "CANCELLED"


def test_money_that_nobody_announced_stops_it_too(now: datetime, today: date) -> None:
    customer = owing()
    message = make_message(customer=customer)
    transport = FakeTransport()

    payments.record_payment(payment=pay(customer, "1250.00", today), actor=SYSTEM, at=now)
    summary = due(now, transport)

    assert (summary.cancelled, transport.taken) == (1, [])
    assert state(message) == ("CANCELLED", "law:X-PAID-01")
    action = Action.objects.get()
    assert (action.state, action.closed_reason) == ("CANCELLED", "law:X-PAID-01")
    assert Verdict.objects.get().outcome == "BLOCK"
    assert Attempt.objects.count() == 0


@pytest.mark.complaint(17)
def test_a_partial_payment_changes_the_amount(now: datetime, today: date) -> None:
    customer = owing()
    make_message(customer=customer)
    transport = FakeTransport()

    payments.record_payment(payment=pay(customer, "1000.00", today), actor=SYSTEM, at=now)
    due(now, transport)

    assert "$250.00" in transport.taken[0].text
    assert "1,250" not in transport.taken[0].text


def test_a_payment_while_the_batch_is_on_its_way_stops_what_has_not_left(now: datetime, today: date) -> None:
    first, second = owing(), owing()
    messages = [make_message(customer=first), make_message(customer=second)]

    def pay_meanwhile(envelope: Envelope) -> None:
        other = second if envelope.key == messages[0].key else first
        money_in.receive_payment(payment=pay(other, "1250.00", today), actor=SYSTEM, at=now, today=today)

    transport = FakeTransport(script=pay_meanwhile)
    summary = due(now, transport)

    assert (summary.sent, summary.cancelled, len(transport.taken)) == (1, 1, 1)
    assert state(messages[1])[0] == "CANCELLED"


@pytest.mark.feature("X-01")
def test_one_message_lists_everything_without_what_is_in_dispute(now: datetime, today: date) -> None:
    customer = make_customer()
    for number in range(14):
        make_receivable(
            customer=customer, due=today - timedelta(days=20 - number), document_number=f"V-{number}"
        )
    make_receivable(customer=customer, due=today - timedelta(days=2), currency="USD", document_number="V-USD")
    make_receivable(customer=customer, due=today + timedelta(days=5), document_number="P-1")
    make_receivable(customer=customer, due=today + timedelta(days=8), document_number="L-1")
    disputed = make_receivable(customer=customer, due=today - timedelta(days=30), document_number="D-1")
    agreements.open_dispute(
        customer_id=customer.pk,
        receivable_id=disputed.pk,
        reason=DisputeReason.QUALITY,
        note="",
        amount=None,
        channel=Channel.PORTAL,
        actor=SYSTEM,
        today=today,
        at=now,
        country="MX",
    )
    make_message(customer=customer)
    transport = FakeTransport()

    due(now, transport)

    overdue, soon = transport.taken[0].text.split("Por vencer:")
    assert overdue.count("venció el") == 10
    assert "y 5 documentos más" in overdue
    assert "Total vencido: $14,000.00 + $1,000.00\u00a0USD" in overdue
    assert "P-1" in soon
    assert "L-1" not in transport.taken[0].text
    assert "D-1" not in transport.taken[0].text


@pytest.mark.parametrize(
    ("_case", "act", "reason"),
    [
        ("opt-out", "opt_out", "law:X-OPT-01"),
        ("dispute", "dispute", "law:X-DISP-01"),
        ("bounced address", "bounce", "law:X-POINT-01"),
        ("action ended", "close", "action-closed"),
    ],
)
def test_what_became_wrong_is_not_sent(now: datetime, today: date, _case: str, act: str, reason: str) -> None:
    customer = owing()
    message = make_message(customer=customer)
    if act == "opt_out":
        contacts.set_consent(
            customer_id=customer.pk,
            channel=Channel.EMAIL,
            decision=ConsentDecision.OPTED_OUT,
            source="prueba",
            note="",
            actor=SYSTEM,
            at=now,
        )
    elif act == "dispute":
        agreements.open_dispute(
            customer_id=customer.pk,
            receivable_id=None,
            reason=DisputeReason.NOT_MINE,
            note="",
            amount=None,
            channel=Channel.PORTAL,
            actor=SYSTEM,
            today=today,
            at=now,
            country="MX",
        )
    elif act == "bounce":
        ContactPoint.objects.filter(customer=customer).update(state="BOUNCED")
    else:
        Action.objects.update(state="EXECUTED")
    transport = FakeTransport()

    due(now, transport)

    assert (state(message), transport.taken) == (("CANCELLED", reason), [])
    assert Attempt.objects.count() == 0


def test_outside_the_hours_it_waits_for_the_next_morning(now: datetime) -> None:
    message = make_message(customer=owing())
    night = datetime.fromisoformat("2026-11-24T03:30:00+00:00")
    transport = FakeTransport()

    summary = due(night, transport)

    stored = Message.objects.get()
    morning = datetime.fromisoformat("2026-11-24T14:00:00+00:00")
    assert (summary.deferred, summary.sent, transport.taken) == (1, 0, [])
    assert (stored.state, stored.not_before, stored.reason) == ("QUEUED", morning, "law:MX-WIN-01")
    assert (Action.objects.get().state, Action.objects.get().not_before) == ("QUEUED", morning)
    assert due(morning, transport).sent == 1
    assert state(message)[0] == "SENT"


def test_a_message_without_template_is_ended_with_its_reason(now: datetime) -> None:
    message = make_message(customer=owing(), template="no-existe")

    due(now)

    assert state(message) == ("CANCELLED", "no-template")


def test_a_broken_template_holds_up_nobody_else(now: datetime) -> None:
    broken = make_message(customer=owing(), template="notice-2")
    fine = make_message(customer=owing())
    TemplateVersion.objects.filter(key="notice-2").update(text=Concat("text", Value("{{ otra_cosa }}")))

    summary = due(now)

    assert (summary.sent, summary.cancelled) == (1, 1)
    assert (state(broken), state(fine)) == (("CANCELLED", "template-broken"), ("SENT", ""))


def test_a_template_that_the_law_came_to_forbid_is_sent_no_more(now: datetime) -> None:
    threat = make_message(customer=owing(), template="notice-2")
    fine = make_message(customer=owing())
    TemplateVersion.objects.filter(key="notice-2").update(
        html="<p>Irá a la {% if name %}c&aacute;rcel{% endif %}</p>"
    )

    assert due(now).sent == 1

    assert (state(threat), state(fine)) == (("CANCELLED", "template-unlawful"), ("SENT", ""))


def test_a_second_message_of_a_customer_sees_the_first_as_a_contact(now: datetime) -> None:
    customer = owing()
    for _number in range(4):
        make_message(customer=customer)

    summary = due(now)

    # Three contacts a day are allowed; the fourth waits for tomorrow.
    assert (summary.sent, summary.deferred) == (3, 1)


@pytest.mark.parametrize(
    ("error", "field", "expected", "attempt", "action"),
    [
        (PermanentRefusal("550", is_recipient=True), "bounced", "BOUNCED", "BOUNCED", "FAILED"),
        (PermanentRefusal("554", is_recipient=False), "failed", "FAILED", "FAILED", "FAILED"),
        (OutcomeUnknown("lost"), "unknown", "UNKNOWN", "SENT", "QUEUED"),
    ],
)
def test_what_was_not_sent_ends_with_its_reason(
    now: datetime, error: TransportError, field: str, expected: str, attempt: str, action: str
) -> None:
    customer = owing()
    message = make_message(customer=customer)

    summary = due(now, failing(error))

    assert (getattr(summary, field), summary.sent) == (1, 0)
    assert state(message) == (expected, str(error))
    assert (Attempt.objects.get().outcome, Action.objects.get().state) == (attempt, action)
    point = ContactPoint.objects.get(customer=customer)
    assert point.state == ("BOUNCED" if expected == "BOUNCED" else "NEW")
    transport = FakeTransport()
    assert due(now + timedelta(days=1), transport).claimed == 0
    assert transport.taken == []


def test_a_temporary_refusal_is_tried_again_three_times(now: datetime) -> None:
    message = make_message(customer=owing())
    transport = failing(TemporaryRefusal("451"))

    summaries = [due(now + timedelta(minutes=minutes), transport) for minutes in (0, 4, 5, 34, 35, 300)]

    assert [one.retried + one.failed for one in summaries] == [1, 0, 1, 0, 1, 0]
    assert (state(message), Message.objects.get().tries) == (("FAILED", "451"), 3)
    assert Action.objects.get().state == "FAILED"


@pytest.mark.complaint(6)
def test_a_server_that_is_down_costs_nothing(now: datetime) -> None:
    messages = [make_message(customer=owing()) for _ in range(5)]
    transport = failing(TransportUnavailable("down"))

    for hour in range(5):
        summary = due(now + timedelta(hours=hour), transport)
        assert (summary.claimed, summary.given_back, summary.is_available) == (5, 5, False)

    assert {state(one) for one in messages} == {("QUEUED", "")}
    assert set(Message.objects.values_list("tries", flat=True)) == {0}
    assert due(now + timedelta(hours=5)).sent == 5


def test_a_person_says_that_an_unknown_message_did_not_leave(now: datetime) -> None:
    message = make_message(customer=owing())
    due(now, failing(OutcomeUnknown("lost")))
    outreach.resolve_unknown(message_id=message.pk, was_sent=False, actor=SYSTEM, at=now)
    transport = FakeTransport()

    due(now + timedelta(minutes=1), transport)

    assert (state(message)[0], len(transport.taken), Action.objects.get().state) == ("SENT", 1, "EXECUTED")
    attempt = Attempt.objects.get()
    assert (attempt.at, attempt.outcome, attempt.note) == (now + timedelta(minutes=1), "SENT", "")


def test_a_person_says_that_an_unknown_message_left(now: datetime) -> None:
    message = make_message(customer=owing())
    due(now, failing(OutcomeUnknown("lost")))
    outreach.resolve_unknown(message_id=message.pk, was_sent=True, actor=SYSTEM, at=now)

    due(now + timedelta(minutes=1))

    assert (state(message)[0], Action.objects.get().state) == ("SENT", "EXECUTED")


def test_a_call_ends_in_time_and_gives_the_rest_back(now: datetime) -> None:
    messages = [make_message(customer=owing()) for _ in range(3)]

    summary = due(now, seconds_max=0.0)
    assert summary.claimed == 0

    slow = FakeTransport()
    limited = due(now, slow, limit=2)
    assert (limited.claimed, limited.sent) == (2, 2)
    assert sorted(state(one)[0] for one in messages) == ["QUEUED", "SENT", "SENT"]


def test_a_fault_of_ours_gives_claimed_messages_back(now: datetime) -> None:
    messages = [make_message(customer=owing()) for _ in range(3)]

    def break_down(_envelope: Envelope) -> TransportError | None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        due(now, FakeTransport(script=break_down))

    assert sorted(state(one)[0] for one in messages) == ["QUEUED", "QUEUED", "SENDING"]


def test_a_company_without_address_sends_nothing(company: Company, now: datetime) -> None:
    message = make_message(customer=owing())
    companies.update_company(schema_name="muebles", settings={"email": ""})

    with pytest.raises(dispatch.UnableToDispatch):
        due(now)

    assert state(message)[0] == "QUEUED"


@pytest.mark.parametrize("tax_id", ["", "XAXX010101000"])
@pytest.mark.parametrize("language", ["es-mx", "en"])
def test_who_could_not_enter_the_portal_gets_no_link_to_it(now: datetime, tax_id: str, language: str) -> None:
    make_message(customer=owing(tax_id=tax_id, language=language))
    transport = FakeTransport()

    due(now, transport)

    (sent,) = transport.taken
    for words in (sent.text, sent.html):
        assert "preferencias" not in words
        # The only address is the one that stops messages: nothing is asked there.
        assert words.count("/p/") == words.count("/baja/") == 1
        reach = "comuníquese al 55 0000 0000" if language == "es-mx" else "contact us at 55 0000 0000"
        assert reach in words
        assert "cobranza@mueblesdelvalle.example" in words


def test_who_has_no_tax_id_but_a_telephone_gets_a_link(now: datetime) -> None:
    customer = owing(tax_id="XAXX010101000")
    make_point(customer=customer, value="+525512345678", kind=PointKind.PHONE)
    make_message(customer=customer)
    transport = FakeTransport()

    due(now, transport)

    assert (
        "Pagar, pedir otra fecha o señalar un error: http://muebles.localhost/p/" in transport.taken[0].text
    )


def test_thanks_tell_what_came_in_and_nothing_else(now: datetime, today: date) -> None:
    customer = owing()
    payments.record_payment(payment=pay(customer, "1000.00", today), actor=SYSTEM, at=now)
    payments.record_payment(payment=pay(customer, "250.00", today, key="p2"), actor=SYSTEM, at=now)
    message = make_message(customer=customer, template="thanks", purpose="THANKS", anchor=today)
    reversed_one = owing()
    payment_id = payments.record_payment(
        payment=pay(reversed_one, "10.00", today, key="p3"), actor=SYSTEM, at=now
    )
    payments.reverse_payment(payment_id=payment_id, reason="prueba", actor=SYSTEM, at=now)
    other = make_message(customer=reversed_one, template="thanks", purpose="THANKS", anchor=today)
    transport = FakeTransport()

    due(now, transport)

    assert "Recibimos su pago de $1,250.00 del 23 nov 2026" in transport.taken[0].text
    assert (state(message)[0], state(other)) == ("SENT", ("CANCELLED", "no-payment"))


def test_promises_are_told_with_amount_and_day(now: datetime, today: date) -> None:
    reminded, broken = owing(), owing()
    agreements.make_promise(
        key="k1",
        customer_id=reminded.pk,
        amount=Decimal("500.00"),
        currency="MXN",
        due_date=today + timedelta(days=1),
        channel=Channel.PORTAL,
        note="",
        actor=SYSTEM,
        today=today,
        at=now,
    )
    Promise.objects.create(
        key="k2",
        customer=broken,
        amount=Decimal("700.00"),
        currency="MXN",
        made_on=today - timedelta(days=9),
        due_date=today - timedelta(days=5),
        channel="PORTAL",
        state="BROKEN",
    )
    make_message(customer=reminded, template="promise-reminder", purpose="REMINDER")
    make_message(customer=broken, template="promise-broken")
    transport = FakeTransport()

    due(now, transport)

    texts = {envelope.subject: envelope.text for envelope in transport.taken}
    assert "pagar $500.00 el 24 nov 2026" in texts["Recordatorio de la fecha que acordamos"]
    assert "un pago de $700.00 para el 18 nov 2026" in texts["Sobre la fecha que acordamos"]


@pytest.mark.parametrize("count", [1, 40])
def test_a_batch_costs_one_statement_a_message(
    now: datetime, count: int, django_assert_num_queries: Callable[[int], object]
) -> None:
    for _ in range(count):
        make_message(customer=owing())
    # Savepoints of the test's own transaction are counted with the rest; 46 do not depend on the messages. Six of these
    # tie what was judged to the chain of verdicts, three take and free places in budgets, once for all messages.
    with django_assert_num_queries(49 + count):  # type: ignore[attr-defined]
        assert due(now).sent == count


def test_a_notice_whose_time_has_passed_is_not_sent(now: datetime, today: date) -> None:
    # The first step of the shipped plan: seven days before its anchor, three days to catch up, seven of grace.
    on_its_last_day = make_message(customer=owing(), anchor=today - timedelta(days=3))
    too_late = make_message(customer=owing(), anchor=today - timedelta(days=4))
    transport = FakeTransport()

    summary = due(now, transport)

    assert (summary.sent, summary.cancelled) == (1, 1)
    assert (state(on_its_last_day), state(too_late)) == (("SENT", ""), ("CANCELLED", "too-late"))
    action = Action.objects.get(customer=too_late.customer)
    assert (action.state, action.closed_reason) == ("CANCELLED", "too-late")


@pytest.mark.parametrize("days_ahead", [7, 8, 9])
def test_a_reminder_that_a_weekend_brings_forward_leaves_on_friday(now: datetime, days_ahead: int) -> None:
    friday = now + timedelta(days=4)
    assert friday.weekday() == 4
    customer = make_customer()
    make_point(customer=customer, value="maria@correo.example")
    make_receivable(customer=customer, due=friday.date() + timedelta(days=days_ahead), document_number="F-9")
    daily_run.run_day(today=friday.date(), at=friday)
    transport = FakeTransport()

    sent = due(friday, transport)

    assert (sent.sent, sent.cancelled) == (1, 0)
    assert "F-9" in transport.taken[0].text


def test_a_call_that_may_end_after_hours_sends_nothing(now: datetime) -> None:
    # 20:59:30 in the city; the call may last until 21:00:40.
    evening = datetime.fromisoformat("2026-11-24T02:59:30+00:00")
    message = make_message(customer=owing())
    transport = FakeTransport()

    assert (due(evening, transport).deferred, transport.taken) == (1, [])
    assert state(message) == ("QUEUED", "law:MX-WIN-01")
    assert Message.objects.get().not_before == datetime.fromisoformat("2026-11-24T14:00:00+00:00")
    assert Verdict.objects.get().outcome == "DEFER"


def test_a_call_that_ends_within_hours_sends(now: datetime) -> None:
    make_message(customer=owing())

    assert due(datetime.fromisoformat("2026-11-24T02:58:49+00:00")).sent == 1
