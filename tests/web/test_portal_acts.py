"""What a debtor does alone: once each, with a receipt, and what was queued is stopped."""

import re
from collections.abc import Iterator
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.http import HttpResponse

from puntual.agreements.models import Dispute, Hold, Promise
from puntual.agreements.types import DisputeState
from puntual.audit.types import SYSTEM
from puntual.companies.models import Company
from puntual.contacts import operations as contacts
from puntual.contacts import queries as contact_rows
from puntual.contacts.models import Circumstance, Consent, Response, Wish
from puntual.contacts.types import AgreedHours, Channel, ConsentDecision, Purpose
from puntual.contacts.types import Wish as WishOf
from puntual.flows import case_acts, daily_run, money_in
from puntual.outreach import operations as outreach
from puntual.outreach.models import Message
from puntual.payments.models import ReportedPayment
from puntual.plans import operations as plans
from puntual.plans import queries as planned
from puntual.plans.models import Action, PlanVersion, Run
from puntual.portfolio.models import Receivable
from tests import factories
from tests.conftest import NOW, TODAY
from tests.web.debtors import Debtor, browser, make_debtor, rows_written, text_of

PROMISE = {"amount": "500", "currency": "MXN", "due_date": "2026-11-30"}
REPORT = {
    "amount": "1,250.00",
    "currency": "MXN",
    "paid_on": "2026-11-20",
    "reference": "RASTREO 99",
    "note": "Por SPEI",
}
DISPUTE = {"documents": ["all"], "reason": "WRONG_AMOUNT", "note": "Me cobran de más"}


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def debtor(company: Company) -> Debtor:
    return make_debtor(name="María Hernández López").enter()


def queue_something(debtor: Debtor) -> tuple[Action, Message]:
    """Put an e-mail in the queue, as a run does."""
    plans.adopt_plan(text=planned.shipped_text(key="facturas-mx"), at=NOW)
    version = PlanVersion.objects.get(state="ACTIVE")
    run = Run.objects.create(as_of=TODAY, version=version, state="DONE", started_at=NOW)
    point = factories.make_point(customer=debtor.customer, value="otra@correo.example")
    action = Action.objects.create(
        run=run,
        customer=debtor.customer,
        contact_point=point,
        step_number=1,
        step_key="notice-1",
        anchor_date=TODAY,
        channel=Channel.EMAIL,
        purpose=Purpose.COLLECTION,
        template="notice-1",
        state="QUEUED",
        not_before=NOW,
    )
    message = Message.objects.create(
        action=action,
        customer=debtor.customer,
        contact_point=point,
        channel=Channel.EMAIL,
        purpose=Purpose.COLLECTION,
        template="notice-1",
        recipient=point.value,
        not_before=NOW,
    )
    return action, message


def receipt_of(debtor: Debtor, response: HttpResponse) -> str:
    """Follow an act to its receipt."""
    assert response.status_code == 302, text_of(response)
    receipt = debtor.client.get(response.headers["Location"])
    assert receipt.status_code == 200
    return text_of(receipt)


def assert_stopped(action: Action, message: Message, *, reason: str) -> None:
    action.refresh_from_db()
    message.refresh_from_db()
    assert (action.state, action.closed_reason, action.closed_at) == ("CANCELLED", reason, NOW)
    assert (message.state, message.reason) == ("CANCELLED", reason)


# Promise


@pytest.mark.feature("PRM-01", "X-10")
def test_a_promise_is_kept_with_a_receipt_and_stops_what_was_queued(debtor: Debtor) -> None:
    action, message = queue_something(debtor)

    receipt = receipt_of(debtor, debtor.post("elegir-fecha/", PROMISE))

    promise = Promise.objects.get()
    assert (promise.customer_id, promise.amount, promise.currency) == (
        debtor.customer.pk,
        Decimal("500.00"),
        "MXN",
    )
    assert (promise.made_on, promise.due_date, promise.state) == (TODAY, date(2026, 11, 30), "ACTIVE")
    assert promise.channel == "PORTAL"
    assert "$500.00" in receipt
    assert "lunes, 30 de noviembre de 2026" in receipt
    assert f"P-{promise.pk}" in receipt
    assert Response.objects.filter(kind="PROMISED").count() == 1
    assert_stopped(action, message, reason="promise")
    assert "Quedamos en que pagará $500.00" in text_of(debtor.get())


