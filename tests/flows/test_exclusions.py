"""Lists of people not to contact: read, shown, put in force whole, replaced, withdrawn; the same twice is nothing."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from click.testing import CliRunner
from django.db import IntegrityError, transaction

from puntual.audit.models import Event
from puntual.audit.types import Actor, ActorKind
from puntual.cli.main import main
from puntual.companies.models import Company
from puntual.compliance import queries as law
from puntual.compliance.types import Flag, IntendedContact
from puntual.contacts import operations as contacts
from puntual.contacts import queries as contact_rows
from puntual.contacts.models import ContactPoint, Exclusion, ExclusionList
from puntual.contacts.types import Channel, ListKind, PointKind, Purpose
from puntual.flows import contact_now, daily_run, dispatch, exclusions, rehearsal
from puntual.intake import operations as intake
from puntual.lib.errors import DomainError, NotFound
from puntual.outreach.models import Message
from puntual.outreach.providers.fake import FakeTransport
from puntual.plans.models import Action
from puntual.portfolio.models import Customer
from tests.factories import make_customer, make_point, make_receivable
from tests.outreach_factories import make_action, make_message, prepare

ANA = Actor(kind=ActorKind.STAFF, id=7, label="Ana Gerente")


@pytest.fixture(autouse=True)
def plan(company: Company) -> None:
    """Put the shipped plan and templates in force."""
    prepare()


@pytest.fixture
def debtor(today: date) -> Customer:
    """Somebody who is three days late."""
    customer = make_customer(email="ana@correo.example", tax_id="GODE561231GR8")
    make_receivable(customer=customer, due=today - timedelta(days=3))
    return customer


def take(text: str, now: datetime, today: date, **fields: Any) -> exclusions.TakenList:
    given: dict[str, Any] = {"name": "Juzgado 3", "kind": ListKind.COURT_ORDER, "from_date": today}
    given |= {"until_date": None, "file_name": "lista.csv", "actor": ANA, "country": "MX", "at": now}
    return exclusions.take_file(content=text.encode(), **given | fields)


def in_force(text: str, now: datetime, today: date, **fields: Any) -> int:
    """Put a list in force as if nobody called off what waits: only the gate can stop it."""
    list_id = take(text, now, today, **fields).list_id
    contacts.apply_list(list_id=list_id, replaces=False, actor=ANA, today=today, at=now)
    return list_id


def matches(list_id: int, **page: int) -> list[tuple[int, int, bool]]:
    found = contact_rows.list_matches(list_id=list_id, **{"limit": 50, **page})
    return [(one["customer_id"], one["points"], one["by_tax_id"]) for one in found]


def flags(customer: Customer, today: date, now: datetime, point: ContactPoint | None = None) -> set[str]:
    chosen = point or ContactPoint.objects.filter(customer=customer).earliest("id")
    contact = IntendedContact(customer.pk, Channel.EMAIL, Purpose.COLLECTION, chosen.pk)
    (found,) = law.contact_facts(contacts_intended=[contact], country="MX", today=today, at=now)
    return set(found.flags - {Flag.FIRST_CONTACT})


def test_a_list_that_is_only_taken_in_stops_nobody_and_shows_whom_it_would(
    debtor: Customer, today: date, now: datetime
) -> None:
    make_customer()
    taken = take("correo,telefono\nana@correo.example,\n,nada\notra@correo.example,5511112222\n", now, today)

    found = exclusions.preview(list_id=taken.list_id, today=today)

    assert flags(debtor, today, now) == set()
    assert (found.rows_total, found.rows_unread, found.unread_rows) == (3, 1, (3,))
    assert found.entries == {"EMAIL": 2, "PHONE": 1}
    assert (found.customers, found.counted_at) == (1, now)
    assert matches(taken.list_id) == [(debtor.pk, 1, False)]


def test_whom_a_list_is_about_is_counted_when_asked_and_not_when_it_is_read(
    debtor: Customer, today: date, now: datetime
) -> None:
    content = "correo\nana@correo.example\nbea@correo.example\nceci@correo.example\n"
    list_id = take(content, now, today).list_id
    newer = make_customer(name="Bea", email="bea@correo.example")
    later = now + timedelta(hours=1)

    assert exclusions.preview(list_id=list_id, today=today).customers == 1
    exclusions.apply(list_id=list_id, replaces=False, actor=ANA, today=today, at=later)
    found = exclusions.preview(list_id=list_id, today=today)
    assert (found.customers, found.counted_at) == (2, later)
    make_customer(name="Ceci", email="ceci@correo.example")
    night = now + timedelta(hours=12)
    assert exclusions.preview(list_id=list_id, today=today).customers == 2
    assert exclusions.count_all(today=today, at=night) == 1
    assert exclusions.preview(list_id=list_id, today=today).counted_at == night
    paged = [one[0] for start in (0, 2) for one in matches(list_id, limit=2, offset=start)]
    assert len(paged) == 3
    assert {debtor.pk, newer.pk} < set(paged)

    contacts.erase_customer(customer_id=newer.pk)

    assert exclusions.preview(list_id=list_id, today=today).customers == 2
    assert newer.pk not in {one for one, _points, _by in matches(list_id)}
    exclusions.withdraw(list_id=list_id, reason="Ya no", actor=ANA, at=later)
    assert exclusions.count_all(today=today, at=night) == 0
    with pytest.raises(NotFound):
        exclusions.count(list_id=10**9, at=now)


@pytest.mark.parametrize("text", ["ana@correo.example\n", "RFC\ngode-561231-gr8\n"])
def test_a_message_that_waits_is_stopped_by_the_gate_itself(
    debtor: Customer, today: date, now: datetime, text: str
) -> None:
    make_message(customer=debtor)

    in_force(text, now, today)
    summary = dispatch.dispatch_due(at=now, limit=10, worker="w1", transport=FakeTransport())

    assert summary.sent == 0
    assert Message.objects.values_list("state", "reason").get() == ("CANCELLED", "law:X-LIST-P1")


def test_putting_it_in_force_calls_off_what_waits_and_names_itself(
    debtor: Customer, today: date, now: datetime
) -> None:
    message = make_message(customer=debtor)
    list_id = take("ana@correo.example\n", now, today).list_id

    done = exclusions.apply(list_id=list_id, replaces=False, actor=ANA, today=today, at=now)
    again = exclusions.apply(list_id=list_id, replaces=False, actor=ANA, today=today, at=now)

    assert (done, again) == (exclusions.AppliedList(True, 1), exclusions.AppliedList(False, 0))
    message.refresh_from_db()
    assert (message.state, message.reason) == ("CANCELLED", "list:Juzgado 3")
    points = contact_rows.points_of(customer_id=debtor.pk)
    told = contact_now.points_now(
        points=points, purpose=Purpose.COLLECTION, country="MX", today=today, at=now
    )[points[0].id]
    assert not told.is_allowed
    assert told.rules[-1].text == "Está en: «Juzgado 3»."
    daily_run.run_day(today=today, at=now)
    assert Action.objects.exclude(state="CANCELLED").count() == 0
    ahead = rehearsal.calendar_of_customer(external_id=debtor.external_id, today=today, at=now)
    assert not any(one.carried for one in ahead.days)


@pytest.mark.parametrize(
    ("text", "state"), [("ana@correo.example\n", "OPEN"), ("GODE561231GR8\n", "CANCELLED")]
)
def test_a_listed_address_calls_off_nothing_that_goes_another_way(
    debtor: Customer, today: date, now: datetime, text: str, state: str
) -> None:
    phone = make_point(customer=debtor, value="+525512345678", kind=PointKind.PHONE)
    call = make_action(customer=debtor, channel="CALL", template="")
    Action.objects.filter(pk=call.pk).update(state="OPEN", contact_point=phone)
    list_id = take(text, now, today).list_id

    exclusions.apply(list_id=list_id, replaces=False, actor=ANA, today=today, at=now)

    assert Action.objects.get(pk=call.pk).state == state


def test_a_register_against_advertising_stops_only_that(debtor: Customer, today: date, now: datetime) -> None:
    make_message(customer=debtor)
    list_id = take("ana@correo.example\n", now, today, name="REUS", kind=ListKind.AD_REGISTER).list_id

    exclusions.apply(list_id=list_id, replaces=False, actor=ANA, today=today, at=now)
    summary = dispatch.dispatch_due(at=now, limit=10, worker="w1", transport=FakeTransport())

    assert flags(debtor, today, now) == {"on_ad_register"}
    assert summary.sent == 1


def test_an_address_stops_itself_and_a_tax_id_the_person(
    debtor: Customer, today: date, now: datetime
) -> None:
    other = make_point(customer=debtor, value="ana@trabajo.example")
    in_force("ana@trabajo.example\n", now, today)

    assert (flags(debtor, today, now), flags(debtor, today, now, other)) == (set(), {"on_stop_list"})

    in_force("GODE561231GR8\n", now, today, name="Otra")
    assert flags(debtor, today, now) == {"on_stop_list"}


def test_who_comes_later_stands_on_it_too(today: date, now: datetime) -> None:
    in_force("5511112222\n", now, today)
    late = make_customer(email=None)
    point = make_point(customer=late, value="+525511112222", kind=PointKind.PHONE)

    assert flags(late, today, now, point) == {"on_stop_list"}


def test_it_counts_on_its_days_alone(debtor: Customer, today: date, now: datetime) -> None:
    first, last = today + timedelta(days=2), today + timedelta(days=4)
    in_force("ana@correo.example\n", now, today, from_date=first, until_date=last)

    found = [bool(flags(debtor, today + timedelta(days=after), now)) for after in range(1, 6)]

    assert found == [False, True, True, True, False]


def test_the_same_file_twice_writes_nothing(debtor: Customer, today: date, now: datetime) -> None:
    first = take("ana@correo.example\n", now, today)
    exclusions.apply(list_id=first.list_id, replaces=False, actor=ANA, today=today, at=now)
    before = (ExclusionList.objects.count(), Exclusion.objects.count(), Event.objects.count())

    second = take("ana@correo.example\n", now + timedelta(hours=1), today)
    exclusions.apply(list_id=second.list_id, replaces=True, actor=ANA, today=today, at=now)

    assert second == exclusions.TakenList(first.list_id, False)
    assert (ExclusionList.objects.count(), Exclusion.objects.count(), Event.objects.count()) == before


def test_a_list_is_replaced_only_when_one_says_so(debtor: Customer, today: date, now: datetime) -> None:
    old = in_force("ana@correo.example\n", now, today)
    new = take("otra@correo.example\n", now, today).list_id
    asked: dict[str, Any] = {"list_id": new, "actor": ANA, "today": today, "at": now}

    with pytest.raises(contacts.UnableToList, match="ya está en vigor"):
        exclusions.apply(**asked, replaces=False)
    assert flags(debtor, today, now) == {"on_stop_list"}

    exclusions.apply(**asked, replaces=True)
    assert flags(debtor, today, now) == set()
    kept = ExclusionList.objects.get(pk=old)
    assert (kept.withdrawn_by, kept.withdraw_reason) == ("Ana Gerente", "La sustituyó otro archivo.")


def test_a_list_that_is_withdrawn_stops_nobody_and_stays_known(
    debtor: Customer, today: date, now: datetime
) -> None:
    list_id = in_force("ana@correo.example\n", now, today)
    asked: dict[str, Any] = {"list_id": list_id, "reason": "El juzgado la levantó.", "actor": ANA, "at": now}

    assert [exclusions.withdraw(**asked), exclusions.withdraw(**asked)] == [True, False]

    assert flags(debtor, today, now) == set()
    assert [
        (one["name"], one["is_in_force"], one["withdraw_reason"])
        for one in contact_rows.exclusion_lists(today=today)
    ] == [("Juzgado 3", False, "El juzgado la levantó.")]
    with pytest.raises(contacts.UnableToList):
        exclusions.apply(list_id=list_id, replaces=True, actor=ANA, today=today, at=now)


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("nada\nde nada\n", {}),
        ("", {}),
        ("ana@correo.example\n", {"name": " "}),
        ("ana@correo.example\n", {"until_date": date(2026, 11, 1)}),
    ],
)
def test_a_file_that_says_nothing_is_refused_and_changes_nothing(
    today: date, now: datetime, text: str, fields: dict[str, Any]
) -> None:
    with pytest.raises((DomainError, intake.UnableToReadFile)):
        take(text, now, today, **fields)

    assert not ExclusionList.objects.exists()


def test_what_is_not_there_is_told(today: date, now: datetime) -> None:
    with pytest.raises(NotFound):
        exclusions.apply(list_id=0, replaces=False, actor=ANA, today=today, at=now)
    with pytest.raises(NotFound):
        exclusions.withdraw(list_id=0, reason="x", actor=ANA, at=now)
    with pytest.raises(NotFound):
        exclusions.preview(list_id=0, today=today)


def test_who_stands_on_a_list_is_not_to_be_read(today: date, now: datetime) -> None:
    take("ana@correo.example\n", now, today)

    (digest,) = Exclusion.objects.values_list("digest", flat=True)

    assert len(bytes(digest)) == 32
    assert b"ana" not in bytes(digest)


def test_the_database_itself_holds_one_of_a_name_in_force(today: date, now: datetime) -> None:
    in_force("ana@correo.example\n", now, today)
    row: dict[str, Any] = {"name": "Juzgado 3", "kind": "OWN", "from_date": today, "at": now}
    row |= {"rows_total": 1, "rows_unread": 0, "actor_label": "a", "file_hash": "", "file_name": ""}

    for fields, constraint in (
        ({"applied_at": now}, "contacts_list_in_force"),
        ({"kind": "OTHER"}, "contacts_list_kind"),
        ({"name": ""}, "contacts_list_named"),
        ({"until_date": today - timedelta(days=1)}, "contacts_list_days"),
        ({"withdrawn_at": now}, "contacts_list_withdrawn"),
    ):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            ExclusionList.objects.create(**row | fields)


def test_the_command_shows_puts_in_force_and_withdraws(
    company: Company, debtor: Customer, today: date, now: datetime, tmp_path: Path
) -> None:
    file = tmp_path / "lista.csv"
    file.write_text("ana@correo.example\nnada\n")

    def puntual(*arguments: str) -> dict[str, Any]:
        with time_machine.travel(now, tick=False):
            result = CliRunner().invoke(main, ["contacts", *arguments, "--company", "muebles", "--json"])
        assert result.exit_code == 0, result.output
        found: dict[str, Any] = json.loads(result.output)
        return found

    exclude = ("exclude", str(file), "--name", "Juzgado 3", "--kind", "court-order")
    shown, applied, again = puntual(*exclude), puntual(*exclude, "--apply"), puntual(*exclude, "--apply")

    assert (shown["is_new"], shown["customers"], shown["not_understood_rows"]) == (True, 1, [2])
    assert [one["applied"] for one in (shown, applied, again)] == [False, True, False]
    assert puntual("withdraw", str(shown["id"]), "--reason", "Se levantó.") == {
        "id": shown["id"],
        "changed": True,
    }
