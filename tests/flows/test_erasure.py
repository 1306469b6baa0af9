"""After a person was forgotten, nothing of them is found in any column; debts, money and decisions are."""

import io
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
import xlsxwriter
from django.db import connection, transaction

from puntual.agreements import operations as agreements
from puntual.agreements.types import DisputeReason, DisputeState, HoldReason
from puntual.audit.models import Event
from puntual.audit.types import SYSTEM, Actor, ActorKind
from puntual.companies.models import Company
from puntual.contacts import operations as contacts
from puntual.contacts import queries as contact_rows
from puntual.contacts.types import (
    AgreedHours,
    AttemptOutcome,
    Channel,
    CircumstanceKind,
    ConsentDecision,
    Direction,
    NewAttempt,
    NewCircumstance,
    NewPoint,
    OwnerRole,
    PointKind,
    Purpose,
    ResponseKind,
    Wish,
)
from puntual.db import rows as table_rows
from puntual.flows import bank, daily_run, deliveries, dispatch, erasure, intake, money_in
from puntual.intake.models import Import, ImportRow
from puntual.intake.operations import UnableToReadFile
from puntual.lib.errors import NotFound
from puntual.outreach import operations as outreach
from puntual.outreach.models import Message
from puntual.outreach.providers.fake import FakeTransport
from puntual.outreach.types import DeliveryKind, ProviderEvent
from puntual.payments import operations as payments
from puntual.payments.types import NewPayment, PaymentMethod
from puntual.plans import operations as plans
from puntual.plans.types import ActionState
from puntual.portfolio import operations as portfolio_operations
from puntual.portfolio import queries as portfolio
from puntual.portfolio.models import Customer
from puntual.portfolio.types import NewReceivable, ReceivableKind
from tests.factories import make_customer, make_receivable
from tests.outreach_factories import make_action, prepare

# Words that stand nowhere else. The numbers are invented.
NAME = "Ximena Zavala Quiroga"
EMAIL = "ximena.zavala@correo.example"
PHONE = "55 4321 8765"
TAX_ID = "ZAQX800101AB1"
WORDS = ("Ximena", "Zavala", "Quiroga", EMAIL, "ximena.zavala", PHONE, "5543218765", TAX_ID, "Coyoacanejo")
HEADERS = "Cliente,Nombre,RFC,Correo,Teléfono,Ciudad,Factura,Fecha factura,Vencimiento,Importe,Asesor"
STAFF = Actor(kind=ActorKind.STAFF, id=1, label="Gestora")


def columns_of_the_company() -> list[tuple[str, str, str]]:
    """List every column of the company's schema in which words could stand."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select table_name, column_name, data_type from information_schema.columns
            join information_schema.tables using (table_schema, table_name)
            where table_schema = current_schema() and table_type = 'BASE TABLE'
                and data_type in ('text', 'character varying', 'character', 'json', 'jsonb', 'ARRAY', 'bytea', 'uuid')
            order by table_name, ordinal_position
            """
        )
        return cursor.fetchall()


def found_anywhere(words: tuple[str, ...]) -> dict[str, list[str]]:
    """Look for words in every column of the company's schema; return the columns that hold some."""
    found: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        schema = cursor.execute("select current_schema()").fetchone()[0]
        for table, column, kind in columns_of_the_company():
            text = f"encode({column}, 'escape')" if kind == "bytea" else f"{column}::text"
            cursor.execute(
                f"""
                select distinct word from unnest(%s::text[]) as word
                where exists (select from "{schema}"."{table}" where position(lower(word) in lower({text})) > 0)
                """,
                [list(words)],
            )
            held = sorted(row[0] for row in cursor.fetchall())
            if held:
                found[f"{table}.{column}"] = held
    return found


def csv(*rows: str) -> bytes:
    """Write a portfolio file."""
    return "\n".join([HEADERS, *rows, ""]).encode()


def row_of(external_id: str, name: str, email: str, document: str, amount: str = "1500.00") -> str:
    """Write one row of a portfolio file."""
    tax_id, phone, city = (
        (TAX_ID, PHONE, "Coyoacanejo") if name == NAME else ("PEPJ800101AB2", "5511112222", "Toluca")
    )
    return (
        f"{external_id},{name},{tax_id},{email},{phone},{city},{document},2026-10-01,2026-11-13,{amount},Luis"
    )