def test_a_promise_sent_twice_is_written_once(debtor: Debtor) -> None:
    form = {**PROMISE, "form_key": str(uuid4())}
    first = debtor.post("elegir-fecha/", form)
    before = rows_written()

    second = debtor.post("elegir-fecha/", form)

    assert second.headers["Location"] == first.headers["Location"]
    assert rows_written() == before
    assert Promise.objects.count() == 1


def test_another_promise_takes_the_place_of_the_first(debtor: Debtor) -> None:
    debtor.post("elegir-fecha/", PROMISE)
    page = text_of(debtor.get("elegir-fecha/"))
    debtor.post("elegir-fecha/", {**PROMISE, "due_date": "2026-12-15"})

    assert "Ya nos dijo que pagará $500.00" in page
    states = dict(Promise.objects.values_list("due_date", "state"))
    assert states == {date(2026, 11, 30): "SUPERSEDED", date(2026, 12, 15): "ACTIVE"}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"amount": "1550.01"}, "Su saldo es $1,550.00: escriba ese importe o uno menor."),
        ({"amount": "0"}, "El importe debe ser mayor que cero."),
        ({"amount": "mil"}, "Escriba el importe con números y punto decimal"),
        ({"amount": ""}, "Escriba el importe."),
        ({"due_date": "2026-11-22"}, "Elija un día entre hoy y el 22 ene 2027."),
        ({"due_date": "2027-01-23"}, "Elija un día entre hoy y el 22 ene 2027."),
        ({"due_date": "pronto"}, "Escriba la fecha así: 27/11/2026."),
        ({"currency": "USD"}, "Elija una de las monedas."),
        ({"form_key": "x"}, "No recibimos el formulario completo."),
    ],
)
def test_a_wrong_promise_is_told_in_words_and_writes_nothing(
    debtor: Debtor, changes: dict[str, str], said: str
) -> None:
    before = rows_written()

    response = debtor.post("elegir-fecha/", {**PROMISE, **changes})

    assert response.status_code == 422
    assert said in text_of(response)
    typed = changes.get("amount", "500")
    assert f'value="{typed}"' in response.content.decode() or not typed
    assert rows_written() == before


def test_a_promise_keeps_to_the_policy_of_the_plan(debtor: Debtor) -> None:
    plans.adopt_plan(text=planned.shipped_text(key="consumo-mx"), at=NOW)
    outreach.load_templates(at=NOW)
    daily_run.run_day(today=TODAY, at=NOW)

    page = text_of(debtor.get("elegir-fecha/"))
    before = rows_written()
    little = debtor.post("elegir-fecha/", {**PROMISE, "amount": "199.99"})
    late = debtor.post("elegir-fecha/", {**PROMISE, "due_date": "2026-12-01"})

    assert "Lo menos que puede prometer: $200.00." in page
    assert "Aquí puede elegir hasta el 30 nov 2026. Si necesita más tiempo, hable con nosotros." in page
    assert 'max="2026-11-30"' in page
    assert (little.status_code, late.status_code) == (422, 422)
    assert "Lo menos que puede prometer: $200.00." in text_of(little)
    assert "Elija un día entre hoy y el 30 nov 2026." in text_of(late)
    assert rows_written() == before
    receipt_of(debtor, debtor.post("elegir-fecha/", PROMISE))
    # Sooner moves nothing; further was granted as often as the policy lets it.
    receipt_of(debtor, debtor.post("elegir-fecha/", {**PROMISE, "due_date": "2026-11-28"}))
    again = debtor.post("elegir-fecha/", {**PROMISE, "due_date": "2026-11-29"})
    assert again.status_code == 422
    assert "Elija un día entre hoy y el 28 nov 2026." in text_of(again)
    assert Promise.objects.get(state="ACTIVE").due_date == date(2026, 11, 28)


@pytest.mark.parametrize(
    ("minimum", "offered"), [("1000", "1250.00"), ("1300", "1300.00"), ("2000", "1550.00")]
)
def test_the_amount_that_is_offered_may_be_promised(debtor: Debtor, minimum: str, offered: str) -> None:
    text = planned.shipped_text(key="facturas-mx")
    plans.adopt_plan(
        text=text.replace("politica:\n", f"politica:\n  pago_minimo: {{MXN: {minimum}}}\n", 1), at=NOW
    )

    page = debtor.get("elegir-fecha/").content.decode()

    assert re.findall(r'<input[^>]*name="amount"[^>]*value="([^"]*)"', page) == [offered]
    receipt_of(debtor, debtor.post("elegir-fecha/", {**PROMISE, "amount": offered}))


