"""How good the data is: found once, told with its values, mended and gone."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from stdnum.mx import rfc

from puntual.audit.models import Event
from puntual.audit.types import SYSTEM, Actor, ActorKind
from puntual.companies.models import Company
from puntual.contacts import operations as contacts
from puntual.contacts.models import ContactPoint
from puntual.contacts.types import Channel, ConsentDecision, OwnerRole, PointKind, PointState
from puntual.duplicates.models import Proposal
from puntual.flows import intake, merging, money_in, quality, reach_acts
from puntual.flows.quality import CustomerData
from puntual.insights import operations as insights
from puntual.insights.models import Finding, FindingCount, LoadedRow, LoadReview, QualityCheck
from puntual.insights.queries import quality as found_rows
from puntual.insights.queries.quality_wording import finding_blocks, finding_title
from puntual.insights.types import CATALOGUE, FindingCode
from puntual.lib.errors import NotFound
from puntual.payments.types import NewPayment, PaymentMethod
from puntual.portfolio.models import Customer
from puntual.portfolio.types import CustomerKind, ReceivableKind
from tests.conftest import NOW, TODAY
from tests.factories import make_customer, make_point, make_receivable
from tests.unit.intake.files import csv_bytes

pytestmark = pytest.mark.usefixtures("company")
ACTOR = Actor(kind=ActorKind.STAFF, id=7, label="Marta")
C = FindingCode


def check() -> quality.QualitySummary:
    return quality.check_portfolio(today=TODAY, at=NOW)


def codes(customer: Customer | None = None) -> list[str]:
    """List the open kinds of findings, of one customer or of all."""
    found = Finding.objects.filter(resolved_at__isnull=True, accepted_at__isnull=True)
    if customer is not None:
        found = found.filter(customer=customer)
    return sorted(found.values_list("code", flat=True))


def owing(*, due: date = TODAY, amount: str = "1000.00", **fields: Any) -> Customer:
    """Create a customer in order who owes one document."""
    customer = make_customer(tax_id=fields.pop("tax_id", ""), **fields)
    if not fields.get("tax_id"):
        Customer.objects.filter(pk=customer.pk).update(tax_id=_rfc(customer.pk))
        customer.refresh_from_db()
    make_receivable(customer=customer, due=due, amount=amount)
    return customer


def _rfc(number: int) -> str:
    body = f"GODE{56 + number // 336 % 40:02d}{number // 28 % 12 + 1:02d}{number % 28 + 1:02d}AB"
    return body + rfc.calc_check_digit(body)


def data_of(customer: Customer, **fields: Any) -> CustomerData:
    known = {
        "name": customer.name,
        "kind": CustomerKind(customer.kind),
        "tax_id": customer.tax_id,
        "state": customer.state,
        "city": "",
        "postal_code": "",
        "time_zone": "",
    }
    return CustomerData(**{**known, **fields})


@pytest.mark.feature("IRR-01")
def test_a_portfolio_in_order_has_no_finding() -> None:
    owing()

    summary = check()

    assert (summary.new, summary.changed, summary.resolved) == (0, 0, 0)
    assert codes() == []
    assert QualityCheck.objects.get().customers == Customer.objects.count()


@pytest.mark.feature("INT-07")
def test_looking_again_writes_nothing() -> None:
    owing(time_zone="", state="", email=None)
    first = check()
    before = list(Finding.objects.order_by("id").values())

    again = check()

    assert first.new == 2
    assert (again.new, again.changed, again.resolved) == (0, 0, 0)
    assert list(Finding.objects.order_by("id").values()) == before


def test_looking_again_on_another_day_writes_only_its_picture() -> None:
    owing(time_zone="", state="", email=None)
    check()

    later = quality.check_portfolio(today=TODAY + timedelta(days=1), at=NOW + timedelta(days=1))

    assert (later.new, later.changed, later.resolved) == (0, 0, 0)
    assert FindingCount.objects.filter(code=C.UNREACHABLE, findings=1).count() == 2


def test_a_debtor_whose_hour_nobody_knows_blocks_and_says_why() -> None:
    customer = owing(time_zone="", state="Tierra Adentro")

    check()

    assert codes(customer) == [C.TIME_ZONE_UNKNOWN]
    row = found_rows.findings_of_customer(customer_id=customer.pk)[0]
    assert "«Tierra Adentro» no se reconoce" in row.text
    assert row.severity == "BLOCKS"


def test_correcting_the_state_ends_the_finding_at_once_and_is_audited() -> None:
    customer = owing(time_zone="", state="")
    check()

    is_changed = quality.change_customer(
        customer_id=customer.pk, data=data_of(customer, state="Jalisco"), actor=ACTOR, at=NOW
    )

    assert is_changed
    assert codes(customer) == []
    finding = Finding.objects.get()
    assert finding.resolved_at == NOW
    event = Event.objects.get(action="customer-changed")
    assert event.after == {"fields": "state"}
    assert event.customer_id == customer.pk


def test_a_finding_that_comes_back_is_the_same_row() -> None:
    customer = owing(time_zone="", state="")
    check()
    Customer.objects.filter(pk=customer.pk).update(state="CDMX")
    check()
    Customer.objects.filter(pk=customer.pk).update(state="")

    summary = check()

    finding = Finding.objects.get()
    assert summary.changed == 1
    assert finding.resolved_at is None


@pytest.mark.parametrize(
    "fields",
    [{"state": "Tierra Adentro"}, {"time_zone": "America/Nowhere"}],
)
def test_a_correction_that_cannot_be_is_refused(fields: dict[str, str]) -> None:
    customer = owing()

    with pytest.raises(quality.UnableToChange):
        quality.change_customer(
            customer_id=customer.pk, data=data_of(customer, **fields), actor=ACTOR, at=NOW
        )

    assert not Event.objects.filter(action="customer-changed").exists()


def test_the_same_correction_twice_is_told_once() -> None:
    customer = owing()
    data = data_of(customer, state="Jalisco")

    told = [
        quality.change_customer(customer_id=customer.pk, data=data, actor=ACTOR, at=NOW) for _ in range(2)
    ]

    assert told == [True, False]
    assert Event.objects.filter(action="customer-changed").count() == 1


@pytest.mark.feature("IRR-01")
def test_a_customer_who_left_every_channel_cannot_be_reached() -> None:
    customer = owing()
    for channel in (Channel.EMAIL,):
        contacts.set_consent(
            customer_id=customer.pk,
            channel=channel,
            decision=ConsentDecision.OPTED_OUT,
            source="prueba",
            note="",
            actor=SYSTEM,
            at=NOW,
        )

    check()

    assert codes(customer) == [C.UNREACHABLE]
    assert "Pidió que no se use" in found_rows.findings_of_customer(customer_id=customer.pk)[0].text


def test_a_point_of_a_reference_reaches_nobody() -> None:
    customer = owing(email=None)
    make_point(customer=customer, value="ana@correo.example", owner_role=OwnerRole.REFERENCE)

    check()

    assert codes(customer) == [C.UNREACHABLE]


def test_adding_a_point_ends_the_finding_at_once() -> None:
    customer = owing(email=None)
    check()

    reach_acts.add_point(
        customer_id=customer.pk,
        kind=PointKind.EMAIL,
        value="ana@correo.example",
        owner_role=OwnerRole.DEBTOR,
        owner_name="",
        source="llamada",
        actor=ACTOR,
        at=NOW,
    )

    assert codes(customer) == []


def test_marking_a_wrong_phone_ends_its_finding() -> None:
    customer = owing()
    point = make_point(customer=customer, value="+5215512345678", kind=PointKind.PHONE)
    check()
    assert codes(customer) == [C.PHONE_INVALID]

    reach_acts.mark_point(
        customer_id=customer.pk,
        point_id=point.pk,
        state=PointState.WRONG,
        note="",
        actor=ACTOR,
        at=NOW,
    )

    assert codes(customer) == []
    assert ContactPoint.objects.get(pk=point.pk).state == PointState.WRONG


@pytest.mark.feature("IRR-01")
def test_two_customers_with_one_tax_id_are_both_found_and_both_end_when_one_is_mended() -> None:
    one, other = owing(), owing()
    Customer.objects.filter(pk=other.pk).update(tax_id=one.tax_id.lower() + " ")
    check()
    assert (codes(one), codes(other)) == ([C.TAX_ID_SHARED], [C.TAX_ID_SHARED])
    assert Finding.objects.get(customer=one).detail["others"] == [other.pk]
    free = _rfc(other.pk + 4_000)

    quality.change_customer(customer_id=other.pk, data=data_of(other, tax_id=free), actor=ACTOR, at=NOW)

    assert codes() == []


def test_uniting_two_customers_ends_the_finding_and_parting_them_brings_it_back() -> None:
    one, other = owing(), owing()
    Customer.objects.filter(pk=other.pk).update(tax_id=one.tax_id)
    check()
    merging.find_duplicates(at=NOW, is_forced=True)

    merge_id = merging.confirm(
        proposal_id=Proposal.objects.get().pk, survivor_id=one.pk, actor=ACTOR, today=TODAY, at=NOW
    )

    assert C.TAX_ID_SHARED not in codes()
    merging.undo(merge_id=merge_id, actor=ACTOR, today=TODAY, at=NOW)
    assert (codes(one), codes(other)) == ([C.TAX_ID_SHARED], [C.TAX_ID_SHARED])


def test_the_generic_tax_id_is_a_finding_of_its_own_and_shared_by_nobody() -> None:
    one, other = owing(), owing()
    Customer.objects.filter(pk__in=[one.pk, other.pk]).update(tax_id="XAXX010101000")

    check()

    assert codes() == [C.PORTAL_PROOF_MISSING] * 2 + [C.TAX_ID_GENERIC] * 2


def test_what_a_person_takes_as_right_is_not_asked_again_until_it_changes() -> None:
    customer = owing()
    make_receivable(customer=customer, due=date(2026, 1, 1), issue=date(2026, 2, 1), document_number="B-1")
    check()
    finding = Finding.objects.get()

    insights.accept_finding(finding_id=finding.pk, note="Anticipo", actor=ACTOR, at=NOW)
    check()

    assert codes(customer) == []
    assert Event.objects.filter(action="finding-accepted").count() == 1
    Finding.objects.filter(pk=finding.pk).update(
        detail={"due_date": "2025-01-01", "issue_date": "2026-02-01"}
    )
    check()
    assert codes(customer) == [C.DUE_BEFORE_ISSUE]


def test_what_must_be_mended_cannot_be_taken_as_right() -> None:
    owing(time_zone="", state="")
    check()

    with pytest.raises(insights.UnableToAccept):
        insights.accept_finding(finding_id=Finding.objects.get().pk, note="", actor=ACTOR, at=NOW)

    assert Finding.objects.get().accepted_at is None
    assert not Event.objects.filter(action="finding-accepted").exists()


@pytest.mark.feature("IRR-02")
def test_a_paper_that_a_debt_must_have_is_asked_for_until_somebody_has_seen_it() -> None:
    customer = owing()
    quality.set_papers(papers={ReceivableKind.INVOICE: ["Acuse de entrega", ""]}, actor=ACTOR, at=NOW)
    check()
    assert codes(customer) == [C.PAPER_MISSING]
    finding = Finding.objects.get()

    quality.see_paper(finding_id=finding.pk, place="Archivero 3", actor=ACTOR, at=NOW)

    assert codes(customer) == []
    with pytest.raises(NotFound):
        quality.see_paper(finding_id=finding.pk, place="", actor=ACTOR, at=NOW)


@pytest.mark.feature("IRR-04")
def test_a_payment_that_came_back_raises_an_alert() -> None:
    customer = owing()
    payment = NewPayment(
        key="p1",
        customer_id=customer.pk,
        amount=Decimal("100.00"),
        currency="MXN",
        value_date=TODAY,
        method=PaymentMethod.TRANSFER,
    )
    payment_id = money_in.receive_payment(payment=payment, actor=SYSTEM, today=TODAY, at=NOW)
    money_in.reverse(payment_id=payment_id, reason="Cargo sin fondos", actor=SYSTEM, today=TODAY, at=NOW)

    check()

    assert codes(customer) == [C.PAYMENT_RETURNED]
    assert "Cargo sin fondos" in found_rows.findings_of_customer(customer_id=customer.pk)[0].text


def test_a_wrong_clabe_of_the_company_is_found(company: Company) -> None:
    Company.objects.filter(pk=company.pk).update(bank_account="002010077777777770")

    check()

    assert codes() == [C.BANK_ACCOUNT_INVALID]
    assert found_rows.code_counts(today=TODAY)[0].title == "CLABE de la empresa incorrecta"
    Company.objects.filter(pk=company.pk).update(bank_account="002010077777777771")
    check()
    assert codes() == []


def test_the_statements_do_not_grow_with_the_customers() -> None:
    for _ in range(3):
        owing(time_zone="", state="")
    with CaptureQueriesContext(connection) as few:
        check()
    for _ in range(20):
        owing(time_zone="", state="")
    with CaptureQueriesContext(connection) as many:
        check()

    assert len(many.captured_queries) == len(few.captured_queries)


HEADERS = ("cliente", "nombre", "rfc", "estado", "correo", "folio", "emision", "vencimiento", "importe")
ROWS = (
    (
        "C1",
        "Ana",
        "GODE561231GR8",
        "Jalisco",
        "ana@correo.example",
        "F1",
        "2026-11-01",
        "2026-12-01",
        "100.00",
    ),
    ("C2", "Luis", "GODE561231GR9", "", "sin correo", "F2", "2026-11-02", "2026-12-02", "100.00"),
    ("C2", "Luis", "GODE561231GR9", "", "sin correo", "F3", "2026-11-03", "2026-11-30", "0.00"),
)


def load(*rows: tuple[str, ...]) -> int:
    import_id = intake.load_file(
        name="cartera.csv", content=csv_bytes(HEADERS, rows), kind=None, actor=SYSTEM, at=NOW
    )
    intake.preview(import_id=import_id)
    intake.apply_import(import_id=import_id, actor=SYSTEM, today=TODAY, at=NOW)
    return import_id


@pytest.mark.feature("INT-07")
def test_a_load_is_looked_at_and_its_findings_lead_to_their_rows() -> None:
    import_id = load(*ROWS)

    summary = quality.review_load(import_id=import_id, today=TODAY, at=NOW)

    assert summary is not None
    assert summary.customers == 2
    found = {
        row.code: row
        for row in found_rows.findings_of_customer(customer_id=Customer.objects.get(external_id="C2").pk)
    }
    assert set(found) == {C.TIME_ZONE_UNKNOWN, C.UNREACHABLE, C.TAX_ID_CHECK_DIGIT, C.EMAIL_UNREADABLE}
    assert {row.row_number for row in found.values()} == {3}
    assert {row.import_id for row in found.values()} == {import_id}
    review = found_rows.load_review(import_id=import_id)
    assert review is not None
    assert review["total"] == 4
    assert LoadReview.objects.get().customers == 2
    assert not LoadedRow.objects.exists()
    assert [reason for reason, _rows in found_rows.rejected_reasons(import_id=import_id)] == [
        "amount-not-positive"
    ]


def test_a_mended_file_ends_what_the_first_one_brought() -> None:
    quality.review_load(import_id=load(*ROWS), today=TODAY, at=NOW)
    mended = [
        (
            *row[:2],
            "GODE561231GR8" if row[0] == "C1" else _rfc(77),
            "Jalisco",
            f"{row[0].lower()}@correo.example",
            *row[5:],
        )
        for row in ROWS[:2]
    ]

    second = load(*mended)
    quality.review_load(import_id=second, today=TODAY, at=NOW)

    assert codes() == []


def test_a_load_that_was_not_applied_is_not_looked_at() -> None:
    import_id = intake.load_file(
        name="cartera.csv", content=csv_bytes(HEADERS, ROWS), kind=None, actor=SYSTEM, at=NOW
    )

    assert quality.review_load(import_id=import_id, today=TODAY, at=NOW) is None
    assert quality.loads_to_review(since=NOW - timedelta(days=1), limit=5) == []


def test_loads_wait_for_a_look_until_they_had_one() -> None:
    import_id = load(*ROWS)
    assert quality.loads_to_review(since=NOW - timedelta(days=1), limit=5) == [import_id]

    quality.review_load(import_id=import_id, today=TODAY, at=NOW)

    assert quality.loads_to_review(since=NOW - timedelta(days=1), limit=5) == []


def test_every_kind_of_finding_has_its_words() -> None:
    assert list(CATALOGUE)
    assert set(CATALOGUE) == set(FindingCode)
    for code in FindingCode:
        assert finding_title(code=code)
        assert finding_blocks(code=code)