def workbook(*rows: str) -> bytes:
    """Write the same as a spreadsheet, whose bytes are compressed."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet()
        for number, line in enumerate([HEADERS, *rows]):
            sheet.write_row(number, 0, line.split(","))
    return target.getvalue()


def load(name: str, content: bytes, today: date, now: datetime, *, apply: bool = True) -> int:
    """Bring a file in, or only look at it."""
    import_id = intake.load_file(name=name, content=content, kind=None, actor=STAFF, at=now)
    intake.preview(import_id=import_id)
    if apply:
        intake.apply_import(import_id=import_id, actor=STAFF, today=today, at=now)
    return import_id


def refuse(name: str, content: bytes, now: datetime) -> None:
    """Bring in what proves to be no portfolio, and is quoted when it is refused."""
    with transaction.atomic():
        import_id = intake.receive_file(name=name, content=content, kind=None, actor=STAFF, at=now)
    with pytest.raises(UnableToReadFile):
        intake.preview(import_id=import_id)


def pay(customer: Customer, key: str, today: date, now: datetime) -> int:
    """Record 100 pesos with words of the person."""
    return money_in.receive_payment(
        payment=NewPayment(
            key=key,
            customer_id=customer.pk,
            amount=Decimal("100.00"),
            currency="MXN",
            value_date=today,
            method=PaymentMethod.TRANSFER,
            reference=f"SPEI {NAME}",
            note=f"Avisó {EMAIL}",
        ),
        actor=STAFF,
        at=now,
        today=today,
    )


def live_a_case(customer: Customer, today: date, now: datetime) -> None:
    """Let everything happen to a person that leaves words somewhere."""
    contacts.upsert_points(
        points=[
            NewPoint(
                customer.pk,
                PointKind.PHONE,
                "5512340000",
                "+525512340000",
                OwnerRole.GUARANTOR,
                "Zavala padre",
            ),
            NewPoint(customer.pk, PointKind.ADDRESS, "Calle Quiroga 5", "calle quiroga 5", OwnerRole.DEBTOR),
        ],
        at=now,
    )
    portfolio_operations.upsert_receivables(
        receivables=[
            NewReceivable(
                "obra:1",
                customer.pk,
                ReceivableKind.NOTE,
                "P-1",
                "MXN",
                date(2026, 10, 1),
                date(2026, 11, 13),
                Decimal("700.00"),
                attributes=(("obra", "Casa de los Quiroga"),),
            )
        ],
        at=now,
    )
    daily_run.run_day(today=today, at=now)
    dispatch.dispatch_due(at=now, limit=100, worker="w1", transport=FakeTransport())
    message = Message.objects.get(customer=customer)
    assert message.state == "SENT"
    deliveries.note_delivery(
        event=ProviderEvent(
            key="e1", message_key=message.key, kind=DeliveryKind.BOUNCED, detail=f"550 {EMAIL}", at=now
        ),
        at=now,
    )
    plans.complete_actions(
        action_ids=[make_action(customer=customer).pk],
        state=ActionState.EXECUTED,
        note=f"Atendió {NAME}",
        at=now,
    )
    contacts.record_attempts(
        attempts=[
            NewAttempt(
                "llamada:1",
                customer.pk,
                None,
                Channel.CALL,
                Direction.OUTBOUND,
                Purpose.COLLECTION,
                AttemptOutcome.EFFECTIVE,
                now,
                note=f"Contestó {NAME}",
            )
        ]
    )
    contacts.record_response(
        key="r1",
        customer_id=customer.pk,
        kind=ResponseKind.REPLIED,
        channel=Channel.EMAIL,
        at=now,
        note=f"Soy {NAME}",
    )
    contacts.set_consent(
        customer_id=customer.pk,
        channel=Channel.SMS,
        decision=ConsentDecision.OPTED_OUT,
        source="correo",
        note=f"No escriban al {PHONE}",
        actor=STAFF,
        at=now,
    )
    for key, amount in (("p1", "200.00"), ("p2", "300.00")):
        agreements.make_promise(
            key=key,
            customer_id=customer.pk,
            amount=Decimal(amount),
            currency="MXN",
            due_date=today,
            channel=Channel.CALL,
            note=f"Promete {NAME}",
            actor=STAFF,
            today=today,
            at=now,
        )
    dispute_id = agreements.open_dispute(
        customer_id=customer.pk,
        receivable_id=None,
        reason=DisputeReason.OTHER,
        note=f"Dice {NAME}",
        amount=None,
        channel=Channel.CALL,
        actor=STAFF,
        today=today,
        at=now,
        country="MX",
    )
    agreements.close_dispute(
        dispute_id=dispute_id,
        state=DisputeState.REJECTED,
        resolution=f"Se avisó a {EMAIL}",
        actor=STAFF,
        at=now,
    )
    agreements.place_hold(
        customer_id=customer.pk,
        receivable_id=None,
        reason=HoldReason.HARDSHIP,
        note=f"{NAME} perdió el empleo",
        from_date=today,
        until_date=today,
        actor=STAFF,
        at=now,
    )
    reversed_id = pay(customer, "pago:1", today, now)
    pay(customer, "pago:2", today, now)
    money_in.reverse(payment_id=reversed_id, reason=f"Rebotó el de {NAME}", actor=STAFF, at=now, today=today)
    for number in (1, 2):
        report_id = payments.report_payment(
            key=f"aviso:{number}",
            customer_id=customer.pk,
            amount=Decimal("50.00"),
            currency="MXN",
            paid_on=today,
            reference=f"{NAME}",
            note=f"Desde {PHONE}",
            at=now,
        )
    payments.reject_report(report_id=report_id, answer=f"No se halló, {NAME}", actor=STAFF, at=now)
    reference = portfolio.payment_reference(customer_id=customer.pk)
    statement = [
        "Fecha,Descripción,Cargo,Abono,Referencia",
        f"2026-11-20,SPEI DE {NAME.upper()},,25.00,{reference}",
        f"2026-11-20,DEPOSITO ZAVALA QUIROGA {NAME.upper()},,30.00,",
        "2026-11-20,DEPOSITO DE OTRA PERSONA,,31.00,",
        "",
    ]
    bank.import_bank_csv(
        name="estado.csv", content="\n".join(statement).encode(), actor=STAFF, today=today, at=now
    )


@pytest.fixture
def person(company: Company, today: date, now: datetime) -> Customer:
    """Return a person who left traces everywhere."""
    prepare()
    load(
        "cartera.csv",
        csv(row_of("X-77", NAME, EMAIL, "F-1"), row_of("O-1", "Otra Persona", "o@x.mx", "F-2")),
        today,
        now,
    )
    load("libro.xlsx", workbook(row_of("X-77", NAME, EMAIL, "F-3")), today, now)
    load(
        "rechazos.csv",
        csv(row_of("X-77", NAME, EMAIL, "F-4", "0.00"), row_of("O-1", "Otra Persona", "o@x.mx", "F-5")),
        today,
        now,
    )
    load("en-espera.csv", csv(row_of("X-77", NAME, EMAIL, "F-6")), today, now, apply=False)
    load(
        "ajeno.csv",
        csv(
            row_of("O-2", "Tercera Persona", "t@x.mx", "F-7", "0.00"),
            row_of("O-1", "Otra Persona", "o@x.mx", "F-8"),
        ),
        today,
        now,
    )
    refuse("carta.csv", f"Estimada {NAME}:\nle escribo por su adeudo\n".encode(), now)
    customer = Customer.objects.get(external_id="X-77")
    live_a_case(customer, today, now)
    tell_of_themselves(customer, today, now)
    return customer  # fmt: skip


def tell_of_themselves(customer: Customer, today: date, now: datetime) -> None:
    """Keep what a person told of themselves: what is over, so that nothing of the case changes, and a wish."""
    new = NewCircumstance(
        customer_id=customer.pk,
        kind=CircumstanceKind.REPRESENTED,
        reason=f"Lo dijo {NAME}.",
        source=NAME,
        lawyer_name="Lic. Ximena Zavala",
        lawyer_contact=EMAIL,
    )
    kept = contacts.record_circumstance(new=new, actor=STAFF, today=today, at=now)
    contacts.end_circumstance(
        circumstance_id=kept, customer_id=customer.pk, reason=f"Lo pidió {NAME}.", actor=STAFF, at=now
    )
    wish = Wish(channel=None, hours=AgreedHours((0, 1), time(10), time(12)))
    contacts.set_wish(
        customer_id=customer.pk, wish=wish, source="staff", note=f"Lo dijo {NAME}.", actor=STAFF, at=now
    )


def money_and_decisions(customer: Customer) -> dict[str, object]:
    """Read what must stay."""
    ledger = portfolio.ledger_of(customer_id=customer.pk, limit=100)
    return {
        "ledger": ledger,
        "open": portfolio.open_items(customer_id=customer.pk),
        "decisions": table_rows.fetch_all(
            "select as_of, step_number, outcome from plans_decided where customer_id = %(id)s order by 1, 2",
            {"id": customer.pk},
        ),
        "events": list(
            Event.objects.filter(customer_id=customer.pk).order_by("id").values_list("id", "action")
        ),
        "opted_out": contact_rows.opted_out(customer_ids=[customer.pk]),
    }


def test_the_search_finds_the_person_before(person: Customer) -> None:
    tables = {name.split(".")[0] for name in found_anywhere(WORDS)}

    assert tables >= {
        "portfolio_customer",
        "portfolio_receivable",
        "contacts_contactpoint",
        "contacts_consent",
        "contacts_circumstance",
        "contacts_wish",
        "contacts_attempt",
        "contacts_response",
        "agreements_promise",
        "agreements_dispute",
        "agreements_hold",
        "plans_action",
        "outreach_message",
        "outreach_deliveryevent",
        "payments_payment",
        "payments_reportedpayment",
        "reconciliation_bankline",
        "intake_import",
        "intake_importrow",
    }
    # What can only grow never held a word of the person.
    assert not tables & {"audit_event", "portfolio_ledgerentry", "compliance_verdict", "plans_decision"}


def test_nothing_of_a_person_is_left_anywhere(person: Customer, now: datetime) -> None:
    before = money_and_decisions(person)

    erasure.erase_customer(customer_id=person.pk, actor=STAFF, at=now, despite_debt=True)

    assert found_anywhere(WORDS) == {}
    after = money_and_decisions(person)
    told = after.pop("events")
    assert {name: before[name] for name in after} == after
    assert [action for _id, action in told[len(before["events"]) :]] == ["customer-erased"]  # type: ignore[arg-type, index]
    person.refresh_from_db()
    assert (person.name, person.external_id, person.search_text) == (
        "Cliente eliminado",
        "X-77",
        "cliente eliminado x-77",
    )


def test_what_is_about_others_stays(person: Customer, now: datetime) -> None:
    others = ("Otra Persona", "Tercera Persona", "DEPOSITO DE OTRA PERSONA", "o@x.mx")
    before = found_anywhere(others)

    erasure.erase_customer(customer_id=person.pk, actor=STAFF, at=now, despite_debt=True)

    after = found_anywhere(others)
    assert after["portfolio_customer.name"] == before["portfolio_customer.name"]
    assert after["contacts_contactpoint.value"] == before["contacts_contactpoint.value"]
    assert after["reconciliation_bankline.description"] == before["reconciliation_bankline.description"]
    files = {one.file_name: (bytes(one.content) != b"", one.state) for one in Import.objects.all()}
    assert files == {
        "cartera.csv": (False, "APPLIED"),
        "libro.xlsx": (False, "APPLIED"),
        "rechazos.csv": (False, "APPLIED"),
        "en-espera.csv": (False, "REFUSED"),
        "ajeno.csv": (True, "APPLIED"),
        "carta.csv": (False, "REFUSED"),
    }
    assert all(len(one.file_hash) == 64 and one.rows_total for one in Import.objects.filter(state="APPLIED"))
    rejected = {one.source.file_name: one.raw for one in ImportRow.objects.select_related("source")}
    assert rejected["rechazos.csv"] == []
    assert "Tercera Persona" in rejected["ajeno.csv"]
    assert Import.objects.get(file_name="en-espera.csv").error


def test_nobody_can_be_reached_any_more(person: Customer, now: datetime) -> None:
    token = outreach.make_portal_link(customer_id=person.pk, at=now)

    erasure.erase_customer(customer_id=person.pk, actor=STAFF, at=now, despite_debt=True)

    points = contact_rows.points_of(customer_id=person.pk)
    assert len(points) == 4
    assert all(
        contact_rows.best_point(points=points, channel=channel, roles=tuple(OwnerRole)) is None
        for channel in Channel
    )
    with pytest.raises(outreach.LinkRefused):
        outreach.check_link(token=token, at=now)
    assert not Message.objects.filter(customer=person, state__in=["QUEUED", "CLAIMED"]).exists()


def test_what_waits_to_be_sent_is_not_sent(company: Company, today: date, now: datetime) -> None:
    prepare()
    customer = make_customer(name=NAME, email=EMAIL)
    make_receivable(customer=customer, due=today - timedelta(days=3))
    daily_run.run_day(today=today, at=now)
    assert Message.objects.get(customer=customer).state == "QUEUED"

    erasure.erase_customer(customer_id=customer.pk, actor=STAFF, at=now, despite_debt=True)
    transport = FakeTransport()
    dispatch.dispatch_due(at=now + timedelta(hours=1), limit=100, worker="w1", transport=transport)

    assert transport.taken == []
    assert Message.objects.get(customer=customer).state == "CANCELLED"


def test_who_still_owes_is_not_forgotten_by_accident(person: Customer, now: datetime) -> None:
    before = found_anywhere(WORDS)

    with pytest.raises(erasure.UnableToErase):
        erasure.erase_customer(customer_id=person.pk, actor=STAFF, at=now)

    assert found_anywhere(WORDS) == before
    assert not Event.objects.filter(action="customer-erased").exists()


def test_who_owes_nothing_is_forgotten_without_asking_again(company: Company, now: datetime) -> None:
    customer = make_customer(name=NAME, email=EMAIL, city="Coyoacanejo", attributes=(("Asesor", "Quiroga"),))

    erasure.erase_customer(customer_id=customer.pk, actor=SYSTEM, at=now)
    erasure.erase_customer(customer_id=customer.pk, actor=SYSTEM, at=now)

    assert found_anywhere(WORDS) == {}


def test_nobody_is_not_found(company: Company, now: datetime) -> None:
    with pytest.raises(NotFound):
        erasure.erase_customer(customer_id=10**9, actor=SYSTEM, at=now)

    assert not Event.objects.filter(action="customer-erased").exists()