# Report


def test_a_reported_payment_pauses_contact_for_three_business_days(debtor: Debtor) -> None:
    action, message = queue_something(debtor)

    receipt = receipt_of(debtor, debtor.post("ya-pague/", REPORT))

    report = ReportedPayment.objects.get()
    assert (report.amount, report.currency, report.paid_on) == (Decimal("1250.00"), "MXN", date(2026, 11, 20))
    assert (report.reference, report.note, report.state) == ("RASTREO 99", "Por SPEI", "REPORTED")
    hold = Hold.objects.get()
    assert (hold.reason, hold.receivable_id, hold.from_date) == ("PAYMENT_REPORTED", None, TODAY)
    assert hold.until_date == date(2026, 11, 26)
    for part in ("$1,250.00", "20 nov 2026", "RASTREO 99", f"A-{report.pk}", "Lo estamos confirmando"):
        assert part in receipt
    assert_stopped(action, message, reason="payment-reported")
    assert "Estamos confirmando su pago de $1,250.00" in text_of(debtor.get())
    # Nothing is paid until staff confirm it.
    assert "$1,550.00" in text_of(debtor.get())


def test_a_report_sent_twice_is_written_once(debtor: Debtor) -> None:
    form = {**REPORT, "form_key": str(uuid4())}
    first = debtor.post("ya-pague/", form)
    before = rows_written()

    second = debtor.post("ya-pague/", form)

    assert second.headers["Location"] == first.headers["Location"]
    assert rows_written() == before
    assert Hold.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"paid_on": "2026-11-24"}, "Ese día todavía no llega."),
        ({"paid_on": "2025-11-22"}, "Ese día es de hace más de un año"),
        ({"amount": "-3"}, "Escriba el importe con números"),
        ({"reference": "x" * 121}, "La referencia es demasiado larga."),
    ],
)
def test_a_wrong_report_is_told_in_words_and_writes_nothing(
    debtor: Debtor, changes: dict[str, str], said: str
) -> None:
    before = rows_written()

    response = debtor.post("ya-pague/", {**REPORT, **changes})

    assert response.status_code == 422
    assert said in text_of(response)
    assert 'value="1,250.00"' in response.content.decode() or "amount" in changes
    assert rows_written() == before


@pytest.mark.parametrize("is_found", [True, False])
def test_the_answer_to_a_report_is_told_and_its_pause_ends_with_the_last_one(
    debtor: Debtor, is_found: bool
) -> None:
    receipt = debtor.post("ya-pague/", REPORT).headers["Location"]
    debtor.post("ya-pague/", {**REPORT, "reference": "RASTREO 100"})
    first, second = ReportedPayment.objects.order_by("pk").values_list("pk", flat=True)
    staff = {"actor": SYSTEM, "at": NOW, "today": TODAY}

    money_in.reject_report(report_id=second, answer="No hay tal rastreo", **staff)
    assert Hold.objects.filter(lifted_at=None).count() == 2
    if is_found:
        money_in.confirm_report(report_id=first, **staff)
    else:
        money_in.reject_report(report_id=first, answer="El banco no lo trae", **staff)

    assert not Hold.objects.filter(lifted_at=None).exists()
    home, kept = text_of(debtor.get()), text_of(debtor.client.get(receipt))
    words = "Confirmamos su pago" if is_found else "No encontramos su pago"
    assert f"{words} de $1,250.00 del 20 nov 2026." in home
    assert "No hay tal rastreo" in home
    assert f'href="{receipt}"' in home
    assert words in kept
    assert ("El banco no lo trae" in kept) != is_found
    assert "Lo estamos confirmando" not in kept


# Dispute


@pytest.mark.parametrize(
    ("state", "words"),
    [(DisputeState.REJECTED, "no procede el cambio"), (DisputeState.ACCEPTED, "tenía razón")],
)
def test_the_answer_to_a_dispute_is_told_and_its_receipt_promises_nothing_more(
    debtor: Debtor, state: DisputeState, words: str
) -> None:
    receipt = debtor.post("hay-un-error/", DISPUTE).headers["Location"]
    with time_machine.travel(NOW + timedelta(days=2), tick=False):
        case_acts.close_dispute(
            dispute_id=Dispute.objects.get().pk, state=state, resolution="Se revisó la guía.", actor=SYSTEM,
            today=TODAY + timedelta(days=2), at=NOW + timedelta(days=2),
        )  # fmt: skip
        debtor.enter()
        home, kept = text_of(debtor.get()), text_of(debtor.client.get(receipt))
    with time_machine.travel(NOW + timedelta(days=33), tick=False):
        debtor.enter()
        later = text_of(debtor.get())

    assert words in home
    assert "Se revisó la guía." in home
    is_right = state is DisputeState.ACCEPTED
    assert ("Lo estamos corrigiendo; mientras tanto no se lo cobramos." in home) == is_right
    assert ("se está revisando" in home or "en revisión" in home.lower()) == is_right
    assert f'href="{receipt}"' in home
    assert words.lower() in kept.lower()
    assert "Se revisó la guía." in kept
    assert "no le cobramos eso" not in kept
    assert "Vamos a revisarlo" not in kept
    assert "Se revisó la guía." not in later


@pytest.mark.feature("POR-04")
def test_a_dispute_of_everything_stops_contact_and_promises_an_answer(debtor: Debtor) -> None:
    action, message = queue_something(debtor)

    receipt = receipt_of(debtor, debtor.post("hay-un-error/", DISPUTE))

    dispute = Dispute.objects.get()
    assert (dispute.receivable_id, dispute.reason, dispute.note) == (None, "WRONG_AMOUNT", "Me cobran de más")
    assert (dispute.channel, dispute.state, dispute.opened_at) == ("PORTAL", "OPENED", NOW)
    for part in ("todo su saldo", "El importe no es correcto", "Me cobran de más", f"D-{dispute.pk}"):
        assert part in receipt
    assert_stopped(action, message, reason="dispute")
    assert "Estamos revisando lo que nos dijo de su saldo." in text_of(debtor.get())


def test_a_dispute_may_be_about_some_documents(debtor: Debtor) -> None:
    ids = list(
        Receivable.objects.filter(customer=debtor.customer).order_by("id").values_list("id", flat=True)
    )

    receipt = receipt_of(
        debtor, debtor.post("hay-un-error/", {**DISPUTE, "documents": [str(one) for one in ids]})
    )

    assert sorted(Dispute.objects.values_list("receivable_id", flat=True)) == ids
    assert "el documento F-1042" in receipt
    assert "el documento F-1043" in receipt


def test_a_dispute_sent_twice_is_written_once(debtor: Debtor) -> None:
    form = {**DISPUTE, "form_key": str(uuid4())}
    first = debtor.post("hay-un-error/", form)
    before = rows_written()

    second = debtor.post("hay-un-error/", form)

    assert second.headers["Location"] == first.headers["Location"]
    assert rows_written() == before


def test_a_second_dispute_of_the_same_is_refused_and_keeps_what_was_typed(debtor: Debtor) -> None:
    debtor.post("hay-un-error/", DISPUTE)
    before = rows_written()

    response = debtor.post("hay-un-error/", {**DISPUTE, "note": "Otra vez lo mismo"})

    assert response.status_code == 422
    assert "Ya hay una aclaración abierta" in text_of(response)
    assert "Otra vez lo mismo" in text_of(response)
    assert rows_written() == before


def test_nobody_disputes_the_documents_of_another(debtor: Debtor) -> None:
    other = factories.make_customer()
    theirs = factories.make_receivable(customer=other, due=TODAY)
    before = rows_written()

    response = debtor.post("hay-un-error/", {**DISPUTE, "documents": [str(theirs.pk)]})

    assert response.status_code == 422
    assert rows_written() == before


# Channels


@pytest.mark.feature("X-43")
def test_channels_are_turned_off_and_on(debtor: Debtor) -> None:
    action, message = queue_something(debtor)

    receipt = receipt_of(
        debtor, debtor.post("preferencias/", {"channels": ["EMAIL", "SMS"], "preferred": "EMAIL"})
    )

    said = {(one.channel, one.decision, one.source) for one in Consent.objects.filter(is_current=True)}
    assert said == {("WHATSAPP", "OPTED_OUT", "portal"), ("CALL", "OPTED_OUT", "portal")}
    assert Wish.objects.get().channel == "EMAIL"
    assert "<dt>No usaremos</dt><dd>WhatsApp, Llamada telefónica</dd>" in receipt
    assert_stopped(action, message, reason="opted-out")

    debtor.post("preferencias/", {"channels": ["EMAIL", "SMS", "CALL"], "preferred": ""})

    said = {(one.channel, one.decision) for one in Consent.objects.filter(is_current=True)}
    assert said == {("WHATSAPP", "OPTED_OUT"), ("CALL", "GRANTED")}
    assert Wish.objects.get(is_current=True).channel == ""


def test_a_preferred_channel_that_is_left_is_preferred_no_more(debtor: Debtor) -> None:
    debtor.post("preferencias/", {"channels": ["EMAIL", "SMS"], "preferred": "EMAIL"})
    contacts.set_consent(
        customer_id=debtor.customer.pk,
        channel=Channel.EMAIL,
        decision=ConsentDecision.OPTED_OUT,
        source="llamada",
        note="",
        actor=SYSTEM,
        at=NOW,
    )

    assert contact_rows.preference_of(customer_id=debtor.customer.pk) is None

    receipt = receipt_of(debtor, debtor.post("preferencias/", {"channels": [], "preferred": ""}))

    assert "Prefiere" not in receipt


def test_saving_channels_as_they_are_says_nothing(debtor: Debtor) -> None:
    action, message = queue_something(debtor)
    everything = {"channels": ["EMAIL", "WHATSAPP", "SMS", "CALL"], "preferred": ""}

    debtor.post("preferencias/", everything)

    assert Consent.objects.count() == 0
    action.refresh_from_db()
    message.refresh_from_db()
    assert (action.state, message.state) == ("QUEUED", "QUEUED")


def test_channels_sent_twice_are_written_once(debtor: Debtor) -> None:
    form = {"channels": ["EMAIL"], "preferred": "", "form_key": str(uuid4())}
    debtor.post("preferencias/", form)
    before = rows_written()

    debtor.post("preferencias/", form)

    assert rows_written() == before


def test_a_preferred_channel_that_is_off_is_refused(debtor: Debtor) -> None:
    before = rows_written()

    response = debtor.post("preferencias/", {"channels": ["EMAIL"], "preferred": "CALL"})

    assert response.status_code == 422
    assert "Prefiere un medio que quitó de la lista" in text_of(response)
    assert rows_written() == before


# Hardship


def test_a_difficult_moment_gives_fifteen_days_of_silence(debtor: Debtor) -> None:
    action, message = queue_something(debtor)

    receipt = receipt_of(debtor, debtor.post("momento-dificil/", {"note": "Perdí mi empleo"}))

    hold = Hold.objects.get()
    assert (hold.reason, hold.note, hold.receivable_id) == ("HARDSHIP", "Perdí mi empleo", None)
    assert (hold.from_date, hold.until_date) == (TODAY, TODAY + timedelta(days=15))
    known = Circumstance.objects.get()
    assert (known.kind, known.reason, known.until_date) == ("HARDSHIP", "Perdí mi empleo", hold.until_date)
    assert "martes, 8 de diciembre de 2026" in receipt
    assert_stopped(action, message, reason="hardship")
    home = text_of(debtor.get())
    assert "No le escribiremos ni llamaremos hasta el 8 dic 2026, inclusive." in home
    assert "Estoy pasando por un momento difícil" not in home


def test_a_pause_asked_for_twice_is_one_pause(debtor: Debtor) -> None:
    first = debtor.post("momento-dificil/", {"note": ""})
    before = rows_written()

    second = debtor.post("momento-dificil/", {"note": ""})

    assert second.headers["Location"] == first.headers["Location"]
    assert rows_written() == before


# Receipts


def test_receipts_of_another_do_not_exist(debtor: Debtor) -> None:
    other = make_debtor(name="Pedro Otro", documents=("G-1", "G-2")).enter()
    pages = [
        other.post(page, form).headers["Location"].removeprefix(other.url())
        for page, form in (
            ("elegir-fecha/", PROMISE),
            ("ya-pague/", REPORT),
            ("hay-un-error/", DISPUTE),
            ("momento-dificil/", {"note": ""}),
        )
    ]

    assert [debtor.get(page).status_code for page in pages] == [404, 404, 404, 404]
    assert [other.get(page).status_code for page in pages] == [200, 200, 200, 200]


@pytest.mark.parametrize(
    "page",
    [
        "recibo/promesa/999999/",
        "recibo/x/1/",
        "recibo/pago/a/",
        "recibo/aclaracion/9-8/",
        "recibo/pausa/" + "9" * 40 + "/",
    ],
)
def test_receipts_that_are_not_there_get_a_kind_404(debtor: Debtor, page: str) -> None:
    response = debtor.get(page)

    assert response.status_code == 404
    assert "No encontramos esa página" in text_of(response)


def test_the_form_key_of_one_debtor_is_no_key_of_another(debtor: Debtor) -> None:
    other = make_debtor(name="Pedro Otro", documents=("G-1", "G-2")).enter()
    form = {**PROMISE, "form_key": str(uuid4())}

    debtor.post("elegir-fecha/", form)
    other.post("elegir-fecha/", form)

    assert sorted(Promise.objects.values_list("customer_id", flat=True)) == [
        debtor.customer.pk,
        other.customer.pk,
    ]


def test_whoever_owes_nothing_has_nothing_to_promise_or_dispute(company: Company) -> None:
    customer = factories.make_customer()
    token = outreach.make_portal_link(customer_id=customer.pk, at=NOW)
    debtor = Debtor(customer=customer, token=token, client=browser()).enter()
    before = rows_written()

    for page, form in (("elegir-fecha/", PROMISE), ("hay-un-error/", DISPUTE), ("pagar/", None)):
        response = debtor.get(page) if form is None else debtor.post(page, form)
        assert response.headers["Location"] == debtor.url()
    assert rows_written() == before


# Hours, and to be left alone


@pytest.mark.feature("X-43")
def test_hours_are_chosen_and_told_in_the_receipt(debtor: Debtor) -> None:
    everything = {"channels": ["EMAIL", "WHATSAPP", "SMS", "CALL"], "preferred": "EMAIL"}
    hours = {"weekdays": ["0", "2"], "from_hour": "18:00", "to_hour": "20:00"}

    receipt = receipt_of(debtor, debtor.post("preferencias/", everything | hours))

    assert "<dt>Solo</dt><dd>lunes y miércoles, de 18:00 a 20:00</dd>" in receipt
    wish = contact_rows.wish_of(customer_id=debtor.customer.pk)
    assert wish == WishOf(Channel.EMAIL, AgreedHours((0, 2), time(18), time(20)))
    assert (Wish.objects.get().source, Consent.objects.count()) == ("portal", 0)


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        ({"weekdays": ["6"], "from_hour": "09:00", "to_hour": "12:00"}, "la ley no permite ningún contacto"),
        ({"weekdays": ["0"], "from_hour": "12:00", "to_hour": "09:00"}, "La hora final debe ser posterior"),
        ({"weekdays": ["9"]}, "Elija de la lista."),
        ({"weekdays": ["0"], "from_hour": "25:00"}, "Elija de la lista."),
    ],
)
def test_hours_that_cannot_be_are_refused(debtor: Debtor, hours: dict[str, Any], said: str) -> None:
    before = rows_written()

    response = debtor.post("preferencias/", {"channels": ["EMAIL"], "preferred": "", **hours})

    assert response.status_code == 422
    assert said in text_of(response)
    assert rows_written() == before


def test_all_contact_is_stopped_and_allowed_again(debtor: Debtor) -> None:
    action, message = queue_something(debtor)
    everything = {"channels": ["EMAIL", "WHATSAPP", "SMS", "CALL"], "preferred": ""}

    receipt = receipt_of(debtor, debtor.post("preferencias/", {**everything, "none": "on"}))

    assert "No le contactaremos por ningún medio." in receipt
    assert_stopped(action, message, reason="opted-out")
    kept = Circumstance.objects.get()
    assert (kept.kind, kept.reason, kept.ended_at) == ("CEASE", "Lo pidió en su portal.", None)

    receipt = receipt_of(debtor, debtor.post("preferencias/", everything))

    assert "No le contactaremos" not in receipt
    kept.refresh_from_db()
    assert (kept.end_reason, kept.ended_at is None) == ("Lo retiró en su portal.", False)
